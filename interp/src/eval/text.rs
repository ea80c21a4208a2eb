//! f-strings.

use aio_lexer::Span;
use aio_parser::ast::Conversion;

use super::at;
use super::operand::Part;
use crate::node::{Expr, ExprBox};
use crate::objects::str::StrObj;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// A piece of an f-string.
pub enum Piece {
    /// Literal text.
    Literal(Box<str>),
    /// A replacement field.
    Field {
        /// The value.
        value: Part,
        /// `!r` and the like.
        conversion: Conversion,
        /// What follows `:`.
        spec: Spec,
        /// Its place.
        span: Span,
    },
}

/// The format specification of a replacement field.
pub enum Spec {
    /// Literal text; empty if there is none.
    Literal(Box<str>),
    /// An f-string itself.
    Joined(ExprBox),
}

/// An f-string.
pub struct Joined {
    /// The pieces.
    pub pieces: Vec<Piece>,
    /// Its place.
    pub span: Span,
}

impl Joined {
    fn write(&self, vm: &Vm, f: Frame, text: &mut String) -> R<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(s) => text.push_str(s),
                Piece::Field {
                    value,
                    conversion,
                    spec,
                    span,
                } => {
                    let value = value.eval(vm, f)?;
                    match spec {
                        Spec::Literal(spec) => {
                            f.set_span(*span);
                            at(f, *span, field(vm, text, value, *conversion, spec))?;
                        }
                        Spec::Joined(spec) => {
                            let spec = spec.eval(vm, f)?;
                            let spec = spec.as_str().unwrap_or_default();
                            f.set_span(*span);
                            at(f, *span, field(vm, text, value, *conversion, spec))?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

impl Expr for Joined {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        // The buffer is used by one f-string after the other; one inside another finds none.
        let mut text = vm.text_buffer.take();
        text.clear();
        let result = self.write(vm, f, &mut text).map(|()| vm.text(&text));
        if text.capacity() <= LARGEST_BUFFER {
            vm.text_buffer.set(text);
        }
        result
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A buffer that grew beyond this is not kept.
const LARGEST_BUFFER: usize = 4096;

fn field(vm: &Vm, text: &mut String, value: Value, conversion: Conversion, spec: &str) -> R<()> {
    let value = match conversion {
        Conversion::None => value,
        Conversion::Str => vm.str(&value)?.into(),
        Conversion::Repr => vm.repr(&value)?.into(),
        Conversion::Ascii => vm.ascii(&value)?.into(),
    };
    if let (Some(s), true) = (value.downcast::<StrObj>(), spec.is_empty()) {
        text.push_str(s.as_str());
        return Ok(());
    }
    vm.write_format(text, &value, spec)
}
