//! Expressions that can suspend: their suspending parts become statements.
//!
//! `x = f(a) + await g()` becomes `t1 = f(a); t2 = await g(); x = t1 + t2`: whatever is evaluated
//! before a suspension is kept in a temporary, in the order of evaluation; short-circuit
//! operators and conditional expressions become `if` statements.

use aio_lexer::Span;
use aio_parser::ast::{BoolOp, CmpOp, Expr as Ast, ExprKind, FStringPart, Keyword};

use super::expr::is_plain_call;
use super::{Lowerer, Out};
use crate::eval::assign::AssignLocal;
use crate::eval::awaiting::{Await, AwaitCall, Point, Yield, YieldFrom};
use crate::eval::block::{Block, Points};
use crate::eval::call::{Call, CallParts, Callee};
use crate::eval::control::If;
use crate::eval::display::{DictDisplay, Item, Items, Sort};
use crate::eval::general_call::{Argument, GeneralCall};
use crate::eval::name::{Constant as Literal, LoadLocal, TakeTemp};
use crate::eval::operand::Any;
use crate::eval::operand::Part;
use crate::eval::operator::{GeneralBinary, GeneralCompare, In, Is, Not, Unary};
use crate::eval::text::{Joined, Piece};
use crate::node::ExprBox;
use crate::stack::Slot;
use crate::value::Value;

