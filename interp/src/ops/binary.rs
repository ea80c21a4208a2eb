//! Binary operators, augmented assignment, `divmod` and `pow` with three arguments.
//!
//! Pairs of builtin values are decided by kind; anything else goes through the special methods
//! (`protocol`). The arithmetic of a type is with that type.

pub mod method;
pub mod number;
pub mod operator;
mod protocol;
mod sequence;

use aio_parser::ast::BinaryOp;

use self::operator::{Operator, inplace_name, inplace_symbol};
use crate::builtins;
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::function::NativeObj;
use crate::objects::str::{Name, StrObj};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `a op b`
    #[inline]
    pub fn binary(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        match self.plain_numbers(op, a, b) {
            Some(result) => match result? {
                Value::NotImplemented => Err(self.unsupported(Operator::Op(op), a, b)),
                v => Ok(v),
            },
            None => self.binary_general(op, a, b),
        }
    }

    /// The operation on two 64-bit ints or floats; `None` if the operands are something else.
    #[inline(always)]
    fn plain_numbers(&self, op: BinaryOp, a: &Value, b: &Value) -> Option<R> {
        Some(match (a, b) {
            (Value::Int(x), Value::Int(y)) => number::small_ints(self, op, *x, *y),
            (Value::Float(x), Value::Float(y)) => number::floats(self, op, x.get(), y.get()),
            (Value::Float(x), Value::Int(y)) => number::floats(self, op, x.get(), *y as f64),
            (Value::Int(x), Value::Float(y)) => number::floats(self, op, *x as f64, y.get()),
            _ => return None,
        })
    }

    #[inline(never)]
    fn binary_general(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        match self.try_binary(op, a, b)? {
            Value::NotImplemented => Err(self.unsupported(Operator::Op(op), a, b)),
            v => Ok(v),
        }
    }

    /// `a op b`; `NotImplemented` if neither operand has the operation.
    fn try_binary(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        let result = if !is_settled(a) || !is_settled(b) {
            self.binary_protocol(Operator::Op(op), a, b)?
        } else if matches!(op, BinaryOp::Add | BinaryOp::Mult) && sequence::is_sequence(a) {
            // No builtin number takes a sequence.
            Value::NotImplemented
        } else {
            native(self, Operator::Op(op), a, b)?
        };
        match (&result, op) {
            (Value::NotImplemented, BinaryOp::Add) => self.concatenate(a, b),
            (Value::NotImplemented, BinaryOp::Mult) => self.repeat(a, b),
            (Value::NotImplemented, BinaryOp::BitOr) if is_type_like(a) || is_type_like(b) => {
                builtins::alias::union(self, a, b)
            }
            _ => Ok(result),
        }
    }

    /// `a op= b`: the new value of `a`.
    #[inline]
    pub fn inplace(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        match self.plain_numbers(op, a, b) {
            Some(result) => match result? {
                Value::NotImplemented => Err(self.unsupported_text(&inplace_symbol(op), a, b)),
                v => Ok(v),
            },
            None => self.inplace_general(op, a, b),
        }
    }

    #[inline(never)]
    fn inplace_general(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        if op == BinaryOp::BitOr && a.is_kind(Kind::MappingProxy) {
            return Err(crate::builtins::mappingproxy::no_inplace(self));
        }
        let result = if a.kind().is_some_and(changes_in_place) {
            self.native_inplace(op, a, b)?
        } else if is_settled(a) {
            Value::NotImplemented
        } else {
            self.inplace_method(op, a, b)?
        };
        if !matches!(result, Value::NotImplemented) {
            return Ok(result);
        }
        let result = if op == BinaryOp::Mult && self.shuns_repetition(a, b) {
            self.binary_protocol(Operator::Op(op), a, b)?
        } else {
            self.try_binary(op, a, b)?
        };
        match result {
            Value::NotImplemented => Err(self.unsupported_text(&inplace_symbol(op), a, b)),
            v => Ok(v),
        }
    }

    /// True for `a *= b` where only `b` can be repeated, but `a` has the slots of a sequence: then
    /// CPython does not ask `b`.
    fn shuns_repetition(&self, a: &Value, b: &Value) -> bool {
        let has_slots = matches!(
            a.kind(),
            Some(
                Kind::Instance
                    | Kind::Dict
                    | Kind::Set
                    | Kind::DictView
                    | Kind::Range
                    | Kind::MemoryView
                    | Kind::MappingProxy
            )
        );
        has_slots && sequence::is_sequence(&self.native(b)) && {
            !sequence::is_sequence(&self.native(a))
        }
    }

    /// `a op= b` for a builtin mutable container.
    fn native_inplace(&self, op: BinaryOp, a: &Value, b: &Value) -> R {
        if matches!(op, BinaryOp::Add | BinaryOp::Mult) {
            return self.sequence_inplace(op, a, b);
        }
        self.builtin_method(a, inplace_name(op, &self.names), b)
    }

    /// The row of a builtin type's method, called at once; `NotImplemented` if there is none.
    fn builtin_method(&self, a: &Value, name: &Name, b: &Value) -> R {
        match self.special(a, name) {
            Some(found) => match found.downcast::<NativeObj>() {
                Some(method) => (method.row.call)(self, &[a.clone(), b.clone()]),
                None => Ok(Value::NotImplemented),
            },
            None => Ok(Value::NotImplemented),
        }
    }

    /// `divmod(a, b)`
    pub fn divmod(&self, a: &Value, b: &Value) -> R {
        let op = Operator::DivMod;
        let result = if is_settled(a) && is_settled(b) {
            native(self, op, a, b)?
        } else {
            self.binary_protocol(op, a, b)?
        };
        match result {
            Value::NotImplemented => Err(self.unsupported(op, a, b)),
            v => Ok(v),
        }
    }

    /// `pow(a, b, m)`; `m` may be `None`.
    pub fn pow_mod(&self, a: &Value, b: &Value, m: &Value) -> R {
        if m.is_missing() {
            return self.binary(BinaryOp::Pow, a, b);
        }
        // A class's own `__pow__` is asked for the first operand only; `__rpow__` never is.
        let result = if is_settled(a) {
            number::power_modulo(self, a, &self.native(b), &self.native(m))?
        } else {
            let method = self.call_special(a, &self.names.pow_, &[b.clone(), m.clone()])?;
            method.unwrap_or(Value::NotImplemented)
        };
        match result {
            Value::NotImplemented
                if [b, m]
                    .iter()
                    .any(|v| matches!(self.native(v), Value::Float(_))) =>
            {
                Err(self
                    .type_error("pow() 3rd argument not allowed unless all arguments are integers"))
            }
            Value::NotImplemented => Err(self.type_error(format!(
                "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
                self.type_name(a),
                self.type_name(b),
                self.type_name(m)
            ))),
            v => Ok(v),
        }
    }

    /// Raises the error of an operator that the operands do not have.
    #[cold]
    pub(crate) fn unsupported(&self, op: Operator, a: &Value, b: &Value) -> Raised {
        if op == Operator::Op(BinaryOp::RShift) && self.is_print(a) {
            return self.type_error(format!(
                "unsupported operand type(s) for >>: '{}' and '{}'. \
                 Did you mean \"print(<message>, file=<output_stream>)\"?",
                self.type_name(a),
                self.type_name(b)
            ));
        }
        self.unsupported_text(op.symbol(), a, b)
    }

    #[cold]
    fn unsupported_text(&self, symbol: &str, a: &Value, b: &Value) -> Raised {
        self.type_error(format!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            self.type_name(a),
            self.type_name(b)
        ))
    }

    fn is_print(&self, v: &Value) -> bool {
        v.downcast::<NativeObj>()
            .is_some_and(|n| n.class.is_none() && n.row.name() == "print")
    }
}

