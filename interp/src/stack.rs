//! The value stack and frames.
//!
//! One contiguous region that never moves. A frame is a pointer to a header followed by its
//! slots; a running function's frame lies on the stack, a suspended coroutine's inside its heap
//! object (`coroutine`), and both look the same to nodes. Above the top of the stack all memory
//! is `Unbound`, so a new frame needs no clearing; whoever leaves clears.
//!
//! One of the few modules with `unsafe`. Its promises: slots of a live frame are initialised;
//! a slot is read and written only through `Frame`, whose borrows end before the slot changes
//! (lowering borrows a local only where no later operand can rebind it).

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

use aio_lexer::Span;

use crate::object::{Header, Ref};
use crate::objects::function::FunctionObj;
use crate::value::{R, Value};
use crate::vm::Vm;

/// How deep recursion in Rust may nest, if the native stack has room: as in CPython.
const NATIVE_RECURSION_LIMIT: u32 = 10_000;

/// What stands before a frame's slots.
#[repr(C)]
pub struct FrameHeader {
    /// The function that runs: a counted pointer.
    function: Cell<Option<NonNull<Header>>>,
    /// The frame that was running when this one was entered.
    previous: Cell<Option<Frame>>,
    /// The call that is being made, or the expression that raised: the position in a traceback.
    span: Cell<Span>,
    /// Where a suspended frame goes on: the number of its suspension point.
    pc: Cell<u32>,
    /// The number of slots.
    slots: Cell<u32>,
}

const _: () = assert!(size_of::<FrameHeader>() == 32);

/// A frame: a pointer to its header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame(NonNull<FrameHeader>);

/// A slot of a frame, as the distance in bytes from the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Slot(u32);

impl Slot {
    /// The slot with this number.
    pub const fn new(number: usize) -> Slot {
        Slot((size_of::<FrameHeader>() + number * size_of::<Value>()) as u32)
    }

    /// Its number.
    pub fn number(self) -> usize {
        (self.0 as usize - size_of::<FrameHeader>()) / size_of::<Value>()
    }
}

impl FrameHeader {
    /// The header of a frame of `function` with `slots` slots.
    #[inline(always)]
    pub(crate) fn new(function: Ref<FunctionObj>, slots: usize) -> FrameHeader {
        let span = function.code.span;
        FrameHeader {
            function: Cell::new(Some(function.into_raw())),
            previous: Cell::new(None),
            span: Cell::new(span),
            pc: Cell::new(0),
            slots: Cell::new(slots as u32),
        }
    }

    /// The header of a coroutine written in Rust: one slot, for what it awaits.
    pub(crate) fn native() -> FrameHeader {
        FrameHeader {
            function: Cell::new(None),
            previous: Cell::new(None),
            span: Cell::new(Span::default()),
            pc: Cell::new(0),
            slots: Cell::new(1),
        }
    }

    pub(crate) fn slots(&self) -> usize {
        self.slots.get() as usize
    }

    /// The function, counted; `None` for a native coroutine.
    pub(crate) fn function(&self) -> Option<Ref<FunctionObj>> {
        // SAFETY: the header holds a count on a `FunctionObj`.
        self.function
            .get()
            .as_ref()
            .map(|p| unsafe { Ref::<FunctionObj>::borrow_raw(p) }.clone())
    }

    pub(crate) fn drop_function(&self) {
        if let Some(ptr) = self.function.take() {
            // SAFETY: the header's own count, given up once.
            drop(unsafe { Ref::<FunctionObj>::from_raw(ptr) });
        }
    }
}

impl Frame {
    /// The frame with this header, which is followed by its slots.
    pub(crate) fn of_header(header: &FrameHeader) -> Frame {
        Frame(NonNull::from(header))
    }

    #[inline(always)]
    fn header(&self) -> &FrameHeader {
        // SAFETY: a frame is used only while it is live.
        unsafe { self.0.as_ref() }
    }

    #[inline(always)]
    fn slot_ptr(&self, slot: Slot) -> *mut Value {
        debug_assert!(slot.number() < self.header().slots(), "slot out of bounds");
        // SAFETY: lowering makes slots within the frame's size; checked in debug builds.
        unsafe { self.0.as_ptr().cast::<u8>().add(slot.0 as usize).cast() }
    }

    /// The value in a slot. The borrow must end before the slot can change.
    #[inline(always)]
    pub fn get(&self, slot: Slot) -> &Value {
        // SAFETY: see the module comment.
        unsafe { &*self.slot_ptr(slot) }
    }

    /// Puts a value in a slot; returns the old one.
    #[inline(always)]
    pub fn replace(&self, slot: Slot, value: Value) -> Value {
        // SAFETY: see the module comment.
        unsafe { std::mem::replace(&mut *self.slot_ptr(slot), value) }
    }

