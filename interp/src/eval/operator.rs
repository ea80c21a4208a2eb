//! Arithmetic, comparison and logical operators.

use std::marker::PhantomData;

use aio_lexer::Span;
use aio_parser::ast::{BinaryOp, CmpOp, UnaryOp};

use super::operand::{Operand, Part};
use super::{at, fail_at};
use crate::node::{Expr, ExprBox};
use crate::object::Ref;
use crate::objects::str::StrObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// An arithmetic operator with its fast cases; `None` means the general way.
pub trait Arithmetic: 'static {
    /// The operator.
    const OP: BinaryOp;
    /// Of two small ints.
    fn ints(a: i64, b: i64) -> Option<Value>;
    /// Of two floats.
    fn floats(a: f64, b: f64) -> Option<Value>;
}

macro_rules! arithmetic {
    ($($name:ident, |$a:ident, $b:ident| $ints:expr, |$x:ident, $y:ident| $floats:expr;)*) => {
        $(
            #[doc = concat!("`BinaryOp::", stringify!($name), "`.")]
            pub struct $name;
            impl Arithmetic for $name {
                const OP: BinaryOp = BinaryOp::$name;
                #[inline(always)]
                fn ints($a: i64, $b: i64) -> Option<Value> {
                    $ints
                }
                #[inline(always)]
                fn floats($x: f64, $y: f64) -> Option<Value> {
                    $floats
                }
            }
        )*
    };
}

/// Ints of this size are floats without loss.
const EXACT: u64 = 1 << 53;

#[inline(always)]
fn floor_div(a: i64, b: i64) -> i64 {
    let q = a / b;
    if (a % b != 0) && ((a < 0) != (b < 0)) {
        q - 1
    } else {
        q
    }
}

#[inline(always)]
fn floor_mod(a: i64, b: i64) -> i64 {
    let r = a % b;
    if r != 0 && ((r < 0) != (b < 0)) {
        r + b
    } else {
        r
    }
}

arithmetic! {
    Add, |a, b| a.checked_add(b).map(Value::Int), |x, y| Some(Value::float(x + y));
    Sub, |a, b| a.checked_sub(b).map(Value::Int), |x, y| Some(Value::float(x - y));
    Mult, |a, b| a.checked_mul(b).map(Value::Int), |x, y| Some(Value::float(x * y));
    Div, |a, b| if b != 0 && a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
            Some(Value::float(a as f64 / b as f64))
        } else { None },
        |x, y| if y != 0.0 { Some(Value::float(x / y)) } else { None };
    FloorDiv, |a, b| if b > 0 { Some(Value::Int(floor_div(a, b))) } else { None }, |_x, _y| None;
    Mod, |a, b| if b > 0 { Some(Value::Int(floor_mod(a, b))) } else { None }, |_x, _y| None;
    BitAnd, |a, b| Some(Value::Int(a & b)), |_x, _y| None;
    BitOr, |a, b| Some(Value::Int(a | b)), |_x, _y| None;
    BitXor, |a, b| Some(Value::Int(a ^ b)), |_x, _y| None;
    LShift, |a, b| if (0..63).contains(&b) && (a << b) >> b == a { Some(Value::Int(a << b)) } else { None },
        |_x, _y| None;
    RShift, |a, b| if b >= 0 { Some(Value::Int(a >> b.min(63))) } else { None }, |_x, _y| None;
    Pow, |a, b| if (0..64).contains(&b) { a.checked_pow(b as u32).map(Value::Int) } else { None },
        |_x, _y| None;
    MatMult, |_a, _b| None, |_x, _y| None;
}

/// Applies an operator where that is quick.
#[inline(always)]
pub(crate) fn quick<O: Arithmetic>(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => O::ints(*x, *y),
        (Value::Float(x), Value::Float(y)) => O::floats(x.get(), y.get()),
        _ => None,
    }
}

/// The other cases. Mixed int and float operands are common enough to be kept warm.
#[inline(never)]
fn apply_slowly<O: Arithmetic>(vm: &Vm, f: Frame, a: Value, b: Value, span: Span) -> R {
    let mixed = match (&a, &b) {
        (Value::Int(x), Value::Float(y)) if x.unsigned_abs() <= EXACT => {
            O::floats(*x as f64, y.get())
        }
        (Value::Float(x), Value::Int(y)) if y.unsigned_abs() <= EXACT => {
            O::floats(x.get(), *y as f64)
        }
        _ => None,
    };
    match mixed {
        Some(v) => Ok(v),
        None => at(f, span, vm.binary(O::OP, &a, &b)),
    }
}

