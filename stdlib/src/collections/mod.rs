//! `_collections`: what of `collections` is written in Rust. The rest is in `collections/__init__.aio`.

mod default_dict;
mod deque;
mod deque_ops;
mod ordered_dict;
mod tuple_getter;

use std::rc::Rc;

use aio_interp::builtins::dict::update_from;
use aio_interp::lower::BinaryOp;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::class::{ClassObj, collection};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::function::{MemberObj, NativeObj};
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_collections", "High performance data structures.");
    vm.add_natives(&module, ROWS);
    let types = types(vm);
    types.deque.collection.set(collection::SEQUENCE);
    for (name, class) in [
        ("deque", &types.deque),
        ("OrderedDict", &types.ordered_dict),
        ("defaultdict", &types.default_dict),
        ("_tuplegetter", &types.tuple_getter),
    ] {
        module.dict.set_name(&vm.name(name), class.into());
    }
    Ok(module)
}

static ROWS: &[Native] = &[native(
    "_count_elements(mapping, iterable, /)",
    "Count elements in the iterable, updating the mapping",
    count_elements,
)];

struct Types {
    deque: Ref<ClassObj>,
    ordered_dict: Ref<ClassObj>,
    default_dict: Ref<ClassObj>,
    tuple_getter: Ref<ClassObj>,
}

fn types(vm: &Vm) -> Rc<Types> {
    vm.state("_collections", || {
        let dict = &vm.classes.dict;
        let default_dict = vm.make_class(&default_dict::DEFAULT_DICT, &[dict]);
        let name = vm.name(default_dict::FACTORY);
        let member = MemberObj {
            name: name.clone(),
            class: Some(default_dict.clone()).into(),
        };
        default_dict.set_own(vm, &name, Ref::new(member).into());
        *default_dict.slots.borrow_mut() = Some([name].into());
        Types {
            deque: vm.make_class(&deque::DEQUE, &[]),
            ordered_dict: vm.make_class(&ordered_dict::ORDERED_DICT, &[dict]),
            default_dict,
            tuple_getter: vm.make_class(&tuple_getter::TUPLE_GETTER, &[]),
        }
    })
}

/// The instance that a subclass of `dict` makes, and the dict that it carries.
fn carrier<'a>(vm: &Vm, v: &'a Value) -> R<(&'a Ref<InstanceObj>, Ref<DictObj>)> {
    let instance = v.downcast::<InstanceObj>();
    let found = instance.and_then(|i| Some((i, i.payload().downcast::<DictObj>()?.clone())));
    found.ok_or_else(|| {
        let given = vm.type_name(v);
        vm.type_error(format!("a subclass of 'dict' is wanted, not '{given}'"))
    })
}

/// True if the method of the object's class is the one of `dict`.
fn has_own_of_dict(vm: &Vm, v: &Value, name: &str) -> bool {
    let method = vm.special(v, &vm.name(name));
    let class = method
        .as_ref()
        .and_then(|m| m.downcast::<NativeObj>())
        .and_then(|n| n.class.as_ref());
    class.is_some_and(|c| c.is(&vm.classes.dict))
}

/// `dict.update`, by the object's own `__setitem__`.
fn update(vm: &Vm, v: &Value, dict: &Ref<DictObj>, from: &Value) -> R<()> {
    if has_own_of_dict(vm, v, "__setitem__") {
        return update_from(vm, dict, from);
    }
    let gathered = aio_interp::objects::dict::new_dict();
    update_from(vm, &gathered, from)?;
    for (key, value) in gathered.entries() {
        vm.set_item(v, &key, value)?;
    }
    Ok(())
}

fn count_elements(vm: &Vm, a: &[Value]) -> R {
    let iterator = vm.iter(&a[1])?;
    let native = vm.native(&a[0]);
    let is_plain = has_own_of_dict(vm, &a[0], "get") && has_own_of_dict(vm, &a[0], "__setitem__");
    match native.downcast::<DictObj>().filter(|_| is_plain) {
        Some(dict) => {
            while let Some(item) = vm.next(&iterator)? {
                let hash = vm.hash(&item)?;
                let count = dict.get_hashed(vm, hash, &item)?;
                let count = one_more(vm, count.unwrap_or(Value::Int(0)))?;
                drop(dict.set_hashed(vm, hash, item, count)?);
                vm.poll()?;
            }
        }
        None => {
            let get = vm.get_attr(&a[0], &vm.name("get"))?;
            while let Some(item) = vm.next(&iterator)? {
                let count = vm.call(&get, &[item.clone(), Value::Int(0)])?;
                vm.set_item(&a[0], &item, one_more(vm, count)?)?;
                vm.poll()?;
            }
        }
    }
    Ok(Value::None)
}

fn one_more(vm: &Vm, count: Value) -> R {
    match count {
        Value::Int(n) if n < i64::MAX => Ok(Value::Int(n + 1)),
        count => vm.binary(BinaryOp::Add, &count, &Value::Int(1)),
    }
}
