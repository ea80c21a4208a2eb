//! Comparisons: `==`, `<` and the others, identity, equality for containers.
//!
//! Common builtin values are decided by kind; anything else goes through the special methods
//! in CPython's order, with the reflected method of a proper subclass first. `in` is in
//! `contains`.

use std::cmp::Ordering;

use aio_parser::ast::CmpOp;

use super::binary::number::Number;
use crate::builtins;
use crate::number::{self, IntRef};
use crate::object::{Kind, Obj};
use crate::objects::bytes::{ByteArrayObj, BytesObj};
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::TupleObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `a is b`. In Python there is only one empty tuple.
    #[inline]
    pub(crate) fn is_same(&self, a: &Value, b: &Value) -> bool {
        a.is(b) || is_empty_tuple(a) && is_empty_tuple(b)
    }

    /// `a op b`, for all ten comparison operators.
    #[inline]
    pub fn compare(&self, op: CmpOp, a: &Value, b: &Value) -> R {
        match op {
            CmpOp::Is => return Ok(Value::bool(self.is_same(a, b))),
            CmpOp::IsNot => return Ok(Value::bool(!self.is_same(a, b))),
            CmpOp::In => return self.contains(b, a).map(Value::bool),
            CmpOp::NotIn => return self.contains(b, a).map(|found| Value::bool(!found)),
            _ => {}
        }
        match plain(op, a, b) {
            Some(result) => Ok(Value::bool(result)),
            None => self.compare_general(op, a, b),
        }
    }

    /// `a == b`, as a truth value.
    #[inline]
    pub fn equal(&self, a: &Value, b: &Value) -> R<bool> {
        self.holds(CmpOp::Eq, a, b)
    }

    /// `a is b or a == b`: how containers look for an item.
    #[inline]
    pub fn is_or_equal(&self, a: &Value, b: &Value) -> R<bool> {
        if a.is(b) { Ok(true) } else { self.equal(a, b) }
    }

    /// `a < b`, as a truth value.
    #[inline]
    pub fn less(&self, a: &Value, b: &Value) -> R<bool> {
        self.holds(CmpOp::Lt, a, b)
    }

    #[inline]
    fn holds(&self, op: CmpOp, a: &Value, b: &Value) -> R<bool> {
        if let Some(result) = plain(op, a, b) {
            return Ok(result);
        }
        let result = self.compare_general(op, a, b)?;
        self.truth(&result)
    }

    #[inline(never)]
    fn compare_general(&self, op: CmpOp, a: &Value, b: &Value) -> R {
        let result = match (a, b) {
            (Value::Obj(x), Value::Obj(y)) if x.kind() == y.kind() && is_settled(x.kind()) => {
                self.settled(op, x.kind(), a, b)?
            }
            _ => self.compare_protocol(op, a, b)?,
        };
        if !matches!(result, Value::NotImplemented) {
            return Ok(result);
        }
        match op {
            CmpOp::Eq => Ok(Value::bool(a.is(b))),
            CmpOp::NotEq => Ok(Value::bool(!a.is(b))),
            _ => Err(self.not_comparable(op, a, b)),
        }
    }

    #[cold]
    fn not_comparable(&self, op: CmpOp, a: &Value, b: &Value) -> Raised {
        self.type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            symbol(op),
            self.type_name(a),
            self.type_name(b)
        ))
    }

    /// The methods of both operands in turn; `NotImplemented` if neither knows.
    fn compare_protocol(&self, op: CmpOp, a: &Value, b: &Value) -> R {
        let mut ask_right = true;
        if may_have_methods(b) {
            let (left, right) = (self.class_of(a), self.class_of(b));
            if !left.is(&right) && right.is_subclass(&left) {
                let result = self.ask_comparison(reflected(op), b, a)?;
                if !matches!(result, Value::NotImplemented) {
                    return Ok(result);
                }
                ask_right = false;
            }
        }
        let result = self.ask_comparison(op, a, b)?;
        if matches!(result, Value::NotImplemented) && ask_right {
            return self.ask_comparison(reflected(op), b, a);
        }
        Ok(result)
    }

    /// What `this` makes of the comparison with `other`.
    fn ask_comparison(&self, op: CmpOp, this: &Value, other: &Value) -> R {
        match this {
            Value::Obj(o) if is_settled(o.kind()) => {
                let other = self.native(other);
                self.settled(op, o.kind(), this, &other)
            }
            Value::Obj(o) if has_no_comparison(o) => Ok(Value::NotImplemented),
            Value::Obj(_) => self.ask_method_of(op, this, other),
            Value::None | Value::NotImplemented | Value::Ellipsis | Value::Unbound => {
                Ok(Value::NotImplemented)
            }
            _ => Ok(compare_number(op, this, &self.native(other))),
        }
    }

    fn ask_method_of(&self, op: CmpOp, this: &Value, other: &Value) -> R {
        let Some(method) = self.special(this, self.comparison_name(op)) else {
            return Ok(Value::NotImplemented);
        };
        if self.is_objects_own(&method) {
            // `object.__ne__` inverts `__eq__`; its other comparisons leave it to identity.
            return if op == CmpOp::NotEq {
                self.inverted_equal(this, other)
            } else {
                Ok(Value::NotImplemented)
            };
        }
        let _guard = self.enter_native()?;
        self.call_unbound(&method, this, std::slice::from_ref(other), &[])
    }

    fn inverted_equal(&self, this: &Value, other: &Value) -> R {
        match self.ask_method_of(CmpOp::Eq, this, other)? {
            Value::NotImplemented => Ok(Value::NotImplemented),
            equal => self.truth(&equal).map(|t| Value::bool(!t)),
        }
    }

    fn comparison_name(&self, op: CmpOp) -> &Name {
        let n = &self.names;
        match op {
            CmpOp::NotEq => &n.ne_,
            CmpOp::Lt => &n.lt_,
            CmpOp::LtE => &n.le_,
            CmpOp::Gt => &n.gt_,
            CmpOp::GtE => &n.ge_,
            _ => &n.eq_,
        }
    }

    /// The comparison method of the builtin type of `a`; `NotImplemented` if it does not take
    /// `b`.
    fn settled(&self, op: CmpOp, kind: Kind, a: &Value, b: &Value) -> R {
        match kind {
            Kind::Str => Ok(compare_texts(op, a, b)),
            Kind::BigInt | Kind::Complex => Ok(compare_number(op, a, b)),
            Kind::Bytes | Kind::ByteArray => Ok(compare_bytes(op, a, b)),
            Kind::Tuple => builtins::tuple::compare(self, op, a, b),
            Kind::List => builtins::list::compare(self, op, a, b),
            Kind::Dict => builtins::dict::compare(self, op, a, b),
            Kind::Set => builtins::set::compare(self, op, a, b),
            Kind::DictView => builtins::dict_view::compare(self, op, a, b),
            Kind::Range => builtins::range::compare(self, op, a, b),
            _ => Ok(Value::NotImplemented),
        }
    }
}

