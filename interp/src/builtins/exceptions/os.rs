//! `OSError`: its fields, and the subclass for each error number.

use std::io::ErrorKind;

use super::base::{base_str, init_args, new_arguments, reduced, refuse_keywords};
use super::{own_field, set_field, this};
use crate::native::{Native, method, static_method};
use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{Attribute, NativeObj};
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

pub(super) const METHODS: &[Native] = &[
    static_method(
        "__new__(*args, **kwargs)",
        "Create and return a new object.",
        new,
    ),
    method("__init__(*args, **kwargs)", "Initialize self.", init),
    method("__str__()", "Return str(self).", os_str),
    method("__reduce__()", "Helper for pickle.", reduce),
];

macro_rules! os_field {
    ($name:ident) => {
        Attribute {
            name: stringify!($name),
            get: |vm, v| Ok(get(vm, this(vm, v, stringify!($name))?, &vm.names.$name)),
            set: Some(|vm, v, value| set_field(vm, v, &vm.names.$name, value)),
        }
    };
}

pub(super) const FIELDS: &[Attribute] = &[
    os_field!(errno),
    os_field!(strerror),
    os_field!(filename),
    os_field!(filename2),
];

pub(super) const BLOCKING_FIELDS: &[Attribute] = &[Attribute {
    name: WRITTEN,
    get: get_written,
    set: Some(|vm, v, value| set_field(vm, v, &vm.name(WRITTEN), value)),
}];

const WRITTEN: &str = "characters_written";

fn get_written(vm: &Vm, v: &Value) -> R {
    let written = own_field(this(vm, v, WRITTEN)?, &vm.name(WRITTEN));
    if written.is_none() {
        return Err(vm.attribute_error(WRITTEN, &vm.text(WRITTEN), v));
    }
    Ok(written)
}

/// A field: as set, or by the arguments of an exception that the runtime made.
fn get(vm: &Vm, exception: &ExceptionObj, name: &Name) -> Value {
    if let Some(own) = exception.attrs_if_any().and_then(|d| d.get_name(name)) {
        return own;
    }
    let args = exception.args();
    match args.items() {
        [errno, ..] if *name == vm.names.errno && args.items().len() == 2 => errno.clone(),
        [_, strerror] if *name == vm.names.strerror => strerror.clone(),
        _ => Value::None,
    }
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let (class, rest) = new_arguments(vm, args)?;
    if initializes(vm, class) {
        return Ok(Ref::<ExceptionObj>::of_class(class, rest.to_vec()).into());
    }
    if args[1]
        .downcast()
        .is_some_and(|d: &Ref<crate::objects::dict::DictObj>| !d.is_empty())
    {
        let text = format!("{}() takes no keyword arguments", class.name_text());
        return Err(vm.type_error(text));
    }
    let by_number = match rest {
        [Value::Int(errno), _, ..] if class.is(&vm.exceptions.OSError) && rest.len() <= 5 => {
            subclass(vm, *errno as i32)
        }
        _ => None,
    };
    let exception = Ref::<ExceptionObj>::of_class(by_number.unwrap_or(class), rest.to_vec());
    set_fields(vm, &exception, rest);
    Ok(exception.into())
}

/// True if the work is left to `__init__`: the class has one of its own, and no `__new__`.
fn initializes(vm: &Vm, class: &Ref<ClassObj>) -> bool {
    let is_native = |name: &Name| {
        let found = class.lookup(vm, name).map(|f| vm.unwrap_method(&f));
        found.is_some_and(|f| f.downcast::<NativeObj>().is_some())
    };
    !is_native(&vm.names.init_) && is_native(&vm.names.new_)
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__init__")?;
    if !initializes(vm, &exception.class()) {
        return Ok(Value::None);
    }
    refuse_keywords(vm, exception, &args[2])?;
    init_args(exception, &args[1]);
    let given = exception.args();
    set_fields(vm, exception, given.items());
    Ok(Value::None)
}

/// Takes the fields out of two to five arguments; a file name does not stay among `args`.
fn set_fields(vm: &Vm, exception: &Ref<ExceptionObj>, given: &[Value]) {
    if !(2..=5).contains(&given.len()) {
        return;
    }
    let (attrs, names) = (exception.attrs(), &vm.names);
    attrs.set_name(&names.errno, given[0].clone());
    attrs.set_name(&names.strerror, given[1].clone());
    let blocking = exception
        .class()
        .is_subclass(&vm.exceptions.BlockingIOError);
    match given.get(2) {
        Some(written @ Value::Int(_)) if blocking => {
            attrs.set_name(&vm.name(WRITTEN), written.clone());
        }
        Some(filename) if !filename.is_none() => {
            attrs.set_name(&names.filename, filename.clone());
            if let Some(second) = given.get(4).filter(|f| !f.is_none()) {
                attrs.set_name(&names.filename2, second.clone());
            }
            drop(
                exception
                    .args
                    .replace(Ref::<TupleObj>::from_slice(&given[..2])),
            );
        }
        _ => {}
    }
}

