//! Descriptors by number: who owns each, and the calls that take one.
//!
//! A number alone proves nothing, so each open descriptor has an owner: this table for those that
//! `os.open`, `os.pipe` and `os.dup` gave, else the file object that was opened. The standard
//! streams are the process's.

use std::cell::RefCell;
use std::collections::HashMap;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::rc::{Rc, Weak};

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::native::{Native, native};
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Value, Vm};
use rustix::fs::{self, Mode, OFlags};
use rustix::io::Errno;
use rustix::stdio;

use super::path::path;
use super::{fail, small};
use crate::io::stream::Stream;

pub(super) static ROWS: &[Native] = &[
    native(
        "open(path, flags, mode=511, *, dir_fd=None)",
        "Open a file; return its descriptor.",
        open,
    ),
    native("close(fd)", "Close a descriptor.", |vm, a| {
        close(vm, small(vm, &a[0])?)
    }),
    native(
        "closerange(fd_low, fd_high, /)",
        "Close descriptors, ignoring errors.",
        |vm, a| {
            for number in small(vm, &a[0])?..small(vm, &a[1])? {
                if close(vm, number).is_err() {
                    drop(vm.take_raised());
                }
            }
            Ok(Value::None)
        },
    ),
    native("read(fd, length, /)", "Read bytes.", read),
    native("write(fd, data, /)", "Write bytes.", write),
    native("lseek(fd, position, how, /)", "Go to a position.", lseek),
    native(
        "dup(fd, /)",
        "Another descriptor of the same file.",
        |vm, a| {
            let made = with_descriptor(vm, small(vm, &a[0])?, |fd| rustix::io::dup(fd))?;
            Ok(keep(vm, made))
        },
    ),
    native(
        "dup2(fd, fd2, inheritable=True)",
        "Make a descriptor another one of the same file.",
        dup2,
    ),
    native(
        "pipe()",
        "A pipe: what to read from, what to write to.",
        |vm, _| {
            let made = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC);
            let (reader, writer) = made.map_err(|e| fail(vm, e, None))?;
            Ok(tuple(vec![keep(vm, reader), keep(vm, writer)]))
        },
    ),
    native("isatty(fd, /)", "True on a terminal.", |vm, a| {
        let number = small(vm, &a[0])?;
        let found = on_descriptor(vm, number, |fd| rustix::termios::isatty(fd));
        Ok(found.unwrap_or(false).into())
    }),
    native("fsync(fd)", "Write to the disk.", |vm, a| {
        with_descriptor(vm, small(vm, &a[0])?, |fd| fs::fsync(fd))?;
        Ok(Value::None)
    }),
    native("fdatasync(fd)", "Write the data to the disk.", |vm, a| {
        with_descriptor(vm, small(vm, &a[0])?, |fd| fs::fdatasync(fd))?;
        Ok(Value::None)
    }),
    native("ftruncate(fd, length, /)", "Cut a file.", |vm, a| {
        let length = vm.to_index(&a[1])?.max(0).unsigned_abs();
        with_descriptor(vm, small(vm, &a[0])?, |fd| fs::ftruncate(fd, length))?;
        Ok(Value::None)
    }),
    native(
        "get_inheritable(fd, /)",
        "Whether programs inherit it.",
        |vm, a| {
            let flags = with_descriptor(vm, small(vm, &a[0])?, |fd| rustix::io::fcntl_getfd(fd))?;
            Ok((!flags.contains(rustix::io::FdFlags::CLOEXEC)).into())
        },
    ),
    native(
        "set_inheritable(fd, inheritable, /)",
        "Let programs inherit it.",
        |vm, a| {
            let flags = match vm.truth(&a[1])? {
                true => rustix::io::FdFlags::empty(),
                false => rustix::io::FdFlags::CLOEXEC,
            };
            with_descriptor(vm, small(vm, &a[0])?, |fd| {
                rustix::io::fcntl_setfd(fd, flags)
            })?;
            Ok(Value::None)
        },
    ),
    native("get_blocking(fd, /)", "Whether reads wait.", |vm, a| {
        let flags = with_descriptor(vm, small(vm, &a[0])?, |fd| fs::fcntl_getfl(fd))?;
        Ok((!flags.contains(OFlags::NONBLOCK)).into())
    }),
    native(
        "set_blocking(fd, blocking, /)",
        "Let reads wait.",
        |vm, a| {
            let wait = vm.truth(&a[1])?;
            with_descriptor(vm, small(vm, &a[0])?, |fd| {
                let mut flags = fs::fcntl_getfl(fd)?;
                flags.set(OFlags::NONBLOCK, !wait);
                fs::fcntl_setfl(fd, flags)
            })?;
            Ok(Value::None)
        },
    ),
    native(
        "get_terminal_size(fd=1, /)",
        "How many columns and lines the terminal has.",
        |vm, a| {
            let number = match a[0].bound() {
                Some(v) => small(vm, v)?,
                None => 1,
            };
            let size = with_descriptor(vm, number, |fd| rustix::termios::tcgetwinsize(fd))?;
            super::stat::terminal_size(vm, size.ws_col, size.ws_row)
        },
    ),
];