/// `a + b`.
pub struct Binary<O, A, B> {
    a: A,
    b: B,
    span: Span,
    op: PhantomData<O>,
}

impl<O: Arithmetic, A: Operand, B: Operand> Binary<O, A, B> {
    /// The node.
    pub fn new(a: A, b: B, span: Span) -> Self {
        Binary {
            a,
            b,
            span,
            op: PhantomData,
        }
    }
}

impl<O: Arithmetic, A: Operand, B: Operand> Expr for Binary<O, A, B> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.load(vm, &f)?;
        let b = self.b.load(vm, &f)?;
        match quick::<O>(&a, &b) {
            Some(v) => Ok(v),
            None => apply_slowly::<O>(vm, f, A::own(a), B::own(b), self.span),
        }
    }

    fn store(&self, vm: &Vm, f: Frame, slot: Slot) -> R<()> {
        let value = self.eval(vm, f)?;
        f.set(slot, value);
        Ok(())
    }

    fn span(&self) -> Span {
        self.span
    }
}

/// `local += b`: the old value is taken out of its slot where that helps (strings grow in place).
pub struct Augmented<O, B> {
    slot: Slot,
    b: B,
    span: Span,
    target: Span,
    op: PhantomData<O>,
}

impl<O: Arithmetic, B: Operand> Augmented<O, B> {
    /// The node.
    pub fn new(slot: Slot, b: B, target: Span, span: Span) -> Self {
        Augmented {
            slot,
            b,
            span,
            target,
            op: PhantomData,
        }
    }
}

impl<O: Arithmetic, B: Operand> crate::node::Stmt for Augmented<O, B> {
    fn exec(&self, vm: &Vm, f: Frame) -> crate::node::Flow {
        let Ok(b) = self.b.load(vm, &f) else {
            return crate::node::Flow::Raised;
        };
        match quick::<O>(f.get(self.slot), &b) {
            Some(v) => {
                f.set(self.slot, v);
                crate::node::Flow::Next
            }
            None => {
                let places = (self.target, self.span);
                augment_slowly(vm, f, O::OP, self.slot, B::own(b), places).into()
            }
        }
    }
}

#[inline(never)]
fn augment_slowly(
    vm: &Vm,
    f: Frame,
    op: BinaryOp,
    slot: Slot,
    b: Value,
    (target, span): (Span, Span),
) -> R<()> {
    let a = f.get(slot).clone();
    if a.is_unbound() {
        return Err(super::name::unbound_local(vm, f, slot, target));
    }
    if op == BinaryOp::Add && a.is_kind(crate::object::Kind::Str) {
        // The slot gives up its count, so that the text can grow in place.
        drop(f.take(slot));
        return match b.downcast() {
            Some(b) => {
                f.set(slot, crate::builtins::str::append(vm, a, b));
                Ok(())
            }
            None => {
                f.set(slot, a.clone());
                let new = at(f, span, vm.inplace(op, &a, &b))?;
                f.set(slot, new);
                Ok(())
            }
        };
    }
    let new = at(f, span, vm.inplace(op, &a, &b))?;
    f.set(slot, new);
    Ok(())
}

/// A comparison with its fast cases.
pub trait Comparison: 'static {
    /// The operator.
    const OP: CmpOp;
    /// Of two small ints.
    fn ints(a: i64, b: i64) -> bool;
    /// Of two floats.
    fn floats(a: f64, b: f64) -> bool;
}

macro_rules! comparisons {
    ($($name:ident, $op:tt;)*) => {
        $(
            #[doc = concat!("`CmpOp::", stringify!($name), "`.")]
            pub struct $name;
            impl Comparison for $name {
                const OP: CmpOp = CmpOp::$name;
                #[inline(always)]
                fn ints(a: i64, b: i64) -> bool {
                    a $op b
                }
                #[inline(always)]
                fn floats(a: f64, b: f64) -> bool {
                    a $op b
                }
            }
        )*
    };
}

comparisons! {
    Eq, ==;
    NotEq, !=;
    Lt, <;
    LtE, <=;
    Gt, >;
    GtE, >=;
}

/// `a < b`.
pub struct Compare<O, A, B> {
    a: A,
    b: B,
    span: Span,
    op: PhantomData<O>,
}

impl<O: Comparison, A: Operand, B: Operand> Compare<O, A, B> {
    /// The node.
    pub fn new(a: A, b: B, span: Span) -> Self {
        Compare {
            a,
            b,
            span,
            op: PhantomData,
        }
    }
}

