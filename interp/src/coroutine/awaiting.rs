//! `await` and `yield from`: beginning to wait for something, and going on.
//!
//! What a frame waits for stands in its delegate slot: a coroutine (linked to us, driven from
//! outside), an async generator's step, a future, an iterator (driven by us, with every value
//! passed through), or `None` for a bare yield.

use super::async_gen::AsyncGenStepObj;
use super::native::{AsyncFn, Started};
use super::{CoroutineObj, Origin, State};
use crate::builtins::coroutine::awaited_by;
use crate::code::CodeKind;
use crate::event_loop::future::{AnyFuture, FutureObj, PlainFutureObj};
use crate::event_loop::task::TaskObj;
use crate::event_loop::trail::Deed;
use crate::node::Flow;
use crate::object::{Kind, Obj, Ref};
use crate::objects::function::NativeObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Whether an await goes on at once. (A name for readers: nodes match on `Flow` itself.)
pub type Awaited = Flow;

impl Vm {
    /// Begins to await a value. `Return` gives the result at once; `Suspended` means the frame
    /// must suspend, with `delegate` telling what it waits for.
    pub(crate) fn begin_await(&self, f: Frame, delegate: Slot, awaitable: Value) -> Flow {
        match awaitable.kind() {
            Some(Kind::Coroutine) => {
                if let Some(co) = awaitable.downcast::<CoroutineObj>() {
                    if co.kind == CodeKind::Coroutine || co.is_awaitable_generator() {
                        return self.await_coroutine(f, delegate, co);
                    }
                }
            }
            Some(Kind::Future) => {
                if let Some(future) = awaitable.downcast::<PlainFutureObj>() {
                    return self.await_plain_future(f, delegate, future);
                }
            }
            Some(Kind::Task) => {
                if let Some(task) = awaitable.downcast::<TaskObj>() {
                    return self.await_future(f, delegate, task, task.obj());
                }
            }
            Some(Kind::AsyncGenStep) => {
                if let Some(step) = awaitable.downcast::<AsyncGenStepObj>() {
                    return self.await_agen_step(f, delegate, step);
                }
            }
            _ => {}
        }
        match self.await_iterator(&awaitable) {
            Ok(iterator) => self.begin_delegate(f, delegate, iterator),
            Err(Raised) => Flow::Raised,
        }
    }

    /// True if the value can be awaited.
    pub fn is_awaitable(&self, v: &Value) -> bool {
        match v.downcast::<CoroutineObj>() {
            Some(co) => co.kind == CodeKind::Coroutine || co.is_awaitable_generator(),
            None => self.special(v, &self.names.await_).is_some(),
        }
    }

    fn await_coroutine(&self, f: Frame, delegate: Slot, co: &Ref<CoroutineObj>) -> Flow {
        match co.state() {
            State::Created => self.note_deed(Deed::Awaited, co.obj()),
            State::Suspended if co.kind == CodeKind::Generator => {}
            State::Done if co.kind == CodeKind::Coroutine => {
                return self.awaited_again(co, "cannot reuse already awaited coroutine");
            }
            State::Done => {}
            _ => return self.awaited_again(co, "coroutine is being awaited already"),
        }
        self.begin_chained(f, delegate, co)
    }

    #[cold]
    fn awaited_again(&self, co: &Ref<CoroutineObj>, text: &str) -> Flow {
        let raised = self.runtime_error(text);
        self.explain_awaited(co.obj());
        raised.into()
    }

    /// Runs another coroutine's frame as the inner end of this frame's chain.
    fn begin_chained(&self, f: Frame, delegate: Slot, co: &Ref<CoroutineObj>) -> Flow {
        if let Some(leaf) = co.leaf.take() {
            return self.adopt_chain(f, delegate, co, leaf);
        }
        drop(self.passed.replace(Value::None));
        match self.run_frame(co, false, false) {
            Flow::Suspended => {
                f.set(delegate, co.into());
                Flow::Suspended
            }
            done => done,
        }
    }

    /// A generator that was driven as a root before and is now yielded from: driven as one, its
    /// inner chain as it is, and linked anew.
    fn adopt_chain(
        &self,
        f: Frame,
        delegate: Slot,
        co: &Ref<CoroutineObj>,
        leaf: Ref<CoroutineObj>,
    ) -> Flow {
        drop(co.leaf.replace(Some(leaf)));
        drop(self.passed.replace(Value::None));
        match self.drive(co, false) {
            Flow::Suspended => {
                let leaf = co.leaf.take().unwrap_or_else(|| co.clone());
                drop(self.suspension.leaf.replace(Some(leaf)));
                drop(self.suspension.inner.replace(Some(co.clone())));
                f.set(delegate, co.into());
                Flow::Suspended
            }
            done => done,
        }
    }

    /// Awaits a future.
    pub(crate) fn await_plain_future(
        &self,
        f: Frame,
        delegate: Slot,
        future: &Ref<PlainFutureObj>,
    ) -> Flow {
        if future.is_done() {
            let outcome = future.take_result(self);
            return self.end_future(f, delegate, future, outcome);
        }
        self.await_future(f, delegate, future, future.obj())
    }

