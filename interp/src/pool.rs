//! Memory of small objects: free lists by size, without locks.
//!
//! Blocks are cut from chunks and go back to the free list of their size, the one freed last
//! first. Chunks are kept until the process ends; when a thread ends, its free blocks wait for
//! the next thread that needs a chunk. Larger blocks come from the system.
//!
//! One of the few modules with `unsafe`. Its promise: a block is handed out to one owner at a
//! time, sixteen bytes aligned. (Under Miri, or built with `--cfg system_memory`, every block comes
//! from the system, so that Miri or valgrind sees its bounds.)

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::{self, NonNull};
use std::sync::Mutex;

/// Blocks are multiples of this size, and aligned to it.
const GRAIN: usize = 16;

/// Larger blocks come from the system.
const LARGEST: usize = 512;

/// The number of sizes, that of empty blocks included.
const SIZES: usize = LARGEST / GRAIN + 1;

/// The bytes that are asked from the system at a time: an eighth of what it gave before, within
/// these bounds.
const CHUNK: std::ops::RangeInclusive<usize> = 64 << 10..=1 << 20;

/// A free block: a link to the next one.
struct Free {
    next: *mut Free,
}

struct Pool {
    free: [Cell<*mut Free>; SIZES],
    /// What is left of the newest chunk.
    rest: Cell<*mut u8>,
    rest_bytes: Cell<usize>,
    /// The bytes of all chunks.
    total: Cell<usize>,
}

thread_local! {
    static POOL: Pool = const { Pool::new() };
    /// Hands the pool of a thread that ends to the others. Apart, because a thread-local with a
    /// destructor costs a check at each use.
    static LEAVING: Leaving = const { Leaving };
}

/// Free lists of threads that have ended.
static LEFT_BEHIND: Mutex<Vec<Lists>> = Mutex::new(Vec::new());

struct Lists([*mut Free; SIZES]);

// SAFETY: the blocks belong to whoever holds the lists.
unsafe impl Send for Lists {}

struct Leaving;

impl Drop for Leaving {
    fn drop(&mut self) {
        let lists =
            POOL.with(|pool| Lists(pool.free.each_ref().map(|f| f.replace(ptr::null_mut()))));
        if let Ok(mut left) = LEFT_BEHIND.lock() {
            left.push(lists);
        }
    }
}

impl Pool {
    const fn new() -> Pool {
        Pool {
            free: [const { Cell::new(ptr::null_mut()) }; SIZES],
            rest: Cell::new(ptr::null_mut()),
            rest_bytes: Cell::new(0),
            total: Cell::new(0),
        }
    }

    /// A block of a size whose free list is empty.
    #[cold]
    #[inline(never)]
    fn refill(&self, size: usize) -> *mut u8 {
        let bytes = size * GRAIN;
        if self.rest_bytes.get() < bytes {
            self.next_chunk();
            let head = self.free[size].get();
            if !head.is_null() {
                // SAFETY: a block of the free list is ours to read, and to hand out.
                self.free[size].set(unsafe { (*head).next });
                return head.cast();
            }
            if self.rest_bytes.get() < bytes {
                return ptr::null_mut();
            }
        }
        let block = self.rest.get();
        // SAFETY: the chunk has room for the block.
        self.rest.set(unsafe { block.add(bytes) });
        self.rest_bytes.set(self.rest_bytes.get() - bytes);
        block
    }

    /// Takes over the lists of a thread that has ended, or asks the system for a chunk. What is
    /// left of the last chunk becomes a free block.
    fn next_chunk(&self) {
        let _ = LEAVING.try_with(|_| ());
        let left = self.rest_bytes.replace(0);
        if left >= GRAIN {
            // SAFETY: the rest of the chunk is unused, and as long as a block of its size.
            unsafe { self.put(self.rest.get(), left / GRAIN) };
        }
        if self.free.iter().all(|f| f.get().is_null())
            && let Ok(mut left) = LEFT_BEHIND.lock()
            && let Some(Lists(lists)) = left.pop()
        {
            for (mine, list) in self.free.iter().zip(lists) {
                mine.set(list);
            }
        }
        let total = self.total.get();
        let bytes = (total / 8).clamp(*CHUNK.start(), *CHUNK.end()) / GRAIN * GRAIN;
        let Ok(layout) = Layout::from_size_align(bytes, GRAIN) else {
            return;
        };
        // SAFETY: the layout is not empty.
        let chunk = unsafe { std::alloc::alloc(layout) };
        if !chunk.is_null() {
            if total > 0 {
                prefault(chunk, bytes);
            }
            self.rest.set(chunk);
            self.rest_bytes.set(bytes);
            self.total.set(total + bytes);
        }
    }

    /// # Safety
    /// The block has this size, and nobody uses it any more.
    #[inline(always)]
    unsafe fn put(&self, block: *mut u8, size: usize) {
        let block = block.cast::<Free>();
        // SAFETY: by the caller's promise; blocks have room for a link.
        unsafe { (*block).next = self.free[size].get() };
        self.free[size].set(block);
    }
}

