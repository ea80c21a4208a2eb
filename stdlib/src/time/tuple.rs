//! `struct_time`, and reading the tuples that stand for times.

use aio_interp::builtins::structseq::{StructSpec, field, struct_class, struct_value};
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::{R, Value, Vm};

use super::strftime::Tm;

static STRUCT_TIME: StructSpec = StructSpec {
    module: "time",
    name: "struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.",
    fields: &[
        field::<0>("tm_year"),
        field::<1>("tm_mon"),
        field::<2>("tm_mday"),
        field::<3>("tm_hour"),
        field::<4>("tm_min"),
        field::<5>("tm_sec"),
        field::<6>("tm_wday"),
        field::<7>("tm_yday"),
        field::<8>("tm_isdst"),
        field::<9>("tm_zone"),
        field::<10>("tm_gmtoff"),
    ],
    visible: 9,
    can_make: true,
};

/// The class of this interpreter.
struct Class(R<Ref<ClassObj>>);

/// `time.struct_time`.
pub(super) fn struct_time(vm: &Vm) -> R<Ref<ClassObj>> {
    vm.state("time.struct_time", || Class(struct_class(vm, &STRUCT_TIME)))
        .0
        .clone()
}

/// The parts as a `struct_time`.
pub(super) fn to_value(vm: &Vm, tm: Tm) -> R {
    let numbers = [
        tm.year, tm.month, tm.day, tm.hour, tm.minute, tm.second, tm.weekday, tm.yearday, tm.isdst,
    ];
    let mut fields: Vec<Value> = numbers.iter().map(|n| Value::Int(*n)).collect();
    fields.push(tm.zone.map_or(Value::None, |z| vm.text(&z)));
    fields.push(tm.offset.map_or(Value::None, Value::Int));
    Ok(struct_value(vm, &struct_time(vm)?, fields))
}

/// The parts in a tuple, not checked.
pub(super) struct Given {
    pub(super) tm: Tm,
}

/// Reads the argument of `function`: a tuple of nine or a `struct_time`.
pub(super) fn from_tuple(vm: &Vm, v: &Value, function: &str) -> R<Given> {
    let native = vm.native(v);
    let Some(items) = native.downcast::<TupleObj>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if items.items().len() != 9 {
        return Err(vm.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut n = [0; 9];
    for (n, item) in n.iter_mut().zip(items.items()) {
        let Value::Int(given) = vm.to_integer(item)? else {
            return Err(vm.overflow_error("Python int too large to convert to C long"));
        };
        *n = match i32::try_from(given) {
            Ok(fits) => i64::from(fits),
            Err(_) if given < 0 => {
                return Err(vm.overflow_error("signed integer is less than minimum"));
            }
            Err(_) => return Err(vm.overflow_error("signed integer is greater than maximum")),
        };
    }
    let mut tm = Tm {
        year: n[0],
        month: n[1],
        day: n[2],
        hour: n[3],
        minute: n[4],
        second: n[5],
        weekday: n[6],
        yearday: n[7],
        isdst: n[8],
        zone: None,
        offset: None,
    };
    if vm.class_of(v).is(&struct_time(vm)?) {
        let zone = vm.get_attr(v, &vm.name("tm_zone"))?;
        tm.zone = zone.as_str().map(str::to_owned);
        tm.offset = vm.get_attr(v, &vm.name("tm_gmtoff"))?.as_int();
    } else {
        let names = super::zone::names(vm);
        let here = if tm.isdst > 0 {
            names.summer
        } else {
            names.standard
        };
        tm.offset = Some(here.0);
        tm.zone = (tm.isdst >= 0).then_some(here.1);
    }
    Ok(Given { tm })
}

impl Given {
    /// The parts, checked for functions that look things up by them. Zero stands for one where
    /// numbers begin with one.
    pub(super) fn checked(self, vm: &Vm) -> R<Tm> {
        let mut tm = self.tm;
        for part in [&mut tm.month, &mut tm.day, &mut tm.yearday] {
            if *part == 0 {
                *part = 1;
            }
        }
        let wrong = if !(1..=12).contains(&tm.month) {
            "month"
        } else if !(1..=31).contains(&tm.day) {
            "day of month"
        } else if !(0..=23).contains(&tm.hour) {
            "hour"
        } else if !(0..=59).contains(&tm.minute) {
            "minute"
        } else if !(0..=61).contains(&tm.second) {
            "seconds"
        } else if tm.weekday < -1 {
            "day of week"
        } else if !(1..=366).contains(&tm.yearday) {
            "day of year"
        } else {
            tm.weekday = tm.weekday.rem_euclid(7);
            return Ok(tm);
        };
        Err(vm.value_error(format!("{wrong} out of range")))
    }
}
