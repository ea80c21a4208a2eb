//! Calls that take paths: folders, links, permissions, times.

use std::os::unix::ffi::OsStrExt;

use aio_interp::native::{Native, native};
use aio_interp::objects::tuple::TupleObj;
use aio_interp::{R, Value, Vm};
use rustix::fs::{self, Access, AtFlags, CWD, Gid, Mode, Timespec, Timestamps, Uid};

use super::descriptor::with_descriptor;
use super::path::{Kind, PathArg, Target, path, shown, target};
use super::{fail, fail_two, truth};

pub(super) static ROWS: &[Native] = &[
    native("getcwd()", "The current folder.", |vm, _| {
        let folder = std::env::current_dir().map_err(|e| fail(vm, e, None))?;
        shown(vm, folder.as_os_str(), false)
    }),
    native("getcwdb()", "The current folder, as bytes.", |vm, _| {
        let folder = std::env::current_dir().map_err(|e| fail(vm, e, None))?;
        shown(vm, folder.as_os_str(), true)
    }),
    native("chdir(path)", "Change the current folder.", chdir),
    native(
        "mkdir(path, mode=511, *, dir_fd=None)",
        "Make a folder.",
        mkdir,
    ),
    native(
        "rmdir(path, *, dir_fd=None)",
        "Remove a folder.",
        |vm, a| {
            no_dir_fd(vm, &a[1])?;
            on_path(vm, &a[0], "rmdir", |p| fs::rmdir(p.as_path()))
        },
    ),
    native("unlink(path, *, dir_fd=None)", "Remove a file.", |vm, a| {
        no_dir_fd(vm, &a[1])?;
        on_path(vm, &a[0], "unlink", |p| fs::unlink(p.as_path()))
    }),
    native("remove(path, *, dir_fd=None)", "Remove a file.", |vm, a| {
        no_dir_fd(vm, &a[1])?;
        on_path(vm, &a[0], "remove", |p| fs::unlink(p.as_path()))
    }),
    native(
        "rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
        "Rename a file or folder.",
        |vm, a| on_two(vm, a, "rename", |a, b| fs::rename(a.as_path(), b.as_path())),
    ),
    native(
        "replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
        "Rename a file or folder, overwriting the destination.",
        |vm, a| {
            on_two(vm, a, "replace", |a, b| {
                fs::rename(a.as_path(), b.as_path())
            })
        },
    ),
    native(
        "link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
        "Make a hard link.",
        |vm, a| on_two(vm, a, "link", |a, b| fs::link(a.as_path(), b.as_path())),
    ),
    native(
        "symlink(src, dst, target_is_directory=False, *, dir_fd=None)",
        "Make a symbolic link.",
        |vm, a| {
            no_dir_fd(vm, &a[3])?;
            on_two(vm, &a[..2], "symlink", |a, b| {
                fs::symlink(a.as_path(), b.as_path())
            })
        },
    ),
    native(
        "readlink(path, *, dir_fd=None)",
        "What a symbolic link says.",
        readlink,
    ),
    native(
        "access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
        "Whether a path may be used so.",
        access,
    ),
    native(
        "chmod(path, mode, *, dir_fd=None, follow_symlinks=True)",
        "Change the permissions.",
        chmod,
    ),
    native(
        "chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
        "Change the owner.",
        chown,
    ),
    native(
        "utime(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)",
        "Set the times of access and change.",
        utime,
    ),
    native(
        "truncate(path, length)",
        "Cut or lengthen a file.",
        truncate,
    ),
    native(
        "mkfifo(path, mode=438, *, dir_fd=None)",
        "Make a named pipe.",
        mkfifo,
    ),
];

/// Folders as descriptors are not supported.
pub(super) fn no_dir_fd(vm: &Vm, v: &Value) -> R<()> {
    match v.is_missing() {
        true => Ok(()),
        false => {
            let text = "dir_fd unavailable on this platform";
            Err(vm.raise_text(&vm.exceptions.NotImplementedError, text))
        }
    }
}

