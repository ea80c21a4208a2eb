//! Operands of operators: what lowering specialises for.
//!
//! A local is borrowed, not cloned; lowering uses `Any` around a local where a later operand can
//! rebind it.

use std::ops::Deref;

use aio_lexer::Span;

use super::name::unbound_local;
use crate::node::ExprBox;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Where an operand comes from.
pub trait Operand: 'static {
    /// The operand's value: borrowed, or held.
    type Loaded<'f>: Deref<Target = Value>;

    /// Evaluates the operand.
    fn load<'f>(&'f self, vm: &Vm, f: &'f Frame) -> R<Self::Loaded<'f>>;

    /// The value itself: what is handed to slow paths, so that the fast ones keep it in
    /// registers.
    fn own(loaded: Self::Loaded<'_>) -> Value;

    /// Its place.
    fn span(&self) -> Span;
}

/// The value of an operand that nothing else holds.
pub struct Held(Value);

impl Deref for Held {
    type Target = Value;
    #[inline(always)]
    fn deref(&self) -> &Value {
        &self.0
    }
}

/// A local variable or temporary, borrowed.
pub struct Local {
    /// Its slot.
    pub slot: Slot,
    /// Its place.
    pub span: Span,
}

impl Operand for Local {
    type Loaded<'f> = &'f Value;
    #[inline(always)]
    fn load<'f>(&'f self, vm: &Vm, f: &'f Frame) -> R<&'f Value> {
        let value = f.get(self.slot);
        if value.is_unbound() {
            return Err(unbound_local(vm, *f, self.slot, self.span));
        }
        Ok(value)
    }
    #[inline(always)]
    fn own(loaded: &Value) -> Value {
        loaded.clone()
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
    type Loaded<'f> = Held;
    #[inline(always)]
    fn load<'f>(&'f self, _vm: &Vm, _f: &'f Frame) -> R<Held> {
        Ok(Held(Value::Int(self.value)))
    }
    #[inline(always)]
    fn own(loaded: Held) -> Value {
        loaded.0
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// Any other literal.
pub struct Literal {
    /// The value.
    pub value: Value,
    /// Its place.
    pub span: Span,
}

impl Operand for Literal {
    type Loaded<'f> = &'f Value;
    #[inline(always)]
    fn load<'f>(&'f self, _vm: &Vm, _f: &'f Frame) -> R<&'f Value> {
        Ok(&self.value)
    }
    #[inline(always)]
    fn own(loaded: &Value) -> Value {
        loaded.clone()
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// Any expression.
pub struct Any(pub ExprBox);

impl Operand for Any {
    type Loaded<'f> = Held;
    #[inline(always)]
    fn load<'f>(&'f self, vm: &Vm, f: &'f Frame) -> R<Held> {
        self.0.eval(vm, *f).map(Held)
    }
    #[inline(always)]
    fn own(loaded: Held) -> Value {
        loaded.0
    }
    fn span(&self) -> Span {
        self.0.span()
    }
}

/// A part of a larger node that is often a local or a literal: those are looked at without a call.
pub enum Part {
    /// A local variable or temporary.
    Local(Local),
    /// A literal.
    Literal(Value),
    /// Any expression.
    Any(ExprBox),
}

impl Part {
    /// Evaluates it.
    #[inline(always)]
    pub fn eval(&self, vm: &Vm, f: Frame) -> R {
        match self {
            Part::Local(local) => local.load(vm, &f).cloned(),
            Part::Literal(value) => Ok(value.clone()),
            Part::Any(e) => e.eval(vm, f),
        }
    }
}
