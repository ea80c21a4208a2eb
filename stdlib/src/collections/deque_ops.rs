//! What a `deque` does as a sequence: subscripts, searches, rotation, comparison, arithmetic.

use aio_interp::lower::CmpOp;
use aio_interp::object::Kind;
use aio_interp::{R, Raised, Value, Vm};

use super::deque::{Deque, deque_of, similar, this};

/// The position that an index means; `None` if there is none.
fn place(index: i64, len: usize) -> Option<usize> {
    let len_signed = i64::try_from(len).ok()?;
    let at = if index < 0 {
        index.checked_add(len_signed)?
    } else {
        index
    };
    usize::try_from(at).ok().filter(|at| *at < len)
}

/// An index or a bound, moved into `0..=len`.
fn clamp(index: i64, len: usize) -> usize {
    let len_signed = i64::try_from(len).unwrap_or(i64::MAX);
    let at = if index < 0 {
        (index + len_signed).max(0)
    } else {
        index
    };
    usize::try_from(at.min(len_signed)).unwrap_or(len)
}

fn subscript(vm: &Vm, this: &Deque, key: &Value) -> R<usize> {
    let Some(index) = vm.try_integer(key)? else {
        let given = vm.type_name(key);
        return Err(vm.type_error(format!("sequence index must be integer, not '{given}'")));
    };
    place(vm.to_index(&index)?, this.len()).ok_or_else(|| out_of_range(vm))
}

fn out_of_range(vm: &Vm) -> Raised {
    vm.index_error("deque index out of range")
}

pub(super) fn get_item(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let at = subscript(vm, this, &a[1])?;
    this.get(at).ok_or_else(|| out_of_range(vm))
}

pub(super) fn set_item(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let at = subscript(vm, this, &a[1])?;
    let mut items = this.items.write();
    let Some(place) = items.get_mut(at) else {
        drop(items);
        return Err(out_of_range(vm));
    };
    let old = std::mem::replace(place, a[2].clone());
    drop(items);
    drop(old);
    Ok(Value::None)
}

pub(super) fn del_item(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let at = subscript(vm, this, &a[1])?;
    let old = this.changing().remove(at);
    drop(old);
    Ok(Value::None)
}

pub(super) fn rotate(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let steps = match a[1].bound() {
        Some(given) => {
            let Some(steps) = vm.try_integer(given)? else {
                let given = vm.type_name(given);
                return Err(vm.type_error(format!(
                    "'{given}' object cannot be interpreted as an integer"
                )));
            };
            vm.to_index(&steps)?
        }
        None => 1,
    };
    let len = this.len();
    if len > 1 {
        let by = steps.rem_euclid(i64::try_from(len).unwrap_or(i64::MAX));
        this.changing()
            .rotate_right(usize::try_from(by).unwrap_or(0));
    }
    Ok(Value::None)
}

