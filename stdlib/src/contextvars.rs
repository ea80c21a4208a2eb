//! `contextvars`: variables whose values belong to a context, which every task has.
//!
//! Contexts themselves are in the interpreter, which hands them to tasks and callbacks.

use std::cell::Cell;
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::event_loop::context;
use aio_interp::native::{Native, class_method, method, native, static_method};
use aio_interp::object::{Kind, Obj, Ref, trace_value};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("contextvars", "Variables of a context.");
    vm.add_natives(&module, ROWS);
    let types = types(vm);
    for (name, class) in [
        ("Context", &vm.context_class()),
        ("ContextVar", &types.var),
        ("Token", &types.token),
    ] {
        module.dict.set_name(&vm.name(name), class.into());
    }
    Ok(module)
}

static ROWS: &[Native] = &[native(
    "copy_context()",
    "Return a copy of the current context.",
    |vm, _| {
        let copy = context::copy_current(vm);
        Ok(Value::Obj(copy.unwrap_or_else(|| {
            context::new_context(vm, Rc::default())
        })))
    },
)];

struct Types {
    var: Ref<ClassObj>,
    token: Ref<ClassObj>,
    /// `Token.MISSING`.
    missing: Value,
}

fn types(vm: &Vm) -> Rc<Types> {
    vm.state("contextvars", || {
        let token = vm.make_class(&TOKEN, &[]);
        let marker = vm.make_class(&MISSING, &[]);
        let missing: Value = Ref::new(HostObj {
            class: marker,
            data: Box::new(Missing),
        })
        .into();
        token.set_own(vm, &vm.name("MISSING"), missing.clone());
        Types {
            var: vm.make_class(&CONTEXT_VAR, &[]),
            token,
            missing,
        }
    })
}

static CONTEXT_VAR: ClassSpec = ClassSpec {
    name: "ContextVar",
    module: "_contextvars",
    doc: "A variable whose value belongs to a context.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method(
            "__new__(cls, /, name=<unrepresentable>, *, default=<unrepresentable>)",
            "Create a variable.",
            new_var,
        ),
        method(
            "get(default=<unrepresentable>, /)",
            "Return the value in the current context.",
            get,
        ),
        method(
            "set(value, /)",
            "Set the value in the current context.",
            set,
        ),
        method(
            "reset(token, /)",
            "Set the value to what it was before.",
            reset,
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(vm.text(&var_text(vm, &a[0])?))
        }),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[Attribute {
        name: "name",
        get: |vm, v| Ok(var(vm, v)?.name.clone()),
        set: None,
    }],
    subclassable: false,
};

/// The data of a variable.
struct Var {
    name: Value,
    /// `Unbound` for none.
    default: Value,
}

impl HostData for Var {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.name, visit);
        trace_value(&self.default, visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

static TOKEN: ClassSpec = ClassSpec {
    name: "Token",
    module: "_contextvars",
    doc: "What `ContextVar.set` returns.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method("__repr__()", "Return repr(self).", |vm, a| {
            let token = token(vm, &a[0])?;
            let used = if token.is_used.get() { "used " } else { "" };
            let var = var_text(vm, &token.var)?;
            let address = a[0].as_obj().map_or(0, Obj::address);
            Ok(vm.text(&format!("<Token {used}var={var} at {address:#x}>")))
        }),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[
        Attribute {
            name: "var",
            get: |vm, v| Ok(token(vm, v)?.var.clone()),
            set: None,
        },
        Attribute {
            name: "old_value",
            get: |vm, v| Ok(token(vm, v)?.old.or(types(vm).missing.clone())),
            set: None,
        },
    ],
    subclassable: false,
};

/// The data of a token.
struct Token {
    var: Value,
    /// `Unbound` if there was no value.
    old: Value,
    /// The context that was changed.
    context: Obj,
    is_used: Cell<bool>,
}

impl HostData for Token {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.var, visit);
        trace_value(&self.old, visit);
        visit(&self.context);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

