//! `_zoneinfo`: the rules of time zones, by `jiff`, from the system's files or its own data.
//! `zoneinfo.ZoneInfo` itself is in the language.

use std::any::Any;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native};
use aio_interp::object::{Kind, Ref};
use aio_interp::objects::bytes::BytesObj;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::{R, Value, Vm};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::time::zone::{civil_time, nearest};

static ROWS: &[Native] = &[
    native(
        "find(key, /)",
        "The zone of this name, or None.",
        |vm, a| {
            let key = a[0].as_str().unwrap_or_default();
            // `jiff` looks without regard to case.
            match jiff::tz::db().get(key) {
                Ok(zone) if zone.iana_name() == Some(key) || key == "UTC" => Ok(host(vm, zone)),
                _ => Ok(Value::None),
            }
        },
    ),
    native(
        "read(data, /)",
        "The zone in the bytes of a file, or None.",
        |vm, a| {
            let native = vm.native(&a[0]);
            let Some(data) = native.downcast::<BytesObj>() else {
                return Err(vm.type_error("a file of bytes is wanted"));
            };
            Ok(TimeZone::tzif("", &data.data).map_or(Value::None, |zone| host(vm, zone)))
        },
    ),
    native("available()", "The names of all zones.", |vm, _| {
        let names = jiff::tz::db().available();
        Ok(list(names.map(|name| vm.text(name.as_str())).collect()))
    }),
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_zoneinfo", "The rules of time zones.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

static ZONE: ClassSpec = ClassSpec {
    name: "Zone",
    module: "_zoneinfo",
    doc: "The rules of a time zone.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method(
            "at_local(seconds, fold, /)",
            "Offset, summer time and name when clocks show this.",
            at_local,
        ),
        method(
            "at_utc(seconds, /)",
            "Offset and fold of a time in UTC.",
            at_utc,
        ),
        method(
            "fixed()",
            "Offset, summer time and name, if they are always the same, or None.",
            |vm, a| {
                let zone = this(vm, &a[0])?;
                let now = Timestamp::UNIX_EPOCH;
                let changes =
                    zone.following(now).next().is_some() || zone.preceding(now).next().is_some();
                Ok(if changes {
                    Value::None
                } else {
                    describe(vm, zone, now)
                })
            },
        ),
    ],
    attributes: &[],
    subclassable: false,
};

struct Zone(TimeZone);

impl HostData for Zone {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct Class(Ref<ClassObj>);

fn host(vm: &Vm, zone: TimeZone) -> Value {
    let class = vm.state("_zoneinfo.Zone", || Class(vm.make_class(&ZONE, &[])));
    Ref::new(HostObj {
        class: class.0.clone(),
        data: Box::new(Zone(zone)),
    })
    .into()
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a TimeZone> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Zone>()) {
        Some(zone) => Ok(&zone.0),
        None => Err(vm.type_error("a zone is wanted")),
    }
}

fn at_local(vm: &Vm, a: &[Value]) -> R {
    let zone = this(vm, &a[0])?;
    let (seconds, fold) = (vm.to_index(&a[1])?, vm.to_index(&a[2])?);
    let offset = match civil_time(seconds).map(|t| zone.to_ambiguous_timestamp(t).offset()) {
        Some(AmbiguousOffset::Unambiguous { offset }) => offset,
        Some(AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after }) => {
            // In a gap the clocks never show this: what each side would call it.
            let offset = if fold == 0 { before } else { after };
            return Ok(describe_side(vm, zone, seconds, offset));
        }
        None => zone.to_offset(nearest(seconds)),
    };
    Ok(describe(
        vm,
        zone,
        nearest(seconds - i64::from(offset.seconds())),
    ))
}

/// The description of the side of a gap or fold that has this offset.
fn describe_side(vm: &Vm, zone: &TimeZone, seconds: i64, offset: Offset) -> Value {
    let when = nearest(seconds - i64::from(offset.seconds()));
    let sides = [
        Some(when),
        zone.preceding(when)
            .next()
            .and_then(|t| before(t.timestamp())),
        zone.following(when).next().map(|t| t.timestamp()),
    ];
    let found = sides
        .into_iter()
        .flatten()
        .find(|t| zone.to_offset(*t) == offset);
    describe(vm, zone, found.unwrap_or(when))
}

fn before(when: Timestamp) -> Option<Timestamp> {
    when.checked_sub(1.second()).ok()
}

fn at_utc(vm: &Vm, a: &[Value]) -> R {
    let zone = this(vm, &a[0])?;
    let seconds = vm.to_index(&a[1])?;
    let offset = zone.to_offset(nearest(seconds));
    let shown = seconds.saturating_add(i64::from(offset.seconds()));
    let fold = match civil_time(shown).map(|t| zone.to_ambiguous_timestamp(t).offset()) {
        Some(AmbiguousOffset::Fold { after, .. }) => i64::from(after == offset),
        _ => 0,
    };
    Ok(tuple_of([
        Value::Int(i64::from(offset.seconds())),
        Value::Int(fold),
    ]))
}

/// Offset, summer time and name at this time.
fn describe(vm: &Vm, zone: &TimeZone, when: Timestamp) -> Value {
    let info = zone.to_offset_info(when);
    let summer = if info.dst().is_dst() {
        summer_time(zone, when, info.offset())
    } else {
        0
    };
    tuple_of([
        Value::Int(i64::from(info.offset().seconds())),
        Value::Int(summer),
        vm.text(info.abbreviation()),
    ])
}

/// How much of an offset is summer time. The data do not say: it is the difference to the
/// standard time before, else to the one after, else an hour.
fn summer_time(zone: &TimeZone, when: Timestamp, offset: Offset) -> i64 {
    let inclusive = when.checked_add(1.nanosecond()).unwrap_or(when);
    let earlier = zone.preceding(inclusive).nth(1);
    let later = zone.following(when).next();
    let difference = |t: jiff::tz::TimeZoneTransition<'_>| {
        (!t.dst().is_dst()).then(|| i64::from(offset.seconds() - t.offset().seconds()))
    };
    earlier
        .and_then(difference)
        .filter(|d| *d != 0)
        .or_else(|| later.and_then(difference))
        .filter(|d| *d != 0)
        .unwrap_or(3600)
}
