//! `try: … except* …`: the clauses share out the members of an exception group.
//!
//! What the clauses still have to see, what they raised and how the `try` is to go on stand in
//! slots, because a clause can suspend.

use super::block::{Block, Points};
use super::fail_at;
use super::trying::{Handler, is_exception_class, untrace};
use crate::builtins::exceptions::group;
use crate::node::{Flow, Stmt};
use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::list::{ListObj, list};
use crate::objects::tuple::{TupleObj, tuple};
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `try: … except*: … else: …`.
pub struct TryStar {
    /// The guarded block.
    pub body: Block,
    /// Its suspension points.
    pub body_points: Points,
    /// The clauses.
    pub handlers: Vec<Handler>,
    /// `else`; may be empty.
    pub orelse: Block,
    /// The exception as raised; what is left of it; what the clauses raised, as a list of pairs
    /// (exception, whether it is the part that the clause was given); the exception that was
    /// being handled around.
    pub slots: [Slot; 4],
}

impl TryStar {
    fn after_body(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        match flow {
            Flow::Next => self.orelse.exec(vm, f),
            Flow::Raised => {
                vm.trace_frame(f);
                let exception = vm.take_raised();
                let [original, rest, raised, outer] = self.slots;
                let around = vm.handled.replace(Some(exception.clone()));
                f.set(original, (&exception).into());
                f.set(rest, exception.into());
                f.set(raised, list(vec![]));
                f.set(outer, vm.suspension.keep_around(around));
                self.clauses(vm, f, 0, false)
            }
            flow => flow,
        }
    }

    /// Runs the clauses from number `first` on. With `inside`, goes on in what comes before the
    /// type of that one.
    fn clauses(&self, vm: &Vm, f: Frame, first: usize, mut inside: bool) -> Flow {
        for handler in &self.handlers[first..] {
            if !handler.before_points.is_empty() {
                let flow = if inside {
                    handler.before.resume(vm, f)
                } else {
                    handler.before.exec(vm, f)
                };
                inside = false;
                match flow {
                    Flow::Next => {}
                    Flow::Suspended => return Flow::Suspended,
                    _ => return self.give_up(vm, f),
                }
            }
            let given = match self.share(vm, f, handler) {
                Ok(Some(given)) => given,
                Ok(None) => continue,
                Err(Raised) => return self.give_up(vm, f),
            };
            drop(vm.handled.replace(Some(given.clone())));
            if let Some(name) = &handler.name {
                if name.assign(vm, f, given.into()).is_err() {
                    return self.give_up(vm, f);
                }
            }
            let flow = handler.body.exec(vm, f);
            if matches!(flow, Flow::Suspended) {
                return flow;
            }
            self.end_clause(vm, f, handler, &flow);
        }
        self.finish(vm, f)
    }

    /// The part of what is left that the clause takes.
    fn share(&self, vm: &Vm, f: Frame, handler: &Handler) -> R<Option<Ref<ExceptionObj>>> {
        let left = f.get(self.slots[1]).clone();
        let Some(exception) = left.downcast::<ExceptionObj>() else {
            return Ok(None);
        };
        let Some(types) = &handler.types else {
            return Ok(None);
        };
        let types_value = types.eval(vm, f)?;
        if let Err(raised) = check_types(vm, &types_value) {
            return Err(fail_at(f, types.span(), raised));
        }
        let is_group = exception
            .class()
            .is_subclass(&vm.exceptions.BaseExceptionGroup);
        if !is_group {
            if !super::trying::is_match(vm, exception, &types_value)? {
                return Ok(None);
            }
            f.set(self.slots[1], Value::None);
            let class = Value::from(&vm.exceptions.BaseExceptionGroup);
            let made = vm.call(&class, &[vm.text(""), tuple(vec![left.clone()])])?;
            return Ok(made.downcast::<ExceptionObj>().cloned());
        }
        let (given, rest) = group::split(vm, &left, &types_value)?;
        if given.is_none() {
            return Ok(None);
        }
        f.set(self.slots[1], rest);
        Ok(given.downcast::<ExceptionObj>().cloned())
    }

    /// Notes what a clause raised, and deletes its variable.
    fn end_clause(&self, vm: &Vm, f: Frame, handler: &Handler, flow: &Flow) {
        let given = vm.handled_exception();
        if matches!(flow, Flow::Raised) {
            vm.trace_frame(f);
            let exception = vm.take_raised();
            let again = given.is_some_and(|g| g.is(&exception));
            let raised = f.get(self.slots[2]).clone();
            if let Some(raised) = raised.downcast::<ListObj>() {
                raised.push(exception.into());
                raised.push(Value::bool(again));
            }
        }
        if let Some(name) = &handler.name {
            let deleted = name
                .assign(vm, f, Value::None)
                .and_then(|()| name.delete(vm, f));
            if deleted.is_err() {
                drop(vm.take_raised());
            }
        }
    }

