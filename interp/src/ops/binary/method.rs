//! The operators as methods of the number types: the functions behind the rows `__add__`,
//! `__radd__`, `__lt__` of `int`, `float` and `complex`.
//!
//! They are generic over the type's rank and the operator, so that each row is one line.

use aio_parser::ast::{BinaryOp, CmpOp, UnaryOp};

use super::number::{Number, int_power_modulo, power_modulo, slot};
use super::operator::{OPERATORS, Operator};
use crate::ops::compare::compare_number;
use crate::ops::convert::int_ref;
use crate::ops::unary::unary_number;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The rank of `int` (see `Number::rank`).
pub const INT: u8 = 0;
/// The rank of `float`.
pub const FLOAT: u8 = 1;
/// The rank of `complex`.
pub const COMPLEX: u8 = 2;

/// The operators, to name one in a generic argument.
pub mod op {
    use super::{BinaryOp, CmpOp, UnaryOp};

    /// Stands for `divmod`.
    pub const DIVMOD: usize = usize::MAX;
    macro_rules! operators {
        ($($name:ident = $value:expr),* $(,)?) => { $(
            #[allow(missing_docs)]
            pub const $name: usize = $value as usize;
        )* };
    }
    operators! {
        ADD = BinaryOp::Add, SUB = BinaryOp::Sub, MUL = BinaryOp::Mult, DIV = BinaryOp::Div,
        MOD = BinaryOp::Mod, LSHIFT = BinaryOp::LShift, RSHIFT = BinaryOp::RShift,
        OR = BinaryOp::BitOr, XOR = BinaryOp::BitXor, AND = BinaryOp::BitAnd,
        FLOORDIV = BinaryOp::FloorDiv,
        EQ = CmpOp::Eq, NE = CmpOp::NotEq, LT = CmpOp::Lt, LE = CmpOp::LtE, GT = CmpOp::Gt,
        GE = CmpOp::GtE,
        INVERT = UnaryOp::Invert, POS = UnaryOp::UAdd, NEG = UnaryOp::USub,
    }
}

const COMPARISONS: [CmpOp; 6] = [
    CmpOp::Eq,
    CmpOp::NotEq,
    CmpOp::Lt,
    CmpOp::LtE,
    CmpOp::Gt,
    CmpOp::GtE,
];
const COMPARISON_NAMES: [&str; 6] = ["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"];
const UNARY: [UnaryOp; 4] = [UnaryOp::Invert, UnaryOp::Not, UnaryOp::UAdd, UnaryOp::USub];

const fn operator(index: usize) -> Operator {
    if index == op::DIVMOD {
        Operator::DivMod
    } else {
        Operator::Op(OPERATORS[index])
    }
}

/// The name of the type of this rank.
fn type_name(rank: u8) -> &'static str {
    ["int", "float", "complex"][rank as usize]
}

/// The receiver as a number of this rank.
fn this<'a>(vm: &Vm, rank: u8, v: &'a Value, method: impl FnOnce() -> String) -> R<Number<'a>> {
    match Number::of(v) {
        Some(n) if n.rank() == rank => Ok(n),
        _ => Err(vm.wrong_receiver(&method(), type_name(rank), v)),
    }
}

/// `__add__` and its like.
pub fn binary<const RANK: u8, const OP: usize>(vm: &Vm, a: &[Value]) -> R {
    let op = operator(OP);
    this(vm, RANK, &a[0], || {
        op.names(&vm.names).0.as_str().to_owned()
    })?;
    slot(vm, op, &a[0], &vm.native(&a[1]), false)
}

/// `__radd__` and its like.
pub fn reflected<const RANK: u8, const OP: usize>(vm: &Vm, a: &[Value]) -> R {
    let op = operator(OP);
    this(vm, RANK, &a[0], || {
        op.names(&vm.names).1.as_str().to_owned()
    })?;
    slot(vm, op, &a[0], &vm.native(&a[1]), true)
}

/// `__lt__` and its like.
pub fn compare<const RANK: u8, const OP: usize>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || COMPARISON_NAMES[OP].to_owned())?;
    Ok(compare_number(COMPARISONS[OP], &a[0], &vm.native(&a[1])))
}

/// `__neg__`, `__pos__`, `__invert__`.
pub fn unary<const RANK: u8, const OP: usize>(vm: &Vm, a: &[Value]) -> R {
    let op = UNARY[OP];
    let n = this(vm, RANK, &a[0], || {
        let name = match op {
            UnaryOp::Invert => "__invert__",
            UnaryOp::UAdd => "__pos__",
            _ => "__neg__",
        };
        name.to_owned()
    })?;
    Ok(unary_number(op, n).unwrap_or(Value::NotImplemented))
}

/// `__pow__(value, mod=None)`
pub fn power<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__pow__".to_owned())?;
    let other = vm.native(&a[1]);
    if a[2].is_missing() {
        return slot(vm, Operator::Op(BinaryOp::Pow), &a[0], &other, false);
    }
    modular_power(vm, RANK, [&a[0], &other, &vm.native(&a[2])], &a[0])
}

/// `__rpow__(value, mod=None)`
pub fn reflected_power<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__rpow__".to_owned())?;
    let other = vm.native(&a[1]);
    if a[2].is_missing() {
        return slot(vm, Operator::Op(BinaryOp::Pow), &a[0], &other, true);
    }
    modular_power(vm, RANK, [&other, &a[0], &vm.native(&a[2])], &a[0])
}

fn modular_power(vm: &Vm, rank: u8, [a, b, m]: [&Value; 3], this: &Value) -> R {
    if rank != INT {
        if rank == COMPLEX && [a, b].iter().any(|x| Number::of(x).is_none()) {
            return Ok(Value::NotImplemented);
        }
        return power_modulo(vm, this, b, m);
    }
    match (int_ref(a), int_ref(b), int_ref(m)) {
        (Some(a), Some(b), Some(m)) => int_power_modulo(vm, a, b, m),
        _ => Ok(Value::NotImplemented),
    }
}

/// `__abs__`
pub fn abs<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__abs__".to_owned())?;
    vm.abs(&a[0])
}

/// `__bool__`
pub fn truth<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__bool__".to_owned())?;
    vm.truth(&a[0]).map(Value::bool)
}

/// `__hash__`
pub fn hash<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__hash__".to_owned())?;
    vm.hash(&a[0]).map(Value::Int)
}

/// `__repr__`; that of `int` shows a `bool` as a number.
pub fn repr<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__repr__".to_owned())?;
    let shown = match a[0].as_bool() {
        Some(truth) => Value::Int(truth.into()),
        None => a[0].clone(),
    };
    vm.repr(&shown).map(Value::from)
}

/// `__format__(format_spec)`
pub fn format<const RANK: u8>(vm: &Vm, a: &[Value]) -> R {
    this(vm, RANK, &a[0], || "__format__".to_owned())?;
    let spec = vm.expect_str(&a[1], "__format__() argument")?;
    vm.format(&a[0], spec.as_str()).map(Value::from)
}
