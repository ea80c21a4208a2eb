//! The process: its numbers, its environment, programs that it starts.
//!
//! The environment is a copy of the process's, made when it is first needed; programs that are
//! started get the copy. To change the process's own is not safe.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Command;

use aio_interp::native::{Native, native};
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::dict::new_dict;
use aio_interp::objects::list::list;
use aio_interp::{R, Value, Vm};
use rustix::process::{self, Pid, Signal};

use super::path::{os_string, path};
use super::{fail, small, strerror};

pub(super) static ROWS: &[Native] = &[
    native("getpid()", "The number of the process.", |_, _| {
        Ok(Value::Int(i64::from(std::process::id())))
    }),
    native("getppid()", "The number of the parent.", |_, _| {
        Ok(Value::Int(i64::from(std::os::unix::process::parent_id())))
    }),
    native("getuid()", "The user.", |_, _| {
        Ok(Value::Int(i64::from(process::getuid().as_raw())))
    }),
    native("geteuid()", "The effective user.", |_, _| {
        Ok(Value::Int(i64::from(process::geteuid().as_raw())))
    }),
    native("getgid()", "The group.", |_, _| {
        Ok(Value::Int(i64::from(process::getgid().as_raw())))
    }),
    native("getegid()", "The effective group.", |_, _| {
        Ok(Value::Int(i64::from(process::getegid().as_raw())))
    }),
    native("getgroups()", "All groups.", |vm, _| {
        let groups = process::getgroups().map_err(|e| fail(vm, e, None))?;
        let groups = groups.iter().map(|g| Value::Int(i64::from(g.as_raw())));
        Ok(list(groups.collect()))
    }),
    native("getpgrp()", "The process group.", |_, _| {
        Ok(Value::Int(i64::from(process::getpgrp().as_raw_pid())))
    }),
    native(
        "umask(mask, /)",
        "Set which permissions are left out.",
        |vm, a| {
            let mask = small(vm, &a[0])? as u32;
            let old = process::umask(rustix::fs::Mode::from_bits_retain(mask & 0o777));
            Ok(Value::Int(i64::from(old.bits())))
        },
    ),
    native("kill(pid, signal, /)", "Send a signal.", kill),
    native(
        "strerror(code, /)",
        "What an error number means.",
        |vm, a| {
            let code = small(vm, &a[0])?;
            Ok(vm.text(&strerror(code)))
        },
    ),
    native("urandom(size, /)", "Random bytes.", urandom),
    native("cpu_count()", "How many processors there are.", |_, _| {
        Ok(match std::thread::available_parallelism() {
            Ok(n) => n.get().into(),
            Err(_) => Value::None,
        })
    }),
    native("_exit(status)", "Leave at once.", |vm, a| {
        std::process::exit(small(vm, &a[0])?)
    }),
    native("abort()", "Leave at once with a signal.", |_, _| {
        std::process::abort()
    }),
    native("putenv(name, value, /)", "Set a variable.", |vm, a| {
        let (name, value) = (variable(vm, &a[0])?, variable(vm, &a[1])?);
        if name.as_bytes().contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        environment(vm).0.borrow_mut().insert(name, value);
        Ok(Value::None)
    }),
    native("unsetenv(name, /)", "Remove a variable.", |vm, a| {
        let name = variable(vm, &a[0])?;
        environment(vm).0.borrow_mut().remove(&name);
        Ok(Value::None)
    }),
    native("system(command)", "Run a command of the shell.", system),
    native("execve(path, argv, env)", "Become another program.", execve),
];

/// The environment of this program, and of those that it starts.
struct Environment(RefCell<BTreeMap<OsString, OsString>>);

fn environment(vm: &Vm) -> std::rc::Rc<Environment> {
    vm.state("environment", || {
        Environment(RefCell::new(std::env::vars_os().collect()))
    })
}

