//! What passes between frames that suspend and those that drive them.

use std::cell::{Cell, RefCell};

use super::CoroutineObj;
use crate::object::Ref;
use crate::objects::exception::ExceptionObj;
use crate::value::Value;

/// What passes between frames that suspend and those that drive them.
#[derive(Default)]
pub struct Suspension {
    /// The innermost coroutine of the suspension under way.
    pub(super) leaf: RefCell<Option<Ref<CoroutineObj>>>,
    /// The outermost coroutine suspended so far, whose awaiter is not linked yet.
    pub(super) inner: RefCell<Option<Ref<CoroutineObj>>>,
    /// The frame goes on with the pending exception instead of a value.
    pub(super) throwing: Cell<bool>,
    /// The suspension is an async generator's `yield`.
    pub(super) async_yield: Cell<bool>,
    /// The exception that is handled around the chain that is driven; kept only if there is one.
    pub(super) base: RefCell<Option<Ref<ExceptionObj>>>,
    /// The frame that suspends is handling an exception of its own.
    pub(super) handling: Cell<bool>,
    /// What `throw` was given, while it goes to the innermost frame: an iterator there that is not
    /// ours is given the same.
    pub(super) thrown: RefCell<Vec<Value>>,
}

/// `Suspension` put aside while a finalizer runs.
pub(crate) struct Aside {
    pub(super) leaf: Option<Ref<CoroutineObj>>,
    pub(super) inner: Option<Ref<CoroutineObj>>,
    pub(super) throwing: bool,
    pub(super) async_yield: bool,
}

impl Suspension {
    pub(crate) fn set_aside(&self) -> Aside {
        Aside {
            leaf: self.leaf.take(),
            inner: self.inner.take(),
            throwing: self.throwing.take(),
            async_yield: self.async_yield.take(),
        }
    }

    pub(crate) fn put_back(&self, aside: Aside) {
        self.leaf.replace(aside.leaf);
        self.inner.replace(aside.inner);
        self.throwing.set(aside.throwing);
        self.async_yield.set(aside.async_yield);
    }

    /// Notes that a frame suspends inside of an `except` clause or the like.
    pub(crate) fn note_handling(&self) {
        self.handling.set(true);
    }

    /// The exception handled around a clause, as a suspended frame keeps it: `...` stands for what
    /// is handled around the chain, which may be another one when it goes on.
    pub(crate) fn keep_around(&self, around: Option<Ref<ExceptionObj>>) -> Value {
        if super::driver::is_same(&around, &self.base.borrow()) {
            return Value::Ellipsis;
        }
        around.map_or(Value::None, Value::from)
    }

    /// What `keep_around` kept.
    pub(crate) fn kept_around(&self, kept: Value) -> Option<Ref<ExceptionObj>> {
        if matches!(kept, Value::Ellipsis) {
            return self.base.borrow().clone();
        }
        kept.downcast::<ExceptionObj>().cloned()
    }

    /// Notes what `throw` was given; nothing once it is done.
    pub(crate) fn note_thrown(&self, given: Vec<Value>) {
        drop(self.thrown.replace(given));
    }

    /// Marks the suspension under way as an async generator's `yield`.
    pub(crate) fn mark_async_yield(&self) {
        self.async_yield.set(true);
    }

    /// True if a coroutine has suspended whose awaiter is not linked yet.
    #[inline(always)]
    pub(super) fn inner_is_linked(&self) -> bool {
        self.inner.borrow().is_some()
    }

    /// Links the coroutine suspended just now to `awaiter`, which suspends around it.
    #[inline]
    pub(super) fn link(&self, awaiter: &Ref<CoroutineObj>) {
        let inner = self.inner.replace(Some(awaiter.clone()));
        match inner {
            Some(inner) => {
                inner.awaiter.set(Some(awaiter.as_ptr()));
            }
            None => {
                let old = self.leaf.replace(Some(awaiter.clone()));
                drop(old);
            }
        }
    }
}
