//! `cell`, as scripts see it.

use crate::builtins::{object, this};
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::cell::CellObj;
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `cell`.
pub static CELL: ClassSpec = ClassSpec {
    name: "cell",
    module: "builtins",
    doc: "Create a new cell object.",
    layout: Layout::Native(Kind::Cell),
    methods: &[
        static_method(
            "__new__(cls, contents=None, /)",
            "Create and return a new object.",
            new,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: &[Attribute {
        name: "cell_contents",
        get: get_contents,
        set: Some(set_contents),
    }],
    subclassable: false,
};

fn this_cell<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<CellObj>> {
    this(vm, v, "cell", attribute)
}

fn new(_: &Vm, args: &[Value]) -> R {
    Ok(Ref::new(CellObj {
        value: Shared::new(args[1].clone()),
    })
    .into())
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let content = this_cell(vm, &args[0], "__repr__")?.value.get();
    let at = object::address(&args[0]);
    Ok(vm.text(&match content.bound() {
        Some(v) => {
            format!(
                "<cell at {at:#x}: {} object at {:#x}>",
                vm.type_name(v),
                object::address(v)
            )
        }
        None => format!("<cell at {at:#x}: empty>"),
    }))
}

fn get_contents(vm: &Vm, v: &Value) -> R {
    match this_cell(vm, v, "cell_contents")?.value.get() {
        Value::Unbound => Err(vm.value_error("Cell is empty")),
        content => Ok(content),
    }
}

fn set_contents(vm: &Vm, v: &Value, value: &Value) -> R<()> {
    let old = this_cell(vm, v, "cell_contents")?
        .value
        .replace(value.clone());
    drop(old);
    Ok(())
}
