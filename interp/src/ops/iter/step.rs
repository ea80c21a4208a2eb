//! The step of the builtin iterators: one `match` on the state.
//!
//! States that only read a builtin container are stepped under the guard of the state. Those that
//! call out clone what they need first, and let the guard go: the call may come back to the same
//! iterator.

use crate::object::{Kind, Ref};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::iterator::{DictPart, IterState, IteratorObj};
use crate::objects::tuple::{tuple, tuple_of};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// What stepping under the guard gave.
enum Outcome {
    Item(Value),
    End,
    /// The container changed its size, or its keys.
    Changed(&'static str),
    /// The state calls out.
    CallsOut,
}

/// The next item; `None` at the end.
#[inline]
pub(super) fn step(vm: &Vm, it: &Ref<IteratorObj>) -> R<Option<Value>> {
    let outcome = step_inside(vm, &mut it.state.write());
    match outcome {
        Outcome::Item(v) => Ok(Some(v)),
        Outcome::CallsOut => step_outside(vm, it),
        Outcome::End => {
            finish(it);
            Ok(None)
        }
        Outcome::Changed(text) => Err(vm.runtime_error(text)),
    }
}

/// Nothing will come any more; what the iterator held is let go.
fn finish(it: &Ref<IteratorObj>) {
    let name = it.state.read().type_name();
    let old = it.state.replace(IterState::Done(name));
    drop(old);
}

#[inline(always)]
fn step_inside(vm: &Vm, state: &mut IterState) -> Outcome {
    match state {
        IterState::Range { next, left, step } => {
            if *left == 0 {
                return Outcome::End;
            }
            let item = *next;
            *left -= 1;
            *next = item.wrapping_add(*step);
            Outcome::Item(Value::Int(item))
        }
        IterState::List { list, at } => match list.get(*at) {
            Some(item) => {
                *at += 1;
                Outcome::Item(item)
            }
            None => Outcome::End,
        },
        IterState::Tuple { tuple, at } => match tuple.items().get(*at) {
            Some(item) => {
                *at += 1;
                Outcome::Item(item.clone())
            }
            None => Outcome::End,
        },
        IterState::Dict {
            dict,
            part,
            at,
            left,
            size,
        } => step_dict(dict, *part, at, left, size),
        IterState::Str { text, at, .. } => match text.as_str()[*at..].chars().next() {
            Some(c) => {
                *at += c.len_utf8();
                Outcome::Item(vm.char(c))
            }
            None => Outcome::End,
        },
        _ => step_rarer(state),
    }
}

#[inline(never)]
fn step_rarer(state: &mut IterState) -> Outcome {
    match state {
        IterState::ListReversed { list, at } => {
            // `at` is one more than the index; a list that became shorter ends the iteration.
            match at.checked_sub(1).and_then(|i| list.get(i)) {
                Some(item) => {
                    *at -= 1;
                    Outcome::Item(item)
                }
                None => Outcome::End,
            }
        }
        IterState::Set {
            set,
            at,
            left,
            size,
        } => {
            if set.len() != *size {
                *size = usize::MAX;
                return Outcome::Changed("Set changed size during iteration");
            }
            match set.next_member(*at) {
                Some((next, _, member)) => {
                    *at = next;
                    *left = left.saturating_sub(1);
                    Outcome::Item(member)
                }
                None => Outcome::End,
            }
        }
        IterState::DictReversed {
            dict,
            part,
            at,
            left,
            size,
        } => step_dict_reversed(dict, *part, at, left, size),
        IterState::Bytes { data, at } => match byte_at(data, *at) {
            Some(item) => {
                *at += 1;
                Outcome::Item(item)
            }
            None => Outcome::End,
        },
        IterState::Done(_) => Outcome::End,
        _ => Outcome::CallsOut,
    }
}

/// An item of a bytes-like object.
fn byte_at(data: &Value, at: usize) -> Option<Value> {
    let byte = match data.kind()? {
        Kind::Bytes => data.downcast::<BytesObj>()?.data.get(at).copied(),
        Kind::ByteArray => data
            .downcast::<ByteArrayObj>()?
            .data
            .read()
            .get(at)
            .copied(),
        _ => return crate::builtins::memoryview::item_at(data.downcast::<MemoryViewObj>()?, at),
    };
    byte.map(|byte| Value::Int(i64::from(byte)))
}

#[inline(always)]
fn part_of(part: DictPart, key: Value, value: Value) -> Value {
    match part {
        DictPart::Keys => key,
        DictPart::Values => value,
        DictPart::Items => tuple_of([key, value]),
    }
}

const SIZE_CHANGED: &str = "dictionary changed size during iteration";
const KEYS_CHANGED: &str = "dictionary keys changed during iteration";

#[inline]
fn step_dict(
    dict: &Ref<DictObj>,
    part: DictPart,
    at: &mut usize,
    left: &mut usize,
    size: &mut usize,
) -> Outcome {
    if dict.len() != *size {
        // So that every later step fails too.
        *size = usize::MAX;
        return Outcome::Changed(SIZE_CHANGED);
    }
    match dict.next_entry(*at) {
        Some(_) if *left == 0 => Outcome::Changed(KEYS_CHANGED),
        Some((next, key, value)) => {
            *at = next;
            *left -= 1;
            Outcome::Item(part_of(part, key, value))
        }
        None => Outcome::End,
    }
}

fn step_dict_reversed(
    dict: &Ref<DictObj>,
    part: DictPart,
    at: &mut usize,
    left: &mut usize,
    size: &mut usize,
) -> Outcome {
    if dict.len() != *size {
        *size = usize::MAX;
        return Outcome::Changed(SIZE_CHANGED);
    }
    match dict.previous_entry(*at) {
        Some(_) if *left == 0 => Outcome::Changed(KEYS_CHANGED),
        Some((here, key, value)) => {
            *at = here;
            *left -= 1;
            Outcome::Item(part_of(part, key, value))
        }
        None => Outcome::End,
    }
}

/// What a state that calls out needs, cloned.
enum Call {
    Enumerate(Value),
    Zip { strict: bool },
    Map(Value),
    Filter(Value, Value),
    Sequence(Value, i64, i64),
    Callable(Value, Value),
    Native(std::rc::Rc<dyn crate::objects::iterator::NativeIterator>),
    Done,
}

fn call_of(state: &IterState) -> Call {
    match state {
        IterState::Enumerate { of, .. } => Call::Enumerate(of.clone()),
        IterState::Zip { strict, .. } => Call::Zip { strict: *strict },
        IterState::Map { function, .. } => Call::Map(function.clone()),
        IterState::Filter { function, of } => Call::Filter(function.clone(), of.clone()),
        IterState::Sequence { of, at, step } => Call::Sequence(of.clone(), *at, *step),
        IterState::Callable { call, sentinel } => Call::Callable(call.clone(), sentinel.clone()),
        IterState::Native(n) => Call::Native(n.clone()),
        _ => Call::Done,
    }
}

#[inline(never)]
fn step_outside(vm: &Vm, it: &Ref<IteratorObj>) -> R<Option<Value>> {
    let _guard = vm.enter_native()?;
    let call = call_of(&it.state.read());
    match call {
        Call::Enumerate(of) => step_enumerate(vm, it, &of),
        Call::Zip { strict } => step_zip(vm, it, strict),
        Call::Map(function) => step_map(vm, it, &function),
        Call::Filter(function, of) => step_filter(vm, &function, &of),
        Call::Sequence(of, at, step) => step_sequence(vm, it, &of, at, step),
        Call::Callable(call, sentinel) => step_callable(vm, it, &call, &sentinel),
        Call::Native(n) => n.next(vm),
        Call::Done => Ok(None),
    }
}

fn step_enumerate(vm: &Vm, it: &Ref<IteratorObj>, of: &Value) -> R<Option<Value>> {
    let Some(item) = vm.next(of)? else {
        return Ok(None);
    };
    let IterState::Enumerate { next, .. } = &mut *it.state.write() else {
        return Ok(None);
    };
    let index = next.clone();
    *next = match &index {
        Value::Int(i) if *i < i64::MAX => Value::Int(i + 1),
        big => match vm.bigint(big) {
            Some(big) => Value::from(big + 1),
            None => Value::None,
        },
    };
    Ok(Some(tuple_of([index, item])))
}

/// The iterator number `i` of a `zip` or `map`.
#[inline]
fn part(it: &Ref<IteratorObj>, i: usize) -> Option<Value> {
    match &*it.state.read() {
        IterState::Zip { of, .. } | IterState::Map { of, .. } => of.get(i).cloned(),
        _ => None,
    }
}

fn step_zip(vm: &Vm, it: &Ref<IteratorObj>, strict: bool) -> R<Option<Value>> {
    let (Some(first), second) = (part(it, 0), part(it, 1)) else {
        return Ok(None);
    };
    let Some(a) = vm.next(&first)? else {
        return if strict {
            check_longer(vm, it)
        } else {
            Ok(None)
        };
    };
    let Some(second) = second else {
        return Ok(Some(tuple(vec![a])));
    };
    let Some(b) = vm.next(&second)? else {
        return shorter(vm, strict, 1);
    };
    let Some(mut other) = part(it, 2) else {
        return Ok(Some(tuple_of([a, b])));
    };
    let mut items = vec![a, b];
    loop {
        let Some(item) = vm.next(&other)? else {
            return shorter(vm, strict, items.len());
        };
        items.push(item);
        match part(it, items.len()) {
            Some(next) => other = next,
            None => return Ok(Some(tuple(items))),
        }
    }
}

fn shorter(vm: &Vm, strict: bool, i: usize) -> R<Option<Value>> {
    if !strict {
        return Ok(None);
    }
    let others = if i == 1 {
        "argument 1".to_owned()
    } else {
        format!("arguments 1-{i}")
    };
    Err(vm.value_error(format!("zip() argument {} is shorter than {others}", i + 1)))
}

/// The first iterator of a strict `zip` has ended: so must all others.
fn check_longer(vm: &Vm, it: &Ref<IteratorObj>) -> R<Option<Value>> {
    let mut i = 1;
    while let Some(other) = part(it, i) {
        if vm.next(&other)?.is_some() {
            let others = if i == 1 {
                "argument 1".to_owned()
            } else {
                format!("arguments 1-{i}")
            };
            let text = format!("zip() argument {} is longer than {others}", i + 1);
            return Err(vm.value_error(text));
        }
        i += 1;
    }
    Ok(None)
}

fn step_map(vm: &Vm, it: &Ref<IteratorObj>, function: &Value) -> R<Option<Value>> {
    let Some(first) = part(it, 0) else {
        return Ok(None);
    };
    let Some(item) = vm.next(&first)? else {
        return Ok(None);
    };
    let Some(mut other) = part(it, 1) else {
        return vm.call(function, &[item]).map(Some);
    };
    let mut items = vec![item];
    loop {
        let Some(item) = vm.next(&other)? else {
            return Ok(None);
        };
        items.push(item);
        match part(it, items.len()) {
            Some(next) => other = next,
            None => return vm.call(function, &items).map(Some),
        }
    }
}

fn step_filter(vm: &Vm, function: &Value, of: &Value) -> R<Option<Value>> {
    while let Some(item) = vm.next(of)? {
        let keep = if is_truth_test(vm, function) {
            vm.truth(&item)?
        } else {
            vm.truth(&vm.call(function, std::slice::from_ref(&item))?)?
        };
        if keep {
            return Ok(Some(item));
        }
        vm.poll()?;
    }
    Ok(None)
}

fn is_truth_test(vm: &Vm, function: &Value) -> bool {
    function.is_none()
        || function
            .downcast::<ClassObj>()
            .is_some_and(|class| class.is(&vm.classes.bool_))
}

fn step_sequence(
    vm: &Vm,
    it: &Ref<IteratorObj>,
    of: &Value,
    at: i64,
    step: i64,
) -> R<Option<Value>> {
    if at < 0 {
        finish(it);
        return Ok(None);
    }
    match vm.get_item(of, &Value::Int(at)) {
        Ok(item) => {
            if let IterState::Sequence { at: place, .. } = &mut *it.state.write() {
                *place = at + step;
            }
            Ok(Some(item))
        }
        Err(Raised) => {
            let e = &vm.exceptions;
            if vm.catch(&e.IndexError).is_none() && vm.catch(&e.StopIteration).is_none() {
                return Err(Raised);
            }
            finish(it);
            Ok(None)
        }
    }
}

fn step_callable(
    vm: &Vm,
    it: &Ref<IteratorObj>,
    call: &Value,
    sentinel: &Value,
) -> R<Option<Value>> {
    let result = vm.call(call, &[]);
    if !matches!(&*it.state.read(), IterState::Callable { .. }) {
        // The call has used it up.
        return result.map(|_| None);
    }
    if let Some(item) = vm.unless_raised(&vm.exceptions.StopIteration, result)? {
        if !vm.is_or_equal(sentinel, &item)? {
            return Ok(Some(item));
        }
    }
    finish(it);
    Ok(None)
}
