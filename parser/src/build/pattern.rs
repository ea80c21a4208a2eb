//! Patterns.

use super::{Builder, E};
use crate::ast::*;

/// The items of a mapping pattern as far as they are read.
#[derive(Default)]
pub struct MappingItems {
    keys: Vec<Expr>,
    patterns: Vec<Pattern>,
    rest: Option<(Identifier, Span)>,
}

/// The arguments of a class pattern as far as they are read.
#[derive(Default)]
pub struct ClassItems {
    patterns: Vec<Pattern>,
    /// The attributes.
    pub keywords: Vec<(Identifier, Pattern)>,
}

type P = Box<Pattern>;

impl Builder<'_> {
    fn pattern(&self, kind: PatternKind, l: u32, r: u32) -> P {
        Box::new(Pattern {
            kind,
            span: Span::new(l, r),
        })
    }

    /// Patterns without brackets around them: a sequence only with a comma.
    pub fn open_sequence(&self, mut items: Vec<Pattern>, l: u32, r: u32) -> P {
        match items.pop() {
            Some(only) if items.is_empty() => self.lone_pattern(only),
            last => {
                items.extend(last);
                self.sequence_pattern(items, l, r)
            }
        }
    }

    /// Patterns in parentheses: a sequence only with a comma.
    pub fn group_pattern(&self, items: Vec<Pattern>, l: u32, r: u32) -> P {
        self.open_sequence(items, l, r)
    }

    /// A pattern that is not part of a sequence, and so has no star.
    fn lone_pattern(&self, pattern: Pattern) -> P {
        if matches!(pattern.kind, PatternKind::Star(_)) {
            self.error("invalid syntax", pattern.span);
        }
        Box::new(pattern)
    }

    /// A sequence.
    pub fn sequence_pattern(&self, items: Vec<Pattern>, l: u32, r: u32) -> P {
        self.pattern(PatternKind::Sequence(items), l, r)
    }

    /// `*name`.
    pub fn star_pattern(&self, name: Identifier, l: u32, r: u32) -> P {
        let name = (&*name != "_").then_some(name);
        self.pattern(PatternKind::Star(name), l, r)
    }

    /// `pattern as target`.
    pub fn as_pattern(&self, pattern: P, target: E, l: u32, r: u32) -> P {
        let name = match target.kind {
            ExprKind::Name(name) => {
                if &*name == "_" {
                    self.error("cannot use '_' as a target", target.span);
                }
                name
            }
            _ => {
                self.error("invalid syntax", target.span);
                self.intern("")
            }
        };
        let kind = PatternKind::As {
            pattern: Some(pattern),
            name: Some(name),
        };
        self.pattern(kind, l, r)
    }

    /// `a | b`.
    pub fn or_pattern(&self, alternatives: Vec<Pattern>, l: u32, r: u32) -> P {
        self.pattern(PatternKind::Or(alternatives), l, r)
    }

    /// A literal.
    pub fn literal_pattern(&self, literal: E) -> P {
        let Span { start, end } = literal.span;
        let kind = match literal.kind {
            ExprKind::Constant(value @ (Constant::None | Constant::True | Constant::False)) => {
                PatternKind::Singleton(value)
            }
            ExprKind::JoinedStr(_) => {
                self.error(
                    "patterns may only match literals and attribute lookups",
                    literal.span,
                );
                PatternKind::Value(literal)
            }
            _ => PatternKind::Value(literal),
        };
        self.pattern(kind, start, end)
    }

    /// A capture, the wildcard, or a dotted name.
    pub fn name_pattern(&self, value: E) -> P {
        let Span { start, end } = value.span;
        let kind = match value.kind {
            ExprKind::Name(name) => PatternKind::As {
                pattern: None,
                name: (&*name != "_").then_some(name),
            },
            _ => PatternKind::Value(value),
        };
        self.pattern(kind, start, end)
    }

    /// `real + imaginary`.
    pub fn complex(&self, real: E, op: BinaryOp, imaginary: E, l: u32, r: u32) -> E {
        let number = match &real.kind {
            ExprKind::UnaryOp { operand, .. } => operand,
            _ => &real,
        };
        if is_imaginary(number) {
            self.error("real number required in complex literal", real.span);
        } else if !is_imaginary(&imaginary) {
            self.error(
                "imaginary number required in complex literal",
                imaginary.span,
            );
        }
        self.binary(real, op, imaginary, l, r)
    }

    /// Adds `key: pattern`.
    pub fn mapping_item(
        &self,
        mut items: Box<MappingItems>,
        key: E,
        pattern: P,
    ) -> Box<MappingItems> {
        if items.rest.is_some() {
            self.error("invalid syntax", key.span);
        }
        if matches!(key.kind, ExprKind::JoinedStr(_)) {
            self.error(
                "mapping pattern keys may only match literals and attribute lookups",
                key.span,
            );
        }
        items.keys.push(*key);
        items.patterns.push(*pattern);
        items
    }

    /// Adds `key: pattern`, with a name before the colon.
    pub fn mapping_attr(&self, items: Box<MappingItems>, key: E, pattern: P) -> Box<MappingItems> {
        if !matches!(key.kind, ExprKind::Attribute { .. }) {
            self.error("invalid syntax", key.span);
        }
        self.mapping_item(items, key, pattern)
    }

    /// Adds `**name`.
    pub fn mapping_rest(
        &self,
        mut items: Box<MappingItems>,
        name: Identifier,
        span: Span,
    ) -> Box<MappingItems> {
        if &*name == "_" || items.rest.is_some() {
            self.error("invalid syntax", span);
        }
        items.rest = Some((name, span));
        items
    }

    /// `{key: pattern, **rest}`.
    pub fn mapping_pattern(&self, items: Box<MappingItems>, l: u32, r: u32) -> P {
        let kind = PatternKind::Mapping {
            keys: items.keys,
            patterns: items.patterns,
            rest: items.rest.map(|(name, _)| name),
        };
        self.pattern(kind, l, r)
    }

    /// Adds a positional pattern to a class pattern.
    pub fn class_positional(&self, mut items: Box<ClassItems>, pattern: P) -> Box<ClassItems> {
        if !items.keywords.is_empty() {
            self.error("positional patterns follow keyword patterns", pattern.span);
        }
        items.patterns.push(*pattern);
        items
    }

    /// `cls(patterns, keywords)`.
    pub fn class_pattern(&self, cls: E, items: Box<ClassItems>, l: u32, r: u32) -> P {
        let kind = PatternKind::Class {
            cls,
            patterns: items.patterns,
            keywords: items.keywords,
        };
        self.pattern(kind, l, r)
    }
}

/// Whether a literal is an imaginary number.
fn is_imaginary(literal: &Expr) -> bool {
    matches!(literal.kind, ExprKind::Constant(Constant::Imaginary(_)))
}
