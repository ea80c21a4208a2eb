//! Conversions between values and Rust numbers, by Python's conversion methods (`__index__`,
//! `__float__`), and the errors of the pure numeric functions as exceptions.
//!
//! What `int(x)`, `float(x)` and `complex(x)` accept beyond that is in `builtins`.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::number::{self, Complex, Int, IntRef, NumError, NumResult};
use crate::object::{Kind, Ref};
use crate::objects::int::{BigIntObj, ComplexObj};
use crate::objects::str::StrObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl From<Int> for Value {
    #[inline]
    fn from(n: Int) -> Value {
        match n {
            Int::Small(n) => Value::Int(n),
            Int::Big(n) => Value::from(n),
        }
    }
}

impl From<Complex> for Value {
    fn from(z: Complex) -> Value {
        Ref::new(ComplexObj { re: z.re, im: z.im }).into()
    }
}

/// The integer in a value: an `int` or a `bool` (not in an instance of a script subclass).
#[inline]
pub fn int_ref(v: &Value) -> Option<IntRef<'_>> {
    match v {
        Value::Int(n) => Some(IntRef::Small(*n)),
        Value::False => Some(IntRef::Small(0)),
        Value::True => Some(IntRef::Small(1)),
        Value::Obj(o) if o.kind() == Kind::BigInt => {
            o.downcast::<BigIntObj>().map(|b| IntRef::Big(&b.value))
        }
        _ => None,
    }
}

/// The complex number in a value.
pub fn complex_of(v: &Value) -> Option<Complex> {
    v.downcast::<ComplexObj>().map(|z| Complex::new(z.re, z.im))
}

impl Vm {
    /// Raises the exception that a numeric function reports.
    #[cold]
    pub fn number_error(&self, error: NumError) -> Raised {
        match error {
            NumError::Value(text) => self.value_error(text),
            NumError::Overflow(text) => {
                // `errno` and its text: the one overflow with two arguments.
                let inner = text
                    .strip_prefix("(34, '")
                    .and_then(|t| t.strip_suffix("')"));
                match inner {
                    Some(inner) => {
                        let args = vec![Value::Int(34), self.text(inner)];
                        self.raise_args(&self.exceptions.OverflowError, args)
                    }
                    None => self.overflow_error(text),
                }
            }
            NumError::ZeroDivision(text) => self.zero_division(text),
            NumError::Type(text) => self.type_error(text),
            NumError::Memory => self.out_of_memory(),
        }
    }

    /// Raises `MemoryError` without a message, as CPython does for results beyond reason.
    #[cold]
    pub fn out_of_memory(&self) -> Raised {
        self.raise_args(&self.exceptions.MemoryError, vec![])
    }

    /// The result of a numeric function, its error as an exception.
    #[inline]
    pub fn number<T>(&self, result: NumResult<T>) -> R<T> {
        result.map_err(|e| self.number_error(e))
    }

    /// The integer in an `int`, a `bool` or an instance of a subclass.
    pub fn bigint(&self, v: &Value) -> Option<BigInt> {
        int_ref(&self.native(v)).map(|n| n.to_int().into_big())
    }

