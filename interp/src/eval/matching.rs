//! `match`: the statement. What the patterns do is in `pattern`.
//!
//! Names that a pattern binds wait in slots of their own until the whole pattern has matched; then
//! they are assigned, before the guard runs.

pub mod class;
pub mod pattern;

use super::assign::Target;
use super::block::{Block, Points};
use crate::node::{ExprBox, Flow, Stmt};
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;
use pattern::Pattern;

/// The condition after `if`.
pub struct Guard {
    /// What the condition needs first (parts that can suspend); may be empty.
    pub before: Block,
    /// The suspension points of `before`.
    pub before_points: Points,
    /// The condition.
    pub test: ExprBox,
}

/// One `case` block.
pub struct Case {
    /// What must match.
    pub pattern: Box<dyn Pattern>,
    /// Where the names that the pattern binds wait, and where they go.
    pub captures: Vec<(Slot, Box<dyn Target>)>,
    /// The condition.
    pub guard: Option<Guard>,
    /// The block.
    pub body: Block,
    /// Its suspension points.
    pub body_points: Points,
}

/// `match subject: …`.
pub struct Match {
    /// The value matched.
    pub subject: ExprBox,
    /// Keeps the subject while a guard is suspended; there if one can suspend.
    pub kept: Option<Slot>,
    /// The `case` blocks.
    pub cases: Vec<Case>,
}

impl Case {
    /// Matches the pattern and binds its names.
    fn bind(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        let matched = self.pattern.matches(vm, f, subject)?;
        for (slot, target) in &self.captures {
            let value = f.take(*slot);
            if matched {
                target.assign(vm, f, value)?;
            }
        }
        Ok(matched)
    }
}

impl Match {
    fn run_from(&self, vm: &Vm, f: Frame, subject: Value, first: usize) -> Flow {
        for case in &self.cases[first..] {
            match case.bind(vm, f, &subject) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(Raised) => return Flow::Raised,
            }
            if let Some(guard) = &case.guard {
                if !guard.before_points.is_empty() {
                    if let Some(kept) = self.kept {
                        f.set(kept, subject.clone());
                    }
                }
                match guard.before.exec(vm, f) {
                    Flow::Next => {}
                    flow => return flow,
                }
                match guard.test.cond(vm, f) {
                    Ok(true) => {}
                    Ok(false) => continue,
                    Err(Raised) => return Flow::Raised,
                }
            }
            drop(subject);
            return case.body.exec(vm, f);
        }
        Flow::Next
    }

    /// The guard of a case, resumed, and what follows.
    fn resume_guard(&self, vm: &Vm, f: Frame, at: usize, guard: &Guard) -> Flow {
        match guard.before.resume(vm, f) {
            Flow::Next => {}
            flow => return flow,
        }
        let subject = self.kept.map_or(Value::None, |kept| f.take(kept));
        match guard.test.cond(vm, f) {
            Ok(true) => {
                drop(subject);
                self.cases[at].body.exec(vm, f)
            }
            Ok(false) => self.run_from(vm, f, subject, at + 1),
            Err(Raised) => Flow::Raised,
        }
    }
}

impl Stmt for Match {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        match self.subject.eval(vm, f) {
            Ok(subject) => self.run_from(vm, f, subject, 0),
            Err(Raised) => Flow::Raised,
        }
    }

    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        for (at, case) in self.cases.iter().enumerate() {
            if case.body_points.contain(pc) {
                return case.body.resume(vm, f);
            }
            if let Some(guard) = &case.guard {
                if guard.before_points.contain(pc) {
                    return self.resume_guard(vm, f, at, guard);
                }
            }
        }
        vm.system_error("no case has this suspension point").into()
    }
}
