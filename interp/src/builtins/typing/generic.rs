//! `typing.Generic`, and the aliases that subscripting a generic class makes.

use super::param::{ParamKind, items, kind_of};
use super::typing;
use crate::builtins::alias::parameters;
use crate::classes::ClassSpec;
use crate::native::{Native, class_method, method};
use crate::object::{Kind, Ref};
use crate::objects::alias::{Flavour, GenericAliasObj};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `typing.Generic`.
pub static GENERIC: ClassSpec = ClassSpec {
    name: "Generic",
    module: "typing",
    doc: "Abstract base class for generic types.",
    layout: Layout::Instance,
    methods: &[
        class_method(
            "__class_getitem__(params, /)",
            "Parameterizes a generic class.",
            class_getitem,
        ),
        class_method(
            "__init_subclass__(*args, **kwargs)",
            "Function to initialize subclasses.",
            init_subclass,
        ),
    ],
    attributes: &[],
    subclassable: true,
};

/// `__mro_entries__` of the aliases of `typing`.
pub(crate) const MRO_ENTRIES: Native = method(
    "__mro_entries__(bases, /)",
    "The classes that stand for it among bases.",
    mro_entries,
);

/// An alias of `typing`.
pub(crate) fn typing_alias(origin: &Value, args: &[Value], flavour: Flavour) -> Value {
    Ref::new(GenericAliasObj {
        origin: origin.clone(),
        args: Ref::<TupleObj>::from_slice(args),
        flavour,
    })
    .into()
}

/// As `typing_alias`, of what stands between the brackets.
pub(super) fn flavoured(origin: &Value, key: &Value, flavour: Flavour) -> Value {
    match key.downcast::<TupleObj>() {
        Some(t) => typing_alias(origin, t.items(), flavour),
        None => typing_alias(origin, std::slice::from_ref(key), flavour),
    }
}

/// `Generic[params]` for a class with type parameters.
pub fn subscript_generic(vm: &Vm, params: &[Value]) -> R {
    let mut args = Vec::new();
    for p in params {
        match kind_of(p) {
            Some(ParamKind::TypeVarTuple) => args.extend(vm.collect(p)?),
            _ => args.push(p.clone()),
        }
    }
    let generic = Value::from(&typing(vm).generic);
    Ok(typing_alias(&generic, &args, Flavour::Typing))
}

/// `*Ts` is as good as `Ts` here.
fn stripped(p: &Value) -> Value {
    match p.downcast::<GenericAliasObj>() {
        Some(alias) if alias.flavour == Flavour::Unpack => match alias.args.items() {
            [only] => only.clone(),
            _ => p.clone(),
        },
        _ => p.clone(),
    }
}

/// Whether the class is a `Protocol` that another library makes, as typing_extensions does: it
/// counts as equal to ours.
fn is_other_protocol(vm: &Vm, class: &Value) -> R<bool> {
    let name = vm.find_attr(class, &vm.names.name_)?;
    if name.as_ref().and_then(|n| n.as_str()) != Some("Protocol") {
        return Ok(false);
    }
    match vm.find_attr(class, &vm.name("_is_protocol"))? {
        Some(flag) => vm.truth(&flag),
        None => Ok(false),
    }
}

fn class_getitem(vm: &Vm, args: &[Value]) -> R {
    let class = &args[0];
    let given = match args[1].downcast::<TupleObj>() {
        Some(t) => t.items().to_vec(),
        None => vec![args[1].clone()],
    };
    if class.is(&Value::from(&typing(vm).generic)) || is_other_protocol(vm, class)? {
        if given.is_empty() {
            return Err(vm.type_error("Parameter list to Generic[...] cannot be empty"));
        }
        let bare: Vec<Value> = given.iter().map(stripped).collect();
        if bare.iter().any(|p| kind_of(p).is_none()) {
            return Err(vm.type_error(
                "Parameters to Generic[...] must all be type variables or parameter specification \
                 variables.",
            ));
        }
        let twice = |(i, p): (usize, &Value)| bare[..i].iter().any(|q| q.is(p));
        if bare.iter().enumerate().any(twice) {
            return Err(vm.type_error("Parameters to Generic[...] must all be unique"));
        }
        return Ok(typing_alias(class, &given, Flavour::Typing));
    }
    let parameters = vm.find_attr(class, &vm.name("__parameters__"))?;
    let parameters = parameters.map_or_else(Vec::new, |p| items(&p));
    let shown = vm.repr(class)?;
    if parameters.is_empty() {
        return Err(vm.type_error(format!("{} is not a generic class", shown.as_str())));
    }
    let args = crate::builtins::alias::fill_arguments(vm, shown.as_str(), &parameters, given)?;
    Ok(typing_alias(class, &args, Flavour::Typing))
}

