//! `posix`: what the operating system gives. `os` is this, and what is written in the language.
//!
//! Descriptors are owned here (see `descriptor`), and so is the environment: a process of many
//! libraries must not change its own while it runs.

pub(crate) mod descriptor;
mod directory;
mod files;
mod path;
mod process;
mod stat;

use aio_interp::native::Native;
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Raised, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("posix", "Access to what the operating system gives.");
    let tables: [&'static [Native]; 4] = [files::ROWS, stat::ROWS, descriptor::ROWS, process::ROWS];
    for table in tables {
        vm.add_natives(&module, table);
    }
    vm.add_natives(&module, directory::ROWS);
    for (name, number) in CONSTANTS {
        module
            .dict
            .set_name(&vm.name(name), Value::Int(i64::from(*number)));
    }
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("error", (&vm.exceptions.OSError).into());
    set("environ", process::environ(vm)?);
    set("DirEntry", (&directory::entry_class(vm)).into());
    for (name, class) in stat::classes(vm)? {
        set(name, (&class).into());
    }
    Ok(module)
}

/// Raises the `OSError` of a failed call.
fn fail(vm: &Vm, error: impl Into<std::io::Error>, filename: Option<&Value>) -> Raised {
    vm.os_error(&error.into(), filename)
}

/// As `fail`, for calls with two file names.
fn fail_two(vm: &Vm, error: impl Into<std::io::Error>, from: &Value, to: &Value) -> Raised {
    let error = error.into();
    let (Some(errno), class) = (error.raw_os_error(), &vm.exceptions.OSError) else {
        return vm.os_error(&error, Some(from));
    };
    let text = vm.text(&strerror(errno));
    let args = [
        Value::Int(i64::from(errno)),
        text,
        from.clone(),
        Value::None,
        to.clone(),
    ];
    raise_made(vm, class, &args)
}

fn raise_made(vm: &Vm, class: &Ref<ClassObj>, args: &[Value]) -> Raised {
    match vm.call(&class.into(), args) {
        Ok(made) => match made.downcast::<ExceptionObj>() {
            Some(exception) => vm.raise_exception(exception.clone()),
            None => vm.system_error("OSError() made no exception"),
        },
        Err(raised) => raised,
    }
}

fn strerror(errno: i32) -> String {
    aio_interp::builtins::exceptions::strerror(errno)
}

/// Runs a system call until no signal interrupts it.
fn retry<T>(vm: &Vm, act: impl Fn() -> rustix::io::Result<T>) -> R<rustix::io::Result<T>> {
    loop {
        vm.poll()?;
        match act() {
            Err(rustix::io::Errno::INTR) => {}
            result => return Ok(result),
        }
    }
}

/// An argument as an `i32`.
fn small(vm: &Vm, v: &Value) -> R<i32> {
    let number = vm.to_index(v)?;
    i32::try_from(number).map_err(|_| {
        let text = if number > 0 {
            "signed integer is greater than maximum"
        } else {
            "signed integer is less than minimum"
        };
        vm.raise_text(&vm.exceptions.OverflowError, text)
    })
}

/// An optional flag.
fn truth(vm: &Vm, v: &Value, default: bool) -> R<bool> {
    match v.bound() {
        Some(v) => vm.truth(v),
        None => Ok(default),
    }
}

/// Linux's numbers.
static CONSTANTS: &[(&str, i32)] = &[
    ("F_OK", 0),
    ("R_OK", 4),
    ("W_OK", 2),
    ("X_OK", 1),
    ("O_RDONLY", 0),
    ("O_WRONLY", 1),
    ("O_RDWR", 2),
    ("O_CREAT", 0o100),
    ("O_EXCL", 0o200),
    ("O_NOCTTY", 0o400),
    ("O_TRUNC", 0o1000),
    ("O_APPEND", 0o2000),
    ("O_NONBLOCK", 0o4000),
    ("O_NDELAY", 0o4000),
    ("O_DSYNC", 0o10000),
    ("O_DIRECTORY", 0o200_000),
    ("O_NOFOLLOW", 0o400_000),
    ("O_CLOEXEC", 0o2_000_000),
    ("O_SYNC", 0o4_010_000),
    ("O_RSYNC", 0o4_010_000),
    ("O_TMPFILE", 0o20_200_000),
    ("EX_OK", 0),
    ("EX_USAGE", 64),
    ("EX_DATAERR", 65),
    ("EX_NOINPUT", 66),
    ("EX_NOUSER", 67),
    ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69),
    ("EX_SOFTWARE", 70),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74),
    ("EX_TEMPFAIL", 75),
    ("EX_PROTOCOL", 76),
    ("EX_NOPERM", 77),
    ("EX_CONFIG", 78),
    ("NGROUPS_MAX", 65536),
    ("TMP_MAX", 238_328),
    ("WNOHANG", 1),
    ("WUNTRACED", 2),
    ("WCONTINUED", 8),
    ("GRND_NONBLOCK", 1),
    ("GRND_RANDOM", 2),
];
