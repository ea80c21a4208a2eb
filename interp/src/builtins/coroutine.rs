//! Generators, coroutines, async generators and the steps of these: their methods and attributes.
//!
//! How they run is in `coroutine`; the iterators that `__await__` gives are in `await_iter`.

mod await_iter;
mod frame;

pub(crate) use await_iter::{await_iterator_of, awaited_by};

use crate::classes::ClassSpec;
use crate::code::CodeKind;
use crate::coroutine::CoroutineObj;
use crate::coroutine::async_gen::{AsyncGenStepObj, StepKind};
use crate::native::{Native, class_method, method};
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::exception::{ExceptionObj, TracebackObj};
use crate::objects::function::Attribute;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;
pub(crate) use frame::frame as coroutine_frame;
use frame::{frame, get_await, get_code, get_running, get_suspended};

const SEND: Native = method(
    "send(arg, /)",
    "Send 'arg' in, return the next yielded value or raise StopIteration.",
    send,
);
const THROW: Native = method(
    "throw(type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
    "Raise an exception inside, return the next yielded value or raise StopIteration.",
    throw,
);
const CLOSE: Native = method("close()", "Raise GeneratorExit inside.", close);
const REPR: Native = method("__repr__()", "Return repr(self).", repr);
const NAME: Attribute = Attribute {
    name: "__name__",
    get: get_name,
    set: Some(set_name),
};
const QUALNAME: Attribute = Attribute {
    name: "__qualname__",
    get: get_qualname,
    set: Some(set_qualname),
};
const ALIAS: Native = class_method(
    "__class_getitem__(item, /)",
    "See PEP 585",
    super::alias::class_getitem,
);

/// `generator`.
pub static GENERATOR: ClassSpec = ClassSpec {
    name: "generator",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Coroutine),
    methods: &[
        method("__iter__()", "Implement iter(self).", |_, a| {
            Ok(a[0].clone())
        }),
        method("__next__()", "Implement next(self).", next),
        SEND,
        THROW,
        CLOSE,
        REPR,
        ALIAS,
    ],
    attributes: &[
        NAME,
        QUALNAME,
        Attribute {
            name: "gi_running",
            get: get_running,
            set: None,
        },
        Attribute {
            name: "gi_suspended",
            get: get_suspended,
            set: None,
        },
        Attribute {
            name: "gi_frame",
            get: frame,
            set: None,
        },
        Attribute {
            name: "gi_code",
            get: get_code,
            set: None,
        },
        Attribute {
            name: "gi_yieldfrom",
            get: get_await,
            set: None,
        },
    ],
    subclassable: false,
};

/// `coroutine`.
pub static COROUTINE: ClassSpec = ClassSpec {
    name: "coroutine",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Coroutine),
    methods: &[
        method(
            "__await__()",
            "Return an iterator to be used in await expression.",
            |vm, a| {
                let co = this(vm, &a[0], "coroutine", "__await__")?;
                Ok(await_iterator_of(vm, &co.into()))
            },
        ),
        SEND,
        THROW,
        CLOSE,
        REPR,
        ALIAS,
    ],
    attributes: &[
        NAME,
        QUALNAME,
        Attribute {
            name: "cr_running",
            get: get_running,
            set: None,
        },
        Attribute {
            name: "cr_suspended",
            get: get_suspended,
            set: None,
        },
        Attribute {
            name: "cr_frame",
            get: frame,
            set: None,
        },
        Attribute {
            name: "cr_code",
            get: get_code,
            set: None,
        },
        Attribute {
            name: "cr_await",
            get: get_await,
            set: None,
        },
        Attribute {
            name: "cr_origin",
            get: |_, _| Ok(Value::None),
            set: None,
        },
    ],
    subclassable: false,
};