/// The comparisons that need nothing but the two values: of ints, floats, strings.
#[inline(always)]
fn plain(op: CmpOp, a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(ordered(op, x.cmp(y))),
        (Value::Float(x), Value::Float(y)) => Some(floats(op, x.get(), y.get())),
        (Value::Float(x), Value::Int(y)) => Some(float_with_int(op, x.get(), *y)),
        (Value::Int(x), Value::Float(y)) => Some(float_with_int(reflected(op), y.get(), *x)),
        (Value::Obj(x), Value::Obj(y)) => {
            let (x, y) = (x.downcast::<StrObj>()?, y.downcast::<StrObj>()?);
            Some(match op {
                CmpOp::Eq => x.as_str() == y.as_str(),
                CmpOp::NotEq => x.as_str() != y.as_str(),
                _ => ordered(op, x.as_str().cmp(y.as_str())),
            })
        }
        _ => None,
    }
}

/// What `op` says of operands in this order.
#[inline(always)]
pub(crate) fn ordered(op: CmpOp, order: Ordering) -> bool {
    match op {
        CmpOp::Eq => order.is_eq(),
        CmpOp::NotEq => order.is_ne(),
        CmpOp::Lt => order.is_lt(),
        CmpOp::LtE => order.is_le(),
        CmpOp::Gt => order.is_gt(),
        CmpOp::GtE => order.is_ge(),
        _ => false,
    }
}

#[inline(always)]
fn floats(op: CmpOp, x: f64, y: f64) -> bool {
    match op {
        CmpOp::Eq => x == y,
        CmpOp::NotEq => x != y,
        CmpOp::Lt => x < y,
        CmpOp::LtE => x <= y,
        CmpOp::Gt => x > y,
        CmpOp::GtE => x >= y,
        _ => false,
    }
}

