//! The tables of `TypeVar`, `ParamSpec` and `TypeVarTuple`.

use std::cell::RefCell;

use super::generic::{flavoured, typing_alias};
use super::param::{
    Lazy, Param, ParamKind, Variance, attrs_of_caller, empty, force, items, object, this,
};
use super::typing;
use crate::builtins::alias::typing_union;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Obj, Ref, trace_value};
use crate::objects::alias::Flavour;
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::host::{HostData, HostObj};
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

const NAME: Attribute = Attribute {
    name: "__name__",
    get: |vm, v| Ok(this(vm, v)?.name.clone()),
    set: None,
};
const BOUND: Attribute = Attribute {
    name: "__bound__",
    get: |vm, v| force(vm, &this(vm, v)?.bound, &Value::None),
    set: None,
};
const CONSTRAINTS: Attribute = Attribute {
    name: "__constraints__",
    get: |vm, v| force(vm, &this(vm, v)?.constraints, &empty()),
    set: None,
};
const DEFAULT: Attribute = Attribute {
    name: "__default__",
    get: |vm, v| {
        let absent = typing(vm).no_default.clone();
        force(vm, &this(vm, v)?.default, &absent)
    },
    set: None,
};
const COVARIANT: Attribute = Attribute {
    name: "__covariant__",
    get: |vm, v| Ok(Value::bool(this(vm, v)?.variance.covariant)),
    set: None,
};
const CONTRAVARIANT: Attribute = Attribute {
    name: "__contravariant__",
    get: |vm, v| Ok(Value::bool(this(vm, v)?.variance.contravariant)),
    set: None,
};
const INFERRED: Attribute = Attribute {
    name: "__infer_variance__",
    get: |vm, v| Ok(Value::bool(this(vm, v)?.variance.inferred)),
    set: None,
};

/// `typing.TypeVar`.
pub static TYPE_VAR: ClassSpec = ClassSpec {
    name: "TypeVar",
    module: "typing",
    doc: "Type variable.\n\nThe preferred way to construct a type variable is via the dedicated\nsyntax for generic functions, classes, and type aliases.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method(
            "__new__(cls, name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)",
            "Create a type variable.",
            new_type_var,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method("__or__(value, /)", "Return self|value.", or),
        method("__ror__(value, /)", "Return value|self.", ror),
        method("has_default()", "Whether there is a default.", has_default),
        method("__typing_subst__(arg, /)", "The argument for it.", subst),
        method("__mro_entries__(bases, /)", "Fails: no base.", mro_entries),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: &[
        NAME,
        BOUND,
        CONSTRAINTS,
        DEFAULT,
        COVARIANT,
        CONTRAVARIANT,
        INFERRED,
    ],
    subclassable: false,
};

/// `typing.ParamSpec`.
pub static PARAM_SPEC: ClassSpec = ClassSpec {
    name: "ParamSpec",
    module: "typing",
    doc: "Parameter specification variable.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method(
            "__new__(cls, name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False)",
            "Create a parameter specification variable.",
            new_param_spec,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method("__or__(value, /)", "Return self|value.", or),
        method("__ror__(value, /)", "Return value|self.", ror),
        method("has_default()", "Whether there is a default.", has_default),
        method("__typing_subst__(arg, /)", "The argument for it.", subst),
        method("__mro_entries__(bases, /)", "Fails: no base.", mro_entries),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: &[
        NAME,
        BOUND,
        DEFAULT,
        COVARIANT,
        CONTRAVARIANT,
        INFERRED,
        Attribute {
            name: "args",
            get: |vm, v| Ok(part(vm, v, false)),
            set: None,
        },
        Attribute {
            name: "kwargs",
            get: |vm, v| Ok(part(vm, v, true)),
            set: None,
        },
    ],
    subclassable: false,
};

/// `typing.TypeVarTuple`.
pub static TYPE_VAR_TUPLE: ClassSpec = ClassSpec {
    name: "TypeVarTuple",
    module: "typing",
    doc: "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method(
            "__new__(cls, name, *, default=NoDefault)",
            "Create a type variable tuple.",
            new_type_var_tuple,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method("__iter__()", "Implement iter(self).", unpacked_iter),
        method("has_default()", "Whether there is a default.", has_default),
        method("__typing_subst__(arg, /)", "The argument for it.", subst),
        method("__mro_entries__(bases, /)", "Fails: no base.", mro_entries),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: &[NAME, DEFAULT],
    subclassable: false,
};

