//! Unary operators and `abs`.

use aio_parser::ast::UnaryOp;

use super::binary::number::Number;
use crate::number;
use crate::objects::str::Name;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `op a`
    #[inline]
    pub fn unary(&self, op: UnaryOp, a: &Value) -> R {
        match (op, a) {
            (UnaryOp::Not, _) => self.truth(a).map(|t| Value::bool(!t)),
            (UnaryOp::USub, Value::Int(n)) if *n != i64::MIN => Ok(Value::Int(-n)),
            (UnaryOp::USub, Value::Float(x)) => Ok(Value::float(-x.get())),
            _ => self.unary_general(op, a),
        }
    }

    fn unary_general(&self, op: UnaryOp, a: &Value) -> R {
        if op == UnaryOp::Invert && a.as_bool().is_some() {
            self.warn_of_inverted_bool()?;
        }
        if let Some(n) = Number::of(a) {
            return match unary_number(op, n) {
                Some(result) => Ok(result),
                None => Err(self.bad_unary(op, a)),
            };
        }
        match self.call_special(a, self.unary_name(op), &[])? {
            Some(result) => Ok(result),
            None => Err(self.bad_unary(op, a)),
        }
    }

    /// `~True` is -2, which is true.
    #[cold]
    pub(crate) fn warn_of_inverted_bool(&self) -> R<()> {
        self.warn(
            &self.exceptions.DeprecationWarning,
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. \
             This returns the bitwise inversion of the underlying int object and is usually not \
             what you expect from negating a bool. Use the 'not' operator for boolean negation or \
             ~int(x) if you really want the bitwise inversion of the underlying int.",
        )
    }

    fn unary_name(&self, op: UnaryOp) -> &Name {
        match op {
            UnaryOp::Invert => &self.names.invert_,
            UnaryOp::UAdd => &self.names.pos_,
            // `not` never comes here.
            UnaryOp::USub | UnaryOp::Not => &self.names.neg_,
        }
    }

    #[cold]
    fn bad_unary(&self, op: UnaryOp, a: &Value) -> Raised {
        let symbol = match op {
            UnaryOp::Invert => "~",
            UnaryOp::UAdd => "+",
            UnaryOp::USub => "-",
            UnaryOp::Not => "not",
        };
        self.type_error(format!(
            "bad operand type for unary {symbol}: '{}'",
            self.type_name(a)
        ))
    }

    /// `abs(a)`
    pub fn abs(&self, a: &Value) -> R {
        match Number::of(a) {
            Some(Number::Int(n)) => return Ok(number::abs(n).into()),
            Some(Number::Float(x)) => return Ok(Value::float(x.abs())),
            Some(Number::Complex(z)) => return self.number(z.abs()).map(Value::float),
            None => {}
        }
        match self.call_special(a, &self.names.abs_, &[])? {
            Some(result) => Ok(result),
            None => Err(self.type_error(format!(
                "bad operand type for abs(): '{}'",
                self.type_name(a)
            ))),
        }
    }
}

/// The operator on a number; `None` if its type lacks it.
pub(crate) fn unary_number(op: UnaryOp, n: Number<'_>) -> Option<Value> {
    Some(match (op, n) {
        (UnaryOp::USub, Number::Int(n)) => number::neg(n).into(),
        (UnaryOp::UAdd, Number::Int(n)) => n.to_int().into(),
        (UnaryOp::Invert, Number::Int(n)) => number::invert(n).into(),
        (UnaryOp::USub, Number::Float(x)) => Value::float(-x),
        (UnaryOp::UAdd, Number::Float(x)) => Value::float(x),
        (UnaryOp::USub, Number::Complex(z)) => number::Complex::new(-z.re, -z.im).into(),
        (UnaryOp::UAdd, Number::Complex(z)) => z.into(),
        _ => return None,
    })
}