/// The first position of `value` between two others. Comparing may change the deque, which is an
/// error.
pub(super) fn find(
    vm: &Vm,
    this: &Deque,
    value: &Value,
    start: usize,
    stop: usize,
) -> R<Option<usize>> {
    let version = this.version();
    let mut at = start;
    while at < stop {
        let Some(item) = this.get(at) else {
            break;
        };
        let is_same = vm.is_or_equal(&item, value)?;
        if this.version() != version {
            return Err(vm.runtime_error(MUTATED));
        }
        if is_same {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

pub(super) fn count(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let (mut found, mut at) = (0_i64, 0);
    while let Some(next) = find(vm, this, &a[1], at, usize::MAX)? {
        found += 1;
        at = next + 1;
    }
    Ok(Value::Int(found))
}

pub(super) fn index(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let bound = |v: &Value, default: usize| -> R<usize> {
        match v.bound() {
            Some(v) => Ok(clamp(vm.to_index_clamped(v)?, this.len())),
            None => Ok(default),
        }
    };
    let (start, stop) = (bound(&a[2], 0)?, bound(&a[3], this.len())?);
    match find(vm, this, &a[1], start, stop)? {
        Some(at) => Ok(at.into()),
        None => {
            let shown = vm.repr(&a[1])?;
            Err(vm.value_error(format!("{} is not in deque", shown.as_str())))
        }
    }
}

pub(super) fn insert(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let index = vm.to_index(&a[1])?;
    if this.maxlen.get().is_some_and(|most| this.len() >= most) {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    let at = clamp(index, this.len());
    this.changing().insert(at, a[2].clone());
    Ok(Value::None)
}

const MUTATED: &str = "deque mutated during iteration";

pub(super) fn remove(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    match find(vm, this, &a[1], 0, usize::MAX) {
        Ok(Some(at)) => {
            let old = this.changing().remove(at);
            drop(old);
            Ok(Value::None)
        }
        Ok(None) => {
            let shown = vm.repr(&a[1])?;
            Err(vm.value_error(format!("{} is not in deque", shown.as_str())))
        }
        Err(Raised) => {
            let e = vm.take_raised();
            let is_ours = e.args().items().first().and_then(Value::as_str) == Some(MUTATED);
            if is_ours && e.class().is(&vm.exceptions.RuntimeError) {
                return Err(vm.index_error(MUTATED));
            }
            Err(vm.raise_again(e))
        }
    }
}

fn compare(vm: &Vm, op: CmpOp, a: &[Value]) -> R {
    let own = this(vm, &a[0])?;
    let other = vm.native(&a[1]);
    let Some(other) = deque_of(&other) else {
        return Ok(Value::NotImplemented);
    };
    let _guard = vm.enter_native()?;
    if own.len() != other.len() && matches!(op, CmpOp::Eq | CmpOp::NotEq) {
        return Ok(Value::bool(op == CmpOp::NotEq));
    }
    let versions = (own.version(), other.version());
    let mut at = 0;
    loop {
        let (Some(x), Some(y)) = (own.get(at), other.get(at)) else {
            let lens = (Value::from(own.len()), Value::from(other.len()));
            return vm.compare(op, &lens.0, &lens.1);
        };
        if !vm.is_or_equal(&x, &y)? {
            return match op {
                CmpOp::Eq => Ok(Value::False),
                CmpOp::NotEq => Ok(Value::True),
                _ => vm.compare(op, &x, &y),
            };
        }
        if versions != (own.version(), other.version()) {
            return Err(vm.runtime_error(MUTATED));
        }
        at += 1;
    }
}

pub(super) fn eq(vm: &Vm, a: &[Value]) -> R {
    compare(vm, CmpOp::Eq, a)
}

pub(super) fn ne(vm: &Vm, a: &[Value]) -> R {
    compare(vm, CmpOp::NotEq, a)
}

pub(super) fn lt(vm: &Vm, a: &[Value]) -> R {
    compare(vm, CmpOp::Lt, a)
}

pub(super) fn le(vm: &Vm, a: &[Value]) -> R {
    compare(vm, CmpOp::LtE, a)
}

pub(super) fn gt(vm: &Vm, a: &[Value]) -> R {
    compare(vm, CmpOp::Gt, a)
}

pub(super) fn ge(vm: &Vm, a: &[Value]) -> R {
    compare(vm, CmpOp::GtE, a)
}

pub(super) fn add(vm: &Vm, a: &[Value]) -> R {
    let own = this(vm, &a[0])?;
    let other = vm.native(&a[1]);
    let Some(other) = deque_of(&other) else {
        let given = vm.type_name(&a[1]);
        return Err(vm.type_error(format!(
            "can only concatenate deque (not \"{given}\") to deque"
        )));
    };
    let mut items: Vec<Value> = own.items.read().iter().cloned().collect();
    items.extend(other.items.read().iter().cloned());
    similar(vm, own, items)
}

/// The items as many times as `times` says.
fn repeated(vm: &Vm, this: &Deque, times: &Value) -> R<Option<Vec<Value>>> {
    if times.is_kind(Kind::Str) {
        return Ok(None);
    }
    let Some(times) = vm.try_integer(times)? else {
        return Ok(None);
    };
    let times = usize::try_from(vm.to_index(&times)?).unwrap_or(0);
    let items: Vec<Value> = this.items.read().iter().cloned().collect();
    let most = this.maxlen.get().unwrap_or(usize::MAX);
    let whole = items.len().saturating_mul(times);
    // Only the last `maxlen` of them would stay.
    let skipped = whole.saturating_sub(most);
    let mut made = Vec::new();
    if made.try_reserve_exact(whole - skipped).is_err() {
        return Err(vm.memory_error(""));
    }
    for at in skipped..whole {
        made.push(items[at % items.len()].clone());
    }
    Ok(Some(made))
}

pub(super) fn mul(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    match repeated(vm, this, &a[1])? {
        Some(items) => similar(vm, this, items),
        None => Err(not_a_number(vm, &a[1])),
    }
}

fn not_a_number(vm: &Vm, times: &Value) -> Raised {
    let given = vm.type_name(times);
    vm.type_error(format!(
        "can't multiply sequence by non-int of type '{given}'"
    ))
}

pub(super) fn imul(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    match repeated(vm, this, &a[1])? {
        Some(items) => {
            let old = std::mem::replace(&mut *this.changing(), items.into());
            drop(old);
            Ok(a[0].clone())
        }
        None => Err(not_a_number(vm, &a[1])),
    }
}
