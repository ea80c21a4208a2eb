//! Encoding and decoding for the builtin types: the errors of `text/codec` as exceptions, and
//! the error handlers that a program registers.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::builtins::bytes::bytes_of;
use crate::objects::bytes::bytes;
use crate::objects::tuple::TupleObj;
use crate::ops::convert::int_ref;
use crate::text::codec::{
    CodecError, Encoding, Failure, Fix, Object, Replacement, UnicodeError, decode_with,
    encode_with, has_handler, lookup, standard,
};
use crate::text::surrogate;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The error handlers that the program registered, by name.
pub type Handlers = RefCell<HashMap<String, Value>>;

/// The error handlers that the program registered.
pub fn handlers(vm: &Vm) -> Rc<Handlers> {
    vm.state("codec error handlers", Handlers::default)
}

/// Encodes or decodes (object, encoding, errors) by a codec that is not among ours.
pub type CodecHook = fn(&Vm, &Value, &str, &str) -> R;

/// What knows other codecs: to encode and to decode.
#[derive(Default)]
struct Others(Cell<Option<(CodecHook, CodecHook)>>);

/// Says how codecs are found that are not among ours: the library knows.
pub fn set_hooks(vm: &Vm, encode: CodecHook, decode: CodecHook) {
    let others = vm.state("other codecs", Others::default);
    others.0.set(Some((encode, decode)));
}

fn others(vm: &Vm, encoding: &str) -> R<(CodecHook, CodecHook)> {
    let others = vm.state("other codecs", Others::default).0.get();
    others.ok_or_else(|| vm.lookup_error(format!("unknown encoding: {encoding}")))
}

/// `text.encode(encoding, errors)`
pub fn encode(vm: &Vm, text: &Value, encoding: &str, errors: &str) -> R<Vec<u8>> {
    let s = text.as_str().unwrap_or("");
    let Some(found) = lookup(encoding) else {
        let encoded = others(vm, encoding)?.0(vm, text, encoding, errors)?;
        return Ok(bytes_of(&encoded).unwrap_or_default());
    };
    if matches!(found, Encoding::Utf8) && !surrogate::contains(s) {
        return Ok(s.as_bytes().to_vec());
    }
    let mut raised = None;
    let result = encode_with(s, found, &mut |failure| {
        handle(vm, errors, failure, text, &mut raised)
    });
    result.map_err(|error| codec_error(vm, error, raised, text))
}

/// `data.decode(encoding, errors)`
pub fn decode(vm: &Vm, data: &[u8], encoding: &str, errors: &str) -> R {
    let Some(found) = lookup(encoding) else {
        return others(vm, encoding)?.1(vm, &bytes(data), encoding, errors);
    };
    if matches!(found, Encoding::Utf8)
        && let Ok(text) = str::from_utf8(data)
        && !surrogate::contains(text)
    {
        return Ok(vm.text(text));
    }
    let mut object = None;
    let mut raised = None;
    let result = decode_with(data, found, &mut |failure| {
        let object = object.get_or_insert_with(|| bytes(&data[failure.error.skipped..]));
        handle(vm, errors, failure, object, &mut raised)
    });
    match result {
        Ok(text) => Ok(vm.text(&text)),
        Err(error) => {
            let object = object.unwrap_or_else(|| bytes(data));
            Err(codec_error(vm, error, raised, &object))
        }
    }
}

/// Asks the handler of this name; an exception of its own goes into `raised`.
fn handle(
    vm: &Vm,
    errors: &str,
    failure: &Failure<'_>,
    object: &Value,
    raised: &mut Option<Raised>,
) -> Result<Fix, CodecError> {
    if has_handler(errors) {
        return standard(errors, failure);
    }
    let handler = handlers(vm).borrow().get(errors).cloned();
    let Some(handler) = handler else {
        return Err(CodecError::UnknownHandler(errors.to_owned()));
    };
    call_handler(vm, &handler, failure, object).map_err(|r| {
        *raised = Some(r);
        CodecError::Raised
    })
}

fn call_handler(vm: &Vm, handler: &Value, failure: &Failure<'_>, object: &Value) -> R<Fix> {
    let is_encode = failure.error.is_encode;
    // Made by raising and catching, so that it is like any other.
    let Raised = unicode_error(vm, &failure.error, object);
    let exception = vm.take_raised();
    let answer = vm.call(handler, &[exception.into()])?;
    let wrong = || {
        vm.type_error(match is_encode {
            true => "encoding error handler must return (str/bytes, int) tuple",
            false => "decoding error handler must return (str, int) tuple",
        })
    };
    let Some(pair) = answer.downcast::<TupleObj>() else {
        return Err(wrong());
    };
    let [replacement, position] = pair.items() else {
        return Err(wrong());
    };
    let native = vm.native(replacement);
    let replacement = if let Some(text) = native.as_str() {
        Replacement::Text(text.to_owned().into())
    } else {
        match crate::builtins::bytes::view::bytes_like(&native) {
            Some(view) if is_encode => Replacement::Bytes(view.to_vec()),
            _ => return Err(wrong()),
        }
    };
    let Some(position) = int_ref(&vm.native(position)).and_then(|n| n.to_i64()) else {
        return Err(wrong());
    };
    let len = match failure.object {
        Object::Text(text) => text.chars().count(),
        Object::Bytes(data) => data.len(),
    };
    let resume = if position < 0 {
        position + len as i64
    } else {
        position
    };
    match usize::try_from(resume) {
        Ok(resume) if resume <= len => Ok(Fix {
            replacement,
            resume,
        }),
        _ => Err(vm.index_error(format!(
            "position {position} from error handler out of bounds"
        ))),
    }
}

#[cold]
fn codec_error(vm: &Vm, error: CodecError, raised: Option<Raised>, object: &Value) -> Raised {
    match error {
        CodecError::Unicode(error) => unicode_error(vm, &error, object),
        CodecError::EncodeOnlyHandler => vm.type_error(error.to_string()),
        CodecError::UnknownEncoding(_) | CodecError::UnknownHandler(_) => {
            vm.lookup_error(error.to_string())
        }
        CodecError::Raised => raised.unwrap_or(Raised),
    }
}

/// Raises `UnicodeEncodeError` or `UnicodeDecodeError`. `object` is what could not be converted.
#[cold]
fn unicode_error(vm: &Vm, error: &UnicodeError, object: &Value) -> Raised {
    let class = if error.is_encode {
        &vm.exceptions.UnicodeEncodeError
    } else {
        &vm.exceptions.UnicodeDecodeError
    };
    let args = vec![
        vm.text(error.encoding),
        object.clone(),
        error.start.into(),
        error.end.into(),
        vm.text(error.reason),
    ];
    vm.raise_args(class, args)
}
