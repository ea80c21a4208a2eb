//! `template % arguments` of byte strings.

use super::percent::write_number;
use super::percent_args::Arguments;
use crate::builtins::bytes::view::{bytes_like, bytes_method};
use crate::format::{Conversion, Directive, Key, PercentPiece, PercentSpec, parse_percent};
use crate::objects::bytes::bytes;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `template % right` of byte strings.
    pub fn percent_format_bytes(&self, template: &[u8], right: &Value) -> R<Vec<u8>> {
        let pieces = parse_percent(template);
        let mut arguments = Arguments::new(self, right, "bytes");
        let mut out = Vec::with_capacity(template.len() + 16);
        for piece in &pieces {
            match piece {
                PercentPiece::Literal(data) => out.extend_from_slice(data),
                PercentPiece::Directive(d) => write_directive(self, &mut out, d, &mut arguments)?,
            }
        }
        arguments.finish()?;
        Ok(out)
    }
}

fn write_directive(
    vm: &Vm,
    out: &mut Vec<u8>,
    directive: &Directive<Vec<u8>>,
    arguments: &mut Arguments<'_>,
) -> R<()> {
    match &directive.key {
        Some(Key::Name(key)) => {
            arguments.mapping()?;
            arguments.look_up(&bytes(key.as_slice()))?;
        }
        Some(Key::Incomplete(error)) => {
            arguments.mapping()?;
            return Err(vm.number_error(error.clone()));
        }
        None => {}
    }
    let mut spec = arguments.counts(directive)?;
    match &directive.conversion {
        Conversion::Of(c) => {
            // CPython's messages call `%i` by the name of `%d` here.
            spec.conversion = if *c == 'i' { 'd' } else { *c };
            let v = arguments.next()?;
            write_value(vm, out, v, &spec)
        }
        Conversion::Unsupported(error) => {
            arguments.next()?;
            Err(vm.number_error(error.clone()))
        }
        Conversion::Broken(error) => Err(vm.number_error(error.clone())),
    }
}

fn write_value(vm: &Vm, out: &mut Vec<u8>, v: Value, spec: &PercentSpec) -> R<()> {
    match spec.conversion {
        'a' | 'r' => {
            let text = vm.ascii(&v)?;
            write_cut(vm, out, text.as_str().as_bytes(), spec)
        }
        's' | 'b' => {
            let data = data_of(vm, &v)?;
            write_cut(vm, out, &data, spec)
        }
        'c' => {
            let byte = byte_of(vm, &v)?;
            write_padded(vm, out, &[byte], spec)
        }
        conversion => {
            let mut text = String::new();
            let is_float = matches!(conversion, 'e' | 'E' | 'f' | 'F' | 'g' | 'G');
            let shown = v.clone();
            match write_number(vm, &mut text, v, spec) {
                Ok(()) => {
                    out.extend_from_slice(text.as_bytes());
                    Ok(())
                }
                Err(raised) if !is_float => Err(raised),
                Err(raised) => match vm.catch(&vm.exceptions.TypeError) {
                    Some(_) => {
                        let name = vm.type_name(&shown);
                        Err(vm.type_error(format!("float argument required, not {name}")))
                    }
                    None => Err(raised),
                },
            }
        }
    }
}

fn write_cut(vm: &Vm, out: &mut Vec<u8>, data: &[u8], spec: &PercentSpec) -> R<()> {
    let len = data.len().min(spec.precision.unwrap_or(usize::MAX));
    write_padded(vm, out, &data[..len], spec)
}

fn write_padded(vm: &Vm, out: &mut Vec<u8>, data: &[u8], spec: &PercentSpec) -> R<()> {
    let missing = spec.width.unwrap_or(0).saturating_sub(data.len());
    if out.try_reserve(data.len().saturating_add(missing)).is_err() {
        return Err(vm.out_of_memory());
    }
    let padding = std::iter::repeat_n(b' ', missing);
    if spec.flags.left {
        out.extend_from_slice(data);
        out.extend(padding);
    } else {
        out.extend(padding);
        out.extend_from_slice(data);
    }
    Ok(())
}

/// The bytes for `s` and `b`.
fn data_of(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    if let Some(view) = bytes_like(&vm.native(v)) {
        return Ok(view.to_vec());
    }
    match bytes_method(vm, v)? {
        Some(made) => Ok(bytes_like(&made)
            .map(|view| view.to_vec())
            .unwrap_or_default()),
        None => Err(vm.type_error(format!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            vm.type_name(v)
        ))),
    }
}

/// The byte for `c`: of a byte string of one, or its number.
fn byte_of(vm: &Vm, v: &Value) -> R<u8> {
    if let Some(view) = bytes_like(&vm.native(v)) {
        return match view[..] {
            [byte] => Ok(byte),
            _ => Err(no_byte(vm)),
        };
    }
    let Some(n) = vm.try_integer(v)? else {
        return Err(no_byte(vm));
    };
    match n.as_int().map(u8::try_from) {
        Some(Ok(byte)) => Ok(byte),
        _ => Err(vm.overflow_error("%c arg not in range(256)")),
    }
}

#[cold]
fn no_byte(vm: &Vm) -> Raised {
    vm.type_error("%c requires an integer in range(256) or a single byte")
}