    /// Puts a value in a slot and drops the old one.
    #[inline(always)]
    pub fn set(&self, slot: Slot, value: Value) {
        drop(self.replace(slot, value));
    }

    /// Empties a slot.
    #[inline(always)]
    pub fn take(&self, slot: Slot) -> Value {
        self.replace(slot, Value::Unbound)
    }

    /// The function that runs in the frame.
    #[inline(always)]
    pub fn function(&self) -> &Ref<FunctionObj> {
        // SAFETY: script frames always have a function; it is live as long as the frame.
        unsafe {
            let ptr: &NonNull<Header> = (*self.header().function.as_ptr())
                .as_ref()
                .unwrap_unchecked();
            Ref::borrow_raw(ptr)
        }
    }

    /// The frame entered before this one.
    pub fn previous(&self) -> Option<Frame> {
        self.header().previous.get()
    }

    /// Where the frame is: the call being made or the expression that raised.
    #[inline(always)]
    pub fn span(&self) -> Span {
        let Span { start, end } = self.header().span.get();
        match start <= end {
            true => Span { start, end },
            false => Span {
                start: end,
                end: start,
            },
        }
    }

    /// Notes a place that is not in the statement that runs: an exception goes on from where it
    /// was raised. Kept the wrong way round, which tells it from others.
    pub fn keep_span(&self, span: Span) {
        let (start, end) = (span.end, span.start);
        self.header().span.set(Span { start, end });
    }

    /// True if the place was noted by `keep_span`.
    pub fn keeps_span(&self) -> bool {
        let span = self.header().span.get();
        span.start > span.end
    }

    /// Notes where the frame is.
    #[inline(always)]
    pub fn set_span(&self, span: Span) {
        self.header().span.set(span);
    }

    /// The suspension point to go on at.
    #[inline(always)]
    pub fn pc(&self) -> u32 {
        self.header().pc.get()
    }

    /// Notes the suspension point to go on at.
    #[inline(always)]
    pub fn set_pc(&self, pc: u32) {
        self.header().pc.set(pc);
    }

    /// The address, to tell frames apart.
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// Empties all slots.
    #[inline(always)]
    pub(crate) fn clear_slots(&self, count: usize) {
        for i in 0..count {
            drop(self.take(Slot::new(i)));
        }
    }
}

/// The value stack.
pub struct Stack {
    bottom: *mut u8,
    top: Cell<*mut u8>,
    end: *mut u8,
}

/// Room for values: 96 MiB of address space, of which only touched pages cost memory.
const STACK_BYTES: usize = 96 << 20;

/// Kept free above a frame for temporaries of calls.
const MARGIN: usize = 4096;

impl Stack {
    pub(crate) fn new() -> Stack {
        let Ok(layout) = Layout::from_size_align(STACK_BYTES, 16) else {
            unreachable!("a constant layout")
        };
        // SAFETY: the layout is not empty. Zeroed memory is a stack full of `Unbound`.
        let bottom = unsafe { std::alloc::alloc_zeroed(layout) };
        if bottom.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        // SAFETY: the margin is inside the allocation.
        let end = unsafe { bottom.add(STACK_BYTES - MARGIN) };
        Stack {
            bottom,
            top: Cell::new(bottom),
            end,
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let Ok(layout) = Layout::from_size_align(STACK_BYTES, 16) else {
            return;
        };
        // SAFETY: allocated in `new` with this layout.
        unsafe { std::alloc::dealloc(self.bottom, layout) };
    }
}

/// A frame under construction or running: popped and cleared when dropped.
///
/// Two words, so that `R<StackFrame>` is returned in registers.
pub struct StackFrame<'v> {
    vm: &'v Vm,
    frame: Frame,
}

