//! Arithmetic of `int`, `bool`, `float` and `complex` values, with promotion.
//!
//! The numeric work itself is in `number`; here are the kinds and the exceptions.

use aio_parser::ast::BinaryOp;

use super::operator::Operator;
use crate::number::{self, Complex, IntRef, Power};
use crate::objects::tuple::tuple;
use crate::ops::convert::{complex_of, int_ref};
use crate::ops::patience::{power_takes_long, takes_long};
use crate::value::{R, Value};
use crate::vm::Vm;

/// A number as an operand.
#[derive(Clone, Copy)]
pub enum Number<'a> {
    /// `int` or `bool`.
    Int(IntRef<'a>),
    /// `float`.
    Float(f64),
    /// `complex`.
    Complex(Complex),
}

impl<'a> Number<'a> {
    /// The number in a value, if it is one (not in an instance of a script subclass).
    #[inline]
    pub fn of(v: &'a Value) -> Option<Number<'a>> {
        if let Value::Float(x) = v {
            return Some(Number::Float(x.get()));
        }
        match int_ref(v) {
            Some(n) => Some(Number::Int(n)),
            None => complex_of(v).map(Number::Complex),
        }
    }

    /// How far up the number stands: a type's methods accept its own rank and those below.
    pub fn rank(self) -> u8 {
        match self {
            Number::Int(_) => 0,
            Number::Float(_) => 1,
            Number::Complex(_) => 2,
        }
    }

    /// The number as a float; a complex one never comes here.
    fn real(self, vm: &Vm) -> R<f64> {
        match self {
            Number::Int(n) => vm.number(number::int_to_float(n)),
            Number::Float(x) => Ok(x),
            Number::Complex(z) => Ok(z.re),
        }
    }

    /// The number as a complex one.
    pub fn complex(self, vm: &Vm) -> R<Complex> {
        match self {
            Number::Complex(z) => Ok(z),
            _ => Ok(Complex::new(self.real(vm)?, 0.0)),
        }
    }
}

/// The method of a number type: `this.__op__(other)`, or the reflected one. `NotImplemented`
/// if `other` is no number, or one of a wider type.
pub(crate) fn slot(vm: &Vm, op: Operator, this: &Value, other: &Value, reflected: bool) -> R {
    match (Number::of(this), Number::of(other)) {
        (Some(x), Some(y)) if y.rank() <= x.rank() => {
            let (a, b) = if reflected {
                (other, this)
            } else {
                (this, other)
            };
            numbers(vm, op, a, b)
        }
        _ => Ok(Value::NotImplemented),
    }
}

/// The operation on two numbers; `NotImplemented` if they are not, or lack the operation.
pub(crate) fn numbers(vm: &Vm, op: Operator, a: &Value, b: &Value) -> R {
    let (Some(x), Some(y)) = (Number::of(a), Number::of(b)) else {
        return Ok(Value::NotImplemented);
    };
    match (x, y, op) {
        (Number::Int(x), Number::Int(y), Operator::Op(op)) => {
            if let (Some(p), Some(q)) = (a.as_bool(), b.as_bool())
                && let Some(result) = bools(op, p, q)
            {
                return Ok(Value::bool(result));
            }
            ints(vm, op, x, y)
        }
        (Number::Int(x), Number::Int(y), Operator::DivMod) => {
            let (q, r) = if takes_long(BinaryOp::FloorDiv, x, y) {
                let (x, y) = (x.to_int(), y.to_int());
                vm.patiently(move || number::divmod(x.as_ref(), y.as_ref()))?
            } else {
                vm.number(number::divmod(x, y))?
            };
            Ok(tuple(vec![q.into(), r.into()]))
        }
        (Number::Complex(_), _, _) | (_, Number::Complex(_), _) => {
            complexes(vm, op, x.complex(vm)?, y.complex(vm)?)
        }
        (_, _, Operator::Op(op)) => floats(vm, op, x.real(vm)?, y.real(vm)?),
        (_, _, Operator::DivMod) => {
            let (q, r) = vm.number(number::float_divmod(x.real(vm)?, y.real(vm)?))?;
            Ok(tuple(vec![q.into(), r.into()]))
        }
    }
}

/// The operators that keep to `bool`.
fn bools(op: BinaryOp, a: bool, b: bool) -> Option<bool> {
    match op {
        BinaryOp::BitAnd => Some(a & b),
        BinaryOp::BitOr => Some(a | b),
        BinaryOp::BitXor => Some(a ^ b),
        _ => None,
    }
}

/// Two ints of 64 bits: the most frequent case of all. `NotImplemented` for `@`.
#[inline]
pub(super) fn small_ints(vm: &Vm, op: BinaryOp, x: i64, y: i64) -> R {
    let small = match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Sub => x.checked_sub(y),
        BinaryOp::Mult => x.checked_mul(y),
        BinaryOp::BitAnd => Some(x & y),
        BinaryOp::BitOr => Some(x | y),
        BinaryOp::BitXor => Some(x ^ y),
        BinaryOp::RShift if (0..64).contains(&y) => Some(x >> y),
        // A remainder or quotient of numbers of one sign needs no correction.
        BinaryOp::Mod if x >= 0 && y > 0 => Some(x % y),
        BinaryOp::FloorDiv if x >= 0 && y > 0 => Some(x / y),
        _ => None,
    };
    match small {
        Some(n) => Ok(Value::Int(n)),
        None => ints(vm, op, IntRef::Small(x), IntRef::Small(y)),
    }
}

