//! `+` and `*` of builtin sequences, which come after the arithmetic methods of both operands.

use aio_parser::ast::BinaryOp;

use super::operator::{Operator, inplace_name};
use super::{is_sequence_method, is_settled};
use crate::builtins;
use crate::object::Kind;
use crate::objects::str::Name;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `a + b` of sequences; `NotImplemented` if `a` is none.
    pub(super) fn concatenate(&self, a: &Value, b: &Value) -> R {
        match self.sequence(a, &self.names.add_) {
            Some(sequence) if !sequence.is(a) && self.is_odd_for_bytes(&sequence, b) => {
                let (kind, other) = (self.type_name(a), self.type_name(b));
                Err(self.type_error(format!("can't concat {other} to {kind}")))
            }
            Some(sequence) => match own_operator(self, BinaryOp::Add, &sequence, b)? {
                Value::NotImplemented => Err(self.not_concatenable(&sequence, b)),
                joined => Ok(joined),
            },
            None => Ok(Value::NotImplemented),
        }
    }

    /// True if the first is a byte string and the second nothing to join it with.
    fn is_odd_for_bytes(&self, sequence: &Value, b: &Value) -> bool {
        matches!(sequence.kind(), Some(Kind::Bytes | Kind::ByteArray))
            && builtins::bytes::view::bytes_like(&self.native(b)).is_none()
    }

    #[cold]
    fn not_concatenable(&self, sequence: &Value, b: &Value) -> Raised {
        let (kind, other) = (self.type_name(sequence), self.type_name(b));
        self.type_error(format!(
            "can only concatenate {kind} (not \"{other}\") to {kind}"
        ))
    }

    /// `a * b` with one sequence; `NotImplemented` if there is none.
    pub(super) fn repeat(&self, a: &Value, b: &Value) -> R {
        if let Some(sequence) = self.sequence(a, &self.names.mul_) {
            let count = self.repeat_count(b)?;
            return own_operator(self, BinaryOp::Mult, &sequence, &count);
        }
        match self.sequence(b, &self.names.rmul_) {
            Some(sequence) => {
                let count = self.repeat_count(a)?;
                own_operator(self, BinaryOp::Mult, &sequence, &count)
            }
            None => Ok(Value::NotImplemented),
        }
    }

    /// `a += b` and `a *= b` where `a` is a list or bytearray, or an instance of a subclass of a
    /// builtin sequence; `NotImplemented` if `a` does not change in place.
    pub(super) fn sequence_inplace(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        let Some(sequence) = self.sequence(a, inplace_name(op, &self.names)) else {
            return Ok(Value::NotImplemented);
        };
        if !matches!(sequence.kind(), Some(Kind::List | Kind::ByteArray)) {
            return Ok(Value::NotImplemented);
        }
        if !is_settled(b) {
            // `b` may have `__radd__`, which comes first.
            let result = self.binary_protocol(Operator::Op(op), a, b)?;
            if !matches!(result, Value::NotImplemented) {
                return Ok(result);
            }
        }
        let operand = if op == BinaryOp::Mult {
            self.repeat_count(b)?
        } else {
            b.clone()
        };
        let name = inplace_name(op, &self.names);
        if is_settled(a) {
            return self.builtin_method(a, name, &operand);
        }
        let result = self.call_special(a, name, &[operand])?;
        Ok(result.unwrap_or(Value::NotImplemented))
    }

    /// The builtin sequence in `v`, if `v`'s class has not replaced its method `name`.
    fn sequence(&self, v: &Value, name: &Name) -> Option<Value> {
        if is_sequence(v) {
            return Some(v.clone());
        }
        if !v.is_kind(Kind::Instance) {
            return None;
        }
        let payload = self.native(v);
        let is_own = || {
            self.special(v, name)
                .is_some_and(|m| is_sequence_method(self, &m))
        };
        (is_sequence(&payload) && is_own()).then_some(payload)
    }

    /// The number of repetitions, as a small int.
    fn repeat_count(&self, v: &Value) -> R {
        match self.try_integer(v)? {
            Some(Value::Int(n)) => Ok(Value::Int(n)),
            Some(_) => self.to_index(v).map(Value::Int),
            None => Err(self.type_error(format!(
                "can't multiply sequence by non-int of type '{}'",
                self.type_name(v)
            ))),
        }
    }
}

/// True for the builtin sequences that have `+` and `*`.
pub(super) fn is_sequence(v: &Value) -> bool {
    matches!(
        v.kind(),
        Some(Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Tuple | Kind::List)
    )
}

fn own_operator(vm: &Vm, op: BinaryOp, a: &Value, b: &Value) -> R {
    match a.kind() {
        Some(Kind::Str) => builtins::str::binary(vm, op, a, b),
        Some(Kind::Bytes) => builtins::bytes::binary(vm, op, a, b),
        Some(Kind::ByteArray) => builtins::bytearray::binary(vm, op, a, b),
        Some(Kind::Tuple) => builtins::tuple::binary(vm, op, a, b),
        Some(Kind::List) => builtins::list::binary(vm, op, a, b),
        _ => Ok(Value::NotImplemented),
    }
}
