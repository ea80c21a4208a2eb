//! The trail: who did what where a moment ago, for errors that come of doing it twice.
//!
//! It is a ring of fixed size. Objects are known by their addresses, which may be used again; but
//! the newest entry of a kind for an object that is alive is about that object: an older one of
//! another object leaves the ring before it.

use std::cell::{Cell, RefCell};

use super::task::usual_name;
use super::waits::Holder;
use crate::object::Obj;
use crate::value::Value;
use crate::vm::Vm;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// A coroutine was awaited.
    Awaited,
    /// A coroutine became a task.
    Started,
    /// A future got its result or exception.
    Settled,
    /// A task or future was asked to cancel.
    Cancelled,
    /// A lock was released.
    Released,
}

/// So many deeds are remembered.
const LENGTH: usize = 256;

/// Something that was done.
#[derive(Clone)]
pub struct Entry {
    deed: Deed,
    /// The address or number of what it was done to.
    to: u64,
    by: Holder,
    /// The name that the task was given, which may be gone when somebody asks.
    name: Option<Value>,
}

impl Entry {
    /// "at x.aio:3 by task 'worker'"; nothing if it is not known where.
    pub fn in_words(&self) -> Option<String> {
        let place = self.by.place.text()?;
        let given = self.name.as_ref().and_then(Value::as_str);
        let name = given.map(str::to_owned);
        Some(match name.or_else(|| usual_name(self.by.task)) {
            Some(name) => format!("at {place} by task '{name}'"),
            None => format!("at {place}"),
        })
    }
}

/// The last deeds.
#[derive(Default)]
pub struct Trail {
    deeds: RefCell<Vec<Entry>>,
    next: Cell<usize>,
}

impl Trail {
    #[inline(always)]
    fn add(&self, entry: Entry) {
        let mut deeds = self.deeds.borrow_mut();
        let next = self.next.get();
        let mut old = None;
        if deeds.len() < LENGTH {
            deeds.push(entry);
        } else if let Some(at) = deeds.get_mut(next) {
            old = Some(std::mem::replace(at, entry));
        }
        self.next.set((next + 1) % LENGTH);
        drop(deeds);
        drop(old);
    }

    /// The last time that this was done to that.
    pub fn last(&self, deed: Deed, to: u64) -> Option<Entry> {
        self.find(|entry| entry.deed == deed && entry.to == to)
    }

    /// The last time that this was done to anything.
    pub fn last_of_all(&self, deed: Deed) -> Option<Entry> {
        self.find(|entry| entry.deed == deed)
    }

    fn find(&self, wanted: impl Fn(&Entry) -> bool) -> Option<Entry> {
        let deeds = self.deeds.borrow();
        let (newer, older) = deeds.split_at(self.next.get().min(deeds.len()));
        let mut newest_first = newer.iter().rev().chain(older.iter().rev());
        newest_first.find(|entry| wanted(entry)).cloned()
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
            let place = self.here();
            let (task, name) = self.loops.with_current_task(|task| match task {
                Some(task) => (task.order(), task.given_name()),
                None => (0, None),
            });
            let by = Holder { task, place };
            self.loops.trail.add(Entry { deed, to, by, name });
        }
    }

    /// Adds to the exception that is being raised where this was done before: "it was set first".
    #[cold]
    pub fn explain_deed(&self, what: &str, deed: Deed, to: &Obj) {
        let found = self.loops.trail.last(deed, to.address() as u64);
        if let Some(words) = found.and_then(|entry| entry.in_words()) {
            self.add_note(format!("{what} {words}"));
        }
    }

    /// Adds to the exception that is being raised where the coroutine was awaited first.
    #[cold]
    pub(crate) fn explain_awaited(&self, co: &Obj) {
        let address = co.address() as u64;
        let awaited = self.loops.trail.last(Deed::Awaited, address);
        let started = self.loops.trail.last(Deed::Started, address);
        // If it was awaited here only, its task is what ran it.
        let here = self.here();
        let elsewhere = awaited.as_ref().is_some_and(|a| a.by.place != here);
        let (what, entry) = match started {
            Some(started) if !elsewhere => ("it became a task", Some(started)),
            _ => ("it was awaited first", awaited),
        };
        if let Some(words) = entry.and_then(|entry| entry.in_words()) {
            self.add_note(format!("{what} {words}"));
        }
    }

    fn add_note(&self, note: String) {
        let e = self.take_raised();
        e.tell(|story| story.notes.push(note));
        let _ = self.raise_again(e);
    }
}
