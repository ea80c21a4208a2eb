//! The timer heap: what is due when.
//!
//! Entries are ordered by time, then by the order in which they were added. A cancelled entry
//! stays and is dropped when it surfaces, since most timeouts are cancelled long before they are
//! due and removing them would need a search; when most entries are dead the heap is rebuilt.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::future::PlainFutureObj;
use super::handle::{HandleObj, Ready};
use crate::object::{Obj, Ref};

/// Up to this many entries are never worth a rebuild.
const FEW: usize = 100;

/// The heap.
#[derive(Default)]
pub struct Timers {
    heap: BinaryHeap<Entry>,
    /// The number of the next entry.
    sequence: u64,
    /// How many entries are known to be dead.
    dead: usize,
}

struct Entry {
    when: f64,
    sequence: u64,
    /// A sleeping future, or a handle.
    what: Obj,
}

impl Entry {
    fn is_dead(&self) -> bool {
        if let Some(future) = self.what.downcast::<PlainFutureObj>() {
            return !future.is_sleeper();
        }
        self.what
            .downcast::<HandleObj>()
            .is_some_and(|h| h.is_cancelled())
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// The earliest is the greatest: `BinaryHeap` gives the greatest first.
    fn cmp(&self, other: &Entry) -> Ordering {
        other
            .when
            .total_cmp(&self.when)
            .then(other.sequence.cmp(&self.sequence))
    }
}

impl Timers {
    /// Adds a sleeping future or a handle.
    pub(crate) fn add(&mut self, when: f64, what: Obj) {
        self.sequence += 1;
        self.heap.push(Entry {
            when,
            sequence: self.sequence,
            what,
        });
    }

    /// One more entry is dead.
    pub(crate) fn note_dead(&mut self) {
        self.dead += 1;
    }

    /// True if nothing is scheduled.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// When the next entry is due.
    pub fn next_due(&self) -> Option<f64> {
        self.heap.peek().map(|e| e.when)
    }

    /// Takes out the dead entries at the top, or all of them if they are most. The caller drops
    /// them once the heap is free.
    #[must_use]
    pub(crate) fn take_dead(&mut self) -> Vec<Obj> {
        let mut gone = Vec::new();
        if self.dead == 0 {
            return gone;
        }
        if self.heap.len() > FEW && self.dead * 2 > self.heap.len() {
            let entries = std::mem::take(&mut self.heap).into_vec();
            let (dead, live) = entries.into_iter().partition::<Vec<_>, _>(Entry::is_dead);
            self.heap = live.into();
            self.dead = 0;
            return dead.into_iter().map(unscheduled).collect();
        }
        while self.heap.peek().is_some_and(Entry::is_dead) {
            self.dead = self.dead.saturating_sub(1);
            gone.extend(self.heap.pop().map(unscheduled));
        }
        gone
    }

    /// Takes out the next entry that is due before `end` (or not after `now`).
    pub(crate) fn take_due(&mut self, now: f64, end: f64) -> Option<Ready> {
        let top = self.heap.peek()?;
        if top.when >= end && top.when > now {
            return None;
        }
        let dead = top.is_dead();
        let what = unscheduled(self.heap.pop()?);
        if dead {
            // It stays an entry, as in asyncio, where a cancelled handle takes its place among
            // those of the turn and does nothing.
            self.dead = self.dead.saturating_sub(1);
        }
        match what.into_ref::<PlainFutureObj>() {
            Ok(future) => Some(Ready::Sleeper(future)),
            Err(other) => other.into_ref::<HandleObj>().ok().map(Ready::Handle),
        }
    }

    /// Takes everything out.
    #[must_use]
    pub(crate) fn take_all(&mut self) -> Vec<Obj> {
        self.dead = 0;
        std::mem::take(&mut self.heap)
            .into_iter()
            .map(unscheduled)
            .collect()
    }

    /// When this is due, which stands in the heap.
    pub(crate) fn due(&self, what: &Obj) -> Option<f64> {
        let found = self.heap.iter().find(|entry| entry.what.is(what));
        found.map(|entry| entry.when)
    }

    /// What was due before `now`, and how late it is: the latest first.
    pub(crate) fn late(&self, now: f64) -> Vec<(Obj, f64)> {
        let late = self.heap.iter().filter(|e| e.when < now && !e.is_dead());
        let mut late: Vec<_> = late.map(|e| (e.what.clone(), now - e.when)).collect();
        late.sort_by(|a, b| b.1.total_cmp(&a.1));
        late
    }

    /// The handles of `call_later` that nobody cancelled.
    pub(crate) fn live_handles(&self) -> Vec<Ref<HandleObj>> {
        let live = self.heap.iter().filter(|entry| !entry.is_dead());
        live.filter_map(|entry| entry.what.clone().into_ref::<HandleObj>().ok())
            .collect()
    }

    pub(crate) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        for entry in &self.heap {
            visit(&entry.what);
        }
    }
}

/// The object of an entry that has left the heap.
fn unscheduled(entry: Entry) -> Obj {
    if let Some(handle) = entry.what.downcast::<HandleObj>() {
        handle.scheduled.set(false);
    }
    if let Some(future) = entry.what.downcast::<PlainFutureObj>() {
        future.surfaced();
    }
    entry.what
}
