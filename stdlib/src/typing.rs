//! `_typing`: what of `typing` the interpreter itself makes.

use aio_interp::builtins::typing;
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_typing", "Type parameters and generic classes.");
    for (name, value) in typing::names(vm) {
        module.dict.set_name(&vm.name(name), value);
    }
    Ok(module)
}
