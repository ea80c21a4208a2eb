//! `_datetime`: what `datetime` does for every single date and would be slow in the language:
//! calendar arithmetic, and reading ISO 8601.

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::{tuple, tuple_of};
use aio_interp::{R, Value, Vm};

use crate::time::zone::{civil_from_days, days_from_civil};

static ROWS: &[Native] = &[
    native(
        "index(x, /)",
        "The number that an argument stands for.",
        index,
    ),
    native(
        "ordinal(year, month, day, /)",
        "The number of a day, 1 for January 1st of year 1.",
        |vm, a| {
            let (y, m, d) = (
                vm.to_index(&a[0])?,
                vm.to_index(&a[1])?,
                vm.to_index(&a[2])?,
            );
            if y.abs() > 1_000_000 {
                return Err(vm.value_error(format!("year {y} is out of range")));
            }
            Ok(Value::Int(days_from_civil(y, m.clamp(1, 12), d) + EPOCH))
        },
    ),
    native(
        "civil(ordinal, /)",
        "Year, month and day of a day's number.",
        |vm, a| {
            let days = vm.to_index(&a[0])?.clamp(-(1 << 40), 1 << 40) - EPOCH;
            let (y, m, d) = civil_from_days(days);
            Ok(tuple_of([Value::Int(y), Value::Int(m), Value::Int(d)]))
        },
    ),
    native(
        "add_parts(days, seconds, microseconds, milliseconds, minutes, hours, weeks, /)",
        "Days, seconds and microseconds of a duration, or None if a part is no small int.",
        |_, a| Ok(add_parts(a).unwrap_or(Value::None)),
    ),
    native(
        "shift(year, month, day, hour, minute, second, microsecond, days, seconds, microseconds, /)",
        "The moment so much later, or None if that is no year from 1 to 9999.",
        |_, a| Ok(shift(a).unwrap_or(Value::None)),
    ),
    native(
        "month_days(year, month, /)",
        "The number of days of a month.",
        |vm, a| {
            let (y, m) = (vm.to_index(&a[0])?, vm.to_index(&a[1])?);
            Ok(Value::Int(month_days(y, m)))
        },
    ),
    native(
        "parse_date(text, /)",
        "Year, month and day of a date in ISO format, or None.",
        |_, a| {
            let date = a[0].as_str().and_then(|t| parse_date(t.as_bytes()));
            Ok(date.map_or(Value::None, numbers))
        },
    ),
    native(
        "parse_time(text, /)",
        "Hour, minute, second, microsecond, and seconds and microseconds of the zone (or None), or None.",
        |_, a| {
            let text = a[0].as_str().unwrap_or_default();
            let text = text.strip_prefix('T').unwrap_or(text);
            Ok(parse_time(text.as_bytes()).map_or(Value::None, numbers))
        },
    ),
    native(
        "parse_datetime(text, /)",
        "The parts of both, or None.",
        |_, a| {
            let text = a[0].as_str().unwrap_or_default();
            Ok(parse_datetime(text).map_or(Value::None, numbers))
        },
    ),
];

/// The ordinal of 1970-01-01.
const EPOCH: i64 = 719_163;

/// The number of the last day of the year 9999.
const MAX_ORDINAL: i64 = 3_652_059;

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_datetime", "The calendar, and ISO 8601.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

