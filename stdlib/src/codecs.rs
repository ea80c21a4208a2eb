//! `_codecs`: the error handlers that programs register, and which encodings are builtin. The
//! rest of `codecs` is written in the language.

use aio_interp::builtins::str::codec;
use aio_interp::native::{Native, native};
use aio_interp::object::{Kind, Ref};
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::text::codec::lookup;
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_codecs", "Error handlers and names of encodings.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

/// Encodes by a codec that `codecs` finds, which must give bytes.
pub fn encode(vm: &Vm, object: &Value, encoding: &str, errors: &str) -> R {
    let made = convert(vm, "encode", object, encoding, errors)?;
    if vm.native(&made).is_kind(Kind::Bytes) || made.is_kind(Kind::ByteArray) {
        return Ok(vm.native(&made));
    }
    let kind = vm.type_name(&made);
    Err(vm.type_error(format!(
        "'{encoding}' encoder returned '{kind}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// Decodes by a codec that `codecs` finds, which must give a text.
pub fn decode(vm: &Vm, object: &Value, encoding: &str, errors: &str) -> R {
    // As CPython has it, a view.
    let object = vm.call(
        &(&vm.classes.memoryview).into(),
        std::slice::from_ref(object),
    )?;
    let made = convert(vm, "decode", &object, encoding, errors)?;
    if vm.native(&made).is_kind(Kind::Str) {
        return Ok(vm.native(&made));
    }
    let kind = vm.type_name(&made);
    Err(vm.type_error(format!(
        "'{encoding}' decoder returned '{kind}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}

fn convert(vm: &Vm, method: &str, object: &Value, encoding: &str, errors: &str) -> R {
    let codecs = vm.import("codecs")?;
    let lookup = vm.get_attr(&codecs, &vm.name("lookup"))?;
    let info = vm.call(&lookup, &[vm.text(encoding)])?;
    let marked = vm.find_attr(&info, &vm.name("_is_text_encoding"))?;
    if marked.is_some_and(|m| matches!(m, Value::False)) {
        return Err(vm.lookup_error(format!(
            "'{encoding}' is not a text encoding; use codecs.{method}() to handle arbitrary codecs"
        )));
    }
    let function = vm.get_attr(&info, &vm.name(method))?;
    let made = vm.call(&function, &[object.clone(), vm.text(errors)])?;
    match made.downcast::<TupleObj>().map(|t| t.items()) {
        Some([first, _]) => Ok(first.clone()),
        _ => Err(vm.type_error(format!("{method}r must return a tuple (object, integer)"))),
    }
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
