//! The keys of a mapping pattern: which are equal.

use crate::ast::{Constant, Expr, ExprKind, UnaryOp};
use crate::dump::dump_key;

/// The value of a key, as far as equality goes.
#[derive(PartialEq)]
pub enum Key {
    /// A number: `0`, `False` and `-0.0` are the same key.
    Number(f64),
    /// Anything else, as Python writes it.
    Text(String),
}

impl Key {
    /// The value of a literal.
    pub fn of(literal: &Expr) -> Key {
        number(literal).map_or_else(|| Key::Text(dump_key(literal)), Key::Number)
    }
}

/// The value of a real number that a float holds exactly, or of an imaginary zero.
fn number(literal: &Expr) -> Option<f64> {
    match &literal.kind {
        ExprKind::Constant(Constant::False) => Some(0.0),
        ExprKind::Constant(Constant::True) => Some(1.0),
        ExprKind::Constant(Constant::Int(value)) if value.unsigned_abs() < 1 << 53 => {
            Some(*value as f64)
        }
        ExprKind::Constant(Constant::Float(value)) => Some(*value),
        ExprKind::Constant(Constant::Imaginary(value)) if *value == 0.0 => Some(0.0),
        ExprKind::UnaryOp {
            op: UnaryOp::USub,
            operand,
        } => number(operand).map(|value| -value),
        _ => None,
    }
}

/// The key as a message shows it.
pub fn display(literal: &Expr) -> String {
    match &literal.kind {
        ExprKind::UnaryOp { operand, .. }
            if matches!(operand.kind, ExprKind::Constant(Constant::Int(0))) =>
        {
            "0".to_owned()
        }
        _ => dump_key(literal),
    }
}
