//! Items and slices of a list.

use crate::object::Ref;
use crate::objects::list::{ListObj, list};
use crate::objects::range::SliceObj;
use crate::ops::subscript::index::{Places, index_of, place};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

fn wrong_key(name: &str) -> String {
    format!("list indices must be integers or slices, not {name}")
}

/// `list.__getitem__`.
pub fn get_item(vm: &Vm, this: &Ref<ListObj>, key: &Value) -> R {
    if let Some(slice) = key.downcast::<SliceObj>() {
        let bounds = vm.slice_numbers(slice)?;
        let items = this.items.read();
        let p = bounds.in_len(items.len());
        return Ok(list(pick(&items, p)));
    }
    let i = index_of(vm, key, wrong_key)?;
    let items = this.items.read();
    match place(i, items.len()) {
        Some(at) => Ok(items[at].clone()),
        None => {
            drop(items);
            Err(vm.index_error("list index out of range"))
        }
    }
}

/// The items at these places.
pub(crate) fn pick(items: &[Value], p: Places) -> Vec<Value> {
    if p.step == 1 {
        return items[p.range()].to_vec();
    }
    (0..p.count).map(|i| items[p.place(i)].clone()).collect()
}

#[cold]
fn out_of_range(vm: &Vm) -> Raised {
    vm.index_error("list assignment index out of range")
}

/// `list.__setitem__`.
pub fn set_item(vm: &Vm, this: &Ref<ListObj>, key: &Value, value: Value) -> R<()> {
    if let Some(slice) = key.downcast::<SliceObj>() {
        return set_slice(vm, this, slice, &value);
    }
    let i = index_of(vm, key, wrong_key)?;
    let Some(at) = place(i, this.len()) else {
        return Err(out_of_range(vm));
    };
    let old = this.set(at, value);
    drop(old);
    Ok(())
}

fn set_slice(vm: &Vm, this: &Ref<ListObj>, slice: &SliceObj, value: &Value) -> R<()> {
    let bounds = vm.slice_numbers(slice)?;
    let plain = bounds.in_len(0).step == 1;
    if let (false, Some(new)) = (plain, value.downcast::<ListObj>().filter(|l| !l.is(this))) {
        let places = bounds.in_len(this.len());
        return set_places(vm, this, places, new.items.read().iter().cloned());
    }
    let new = vm.collect_or(value, || "must assign iterable to extended slice")?;
    if plain {
        let mut items = this.items.write();
        let p = bounds.in_len(items.len());
        let old: Vec<Value> = items.splice(p.range(), new).collect();
        drop(items);
        drop(old);
        return Ok(());
    }
    set_places(vm, this, bounds.in_len(this.len()), new.into_iter())
}

/// Puts values in these places.
fn set_places(
    vm: &Vm,
    this: &Ref<ListObj>,
    p: Places,
    values: impl ExactSizeIterator<Item = Value>,
) -> R<()> {
    if values.len() != p.count {
        return Err(vm.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            values.len(),
            p.count
        )));
    }
    let mut old = Vec::new();
    let mut items = this.items.write();
    let mut at = p.start;
    for value in values {
        let value = std::mem::replace(&mut items[at as usize], value);
        // Behind the last place there may be no number left.
        at = at.wrapping_add(p.step);
        // Dropping an object can run script code: that waits until the list is whole.
        if value.as_obj().is_some() {
            old.push(value);
        }
    }
    drop(items);
    drop(old);
    Ok(())
}

/// `list.__delitem__`.
pub fn del_item(vm: &Vm, this: &Ref<ListObj>, key: &Value) -> R<()> {
    if let Some(slice) = key.downcast::<SliceObj>() {
        let bounds = vm.slice_numbers(slice)?;
        let len = this.len();
        del_places(this, bounds.in_len(len));
        return Ok(());
    }
    let i = index_of(vm, key, wrong_key)?;
    let mut items = this.items.write();
    let old = place(i, items.len()).map(|at| items.remove(at));
    drop(items);
    old.map(drop).ok_or_else(|| out_of_range(vm))
}

fn del_places(this: &Ref<ListObj>, places: Places) {
    let p = places.ascending();
    if p.count == 0 {
        return;
    }
    let mut items = this.items.write();
    let old: Vec<Value> = if p.step == 1 {
        items.drain(p.place(0)..p.place(0) + p.count).collect()
    } else {
        let (mut at, mut gone) = (0, 0);
        let taken = items.extract_if(.., |_| {
            let remove = gone < p.count && at == p.place(gone);
            gone += usize::from(remove);
            at += 1;
            remove
        });
        taken.collect()
    };
    drop(items);
    drop(old);
}
