//! `float`: its constructor and methods. The arithmetic is in `number`, the operators' methods
//! in `ops::binary::method`.

use super::bytes::view::bytes_like;
use super::int::new_class;
use crate::classes::ClassSpec;
use crate::native::{class_method, method, static_method};
use crate::number;
use crate::object::Kind;
use crate::objects::bytes::{ByteArrayObj, BytesObj};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::function::Attribute;
use crate::objects::tuple::tuple;
use crate::ops::binary::method::{
    FLOAT as F, abs, binary, compare, format, hash, op, power, reflected, reflected_power, repr,
    truth, unary,
};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `float`.
pub static FLOAT: ClassSpec = ClassSpec {
    name: "float",
    module: "builtins",
    doc: "Convert a string or number to a floating-point number, if possible.",
    // Floats are no heap objects; their kind is never looked up.
    layout: Layout::Native(Kind::BigInt),
    methods: &[
        static_method(
            "__new__(cls, x=0, /)",
            "Create and return a new object.",
            new,
        ),
        method("__repr__()", "Return repr(self).", repr::<F>),
        method("__hash__()", "Return hash(self).", hash::<F>),
        method(
            "__lt__(value, /)",
            "Return self<value.",
            compare::<F, { op::LT }>,
        ),
        method(
            "__le__(value, /)",
            "Return self<=value.",
            compare::<F, { op::LE }>,
        ),
        method(
            "__eq__(value, /)",
            "Return self==value.",
            compare::<F, { op::EQ }>,
        ),
        method(
            "__ne__(value, /)",
            "Return self!=value.",
            compare::<F, { op::NE }>,
        ),
        method(
            "__gt__(value, /)",
            "Return self>value.",
            compare::<F, { op::GT }>,
        ),
        method(
            "__ge__(value, /)",
            "Return self>=value.",
            compare::<F, { op::GE }>,
        ),
        method(
            "__add__(value, /)",
            "Return self+value.",
            binary::<F, { op::ADD }>,
        ),
        method(
            "__radd__(value, /)",
            "Return value+self.",
            reflected::<F, { op::ADD }>,
        ),
        method(
            "__sub__(value, /)",
            "Return self-value.",
            binary::<F, { op::SUB }>,
        ),
        method(
            "__rsub__(value, /)",
            "Return value-self.",
            reflected::<F, { op::SUB }>,
        ),
        method(
            "__mul__(value, /)",
            "Return self*value.",
            binary::<F, { op::MUL }>,
        ),
        method(
            "__rmul__(value, /)",
            "Return value*self.",
            reflected::<F, { op::MUL }>,
        ),
        method(
            "__mod__(value, /)",
            "Return self%value.",
            binary::<F, { op::MOD }>,
        ),
        method(
            "__rmod__(value, /)",
            "Return value%self.",
            reflected::<F, { op::MOD }>,
        ),
        method(
            "__divmod__(value, /)",
            "Return divmod(self, value).",
            binary::<F, { op::DIVMOD }>,
        ),
        method(
            "__rdivmod__(value, /)",
            "Return divmod(value, self).",
            reflected::<F, { op::DIVMOD }>,
        ),
        method(
            "__pow__(value, mod=None, /)",
            "Return pow(self, value, mod).",
            power::<F>,
        ),
        method(
            "__rpow__(value, mod=None, /)",
            "Return pow(value, self, mod).",
            reflected_power::<F>,
        ),
        method("__neg__()", "-self", unary::<F, { op::NEG }>),
        method("__pos__()", "+self", unary::<F, { op::POS }>),
        method("__abs__()", "abs(self)", abs::<F>),
        method("__bool__()", "True if self else False", truth::<F>),
        method("__int__()", "int(self)", |vm, a| truncate(vm, a, "__int__")),
        method("__float__()", "float(self)", |vm, a| {
            plain(vm, a, "__float__")
        }),
        method(
            "__floordiv__(value, /)",
            "Return self//value.",
            binary::<F, { op::FLOORDIV }>,
        ),
        method(
            "__rfloordiv__(value, /)",
            "Return value//self.",
            reflected::<F, { op::FLOORDIV }>,
        ),
        method(
            "__truediv__(value, /)",
            "Return self/value.",
            binary::<F, { op::DIV }>,
        ),
        method(
            "__rtruediv__(value, /)",
            "Return value/self.",
            reflected::<F, { op::DIV }>,
        ),
        method(
            "conjugate()",
            "Return self, the complex conjugate of any float.",
            |vm, a| plain(vm, a, "conjugate"),
        ),
        method(
            "__trunc__()",
            "Return the Integral closest to x between 0 and x.",
            |vm, a| truncate(vm, a, "__trunc__"),
        ),
        method(
            "__floor__()",
            "Return the floor as an Integral.",
            |vm, a| {
                vm.number(number::floor(this(vm, &a[0], "__floor__")?))
                    .map(Value::from)
            },
        ),
        method(
            "__ceil__()",
            "Return the ceiling as an Integral.",
            |vm, a| {
                vm.number(number::ceil(this(vm, &a[0], "__ceil__")?))
                    .map(Value::from)
            },
        ),
        method(
            "__round__(ndigits=None, /)",
            "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
            round,
        ),
        method(
            "as_integer_ratio()",
            "Return a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.  Raise\nOverflowError on infinities and a ValueError on NaNs.\n\n>>> (10.0).as_integer_ratio()\n(10, 1)\n>>> (0.0).as_integer_ratio()\n(0, 1)\n>>> (-.25).as_integer_ratio()\n(-1, 4)",
            as_integer_ratio,
        ),
        class_method(
            "fromhex(string, /)",
            "Create a floating-point number from a hexadecimal string.\n\n>>> float.fromhex('0x1.ffffp10')\n2047.984375\n>>> float.fromhex('-0x1p-1074')\n-5e-324",
            from_hex,
        ),
        method(
            "hex()",
            "Return a hexadecimal representation of a floating-point number.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'\n>>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'",
            |vm, a| Ok(vm.text(&number::float_hex(this(vm, &a[0], "hex")?))),
        ),
        method(
            "is_integer()",
            "Return True if the float is an integer.",
            |vm, a| {
                Ok(Value::bool(number::is_integer(this(
                    vm,
                    &a[0],
                    "is_integer",
                )?)))
            },
        ),
        method(
            "__getnewargs__()",
            "Return the arguments of `__new__`.",
            |vm, a| Ok(tuple(vec![plain(vm, a, "__getnewargs__")?])),
        ),
        class_method(
            "__getformat__(typestr, /)",
            "The format of floats in C.",
            get_format,
        ),
        method(
            "__format__(format_spec, /)",
            "Formats the float according to format_spec.",
            format::<F>,
        ),
    ],
    attributes: &[
        Attribute {
            name: "real",
            get: |vm, v| plain(vm, &[vm.native(v)], "real"),
            set: None,
        },
        Attribute {
            name: "imag",
            get: |_, _| Ok(Value::float(0.0)),
            set: None,
        },
    ],
    subclassable: true,
};

