//! `set` and `frozenset`: open addressing in CPython's own order.
//!
//! The order in which a set is iterated shows in every printed set of ints, so the table follows
//! CPython's `setobject.c`: the same initial size, probe sequence (`LINEAR_PROBES`, perturbation)
//! and growth. Hashes of strings differ from CPython's, where they are random too.

use std::cell::Cell;

use super::dict::keys_equal;
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

#[derive(Clone, Default)]
enum Slot {
    #[default]
    Free,
    /// A removed member: probing goes on past it.
    Dummy,
    Member(i64, Value),
}

/// The inside of a set.
#[derive(Clone)]
pub struct Table {
    slots: Vec<Slot>,
    /// Members and dummies.
    fill: usize,
    /// Members.
    used: usize,
    /// Where `pop` looks next.
    finger: usize,
}

impl Default for Table {
    fn default() -> Table {
        Table {
            slots: vec![Slot::Free; MIN_SIZE],
            fill: 0,
            used: 0,
            finger: 0,
        }
    }
}

/// A set or frozenset.
#[derive(Default)]
pub struct SetObj {
    table: Shared<Table>,
    /// Changes whenever a member comes or goes.
    version: Cell<u32>,
    /// True for `frozenset`.
    pub frozen: bool,
    /// The hash of a frozenset, 0 while not computed.
    pub hash: Cell<i64>,
}

impl Object for SetObj {
    const KIND: Kind = Kind::Set;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        for slot in &self.table.read().slots {
            if let Slot::Member(_, v) = slot {
                trace_value(v, visit);
            }
        }
    }
    fn clear(&self) {
        drop(self.table.take());
    }
}

enum Found {
    At(usize),
    /// Absent; a new member goes here.
    Free(usize),
    /// The member at this position has the right hash, and its `==` may run script code.
    Ask(usize),
}

impl Table {
    /// Searches from the start of the probe sequence. `not` are positions already asked and found
    /// different.
    fn find(&self, hash: i64, key: &Value, not: &[usize]) -> Found {
        let mask = self.slots.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        // The last removed slot on the way is used again.
        let mut dummy = None;
        loop {
            let probes = if i + LINEAR_PROBES <= mask {
                LINEAR_PROBES
            } else {
                0
            };
            for at in i..=i + probes {
                match &self.slots[at] {
                    Slot::Free => return Found::Free(dummy.unwrap_or(at)),
                    Slot::Dummy => dummy = Some(at),
                    Slot::Member(h, v) if *h == hash && !not.contains(&at) => {
                        match keys_equal(v, key) {
                            Some(true) => return Found::At(at),
                            Some(false) => {}
                            None => return Found::Ask(at),
                        }
                    }
                    _ => {}
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = i
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize)
                & mask;
        }
    }

    /// Puts a member that is known to be absent into a table without dummies.
    fn insert_clean(&mut self, hash: i64, value: Value) {
        let mask = self.slots.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            let probes = if i + LINEAR_PROBES <= mask {
                LINEAR_PROBES
            } else {
                0
            };
            for at in i..=i + probes {
                if matches!(self.slots[at], Slot::Free) {
                    self.slots[at] = Slot::Member(hash, value);
                    return;
                }
            }
            perturb >>= PERTURB_SHIFT;
            i = i
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize)
                & mask;
        }
    }

    fn resize(&mut self, min_used: usize) {
        let mut size = MIN_SIZE;
        while size <= min_used {
            size <<= 1;
        }
        let old = std::mem::replace(&mut self.slots, vec![Slot::Free; size]);
        self.fill = self.used;
        for slot in old {
            if let Slot::Member(h, v) = slot {
                self.insert_clean(h, v);
            }
        }
    }

    /// Fills this empty table, whose size is right, with the members of `from`.
    fn fill_from(&mut self, from: &Table) {
        if self.slots.len() == from.slots.len() && from.fill == from.used {
            self.slots.clone_from(&from.slots);
        } else {
            for slot in &from.slots {
                if let Slot::Member(h, v) = slot {
                    self.insert_clean(*h, v.clone());
                }
            }
        }
        self.fill = from.used;
        self.used = from.used;
    }

    fn add_at(&mut self, at: usize, hash: i64, value: Value) {
        let was_free = matches!(self.slots[at], Slot::Free);
        self.slots[at] = Slot::Member(hash, value);
        self.used += 1;
        if !was_free {
            return;
        }
        self.fill += 1;
        let mask = self.slots.len() - 1;
        if self.fill * 5 >= mask * 3 {
            let grown = if self.used > 50_000 {
                self.used * 2
            } else {
                self.used * 4
            };
            self.resize(grown);
        }
    }
}

impl SetObj {
    /// The number of members.
    pub fn len(&self) -> usize {
        self.table.read().used
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes whenever a member comes or goes.
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    fn changed(&self) {
        self.version.set(self.version.get().wrapping_add(1));
    }

    fn find(&self, vm: &Vm, hash: i64, key: &Value) -> R<Result<usize, usize>> {
        'again: loop {
            let version = self.version.get();
            let mut different = Vec::new();
            loop {
                let found = self.table.read().find(hash, key, &different);
                match found {
                    Found::At(at) => return Ok(Ok(at)),
                    Found::Free(at) => return Ok(Err(at)),
                    Found::Ask(at) => {
                        let member = match &self.table.read().slots[at] {
                            Slot::Member(_, v) => v.clone(),
                            _ => Value::Unbound,
                        };
                        let equal = vm.is_or_equal(&member, key)?;
                        if self.version.get() != version {
                            continue 'again;
                        }
                        if equal {
                            return Ok(Ok(at));
                        }
                        different.push(at);
                    }
                }
            }
        }
    }