impl Lowerer<'_> {
    /// Lowers an expression that can suspend: statements to `out`, and what is left.
    pub(crate) fn suspending(&mut self, e: &Ast, out: &mut Out) -> ExprBox {
        let span = e.span;
        match &e.kind {
            ExprKind::Await(_) | ExprKind::Yield(_) | ExprKind::YieldFrom(_) => {
                let temp = self.frame().temp();
                self.suspend_into(e, Some(temp), out);
                self.take(temp, span)
            }
            ExprKind::BoolOp { op, values } => self.suspending_logical(*op, values, span, out),
            ExprKind::IfExp { test, body, orelse } => {
                let temp = self.frame().temp();
                let test = self.expr(test, out);
                let from = self.frame().points;
                let (body, body_points) = self.block_into(body, temp);
                let (orelse, _) = self.block_into(orelse, temp);
                self.emit_from(
                    out,
                    If {
                        test,
                        body,
                        orelse,
                        body_points,
                    },
                    span,
                    from,
                );
                self.take(temp, span)
            }
            ExprKind::Compare { left, comparisons } => {
                self.suspending_compare(left, comparisons, span, out)
            }
            ExprKind::ListComp { .. } | ExprKind::SetComp { .. } | ExprKind::DictComp { .. } => {
                self.suspending_comprehension(e, out)
            }
            ExprKind::BinOp { left, op, right } => {
                let [a, b] = self.in_order([&**left, &**right], out);
                Box::new(GeneralBinary {
                    op: *op,
                    a,
                    b,
                    span,
                })
            }
            ExprKind::UnaryOp { op, operand } => {
                let a = self.expr(operand, out);
                if *op == aio_parser::ast::UnaryOp::Not {
                    Box::new(Not { a, span })
                } else {
                    Box::new(Unary { op: *op, a, span })
                }
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.suspending_call(func, args, keywords, span, out),
            ExprKind::List(items) => self.suspending_items(Sort::List, items, span, out),
            ExprKind::Tuple(items) => self.suspending_items(Sort::Tuple, items, span, out),
            ExprKind::Set(items) => self.suspending_items(Sort::Set, items, span, out),
            ExprKind::Dict(items) => {
                let mut parts = Vec::new();
                for item in items {
                    parts.extend(item.key.as_ref());
                    parts.push(&item.value);
                }
                let mut lowered = self.all_in_order(&parts, out).into_iter();
                let items = items
                    .iter()
                    .filter_map(|item| {
                        let key = if item.key.is_some() {
                            Some(lowered.next()?)
                        } else {
                            None
                        };
                        Some((key, lowered.next()?))
                    })
                    .collect();
                Box::new(DictDisplay { items, span })
            }
            ExprKind::JoinedStr(parts) => self.suspending_joined(parts, span, out),
            ExprKind::Subscript { value, index } => {
                let [a, b] = self.in_order([&**value, &**index], out);
                Box::new(crate::eval::subscript::Subscript::new(Any(a), Any(b), span))
            }
            ExprKind::Slice { lower, upper, step } => {
                let given: Vec<&Ast> = [lower, upper, step]
                    .into_iter()
                    .flatten()
                    .map(|b| &**b)
                    .collect();
                let mut lowered = self.all_in_order(&given, out).into_iter();
                let parts = [lower, upper, step].map(|p| p.as_ref().and_then(|_| lowered.next()));
                Box::new(crate::eval::subscript::MakeSlice { parts, span })
            }
            // One part, evaluated first: the plain node over what is left of it.
            _ => self.plain(e, out),
        }
    }

    /// The last use of a temporary.
    pub(crate) fn take(&mut self, temp: Slot, span: Span) -> ExprBox {
        // It is free again only after the statement; statements free their temporaries by not
        // sharing them: slots are few, and a name per use keeps the tree simple.
        Box::new(TakeTemp { slot: temp, span })
    }

    /// Lowers parts in the order of their evaluation: those before the last one that suspends go
    /// to temporaries.
    pub(crate) fn all_in_order(&mut self, parts: &[&Ast], out: &mut Out) -> Vec<ExprBox> {
        let last = parts.iter().rposition(|p| self.scopes.suspends(p));
        parts
            .iter()
            .enumerate()
            .map(|(i, part)| {
                let value = self.expr(part, out);
                let is_constant = matches!(part.kind, ExprKind::Constant(_));
                if last.is_some_and(|last| i < last) && !is_constant {
                    self.keep(value, part.span, out)
                } else {
                    value
                }
            })
            .collect()
    }

    fn in_order<const N: usize>(&mut self, parts: [&Ast; N], out: &mut Out) -> [ExprBox; N] {
        let mut lowered = self.all_in_order(&parts, out).into_iter();
        std::array::from_fn(|_| match lowered.next() {
            Some(e) => e,
            None => unreachable!("as many as there are parts"),
        })
    }

    /// Evaluates into a temporary now; gives its use.
    fn keep(&mut self, value: ExprBox, span: Span, out: &mut Out) -> ExprBox {
        let temp = self.frame().temp();
        self.emit(out, AssignLocal { slot: temp, value }, span);
        self.take(temp, span)
    }

    /// `await`, `yield`, `yield from`, with the result stored or dropped.
    pub(crate) fn suspend_into(&mut self, e: &Ast, result: Option<Slot>, out: &mut Out) {
        let span = e.span;
        match &e.kind {
            ExprKind::Await(inner) => {
                if let ExprKind::Call {
                    func,
                    args,
                    keywords,
                } = &inner.kind
                {
                    if is_plain_call(args, keywords) && !is_super(func) {
                        let call = self.ordered_call(func, args, inner.span, out);
                        let (point, from) = self.point(result, span);
                        self.emit_from(out, AwaitCall { call, point }, span, from);
                        self.count_await(&[from], span, out);
                        return;
                    }
                }
                let value = self.expr(inner, out);
                let (point, from) = self.point(result, span);
                self.emit_from(out, Await { value, point }, span, from);
                self.count_await(&[from], span, out);
            }
            ExprKind::Yield(inner) => {
                let value = inner.as_ref().map(|e| self.expr(e, out));
                let is_async = self.frame().kind == crate::code::CodeKind::AsyncGenerator;
                let (point, from) = self.point(result, span);
                self.emit_from(
                    out,
                    Yield {
                        value,
                        point,
                        is_async,
                    },
                    span,
                    from,
                );
            }
            ExprKind::YieldFrom(inner) => {
                let value = self.expr(inner, out);
                let (point, from) = self.point(result, span);
                self.emit_from(out, YieldFrom { value, point }, span, from);
            }
            _ => {
                let value = self.expr(e, out);
                match result {
                    Some(slot) => self.emit(out, AssignLocal { slot, value }, span),
                    None => self.emit(out, crate::eval::block::Discard(value), span),
                }
            }
        }
    }

    fn point(&mut self, result: Option<Slot>, span: Span) -> (Point, u32) {
        let frame = self.frame();
        let number = frame.point();
        let delegate = frame.delegate();
        (
            Point {
                number,
                delegate,
                result,
                span,
            },
            number,
        )
    }

    fn block_into(&mut self, e: &Ast, slot: Slot) -> (Block, Points) {
        let from = self.frame().points;
        let mut out = Vec::new();
        self.suspend_into(e, Some(slot), &mut out);
        let points = Points {
            from,
            to: self.frame().points,
        };
        (Block::new(out), points)
    }

    fn suspending_logical(
        &mut self,
        op: BoolOp,
        values: &[Ast],
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        let temp = self.frame().temp();
        self.logical_into(op, values, temp, span, out);
        self.take(temp, span)
    }

    fn logical_into(&mut self, op: BoolOp, values: &[Ast], temp: Slot, span: Span, out: &mut Out) {
        let Some((first, rest)) = values.split_first() else {
            return;
        };
        self.suspend_into(first, Some(temp), out);
        if rest.is_empty() {
            return;
        }
        let from = self.frame().points;
        let mut inner = Vec::new();
        self.logical_into(op, rest, temp, span, &mut inner);
        let body_points = Points {
            from,
            to: self.frame().points,
        };
        let load: ExprBox = Box::new(LoadLocal { slot: temp, span });
        let test = if op == BoolOp::Or {
            Box::new(Not { a: load, span }) as ExprBox
        } else {
            load
        };
        let node = If {
            test,
            body: Block::new(inner),
            orelse: Block::new(vec![]),
            body_points,
        };
        self.emit_from(out, node, span, from);
    }

    fn suspending_compare(
        &mut self,
        left: &Ast,
        comparisons: &[(CmpOp, Ast)],
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        if let [(op, right)] = comparisons {
            let [a, b] = self.in_order([left, right], out);
            return compare_node(*op, a, b, span);
        }
        let result = self.frame().temp();
        let kept = self.frame().temp();
        self.suspend_into(left, Some(kept), out);
        self.chain_into(comparisons, kept, result, span, out);
        self.take(result, span)
    }

    fn chain_into(
        &mut self,
        comparisons: &[(CmpOp, Ast)],
        left: Slot,
        result: Slot,
        span: Span,
        out: &mut Out,
    ) {
        let Some(((op, right), rest)) = comparisons.split_first() else {
            return;
        };
        let next = self.frame().temp();
        self.suspend_into(right, Some(next), out);
        let a = Box::new(TakeTemp { slot: left, span });
        let b = Box::new(LoadLocal { slot: next, span });
        let value = compare_node(*op, a, b, span);
        self.emit(
            out,
            AssignLocal {
                slot: result,
                value,
            },
            span,
        );
        if rest.is_empty() {
            let none = Box::new(Literal {
                value: Value::None,
                span,
            });
            self.emit(
                out,
                AssignLocal {
                    slot: next,
                    value: none,
                },
                span,
            );
            return;
        }
        let from = self.frame().points;
        let mut inner = Vec::new();
        self.chain_into(rest, next, result, span, &mut inner);
        let body_points = Points {
            from,
            to: self.frame().points,
        };
        let test: ExprBox = Box::new(LoadLocal { slot: result, span });
        let node = If {
            test,
            body: Block::new(inner),
            orelse: Block::new(vec![]),
            body_points,
        };
        self.emit_from(out, node, span, from);
    }

    fn suspending_items(
        &mut self,
        sort: Sort,
        items: &[Ast],
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        let parts: Vec<&Ast> = items.iter().collect();
        let lowered = self.all_in_order(&parts, out);
        let items = items
            .iter()
            .zip(lowered)
            .map(|(i, value)| Item {
                starred: matches!(i.kind, ExprKind::Starred(_)),
                value,
            })
            .collect();
        Box::new(Items { sort, items, span })
    }

    /// Callee and arguments of a call, in order.
    fn ordered_call(&mut self, func: &Ast, args: &[Ast], span: Span, out: &mut Out) -> CallParts {
        let any = self.scopes.suspends(func) || args.iter().any(|a| self.scopes.suspends(a));
        if !any {
            return self.call_parts(func, args, span, out);
        }
        let parts: Vec<&Ast> = std::iter::once(func).chain(args).collect();
        let mut lowered = self.all_in_order(&parts, out).into_iter();
        let callee = match lowered.next() {
            Some(callee) => Callee::Value(callee),
            None => unreachable!("the callee is the first part"),
        };
        CallParts::new(callee, lowered.map(Part::Any).collect(), span)
    }

    fn suspending_call(
        &mut self,
        func: &Ast,
        args: &[Ast],
        keywords: &[Keyword],
        span: Span,
        out: &mut Out,
    ) -> ExprBox {
        if is_plain_call(args, keywords) && !is_super(func) {
            return Box::new(Call(self.ordered_call(func, args, span, out)));
        }
        let mut parts: Vec<&Ast> = vec![func];
        parts.extend(args);
        parts.extend(keywords.iter().map(|k| &k.value));
        let mut lowered = self.all_in_order(&parts, out).into_iter();
        let callee = match lowered.next() {
            Some(callee) => callee,
            None => unreachable!("the callee is the first part"),
        };
        let mut arguments = Vec::new();
        for a in args {
            let Some(value) = lowered.next() else { break };
            arguments.push(match a.kind {
                ExprKind::Starred(_) => Argument::Starred(value),
                _ => Argument::Positional(value),
            });
        }
        for k in keywords {
            let Some(value) = lowered.next() else { break };
            arguments.push(match &k.name {
                Some(name) => {
                    let name = self.mangled(name);
                    Argument::Keyword(self.name(&name), value)
                }
                None => Argument::DoubleStarred(value),
            });
        }
        Box::new(GeneralCall {
            callee,
            args: arguments,
            span,
        })
    }

    fn suspending_joined(&mut self, parts: &[FStringPart], span: Span, out: &mut Out) -> ExprBox {
        let suspends = |l: &Self, p: &FStringPart| match p {
            FStringPart::Literal(_) => false,
            FStringPart::Field(f) => l.field_suspends(f),
        };
        let last = parts.iter().rposition(|p| suspends(self, p)).unwrap_or(0);
        let mut pieces = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            match part {
                FStringPart::Literal(text) => pieces.push(Piece::Literal((&**text).into())),
                FStringPart::Field(field) => {
                    let value = self.single_field(part, span, out);
                    let value = if i < last {
                        self.keep(value, field.span, out)
                    } else {
                        value
                    };
                    pieces.push(Self::text_piece(value, field.span));
                }
            }
        }
        Box::new(Joined { pieces, span })
    }

    fn field_suspends(&self, field: &aio_parser::ast::FormattedValue) -> bool {
        self.scopes.suspends(&field.value)
            || field.format_spec.as_ref().is_some_and(|parts| {
                parts.iter().any(|p| match p {
                    FStringPart::Literal(_) => false,
                    FStringPart::Field(f) => self.field_suspends(f),
                })
            })
    }
}

fn compare_node(op: CmpOp, a: ExprBox, b: ExprBox, span: Span) -> ExprBox {
    match op {
        CmpOp::Is | CmpOp::IsNot => Box::new(Is {
            a: Any(a),
            b: Any(b),
            negated: op == CmpOp::IsNot,
            span,
        }),
        CmpOp::In | CmpOp::NotIn => Box::new(In {
            a: Part::Any(a),
            b: Part::Any(b),
            negated: op == CmpOp::NotIn,
            span,
        }),
        _ => Box::new(GeneralCompare { op, a, b, span }),
    }
}

/// `super()` and `super().x` have a way of their own, which does not matter for speed here.
fn is_super(func: &Ast) -> bool {
    match &func.kind {
        ExprKind::Name(name) => &**name == "super",
        ExprKind::Attribute { value, .. } => match &value.kind {
            ExprKind::Call { func, .. } => is_super(func),
            _ => false,
        },
        _ => false,
    }
}