    /// Awaits a future or task, which is this object.
    #[inline(always)]
    fn await_future(&self, f: Frame, delegate: Slot, future: &FutureObj, obj: &Obj) -> Flow {
        if future.is_done() {
            return match future.take_result(self) {
                Ok(v) => Flow::Return(v),
                Err(Raised) => Flow::Raised,
            };
        }
        if future.is_blocking() {
            return self.left_blocking();
        }
        future.set_blocking(true);
        drop(self.passed.replace(future.script_value(obj)));
        f.set(delegate, Value::Obj(obj.clone()));
        Flow::Suspended
    }

    /// The future was awaited before in a way that the loop refused, which left its mark.
    #[cold]
    fn left_blocking(&self) -> Flow {
        self.runtime_error("await wasn't used with future").into()
    }

    /// What the end of a future means to the frame that awaits it: its outcome, or what its
    /// `Resume` makes of that.
    #[inline(always)]
    fn end_future(
        &self,
        f: Frame,
        delegate: Slot,
        future: &Ref<PlainFutureObj>,
        outcome: R,
    ) -> Flow {
        let Some((resume, owner)) = future.resume() else {
            return match outcome {
                Ok(v) => Flow::Return(v),
                Err(Raised) => Flow::Raised,
            };
        };
        let started = resume(self, future, &owner, outcome);
        self.follow_started(f, delegate, started, || "await".into())
    }

    /// Suspends with a bare yield of `None`.
    #[inline(always)]
    pub(crate) fn yield_bare(&self, f: Frame, delegate: Slot) -> Flow {
        f.set(delegate, Value::None);
        drop(self.passed.replace(Value::None));
        Flow::Suspended
    }

    /// Awaits the call of an async function written in Rust, without making its coroutine if it
    /// need not be.
    #[inline(always)]
    pub(crate) fn await_native(
        &self,
        f: Frame,
        delegate: Slot,
        native: &Ref<NativeObj>,
        function: AsyncFn,
        args: &[Value],
    ) -> Flow {
        let started = function(self, args);
        self.follow_started(f, delegate, started, || native.into())
    }

    /// What a frame does whose await of an async function in Rust led to this.
    #[inline(always)]
    fn follow_started(
        &self,
        f: Frame,
        delegate: Slot,
        started: R<Started>,
        origin: impl FnOnce() -> Origin,
    ) -> Flow {
        match started {
            Err(Raised) => Flow::Raised,
            Ok(Started::Return(v)) => Flow::Return(v),
            Ok(Started::Yield) => self.yield_bare(f, delegate),
            Ok(Started::Future(future)) => self.await_plain_future(f, delegate, &future),
            Ok(Started::Coroutine(rest)) => {
                let co = CoroutineObj::from_native(origin(), self, rest);
                self.begin_chained(f, delegate, &co)
            }
        }
    }

    /// The iterator that `__await__` gives.
    pub(crate) fn await_iterator(&self, awaitable: &Value) -> R {
        let Some(iterator) = self.call_special(awaitable, &self.names.await_, &[])? else {
            return Err(self.type_error(format!(
                "object {} can't be used in 'await' expression",
                self.type_name(awaitable)
            )));
        };
        if let Some(co) = iterator.downcast::<CoroutineObj>() {
            if co.kind != CodeKind::Generator {
                return Err(self.type_error("__await__() returned a coroutine"));
            }
        } else if iterator.kind() != Some(Kind::Iterator)
            && iterator.kind() != Some(Kind::AsyncGenStep)
            && self.special(&iterator, &self.names.next_).is_none()
        {
            return Err(self.type_error(format!(
                "__await__() returned non-iterator of type '{}'",
                self.type_name(&iterator)
            )));
        }
        Ok(iterator)
    }

    /// `yield from`: begins to pass on what an iterable yields.
    pub(crate) fn begin_yield_from(&self, f: Frame, delegate: Slot, iterable: Value) -> Flow {
        if let Some(co) = iterable.downcast::<CoroutineObj>() {
            if co.kind == CodeKind::Coroutine {
                let marked = f.function().makes_awaitables.get();
                if !marked {
                    return self
                        .type_error(
                            "cannot 'yield from' a coroutine object in a non-coroutine generator",
                        )
                        .into();
                }
                return self.await_coroutine(f, delegate, co);
            }
        }
        match self.iter(&iterable) {
            Ok(iterator) => self.begin_delegate(f, delegate, iterator),
            Err(Raised) => Flow::Raised,
        }
    }

