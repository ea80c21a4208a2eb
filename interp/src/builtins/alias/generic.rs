//! `types.GenericAlias`: `list[int]`.

use super::{item_repr, parameters, substitute};
use crate::builtins::{class::spread, this};
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::alias::{Flavour, GenericAliasObj};
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::str::Name;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `types.GenericAlias`.
pub static GENERIC_ALIAS: ClassSpec = ClassSpec {
    name: "GenericAlias",
    module: "types",
    doc: "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    layout: Layout::Native(Kind::GenericAlias),
    methods: &[
        static_method(
            "__new__(cls, origin, args, /)",
            "Create and return a new object.",
            new,
        ),
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method("__getitem__(key, /)", "Return self[key].", getitem),
        method(
            "__mro_entries__(bases, /)",
            "The classes that stand for it among bases.",
            mro_entries,
        ),
        method("__or__(value, /)", "Return self|value.", or),
        method("__ror__(value, /)", "Return value|self.", ror),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method("__iter__()", "Implement iter(self).", iter),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: ATTRIBUTES,
    subclassable: true,
};

/// `typing._GenericAlias`.
pub static TYPING_ALIAS: ClassSpec = ClassSpec {
    name: "_GenericAlias",
    module: "typing",
    doc: "A generic class with arguments for its type parameters.",
    layout: Layout::Native(Kind::GenericAlias),
    methods: &[
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method("__getitem__(key, /)", "Return self[key].", getitem),
        crate::builtins::typing::MRO_ENTRIES,
        method("__or__(value, /)", "Return self|value.", typing_or),
        method("__ror__(value, /)", "Return value|self.", typing_ror),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", reduce_typing),
    ],
    attributes: ATTRIBUTES,
    subclassable: false,
};

static ATTRIBUTES: &[Attribute] = &[
    Attribute {
        name: "__origin__",
        get: get_origin,
        set: None,
    },
    Attribute {
        name: "__args__",
        get: get_args,
        set: None,
    },
    Attribute {
        name: "__parameters__",
        get: get_parameters,
        set: None,
    },
    Attribute {
        name: "__unpacked__",
        get: |vm, v| {
            let alias = this_alias(vm, v, "__unpacked__")?;
            Ok(Value::bool(alias.flavour == Flavour::Starred))
        },
        set: None,
    },
];

/// `origin[item]`.
pub fn generic_alias(origin: &Value, item: &Value) -> Value {
    let args = match item.downcast::<TupleObj>() {
        Some(items) => items.clone(),
        None => Ref::<TupleObj>::from_slice(std::slice::from_ref(item)),
    };
    Ref::new(GenericAliasObj {
        origin: origin.clone(),
        args,
        flavour: Flavour::Builtin,
    })
    .into()
}

/// The `__class_getitem__` of builtin types: the function of a class method's row.
pub fn class_getitem(_: &Vm, args: &[Value]) -> R {
    Ok(generic_alias(&args[0], &args[1]))
}

fn this_alias<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<GenericAliasObj>> {
    this(vm, v, "types.GenericAlias", attribute)
}

/// An attribute of an alias: but for a few of its own, those of the type it is made from.
pub(crate) fn attribute(vm: &Vm, v: &Value, name: &Name) -> R<Option<Value>> {
    const OWN: &[&str] = &[
        "__class__",
        "__bases__",
        "__origin__",
        "__args__",
        "__unpacked__",
        "__parameters__",
        "__mro_entries__",
        "__reduce_ex__",
        "__reduce__",
        "__copy__",
        "__deepcopy__",
    ];
    let Some(alias) = v.downcast::<GenericAliasObj>() else {
        return Ok(None);
    };
    let is_typing = matches!(alias.flavour, Flavour::Typing | Flavour::Unpack);
    if OWN.contains(&name.as_str()) || is_typing && is_dunder(name.as_str()) {
        return vm.generic_attr(v, &vm.class_of(v), name);
    }
    vm.get_attr(&alias.origin, name).map(Some)
}

/// True for the special names that aliases of `typing` do not take from their class.
fn is_dunder(name: &str) -> bool {
    name.starts_with("__")
        && name.ends_with("__")
        && !matches!(name, "__name__" | "__qualname__" | "__module__")
}

fn new(vm: &Vm, args: &[Value]) -> R {
    vm.wrap_new(&args[0], generic_alias(&args[1], &args[2]))
}

fn call(vm: &Vm, args: &[Value]) -> R {
    let alias = this_alias(vm, &args[0], "__call__")?;
    let (values, names) = spread(vm, &args[1], &args[2]);
    let made = vm.call_kw(&alias.origin, &values, &names)?;
    let noted = vm.set_attr(&made, &vm.name("__orig_class__"), args[0].clone());
    if noted.is_err() {
        let e = &vm.exceptions;
        if vm.catch(&e.AttributeError).is_none() && vm.catch(&e.TypeError).is_none() {
            return Err(crate::Raised);
        }
    }
    Ok(made)
}

fn getitem(vm: &Vm, args: &[Value]) -> R {
    let alias = this_alias(vm, &args[0], "__getitem__")?;
    let substituted = substitute(vm, &args[0], alias.args.items(), &args[1])?;
    let made = GenericAliasObj {
        origin: alias.origin.clone(),
        args: Ref::<TupleObj>::from_vec(substituted),
        flavour: alias.flavour,
    };
    Ok(Ref::new(made).into())
}

/// `*list[int]`: yields the alias once, marked as unpacked.
fn iter(vm: &Vm, args: &[Value]) -> R {
    let alias = this_alias(vm, &args[0], "__iter__")?;
    let starred = GenericAliasObj {
        origin: alias.origin.clone(),
        args: alias.args.clone(),
        flavour: Flavour::Starred,
    };
    vm.iter(&tuple(vec![Ref::new(starred).into()]))
}

/// How to make it again: `GenericAlias(origin, args)`; of an unpacked one, `next` of its iterator.
fn reduce(vm: &Vm, args: &[Value]) -> R {
    let alias = this_alias(vm, &args[0], "__reduce__")?;
    if alias.flavour == Flavour::Starred {
        let plain = GenericAliasObj {
            origin: alias.origin.clone(),
            args: alias.args.clone(),
            flavour: Flavour::Builtin,
        };
        let next = vm.builtins.get_name(&vm.name("next"));
        let iterator = vm.iter(&Ref::new(plain).into())?;
        return Ok(tuple(vec![
            next.unwrap_or(Value::None),
            tuple(vec![iterator]),
        ]));
    }
    let made_from = tuple(vec![alias.origin.clone(), (&alias.args).into()]);
    Ok(tuple(vec![vm.class_of(&args[0]).into(), made_from]))
}

/// `origin[args]`.
fn reduce_typing(vm: &Vm, args: &[Value]) -> R {
    let alias = this_alias(vm, &args[0], "__reduce__")?;
    let item = match alias.args.items() {
        [one] if !one.is_kind(Kind::Tuple) => one.clone(),
        _ => (&alias.args).into(),
    };
    let subscript = match alias.origin.is_kind(Kind::Class) {
        true => "__class_getitem__",
        false => "__getitem__",
    };
    let subscript = vm.get_attr(&alias.origin, &vm.name(subscript))?;
    Ok(tuple(vec![subscript, tuple(vec![item])]))
}

fn mro_entries(vm: &Vm, args: &[Value]) -> R {
    Ok(tuple(vec![
        this_alias(vm, &args[0], "__mro_entries__")?.origin.clone(),
    ]))
}

fn or(vm: &Vm, args: &[Value]) -> R {
    super::union(vm, &args[0], &args[1])
}

fn ror(vm: &Vm, args: &[Value]) -> R {
    super::union(vm, &args[1], &args[0])
}

fn typing_or(vm: &Vm, args: &[Value]) -> R {
    super::typing_union(vm, &args[0], &args[1])
}

fn typing_ror(vm: &Vm, args: &[Value]) -> R {
    super::typing_union(vm, &args[1], &args[0])
}

fn eq(vm: &Vm, args: &[Value]) -> R {
    let own = this_alias(vm, &args[0], "__eq__")?;
    let other = vm.native(&args[1]);
    let Some(other) = other.downcast::<GenericAliasObj>() else {
        return Ok(Value::NotImplemented);
    };
    let same = own.flavour == other.flavour
        && vm.equal(&own.origin, &other.origin)?
        && vm.equal(&(&own.args).into(), &(&other.args).into())?;
    Ok(Value::bool(same))
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    let own = this_alias(vm, &args[0], "__hash__")?;
    Ok(Value::Int(
        vm.hash(&own.origin)? ^ vm.hash(&(&own.args).into())?,
    ))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let own = this_alias(vm, &args[0], "__repr__")?;
    let _guard = vm.enter_native()?;
    let origin = item_repr(vm, &own.origin)?;
    let shown: R<Vec<String>> = own.args.items().iter().map(|a| item_repr(vm, a)).collect();
    let shown = shown?;
    let inside = if shown.is_empty() {
        "()".to_owned()
    } else {
        shown.join(", ")
    };
    Ok(vm.text(&match own.flavour {
        Flavour::Starred => format!("*{origin}[{inside}]"),
        _ => format!("{origin}[{inside}]"),
    }))
}

fn get_origin(vm: &Vm, v: &Value) -> R {
    Ok(this_alias(vm, v, "__origin__")?.origin.clone())
}

fn get_args(vm: &Vm, v: &Value) -> R {
    Ok((&this_alias(vm, v, "__args__")?.args).into())
}

fn get_parameters(vm: &Vm, v: &Value) -> R {
    let alias = this_alias(vm, v, "__parameters__")?;
    parameters(vm, alias.args.items()).map(tuple)
}
