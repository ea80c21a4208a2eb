//! A look at the bytes of any bytes-like object, and what `bytes` and `bytearray` have in common.

use std::ops::Deref;

use crate::builtins::memoryview;
use crate::builtins::str::wrong_receiver;
use crate::object::{Kind, Object, Ref};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj, bytearray, bytes};
use crate::objects::host::HostObj;
use crate::shared::Reading;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// The bytes of a bytes-like object. Of a bytearray they are borrowed: nothing of the program's
/// may run meanwhile.
pub(crate) enum View<'a> {
    /// Of a `bytes`.
    Slice(&'a [u8]),
    /// Of a `bytearray`.
    Guard(Reading<'a, Vec<u8>>),
    /// A copy.
    Owned(Vec<u8>),
}

impl Deref for View<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            View::Slice(data) => data,
            View::Guard(data) => data,
            View::Owned(data) => data,
        }
    }
}

impl<'a> View<'a> {
    /// The same bytes, with nothing borrowed from a bytearray.
    pub(crate) fn settled(self) -> View<'a> {
        match self {
            View::Guard(data) => View::Owned(data.to_vec()),
            view => view,
        }
    }
}

/// A copy of the bytes of a bytes-like object (not of instances of script subclasses).
pub fn bytes_of(v: &Value) -> Option<Vec<u8>> {
    bytes_like(v).map(|view| view.to_vec())
}

/// The bytes of a bytes-like object (not of instances of script subclasses: see `Vm::native`).
pub(crate) fn bytes_like(v: &Value) -> Option<View<'_>> {
    let Value::Obj(o) = v else { return None };
    match o.kind() {
        Kind::Bytes => o.downcast::<BytesObj>().map(|b| View::Slice(&b.data)),
        Kind::ByteArray => o
            .downcast::<ByteArrayObj>()
            .map(|b| View::Guard(b.data.read())),
        Kind::MemoryView => o
            .downcast::<MemoryViewObj>()
            .map(|m| View::Owned(memoryview::contents(m))),
        Kind::Host => o.downcast::<HostObj>()?.data.bytes().map(View::Owned),
        _ => None,
    }
}

/// True for a `memoryview` whose bytes do not lie one behind the other.
pub(crate) fn is_scattered(v: &Value) -> bool {
    v.downcast::<MemoryViewObj>()
        .is_some_and(|m| !memoryview::is_contiguous(m))
}

/// As `bytes_like`, with the `TypeError` of most methods.
pub(crate) fn expect_bytes<'a>(vm: &Vm, v: &'a Value) -> R<View<'a>> {
    if is_scattered(v) {
        return Err(vm.buffer_error("memoryview: underlying buffer is not C-contiguous"));
    }
    expect_usable(vm, v)?;
    bytes_like(v).ok_or_else(|| not_bytes_like(vm, v))
}

/// Raises for a `memoryview` that was released.
pub(crate) fn expect_usable(vm: &Vm, v: &Value) -> R<()> {
    match v.downcast::<MemoryViewObj>() {
        Some(view) => memoryview::check(vm, view),
        None => Ok(()),
    }
}

#[cold]
pub(crate) fn not_bytes_like(vm: &Vm, v: &Value) -> Raised {
    vm.type_error(format!(
        "a bytes-like object is required, not '{}'",
        vm.type_name(v)
    ))
}

/// What `__bytes__` of an object returns, if it has one.
pub(crate) fn bytes_method(vm: &Vm, v: &Value) -> R<Option<Value>> {
    let Some(kind) = v.kind() else {
        return Ok(None);
    };
    if !matches!(
        kind,
        Kind::Instance | Kind::Host | Kind::Exception | Kind::Class
    ) {
        return Ok(None);
    }
    let Some(made) = vm.call_special(v, &vm.names.bytes_, &[])? else {
        return Ok(None);
    };
    let native = vm.native(&made);
    if !native.is_kind(Kind::Bytes) {
        let name = vm.type_name(&made);
        return Err(vm.type_error(format!("__bytes__ returned non-bytes (type {name})")));
    }
    Ok(Some(made))
}

/// `bytes` or `bytearray`.
pub(crate) trait ByteString: Object {
    /// The name of the type.
    const NAME: &'static str;

    /// The bytes.
    fn view(&self) -> View<'_>;

    /// A new one.
    fn make(data: Vec<u8>) -> Value;

    /// What `partition` gives for its separator.
    fn separator(given: &Value, data: &[u8]) -> Value;
}

impl ByteString for BytesObj {
    const NAME: &'static str = "bytes";

    #[inline]
    fn view(&self) -> View<'_> {
        View::Slice(&self.data)
    }

    #[inline]
    fn make(data: Vec<u8>) -> Value {
        bytes(data)
    }

    fn separator(given: &Value, _data: &[u8]) -> Value {
        given.clone()
    }
}

impl ByteString for ByteArrayObj {
    const NAME: &'static str = "bytearray";

    #[inline]
    fn view(&self) -> View<'_> {
        View::Guard(self.data.read())
    }

    #[inline]
    fn make(data: Vec<u8>) -> Value {
        bytearray(data)
    }

    fn separator(_given: &Value, data: &[u8]) -> Value {
        bytearray(data.to_vec())
    }
}

/// The receiver of a method.
#[inline]
pub(crate) fn this<'a, T: ByteString>(vm: &Vm, a: &'a [Value], method: &str) -> R<&'a Ref<T>> {
    a[0].downcast::<T>()
        .ok_or_else(|| wrong_receiver(vm, method, T::NAME, &a[0]))
}

/// What part of the receiver's bytes is as an object: the receiver itself if it is a `bytes` and
/// the part is all of it.
pub(crate) fn maybe_same<T: ByteString>(s: &Ref<T>, part: &[u8]) -> Value {
    match s.view() {
        View::Slice(data) if std::ptr::eq(data, part) => s.into(),
        _ => T::make(part.to_vec()),
    }
}
