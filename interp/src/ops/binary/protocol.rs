//! The special methods of binary operators: `__add__` and its like, reflected and in place.
//!
//! The order is CPython's: the right operand first if its class is a proper subclass that
//! overrides the reflected method, then the left one, then the right one.

use aio_parser::ast::BinaryOp;

use super::operator::{Operator, inplace_name};
use super::{is_sequence_method, is_settled, native_left, native_right};
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::str::Name;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// `a op b` where one operand's class may have written methods; `NotImplemented` if neither
    /// has the operation. Sequences' own `+` and `*` are left out.
    pub(super) fn binary_protocol(&self, op: Operator, a: &Value, b: &Value) -> R {
        let _guard = self.enter_native()?;
        let (left, right) = (self.class_of(a), self.class_of(b));
        let (name, reflected) = op.names(&self.names);
        let mut ask_right = !left.is(&right);
        if ask_right && right.is_subclass(&left) && self.overrides(&right, &left, reflected) {
            let result = self.ask_operand(op, reflected, b, a, true)?;
            if !matches!(result, Value::NotImplemented) {
                return Ok(result);
            }
            ask_right = false;
        }
        let result = self.ask_operand(op, name, a, b, false)?;
        if matches!(result, Value::NotImplemented) && ask_right {
            return self.ask_operand(op, reflected, b, a, true);
        }
        Ok(result)
    }

    /// True if `class` has another method `name` than `base`.
    fn overrides(&self, class: &Ref<ClassObj>, base: &Ref<ClassObj>, name: &Name) -> bool {
        match (class.lookup(self, name), base.lookup(self, name)) {
            (Some(own), Some(inherited)) => !own.is(&inherited),
            (own, _) => own.is_some(),
        }
    }

    /// What `this` makes of the operation with `other`; `reflected` if `this` stands right.
    fn ask_operand(
        &self,
        op: Operator,
        name: &Name,
        this: &Value,
        other: &Value,
        reflected: bool,
    ) -> R {
        if is_settled(this) {
            return if reflected {
                native_right(self, op, other, this)
            } else {
                native_left(self, op, this, other)
            };
        }
        match self.special(this, name) {
            Some(method) if !is_left_for_later(self, op, &method) => {
                self.ask_method(&method, this, other)
            }
            _ => Ok(Value::NotImplemented),
        }
    }

    fn ask_method(&self, method: &Value, this: &Value, other: &Value) -> R {
        self.call_unbound(method, this, std::slice::from_ref(other), &[])
    }

    /// `a.__iadd__(b)` and its like; `NotImplemented` if there is none.
    pub(super) fn inplace_method(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        let name = inplace_name(op, &self.names);
        let Some(method) = self.special(a, name) else {
            return Ok(Value::NotImplemented);
        };
        // The `__mul__` of a subclass comes before the `__imul__` of its builtin sequence.
        if op == BinaryOp::Mult && a.is_kind(Kind::Instance) && method.is_kind(Kind::Native) {
            let own = self.special(a, &self.names.mul_);
            if own.is_some_and(|own| !own.is_kind(Kind::Native)) {
                return Ok(Value::NotImplemented);
            }
        }
        if is_left_for_later(self, Operator::Op(op), &method) {
            return self.sequence_inplace(op, a, b);
        }
        self.ask_method(&method, a, b)
    }
}

/// True for the `+` and `*` of builtin sequences, whose turn comes after all arithmetic.
fn is_left_for_later(vm: &Vm, op: Operator, method: &Value) -> bool {
    matches!(op, Operator::Op(BinaryOp::Add | BinaryOp::Mult)) && is_sequence_method(vm, method)
}
