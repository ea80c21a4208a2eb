//! `bytes`: its methods, most of which `bytearray` shares. What they do with the bytes themselves
//! is in `crate::text::bytes`.

pub(crate) mod arith;
pub(crate) mod construct;
pub(crate) mod convert;
pub(crate) mod rows;
pub(crate) mod search;
pub(crate) mod split;
pub(crate) mod view;
pub use view::bytes_of;

pub use arith::{binary, compare, equal};

use aio_parser::ast::{BinaryOp, CmpOp};

use self::rows::byte_rows;
use self::view::ByteString;
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::object::Kind;
use crate::objects::bytes::BytesObj;
use crate::objects::class::Layout;
use crate::objects::tuple::tuple_of;
use crate::text::bytes as text;
use crate::value::Value;

/// `bytes`.
pub static BYTES: ClassSpec = ClassSpec {
    name: "bytes",
    module: "builtins",
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer",
    layout: Layout::Native(Kind::Bytes),
    methods: byte_rows![
        BytesObj,
        static_method(
            "__new__(cls, source=b'', encoding='utf-8', errors='strict')",
            "Create a bytes object.",
            construct::new
        ),
        class_method(
            "fromhex(string, /)",
            "Create a bytes object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.",
            convert::fromhex::<BytesObj>
        ),
        static_method(
            "maketrans(frm, to, /)",
            "Return a translation table usable for the bytes or bytearray translate method.",
            convert::maketrans
        ),
        method("__hash__()", "Return hash(self).", |vm, a| {
            view::this::<BytesObj>(vm, a, "__hash__")?;
            vm.hash(&a[0]).map(Value::Int)
        }),
        method(
            "__bytes__()",
            "Convert this value to exact type bytes.",
            |vm, a| Ok(view::this::<BytesObj>(vm, a, "__bytes__")?.into())
        ),
        method(
            "__getnewargs__()",
            "Return the arguments of `__new__`.",
            |vm, a| {
                let this = view::this::<BytesObj>(vm, a, "__getnewargs__")?;
                Ok(tuple_of([this.into()]))
            }
        ),
    ],
    attributes: &[],
    subclassable: true,
};
