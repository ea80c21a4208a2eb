//! `repr` of containers. One that holds itself shows as `[...]` inside.

use crate::builtins::mappingproxy;
use crate::object::{IN_REPR, Kind, Obj};
use crate::objects::dict::DictObj;
use crate::objects::function::MappingProxyObj;
use crate::objects::iterator::{DictPart, DictViewObj};
use crate::objects::list::ListObj;
use crate::objects::set::SetObj;
use crate::objects::tuple::TupleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Marks a container while its `repr` is being made.
pub struct Mark<'o>(&'o Obj);

impl Mark<'_> {
    /// `None` if it is being made already.
    pub fn set(o: &Obj) -> Option<Mark<'_>> {
        if o.has_flag(IN_REPR) {
            return None;
        }
        o.set_flag(IN_REPR, true);
        Some(Mark(o))
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        self.0.set_flag(IN_REPR, false);
    }
}

/// Writes the `repr` of a tuple, list, dict, dict view or mapping proxy.
pub(super) fn write(vm: &Vm, out: &mut String, v: &Value, o: &Obj) -> R<()> {
    let Some(_mark) = Mark::set(o) else {
        out.push_str(match o.kind() {
            Kind::Tuple => "(...)",
            Kind::List => "[...]",
            Kind::Dict => "{...}",
            _ => "...",
        });
        return Ok(());
    };
    let _guard = vm.enter_repr()?;
    if let Some(list) = v.downcast::<ListObj>() {
        write_list(vm, out, list)
    } else if let Some(tuple) = v.downcast::<TupleObj>() {
        write_tuple(vm, out, tuple.items())
    } else if let Some(dict) = v.downcast::<DictObj>() {
        write_dict(vm, out, dict)
    } else if let Some(view) = v.downcast::<DictViewObj>() {
        write_view(vm, out, view)
    } else if let Some(proxy) = v.downcast::<MappingProxyObj>() {
        out.push_str("mappingproxy(");
        vm.write_repr(out, &mappingproxy::mapping(vm, proxy))?;
        out.push(')');
        Ok(())
    } else {
        Ok(())
    }
}

/// The list may change while its items are shown.
fn write_list(vm: &Vm, out: &mut String, list: &ListObj) -> R<()> {
    out.push('[');
    let mut at = 0;
    while let Some(item) = list.get(at) {
        if at > 0 {
            out.push_str(", ");
        }
        vm.write_repr(out, &item)?;
        at += 1;
    }
    out.push(']');
    Ok(())
}

fn write_items(vm: &Vm, out: &mut String, items: &[Value]) -> R<()> {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        vm.write_repr(out, item)?;
    }
    Ok(())
}

fn write_tuple(vm: &Vm, out: &mut String, items: &[Value]) -> R<()> {
    out.push('(');
    write_items(vm, out, items)?;
    out.push_str(if items.len() == 1 { ",)" } else { ")" });
    Ok(())
}

/// The dict may change while its entries are shown.
fn write_dict(vm: &Vm, out: &mut String, dict: &DictObj) -> R<()> {
    out.push('{');
    let (mut at, mut first) = (0, true);
    while let Some((next, key, value)) = dict.next_entry(at) {
        if !first {
            out.push_str(", ");
        }
        first = false;
        vm.write_repr(out, &key)?;
        out.push_str(": ");
        vm.write_repr(out, &value)?;
        at = next;
    }
    out.push('}');
    Ok(())
}

fn write_view(vm: &Vm, out: &mut String, view: &DictViewObj) -> R<()> {
    let entries = view.dict.entries();
    if view.ordered {
        out.push('o');
    }
    out.push_str(match view.part {
        DictPart::Keys => "dict_keys([",
        DictPart::Values => "dict_values([",
        DictPart::Items => "dict_items([",
    });
    for (i, (key, value)) in entries.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        match view.part {
            DictPart::Keys => vm.write_repr(out, key)?,
            DictPart::Values => vm.write_repr(out, value)?,
            DictPart::Items => {
                out.push('(');
                vm.write_repr(out, key)?;
                out.push_str(", ");
                vm.write_repr(out, value)?;
                out.push(')');
            }
        }
    }
    out.push_str("])");
    Ok(())
}

/// Writes the `repr` of a set or frozenset; `name` is that of a script subclass.
pub(super) fn write_set(vm: &Vm, out: &mut String, o: &Obj, name: Option<&str>) -> R<()> {
    let Some(set) = o.downcast::<SetObj>() else {
        return Ok(());
    };
    let shown = name.unwrap_or(if set.frozen { "frozenset" } else { "set" });
    let Some(_mark) = Mark::set(o) else {
        out.push_str(shown);
        out.push_str("(...)");
        return Ok(());
    };
    let members = set.members();
    if members.is_empty() {
        out.push_str(shown);
        out.push_str("()");
        return Ok(());
    }
    let _guard = vm.enter_repr()?;
    let is_plain = name.is_none() && !set.frozen;
    if !is_plain {
        out.push_str(shown);
        out.push('(');
    }
    out.push('{');
    write_items(vm, out, &members)?;
    out.push('}');
    if !is_plain {
        out.push(')');
    }
    Ok(())
}
