//! Suspendable frames: generators, coroutines, async generators, and coroutines written in Rust.
//!
//! A suspended frame lives in a `CoroutineObj`, its slots inline. While it awaits (or yields
//! from) another coroutine, that one is in its `delegate` slot and knows it as its `awaiter`.
//! Only the outermost coroutine of such a chain, the *root*, is driven (by a task, a `for` loop,
//! `send`): it remembers the innermost, the *leaf*, which is resumed directly; `drive` then walks
//! outwards, a frame at a time, as frames complete. So waking costs the same at any depth.
//!
//! Started coroutines run nested on the native stack and suspend by unwinding it: each level
//! links the one inside to itself as it learns what it is (`Suspension::inner`).
//!
//! Moving slots in and out of the stack goes through `StackFrame`; no `unsafe` is needed here.

pub mod async_gen;
mod awaiting;
mod driver;
mod finalize;
pub mod native;
mod suspension;

use std::cell::Cell;
use std::rc::Rc;

use aio_lexer::Span;

pub use awaiting::Awaited;

use crate::code::{CodeKind, Source};
use crate::object::{Kind, Obj, Object, Ref, trace_value, trace_values};
use crate::objects::class::ClassObj;
use crate::objects::exception::ExceptionObj;
use crate::objects::function::{FunctionObj, NativeObj};
use crate::objects::str::StrObj;
use crate::place::Place;
use crate::shared::Shared;
use crate::stack::{Frame, FrameHeader, Slot, StackFrame};
use crate::value::Value;
use crate::vm::Vm;
use native::NativeCoroutine;
pub use suspension::Suspension;

/// What a coroutine is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Made, not started.
    Created,
    /// Its own frame is running (on the native stack).
    Running,
    /// Suspended, itself or something it waits for.
    Suspended,
    /// Ended.
    Done,
}

/// A generator, coroutine or async generator.
#[repr(C)]
pub struct CoroutineObj {
    /// Which of them.
    pub kind: CodeKind,
    state: Cell<State>,
    /// The root that is being driven: guards against driving it again from inside.
    driven: Cell<bool>,
    /// An async generator whose `anext` is under way or that was closed.
    pub(crate) agen: Cell<AgenState>,
    /// What awaits this one (a count is not held: the awaiter holds one on us).
    awaiter: Cell<Option<WeakCoroutine>>,
    /// Of a root: the innermost suspended coroutine, if that is another one.
    leaf: Shared<Option<Ref<CoroutineObj>>>,
    /// What few coroutines have.
    extra: Shared<Option<Box<Extra>>>,
    /// The frame. Its slots are the tail, directly behind.
    header: FrameHeader,
}

/// A pointer to an awaiter, which is alive as long as it awaits.
type WeakCoroutine = std::ptr::NonNull<crate::object::Header>;

/// What an async generator is doing, besides its frame's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AgenState {
    /// An `anext`, `asend`, `athrow` or `aclose` is under way.
    pub running: bool,
    /// It was closed.
    pub closed: bool,
    /// The loop was told of it (`sys.set_asyncgen_hooks`).
    pub announced: bool,
}

/// What a coroutine written in Rust is called after.
#[derive(Clone, Default)]
pub enum Origin {
    /// Nothing: it is a script function's.
    #[default]
    Script,
    /// A name.
    Name(&'static str),
    /// The function whose call it is.
    Function(Ref<NativeObj>),
}

impl From<&'static str> for Origin {
    fn from(name: &'static str) -> Origin {
        Origin::Name(name)
    }
}

impl From<&Ref<NativeObj>> for Origin {
    fn from(function: &Ref<NativeObj>) -> Origin {
        Origin::Function(function.clone())
    }
}

impl Origin {
    fn name(&self) -> Option<Value> {
        let name = match self {
            Origin::Script => return None,
            Origin::Name(name) => name.rsplit('.').next().unwrap_or(name),
            Origin::Function(f) => f.row.name(),
        };
        Some(Ref::<StrObj>::from_text(name).into())
    }

