//! `Shared<T>`: the inside of a mutable object (list items, dict table, …).
//!
//! Rule for every user: a guard never lives across anything that can run script code (`==`,
//! `hash`, `repr`, calls, and the *drop* of a `Value`, which can run `__del__`): take the old
//! value out, let the guard go, then drop. A debug build checks this as `RefCell` does and panics
//! at the second borrow; a release build pays nothing.
//!
//! One of the few modules with `unsafe`.

#[cfg(debug_assertions)]
use std::cell::Cell;
use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

/// A cell with borrows that are checked in debug builds only.
pub struct Shared<T> {
    /// Readers, or -1 for one writer. Kept in debug builds only.
    #[cfg(debug_assertions)]
    state: Cell<i32>,
    value: UnsafeCell<T>,
}

/// A shared borrow.
pub struct Reading<'a, T> {
    cell: &'a Shared<T>,
}

/// An exclusive borrow.
pub struct Writing<'a, T> {
    cell: &'a Shared<T>,
}

impl<T> Shared<T> {
    /// A cell around `value`.
    pub const fn new(value: T) -> Shared<T> {
        Shared {
            #[cfg(debug_assertions)]
            state: Cell::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Borrows to read.
    #[inline(always)]
    #[track_caller]
    pub fn read(&self) -> Reading<'_, T> {
        #[cfg(debug_assertions)]
        {
            assert!(self.state.get() >= 0, "read during a write");
            self.state.set(self.state.get() + 1);
        }
        Reading { cell: self }
    }

    /// Borrows to write.
    #[inline(always)]
    #[track_caller]
    pub fn write(&self) -> Writing<'_, T> {
        #[cfg(debug_assertions)]
        {
            assert!(self.state.get() == 0, "write during another borrow");
            self.state.set(-1);
        }
        Writing { cell: self }
    }

    /// Puts `value` in and returns what was there.
    #[inline]
    #[track_caller]
    pub fn replace(&self, value: T) -> T {
        std::mem::replace(&mut *self.write(), value)
    }
}

impl<T: Default> Shared<T> {
    /// Takes the content out, leaving the default.
    #[inline]
    #[track_caller]
    pub fn take(&self) -> T {
        self.replace(T::default())
    }
}

impl<T: Clone> Shared<T> {
    /// A clone of the content.
    #[inline]
    #[track_caller]
    pub fn get(&self) -> T {
        self.read().clone()
    }
}

impl<T> Deref for Reading<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: one thread, and by the rule of this module no writer is alive.
        unsafe { &*self.cell.value.get() }
    }
}

impl<T> Deref for Writing<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only borrow.
        unsafe { &*self.cell.value.get() }
    }
}

impl<T> DerefMut for Writing<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only borrow.
        unsafe { &mut *self.cell.value.get() }
    }
}

#[cfg(debug_assertions)]
impl<T> Drop for Reading<'_, T> {
    fn drop(&mut self) {
        self.cell.state.set(self.cell.state.get() - 1);
    }
}

#[cfg(debug_assertions)]
impl<T> Drop for Writing<'_, T> {
    fn drop(&mut self) {
        self.cell.state.set(0);
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared::new(T::default())
    }
}

#[cfg(not(debug_assertions))]
const _: () = assert!(size_of::<Shared<u64>>() == 8);
