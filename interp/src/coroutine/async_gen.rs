//! Async generators: the awaitables that `__anext__`, `asend`, `athrow` and `aclose` make.

use std::cell::{Cell, RefCell};

use super::{AgenState, CoroutineObj, State};
use crate::node::Flow;
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::objects::exception::ExceptionObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// What a step does to the generator.
#[derive(Clone)]
pub enum StepKind {
    /// `__anext__` (sends `None`) and `asend`.
    Send(Value),
    /// `athrow`.
    Throw(Ref<ExceptionObj>),
    /// `aclose`.
    Close,
    /// `aclose` whose task was cancelled before it began: this is thrown in instead.
    CloseBy(Ref<ExceptionObj>),
}

/// The awaitable of one step.
pub struct AsyncGenStepObj {
    /// The async generator.
    pub generator: Ref<CoroutineObj>,
    /// What the step does.
    pub kind: RefCell<StepKind>,
    /// The method that made it, as messages name it.
    method: &'static str,
    /// Awaited already.
    used: Cell<bool>,
    /// The root that drives it, when it is driven by hand (`send`).
    pub root: RefCell<Option<Ref<CoroutineObj>>>,
}

impl Object for AsyncGenStepObj {
    const KIND: Kind = Kind::AsyncGenStep;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.generator.obj());
        match &*self.kind.borrow() {
            StepKind::Send(v) => trace_value(v, visit),
            StepKind::Throw(e) | StepKind::CloseBy(e) => visit(e.obj()),
            StepKind::Close => {}
        }
        if let Some(root) = &*self.root.borrow() {
            visit(root.obj());
        }
    }
    fn clear(&self) {
        drop(self.root.take());
    }
}

impl AsyncGenStepObj {
    /// A step of `generator`.
    pub fn make(generator: &Ref<CoroutineObj>, kind: StepKind) -> Ref<AsyncGenStepObj> {
        Ref::new(AsyncGenStepObj {
            generator: generator.clone(),
            method: match &kind {
                StepKind::Send(_) => "anext",
                StepKind::Throw(_) => "athrow",
                StepKind::Close | StepKind::CloseBy(_) => "aclose",
            },
            kind: RefCell::new(kind),
            used: Cell::new(false),
            root: RefCell::new(None),
        })
    }

    /// True once it was awaited.
    pub(crate) fn is_used(&self) -> bool {
        self.used.get()
    }

    /// It cannot be awaited any more.
    pub(crate) fn mark_used(&self) {
        self.used.set(true);
    }

    /// What is said when it is awaited again.
    pub(crate) fn reuse_text(&self) -> String {
        let name = match self.method {
            "anext" => "__anext__()/asend()",
            _ => "aclose()/athrow()",
        };
        format!("cannot reuse already awaited {name}")
    }

    /// The first `send` has a value: it is sent instead of what the step was made with. False if
    /// it has begun, or is no `asend`.
    pub(crate) fn send_first(&self, value: &Value) -> bool {
        let mut kind = self.kind.borrow_mut();
        if self.is_used() || !matches!(&*kind, StepKind::Send(_)) {
            return false;
        }
        *kind = StepKind::Send(value.clone());
        true
    }

    /// Something is thrown into the step before it began: so it is thrown into the generator.
    /// False if it has begun.
    pub(crate) fn throw_first(&self, e: &Ref<ExceptionObj>) -> bool {
        if self.is_used() {
            return false;
        }
        let mut kind = self.kind.borrow_mut();
        *kind = match &*kind {
            StepKind::Close | StepKind::CloseBy(_) => StepKind::CloseBy(e.clone()),
            _ => StepKind::Throw(e.clone()),
        };
        true
    }
}

