//! Union, intersection, difference and inclusion of sets.
//!
//! Members are added in the order of CPython's `setobject.c`, choice by choice, because it shows
//! in every set that is printed: a union is a copy updated, an intersection walks the smaller of
//! two sets, a difference is a copy thinned out if the other set is much smaller.

use aio_parser::ast::{BinaryOp, CmpOp};

use crate::object::{Kind, Ref};
use crate::objects::dict::DictObj;
use crate::objects::set::SetObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The set that `v` is or carries.
pub(crate) fn as_set(vm: &Vm, v: &Value) -> Option<Ref<SetObj>> {
    match v.kind()? {
        Kind::Set => v.downcast::<SetObj>().cloned(),
        Kind::Instance => vm.native(v).downcast::<SetObj>().cloned(),
        _ => None,
    }
}

/// Calls `f` with position after position of a set that may change meanwhile.
fn walk(set: &SetObj, mut f: impl FnMut(i64, Value) -> R<bool>) -> R<bool> {
    let mut at = 0;
    while let Some((next, hash, member)) = set.next_member(at) {
        at = next;
        if !f(hash, member)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds the items of an iterable.
pub(crate) fn fill(vm: &Vm, set: &Ref<SetObj>, from: &Value) -> R<()> {
    if let Some(other) = as_set(vm, from) {
        return set.merge(vm, &other);
    }
    if let Some(dict) = from.downcast::<DictObj>() {
        set.reserve(dict.len());
        let mut at = 0;
        while let Some((next, hash, key, _)) = dict.next_hashed(at) {
            at = next;
            set.add_hashed(vm, hash, key)?;
        }
        return Ok(());
    }
    let iterator = vm.iter(from)?;
    while let Some(item) = vm.next(&iterator)? {
        set.add(vm, item)?;
        vm.poll()?;
    }
    Ok(())
}

/// `set.union(*others)`.
pub(super) fn union_of(vm: &Vm, set: &Ref<SetObj>, others: &[Value]) -> R {
    let union = set.copy(set.frozen);
    for other in others {
        if !as_set(vm, other).is_some_and(|o| o.is(set)) {
            fill(vm, &union, other)?;
        }
    }
    Ok(union.into())
}

fn intersection(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<Ref<SetObj>> {
    let common = SetObj::empty(set.frozen);
    if let Some(other) = as_set(vm, other) {
        if other.is(set) {
            return Ok(set.copy(set.frozen));
        }
        let (big, small) = if other.len() > set.len() {
            (&other, set)
        } else {
            (set, &other)
        };
        walk(small, |hash, member| {
            if big.contains_hashed(vm, hash, &member)? {
                common.add_hashed(vm, hash, member)?;
            }
            Ok(true)
        })?;
        return Ok(common);
    }
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(&iterator)? {
        let hash = vm.hash(&item)?;
        if set.contains_hashed(vm, hash, &item)? {
            common.add_hashed(vm, hash, item)?;
            if common.len() >= set.len() {
                break;
            }
        }
        vm.poll()?;
    }
    Ok(common)
}

/// `set.intersection(*others)`.
pub(super) fn intersection_of(vm: &Vm, set: &Ref<SetObj>, others: &[Value]) -> R<Ref<SetObj>> {
    let Some((first, rest)) = others.split_first() else {
        return Ok(set.copy(set.frozen));
    };
    let mut common = intersection(vm, set, first)?;
    for other in rest {
        common = intersection(vm, &common, other)?;
    }
    Ok(common)
}

/// Removes what is in `other` (`set.difference_update`).
pub(crate) fn discard_all(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<()> {
    if let Some(other) = as_set(vm, other) {
        if other.is(set) {
            set.clear_members();
            return Ok(());
        }
        // Of a much larger set only the common part is walked.
        let other = if other.len() >> 3 > set.len() {
            intersection(vm, set, &Value::from(other))?
        } else {
            other
        };
        walk(&other, |hash, member| {
            let removed = set.remove_hashed(vm, hash, &member)?;
            drop(removed);
            Ok(true)
        })?;
    } else {
        let iterator = vm.iter(other)?;
        while let Some(item) = vm.next(&iterator)? {
            let removed = set.remove(vm, &item)?;
            drop(removed);
            vm.poll()?;
        }
    }
    set.tidy();
    Ok(())
}

fn difference(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<Ref<SetObj>> {
    let as_other_set = as_set(vm, other);
    let dict = other.downcast::<DictObj>();
    let other_len = match (&as_other_set, dict) {
        (Some(s), _) => s.len(),
        (None, Some(d)) => d.len(),
        (None, None) => usize::MAX,
    };
    if other_len == usize::MAX || set.len() >> 2 > other_len {
        let left = set.copy(set.frozen);
        discard_all(vm, &left, other)?;
        return Ok(left);
    }
    let left = SetObj::empty(set.frozen);
    walk(set, |hash, member| {
        let found = match (&as_other_set, dict) {
            (Some(s), _) => s.contains_hashed(vm, hash, &member)?,
            (None, Some(d)) => d.get_hashed(vm, hash, &member)?.is_some(),
            (None, None) => false,
        };
        if !found {
            left.add_hashed(vm, hash, member)?;
        }
        Ok(true)
    })?;
    Ok(left)
}

/// `set.difference(*others)`.
pub(super) fn difference_of(vm: &Vm, set: &Ref<SetObj>, others: &[Value]) -> R {
    let Some((first, rest)) = others.split_first() else {
        return Ok(set.copy(set.frozen).into());
    };
    let left = difference(vm, set, first)?;
    for other in rest {
        discard_all(vm, &left, other)?;
    }
    Ok(left.into())
}

/// Removes common members, adds those only in `other`.
pub(crate) fn symmetric_update(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<()> {
    let flip = |hash: i64, member: Value| -> R<bool> {
        match set.remove_hashed(vm, hash, &member)? {
            Some(removed) => drop(removed),
            None => {
                set.add_hashed(vm, hash, member)?;
            }
        }
        Ok(true)
    };
    if let Some(dict) = other.downcast::<DictObj>() {
        let mut at = 0;
        while let Some((next, hash, key, _)) = dict.next_hashed(at) {
            at = next;
            flip(hash, key)?;
        }
        return Ok(());
    }
    let other = match as_set(vm, other) {
        Some(other) if other.is(set) => {
            set.clear_members();
            return Ok(());
        }
        Some(other) => other,
        None => {
            let made = SetObj::empty(set.frozen);
            fill(vm, &made, other)?;
            made
        }
    };
    walk(&other, flip)?;
    Ok(())
}

/// `set.symmetric_difference(other)`.
pub(super) fn symmetric_difference(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R {
    let result = SetObj::empty(set.frozen);
    fill(vm, &result, other)?;
    symmetric_update(vm, &result, &Value::from(set))?;
    Ok(result.into())
}

fn is_subset(vm: &Vm, a: &Ref<SetObj>, b: &Ref<SetObj>) -> R<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    walk(a, |hash, member| b.contains_hashed(vm, hash, &member))
}

/// `set.issubset(other)`.
pub(super) fn issubset(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<bool> {
    match as_set(vm, other) {
        Some(other) => is_subset(vm, set, &other),
        None => Ok(intersection(vm, set, other)?.len() == set.len()),
    }
}

/// `set.issuperset(other)`.
pub(super) fn issuperset(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<bool> {
    if let Some(other) = as_set(vm, other) {
        return is_subset(vm, &other, set);
    }
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        if !set.contains(vm, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `set.isdisjoint(other)`.
pub(super) fn isdisjoint(vm: &Vm, set: &Ref<SetObj>, other: &Value) -> R<bool> {
    if let Some(other) = as_set(vm, other) {
        let (big, small) = if other.len() > set.len() {
            (&other, set)
        } else {
            (set, &other)
        };
        return walk(small, |hash, member| {
            Ok(!big.contains_hashed(vm, hash, &member)?)
        });
    }
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        if set.contains(vm, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a | b`, `a & b`, `a - b`, `a ^ b` of sets, or `NotImplemented`.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_set(vm, a), as_set(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    let y = Value::from(y);
    match op {
        BinaryOp::BitOr => union_of(vm, &x, std::slice::from_ref(&y)),
        BinaryOp::BitAnd => Ok(intersection(vm, &x, &y)?.into()),
        BinaryOp::Sub => Ok(difference(vm, &x, &y)?.into()),
        BinaryOp::BitXor => symmetric_difference(vm, &x, &y),
        _ => Ok(Value::NotImplemented),
    }
}

/// `a |= b` and so on for a set `a`; a frozenset is replaced instead.
pub fn inplace(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    let (Some(this), Some(other)) = (as_set(vm, a), as_set(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    if this.frozen {
        return binary(vm, op, a, b);
    }
    let other = Value::from(other);
    match op {
        BinaryOp::BitOr => fill(vm, &this, &other)?,
        BinaryOp::BitAnd => {
            let common = intersection(vm, &this, &other)?;
            this.swap(&common);
        }
        BinaryOp::Sub => discard_all(vm, &this, &other)?,
        BinaryOp::BitXor => symmetric_update(vm, &this, &other)?,
        _ => return Ok(Value::NotImplemented),
    }
    Ok(a.clone())
}

/// The comparison of two sets (inclusion), or `NotImplemented`.
pub fn compare(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (as_set(vm, a), as_set(vm, b)) else {
        return Ok(Value::NotImplemented);
    };
    let _guard = vm.enter_native()?;
    let result = match op {
        CmpOp::Eq => equal_sets(vm, &x, &y)?,
        CmpOp::NotEq => !equal_sets(vm, &x, &y)?,
        CmpOp::Lt => x.len() < y.len() && is_subset(vm, &x, &y)?,
        CmpOp::LtE => is_subset(vm, &x, &y)?,
        CmpOp::Gt => y.len() < x.len() && is_subset(vm, &y, &x)?,
        CmpOp::GtE => is_subset(vm, &y, &x)?,
        _ => return Ok(Value::NotImplemented),
    };
    Ok(Value::bool(result))
}

fn equal_sets(vm: &Vm, x: &Ref<SetObj>, y: &Ref<SetObj>) -> R<bool> {
    Ok(x.len() == y.len() && is_subset(vm, x, y)?)
}

/// True if two sets have the same members.
pub fn equal(vm: &Vm, a: &Value, b: &Value) -> R<bool> {
    Ok(compare(vm, CmpOp::Eq, a, b)?.as_bool().unwrap_or(false))
}
