//! `__future__`: every feature is there already.

use aio_interp::module::NativeModule;
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Value, Vm};

const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("__future__", "Features that became the rule.");
    for name in FEATURES {
        let version = tuple(vec![
            Value::Int(3),
            Value::Int(7),
            Value::Int(0),
            vm.text("beta"),
            Value::Int(1),
        ]);
        module.dict.set_name(&vm.name(name), version);
    }
    Ok(module)
}

const _: NativeModule = module;