/// `typing.ParamSpecArgs`.
pub static PARAM_SPEC_ARGS: ClassSpec = part_spec(
    "ParamSpecArgs",
    "The args for a ParamSpec object.",
    &[
        static_method("__new__(cls, origin)", "Create it.", |vm, a| {
            Ok(part(vm, &a[1], false))
        }),
        method("__repr__()", "Return repr(self).", part_repr),
        method("__eq__(value, /)", "Return self==value.", part_eq),
        method("__reduce__()", "Helper for pickle.", part_reduce),
    ],
);

/// `typing.ParamSpecKwargs`.
pub static PARAM_SPEC_KWARGS: ClassSpec = part_spec(
    "ParamSpecKwargs",
    "The kwargs for a ParamSpec object.",
    &[
        static_method("__new__(cls, origin)", "Create it.", |vm, a| {
            Ok(part(vm, &a[1], true))
        }),
        method("__repr__()", "Return repr(self).", part_repr),
        method("__eq__(value, /)", "Return self==value.", part_eq),
        method("__reduce__()", "Helper for pickle.", part_reduce),
    ],
);

const fn part_spec(
    name: &'static str,
    doc: &'static str,
    methods: &'static [crate::native::Native],
) -> ClassSpec {
    ClassSpec {
        name,
        module: "typing",
        doc,
        layout: Layout::Native(Kind::Host),
        methods,
        attributes: &[Attribute {
            name: "__origin__",
            get: |vm, v| Ok(this_part(vm, v)?.of.clone()),
            set: None,
        }],
        subclassable: false,
    }
}

/// The class of `typing.NoDefault`.
pub static NO_DEFAULT: ClassSpec = ClassSpec {
    name: "NoDefaultType",
    module: "typing",
    doc: "The type of the NoDefault singleton.",
    layout: Layout::Native(Kind::Host),
    methods: &[method("__repr__()", "Return repr(self).", |vm, _| {
        Ok(vm.text("typing.NoDefault"))
    })],
    attributes: &[],
    subclassable: false,
};

/// The class of `typing.Unpack`.
pub static UNPACK: ClassSpec = ClassSpec {
    name: "_SpecialForm",
    module: "typing",
    doc: "Type unpack operator.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method("__repr__()", "Return repr(self).", |vm, _| {
            Ok(vm.text("typing.Unpack"))
        }),
        method("__reduce__()", "Helper for pickle.", |vm, _| {
            Ok(vm.text("Unpack"))
        }),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            let _ = vm;
            Ok(flavoured(&a[0], &a[1], Flavour::Unpack))
        }),
    ],
    attributes: &[],
    subclassable: false,
};

/// `P.args` and `P.kwargs`.
struct Part {
    of: Value,
    keywords: bool,
}

impl HostData for Part {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.of, visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn part(vm: &Vm, of: &Value, keywords: bool) -> Value {
    let types = typing(vm);
    let class = if keywords {
        &types.param_spec_kwargs
    } else {
        &types.param_spec_args
    };
    Ref::new(HostObj {
        class: class.clone(),
        data: Box::new(Part {
            of: of.clone(),
            keywords,
        }),
    })
    .into()
}

fn this_part<'a>(vm: &Vm, v: &'a Value) -> R<&'a Part> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Part>()) {
        Some(part) => Ok(part),
        None => Err(vm.type_error("expected the args or kwargs of a ParamSpec")),
    }
}

fn part_repr(vm: &Vm, args: &[Value]) -> R {
    let part = this_part(vm, &args[0])?;
    let name = vm.get_attr(&part.of, &vm.names.name_)?;
    let which = if part.keywords { "kwargs" } else { "args" };
    let name = vm.str(&name)?;
    Ok(vm.text(&format!("{}.{which}", name.as_str())))
}

fn part_reduce(vm: &Vm, args: &[Value]) -> R {
    let of = this_part(vm, &args[0])?.of.clone();
    Ok(tuple(vec![vm.class_of(&args[0]).into(), tuple(vec![of])]))
}

fn part_eq(vm: &Vm, args: &[Value]) -> R {
    let own = this_part(vm, &args[0])?;
    match args[1].downcast::<HostObj>().and_then(|h| h.get::<Part>()) {
        Some(other) if other.keywords == own.keywords => {
            vm.equal(&own.of, &other.of).map(Value::bool)
        }
        _ => Ok(Value::NotImplemented),
    }
}

fn given(v: &Value) -> RefCell<Lazy> {
    RefCell::new(if v.is_unbound() {
        Lazy::Absent
    } else {
        Lazy::Ready(v.clone())
    })
}

/// A bound; `None` means none.
fn given_bound(v: &Value) -> RefCell<Lazy> {
    RefCell::new(if v.is_missing() {
        Lazy::Absent
    } else {
        Lazy::Ready(v.clone())
    })
}

