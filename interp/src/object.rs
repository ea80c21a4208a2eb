//! Heap objects: header, reference counts, allocation with an inline tail, release.
//!
//! One of the few modules with `unsafe`. Its promise to the rest: an `Obj` or `Ref<T>` always
//! points to a live object whose header tells its true kind, and holds one count on it. All of
//! the interpreter's objects live on one thread, so counts are plain cells.

use rustc_hash::FxHashMap as HashMap;
use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::gc;
use crate::pool;
use crate::value::Value;

/// What a heap object is. The discriminant indexes the table of release and trace functions.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Str,
    BigInt,
    Complex,
    Bytes,
    ByteArray,
    MemoryView,
    Tuple,
    List,
    Dict,
    DictView,
    Set,
    Range,
    Slice,
    Iterator,
    Function,
    Native,
    BoundMethod,
    Class,
    Instance,
    Module,
    Exception,
    Cell,
    Coroutine,
    AsyncGenStep,
    Property,
    ClassMethod,
    StaticMethod,
    Super,
    GetSet,
    Member,
    Code,
    Traceback,
    FrameView,
    MappingProxy,
    Future,
    Task,
    Handle,
    Callbacks,
    Loop,
    Weakref,
    GenericAlias,
    Union,
    Host,
}

/// The number of kinds: the length of the tables indexed by kind.
pub const KINDS: usize = Kind::Host as usize + 1;

/// Set in `Header::flags` while weak references to the object exist.
pub const HAS_WEAKREFS: u8 = 1;
/// Set once `__del__` (or another finalizer) has run, so that it runs once.
pub const FINALIZED: u8 = 2;
/// Set while `repr` of this container is being made: a cycle shows as `[...]`.
pub const IN_REPR: u8 = 4;

/// `Header::gc` of an object that the collector does not track.
pub const UNTRACKED: u32 = u32::MAX;

/// What every heap object begins with.
#[repr(C)]
pub struct Header {
    /// The number of `Obj`, `Ref` and `Value` that point here. A count is held by a value of
    /// sixteen bytes (rarely a pointer of eight), so 32 bits last for 64 GiB of references to a
    /// single object.
    rc: Cell<u32>,
    kind: Kind,
    flags: Cell<u8>,
    /// Free for the object's own use (16 bits).
    pub small: Cell<u16>,
    /// Position in the collector's registry, or `UNTRACKED`.
    pub(crate) gc: Cell<u32>,
    /// Free for the object's own use (32 bits).
    pub aux: Cell<u32>,
}

/// A type of heap object.
pub trait Object: Sized + 'static {
    /// The kind in its header: one kind per Rust type.
    const KIND: Kind;
    /// True if the object can be part of a reference cycle, and so is tracked by the collector.
    const TRACKED: bool;
    /// The elements stored inline behind the body (`()` for none).
    type Tail: 'static;

    /// How many tail elements follow the body. Fixed at allocation.
    fn tail_len(&self) -> usize {
        0
    }

    /// Shows the collector every object that `self` holds a count on (the tail is traced by
    /// `trace_tail`). Showing one too few leaks it; showing one too many frees it too early.
    fn trace(&self, _visit: &mut dyn FnMut(&Obj)) {}

    /// Shows the objects of the tail.
    fn trace_tail(_tail: &[Self::Tail], _visit: &mut dyn FnMut(&Obj)) {}

    /// Drops what the object holds, to break a cycle. The object stays valid (if useless).
    fn clear(&self) {}
}

#[repr(C)]
struct Boxed<T> {
    header: Header,
    body: T,
}

/// A counted pointer to a heap object of any kind.
#[repr(transparent)]
pub struct Obj(NonNull<Header>);

/// A counted pointer to a heap object known to be a `T`.
#[repr(transparent)]
pub struct Ref<T: Object> {
    obj: Obj,
    marker: PhantomData<T>,
}

