//! What the nodes of a lowered tree can do.
//!
//! Expressions never suspend (lowering moves every `await` and `yield` to a statement of its
//! own), statements may. Each node is a small type; the entry points besides the first have
//! defaults, which the compiler makes anew for every node type, with its `eval` inlined.

use aio_lexer::Span;

use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// An expression.
pub trait Expr {
    /// Evaluates it.
    fn eval(&self, vm: &Vm, f: Frame) -> R;

    /// Evaluates it as a condition, without making a bool.
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let value = self.eval(vm, f)?;
        match value {
            Value::True => Ok(true),
            Value::False | Value::None => Ok(false),
            Value::Int(i) => Ok(i != 0),
            _ => vm.truth(&value),
        }
    }

    /// Evaluates it and stores the value in a slot.
    fn store(&self, vm: &Vm, f: Frame, slot: Slot) -> R<()> {
        let value = self.eval(vm, f)?;
        f.set(slot, value);
        Ok(())
    }

    /// Where it stands.
    fn span(&self) -> Span;
}

/// How a statement ended.
///
/// The order matters: the variant with a value is the last and those that are looked for most come
/// first, so that asking for one is one comparison with its tag.
#[must_use]
pub enum Flow {
    /// To the next statement.
    Next,
    /// `continue`.
    Continue,
    /// `break`.
    Break,
    /// At a suspension point, whose number is in the frame.
    Suspended,
    /// With an exception.
    Raised,
    /// `return`.
    Return(Value),
}

const _: () = assert!(size_of::<Flow>() == 16);

impl Flow {
    /// Drops what is known to hold no value, without looking.
    #[inline(always)]
    pub fn forget(self) {
        debug_assert!(!matches!(self, Flow::Return(_)));
        std::mem::forget(self);
    }

    /// True if a loop goes on after its body ended so.
    #[inline(always)]
    pub fn stays_in_loop(&self) -> bool {
        matches!(self, Flow::Next | Flow::Continue)
    }
}

/// A statement.
pub trait Stmt {
    /// Runs it.
    fn exec(&self, vm: &Vm, f: Frame) -> Flow;

    /// Goes on inside it at the suspension point in the frame. Only statements that contain one
    /// are asked.
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let _ = f;
        vm.system_error("resumed a statement without a suspension point")
            .into()
    }
}

/// A boxed expression.
pub type ExprBox = Box<dyn Expr>;

impl From<R<()>> for Flow {
    #[inline(always)]
    fn from(result: R<()>) -> Flow {
        match result {
            Ok(()) => Flow::Next,
            Err(_) => Flow::Raised,
        }
    }
}

impl From<Raised> for Flow {
    #[inline]
    fn from(_: Raised) -> Flow {
        Flow::Raised
    }
}