/// Who owns a descriptor.
enum Owner {
    /// This table.
    Table(OwnedFd),
    /// A file object.
    File(Weak<Stream>),
}

#[derive(Default)]
struct Table(RefCell<HashMap<i32, Owner>>);

fn table(vm: &Vm) -> Rc<Table> {
    vm.state("descriptors", Table::default)
}

/// Keeps a descriptor; returns its number.
pub(crate) fn keep(vm: &Vm, fd: OwnedFd) -> Value {
    let number = fd.as_raw_fd();
    table(vm).0.borrow_mut().insert(number, Owner::Table(fd));
    Value::Int(i64::from(number))
}

/// Notes that a file object owns a descriptor.
pub(crate) fn register(vm: &Vm, stream: &Rc<Stream>) {
    let Some(number) = stream.number() else {
        return;
    };
    let table = table(vm);
    let mut owners = table.0.borrow_mut();
    if owners.len() > 64 && owners.len().is_power_of_two() {
        owners.retain(|_, owner| match owner {
            Owner::Table(_) => true,
            Owner::File(file) => file.strong_count() > 0,
        });
    }
    owners.insert(number, Owner::File(Rc::downgrade(stream)));
}

/// A descriptor for a file object: the one of this number if it is to be the object's, else another
/// one of the same file.
pub(crate) fn take(vm: &Vm, number: i32, is_own: bool) -> R<OwnedFd> {
    if is_own {
        let table = table(vm);
        let mut owners = table.0.borrow_mut();
        if let Some(Owner::Table(_)) = owners.get(&number) {
            if let Some(Owner::Table(fd)) = owners.remove(&number) {
                return Ok(fd);
            }
        }
    }
    with_descriptor(vm, number, |fd| rustix::io::dup(fd))
}

