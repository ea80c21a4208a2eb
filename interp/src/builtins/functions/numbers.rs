//! Builtin functions about numbers.

use aio_parser::ast::BinaryOp;
use num_bigint::{BigInt, Sign};

use crate::native::{Native, native};
use crate::object::Kind;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[
    native(
        "abs(x, /)",
        "Return the absolute value of the argument.",
        abs,
    ),
    native(
        "bin(number, /)",
        "Return the binary representation of an integer.",
        bin,
    ),
    native(
        "oct(number, /)",
        "Return the octal representation of an integer.",
        oct,
    ),
    native(
        "hex(number, /)",
        "Return the hexadecimal representation of an integer.",
        hex,
    ),
    native("divmod(x, y, /)", "Return the tuple (x//y, x%y).", divmod),
    native(
        "pow(base, exp, mod=None)",
        "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.",
        pow,
    ),
    native(
        "round(number, ndigits=None)",
        "Round a number to a given precision in decimal digits.",
        round,
    ),
    native(
        "sum(iterable, /, start=0)",
        "Return the sum of a start value plus an iterable of numbers.",
        sum,
    ),
];

fn abs(vm: &Vm, args: &[Value]) -> R {
    vm.abs(&args[0])
}

fn in_radix(vm: &Vm, v: &Value, prefix: &str, radix: u32) -> R {
    let number = vm.to_integer(v)?;
    let number = vm.bigint(&number).unwrap_or_default();
    let sign = if number.sign() == Sign::Minus {
        "-"
    } else {
        ""
    };
    let digits = BigInt::from(number.magnitude().clone()).to_str_radix(radix);
    Ok(vm.text(&format!("{sign}{prefix}{digits}")))
}

fn bin(vm: &Vm, args: &[Value]) -> R {
    in_radix(vm, &args[0], "0b", 2)
}

fn oct(vm: &Vm, args: &[Value]) -> R {
    in_radix(vm, &args[0], "0o", 8)
}

fn hex(vm: &Vm, args: &[Value]) -> R {
    in_radix(vm, &args[0], "0x", 16)
}

fn divmod(vm: &Vm, args: &[Value]) -> R {
    vm.divmod(&args[0], &args[1])
}

fn pow(vm: &Vm, args: &[Value]) -> R {
    if args[2].is_missing() {
        return vm.binary(BinaryOp::Pow, &args[0], &args[1]);
    }
    vm.pow_mod(&args[0], &args[1], &args[2])
}

fn round(vm: &Vm, args: &[Value]) -> R {
    let digits = if args[1].is_missing() {
        &[][..]
    } else {
        &args[1..2]
    };
    match vm.call_special(&args[0], &vm.names.round_, digits)? {
        Some(result) => Ok(result),
        None => {
            let given = vm.type_name(&args[0]);
            Err(vm.type_error(format!("type {given} doesn't define __round__ method")))
        }
    }
}

fn sum(vm: &Vm, args: &[Value]) -> R {
    let start = args[1].or(Value::Int(0));
    let items = vm.iter(&args[0])?;
    let text = match vm.native(&start).kind() {
        Some(Kind::Str) => Some("sum() can't sum strings [use ''.join(seq) instead]"),
        Some(Kind::Bytes) => Some("sum() can't sum bytes [use b''.join(seq) instead]"),
        Some(Kind::ByteArray) => Some("sum() can't sum bytearray [use b''.join(seq) instead]"),
        _ => None,
    };
    if let Some(text) = text {
        return Err(vm.type_error(text));
    }
    let mut total = Total::of(start);
    while let Some(item) = vm.next(&items)? {
        total.add(vm, &item)?;
        vm.poll()?;
    }
    Ok(total.value())
}

/// A running sum.
enum Total {
    /// Only ints so far.
    Int(i64),
    /// Only floats and ints since the first float, with the rounding errors made up for
    /// (Neumaier's variant of Kahan's algorithm).
    Float { sum: f64, lost: f64 },
    /// Anything else.
    Other(Value),
}

impl Total {
    fn of(value: Value) -> Total {
        match value {
            Value::Int(i) => Total::Int(i),
            Value::Float(x) => Total::Float {
                sum: x.get(),
                lost: 0.0,
            },
            other => Total::Other(other),
        }
    }

    fn add(&mut self, vm: &Vm, item: &Value) -> R<()> {
        match (&mut *self, item) {
            (Total::Int(sum), Value::Int(_) | Value::True | Value::False) => {
                let addend = item
                    .as_int()
                    .unwrap_or(i64::from(matches!(item, Value::True)));
                if let Some(next) = sum.checked_add(addend) {
                    *sum = next;
                    return Ok(());
                }
            }
            (Total::Float { sum, lost }, Value::Float(x)) => {
                let x = x.get();
                let next = *sum + x;
                *lost += if sum.abs() >= x.abs() {
                    (*sum - next) + x
                } else {
                    (x - next) + *sum
                };
                *sum = next;
                return Ok(());
            }
            (Total::Float { sum, .. }, Value::Int(i)) => {
                *sum += *i as f64;
                return Ok(());
            }
            _ => {}
        }
        let so_far = std::mem::replace(self, Total::Int(0)).value();
        *self = Total::of(vm.binary(BinaryOp::Add, &so_far, item)?);
        Ok(())
    }

    fn value(self) -> Value {
        match self {
            Total::Int(i) => Value::Int(i),
            Total::Float { sum, lost } if lost != 0.0 && lost.is_finite() => {
                Value::float(sum + lost)
            }
            Total::Float { sum, .. } => Value::float(sum),
            Total::Other(value) => value,
        }
    }
}
