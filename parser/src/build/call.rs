//! Calls and their arguments.

use super::{Builder, E, deepest, target};
use crate::ast::*;

/// The arguments of a call as far as they are read.
#[derive(Default)]
pub struct Arguments {
    pub(super) args: Vec<Expr>,
    pub(super) keywords: Vec<Keyword>,
    /// Where a generator expression without parentheses stands.
    bare_generator: Option<Span>,
    /// A wrong order of arguments has been reported.
    is_reported: bool,
}

impl Builder<'_> {
    /// Adds `value` or `*value`.
    pub fn positional(&self, mut all: Box<Arguments>, value: E) -> Box<Arguments> {
        let has_unpacking = all.keywords.iter().any(|k| k.name.is_none());
        let is_starred = matches!(value.kind, ExprKind::Starred(_));
        if !all.is_reported && !all.keywords.is_empty() && (!is_starred || has_unpacking) {
            all.is_reported = true;
            let message = match (is_starred, has_unpacking) {
                (true, _) => "iterable argument unpacking follows keyword argument unpacking",
                (_, true) => "positional argument follows keyword argument unpacking",
                _ => "positional argument follows keyword argument",
            };
            self.error(message, value.span);
        }
        all.args.push(*value);
        all
    }

    /// Adds `name=value`, or `**value` without a name.
    pub fn keyword(
        &self,
        mut all: Box<Arguments>,
        name: Option<E>,
        value: E,
        l: u32,
        r: u32,
    ) -> Box<Arguments> {
        let name = name.map(|n| self.keyword_name(&n));
        all.keywords.push(Keyword {
            name,
            value: *value,
            span: Span::new(l, r),
        });
        all
    }

    /// The name before the `=` of a keyword argument.
    fn keyword_name(&self, name: &Expr) -> Identifier {
        match &name.kind {
            ExprKind::Name(id) if !name.parenthesized => return id.clone(),
            ExprKind::Constant(Constant::None | Constant::True | Constant::False) => {
                let what = target::describe(name);
                self.error(format!("cannot assign to {what}"), name.span);
            }
            _ => self.error(
                "expression cannot contain assignment, perhaps you meant \"==\"?",
                name.span,
            ),
        }
        self.intern("")
    }

    /// Adds `element for …`, right if it is the only argument.
    pub fn generator_argument(
        &self,
        mut all: Box<Arguments>,
        elt: E,
        generators: Vec<Comprehension>,
        l: u32,
        r: u32,
    ) -> Box<Arguments> {
        if all.args.is_empty() && all.keywords.is_empty() {
            all.bare_generator = Some(Span::new(l, r));
        } else if !all.is_reported {
            all.is_reported = true;
            self.error(
                "Generator expression must be parenthesized",
                Span::new(l, r),
            );
        }
        all.args.push(*self.generator_exp(elt, generators, l, r));
        all
    }

    /// Reports `name=value for …`.
    pub fn keyword_generator(&self, mut all: Box<Arguments>, name: E, at: u32) -> Box<Arguments> {
        all.is_reported = true;
        if matches!(name.kind, ExprKind::Name(_)) && !name.parenthesized {
            self.error(
                "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
                name.span,
            );
        } else {
            self.error("invalid syntax", Span::new(at, at + 3));
        }
        all
    }

    /// Goes on after a comma.
    pub fn argument_comma(&self, mut all: Box<Arguments>) -> Box<Arguments> {
        if let Some(span) = all.bare_generator.take()
            && !all.is_reported
        {
            all.is_reported = true;
            self.error("Generator expression must be parenthesized", span);
        }
        all
    }

    /// `func(…)`. A generator expression as the only argument is given the call's parentheses,
    /// which start at `open`.
    pub fn call(&self, func: E, mut all: Box<Arguments>, open: u32, l: u32, r: u32) -> E {
        if all.bare_generator.is_some()
            && let Some(generator) = all.args.first_mut()
        {
            generator.span = Span::new(open, r);
        }
        let Arguments { args, keywords, .. } = *all;
        let values = args.iter().chain(keywords.iter().map(|k| &k.value));
        let below = deepest(values).max(func.depth);
        let kind = ExprKind::Call {
            func,
            args,
            keywords,
        };
        self.expr(kind, l, r, below)
    }

    /// The arguments of a class definition, which a bare generator expression cannot be.
    pub(super) fn class_arguments(&self, all: Option<Box<Arguments>>) -> (Vec<Expr>, Vec<Keyword>) {
        let all = *all.unwrap_or_default();
        if let Some(span) = all.bare_generator {
            self.error("invalid syntax", span);
        }
        (all.args, all.keywords)
    }
}