/// The operation on ints; `NotImplemented` for `@`.
#[inline(never)]
fn ints(vm: &Vm, op: BinaryOp, a: IntRef<'_>, b: IntRef<'_>) -> R {
    if takes_long(op, a, b) {
        let (a, b) = (a.to_int(), b.to_int());
        return vm
            .patiently(move || int_power(op, a.as_ref(), b.as_ref()))
            .map(power);
    }
    let result = match op {
        BinaryOp::Add => Ok(number::add(a, b)),
        BinaryOp::Sub => Ok(number::sub(a, b)),
        BinaryOp::Mult => Ok(number::mul(a, b)),
        BinaryOp::Mod => number::modulo(a, b),
        BinaryOp::FloorDiv => number::floor_div(a, b),
        BinaryOp::LShift => number::shift_left(a, b),
        BinaryOp::RShift => number::shift_right(a, b),
        BinaryOp::BitOr => Ok(number::bit_or(a, b)),
        BinaryOp::BitXor => Ok(number::bit_xor(a, b)),
        BinaryOp::BitAnd => Ok(number::bit_and(a, b)),
        BinaryOp::Div => return vm.number(number::true_divide(a, b)).map(Value::float),
        BinaryOp::Pow => return vm.number(number::pow_int(a, b)).map(power),
        BinaryOp::MatMult => return Ok(Value::NotImplemented),
    };
    vm.number(result).map(Value::from)
}

/// One of the operations that can take long.
fn int_power(op: BinaryOp, a: IntRef<'_>, b: IntRef<'_>) -> number::NumResult<Power> {
    match op {
        BinaryOp::Mult => Ok(Power::Int(number::mul(a, b))),
        BinaryOp::Mod => number::modulo(a, b).map(Power::Int),
        BinaryOp::FloorDiv => number::floor_div(a, b).map(Power::Int),
        _ => number::pow_int(a, b),
    }
}

/// The operation on floats; `NotImplemented` for the operators of ints.
#[inline]
pub(super) fn floats(vm: &Vm, op: BinaryOp, a: f64, b: f64) -> R {
    let x = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mult => a * b,
        BinaryOp::Div if b != 0.0 => a / b,
        _ => return rare_floats(vm, op, a, b),
    };
    Ok(Value::float(x))
}

#[inline(never)]
fn rare_floats(vm: &Vm, op: BinaryOp, a: f64, b: f64) -> R {
    let result = match op {
        BinaryOp::Div => number::float_div(a, b),
        BinaryOp::Mod => number::float_mod(a, b),
        BinaryOp::FloorDiv => number::float_floor_div(a, b),
        BinaryOp::Pow => return vm.number(number::pow_float(a, b)).map(power),
        _ => return Ok(Value::NotImplemented),
    };
    vm.number(result).map(Value::float)
}

fn complexes(vm: &Vm, op: Operator, a: Complex, b: Complex) -> R {
    let result = match op {
        Operator::Op(BinaryOp::Add) => Ok(a.add(b)),
        Operator::Op(BinaryOp::Sub) => Ok(a.sub(b)),
        Operator::Op(BinaryOp::Mult) => Ok(a.mul(b)),
        Operator::Op(BinaryOp::Div) => a.div(b),
        Operator::Op(BinaryOp::Pow) => a.pow(b),
        _ => return Ok(Value::NotImplemented),
    };
    vm.number(result).map(Value::from)
}

fn power(p: Power) -> Value {
    match p {
        Power::Int(n) => n.into(),
        Power::Float(x) => Value::float(x),
        Power::Complex(z) => z.into(),
    }
}

/// `pow(a, b, m)` of ints.
pub(crate) fn int_power_modulo(vm: &Vm, a: IntRef<'_>, b: IntRef<'_>, m: IntRef<'_>) -> R {
    let result = if power_takes_long(b, m) {
        let (a, b, m) = (a.to_int(), b.to_int(), m.to_int());
        vm.patiently(move || number::pow_mod(a.as_ref(), b.as_ref(), m.as_ref()))
    } else {
        vm.number(number::pow_mod(a, b, m))
    };
    result.map(Value::from)
}

/// `pow(a, b, m)` of numbers: what the types' methods make of it in turn. `NotImplemented` if
/// none of them takes the operands.
pub(crate) fn power_modulo(vm: &Vm, a: &Value, b: &Value, m: &Value) -> R {
    if let (Some(a), Some(b), Some(m)) = (int_ref(a), int_ref(b), int_ref(m)) {
        return int_power_modulo(vm, a, b, m);
    }
    for v in [a, b, m] {
        match Number::of(v) {
            Some(Number::Float(_)) => {
                return Err(vm.type_error(
                    "pow() 3rd argument not allowed unless all arguments are integers",
                ));
            }
            Some(Number::Complex(_)) if Number::of(a).is_some() && Number::of(b).is_some() => {
                return Err(vm.value_error("complex modulo"));
            }
            _ => {}
        }
    }
    Ok(Value::NotImplemented)
}
