//! Running coroutine frames: one frame, and whole chains from the innermost outwards.

use super::native::{NativeCoroutine, Step};
use super::{CoroutineObj, Extra, State};
use crate::code::CodeKind;
use crate::node::Flow;
use crate::object::Ref;
use crate::objects::exception::ExceptionObj;
use crate::stack::Slot;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// What a frame that goes on was given: the value sent, or the exception thrown.
    #[inline(always)]
    pub(crate) fn resumed(&self) -> R {
        if self.suspension.throwing.take() {
            return Err(Raised);
        }
        Ok(self.passed.replace(Value::None))
    }

    /// Drives the chain that `root` awaits until it suspends again or `root` ends. The value in
    /// `passed` is sent in, or the pending exception thrown in.
    #[inline(always)]
    pub(crate) fn drive(&self, root: &Ref<CoroutineObj>, throw: bool) -> Flow {
        if root.driven.replace(true) {
            return self.driven_already(root, throw);
        }
        let flow = if self.handled.read().is_some() {
            self.drive_in_handler(root, throw)
        } else {
            let is_alone = !throw && root.leaf.read().is_none();
            match is_alone.then(|| self.run_alone(root)).flatten() {
                Some(flow) => self.after_alone(root, flow),
                None => self.drive_chain(root, throw),
            }
        };
        root.driven.set(false);
        flow
    }

    #[cold]
    fn driven_already(&self, root: &Ref<CoroutineObj>, throw: bool) -> Flow {
        let text = format!("{} already executing", root.kind_name());
        if throw {
            drop(self.take_raised());
        }
        self.value_error(text).into()
    }

    /// What is handled out here is no business of the chain: nothing of it is kept.
    #[inline(never)]
    fn drive_in_handler(&self, root: &Ref<CoroutineObj>, throw: bool) -> Flow {
        let outer = self.suspension.base.replace(self.handled_exception());
        let flow = self.drive_chain(root, throw);
        drop(self.suspension.base.replace(outer));
        flow
    }

    #[inline(never)]
    fn drive_chain(&self, root: &Ref<CoroutineObj>, mut throw: bool) -> Flow {
        let leaf = root.leaf.take();
        let mut co = leaf.unwrap_or_else(|| root.clone());
        let by_throw = throw;
        let exit = if throw {
            let is_exit = self.is_raised(&self.exceptions.GeneratorExit);
            is_exit.then(|| self.pending.borrow().clone()).flatten()
        } else {
            None
        };
        loop {
            let flow = self.run_frame(&co, throw, by_throw);
            if let Some(exit) = &exit
                && !co.is(root)
                && co.kind != CodeKind::AsyncGenerator
            {
                self.closed_inside(&co, flow, exit);
                throw = true;
                match co.awaiter.take() {
                    Some(awaiter) => co = super::live(awaiter),
                    None => return Flow::Raised,
                }
                continue;
            }
            throw = match flow {
                Flow::Suspended => {
                    if co.kind == CodeKind::AsyncGenerator
                        && self.suspension.async_yield.get()
                        && !co.is(root)
                    {
                        // To the awaiter, a yield of the async generator is a result.
                        self.suspension.async_yield.set(false);
                        drop(self.suspension.leaf.take());
                        drop(self.suspension.inner.take());
                        false
                    } else {
                        if by_throw {
                            self.spread_inherited(&co);
                        }
                        self.keep_leaf(root);
                        return Flow::Suspended;
                    }
                }
                done if co.is(root) => return done,
                Flow::Return(v) => {
                    drop(self.passed.replace(v));
                    false
                }
                _ => true,
            };
            let awaiter = co.awaiter.take();
            match awaiter {
                Some(awaiter) => {
                    if co.kind == CodeKind::AsyncGenerator
                        && !throw
                        && co.state.get() == State::Done
                    {
                        throw = true;
                        co = super::live(awaiter);
                        self.end_async_generator(&co, by_throw);
                        continue;
                    }
                    co = super::live(awaiter);
                }
                // The awaiter was ended from elsewhere while this one was under way.
                None => {
                    return if throw {
                        Flow::Raised
                    } else {
                        Flow::Return(self.passed.replace(Value::None))
                    };
                }
            }
        }
    }

    /// What `GeneratorExit` made of a frame is what closing it would: the one that awaits it gets
    /// `GeneratorExit` too, unless closing failed.
    #[cold]
    fn closed_inside(&self, co: &Ref<CoroutineObj>, flow: Flow, exit: &Ref<ExceptionObj>) {
        match flow {
            Flow::Suspended => {
                self.keep_leaf(co);
                self.suspension.async_yield.set(false);
                drop(self.passed.replace(Value::None));
                let text = format!("{} ignored GeneratorExit", co.kind_name());
                let _ = self.runtime_error(text);
            }
            Flow::Raised => {
                let e = &self.exceptions;
                if self.is_raised(&e.GeneratorExit) || self.is_raised(&e.StopIteration) {
                    drop(self.take_raised());
                    let _ = self.raise_again(exit.clone());
                }
            }
            _ => {
                let _ = self.raise_again(exit.clone());
            }
        }
    }

    /// A frame that went on because something was thrown in, and sees only what it handles itself
    /// meanwhile, has suspended. What its awaiters handle is handled again for the frames that
    /// it awaits now.
    fn spread_inherited(&self, co: &Ref<CoroutineObj>) {
        let is_alone = |e: &Extra| e.inherited.is_none();
        if co.extra.read().as_deref().is_none_or(is_alone) {
            return;
        }
        let mut inner = Vec::new();
        let mut at = self.suspension.leaf.borrow().clone();
        while let Some(frame) = at.filter(|frame| !frame.is(co)) {
            at = frame.awaiter.take().map(|awaiter| {
                frame.awaiter.set(Some(awaiter));
                super::live(awaiter)
            });
            inner.push(frame);
        }
        let mut handled = co.extra.read().as_ref().and_then(|e| e.handled.clone());
        for frame in inner.iter().rev() {
            let mut extra = frame.extra.write();
            let extra = extra.get_or_insert_default();
            if !extra.is_own() {
                extra.handled = handled.clone();
            }
            extra.inherited = handled;
            handled = extra.handled.clone();
        }
    }

    /// Raises the `StopAsyncIteration` that an awaiter of an async generator gets, in what that
    /// one handles.
    fn end_async_generator(&self, awaiter: &Ref<CoroutineObj>, by_throw: bool) {
        let handled = awaiter
            .extra
            .read()
            .as_ref()
            .and_then(|e| e.handled.clone());
        let handled = handled.filter(|_| !by_throw).or(self.handled_exception());
        let outer = self.handled.replace(handled);
        let _ = self.raise_args(&self.exceptions.StopAsyncIteration, vec![]);
        drop(self.handled.replace(outer));
    }

    /// What is thrown into a coroutine that handles an exception gets that as its context.
    #[cold]
    fn chain_thrown(&self, co: &Ref<CoroutineObj>) {
        let own = co.extra.read().as_ref().and_then(|e| e.own_handled());
        let thrown = self.pending.borrow().clone();
        if let (Some(own), Some(thrown)) = (own, thrown) {
            let outer = self.handled.replace(Some(own));
            self.set_context(&thrown);
            drop(self.handled.replace(outer));
        }
    }

    /// Runs the coroutine's own frame: starts it, or goes on where it suspended.
    ///
    /// `by_throw`: the chain goes on because something was thrown in. As in CPython, whose
    /// `throw` goes to the innermost frame without entering those around it, a frame then sees
    /// only what it handles itself, and what comes in or through is given that as its context.
    pub(crate) fn run_frame(&self, co: &Ref<CoroutineObj>, throw: bool, by_throw: bool) -> Flow {
        let started = match co.state.get() {
            State::Created => false,
            State::Suspended => true,
            State::Running => {
                let text = format!("{} already executing", co.kind_name());
                return self.value_error(text).into();
            }
            State::Done => return self.run_finished(co, throw),
        };
        if self.too_deep() {
            if throw {
                drop(self.take_raised());
            }
            return self.recursion_error().into();
        }
        let frame = co.frame();
        if throw && by_throw {
            self.chain_thrown(co);
        }
        if !started && co.function().is_some() {
            co.begin();
        }
        if !started && throw {
            if co.function().is_some() {
                self.trace_frame(frame);
            }
            co.finish();
            return Flow::Raised;
        }
        let outer = self.swap_handled_in(co, by_throw);
        co.state.set(State::Running);
        self.suspension.throwing.set(throw && started);
        self.depth.set(self.depth.get() + 1);
        let flow = match co.function() {
            Some(function) => {
                self.enter(frame);
                let flow = if started {
                    function.code.body.resume(self, frame)
                } else {
                    drop(self.passed.replace(Value::None));
                    function.code.body.exec(self, frame)
                };
                self.leave(frame);
                flow
            }
            None => self.run_native(co, started),
        };
        self.depth.set(self.depth.get() - 1);
        self.swap_handled_out(co, outer, matches!(flow, Flow::Suspended));
        self.settle(co, flow)
    }

    /// What follows from how the frame ended.
    #[inline(always)]
    pub(super) fn settle(&self, co: &Ref<CoroutineObj>, flow: Flow) -> Flow {
        match flow {
            Flow::Suspended => {
                co.state.set(State::Suspended);
                self.suspension.link(co);
                Flow::Suspended
            }
            Flow::Raised => {
                if co.function().is_some() {
                    self.trace_frame(co.frame());
                }
                co.finish();
                self.convert_stop_iteration(co.kind);
                Flow::Raised
            }
            Flow::Return(v) => {
                co.finish();
                Flow::Return(v)
            }
            _ => {
                co.finish();
                Flow::Return(Value::None)
            }
        }
    }

    #[cold]
    fn run_finished(&self, co: &Ref<CoroutineObj>, throw: bool) -> Flow {
        if throw {
            return Flow::Raised;
        }
        match co.kind {
            CodeKind::Coroutine => {
                let raised = self.runtime_error("cannot reuse already awaited coroutine");
                self.explain_awaited(co.obj());
                raised.into()
            }
            _ => Flow::Return(Value::None),
        }
    }

    /// PEP 479: a StopIteration must not leave a generator as if it had ended.
    pub(crate) fn convert_stop_iteration(&self, kind: CodeKind) {
        let what = match kind {
            CodeKind::Generator | CodeKind::Plain => "generator",
            CodeKind::Coroutine => "coroutine",
            CodeKind::AsyncGenerator => "async generator",
        };
        let text = if self.is_raised(&self.exceptions.StopIteration) {
            format!("{what} raised StopIteration")
        } else if kind == CodeKind::AsyncGenerator
            && self.is_raised(&self.exceptions.StopAsyncIteration)
        {
            format!("{what} raised StopAsyncIteration")
        } else {
            return;
        };
        let cause = self.take_raised();
        let error =
            Ref::<ExceptionObj>::of_class(&self.exceptions.RuntimeError, vec![self.text(&text)]);
        *error.cause.borrow_mut() = Some(cause.clone());
        *error.context.borrow_mut() = Some(cause);
        error.suppress_context.set(true);
        let _ = self.raise_again(error);
    }

    /// The exception that the coroutine was handling is handled again; returns the outer one.
    #[inline]
    fn swap_handled_in(&self, co: &Ref<CoroutineObj>, by_throw: bool) -> Option<Ref<ExceptionObj>> {
        let outer = self.handled_exception();
        if let Some(extra) = co.extra.write().as_deref_mut() {
            let is_own = extra.is_own();
            if let Some(kept) = extra.handled.take() {
                if is_own || !by_throw {
                    drop(self.handled.replace(Some(kept)));
                }
            }
        }
        outer
    }

    #[inline]
    pub(super) fn swap_handled_out(
        &self,
        co: &Ref<CoroutineObj>,
        outer: Option<Ref<ExceptionObj>>,
        suspended: bool,
    ) {
        if outer.is_none() && self.handled.read().is_none() {
            let extra = co.extra.read();
            if extra.as_deref().is_none_or(|e| e.inherited.is_none()) {
                return;
            }
        }
        let now = self.handled.replace(outer.clone());
        if suspended {
            self.keep_handled(co, outer, now);
        }
    }

    /// Keeps what a frame that suspends was handling.
    #[cold]
    fn keep_handled(
        &self,
        co: &Ref<CoroutineObj>,
        outer: Option<Ref<ExceptionObj>>,
        now: Option<Ref<ExceptionObj>>,
    ) {
        let is_yield = match co.kind {
            CodeKind::Generator => true,
            CodeKind::AsyncGenerator => self.suspension.async_yield.get(),
            _ => false,
        };
        let handling = self.suspension.handling.take();
        let mut extra = co.extra.write();
        let extra = extra.get_or_insert_default();
        if is_yield {
            // It goes on in whatever its consumer handles then.
            let inherited = extra.inherited.take();
            let is_own = handling || !is_same(&now, &outer) && !is_same(&now, &inherited);
            extra.handled = now.filter(|_| is_own);
            return;
        }
        // A coroutine goes on without the frames that await it: what those handle is handled for
        // it, too. They wait as long as it does, so it stays the same.
        let base = self.suspension.base.borrow().clone();
        if !is_same(&outer, &base) {
            extra.inherited = outer;
        }
        extra.handled = if is_same(&now, &base) {
            extra.inherited.clone()
        } else {
            now
        };
    }

    /// Steps a coroutine written in Rust until it ends or suspends.
    fn run_native(&self, co: &Ref<CoroutineObj>, started: bool) -> Flow {
        let taken = co.extra.write().as_mut().and_then(|e| e.native.take());
        let Some(mut native) = taken else {
            return self.system_error("a coroutine without a body").into();
        };
        let flow = self.step_native(co, &mut *native, started);
        if let Some(extra) = co.extra.write().as_mut() {
            extra.native = Some(native);
        }
        flow
    }

    fn step_native(
        &self,
        co: &Ref<CoroutineObj>,
        native: &mut dyn NativeCoroutine,
        started: bool,
    ) -> Flow {
        let (frame, slot) = (co.frame(), Slot::new(0));
        let mut outcome = if !started {
            Ok(Value::None)
        } else {
            match self.continue_await(frame, slot) {
                Flow::Suspended => return Flow::Suspended,
                Flow::Return(v) => Ok(v),
                _ => Err(Raised),
            }
        };
        loop {
            let flow = match native.step(self, outcome) {
                Err(Raised) => return Flow::Raised,
                Ok(Step::Return(v)) => return Flow::Return(v),
                Ok(Step::Yield) => return self.yield_bare(frame, slot),
                Ok(Step::Await(awaitable)) => self.begin_await(frame, slot, awaitable),
            };
            outcome = match flow {
                Flow::Suspended => return Flow::Suspended,
                Flow::Return(v) => Ok(v),
                _ => Err(Raised),
            };
        }
    }

    /// The next value of a generator; `None` at its end.
    #[inline]
    pub fn generator_next(&self, co: &Ref<CoroutineObj>) -> R<Option<Value>> {
        drop(self.passed.replace(Value::None));
        match self.drive(co, false) {
            Flow::Suspended => Ok(Some(self.passed.replace(Value::None))),
            Flow::Raised => Err(Raised),
            _ => Ok(None),
        }
    }

    /// What follows from how the frame of `root` ended, which ran alone.
    #[inline]
    fn after_alone(&self, root: &Ref<CoroutineObj>, flow: Flow) -> Flow {
        if !matches!(flow, Flow::Suspended) {
            return self.settle(root, flow);
        }
        if self.suspension.inner_is_linked() {
            // It suspended inside something that it awaits.
            let flow = self.settle(root, flow);
            self.keep_leaf(root);
            return flow;
        }
        root.state.set(State::Suspended);
        Flow::Suspended
    }

    /// Runs the frame of a script's coroutine that handles no exception, where none is handled
    /// around it. What its end means is left to the caller. `None` for the others, and for
    /// what is not ready to run.
    #[inline(always)]
    pub(super) fn run_alone(&self, co: &Ref<CoroutineObj>) -> Option<Flow> {
        let started = match co.state.get() {
            State::Created => false,
            State::Suspended => true,
            _ => return None,
        };
        if co.extra.read().is_some() || self.handled.read().is_some() || self.too_deep() {
            return None;
        }
        let frame = co.frame();
        if !started {
            co.begin();
        }
        co.state.set(State::Running);
        self.depth.set(self.depth.get() + 1);
        self.enter(frame);
        let body = &frame.function().code.body;
        let flow = if started {
            body.resume(self, frame)
        } else {
            body.exec(self, frame)
        };
        self.leave(frame);
        self.depth.set(self.depth.get() - 1);
        if self.handled.read().is_some() {
            let suspended = matches!(flow, Flow::Suspended);
            self.swap_handled_out(co, None, suspended);
        }
        Some(flow)
    }

    /// The chain of `root` has suspended: it remembers where.
    fn keep_leaf(&self, root: &Ref<CoroutineObj>) {
        let leaf = self.suspension.leaf.take();
        drop(self.suspension.inner.take());
        let leaf = leaf.filter(|l| !l.is(root));
        drop(root.leaf.replace(leaf));
    }

    /// `send` of generators and coroutines: the value yielded, or `StopIteration`.
    pub fn coroutine_send(&self, co: &Ref<CoroutineObj>, value: Value) -> R {
        if co.state() == State::Created && !value.is_missing() {
            return Err(self.type_error(format!(
                "can't send non-None value to a just-started {}",
                co.kind_name()
            )));
        }
        drop(self.passed.replace(value));
        let flow = self.drive(co, false);
        self.yielded(flow)
    }

    /// `throw` of generators and coroutines.
    pub fn coroutine_throw(&self, co: &Ref<CoroutineObj>, exception: Ref<ExceptionObj>) -> R {
        if co.state() == State::Done && co.kind == CodeKind::Coroutine {
            return Err(self.runtime_error("cannot reuse already awaited coroutine"));
        }
        let _ = self.raise_again(exception);
        let flow = self.drive(co, true);
        self.yielded(flow)
    }

    fn yielded(&self, flow: Flow) -> R {
        match flow {
            Flow::Suspended => Ok(self.passed.replace(Value::None)),
            Flow::Raised => Err(Raised),
            Flow::Return(v) => Err(self.stop_iteration(v)),
            _ => Err(self.stop_iteration(Value::None)),
        }
    }

    /// `close` of generators and coroutines. Returns what the frame returned, if it did.
    pub fn coroutine_close(&self, co: &Ref<CoroutineObj>) -> R {
        match co.state() {
            State::Done => return Ok(Value::None),
            State::Created => {
                co.finish();
                return Ok(Value::None);
            }
            _ => {}
        }
        let _ = self.raise_args(&self.exceptions.GeneratorExit, vec![]);
        match self.drive(co, true) {
            Flow::Suspended => {
                let text = format!("{} ignored GeneratorExit", co.kind_name());
                Err(self.runtime_error(text))
            }
            Flow::Raised => {
                let exceptions = &self.exceptions;
                if self.catch(&exceptions.GeneratorExit).is_some()
                    || self.catch(&exceptions.StopIteration).is_some()
                {
                    Ok(Value::None)
                } else {
                    Err(Raised)
                }
            }
            Flow::Return(v) => Ok(v),
            _ => Ok(Value::None),
        }
    }
}

pub(super) fn is_same(a: &Option<Ref<ExceptionObj>>, b: &Option<Ref<ExceptionObj>>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.is(b),
        _ => false,
    }
}
