//! The local time zone, by `jiff`, and the calendar arithmetic that clocks need.

use std::cell::RefCell;

use aio_interp::Vm;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::strftime::Tm;

thread_local! {
    /// The zone of this process: the system's, or what `tzset` found in `os.environ`.
    static LOCAL: RefCell<Option<TimeZone>> = const { RefCell::new(None) };
}

/// The local time zone.
pub(crate) fn local() -> TimeZone {
    LOCAL.with(|local| {
        local
            .borrow_mut()
            .get_or_insert_with(TimeZone::system)
            .clone()
    })
}

/// `tzset()`: `name` is what the variable TZ says, if it is set.
pub(super) fn set(name: Option<&str>) {
    let zone = match name {
        None => TimeZone::system(),
        Some(name) => {
            let name = name.trim_start_matches(':');
            TimeZone::posix(name)
                .or_else(|_| TimeZone::get(name))
                .unwrap_or(TimeZone::UTC)
        }
    };
    LOCAL.with(|local| *local.borrow_mut() = Some(zone));
}

/// Days from 1970-01-01 to this day of the Gregorian calendar.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // The year begins in March here, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of this day since 1970-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, day) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_month)
}

/// The parts of a count of seconds since 1970, without any zone.
fn split(seconds: i64) -> Tm {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    Tm {
        year,
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (days + 3).rem_euclid(7),
        yearday: days - days_from_civil(year, 1, 1) + 1,
        ..Tm::default()
    }
}

/// The largest distance from 1970, in seconds, that still has a year of 32 bits.
const FARTHEST: i64 = 67_767_976_233_532_799;

/// `gmtime(seconds)`; `None` if there is no such time.
pub(super) fn gmtime(seconds: i64) -> Option<Tm> {
    if seconds.abs() > FARTHEST {
        return None;
    }
    Some(Tm {
        zone: Some("GMT".to_owned()),
        offset: Some(0),
        ..split(seconds)
    })
}

/// `localtime(seconds)`.
pub(super) fn localtime(seconds: i64) -> Option<Tm> {
    if seconds.abs() > FARTHEST {
        return None;
    }
    let zone = local();
    let info = zone.to_offset_info(nearest(seconds));
    let offset = i64::from(info.offset().seconds());
    Some(Tm {
        isdst: i64::from(info.dst().is_dst()),
        zone: Some(info.abbreviation().to_owned()),
        offset: Some(offset),
        ..split(seconds + offset)
    })
}

/// The time that `jiff` can express that is nearest to this one.
pub(crate) fn nearest(seconds: i64) -> Timestamp {
    match Timestamp::from_second(seconds) {
        Ok(t) => t,
        Err(_) if seconds < 0 => Timestamp::MIN,
        Err(_) => Timestamp::MAX,
    }
}

/// `mktime(tm)`: its parts may be out of range. `None` if there is no such time.
pub(crate) fn mktime(tm: &Tm) -> Option<i64> {
    let months = tm.month - 1;
    let year = tm.year.checked_add(months.div_euclid(12))?;
    if year.abs() > i64::from(i32::MAX) {
        return None;
    }
    let days = days_from_civil(year, months.rem_euclid(12) + 1, 1) + tm.day - 1;
    let wall = days * 86_400 + tm.hour * 3600 + tm.minute * 60 + tm.second;
    Some(wall - wall_offset(wall, tm.isdst))
}

/// What clocks show so many seconds after the beginning of 1970, if `jiff` can express it.
pub(crate) fn civil_time(wall: i64) -> Option<DateTime> {
    if wall.abs() > FARTHEST {
        return None;
    }
    let parts = split(wall);
    DateTime::new(
        i16::try_from(parts.year).ok()?,
        parts.month as i8,
        parts.day as i8,
        parts.hour as i8,
        parts.minute as i8,
        parts.second as i8,
        0,
    )
    .ok()
}

/// The offset of the local zone when its clocks show this; `isdst` decides where it can.
fn wall_offset(wall: i64, isdst: i64) -> i64 {
    let zone = local();
    let Some(shown) = civil_time(wall) else {
        let info = zone.to_offset_info(nearest(wall));
        return i64::from(info.offset().seconds());
    };
    let seconds = |o: Offset| i64::from(o.seconds());
    let offset = match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } => seconds(offset),
        AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
            // The larger offset is that of summer.
            let (least, most) = (before.min(after), before.max(after));
            seconds(match isdst {
                0 => least,
                1.. => most,
                _ => before,
            })
        }
    };
    let is_summer = zone.to_offset_info(nearest(wall - offset)).dst().is_dst();
    let has_summer = summer_offset(&zone, nearest(wall - offset)).is_some();
    match isdst {
        1.. if !is_summer && has_summer => offset + 3600,
        0 if is_summer => offset - 3600,
        _ => offset,
    }
}

/// The offset and name of summer time around `when`, if the zone has one.
fn summer_offset(zone: &TimeZone, when: Timestamp) -> Option<(i64, String)> {
    let next = zone.following(when).take(2);
    let before = zone.preceding(when).take(2);
    next.chain(before)
        .find(|t| t.dst().is_dst())
        .map(|t| (i64::from(t.offset().seconds()), t.abbreviation().to_owned()))
}

/// What `timezone`, `altzone`, `daylight` and `tzname` say.
pub(super) struct Names {
    pub(super) standard: (i64, String),
    pub(super) summer: (i64, String),
    pub(super) has_summer: bool,
}

/// The names and offsets of the local zone in the year of `vm`'s clock.
pub(super) fn names(vm: &Vm) -> Names {
    let zone = local();
    let now = nearest(vm.clock.time() as i64);
    let info = zone.to_offset_info(now);
    let here = (
        i64::from(info.offset().seconds()),
        info.abbreviation().to_owned(),
    );
    let around = || {
        zone.following(now)
            .take(2)
            .chain(zone.preceding(now).take(2))
    };
    let standard = if info.dst().is_dst() {
        around()
            .find(|t| !t.dst().is_dst())
            .map(|t| (i64::from(t.offset().seconds()), t.abbreviation().to_owned()))
            .unwrap_or_else(|| here.clone())
    } else {
        here.clone()
    };
    let summer = if info.dst().is_dst() {
        Some(here)
    } else {
        summer_offset(&zone, now)
    };
    Names {
        has_summer: summer.is_some(),
        summer: summer.unwrap_or_else(|| standard.clone()),
        standard,
    }
}
