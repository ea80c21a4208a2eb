//! `dict`: insertion-ordered, with tombstones, and key comparisons that may run script code.
//!
//! Entries stand in one vector in order of insertion; a hash table of positions stands beside it
//! once there are more than a few. A removed entry leaves a tombstone; the vector is compacted
//! when more than half of it is dead, so removal is O(1) amortised. The position of an entry is
//! stable between compactions, which is what global-variable nodes cache.

use std::cell::Cell;

use hashbrown::HashTable;

use super::str::{Name, StrObj};
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Up to this many entries are searched without a hash table.
const LINEAR: usize = 8;

#[derive(Clone)]
struct Entry {
    hash: i64,
    /// `Unbound` for a tombstone.
    key: Value,
    value: Value,
}

/// The inside of a dict.
#[derive(Default, Clone)]
pub struct Table {
    entries: Vec<Entry>,
    /// Positions of live entries by hash; empty while `entries` has at most `LINEAR` members.
    index: HashTable<u32>,
    /// The number of live entries.
    live: usize,
    /// No live entry stands before this position.
    first: usize,
}

/// A dict.
#[derive(Default)]
pub struct DictObj {
    table: Shared<Table>,
    /// Changes whenever a key comes or goes (not when a value changes). Iterators and caches of
    /// absent names compare it.
    keys_version: Cell<u32>,
}

impl Object for DictObj {
    const KIND: Kind = Kind::Dict;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        for e in &self.table.read().entries {
            trace_value(&e.key, visit);
            trace_value(&e.value, visit);
        }
    }
    fn clear(&self) {
        drop(self.table.take());
        self.changed();
    }
}

/// Where a search ended.
enum Found {
    At(usize),
    Absent,
    /// These positions have the right hash and keys whose `==` may run script code.
    Ask(Vec<usize>),
}

/// Whether two keys of equal hash are equal, where that can be told without script code.
#[inline]
pub(crate) fn keys_equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Obj(x), Value::Obj(y)) => {
            if x.is(y) {
                return Some(true);
            }
            match (x.downcast::<StrObj>(), y.downcast::<StrObj>()) {
                (Some(x), Some(y)) => {
                    Some(!(x.is_interned() && y.is_interned()) && x.as_str() == y.as_str())
                }
                _ => None,
            }
        }
        (Value::Int(x), Value::Int(y)) => Some(x == y),
        (Value::Obj(x), _) | (_, Value::Obj(x)) => {
            if x.kind() == Kind::Str {
                Some(false)
            } else {
                None
            }
        }
        _ if a.is(b) => Some(true),
        _ => None,
    }
}

/// The hash of an int that is its own hash.
#[inline(always)]
fn plain_hash(key: i64) -> Option<i64> {
    (0..crate::number::HASH_MODULUS as i64)
        .contains(&key)
        .then_some(key)
}

/// `a == b`, without a call where they are as short as keys mostly are.
#[inline]
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    fn word(bytes: &[u8], at: usize) -> u64 {
        bytes[at..at + 8].try_into().map_or(0, u64::from_ne_bytes)
    }
    let len = a.len();
    if len != b.len() {
        return false;
    }
    match len {
        0..8 => a.iter().zip(b).all(|(x, y)| x == y),
        // Two words that may overlap.
        8..=16 => word(a, 0) == word(b, 0) && word(a, len - 8) == word(b, len - 8),
        _ => a == b,
    }
}

impl Table {
    #[inline]
    fn find(&self, hash: i64, key: &Value) -> Found {
        let mut ask = Vec::new();
        let mut check = |at: usize, e: &Entry| -> bool {
            match keys_equal(&e.key, key) {
                Some(equal) => equal,
                None => {
                    ask.push(at);
                    false
                }
            }
        };
        let hit = if self.entries.len() <= LINEAR {
            let mut entries = self.entries.iter().enumerate();
            entries
                .find(|(at, e)| e.hash == hash && !e.key.is_unbound() && check(*at, e))
                .map(|f| f.0)
        } else {
            self.index
                .find(hash as u64, |&at| {
                    let e = &self.entries[at as usize];
                    e.hash == hash && check(at as usize, e)
                })
                .map(|at| *at as usize)
        };
        match hit {
            Some(at) => Found::At(at),
            None if ask.is_empty() => Found::Absent,
            None => Found::Ask(ask),
        }
    }

