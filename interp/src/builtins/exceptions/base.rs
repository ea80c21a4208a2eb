//! `BaseException`: what all exceptions can do.

use super::this;
use crate::native::{Native, method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, expect_class};
use crate::objects::dict::DictObj;
use crate::objects::exception::{ExceptionObj, TracebackObj};
use crate::objects::function::Attribute;
use crate::objects::list::{ListObj, list};
use crate::objects::str::StrObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const METHODS: &[Native] = &[
    static_method(
        "__new__(*args, **kwargs)",
        "Create and return a new object.",
        new,
    ),
    method("__init__(*args, **kwargs)", "Initialize self.", init),
    method("__repr__()", "Return repr(self).", repr),
    method("__str__()", "Return str(self).", to_str),
    method(
        "with_traceback(tb, /)",
        "Set self.__traceback__ to tb and return self.",
        with_traceback,
    ),
    method(
        "add_note(note, /)",
        "Add a note to the exception.",
        add_note,
    ),
    method("__setstate__(state, /)", "Helper for pickle.", setstate),
    method("__reduce__()", "Helper for pickle.", reduce),
];

pub(super) const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "args",
        get: get_args,
        set: Some(set_args),
    },
    Attribute {
        name: "__cause__",
        get: get_cause,
        set: Some(set_cause),
    },
    Attribute {
        name: "__context__",
        get: get_context,
        set: Some(set_context),
    },
    Attribute {
        name: "__suppress_context__",
        get: get_suppress,
        set: Some(set_suppress),
    },
    Attribute {
        name: "__traceback__",
        get: get_traceback,
        set: Some(set_traceback),
    },
    Attribute {
        name: "__dict__",
        get: get_dict,
        set: Some(set_dict),
    },
];

/// The class and the arguments given to `__new__`.
pub(super) fn new_arguments<'a>(vm: &Vm, args: &'a [Value]) -> R<(&'a Ref<ClassObj>, &'a [Value])> {
    let given = args[0]
        .downcast::<TupleObj>()
        .map(|t| t.items())
        .unwrap_or_default();
    let [class, rest @ ..] = given else {
        return Err(vm.type_error("BaseException.__new__(): not enough arguments"));
    };
    let class = expect_class(vm, class, "BaseException.__new__")?;
    if !class.is_subclass(&vm.exceptions.BaseException) {
        let name = class.name_text();
        return Err(vm.type_error(format!(
            "BaseException.__new__({name}): {name} is not a subtype of BaseException"
        )));
    }
    Ok((class, rest))
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let (class, rest) = new_arguments(vm, args)?;
    Ok(Ref::<ExceptionObj>::of_class(class, rest.to_vec()).into())
}

fn init(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__init__")?;
    refuse_keywords(vm, exception, &args[2])?;
    init_args(exception, &args[1]);
    Ok(Value::None)
}

/// Sets `args` to those of the call.
pub(super) fn init_args(exception: &ExceptionObj, args: &Value) {
    if let Some(args) = args.downcast::<TupleObj>() {
        drop(exception.args.replace(args.clone()));
    }
}

/// Exceptions take no keywords, except a few.
pub(super) fn refuse_keywords(vm: &Vm, exception: &ExceptionObj, kwargs: &Value) -> R<()> {
    if kwargs.downcast::<DictObj>().is_none_or(|d| d.is_empty()) {
        return Ok(());
    }
    let name = exception.class().name_text();
    Err(vm.type_error(format!("{name}() takes no keyword arguments")))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__repr__")?;
    let name = exception.class().name_text();
    let given = exception.args();
    let _guard = vm.enter_native()?;
    let text = match given.items() {
        [only] => format!("{name}({})", vm.repr(only)?.as_str()),
        _ => format!("{name}{}", vm.repr(&given.into())?.as_str()),
    };
    Ok(vm.text(&text))
}

fn to_str(vm: &Vm, args: &[Value]) -> R {
    base_str(vm, this(vm, &args[0], "__str__")?)
}

/// The text of the only argument, or of the tuple of several.
pub(super) fn base_str(vm: &Vm, exception: &ExceptionObj) -> R {
    let given = exception.args();
    let _guard = vm.enter_native()?;
    match given.items() {
        [] => Ok(vm.text("")),
        [only] => vm.str(only).map(Value::from),
        _ => vm.repr(&given.into()).map(Value::from),
    }
}

fn with_traceback(vm: &Vm, args: &[Value]) -> R {
    set_traceback(vm, &args[0], &args[1])?;
    Ok(args[0].clone())
}

fn add_note(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "add_note")?;
    if !vm.native(&args[1]).is_kind(Kind::Str) {
        let text = format!("note must be a str, not '{}'", vm.type_name(&args[1]));
        return Err(vm.type_error(text));
    }
    match exception.attrs().get_name(&vm.names.notes_) {
        None => exception
            .attrs()
            .set_name(&vm.names.notes_, list(vec![args[1].clone()])),
        Some(notes) => match notes.downcast::<ListObj>() {
            Some(notes) => notes.push(args[1].clone()),
            None => return Err(vm.type_error("Cannot add note: __notes__ is not a list")),
        },
    }
    Ok(Value::None)
}

