//! Builtin functions about iteration.

use crate::native::{Native, native};
use crate::object::{Kind, Ref};
use crate::objects::iterator::{IterState, IteratorObj};
use crate::shared::Shared;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[
    native(
        "all(iterable, /)",
        "Return True if bool(x) is True for all values x in the iterable.",
        all,
    ),
    native(
        "any(iterable, /)",
        "Return True if bool(x) is True for any x in the iterable.",
        any,
    ),
    native(
        "iter(object, sentinel=None, /)",
        "Get an iterator from an object, or call it until it returns the sentinel.",
        iter,
    ),
    native(
        "next(iterator, default=None, /)",
        "Return the next item from the iterator.",
        next,
    ),
    native(
        "len(obj, /)",
        "Return the number of items in a container.",
        len,
    ),
];

fn all(vm: &Vm, args: &[Value]) -> R {
    let items = vm.iter(&args[0])?;
    while let Some(item) = vm.next(&items)? {
        if !vm.truth(&item)? {
            return Ok(Value::False);
        }
        vm.poll()?;
    }
    Ok(Value::True)
}

fn any(vm: &Vm, args: &[Value]) -> R {
    let items = vm.iter(&args[0])?;
    while let Some(item) = vm.next(&items)? {
        if vm.truth(&item)? {
            return Ok(Value::True);
        }
        vm.poll()?;
    }
    Ok(Value::False)
}

fn iter(vm: &Vm, args: &[Value]) -> R {
    if args[1].is_unbound() {
        return vm.iter(&args[0]);
    }
    if !vm.is_callable(&args[0]) {
        return Err(vm.type_error("iter(v, w): v must be callable"));
    }
    let state = IterState::Callable {
        call: args[0].clone(),
        sentinel: args[1].clone(),
    };
    Ok(Ref::new(IteratorObj {
        state: Shared::new(state),
    })
    .into())
}

fn next(vm: &Vm, args: &[Value]) -> R {
    let (iterator, default) = (&args[0], &args[1]);
    if iterator.is_kind(Kind::Iterator) {
        return match vm.next_noting_stop(iterator)? {
            Some(item) => Ok(item),
            None if default.is_unbound() => {
                Err(vm.stop_iteration(vm.stop_value.replace(Value::None)))
            }
            None => Ok(default.clone()),
        };
    }
    // `__next__` itself, since its StopIteration may carry a value.
    match vm.call_special(iterator, &vm.names.next_, &[]) {
        Ok(Some(item)) => Ok(item),
        Ok(None) => {
            let given = vm.type_name(iterator);
            Err(vm.type_error(format!("'{given}' object is not an iterator")))
        }
        Err(Raised) => {
            if !default.is_unbound() && vm.catch(&vm.exceptions.StopIteration).is_some() {
                return Ok(default.clone());
            }
            Err(Raised)
        }
    }
}

fn len(vm: &Vm, args: &[Value]) -> R {
    match vm.quick_len(&args[0]) {
        Some(len) => Ok(len.into()),
        None => vm.len(&args[0]).map(Value::from),
    }
}
