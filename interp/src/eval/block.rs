//! Blocks: statements one after another.

use std::rc::Rc;

use aio_lexer::Span;

use crate::node::{ExprBox, Flow, Stmt};
use crate::stack::Frame;
use crate::value::Raised;
use crate::vm::Vm;

/// A range of suspension points, half open; empty for statements without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Points {
    /// The first.
    pub from: u32,
    /// Behind the last.
    pub to: u32,
}

impl Points {
    /// True if `pc` is one of them.
    #[inline(always)]
    pub fn contain(self, pc: u32) -> bool {
        self.from <= pc && pc < self.to
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.from == self.to
    }
}

/// Statements one after another.
#[derive(Clone)]
pub struct Block {
    stmts: Rc<[Box<dyn Stmt>]>,
    /// Of each statement: its place, and the suspension points inside.
    table: Rc<[(Span, Points)]>,
}

impl Block {
    /// The block of these statements.
    pub fn new(stmts: Vec<(Box<dyn Stmt>, Span, Points)>) -> Block {
        let table = stmts
            .iter()
            .map(|(_, span, points)| (*span, *points))
            .collect();
        Block {
            stmts: stmts.into_iter().map(|s| s.0).collect(),
            table,
        }
    }

    /// True if there are no statements.
    pub fn is_empty(&self) -> bool {
        self.stmts.is_empty()
    }

    /// Runs all of it. Inlined into the statements and calls that have a block.
    #[inline(always)]
    pub fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        self.run_from(vm, f, 0)
    }

    #[inline(always)]
    fn run_from(&self, vm: &Vm, f: Frame, start: usize) -> Flow {
        for (i, stmt) in self.stmts.iter().enumerate().skip(start) {
            let flow = stmt.exec(vm, f);
            if matches!(flow, Flow::Next) {
                flow.forget();
                continue;
            }
            if matches!(flow, Flow::Raised) {
                self.raised(f, i);
            }
            return flow;
        }
        Flow::Next
    }

    /// The position of the failure is that of an expression inside the statement, or its own.
    #[cold]
    fn raised(&self, f: Frame, at: usize) {
        let own = self.table[at].0;
        let noted = f.span();
        if !f.keeps_span() && (noted.start < own.start || noted.end > own.end) {
            f.set_span(own);
        }
    }

    /// Goes on at the suspension point in the frame.
    #[inline(always)]
    pub fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let [only] = &*self.stmts else {
            return self.resume_one(vm, f);
        };
        let flow = only.resume(vm, f);
        if matches!(flow, Flow::Raised) {
            self.raised(f, 0);
        }
        flow
    }

    /// Goes on in the statement that has the suspension point, and with those after it.
    #[inline(never)]
    fn resume_one(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        let Some(at) = self.table.iter().position(|(_, points)| points.contain(pc)) else {
            return vm
                .system_error("no statement has this suspension point")
                .into();
        };
        let flow = self.stmts[at].resume(vm, f);
        if matches!(flow, Flow::Next) {
            flow.forget();
            return self.run_from(vm, f, at + 1);
        }
        if matches!(flow, Flow::Raised) {
            self.raised(f, at);
        }
        flow
    }
}

/// An expression as a statement.
pub struct Discard(pub ExprBox);

impl Stmt for Discard {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.0.eval(vm, f) {
            Ok(_) => Flow::Next,
            Err(Raised) => Flow::Raised,
        }
    }
}

/// An expression as a statement of a prompt: `sys.displayhook` gets the value.
pub struct Show(pub ExprBox);

impl Stmt for Show {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let shown = self.0.eval(vm, f).and_then(|value| {
            let sys = vm.import("sys")?;
            let hook = vm.get_attr(&sys, &vm.name("displayhook"))?;
            vm.call(&hook, &[value]).map(drop)
        });
        shown.into()
    }
}
