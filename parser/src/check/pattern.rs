//! `match` statements: names bound twice or not everywhere, cases never reached.

use std::collections::HashSet;

use super::key::{Key, display};
use super::{Checker, Phase};
use crate::ast::*;

/// The names that a pattern binds.
type Names = HashSet<Identifier>;

impl Checker<'_> {
    /// A `match` statement.
    pub(super) fn match_stmt(&mut self, subject: &Expr, cases: &[MatchCase]) {
        self.expr(subject);
        for (i, case) in cases.iter().enumerate() {
            let is_last = i + 1 == cases.len();
            let mut names = Names::new();
            let may_be_irrefutable = is_last || case.guard.is_some();
            self.pattern(&case.pattern, &mut names, may_be_irrefutable);
            self.opt_expr(case.guard.as_ref());
            self.block(&case.body);
        }
    }

    /// A pattern, which may match always only if nothing is left to try after it.
    fn pattern(&mut self, pattern: &Pattern, names: &mut Names, may_be_irrefutable: bool) {
        match &pattern.kind {
            PatternKind::Value(value) => self.expr(value),
            PatternKind::Singleton(_) => {}
            PatternKind::Sequence(items) => self.sequence(items, pattern.span, names),
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => {
                self.check_keys(keys, pattern.span);
                self.exprs(keys);
                self.patterns(patterns, names);
                self.capture(rest.as_ref(), pattern.span, names);
            }
            PatternKind::Class {
                cls,
                patterns,
                keywords,
            } => {
                self.expr(cls);
                self.patterns(patterns, names);
                self.attributes(keywords, names);
            }
            PatternKind::Star(name) => self.capture(name.as_ref(), pattern.span, names),
            PatternKind::As {
                pattern: inner,
                name,
            } => {
                if let Some(inner) = inner {
                    self.pattern(inner, names, may_be_irrefutable);
                } else if !may_be_irrefutable {
                    self.unreachable(name.as_ref(), pattern.span);
                }
                self.capture(name.as_ref(), pattern.span, names);
            }
            PatternKind::Or(items) => {
                self.alternatives(items, pattern.span, names, may_be_irrefutable);
            }
        }
    }

    /// Reports a capture, or without a name the wildcard, before patterns never tried.
    fn unreachable(&mut self, name: Option<&Identifier>, span: Span) {
        let what = name.map_or("wildcard".to_owned(), |n| format!("name capture '{n}'"));
        let message = format!("{what} makes remaining patterns unreachable");
        self.error(Phase::Code, message, span);
    }

    fn patterns(&mut self, patterns: &[Pattern], names: &mut Names) {
        for pattern in patterns {
            self.pattern(pattern, names, true);
        }
    }

    fn sequence(&mut self, items: &[Pattern], span: Span, names: &mut Names) {
        let is_star = |p: &&Pattern| matches!(p.kind, PatternKind::Star(_));
        if items.iter().filter(is_star).count() > 1 {
            self.error(
                Phase::Code,
                "multiple starred names in sequence pattern",
                span,
            );
        }
        self.patterns(items, names);
    }

    fn attributes(&mut self, keywords: &[(Identifier, Pattern)], names: &mut Names) {
        let mut seen = HashSet::new();
        for (attr, pattern) in keywords {
            if !seen.insert(attr) {
                let message = format!("attribute name repeated in class pattern: {attr}");
                self.error(Phase::Code, message, pattern.span);
            }
            self.pattern(pattern, names, true);
        }
    }

    fn check_keys(&mut self, keys: &[Expr], span: Span) {
        let mut seen: Vec<Key> = Vec::new();
        for key in keys {
            if matches!(key.kind, ExprKind::Attribute { .. }) {
                continue;
            }
            let value = Key::of(key);
            if seen.contains(&value) {
                let message = format!("mapping pattern checks duplicate key ({})", display(key));
                return self.error(Phase::Code, message, span);
            }
            seen.push(value);
        }
    }

    fn capture(&mut self, name: Option<&Identifier>, span: Span, names: &mut Names) {
        let Some(name) = name else { return };
        self.bind_checked(name, span);
        if !names.insert(name.clone()) {
            let message = format!("multiple assignments to name '{name}' in pattern");
            self.error(Phase::Code, message, span);
        }
    }

    fn alternatives(
        &mut self,
        items: &[Pattern],
        span: Span,
        names: &mut Names,
        may_be_irrefutable: bool,
    ) {
        let mut first: Option<Names> = None;
        for (i, item) in items.iter().enumerate() {
            let mut own = Names::new();
            let is_last = i + 1 == items.len();
            self.pattern(item, &mut own, is_last && may_be_irrefutable);
            match &first {
                Some(first) if *first != own => {
                    // Reported where the other names are: what is wrong before goes first.
                    let message = "alternative patterns bind different names";
                    self.error(Phase::Code, message, item.span);
                }
                Some(_) => {}
                None => first = Some(own),
            }
        }
        for name in first.unwrap_or_default() {
            if names.contains(&name) {
                let message = format!("multiple assignments to name '{name}' in pattern");
                self.error(Phase::Code, message, span);
            }
            names.insert(name);
        }
    }
}
