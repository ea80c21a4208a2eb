//! Reading folders: `listdir`, `scandir` and its entries.

use std::any::Any;
use std::cell::RefCell;
use std::fs::ReadDir;
use std::os::unix::fs::DirEntryExt;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, class_method, method, native};
use aio_interp::object::{Kind as ObjectKind, Ref};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::{R, Value, Vm};

use super::path::{Kind, PathArg, Target, shown, target};
use super::{fail, stat, truth};

pub(super) static ROWS: &[Native] = &[
    native("listdir(path=None)", "The names in a folder.", listdir),
    native("scandir(path=None)", "The entries of a folder.", scandir),
];

fn read(vm: &Vm, v: &Value, function: &str) -> R<(ReadDir, PathArg)> {
    let path = match target(vm, v, function, "path", Kind::PathNumberOrNone)? {
        Target::Path(path) => path,
        Target::Number(number) => PathArg {
            os: format!("/proc/self/fd/{number}").into(),
            shown: Value::Int(i64::from(number)),
            is_bytes: false,
        },
    };
    match std::fs::read_dir(&path.os) {
        Ok(folder) => Ok((folder, path)),
        Err(e) => {
            let shown = match path.shown.is_none() {
                true => vm.text("."),
                false => path.shown.clone(),
            };
            Err(fail(vm, e, Some(&shown)))
        }
    }
}

fn listdir(vm: &Vm, args: &[Value]) -> R {
    let (folder, path) = read(vm, &args[0], "listdir")?;
    let mut names = Vec::new();
    for entry in folder {
        vm.poll()?;
        let entry = entry.map_err(|e| fail(vm, e, Some(&path.shown)))?;
        names.push(shown(vm, &entry.file_name(), path.is_bytes)?);
    }
    Ok(list(names))
}

/// What `scandir` returns.
struct Scan {
    /// `None` once it is closed.
    folder: RefCell<Option<ReadDir>>,
    path: PathArg,
}

impl HostData for Scan {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

static SCAN: ClassSpec = ClassSpec {
    name: "ScandirIterator",
    module: "posix",
    doc: "The entries of a folder.",
    layout: Layout::Native(ObjectKind::Host),
    methods: &[
        method("__iter__()", "Implement iter(self).", |_, a| {
            Ok(a[0].clone())
        }),
        method("__next__()", "Implement next(self).", next),
        method("__enter__()", "The iterator itself.", |_, a| {
            Ok(a[0].clone())
        }),
        method("__exit__(*args)", "Close it.", close),
        method("close()", "Close it.", close),
    ],
    attributes: &[],
    subclassable: false,
};

/// A `DirEntry`.
struct Entry {
    name: Value,
    path: Value,
    inode: u64,
    file_type: Option<std::fs::FileType>,
}

impl HostData for Entry {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

static ENTRY: ClassSpec = ClassSpec {
    name: "DirEntry",
    module: "posix",
    doc: "An entry of a folder.",
    layout: Layout::Native(ObjectKind::Host),
    methods: &[
        method(
            "is_dir(*, follow_symlinks=True)",
            "Return True if the entry is a directory.",
            |vm, a| is_of(vm, a, std::fs::FileType::is_dir, 0o040_000),
        ),
        method(
            "is_file(*, follow_symlinks=True)",
            "Return True if the entry is a file.",
            |vm, a| is_of(vm, a, std::fs::FileType::is_file, 0o100_000),
        ),
        method(
            "is_symlink()",
            "Return True if the entry is a symbolic link.",
            |vm, a| {
                let found = entry(vm, &a[0])?.file_type;
                Ok(found.is_some_and(|t| t.is_symlink()).into())
            },
        ),
        method("is_junction()", "False: there are none.", |_, _| {
            Ok(Value::False)
        }),
        method(
            "stat(*, follow_symlinks=True)",
            "Return stat_result object for the entry.",
            |vm, a| {
                let follow = truth(vm, &a[1], true)?;
                stat::stat(vm, &entry(vm, &a[0])?.path, "stat", follow)
            },
        ),
        method("inode()", "Return inode of the entry.", |vm, a| {
            let inode = entry(vm, &a[0])?.inode;
            Ok(Value::Int(i64::try_from(inode).unwrap_or(i64::MAX)))
        }),
        method("__fspath__()", "The path of the entry.", |vm, a| {
            Ok(entry(vm, &a[0])?.path.clone())
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let name = vm.repr(&entry(vm, &a[0])?.name)?;
            Ok(vm.text(&format!("<DirEntry {}>", name.as_str())))
        }),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[
        Attribute {
            name: "name",
            get: |vm, v| Ok(entry(vm, v)?.name.clone()),
            set: None,
        },
        Attribute {
            name: "path",
            get: |vm, v| Ok(entry(vm, v)?.path.clone()),
            set: None,
        },
    ],
    subclassable: false,
};

struct Classes {
    scan: Ref<ClassObj>,
    entry: Ref<ClassObj>,
}

fn classes(vm: &Vm) -> std::rc::Rc<Classes> {
    vm.state("posix scandir", || Classes {
        scan: vm.make_class(&SCAN, &[]),
        entry: vm.make_class(&ENTRY, &[]),
    })
}

/// `os.DirEntry`
pub(super) fn entry_class(vm: &Vm) -> Ref<ClassObj> {
    classes(vm).entry.clone()
}

fn host<'a, T: HostData>(vm: &Vm, v: &'a Value) -> R<&'a T> {
    v.downcast::<HostObj>()
        .and_then(|h| h.get::<T>())
        .ok_or_else(|| vm.type_error("an entry of a folder is wanted"))
}

fn entry<'a>(vm: &Vm, v: &'a Value) -> R<&'a Entry> {
    host(vm, v)
}

