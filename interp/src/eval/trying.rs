//! `try`: `except`, `else`, `finally`.

use std::rc::Rc;

use super::assign::Target;
use super::block::{Block, Points};
use super::fail_at;
use crate::node::{ExprBox, Flow, Stmt};
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::tuple::TupleObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// One `except` clause.
pub struct Handler {
    /// What the type needs first (parts that can suspend); may be empty.
    pub before: Block,
    /// The suspension points of `before`.
    pub before_points: Points,
    /// The type or tuple of types; none for a bare `except:`.
    pub types: Option<ExprBox>,
    /// Where the exception is stored; deleted at the end of the clause.
    pub name: Option<Box<dyn Target>>,
    /// The block.
    pub body: Block,
    /// Its suspension points.
    pub points: Points,
}

/// `try: … except: … else: …`.
pub struct TryExcept {
    /// The guarded block.
    pub body: Block,
    /// Its suspension points.
    pub body_points: Points,
    /// The clauses.
    pub handlers: Vec<Handler>,
    /// `else`; may be empty.
    pub orelse: Block,
    /// Keeps the exception that was being handled around the `try` while a clause is suspended.
    pub outer: Option<Slot>,
}

impl TryExcept {
    fn after_body(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        match flow {
            Flow::Next => self.orelse.exec(vm, f),
            Flow::Raised => self.handle(vm, f),
            flow => flow,
        }
    }

    #[inline(never)]
    fn handle(&self, vm: &Vm, f: Frame) -> Flow {
        vm.trace_frame(f);
        let exception = vm.take_raised();
        let outer = vm.handled.replace(Some(exception.clone()));
        self.search(vm, f, &self.handlers, exception, outer)
    }

    /// Looks for the clause among these.
    fn search(
        &self,
        vm: &Vm,
        f: Frame,
        handlers: &[Handler],
        exception: Ref<ExceptionObj>,
        outer: Option<Ref<ExceptionObj>>,
    ) -> Flow {
        for handler in handlers {
            if !handler.before_points.is_empty() {
                match handler.before.exec(vm, f) {
                    Flow::Next => {}
                    Flow::Suspended => {
                        self.keep(vm, f, outer);
                        return Flow::Suspended;
                    }
                    flow => {
                        drop(vm.handled.replace(outer));
                        return flow;
                    }
                }
            }
            match matches(vm, f, handler, &exception) {
                Ok(true) => return self.enter(vm, f, handler, exception, outer),
                Ok(false) => {}
                Err(Raised) => {
                    drop(vm.handled.replace(outer));
                    return Flow::Raised;
                }
            }
        }
        drop(vm.handled.replace(outer));
        untrace(f, &exception);
        vm.raise_again(exception).into()
    }

    /// Goes on in what comes before a clause's type.
    fn resume_search(&self, vm: &Vm, f: Frame, at: usize) -> Flow {
        let handler = &self.handlers[at];
        let flow = handler.before.resume(vm, f);
        if matches!(flow, Flow::Suspended) {
            vm.suspension.note_handling();
            return flow;
        }
        let outer = self.kept(vm, f);
        let exception = vm.handled_exception();
        let (Flow::Next, Some(exception)) = (&flow, exception) else {
            drop(vm.handled.replace(outer));
            return flow;
        };
        match matches(vm, f, handler, &exception) {
            Ok(true) => self.enter(vm, f, handler, exception, outer),
            Ok(false) => self.search(vm, f, &self.handlers[at + 1..], exception, outer),
            Err(Raised) => {
                drop(vm.handled.replace(outer));
                Flow::Raised
            }
        }
    }

    /// Keeps the exception handled around while a clause is suspended.
    fn keep(&self, vm: &Vm, f: Frame, outer: Option<Ref<ExceptionObj>>) {
        vm.suspension.note_handling();
        if let Some(slot) = self.outer {
            f.set(slot, vm.suspension.keep_around(outer));
        }
    }

    fn kept(&self, vm: &Vm, f: Frame) -> Option<Ref<ExceptionObj>> {
        vm.suspension.kept_around(f.take(self.outer?))
    }

    fn enter(
        &self,
        vm: &Vm,
        f: Frame,
        handler: &Handler,
        exception: Ref<ExceptionObj>,
        outer: Option<Ref<ExceptionObj>>,
    ) -> Flow {
        if let Some(name) = &handler.name {
            if name.assign(vm, f, exception.into()).is_err() {
                drop(vm.handled.replace(outer));
                return Flow::Raised;
            }
        } else {
            drop(exception);
        }
        let flow = handler.body.exec(vm, f);
        if matches!(flow, Flow::Suspended) {
            self.keep(vm, f, outer);
            return flow;
        }
        self.leave(vm, f, handler, outer, flow)
    }

    fn leave(
        &self,
        vm: &Vm,
        f: Frame,
        handler: &Handler,
        outer: Option<Ref<ExceptionObj>>,
        flow: Flow,
    ) -> Flow {
        drop(vm.handled.replace(outer));
        if let Some(name) = &handler.name {
            // As if `name = None; del name` stood in a `finally`.
            let pending = matches!(flow, Flow::Raised).then(|| vm.take_raised());
            let deleted = name
                .assign(vm, f, Value::None)
                .and_then(|()| name.delete(vm, f));
            match pending {
                Some(e) => {
                    let _ = vm.raise_again(e);
                }
                None => {
                    if deleted.is_err() {
                        return Flow::Raised;
                    }
                }
            }
        }
        flow
    }
}

/// Takes back the step that catching noted, since nothing caught: leaving the frame notes it.
pub(crate) fn untrace(f: Frame, exception: &Ref<ExceptionObj>) {
    let mut trace = exception.trace.borrow_mut();
    if trace
        .last()
        .is_some_and(|e| Rc::ptr_eq(&e.code, &f.function().code))
    {
        if let Some(entry) = trace.pop() {
            f.set_span(entry.span);
        }
    }
}