impl Ref<AsyncGenStepObj> {
    /// The coroutine that drives the step where nothing awaits it (`send`, a task).
    pub(crate) fn root(&self, vm: &Vm) -> Ref<CoroutineObj> {
        if let Some(root) = &*self.root.borrow() {
            return root.clone();
        }
        let rest = super::native::AwaitOne {
            awaitable: Some(self.into()),
        };
        let root = CoroutineObj::from_native(self.method, vm, Box::new(rest));
        drop(self.root.replace(Some(root.clone())));
        root
    }
}

impl Vm {
    /// Raises if the step has not begun and cannot, since another one is under way.
    pub(crate) fn check_step(&self, step: &AsyncGenStepObj) -> R<()> {
        if step.is_used() {
            return Ok(());
        }
        self.check_idle(step).inspect_err(|_| step.mark_used())
    }

    fn check_idle(&self, step: &AsyncGenStepObj) -> R<()> {
        if !step.generator.agen.get().running {
            return Ok(());
        }
        let method = step.method;
        Err(self.runtime_error(format!(
            "{method}(): asynchronous generator is already running"
        )))
    }

    /// Awaits a step of an async generator.
    pub(crate) fn await_agen_step(
        &self,
        f: Frame,
        delegate: Slot,
        step: &Ref<AsyncGenStepObj>,
    ) -> Flow {
        if step.used.replace(true) {
            return self.runtime_error(step.reuse_text()).into();
        }
        let generator = &step.generator;
        if let Err(raised) = self.check_idle(step) {
            return raised.into();
        }
        if let Err(raised) = self.announce_agen(generator) {
            return raised.into();
        }
        let kind = step.kind.borrow().clone();
        let ended = generator.state() == State::Done;
        if ended || generator.agen.get().closed {
            return self.step_ended_agen(&kind, ended);
        }
        let throw = match kind {
            StepKind::Send(v) => {
                if generator.state() == State::Created && !v.is_none() {
                    return self
                        .type_error("can't send non-None value to a just-started async generator")
                        .into();
                }
                drop(self.passed.replace(v));
                false
            }
            StepKind::Throw(e) | StepKind::CloseBy(e) => {
                let _ = self.raise_again(e);
                true
            }
            StepKind::Close => {
                set_agen(generator, |a| a.closed = true);
                if generator.state() == State::Created {
                    generator.finish();
                    return Flow::Return(Value::None);
                }
                // As it is: only what the generator handles becomes its context.
                let exit = &self.exceptions.GeneratorExit;
                let _ = self.raise_again(Ref::<ExceptionObj>::of_class(exit, vec![]));
                true
            }
        };
        set_agen(generator, |a| a.running = true);
        match self.run_agen(generator, throw) {
            Flow::Suspended => {
                f.set(delegate, step.into());
                Flow::Suspended
            }
            Flow::Return(v) => self.end_agen_step(step, Ok(v)),
            _ => self.end_agen_step(step, Err(Raised)),
        }
    }

    /// Runs the generator's frame one step: `Return` gives a yielded value; its end raises
    /// `StopAsyncIteration`.
    #[inline(always)]
    fn run_agen(&self, generator: &Ref<CoroutineObj>, throw: bool) -> Flow {
        let alone = if throw {
            None
        } else {
            self.run_alone(generator)
        };
        let flow = match alone {
            // Its own `yield`: nobody waits, nothing is linked.
            Some(Flow::Suspended) if self.suspension.async_yield.take() => {
                generator.state.set(State::Suspended);
                return Flow::Return(self.passed.replace(Value::None));
            }
            Some(flow) => self.settle(generator, flow),
            None => self.run_frame(generator, throw, throw),
        };
        match flow {
            Flow::Suspended if self.suspension.async_yield.take() => {
                drop(self.suspension.leaf.take());
                drop(self.suspension.inner.take());
                Flow::Return(self.passed.replace(Value::None))
            }
            Flow::Suspended => Flow::Suspended,
            Flow::Raised => Flow::Raised,
            _ => self
                .raise_args(&self.exceptions.StopAsyncIteration, vec![])
                .into(),
        }
    }

