//! Choosing specialised nodes: operators by the kinds of their operands.
//!
//! The unspecialised nodes stay, and are right; these are only ever shortcuts of them.

use aio_lexer::Span;
use aio_parser::ast::{BinaryOp, CmpOp, Constant, Expr as Ast, ExprKind};

use super::frame::Place;
use super::{Lowerer, Out};
use crate::eval::attribute::Attribute;
use crate::eval::operand::{Any, Literal, Local, Operand, Part, SmallInt};
use crate::eval::operator as op;
use crate::eval::subscript::{Sliced, Subscript};
use crate::node::ExprBox;
use crate::objects::str::Name;

/// An operand, sorted.
pub(crate) enum Sorted {
    Local(Local),
    Small(SmallInt),
    Literal(Literal),
    Any(Any),
}

macro_rules! each_operand {
    ($operand:expr, $name:ident => $body:expr) => {
        match $operand {
            Sorted::Local($name) => $body,
            Sorted::Small($name) => $body,
            Sorted::Literal($name) => $body,
            Sorted::Any($name) => $body,
        }
    };
}

/// Without a form for literals: nodes that have no use for one.
macro_rules! each_variable {
    ($operand:expr, $name:ident => $body:expr) => {
        match $operand {
            Sorted::Local($name) => $body,
            Sorted::Small($name) => $body,
            other => {
                let $name = crate::lower::specialise::any(other);
                $body
            }
        }
    };
}