    fn qualname(&self) -> Option<Value> {
        match self {
            Origin::Name(name) => Some(Ref::<StrObj>::from_text(name).into()),
            Origin::Function(f) => {
                let Some(class) = &f.class else {
                    return self.name();
                };
                let class = class.name_text();
                let pieces = [&class, ".", f.row.name()];
                Some(Ref::<StrObj>::from_pieces(&pieces).into())
            }
            Origin::Script => None,
        }
    }
}

#[derive(Default)]
struct Extra {
    name: Option<Value>,
    qualname: Option<Value>,
    origin: Origin,
    /// The body, of a coroutine written in Rust.
    native: Option<Box<dyn NativeCoroutine>>,
    /// The exception it was handling when it suspended, or else one that its awaiters handle.
    handled: Option<Ref<ExceptionObj>>,
    /// The exception that its awaiters handle.
    inherited: Option<Ref<ExceptionObj>>,
    /// Marked by `types.coroutine`: a generator that can be awaited.
    awaitable: bool,
}

impl Extra {
    /// What it was handling is its own, not its awaiters'.
    fn is_own(&self) -> bool {
        match (&self.handled, &self.inherited) {
            (Some(own), Some(inherited)) => !own.is(inherited),
            (own, _) => own.is_some(),
        }
    }

    /// The exception that it was handling itself.
    fn own_handled(&self) -> Option<Ref<ExceptionObj>> {
        self.handled.clone().filter(|_| self.is_own())
    }
}

impl Object for CoroutineObj {
    const KIND: Kind = Kind::Coroutine;
    const TRACKED: bool = true;
    type Tail = Value;
    fn tail_len(&self) -> usize {
        self.header.slots()
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(function) = self.header.function() {
            visit(function.obj());
        }
        if let Some(leaf) = &*self.leaf.read() {
            visit(leaf.obj());
        }
        if let Some(extra) = &*self.extra.read() {
            for v in [&extra.name, &extra.qualname].into_iter().flatten() {
                trace_value(v, visit);
            }
            if let Origin::Function(f) = &extra.origin {
                visit(f.obj());
            }
            if let Some(native) = &extra.native {
                native.trace(visit);
            }
            for e in [&extra.handled, &extra.inherited].into_iter().flatten() {
                visit(e.obj());
            }
        }
    }
    fn trace_tail(tail: &[Value], visit: &mut dyn FnMut(&Obj)) {
        trace_values(tail, visit);
    }
    fn clear(&self) {
        let this = crate::object::body_as_ref(self);
        this.finish();
    }
}

impl Drop for CoroutineObj {
    fn drop(&mut self) {
        if self.agen.get().announced {
            crate::vm::Vm::with_current(|vm| crate::event_loop::async_gens::forget(vm, self));
        }
        self.header.drop_function();
    }
}

impl Ref<CoroutineObj> {
    #[inline(always)]
    fn build(kind: CodeKind, header: FrameHeader, mut init: impl FnMut(usize) -> Value) -> Self {
        let slots = header.slots();
        let body = CoroutineObj {
            kind,
            state: Cell::new(State::Created),
            driven: Cell::new(false),
            agen: Cell::default(),
            awaiter: Cell::new(None),
            leaf: Shared::new(None),
            extra: Shared::new(None),
            header,
        };
        Ref::with_tail(body, slots, &mut init)
    }

    /// The frame.
    #[inline(always)]
    pub fn frame(&self) -> Frame {
        Frame::of_header(&self.header)
    }

    /// What it is doing.
    #[inline(always)]
    pub fn state(&self) -> State {
        self.state.get()
    }

    /// The function whose frame it is; `None` for one written in Rust.
    pub fn function(&self) -> Option<Ref<FunctionObj>> {
        self.header.function()
    }

    /// What it waits for at the moment: the value in its delegate slot.
    pub fn delegate(&self) -> Option<Value> {
        if self.state.get() != State::Suspended {
            return None;
        }
        let slot = match self.function() {
            Some(f) => f.code.delegate?,
            None => Slot::new(0),
        };
        self.frame().get(slot).bound().cloned()
    }

    /// The coroutine that awaits this one.
    pub fn awaiter(&self) -> Option<Ref<CoroutineObj>> {
        let awaiter = self.awaiter.get();
        awaiter.map(crate::coroutine::live)
    }

    /// The innermost suspended coroutine of the chain that this is the root of.
    pub fn leaf(&self) -> Ref<CoroutineObj> {
        self.leaf.get().unwrap_or_else(|| self.clone())
    }