    #[inline]
    fn find_text(&self, hash: i64, text: &Ref<StrObj>) -> Option<usize> {
        let equal = |e: &Entry| {
            e.hash == hash
                && match e.key.downcast::<StrObj>() {
                    Some(k) => {
                        k.is(text)
                            || (!(k.is_interned() && text.is_interned())
                                && same_bytes(k.as_str().as_bytes(), text.as_str().as_bytes()))
                    }
                    None => false,
                }
        };
        if self.entries.len() <= LINEAR {
            self.entries.iter().position(equal)
        } else {
            let found = self
                .index
                .find(hash as u64, |&at| equal(&self.entries[at as usize]));
            found.map(|at| *at as usize)
        }
    }

    /// The position of a small int's entry. `Err` if a key of the same hash has to be asked.
    #[inline]
    fn find_int(&self, hash: i64, key: i64) -> Result<Option<usize>, ()> {
        let mut ask = false;
        let mut equal = |e: &Entry| {
            e.hash == hash
                && match &e.key {
                    Value::Int(k) => *k == key,
                    Value::Unbound | Value::None => false,
                    other => {
                        ask |= !other.is_kind(Kind::Str);
                        false
                    }
                }
        };
        let found = if self.entries.len() <= LINEAR {
            self.entries.iter().position(equal)
        } else {
            let found = self
                .index
                .find(hash as u64, |&at| equal(&self.entries[at as usize]));
            found.map(|at| *at as usize)
        };
        if ask && found.is_none() {
            Err(())
        } else {
            Ok(found)
        }
    }

    fn append(&mut self, hash: i64, key: Value, value: Value) {
        let at = self.entries.len();
        self.entries.push(Entry { hash, key, value });
        self.live += 1;
        if at == LINEAR {
            self.reindex();
        } else if at > LINEAR {
            let entries = &self.entries;
            self.index
                .insert_unique(hash as u64, at as u32, |&i| entries[i as usize].hash as u64);
        }
    }

    fn reindex(&mut self) {
        self.index.clear();
        if self.entries.len() <= LINEAR {
            return;
        }
        let entries = &self.entries;
        self.index
            .reserve(entries.len(), |&i| entries[i as usize].hash as u64);
        for (at, e) in entries.iter().enumerate() {
            if !e.key.is_unbound() {
                self.index.insert_unique(e.hash as u64, at as u32, |&i| {
                    entries[i as usize].hash as u64
                });
            }
        }
    }

    fn remove_at(&mut self, at: usize) -> (Value, Value) {
        if self.entries.len() > LINEAR {
            let hash = self.entries[at].hash as u64;
            if let Ok(found) = self.index.find_entry(hash, |&i| i as usize == at) {
                found.remove();
            }
        }
        let e = &mut self.entries[at];
        let removed = (std::mem::take(&mut e.key), std::mem::take(&mut e.value));
        self.live -= 1;
        while self.first < self.entries.len() && self.entries[self.first].key.is_unbound() {
            self.first += 1;
        }
        if at + 1 == self.entries.len() {
            while self.entries.last().is_some_and(|e| e.key.is_unbound()) {
                self.entries.pop();
                if self.entries.len() == LINEAR {
                    self.index.clear();
                }
            }
            self.first = self.first.min(self.entries.len());
        } else if self.entries.len() > 16 && self.live * 2 < self.entries.len() {
            self.compact();
        }
        removed
    }

    /// Adds an entry before all others: in the place of tombstones that stand there. If there are
    /// none, it makes half as many as there are entries, so this is O(1) amortised.
    fn prepend(&mut self, hash: i64, key: Value, value: Value) {
        if self.first == 0 {
            let room = (self.live / 2).max(LINEAR);
            let tombstones = (0..room).map(|_| Entry {
                hash: 0,
                key: Value::Unbound,
                value: Value::Unbound,
            });
            self.entries.splice(0..0, tombstones);
            self.first = room;
            self.live += 1;
            self.place_first(hash, key, value);
            self.reindex();
            return;
        }
        self.live += 1;
        self.place_first(hash, key, value);
        let at = self.first as u32;
        if self.entries.len() > LINEAR {
            let entries = &self.entries;
            self.index
                .insert_unique(hash as u64, at, |&i| entries[i as usize].hash as u64);
        }
    }

