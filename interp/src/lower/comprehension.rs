//! Comprehensions and generator expressions.

use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{Comprehension, Expr as Ast, ExprKind};

use super::flow::ForParts;
use super::scope::ScopeId;
use super::{Lowerer, Out};
use crate::code::{CodeKind, Params};
use crate::eval::assign::AssignLocal;
use crate::eval::awaiting::{Point, Yield};
use crate::eval::block::{Block, Points};
use crate::eval::comprehension::{
    CallWithIterable, Clause, Collect, DictComp, ListComp, Loops, SetComp,
};
use crate::eval::control::If;
use crate::eval::display::{DictDisplay, Items, Sort};
use crate::eval::function::{MakeCells, MakeFunction, Then};
use crate::eval::loops::LoopTarget;
use crate::eval::name::LoadLocal;
use crate::node::ExprBox;
use crate::stack::Slot;

/// What a comprehension does with each element.
pub(crate) enum Sink<'e> {
    /// Adds it to the collection in a slot.
    Collect {
        into: Slot,
        key: Option<&'e Ast>,
        value: &'e Ast,
    },
    /// Yields it.
    Yield(&'e Ast),
}

impl Lowerer<'_> {
    /// A comprehension without suspension points.
    pub(crate) fn comprehension(&mut self, e: &Ast) -> ExprBox {
        let span = e.span;
        let mut out = Vec::new();
        let generators = match &e.kind {
            ExprKind::ListComp { generators, .. }
            | ExprKind::SetComp { generators, .. }
            | ExprKind::DictComp { generators, .. } => generators,
            _ => return self.plain(e, &mut out),
        };
        // The outermost iterable belongs to the scope around.
        let first = self.iterable(&generators[0].iter, &mut out);
        let scope = self.scopes.of(e);
        let (slots, cells) = self.enter_comprehension(scope);
        let mut first = Some(first);
        let mut clauses = Vec::new();
        for g in generators {
            let iter = match first.take() {
                Some(first) => first,
                None => self.iterable(&g.iter, &mut out),
            };
            let local = self.local_slot(&g.target);
            let target = self.target(&g.target, &mut out);
            let ifs = g.ifs.iter().map(|i| self.expr(i, &mut out)).collect();
            clauses.push(Clause {
                iter,
                target,
                local,
                ifs,
            });
        }
        let loops = Loops { clauses, slots };
        let node: ExprBox = match &e.kind {
            ExprKind::DictComp { key, value, .. } => {
                let key = self.expr(key, &mut out);
                let value = self.expr(value, &mut out);
                Box::new(DictComp {
                    loops,
                    key,
                    value,
                    span,
                })
            }
            ExprKind::SetComp { elt, .. } => Box::new(SetComp {
                loops,
                elt: self.expr(elt, &mut out),
                span,
            }),
            ExprKind::ListComp { elt, .. } => Box::new(ListComp {
                loops,
                elt: self.expr(elt, &mut out),
                span,
            }),
            _ => unreachable!("checked above"),
        };
        self.frame().pop_scope();
        if cells.is_empty() {
            return node;
        }
        Box::new(Then {
            first: Box::new(MakeCells { slots: cells }),
            value: node,
        })
    }

    /// Gives slots to the variables of a comprehension and makes its scope the current one.
    /// Returns all its slots, and those that hold cells.
    fn enter_comprehension(&mut self, scope: ScopeId) -> (Vec<Slot>, Vec<Slot>) {
        self.frame().push_scope(scope);
        let names: Vec<(Rc<str>, bool)> = self.scopes.list[scope]
            .names
            .iter()
            .filter(|(_, i)| i.bound && !i.global && !i.nonlocal)
            .map(|(n, i)| (n.clone(), i.captured))
            .collect();
        let mut slots = Vec::new();
        let mut cells = Vec::new();
        for (name, captured) in names {
            let slot = self.frame().variable(scope, &name);
            let interned = self.name(&name);
            self.frame().local_names.push((interned, slot));
            slots.push(slot);
            if captured {
                cells.push(slot);
            }
        }
        (slots, cells)
    }

    /// A comprehension that can suspend: loops as statements that fill a temporary.
    pub(crate) fn suspending_comprehension(&mut self, e: &Ast, out: &mut Out) -> ExprBox {
        let span = e.span;
        let into = self.frame().temp();
        let (generators, empty): (_, ExprBox) = match &e.kind {
            ExprKind::ListComp { generators, .. } => (
                generators,
                Box::new(Items {
                    sort: Sort::List,
                    items: vec![],
                    span,
                }),
            ),
            ExprKind::SetComp { generators, .. } => (
                generators,
                Box::new(Items {
                    sort: Sort::Set,
                    items: vec![],
                    span,
                }),
            ),
            ExprKind::DictComp { generators, .. } => (
                generators,
                Box::new(DictDisplay {
                    items: vec![],
                    span,
                }),
            ),
            _ => return self.plain(e, out),
        };
        let first = self.iterable(&generators[0].iter, out);
        self.emit(
            out,
            AssignLocal {
                slot: into,
                value: empty,
            },
            span,
        );
        let scope = self.scopes.of(e);
        let (_, cells) = self.enter_comprehension(scope);
        if !cells.is_empty() {
            self.emit(out, MakeCells { slots: cells }, span);
        }
        let sink = match &e.kind {
            ExprKind::DictComp { key, value, .. } => Sink::Collect {
                into,
                key: Some(key),
                value,
            },
            ExprKind::ListComp { elt, .. } | ExprKind::SetComp { elt, .. } => Sink::Collect {
                into,
                key: None,
                value: elt,
            },
            _ => unreachable!("checked above"),
        };
        self.loop_statements(generators, Some(first), &sink, out);
        self.frame().pop_scope();
        self.take(into, span)
    }

    /// The loops of a comprehension as statements.
    fn loop_statements(
        &mut self,
        generators: &[Comprehension],
        first: Option<ExprBox>,
        sink: &Sink<'_>,
        out: &mut Out,
    ) {
        let Some((g, rest)) = generators.split_first() else {
            self.sink(sink, out);
            return;
        };
        let span = g.target.span.to(g.iter.span);
        let iter = match first {
            Some(first) => first,
            None => self.iterable(&g.iter, out),
        };
        let target = match self.local_slot(&g.target) {
            Some(slot) => LoopTarget::Local(slot),
            None => LoopTarget::Other(self.target(&g.target, out)),
        };
        let from = self.frame().points;
        let point = g.is_async.then(|| self.frame().point());
        let body_from = self.frame().points;
        let mut body = Vec::new();
        self.conditions(&g.ifs, rest, sink, &mut body);
        let body_points = Points {
            from: body_from,
            to: self.frame().points,
        };
        let parts = ForParts {
            target,
            iter,
            point,
            body: Block::new(body),
            body_points,
            orelse: Block::new(vec![]),
            suspends: !body_points.is_empty(),
            from,
        };
        self.emit_for(parts, span, span, out);
    }

    fn conditions(&mut self, ifs: &[Ast], rest: &[Comprehension], sink: &Sink<'_>, out: &mut Out) {
        let Some((test, more)) = ifs.split_first() else {
            return self.loop_statements(rest, None, sink, out);
        };
        let span = test.span;
        let test = self.expr(test, out);
        let from = self.frame().points;
        let mut body = Vec::new();
        self.conditions(more, rest, sink, &mut body);
        let body_points = Points {
            from,
            to: self.frame().points,
        };
        let node = If {
            test,
            body: Block::new(body),
            orelse: Block::new(vec![]),
            body_points,
        };
        self.emit_from(out, node, span, from);
    }

    fn sink(&mut self, sink: &Sink<'_>, out: &mut Out) {
        match sink {
            Sink::Collect { into, key, value } => {
                let span = value.span;
                let mut parts: Vec<&Ast> = key.iter().copied().collect();
                parts.push(value);
                let mut lowered = self.all_in_order(&parts, out).into_iter();
                let key = if key.is_some() { lowered.next() } else { None };
                if let Some(value) = lowered.next() {
                    self.emit(
                        out,
                        Collect {
                            into: *into,
                            key,
                            value,
                        },
                        span,
                    );
                }
            }
            Sink::Yield(value) => {
                let span = value.span;
                let value = Some(self.expr(value, out));
                let is_async = self.frame().kind == CodeKind::AsyncGenerator;
                let number = self.frame().point();
                let delegate = self.frame().delegate();
                let point = Point {
                    number,
                    delegate,
                    result: None,
                    span,
                };
                self.emit_from(
                    out,
                    Yield {
                        value,
                        point,
                        is_async,
                    },
                    span,
                    number,
                );
            }
        }
    }

    /// A generator expression: a function called with the outermost iterator.
    pub(crate) fn generator(
        &mut self,
        e: &Ast,
        elt: &Ast,
        generators: &[Comprehension],
        out: &mut Out,
    ) -> ExprBox {
        let span: Span = e.span;
        let iterable = self.iterable(&generators[0].iter, out);
        let is_async_first = generators[0].is_async;
        let scope = self.scopes.of(e);
        let kind = if self.scopes.list[scope].has_await {
            CodeKind::AsyncGenerator
        } else {
            CodeKind::Generator
        };
        self.begin_frame(scope, kind);
        let argument: Rc<str> = Rc::from(".0");
        let start = self.place_variables(std::slice::from_ref(&argument));
        let mut body = Vec::new();
        if let Some(start) = start {
            self.emit(&mut body, start, span);
        }
        let own_cells: Vec<Slot> = self.frame().cells.iter().map(|c| c.slot).collect();
        if !own_cells.is_empty() {
            self.emit(&mut body, MakeCells { slots: own_cells }, span);
        }
        let first: ExprBox = Box::new(LoadLocal {
            slot: Slot::new(0),
            span,
        });
        self.loop_statements(generators, Some(first), &Sink::Yield(elt), &mut body);
        let name = self.vm.names.genexpr.clone();
        let qualname = self.qualified("<genexpr>");
        let params = Params {
            names: vec![self.name(&argument)],
            positional_only: 1,
            positional: 1,
            ..Params::default()
        };
        let code = self.finish_frame(name, qualname, params, body, span, None);
        let captures = self.captures(scope);
        let function: ExprBox = Box::new(MakeFunction {
            code,
            captures,
            defaults: vec![],
            kwdefaults: vec![],
            annotations: vec![],
            span,
        });
        Box::new(CallWithIterable {
            function,
            iterable,
            is_async: is_async_first,
            span,
        })
    }
}