/// What a number must fit in for a C function.
fn index(vm: &Vm, a: &[Value]) -> R {
    match vm.to_integer(&a[0])? {
        Value::Int(n) if n > i64::from(i32::MAX) => {
            Err(vm.overflow_error("signed integer is greater than maximum"))
        }
        Value::Int(n) if n < i64::from(i32::MIN) => {
            Err(vm.overflow_error("signed integer is less than minimum"))
        }
        Value::Int(n) => Ok(Value::Int(n)),
        _ => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

/// Microseconds in a day.
const DAY: i128 = 86_400_000_000;

fn small<const N: usize>(values: &[Value]) -> Option<[i128; N]> {
    let mut numbers = [0; N];
    for (number, value) in numbers.iter_mut().zip(values) {
        let Value::Int(i) = value else { return None };
        *number = i128::from(*i);
    }
    Some(numbers)
}

/// In 128 bits nothing overflows: the parts have 64, the largest factor 40.
fn add_parts(a: &[Value]) -> Option<Value> {
    let [days, seconds, us, ms, minutes, hours, weeks] = small(a)?;
    let seconds = (hours * 60 + minutes) * 60 + seconds;
    let us = (weeks * 7 + days) * DAY + (seconds * 1000 + ms) * 1000 + us;
    let days = i64::try_from(us.div_euclid(DAY)).ok()?;
    let rest = us.rem_euclid(DAY) as i64;
    Some(tuple_of(
        [days, rest / 1_000_000, rest % 1_000_000].map(Value::Int),
    ))
}

fn shift(a: &[Value]) -> Option<Value> {
    let [year, month, day, hour, minute, second, us, by @ ..] = small::<10>(a)?;
    if year.abs() > 1_000_000 || day.abs() > 1_000_000 {
        return None;
    }
    let ordinal = days_from_civil(year as i64, (month as i64).clamp(1, 12), day as i64) + EPOCH;
    let seconds = (hour * 60 + minute) * 60 + second + by[1];
    let us = (i128::from(ordinal) + by[0]) * DAY + seconds * 1_000_000 + us + by[2];
    let ordinal = i64::try_from(us.div_euclid(DAY)).ok()?;
    if !(1..=MAX_ORDINAL).contains(&ordinal) {
        return None;
    }
    let (y, m, d) = civil_from_days(ordinal - EPOCH);
    let rest = us.rem_euclid(DAY) as i64;
    let (seconds, us) = (rest / 1_000_000, rest % 1_000_000);
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60, us];
    let [hour, minute, second, us] = clock;
    Some(tuple_of(
        [y, m, d, hour, minute, second, us].map(Value::Int),
    ))
}

fn numbers(parts: Vec<Option<i64>>) -> Value {
    let values = parts.into_iter();
    tuple(values.map(|n| n.map_or(Value::None, Value::Int)).collect())
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number that this many digits at `at` make.
fn digits(text: &[u8], at: usize, count: usize) -> Option<i64> {
    let slice = text.get(at..at + count)?;
    slice.iter().try_fold(0, |n, c| {
        c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0'))
    })
}

/// `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-Www`, `YYYYWww`, `YYYY-Www-D` or `YYYYWwwD`.
fn parse_date(text: &[u8]) -> Option<Vec<Option<i64>>> {
    if !matches!(text.len(), 7 | 8 | 10) {
        return None;
    }
    let year = digits(text, 0, 4)?;
    let dashed = text[4] == b'-';
    let mut at = 4 + usize::from(dashed);
    if text.get(at) == Some(&b'W') {
        let week = digits(text, at + 1, 2)?;
        at += 3;
        let mut day = 1;
        if at < text.len() {
            if dashed {
                if text[at] != b'-' {
                    return None;
                }
                at += 1;
            }
            day = digits(text, at, 1)?;
            at += 1;
        }
        return (at == text.len())
            .then(|| from_week(year, week, day))
            .flatten();
    }
    let month = digits(text, at, 2)?;
    at += 2;
    if dashed {
        if text.get(at) != Some(&b'-') {
            return None;
        }
        at += 1;
    }
    let day = digits(text, at, 2)?;
    (at + 2 == text.len()).then(|| vec![Some(year), Some(month), Some(day)])
}

/// The date of a day of an ISO week.
fn from_week(year: i64, week: i64, day: i64) -> Option<Vec<Option<i64>>> {
    let january_first = days_from_civil(year, 1, 1);
    let weekday = (january_first + 3).rem_euclid(7);
    let has_53 = weekday == 3 || (weekday == 2 && is_leap(year));
    if year < 1 || week < 1 || week > 52 + i64::from(has_53) || !(1..=7).contains(&day) {
        return None;
    }
    let monday = january_first - weekday + if weekday > 3 { 7 } else { 0 };
    let (y, m, d) = civil_from_days(monday + (week - 1) * 7 + day - 1);
    Some(vec![Some(y), Some(m), Some(d)])
}

/// `HH[:MM[:SS[.fff...]]]`, colons left out or not; true if all of it is used.
fn parse_clock(text: &[u8]) -> Option<[i64; 4]> {
    let mut parts = [0; 4];
    let has_colons = text.get(2) == Some(&b':');
    let mut at = 0;
    for (i, part) in parts.iter_mut().take(3).enumerate() {
        *part = digits(text, at, 2)?;
        at += 2;
        match text.get(at) {
            None => return Some(parts),
            Some(b':') if has_colons && i < 2 => at += 1,
            Some(b'.' | b',') => {
                at += 1;
                break;
            }
            Some(_) if !has_colons && i < 2 => {}
            Some(_) => return None,
        }
    }
    let fraction = &text[at..];
    if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let kept = fraction.len().min(6);
    parts[3] = digits(fraction, 0, kept)? * 10_i64.pow(6 - kept as u32);
    Some(parts)
}

fn parse_time(text: &[u8]) -> Option<Vec<Option<i64>>> {
    let sign = text.iter().position(|c| matches!(c, b'+' | b'-' | b'Z'));
    let clock = parse_clock(&text[..sign.unwrap_or(text.len())])?;
    let mut parts: Vec<Option<i64>> = clock.iter().map(|n| Some(*n)).collect();
    let Some(at) = sign else {
        parts.extend([None, None]);
        return Some(parts);
    };
    let zone = &text[at + 1..];
    if text[at] == b'Z' {
        parts.extend([Some(0), Some(0)]);
        return zone.is_empty().then_some(parts);
    }
    let [hours, minutes, seconds, micros] = parse_clock(zone)?;
    let sign = if text[at] == b'-' { -1 } else { 1 };
    let seconds = hours * 3600 + minutes * 60 + seconds;
    parts.extend([Some(sign * seconds), Some(sign * micros)]);
    Some(parts)
}

/// Where the date ends: formats without dashes and weeks without a day make that a question.
fn date_length(text: &[u8]) -> Option<usize> {
    if text.len() < 7 {
        return None;
    }
    if text[4] == b'-' {
        if text[5] != b'W' {
            return Some(10);
        }
        let has_day = text.get(8) == Some(&b'-')
            && text.get(9).is_some_and(u8::is_ascii_digit)
            && !text.get(10).is_some_and(u8::is_ascii_digit);
        return Some(if has_day { 10 } else { 8 });
    }
    if text[4] != b'W' {
        return Some(8);
    }
    let end = 7 + text[7..].iter().take_while(|c| c.is_ascii_digit()).count();
    Some(match end {
        ..9 => end,
        _ if end % 2 == 0 => 7,
        _ => 8,
    })
}

fn parse_datetime(text: &str) -> Option<Vec<Option<i64>>> {
    let bytes = text.as_bytes();
    let end = date_length(bytes)?;
    if end > bytes.len() {
        return None;
    }
    let mut parts = parse_date(&bytes[..end])?;
    if end == bytes.len() {
        parts.extend([Some(0), Some(0), Some(0), Some(0), None, None]);
        return Some(parts);
    }
    // Any character may separate the two.
    let separator = text.get(end..)?.chars().next()?;
    parts.extend(parse_time(&bytes[end + separator.len_utf8()..])?);
    Some(parts)
}
