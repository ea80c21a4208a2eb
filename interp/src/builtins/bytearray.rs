//! `bytearray`: its methods. Those it shares with `bytes` are in `builtins/bytes`, those that
//! change it in `mutate`; items and slices are in `ops/subscript`.

mod mutate;

pub use super::bytes::{compare, equal};
pub use mutate::inplace;
pub(crate) use mutate::resizable;

use aio_parser::ast::{BinaryOp, CmpOp};

use super::bytes::rows::byte_rows;
use super::bytes::view::{self, ByteString};
use super::bytes::{arith, convert, search, split};
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::Kind;
use crate::objects::bytes::ByteArrayObj;
use crate::objects::class::Layout;
use crate::text::bytes as text;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `bytearray`.
pub static BYTEARRAY: ClassSpec = ClassSpec {
    name: "bytearray",
    module: "builtins",
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer",
    layout: Layout::Native(Kind::ByteArray),
    methods: byte_rows![
        ByteArrayObj,
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an empty bytearray.",
            mutate::new
        ),
        method(
            "__init__(source=b'', encoding='utf-8', errors='strict')",
            "Fill the bytearray.",
            mutate::init
        ),
        class_method(
            "fromhex(string, /)",
            "Create a bytearray object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.",
            convert::fromhex::<ByteArrayObj>
        ),
        static_method(
            "maketrans(frm, to, /)",
            "Return a translation table usable for the bytes or bytearray translate method.",
            convert::maketrans
        ),
        method(
            "append(item, /)",
            "Append a single item to the end of the bytearray.",
            mutate::append
        ),
        method(
            "clear()",
            "Remove all items from the bytearray.",
            mutate::clear
        ),
        method("copy()", "Return a copy of B.", mutate::copy),
        method(
            "extend(iterable_of_ints, /)",
            "Append all the items from the iterator or sequence to the end of the bytearray.",
            mutate::extend
        ),
        method(
            "insert(index, item, /)",
            "Insert a single item into the bytearray before the given index.",
            mutate::insert
        ),
        method(
            "pop(index=-1, /)",
            "Remove and return a single item from B.\n\nIf no index argument is given, will pop the last item.",
            mutate::pop
        ),
        method(
            "remove(value, /)",
            "Remove the first occurrence of a value in the bytearray.",
            mutate::remove
        ),
        method(
            "reverse()",
            "Reverse the order of the values in B in place.",
            mutate::reverse
        ),
        method(
            "__setitem__(key, value, /)",
            "Set self[key] to value.",
            |vm, a| {
                view::this::<ByteArrayObj>(vm, a, "__setitem__")?;
                vm.set_item(&a[0], &a[1], a[2].clone())
                    .map(|()| Value::None)
            }
        ),
        method("__delitem__(key, /)", "Delete self[key].", |vm, a| {
            view::this::<ByteArrayObj>(vm, a, "__delitem__")?;
            vm.del_item(&a[0], &a[1]).map(|()| Value::None)
        }),
        method("__iadd__(value, /)", "Implement self+=value.", |vm, a| {
            view::this::<ByteArrayObj>(vm, a, "__iadd__")?;
            inplace(vm, BinaryOp::Add, &a[0], &a[1])
        }),
        method("__imul__(value, /)", "Implement self*=value.", |vm, a| {
            view::this::<ByteArrayObj>(vm, a, "__imul__")?;
            inplace(vm, BinaryOp::Mult, &a[0], &a[1])
        }),
        method(
            "__alloc__()",
            "Return the number of bytes actually allocated.",
            |vm, a| {
                let this = view::this::<ByteArrayObj>(vm, a, "__alloc__")?;
                Ok(this.data.read().capacity().into())
            }
        ),
        method(
            "__sizeof__()",
            "Returns the size of the bytearray object in memory, in bytes.",
            |vm, a| {
                let this = view::this::<ByteArrayObj>(vm, a, "__sizeof__")?;
                let object = size_of::<ByteArrayObj>() + size_of::<crate::object::Header>();
                Ok((this.data.read().capacity() + object).into())
            }
        ),
        method(
            "__reduce__()",
            "Return state information for pickling.",
            mutate::reduce
        ),
        method(
            "__reduce_ex__(proto=0, /)",
            "Return state information for pickling.",
            mutate::reduce
        ),
    ],
    attributes: &[],
    subclassable: true,
};

/// `a op b` for a bytearray `a`; `NotImplemented` for what it does not have.
pub fn binary(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    arith::binary_of::<ByteArrayObj>(vm, op, a, b)
}
