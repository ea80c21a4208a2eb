//! Comprehensions and generator expressions.

use super::display::item_depth;
use super::{BraceItems, Builder, E, deepest, target};
use crate::ast::*;

impl Builder<'_> {
    /// One `for` clause.
    pub fn comprehension(
        &self,
        is_async: bool,
        target: E,
        iter: E,
        ifs: Vec<Expr>,
    ) -> Box<Comprehension> {
        target::check(self, &target, target::Place::For);
        Box::new(Comprehension {
            target: *target,
            iter: *iter,
            ifs,
            is_async,
        })
    }

    /// `(element for …)`, with the first `for` at `at`.
    pub fn generator(
        &self,
        mut elements: Vec<Expr>,
        at: u32,
        generators: Vec<Comprehension>,
        l: u32,
        r: u32,
    ) -> E {
        if elements.len() > 1 {
            self.error("invalid syntax", Span::new(at, at + 3));
            elements.truncate(1);
        }
        match self.sole_element(elements) {
            Some(elt) => self.generator_exp(elt, generators, l, r),
            None => self.tuple(Vec::new(), l, r),
        }
    }

    /// A generator expression at `l..r`, parentheses included.
    pub(super) fn generator_exp(
        &self,
        elt: E,
        generators: Vec<Comprehension>,
        l: u32,
        r: u32,
    ) -> E {
        let below = clauses_depth(&generators).max(elt.depth);
        self.expr(ExprKind::GeneratorExp { elt, generators }, l, r, below)
    }

    /// `[element for …]`.
    pub fn list_comp(
        &self,
        elements: Vec<Expr>,
        generators: Vec<Comprehension>,
        l: u32,
        r: u32,
    ) -> E {
        let Some(elt) = self.sole_element(elements) else {
            return self.tuple(Vec::new(), l, r);
        };
        let below = clauses_depth(&generators).max(elt.depth);
        self.expr(ExprKind::ListComp { elt, generators }, l, r, below)
    }

    /// `[element, for …]` and `[for …]`, with the `for` at `at`.
    pub fn list_comp_after_comma(&self, elements: Vec<Expr>, at: u32, l: u32, r: u32) -> E {
        match (elements.first(), elements.len()) {
            (Some(only), 1) => self.missing_parentheses(only.span.start, at),
            _ => self.error("invalid syntax", Span::new(at, at + 3)),
        }
        self.tuple(Vec::new(), l, r)
    }

    /// `{element for …}` or `{key: value for …}`, with the first `for` at `at`.
    pub fn brace_comp(
        &self,
        mut items: Box<BraceItems>,
        at: u32,
        generators: Vec<Comprehension>,
        l: u32,
        r: u32,
    ) -> E {
        let depth = clauses_depth(&generators);
        let Some(item) = items.entries.pop() else {
            let Some(elt) = self.sole_element(items.elements) else {
                return self.tuple(Vec::new(), l, r);
            };
            let below = depth.max(elt.depth);
            return self.expr(ExprKind::SetComp { elt, generators }, l, r, below);
        };
        if !items.entries.is_empty() || !items.elements.is_empty() {
            self.error("invalid syntax", Span::new(at, at + 3));
        }
        let below = depth.max(item_depth(&item));
        let Some(key) = item.key else {
            let star = items.double_star.unwrap_or(item.value.span);
            self.error("dict unpacking cannot be used in dict comprehension", star);
            return self.tuple(Vec::new(), l, r);
        };
        let kind = ExprKind::DictComp {
            key: Box::new(key),
            value: Box::new(item.value),
            generators,
        };
        self.expr(kind, l, r, below)
    }

    /// The element of a comprehension, which must be alone and without a star.
    fn sole_element(&self, mut elements: Vec<Expr>) -> Option<E> {
        let elt = elements.pop()?;
        if let Some(first) = elements.first() {
            self.missing_parentheses(first.span.start, elt.span.end);
        } else if matches!(elt.kind, ExprKind::Starred(_)) {
            self.error(
                "iterable unpacking cannot be used in comprehension",
                elt.span,
            );
        }
        Some(Box::new(elt))
    }

    fn missing_parentheses(&self, l: u32, r: u32) {
        self.error(
            "did you forget parentheses around the comprehension target?",
            Span::new(l, r),
        );
    }
}

/// The depth of the deepest part of the clauses.
pub(super) fn clauses_depth(generators: &[Comprehension]) -> u16 {
    generators
        .iter()
        .map(|g| deepest(&g.ifs).max(g.target.depth).max(g.iter.depth))
        .max()
        .unwrap_or(0)
}
