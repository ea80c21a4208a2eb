//! `match` statements and their patterns.

use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{Expr as Ast, ExprKind, MatchCase, Pattern as AstPattern, PatternKind};

use super::{Lowerer, Out};
use crate::eval::block::{Block, Points};
use crate::eval::matching::class::ClassPattern;
use crate::eval::matching::pattern::{
    Capture, Literal, Mapping, Or, PatternBox, Sequence, Singleton, Star, ValuePattern, Wildcard,
};
use crate::eval::matching::{Case, Guard, Match};
use crate::node::ExprBox;
use crate::stack::Slot;

/// The names that a pattern binds, with the slots where their values wait.
type Captures = Vec<(Rc<str>, Slot)>;

impl Lowerer<'_> {
    pub(crate) fn match_stmt(
        &mut self,
        subject: &Ast,
        cases: &[MatchCase],
        span: Span,
        out: &mut Out,
    ) {
        let subject = self.expr(subject, out);
        let from = self.frame().points;
        let suspends =
            |l: &Self, c: &MatchCase| c.guard.as_ref().is_some_and(|g| l.scopes.suspends(g));
        let kept = cases
            .iter()
            .any(|c| suspends(self, c))
            .then(|| self.frame().temp());
        let otherwise = self.count_no_match(span, cases);
        let mut cases: Vec<Case> = cases.iter().map(|c| self.case(c, span)).collect();
        cases.extend(otherwise);
        let node = Match {
            subject,
            kept,
            cases,
        };
        self.emit_from(out, node, span, from);
    }

    fn case(&mut self, case: &MatchCase, at: Span) -> Case {
        let mut captures = Captures::new();
        let pattern = self.pattern(&case.pattern, &mut captures);
        let captures = captures
            .into_iter()
            .map(|(name, slot)| (slot, self.variable_target(&name, case.pattern.span)))
            .collect();
        let guard = case.guard.as_ref().map(|e| {
            let from = self.frame().points;
            let mut before = Vec::new();
            let test = self.expr(e, &mut before);
            let before_points = Points {
                from,
                to: self.frame().points,
            };
            Guard {
                before: Block::new(before),
                before_points,
                test,
            }
        });
        let (body, body_points) = self.branch(at, &case.body);
        Case {
            pattern,
            captures,
            guard,
            body,
            body_points,
        }
    }

    /// The slot where the value of a name waits: one per name, also if alternatives bind it.
    fn capture(&mut self, name: &Rc<str>, captures: &mut Captures) -> Slot {
        let name = self.mangled(name);
        if let Some((_, slot)) = captures.iter().find(|c| c.0 == name) {
            return *slot;
        }
        let slot = self.frame().temp();
        captures.push((name, slot));
        slot
    }

    /// An expression of a pattern: a literal or a dotted name, which never suspends.
    fn pattern_expr(&mut self, e: &Ast) -> ExprBox {
        let mut nothing = Vec::new();
        self.expr(e, &mut nothing)
    }

    fn pattern(&mut self, p: &AstPattern, captures: &mut Captures) -> PatternBox {
        match &p.kind {
            PatternKind::Value(e) => match &e.kind {
                ExprKind::Constant(c) => Box::new(Literal {
                    value: self.constant(c),
                    span: p.span,
                }),
                _ => Box::new(ValuePattern(self.pattern_expr(e))),
            },
            PatternKind::Singleton(c) => Box::new(Singleton(self.constant(c))),
            PatternKind::Sequence(patterns) => self.sequence(patterns, p.span, captures),
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => Box::new(Mapping {
                keys: keys.iter().map(|k| self.pattern_expr(k)).collect(),
                patterns: self.patterns(patterns, captures),
                rest: rest.as_ref().map(|name| self.capture(name, captures)),
                span: p.span,
            }),
            PatternKind::Class {
                cls,
                patterns,
                keywords,
            } => {
                let class = self.pattern_expr(cls);
                let patterns = self.patterns(patterns, captures);
                let keywords = keywords
                    .iter()
                    .map(|(name, p)| (self.name(name), self.pattern(p, captures)))
                    .collect();
                Box::new(ClassPattern {
                    class,
                    patterns,
                    keywords,
                    span: p.span,
                })
            }
            PatternKind::Or(patterns) => Box::new(Or(self.patterns(patterns, captures))),
            PatternKind::As { pattern, name } => {
                let pattern = pattern.as_ref().map(|p| self.pattern(p, captures));
                match (name, pattern) {
                    (Some(name), pattern) => Box::new(Capture {
                        pattern,
                        slot: self.capture(name, captures),
                    }),
                    (None, Some(pattern)) => pattern,
                    (None, None) => Box::new(Wildcard),
                }
            }
            // Only stands within a sequence.
            PatternKind::Star(_) => Box::new(Wildcard),
        }
    }

    fn patterns(&mut self, patterns: &[AstPattern], captures: &mut Captures) -> Vec<PatternBox> {
        patterns.iter().map(|p| self.pattern(p, captures)).collect()
    }

    fn sequence(
        &mut self,
        patterns: &[AstPattern],
        span: Span,
        captures: &mut Captures,
    ) -> PatternBox {
        let length_only = patterns.iter().all(is_wildcard);
        let mut star = None;
        let mut items = Vec::new();
        for p in patterns {
            match &p.kind {
                PatternKind::Star(name) => {
                    let slot = name.as_ref().map(|name| self.capture(name, captures));
                    star = Some(Star {
                        before: items.len(),
                        slot,
                    });
                }
                _ => items.push(self.pattern(p, captures)),
            }
        }
        Box::new(Sequence {
            patterns: items,
            star,
            length_only,
            span,
        })
    }
}

fn is_wildcard(p: &AstPattern) -> bool {
    matches!(
        p.kind,
        PatternKind::Star(None)
            | PatternKind::As {
                pattern: None,
                name: None
            }
    )
}