fn this(vm: &Vm, v: &Value, method: &str) -> R<f64> {
    v.as_float()
        .ok_or_else(|| vm.wrong_receiver(method, "float", v))
}

/// The receiver itself.
fn plain(vm: &Vm, a: &[Value], method: &str) -> R {
    this(vm, &a[0], method).map(Value::float)
}

fn new(vm: &Vm, a: &[Value]) -> R {
    new_class(vm, &a[0], &vm.classes.float)?;
    let x = if a[1].is_unbound() {
        0.0
    } else {
        let x = float_of(vm, &a[1])?;
        match x.is_nan() && !matches!(a[1], Value::Float(_)) {
            true => vm.new_nan(x),
            false => x,
        }
    };
    vm.wrap_new(&a[0], Value::float(x))
}

impl Vm {
    /// A NaN of its own: in CPython each is another object, so it is not found among others. Floats
    /// are no objects here, so it is the low bits, which nobody looks at, that differ.
    fn new_nan(&self, x: f64) -> f64 {
        let number = self.nan_count.get().wrapping_add(1);
        self.nan_count.set(number);
        f64::from_bits(x.to_bits() & NAN_BITS | u64::from(number))
    }
}

/// The bits of a NaN that are not only there to tell it from others.
const NAN_BITS: u64 = !0xffff_ffff;