fn init_subclass(vm: &Vm, args: &[Value]) -> R {
    let class_value = &args[0];
    let Some(class) = class_value.downcast::<ClassObj>() else {
        return Ok(Value::None);
    };
    let generic = typing(vm).generic.clone();
    let original = class.own(vm, &vm.names.orig_bases_).map(|b| items(&b));
    let plain = match &original {
        Some(bases) => bases.iter().any(|b| b.is(&(&generic).into())),
        None => {
            class.bases.borrow().iter().any(|b| b.is(&generic)) && class.name_text() != "Protocol"
        }
    };
    if plain {
        return Err(vm.type_error("Cannot inherit from plain Generic"));
    }
    let found = match &original {
        None => vec![],
        Some(bases) => parameters_of_bases(vm, bases, &generic)?,
    };
    class.set_own(vm, &vm.name("__parameters__"), tuple(found));
    Ok(Value::None)
}

/// The type parameters of a class: those of `Generic[…]` if it stands among the bases.
fn parameters_of_bases(vm: &Vm, bases: &[Value], generic: &Ref<ClassObj>) -> R<Vec<Value>> {
    let found = parameters(vm, bases)?;
    let mut declared: Option<Vec<Value>> = None;
    for base in bases {
        let Some(alias) = base.downcast::<GenericAliasObj>() else {
            continue;
        };
        if !alias.origin.is(&generic.into()) {
            continue;
        }
        if declared.is_some() {
            return Err(vm.type_error("Cannot inherit from Generic[...] multiple times."));
        }
        declared = Some(parameters(vm, std::slice::from_ref(base))?);
    }
    let Some(declared) = declared else {
        return Ok(found);
    };
    let missing: Vec<&Value> = found
        .iter()
        .filter(|p| !declared.iter().any(|d| d.is(p)))
        .collect();
    if missing.is_empty() {
        return Ok(declared);
    }
    let names = |of: &[&Value]| -> R<String> {
        let shown: R<Vec<String>> = of
            .iter()
            .map(|v| Ok(vm.str(v)?.as_str().to_owned()))
            .collect();
        Ok(shown?.join(", "))
    };
    let all: Vec<&Value> = declared.iter().collect();
    Err(vm.type_error(format!(
        "Some type variables ({}) are not listed in Generic[{}]",
        names(&missing)?,
        names(&all)?
    )))
}

fn mro_entries(vm: &Vm, args: &[Value]) -> R {
    let Some(alias) = args[0].downcast::<GenericAliasObj>() else {
        return Err(vm.type_error("expected a generic alias"));
    };
    if alias.origin.is(&Value::from(&typing(vm).generic)) {
        let bases = items(&args[1]);
        let behind = bases.iter().skip_while(|b| !b.is(&args[0])).skip(1);
        let another = |b: &Value| {
            b.downcast::<GenericAliasObj>()
                .is_some_and(|a| a.flavour == Flavour::Typing)
        };
        if behind.into_iter().any(another) {
            return Ok(tuple(vec![]));
        }
    }
    if !alias.origin.is_kind(Kind::Class) {
        let shown = vm.repr(&args[0])?;
        return Err(vm.type_error(format!("Cannot subclass {}", shown.as_str())));
    }
    Ok(tuple(vec![alias.origin.clone()]))
}
