//! f-strings.

use aio_lexer::Span;
use aio_parser::ast::Conversion;

use super::at;
use crate::node::{Expr, ExprBox};
use crate::object::Ref;
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
        value: ExprBox,
        /// `!r` and the like.
        conversion: Conversion,
        /// What follows `:`, an f-string itself.
        spec: Option<ExprBox>,
        /// Its place.
        span: Span,
    },
}

/// An f-string.
pub struct Joined {
    /// The pieces.
    pub pieces: Vec<Piece>,
    /// Its place.
    pub span: Span,
}

impl Expr for Joined {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let mut text = String::new();
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
                    let spec = match spec {
                        Some(e) => Some(e.eval(vm, f)?),
                        None => None,
                    };
                    f.set_span(*span);
                    at(f, *span, field(vm, &mut text, value, *conversion, spec))?;
                }
            }
        }
        Ok(vm.text(&text))
    }
    fn span(&self) -> Span {
        self.span
    }
}

fn field(
    vm: &Vm,
    text: &mut String,
    value: Value,
    conversion: Conversion,
    spec: Option<Value>,
) -> R<()> {
    let value = match conversion {
        Conversion::None => value,
        Conversion::Str => vm.str(&value)?.into(),
        Conversion::Repr => vm.repr(&value)?.into(),
        Conversion::Ascii => vm.ascii(&value)?.into(),
    };
    let spec = spec.as_ref().and_then(|s| s.as_str()).unwrap_or("");
    match &value {
        Value::Int(i) if spec.is_empty() => {
            use std::fmt::Write;
            // Writing to a String does not fail.
            let _ = write!(text, "{i}");
        }
        _ => {
            if spec.is_empty() {
                if let Some(s) = value.downcast::<StrObj>() {
                    text.push_str(s.as_str());
                    return Ok(());
                }
            }
            let formatted: Ref<StrObj> = vm.format(&value, spec)?;
            text.push_str(formatted.as_str());
        }
    }
    Ok(())
}