/// A float with an int: exactly, also where the int is no float.
#[inline]
fn float_with_int(op: CmpOp, x: f64, n: i64) -> bool {
    const EXACT: u64 = 1 << 53;
    if n.unsigned_abs() <= EXACT {
        return floats(op, x, n as f64);
    }
    match number::compare_int_float(IntRef::Small(n), x) {
        Some(order) => ordered(op, order.reverse()),
        None => op == CmpOp::NotEq,
    }
}

/// The operator with the operands exchanged.
fn reflected(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::LtE => CmpOp::GtE,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::GtE => CmpOp::LtE,
        _ => op,
    }
}

/// The operator in messages.
fn symbol(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => "==",
        CmpOp::NotEq => "!=",
        CmpOp::Lt => "<",
        CmpOp::LtE => "<=",
        CmpOp::Gt => ">",
        CmpOp::GtE => ">=",
        CmpOp::Is => "is",
        CmpOp::IsNot => "is not",
        CmpOp::In => "in",
        CmpOp::NotIn => "not in",
    }
}

/// True for kinds whose comparison is known here.
fn is_settled(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Str
            | Kind::BigInt
            | Kind::Complex
            | Kind::Bytes
            | Kind::ByteArray
            | Kind::Tuple
            | Kind::List
            | Kind::Dict
            | Kind::Set
            | Kind::DictView
            | Kind::Range
    )
}

/// True for objects that are equal to themselves only.
fn has_no_comparison(o: &Obj) -> bool {
    matches!(
        o.kind(),
        Kind::Function | Kind::Native | Kind::Module | Kind::Iterator | Kind::Coroutine
    )
}

/// True for values whose class may be a subclass of another's.
fn may_have_methods(v: &Value) -> bool {
    match v {
        Value::Obj(o) => matches!(
            o.kind(),
            Kind::Instance | Kind::Host | Kind::Exception | Kind::Class
        ),
        // `bool` is a subclass of `int`, and compares alike.
        _ => false,
    }
}

/// The comparison method of a number type: `NotImplemented` if `b` is no number or of a wider
/// type, or for the order of complex numbers.
pub(crate) fn compare_number(op: CmpOp, a: &Value, b: &Value) -> Value {
    let (Some(x), Some(y)) = (Number::of(a), Number::of(b)) else {
        return Value::NotImplemented;
    };
    match (x, y) {
        (Number::Int(x), Number::Int(y)) => Value::bool(ordered(op, number::compare_ints(x, y))),
        (Number::Float(x), Number::Float(y)) => Value::bool(floats(op, x, y)),
        (Number::Float(x), Number::Int(n)) => {
            let order = number::compare_int_float(n, x);
            Value::bool(order.map_or(op == CmpOp::NotEq, |o| ordered(op, o.reverse())))
        }
        (Number::Complex(z), other) => match op {
            CmpOp::Eq => Value::bool(equals_complex(other, z)),
            CmpOp::NotEq => Value::bool(!equals_complex(other, z)),
            _ => Value::NotImplemented,
        },
        _ => Value::NotImplemented,
    }
}

fn equals_complex(n: Number<'_>, z: number::Complex) -> bool {
    match n {
        Number::Complex(w) => w.re == z.re && w.im == z.im,
        Number::Float(x) => z.im == 0.0 && z.re == x,
        Number::Int(n) => {
            z.im == 0.0 && number::compare_int_float(n, z.re) == Some(Ordering::Equal)
        }
    }
}

fn compare_texts(op: CmpOp, a: &Value, b: &Value) -> Value {
    match plain(op, a, b) {
        Some(result) => Value::bool(result),
        None => Value::NotImplemented,
    }
}

fn compare_bytes(op: CmpOp, a: &Value, b: &Value) -> Value {
    let compared = with_bytes(a, |x| with_bytes(b, |y| ordered(op, x.cmp(y)))).flatten();
    compared.map_or(Value::NotImplemented, Value::bool)
}

/// Lends the bytes of a `bytes` or `bytearray`.
fn with_bytes<T>(v: &Value, look: impl FnOnce(&[u8]) -> T) -> Option<T> {
    if let Some(b) = v.downcast::<BytesObj>() {
        return Some(look(&b.data));
    }
    v.downcast::<ByteArrayObj>().map(|b| look(&b.data.read()))
}

fn is_empty_tuple(v: &Value) -> bool {
    v.downcast::<TupleObj>()
        .is_some_and(|t| t.items().is_empty())
}
