//! `int`: its constructor and methods. The arithmetic is in `number`, the operators' methods in
//! `ops::binary::method`.

mod bytes;
mod construct;

pub use construct::{int_of, new_class};

use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::number::{self, IntRef};
use crate::object::Kind;
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::tuple::tuple;
use crate::ops::binary::method::{
    INT as I, abs, binary, compare, format, hash, op, power, reflected, reflected_power, repr,
    truth, unary,
};
use crate::ops::convert::int_ref;
use crate::value::{R, Value};
use crate::vm::Vm;

const DOC: &str = "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer literal.\n>>> int('0b100', base=0)\n4";

/// `int`.
pub static INT: ClassSpec = ClassSpec {
    name: "int",
    module: "builtins",
    doc: DOC,
    layout: Layout::Native(Kind::BigInt),
    methods: &[
        static_method(
            "__new__(cls, x=0, /, base=10)",
            "Create and return a new object.",
            construct::new,
        ),
        method("__repr__()", "Return repr(self).", repr::<I>),
        method("__hash__()", "Return hash(self).", hash::<I>),
        method(
            "__lt__(value, /)",
            "Return self<value.",
            compare::<I, { op::LT }>,
        ),
        method(
            "__le__(value, /)",
            "Return self<=value.",
            compare::<I, { op::LE }>,
        ),
        method(
            "__eq__(value, /)",
            "Return self==value.",
            compare::<I, { op::EQ }>,
        ),
        method(
            "__ne__(value, /)",
            "Return self!=value.",
            compare::<I, { op::NE }>,
        ),
        method(
            "__gt__(value, /)",
            "Return self>value.",
            compare::<I, { op::GT }>,
        ),
        method(
            "__ge__(value, /)",
            "Return self>=value.",
            compare::<I, { op::GE }>,
        ),
        method(
            "__add__(value, /)",
            "Return self+value.",
            binary::<I, { op::ADD }>,
        ),
        method(
            "__radd__(value, /)",
            "Return value+self.",
            reflected::<I, { op::ADD }>,
        ),
        method(
            "__sub__(value, /)",
            "Return self-value.",
            binary::<I, { op::SUB }>,
        ),
        method(
            "__rsub__(value, /)",
            "Return value-self.",
            reflected::<I, { op::SUB }>,
        ),
        method(
            "__mul__(value, /)",
            "Return self*value.",
            binary::<I, { op::MUL }>,
        ),
        method(
            "__rmul__(value, /)",
            "Return value*self.",
            reflected::<I, { op::MUL }>,
        ),
        method(
            "__mod__(value, /)",
            "Return self%value.",
            binary::<I, { op::MOD }>,
        ),
        method(
            "__rmod__(value, /)",
            "Return value%self.",
            reflected::<I, { op::MOD }>,
        ),
        method(
            "__divmod__(value, /)",
            "Return divmod(self, value).",
            binary::<I, { op::DIVMOD }>,
        ),
        method(
            "__rdivmod__(value, /)",
            "Return divmod(value, self).",
            reflected::<I, { op::DIVMOD }>,
        ),
        method(
            "__pow__(value, mod=None, /)",
            "Return pow(self, value, mod).",
            power::<I>,
        ),
        method(
            "__rpow__(value, mod=None, /)",
            "Return pow(value, self, mod).",
            reflected_power::<I>,
        ),
        method("__neg__()", "-self", unary::<I, { op::NEG }>),
        method("__pos__()", "+self", unary::<I, { op::POS }>),
        method("__abs__()", "abs(self)", abs::<I>),
        method("__bool__()", "True if self else False", truth::<I>),
        method("__invert__()", "~self", unary::<I, { op::INVERT }>),
        method(
            "__lshift__(value, /)",
            "Return self<<value.",
            binary::<I, { op::LSHIFT }>,
        ),
        method(
            "__rlshift__(value, /)",
            "Return value<<self.",
            reflected::<I, { op::LSHIFT }>,
        ),
        method(
            "__rshift__(value, /)",
            "Return self>>value.",
            binary::<I, { op::RSHIFT }>,
        ),
        method(
            "__rrshift__(value, /)",
            "Return value>>self.",
            reflected::<I, { op::RSHIFT }>,
        ),
        method(
            "__and__(value, /)",
            "Return self&value.",
            binary::<I, { op::AND }>,
        ),
        method(
            "__rand__(value, /)",
            "Return value&self.",
            reflected::<I, { op::AND }>,
        ),
        method(
            "__xor__(value, /)",
            "Return self^value.",
            binary::<I, { op::XOR }>,
        ),
        method(
            "__rxor__(value, /)",
            "Return value^self.",
            reflected::<I, { op::XOR }>,
        ),
        method(
            "__or__(value, /)",
            "Return self|value.",
            binary::<I, { op::OR }>,
        ),
        method(
            "__ror__(value, /)",
            "Return value|self.",
            reflected::<I, { op::OR }>,
        ),
        method("__int__()", "int(self)", |vm, a| whole(vm, a, "__int__")),
        method("__float__()", "float(self)", float),
        method(
            "__floordiv__(value, /)",
            "Return self//value.",
            binary::<I, { op::FLOORDIV }>,
        ),
        method(
            "__rfloordiv__(value, /)",
            "Return value//self.",
            reflected::<I, { op::FLOORDIV }>,
        ),
        method(
            "__truediv__(value, /)",
            "Return self/value.",
            binary::<I, { op::DIV }>,
        ),
        method(
            "__rtruediv__(value, /)",
            "Return value/self.",
            reflected::<I, { op::DIV }>,
        ),
        method(
            "__index__()",
            "Return self converted to an integer, if self is suitable for use as an index into a list.",
            |vm, a| whole(vm, a, "__index__"),
        ),
        method(
            "conjugate()",
            "Returns self, the complex conjugate of any int.",
            |vm, a| whole(vm, a, "conjugate"),
        ),
        method(
            "bit_length()",
            "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n>>> (37).bit_length()\n6",
            |vm, a| Ok(number::bit_length(this(vm, &a[0], "bit_length")?).into()),
        ),
        method(
            "bit_count()",
            "Number of ones in the binary representation of the absolute value of self.\n\nAlso known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
            |vm, a| Ok(number::bit_count(this(vm, &a[0], "bit_count")?).into()),
        ),
        method(
            "to_bytes(length=1, byteorder='big', *, signed=False)",
            "Return an array of bytes representing an integer.",
            bytes::to_bytes,
        ),
        class_method(
            "from_bytes(bytes, byteorder='big', *, signed=False)",
            "Return the integer represented by the given array of bytes.",
            bytes::from_bytes,
        ),
        method(
            "as_integer_ratio()",
            "Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.\n\n>>> (10).as_integer_ratio()\n(10, 1)\n>>> (-10).as_integer_ratio()\n(-10, 1)\n>>> (0).as_integer_ratio()\n(0, 1)",
            |vm, a| {
                Ok(tuple(vec![
                    whole(vm, a, "as_integer_ratio")?,
                    Value::Int(1),
                ]))
            },
        ),
        method(
            "__trunc__()",
            "Truncating an Integral returns itself.",
            |vm, a| whole(vm, a, "__trunc__"),
        ),
        method(
            "__floor__()",
            "Flooring an Integral returns itself.",
            |vm, a| whole(vm, a, "__floor__"),
        ),
        method(
            "__ceil__()",
            "Ceiling of an Integral returns itself.",
            |vm, a| whole(vm, a, "__ceil__"),
        ),
        method(
            "__round__(ndigits=<unrepresentable>, /)",
            "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
            round,
        ),
        method(
            "__getnewargs__()",
            "Return the arguments of `__new__`.",
            |vm, a| Ok(tuple(vec![whole(vm, a, "__getnewargs__")?])),
        ),
        method(
            "__format__(format_spec, /)",
            "Convert to a string according to format_spec.",
            format::<I>,
        ),
        method("__sizeof__()", "Returns size in memory, in bytes.", size_of),
        method(
            "is_integer()",
            "Returns True. Exists for duck type compatibility with float.is_integer.",
            |vm, a| this(vm, &a[0], "is_integer").map(|_| Value::True),
        ),
    ],
    attributes: &[
        Attribute {
            name: "real",
            get: real,
            set: None,
        },
        Attribute {
            name: "imag",
            get: |_, _| Ok(Value::Int(0)),
            set: None,
        },
        Attribute {
            name: "numerator",
            get: real,
            set: None,
        },
        Attribute {
            name: "denominator",
            get: |_, _| Ok(Value::Int(1)),
            set: None,
        },
    ],
    subclassable: true,
};

