//! Subscripted types (`list[int]`, `types.GenericAlias`) and unions of types (`int | None`).

mod generic;
mod union;

pub(crate) use generic::attribute;
pub use generic::{GENERIC_ALIAS, class_getitem, generic_alias};
pub use union::{UNION_TYPE, union};

use crate::object::Kind;
use crate::objects::class::ClassObj;
use crate::objects::list::ListObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// How a type shows inside an alias or a union.
fn item_repr(vm: &Vm, item: &Value) -> R<String> {
    if let Some(class) = item.downcast::<ClassObj>() {
        return Ok(class.full_name(vm));
    }
    if matches!(item, Value::Ellipsis) {
        return Ok("...".to_owned());
    }
    if let Some(items) = item.downcast::<ListObj>() {
        let _guard = vm.enter_native()?;
        let shown: R<Vec<String>> = items.to_vec().iter().map(|i| item_repr(vm, i)).collect();
        return Ok(format!("[{}]", shown?.join(", ")));
    }
    Ok(vm.repr(item)?.as_str().to_owned())
}

/// `__parameters__`: the type variables among these arguments and inside them.
fn parameters(vm: &Vm, args: &[Value]) -> R<Vec<Value>> {
    let mut found: Vec<Value> = Vec::new();
    for arg in args {
        if is_plain(arg) {
            continue;
        }
        if vm.find_attr(arg, &vm.name("__typing_subst__"))?.is_some() {
            add_new(&mut found, arg);
            continue;
        }
        let inner = vm.find_attr(arg, &vm.name("__parameters__"))?;
        for p in inner
            .as_ref()
            .and_then(|i| i.downcast::<TupleObj>())
            .map_or(&[][..], |t| t.items())
        {
            add_new(&mut found, p);
        }
    }
    Ok(found)
}

fn add_new(found: &mut Vec<Value>, parameter: &Value) {
    if !found.iter().any(|f| f.is(parameter)) {
        found.push(parameter.clone());
    }
}

/// True for what has no type variables inside: most arguments.
fn is_plain(arg: &Value) -> bool {
    arg.kind()
        .is_none_or(|k| matches!(k, Kind::Class | Kind::Str | Kind::List | Kind::Tuple))
}

/// Puts `item` (a tuple of types, or one type) in the place of the type variables among `args`.
fn substitute(vm: &Vm, of: &Value, args: &[Value], item: &Value) -> R<Vec<Value>> {
    let wanted = parameters(vm, args)?;
    if wanted.is_empty() {
        let shown = vm.repr(of)?;
        return Err(vm.type_error(format!("{} is not a generic class", shown.as_str())));
    }
    let given = match item.downcast::<TupleObj>() {
        Some(items) => items.items().to_vec(),
        None => vec![item.clone()],
    };
    if given.len() != wanted.len() {
        let few = if given.len() < wanted.len() {
            "few"
        } else {
            "many"
        };
        return Err(vm.type_error(format!(
            "Too {few} arguments for {}; actual {}, expected {}",
            vm.repr(of)?.as_str(),
            given.len(),
            wanted.len()
        )));
    }
    args.iter()
        .map(|arg| replace(vm, arg, &wanted, &given))
        .collect()
}

fn replace(vm: &Vm, arg: &Value, wanted: &[Value], given: &[Value]) -> R {
    if is_plain(arg) {
        return Ok(arg.clone());
    }
    if let Some(at) = wanted.iter().position(|w| w.is(arg)) {
        return vm.call_method(arg, &vm.name("__typing_subst__"), &given[at..=at]);
    }
    let inner = parameters(vm, std::slice::from_ref(arg))?;
    if inner.is_empty() {
        return Ok(arg.clone());
    }
    let chosen = inner.iter().map(|p| {
        let at = wanted.iter().position(|w| w.is(p));
        at.map_or_else(|| p.clone(), |at| given[at].clone())
    });
    vm.get_item(arg, &tuple(chosen.collect()))
}
