//! `super`.

use super::this;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::cell::CellObj;
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::{Attribute, SuperObj};
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::stack::Slot;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `super`.
pub static SUPER: ClassSpec = ClassSpec {
    name: "super",
    module: "builtins",
    doc: "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)",
    layout: Layout::Native(Kind::Super),
    methods: &[
        static_method(
            "__new__(cls, /, *args)",
            "Create and return a new object.",
            new,
        ),
        method("__init__(*args)", "Initialize self.", init),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "__getattribute__(name, /)",
            "Return getattr(self, name).",
            getattribute,
        ),
    ],
    attributes: &[
        Attribute {
            name: "__thisclass__",
            get: get_this_class,
            set: Some(super::read_only),
        },
        Attribute {
            name: "__self__",
            get: get_self,
            set: Some(super::read_only),
        },
        Attribute {
            name: "__self_class__",
            get: get_self_class,
            set: Some(super::read_only),
        },
    ],
    subclassable: true,
};

/// `super(class, obj)`: also what `super()` means in a method of `class` with first argument
/// `obj`.
pub fn make(vm: &Vm, class: &Ref<ClassObj>, obj: &Value) -> R {
    let receiver_class = receiver_class(vm, class, obj)?;
    let this_class = class.clone();
    Ok(Ref::new(SuperObj {
        this_class,
        receiver: obj.clone(),
        receiver_class,
    })
    .into())
}

/// The class whose order is searched.
fn receiver_class(vm: &Vm, class: &Ref<ClassObj>, obj: &Value) -> R<Ref<ClassObj>> {
    if let Some(own) = obj.downcast::<ClassObj>().filter(|c| c.is_subclass(class)) {
        return Ok(own.clone());
    }
    let of = vm.class_of(obj);
    if of.is_subclass(class) {
        return Ok(of);
    }
    let claimed = vm.find_attr(obj, &vm.names.class_)?;
    match claimed.and_then(|c| c.downcast::<ClassObj>().cloned()) {
        Some(claimed) if claimed.is_subclass(class) => Ok(claimed),
        _ => {
            let what = match obj.downcast::<ClassObj>() {
                Some(c) => format!("type {}", c.name_text()),
                None => format!("instance of {}", of.name_text()),
            };
            Err(vm.type_error(format!(
                "super(type, obj): obj ({what}) is not an instance or subtype of type ({}).",
                class.name_text()
            )))
        }
    }
}

/// An attribute of a `super` object: searched behind its class in the order of the receiver.
pub(crate) fn attribute(vm: &Vm, v: &Value, name: &Name) -> R<Option<Value>> {
    match behind(vm, v, name)? {
        Some(found) => Ok(Some(found)),
        None => vm.generic_attr(v, &vm.class_of(v), name),
    }
}

/// What a `super` object finds behind its class.
pub(crate) fn behind(vm: &Vm, v: &Value, name: &Name) -> R<Option<Value>> {
    if let Some(s) = v.downcast::<SuperObj>() {
        if !s.receiver.is_unbound() && *name != vm.names.class_ {
            if let Some(found) = search(vm, s, name) {
                // An attribute of the class itself (in a class method) is not bound to an object.
                let of_class = s.receiver.downcast::<ClassObj>();
                let is_class = of_class.is_some_and(|c| c.is(&s.receiver_class));
                let obj = if is_class {
                    &Value::Unbound
                } else {
                    &s.receiver
                };
                return vm.bind(found, obj, &s.receiver_class).map(Some);
            }
        }
    }
    Ok(None)
}

/// `super.__getattribute__`, which subclasses of `super` have.
fn getattribute(vm: &Vm, args: &[Value]) -> R {
    let name = vm.attribute_name(&args[1])?;
    match attribute(vm, &args[0], &name)? {
        Some(found) => Ok(found),
        None => Err(vm.no_attribute(&args[0], &name)),
    }
}