    fn place_first(&mut self, hash: i64, key: Value, value: Value) {
        self.first -= 1;
        self.entries[self.first] = Entry { hash, key, value };
    }

    fn compact(&mut self) {
        self.entries.retain(|e| !e.key.is_unbound());
        self.first = 0;
        self.reindex();
    }
}

impl DictObj {
    fn changed(&self) {
        self.keys_version
            .set(self.keys_version.get().wrapping_add(1));
    }

    /// Changes whenever a key comes or goes.
    #[inline(always)]
    pub fn keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    /// The number of entries.
    #[inline]
    pub fn len(&self) -> usize {
        self.table.read().live
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn position(&self, vm: &Vm, hash: i64, key: &Value) -> R<Option<usize>> {
        loop {
            let found = self.table.read().find(hash, key);
            let candidates = match found {
                Found::At(at) => return Ok(Some(at)),
                Found::Absent => return Ok(None),
                Found::Ask(candidates) => candidates,
            };
            let version = self.keys_version.get();
            let mut restart = false;
            for at in candidates {
                let Some(candidate) = self.table.read().entries.get(at).map(|e| e.key.clone())
                else {
                    restart = true;
                    break;
                };
                if vm.is_or_equal(&candidate, key)? {
                    if self.keys_version.get() == version {
                        return Ok(Some(at));
                    }
                    restart = true;
                    break;
                }
                if self.keys_version.get() != version {
                    restart = true;
                    break;
                }
            }
            if !restart {
                return Ok(None);
            }
        }
    }

    /// The value of `key`. Raises what hashing and comparing keys raise.
    #[inline]
    pub fn get(&self, vm: &Vm, key: &Value) -> R<Option<Value>> {
        let hash = vm.hash(key)?;
        self.get_hashed(vm, hash, key)
    }

    /// As `get`, with the hash computed before.
    #[inline]
    pub fn get_hashed(&self, vm: &Vm, hash: i64, key: &Value) -> R<Option<Value>> {
        {
            let table = self.table.read();
            match table.find(hash, key) {
                Found::At(at) => return Ok(Some(table.entries[at].value.clone())),
                Found::Absent => return Ok(None),
                Found::Ask(_) => {}
            }
        }
        let at = self.position(vm, hash, key)?;
        Ok(at.map(|at| self.table.read().entries[at].value.clone()))
    }

    /// Sets `key` to `value`; returns the value it had.
    #[inline]
    pub fn set(&self, vm: &Vm, key: Value, value: Value) -> R<Option<Value>> {
        let hash = vm.hash(&key)?;
        self.set_hashed(vm, hash, key, value)
    }

    /// The value of `key`, which is added if it is not there.
    pub fn get_or_add(
        &self,
        vm: &Vm,
        hash: i64,
        key: &Value,
        default: impl FnOnce() -> Value,
    ) -> R {
        if let Some(at) = self.position(vm, hash, key)? {
            return Ok(self.table.read().entries[at].value.clone());
        }
        let value = default();
        self.table.write().append(hash, key.clone(), value.clone());
        self.changed();
        Ok(value)
    }

    /// As `set`, with the hash computed before.
    pub fn set_hashed(&self, vm: &Vm, hash: i64, key: Value, value: Value) -> R<Option<Value>> {
        let at = self.position(vm, hash, &key)?;
        let mut table = self.table.write();
        match at {
            Some(at) => Ok(Some(std::mem::replace(&mut table.entries[at].value, value))),
            None => {
                table.append(hash, key, value);
                drop(table);
                self.changed();
                Ok(None)
            }
        }
    }

    /// Removes `key`; returns the entry.
    pub fn remove(&self, vm: &Vm, key: &Value) -> R<Option<(Value, Value)>> {
        let hash = vm.hash(key)?;
        self.remove_hashed(vm, hash, key)
    }

    /// As `remove`, with the hash computed before.
    pub fn remove_hashed(&self, vm: &Vm, hash: i64, key: &Value) -> R<Option<(Value, Value)>> {
        let Some(at) = self.position(vm, hash, key)? else {
            return Ok(None);
        };
        let removed = self.table.write().remove_at(at);
        self.changed();
        Ok(Some(removed))
    }

    /// The value of a string key: no script code runs.
    #[inline]
    pub fn get_text(&self, key: &Ref<StrObj>) -> Option<Value> {
        let table = self.table.read();
        table
            .find_text(key.hash_value(), key)
            .map(|at| table.entries[at].value.clone())
    }

    /// The value of a name.
    #[inline]
    pub fn get_name(&self, name: &Name) -> Option<Value> {
        self.get_text(name.text())
    }

    /// The position of a name's entry, for `at_position`.
    pub fn position_of_name(&self, name: &Name) -> Option<usize> {
        let text = name.text();
        self.table.read().find_text(text.hash_value(), text)
    }

    /// The position and value of the string's entry.
    #[inline]
    pub fn entry_of_text(&self, text: &Ref<StrObj>) -> Option<(usize, Value)> {
        let table = self.table.read();
        let at = table.find_text(text.hash_value(), text)?;
        Some((at, table.entries[at].value.clone()))
    }

    /// Sets the value of a string whose entry was at this position a moment ago.
    #[inline]
    pub fn set_text_at(&self, at: usize, text: &Ref<StrObj>, value: Value) {
        let mut table = self.table.write();
        if let Some(Entry {
            key: Value::Obj(key),
            value: old,
            ..
        }) = table.entries.get_mut(at)
            && key
                .downcast::<StrObj>()
                .is_some_and(|k| k.is(text) || k.as_str() == text.as_str())
        {
            let old = std::mem::replace(old, value);
            drop(table);
            drop(old);
            return;
        }
        drop(table);
        self.set_text(text, value);
    }

    /// True if there is an entry for the string.
    #[inline]
    pub fn has_text(&self, text: &Ref<StrObj>) -> bool {
        let hash = text.hash_value();
        self.table.read().find_text(hash, text).is_some()
    }

    /// The value at a remembered position, if the entry there still is this name's.
    #[inline(always)]
    pub fn at_position(&self, at: usize, name: &Name) -> Option<Value> {
        match self.table.read().entries.get(at) {
            Some(Entry {
                key: Value::Obj(key),
                value,
                ..
            }) if key.is(name.text().obj()) => Some(value.clone()),
            _ => None,
        }
    }

    /// Sets the value at a remembered position, if the entry there still is this name's; returns
    /// the old value, or `value` back.
    #[inline(always)]
    pub fn set_position(&self, at: usize, name: &Name, value: Value) -> Result<Value, Value> {
        match self.table.write().entries.get_mut(at) {
            Some(Entry {
                key: Value::Obj(key),
                value: old,
                ..
            }) if key.is(name.text().obj()) => Ok(std::mem::replace(old, value)),
            _ => Err(value),
        }
    }

    /// Sets a string key: no script code runs (except what the drop of the old value runs).
    pub fn set_text(&self, key: &Ref<StrObj>, value: Value) {
        let hash = key.hash_value();
        let mut table = self.table.write();
        let old = match table.find_text(hash, key) {
            Some(at) => std::mem::replace(&mut table.entries[at].value, value),
            None => {
                table.append(hash, key.into(), value);
                self.changed();
                Value::Unbound
            }
        };
        drop(table);
        drop(old);
    }

    /// The value of a key that is a small int, where no script code needs to be asked.
    #[inline]
    pub fn get_int(&self, key: i64) -> Option<Value> {
        let table = self.table.read();
        let at = table.find_int(plain_hash(key)?, key).ok()??;
        Some(table.entries[at].value.clone())
    }

    /// Sets the value of a key that is a small int; gives the value back if script code needs to
    /// be asked.
    #[inline]
    pub fn set_int(&self, key: i64, value: Value) -> Result<(), Value> {
        let Some(hash) = plain_hash(key) else {
            return Err(value);
        };
        let mut table = self.table.write();
        let old = match table.find_int(hash, key) {
            Ok(Some(at)) => std::mem::replace(&mut table.entries[at].value, value),
            Ok(None) => {
                table.append(hash, Value::Int(key), value);
                self.changed();
                Value::Unbound
            }
            Err(()) => return Err(value),
        };
        drop(table);
        drop(old);
        Ok(())
    }

    /// Sets a name.
    #[inline]
    pub fn set_name(&self, name: &Name, value: Value) {
        self.set_text(name.text(), value);
    }

    /// Removes a string key; returns its value.
    pub fn remove_text(&self, key: &Ref<StrObj>) -> Option<Value> {
        let mut table = self.table.write();
        let at = table.find_text(key.hash_value(), key)?;
        let removed = table.remove_at(at);
        drop(table);
        self.changed();
        Some(removed.1)
    }

    /// Removes the names whose values `unwanted` tells.
    pub fn remove_names(&self, unwanted: impl Fn(&Value) -> bool) {
        let keys: Vec<Value> = {
            let table = self.table.read();
            let live = table.entries.iter().filter(|e| !e.key.is_unbound());
            let found = live.filter(|e| unwanted(&e.value));
            found.map(|e| e.key.clone()).collect()
        };
        for key in &keys {
            if let Some(text) = key.downcast::<StrObj>() {
                drop(self.remove_text(text));
            }
        }
    }

    /// Removes a name; returns its value.
    pub fn remove_name(&self, name: &Name) -> Option<Value> {
        self.remove_text(name.text())
    }

    /// The first live entry at or after `position`: the position after it, its key and value.
    /// Iteration: start with 0 and go on with the returned position.
    #[inline]
    pub fn next_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let table = self.table.read();
        let mut at = position.max(table.first);
        while let Some(e) = table.entries.get(at) {
            if !e.key.is_unbound() {
                return Some((at + 1, e.key.clone(), e.value.clone()));
            }
            at += 1;
        }
        None
    }

