//! `find`, `count`, `startswith` and their kin, `replace`, `partition`.

use std::ops::Range;

use super::{check_size, expect_argument, maybe_same, optional_limit, this};
use crate::builtins::str::slice_bound;
use crate::object::Ref;
use crate::objects::str::StrObj;
use crate::objects::tuple::{TupleObj, tuple_of};
use crate::text::search;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The byte range of the code points that `start` and `end` say; `None` where nothing is found,
/// not even the empty string.
fn byte_range(vm: &Vm, s: &Ref<StrObj>, start: &Value, end: &Value) -> R<Option<Range<usize>>> {
    if start.is_missing() && end.is_missing() {
        return Ok(Some(0..s.as_str().len()));
    }
    let start = slice_bound(vm, start, 0)?;
    let end = slice_bound(vm, end, i64::MAX)?;
    let points = search::bounds(start as isize, end as isize, s.char_len());
    Ok(points.map(|p| s.byte_offset(p.start)..s.byte_offset(p.end)))
}

/// What one of the searches does with text, needle and range.
type Find = fn(&str, &str, Range<usize>) -> Option<usize>;

/// The place of a needle, as a byte offset.
fn offset(vm: &Vm, a: &[Value], method: &str, find: Find) -> R<Option<usize>> {
    let s = this(vm, a, method)?;
    let needle = expect_argument(vm, &a[1], method, "argument 1")?;
    let range = byte_range(vm, s, &a[2], &a[3])?;
    Ok(range.and_then(|range| find(s.as_str(), needle.as_str(), range)))
}

/// The rows `find` and `rfind`.
pub(super) fn find(vm: &Vm, a: &[Value], method: &str, find: Find) -> R {
    Ok(match offset(vm, a, method, find)? {
        Some(at) => this(vm, a, method)?.char_index(at).into(),
        None => Value::Int(-1),
    })
}

/// The rows `index` and `rindex`.
pub(super) fn index(vm: &Vm, a: &[Value], method: &str, find: Find) -> R {
    match offset(vm, a, method, find)? {
        Some(at) => Ok(this(vm, a, method)?.char_index(at).into()),
        None => Err(vm.value_error("substring not found")),
    }
}

pub(super) fn count(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "count")?;
    let needle = expect_argument(vm, &a[1], "count", "argument 1")?;
    let range = byte_range(vm, s, &a[2], &a[3])?;
    Ok(range
        .map_or(0, |range| search::count(s.as_str(), needle.as_str(), range))
        .into())
}

/// The rows `startswith` and `endswith`.
pub(super) fn at_edge(
    vm: &Vm,
    a: &[Value],
    method: &str,
    test: fn(&str, &str, Range<usize>) -> bool,
) -> R {
    let s = this(vm, a, method)?;
    let range = byte_range(vm, s, &a[2], &a[3])?;
    let holds = |part: &str| {
        range
            .clone()
            .is_some_and(|range| test(s.as_str(), part, range))
    };
    if let Some(part) = a[1].as_str() {
        return Ok(holds(part).into());
    }
    let wanted = vm.native(&a[1]);
    if let Some(part) = wanted.as_str() {
        return Ok(holds(part).into());
    }
    let Some(parts) = wanted.downcast::<TupleObj>() else {
        let name = vm.type_name(&a[1]);
        let text = format!("{method} first arg must be str or a tuple of str, not {name}");
        return Err(vm.type_error(text));
    };
    for part in parts.items() {
        match vm.native(part).as_str() {
            Some(text) if holds(text) => return Ok(Value::True),
            Some(_) => {}
            None => {
                let name = vm.type_name(part);
                let text = format!("tuple for {method} must only contain str, not {name}");
                return Err(vm.type_error(text));
            }
        }
    }
    Ok(Value::False)
}

pub(super) fn replace(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "replace")?;
    let old = expect_argument(vm, &a[1], "replace", "argument 1")?;
    let new = expect_argument(vm, &a[2], "replace", "argument 2")?;
    let limit = optional_limit(vm, &a[3])?;
    if let [byte] = old.as_str().as_bytes() {
        return replace_byte(vm, s, *byte, new.as_str(), limit.unwrap_or(usize::MAX));
    }
    match search::replace(s.as_str(), old.as_str(), new.as_str(), limit) {
        Ok(made) => Ok(maybe_same(vm, s, &made)),
        Err(_) => Err(vm.out_of_memory()),
    }
}

/// Replaces one ASCII character.
fn replace_byte(vm: &Vm, s: &Ref<StrObj>, old: u8, new: &str, limit: usize) -> R {
    let text = s.as_str();
    let count = memchr::memchr_iter(old, text.as_bytes())
        .take(limit)
        .count();
    if count == 0 {
        return Ok(s.into());
    }
    let len = new
        .len()
        .checked_mul(count)
        .and_then(|n| n.checked_add(text.len() - count));
    let Some(len) = len else {
        return Err(vm.out_of_memory());
    };
    check_size(vm, len)?;
    let mut made = String::with_capacity(len);
    let mut done = 0;
    for at in memchr::memchr_iter(old, text.as_bytes()).take(limit) {
        made.push_str(&text[done..at]);
        made.push_str(new);
        done = at + 1;
    }
    made.push_str(&text[done..]);
    Ok(vm.text(&made))
}

/// The separator of `partition` and `rpartition`.
fn separator(vm: &Vm, v: &Value) -> R<Ref<StrObj>> {
    let separator = match vm.native(v).downcast::<StrObj>() {
        Some(s) => s.clone(),
        None => return Err(vm.type_error(format!("must be str, not {}", vm.type_name(v)))),
    };
    if separator.as_str().is_empty() {
        return Err(empty_separator(vm));
    }
    Ok(separator)
}

#[cold]
pub(crate) fn empty_separator(vm: &Vm) -> Raised {
    vm.value_error("empty separator")
}

pub(super) fn partition(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "partition")?;
    let separator = separator(vm, &a[1])?;
    Ok(match search::partition(s.as_str(), separator.as_str()) {
        Some((before, after)) => tuple_of([vm.text(before), (&separator).into(), vm.text(after)]),
        None => tuple_of([s.into(), vm.text(""), vm.text("")]),
    })
}

pub(super) fn rpartition(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "rpartition")?;
    let separator = separator(vm, &a[1])?;
    Ok(match search::rpartition(s.as_str(), separator.as_str()) {
        Some((before, after)) => tuple_of([vm.text(before), (&separator).into(), vm.text(after)]),
        None => tuple_of([vm.text(""), vm.text(""), s.into()]),
    })
}

/// The rows `removeprefix` and `removesuffix`.
pub(super) fn remove_edge(
    vm: &Vm,
    a: &[Value],
    method: &str,
    remove: for<'t> fn(&'t str, &str) -> &'t str,
) -> R {
    let s = this(vm, a, method)?;
    let part = expect_argument(vm, &a[1], method, "argument")?;
    Ok(maybe_same(vm, s, remove(s.as_str(), part.as_str())))
}
