//! `complex`: its constructor and methods. The arithmetic is in `number`, the operators' methods
//! in `ops::binary::method`.

use super::int::new_class;
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::number::{self, Complex};
use crate::object::Kind;
use crate::objects::class::Layout;
use crate::objects::function::Attribute;
use crate::objects::tuple::tuple;
use crate::ops::binary::method::{
    COMPLEX as C, abs, binary, compare, format, hash, op, power, reflected, reflected_power, repr,
    truth, unary,
};
use crate::ops::binary::number::Number;
use crate::ops::convert::complex_of;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `complex`.
pub static COMPLEX: ClassSpec = ClassSpec {
    name: "complex",
    module: "builtins",
    doc: "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.",
    layout: Layout::Native(Kind::Complex),
    methods: &[
        static_method(
            "__new__(cls, real=0, imag=0)",
            "Create and return a new object.",
            new,
        ),
        method("__repr__()", "Return repr(self).", repr::<C>),
        method("__hash__()", "Return hash(self).", hash::<C>),
        method(
            "__lt__(value, /)",
            "Return self<value.",
            compare::<C, { op::LT }>,
        ),
        method(
            "__le__(value, /)",
            "Return self<=value.",
            compare::<C, { op::LE }>,
        ),
        method(
            "__eq__(value, /)",
            "Return self==value.",
            compare::<C, { op::EQ }>,
        ),
        method(
            "__ne__(value, /)",
            "Return self!=value.",
            compare::<C, { op::NE }>,
        ),
        method(
            "__gt__(value, /)",
            "Return self>value.",
            compare::<C, { op::GT }>,
        ),
        method(
            "__ge__(value, /)",
            "Return self>=value.",
            compare::<C, { op::GE }>,
        ),
        method(
            "__add__(value, /)",
            "Return self+value.",
            binary::<C, { op::ADD }>,
        ),
        method(
            "__radd__(value, /)",
            "Return value+self.",
            reflected::<C, { op::ADD }>,
        ),
        method(
            "__sub__(value, /)",
            "Return self-value.",
            binary::<C, { op::SUB }>,
        ),
        method(
            "__rsub__(value, /)",
            "Return value-self.",
            reflected::<C, { op::SUB }>,
        ),
        method(
            "__mul__(value, /)",
            "Return self*value.",
            binary::<C, { op::MUL }>,
        ),
        method(
            "__rmul__(value, /)",
            "Return value*self.",
            reflected::<C, { op::MUL }>,
        ),
        method(
            "__pow__(value, mod=None, /)",
            "Return pow(self, value, mod).",
            power::<C>,
        ),
        method(
            "__rpow__(value, mod=None, /)",
            "Return pow(value, self, mod).",
            reflected_power::<C>,
        ),
        method("__neg__()", "-self", unary::<C, { op::NEG }>),
        method("__pos__()", "+self", unary::<C, { op::POS }>),
        method("__abs__()", "abs(self)", abs::<C>),
        method("__bool__()", "True if self else False", truth::<C>),
        method(
            "__truediv__(value, /)",
            "Return self/value.",
            binary::<C, { op::DIV }>,
        ),
        method(
            "__rtruediv__(value, /)",
            "Return value/self.",
            reflected::<C, { op::DIV }>,
        ),
        method(
            "conjugate()",
            "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
            |vm, a| {
                let z = this(vm, &a[0], "conjugate")?;
                Ok(Complex::new(z.re, -z.im).into())
            },
        ),
        method(
            "__complex__()",
            "Convert this value to exact type complex.",
            |vm, a| this(vm, &a[0], "__complex__").map(Value::from),
        ),
        method(
            "__getnewargs__()",
            "Return the arguments of `__new__`.",
            |vm, a| {
                let z = this(vm, &a[0], "__getnewargs__")?;
                Ok(tuple(vec![z.re.into(), z.im.into()]))
            },
        ),
        method(
            "__format__(format_spec, /)",
            "Convert to a string according to format_spec.",
            format::<C>,
        ),
    ],
    attributes: &[
        Attribute {
            name: "real",
            get: |vm, v| Ok(this(vm, &vm.native(v), "real")?.re.into()),
            set: None,
        },
        Attribute {
            name: "imag",
            get: |vm, v| Ok(this(vm, &vm.native(v), "imag")?.im.into()),
            set: None,
        },
    ],
    subclassable: true,
};

fn this(vm: &Vm, v: &Value, method: &str) -> R<Complex> {
    complex_of(v).ok_or_else(|| vm.wrong_receiver(method, "complex", v))
}

