//! `types.UnionType`: `int | None`.

use super::{item_repr, parameters, substitute};
use crate::builtins::this;
use crate::classes::ClassSpec;
use crate::native::method;
use crate::object::{Kind, Ref};
use crate::objects::alias::UnionObj;
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::Attribute;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `types.UnionType`.
pub static UNION_TYPE: ClassSpec = ClassSpec {
    name: "UnionType",
    module: "types",
    doc: "Represent a PEP 604 union type\n\nE.g. for int | str",
    layout: Layout::Native(Kind::Union),
    methods: &[
        method("__or__(value, /)", "Return self|value.", or),
        method("__ror__(value, /)", "Return value|self.", ror),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method("__getitem__(key, /)", "Return self[key].", getitem),
        method(
            "__instancecheck__(instance, /)",
            "Check if an object is an instance.",
            instancecheck,
        ),
        method(
            "__subclasscheck__(subclass, /)",
            "Check if a class is a subclass.",
            subclasscheck,
        ),
    ],
    attributes: &[
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
    ],
    subclassable: false,
};

/// `a | b` of types; `NotImplemented` if one of them is none.
pub fn union(vm: &Vm, a: &Value, b: &Value) -> R {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(Value::NotImplemented);
    }
    let typing = [a, b]
        .iter()
        .any(|side| side.downcast::<UnionObj>().is_some_and(|u| u.typing));
    join(vm, a, b, typing)
}

/// `a | b` where one of them is a type variable or made with one: `typing.Union[a, b]`.
pub(crate) fn typing_union(vm: &Vm, a: &Value, b: &Value) -> R {
    let fits = |v: &Value| is_unionable(v) || v.is_kind(Kind::Host) || v.is_kind(Kind::Str);
    if !fits(a) || !fits(b) {
        return Ok(Value::NotImplemented);
    }
    join(vm, a, b, true)
}

fn join(vm: &Vm, a: &Value, b: &Value, typing: bool) -> R {
    let mut members: Vec<Value> = Vec::new();
    for side in [a, b] {
        let of = match side.downcast::<UnionObj>() {
            Some(union) => union.args.items().to_vec(),
            None if side.is_none() => vec![(&vm.classes.none_type).into()],
            None => vec![side.clone()],
        };
        for member in of {
            if !contains(vm, &members, &member)? {
                members.push(member);
            }
        }
    }
    if let [only] = &members[..] {
        return Ok(only.clone());
    }
    Ok(Ref::new(UnionObj {
        args: Ref::<TupleObj>::from_vec(members),
        typing,
    })
    .into())
}

fn contains(vm: &Vm, members: &[Value], member: &Value) -> R<bool> {
    for m in members {
        if vm.is_or_equal(m, member)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_unionable(v: &Value) -> bool {
    v.is_none()
        || matches!(
            v.kind(),
            Some(Kind::Class | Kind::GenericAlias | Kind::Union)
        )
        || crate::builtins::typing::is_type_alias(v)
}

fn this_union<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<UnionObj>> {
    this(vm, v, "types.UnionType", attribute)
}

fn or(vm: &Vm, args: &[Value]) -> R {
    union(vm, &args[0], &args[1])
}

fn ror(vm: &Vm, args: &[Value]) -> R {
    union(vm, &args[1], &args[0])
}

fn eq(vm: &Vm, args: &[Value]) -> R {
    let own = this_union(vm, &args[0], "__eq__")?;
    let Some(other) = args[1].downcast::<UnionObj>() else {
        return Ok(Value::NotImplemented);
    };
    let (own, other) = (own.args.items(), other.args.items());
    if own.len() != other.len() {
        return Ok(Value::False);
    }
    for member in own {
        if !contains(vm, other, member)? {
            return Ok(Value::False);
        }
    }
    Ok(Value::True)
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    let own = this_union(vm, &args[0], "__hash__")?;
    // The order of members does not matter.
    let mut hash = 0;
    for member in own.args.items() {
        hash ^= vm.hash(member)?;
    }
    Ok(Value::Int(hash))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let own = this_union(vm, &args[0], "__repr__")?;
    let _guard = vm.enter_native()?;
    if own.typing {
        return typing_repr(vm, own);
    }
    let mut shown = Vec::new();
    for member in own.args.items() {
        let is_none = member
            .downcast::<ClassObj>()
            .is_some_and(|c| c.is(&vm.classes.none_type));
        shown.push(if is_none {
            "None".to_owned()
        } else {
            item_repr(vm, member)?
        });
    }
    Ok(vm.text(&shown.join(" | ")))
}

fn typing_repr(vm: &Vm, own: &Ref<UnionObj>) -> R {
    let none = Value::from(&vm.classes.none_type);
    let text = match own.args.items() {
        [a, b] if a.is(&none) => format!("typing.Optional[{}]", item_repr(vm, b)?),
        [a, b] if b.is(&none) => format!("typing.Optional[{}]", item_repr(vm, a)?),
        members => {
            let shown: R<Vec<String>> = members.iter().map(|m| item_repr(vm, m)).collect();
            format!("typing.Union[{}]", shown?.join(", "))
        }
    };
    Ok(vm.text(&text))
}

fn getitem(vm: &Vm, args: &[Value]) -> R {
    let own = this_union(vm, &args[0], "__getitem__")?;
    let substituted = substitute(vm, &args[0], own.args.items(), &args[1])?;
    let mut members = substituted.into_iter();
    let Some(mut result) = members.next() else {
        return Ok(args[0].clone());
    };
    for member in members {
        result = vm.binary(aio_parser::ast::BinaryOp::BitOr, &result, &member)?;
    }
    Ok(result)
}

fn instancecheck(vm: &Vm, args: &[Value]) -> R {
    vm.is_instance(&args[1], &args[0]).map(Value::bool)
}

fn subclasscheck(vm: &Vm, args: &[Value]) -> R {
    vm.is_subclass(&args[1], &args[0]).map(Value::bool)
}

fn get_args(vm: &Vm, v: &Value) -> R {
    Ok((&this_union(vm, v, "__args__")?.args).into())
}

fn get_parameters(vm: &Vm, v: &Value) -> R {
    parameters(vm, this_union(vm, v, "__parameters__")?.args.items()).map(tuple)
}