fn os_str(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__str__")?;
    let names = &vm.names;
    let filename = get(vm, exception, &names.filename);
    let (errno, strerror) = (
        get(vm, exception, &names.errno),
        get(vm, exception, &names.strerror),
    );
    if filename.is_none() && (errno.is_none() || strerror.is_none()) {
        return base_str(vm, exception);
    }
    let mut text = format!(
        "[Errno {}] {}",
        vm.str(&errno)?.as_str(),
        vm.str(&strerror)?.as_str()
    );
    if !filename.is_none() {
        text += &format!(": {}", vm.repr(&filename)?.as_str());
        let second = get(vm, exception, &names.filename2);
        if !second.is_none() {
            text += &format!(" -> {}", vm.repr(&second)?.as_str());
        }
    }
    Ok(vm.text(&text))
}

fn reduce(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__reduce__")?;
    let mut given = exception.args().items().to_vec();
    let filename = get(vm, exception, &vm.names.filename);
    if given.len() == 2 && !filename.is_none() {
        given.push(filename);
        let second = get(vm, exception, &vm.names.filename2);
        if !second.is_none() {
            given.extend([Value::None, second]);
        }
    }
    let fields = ["errno", "strerror", "filename", "filename2"];
    Ok(reduced(
        exception,
        Ref::<TupleObj>::from_vec(given),
        &fields,
    ))
}

/// The subclass of `OSError` for an error number of the system (Linux's numbers).
fn subclass(vm: &Vm, errno: i32) -> Option<&Ref<ClassObj>> {
    let e = &vm.exceptions;
    Some(match errno {
        1 | 13 => &e.PermissionError,
        2 => &e.FileNotFoundError,
        3 => &e.ProcessLookupError,
        4 => &e.InterruptedError,
        10 => &e.ChildProcessError,
        11 | 114 | 115 => &e.BlockingIOError,
        17 => &e.FileExistsError,
        20 => &e.NotADirectoryError,
        21 => &e.IsADirectoryError,
        32 | 108 => &e.BrokenPipeError,
        103 => &e.ConnectionAbortedError,
        104 => &e.ConnectionResetError,
        110 => &e.TimeoutError,
        111 => &e.ConnectionRefusedError,
        _ => return None,
    })
}

/// Raises the `OSError` for a failed system call; `filename` is shown, if given.
#[cold]
pub fn os_error(vm: &Vm, error: &std::io::Error, filename: Option<&Value>) -> Raised {
    let (errno, text) = match error.raw_os_error() {
        Some(errno) => (Some(errno), strerror(errno)),
        None => (errno_of(error.kind()), error.to_string()),
    };
    let Some(errno) = errno else {
        return vm.raise_text(&vm.exceptions.OSError, &text);
    };
    let class = subclass(vm, errno).unwrap_or(&vm.exceptions.OSError);
    let mut given = vec![Value::Int(i64::from(errno)), vm.text(&text)];
    given.extend(filename.cloned());
    let exception = Ref::<ExceptionObj>::of_class(class, given.clone());
    set_fields(vm, &exception, &given);
    vm.raise_exception(exception)
}

/// The text of C's `strerror`.
pub fn strerror(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    let suffix = format!(" (os error {errno})");
    text.strip_suffix(&suffix)
        .map(str::to_owned)
        .unwrap_or(text)
}

/// The error number for a failure that Rust's library reports by kind only.
fn errno_of(kind: ErrorKind) -> Option<i32> {
    Some(match kind {
        ErrorKind::NotFound => 2,
        ErrorKind::Interrupted => 4,
        ErrorKind::WouldBlock => 11,
        ErrorKind::PermissionDenied => 13,
        ErrorKind::AlreadyExists => 17,
        ErrorKind::NotADirectory => 20,
        ErrorKind::IsADirectory => 21,
        ErrorKind::InvalidInput => 22,
        ErrorKind::BrokenPipe => 32,
        ErrorKind::AddrInUse => 98,
        ErrorKind::AddrNotAvailable => 99,
        ErrorKind::ConnectionAborted => 103,
        ErrorKind::ConnectionReset => 104,
        ErrorKind::NotConnected => 107,
        ErrorKind::TimedOut => 110,
        ErrorKind::ConnectionRefused => 111,
        _ => return None,
    })
}
