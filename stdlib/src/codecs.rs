//! `_codecs`: the error handlers that programs register, and which encodings are builtin. The
//! rest of `codecs` is written in the language.

use aio_interp::builtins::str::codec;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::text::codec::lookup;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_codecs", "Error handlers and names of encodings.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "register_error(errors, handler, /)",
        "Register the specified error handler under the name errors.",
        |vm, a| {
            let name = vm.expect_str(&a[0], "register_error() argument 1")?;
            if !vm.is_callable(&a[1]) {
                return Err(vm.type_error("handler must be callable"));
            }
            let handlers = codec::handlers(vm);
            let old = handlers
                .borrow_mut()
                .insert(name.as_str().to_owned(), a[1].clone());
            drop(old);
            Ok(Value::None)
        },
    ),
    native(
        "registered(errors, /)",
        "The error handler of that name, if a program registered one.",
        |vm, a| {
            let name = vm.expect_str(&a[0], "lookup_error() argument")?;
            let found = codec::handlers(vm).borrow().get(name.as_str()).cloned();
            Ok(found.unwrap_or(Value::None))
        },
    ),
    native(
        "is_builtin(encoding, /)",
        "Whether texts can be encoded so without any help.",
        |vm, a| {
            let name = vm.expect_str(&a[0], "lookup() argument")?;
            Ok(Value::bool(lookup(name.as_str()).is_some()))
        },
    ),
];
