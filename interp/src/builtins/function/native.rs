//! Functions and methods written in Rust, as scripts see them.

use super::{call, get};
use crate::builtins::{object, this};
use crate::classes::ClassSpec;
use crate::native::{NativeKind, method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::function::{Attribute, NativeObj};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `builtin_function_or_method`: functions of modules.
pub static BUILTIN_FUNCTION: ClassSpec = ClassSpec {
    name: "builtin_function_or_method",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Native),
    methods: &[
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: &[
        Attribute {
            name: "__name__",
            get: get_name,
            set: None,
        },
        Attribute {
            name: "__qualname__",
            get: get_qualname,
            set: None,
        },
        Attribute {
            name: "__self__",
            get: get_self,
            set: None,
        },
        Attribute {
            name: "__text_signature__",
            get: get_text_signature,
            set: None,
        },
    ],
    subclassable: false,
};

/// `method_descriptor`: methods of builtin types.
pub static METHOD_DESCRIPTOR: ClassSpec = ClassSpec {
    name: "method_descriptor",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Native),
    methods: &[
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method("__repr__()", "Return repr(self).", repr),
    ],
    attributes: &[
        Attribute {
            name: "__name__",
            get: get_name,
            set: None,
        },
        Attribute {
            name: "__qualname__",
            get: get_qualname,
            set: None,
        },
        Attribute {
            name: "__objclass__",
            get: get_objclass,
            set: None,
        },
        Attribute {
            name: "__text_signature__",
            get: get_text_signature,
            set: None,
        },
    ],
    subclassable: false,
};

/// What each function in Rust has for itself, in spite of the entries of its type.
pub(crate) const PER_NATIVE: &[Attribute] = &[
    Attribute {
        name: "__doc__",
        get: get_doc,
        set: None,
    },
    Attribute {
        name: "__module__",
        get: get_module,
        set: None,
    },
];

fn this_native<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<NativeObj>> {
    this(vm, v, "builtin_function_or_method", attribute)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    Ok(vm.text(&native_repr(this_native(vm, &args[0], "__repr__")?)))
}

/// `<built-in function len>`, `<method 'append' of 'list' objects>`.
pub(crate) fn native_repr(n: &Ref<NativeObj>) -> String {
    let name = n.row.name();
    match &n.class {
        None => format!("<built-in function {name}>"),
        Some(class) if n.row.kind == NativeKind::StaticMethod => format!(
            "<built-in method {name} of type object at {:#x}>",
            object::address(&class.into())
        ),
        Some(class) if name.starts_with("__") && name.ends_with("__") => {
            format!("<slot wrapper '{name}' of '{}' objects>", class.name_text())
        }
        Some(class) => format!("<method '{name}' of '{}' objects>", class.name_text()),
    }
}

fn get_name(vm: &Vm, v: &Value) -> R {
    Ok(vm.text(this_native(vm, v, "__name__")?.row.name()))
}

fn get_qualname(vm: &Vm, v: &Value) -> R {
    let n = this_native(vm, v, "__qualname__")?;
    Ok(match &n.class {
        Some(class) => vm.text(&format!("{}.{}", class.name_text(), n.row.name())),
        None => vm.text(n.row.name()),
    })
}

fn get_self(vm: &Vm, v: &Value) -> R {
    let n = this_native(vm, v, "__self__")?;
    if let Some(class) = &n.class {
        return Ok(class.into());
    }
    let module = n.module.as_ref().and_then(|m| vm.modules.get_name(m));
    Ok(module.unwrap_or(Value::None))
}

fn get_objclass(vm: &Vm, v: &Value) -> R {
    let n = this_native(vm, v, "__objclass__")?;
    Ok(n.class.as_ref().map_or(Value::None, Value::from))
}

fn get_text_signature(vm: &Vm, v: &Value) -> R {
    let n = this_native(vm, v, "__text_signature__")?;
    let row = n.row;
    let inside = row.signature[row.name().len()..]
        .trim_start_matches('(')
        .trim_end_matches(')');
    let receiver = match row.kind {
        NativeKind::Method => "$self",
        NativeKind::ClassMethod => "$type",
        NativeKind::Function => "$module",
        NativeKind::StaticMethod => return Ok(vm.text(&format!("({inside})"))),
    };
    let comma = if inside.is_empty() { ", /" } else { ", " };
    Ok(vm.text(&format!("({receiver}{comma}{inside})")))
}

fn get_doc(vm: &Vm, v: &Value) -> R {
    Ok(vm.text(this_native(vm, v, "__doc__")?.row.doc))
}

fn get_module(vm: &Vm, v: &Value) -> R {
    let n = this_native(vm, v, "__module__")?;
    Ok(n.module.as_ref().map_or(Value::None, Value::from))
}