/// True for builtin values whose operators are known here; the others are asked for methods.
fn is_settled(v: &Value) -> bool {
    match v {
        Value::Obj(o) => matches!(
            o.kind(),
            Kind::Str
                | Kind::BigInt
                | Kind::Complex
                | Kind::Bytes
                | Kind::ByteArray
                | Kind::Tuple
                | Kind::List
                | Kind::Dict
                | Kind::DictView
                | Kind::Set
                | Kind::Range
        ),
        _ => true,
    }
}

fn changes_in_place(kind: Kind) -> bool {
    matches!(kind, Kind::List | Kind::ByteArray | Kind::Dict | Kind::Set)
}

/// True for what may stand in a union of types.
fn is_type_like(v: &Value) -> bool {
    matches!(
        v.kind(),
        Some(Kind::Class | Kind::GenericAlias | Kind::Union)
    )
}

/// The operation on two builtin values, sequences' `+` and `*` left out; `NotImplemented` if
/// neither has it.
fn native(vm: &Vm, op: Operator, a: &Value, b: &Value) -> R {
    let result = number::numbers(vm, op, a, b)?;
    if !matches!(result, Value::NotImplemented) {
        return Ok(result);
    }
    let result = native_left(vm, op, a, b)?;
    if !matches!(result, Value::NotImplemented) {
        return Ok(result);
    }
    native_right(vm, op, a, b)
}