/// Adds a note that the runtime writes.
pub(crate) fn add_note_text(vm: &Vm, exception: &ExceptionObj, text: &str) {
    let note = vm.text(text);
    let notes = exception.attrs().get_name(&vm.names.notes_);
    match notes.as_ref().and_then(|n| n.downcast::<ListObj>()) {
        Some(notes) => notes.push(note),
        None => exception
            .attrs()
            .set_name(&vm.names.notes_, list(vec![note])),
    }
}

fn setstate(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__setstate__")?;
    if args[1].is_none() {
        return Ok(Value::None);
    }
    let state = vm.native(&args[1]);
    let Some(state) = state.downcast::<DictObj>() else {
        return Err(vm.type_error("state is not a dictionary"));
    };
    for (key, value) in state.entries() {
        if let Some(name) = key.downcast::<StrObj>() {
            vm.set_attr(&Value::from(exception), &vm.interned.name_of(name), value)?;
        }
    }
    Ok(Value::None)
}

fn reduce(vm: &Vm, args: &[Value]) -> R {
    let exception = this(vm, &args[0], "__reduce__")?;
    Ok(reduced(exception, exception.args(), &[]))
}

/// `(class, args, state)`, where `state` leaves out the fields that `args` give.
pub(super) fn reduced(exception: &ExceptionObj, args: Ref<TupleObj>, given: &[&str]) -> Value {
    let class = exception.class().into();
    let state = exception.attrs_if_any().map(|d| d.copy());
    if let Some(state) = state {
        for (key, _) in state.entries() {
            let Some(name) = key.downcast::<StrObj>() else {
                continue;
            };
            if given.contains(&name.as_str()) {
                drop(state.remove_text(name));
            }
        }
        if !state.is_empty() {
            return tuple(vec![class, args.into(), state.into()]);
        }
    }
    tuple(vec![class, args.into()])
}

fn get_args(vm: &Vm, v: &Value) -> R {
    Ok(this(vm, v, "args")?.args().into())
}

fn set_args(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let exception = this(vm, v, "args")?;
    if value.is_unbound() {
        return Err(vm.type_error("args may not be deleted"));
    }
    let items = vm.collect(value)?;
    drop(exception.args.replace(Ref::<TupleObj>::from_vec(items)));
    Ok(())
}

/// An exception or `None` that is assigned to `name` (`__cause__`, `__context__`).
fn linked(vm: &Vm, value: &Value, name: &str) -> R<Option<Ref<ExceptionObj>>> {
    if value.is_unbound() {
        return Err(vm.type_error(format!("__{name}__ may not be deleted")));
    }
    match value.downcast::<ExceptionObj>() {
        Some(exception) => Ok(Some(exception.clone())),
        None if value.is_none() => Ok(None),
        None => Err(vm.type_error(format!(
            "exception {name} must be None or derive from BaseException"
        ))),
    }
}

fn get_cause(vm: &Vm, v: &Value) -> R {
    let cause = this(vm, v, "__cause__")?.cause.borrow().clone();
    Ok(cause.map_or(Value::None, Value::from))
}

fn set_cause(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let exception = this(vm, v, "__cause__")?;
    let cause = linked(vm, value, "cause")?;
    exception.suppress_context.set(true);
    drop(exception.cause.replace(cause));
    Ok(())
}

fn get_context(vm: &Vm, v: &Value) -> R {
    let context = this(vm, v, "__context__")?.context.borrow().clone();
    Ok(context.map_or(Value::None, Value::from))
}

fn set_context(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let exception = this(vm, v, "__context__")?;
    let context = linked(vm, value, "context")?;
    drop(exception.context.replace(context));
    Ok(())
}

fn get_suppress(vm: &Vm, v: &Value) -> R {
    Ok(Value::bool(
        this(vm, v, "__suppress_context__")?.suppress_context.get(),
    ))
}

fn set_suppress(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let exception = this(vm, v, "__suppress_context__")?;
    let Some(on) = value.as_bool() else {
        return Err(vm.type_error("attribute value type must be bool"));
    };
    exception.suppress_context.set(on);
    Ok(())
}

fn get_traceback(vm: &Vm, v: &Value) -> R {
    Ok(vm.traceback_of(this(vm, v, "__traceback__")?))
}

fn set_traceback(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let exception = this(vm, v, "__traceback__")?;
    let trace = match value.downcast::<TracebackObj>() {
        Some(t) => t.steps().into_iter().rev().collect(),
        None if value.is_none() => Vec::new(),
        None if value.is_unbound() => {
            return Err(vm.type_error("__traceback__ may not be deleted"));
        }
        None => return Err(vm.type_error("__traceback__ must be a traceback or None")),
    };
    drop(exception.trace.replace(trace));
    // The very object is given back, if it is a whole traceback.
    let seen = value.downcast::<TracebackObj>();
    drop(exception.seen_trace.replace(seen.cloned()));
    Ok(())
}

fn get_dict(vm: &Vm, v: &Value) -> R {
    Ok(this(vm, v, "__dict__")?.attrs().into())
}

fn set_dict(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let exception = this(vm, v, "__dict__")?;
    let Some(dict) = value.downcast::<DictObj>() else {
        return Err(vm.type_error(format!(
            "__dict__ must be set to a dictionary, not a '{}'",
            vm.type_name(value)
        )));
    };
    exception.set_attrs(dict.clone());
    Ok(())
}
