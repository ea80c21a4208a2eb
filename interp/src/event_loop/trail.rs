//! The trail: who did what where a moment ago, for errors that come of doing it twice.
//!
//! It is a ring of fixed size. Objects are known by their addresses, which may be used again; but
//! the newest entry of a kind for an object that is alive is about that object: an older one of
//! another object leaves the ring before it.

use std::cell::{Cell, RefCell};

use super::waits::Holder;
use crate::object::Obj;
use crate::vm::Vm;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// A coroutine was awaited, or became a task.
    Awaited,
    /// A future got its result or exception.
    Settled,
    /// A task or future was asked to cancel.
    Cancelled,
    /// A lock was released.
    Released,
}

/// So many deeds are remembered.
const LENGTH: usize = 256;

/// The last deeds.
#[derive(Default)]
pub struct Trail {
    deeds: RefCell<Vec<(Deed, u64, Holder)>>,
    next: Cell<usize>,
}

impl Trail {
    fn add(&self, entry: (Deed, u64, Holder)) {
        let mut deeds = self.deeds.borrow_mut();
        let next = self.next.get();
        if deeds.len() < LENGTH {
            deeds.push(entry);
        } else if let Some(old) = deeds.get_mut(next) {
            *old = entry;
        }
        self.next.set((next + 1) % LENGTH);
    }

    /// Who did this last, to whom it was done.
    pub fn last(&self, deed: Deed, to: u64) -> Option<Holder> {
        let deeds = self.deeds.borrow();
        let (newer, older) = deeds.split_at(self.next.get().min(deeds.len()));
        let mut newest_first = newer.iter().rev().chain(older.iter().rev());
        newest_first
            .find(|(d, about, _)| *d == deed && *about == to)
            .map(|(_, _, by)| *by)
    }
}

impl Vm {
    /// Remembers that this is done here and now, if somebody will want to know.
    #[inline]
    pub fn note_deed(&self, deed: Deed, to: &Obj) {
        self.note_deed_to(deed, to.address() as u64);
    }

    /// The same for what has a number.
    #[inline]
    pub(crate) fn note_deed_to(&self, deed: Deed, to: u64) {
        if self.loops.observer.get().is_some() {
            self.loops.trail.add((deed, to, Holder::current(self)));
        }
    }

    /// Adds to the exception that is being raised where this was done first: "first awaited".
    #[cold]
    pub fn explain_deed(&self, what: &str, deed: Deed, to: &Obj) {
        let Some(by) = self.loops.trail.last(deed, to.address() as u64) else {
            return;
        };
        let Some(words) = by.in_words(self) else {
            return;
        };
        let e = self.take_raised();
        e.tell(|story| story.notes.push(format!("{what} {words}")));
        let _ = self.raise_again(e);
    }
}

impl Holder {
    /// "at x.aio:3 by 'worker'"; nothing if it is not known where.
    pub fn in_words(&self, vm: &Vm) -> Option<String> {
        let place = self.place.text()?;
        Some(match self.name(vm) {
            Some(name) => format!("at {place} by task '{name}'"),
            None => format!("at {place}"),
        })
    }

    /// The name of the task, if it is known.
    pub fn name(&self, vm: &Vm) -> Option<String> {
        if self.task == 0 {
            return None;
        }
        let event_loop = vm.loops.running().or_else(|| vm.loops.current());
        let tasks = event_loop.map_or(vec![], |l| l.tasks());
        if let Some(task) = tasks.iter().find(|task| task.order() == self.task) {
            return task.name(vm).as_str().map(str::to_owned);
        }
        super::task::usual_name(self.task)
    }
}
