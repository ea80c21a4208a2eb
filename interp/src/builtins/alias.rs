//! Subscripted types (`list[int]`, `types.GenericAlias`) and unions of types (`int | None`).

mod generic;
mod union;

pub(crate) use generic::attribute;
pub use generic::{GENERIC_ALIAS, TYPING_ALIAS, class_getitem, generic_alias};
pub(crate) use union::typing_union;
pub use union::{UNION_TYPE, union};

use super::typing::{ParamKind, default_of, kind_of};
use crate::object::Kind;
use crate::objects::alias::{Flavour, GenericAliasObj};
use crate::objects::class::ClassObj;
use crate::objects::list::{ListObj, list};
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
    if let Some(items) = listed(item) {
        let _guard = vm.enter_native()?;
        let shown: R<Vec<String>> = items.iter().map(|i| item_repr(vm, i)).collect();
        return Ok(format!("[{}]", shown?.join(", ")));
    }
    Ok(vm.repr(item)?.as_str().to_owned())
}

/// `__parameters__`: the type variables among these arguments and inside them.
pub(crate) fn parameters(vm: &Vm, args: &[Value]) -> R<Vec<Value>> {
    let mut found: Vec<Value> = Vec::new();
    for arg in args {
        if let Some(items) = listed(arg) {
            let _guard = vm.enter_native()?;
            for p in parameters(vm, &items)? {
                add_new(&mut found, &p);
            }
            continue;
        }
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
        .is_none_or(|k| matches!(k, Kind::Class | Kind::Str))
}

/// The items of a list or tuple of types (the parameters of a callable).
fn listed(arg: &Value) -> Option<Vec<Value>> {
    if let Some(items) = arg.downcast::<ListObj>() {
        return Some(items.to_vec());
    }
    arg.downcast::<TupleObj>().map(|t| t.items().to_vec())
}

/// Puts `item` (a tuple of types, or one type) in the place of the type variables among `args`.
fn substitute(vm: &Vm, of: &Value, args: &[Value], item: &Value) -> R<Vec<Value>> {
    let wanted = parameters(vm, args)?;
    let shown = vm.repr(of)?;
    if wanted.is_empty() {
        return Err(vm.type_error(format!("{} is not a generic class", shown.as_str())));
    }
    let given = match item.downcast::<TupleObj>() {
        Some(items) => items.items().to_vec(),
        None => vec![item.clone()],
    };
    let given = share_out(vm, shown.as_str(), &wanted, given, false)?;
    replace_all(vm, args, &wanted, &given)
}

/// The arguments for type parameters, as `__args__` has them: checked, with defaults.
pub(crate) fn fill_arguments(
    vm: &Vm,
    shown: &str,
    wanted: &[Value],
    given: Vec<Value>,
) -> R<Vec<Value>> {
    Ok(share_out(vm, shown, wanted, given, true)?
        .into_iter()
        .flatten()
        .collect())
}

/// The arguments of each type parameter: one, or any number for `*Ts`. `of_class` if a generic class
/// is subscripted, not an alias: the errors differ.
fn share_out(
    vm: &Vm,
    shown: &str,
    wanted: &[Value],
    mut given: Vec<Value>,
    of_class: bool,
) -> R<Vec<Vec<Value>>> {
    if let [only] = wanted {
        // `C[int, str]` of a class with one `**P` is `C[[int, str]]`.
        let whole = |v: &Value| listed(v).is_some() || !is_plain(v) || v.as_obj().is_none();
        if kind_of(only) == Some(ParamKind::ParamSpec) && !matches!(&given[..], [v] if whole(v)) {
            given = vec![tuple(given)];
        }
    }
    let many = wanted
        .iter()
        .position(|w| kind_of(w) == Some(ParamKind::TypeVarTuple));
    let mut defaults = Vec::new();
    for w in wanted {
        defaults.push(default_of(vm, w)?);
    }
    let single = |i: &usize| Some(*i) != many;
    let most = (0..wanted.len()).filter(single).count();
    let least = (0..wanted.len())
        .filter(single)
        .filter(|i| defaults[*i].is_none())
        .count();
    if given.len() < least || given.len() > most && many.is_none() {
        let few = if given.len() < least { "few" } else { "many" };
        let at_least = if given.len() < least && (of_class || many.is_some()) {
            "at least "
        } else {
            ""
        };
        let expected = if at_least.is_empty() { most } else { least };
        return Err(vm.type_error(format!(
            "Too {few} arguments for {shown}; actual {}, expected {at_least}{expected}",
            given.len(),
        )));
    }
    let extra = given.len().saturating_sub(most);
    let mut given = given.into_iter();
    let mut shares = Vec::new();
    for (i, w) in wanted.iter().enumerate() {
        if Some(i) == many {
            shares.push(given.by_ref().take(extra).collect());
            continue;
        }
        let value = match given.next() {
            Some(value) => value,
            None => defaults[i].clone().unwrap_or(Value::None),
        };
        let is_spec = kind_of(w) == Some(ParamKind::ParamSpec);
        shares.push(vec![match listed(&value) {
            Some(items) if is_spec => tuple(items),
            _ => value,
        }]);
    }
    Ok(shares)
}

fn replace_all(vm: &Vm, args: &[Value], wanted: &[Value], given: &[Vec<Value>]) -> R<Vec<Value>> {
    let mut replaced = Vec::new();
    for arg in args {
        replace(vm, arg, wanted, given, &mut replaced)?;
    }
    Ok(replaced)
}

fn replace(
    vm: &Vm,
    arg: &Value,
    wanted: &[Value],
    given: &[Vec<Value>],
    out: &mut Vec<Value>,
) -> R<()> {
    if let Some(items) = listed(arg) {
        let _guard = vm.enter_native()?;
        let items = replace_all(vm, &items, wanted, given)?;
        out.push(if arg.is_kind(Kind::List) {
            list(items)
        } else {
            tuple(items)
        });
        return Ok(());
    }
    if is_plain(arg) {
        out.push(arg.clone());
        return Ok(());
    }
    let bare = match arg.downcast::<GenericAliasObj>() {
        Some(alias) if alias.flavour == Flavour::Unpack => alias.args.items().first(),
        _ => Some(arg),
    };
    if let Some(at) = wanted.iter().position(|w| bare.is_some_and(|b| w.is(b))) {
        out.extend_from_slice(&given[at]);
        return Ok(());
    }
    let inner = parameters(vm, std::slice::from_ref(arg))?;
    if inner.is_empty() {
        out.push(arg.clone());
        return Ok(());
    }
    let mut chosen = Vec::new();
    for p in &inner {
        match wanted.iter().position(|w| w.is(p)) {
            Some(at) => chosen.extend_from_slice(&given[at]),
            None => chosen.push(p.clone()),
        }
    }
    out.push(vm.get_item(arg, &tuple(chosen))?);
    Ok(())
}
