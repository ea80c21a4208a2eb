//! `slice`.

use aio_parser::ast::CmpOp;
use num_traits::Signed;

use crate::builtins::list::wrong_receiver;
use crate::builtins::tuple;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::range::SliceObj;
use crate::objects::tuple::tuple as tuple_of;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `slice`.
pub static SLICE: ClassSpec = ClassSpec {
    name: "slice",
    module: "builtins",
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    layout: Layout::Native(Kind::Slice),
    methods: &[
        static_method(
            "__new__(cls, start=<unrepresentable>, stop=<unrepresentable>, step=<unrepresentable>, /)",
            "Create a slice.",
            new,
        ),
        method(
            "indices(object, /)",
            "S.indices(len) -> (start, stop, stride)\n\nAssuming a sequence of length len, calculate the start and stop\nindices, and the stride length of the extended slice described by\nS. Out of bounds indices are clipped in a manner consistent with the\nhandling of normal slices.",
            indices,
        ),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            compare_slices(vm, CmpOp::Eq, &a[0], &a[1])
        }),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            compare_slices(vm, CmpOp::NotEq, &a[0], &a[1])
        }),
        method("__lt__(value, /)", "Return self<value.", |vm, a| {
            compare_slices(vm, CmpOp::Lt, &a[0], &a[1])
        }),
        method("__le__(value, /)", "Return self<=value.", |vm, a| {
            compare_slices(vm, CmpOp::LtE, &a[0], &a[1])
        }),
        method("__gt__(value, /)", "Return self>value.", |vm, a| {
            compare_slices(vm, CmpOp::Gt, &a[0], &a[1])
        }),
        method("__ge__(value, /)", "Return self>=value.", |vm, a| {
            compare_slices(vm, CmpOp::GtE, &a[0], &a[1])
        }),
        method("__hash__()", "Return hash(self).", |vm, a| {
            vm.hash(&Value::from(this(vm, &a[0])?)).map(Value::Int)
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            vm.repr(&a[0]).map(Value::from)
        }),
    ],
    attributes: &[
        Attribute {
            name: "start",
            get: |vm, v| Ok(this(vm, v)?.parts[0].clone()),
            set: None,
        },
        Attribute {
            name: "stop",
            get: |vm, v| Ok(this(vm, v)?.parts[1].clone()),
            set: None,
        },
        Attribute {
            name: "step",
            get: |vm, v| Ok(this(vm, v)?.parts[2].clone()),
            set: None,
        },
    ],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Ref<SliceObj>> {
    v.downcast::<SliceObj>()
        .ok_or_else(|| wrong_receiver(vm, "slice", v))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let given = a[1..].iter().take_while(|v| !v.is_unbound()).count();
    let parts = match &a[1..1 + given] {
        [] => return Err(vm.type_error("slice expected at least 1 argument, got 0")),
        [stop] => [Value::None, stop.clone(), Value::None],
        [start, stop, rest @ ..] => {
            let step = rest.first().cloned().unwrap_or(Value::None);
            [start.clone(), stop.clone(), step]
        }
    };
    Ok(Ref::new(SliceObj { parts }).into())
}

fn indices(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let len = vm.to_integer(&a[1])?;
    let len = vm.bigint(&len).unwrap_or_default();
    if len.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    let parts = super::wide::indices(vm, this, &len)?;
    Ok(tuple_of(parts.into_iter().map(Value::from).collect()))
}

/// The comparison of two slices, as of tuples of their parts, or `NotImplemented`.
pub fn compare_slices(vm: &Vm, op: CmpOp, a: &Value, b: &Value) -> R {
    match (a.downcast::<SliceObj>(), b.downcast::<SliceObj>()) {
        (Some(x), Some(y)) => tuple::compare_items(vm, op, &x.parts, &y.parts),
        _ => Ok(Value::NotImplemented),
    }
}
