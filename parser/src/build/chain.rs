//! Chains of operators: a flat list becomes a tree by precedence.
//!
//! Precedence is decided here and not by tiers of the grammar: every name would have to climb
//! through each tier, at the price of one reduction per tier.

use super::{Builder, E, deepest};
use crate::ast::{BinaryOp, BoolOp, CmpOp, Expr, ExprKind};

/// An operand and its place with any parentheses around it.
struct Operand {
    expr: E,
    l: u32,
    r: u32,
}

/// Operands waiting for an operator of lower precedence: `a + b * c` while `d` may follow.
/// Precedences rise strictly from left to right, so it is at most six long.
pub struct OperatorChain {
    pending: Vec<(Operand, BinaryOp)>,
    last: Operand,
}

impl OperatorChain {
    /// The chain of the one operand `expr` at `l..r`.
    pub fn new(expr: E, l: u32, r: u32) -> Box<OperatorChain> {
        Box::new(OperatorChain {
            pending: Vec::new(),
            last: Operand { expr, l, r },
        })
    }

    /// Adds `op expr`, with `expr` at `l..r`.
    pub fn push(
        mut self: Box<Self>,
        op: BinaryOp,
        expr: E,
        l: u32,
        r: u32,
        b: &Builder,
    ) -> Box<Self> {
        let last = std::mem::replace(&mut self.last, Operand { expr, l, r });
        let left = reduce(&mut self.pending, last, precedence(op), b);
        self.pending.push((left, op));
        self
    }
}

/// Joins `last` with the pending operators that bind at least as tightly as `floor`.
fn reduce(
    pending: &mut Vec<(Operand, BinaryOp)>,
    mut last: Operand,
    floor: u8,
    b: &Builder,
) -> Operand {
    while let Some((left, op)) = pending.pop_if(|(_, op)| precedence(*op) >= floor) {
        let (l, r) = (left.l, last.r);
        last = Operand {
            expr: b.binary(left.expr, op, last.expr, l, r),
            l,
            r,
        };
    }
    last
}

/// How tightly an operator binds. All of these associate to the left; `**` is the grammar's.
fn precedence(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::BitOr => 1,
        BinaryOp::BitXor => 2,
        BinaryOp::BitAnd => 3,
        BinaryOp::LShift | BinaryOp::RShift => 4,
        BinaryOp::Add | BinaryOp::Sub => 5,
        BinaryOp::Mult | BinaryOp::MatMult | BinaryOp::Div | BinaryOp::Mod | BinaryOp::FloorDiv => {
            6
        }
        BinaryOp::Pow => 7,
    }
}

/// One operand of a chain of `and` and `or`, with the operator before it.
pub struct BoolOperand {
    op: BoolOp,
    expr: Expr,
    l: u32,
    r: u32,
}

impl BoolOperand {
    /// `op expr`, with `expr` at `l..r`; for the first operand, `op` means nothing.
    pub fn new(op: BoolOp, expr: E, l: u32, r: u32) -> BoolOperand {
        BoolOperand {
            op,
            expr: *expr,
            l,
            r,
        }
    }
}

impl Builder<'_> {
    /// The tree of a whole chain of binary operators.
    pub fn operators(&self, chain: Box<OperatorChain>) -> E {
        let OperatorChain { mut pending, last } = *chain;
        reduce(&mut pending, last, 0, self).expr
    }

    /// `left op right`.
    pub(super) fn binary(&self, left: E, op: BinaryOp, right: E, l: u32, r: u32) -> E {
        let below = left.depth.max(right.depth);
        self.expr(ExprKind::BinOp { left, op, right }, l, r, below)
    }

    /// A chain of `and` and `or`: one `or` of runs of `and`.
    pub fn bool_op(&self, operands: Vec<BoolOperand>) -> E {
        let mut runs: Vec<BoolOperand> = Vec::new();
        let mut run: Vec<BoolOperand> = Vec::new();
        for (i, operand) in operands.into_iter().enumerate() {
            if i > 0 && operand.op == BoolOp::Or {
                runs.extend(self.join(BoolOp::And, std::mem::take(&mut run)));
            }
            run.push(operand);
        }
        runs.extend(self.join(BoolOp::And, run));
        match self.join(BoolOp::Or, runs) {
            Some(whole) => Box::new(whole.expr),
            None => self.tuple(Vec::new(), 0, 0), // a chain has at least two operands
        }
    }

    /// The operands joined by `op`; one alone stays what it is.
    fn join(&self, op: BoolOp, mut operands: Vec<BoolOperand>) -> Option<BoolOperand> {
        if operands.len() < 2 {
            return operands.pop();
        }
        let l = operands.first()?.l;
        let r = operands.last()?.r;
        let values: Vec<Expr> = operands.into_iter().map(|o| o.expr).collect();
        let below = deepest(&values);
        let expr = self.expr(ExprKind::BoolOp { op, values }, l, r, below);
        Some(BoolOperand::new(op, expr, l, r))
    }

    /// `left op operand …`.
    pub fn compare(&self, left: E, comparisons: Vec<(CmpOp, Expr)>, l: u32, r: u32) -> E {
        let below = deepest(comparisons.iter().map(|c| &c.1)).max(left.depth);
        self.expr(ExprKind::Compare { left, comparisons }, l, r, below)
    }
}
