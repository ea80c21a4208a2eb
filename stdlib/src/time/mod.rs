//! `time`: clocks and sleeping, over the interpreter's clock, and times in parts.
//!
//! With virtual time the clock that all functions here read is the virtual one.

pub(crate) mod strftime;
mod tuple;
pub(crate) mod zone;

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::str::StrObj;
use aio_interp::{R, Raised, Value, Vm};

use tuple::{from_tuple, struct_time};

static ROWS: &[Native] = &[
    native("time()", "Seconds since 1970.", time),
    native("time_ns()", "Nanoseconds since 1970.", time_ns),
    native(
        "monotonic()",
        "Seconds on a clock that never goes back.",
        monotonic,
    ),
    native(
        "monotonic_ns()",
        "Nanoseconds on a clock that never goes back.",
        monotonic_ns,
    ),
    native(
        "perf_counter()",
        "Seconds on the clock for measuring.",
        monotonic,
    ),
    native(
        "perf_counter_ns()",
        "Nanoseconds on the clock for measuring.",
        monotonic_ns,
    ),
    native(
        "process_time()",
        "Seconds of work of this process.",
        |vm, _| Ok(Value::float(cpu_time(vm, Cpu::Process))),
    ),
    native(
        "process_time_ns()",
        "Nanoseconds of work of this process.",
        |vm, _| Ok(nanoseconds(cpu_time(vm, Cpu::Process))),
    ),
    native(
        "thread_time()",
        "Seconds of work of this thread.",
        |vm, _| Ok(Value::float(cpu_time(vm, Cpu::Thread))),
    ),
    native(
        "thread_time_ns()",
        "Nanoseconds of work of this thread.",
        |vm, _| Ok(nanoseconds(cpu_time(vm, Cpu::Thread))),
    ),
    native("sleep(seconds, /)", "Wait for so many seconds.", sleep),
    native("clock_gettime(clk_id, /)", "Read a clock.", |vm, a| {
        Ok(Value::float(clock(vm, &a[0])?))
    }),
    native("clock_gettime_ns(clk_id, /)", "Read a clock.", |vm, a| {
        Ok(nanoseconds(clock(vm, &a[0])?))
    }),
    native(
        "clock_getres(clk_id, /)",
        "The resolution of a clock.",
        |vm, a| {
            clock(vm, &a[0])?;
            Ok(Value::float(1e-9))
        },
    ),
    native(
        "get_clock_info(name, /)",
        "Information about a clock.",
        clock_info,
    ),
    native(
        "gmtime(seconds=None, /)",
        "The parts of a time, in UTC.",
        |vm, a| parts(vm, &a[0], zone::gmtime),
    ),
    native(
        "localtime(seconds=None, /)",
        "The parts of a time, in local time.",
        |vm, a| parts(vm, &a[0], zone::localtime),
    ),
    native(
        "mktime(tuple, /)",
        "Seconds since 1970 of parts in local time.",
        mktime,
    ),
    native(
        "asctime(tuple=<unrepresentable>, /)",
        "The text of parts of a time.",
        |vm, a| {
            let tm = match a[0].bound() {
                Some(tuple) => from_tuple(vm, tuple, "asctime")?.checked(vm)?,
                None => now(vm)?,
            };
            Ok(vm.text(&strftime::asctime(&tm)))
        },
    ),
    native(
        "ctime(seconds=None, /)",
        "The text of a time, in local time.",
        |vm, a| {
            let seconds = seconds(vm, &a[0])?;
            match zone::localtime(seconds) {
                Some(tm) => Ok(vm.text(&strftime::asctime(&tm))),
                None => Err(too_far(vm)),
            }
        },
    ),
    native(
        "strftime(format, tuple=<unrepresentable>, /)",
        "The text of parts of a time, by a format.",
        format,
    ),
    native(
        "strptime(string, format='%a %b %d %H:%M:%S %Y', /)",
        "The parts of a time in a text.",
        |vm, a| {
            let module = vm.import("_strptime")?;
            let format = a[1].or(vm.text("%a %b %d %H:%M:%S %Y"));
            vm.call_method(&module, &vm.name("parse_time"), &[a[0].clone(), format])
        },
    ),
    native("tzset()", "Read the time zone from the environment.", tzset),
    native("__getattr__(name, /)", "The zone's names.", zone_attribute),
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("time", "Clocks and sleeping.");
    vm.add_natives(&module, ROWS);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    for (name, id) in CLOCKS {
        set(name, Value::Int(*id));
    }
    set("_STRUCT_TM_ITEMS", Value::Int(11));
    set("struct_time", (&struct_time(vm)?).into());
    Ok(module)
}