#[inline(always)]
fn fast<O: Comparison>(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(O::ints(*x, *y)),
        (Value::Float(x), Value::Float(y)) => Some(O::floats(x.get(), y.get())),
        _ => None,
    }
}

#[inline(never)]
fn compare_slowly(vm: &Vm, f: Frame, op: CmpOp, a: Value, b: Value, span: Span) -> R {
    at(f, span, vm.compare(op, &a, &b))
}

#[inline(never)]
fn test_slowly(vm: &Vm, f: Frame, op: CmpOp, a: Value, b: Value, span: Span) -> R<bool> {
    if let (CmpOp::Eq | CmpOp::NotEq, Some(x), Some(y)) = (op, a.downcast(), b.downcast()) {
        return Ok(text_equal(x, y) == (op == CmpOp::Eq));
    }
    let value = at(f, span, vm.compare(op, &a, &b))?;
    at(f, span, vm.truth(&value))
}

#[inline(always)]
fn text_equal(x: &Ref<StrObj>, y: &Ref<StrObj>) -> bool {
    x.is(y) || (!(x.is_interned() && y.is_interned()) && x.as_str() == y.as_str())
}

impl<O: Comparison, A: Operand, B: Operand> Expr for Compare<O, A, B> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.load(vm, &f)?;
        let b = self.b.load(vm, &f)?;
        match fast::<O>(&a, &b) {
            Some(r) => Ok(Value::bool(r)),
            None => compare_slowly(vm, f, O::OP, A::own(a), B::own(b), self.span),
        }
    }

    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let a = self.a.load(vm, &f)?;
        let b = self.b.load(vm, &f)?;
        match fast::<O>(&a, &b) {
            Some(r) => Ok(r),
            None => test_slowly(vm, f, O::OP, A::own(a), B::own(b), self.span),
        }
    }

    fn span(&self) -> Span {
        self.span
    }
}

/// `a == "text"`, `a != "text"`.
pub struct IsText<A> {
    /// The operand.
    pub a: A,
    /// The literal.
    pub text: Ref<StrObj>,
    /// `!=`.
    pub negated: bool,
    /// Its place.
    pub span: Span,
}

impl<A: Operand> Expr for IsText<A> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.load(vm, &f)?;
        match a.downcast() {
            Some(x) => Ok(Value::bool(text_equal(x, &self.text) != self.negated)),
            None => {
                let op = if self.negated {
                    CmpOp::NotEq
                } else {
                    CmpOp::Eq
                };
                compare_slowly(vm, f, op, A::own(a), (&self.text).into(), self.span)
            }
        }
    }

    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let a = self.a.load(vm, &f)?;
        match a.downcast() {
            Some(x) => Ok(text_equal(x, &self.text) != self.negated),
            None => {
                let op = if self.negated {
                    CmpOp::NotEq
                } else {
                    CmpOp::Eq
                };
                test_slowly(vm, f, op, A::own(a), (&self.text).into(), self.span)
            }
        }
    }

    fn span(&self) -> Span {
        self.span
    }
}

/// `a is b`, `a is not b`.
pub struct Is<A, B> {
    /// Left.
    pub a: A,
    /// Right.
    pub b: B,
    /// `is not`.
    pub negated: bool,
    /// Its place.
    pub span: Span,
}

impl<A: Operand, B: Operand> Expr for Is<A, B> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        self.cond(vm, f).map(Value::bool)
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let a = self.a.load(vm, &f)?;
        let b = self.b.load(vm, &f)?;
        Ok(vm.is_same(&a, &b) != self.negated)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `a is None`, `a is not None`.
pub struct IsNone<A> {
    /// Left.
    pub a: A,
    /// `is not`.
    pub negated: bool,
    /// Its place.
    pub span: Span,
}

impl<A: Operand> Expr for IsNone<A> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        self.cond(vm, f).map(Value::bool)
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        Ok(self.a.load(vm, &f)?.is_none() != self.negated)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `a in b`, `a not in b`.
pub struct In {
    /// The item.
    pub a: Part,
    /// The container.
    pub b: Part,
    /// `not in`.
    pub negated: bool,
    /// Its place.
    pub span: Span,
}

