//! Counting what runs, for coverage: nodes that are there only if somebody wants to know.

use crate::coverage::{Counter, count};
use crate::node::{Flow, Stmt};
use crate::stack::Frame;
use crate::vm::Vm;

/// Counts that it is reached.
pub struct Count(pub Counter);

impl Stmt for Count {
    fn exec(&self, _vm: &Vm, _f: Frame) -> Flow {
        count(&self.0);
        Flow::Next
    }
}

/// A statement with suspension points of its own, and how often it suspends there.
pub struct CountAwait {
    /// The statement.
    pub inner: Box<dyn Stmt>,
    /// Its own suspension points: what is suspended inside its block is not its own.
    pub own: Vec<u32>,
    /// How often it is reached.
    pub reached: Counter,
    /// How often it suspends.
    pub suspended: Counter,
}

impl CountAwait {
    fn note(&self, f: Frame, flow: Flow) -> Flow {
        if matches!(flow, Flow::Suspended) && self.own.contains(&f.pc()) {
            count(&self.suspended);
        }
        flow
    }
}

impl Stmt for CountAwait {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        count(&self.reached);
        self.note(f, self.inner.exec(vm, f))
    }

    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        self.note(f, self.inner.resume(vm, f))
    }
}
