//! `_decimal`: decimal numbers by the General Decimal Arithmetic Specification.
//!
//! `number`, `context`, `arith`, `functions`, `logical` and `format` work on plain data; the rest
//! are the classes. The exceptions and `DecimalTuple` are in `decimal.aio`, which installs them
//! here.

mod arith;
mod context;
mod context_class;
mod convert;
mod decimal_class;
mod format;
mod functions;
mod logical;
mod number;
mod signal_dict;

use std::cell::OnceCell;
use std::rc::Rc;

use aio_interp::event_loop::context as variables;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::list::list;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Raised, Value, Vm};

use context::{Rounding, status};
use context_class::ContextObj;

/// The classes and what the module keeps.
struct State {
    decimal: Ref<ClassObj>,
    context: Ref<ClassObj>,
    signal_dict: Ref<ClassObj>,
    installed: OnceCell<Installed>,
    /// The variable that holds the current context.
    variable: OnceCell<Value>,
}

/// What `decimal.aio` gives.
struct Installed {
    /// By the bit of the status.
    exceptions: Vec<Value>,
    decimal_tuple: Value,
    /// `DefaultContext`, `BasicContext`, `ExtendedContext`.
    templates: Vec<Value>,
}

fn state(vm: &Vm) -> Rc<State> {
    vm.state("decimal", || State {
        decimal: vm.make_class(&decimal_class::DECIMAL, &[]),
        context: vm.make_class(&context_class::CONTEXT, &[]),
        signal_dict: vm.make_class(&signal_dict::SIGNAL_DICT, &[]),
        installed: OnceCell::new(),
        variable: OnceCell::new(),
    })
}

static ROWS: &[Native] = &[
    native(
        "getcontext()",
        "Get the current default context.",
        |vm, _| current(vm),
    ),
    native(
        "setcontext(context, /)",
        "Set a new default context.",
        set_context,
    ),
    native(
        "install(exceptions, decimal_tuple, /)",
        "Take what is written in the language.",
        install,
    ),
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_decimal", "Decimal numbers.");
    vm.add_natives(&module, ROWS);
    let state = state(vm);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("Decimal", (&state.decimal).into());
    set("Context", (&state.context).into());
    set("SignalDict", (&state.signal_dict).into());
    for (name, _) in Rounding::ALL {
        set(name, vm.text(name));
    }
    Ok(module)
}

fn install(vm: &Vm, args: &[Value]) -> R {
    let half_up = Rounding::HalfUp;
    let basic = status::INVALID
        | status::DIVISION_BY_ZERO
        | status::OVERFLOW
        | status::UNDERFLOW
        | status::CLAMPED;
    let default = status::INVALID | status::DIVISION_BY_ZERO | status::OVERFLOW;
    let templates = vec![
        context_class::make(vm, ContextObj::new(28, Rounding::HalfEven, default)),
        context_class::make(vm, ContextObj::new(9, half_up, basic)),
        context_class::make(vm, ContextObj::new(9, Rounding::HalfEven, 0)),
    ];
    let installed = Installed {
        exceptions: vm.collect(&args[0])?,
        decimal_tuple: args[1].clone(),
        templates: templates.clone(),
    };
    // A second import finds it done.
    let state = state(vm);
    let _ = state.installed.set(installed);
    let kept = state
        .installed
        .get()
        .map_or(templates, |i| i.templates.clone());
    Ok(list(kept))
}

/// The variable of the current context.
fn variable(vm: &Vm) -> R {
    let state = state(vm);
    if let Some(variable) = state.variable.get() {
        return Ok(variable.clone());
    }
    let module = vm.import("contextvars")?;
    let name = vm.text("decimal_context");
    let made = vm.call_method(&module, &vm.name("ContextVar"), &[name])?;
    let _ = state.variable.set(made.clone());
    Ok(made)
}

/// `getcontext()`
fn current(vm: &Vm) -> R {
    let Value::Obj(variable) = variable(vm)? else {
        return Err(vm.system_error("no variable for the context"));
    };
    let here = vm.loops.current_context();
    let found = here
        .as_ref()
        .and_then(variables::data)
        .and_then(|vars| vars.get(&variable));
    if let Some(found) = found {
        return Ok(found);
    }
    let state = state(vm);
    let template = state.installed.get().and_then(|i| i.templates.first());
    let made = match template.and_then(context_class::data) {
        Some(template) => context_class::make(vm, template.copy()),
        None => return Err(vm.system_error("decimal is not set up")),
    };
    enter(vm, made.clone())?;
    Ok(made)
}

/// Makes a context the current one.
fn enter(vm: &Vm, context: Value) -> R<()> {
    if let Value::Obj(variable) = variable(vm)? {
        let here = variables::current(vm);
        if let Some(vars) = variables::data(&here) {
            drop(vars.set(&variable, Some(context)));
        }
    }
    Ok(())
}

fn set_context(vm: &Vm, args: &[Value]) -> R {
    let Some(data) = context_class::data(&vm.native(&args[0])) else {
        return Err(vm.type_error("argument must be a context"));
    };
    let state = state(vm);
    let templates = state.installed.get().map_or(&[][..], |i| &i.templates[..]);
    // The templates stay as they are.
    let is_template = templates.iter().any(|t| t.is(&args[0]));
    let context = if is_template {
        let copy = data.copy();
        copy.flags.set(0);
        context_class::make(vm, copy)
    } else {
        args[0].clone()
    };
    enter(vm, context)?;
    Ok(Value::None)
}

/// The exceptions of a status, the conditions of `InvalidOperation` first.
fn exceptions(vm: &Vm, bits: u32) -> Vec<Value> {
    let state = state(vm);
    let Some(installed) = state.installed.get() else {
        return Vec::new();
    };
    [0, 9, 10, 11, 1, 2, 3, 4, 5, 6, 7, 8]
        .iter()
        .filter(|bit| bits >> **bit & 1 == 1)
        .filter_map(|bit| installed.exceptions.get(*bit).cloned())
        .collect()
}

/// The exceptions of the nine signals, in order.
fn signals(vm: &Vm) -> Vec<Value> {
    let state = state(vm);
    let all = state.installed.get();
    all.map_or_else(Vec::new, |i| i.exceptions.iter().take(9).cloned().collect())
}

/// Raises the exception of a trapped status.
#[cold]
fn trapped(vm: &Vm, bits: u32) -> Raised {
    let listed = exceptions(vm, bits);
    let first = if bits & status::ANY_INVALID != 0 {
        exceptions(vm, status::INVALID)
    } else {
        listed.clone()
    };
    match first.first().and_then(|class| class.downcast::<ClassObj>()) {
        Some(class) => vm.raise_args(class, vec![list(listed)]),
        None => vm.system_error("decimal is not set up"),
    }
}
