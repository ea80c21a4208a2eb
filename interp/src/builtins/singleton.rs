//! The types of `None`, `NotImplemented` and `...`.

use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::objects::class::Layout;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `NoneType`.
pub static NONE_TYPE: ClassSpec = ClassSpec {
    name: "NoneType",
    module: "builtins",
    doc: "The type of the None singleton.",
    layout: Layout::Instance,
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create and return a new object.",
            |vm, a| none_given(vm, a, "NoneType", Value::None),
        ),
        method("__bool__()", "True if self else False", |_, _| {
            Ok(Value::False)
        }),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: &[],
    subclassable: false,
};

/// `NotImplementedType`.
pub static NOT_IMPLEMENTED_TYPE: ClassSpec = ClassSpec {
    name: "NotImplementedType",
    module: "builtins",
    doc: "The type of the NotImplemented singleton.",
    layout: Layout::Instance,
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create and return a new object.",
            |vm, a| none_given(vm, a, "NotImplementedType", Value::NotImplemented),
        ),
        method("__bool__()", "True if self else False", |_, _| {
            Ok(Value::True)
        }),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: &[],
    subclassable: false,
};

/// `ellipsis`.
pub static ELLIPSIS_TYPE: ClassSpec = ClassSpec {
    name: "ellipsis",
    module: "builtins",
    doc: "The type of the Ellipsis singleton.",
    layout: Layout::Instance,
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create and return a new object.",
            |vm, a| none_given(vm, a, "EllipsisType", Value::Ellipsis),
        ),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", reduce),
    ],
    attributes: &[],
    subclassable: false,
};

fn reduce(vm: &Vm, args: &[Value]) -> R {
    match args[0] {
        Value::Ellipsis | Value::NotImplemented => repr(vm, args),
        _ => Err(vm.wrong_receiver("__reduce__", "ellipsis", &args[0])),
    }
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    Ok(vm.text(match args[0] {
        Value::None => "None",
        Value::NotImplemented => "NotImplemented",
        _ => "Ellipsis",
    }))
}

/// The singleton, for a call without arguments.
fn none_given(vm: &Vm, a: &[Value], class: &str, it: Value) -> R {
    super::int::new_class(vm, &a[0], &vm.class_of(&it))?;
    let is_given = |v: &Value| {
        v.bound()
            .is_some_and(|v| vm.len(v).is_ok_and(|len| len > 0))
    };
    if a[1..].iter().any(is_given) {
        return Err(vm.type_error(format!("{class} takes no arguments")));
    }
    Ok(it)
}