impl Obj {
    #[inline(always)]
    fn header(&self) -> &Header {
        // SAFETY: an `Obj` holds a count on a live object.
        unsafe { self.0.as_ref() }
    }

    /// The kind of the object.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.header().kind
    }

    /// Identity.
    #[inline(always)]
    pub fn is(&self, other: &Obj) -> bool {
        self.0 == other.0
    }

    /// The address: `id()`, and the key of side tables.
    #[inline(always)]
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The number of counts held on the object.
    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.header().rc.get()
    }

    /// All flags.
    #[inline]
    pub(crate) fn flags(&self) -> u8 {
        self.header().flags.get()
    }

    /// The spare words of the header.
    #[inline(always)]
    pub fn spare(&self) -> &Header {
        self.header()
    }

    /// True if `flag` (`HAS_WEAKREFS`, `FINALIZED`, `IN_REPR`) is set.
    #[inline]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.header().flags.get() & flag != 0
    }

    /// Sets or clears a flag.
    #[inline]
    pub fn set_flag(&self, flag: u8, on: bool) {
        let flags = &self.header().flags;
        flags.set(if on {
            flags.get() | flag
        } else {
            flags.get() & !flag
        });
    }

    /// The object as `T`, if it is one.
    #[inline(always)]
    pub fn downcast<T: Object>(&self) -> Option<&Ref<T>> {
        if self.kind() == T::KIND {
            // SAFETY: the kind is the type's, and `Ref<T>` is a transparent `Obj`.
            Some(unsafe { &*(self as *const Obj).cast::<Ref<T>>() })
        } else {
            None
        }
    }

    /// The object as `T`, without a count of its own, or itself back if it is something else.
    #[inline]
    pub fn into_ref<T: Object>(self) -> Result<Ref<T>, Obj> {
        if self.kind() == T::KIND {
            Ok(Ref {
                obj: self,
                marker: PhantomData,
            })
        } else {
            Err(self)
        }
    }

    /// The raw pointer, without giving up the count.
    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> NonNull<Header> {
        self.0
    }

    /// A new count on the object behind a raw pointer.
    ///
    /// # Safety
    /// `ptr` points to a live object.
    #[inline(always)]
    pub(crate) unsafe fn retain_ptr(ptr: NonNull<Header>) -> Obj {
        // SAFETY: the object is live by the caller's promise; `ManuallyDrop` keeps its count.
        let borrowed = std::mem::ManuallyDrop::new(Obj(ptr));
        (*borrowed).clone()
    }
}

impl Clone for Obj {
    #[inline(always)]
    fn clone(&self) -> Obj {
        let rc = &self.header().rc;
        rc.set(rc.get().wrapping_add(1));
        Obj(self.0)
    }
}

impl Drop for Obj {
    #[inline(always)]
    fn drop(&mut self) {
        let rc = &self.header().rc;
        let left = rc.get() - 1;
        rc.set(left);
        if left == 0 {
            release(self.0);
        }
    }
}

impl<T: Object> Ref<T> {
    /// A new object without a tail.
    #[inline]
    pub fn new(body: T) -> Ref<T> {
        Ref::with_tail(body, 0, |_| unreachable!("no tail"))
    }

    /// A new object whose tail elements are `init(0)`, `init(1)`, … `body.tail_len()` must be
    /// `len`.
    #[inline]
    pub fn with_tail(body: T, len: usize, mut init: impl FnMut(usize) -> T::Tail) -> Ref<T> {
        // Should `init` panic, the guard leaks the memory (its tail is not whole), no more.
        let r = std::mem::ManuallyDrop::new(Ref::allocate(body, len));
        let tail = r.tail_ptr();
        for i in 0..len {
            // SAFETY: the allocation has room for `len` elements.
            unsafe { tail.add(i).write(init(i)) };
        }
        if T::TRACKED {
            gc::track(&r.obj);
        }
        std::mem::ManuallyDrop::into_inner(r)
    }