    /// Leaves the innermost coroutine of the chain as it is: the one that awaits it goes on without
    /// it. False if that is the root itself.
    pub(crate) fn abandon_leaf(&self) -> bool {
        let Some(leaf) = self.leaf.take() else {
            return false;
        };
        let awaiter = leaf.awaiter.take().map(live);
        *self.leaf.write() = awaiter.filter(|awaiter| !awaiter.is(self));
        true
    }

    /// The innermost coroutine of a script that it awaits, or itself: where it is, to people.
    pub fn innermost_of_script(&self) -> Option<Ref<CoroutineObj>> {
        let (mut at, mut found) = (self.clone(), None);
        loop {
            if at.function().is_some() {
                found = Some(at.clone());
            }
            match at.delegate().and_then(|d| awaited_coroutine(&d)) {
                Some(next) => at = next,
                None => return found,
            }
        }
    }

    /// True while it runs, or what it awaits.
    pub fn is_running(&self) -> bool {
        self.driven.get() || self.state.get() == State::Running
    }

    /// Where it is: suspended, running, or, before it begins, at its definition.
    pub fn span(&self) -> Span {
        match self.state.get() {
            State::Created => self.function().map(|f| f.code.span).unwrap_or_default(),
            _ => self.frame().span(),
        }
    }

    /// The call that made it, as long as it has not begun.
    pub fn made_at(&self) -> Option<(Rc<Source>, Span)> {
        if self.state.get() != State::Created {
            return None;
        }
        let number = u16::try_from(self.frame().pc()).ok()?;
        let (source, _) = Place::from_parts(number, 0).find()?;
        Some((source, self.frame().span()))
    }

    /// Notes the call that makes it, in fields of the frame that are free until it begins.
    #[inline]
    fn note_call(&self, vm: &Vm) {
        if let Some(caller) = vm.frame() {
            let frame = self.frame();
            frame.set_span(caller.span());
            let source = Place::new(&caller.function().code.source, 0);
            frame.set_pc(u32::from(source.parts().0));
        }
    }

    /// Takes back what `note_call` noted: the frame begins.
    #[inline]
    pub(super) fn begin(&self) {
        let frame = self.frame();
        frame.set_span(frame.function().code.span);
        frame.set_pc(0);
    }

    /// What awaits it, or what it awaits, as a chain of frames: this one first.
    pub fn chain(&self) -> Vec<Ref<CoroutineObj>> {
        let mut chain = vec![self.clone()];
        while let Some(next) = chain.last().and_then(|co| co.delegate()) {
            match awaited_coroutine(&next) {
                Some(co) if !chain.iter().any(|seen| seen.is(&co)) => chain.push(co),
                _ => break,
            }
        }
        chain
    }

    /// What a coroutine written in Rust waits for, if it is for more than a future: the object
    /// whose `HostData` tells of it.
    pub fn waits_at(&self) -> Option<Obj> {
        self.extra.read().as_ref()?.native.as_ref()?.waits_at()
    }

    /// Ends it: the slots are emptied.
    pub(crate) fn finish(&self) {
        if let Some(awaited) = self.delegate().and_then(|d| awaited_coroutine(&d)) {
            awaited.awaiter.set(None);
        }
        self.state.set(State::Done);
        let extra = self.extra.take();
        self.frame().clear_slots(self.header.slots());
        drop(self.leaf.take());
        if let Some(mut extra) = extra {
            let handled = (extra.handled.take(), extra.inherited.take());
            let gone = (extra.native.take(), handled);
            // Names stay.
            drop(self.extra.replace(Some(extra)));
            drop(gone);
        }
    }

    /// `__name__`.
    pub fn name(&self) -> Value {
        if let Some(extra) = self.extra.read().as_deref()
            && let Some(name) = extra.name.clone().or_else(|| extra.origin.name())
        {
            return name;
        }
        self.function().map_or(Value::None, |f| f.name())
    }

    /// `__qualname__`.
    pub fn qualname(&self) -> Value {
        if let Some(extra) = self.extra.read().as_deref()
            && let Some(name) = extra.qualname.clone().or_else(|| extra.origin.qualname())
        {
            return name;
        }
        self.function().map_or(Value::None, |f| f.qualname())
    }

