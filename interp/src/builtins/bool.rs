//! `bool`: a subclass of `int`, whose methods it inherits.

use super::int::new_class;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::Kind;
use crate::objects::class::Layout;
use crate::ops::binary::method::{INT as I, binary, op, reflected, unary};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `bool`.
pub static BOOL: ClassSpec = ClassSpec {
    name: "bool",
    module: "builtins",
    doc: "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
    layout: Layout::Native(Kind::BigInt),
    methods: &[
        static_method(
            "__new__(cls, object=False, /)",
            "Create and return a new object.",
            new,
        ),
        method("__repr__()", "Return repr(self).", repr),
        method("__invert__()", "~self", invert),
        method(
            "__and__(value, /)",
            "Return self&value.",
            binary::<I, { op::AND }>,
        ),
        method(
            "__rand__(value, /)",
            "Return value&self.",
            reflected::<I, { op::AND }>,
        ),
        method(
            "__xor__(value, /)",
            "Return self^value.",
            binary::<I, { op::XOR }>,
        ),
        method(
            "__rxor__(value, /)",
            "Return value^self.",
            reflected::<I, { op::XOR }>,
        ),
        method(
            "__or__(value, /)",
            "Return self|value.",
            binary::<I, { op::OR }>,
        ),
        method(
            "__ror__(value, /)",
            "Return value|self.",
            reflected::<I, { op::OR }>,
        ),
    ],
    attributes: &[],
    subclassable: false,
};

fn new(vm: &Vm, a: &[Value]) -> R {
    new_class(vm, &a[0], &vm.classes.bool_)?;
    vm.truth(&a[1]).map(Value::bool)
}

fn invert(vm: &Vm, a: &[Value]) -> R {
    vm.warn_of_inverted_bool()?;
    unary::<I, { op::INVERT }>(vm, a)
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    match a[0].as_bool() {
        Some(_) => vm.repr(&a[0]).map(Value::from),
        None => Err(vm.wrong_receiver("__repr__", "bool", &a[0])),
    }
}