    /// A clause could not even begin: its error replaces everything.
    fn give_up(&self, vm: &Vm, f: Frame) -> Flow {
        let [original, rest, raised, outer] = self.slots;
        let around = vm.suspension.kept_around(f.take(outer));
        drop(vm.handled.replace(around));
        for slot in [original, rest, raised] {
            drop(f.take(slot));
        }
        Flow::Raised
    }

    /// All clauses have run: raises what is left and what they raised.
    fn finish(&self, vm: &Vm, f: Frame) -> Flow {
        let [original, rest, raised, outer] = self.slots;
        let around = vm.suspension.kept_around(f.take(outer));
        drop(vm.handled.replace(around));
        let (original, rest, raised) = (f.take(original), f.take(rest), f.take(raised));
        let raised = raised
            .downcast::<ListObj>()
            .map_or_else(Vec::new, |l| l.to_vec());
        match outcome(vm, &original, rest, &raised) {
            Ok(None) => Flow::Next,
            Ok(Some(exception)) => {
                untrace(f, &exception);
                vm.raise_again(exception).into()
            }
            Err(Raised) => Flow::Raised,
        }
    }
}

/// What is to be raised in the end (PEP 654, "raising exceptions in an except* block").
fn outcome(
    vm: &Vm,
    original: &Value,
    rest: Value,
    raised: &[Value],
) -> R<Option<Ref<ExceptionObj>>> {
    if raised.is_empty() {
        return Ok(rest.downcast::<ExceptionObj>().cloned());
    }
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for pair in raised.chunks_exact(2) {
        if matches!(pair[1], Value::True) {
            again.push(pair[0].clone())
        } else {
            new.push(pair[0].clone())
        }
    }
    let is_group = original
        .downcast::<ExceptionObj>()
        .is_some_and(|e| e.class().is_subclass(&vm.exceptions.BaseExceptionGroup));
    if !is_group {
        // The only clause that ran was given a group made for it.
        return Ok(raised[0].downcast::<ExceptionObj>().cloned());
    }
    again.extend(Some(rest).filter(|r| !r.is_none()));
    let kept = if again.is_empty() {
        Value::None
    } else {
        group::project(vm, original, &again)?
    };
    if new.is_empty() {
        return Ok(kept.downcast::<ExceptionObj>().cloned());
    }
    new.extend(Some(kept).filter(|k| !k.is_none()));
    if let [only] = &new[..] {
        return Ok(only.downcast::<ExceptionObj>().cloned());
    }
    let class = Value::from(&vm.exceptions.BaseExceptionGroup);
    let made = vm.call(&class, &[vm.text(""), list(new)])?;
    Ok(made.downcast::<ExceptionObj>().cloned())
}

fn check_types(vm: &Vm, types: &Value) -> R<()> {
    let each = match types.downcast::<TupleObj>() {
        Some(tuple) => tuple.items().to_vec(),
        None => vec![types.clone()],
    };
    for t in each {
        let class = t
            .downcast::<ClassObj>()
            .filter(|c| is_exception_class(vm, c));
        let Some(class) = class else {
            return Err(vm.type_error(
                "catching classes that do not inherit from BaseException is not allowed",
            ));
        };
        if class.is_subclass(&vm.exceptions.BaseExceptionGroup) {
            return Err(vm.type_error(
                "catching ExceptionGroup with except* is not allowed. Use except instead.",
            ));
        }
    }
    Ok(())
}

impl Stmt for TryStar {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = self.body.exec(vm, f);
        self.after_body(vm, f, flow)
    }

    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        let pc = f.pc();
        if self.body_points.contain(pc) {
            let flow = self.body.resume(vm, f);
            return self.after_body(vm, f, flow);
        }
        let early = |h: &Handler| h.before_points.contain(pc);
        if let Some(at) = self.handlers.iter().position(early) {
            return self.clauses(vm, f, at, true);
        }
        let Some(at) = self.handlers.iter().position(|h| h.points.contain(pc)) else {
            return self.orelse.resume(vm, f);
        };
        let flow = self.handlers[at].body.resume(vm, f);
        if matches!(flow, Flow::Suspended) {
            return flow;
        }
        self.end_clause(vm, f, &self.handlers[at], &flow);
        self.clauses(vm, f, at + 1, false)
    }
}
