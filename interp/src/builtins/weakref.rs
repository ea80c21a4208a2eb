//! `weakref.ref`. The module `weakref` itself is library code.

use std::cell::{Cell, RefCell};

use super::{object, this};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::{HAS_WEAKREFS, Kind, Obj, Ref};
use crate::objects::class::Layout;
use crate::objects::function::{Attribute, WeakrefObj};
use crate::objects::list::list;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `weakref.ref`.
pub static WEAKREF: ClassSpec = ClassSpec {
    name: "ReferenceType",
    module: "weakref",
    doc: "A weak reference to an object.",
    layout: Layout::Native(Kind::Weakref),
    methods: &[
        static_method(
            "__new__(cls, /, *args, **kwargs)",
            "Create and return a new object.",
            new,
        ),
        method("__init__(*args, **kwargs)", "Initialize self.", |_, _| {
            Ok(Value::None)
        }),
        method("__call__()", "The object, or None if it is gone.", call),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            super::alias::class_getitem,
        ),
    ],
    attributes: &[Attribute {
        name: "__callback__",
        get: get_callback,
        set: None,
    }],
    subclassable: true,
};

/// True for kinds of objects that can be referred to weakly.
fn is_referable(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Str
            | Kind::BigInt
            | Kind::Complex
            | Kind::Bytes
            | Kind::ByteArray
            | Kind::Tuple
            | Kind::List
            | Kind::Dict
            | Kind::DictView
            | Kind::Range
            | Kind::Slice
            | Kind::Iterator
            | Kind::Cell
            | Kind::Property
            | Kind::Super
            | Kind::Traceback
            | Kind::FrameView
            | Kind::MappingProxy
    )
}

/// A weak reference to `v`, calling `callback` when it goes (`None` for no callback).
pub fn make(vm: &Vm, v: &Value, callback: &Value) -> R {
    // Instances of a class whose `__slots__` lack `__weakref__` have no room.
    let class = vm.class_of(v);
    let has_room = class.is_builtin
        || !v.is_kind(Kind::Instance)
        || class.lookup(vm, &vm.name("__weakref__")).is_some()
        || vm.native(v).is_kind(Kind::Set);
    let referable = v.as_obj().filter(|o| has_room && is_referable(o.kind()));
    let Some(target) = referable else {
        let text = format!(
            "cannot create weak reference to '{}' object",
            vm.type_name(v)
        );
        return Err(vm.type_error(text));
    };
    if callback.is_missing() {
        let shared = references(vm, target)
            .into_iter()
            .find(|r| callback_of(r).is_missing());
        if let Some(shared) = shared {
            return Ok(shared);
        }
    }
    let made = Value::from(Ref::new(WeakrefObj {
        target: Cell::new(target.address()),
        callback: RefCell::new(callback.or(Value::None)),
        hash: Cell::new(None),
    }));
    target.set_flag(HAS_WEAKREFS, true);
    let dead = {
        let mut table = vm.weakrefs.borrow_mut();
        let entries = table.entry(target.address()).or_default();
        let (live, dead): (Vec<_>, Vec<_>) = entries.drain(..).partition(is_held);
        *entries = live;
        entries.push(made.clone());
        dead
    };
    drop(dead);
    Ok(made)
}

/// True if somebody besides the table holds the reference.
fn is_held(reference: &Value) -> bool {
    reference.as_obj().is_some_and(|o| o.count() > 1)
}

fn callback_of(reference: &Value) -> Value {
    reference
        .downcast::<WeakrefObj>()
        .map_or(Value::None, |w| w.callback.borrow().clone())
}

/// The weak references to an object.
pub fn references(vm: &Vm, target: &Obj) -> Vec<Value> {
    let table = vm.weakrefs.borrow();
    let entries = table.get(&target.address());
    entries
        .map(|e| e.iter().filter(|r| is_held(r)).cloned().collect())
        .unwrap_or_default()
}

/// The weak references to an object, as a list (`weakref.getweakrefs`).
pub fn reference_list(vm: &Vm, v: &Value) -> Value {
    list(v.as_obj().map(|o| references(vm, o)).unwrap_or_default())
}

/// The first weak reference to an object (`__weakref__`), or `None`.
pub(crate) fn first(vm: &Vm, target: &Obj) -> Value {
    references(vm, target)
        .into_iter()
        .next()
        .unwrap_or(Value::None)
}

fn this_ref<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<WeakrefObj>> {
    this(vm, v, "weakref.ReferenceType", attribute)
}

fn new(vm: &Vm, args: &[Value]) -> R {
    let given = args[1]
        .downcast::<TupleObj>()
        .map_or(&[][..], |t| t.items());
    let made = match given {
        [object] => make(vm, object, &Value::None)?,
        [object, callback] => make(vm, object, callback)?,
        [] => return Err(vm.type_error("__new__ expected at least 1 argument, got 0")),
        more => {
            let text = format!("__new__ expected at most 2 arguments, got {}", more.len());
            return Err(vm.type_error(text));
        }
    };
    vm.wrap_new(&args[0], made)
}

/// The object a weak reference refers to, or `None` if it is gone.
pub fn target(reference: &WeakrefObj) -> Value {
    reference.upgrade().map_or(Value::None, Value::Obj)
}

fn call(vm: &Vm, args: &[Value]) -> R {
    Ok(target(this_ref(vm, &args[0], "__call__")?))
}

fn eq(vm: &Vm, args: &[Value]) -> R {
    let own = this_ref(vm, &args[0], "__eq__")?;
    let other = vm.native(&args[1]);
    let Some(other) = other.downcast::<WeakrefObj>() else {
        return Ok(Value::NotImplemented);
    };
    match (own.upgrade(), other.upgrade()) {
        (Some(a), Some(b)) => vm
            .is_or_equal(&Value::Obj(a), &Value::Obj(b))
            .map(Value::bool),
        _ => Ok(Value::bool(own.is(other))),
    }
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    let own = this_ref(vm, &args[0], "__hash__")?;
    if let Some(hash) = own.hash.get() {
        return Ok(Value::Int(hash));
    }
    let Some(target) = own.upgrade() else {
        return Err(vm.type_error("weak object has gone away"));
    };
    let hash = vm.hash(&Value::Obj(target))?;
    own.hash.set(Some(hash));
    Ok(Value::Int(hash))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let own = this_ref(vm, &args[0], "__repr__")?;
    let at = object::address(&args[0]);
    let Some(target) = own.upgrade().map(Value::Obj) else {
        return Ok(vm.text(&format!("<weakref at {at:#x}; dead>")));
    };
    let (kind, address) = (vm.type_name(&target), object::address(&target));
    let name = vm.find_attr(&target, &vm.names.name_)?;
    let named = match name.as_ref().and_then(|n| n.as_str()) {
        Some(name) => format!(" ({name})"),
        None => String::new(),
    };
    Ok(vm.text(&format!(
        "<weakref at {at:#x}; to '{kind}' at {address:#x}{named}>"
    )))
}

fn get_callback(vm: &Vm, v: &Value) -> R {
    Ok(this_ref(vm, v, "__callback__")?.callback.borrow().clone())
}