static CLOCKS: &[(&str, i64)] = &[
    ("CLOCK_REALTIME", 0),
    ("CLOCK_MONOTONIC", 1),
    ("CLOCK_PROCESS_CPUTIME_ID", 2),
    ("CLOCK_THREAD_CPUTIME_ID", 3),
    ("CLOCK_MONOTONIC_RAW", 4),
    ("CLOCK_BOOTTIME", 7),
];

fn nanoseconds(seconds: f64) -> Value {
    Value::Int((seconds * 1e9) as i64)
}

fn time(vm: &Vm, _: &[Value]) -> R {
    Ok(Value::float(vm.clock.time()))
}

fn time_ns(vm: &Vm, _: &[Value]) -> R {
    Ok(nanoseconds(vm.clock.time()))
}

fn monotonic(vm: &Vm, _: &[Value]) -> R {
    Ok(Value::float(vm.clock.monotonic()))
}

fn monotonic_ns(vm: &Vm, _: &[Value]) -> R {
    Ok(nanoseconds(vm.clock.monotonic()))
}

enum Cpu {
    Process,
    Thread,
}

/// The time that the processor worked; in virtual time that of the clock.
#[cfg(unix)]
fn cpu_time(vm: &Vm, which: Cpu) -> f64 {
    use rustix::time::{ClockId, clock_gettime};
    if vm.clock.is_virtual() {
        return vm.clock.monotonic();
    }
    let spent = clock_gettime(match which {
        Cpu::Process => ClockId::ProcessCPUTime,
        Cpu::Thread => ClockId::ThreadCPUTime,
    });
    spent.tv_sec as f64 + spent.tv_nsec as f64 * 1e-9
}

#[cfg(not(unix))]
fn cpu_time(vm: &Vm, _: Cpu) -> f64 {
    vm.clock.monotonic()
}

fn clock(vm: &Vm, id: &Value) -> R<f64> {
    match vm.to_index(id)? {
        0 => Ok(vm.clock.time()),
        1 | 4 | 7 => Ok(vm.clock.monotonic()),
        2 => Ok(cpu_time(vm, Cpu::Process)),
        3 => Ok(cpu_time(vm, Cpu::Thread)),
        _ => Err(vm.os_error(&std::io::Error::from_raw_os_error(22), None)),
    }
}