/// `async_generator`.
pub static ASYNC_GENERATOR: ClassSpec = ClassSpec {
    name: "async_generator",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Coroutine),
    methods: &[
        method(
            "__aiter__()",
            "Return an awaitable, that resolves in asynchronous iterator.",
            |_, a| Ok(a[0].clone()),
        ),
        method(
            "__anext__()",
            "Return a value or raise StopAsyncIteration.",
            |vm, a| step(vm, &a[0], StepKind::Send(Value::None)),
        ),
        method(
            "asend(value, /)",
            "Send 'value' in, return the next yielded value or raise StopAsyncIteration.",
            |vm, a| step(vm, &a[0], StepKind::Send(a[1].clone())),
        ),
        method(
            "athrow(type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
            "Raise an exception inside, return the next yielded value or raise StopAsyncIteration.",
            |vm, a| {
                warn_of_three(vm, a, "athrow")?;
                let e = thrown(vm, &a[1..])?;
                step(vm, &a[0], StepKind::Throw(e))
            },
        ),
        method("aclose()", "Raise GeneratorExit inside.", |vm, a| {
            step(vm, &a[0], StepKind::Close)
        }),
        REPR,
        ALIAS,
    ],
    attributes: &[
        NAME,
        QUALNAME,
        Attribute {
            name: "ag_running",
            get: get_agen_running,
            set: None,
        },
        Attribute {
            name: "ag_suspended",
            get: get_suspended,
            set: None,
        },
        Attribute {
            name: "ag_frame",
            get: frame,
            set: None,
        },
        Attribute {
            name: "ag_code",
            get: get_code,
            set: None,
        },
        Attribute {
            name: "ag_await",
            get: get_await,
            set: None,
        },
    ],
    subclassable: false,
};

/// The awaitable that `__anext__`, `asend`, `athrow` and `aclose` make.
pub static ASYNC_GENERATOR_STEP: ClassSpec = ClassSpec {
    name: "async_generator_asend",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::AsyncGenStep),
    methods: &[
        method(
            "__await__()",
            "Return an iterator to be used in await expression.",
            |_, a| Ok(a[0].clone()),
        ),
        method("__iter__()", "Implement iter(self).", |_, a| {
            Ok(a[0].clone())
        }),
        method("__next__()", "Implement next(self).", |vm, a| {
            let root = step_root(vm, &a[0])?;
            vm.coroutine_send(&root, Value::None)
        }),
        method("send(arg, /)", "Send 'arg' in.", |vm, a| {
            let root = step_root(vm, &a[0])?;
            if !a[1].is_none() && this_step(vm, &a[0])?.send_first(&a[1]) {
                return vm.coroutine_send(&root, Value::None);
            }
            vm.coroutine_send(&root, a[1].clone())
        }),
        method(
            "throw(type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
            "Raise an exception inside.",
            |vm, a| {
                warn_of_three(vm, a, "throw")?;
                let e = thrown(vm, &a[1..])?;
                let root = step_root(vm, &a[0])?;
                let step = this_step(vm, &a[0])?;
                vm.check_step(step)?;
                if step.throw_first(&e) {
                    return vm.coroutine_send(&root, Value::None);
                }
                vm.coroutine_throw(&root, e)
            },
        ),
        method("close()", "Raise GeneratorExit inside.", |vm, a| {
            let step = this_step(vm, &a[0])?;
            if !step.is_used() {
                step.mark_used();
                return Ok(Value::None);
            }
            let root = step.root.borrow().clone();
            match root {
                Some(root) => vm.coroutine_close(&root).map(|_| Value::None),
                None => Ok(Value::None),
            }
        }),
    ],
    attributes: &[],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value, class: &str, method: &str) -> R<&'a Ref<CoroutineObj>> {
    super::this(vm, v, class, method)
}

fn this_step<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<AsyncGenStepObj>> {
    super::this(vm, v, "async_generator_asend", "send")
}

/// The coroutine that drives a step by hand.
fn step_root(vm: &Vm, v: &Value) -> R<Ref<CoroutineObj>> {
    let step = this_step(vm, v)?;
    let is_over = step
        .root
        .borrow()
        .as_ref()
        .is_some_and(|root| root.state() == crate::coroutine::State::Done);
    if is_over {
        return Err(vm.runtime_error(step.reuse_text()));
    }
    Ok(step.root(vm))
}

fn step(vm: &Vm, v: &Value, kind: StepKind) -> R {
    let generator = this(vm, v, "async_generator", "asend")?;
    Ok(AsyncGenStepObj::make(generator, kind).into())
}

fn next(vm: &Vm, a: &[Value]) -> R {
    let co = this(vm, &a[0], "generator", "__next__")?;
    vm.coroutine_send(co, Value::None)
}

fn send(vm: &Vm, a: &[Value]) -> R {
    let co = this(vm, &a[0], "generator", "send")?;
    vm.coroutine_send(co, a[1].clone())
}

/// Warns of `throw(type, value, traceback)`.
pub(crate) fn warn_of_three(vm: &Vm, a: &[Value], method: &str) -> R<()> {
    if a[2].is_unbound() && a[3].is_unbound() {
        return Ok(());
    }
    let text = format!(
        "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
    );
    vm.warn(&vm.exceptions.DeprecationWarning, &text)
}

