//! `split`, `splitlines`, `strip` and their kin, and `join`.

use super::search::empty_separator;
use super::{maybe_same, optional_limit, this};
use crate::object::Ref;
use crate::objects::list::{ListObj, list};
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::text::split;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The separator of `split`; `None` for white space.
fn separator(vm: &Vm, v: &Value) -> R<Option<Ref<StrObj>>> {
    if v.is_missing() {
        return Ok(None);
    }
    match vm.native(v).downcast::<StrObj>() {
        Some(s) if s.as_str().is_empty() => Err(empty_separator(vm)),
        Some(s) => Ok(Some(s.clone())),
        None => Err(vm.type_error(format!("must be str or None, not {}", vm.type_name(v)))),
    }
}

pub(super) fn split_row(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "split")?;
    let limit = optional_limit(vm, &a[2])?;
    let separator = separator(vm, &a[1])?;
    let text = s.as_str();
    let mut parts = Vec::with_capacity(8);
    match (&separator, limit) {
        (None, None) if s.is_ascii() => {
            ascii_words(text, |word| parts.push(vm.text(word)));
        }
        (None, _) => parts.extend(split::split_space(text, limit).map(|p| vm.text(p))),
        (Some(separator), None) if separator.as_str().len() == 1 => {
            let mut done = 0;
            for at in memchr::memchr_iter(separator.as_str().as_bytes()[0], text.as_bytes()) {
                parts.push(vm.text(&text[done..at]));
                done = at + 1;
            }
            parts.push(vm.text(&text[done..]));
        }
        (Some(separator), _) => {
            parts.extend(split::split(text, separator.as_str(), limit).map(|p| vm.text(p)));
        }
    }
    Ok(list(parts))
}

/// The words of a text that is ASCII.
fn ascii_words(text: &str, mut found: impl FnMut(&str)) {
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        let is_space = matches!(byte, b' ' | b'\t'..=b'\r' | 0x1c..=0x1f);
        match (is_space, start) {
            (true, Some(from)) => {
                found(&text[from..at]);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    if let Some(from) = start {
        found(&text[from..]);
    }
}

pub(super) fn rsplit_row(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "rsplit")?.as_str();
    let limit = optional_limit(vm, &a[2])?;
    let mut parts: Vec<Value> = match separator(vm, &a[1])? {
        Some(separator) => split::rsplit(s, separator.as_str(), limit)
            .map(|p| vm.text(p))
            .collect(),
        None => split::rsplit_space(s, limit).map(|p| vm.text(p)).collect(),
    };
    parts.reverse();
    Ok(list(parts))
}

pub(super) fn splitlines(vm: &Vm, a: &[Value]) -> R {
    let s = this(vm, a, "splitlines")?;
    let keep_ends = match a[1].bound() {
        Some(v) => vm.truth(v)?,
        None => false,
    };
    Ok(list(
        split::lines(s.as_str(), keep_ends)
            .map(|line| vm.text(line))
            .collect(),
    ))
}

/// Takes characters off the ends.
type Strip = for<'t> fn(&'t str) -> &'t str;
/// Takes characters of a set off the ends.
type StripSet = for<'t> fn(&'t str, &str) -> &'t str;

/// The rows `strip`, `lstrip` and `rstrip`.
pub(super) fn strip(vm: &Vm, a: &[Value], method: &str, space: Strip, set: StripSet) -> R {
    let s = this(vm, a, method)?;
    let stripped = if a[1].is_missing() {
        space(s.as_str())
    } else if let Some(chars) = a[1].as_str() {
        set(s.as_str(), chars)
    } else {
        match vm.native(&a[1]).as_str() {
            Some(chars) => set(s.as_str(), chars),
            None => return Err(vm.type_error(format!("{method} arg must be None or str"))),
        }
    };
    Ok(maybe_same(vm, s, stripped))
}

pub(super) fn join_row(vm: &Vm, a: &[Value]) -> R {
    join(vm, this(vm, a, "join")?.as_str(), &a[1])
}

/// `separator.join(iterable)`
pub(crate) fn join(vm: &Vm, separator: &str, iterable: &Value) -> R {
    if let Some(items) = iterable.downcast::<ListObj>() {
        // Nothing of the program's runs while the items of an exact list of strings are read.
        let joined = join_texts(vm, separator, &items.items.read())?;
        if let Some(joined) = joined {
            return Ok(joined);
        }
    }
    if let Some(items) = iterable.downcast::<TupleObj>()
        && let Some(joined) = join_texts(vm, separator, items.items())?
    {
        return Ok(joined);
    }
    let items = match vm.collect(iterable) {
        Ok(items) => items,
        Err(raised) => return Err(not_joinable(vm, iterable, raised)),
    };
    let mut natives = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let native = vm.native(item);
        if native.as_str().is_none() {
            let name = vm.type_name(item);
            let text = format!("sequence item {i}: expected str instance, {name} found");
            return Err(vm.type_error(text));
        }
        natives.push(native);
    }
    Ok(join_texts(vm, separator, &natives)?.unwrap_or_else(|| vm.text("")))
}

/// The strings joined; `None` if one of the items is no string.
fn join_texts(vm: &Vm, separator: &str, items: &[Value]) -> R<Option<Value>> {
    match items {
        [] => return Ok(Some(vm.text(""))),
        [one] => return Ok(one.as_str().map(|_| one.clone())),
        _ => {}
    }
    let mut pieces = Vec::with_capacity(items.len() * 2);
    let mut len = separator.len().saturating_mul(items.len() - 1);
    for (i, item) in items.iter().enumerate() {
        let Some(text) = item.as_str() else {
            return Ok(None);
        };
        if i > 0 && !separator.is_empty() {
            pieces.push(separator);
        }
        len = len.saturating_add(text.len());
        pieces.push(text);
    }
    super::arith::check_size(vm, len)?;
    if len <= 1 {
        return Ok(Some(vm.text(&pieces.concat())));
    }
    Ok(Some(Ref::<StrObj>::from_pieces(&pieces).into()))
}

/// What cannot be iterated over gets a message of its own.
#[cold]
pub(crate) fn not_joinable(vm: &Vm, iterable: &Value, raised: Raised) -> Raised {
    let has_items = vm.special(iterable, &vm.names.iter_).is_some()
        || vm.special(iterable, &vm.names.getitem_).is_some();
    if !has_items && vm.catch(&vm.exceptions.TypeError).is_some() {
        return vm.type_error("can only join an iterable");
    }
    raised
}
