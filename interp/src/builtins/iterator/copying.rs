//! `__reduce__` and `__setstate__` of the builtin iterators: where they have got to.

use crate::object::Ref;
use crate::objects::bytes::bytes;
use crate::objects::iterator::{IterState, IteratorObj, iterator};
use crate::objects::list::list;
use crate::objects::range::RangeObj;
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `(iter, (of,), at)`, or without the last part.
fn parts(vm: &Vm, maker: Value, arguments: Vec<Value>, at: Option<Value>) -> R {
    let _ = vm;
    let mut parts = vec![maker, tuple(arguments)];
    parts.extend(at);
    Ok(tuple(parts))
}

fn iter_function(vm: &Vm) -> Value {
    let name = vm.name("iter");
    vm.builtins.get_name(&name).unwrap_or(Value::None)
}

/// What an iterator is remade from, its state apart.
enum Picture {
    At(Value, i64),
    Reversed(Value, i64),
    Range(Value),
    Rest(IterState),
    Made(Value, Vec<Value>, Option<Value>),
    Done(&'static str),
    None,
}

fn picture(vm: &Vm, state: &IterState) -> Picture {
    let c = &vm.classes;
    let after = |function: &Value, of: &[Value]| {
        let mut all = vec![function.clone()];
        all.extend_from_slice(of);
        all
    };
    match state {
        IterState::Done(name) => Picture::Done(name),
        IterState::List { list, at } => Picture::At(list.into(), *at as i64),
        IterState::ListReversed { list, at } => Picture::Reversed(list.into(), *at as i64 - 1),
        IterState::Tuple { tuple, at } => Picture::At(tuple.into(), *at as i64),
        IterState::Str { text, at, .. } => {
            let before = text.as_str().get(..*at).unwrap_or("");
            Picture::At(text.into(), before.chars().count() as i64)
        }
        IterState::Bytes { data, at } => Picture::At(data.clone(), *at as i64),
        IterState::Range { next, left, step } => {
            let stop = next.saturating_add((*left as i64).saturating_mul(*step));
            let (start, step) = (*next, *step);
            Picture::Range(Ref::new(RangeObj { start, stop, step }).into())
        }
        IterState::Dict {
            dict,
            part,
            at,
            left,
            size,
        } => Picture::Rest(IterState::Dict {
            dict: dict.clone(),
            part: *part,
            at: *at,
            left: *left,
            size: *size,
        }),
        IterState::DictReversed {
            dict,
            part,
            at,
            left,
            size,
        } => Picture::Rest(IterState::DictReversed {
            dict: dict.clone(),
            part: *part,
            at: *at,
            left: *left,
            size: *size,
        }),
        IterState::Set {
            set,
            at,
            left,
            size,
        } => Picture::Rest(IterState::Set {
            set: set.clone(),
            at: *at,
            left: *left,
            size: *size,
        }),
        IterState::Sequence { of, at, step } if *step < 0 => Picture::Reversed(of.clone(), *at),
        IterState::Sequence { of, at, .. } => Picture::At(of.clone(), *at),
        IterState::Callable { call, sentinel } => Picture::Made(
            iter_function(vm),
            vec![call.clone(), sentinel.clone()],
            None,
        ),
        IterState::Enumerate { of, next } => {
            let class = Value::from(&c.enumerate);
            Picture::Made(class, vec![of.clone(), next.clone()], None)
        }
        IterState::Zip { of, strict } => {
            let strict = strict.then_some(Value::True);
            Picture::Made(Value::from(&c.zip), of.to_vec(), strict)
        }
        IterState::Map { function, of } => {
            Picture::Made(Value::from(&c.map), after(function, of), None)
        }
        IterState::Filter { function, of } => {
            let arguments = vec![function.clone(), of.clone()];
            Picture::Made(Value::from(&c.filter), arguments, None)
        }
        IterState::Native(native) => native.rest().map_or(Picture::None, Picture::Range),
    }
}

/// `__reduce__()`
pub(super) fn reduce(vm: &Vm, a: &[Value]) -> R {
    let Some(this) = a[0].downcast::<IteratorObj>() else {
        return Err(crate::builtins::list::wrong_receiver(vm, "iterator", &a[0]));
    };
    let picture = picture(vm, &this.state.read());
    let iter = iter_function(vm);
    match picture {
        Picture::At(of, at) => parts(vm, iter, vec![of], Some(at.into())),
        Picture::Reversed(of, at) => {
            let class = Value::from(&vm.classes.reversed);
            if at < 0 {
                return parts(vm, class, vec![empty_like("reversed", vm)], None);
            }
            parts(vm, class, vec![of], Some(at.into()))
        }
        Picture::Range(range) => parts(vm, iter, vec![range], Some(Value::None)),
        Picture::Rest(state) => {
            let rest = vm.collect(&iterator(state))?;
            parts(vm, iter, vec![list(rest)], None)
        }
        Picture::Made(maker, arguments, state) => parts(vm, maker, arguments, state),
        Picture::Done(name) => {
            let maker = match name {
                "reversed" | "list_reverseiterator" => Value::from(&vm.classes.reversed),
                _ => iter,
            };
            parts(vm, maker, vec![empty_like(name, vm)], None)
        }
        Picture::None => {
            let name = vm.type_name(&a[0]);
            Err(vm.type_error(format!("cannot pickle '{name}' object")))
        }
    }
}

/// What an iterator of this type is remade from once it has ended.
fn empty_like(name: &str, vm: &Vm) -> Value {
    match name {
        "str_iterator" | "str_ascii_iterator" => vm.text(""),
        "tuple_iterator" | "reversed" | "callable_iterator" | "iterator" | "bytes_iterator"
        | "bytearray_iterator" => tuple(vec![]),
        "memory_iterator" => bytes(vec![]),
        "range_iterator" => Ref::new(RangeObj {
            start: 0,
            stop: 0,
            step: 1,
        })
        .into(),
        _ => list(vec![]),
    }
}

/// `__setstate__(state)`
pub(super) fn set_state(vm: &Vm, a: &[Value]) -> R {
    let Some(this) = a[0].downcast::<IteratorObj>() else {
        return Err(crate::builtins::list::wrong_receiver(vm, "iterator", &a[0]));
    };
    if matches!(&*this.state.read(), IterState::Zip { .. }) {
        let given = vm.truth(&a[1])?;
        if let IterState::Zip { strict, .. } = &mut *this.state.write() {
            *strict = given;
        }
        return Ok(Value::None);
    }
    let n = vm.to_index(&a[1])?;
    let length = match &*this.state.read() {
        IterState::Sequence { of, .. } => Some(of.clone()),
        _ => None,
    };
    let length = match length {
        Some(of) => vm.len(&of).unwrap_or(0) as i64,
        None => 0,
    };
    let from_start = usize::try_from(n).unwrap_or(0);
    match &mut *this.state.write() {
        IterState::List { at, .. } if n < 0 => *at = usize::MAX,
        IterState::List { list, at } => *at = from_start.min(list.len()),
        IterState::ListReversed { list, at } => {
            *at = usize::try_from(n.saturating_add(1))
                .unwrap_or(0)
                .min(list.len());
        }
        IterState::Tuple { tuple, at } => *at = from_start.min(tuple.items().len()),
        IterState::Str { text, at, .. } => {
            let mut places = text.as_str().char_indices();
            *at = places
                .nth(from_start)
                .map_or(text.as_str().len(), |(at, _)| at);
        }
        IterState::Bytes { at, .. } => *at = from_start,
        IterState::Range { next, left, step } => {
            let skipped = (from_start as u64).min(*left);
            *next = next.wrapping_add((skipped as i64).wrapping_mul(*step));
            *left -= skipped;
        }
        IterState::Sequence { at, step, .. } if *step < 0 => *at = n.max(-1).min(length - 1),
        IterState::Sequence { at, .. } => *at = n.max(0),
        _ => {}
    }
    Ok(Value::None)
}