/// What the builtin type of `a` makes of `a op b`.
fn native_left(vm: &Vm, op: Operator, a: &Value, b: &Value) -> R {
    let (Some(kind), Operator::Op(op)) = (a.kind(), op) else {
        return number::slot(vm, op, a, &vm.native(b), false);
    };
    match kind {
        Kind::BigInt | Kind::Complex => number::slot(vm, Operator::Op(op), a, &vm.native(b), false),
        Kind::Str if op == BinaryOp::Mod => match a.downcast::<StrObj>() {
            Some(template) => vm.percent_format(template, b),
            None => Ok(Value::NotImplemented),
        },
        Kind::Bytes if op == BinaryOp::Mod => builtins::bytes::binary(vm, op, a, b),
        Kind::ByteArray if op == BinaryOp::Mod => builtins::bytearray::binary(vm, op, a, b),
        Kind::Dict if op == BinaryOp::BitOr => builtins::dict::binary(vm, op, a, &vm.native(b)),
        Kind::Set => builtins::set::binary(vm, op, a, &vm.native(b)),
        Kind::DictView => builtins::dict_view::binary(vm, op, a, &set_inside(vm, b)),
        _ => Ok(Value::NotImplemented),
    }
}

/// The set that an instance of a subclass of `set` carries; other values as they are.
fn set_inside(vm: &Vm, v: &Value) -> Value {
    let native = vm.native(v);
    if native.is_kind(Kind::Set) {
        native
    } else {
        v.clone()
    }
}

/// What the builtin type of `b` makes of `a op b`, `a` having declined.
fn native_right(vm: &Vm, op: Operator, a: &Value, b: &Value) -> R {
    let (Some(kind), Operator::Op(op)) = (b.kind(), op) else {
        return number::slot(vm, op, b, &vm.native(a), true);
    };
    match kind {
        Kind::BigInt | Kind::Complex => number::slot(vm, Operator::Op(op), b, &vm.native(a), true),
        Kind::Dict if op == BinaryOp::BitOr => builtins::dict::binary(vm, op, &vm.native(a), b),
        Kind::Set => builtins::set::binary(vm, op, &vm.native(a), b),
        Kind::DictView => builtins::dict_view::binary(vm, op, &set_inside(vm, a), b),
        _ => Ok(Value::NotImplemented),
    }
}

/// True if `method` is a builtin sequence's `__add__`, `__mul__` or the like. CPython tries
/// those last, after the arithmetic methods of both operands.
fn is_sequence_method(vm: &Vm, method: &Value) -> bool {
    let class: Option<&Ref<ClassObj>> = method
        .downcast::<NativeObj>()
        .and_then(|n| n.class.as_ref());
    let c = &vm.classes;
    class.is_some_and(|class| {
        [&c.str, &c.bytes, &c.bytearray, &c.tuple, &c.list]
            .iter()
            .any(|s| s.is(class))
    })
}
