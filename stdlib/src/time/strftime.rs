//! Formatting of times as C does it in its default locale, GNU's flags and widths included.

use super::zone;

/// The parts of a time, counted as Python does: months and days of the year from 1, days of the
/// week from Monday as 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tm {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) weekday: i64,
    pub(crate) yearday: i64,
    /// 1, 0, or -1 for not known.
    pub(crate) isdst: i64,
    /// `tm_zone` and `tm_gmtoff`, where they are known.
    pub(crate) zone: Option<String>,
    pub(crate) offset: Option<i64>,
}

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn day_name(tm: &Tm) -> &'static str {
    DAYS.get(tm.weekday.rem_euclid(7) as usize).unwrap_or(&"?")
}

fn month_name(tm: &Tm) -> &'static str {
    let at = usize::try_from(tm.month - 1).unwrap_or(usize::MAX);
    MONTHS.get(at).unwrap_or(&"?")
}

/// `Wed Jan  1 00:00:00 2020`.
pub(crate) fn asctime(tm: &Tm) -> String {
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        &day_name(tm)[..3],
        &month_name(tm)[..3],
        tm.day,
        tm.hour,
        tm.minute,
        tm.second,
        tm.year
    )
}

/// What stands between `%` and the letter.
#[derive(Default)]
struct Flags {
    /// `_`, `-` or `0`.
    pad: Option<char>,
    upper: bool,
    swap: bool,
    width: Option<usize>,
}

/// Appends `tm` in this format.
pub(crate) fn format(out: &mut String, pattern: &str, tm: &Tm) {
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let directive = &rest[at..];
        let used = directive_into(out, directive, tm);
        rest = &directive[used..];
    }
    out.push_str(rest);
}

/// Formats the directive at the start of `text`; returns its length.
fn directive_into(out: &mut String, text: &str, tm: &Tm) -> usize {
    let mut flags = Flags::default();
    let mut end = 1;
    let mut chars = text[1..].chars().peekable();
    while let Some(c) = chars.next_if(|c| "_-0^#".contains(*c)) {
        end += 1;
        match c {
            '^' => flags.upper = true,
            '#' => flags.swap = true,
            _ => flags.pad = Some(c),
        }
    }
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        end += 1;
        let width = flags.width.unwrap_or(0) * 10 + digit as usize;
        flags.width = Some(width.min(1000));
    }
    if chars.next_if(|c| matches!(c, 'E' | 'O')).is_some() {
        end += 1;
    }
    let Some(letter) = chars.next() else {
        out.push_str(text);
        return text.len();
    };
    end += letter.len_utf8();
    match field(letter, tm) {
        Some(Field::Number(n, width, pad)) => number_into(out, n, width, pad, &flags),
        Some(Field::Text(t)) => text_into(out, &t, letter, &flags),
        Some(Field::Format(pattern)) => {
            let mut inner = String::new();
            format(&mut inner, pattern, tm);
            text_into(out, &inner, letter, &flags);
        }
        None => out.push_str(&text[..end]),
    }
    end
}

