//! Sorting: `list.sort` and `sorted`.
//!
//! The items are out of the list while it is sorted, because a comparison may run script code
//! that looks at it. What is sorted is an order (positions), never the values themselves: so at
//! any error the items are all still there. Keys that compare without script code go to the
//! standard library's stable sort (`fast`); all others to a merge sort of our own (`merge`),
//! since `__lt__` may raise, and may be inconsistent.

mod fast;
mod merge;

use crate::object::Ref;
use crate::objects::list::{ListObj, list};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `list.sort(key=key, reverse=reverse)`. A missing key is `None` or `Unbound`.
pub fn sort_list(vm: &Vm, this: &Ref<ListObj>, key: &Value, reverse: bool) -> R<()> {
    let items = this.items.take();
    let (items, result) = sort_values(vm, items, key, reverse);
    let added = this.items.replace(items);
    // The list was empty and without memory when it was taken: any that it has now is a change.
    let changed = added.capacity() > 0;
    drop(added);
    result?;
    if changed {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(())
}

/// `sorted(iterable, key=key, reverse=reverse)`.
pub fn sorted(vm: &Vm, iterable: &Value, key: &Value, reverse: bool) -> R {
    let items = vm.collect(iterable)?;
    let (items, result) = sort_values(vm, items, key, reverse);
    result?;
    Ok(list(items))
}

/// Sorts values; gives all of them back also when a comparison raised.
pub fn sort_values(
    vm: &Vm,
    mut items: Vec<Value>,
    key: &Value,
    reverse: bool,
) -> (Vec<Value>, R<()>) {
    if items.len() < 2 && key.is_missing() {
        return (items, Ok(()));
    }
    if key.is_missing() && fast::sort_in_place(&mut items, reverse) {
        return (items, Ok(()));
    }
    let mut keys = Vec::new();
    if !key.is_missing() {
        keys.reserve(items.len());
        for item in &items {
            match vm.call(key, std::slice::from_ref(item)) {
                Ok(key) => keys.push(key),
                Err(Raised) => return (items, Err(Raised)),
            }
        }
    }
    let mut order: Vec<u32> = match u32::try_from(items.len()) {
        Ok(len) => (0..len).collect(),
        Err(_) => return (items, Err(vm.memory_error("too many items to sort"))),
    };
    // Reversed before and after: equal items keep their order.
    if reverse {
        order.reverse();
    }
    let compared = if key.is_missing() { &items } else { &keys };
    let result = if fast::sort_order(compared, &mut order) {
        Ok(())
    } else {
        merge::sort(vm, compared, &mut order)
    };
    if reverse {
        order.reverse();
    }
    let mut taken: Vec<Value> = items;
    let sorted = order
        .iter()
        .map(|i| std::mem::take(&mut taken[*i as usize]))
        .collect();
    (sorted, result)
}
