//! Tuples, lists, sets and dicts.

use super::{Builder, E, deepest};
use crate::ast::*;

/// What stands between braces, until it is known whether it is a set or a dict.
#[derive(Default)]
pub struct BraceItems {
    pub(super) elements: Vec<Expr>,
    pub(super) entries: Vec<DictItem>,
    /// Where the last `**` stands.
    pub(super) double_star: Option<Span>,
    /// An element among entries or the other way round has been reported.
    is_mixed: bool,
}

impl Builder<'_> {
    /// `a, b`, with or without parentheses.
    pub fn tuple(&self, elements: Vec<Expr>, l: u32, r: u32) -> E {
        let below = deepest(&elements);
        self.expr(ExprKind::Tuple(elements), l, r, below)
    }

    /// `(a)` or `(a, b)`: a tuple only with a comma.
    pub fn parens(&self, mut elements: Vec<Expr>, l: u32, r: u32) -> E {
        match elements.pop() {
            Some(only) if elements.is_empty() => {
                if matches!(only.kind, ExprKind::Starred(_)) {
                    self.error("cannot use starred expression here", only.span);
                }
                self.parenthesized(Box::new(only))
            }
            last => {
                elements.extend(last);
                self.tuple(elements, l, r)
            }
        }
    }

    /// `[a, b]`.
    pub fn list(&self, elements: Vec<Expr>, l: u32, r: u32) -> E {
        let below = deepest(&elements);
        self.expr(ExprKind::List(elements), l, r, below)
    }

    /// Adds an element to what stands between braces.
    pub fn brace_element(&self, mut items: Box<BraceItems>, element: E) -> Box<BraceItems> {
        if !items.entries.is_empty() && !items.is_mixed {
            items.is_mixed = true;
            if matches!(element.kind, ExprKind::Starred(_)) {
                let start = element.span.start;
                self.error("invalid syntax", Span::new(start, start + 1));
            } else {
                self.error("':' expected after dictionary key", element.span);
            }
        }
        items.elements.push(*element);
        items
    }

    /// Adds `key: value` or `**value`, which starts at `star`, to what stands between braces.
    pub fn brace_entry(
        &self,
        mut items: Box<BraceItems>,
        key: Option<E>,
        value: E,
        star: Option<u32>,
    ) -> Box<BraceItems> {
        let double_star = star.map(|l| Span::new(l, l + 2));
        if !items.elements.is_empty() && !items.is_mixed {
            items.is_mixed = true;
            self.error("invalid syntax", double_star.unwrap_or(value.span));
        }
        items.double_star = double_star.or(items.double_star);
        items.entries.push(DictItem {
            key: key.map(|e| *e),
            value: *value,
        });
        items
    }

    /// `{a, b}` or `{a: b}`; `{}` is a dict.
    pub fn brace(&self, items: Box<BraceItems>, l: u32, r: u32) -> E {
        if !items.elements.is_empty() {
            let below = deepest(&items.elements);
            return self.expr(ExprKind::Set(items.elements), l, r, below);
        }
        let entries = items.entries;
        let below = entries.iter().map(item_depth).max().unwrap_or(0);
        self.expr(ExprKind::Dict(entries), l, r, below)
    }
}

/// The depth of the deeper of key and value.
pub(super) fn item_depth(item: &DictItem) -> u16 {
    deepest(item.key.iter()).max(item.value.depth)
}