    /// A new object with an unwritten tail, not yet tracked.
    #[inline(always)]
    fn allocate(body: T, len: usize) -> Ref<T> {
        let layout = layout::<T>(len);
        debug_assert_eq!(body.tail_len(), len);
        // SAFETY: the layout is not empty (it contains a header); header and body are written.
        unsafe {
            let ptr = pool::allocate(layout).cast::<Boxed<T>>();
            let header = Header {
                rc: Cell::new(1),
                kind: T::KIND,
                flags: Cell::new(0),
                small: Cell::new(0),
                gc: Cell::new(UNTRACKED),
                aux: Cell::new(0),
            };
            ptr.write(Boxed { header, body });
            Ref {
                obj: Obj(ptr.cast()),
                marker: PhantomData,
            }
        }
    }

    /// The elements stored inline behind the body.
    #[inline(always)]
    pub fn tail(&self) -> &[T::Tail] {
        // SAFETY: `with_tail` wrote `tail_len()` elements at this offset.
        unsafe { std::slice::from_raw_parts(self.tail_ptr(), self.tail_len()) }
    }

    /// The address of the first tail element. Writing through it is for the modules that own the
    /// tail's protocol (instances, coroutine frames).
    #[inline(always)]
    pub fn tail_ptr(&self) -> *mut T::Tail {
        // SAFETY: the offset lies inside the allocation (or one past its end for no tail).
        unsafe {
            self.obj
                .0
                .as_ptr()
                .cast::<u8>()
                .add(tail_offset::<T>())
                .cast()
        }
    }

    /// The pointer as one to any kind.
    #[inline(always)]
    pub fn obj(&self) -> &Obj {
        &self.obj
    }

    /// Gives up the type, keeps the count.
    #[inline(always)]
    pub fn into_obj(self) -> Obj {
        self.obj
    }

    /// Identity.
    #[inline(always)]
    pub fn is(&self, other: &Ref<T>) -> bool {
        self.obj.is(&other.obj)
    }

    /// The raw pointer, without giving up the count.
    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> NonNull<Header> {
        self.obj.0
    }

    /// Gives up the pointer with its count, to be taken back by `from_raw`.
    #[inline(always)]
    pub(crate) fn into_raw(self) -> NonNull<Header> {
        let ptr = self.obj.0;
        std::mem::forget(self);
        ptr
    }

    /// Takes back what `into_raw` gave up.
    ///
    /// # Safety
    /// `ptr` comes from `into_raw` of the same type and is taken back once.
    #[inline(always)]
    pub(crate) unsafe fn from_raw(ptr: NonNull<Header>) -> Ref<T> {
        Ref {
            obj: Obj(ptr),
            marker: PhantomData,
        }
    }

    /// Looks at the object behind a raw pointer without touching its count.
    ///
    /// # Safety
    /// `ptr` points to a live `T` that outlives the use of the returned borrow.
    #[inline(always)]
    pub(crate) unsafe fn borrow_raw(ptr: &NonNull<Header>) -> &Ref<T> {
        // SAFETY: `Ref<T>` is a transparent `NonNull<Header>`.
        unsafe { &*(ptr as *const NonNull<Header>).cast::<Ref<T>>() }
    }
}

