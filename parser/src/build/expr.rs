//! Names, literals, operators, attributes, subscripts and the other single expressions.

use std::rc::Rc;

use super::{Builder, E};
use crate::ast::*;

impl Builder<'_> {
    /// A name.
    pub fn name(&self, name: Identifier, l: u32, r: u32) -> E {
        self.expr(ExprKind::Name(name), l, r, 0)
    }

    /// A literal.
    pub fn constant(&self, value: Constant, l: u32, r: u32) -> E {
        self.expr(ExprKind::Constant(value), l, r, 0)
    }

    /// An integer literal beyond 64 bits.
    pub fn big_int(&self, radix: u8, digits: &str, l: u32, r: u32) -> E {
        let literal = BigIntLiteral {
            digits: Rc::from(digits),
            radix: u32::from(radix),
        };
        self.constant(Constant::BigInt(literal), l, r)
    }

    /// `op operand`.
    pub fn unary(&self, op: UnaryOp, operand: E, l: u32, r: u32) -> E {
        let below = operand.depth;
        self.expr(ExprKind::UnaryOp { op, operand }, l, r, below)
    }

    /// `left ** right`.
    pub fn power(&self, left: E, right: E, l: u32, r: u32) -> E {
        self.binary(left, BinaryOp::Pow, right, l, r)
    }

    /// `await value`.
    pub fn await_expr(&self, value: E, l: u32, r: u32) -> E {
        let below = value.depth;
        self.expr(ExprKind::Await(value), l, r, below)
    }

    /// `yield value`.
    pub fn yield_expr(&self, value: Option<E>, l: u32, r: u32) -> E {
        let below = value.as_ref().map_or(0, |v| v.depth);
        self.expr(ExprKind::Yield(value), l, r, below)
    }

    /// `yield from value`.
    pub fn yield_from(&self, value: E, l: u32, r: u32) -> E {
        let below = value.depth;
        self.expr(ExprKind::YieldFrom(value), l, r, below)
    }

    /// `*value`.
    pub fn starred(&self, value: E, l: u32, r: u32) -> E {
        let below = value.depth;
        self.expr(ExprKind::Starred(value), l, r, below)
    }

    /// `value.attr`, with the name starting at `name_start` and ending where the node ends.
    pub fn attribute(&self, value: E, attr: Identifier, name_start: u32, l: u32, r: u32) -> E {
        let below = value.depth;
        let kind = ExprKind::Attribute {
            value,
            attr,
            attr_span: Span::new(name_start, r),
        };
        self.expr(kind, l, r, below)
    }

    /// `value[index]`.
    pub fn subscript(&self, value: E, index: E, l: u32, r: u32) -> E {
        let below = value.depth.max(index.depth);
        self.expr(ExprKind::Subscript { value, index }, l, r, below)
    }

    /// The only thing between the brackets of a subscript: `*x` is a tuple there.
    pub fn single_slice(&self, item: E) -> E {
        match item.kind {
            ExprKind::Starred(_) => {
                let span = item.span;
                self.tuple(vec![*item], span.start, span.end)
            }
            _ => item,
        }
    }

    /// `lower:upper:step`.
    pub fn slice(&self, lower: Option<E>, upper: Option<E>, step: Option<E>, l: u32, r: u32) -> E {
        let below = [&lower, &upper, &step]
            .into_iter()
            .flatten()
            .map(|e| e.depth)
            .max()
            .unwrap_or(0);
        self.expr(ExprKind::Slice { lower, upper, step }, l, r, below)
    }

    /// `body if test else orelse`.
    pub fn if_exp(&self, test: E, body: E, orelse: E, l: u32, r: u32) -> E {
        let below = test.depth.max(body.depth).max(orelse.depth);
        self.expr(ExprKind::IfExp { test, body, orelse }, l, r, below)
    }

    /// `lambda params: body`.
    pub fn lambda(&self, params: Box<Parameters>, body: E, l: u32, r: u32) -> E {
        let all = params
            .posonly
            .iter()
            .chain(&params.args)
            .chain(&params.kwonly);
        let defaults = all.filter_map(|p| p.default.as_ref());
        let below = super::deepest(defaults).max(body.depth);
        self.expr(ExprKind::Lambda { params, body }, l, r, below)
    }

    /// `target := value`.
    pub fn named_expr(&self, target: E, value: E, l: u32, r: u32) -> E {
        let is_name = matches!(target.kind, ExprKind::Name(_)) && !target.parenthesized;
        if !is_name {
            let what = super::target::describe(&target);
            self.error(
                format!("cannot use assignment expressions with {what}"),
                target.span,
            );
        }
        let below = target.depth.max(value.depth);
        self.expr(ExprKind::NamedExpr { target, value }, l, r, below)
    }

    /// `target := value` as an argument, with the `:=` at `at`.
    pub fn named_argument(&self, target: E, at: u32, value: E, l: u32, r: u32) -> E {
        if !matches!(target.kind, ExprKind::Name(_)) || target.parenthesized {
            self.error("invalid syntax", Span::new(at, at + 2));
        }
        let below = target.depth.max(value.depth);
        self.expr(ExprKind::NamedExpr { target, value }, l, r, below)
    }

    /// `target = value` where only an expression may stand.
    pub fn wrong_equal(&self, target: E, value: E) -> E {
        super::target::wrong_equal(self, &target, value.span);
        target
    }

    /// An expression in parentheses of its own.
    pub fn parenthesized(&self, mut expr: E) -> E {
        expr.parenthesized = true;
        expr
    }
}