enum Field {
    /// A number, its usual width and filling.
    Number(i64, usize, char),
    Text(String),
    Format(&'static str),
}

fn field(letter: char, tm: &Tm) -> Option<Field> {
    use Field::{Format, Number, Text};
    let two = |n: i64| Number(n, 2, '0');
    let spaced = |n: i64| Number(n, 2, ' ');
    let twelve = (tm.hour + 11).rem_euclid(12) + 1;
    Some(match letter {
        'a' => Text(day_name(tm)[..3].to_owned()),
        'A' => Text(day_name(tm).to_owned()),
        'b' | 'h' => Text(month_name(tm)[..3].to_owned()),
        'B' => Text(month_name(tm).to_owned()),
        'c' => Format("%a %b %e %H:%M:%S %Y"),
        'C' => Number(tm.year.div_euclid(100), 1, '0'),
        'd' => two(tm.day),
        'D' | 'x' => Format("%m/%d/%y"),
        'e' => spaced(tm.day),
        'F' => Format("%Y-%m-%d"),
        'g' => two(iso_week(tm).0.rem_euclid(100)),
        'G' => Number(iso_week(tm).0, 1, '0'),
        'H' => two(tm.hour),
        'I' => two(twelve),
        'j' => Number(tm.yearday, 3, '0'),
        'k' => spaced(tm.hour),
        'l' => spaced(twelve),
        'm' => two(tm.month),
        'M' => two(tm.minute),
        'n' => Text("\n".to_owned()),
        'p' => Text(if tm.hour < 12 { "AM" } else { "PM" }.to_owned()),
        'P' => Text(if tm.hour < 12 { "am" } else { "pm" }.to_owned()),
        'r' => Format("%I:%M:%S %p"),
        'R' => Format("%H:%M"),
        's' => Number(zone::mktime(tm).unwrap_or(-1), 1, '0'),
        'S' => two(tm.second),
        't' => Text("\t".to_owned()),
        'T' | 'X' => Format("%H:%M:%S"),
        'u' => Number(tm.weekday.rem_euclid(7) + 1, 1, '0'),
        'U' => two((tm.yearday + 6 - (tm.weekday + 1).rem_euclid(7)).div_euclid(7)),
        'V' => two(iso_week(tm).1),
        'w' => Number((tm.weekday + 1).rem_euclid(7), 1, '0'),
        'W' => two((tm.yearday + 6 - tm.weekday).div_euclid(7)),
        'y' => two(tm.year.rem_euclid(100)),
        'Y' => Number(tm.year, 1, '0'),
        'z' => Text(offset_text(tm)),
        'Z' => Text(tm.zone.clone().unwrap_or_default()),
        '%' => Text("%".to_owned()),
        _ => return None,
    })
}

fn offset_text(tm: &Tm) -> String {
    if tm.isdst < 0 {
        return String::new();
    }
    let offset = tm.offset.unwrap_or(0);
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

/// The ISO year and week.
fn iso_week(tm: &Tm) -> (i64, i64) {
    let week = (tm.yearday - tm.weekday.rem_euclid(7) + 9).div_euclid(7);
    if week < 1 {
        (tm.year - 1, weeks_in(tm.year - 1))
    } else if week > weeks_in(tm.year) {
        (tm.year + 1, 1)
    } else {
        (tm.year, week)
    }
}

fn weeks_in(year: i64) -> i64 {
    // A year has 53 weeks if it, or the one before it, ends on a Thursday or Wednesday.
    let last = |y: i64| (y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)).rem_euclid(7);
    if last(year) == 4 || last(year - 1) == 3 {
        53
    } else {
        52
    }
}

fn number_into(out: &mut String, n: i64, width: usize, pad: char, flags: &Flags) {
    let pad = match flags.pad {
        Some('-') => None,
        Some('_') => Some(' '),
        Some(_) => Some('0'),
        None => Some(pad),
    };
    let width = flags.width.unwrap_or(width);
    let digits = n.unsigned_abs().to_string();
    let sign = if n < 0 { "-" } else { "" };
    let fill = match pad {
        Some(_) => width.saturating_sub(digits.len() + sign.len()),
        None => 0,
    };
    if pad == Some(' ') {
        out.extend(std::iter::repeat_n(' ', fill));
        out.push_str(sign);
    } else {
        out.push_str(sign);
        out.extend(std::iter::repeat_n('0', fill));
    }
    out.push_str(&digits);
}

fn text_into(out: &mut String, text: &str, letter: char, flags: &Flags) {
    let pad = if flags.pad == Some('0') { '0' } else { ' ' };
    let fill = flags.width.unwrap_or(0).saturating_sub(text.len());
    out.extend(std::iter::repeat_n(pad, fill));
    if flags.swap && matches!(letter, 'p' | 'Z') {
        out.push_str(&text.to_lowercase());
    } else if flags.upper || (flags.swap && !matches!(letter, 'P')) {
        out.push_str(&text.to_uppercase());
    } else {
        out.push_str(text);
    }
}
