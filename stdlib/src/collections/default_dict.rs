//! `defaultdict`: a dict that makes the values of missing keys.

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::object::Ref;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::dict::{DictObj, new_dict};
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::tuple::{TupleObj, tuple, tuple_of};
use aio_interp::ops::repr::Mark;
use aio_interp::{R, Value, Vm};

use super::{carrier, update};

/// The slot that keeps the factory.
pub(super) const FACTORY: &str = "default_factory";

/// `defaultdict`.
pub(super) static DEFAULT_DICT: ClassSpec = ClassSpec {
    name: "defaultdict",
    module: "collections",
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.",
    layout: Layout::Instance,
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an empty dict.",
            new,
        ),
        method("__init__(*args, **kwargs)", "Initialize self.", init),
        method(
            "__missing__(key, /)",
            "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n",
            missing,
        ),
        method("copy()", "D.copy() -> a shallow copy of D.", copy),
        method("__copy__()", "D.copy() -> a shallow copy of D.", copy),
        method("__or__(value, /)", "Return self|value.", |vm, a| {
            join(vm, &a[0], &a[1], &a[0])
        }),
        method("__ror__(value, /)", "Return value|self.", |vm, a| {
            join(vm, &a[1], &a[0], &a[0])
        }),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            reduce,
        ),
    ],
    attributes: &[],
    subclassable: true,
};

fn new(vm: &Vm, a: &[Value]) -> R {
    let Some(class) = a[0].downcast::<ClassObj>() else {
        return Err(vm.type_error("defaultdict.__new__(X): X is not a type object"));
    };
    let made = Ref::<InstanceObj>::with_payload(class, new_dict().into());
    made.set_own(&vm.name(FACTORY), Value::None);
    Ok(made.into())
}

fn init(vm: &Vm, a: &[Value]) -> R {
    let (instance, dict) = carrier(vm, &a[0])?;
    let given = a[1].downcast::<TupleObj>().map_or(&[][..], |t| t.items());
    if let Some(factory) = given.first() {
        if !factory.is_none() && !vm.is_callable(factory) {
            return Err(vm.type_error("first argument must be callable or None"));
        }
        instance.set_own(&vm.name(FACTORY), factory.clone());
    }
    match given {
        [] | [_] => {}
        [_, from] => update(vm, &a[0], &dict, from)?,
        more => {
            return Err(vm.type_error(format!(
                "dict expected at most 1 argument, got {}",
                more.len() - 1
            )));
        }
    }
    if a[2].downcast::<DictObj>().is_some_and(|d| !d.is_empty()) {
        update(vm, &a[0], &dict, &a[2])?;
    }
    Ok(Value::None)
}

fn factory(vm: &Vm, v: &Value) -> R {
    let (instance, _) = carrier(vm, v)?;
    Ok(instance.own(&vm.name(FACTORY)).unwrap_or(Value::None))
}

fn missing(vm: &Vm, a: &[Value]) -> R {
    let factory = factory(vm, &a[0])?;
    if factory.is_none() {
        return Err(vm.key_error(&a[1]));
    }
    let value = vm.call(&factory, &[])?;
    vm.set_item(&a[0], &a[1], value.clone())?;
    Ok(value)
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    let class = vm.class_of(&a[0]).into();
    vm.call(&class, &[factory(vm, &a[0])?, a[0].clone()])
}

/// A new dict, of the class of `like`, with the entries of both.
fn join(vm: &Vm, left: &Value, right: &Value, like: &Value) -> R {
    let is_dict = |v: &Value| vm.native(v).downcast::<DictObj>().is_some();
    if !is_dict(left) || !is_dict(right) {
        return Ok(Value::NotImplemented);
    }
    let class = vm.class_of(like).into();
    let made = vm.call(&class, &[factory(vm, like)?, left.clone()])?;
    let (_, dict) = carrier(vm, &made)?;
    update(vm, &made, &dict, right)?;
    Ok(made)
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let name = vm.class_of(&a[0]).name_text();
    let (_, dict) = carrier(vm, &a[0])?;
    let entries = vm.repr(&dict.into())?;
    let shown = match a[0].as_obj().and_then(Mark::set) {
        Some(_mark) => vm.repr(&factory(vm, &a[0])?)?.as_str().to_owned(),
        None => "...".to_owned(),
    };
    Ok(vm.text(&format!("{name}({shown}, {})", entries.as_str())))
}

fn reduce(vm: &Vm, a: &[Value]) -> R {
    let factory = factory(vm, &a[0])?;
    let args = if factory.is_none() {
        tuple(vec![])
    } else {
        tuple_of([factory])
    };
    let items = vm.call_method(&a[0], &vm.name("items"), &[])?;
    let class = vm.class_of(&a[0]).into();
    Ok(tuple_of([
        class,
        args,
        Value::None,
        Value::None,
        vm.iter(&items)?,
    ]))
}