    /// As `next_entry`, with the hash: the position after the entry, its hash, key and value.
    pub fn next_hashed(&self, position: usize) -> Option<(usize, i64, Value, Value)> {
        let table = self.table.read();
        let mut at = position.max(table.first);
        while let Some(e) = table.entries.get(at) {
            if !e.key.is_unbound() {
                return Some((at + 1, e.hash, e.key.clone(), e.value.clone()));
            }
            at += 1;
        }
        None
    }

    /// The last live entry before `position` (start with `usize::MAX`): its position, key, value.
    pub fn previous_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let table = self.table.read();
        let mut at = position.min(table.entries.len());
        while at > 0 {
            at -= 1;
            let e = &table.entries[at];
            if !e.key.is_unbound() {
                return Some((at, e.key.clone(), e.value.clone()));
            }
        }
        None
    }

    /// Removes and returns the last entry.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let (at, ..) = self.previous_entry(usize::MAX)?;
        let removed = self.table.write().remove_at(at);
        self.changed();
        Some(removed)
    }

    /// Removes and returns the first entry.
    pub fn pop_first(&self) -> Option<(Value, Value)> {
        let (after, ..) = self.next_entry(0)?;
        let removed = self.table.write().remove_at(after - 1);
        self.changed();
        Some(removed)
    }

    /// Adds an entry, whose key is not there, before all others.
    pub fn push_first(&self, hash: i64, key: Value, value: Value) {
        self.table.write().prepend(hash, key, value);
        self.changed();
    }

    /// Removes all entries.
    pub fn clear_entries(&self) {
        let old = self.table.take();
        self.changed();
        drop(old);
    }

    /// A dict with the same entries (hashes are not computed again).
    pub fn copy(&self) -> Ref<DictObj> {
        let mut table = self.table.get();
        if table.live < table.entries.len() {
            table.compact();
        }
        Ref::new(DictObj {
            table: Shared::new(table),
            keys_version: Cell::new(0),
        })
    }

    /// Takes over the entries of `other` if this dict is empty; else false.
    pub fn fill_from(&self, other: &DictObj) -> bool {
        if !self.is_empty() {
            return false;
        }
        let mut table = other.table.get();
        if table.live < table.entries.len() {
            table.compact();
        }
        let old = self.table.replace(table);
        self.changed();
        drop(old);
        true
    }

    /// Clones of all entries, to be walked while script code may change the dict.
    pub fn entries(&self) -> Vec<(Value, Value)> {
        let table = self.table.read();
        let live = table.entries.iter().filter(|e| !e.key.is_unbound());
        live.map(|e| (e.key.clone(), e.value.clone())).collect()
    }

    /// As `entries`, with the hashes.
    pub fn hashed_entries(&self) -> Vec<(i64, Value, Value)> {
        let table = self.table.read();
        let live = table.entries.iter().filter(|e| !e.key.is_unbound());
        live.map(|e| (e.hash, e.key.clone(), e.value.clone()))
            .collect()
    }
}

/// A new empty dict.
pub fn new_dict() -> Ref<DictObj> {
    Ref::new(DictObj::default())
}
