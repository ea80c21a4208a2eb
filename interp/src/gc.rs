//! The cycle collector: finds containers that only reference each other.
//!
//! Reference counts free everything else at once. Tracked objects stand in a registry; a
//! collection subtracts from each object's count the references that come from other tracked
//! objects (trial deletion, as in CPython's `gcmodule.c`): what is left above zero is held from
//! outside, and keeps alive all it reaches. The rest is garbage: finalized, then cleared.
//!
//! A collection is due when the number of tracked objects has doubled since the last one. It does
//! not run inside an allocation (objects may be half built) but at the next poll of
//! `interrupt::requested`.
//!
//! One of the few modules with `unsafe`: the registry holds no counts.

use std::cell::{Cell, UnsafeCell};
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use crate::interrupt;
use crate::kinds::TABLE;
use crate::object::{FINALIZED, Header, Kind, Obj, UNTRACKED};

/// Below this many tracked objects no collection starts by itself.
const FIRST_THRESHOLD: usize = 10_000;

struct Registry {
    objects: UnsafeCell<ManuallyDrop<Vec<NonNull<Header>>>>,
    threshold: Cell<usize>,
    enabled: Cell<bool>,
    collecting: Cell<bool>,
}

thread_local! {
    static REGISTRY: Registry = const {
        Registry {
            objects: UnsafeCell::new(ManuallyDrop::new(Vec::new())),
            threshold: Cell::new(FIRST_THRESHOLD),
            enabled: Cell::new(true),
            collecting: Cell::new(false),
        }
    };
}

/// Makes room for the objects of a new interpreter.
pub(crate) fn reserve(more: usize) {
    // SAFETY: as in `track`.
    REGISTRY.with(|r| unsafe { (*r.objects.get()).reserve(more) });
}

/// Enters a new object. Called once, by the allocation.
#[inline]
pub(crate) fn track(obj: &Obj) {
    REGISTRY.with(|r| {
        // SAFETY: no other borrow of the vector is alive: nothing below calls out.
        let objects = unsafe { &mut *r.objects.get() };
        let len = objects.len();
        obj.spare().gc.set(len as u32);
        objects.push(obj.as_ptr());
        if len >= r.threshold.get() {
            interrupt::request(interrupt::COLLECT);
        }
    });
}

/// Removes an object that is being freed.
#[inline]
pub(crate) fn untrack(header: &Header) {
    REGISTRY.with(|r| {
        // SAFETY: as in `track`.
        let objects = unsafe { &mut *r.objects.get() };
        let at = header.gc.get() as usize;
        header.gc.set(UNTRACKED);
        objects.swap_remove(at);
        if let Some(moved) = objects.get(at) {
            // SAFETY: registered objects are live.
            unsafe { moved.as_ref() }.gc.set(at as u32);
        }
    });
}

/// The number of tracked objects.
pub fn tracked() -> usize {
    // SAFETY: nothing calls out while borrowed.
    REGISTRY.with(|r| unsafe { (*r.objects.get()).len() })
}

/// A handle on every tracked object (`gc.get_objects`).
pub fn objects() -> Vec<Obj> {
    // SAFETY: as in `find_garbage`: registered objects are live, counting changes no registry.
    REGISTRY.with(|r| unsafe {
        let objects: &[NonNull<Header>] = &*r.objects.get();
        let live = objects.iter().filter(|o| Obj::count(&borrow(o)) > 0);
        live.map(|o| Obj::retain_ptr(*o)).collect()
    })
}

/// What an object holds (`gc.get_referents`).
pub fn referents(obj: &Obj) -> Vec<Obj> {
    let mut held = Vec::new();
    TABLE[obj.kind() as usize].trace(obj, &mut |child| held.push(child.clone()));
    held
}

/// True if the collector looks at an object (`gc.is_tracked`).
pub fn is_tracked(obj: &Obj) -> bool {
    obj.spare().gc.get() != UNTRACKED
}

/// Switches automatic collection on or off (`gc.enable`, `gc.disable`).
pub fn set_enabled(on: bool) {
    REGISTRY.with(|r| r.enabled.set(on));
}

/// True while automatic collection is on.
pub fn is_enabled() -> bool {
    REGISTRY.with(|r| r.enabled.get())
}

/// Runs the collection that `track` asked for, unless it is switched off.
#[cold]
pub(crate) fn collect_if_due() {
    let due = REGISTRY.with(|r| r.enabled.get() && tracked() >= r.threshold.get());
    if due {
        collect();
    } else if !is_enabled() {
        // Ask again later, not at every allocation.
        REGISTRY.with(|r| r.threshold.set(tracked() * 2 + FIRST_THRESHOLD));
    }
}

/// Frees all unreachable cycles; returns how many objects were found unreachable.
pub fn collect() -> usize {
    if REGISTRY.with(|r| r.collecting.replace(true)) {
        return 0;
    }
    let garbage = find_garbage();
    let found = garbage.len();
    dispose(garbage);
    REGISTRY.with(|r| {
        r.threshold.set((tracked() * 2).max(FIRST_THRESHOLD));
        r.collecting.set(false);
    });
    found
}

