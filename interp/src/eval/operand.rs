//! Operands of operators: what lowering specialises for.
//!
//! A local is borrowed, not cloned; lowering uses `Any` around a local where a later operand can
//! rebind it.

use aio_lexer::Span;

use super::name::unbound_local;
use crate::node::ExprBox;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Where an operand comes from.
pub trait Operand: 'static {
    /// Evaluates the operand and hands it on.
    fn with<T>(&self, vm: &Vm, f: Frame, then: impl FnOnce(&Value) -> R<T>) -> R<T>;

    /// Its place.
    fn span(&self) -> Span;
}

/// A local variable or temporary, borrowed.
pub struct Local {
    /// Its slot.
    pub slot: Slot,
    /// Its place.
    pub span: Span,
}

impl Operand for Local {
    #[inline(always)]
    fn with<T>(&self, _vm: &Vm, f: Frame, then: impl FnOnce(&Value) -> R<T>) -> R<T> {
        let value = f.get(self.slot);
        if value.is_unbound() {
            return Err(unbound_local(_vm, f, self.slot, self.span));
        }
        then(value)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A small int in the source.
pub struct SmallInt {
    /// The int.
    pub value: i64,
    /// Its place.
    pub span: Span,
}

impl Operand for SmallInt {
    #[inline(always)]
    fn with<T>(&self, _vm: &Vm, _f: Frame, then: impl FnOnce(&Value) -> R<T>) -> R<T> {
        then(&Value::Int(self.value))
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// Any expression.
pub struct Any(pub ExprBox);

impl Operand for Any {
    #[inline(always)]
    fn with<T>(&self, vm: &Vm, f: Frame, then: impl FnOnce(&Value) -> R<T>) -> R<T> {
        let value = self.0.eval(vm, f)?;
        then(&value)
    }
    fn span(&self) -> Span {
        self.0.span()
    }
}