fn matches(vm: &Vm, f: Frame, handler: &Handler, exception: &Ref<ExceptionObj>) -> R<bool> {
    let Some(types) = &handler.types else {
        return Ok(true);
    };
    let types_value = types.eval(vm, f)?;
    match is_match(vm, exception, &types_value) {
        Ok(found) => Ok(found),
        Err(raised) => Err(fail_at(f, types.span(), raised)),
    }
}

/// True if the exception is of a class, or of one in a tuple.
pub(crate) fn is_match(vm: &Vm, exception: &Ref<ExceptionObj>, types: &Value) -> R<bool> {
    if let Some(class) = types.downcast::<ClassObj>() {
        if is_exception_class(vm, class) {
            return Ok(exception.class.borrow().is_subclass(class));
        }
    }
    if let Some(tuple) = types.downcast::<TupleObj>() {
        let all = tuple.items().iter().all(|t| {
            t.is_kind(Kind::Class)
                && t.downcast::<ClassObj>()
                    .is_some_and(|c| is_exception_class(vm, c))
        });
        if all {
            let class = exception.class();
            return Ok(tuple.items().iter().any(|t| {
                t.downcast::<ClassObj>()
                    .is_some_and(|c| class.is_subclass(c))
            }));
        }
    }
    Err(vm.type_error("catching classes that do not inherit from BaseException is not allowed"))
}

pub(crate) fn is_exception_class(vm: &Vm, class: &Ref<ClassObj>) -> bool {
    class.is_subclass(&vm.exceptions.BaseException)
}

impl Stmt for TryExcept {
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
            return self.resume_search(vm, f, at);
        }
        let Some(handler) = self.handlers.iter().find(|h| h.points.contain(pc)) else {
            return self.orelse.resume(vm, f);
        };
        let flow = handler.body.resume(vm, f);
        if matches!(flow, Flow::Suspended) {
            vm.suspension.note_handling();
            return flow;
        }
        let outer = self.kept(vm, f);
        self.leave(vm, f, handler, outer, flow)
    }
}

/// `try: … finally: …`.
pub struct TryFinally {
    /// The guarded block.
    pub body: Block,
    /// Its suspension points.
    pub body_points: Points,
    /// `finally`.
    pub finalbody: Block,
    /// Its suspension points.
    pub final_points: Points,
    /// Where the outcome of the body waits while `finally` is suspended: how it ended, and its
    /// value or exception; and the exception handled around.
    pub slots: Option<[Slot; 3]>,
}

/// How the guarded block ended, as kept in a slot.
fn flow_number(flow: &Flow) -> i64 {
    match flow {
        Flow::Next => 0,
        Flow::Break => 1,
        Flow::Continue => 2,
        Flow::Return(_) => 3,
        _ => 4,
    }
}

impl TryFinally {
    fn finish(&self, vm: &Vm, f: Frame, flow: Flow) -> Flow {
        if matches!(flow, Flow::Suspended) {
            return flow;
        }
        let (exception, outer) = if matches!(flow, Flow::Raised) {
            vm.trace_frame(f);
            let exception = vm.take_raised();
            let outer = vm.handled.replace(Some(exception.clone()));
            (Some(exception), outer)
        } else {
            (None, None)
        };
        let ended = self.finalbody.exec(vm, f);
        if matches!(ended, Flow::Suspended) {
            if exception.is_some() {
                vm.suspension.note_handling();
            }
            if let Some([number, value, handled]) = self.slots {
                f.set(number, Value::Int(flow_number(&flow)));
                let kept = match (flow, exception) {
                    (_, Some(e)) => e.into(),
                    (Flow::Return(v), _) => v,
                    _ => Value::None,
                };
                f.set(value, kept);
                f.set(handled, vm.suspension.keep_around(outer));
            }
            return ended;
        }
        self.restore(vm, f, flow, exception, outer, ended)
    }

    fn restore(
        &self,
        vm: &Vm,
        f: Frame,
        flow: Flow,
        exception: Option<Ref<ExceptionObj>>,
        outer: Option<Ref<ExceptionObj>>,
        ended: Flow,
    ) -> Flow {
        if exception.is_some() {
            drop(vm.handled.replace(outer));
        }
        if !matches!(ended, Flow::Next) {
            return ended;
        }
        if let Some(e) = exception {
            untrace(f, &e);
            let _ = vm.raise_again(e);
        }
        flow
    }
}

impl Stmt for TryFinally {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let flow = self.body.exec(vm, f);
        self.finish(vm, f, flow)
    }

    fn resume(&self, vm: &Vm, f: Frame) -> Flow {
        if self.body_points.contain(f.pc()) {
            let flow = self.body.resume(vm, f);
            return self.finish(vm, f, flow);
        }
        let ended = self.finalbody.resume(vm, f);
        let Some([number, value, handled]) = self.slots else {
            return ended;
        };
        if matches!(ended, Flow::Suspended) {
            if f.get(number).as_int() == Some(flow_number(&Flow::Raised)) {
                vm.suspension.note_handling();
            }
            return ended;
        }
        let number = f.take(number).as_int().unwrap_or(0);
        let kept = f.take(value);
        let outer = vm.suspension.kept_around(f.take(handled));
        let (flow, exception) = match number {
            1 => (Flow::Break, None),
            2 => (Flow::Continue, None),
            3 => (Flow::Return(kept), None),
            4 => (Flow::Raised, kept.downcast::<ExceptionObj>().cloned()),
            _ => (Flow::Next, None),
        };
        self.restore(vm, f, flow, exception, outer, ended)
    }
}
