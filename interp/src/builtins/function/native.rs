//! Functions and methods written in Rust, as scripts see them.

use super::{call, get};
use crate::builtins::{object, this};
use crate::classes::ClassSpec;
use crate::native::{NativeKind, method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::function::{Attribute, BoundMethodObj, NativeObj};
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
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", super::method::reduce),
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
    attributes: OF_CLASS,
    subclassable: false,
};

/// `wrapper_descriptor`: special methods of builtin types.
pub static WRAPPER_DESCRIPTOR: ClassSpec = ClassSpec {
    name: "wrapper_descriptor",
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
    attributes: OF_CLASS,
    subclassable: false,
};

/// `method-wrapper`: the same bound to an object.
pub static METHOD_WRAPPER: ClassSpec = ClassSpec {
    name: "method-wrapper",
    module: "builtins",
    doc: "",
    layout: Layout::Native(Kind::Native),
    methods: &[
        method(
            "__call__(*args, **kwargs)",
            "Call self as a function.",
            call,
        ),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method("__reduce__()", "Helper for pickle.", super::method::reduce),
    ],
    attributes: &[
        Attribute {
            name: "__self__",
            get: get_self,
            set: None,
        },
        OF_CLASS[0],
        OF_CLASS[1],
        OF_CLASS[2],
        OF_CLASS[3],
    ],
    subclassable: false,
};

const OF_CLASS: &[Attribute] = &[
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
];

/// True for the special methods that CPython keeps in slots of the type; the others are ordinary
/// methods with special names.
pub(crate) fn is_slot(name: &str) -> bool {
    const METHODS: &[&str] = &[
        "__ceil__",
        "__class_getitem__",
        "__complex__",
        "__copy__",
        "__deepcopy__",
        "__dir__",
        "__enter__",
        "__exit__",
        "__floor__",
        "__format__",
        "__getnewargs__",
        "__getstate__",
        "__init_subclass__",
        "__instancecheck__",
        "__length_hint__",
        "__mro_entries__",
        "__prepare__",
        "__reduce__",
        "__reduce_ex__",
        "__replace__",
        "__reversed__",
        "__round__",
        "__set_name__",
        "__setstate__",
        "__sizeof__",
        "__subclasscheck__",
        "__subclasses__",
        "__subclasshook__",
        "__trunc__",
        "__typing_subst__",
        "__bytes__",
        "__aenter__",
        "__aexit__",
    ];
    name.starts_with("__") && name.ends_with("__") && !METHODS.contains(&name)
}

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

/// The function in Rust that `v` is, or is bound to.
fn this_native<'a>(vm: &Vm, v: &'a Value, attribute: &str) -> R<&'a Ref<NativeObj>> {
    if let Some(bound) = v.downcast::<BoundMethodObj>() {
        return this(vm, &bound.function, "builtin_function_or_method", attribute);
    }
    this(vm, v, "builtin_function_or_method", attribute)
}

fn eq(vm: &Vm, args: &[Value]) -> R {
    if args[0].is_kind(Kind::BoundMethod) {
        return super::method::eq(vm, args);
    }
    Ok(Value::bool(args[0].is(&args[1])))
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    vm.hash(&args[0]).map(Value::Int)
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    if let Some(bound) = args[0].downcast::<BoundMethodObj>() {
        return super::method::method_repr(vm, bound).map(|text| vm.text(&text));
    }
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
        Some(class) if crate::call::is_wrapped(n) => {
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
    if let Some(bound) = v.downcast::<BoundMethodObj>() {
        return Ok(bound.receiver.clone());
    }
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