fn scandir(vm: &Vm, args: &[Value]) -> R {
    let (folder, path) = read(vm, &args[0], "scandir")?;
    let scan = Scan {
        folder: RefCell::new(Some(folder)),
        path,
    };
    Ok(Ref::new(HostObj {
        class: classes(vm).scan.clone(),
        data: Box::new(scan),
    })
    .into())
}

fn close(vm: &Vm, args: &[Value]) -> R {
    host::<Scan>(vm, &args[0])?.folder.borrow_mut().take();
    Ok(Value::None)
}

fn next(vm: &Vm, args: &[Value]) -> R {
    let scan = host::<Scan>(vm, &args[0])?;
    let found = scan.folder.borrow_mut().as_mut().and_then(Iterator::next);
    let found = match found {
        None => {
            scan.folder.borrow_mut().take();
            return Err(vm.stop_iteration(Value::None));
        }
        Some(Ok(found)) => found,
        Some(Err(e)) => return Err(fail(vm, e, Some(&scan.path.shown))),
    };
    let name = found.file_name();
    let path = match scan.path.shown.is_none() {
        true => name.clone(),
        false => scan.path.as_path().join(&name).into_os_string(),
    };
    // As `os.path.join` would join them: `./a` from `.`.
    let data = Entry {
        name: shown(vm, &name, scan.path.is_bytes)?,
        path: shown(vm, &path, scan.path.is_bytes)?,
        inode: found.ino(),
        file_type: found.file_type().ok(),
    };
    Ok(Ref::new(HostObj {
        class: classes(vm).entry.clone(),
        data: Box::new(data),
    })
    .into())
}

/// Whether an entry is of a type; a link may be followed.
fn is_of(vm: &Vm, args: &[Value], test: fn(&std::fs::FileType) -> bool, bits: i64) -> R {
    let found = entry(vm, &args[0])?;
    let follow = truth(vm, &args[1], true)?;
    match found.file_type {
        Some(t) if !(t.is_symlink() && follow) => Ok(test(&t).into()),
        _ => match stat::stat(vm, &found.path, "stat", follow) {
            Ok(stat) => {
                let mode = vm.get_item(&stat, &Value::Int(0))?.as_int().unwrap_or(0);
                Ok((mode & 0o170_000 == bits).into())
            }
            Err(raised) => match vm.catch(&vm.exceptions.FileNotFoundError) {
                Some(_) => Ok(Value::False),
                None => Err(raised),
            },
        },
    }
}