/// The bits of a float as others are to see them.
pub fn plain_bits(x: f64) -> u64 {
    match x.is_nan() {
        true => x.to_bits() & NAN_BITS,
        false => x.to_bits(),
    }
}

/// `float(x)`
pub fn float_of(vm: &Vm, x: &Value) -> R<f64> {
    if let Some(parsed) = parse(vm, x) {
        return parsed;
    }
    if x.is_kind(Kind::Instance)
        && let Some(x) = vm.float_by_method(x)?
    {
        // First also for instances of subclasses of `float`, unlike elsewhere.
        return Ok(x);
    }
    if let Some(x) = vm.try_f64(x)? {
        return Ok(x);
    }
    if matches!(x.kind(), Some(Kind::MemoryView | Kind::Host))
        && let Some(data) = bytes_like(x)
    {
        return vm.number(number::parse_float_bytes(&data, || vm.repr_or_name(x)));
    }
    match parse(vm, &vm.native(x)) {
        Some(parsed) => parsed,
        None => Err(not_a_number(vm, x)),
    }
}

/// The number that a `str`, `bytes` or `bytearray` writes; `None` for other values.
fn parse(vm: &Vm, x: &Value) -> Option<R<f64>> {
    let of_bytes = |data: &[u8]| number::parse_float_bytes(data, || vm.repr_or_name(x));
    let parsed = match x.kind()? {
        Kind::Str => number::parse_float(x.as_str()?, || vm.repr_or_name(x)),
        Kind::Bytes => of_bytes(&x.downcast::<BytesObj>()?.data),
        Kind::ByteArray => of_bytes(&x.downcast::<ByteArrayObj>()?.data.get()),
        _ => return None,
    };
    Some(vm.number(parsed))
}

#[cold]
fn not_a_number(vm: &Vm, x: &Value) -> Raised {
    vm.type_error(format!(
        "float() argument must be a string or a real number, not '{}'",
        vm.type_name(x)
    ))
}

fn truncate(vm: &Vm, a: &[Value], method: &str) -> R {
    vm.number(number::float_to_int(this(vm, &a[0], method)?))
        .map(Value::from)
}

fn round(vm: &Vm, a: &[Value]) -> R {
    let x = this(vm, &a[0], "__round__")?;
    if a[1].is_missing() {
        return vm.number(number::round_to_int(x)).map(Value::from);
    }
    let digits = vm.to_index_clamped(&a[1])?;
    vm.number(number::round_float(x, digits)).map(Value::float)
}

fn as_integer_ratio(vm: &Vm, a: &[Value]) -> R {
    let x = this(vm, &a[0], "as_integer_ratio")?;
    let (numerator, denominator) = vm.number(number::as_integer_ratio(x))?;
    Ok(tuple(vec![numerator.into(), denominator.into()]))
}

fn from_hex(vm: &Vm, a: &[Value]) -> R {
    let text = vm.native(&a[1]);
    let Some(text) = text.as_str() else {
        return Err(vm.type_error("bad argument type for built-in operation"));
    };
    if crate::text::surrogate::contains(text) {
        // Raises.
        crate::builtins::str::codec::encode(vm, &vm.native(&a[1]), "utf-8", "strict")?;
    }
    let x = Value::float(vm.number(number::float_from_hex(text))?);
    if a[0]
        .downcast::<ClassObj>()
        .is_some_and(|c| c.is(&vm.classes.float))
    {
        return Ok(x);
    }
    vm.call(&a[0], &[x])
}

fn get_format(vm: &Vm, a: &[Value]) -> R {
    match vm.expect_str(&a[1], "__getformat__() argument")?.as_str() {
        "double" | "float" if cfg!(target_endian = "big") => Ok(vm.text("IEEE, big-endian")),
        "double" | "float" => Ok(vm.text("IEEE, little-endian")),
        _ => Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}