impl<'v> StackFrame<'v> {
    /// Reserves a frame for a call of `function`. Arguments are put into its first slots.
    #[inline(always)]
    pub fn push(vm: &'v Vm, function: Ref<FunctionObj>) -> R<StackFrame<'v>> {
        let slots = function.code.slots;
        let bytes = size_of::<FrameHeader>() + slots * size_of::<Value>();
        let stack = &vm.stack;
        let at = stack.top.get();
        // SAFETY: the top never passes `end`, and no code has more slots than the margin check
        // in lowering allows, so the sum stays within the address space.
        let new_top = unsafe { at.add(bytes) };
        if new_top > stack.end {
            return Err(vm.recursion_error());
        }
        stack.top.set(new_top);
        let frame = Frame(unsafe {
            // SAFETY: within the stack (just checked); aligned because all sizes are multiples
            // of 16.
            // All fields are zero (see `drop`), which is valid for every one of them.
            let header = at.cast::<FrameHeader>();
            (*header).function.set(Some(function.into_raw()));
            (*header).slots.set(slots as u32);
            NonNull::new_unchecked(header)
        });
        Ok(StackFrame { vm, frame })
    }

    /// The frame.
    #[inline(always)]
    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// Puts an argument into slot `number`, which is still empty.
    #[inline(always)]
    pub fn set_arg(&self, number: usize, value: Value) {
        let old = self.frame.replace(Slot::new(number), value);
        debug_assert!(old.is_unbound());
        std::mem::forget(old);
    }

    /// Makes the frame the running one; undone by `leave`.
    #[inline(always)]
    pub fn enter(&self) {
        self.vm.enter(self.frame);
    }

    /// Makes the frame below the running one again.
    #[inline(always)]
    pub fn leave(&self) {
        self.vm.leave(self.frame);
    }

    /// Clears and pops the frame, as dropping it does, inlined.
    #[inline(always)]
    pub fn pop(self) {
        self.clear();
        std::mem::forget(self);
    }

    #[inline(always)]
    fn clear(&self) {
        self.frame.clear_slots(self.frame.header().slots());
        self.frame.header().drop_function();
        // The header's memory must read as `Unbound` again.
        // SAFETY: the header lies on the stack and is not used again.
        unsafe { self.frame.0.as_ptr().cast::<[u64; 4]>().write([0; 4]) };
        self.vm.stack.top.set(self.frame.0.as_ptr().cast());
    }

    /// Moves the slots out, in order; the frame stays, empty.
    pub(crate) fn take_slots(&self) -> impl FnMut(usize) -> Value + '_ {
        |i| self.frame.take(Slot::new(i))
    }
}

impl Drop for StackFrame<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Vm {
    /// Makes `frame` the running one.
    #[inline(always)]
    pub(crate) fn enter(&self, frame: Frame) {
        frame.header().previous.set(self.running.get());
        self.running.set(Some(frame));
    }

    /// Makes the frame before `frame` the running one.
    #[inline(always)]
    pub(crate) fn leave(&self, frame: Frame) {
        self.running.set(frame.header().previous.get());
    }

    /// True if the running call nests deeper than the limit, or the native stack is nearly used
    /// up.
    #[inline(always)]
    pub(crate) fn too_deep(&self) -> bool {
        let here = 0u8;
        self.depth.get() >= self.recursion_limit.get()
            || (&raw const here as usize) < self.native_limit.get()
    }

    /// As `too_deep`, for recursion in Rust, which has a limit of its own, as in CPython.
    #[inline]
    pub(crate) fn too_deep_in_rust(&self) -> bool {
        let here = 0u8;
        self.native_depth.get() >= self.recursion_limit.get().max(NATIVE_RECURSION_LIMIT)
            || (&raw const here as usize) < self.native_limit.get()
    }
}

/// Arguments for a native function, on the value stack.
pub struct Args<'v> {
    vm: &'v Vm,
    base: *mut Value,
    len: usize,
}

impl<'v> Args<'v> {
    /// Room for `capacity` values. They are pushed one by one, and dropped with `self`.
    #[inline(always)]
    pub fn reserve(vm: &'v Vm, capacity: usize) -> R<Args<'v>> {
        let stack = &vm.stack;
        let base = stack.top.get();
        if (stack.end as usize - base as usize) < capacity * size_of::<Value>() {
            return Err(vm.recursion_error());
        }
        // SAFETY: just checked.
        stack
            .top
            .set(unsafe { base.add(capacity * size_of::<Value>()) });
        Ok(Args {
            vm,
            base: base.cast(),
            len: 0,
        })
    }

    /// Adds a value; there is room.
    #[inline(always)]
    pub fn push(&mut self, value: Value) {
        // SAFETY: callers push at most `capacity` values (checked in debug builds), all memory
        // there is `Unbound`.
        unsafe {
            debug_assert!(self.base.add(self.len).cast::<u8>() < self.vm.stack.top.get());
            self.base.add(self.len).write(value);
        }
        self.len += 1;
    }

    /// The values.
    #[inline(always)]
    pub fn values(&self) -> &[Value] {
        // SAFETY: `len` values were written.
        unsafe { std::slice::from_raw_parts(self.base, self.len) }
    }

    /// The values with `extra` empty ones behind, for which there is room.
    #[inline(always)]
    pub fn values_padded(&mut self, total: usize) -> &[Value] {
        while self.len < total {
            self.push(Value::Unbound);
        }
        self.values()
    }
}

impl Args<'_> {
    /// Drops the values, as dropping this does, inlined.
    #[inline(always)]
    pub fn pop(self) {
        self.clear();
        std::mem::forget(self);
    }

    #[inline(always)]
    fn clear(&self) {
        for i in 0..self.len {
            // SAFETY: written by `push`.
            drop(unsafe { std::mem::take(&mut *self.base.add(i)) });
        }
        self.vm.stack.top.set(self.base.cast());
    }
}

impl Drop for Args<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}