/// True if a collection could do more than free memory: a tracked object has a finalizer.
pub(crate) fn has_finalizers() -> bool {
    // SAFETY: registered objects are live; nothing calls out.
    REGISTRY.with(|r| unsafe {
        let objects: &[NonNull<Header>] = &*r.objects.get();
        objects.iter().any(|o| {
            let obj = borrow(o);
            crate::finalize::needs_finalizer(&obj, obj.kind(), obj.flags())
        })
    })
}

/// A counted handle on every object that nothing outside the registry reaches.
fn find_garbage() -> Vec<Obj> {
    // SAFETY: registered objects are live; nothing in this function frees or allocates objects,
    // so the registry does not change under it.
    REGISTRY.with(|r| unsafe {
        let objects: &[NonNull<Header>] = &*r.objects.get();
        // An object without counts waits for its release (`object::release_deep`): what it holds
        // lives until then.
        let counted = |o: &NonNull<Header>| Obj::count(&borrow(o)).max(1);
        let mut external: Vec<u32> = objects.iter().map(counted).collect();
        for o in objects {
            let obj = borrow(o);
            TABLE[obj.kind() as usize].trace(&obj, &mut |child| {
                let at = child.spare().gc.get();
                if at != UNTRACKED {
                    external[at as usize] -= 1;
                }
            });
        }
        let mut reachable: Vec<bool> = external.iter().map(|&n| n > 0).collect();
        let mut todo: Vec<u32> = (0..objects.len() as u32)
            .filter(|&i| reachable[i as usize])
            .collect();
        while let Some(at) = todo.pop() {
            let obj = borrow(&objects[at as usize]);
            TABLE[obj.kind() as usize].trace(&obj, &mut |child| {
                let at = child.spare().gc.get();
                if at != UNTRACKED && !reachable[at as usize] {
                    reachable[at as usize] = true;
                    todo.push(at);
                }
            });
        }
        let unreachable = objects.iter().zip(&reachable).filter(|(_, r)| !**r);
        unreachable.map(|(o, _)| Obj::retain_ptr(*o)).collect()
    })
}

/// # Safety
/// `ptr` points to a live object that stays live while the result is used.
unsafe fn borrow(ptr: &NonNull<Header>) -> ManuallyDrop<Obj> {
    // SAFETY: `Obj` is a transparent pointer; `ManuallyDrop` keeps the count untouched.
    unsafe { std::mem::transmute::<NonNull<Header>, ManuallyDrop<Obj>>(*ptr) }
}

/// Finalizes the garbage (PEP 442), then breaks its cycles. What a finalizer made reachable
/// again lives on.
fn dispose(garbage: Vec<Obj>) {
    let mut finalized = false;
    for obj in &garbage {
        if crate::finalize::needs_finalizer(obj, obj.kind(), obj.flags()) {
            crate::finalize::finalize(obj);
            finalized = true;
        }
    }
    let garbage = if finalized {
        still_garbage(garbage)
    } else {
        garbage
    };
    for obj in &garbage {
        // Classes and functions of garbage are cleared last by their own release: clearing them
        // first would leave instances without a class while finalizers of others still run.
        if obj.kind() != Kind::Class {
            TABLE[obj.kind() as usize].clear(obj);
        }
    }
    for obj in &garbage {
        if obj.kind() == Kind::Class {
            TABLE[obj.kind() as usize].clear(obj);
        }
    }
}

/// The part of `garbage` that is unreachable even after finalizers ran: each object is held once
/// by the vector and otherwise only from within it.
fn still_garbage(garbage: Vec<Obj>) -> Vec<Obj> {
    let again: rustc_hash::FxHashSet<usize> = {
        let mut held = rustc_hash::FxHashMap::default();
        for o in &garbage {
            held.insert(o.address(), o.count() - 1);
        }
        for o in &garbage {
            TABLE[o.kind() as usize].trace(o, &mut |child| {
                if let Some(n) = held.get_mut(&child.address()) {
                    *n = n.saturating_sub(1);
                }
            });
        }
        let mut alive: Vec<usize> = held
            .iter()
            .filter(|(_, n)| **n > 0)
            .map(|(a, _)| *a)
            .collect();
        let mut seen: rustc_hash::FxHashSet<usize> = alive.iter().copied().collect();
        let by_address: rustc_hash::FxHashMap<usize, &Obj> =
            garbage.iter().map(|o| (o.address(), o)).collect();
        while let Some(a) = alive.pop() {
            let o = by_address[&a];
            TABLE[o.kind() as usize].trace(o, &mut |child| {
                if by_address.contains_key(&child.address()) && seen.insert(child.address()) {
                    alive.push(child.address());
                }
            });
        }
        seen
    };
    garbage
        .into_iter()
        .filter(|o| !again.contains(&o.address()))
        .collect()
}

/// Marks `obj` as finalized; false if it was already.
pub(crate) fn mark_finalized(obj: &Obj) -> bool {
    let first = !obj.has_flag(FINALIZED);
    obj.set_flag(FINALIZED, true);
    first
}
