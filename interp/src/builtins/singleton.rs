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
            "__new__(cls, /)",
            "Create and return a new object.",
            |_, _| Ok(Value::None),
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
            "__new__(cls, /)",
            "Create and return a new object.",
            |_, _| Ok(Value::NotImplemented),
        ),
        method("__bool__()", "True if self else False", |_, _| {
            Ok(Value::True)
        }),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", repr),
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
            "__new__(cls, /)",
            "Create and return a new object.",
            |_, _| Ok(Value::Ellipsis),
        ),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", repr),
    ],
    attributes: &[],
    subclassable: false,
};

fn repr(vm: &Vm, args: &[Value]) -> R {
    Ok(vm.text(match args[0] {
        Value::None => "None",
        Value::NotImplemented => "NotImplemented",
        _ => "Ellipsis",
    }))
}
