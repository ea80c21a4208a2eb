//! `stat` and its kin, and the named tuples that calls of the system return.

use aio_interp::builtins::structseq::{StructSpec, field, struct_class, struct_value};
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::{R, Value, Vm};
use rustix::fs::{self, Stat};

use super::descriptor::with_descriptor;
use super::files::no_dir_fd;
use super::path::{Kind, Target, path, target};
use super::{fail, truth};

pub(super) static ROWS: &[Native] = &[
    native(
        "stat(path, *, dir_fd=None, follow_symlinks=True)",
        "What the system knows of a path.",
        |vm, a| {
            no_dir_fd(vm, &a[1])?;
            let follow = truth(vm, &a[2], true)?;
            stat(vm, &a[0], "stat", follow)
        },
    ),
    native(
        "lstat(path, *, dir_fd=None)",
        "As stat, of a link itself.",
        |vm, a| {
            no_dir_fd(vm, &a[1])?;
            let path = path(vm, &a[0], "lstat", "path")?;
            match fs::lstat(path.as_path()) {
                Ok(found) => stat_value(vm, &found),
                Err(e) => Err(fail(vm, e, Some(&path.shown))),
            }
        },
    ),
    native("fstat(fd)", "As stat, of a descriptor.", |vm, a| {
        let number = super::small(vm, &a[0])?;
        let found = with_descriptor(vm, number, |fd| fs::fstat(fd))?;
        stat_value(vm, &found)
    }),
    native("statvfs(path)", "About a file system.", statvfs),
    native("uname()", "About the system.", uname),
];

/// `os.stat` of a value.
pub(super) fn stat(vm: &Vm, v: &Value, function: &str, follow: bool) -> R {
    match target(vm, v, function, "path", Kind::PathOrNumber)? {
        Target::Path(path) => {
            let found = match follow {
                true => fs::stat(path.as_path()),
                false => fs::lstat(path.as_path()),
            };
            match found {
                Ok(found) => stat_value(vm, &found),
                Err(e) => Err(fail(vm, e, Some(&path.shown))),
            }
        }
        Target::Number(number) => {
            let found = with_descriptor(vm, number, |fd| fs::fstat(fd))?;
            stat_value(vm, &found)
        }
    }
}

static STAT_RESULT: StructSpec = StructSpec {
    module: "os",
    name: "stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.",
    fields: &[
        field::<0>("st_mode"),
        field::<1>("st_ino"),
        field::<2>("st_dev"),
        field::<3>("st_nlink"),
        field::<4>("st_uid"),
        field::<5>("st_gid"),
        field::<6>("st_size"),
        field::<10>("st_atime"),
        field::<11>("st_mtime"),
        field::<12>("st_ctime"),
        field::<13>("st_atime_ns"),
        field::<14>("st_mtime_ns"),
        field::<15>("st_ctime_ns"),
        field::<16>("st_blksize"),
        field::<17>("st_blocks"),
        field::<18>("st_rdev"),
    ],
    visible: 10,
    can_make: true,
};

static STATVFS_RESULT: StructSpec = StructSpec {
    module: "os",
    name: "statvfs_result",
    doc: "statvfs_result: Result from statvfs or fstatvfs.",
    fields: &[
        field::<0>("f_bsize"),
        field::<1>("f_frsize"),
        field::<2>("f_blocks"),
        field::<3>("f_bfree"),
        field::<4>("f_bavail"),
        field::<5>("f_files"),
        field::<6>("f_ffree"),
        field::<7>("f_favail"),
        field::<8>("f_flag"),
        field::<9>("f_namemax"),
        field::<10>("f_fsid"),
    ],
    visible: 10,
    can_make: true,
};

static UNAME_RESULT: StructSpec = StructSpec {
    module: "posix",
    name: "uname_result",
    doc: "uname_result: Result from os.uname().",
    fields: &[
        field::<0>("sysname"),
        field::<1>("nodename"),
        field::<2>("release"),
        field::<3>("version"),
        field::<4>("machine"),
    ],
    visible: 5,
    can_make: true,
};

static TERMINAL_SIZE: StructSpec = StructSpec {
    module: "os",
    name: "terminal_size",
    doc: "A tuple of (columns, lines) for holding terminal window size",
    fields: &[field::<0>("columns"), field::<1>("lines")],
    visible: 2,
    can_make: true,
};

struct Classes {
    stat: Ref<ClassObj>,
    statvfs: Ref<ClassObj>,
    uname: Ref<ClassObj>,
    terminal: Ref<ClassObj>,
}

