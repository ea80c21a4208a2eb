//! `if`, `return`, `break`, `continue`, `pass`, `raise`, `assert`.

use aio_lexer::Span;

use super::block::{Block, Points};
use super::fail_at;
use crate::node::{ExprBox, Flow, Stmt};
use crate::object::Ref;
use crate::objects::exception::ExceptionObj;
use crate::stack::Frame;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `if test: … else: …`.
pub struct If {
    /// The condition.
    pub test: ExprBox,
    /// If it holds.
    pub body: Block,
    /// If not; may be empty.
    pub orelse: Block,
    /// The suspension points of `body`.
    pub body_points: Points,
}

impl Stmt for If {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.test.cond(vm, f) {
            Ok(true) => self.body.exec(vm, f),
            Ok(false) if self.orelse.is_empty() => Flow::Next,
            Ok(false) => self.orelse.exec(vm, f),
            Err(Raised) => Flow::Raised,
        }
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        if self.body_points.contain(f.pc()) {
            self.body.resume(vm, f)
        } else {
            self.orelse.resume(vm, f)
        }
    }
}

/// `if … elif …`, without suspension points in the later conditions.
pub struct IfChain {
    /// Conditions with their blocks.
    pub branches: Vec<(ExprBox, Block, Points)>,
    /// `else`; may be empty.
    pub orelse: Block,
}

impl Stmt for IfChain {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        for (test, body, _) in &self.branches {
            match test.cond(vm, f) {
                Ok(true) => return body.exec(vm, f),
                Ok(false) => {}
                Err(Raised) => return Flow::Raised,
            }
        }
        self.orelse.exec(vm, f)
    }
    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        match self.branches.iter().find(|b| b.2.contain(pc)) {
            Some((_, body, _)) => body.resume(vm, f),
            None => self.orelse.resume(vm, f),
        }
    }
}

/// `return value`.
pub struct Return(pub ExprBox);

impl Stmt for Return {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.0.eval(vm, f) {
            Ok(v) => Flow::Return(v),
            Err(Raised) => Flow::Raised,
        }
    }
}

/// `return`.
pub struct ReturnNone;

impl Stmt for ReturnNone {
    fn exec(&self, _vm: &Vm, _f: Frame) -> Flow {
        Flow::Return(Value::None)
    }
}

/// `break`.
pub struct Break;

impl Stmt for Break {
    fn exec(&self, _vm: &Vm, _f: Frame) -> Flow {
        Flow::Break
    }
}

/// `continue`.
pub struct Continue;

impl Stmt for Continue {
    fn exec(&self, _vm: &Vm, _f: Frame) -> Flow {
        Flow::Continue
    }
}

/// `pass`, `global`, `nonlocal`.
pub struct Pass;

impl Stmt for Pass {
    fn exec(&self, _vm: &Vm, _f: Frame) -> Flow {
        Flow::Next
    }
}

/// `raise exc from cause`.
pub struct Raise {
    /// The exception.
    pub exc: ExprBox,
    /// The cause.
    pub cause: Option<ExprBox>,
    /// Its place.
    pub span: Span,
}

impl Raise {
    fn run(&self, vm: &Vm, f: Frame) -> R<()> {
        let exc = self.exc.eval(vm, f)?;
        f.set_span(self.span);
        let exc = vm.exception_from(&exc)?;
        if let Some(cause) = &self.cause {
            let cause = cause.eval(vm, f)?;
            f.set_span(self.span);
            let cause = match cause {
                Value::None => None,
                other => Some(self.cause(vm, &other)?),
            };
            drop(exc.cause.replace(cause));
            exc.suppress_context.set(true);
        }
        Err(vm.raise_exception(exc))
    }

    fn cause(&self, vm: &Vm, cause: &Value) -> R<Ref<ExceptionObj>> {
        let result = vm.exception_from(cause);
        match result {
            Ok(e) => Ok(e),
            Err(Raised) => {
                if vm.is_raised(&vm.exceptions.TypeError)
                    && cause.downcast::<ExceptionObj>().is_none()
                    && !cause.is_kind(crate::object::Kind::Class)
                {
                    drop(vm.take_raised());
                    return Err(vm.type_error("exception causes must derive from BaseException"));
                }
                Err(Raised)
            }
        }
    }
}

impl Stmt for Raise {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.run(vm, f) {
            Ok(()) => Flow::Next,
            Err(raised) => {
                let _ = fail_at(f, self.span, raised);
                Flow::Raised
            }
        }
    }
}

/// `raise` alone.
pub struct Reraise {
    /// Its place.
    pub span: Span,
}

impl Stmt for Reraise {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        f.set_span(self.span);
        match vm.handled_exception() {
            Some(e) => {
                // Leaving the frame notes again the step that catching it here noted: the place
                // where it was first raised, or came in.
                super::trying::untrace(f, &e);
                f.keep_span(f.span());
                let _ = vm.raise_again(e);
            }
            None => {
                let _ = vm.runtime_error("No active exception to reraise");
            }
        }
        Flow::Raised
    }
}

/// `assert test, message`.
pub struct Assert {
    /// The condition.
    pub test: ExprBox,
    /// The message.
    pub message: Option<ExprBox>,
    /// Its place.
    pub span: Span,
}

impl Stmt for Assert {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.test.cond(vm, f) {
            Ok(true) => return Flow::Next,
            Ok(false) => {}
            Err(Raised) => return Flow::Raised,
        }
        let args = match &self.message {
            None => vec![],
            Some(m) => match m.eval(vm, f) {
                Ok(v) => vec![v],
                Err(Raised) => return Flow::Raised,
            },
        };
        f.set_span(self.test.span());
        vm.raise_args(&vm.exceptions.AssertionError, args).into()
    }
}