fn throw(vm: &Vm, a: &[Value]) -> R {
    let co = this(vm, &a[0], "generator", "throw")?;
    warn_of_three(vm, a, "throw")?;
    let e = match thrown(vm, &a[1..]) {
        Ok(e) => e,
        Err(raised) => match co.leaf().delegate() {
            // What it waits for has a `throw` of its own, and is the judge.
            Some(iterator) if iterator.is_kind(Kind::Instance) && takes_throw(vm, &iterator)? => {
                vm.take_raised()
            }
            // An exception that cannot be made is thrown all the same; what is none at all
            // reaches only whoever waits for the innermost generator.
            _ if is_exception_class(vm, &a[1]) && a[3].is_missing() => vm.take_raised(),
            _ if co.abandon_leaf() => vm.take_raised(),
            _ => return Err(raised),
        },
    };
    let given = if a[2].is_missing() { &a[1..2] } else { &a[1..] };
    let given = given.iter().filter(|v| !v.is_unbound()).cloned();
    vm.suspension.note_thrown(given.collect());
    let result = vm.coroutine_throw(co, e);
    vm.suspension.note_thrown(vec![]);
    result
}

/// True for an exception class.
fn is_exception_class(vm: &Vm, v: &Value) -> bool {
    v.downcast::<ClassObj>()
        .is_some_and(|c| c.is_subclass(&vm.exceptions.BaseException))
}

/// True if an iterator has `throw`. The pending exception stays.
fn takes_throw(vm: &Vm, iterator: &Value) -> R<bool> {
    let pending = vm.take_raised();
    let found = vm.find_attr(iterator, &vm.names.throw)?.is_some();
    let _ = vm.raise_again(pending);
    Ok(found)
}

fn close(vm: &Vm, a: &[Value]) -> R {
    let co = this(vm, &a[0], "generator", "close")?;
    let returned = vm.coroutine_close(co)?;
    Ok(if co.kind == CodeKind::Generator {
        returned
    } else {
        Value::None
    })
}

/// The exception that the arguments of `throw` mean: an instance, or a class with what to make
/// it from.
pub(crate) fn thrown(vm: &Vm, args: &[Value]) -> R<Ref<ExceptionObj>> {
    let (kind, value, traceback) = (&args[0], &args[1], &args[2]);
    if !traceback.is_missing() && traceback.downcast::<TracebackObj>().is_none() {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    if let Some(e) = kind.downcast::<ExceptionObj>() {
        if !value.is_missing() {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
        return Ok(e.clone());
    }
    let class = kind
        .downcast::<ClassObj>()
        .filter(|c| c.is_subclass(&vm.exceptions.BaseException));
    let Some(class) = class else {
        return Err(vm.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            vm.type_name(kind)
        )));
    };
    if let Some(e) = value.downcast::<ExceptionObj>()
        && e.class().is_subclass(class)
    {
        return Ok(e.clone());
    }
    match value.downcast::<TupleObj>() {
        _ if value.is_missing() => vm.make_exception(class, &[]),
        Some(args) => vm.make_exception(class, args.items()),
        None => vm.make_exception(class, std::slice::from_ref(value)),
    }
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let co = this(vm, &a[0], "generator", "__repr__")?;
    let class = co.class(vm).name_text();
    let name = co.qualname();
    let name = name.as_str().unwrap_or("?");
    Ok(vm.text(&format!(
        "<{class} object {name} at {:#x}>",
        co.obj().address()
    )))
}

fn get_name(vm: &Vm, v: &Value) -> R {
    Ok(this(vm, v, "generator", "__name__")?.name())
}

fn get_qualname(vm: &Vm, v: &Value) -> R {
    Ok(this(vm, v, "generator", "__qualname__")?.qualname())
}

fn set_name(vm: &Vm, v: &Value, name: &Value) -> R<()> {
    if name.as_str().is_none() {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    this(vm, v, "generator", "__name__")?.set_names(Some(name.clone()), None);
    Ok(())
}

fn set_qualname(vm: &Vm, v: &Value, name: &Value) -> R<()> {
    if name.as_str().is_none() {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    this(vm, v, "generator", "__qualname__")?.set_names(None, Some(name.clone()));
    Ok(())
}

fn get_agen_running(vm: &Vm, v: &Value) -> R {
    Ok(this(vm, v, "async_generator", "ag_running")?
        .agen
        .get()
        .running
        .into())
}
