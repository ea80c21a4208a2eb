//! `time`: clocks and sleeping, over the interpreter's clock.

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

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
        "Seconds on the clock for measuring.",
        monotonic,
    ),
    native(
        "thread_time()",
        "Seconds on the clock for measuring.",
        monotonic,
    ),
    native("sleep(seconds, /)", "Wait for so many seconds.", sleep),
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("time", "Clocks and sleeping.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

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

fn sleep(vm: &Vm, args: &[Value]) -> R {
    let seconds = match vm.try_f64(&args[0])? {
        Some(seconds) => seconds,
        None => vm.to_f64(&vm.to_integer(&args[0])?)?,
    };
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
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
