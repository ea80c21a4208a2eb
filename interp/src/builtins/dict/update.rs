//! Filling a dict: from a dict, any mapping, pairs, keywords.

use crate::object::{Kind, Ref};
use crate::objects::dict::DictObj;
use crate::objects::function::NativeObj;
use crate::objects::str::StrObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `dict.update(from)`.
pub fn update_from(vm: &Vm, this: &Ref<DictObj>, from: &Value) -> R<()> {
    if let Some(other) = plain_dict(vm, from) {
        return merge(vm, this, &other);
    }
    match vm.find_attr(from, &vm.names.keys)? {
        Some(keys) => {
            let keys = vm.call(&keys, &[])?;
            let text = || {
                let (class, given) = (vm.type_name(from), vm.type_name(&keys));
                format!("{class}.keys() returned a non-iterable (type {given})")
            };
            for key in vm.collect_or(&keys, text)? {
                let value = vm.get_item(from, &key)?;
                let old = this.set(vm, key, value)?;
                drop(old);
            }
            Ok(())
        }
        None => update_pairs(vm, this, from),
    }
}

/// The dict that `from` is, or carries without having its own idea of iteration.
fn plain_dict(vm: &Vm, from: &Value) -> Option<Ref<DictObj>> {
    match from.kind()? {
        Kind::Dict => from.downcast::<DictObj>().cloned(),
        Kind::Instance => {
            let dict = vm.native(from).downcast::<DictObj>()?.clone();
            let iter = vm.special(from, &vm.names.iter_)?;
            let own = iter
                .downcast::<NativeObj>()?
                .class
                .as_ref()?
                .is(&vm.classes.dict);
            own.then_some(dict)
        }
        _ => None,
    }
}

fn merge(vm: &Vm, this: &Ref<DictObj>, other: &Ref<DictObj>) -> R<()> {
    if this.is(other) || this.fill_from(other) {
        return Ok(());
    }
    let (size, mut at) = (other.len(), 0);
    while let Some((next, hash, key, value)) = other.next_hashed(at) {
        at = next;
        let old = this.set_hashed(vm, hash, key, value)?;
        drop(old);
        if other.len() != size {
            return Err(vm.runtime_error("dict mutated during update"));
        }
    }
    Ok(())
}

fn update_pairs(vm: &Vm, this: &Ref<DictObj>, from: &Value) -> R<()> {
    let iterator = vm.iter(from)?;
    let mut i = 0;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        let text =
            || format!("cannot convert dictionary update sequence element #{i} to a sequence");
        let pair = vm.collect_or(&item, text)?;
        let len = pair.len();
        let Ok([key, value]) = <[Value; 2]>::try_from(pair) else {
            return Err(vm.value_error(format!(
                "dictionary update sequence element #{i} has length {len}; 2 is required"
            )));
        };
        let old = this.set(vm, key, value)?;
        drop(old);
        i += 1;
    }
    Ok(())
}

/// Adds what `**kwargs` gathered.
pub fn update_keywords(this: &Ref<DictObj>, kwargs: &Value) {
    let Some(kwargs) = kwargs.downcast::<DictObj>() else {
        return;
    };
    for (key, value) in kwargs.entries() {
        if let Some(key) = key.downcast::<StrObj>() {
            this.set_text(key, value);
        }
    }
}
