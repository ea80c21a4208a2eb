//! `__reduce__` and `__getstate__`: what `copy` and `pickle` rebuild an object from.

use crate::object::Kind;
use crate::objects::dict::new_dict;
use crate::objects::exception::ExceptionObj;
use crate::objects::instance::InstanceObj;
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) fn reduce(vm: &Vm, args: &[Value]) -> R {
    reduce_ex(vm, args)
}

/// What `copy` and `pickle` rebuild an object from: its class, the native object it carries, its
/// attributes.
pub(super) fn reduce_ex(vm: &Vm, args: &[Value]) -> R {
    let own = vm.special(&args[0], &vm.names.reduce_);
    if args.len() > 1 && own.is_some_and(|r| !vm.is_objects_own(&r)) {
        return vm.call_method(&args[0], &vm.names.reduce_, &[]);
    }
    let class = vm.class_of(&args[0]);
    if class.is_builtin && !args[0].is_kind(Kind::Instance) {
        return Err(vm.type_error(format!("cannot pickle '{}' object", class.name_text())));
    }
    let new = vm.get_attr(&Value::from(&class), &vm.names.new_)?;
    let mut arguments = vec![Value::from(&class)];
    let payload = args[0].downcast::<InstanceObj>().map(|i| i.payload());
    arguments.extend(payload.filter(|p| !p.is_unbound()));
    let state = vm.call_method(&args[0], &vm.name("__getstate__"), &[])?;
    Ok(tuple(vec![new, tuple(arguments), state]))
}

pub(super) fn getstate(vm: &Vm, args: &[Value]) -> R {
    let Some(instance) = args[0].downcast::<InstanceObj>() else {
        let dict = args[0]
            .downcast::<ExceptionObj>()
            .and_then(|e| e.attrs_if_any());
        return Ok(dict.map_or(Value::None, |d| d.copy().into()));
    };
    let entries = instance.own_entries();
    let state = new_dict();
    for (name, value) in entries {
        state.set(vm, name, value)?;
    }
    if instance.with_class(|c| c.slots.borrow().is_some()) {
        let slots = if state.is_empty() {
            return Ok(Value::None);
        } else {
            state
        };
        return Ok(tuple(vec![Value::None, slots.into()]));
    }
    Ok(if state.is_empty() {
        Value::None
    } else {
        state.into()
    })
}