fn made(vm: &Vm) -> R<std::rc::Rc<Classes>> {
    // Making a class runs calls that may fail: so before the state is asked for.
    if let Some(found) = vm
        .state(
            "posix structs",
            std::cell::OnceCell::<std::rc::Rc<Classes>>::new,
        )
        .get()
    {
        return Ok(found.clone());
    }
    let classes = std::rc::Rc::new(Classes {
        stat: struct_class(vm, &STAT_RESULT)?,
        statvfs: struct_class(vm, &STATVFS_RESULT)?,
        uname: struct_class(vm, &UNAME_RESULT)?,
        terminal: struct_class(vm, &TERMINAL_SIZE)?,
    });
    let cell = vm.state(
        "posix structs",
        std::cell::OnceCell::<std::rc::Rc<Classes>>::new,
    );
    Ok(cell.get_or_init(|| classes).clone())
}

/// The classes by name.
pub(super) fn classes(vm: &Vm) -> R<[(&'static str, Ref<ClassObj>); 4]> {
    let c = made(vm)?;
    Ok([
        ("stat_result", c.stat.clone()),
        ("statvfs_result", c.statvfs.clone()),
        ("uname_result", c.uname.clone()),
        ("terminal_size", c.terminal.clone()),
    ])
}

/// `os.terminal_size`
pub(super) fn terminal_size(vm: &Vm, columns: u16, lines: u16) -> R {
    let fields = [columns, lines].map(|n| Value::Int(i64::from(n)));
    Ok(struct_value(vm, &made(vm)?.terminal, fields.to_vec()))
}

/// An unsigned number, which may be larger than a small int.
fn unsigned(n: u64) -> Value {
    match i64::try_from(n) {
        Ok(n) => Value::Int(n),
        Err(_) => num_bigint::BigInt::from(n).into(),
    }
}

/// `os.stat_result`
pub(super) fn stat_value(vm: &Vm, found: &Stat) -> R {
    let times = [
        (found.st_atime, found.st_atime_nsec),
        (found.st_mtime, found.st_mtime_nsec),
        (found.st_ctime, found.st_ctime_nsec),
    ]
    .map(|(seconds, nanos)| (seconds, nanos as i64));
    let mut fields = vec![
        Value::Int(i64::from(found.st_mode)),
        unsigned(found.st_ino),
        unsigned(found.st_dev),
        unsigned(found.st_nlink),
        Value::Int(i64::from(found.st_uid)),
        Value::Int(i64::from(found.st_gid)),
        Value::Int(found.st_size),
    ];
    fields.extend(times.iter().map(|t| Value::Int(t.0)));
    fields.extend(
        times
            .iter()
            .map(|t| Value::float(t.0 as f64 + 1e-9 * t.1 as f64)),
    );
    fields.extend(
        times
            .iter()
            .map(|t| Value::Int(t.0.saturating_mul(1_000_000_000).saturating_add(t.1))),
    );
    fields.extend([
        Value::Int(found.st_blksize),
        Value::Int(found.st_blocks),
        unsigned(found.st_rdev),
    ]);
    Ok(struct_value(vm, &made(vm)?.stat, fields))
}

fn statvfs(vm: &Vm, args: &[Value]) -> R {
    let found = match target(vm, &args[0], "statvfs", "path", Kind::PathOrNumber)? {
        Target::Path(path) => match fs::statvfs(path.as_path()) {
            Ok(found) => found,
            Err(e) => return Err(fail(vm, e, Some(&path.shown))),
        },
        Target::Number(number) => with_descriptor(vm, number, |fd| fs::fstatvfs(fd))?,
    };
    let fields = [
        found.f_bsize,
        found.f_frsize,
        found.f_blocks,
        found.f_bfree,
        found.f_bavail,
        found.f_files,
        found.f_ffree,
        found.f_favail,
        found.f_flag.bits(),
        found.f_namemax,
        found.f_fsid,
    ];
    let fields = fields.map(unsigned).to_vec();
    Ok(struct_value(vm, &made(vm)?.statvfs, fields))
}

fn uname(vm: &Vm, _: &[Value]) -> R {
    let found = rustix::system::uname();
    let fields = [
        found.sysname(),
        found.nodename(),
        found.release(),
        found.version(),
        found.machine(),
    ];
    let fields = fields.map(|f| vm.text(&f.to_string_lossy())).to_vec();
    Ok(struct_value(vm, &made(vm)?.uname, fields))
}