/// Asks for the pages of a block at once, which costs half of faults for each. Where the system
/// does not know the request, they come one by one.
#[cfg(all(target_os = "linux", not(miri)))]
fn prefault(block: *mut u8, bytes: usize) {
    const PAGE: usize = 4096;
    let skipped = block.align_offset(PAGE);
    let whole = bytes.saturating_sub(skipped) / PAGE * PAGE;
    if whole > 0 {
        // SAFETY: the pages are of a block of our own, and the request changes no content.
        let _ = unsafe {
            let first = block.wrapping_add(skipped).cast();
            rustix::mm::madvise(first, whole, rustix::mm::Advice::LinuxPopulateWrite)
        };
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn prefault(_: *mut u8, _: usize) {}

/// True for blocks that the system gives.
#[inline(always)]
fn is_large(layout: Layout) -> bool {
    cfg!(any(miri, system_memory)) || layout.size() > LARGEST || layout.align() > GRAIN
}

/// A block for this layout, which is not empty. Ends the process if there is no memory.
///
/// # Safety
/// The layout's size is not zero.
#[inline(always)]
pub(crate) unsafe fn allocate(layout: Layout) -> NonNull<u8> {
    let block = if is_large(layout) {
        // SAFETY: by the caller's promise.
        unsafe { std::alloc::alloc(layout) }
    } else {
        let size = layout.size().div_ceil(GRAIN);
        POOL.with(|pool| {
            let head = pool.free[size].get();
            if head.is_null() {
                return pool.refill(size);
            }
            // SAFETY: a block of the free list is ours to read, and to hand out.
            pool.free[size].set(unsafe { (*head).next });
            head.cast()
        })
    };
    match NonNull::new(block) {
        Some(block) => block,
        None => std::alloc::handle_alloc_error(layout),
    }
}

/// Takes a block back.
///
/// # Safety
/// The block comes from `allocate` with the same layout, in this thread, and is used no more.
#[inline(always)]
pub(crate) unsafe fn release(block: NonNull<u8>, layout: Layout) {
    if is_large(layout) {
        // SAFETY: by the caller's promise.
        unsafe { std::alloc::dealloc(block.as_ptr(), layout) };
    } else {
        let size = layout.size().div_ceil(GRAIN);
        // SAFETY: by the caller's promise.
        POOL.with(|pool| unsafe { pool.put(block.as_ptr(), size) });
    }
}

/// Makes a block larger; its content is moved along.
///
/// # Safety
/// As for `release`; `new` has the same alignment and is not smaller.
pub(crate) unsafe fn grow(block: NonNull<u8>, old: Layout, new: Layout) -> NonNull<u8> {
    // SAFETY: by the caller's promise; both blocks have room for what is copied.
    unsafe {
        if is_large(old) && is_large(new) {
            let grown = std::alloc::realloc(block.as_ptr(), old, new.size());
            return match NonNull::new(grown) {
                Some(grown) => grown,
                None => std::alloc::handle_alloc_error(new),
            };
        }
        if old.size().div_ceil(GRAIN) == new.size().div_ceil(GRAIN) {
            return block;
        }
        let grown = allocate(new);
        ptr::copy_nonoverlapping(block.as_ptr(), grown.as_ptr(), old.size());
        release(block, old);
        grown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn blocks_do_not_overlap() {
        let sizes = [1, 16, 17, 100, 512, 513, 4000];
        let blocks: Vec<_> = (0..3000)
            .map(|i| {
                let layout = layout(sizes[i % sizes.len()]);
                // SAFETY: not empty; the block is as large as what is written.
                unsafe {
                    let block = allocate(layout);
                    block.as_ptr().write_bytes(i as u8, layout.size());
                    (block, layout)
                }
            })
            .collect();
        for (i, (block, layout)) in blocks.into_iter().enumerate() {
            // SAFETY: written above; given back once.
            unsafe {
                let bytes = std::slice::from_raw_parts(block.as_ptr(), layout.size());
                assert!(bytes.iter().all(|b| *b == i as u8));
                release(block, layout);
            }
        }
    }

    #[test]
    fn growing_keeps_the_content() {
        for (old, new) in [(8, 12), (10, 300), (300, 5000), (600, 70_000)] {
            // SAFETY: as above.
            unsafe {
                let block = allocate(layout(old));
                block.as_ptr().write_bytes(7, old);
                let block = grow(block, layout(old), layout(new));
                let bytes = std::slice::from_raw_parts(block.as_ptr(), old);
                assert!(bytes.iter().all(|b| *b == 7));
                release(block, layout(new));
            }
        }
    }

    #[test]
    fn blocks_of_ended_threads_are_used_again() {
        for _ in 0..3 {
            let worker = std::thread::spawn(|| {
                // SAFETY: as above.
                unsafe { release(allocate(layout(48)), layout(48)) };
            });
            worker.join().unwrap();
        }
    }
}