    /// Sets `__name__`, `__qualname__`.
    pub fn set_names(&self, name: Option<Value>, qualname: Option<Value>) {
        let mut extra = self.extra.write();
        let extra = extra.get_or_insert_default();
        if name.is_some() {
            extra.name = name;
        }
        if qualname.is_some() {
            extra.qualname = qualname;
        }
    }

    /// A generator that `types.coroutine` made awaitable.
    pub fn is_awaitable_generator(&self) -> bool {
        self.extra.read().as_ref().is_some_and(|e| e.awaitable)
            || (self.kind == CodeKind::Generator
                && self.function().is_some_and(|f| f.makes_awaitables.get()))
    }

    /// Marks a generator as awaitable.
    pub fn mark_awaitable(&self) {
        self.extra.write().get_or_insert_default().awaitable = true;
    }

    /// True if a coroutine written in Rust.
    pub fn is_native(&self) -> bool {
        self.header.slots() > 0 && self.header.function().is_none()
    }
}

impl CoroutineObj {
    /// Makes the object of a call whose arguments are in a stack frame, where the running frame
    /// is the caller's.
    #[inline]
    pub(crate) fn called(vm: &Vm, stack: &StackFrame<'_>) -> Ref<CoroutineObj> {
        let co = CoroutineObj::from_stack(stack);
        co.note_call(vm);
        co
    }

    /// Makes the object of a frame: the slots move.
    #[inline(always)]
    pub(crate) fn from_stack(stack: &StackFrame<'_>) -> Ref<CoroutineObj> {
        let f = stack.frame().function().clone();
        let (kind, slots) = (f.code.kind, f.code.slots);
        Ref::build(kind, FrameHeader::new(f, slots), stack.take_slots())
    }

    /// Makes the object of a frame that ran on the stack and suspended.
    ///
    /// `outer` is the exception that was being handled when the frame began.
    pub(crate) fn suspend_from_stack(
        vm: &Vm,
        stack: &StackFrame<'_>,
        outer: Option<Ref<ExceptionObj>>,
    ) -> Ref<CoroutineObj> {
        let (pc, span) = (stack.frame().pc(), stack.frame().span());
        let co = CoroutineObj::from_stack(stack);
        co.frame().set_pc(pc);
        co.frame().set_span(span);
        co.state.set(State::Suspended);
        vm.suspension.link(&co);
        vm.swap_handled_out(&co, outer, true);
        co
    }

    /// A coroutine written in Rust.
    pub fn from_native(
        origin: impl Into<Origin>,
        vm: &Vm,
        native: Box<dyn NativeCoroutine>,
    ) -> Ref<CoroutineObj> {
        let co = Ref::build(CodeKind::Coroutine, FrameHeader::native(), |_| {
            Value::Unbound
        });
        let extra = Extra {
            origin: origin.into(),
            native: Some(native),
            ..Extra::default()
        };
        co.extra.replace(Some(Box::new(extra)));
        co.note_call(vm);
        co
    }

    /// `generator`, `coroutine` or `async_generator`.
    pub fn class(&self, vm: &Vm) -> Ref<ClassObj> {
        match self.kind {
            CodeKind::Generator | CodeKind::Plain => vm.classes.generator.clone(),
            CodeKind::Coroutine => vm.classes.coroutine.clone(),
            CodeKind::AsyncGenerator => vm.classes.async_generator.clone(),
        }
    }

    /// What messages call it.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            CodeKind::Generator | CodeKind::Plain => "generator",
            CodeKind::Coroutine => "coroutine",
            CodeKind::AsyncGenerator => "async generator",
        }
    }
}

/// The coroutine behind what a delegate slot holds.
fn awaited_coroutine(delegate: &Value) -> Option<Ref<CoroutineObj>> {
    if let Some(step) = delegate.downcast::<async_gen::AsyncGenStepObj>() {
        return Some(step.generator.clone());
    }
    delegate.downcast::<CoroutineObj>().cloned()
}

/// A count on an awaiter, which is alive while it awaits.
fn live(ptr: WeakCoroutine) -> Ref<CoroutineObj> {
    crate::object::retain_awaiter(ptr)
}