fn this<'a>(vm: &Vm, v: &'a Value, method: &str) -> R<IntRef<'a>> {
    int_ref(v).ok_or_else(|| vm.wrong_receiver(method, "int", v))
}

/// The receiver itself, a `bool` as `int`.
fn whole(vm: &Vm, a: &[Value], method: &str) -> R {
    if let Value::Obj(_) | Value::Int(_) = &a[0]
        && int_ref(&a[0]).is_some()
    {
        return Ok(a[0].clone());
    }
    Ok(this(vm, &a[0], method)?.to_int().into())
}

fn real(vm: &Vm, v: &Value) -> R {
    whole(vm, &[vm.native(v)], "real")
}

fn float(vm: &Vm, a: &[Value]) -> R {
    vm.number(number::int_to_float(this(vm, &a[0], "__float__")?))
        .map(Value::float)
}

fn round(vm: &Vm, a: &[Value]) -> R {
    let n = this(vm, &a[0], "__round__")?;
    if a[1].is_unbound() {
        return whole(vm, a, "__round__");
    }
    let digits = vm.to_index_clamped(&a[1])?;
    Ok(number::round_int(n, digits).into())
}

/// What CPython's object takes: a header and 30 bits per digit.
fn size_of(vm: &Vm, a: &[Value]) -> R {
    let bits = number::bit_length(this(vm, &a[0], "__sizeof__")?);
    Ok((24 + 4 * bits.div_ceil(30).max(1)).into())
}