static MISSING: ClassSpec = ClassSpec {
    name: "Token.MISSING",
    module: "_contextvars",
    doc: "",
    layout: Layout::Native(Kind::Host),
    methods: &[method("__repr__()", "Return repr(self).", |vm, _| {
        Ok(vm.text("<Token.MISSING>"))
    })],
    attributes: &[],
    subclassable: false,
};

struct Missing;

impl HostData for Missing {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn host<'a, T: HostData>(vm: &Vm, v: &'a Value, class: &str) -> R<&'a T> {
    v.downcast::<HostObj>()
        .and_then(|h| h.get::<T>())
        .ok_or_else(|| {
            vm.type_error(format!(
                "expected an instance of {class}, got {}",
                vm.repr_or_name(v)
            ))
        })
}

fn var<'a>(vm: &Vm, v: &'a Value) -> R<&'a Var> {
    host(vm, v, "ContextVar")
}

fn token<'a>(vm: &Vm, v: &'a Value) -> R<&'a Token> {
    host(vm, v, "Token")
}

fn var_text(vm: &Vm, v: &Value) -> R<String> {
    let data = var(vm, v)?;
    let name = vm.repr(&data.name)?;
    let default = match data.default.is_unbound() {
        true => String::new(),
        false => format!(" default={}", vm.repr(&data.default)?.as_str()),
    };
    let address = v.as_obj().map_or(0, Obj::address);
    Ok(format!(
        "<ContextVar name={}{default} at {address:#x}>",
        name.as_str()
    ))
}

fn new_var(vm: &Vm, a: &[Value]) -> R {
    if a[1].is_unbound() {
        let text = "ContextVar() takes exactly 1 positional argument (0 given)";
        return Err(vm.type_error(text));
    }
    if a[1].as_str().is_none() {
        return Err(vm.type_error("context variable name must be a str"));
    }
    let data = Var {
        name: a[1].clone(),
        default: a[2].clone(),
    };
    Ok(Ref::new(HostObj {
        class: types(vm).var.clone(),
        data: Box::new(data),
    })
    .into())
}

fn get(vm: &Vm, a: &[Value]) -> R {
    let data = var(vm, &a[0])?;
    let current = vm.loops.current_context();
    let found = match (&a[0], &current) {
        (Value::Obj(o), Some(context)) => context::data(context).and_then(|c| c.get(o)),
        _ => None,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    for default in [&a[1], &data.default] {
        if let Some(default) = default.bound() {
            return Ok(default.clone());
        }
    }
    Err(vm.raise_args(&vm.exceptions.LookupError, vec![a[0].clone()]))
}

fn set(vm: &Vm, a: &[Value]) -> R {
    var(vm, &a[0])?;
    let context = context::current(vm);
    let (Value::Obj(o), Some(data)) = (&a[0], context::data(&context)) else {
        return Err(vm.system_error("a context variable that is no object"));
    };
    let old = data.set(o, Some(a[1].clone())).unwrap_or_default();
    let token = Token {
        var: a[0].clone(),
        old,
        context,
        is_used: Cell::new(false),
    };
    Ok(Ref::new(HostObj {
        class: types(vm).token.clone(),
        data: Box::new(token),
    })
    .into())
}

fn reset(vm: &Vm, a: &[Value]) -> R {
    var(vm, &a[0])?;
    let token = token(vm, &a[1])?;
    let shown = || vm.repr_or_name(&a[1]);
    if token.is_used.get() {
        return Err(vm.runtime_error(format!("{} has already been used once", shown())));
    }
    if !token.var.is(&a[0]) {
        return Err(vm.value_error(format!("{} was created by a different ContextVar", shown())));
    }
    let is_current = vm
        .loops
        .current_context()
        .is_some_and(|c| c.is(&token.context));
    if !is_current {
        return Err(vm.value_error(format!("{} was created in a different Context", shown())));
    }
    token.is_used.set(true);
    if let (Value::Obj(o), Some(data)) = (&a[0], context::data(&token.context)) {
        drop(data.set(o, token.old.bound().cloned()));
    }
    Ok(Value::None)
}