    fn begin_delegate(&self, f: Frame, delegate: Slot, iterator: Value) -> Flow {
        if let Some(co) = iterator.downcast::<CoroutineObj>() {
            if co.kind == CodeKind::Generator && co.state() != State::Running && !co.driven.get() {
                return self.begin_chained(f, delegate, co);
            }
        }
        if let Some(awaitable) = awaited_by(&iterator) {
            return match awaitable.downcast::<CoroutineObj>() {
                Some(co) => self.await_coroutine(f, delegate, co),
                None => match FutureObj::of(&awaitable) {
                    Some(AnyFuture::Plain(future)) => self.await_plain_future(f, delegate, &future),
                    Some(AnyFuture::Task(task)) => {
                        self.await_future(f, delegate, &task, task.obj())
                    }
                    None => Flow::Raised,
                },
            };
        }
        if let Some(step) = iterator.downcast::<AsyncGenStepObj>() {
            return self.await_agen_step(f, delegate, step);
        }
        f.set(delegate, iterator);
        self.advance_delegate(f, delegate, Ok(Value::None))
    }

    /// Goes on with what the frame waits for, given what was sent or thrown in (see `resumed`).
    #[inline(always)]
    pub(crate) fn continue_await(&self, f: Frame, delegate: Slot) -> Flow {
        let resumed = self.resumed();
        let kind = f.get(delegate).kind();
        match kind {
            Some(Kind::Future) => {
                let value = f.take(delegate);
                let Some(future) = value.downcast::<PlainFutureObj>() else {
                    return Flow::Raised;
                };
                let outcome = match resumed {
                    Ok(_) if future.is_done() => future.take_result(self),
                    Ok(_) => Err(self.runtime_error("await wasn't used with future")),
                    Err(Raised) => {
                        // A sleep that ends early leaves the timers.
                        future.leave_timers();
                        Err(Raised)
                    }
                };
                self.end_future(f, delegate, future, outcome)
            }
            Some(Kind::Task) => {
                let value = f.take(delegate);
                let outcome = match (resumed, value.downcast::<TaskObj>()) {
                    (Ok(_), Some(task)) if task.is_done() => task.take_result(self),
                    (Ok(_), _) => Err(self.runtime_error("await wasn't used with future")),
                    (Err(Raised), _) => Err(Raised),
                };
                match outcome {
                    Ok(v) => Flow::Return(v),
                    Err(Raised) => Flow::Raised,
                }
            }
            // Its result is what we were given.
            Some(Kind::Coroutine) => {
                drop(f.take(delegate));
                match resumed {
                    Ok(v) => Flow::Return(v),
                    Err(Raised) => Flow::Raised,
                }
            }
            Some(Kind::AsyncGenStep) => {
                let step = f.take(delegate);
                match step.downcast::<AsyncGenStepObj>() {
                    Some(step) => self.end_agen_step(step, resumed),
                    None => Flow::Raised,
                }
            }
            None => {
                drop(f.take(delegate));
                match resumed {
                    Ok(_) => Flow::Return(Value::None),
                    Err(Raised) => Flow::Raised,
                }
            }
            _ => self.advance_delegate(f, delegate, resumed),
        }
    }

    /// Drives an iterator one step, with what was sent or thrown in.
    fn advance_delegate(&self, f: Frame, delegate: Slot, resumed: R) -> Flow {
        let iterator = f.get(delegate).clone();
        let next = match resumed {
            Ok(Value::None) if iterator.is_kind(Kind::Instance) => {
                // Not through `next`: the value of StopIteration is wanted.
                let next = self.call_special(&iterator, &self.names.next_, &[]);
                next.map(|v| v.unwrap_or(Value::None))
            }
            Ok(Value::None) => match self.next_noting_stop(&iterator) {
                Ok(Some(v)) => Ok(v),
                Ok(None) => {
                    drop(f.take(delegate));
                    return Flow::Return(self.stop_value.replace(Value::None));
                }
                Err(Raised) => Err(Raised),
            },
            Ok(sent) => self.call_method(&iterator, &self.names.send, &[sent]),
            Err(Raised) => self.throw_into(&iterator),
        };
        match next {
            Ok(v) => {
                drop(self.passed.replace(v));
                Flow::Suspended
            }
            Err(Raised) => {
                drop(f.take(delegate));
                match self.catch(&self.exceptions.StopIteration) {
                    Some(stop) => Flow::Return(stop.first_arg()),
                    None => Flow::Raised,
                }
            }
        }
    }

    /// Throws the pending exception into an iterator that may have `throw` and `close`.
    fn throw_into(&self, iterator: &Value) -> R {
        let exception = self.take_raised();
        if exception
            .class()
            .is_subclass(&self.exceptions.GeneratorExit)
        {
            if let Some(close) = self.find_attr(iterator, &self.names.close)? {
                self.call(&close, &[])?;
            }
            return Err(self.raise_again(exception));
        }
        match self.find_attr(iterator, &self.names.throw)? {
            Some(throw) => {
                let given = self.suspension.thrown.take();
                if given.is_empty() {
                    return self.call(&throw, &[Value::from(&exception)]);
                }
                self.call(&throw, &given)
            }
            None => Err(self.raise_again(exception)),
        }
    }
}