fn search(vm: &Vm, s: &SuperObj, name: &Name) -> Option<Value> {
    let ancestors = &s.receiver_class.ancestors;
    let mut at = if s.receiver_class.is(&s.this_class) {
        0
    } else {
        ancestors.read().iter().position(|c| c.is(&s.this_class))? + 1
    };
    loop {
        let class = ancestors.read().get(at)?.clone();
        if let Some(found) = class.own(vm, name) {
            return Some(found);
        }
        at += 1;
    }
}

fn this_super<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<SuperObj>> {
    this(vm, v, "super", attribute)
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let given = args[1]
        .downcast::<TupleObj>()
        .map(|t| t.items())
        .unwrap_or_default();
    let made = match given {
        [] => from_frame(vm)?,
        [class, rest @ ..] => {
            let Some(class) = class.downcast::<ClassObj>() else {
                let given = vm.type_name(class);
                let text = format!("super() argument 1 must be a type, not {given}");
                return Err(vm.type_error(text));
            };
            match rest {
                [] | [Value::None] => unbound(class),
                [obj] => make(vm, class, obj)?,
                _ => {
                    let count = given.len();
                    let text = format!("super() expected at most 2 arguments, got {count}");
                    return Err(vm.type_error(text));
                }
            }
        }
    };
    vm.wrap_new(&args[0], made)
}

fn unbound(class: &Ref<ClassObj>) -> Value {
    let (this_class, receiver_class) = (class.clone(), class.clone());
    Ref::new(SuperObj {
        this_class,
        receiver: Value::Unbound,
        receiver_class,
    })
    .into()
}

/// `super()` called by another name: class and first argument come from the running frame.
fn from_frame(vm: &Vm) -> R {
    let Some(frame) = vm.frame() else {
        return Err(vm.runtime_error("super(): no arguments"));
    };
    let f = frame.function();
    if f.code.params.positional == 0 {
        return Err(vm.runtime_error("super(): no arguments"));
    }
    let at = f.code.free_names.iter().position(|n| *n == vm.names.class_);
    let Some(cell) = at.and_then(|at| f.closure.get(at)) else {
        return Err(vm.runtime_error("super(): __class__ cell not found"));
    };
    let class = cell.value.get();
    let Some(class) = class.downcast::<ClassObj>() else {
        return Err(vm.runtime_error("super(): empty __class__ cell"));
    };
    let first = frame.get(Slot::new(0)).clone();
    let first = match first.downcast::<CellObj>() {
        Some(cell) => cell.value.get(),
        None => first,
    };
    if first.is_unbound() {
        return Err(vm.runtime_error("super(): arg[0] deleted"));
    }
    make(vm, class, &first)
}

fn init(_: &Vm, _: &[Value]) -> R {
    Ok(Value::None)
}

pub(crate) fn get(vm: &Vm, args: &[Value]) -> R {
    let s = this_super(vm, &args[0], "__get__")?;
    if args[1].is_missing() || !s.receiver.is_unbound() {
        return Ok(args[0].clone());
    }
    make(vm, &s.this_class, &args[1])
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let s = this_super(vm, &args[0], "__repr__")?;
    let class = format!("<class '{}'>", s.this_class.name_text());
    Ok(vm.text(&if s.receiver.is_unbound() {
        format!("<super: {class}, NULL>")
    } else {
        format!(
            "<super: {class}, <{} object>>",
            s.receiver_class.name_text()
        )
    }))
}

fn get_this_class(vm: &Vm, v: &Value) -> R {
    Ok((&this_super(vm, v, "__thisclass__")?.this_class).into())
}

fn get_self(vm: &Vm, v: &Value) -> R {
    Ok(this_super(vm, v, "__self__")?.receiver.or(Value::None))
}

fn get_self_class(vm: &Vm, v: &Value) -> R {
    let s = this_super(vm, v, "__self_class__")?;
    Ok(if s.receiver.is_unbound() {
        Value::None
    } else {
        (&s.receiver_class).into()
    })
}
