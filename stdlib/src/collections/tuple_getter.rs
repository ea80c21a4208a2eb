//! `_tuplegetter`: the descriptor of a field of a named tuple.

use std::cell::RefCell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::object::{Kind, Obj, Ref, trace_value};
use aio_interp::objects::class::Layout;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostDescriptor, HostObj};
use aio_interp::objects::tuple::{TupleObj, tuple_of};
use aio_interp::{R, Value, Vm};

use super::types;

/// `_tuplegetter`.
pub(super) static TUPLE_GETTER: ClassSpec = ClassSpec {
    name: "_tuplegetter",
    module: "collections",
    doc: "The descriptor of a field of a named tuple.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method("__new__(cls, index, doc, /)", "Create a descriptor.", new),
        method(
            "__get__(instance, owner=None, /)",
            "Return an attribute of instance.",
            get,
        ),
        method(
            "__set__(instance, value, /)",
            "Set an attribute of instance to value.",
            |vm, _| Err(vm.raise_text(&vm.exceptions.AttributeError, "can't set attribute")),
        ),
        method(
            "__delete__(instance, /)",
            "Delete an attribute of instance.",
            |vm, _| Err(vm.raise_text(&vm.exceptions.AttributeError, "can't delete attribute")),
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let this = this(vm, &a[0])?;
            let doc = vm.repr(&this.doc.borrow().clone())?;
            Ok(vm.text(&format!("_tuplegetter({}, {})", this.index, doc.as_str())))
        }),
        method("__reduce__()", "Helper for pickle.", |vm, a| {
            let this = this(vm, &a[0])?;
            let args = tuple_of([this.index.into(), this.doc.borrow().clone()]);
            Ok(tuple_of([vm.class_of(&a[0]).into(), args]))
        }),
    ],
    attributes: &[Attribute {
        name: "__doc__",
        get: |vm, v| Ok(this(vm, v)?.doc.borrow().clone()),
        set: Some(|vm, v, doc| {
            drop(this(vm, v)?.doc.replace(doc.or(Value::None)));
            Ok(())
        }),
    }],
    subclassable: false,
};

struct TupleGetter {
    index: usize,
    doc: RefCell<Value>,
}

impl HostData for TupleGetter {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.doc.borrow(), visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn as_descriptor(&self) -> Option<&dyn HostDescriptor> {
        Some(self)
    }
}

impl HostDescriptor for TupleGetter {
    fn get(&self, vm: &Vm, object: &Value) -> R {
        let native = vm.native(object);
        let Some(items) = native.downcast::<TupleObj>() else {
            return Err(vm.type_error(format!(
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                self.index,
                vm.type_name(object)
            )));
        };
        match items.items().get(self.index) {
            Some(item) => Ok(item.clone()),
            None => Err(vm.index_error("tuple index out of range")),
        }
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a TupleGetter> {
    let getter = v.downcast::<HostObj>().and_then(|h| h.get::<TupleGetter>());
    getter.ok_or_else(|| vm.type_error("a '_tuplegetter' object is wanted"))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    let Ok(index) = usize::try_from(vm.to_index(&a[1])?) else {
        return Err(vm.value_error("the index of a field is not negative"));
    };
    let data = TupleGetter {
        index,
        doc: RefCell::new(a[2].clone()),
    };
    Ok(Ref::new(HostObj {
        class: types(vm).tuple_getter.clone(),
        data: Box::new(data),
    })
    .into())
}

fn get(vm: &Vm, a: &[Value]) -> R {
    if a[1].is_missing() {
        return Ok(a[0].clone());
    }
    HostDescriptor::get(this(vm, &a[0])?, vm, &a[1])
}
