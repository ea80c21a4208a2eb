//! What runs when a future is done: the one task that waits for it, or a list of callbacks.
//!
//! Every future pays for the word that holds them, so a list is an object. It stays one when the
//! future is done: its callbacks have entries of their own in the ready queue, which name the list
//! and a position in it, and so are as small as those of tasks.

use super::handle::Ready;
use super::task::TaskObj;
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// A done callback of the library.
pub struct NativeCallback {
    /// What `repr` of the future calls it.
    pub name: &'static str,
    /// Gets its owner and the future.
    pub call: fn(&Vm, &Obj, &Value) -> R<()>,
}

/// What runs when a future is done.
#[derive(Clone)]
pub enum Callback {
    /// The task that waits for it goes on.
    Wake(Ref<TaskObj>),
    /// A callable and the context it runs in.
    Call(Value, Option<Obj>),
    /// A function of the library and whom it serves.
    Native(&'static NativeCallback, Obj),
}

impl Callback {
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        match self {
            Callback::Wake(task) => visit(task.obj()),
            Callback::Call(f, context) => {
                trace_value(f, visit);
                if let Some(c) = context {
                    visit(c);
                }
            }
            Callback::Native(_, owner) => visit(owner),
        }
    }
}

/// The callbacks of a future that has others than one waiting task.
pub struct CallbackListObj {
    /// The first one; most lists have no other.
    first: Shared<Option<Callback>>,
    /// The others, without those that have run.
    others: Shared<Vec<Option<Callback>>>,
    /// The future, once it is done.
    future: Shared<Option<Obj>>,
}

impl Object for CallbackListObj {
    const KIND: Kind = Kind::Callbacks;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.each(|callback| callback.trace(visit));
        if let Some(future) = &*self.future.read() {
            visit(future);
        }
    }
    fn clear(&self) {
        drop(self.first.take());
        drop(self.others.take());
        drop(self.future.take());
    }
}

impl CallbackListObj {
    /// Calls `visit` with those that have not run, in order.
    fn each(&self, mut visit: impl FnMut(&Callback)) {
        self.first.read().iter().for_each(&mut visit);
        self.others.read().iter().flatten().for_each(&mut visit);
    }

    /// How many there were.
    fn len(&self) -> usize {
        1 + self.others.read().len()
    }

    fn push(&self, callback: Callback) {
        self.others.write().push(Some(callback));
    }
}

impl Ref<CallbackListObj> {
    fn of(first: Callback) -> Ref<CallbackListObj> {
        Ref::new(CallbackListObj {
            first: Shared::new(Some(first)),
            others: Shared::new(Vec::new()),
            future: Shared::new(None),
        })
    }

    /// The callback at a position, which is to run now, and the future.
    pub(super) fn take_due(&self, at: u32) -> Option<(Callback, Obj)> {
        let callback = match at {
            0 => self.first.take()?,
            _ => self.others.write().get_mut(at as usize - 1)?.take()?,
        };
        Some((callback, self.future.get()?))
    }
}

/// The word in a future: nothing, the one task that waits, or a list.
#[derive(Default)]
pub(super) struct Callbacks(Shared<Option<Obj>>);

impl Callbacks {
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(held) = &*self.0.read() {
            visit(held);
        }
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        drop(self.0.take());
    }

    /// True if there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.read().is_none()
    }

    /// Adds one behind the others.
    pub(super) fn add(&self, callback: Callback) {
        let held = self.0.take();
        let now = match (held, callback) {
            (None, Callback::Wake(task)) => task.into_obj(),
            (None, callback) => Ref::of(callback).into_obj(),
            (Some(held), callback) => match held.into_ref::<TaskObj>() {
                Ok(task) => {
                    let list = Ref::of(Callback::Wake(task));
                    list.push(callback);
                    list.into_obj()
                }
                Err(held) => {
                    if let Some(list) = held.downcast::<CallbackListObj>() {
                        list.push(callback);
                    }
                    held
                }
            },
        };
        drop(self.0.replace(Some(now)));
    }

    /// All, in order.
    pub(super) fn all(&self) -> Vec<Callback> {
        let Some(held) = self.0.get() else {
            return vec![];
        };
        match held.into_ref::<TaskObj>() {
            Ok(task) => vec![Callback::Wake(task)],
            Err(held) => match held.downcast::<CallbackListObj>() {
                Some(list) => {
                    let mut all = Vec::with_capacity(list.len());
                    list.each(|callback| all.push(callback.clone()));
                    all
                }
                None => vec![],
            },
        }
    }

    /// Puts these in place of the others.
    pub(super) fn replace(&self, callbacks: Vec<Callback>) {
        let mut callbacks = callbacks.into_iter();
        let now = callbacks.next().map(|first| {
            let list = Ref::of(first);
            callbacks.for_each(|callback| list.push(callback));
            list.into_obj()
        });
        drop(self.0.replace(now));
    }

    /// The future is done: gives every callback to `push` as an entry of its own. `value` is the
    /// future as scripts know it.
    #[inline(always)]
    pub(super) fn schedule(
        &self,
        value: impl FnOnce() -> Obj,
        mut push: impl FnMut(Ready) -> R<()>,
    ) -> R<()> {
        let Some(held) = self.0.take() else {
            return Ok(());
        };
        let held = match held.into_ref::<TaskObj>() {
            Ok(task) => return push(Ready::Wakeup(task)),
            Err(held) => held,
        };
        let Some(list) = held.downcast::<CallbackListObj>() else {
            return Ok(());
        };
        drop(list.future.replace(Some(value())));
        let count = list.len();
        for at in 0..count {
            push(Ready::Listed(list.clone(), at as u32))?;
        }
        Ok(())
    }
}