/// `posix.environ`: the variables at the start, as bytes.
pub(super) fn environ(vm: &Vm) -> R {
    let dict = new_dict();
    // In the order of the process, as in CPython.
    for (name, value) in std::env::vars_os() {
        dict.set(vm, bytes(name.as_bytes()), bytes(value.as_bytes()))?;
    }
    Ok(dict.into())
}

/// A command that inherits the environment.
fn command(vm: &Vm, program: &std::ffi::OsStr) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.envs(environment(vm).0.borrow().iter());
    command
}

fn variable(vm: &Vm, v: &Value) -> R<OsString> {
    let text = os_string(vm, v)?;
    match text.as_bytes().contains(&0) {
        true => Err(vm.value_error("embedded null byte")),
        false => Ok(text),
    }
}

fn kill(vm: &Vm, args: &[Value]) -> R {
    let (pid, number) = (small(vm, &args[0])?, small(vm, &args[1])?);
    let invalid = || fail(vm, rustix::io::Errno::INVAL, None);
    let target = Pid::from_raw(pid.saturating_abs());
    let done = match (number, Signal::from_named_raw(number)) {
        (0, _) => match (pid, target) {
            (1.., Some(target)) => process::test_kill_process(target),
            (0, _) => process::test_kill_current_process_group(),
            (_, Some(target)) => process::test_kill_process_group(target),
            (_, None) => return Err(invalid()),
        },
        (_, Some(signal)) => match (pid, target) {
            (1.., Some(target)) => process::kill_process(target, signal),
            (0, _) => process::kill_current_process_group(signal),
            (_, Some(target)) => process::kill_process_group(target, signal),
            (_, None) => return Err(invalid()),
        },
        (_, None) => return Err(invalid()),
    };
    done.map_err(|e| fail(vm, e, None))?;
    // A handler of our own process may have noted something.
    vm.poll()?;
    Ok(Value::None)
}

fn urandom(vm: &Vm, args: &[Value]) -> R {
    let size = vm.to_index(&args[0])?;
    let Ok(size) = usize::try_from(size) else {
        return Err(vm.value_error("negative argument not allowed"));
    };
    let mut buffer = Vec::new();
    if buffer.try_reserve_exact(size).is_err() {
        return Err(vm.out_of_memory());
    }
    buffer.resize(size, 0);
    let mut filled = 0;
    while filled < size {
        let flags = rustix::rand::GetRandomFlags::empty();
        match rustix::rand::getrandom(&mut buffer[filled..], flags) {
            Ok(more) => filled += more,
            Err(rustix::io::Errno::INTR) => vm.poll()?,
            Err(e) => return Err(fail(vm, e, None)),
        }
    }
    Ok(bytes(buffer))
}

fn system(vm: &Vm, args: &[Value]) -> R {
    let text = path(vm, &args[0], "system", "command")?;
    let status = command(vm, std::ffi::OsStr::new("/bin/sh"))
        .arg("-c")
        .arg(&text.os)
        .status();
    match status {
        Ok(status) => Ok(Value::Int(i64::from(status.into_raw()))),
        // As when the shell does not start: exit status 127.
        Err(_) => Ok(Value::Int(127 << 8)),
    }
}

fn execve(vm: &Vm, args: &[Value]) -> R {
    let path = path(vm, &args[0], "execve", "path")?;
    let mut words = Vec::new();
    for word in vm.collect(&args[1])? {
        words.push(os_string(vm, &word)?);
    }
    let Some((first, rest)) = words.split_first() else {
        return Err(vm.value_error("execve: argv must not be empty"));
    };
    let mut command = Command::new(&path.os);
    command.arg0(first).args(rest).env_clear();
    let items = vm.call_method(&args[2], &vm.name("items"), &[])?;
    for pair in vm.collect(&items)? {
        let pair = vm.collect(&pair)?;
        let [name, value] = &pair[..] else {
            return Err(vm.value_error("execve: environment items are pairs"));
        };
        command.env(os_string(vm, name)?, os_string(vm, value)?);
    }
    let _ = vm.streams.flush_out(vm);
    Err(fail(vm, command.exec(), Some(&path.shown)))
}
