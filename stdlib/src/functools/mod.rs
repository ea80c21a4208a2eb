//! `_functools`: what of `functools` is called often. The rest is written in the language.

mod cache;
mod partial;

use std::cell::RefCell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostCallable, HostData};
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::str::Name;
use aio_interp::ops::CmpOp;
use aio_interp::{R, Value, Vm};

use crate::host::{Held, data_of, host, host_class, receiver};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_functools", "Tools that operate on functions.");
    vm.add_natives(&module, ROWS);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("partial", vm.make_class(&partial::PARTIAL, &[]).into());
    set(
        "_lru_cache_wrapper",
        vm.make_class(&cache::CACHE, &[]).into(),
    );
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "cmp_to_key(mycmp)",
        "Convert a cmp= function into a key= function.\n\n  mycmp\n    Function that compares two objects.",
        |vm, a| {
            let key = Key {
                compare: a[0].clone(),
                object: RefCell::default(),
            };
            Ok(host(&key_class(vm), key))
        },
    ),
    native(
        "reduce(function, iterable, initial=<unrepresentable>, /)",
        "Apply a function of two arguments cumulatively to the items of an iterable, from left to right.\n\nThis effectively reduces the iterable to a single value.  If initial is present,\nit is placed before the items of the iterable in the calculation, and serves as\na default when the iterable is empty.\n\nFor example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])\ncalculates ((((1 + 2) + 3) + 4) + 5).",
        reduce,
    ),
];

fn reduce(vm: &Vm, a: &[Value]) -> R {
    let items = match vm.iter(&a[1]) {
        Ok(items) => items,
        Err(raised) => {
            if vm.catch(&vm.exceptions.TypeError).is_none() {
                return Err(raised);
            }
            return Err(vm.type_error("reduce() arg 2 must support iteration"));
        }
    };
    let first = match a[2].bound() {
        Some(initial) => Some(initial.clone()),
        None => vm.next(&items)?,
    };
    let Some(first) = first else {
        return Err(vm.type_error("reduce() of empty iterable with no initial value"));
    };
    let mut both = [first, Value::Unbound];
    while let Some(item) = vm.next(&items)? {
        both[1] = item;
        both[0] = vm.call(&a[0], &both)?;
        vm.poll()?;
    }
    let [result, _] = both;
    Ok(result)
}

macro_rules! comparison {
    ($signature:literal, $doc:literal, $op:ident) => {
        method($signature, $doc, |vm, a| compare(vm, a, CmpOp::$op))
    };
}

static KEY: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class(
        "KeyWrapper",
        "functools",
        "A key made by cmp_to_key.",
        &[
            method("__call__(obj)", "Call self as a function.", |vm, a| {
                receiver::<Key>(vm, &a[0], "KeyWrapper")?.call(vm, &a[1..], &[])
            }),
            comparison!("__eq__(value, /)", "Return self==value.", Eq),
            comparison!("__ge__(value, /)", "Return self>=value.", GtE),
            comparison!("__gt__(value, /)", "Return self>value.", Gt),
            comparison!("__le__(value, /)", "Return self<=value.", LtE),
            comparison!("__lt__(value, /)", "Return self<value.", Lt),
            comparison!("__ne__(value, /)", "Return self!=value.", NotEq),
        ],
        &[Attribute {
            name: "obj",
            get: |vm, v| match receiver::<Key>(vm, v, "KeyWrapper")?
                .object
                .borrow()
                .clone()
            {
                Value::Unbound => {
                    let text = "object";
                    Err(vm.raise_text(&vm.exceptions.AttributeError, text))
                }
                object => Ok(object),
            },
            set: Some(|vm, v, value| {
                let key: &Key = receiver(vm, v, "KeyWrapper")?;
                drop(key.object.replace(value.clone()));
                Ok(())
            }),
        }],
    )
};

fn key_class(vm: &Vm) -> Ref<ClassObj> {
    struct Class(Ref<ClassObj>);
    vm.state("functools.KeyWrapper", || Class(vm.make_class(&KEY, &[])))
        .0
        .clone()
}

/// What `cmp_to_key` returns, and the keys that it makes.
struct Key {
    compare: Value,
    /// `Unbound` in what makes the keys.
    object: RefCell<Value>,
}

impl HostData for Key {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.compare.trace(visit);
        self.object.borrow().trace(visit);
    }
    fn clear(&self) {
        drop(self.object.take());
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn as_callable(&self) -> Option<&dyn HostCallable> {
        Some(self)
    }
}

impl HostCallable for Key {
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R {
        let object = match (args, kwnames) {
            ([object], []) => object,
            ([object], [name]) if name.as_str() == "obj" => object,
            ([], _) => {
                return Err(vm.type_error("K() missing required argument 'obj' (pos 1)"));
            }
            ([_], [name]) => {
                let name = name.as_str();
                return Err(
                    vm.type_error(format!("K() got an unexpected keyword argument '{name}'"))
                );
            }
            _ => {
                let text = format!("K() takes at most 1 argument ({} given)", args.len());
                return Err(vm.type_error(text));
            }
        };
        let key = Key {
            compare: self.compare.clone(),
            object: RefCell::new(object.clone()),
        };
        Ok(host(&key_class(vm), key))
    }
}

fn compare(vm: &Vm, a: &[Value], op: CmpOp) -> R {
    let own: &Key = receiver(vm, &a[0], "KeyWrapper")?;
    let Some(other) = data_of::<Key>(&a[1]) else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    let (x, y) = (own.object.borrow().clone(), other.object.borrow().clone());
    if x.is_unbound() || y.is_unbound() {
        return Err(vm.raise_text(&vm.exceptions.AttributeError, "object"));
    }
    let order = vm.call(&own.compare, &[x, y])?;
    vm.compare(op, &order, &Value::Int(0))
}
