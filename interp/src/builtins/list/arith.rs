//! `+`, `*` and comparisons of lists, and what tuples share of them.

use aio_parser::ast::{BinaryOp, CmpOp};

use crate::object::{Kind, Ref};
use crate::objects::list::{ListObj, list};
use crate::ops::contains::quick_equal;
use crate::ops::iter::reserve;
use crate::ops::subscript::index::has_index;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `a + b`, `a * b` with a list among them; `NotImplemented` if that is not for lists to answer.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    match op {
        BinaryOp::Add if as_list(vm, a).is_some() => {
            if as_list(vm, b).is_none() && answers(vm, b, &vm.names.radd_) {
                return Ok(Value::NotImplemented);
            }
            concat_list(vm, a, b)
        }
        BinaryOp::Mult => {
            let (of, times, reflected) = match as_list(vm, a) {
                Some(of) => (of, b, &vm.names.rmul_),
                None => match as_list(vm, b) {
                    Some(of) => (of, a, &vm.names.mul_),
                    None => return Ok(Value::NotImplemented),
                },
            };
            match repeat_count(vm, times, Some(reflected))? {
                Some(n) => repeat_list(vm, &of, n),
                None => Ok(Value::NotImplemented),
            }
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// `a += b`, `a *= b` for a list `a`.
pub fn inplace(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    let Some(this) = as_list(vm, a) else {
        return Ok(Value::NotImplemented);
    };
    match op {
        BinaryOp::Add => {
            super::extend_by(vm, &this, b)?;
            Ok(a.clone())
        }
        BinaryOp::Mult => match repeat_count(vm, b, None)? {
            Some(n) => {
                let repeated = repeat_list(vm, &this, n)?;
                if let Some(repeated) = repeated.downcast::<ListObj>() {
                    let old = this.items.replace(repeated.items.take());
                    drop(old);
                }
                Ok(a.clone())
            }
            None => Ok(Value::NotImplemented),
        },
        _ => Ok(Value::NotImplemented),
    }
}

/// The list that `v` is or carries.
pub(crate) fn as_list(vm: &Vm, v: &Value) -> Option<Ref<ListObj>> {
    match v.kind()? {
        Kind::List => v.downcast::<ListObj>().cloned(),
        Kind::Instance => vm.native(v).downcast::<ListObj>().cloned(),
        _ => None,
    }
}

/// True if the class of `v`, other than a builtin type's, has the reflected method `name`.
pub(crate) fn answers(vm: &Vm, v: &Value, name: &crate::objects::str::Name) -> bool {
    matches!(
        v.kind(),
        Some(Kind::Instance | Kind::Host | Kind::Exception | Kind::Class)
    ) && vm.special(v, name).is_some()
}

/// `a + b` of lists.
pub(crate) fn concat_list(vm: &Vm, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_list(vm, a), as_list(vm, b)) else {
        let name = vm.type_name(b);
        let text = format!("can only concatenate list (not \"{name}\") to list");
        return Err(vm.type_error(text));
    };
    let (x, y) = (x.items.read(), y.items.read());
    let mut items = Vec::with_capacity(x.len() + y.len());
    items.extend_from_slice(&x);
    items.extend_from_slice(&y);
    drop((x, y));
    Ok(list(items))
}

/// How often a sequence is repeated by `times`; `None` if its class should be asked, which has
/// `reflected`.
pub(crate) fn repeat_count(
    vm: &Vm,
    times: &Value,
    reflected: Option<&crate::objects::str::Name>,
) -> R<Option<usize>> {
    let n = match times {
        Value::Int(n) => *n,
        _ => {
            let is_int = matches!(vm.native(times), Value::Int(_));
            if !is_int && reflected.is_some_and(|name| answers(vm, times, name)) {
                return Ok(None);
            }
            if !has_index(vm, times) {
                let name = vm.type_name(times);
                let text = format!("can't multiply sequence by non-int of type '{name}'");
                return Err(vm.type_error(text));
            }
            vm.to_index(times)?
        }
    };
    Ok(Some(usize::try_from(n).unwrap_or(0)))
}

/// The count of `__mul__` called by name.
pub(crate) fn index_count(vm: &Vm, times: &Value) -> R<Option<usize>> {
    let n = vm.to_index(times)?;
    Ok(Some(usize::try_from(n).unwrap_or(0)))
}

/// A list of the items `n` times over.
fn repeat_list(vm: &Vm, of: &Ref<ListObj>, n: usize) -> R {
    let mut all = reserve(vm, of.len().saturating_mul(n))?;
    let items = of.items.read();
    if let [one] = items.as_slice() {
        all.resize(n, one.clone());
    } else {
        for _ in 0..if items.is_empty() { 0 } else { n } {
            all.extend_from_slice(&items);
        }
    }
    drop(items);
    Ok(list(all))
}

/// `list.__mul__` called by name.
pub(crate) fn repeat_row(vm: &Vm, a: &Value, times: &Value) -> R {
    let (Some(this), Some(n)) = (as_list(vm, a), index_count(vm, times)?) else {
        return Ok(Value::NotImplemented);
    };
    repeat_list(vm, &this, n)
}

/// The comparison of two lists, or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_list(vm, a), as_list(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    let _guard = vm.enter_native()?;
    if matches!(op, CmpOp::Eq | CmpOp::NotEq) && x.len() != y.len() {
        return Ok(Value::bool(op == CmpOp::NotEq));
    }
    let mut at = 0;
    // The lists may change while items are compared.
    while let (Some(i), Some(j)) = (x.get(at), y.get(at)) {
        if !same(vm, &i, &j)? {
            return decide(vm, op, &i, &j);
        }
        at += 1;
    }
    Ok(Value::bool(by_length(op, x.len(), y.len())))
}

/// True if two lists are equal.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}

/// `i is j or i == j`.
#[inline]
pub(crate) fn same(vm: &Vm, i: &Value, j: &Value) -> R<bool> {
    match quick_equal(i, j) {
        Some(equal) => Ok(equal),
        None => vm.is_or_equal(i, j),
    }
}

/// The comparison of sequences whose first different items are `i` and `j`.
pub(crate) fn decide(vm: &Vm, op: CmpOp, i: &Value, j: &Value) -> R {
    match op {
        CmpOp::Eq => Ok(Value::False),
        CmpOp::NotEq => Ok(Value::True),
        _ => vm.compare(op, i, j),
    }
}

/// The comparison of sequences one of which begins with the other.
pub(crate) fn by_length(op: CmpOp, x: usize, y: usize) -> bool {
    match op {
        CmpOp::Eq => x == y,
        CmpOp::NotEq => x != y,
        CmpOp::Lt => x < y,
        CmpOp::LtE => x <= y,
        CmpOp::Gt => x > y,
        CmpOp::GtE => x >= y,
        _ => false,
    }
}