    /// True if `key` is a member.
    pub fn contains(&self, vm: &Vm, key: &Value) -> R<bool> {
        let hash = vm.hash(key)?;
        Ok(self.find(vm, hash, key)?.is_ok())
    }

    /// As `contains`, with the hash computed before.
    pub fn contains_hashed(&self, vm: &Vm, hash: i64, key: &Value) -> R<bool> {
        Ok(self.find(vm, hash, key)?.is_ok())
    }

    /// Adds a member; false if it was there.
    pub fn add(&self, vm: &Vm, key: Value) -> R<bool> {
        let hash = vm.hash(&key)?;
        self.add_hashed(vm, hash, key)
    }

    /// As `add`, with the hash computed before.
    pub fn add_hashed(&self, vm: &Vm, hash: i64, key: Value) -> R<bool> {
        match self.find(vm, hash, &key)? {
            Ok(_) => Ok(false),
            Err(at) => {
                self.table.write().add_at(at, hash, key);
                self.changed();
                Ok(true)
            }
        }
    }

    /// Removes a member; returns it.
    pub fn remove(&self, vm: &Vm, key: &Value) -> R<Option<Value>> {
        let hash = vm.hash(key)?;
        self.remove_hashed(vm, hash, key)
    }

    /// As `remove`, with the hash computed before.
    pub fn remove_hashed(&self, vm: &Vm, hash: i64, key: &Value) -> R<Option<Value>> {
        match self.find(vm, hash, key)? {
            Ok(at) => Ok(Some(self.remove_at(at))),
            Err(_) => Ok(None),
        }
    }

    fn remove_at(&self, at: usize) -> Value {
        let mut table = self.table.write();
        table.used -= 1;
        let old = std::mem::replace(&mut table.slots[at], Slot::Dummy);
        drop(table);
        self.changed();
        match old {
            Slot::Member(_, v) => v,
            _ => Value::Unbound,
        }
    }

    /// Removes and returns some member (in CPython's order).
    pub fn pop(&self) -> Option<Value> {
        let at = {
            let mut table = self.table.write();
            if table.used == 0 {
                return None;
            }
            let mask = table.slots.len() - 1;
            let mut at = table.finger & mask;
            while !matches!(table.slots[at], Slot::Member(..)) {
                at = (at + 1) & mask;
            }
            table.finger = at + 1;
            at
        };
        Some(self.remove_at(at))
    }

    /// The first member at or after `position`: the position after it, its hash and itself.
    pub fn next_member(&self, position: usize) -> Option<(usize, i64, Value)> {
        let table = self.table.read();
        for at in position..table.slots.len() {
            if let Slot::Member(h, v) = &table.slots[at] {
                return Some((at + 1, *h, v.clone()));
            }
        }
        None
    }

    /// Clones of all members, in order.
    pub fn members(&self) -> Vec<Value> {
        self.hashed_members().into_iter().map(|(_, v)| v).collect()
    }

    /// As `members`, with the hashes.
    pub fn hashed_members(&self) -> Vec<(i64, Value)> {
        let table = self.table.read();
        let members = table.slots.iter().filter_map(|s| match s {
            Slot::Member(h, v) => Some((*h, v.clone())),
            _ => None,
        });
        members.collect()
    }

    /// Removes all members.
    pub fn clear_members(&self) {
        let old = self.table.take();
        self.changed();
        drop(old);
    }

    /// Makes room for `more` members in one go, as CPython does before it adds those of a set or
    /// dict: the size of the table decides the order.
    pub fn reserve(&self, more: usize) {
        let mut table = self.table.write();
        if (table.fill + more) * 5 >= (table.slots.len() - 1) * 3 {
            let min_used = (table.used + more) * 2;
            table.resize(min_used);
        }
    }

    /// Gets rid of removed slots if they are more than a quarter (after a difference).
    pub fn tidy(&self) {
        let mut table = self.table.write();
        if table.fill - table.used > (table.slots.len() - 1) / 4 {
            let grown = if table.used > 50_000 {
                table.used * 2
            } else {
                table.used * 4
            };
            table.resize(grown);
        }
    }

    /// Adds the members of `other` (CPython's `set_merge`): into an empty set a table without
    /// removed slots is copied slot by slot, others are inserted anew.
    pub fn merge(&self, vm: &Vm, other: &SetObj) -> R<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        self.reserve(other.len());
        if self.table.read().fill == 0 {
            self.table.write().fill_from(&other.table.read());
            self.changed();
            return Ok(());
        }
        let mut at = 0;
        while let Some((next, hash, member)) = other.next_member(at) {
            at = next;
            self.add_hashed(vm, hash, member)?;
        }
        Ok(())
    }

    /// A set with the same members.
    pub fn copy(&self, frozen: bool) -> Ref<SetObj> {
        let copy = SetObj::empty(frozen);
        if !self.is_empty() {
            copy.reserve(self.len());
            copy.table.write().fill_from(&self.table.read());
        }
        copy
    }

    /// Takes over the members of `other`, which gets ours.
    pub fn swap(&self, other: &SetObj) {
        if !std::ptr::eq(self, other) {
            std::mem::swap(&mut *self.table.write(), &mut *other.table.write());
            self.changed();
            other.changed();
        }
    }

    /// A new empty set.
    pub fn empty(frozen: bool) -> Ref<SetObj> {
        Ref::new(SetObj {
            frozen,
            ..SetObj::default()
        })
    }
}