/// Calls the system with the descriptor of this number.
pub(super) fn with_descriptor<T>(
    vm: &Vm,
    number: i32,
    act: impl FnMut(BorrowedFd<'_>) -> rustix::io::Result<T>,
) -> R<T> {
    on_descriptor(vm, number, act)
        .unwrap_or(Err(Errno::BADF))
        .map_err(|e| fail(vm, e, None))
}

/// `None` if there is no such descriptor.
fn on_descriptor<T>(vm: &Vm, number: i32, mut act: impl FnMut(BorrowedFd<'_>) -> T) -> Option<T> {
    let table = table(vm);
    let file = match table.0.borrow().get(&number) {
        Some(Owner::Table(fd)) => return Some(act(fd.as_fd())),
        Some(Owner::File(file)) => file.upgrade(),
        None => None,
    };
    if let Some(file) = file.filter(|f| f.number() == Some(number)) {
        return file.on_descriptor(&mut act);
    }
    match number {
        0 => Some(act(std::io::stdin().as_fd())),
        1 => Some(act(std::io::stdout().as_fd())),
        2 => Some(act(std::io::stderr().as_fd())),
        _ => None,
    }
}

fn open(vm: &Vm, args: &[Value]) -> R {
    super::files::no_dir_fd(vm, &args[3])?;
    let path = path(vm, &args[0], "open", "path")?;
    let flags = OFlags::from_bits_retain(small(vm, &args[1])? as u32) | OFlags::CLOEXEC;
    let mode = match args[2].bound() {
        Some(v) => small(vm, v)? as u32,
        None => 0o777,
    };
    let mode = Mode::from_bits_retain(mode & 0o7777);
    match super::retry(vm, || fs::open(path.as_path(), flags, mode))? {
        Ok(fd) => Ok(keep(vm, fd)),
        Err(e) => Err(fail(vm, e, Some(&path.shown))),
    }
}

fn close(vm: &Vm, number: i32) -> R {
    let owner = table(vm).0.borrow_mut().remove(&number);
    match owner {
        Some(Owner::Table(fd)) => drop(fd),
        Some(Owner::File(file)) => match file.upgrade().filter(|f| f.number() == Some(number)) {
            Some(file) => file.close(vm)?,
            None => return Err(fail(vm, Errno::BADF, None)),
        },
        // The standard streams stay open: the interpreter itself writes to them.
        None if (0..3).contains(&number) => {}
        None => return Err(fail(vm, Errno::BADF, None)),
    }
    Ok(Value::None)
}

/// The most bytes of one read.
const MOST: usize = 1 << 30;

fn read(vm: &Vm, args: &[Value]) -> R {
    let number = small(vm, &args[0])?;
    let length = vm.to_index(&args[1])?;
    let Ok(length) = usize::try_from(length) else {
        return Err(fail(vm, Errno::INVAL, None));
    };
    let mut buffer = vec![0; length.min(MOST)];
    loop {
        vm.poll()?;
        let result = on_descriptor(vm, number, |fd| rustix::io::read(fd, &mut buffer[..]));
        match result {
            Some(Ok(read)) => {
                buffer.truncate(read);
                return Ok(bytes(buffer));
            }
            Some(Err(Errno::INTR)) => {}
            Some(Err(e)) => return Err(fail(vm, e, None)),
            None => return Err(fail(vm, Errno::BADF, None)),
        }
    }
}

fn write(vm: &Vm, args: &[Value]) -> R {
    let number = small(vm, &args[0])?;
    let Some(data) = bytes_of(&vm.native(&args[1])) else {
        return Err(vm.type_error(format!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&args[1])
        )));
    };
    loop {
        vm.poll()?;
        match on_descriptor(vm, number, |fd| rustix::io::write(fd, &data)) {
            Some(Ok(written)) => return Ok(written.into()),
            Some(Err(Errno::INTR)) => {}
            Some(Err(e)) => return Err(fail(vm, e, None)),
            None => return Err(fail(vm, Errno::BADF, None)),
        }
    }
}

fn lseek(vm: &Vm, args: &[Value]) -> R {
    let number = small(vm, &args[0])?;
    let offset = vm.to_index(&args[1])?;
    let to = match (small(vm, &args[2])?, u64::try_from(offset)) {
        (0, Ok(offset)) => fs::SeekFrom::Start(offset),
        (1, _) => fs::SeekFrom::Current(offset),
        (2, _) => fs::SeekFrom::End(offset),
        _ => return Err(fail(vm, Errno::INVAL, None)),
    };
    let at = with_descriptor(vm, number, |fd| fs::seek(fd, to))?;
    Ok(Value::Int(i64::try_from(at).unwrap_or(i64::MAX)))
}

fn dup2(vm: &Vm, args: &[Value]) -> R {
    let (from, to) = (small(vm, &args[0])?, small(vm, &args[1])?);
    // First a copy: source and target may be the same entry of the table.
    let copy = with_descriptor(vm, from, |fd| rustix::io::dup(fd))?;
    let done = match to {
        0 => stdio::dup2_stdin(&copy),
        1 => stdio::dup2_stdout(&copy),
        2 => stdio::dup2_stderr(&copy),
        _ => match table(vm).0.borrow_mut().get_mut(&to) {
            Some(Owner::Table(fd)) => rustix::io::dup2(&copy, fd),
            _ => Err(Errno::BADF),
        },
    };
    done.map_err(|e| fail(vm, e, None))?;
    Ok(Value::Int(i64::from(to)))
}