    /// A step of a generator that has ended, or was closed and yielded all the same.
    fn step_ended_agen(&self, kind: &StepKind, ended: bool) -> Flow {
        match kind {
            StepKind::CloseBy(e) => self.raise_again(e.clone()).into(),
            StepKind::Throw(_) | StepKind::Close if ended => Flow::Return(Value::None),
            _ => self
                .raise_args(&self.exceptions.StopAsyncIteration, vec![])
                .into(),
        }
    }

    /// What a finished step means to its awaiter.
    pub(crate) fn end_agen_step(&self, step: &Ref<AsyncGenStepObj>, outcome: R) -> Flow {
        let generator = &step.generator;
        set_agen(generator, |a| a.running = false);
        if generator.state() == State::Done {
            set_agen(generator, |a| a.closed = true);
        }
        let closing = matches!(&*step.kind.borrow(), StepKind::Close | StepKind::CloseBy(_));
        match outcome {
            Ok(_) if closing => self
                .runtime_error("async generator ignored GeneratorExit")
                .into(),
            Ok(v) => Flow::Return(v),
            Err(Raised) if closing => {
                let exceptions = &self.exceptions;
                let ended = self.catch(&exceptions.StopAsyncIteration).is_some()
                    || self.catch(&exceptions.GeneratorExit).is_some();
                if ended {
                    Flow::Return(Value::None)
                } else {
                    Flow::Raised
                }
            }
            Err(Raised) => Flow::Raised,
        }
    }

    /// Begins one turn of `async for` over an async generator: `Return` gives the item; the end
    /// raises `StopAsyncIteration`.
    pub(crate) fn begin_agen_next(
        &self,
        f: Frame,
        delegate: Slot,
        generator: &Ref<CoroutineObj>,
    ) -> Flow {
        let state = generator.agen.get();
        let is_ready = state.announced && !state.running && !state.closed;
        if !is_ready || generator.state() == State::Done {
            if let Some(flow) = self.unready_agen(generator) {
                return flow;
            }
        }
        drop(self.passed.replace(Value::None));
        match self.run_agen(generator, false) {
            Flow::Suspended => {
                set_agen(generator, |a| a.running = true);
                f.set(delegate, generator.into());
                Flow::Suspended
            }
            flow => flow,
        }
    }

    /// An async generator that begins, or cannot give an item: what is to be said.
    #[cold]
    fn unready_agen(&self, generator: &Ref<CoroutineObj>) -> Option<Flow> {
        let state = generator.agen.get();
        if state.running {
            let text = "anext(): asynchronous generator is already running";
            return Some(self.runtime_error(text).into());
        }
        if let Err(raised) = self.announce_agen(generator) {
            return Some(raised.into());
        }
        (generator.state() == State::Done || state.closed).then(|| {
            self.raise_args(&self.exceptions.StopAsyncIteration, vec![])
                .into()
        })
    }

    /// Goes on with a turn of `async for` over an async generator.
    pub(crate) fn continue_agen_next(&self, f: Frame, delegate: Slot) -> Flow {
        if let Some(generator) = f.take(delegate).downcast::<CoroutineObj>() {
            set_agen(generator, |a| a.running = false);
        }
        match self.resumed() {
            Ok(v) => Flow::Return(v),
            Err(Raised) => Flow::Raised,
        }
    }

    /// Tells the running loop of an async generator that begins, so that it is closed at the end.
    fn announce_agen(&self, generator: &Ref<CoroutineObj>) -> R<()> {
        if generator.agen.get().announced {
            return Ok(());
        }
        set_agen(generator, |a| a.announced = true);
        crate::event_loop::async_gens::announce(self, generator)
    }
}

fn set_agen(generator: &Ref<CoroutineObj>, change: impl FnOnce(&mut AgenState)) {
    let mut state = generator.agen.get();
    change(&mut state);
    generator.agen.set(state);
}