impl<T: Object> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Ref<T>` points to a live `Boxed<T>`.
        unsafe { &self.obj.0.cast::<Boxed<T>>().as_ref().body }
    }
}

impl<T: Object> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Ref<T> {
        Ref {
            obj: self.obj.clone(),
            marker: PhantomData,
        }
    }
}

/// The counted pointer of an object's body (for `clear`, which only sees the body).
pub(crate) fn body_as_ref<T: Object>(body: &T) -> Ref<T> {
    let offset = std::mem::offset_of!(Boxed<T>, body);
    // SAFETY: bodies of `Object` types live nowhere but inside a `Boxed<T>`.
    unsafe {
        let header = (body as *const T)
            .cast_mut()
            .cast::<u8>()
            .sub(offset)
            .cast::<Header>();
        Ref {
            obj: Obj::retain_ptr(NonNull::new_unchecked(header)),
            marker: PhantomData,
        }
    }
}

/// The address of the object that a body is part of (for `Drop`, where its count is gone).
pub(crate) fn address_of<T: Object>(body: &T) -> usize {
    body as *const T as usize - std::mem::offset_of!(Boxed<T>, body)
}

/// A count on the coroutine that awaits another: it holds a count on the awaited one until it
/// has gone on, so it is live while the awaited one remembers it.
pub(crate) fn retain_awaiter(ptr: NonNull<Header>) -> Ref<crate::coroutine::CoroutineObj> {
    // SAFETY: see above; a coroutine that is freed while it awaits unlinks what it awaits
    // (`CoroutineObj::finish`).
    let obj = unsafe { Obj::retain_ptr(ptr) };
    Ref {
        obj,
        marker: PhantomData,
    }
}

/// Objects that are remembered but not held, each with something about it. Whoever inserts an
/// object has it removed when it is freed (`CoroutineObj::drop`).
pub(crate) struct Remembered<T> {
    by_address: RefCell<HashMap<usize, (NonNull<Header>, T)>>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered {
            by_address: RefCell::default(),
        }
    }
}

impl<T> Remembered<T> {
    /// Remembers an object.
    pub(crate) fn insert(&self, obj: &Obj, about: T) {
        let old = self
            .by_address
            .borrow_mut()
            .insert(obj.address(), (obj.0, about));
        drop(old);
    }

    /// Forgets an object.
    pub(crate) fn remove(&self, address: usize) -> Option<T> {
        self.by_address
            .borrow_mut()
            .remove(&address)
            .map(|found| found.1)
    }

    /// Forgets the objects that `wanted` tells, and returns them.
    pub(crate) fn take(&self, wanted: impl Fn(&T) -> bool) -> Vec<Obj> {
        let mut by_address = self.by_address.borrow_mut();
        let mut taken = Vec::new();
        by_address.retain(|_, (ptr, about)| {
            let is_wanted = wanted(about);
            if is_wanted {
                // SAFETY: objects that are remembered are live: each is removed before it is
                // freed.
                taken.push(unsafe { Obj::retain_ptr(*ptr) });
            }
            !is_wanted
        });
        taken
    }
}

/// A new object whose tail is the pieces one after another.
#[inline]
pub(crate) fn from_bytes<T: Object<Tail = u8>>(body: T, pieces: &[&str]) -> Ref<T> {
    let len = body.tail_len();
    let r = Ref::allocate(body, len);
    let mut at = r.tail_ptr();
    for piece in pieces {
        // SAFETY: the tail holds `len` bytes, the sum of the pieces' lengths.
        unsafe {
            std::ptr::copy_nonoverlapping(piece.as_ptr(), at, piece.len());
            at = at.add(piece.len());
        }
    }
    r
}

/// Puts `more` behind a string that nobody else holds; gives the string back unchanged if
/// somebody does, or if it is interned. The block is made larger by the allocator, which for
/// large blocks moves nothing.
pub(crate) fn grow_text(
    s: Ref<crate::objects::str::StrObj>,
    more: &str,
) -> Result<Ref<crate::objects::str::StrObj>, Ref<crate::objects::str::StrObj>> {
    use crate::objects::str::StrObj;
    if s.obj.count() != 1 || s.is_interned() || s.obj.flags() != 0 {
        return Err(s);
    }
    let old = s.tail_len();
    let Some(len) = old
        .checked_add(more.len())
        .filter(|len| *len < isize::MAX as usize / 2)
    else {
        return Err(s);
    };
    let ptr = s.into_raw();
    // SAFETY: `ptr` holds the only count on a live string, so that no borrow of it is left: not
    // its text, and not `more`, whose owner would hold a count. Strings are not tracked by the
    // collector, and without flags nothing else knows the address. The block was allocated with
    // the layout of `old` bytes; the new one has room for `len`, of which the first `old` were
    // copied and the rest is written from a whole `str`.
    unsafe {
        let ptr = pool::grow(ptr.cast(), layout::<StrObj>(old), layout::<StrObj>(len)).cast();
        let boxed = ptr.cast::<Boxed<StrObj>>();
        (*boxed.as_ptr()).body.grown(more);
        let r = Ref::<StrObj>::from_raw(ptr);
        std::ptr::copy_nonoverlapping(more.as_ptr(), r.tail_ptr().add(old), more.len());
        Ok(r)
    }
}

/// The tail of a string as text.
#[inline(always)]
pub(crate) fn text(s: &Ref<crate::objects::str::StrObj>) -> &str {
    // SAFETY: the tail of a `StrObj` is made by `from_bytes` out of whole `str`s.
    unsafe { std::str::from_utf8_unchecked(s.tail()) }
}

fn tail_offset<T: Object>() -> usize {
    let align = align_of::<T::Tail>();
    size_of::<Boxed<T>>().div_ceil(align) * align
}

fn layout<T: Object>(len: usize) -> Layout {
    let size = tail_offset::<T>() + size_of::<T::Tail>() * len;
    let align = align_of::<Boxed<T>>().max(align_of::<T::Tail>());
    // The size was checked where the length came from (lengths of things already in memory).
    Layout::from_size_align(size, align).expect("an object larger than the address space")
}

thread_local! {
    /// How many releases are nested on the native stack, and what waits for the outermost one.
    static RELEASE_DEPTH: Cell<u32> = const { Cell::new(0) };
    static DEFERRED: Cell<Vec<NonNull<Header>>> = const { Cell::new(Vec::new()) };
    /// True if something waits there. Apart, because the vector has a destructor.
    static ANY_DEFERRED: Cell<bool> = const { Cell::new(false) };
}

/// Nested releases beyond this are put off, so that freeing a list nested a million deep does
/// not overflow the native stack.
const MAX_RELEASE_DEPTH: u32 = 64;

/// Frees an object whose count has reached zero.
#[cold]
#[inline(never)]
fn release_deep(ptr: NonNull<Header>) {
    DEFERRED.with(|d| {
        let mut waiting = d.take();
        waiting.push(ptr);
        d.set(waiting);
    });
    ANY_DEFERRED.with(|any| any.set(true));
}

/// Frees what was put off.
#[cold]
#[inline(never)]
fn release_deferred() {
    loop {
        let next = DEFERRED.with(|d| {
            let mut waiting = d.take();
            let next = waiting.pop();
            d.set(waiting);
            next
        });
        let Some(next) = next else { break };
        // SAFETY: deferred objects are live with count zero.
        let kind = unsafe { next.as_ref().kind };
        release_now(next, kind);
    }
    ANY_DEFERRED.with(|any| any.set(false));
}

#[inline(never)]
fn release(ptr: NonNull<Header>) {
    // SAFETY: the object is live (count zero, nobody else will release it).
    let (kind, flags) = unsafe { (ptr.as_ref().kind, ptr.as_ref().flags.get()) };
    if kind == Kind::Str && flags == 0 {
        // Most of what is freed holds nothing: no recursion to count, no finalizer.
        // SAFETY: as above.
        return unsafe { free::<crate::objects::str::StrObj>(ptr) };
    }
    let depth = RELEASE_DEPTH.with(|d| d.get());
    if depth >= MAX_RELEASE_DEPTH {
        return release_deep(ptr);
    }
    RELEASE_DEPTH.with(|d| d.set(depth + 1));
    release_now(ptr, kind);
    if depth == 0 && ANY_DEFERRED.with(|any| any.get()) {
        release_deferred();
    }
    RELEASE_DEPTH.with(|d| d.set(depth));
}

#[inline(always)]
fn release_now(ptr: NonNull<Header>, kind: Kind) {
    // SAFETY: count zero: nobody else looks at the object. While finalizers run, one count
    // keeps it alive; if they stored it somewhere, it lives on.
    unsafe {
        let header = ptr.as_ref();
        if crate::finalize::needs_finalizer(
            &std::mem::ManuallyDrop::new(Obj(ptr)),
            kind,
            header.flags.get(),
        ) {
            header.rc.set(1);
            let borrowed = std::mem::ManuallyDrop::new(Obj(ptr));
            crate::finalize::finalize(&borrowed);
            let left = header.rc.get() - 1;
            header.rc.set(left);
            if left > 0 {
                return;
            }
        }
        if header.gc.get() != UNTRACKED {
            gc::untrack(header);
        }
        (crate::kinds::TABLE[kind as usize].free)(ptr);
    }
}

/// What the runtime does by kind: a row of `kinds::TABLE`.
pub(crate) struct KindOps {
    free: unsafe fn(NonNull<Header>),
    trace: unsafe fn(NonNull<Header>, &mut dyn FnMut(&Obj)),
    clear: unsafe fn(NonNull<Header>),
}

impl KindOps {
    pub(crate) const fn of<T: Object>() -> KindOps {
        KindOps {
            free: free::<T>,
            trace: trace::<T>,
            clear: clear::<T>,
        }
    }

    /// Shows the collector what the object holds.
    pub(crate) fn trace(&self, obj: &Obj, visit: &mut dyn FnMut(&Obj)) {
        // SAFETY: the row was chosen by the object's kind.
        unsafe { (self.trace)(obj.0, visit) }
    }

    /// Drops what the object holds.
    pub(crate) fn clear(&self, obj: &Obj) {
        // SAFETY: the row was chosen by the object's kind.
        unsafe { (self.clear)(obj.0) }
    }
}

/// # Safety
/// `ptr` is a `Boxed<T>` with count zero that nobody will use again.
unsafe fn free<T: Object>(ptr: NonNull<Header>) {
    // SAFETY: by the caller's promise; the tail was written by `with_tail`.
    unsafe {
        let boxed = ptr.cast::<Boxed<T>>().as_ptr();
        let len = (*boxed).body.tail_len();
        let layout = layout::<T>(len);
        if std::mem::needs_drop::<T::Tail>() && len > 0 {
            let tail = boxed.cast::<u8>().add(tail_offset::<T>()).cast::<T::Tail>();
            // From the end, as in CPython: `__del__` of a tuple's items runs in that order.
            for i in (0..len).rev() {
                std::ptr::drop_in_place(tail.add(i));
            }
        }
        std::ptr::drop_in_place(&raw mut (*boxed).body);
        #[cfg(debug_assertions)]
        boxed.cast::<u8>().write_bytes(0xdd, layout.size());
        pool::release(ptr.cast(), layout);
    }
}

/// # Safety
/// `ptr` is a live `Boxed<T>`.
unsafe fn trace<T: Object>(ptr: NonNull<Header>, visit: &mut dyn FnMut(&Obj)) {
    // SAFETY: by the caller's promise.
    let r = unsafe { Ref::<T>::borrow_raw(&ptr) };
    r.trace(visit);
    T::trace_tail(r.tail(), visit);
}

/// # Safety
/// `ptr` is a live `Boxed<T>`.
unsafe fn clear<T: Object>(ptr: NonNull<Header>) {
    // SAFETY: by the caller's promise.
    unsafe { Ref::<T>::borrow_raw(&ptr) }.clear();
}

/// Shows the object inside a value, if there is one.
#[inline]
pub fn trace_value(value: &Value, visit: &mut dyn FnMut(&Obj)) {
    if let Value::Obj(o) = value {
        visit(o);
    }
}

/// Shows the objects inside several values.
pub fn trace_values(values: &[Value], visit: &mut dyn FnMut(&Obj)) {
    for value in values {
        trace_value(value, visit);
    }
}
