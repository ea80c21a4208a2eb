//! Comparisons that need no script code, for algorithms that look at the items of a list in place.

use std::cmp::Ordering;

use aio_interp::Value;
use aio_interp::objects::str::StrObj;
use aio_interp::objects::tuple::TupleObj;

/// `a < b` of two ints, floats, strings, or tuples that such items decide; `None` for all else.
#[inline]
pub(crate) fn quick_less(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x < y),
        (Value::Float(x), Value::Float(y)) => Some(x.get() < y.get()),
        (Value::Obj(_), Value::Obj(_)) => {
            match (a.downcast::<TupleObj>(), b.downcast::<TupleObj>()) {
                (Some(x), Some(y)) => tuples(x.items(), y.items()),
                _ => Some(quick_order(a, b)?.is_lt()),
            }
        }
        _ => None,
    }
}

fn tuples(x: &[Value], y: &[Value]) -> Option<bool> {
    for (a, b) in x.iter().zip(y) {
        match quick_order(a, b)? {
            Ordering::Equal => {}
            order => return Some(order.is_lt()),
        }
    }
    Some(x.len() < y.len())
}

#[inline]
fn quick_order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x.cmp(y)),
        (Value::Float(x), Value::Float(y)) => x.get().partial_cmp(&y.get()),
        _ => {
            let (x, y) = (a.downcast::<StrObj>()?, b.downcast::<StrObj>()?);
            Some(x.as_str().cmp(y.as_str()))
        }
    }
}