impl Lowerer<'_> {
    /// Sorts an operand. `kept` forbids to borrow a local: something evaluated later rebinds.
    pub(crate) fn operand(&mut self, e: &Ast, kept: bool, out: &mut Out) -> Sorted {
        match &e.kind {
            ExprKind::Constant(Constant::Int(value)) if self.specialise => {
                return Sorted::Small(SmallInt {
                    value: *value,
                    span: e.span,
                });
            }
            ExprKind::Constant(Constant::Float(value)) if self.specialise => {
                return Sorted::Literal(Literal {
                    value: crate::value::Value::float(*value),
                    span: e.span,
                });
            }
            ExprKind::Name(name) if self.specialise && !kept => {
                let name = self.mangled(name);
                if let Place::Local(slot) = self.place(&name) {
                    return Sorted::Local(Local { slot, span: e.span });
                }
            }
            _ => {}
        }
        Sorted::Any(Any(self.expr(e, out)))
    }

    /// A part of a larger node that is evaluated when that node comes to it.
    pub(crate) fn part(&mut self, e: &Ast, out: &mut Out) -> Part {
        match &e.kind {
            ExprKind::Constant(constant) if self.specialise => {
                Part::Literal(self.constant(constant))
            }
            ExprKind::Name(name) if self.specialise => {
                let mangled = self.mangled(name);
                match self.place(&mangled) {
                    Place::Local(slot) => Part::Local(Local { slot, span: e.span }),
                    _ => Part::Any(self.expr(e, out)),
                }
            }
            _ => Part::Any(self.expr(e, out)),
        }
    }

    /// `left op right`.
    pub(crate) fn binary(
        &mut self,
        operator: BinaryOp,
        left: &Ast,
        right: &Ast,
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        if !self.specialise {
            let a = self.expr(left, out);
            let b = self.expr(right, out);
            return Box::new(op::GeneralBinary {
                op: operator,
                a,
                b,
                span,
            });
        }
        let kept = self.scopes.rebinds(right);
        let a = self.operand(left, kept, out);
        let b = self.operand(right, false, out);
        match operator {
            BinaryOp::Add => binary_of::<op::Add>(a, b, span),
            BinaryOp::Sub => binary_of::<op::Sub>(a, b, span),
            BinaryOp::Mult => binary_of::<op::Mult>(a, b, span),
            BinaryOp::FloorDiv => binary_of::<op::FloorDiv>(a, b, span),
            BinaryOp::Mod => binary_of::<op::Mod>(a, b, span),
            BinaryOp::Div => binary_of::<op::Div>(a, b, span),
            BinaryOp::BitAnd => binary_any::<op::BitAnd>(a, b, span),
            BinaryOp::BitOr => binary_any::<op::BitOr>(a, b, span),
            BinaryOp::BitXor => binary_any::<op::BitXor>(a, b, span),
            BinaryOp::LShift => binary_any::<op::LShift>(a, b, span),
            BinaryOp::RShift => binary_any::<op::RShift>(a, b, span),
            BinaryOp::Pow => binary_any::<op::Pow>(a, b, span),
            BinaryOp::MatMult => binary_any::<op::MatMult>(a, b, span),
        }
    }

    /// `left op right` for one of the six orderings.
    pub(crate) fn comparison(
        &mut self,
        operator: CmpOp,
        left: &Ast,
        right: &Ast,
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        let is_none = matches!(right.kind, ExprKind::Constant(Constant::None));
        match operator {
            CmpOp::Is | CmpOp::IsNot if is_none => {
                let negated = operator == CmpOp::IsNot;
                let a = self.operand(left, false, out);
                return each_variable!(a, a => Box::new(op::IsNone { a, negated, span }));
            }
            CmpOp::Is | CmpOp::IsNot => {
                let negated = operator == CmpOp::IsNot;
                let a = Any(self.expr(left, out));
                let b = Any(self.expr(right, out));
                return Box::new(op::Is {
                    a,
                    b,
                    negated,
                    span,
                });
            }
            CmpOp::In | CmpOp::NotIn => {
                let a = self.part(left, out);
                let b = self.part(right, out);
                return Box::new(op::In {
                    a,
                    b,
                    negated: operator == CmpOp::NotIn,
                    span,
                });
            }
            _ => {}
        }
        if !self.specialise {
            let a = self.expr(left, out);
            let b = self.expr(right, out);
            return Box::new(op::GeneralCompare {
                op: operator,
                a,
                b,
                span,
            });
        }
        let kept = self.scopes.rebinds(right);
        let a = self.operand(left, kept, out);
        if let (CmpOp::Eq | CmpOp::NotEq, ExprKind::Constant(Constant::Str(text))) =
            (operator, &right.kind)
        {
            let text = self.name(text).text().clone();
            let negated = operator == CmpOp::NotEq;
            return each_variable!(a, a => Box::new(op::IsText { a, text, negated, span }));
        }
        let b = self.operand(right, false, out);
        match operator {
            CmpOp::Eq => compare_of::<op::Eq>(a, b, span),
            CmpOp::NotEq => compare_of::<op::NotEq>(a, b, span),
            CmpOp::Lt => compare_of::<op::Lt>(a, b, span),
            CmpOp::LtE => compare_of::<op::LtE>(a, b, span),
            CmpOp::Gt => compare_of::<op::Gt>(a, b, span),
            _ => compare_of::<op::GtE>(a, b, span),
        }
    }

    /// `value.name`.
    pub(crate) fn attribute(
        &mut self,
        value: &Ast,
        name: Name,
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        let a = self.operand(value, false, out);
        each_variable!(a, a => Box::new(Attribute::new(a, name, span)))
    }

    /// `value[index]`.
    pub(crate) fn subscript(
        &mut self,
        value: &Ast,
        index: &Ast,
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        if let (
            true,
            ExprKind::Slice {
                lower,
                upper,
                step: None,
            },
        ) = (self.specialise, &index.kind)
        {
            let a = self.part(value, out);
            let mut bound = |e: &Option<Box<Ast>>| e.as_ref().map(|e| self.part(e, out));
            let bounds = [bound(lower), bound(upper)];
            return Box::new(Sliced { a, bounds, span });
        }
        let kept = self.scopes.rebinds(index);
        let a = self.operand(value, kept, out);
        let b = self.operand(index, false, out);
        each_variable!(a, a => each_variable!(b, b => Box::new(Subscript::new(a, b, span))))
    }
}

fn binary_of<O: op::Arithmetic>(a: Sorted, b: Sorted, span: Span) -> ExprBox {
    each_operand!(a, a => each_operand!(b, b => Box::new(op::Binary::<O, _, _>::new(a, b, span))))
}

fn compare_of<O: op::Comparison>(a: Sorted, b: Sorted, span: Span) -> ExprBox {
    each_operand!(a, a => each_operand!(b, b => Box::new(op::Compare::<O, _, _>::new(a, b, span))))
}

/// For the rarer operators one form is enough.
fn binary_any<O: op::Arithmetic>(a: Sorted, b: Sorted, span: Span) -> ExprBox {
    Box::new(op::Binary::<O, _, _>::new(any(a), any(b), span))
}

pub(crate) use {each_operand, each_variable};

/// The operand as an expression.
pub(crate) fn any(operand: Sorted) -> Any {
    use crate::eval::name::{Constant, LoadLocal};
    match operand {
        Sorted::Local(l) => Any(Box::new(LoadLocal {
            slot: l.slot,
            span: l.span(),
        })),
        Sorted::Small(s) => Any(Box::new(Constant {
            value: crate::value::Value::Int(s.value),
            span: s.span,
        })),
        Sorted::Literal(l) => Any(Box::new(Constant {
            value: l.value,
            span: l.span,
        })),
        Sorted::Any(a) => a,
    }
}