fn new(vm: &Vm, a: &[Value]) -> R {
    new_class(vm, &a[0], &vm.classes.complex)?;
    let made = complex(vm, &a[1], &a[2])?;
    vm.wrap_new(&a[0], made.into())
}

/// `complex(real, imag)`, either of which may be `Unbound`.
fn complex(vm: &Vm, real: &Value, imag: &Value) -> R<Complex> {
    if let Some(text) = vm.native(real).as_str() {
        if !imag.is_unbound() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        return vm.number(number::parse_complex(text, || {
            vm.repr_or_name(&vm.native(real))
        }));
    }
    if vm.native(imag).as_str().is_some() {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    if let (Some(real), Some(imag)) = (real.bound(), imag.bound())
        && (may_be_number(vm, real) || vm.special(real, &vm.names.complex_).is_some())
        && !may_be_number(vm, imag)
    {
        return Err(not_a_part(vm, imag, false));
    }
    let first = match real.bound() {
        Some(real) => number_of(vm, real, true)?,
        None => Part::Real(0.0),
    };
    let second = match imag.bound() {
        Some(imag) => Some(number_of(vm, imag, false)?),
        None => None,
    };
    // A complex part moves into the other one only where it is there: zeros keep their signs.
    Ok(match (first, second) {
        (Part::Complex(z), None) => z,
        (Part::Real(x), None) => Complex::new(x, 0.0),
        (Part::Real(x), Some(Part::Real(y))) => Complex::new(x, y),
        (Part::Real(x), Some(Part::Complex(w))) => Complex::new(x - w.im, w.re),
        (Part::Complex(z), Some(Part::Real(y))) => Complex::new(z.re, y + z.im),
        (Part::Complex(z), Some(Part::Complex(w))) => Complex::new(z.re - w.im, w.re + z.im),
    })
}

/// An argument of `complex()`.
enum Part {
    Real(f64),
    Complex(Complex),
}

/// One argument as a number; the first one may also have `__complex__`.
fn number_of(vm: &Vm, v: &Value, is_first: bool) -> R<Part> {
    let native = vm.native(v);
    if is_first
        && Number::of(v).is_none()
        && let Some(z) = by_method(vm, v)?
    {
        return Ok(Part::Complex(z));
    }
    // A subclass of `float` may have another `__float__`.
    let is_own_float = v.is_kind(Kind::Instance) && matches!(native, Value::Float(_));
    if is_own_float && let Some(x) = vm.float_by_method(v)? {
        return Ok(Part::Real(x));
    }
    if let Some(z) = complex_of(&native) {
        return Ok(Part::Complex(z));
    }
    match vm.try_f64(v)? {
        Some(x) => Ok(Part::Real(x)),
        None => Err(not_a_part(vm, v, is_first)),
    }
}

/// True for a number and for what has a method that makes one.
fn may_be_number(vm: &Vm, v: &Value) -> bool {
    Number::of(v).is_some()
        || vm.special(v, &vm.names.float_).is_some()
        || vm.special(v, &vm.names.index_).is_some()
        || complex_of(&vm.native(v)).is_some()
}

#[cold]
fn not_a_part(vm: &Vm, v: &Value, is_first: bool) -> Raised {
    let which = if is_first {
        "first argument must be a string or a number"
    } else {
        "second argument must be a number"
    };
    vm.type_error(format!("complex() {which}, not '{}'", vm.type_name(v)))
}

/// By `__complex__`.
fn by_method(vm: &Vm, v: &Value) -> R<Option<Complex>> {
    let Some(result) = vm.call_special(v, &vm.names.complex_, &[])? else {
        return Ok(None);
    };
    match complex_of(&vm.native(&result)) {
        Some(z) => {
            vm.expect_exact(&result, "__complex__ returned non-complex", "complex")?;
            Ok(Some(z))
        }
        None => Err(vm.type_error(format!(
            "__complex__ returned non-complex (type {})",
            vm.type_name(&result)
        ))),
    }
}

impl Vm {
    /// The complex number that `v` stands for: a number, or by `__complex__`, `__float__` or
    /// `__index__`.
    pub fn to_complex(&self, v: &Value) -> R<Complex> {
        if let Some(n) = Number::of(v) {
            return n.complex(self);
        }
        if let Some(z) = by_method(self, v)? {
            return Ok(z);
        }
        self.to_f64(v).map(|x| Complex::new(x, 0.0))
    }
}
