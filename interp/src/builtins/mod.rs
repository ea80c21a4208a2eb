//! The builtin types and functions, one file per type, and the name space every module sees.
//!
//! Data of the types is in `objects`, operations over all kinds of values in `ops`. What reads or
//! writes files is not here; the command and the library add it.

pub mod alias;
mod async_functions;
pub mod bool;
pub mod bytearray;
pub mod bytes;
pub mod class;
pub mod code;
pub mod complex;
pub mod coroutine;
pub mod dict;
pub mod dict_view;
pub mod evaluate;
pub mod exceptions;
pub mod float;
pub mod function;
pub mod functions;
pub mod int;
pub mod iterator;
pub mod list;
pub mod mappingproxy;
pub mod memoryview;
pub mod module;
pub mod object;
pub mod property;
pub mod range;
pub mod set;
pub mod singleton;
pub mod sort;
pub mod str;
pub mod structseq;
pub mod super_object;
pub mod tuple;
pub mod typing;
pub mod weakref;

use crate::native::Native;
use crate::object::{Object, Ref};
use crate::objects::class::ClassObj;
use crate::objects::function::{Attribute, NativeObj};
use crate::objects::module::ModuleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Fills the name space that every module sees.
pub(crate) fn install(vm: &Vm) {
    *vm.classes.object.slots.borrow_mut() = Some(Default::default());
    install_classes(vm);
    exceptions::install(vm);
    install_functions(vm, async_functions::ROWS);
    for rows in functions::tables() {
        install_functions(vm, rows);
    }
    for (name, value) in [
        ("None", Value::None),
        ("True", Value::True),
        ("False", Value::False),
        ("NotImplemented", Value::NotImplemented),
        ("Ellipsis", Value::Ellipsis),
        ("__debug__", Value::True),
        ("__name__", vm.text("builtins")),
        (
            "__doc__",
            vm.text("Built-in functions, types, exceptions, and other objects."),
        ),
    ] {
        vm.builtins.set_name(&vm.name(name), value);
    }
    let module = ModuleObj::of(vm.builtins.clone());
    vm.modules.set_name(&vm.name("builtins"), module.into());
}

fn install_classes(vm: &Vm) {
    let c = &vm.classes;
    for class in [
        &c.object,
        &c.type_,
        &c.int,
        &c.bool_,
        &c.float,
        &c.complex,
        &c.str,
        &c.bytes,
        &c.bytearray,
        &c.memoryview,
        &c.tuple,
        &c.list,
        &c.dict,
        &c.set,
        &c.frozenset,
        &c.range,
        &c.slice,
        &c.enumerate,
        &c.zip,
        &c.map,
        &c.filter,
        &c.reversed,
        &c.property,
        &c.classmethod,
        &c.staticmethod,
        &c.super_,
    ] {
        let name = class.name.borrow().clone();
        vm.builtins.set_name(&name, class.into());
    }
}

/// Enters functions into the builtin name space.
pub(crate) fn install_functions(vm: &Vm, rows: &'static [Native]) {
    let module = vm.name("builtins");
    for row in rows {
        let function = NativeObj {
            row,
            signature: Default::default(),
            class: None,
            module: Some(module.clone()),
        };
        vm.builtins
            .set_name(&vm.name(row.name()), Ref::new(function).into());
    }
}

/// Some types compute `__doc__` or `__module__` for each instance: these descriptors take the
/// place of the type's own entries, which `fill_class` puts there for every type.
pub(crate) fn per_instance_attributes(vm: &Vm, class: &Ref<ClassObj>) -> &'static [Attribute] {
    let c = &vm.classes;
    let rows: [(&Ref<ClassObj>, &'static [Attribute]); 11] = [
        (&c.type_, class::PER_CLASS),
        (&c.function, function::PER_FUNCTION),
        (&c.builtin_function, function::PER_NATIVE),
        (&c.method_descriptor, function::PER_NATIVE),
        (&c.wrapper_descriptor, function::PER_NATIVE),
        (&c.method_wrapper, function::PER_NATIVE),
        (&c.classmethod_descriptor, function::PER_WRAPPER),
        (&c.method, function::PER_METHOD),
        (&c.property, property::PER_PROPERTY),
        (&c.classmethod, function::PER_WRAPPER),
        (&c.staticmethod, function::PER_WRAPPER),
    ];
    let own = rows.into_iter().find(|(owner, _)| owner.is(class));
    own.map_or(&[], |(_, rows)| rows)
}

/// The receiver of a builtin type's method as what it must be.
pub(crate) fn this<'a, T: Object>(
    vm: &Vm,
    v: &'a Value,
    class: &str,
    method: &str,
) -> R<&'a Ref<T>> {
    v.downcast::<T>().ok_or_else(|| {
        vm.type_error(format!(
            "descriptor '{method}' for '{class}' objects doesn't apply to a '{}' object",
            vm.type_name(v)
        ))
    })
}

/// Fails to set an attribute that scripts can only read.
pub(crate) fn read_only(vm: &Vm, _: &Value, _: &Value) -> R<()> {
    Err(vm.raise_text(&vm.exceptions.AttributeError, "readonly attribute"))
}
