//! `_weakref`: weak references as the interpreter has them, and what proxies need. The rest is in
//! `weakref.aio`.

use aio_interp::builtins::weakref;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_weakref", "Weak-reference support module.");
    vm.add_natives(&module, ROWS);
    for name in ["ref", "ReferenceType"] {
        module
            .dict
            .set_name(&vm.name(name), (&vm.classes.weakref).into());
    }
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "__getattr__(name, /)",
        "Take what is written in the language from there.",
        |vm, a| {
            let name = a[0].as_str().unwrap_or("");
            if matches!(name, "proxy" | "ProxyType" | "CallableProxyType") {
                let weakref = vm.import("weakref")?;
                return vm.get_attr(&weakref, &vm.name(name));
            }
            let text = format!("module '_weakref' has no attribute '{name}'");
            Err(vm.attribute_error(text, &a[0], &aio_interp::Value::None))
        },
    ),
    native(
        "getweakrefcount(object, /)",
        "Return the number of weak references to 'object'.",
        |vm, a| {
            let references = weakref::reference_list(vm, &a[0]);
            let count = references.downcast::<ListObj>().map_or(0, |l| l.len());
            Ok(count.into())
        },
    ),
    native(
        "getweakrefs(object, /)",
        "Return a list of all weak reference objects pointing to 'object'.",
        |vm, a| Ok(weakref::reference_list(vm, &a[0])),
    ),
];
