//! What library types written in Rust have in common: making their objects, finding their data,
//! and the rows of iterators.

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, class_method, method};
use aio_interp::object::{Kind, Obj, Ref, trace_value, trace_values};
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::shared::Shared;
use aio_interp::{R, Value, Vm};

/// The spec of a class whose objects are Rust data. Scripts may subclass it.
pub(crate) const fn host_class(
    name: &'static str,
    module: &'static str,
    doc: &'static str,
    methods: &'static [Native],
    attributes: &'static [Attribute],
) -> ClassSpec {
    ClassSpec {
        name,
        module,
        doc,
        layout: Layout::Native(Kind::Host),
        methods,
        attributes,
        subclassable: true,
    }
}

/// An object of exactly this class.
pub(crate) fn host(class: &Ref<ClassObj>, data: impl HostData) -> Value {
    Ref::new(HostObj {
        class: class.clone(),
        data: Box::new(data),
    })
    .into()
}

/// The result of `__new__(class)`: an object of the library class itself, carried by an instance
/// if the class is a script's.
pub(crate) fn new_host(vm: &Vm, class: &Value, data: impl HostData) -> R {
    let Some(class) = class.downcast::<ClassObj>() else {
        return Err(vm.type_error("__new__(X): X is not a type object"));
    };
    if class.is_builtin {
        return Ok(host(class, data));
    }
    let base = class.native_base.borrow().clone();
    match base.filter(|base| base.is_builtin) {
        Some(base) => vm.wrap_new(&class.into(), host(&base, data)),
        None => Err(vm.type_error("__new__(X): X is not a subtype of the library's type")),
    }
}

/// The data of an object, if it is of this type.
pub(crate) fn data_of<T: HostData>(v: &Value) -> Option<&T> {
    v.downcast::<HostObj>()?.get::<T>()
}

/// The data of a receiver.
pub(crate) fn receiver<'a, T: HostData>(vm: &Vm, v: &'a Value, class: &str) -> R<&'a T> {
    data_of(v).ok_or_else(|| {
        vm.type_error(format!(
            "a '{class}' object is expected, not '{}'",
            vm.type_name(v)
        ))
    })
}

/// `__iter__` of an iterator.
pub(crate) const ITER: Native = method("__iter__()", "Implement iter(self).", |_, a| {
    Ok(a[0].clone())
});

/// `__next__` of an iterator.
pub(crate) const NEXT: Native = method("__next__()", "Implement next(self).", |vm, a| {
    match vm.next(&a[0])? {
        Some(item) => Ok(item),
        None => Err(vm.stop_iteration(Value::None)),
    }
});

/// `__class_getitem__` of a generic class.
pub(crate) const CLASS_GETITEM: Native = class_method(
    "__class_getitem__(item, /)",
    "See PEP 585",
    aio_interp::builtins::alias::class_getitem,
);

/// A part of the data of a library object that holds values.
pub(crate) trait Held {
    /// Shows the collector every object held.
    fn trace(&self, visit: &mut dyn FnMut(&Obj));
    /// Lets go of what can be let go, to break a cycle.
    fn clear(&self) {}
}

impl Held for Value {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(self, visit);
    }
}

impl Held for Box<[Value]> {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(self, visit);
    }
}

impl Held for Shared<Value> {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.read(), visit);
    }
    fn clear(&self) {
        drop(self.take());
    }
}

impl Held for Shared<Vec<Value>> {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(&self.read(), visit);
    }
    fn clear(&self) {
        drop(self.take());
    }
}

/// `HostData` of an iterator: the fields that hold values are traced.
macro_rules! iterator_data {
    ($type:ty: $($field:ident),*) => {
        impl aio_interp::objects::host::HostData for $type {
            fn trace(&self, visit: &mut dyn FnMut(&aio_interp::object::Obj)) {
                $($crate::host::Held::trace(&self.$field, visit);)*
            }
            fn clear(&self) {
                $($crate::host::Held::clear(&self.$field);)*
            }
            fn as_any(&self) -> &dyn std::any::Any {
                self
            }
            fn as_iterator(&self) -> Option<&dyn aio_interp::objects::host::HostIterator> {
                Some(self)
            }
        }
    };
}
pub(crate) use iterator_data;

/// The items of the tuple that `*args` came as.
pub(crate) fn args_of(v: &Value) -> &[Value] {
    v.downcast::<aio_interp::objects::tuple::TupleObj>()
        .map_or(&[], |t| t.items())
}