fn variance(vm: &Vm, covariant: &Value, contravariant: &Value, inferred: &Value) -> R<Variance> {
    let flag = |v: &Value| -> R<bool> { Ok(!v.is_unbound() && vm.truth(v)?) };
    let variance = Variance {
        covariant: flag(covariant)?,
        contravariant: flag(contravariant)?,
        inferred: flag(inferred)?,
    };
    if variance.covariant && variance.contravariant {
        return Err(vm.value_error("Bivariant types are not supported."));
    }
    if variance.inferred && (variance.covariant || variance.contravariant) {
        return Err(vm.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(variance)
}

/// `default=NoDefault` means none.
fn given_default(vm: &Vm, v: &Value) -> RefCell<Lazy> {
    if v.is(&typing(vm).no_default) {
        return RefCell::new(Lazy::Absent);
    }
    given(v)
}

fn new_type_var(vm: &Vm, args: &[Value]) -> R {
    let constraints = items(&args[2]);
    if constraints.len() == 1 {
        return Err(vm.type_error("A single constraint is not allowed"));
    }
    if !constraints.is_empty() && !args[3].is_missing() {
        return Err(vm.type_error("Constraints cannot be combined with bound=..."));
    }
    let param = Param {
        kind: ParamKind::TypeVar,
        name: args[1].clone(),
        bound: given_bound(&args[3]),
        constraints: given(&tuple(constraints)),
        default: given_default(vm, &args[4]),
        variance: variance(vm, &args[5], &args[6], &args[7])?,
        attrs: attrs_of_caller(vm),
    };
    Ok(object(vm, param))
}

fn new_param_spec(vm: &Vm, args: &[Value]) -> R {
    let param = Param {
        kind: ParamKind::ParamSpec,
        name: args[1].clone(),
        bound: given_bound(&args[2]),
        constraints: RefCell::new(Lazy::Absent),
        default: given_default(vm, &args[3]),
        variance: variance(vm, &args[4], &args[5], &args[6])?,
        attrs: attrs_of_caller(vm),
    };
    Ok(object(vm, param))
}

fn new_type_var_tuple(vm: &Vm, args: &[Value]) -> R {
    let param = Param {
        kind: ParamKind::TypeVarTuple,
        name: args[1].clone(),
        bound: RefCell::new(Lazy::Absent),
        constraints: RefCell::new(Lazy::Absent),
        default: given_default(vm, &args[2]),
        variance: Variance::default(),
        attrs: attrs_of_caller(vm),
    };
    Ok(object(vm, param))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let p = this(vm, &args[0])?;
    let name = vm.str(&p.name)?;
    let sign = match (p.kind, p.variance) {
        (ParamKind::TypeVarTuple, _) | (_, Variance { inferred: true, .. }) => "",
        (
            _,
            Variance {
                covariant: true, ..
            },
        ) => "+",
        (
            _,
            Variance {
                contravariant: true,
                ..
            },
        ) => "-",
        _ => "~",
    };
    Ok(vm.text(&format!("{sign}{}", name.as_str())))
}

fn or(vm: &Vm, args: &[Value]) -> R {
    typing_union(vm, &args[0], &args[1])
}

fn ror(vm: &Vm, args: &[Value]) -> R {
    typing_union(vm, &args[1], &args[0])
}

fn has_default(vm: &Vm, args: &[Value]) -> R {
    let absent = matches!(&*this(vm, &args[0])?.default.borrow(), Lazy::Absent);
    Ok(Value::bool(!absent))
}

fn subst(_: &Vm, args: &[Value]) -> R {
    Ok(args[1].clone())
}

fn mro_entries(vm: &Vm, args: &[Value]) -> R {
    let sort = match this(vm, &args[0])?.kind {
        ParamKind::TypeVar => "TypeVar",
        ParamKind::ParamSpec => "ParamSpec",
        ParamKind::TypeVarTuple => "TypeVarTuple",
    };
    Err(vm.type_error(format!("Cannot subclass an instance of {sort}")))
}

fn reduce(vm: &Vm, args: &[Value]) -> R {
    Ok(this(vm, &args[0])?.name.clone())
}

/// `*Ts`: yields `Unpack[Ts]` once.
fn unpacked_iter(vm: &Vm, args: &[Value]) -> R {
    let unpack = typing(vm).unpack.clone();
    let unpacked = typing_alias(&unpack, std::slice::from_ref(&args[0]), Flavour::Unpack);
    vm.iter(&tuple(vec![unpacked]))
}
