//! Patterns as text.

use super::{Out, literal, node};
use crate::ast::{Pattern, PatternKind};

/// Writes a pattern.
pub fn write(out: &mut Out, pattern: &Pattern) {
    write_bare(out, pattern);
    out.place(pattern.span);
}

fn write_bare(out: &mut Out, pattern: &Pattern) {
    match &pattern.kind {
        PatternKind::Value(value) => node(out, "MatchValue", |f| f.expr("value", value)),
        PatternKind::Singleton(value) => node(out, "MatchSingleton", |f| {
            f.name("value");
            literal::write(f.out, value);
        }),
        PatternKind::Sequence(items) => {
            node(out, "MatchSequence", |f| f.list("patterns", items, write));
        }
        PatternKind::Mapping {
            keys,
            patterns,
            rest,
        } => node(out, "MatchMapping", |f| {
            f.exprs("keys", keys);
            f.list("patterns", patterns, write);
            f.opt_string("rest", rest.as_ref());
        }),
        PatternKind::Class {
            cls,
            patterns,
            keywords,
        } => node(out, "MatchClass", |f| {
            f.expr("cls", cls);
            f.list("patterns", patterns, write);
            f.list("kwd_attrs", keywords, |out, k| {
                literal::write_str(out, &k.0)
            });
            f.list("kwd_patterns", keywords, |out, k| write(out, &k.1));
        }),
        PatternKind::Star(name) => {
            node(out, "MatchStar", |f| f.opt_string("name", name.as_ref()));
        }
        PatternKind::As { pattern, name } => node(out, "MatchAs", |f| {
            if let Some(pattern) = pattern {
                f.name("pattern");
                write(f.out, pattern);
            }
            f.opt_string("name", name.as_ref());
        }),
        PatternKind::Or(items) => node(out, "MatchOr", |f| f.list("patterns", items, write)),
    }
}