fn on_path(
    vm: &Vm,
    v: &Value,
    function: &str,
    act: impl FnOnce(&PathArg) -> rustix::io::Result<()>,
) -> R {
    let path = path(vm, v, function, "path")?;
    match act(&path) {
        Ok(()) => Ok(Value::None),
        Err(e) => Err(fail(vm, e, Some(&path.shown))),
    }
}

fn on_two(
    vm: &Vm,
    args: &[Value],
    function: &str,
    act: impl FnOnce(&PathArg, &PathArg) -> rustix::io::Result<()>,
) -> R {
    for folder in args.iter().skip(2).take(2) {
        no_dir_fd(vm, folder)?;
    }
    let from = path(vm, &args[0], function, "src")?;
    let to = path(vm, &args[1], function, "dst")?;
    match act(&from, &to) {
        Ok(()) => Ok(Value::None),
        Err(e) => Err(fail_two(vm, e, &from.shown, &to.shown)),
    }
}

fn mode_of(vm: &Vm, v: &Value, default: u32) -> R<Mode> {
    Ok(Mode::from_bits_retain(match v.bound() {
        None => default,
        Some(v) => super::small(vm, v)? as u32 & 0o7777,
    }))
}

fn chdir(vm: &Vm, args: &[Value]) -> R {
    match target(vm, &args[0], "chdir", "path", Kind::PathOrNumber)? {
        Target::Path(path) => match std::env::set_current_dir(&path.os) {
            Ok(()) => Ok(Value::None),
            Err(e) => Err(fail(vm, e, Some(&path.shown))),
        },
        Target::Number(number) => with_descriptor(vm, number, |fd| {
            rustix::process::fchdir(fd).map(|()| Value::None)
        }),
    }
}

fn mkdir(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[2])?;
    let mode = mode_of(vm, &args[1], 0o777)?;
    on_path(vm, &args[0], "mkdir", |p| fs::mkdir(p.as_path(), mode))
}

fn mkfifo(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[2])?;
    let mode = mode_of(vm, &args[1], 0o666)?;
    on_path(vm, &args[0], "mkfifo", |p| {
        fs::mknodat(CWD, p.as_path(), fs::FileType::Fifo, mode, 0)
    })
}

fn readlink(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[1])?;
    let path = path(vm, &args[0], "readlink", "path")?;
    match fs::readlink(path.as_path(), Vec::new()) {
        Ok(found) => shown(
            vm,
            std::ffi::OsStr::from_bytes(found.to_bytes()),
            path.is_bytes,
        ),
        Err(e) => Err(fail(vm, e, Some(&path.shown))),
    }
}

fn access(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[2])?;
    let path = path(vm, &args[0], "access", "path")?;
    let mode = super::small(vm, &args[1])? as u32;
    let mut flags = AtFlags::empty();
    if truth(vm, &args[3], false)? {
        flags |= AtFlags::EACCESS;
    }
    let access = Access::from_bits_retain(mode & 7);
    let result = match flags.is_empty() {
        true => fs::access(path.as_path(), access),
        false => fs::accessat(CWD, path.as_path(), access, flags),
    };
    Ok(Value::bool(result.is_ok()))
}

fn chmod(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[2])?;
    let target = target(vm, &args[0], "chmod", "path", Kind::PathOrNumber)?;
    let mode = mode_of(vm, &args[1], 0)?;
    match target {
        Target::Path(path) => match fs::chmod(path.as_path(), mode) {
            Ok(()) => Ok(Value::None),
            Err(e) => Err(fail(vm, e, Some(&path.shown))),
        },
        Target::Number(number) => {
            with_descriptor(vm, number, |fd| fs::fchmod(fd, mode).map(|()| Value::None))
        }
    }
}

