//! Walking over an iterable from Rust, with short ways for the commonest kinds.

use std::ops::ControlFlow;

use crate::object::Kind;
use crate::objects::list::ListObj;
use crate::objects::range::RangeObj;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Calls `each` with every item until it breaks; what it broke with, or `None` at the end.
#[inline(always)]
pub(crate) fn iterate<B>(
    vm: &Vm,
    iterable: Value,
    mut each: impl FnMut(Value) -> R<ControlFlow<B>>,
) -> R<Option<B>> {
    match iterable.kind() {
        Some(Kind::Range) => {
            if let Some(range) = iterable.downcast::<RangeObj>() {
                let (mut next, step) = (range.start, range.step);
                for _ in 0..range.len() {
                    vm.poll()?;
                    if let ControlFlow::Break(b) = each(Value::Int(next))? {
                        return Ok(Some(b));
                    }
                    next = next.wrapping_add(step);
                }
            }
            Ok(None)
        }
        Some(Kind::List) => {
            if let Some(list) = iterable.downcast::<ListObj>() {
                let mut at = 0;
                // The list may change while it is walked.
                while let Some(item) = list.get(at) {
                    at += 1;
                    vm.poll()?;
                    if let ControlFlow::Break(b) = each(item)? {
                        return Ok(Some(b));
                    }
                }
            }
            Ok(None)
        }
        Some(Kind::Tuple) => {
            if let Some(tuple) = iterable.downcast::<TupleObj>() {
                for item in tuple.items() {
                    vm.poll()?;
                    if let ControlFlow::Break(b) = each(item.clone())? {
                        return Ok(Some(b));
                    }
                }
            }
            Ok(None)
        }
        _ => {
            let iterator = vm.iter(&iterable)?;
            drop(iterable);
            while let Some(item) = vm.next(&iterator)? {
                vm.poll()?;
                if let ControlFlow::Break(b) = each(item)? {
                    return Ok(Some(b));
                }
            }
            Ok(None)
        }
    }
}