    /// The int that `v` stands for by `__index__`.
    pub fn to_integer(&self, v: &Value) -> R {
        match self.try_integer(v)? {
            Some(n) => Ok(n),
            None => Err(self.type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                self.type_name(v)
            ))),
        }
    }

    /// As `to_integer`, or `None` if there is no `__index__`.
    pub fn try_integer(&self, v: &Value) -> R<Option<Value>> {
        match v {
            Value::Int(_) => return Ok(Some(v.clone())),
            Value::False => return Ok(Some(Value::Int(0))),
            Value::True => return Ok(Some(Value::Int(1))),
            _ => {}
        }
        match v.kind() {
            Some(Kind::BigInt) => Ok(Some(v.clone())),
            Some(kind) if may_define(kind) => self.index_of_object(v),
            _ => Ok(None),
        }
    }

    fn index_of_object(&self, v: &Value) -> R<Option<Value>> {
        let native = self.native(v);
        if int_ref(&native).is_some() {
            return Ok(Some(native));
        }
        let Some(result) = self.call_special(v, &self.names.index_, &[])? else {
            return Ok(None);
        };
        let native = self.native(&result);
        match int_ref(&native) {
            Some(n) => {
                self.expect_exact(&result, "__index__ returned non-int", "int")?;
                Ok(Some(n.to_int().into()))
            }
            None => Err(self.type_error(format!(
                "__index__ returned non-int (type {})",
                self.type_name(&result)
            ))),
        }
    }

    /// Warns of what a conversion method returned if it is of a subclass of the number's type.
    pub(crate) fn expect_exact(&self, result: &Value, start: &str, exact: &str) -> R<()> {
        if matches!(result, Value::Int(_) | Value::Float(_))
            || matches!(result.kind(), Some(Kind::BigInt | Kind::Complex))
        {
            return Ok(());
        }
        let text = format!(
            "{start} (type {}).  The ability to return an instance of a strict subclass of {exact} \
             is deprecated, and may be removed in a future version of Python.",
            self.type_name(result)
        );
        self.warn(&self.exceptions.DeprecationWarning, &text)
    }

    /// The 64-bit int that `v` stands for by `__index__`.
    #[inline]
    pub fn to_index(&self, v: &Value) -> R<i64> {
        match v {
            Value::Int(n) => Ok(*n),
            _ => self.to_index_general(v),
        }
    }

    fn to_index_general(&self, v: &Value) -> R<i64> {
        match self.to_integer(v)? {
            Value::Int(n) => Ok(n),
            _ => Err(self.overflow_error(format!(
                "cannot fit '{}' into an index-sized integer",
                self.type_name(v)
            ))),
        }
    }

    /// As `to_index`, with numbers beyond 64 bits cut down to them.
    pub fn to_index_clamped(&self, v: &Value) -> R<i64> {
        if let Value::Int(n) = v {
            return Ok(*n);
        }
        let n = self.to_integer(v)?;
        Ok(match int_ref(&n) {
            Some(IntRef::Small(n)) => n,
            Some(n) if n.is_negative() => i64::MIN,
            _ => i64::MAX,
        })
    }

    /// The float that `v` stands for: a number, or by `__float__` or `__index__`.
    #[inline]
    pub fn to_f64(&self, v: &Value) -> R<f64> {
        match v {
            Value::Float(x) => Ok(x.get()),
            Value::Int(n) => Ok(*n as f64),
            _ => match self.try_f64(v)? {
                Some(x) => Ok(x),
                None => {
                    Err(self.type_error(format!("must be real number, not {}", self.type_name(v))))
                }
            },
        }
    }

    /// As `to_f64`, or `None` if `v` is no real number and cannot become one.
    pub fn try_f64(&self, v: &Value) -> R<Option<f64>> {
        if let Value::Float(x) = v {
            return Ok(Some(x.get()));
        }
        if let Some(n) = int_ref(v) {
            return self.number(number::int_to_float(n)).map(Some);
        }
        if !v.kind().is_some_and(may_define) {
            return Ok(None);
        }
        if let Value::Float(x) = self.native(v) {
            return Ok(Some(x.get()));
        }
        if let Some(x) = self.float_by_method(v)? {
            return Ok(Some(x));
        }
        match self.index_of_object(v)? {
            Some(n) => match int_ref(&n) {
                Some(n) => self.number(number::int_to_float(n)).map(Some),
                None => Ok(None),
            },
            None => Ok(None),
        }
    }

    /// The float that `__float__` returns, if there is one.
    pub(crate) fn float_by_method(&self, v: &Value) -> R<Option<f64>> {
        let Some(result) = self.call_special(v, &self.names.float_, &[])? else {
            return Ok(None);
        };
        match self.native(&result) {
            Value::Float(x) => {
                if !matches!(result, Value::Float(_)) {
                    let name = self.type_name(v);
                    let start = format!("{name}.__float__ returned non-float");
                    self.expect_exact(&result, &start, "float")?;
                }
                Ok(Some(x.get()))
            }
            _ => Err(self.type_error(format!(
                "{}.__float__ returned non-float (type {})",
                self.type_name(v),
                self.type_name(&result)
            ))),
        }
    }

    /// The string in `v`, an instance of a subclass included; else a `TypeError` saying
    /// "`what` must be str, not X".
    pub fn expect_str(&self, v: &Value, what: &str) -> R<Ref<StrObj>> {
        if let Some(s) = v.downcast::<StrObj>() {
            return Ok(s.clone());
        }
        match self.native(v).downcast::<StrObj>() {
            Some(s) => Ok(s.clone()),
            None if v.is_none() => Err(self.type_error(format!("{what} must be str, not None"))),
            None => Err(self.type_error(format!("{what} must be str, not {}", self.type_name(v)))),
        }
    }

    /// The 64-bit number in `v`, an instance of a subclass included, without conversion; else a
    /// `TypeError` saying "`what` must be int, not X".
    pub fn expect_int(&self, v: &Value, what: &str) -> R<i64> {
        match int_ref(&self.native(v)) {
            Some(n) => n
                .to_i64()
                .ok_or_else(|| self.overflow_error("Python int too large to convert to C long")),
            None => Err(self.type_error(format!("{what} must be int, not {}", self.type_name(v)))),
        }
    }

    /// The number as 64 bits without sign, where it fits.
    pub fn as_u64(&self, v: &Value) -> Option<u64> {
        match v {
            Value::Int(n) => u64::try_from(*n).ok(),
            _ => v.downcast::<BigIntObj>().and_then(|b| b.value.to_u64()),
        }
    }

    /// `sys.get_int_max_str_digits()`: how many decimal digits a conversion between `int` and
    /// `str` may have; 0 for any number.
    pub fn int_digit_limit(&self) -> usize {
        self.int_digit_limit.get()
    }

    /// `sys.set_int_max_str_digits(limit)`, the limit already checked.
    pub fn set_int_digit_limit(&self, limit: usize) {
        self.int_digit_limit.set(limit);
    }

    /// Raises what a builtin type's method says of a receiver of another type. CPython words it
    /// differently for operators and for methods.
    #[cold]
    pub fn wrong_receiver(&self, method: &str, class: &str, receiver: &Value) -> Raised {
        let receiver = self.type_name(receiver);
        let is_plain = !method.starts_with("__")
            || matches!(
                method,
                "__round__"
                    | "__format__"
                    | "__trunc__"
                    | "__floor__"
                    | "__ceil__"
                    | "__complex__"
                    | "__getnewargs__"
                    | "__sizeof__"
            );
        self.type_error(if is_plain {
            format!(
                "descriptor '{method}' for '{class}' objects doesn't apply to a '{receiver}' object"
            )
        } else {
            format!("descriptor '{method}' requires a '{class}' object but received a '{receiver}'")
        })
    }
}

/// True for the kinds of object whose classes may define conversion methods; the others are
/// known not to.
fn may_define(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Instance | Kind::Host | Kind::Exception | Kind::Class
    )
}