fn chown(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[3])?;
    let path = path(vm, &args[0], "chown", "path")?;
    let id = |v: &Value| -> R<Option<u32>> { Ok(u32::try_from(vm.to_index(v)?).ok()) };
    let user = id(&args[1])?.map(Uid::from_raw);
    let group = id(&args[2])?.map(Gid::from_raw);
    let flags = match truth(vm, &args[4], true)? {
        true => AtFlags::empty(),
        false => AtFlags::SYMLINK_NOFOLLOW,
    };
    match fs::chownat(CWD, path.as_path(), user, group, flags) {
        Ok(()) => Ok(Value::None),
        Err(e) => Err(fail(vm, e, Some(&path.shown))),
    }
}

/// Seconds, perhaps with a fraction, as a time of the system.
fn seconds(vm: &Vm, v: &Value) -> R<Timespec> {
    if let Value::Int(whole) = vm.native(v) {
        return Ok(Timespec {
            tv_sec: whole,
            tv_nsec: 0,
        });
    }
    let time = vm.to_f64(v)?;
    if !time.is_finite() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    let whole = time.floor();
    Ok(Timespec {
        tv_sec: whole as i64,
        tv_nsec: (((time - whole) * 1e9) as i64).clamp(0, 999_999_999),
    })
}

fn nanoseconds(vm: &Vm, v: &Value) -> R<Timespec> {
    let all = vm.to_index(v)?;
    Ok(Timespec {
        tv_sec: all.div_euclid(1_000_000_000),
        tv_nsec: all.rem_euclid(1_000_000_000),
    })
}

fn utime(vm: &Vm, args: &[Value]) -> R {
    no_dir_fd(vm, &args[3])?;
    let [given, times, ns] = [&args[0], &args[1], &args[2]];
    let target = target(vm, given, "utime", "path", Kind::PathOrNumber)?;
    if !times.is_missing() && ns.bound().is_some() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |v: &Value, text: &str| -> R<[Value; 2]> {
        match v.downcast::<TupleObj>().map(|t| t.items()) {
            Some([a, b]) => Ok([a.clone(), b.clone()]),
            _ => Err(vm.type_error(text)),
        }
    };
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: fs::UTIME_NOW,
    };
    let [accessed, changed] = match (times.is_missing(), ns.bound()) {
        (false, _) => {
            let text = "utime: 'times' must be either a tuple of two ints or None";
            let [a, b] = pair(times, text)?;
            [seconds(vm, &a)?, seconds(vm, &b)?]
        }
        (true, Some(ns)) => {
            let [a, b] = pair(ns, "utime: 'ns' must be a tuple of two ints")?;
            [nanoseconds(vm, &a)?, nanoseconds(vm, &b)?]
        }
        (true, None) => [now, now],
    };
    let times = Timestamps {
        last_access: accessed,
        last_modification: changed,
    };
    let flags = match truth(vm, &args[4], true)? {
        true => AtFlags::empty(),
        false => AtFlags::SYMLINK_NOFOLLOW,
    };
    match target {
        Target::Path(path) => match fs::utimensat(CWD, path.as_path(), &times, flags) {
            Ok(()) => Ok(Value::None),
            Err(e) => Err(fail(vm, e, Some(&path.shown))),
        },
        Target::Number(number) => with_descriptor(vm, number, |fd| {
            fs::futimens(fd, &times).map(|()| Value::None)
        }),
    }
}

fn truncate(vm: &Vm, args: &[Value]) -> R {
    let length = vm.to_index(&args[1])?.max(0).unsigned_abs();
    match target(vm, &args[0], "truncate", "path", Kind::PathOrNumber)? {
        Target::Path(path) => {
            let cut = std::fs::OpenOptions::new()
                .write(true)
                .open(&path.os)
                .and_then(|f| f.set_len(length));
            match cut {
                Ok(()) => Ok(Value::None),
                Err(e) => Err(fail(vm, e, Some(&path.shown))),
            }
        }
        Target::Number(number) => with_descriptor(vm, number, |fd| {
            fs::ftruncate(fd, length).map(|()| Value::None)
        }),
    }
}