impl Expr for In {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        self.cond(vm, f).map(Value::bool)
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let a = self.a.eval(vm, f)?;
        let b = self.b.eval(vm, f)?;
        let found = at(f, self.span, vm.contains(&b, &a))?;
        Ok(found != self.negated)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `a < b < c`: each operand is evaluated once, and none after the first that fails.
pub struct Chain {
    /// The first operand.
    pub first: Part,
    /// Operators with the operands behind them.
    pub rest: Vec<(CmpOp, Part)>,
    /// Its place.
    pub span: Span,
}

impl Expr for Chain {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let mut left = self.first.eval(vm, f)?;
        let last = self.rest.len() - 1;
        for (i, (op, right)) in self.rest.iter().enumerate() {
            let right = right.eval(vm, f)?;
            let result = at(f, self.span, vm.compare(*op, &left, &right))?;
            if i == last || !at(f, self.span, vm.truth(&result))? {
                return Ok(result);
            }
            left = right;
        }
        Ok(Value::True)
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let mut left = self.first.eval(vm, f)?;
        for (op, right) in &self.rest {
            let right = right.eval(vm, f)?;
            let holds = match (&left, &right) {
                (Value::Int(a), Value::Int(b)) => int_compare(*op, *a, *b),
                _ => None,
            };
            let holds = match holds {
                Some(holds) => holds,
                None => test_slowly(vm, f, *op, left, right.clone(), self.span)?,
            };
            if !holds {
                return Ok(false);
            }
            left = right;
        }
        Ok(true)
    }
    fn span(&self) -> Span {
        self.span
    }
}

#[inline(always)]
fn int_compare(op: CmpOp, a: i64, b: i64) -> Option<bool> {
    Some(match op {
        CmpOp::Lt => a < b,
        CmpOp::LtE => a <= b,
        CmpOp::Gt => a > b,
        CmpOp::GtE => a >= b,
        CmpOp::Eq => a == b,
        CmpOp::NotEq => a != b,
        _ => return None,
    })
}

/// `not a`.
pub struct Not {
    /// The operand.
    pub a: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for Not {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        self.cond(vm, f).map(Value::bool)
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        Ok(!self.a.cond(vm, f)?)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `-a`, `+a`, `~a`.
pub struct Unary {
    /// The operator (not `not`).
    pub op: UnaryOp,
    /// The operand.
    pub a: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for Unary {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.eval(vm, f)?;
        match (self.op, &a) {
            (UnaryOp::USub, Value::Float(x)) => Ok(Value::float(-x.get())),
            (UnaryOp::USub, Value::Int(i)) if *i != i64::MIN => Ok(Value::Int(-i)),
            (UnaryOp::Invert, Value::Int(i)) => Ok(Value::Int(!i)),
            _ => at(f, self.span, vm.unary(self.op, &a)),
        }
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `a and b and c`, `a or b or c`.
pub struct Logical {
    /// `or`.
    pub is_or: bool,
    /// The operands.
    pub values: Vec<ExprBox>,
    /// Its place.
    pub span: Span,
}

impl Expr for Logical {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let Some((last, most)) = self.values.split_last() else {
            return Ok(Value::None);
        };
        for e in most {
            let value = e.eval(vm, f)?;
            let truth = match value.as_bool() {
                Some(b) => b,
                None => at(f, self.span, vm.truth(&value))?,
            };
            if truth == self.is_or {
                return Ok(value);
            }
        }
        last.eval(vm, f)
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        for e in &self.values {
            if e.cond(vm, f)? == self.is_or {
                return Ok(self.is_or);
            }
        }
        Ok(!self.is_or)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `body if test else orelse`.
pub struct Conditional {
    /// The condition.
    pub test: ExprBox,
    /// The value if it holds.
    pub body: ExprBox,
    /// The value if not.
    pub orelse: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for Conditional {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        if self.test.cond(vm, f)? {
            self.body.eval(vm, f)
        } else {
            self.orelse.eval(vm, f)
        }
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        if self.test.cond(vm, f)? {
            self.body.cond(vm, f)
        } else {
            self.orelse.cond(vm, f)
        }
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// The general node of an arithmetic operator: always right, used where nothing is specialised.
pub struct GeneralBinary {
    /// The operator.
    pub op: BinaryOp,
    /// Left.
    pub a: ExprBox,
    /// Right.
    pub b: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for GeneralBinary {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.eval(vm, f)?;
        let b = self.b.eval(vm, f)?;
        vm.binary(self.op, &a, &b)
            .map_err(|r| fail_at(f, self.span, r))
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// The general node of a comparison.
pub struct GeneralCompare {
    /// The operator.
    pub op: CmpOp,
    /// Left.
    pub a: ExprBox,
    /// Right.
    pub b: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for GeneralCompare {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.eval(vm, f)?;
        let b = self.b.eval(vm, f)?;
        vm.compare(self.op, &a, &b)
            .map_err(|r| fail_at(f, self.span, r))
    }
    fn span(&self) -> Span {
        self.span
    }
}