fn sleep(vm: &Vm, args: &[Value]) -> R {
    let seconds = match args[0].as_float() {
        Some(seconds) => seconds,
        None => vm.to_f64(&vm.to_integer(&args[0])?)?,
    };
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    if seconds > 9.2e9 {
        return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    let until = vm.clock.monotonic() + seconds;
    loop {
        // It ends early if something is requested that need not end the program.
        vm.clock.sleep(until - vm.clock.monotonic());
        vm.poll()?;
        if vm.clock.monotonic() >= until {
            return Ok(Value::None);
        }
    }
}

fn clock_info(vm: &Vm, args: &[Value]) -> R {
    let Some(name) = args[0].as_str() else {
        return Err(vm.type_error(format!(
            "get_clock_info() argument 1 must be str, not {}",
            vm.type_name(&args[0])
        )));
    };
    let id = match name {
        "time" => "REALTIME",
        "monotonic" | "perf_counter" => "MONOTONIC",
        "process_time" => "PROCESS_CPUTIME_ID",
        "thread_time" => "THREAD_CPUTIME_ID",
        _ => return Err(vm.value_error("unknown clock")),
    };
    let types = vm.import("_types")?;
    let info = vm.call_method(&types, &vm.name("SimpleNamespace"), &[])?;
    let set = |name: &str, value: Value| vm.set_attr(&info, &vm.name(name), value);
    let implementation = format!("clock_gettime(CLOCK_{id})");
    set("implementation", vm.text(&implementation))?;
    set("monotonic", Value::bool(name != "time"))?;
    set("adjustable", Value::bool(name == "time"))?;
    set("resolution", Value::float(1e-9))?;
    Ok(info)
}

/// The argument of `gmtime` and its kin: whole seconds, rounded down.
pub(crate) fn seconds(vm: &Vm, v: &Value) -> R<i64> {
    if v.is_missing() {
        return Ok(vm.clock.time().floor() as i64);
    }
    let Value::Float(x) = vm.native(v) else {
        return match vm.to_integer(v)? {
            Value::Int(n) => Ok(n),
            _ => Err(out_of_range(vm)),
        };
    };
    let x = x.get();
    if x.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if x.abs() >= 9.223_372_036_854_775e18 {
        return Err(out_of_range(vm));
    }
    Ok(x.floor() as i64)
}

fn out_of_range(vm: &Vm) -> Raised {
    vm.overflow_error("timestamp out of range for platform time_t")
}

/// A time whose year does not fit.
fn too_far(vm: &Vm) -> Raised {
    vm.os_error(&std::io::Error::from_raw_os_error(75), None)
}

fn parts(vm: &Vm, v: &Value, split: fn(i64) -> Option<strftime::Tm>) -> R {
    match split(seconds(vm, v)?) {
        Some(tm) => tuple::to_value(vm, tm),
        None => Err(too_far(vm)),
    }
}

fn now(vm: &Vm) -> R<strftime::Tm> {
    zone::localtime(vm.clock.time().floor() as i64).ok_or_else(|| too_far(vm))
}

fn mktime(vm: &Vm, args: &[Value]) -> R {
    let tm = from_tuple(vm, &args[0], "mktime")?.tm;
    match zone::mktime(&tm) {
        Some(seconds) => Ok(Value::float(seconds as f64)),
        None => Err(vm.overflow_error("mktime argument out of range")),
    }
}

fn format(vm: &Vm, args: &[Value]) -> R {
    let native = vm.native(&args[0]);
    let Some(pattern) = native.downcast::<StrObj>() else {
        return Err(vm.type_error(format!(
            "strftime() argument 1 must be str, not {}",
            vm.type_name(&args[0])
        )));
    };
    let tm = match args[1].bound() {
        Some(tuple) => from_tuple(vm, tuple, "strftime")?.checked(vm)?,
        None => now(vm)?,
    };
    if pattern.as_str().contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    let mut out = String::new();
    strftime::format(&mut out, pattern.as_str(), &tm);
    Ok(vm.text(&out))
}

fn tzset(vm: &Vm, _: &[Value]) -> R {
    let os = vm.import("os")?;
    let environ = vm.get_attr(&os, &vm.name("environ"))?;
    let name = vm.call_method(&environ, &vm.name("get"), &[vm.text("TZ")])?;
    zone::set(name.as_str());
    let module = vm.import("time")?;
    set_zone(vm, &module)?;
    Ok(Value::None)
}

/// The zone is looked for when a script first asks for one of its names.
fn zone_attribute(vm: &Vm, args: &[Value]) -> R {
    let name = args[0].as_str().unwrap_or_default();
    if !matches!(name, "timezone" | "altzone" | "daylight" | "tzname") {
        let text = format!("module 'time' has no attribute '{name}'");
        return Err(vm.attribute_error(text, &args[0], &Value::None));
    }
    let module = vm.import("time")?;
    set_zone(vm, &module)?;
    vm.get_attr(&module, &vm.name(name))
}

fn set_zone(vm: &Vm, module: &Value) -> R<()> {
    let names = zone::names(vm);
    let set = |name: &str, value: Value| vm.set_attr(module, &vm.name(name), value);
    set("timezone", Value::Int(-names.standard.0))?;
    set("altzone", Value::Int(-names.summer.0))?;
    set("daylight", Value::Int(i64::from(names.has_summer)))?;
    let both = [vm.text(&names.standard.1), vm.text(&names.summer.1)];
    set("tzname", aio_interp::objects::tuple::tuple_of(both))?;
    Ok(())
}
