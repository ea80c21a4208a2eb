//! Strings, bytes and f-strings, and how adjacent ones join.

use std::borrow::Cow;
use std::rc::Rc;

use super::{Builder, E};
use crate::ast::*;

impl Builder<'_> {
    /// A string literal.
    pub fn string(&self, value: &str, l: u32, r: u32) -> E {
        self.constant(Constant::Str(Rc::from(value)), l, r)
    }

    /// A bytes literal.
    pub fn bytes(&self, value: &[u8], l: u32, r: u32) -> E {
        self.constant(Constant::Bytes(Rc::from(value)), l, r)
    }

    /// An f-string.
    pub fn fstring(&self, parts: Vec<FStringPart>, l: u32, r: u32) -> E {
        let below = parts_depth(&parts);
        self.expr(ExprKind::JoinedStr(parts), l, r, below)
    }

    /// Adds literal text to an f-string or a format specification.
    pub fn fstring_text(&self, mut parts: Vec<FStringPart>, text: &str) -> Vec<FStringPart> {
        push_text(&mut parts, text);
        parts
    }

    /// A replacement field. `debug` is where the text before and with its `=` stands.
    pub fn field(
        &self,
        value: E,
        debug: Option<Span>,
        conversion: Option<char>,
        format_spec: Option<Vec<FStringPart>>,
        span: Span,
    ) -> FStringPart {
        let debug_text = debug.map(|at| {
            let text = self.source.get(at.range()).unwrap_or_default();
            Rc::from(without_comments(text))
        });
        let conversion = match conversion {
            Some('s') => Conversion::Str,
            Some('r') => Conversion::Repr,
            Some('a') => Conversion::Ascii,
            _ if debug_text.is_some() && format_spec.is_none() => Conversion::Repr,
            _ => Conversion::None,
        };
        FStringPart::Field(Box::new(FormattedValue {
            value: *value,
            debug_text,
            conversion,
            format_spec,
            span,
        }))
    }

    /// Adjacent literals.
    pub fn concatenate(&self, pieces: Vec<Expr>, l: u32, r: u32) -> E {
        let is_bytes = |e: &Expr| matches!(e.kind, ExprKind::Constant(Constant::Bytes(_)));
        if pieces.iter().any(is_bytes) {
            return self.concatenate_bytes(pieces, l, r);
        }
        if pieces
            .iter()
            .any(|e| matches!(e.kind, ExprKind::JoinedStr(_)))
        {
            return self.concatenate_fstrings(pieces, l, r);
        }
        let mut text = String::new();
        for piece in &pieces {
            if let ExprKind::Constant(Constant::Str(s)) = &piece.kind {
                text.push_str(s);
            }
        }
        self.string(&text, l, r)
    }

    fn concatenate_bytes(&self, pieces: Vec<Expr>, l: u32, r: u32) -> E {
        let mut all = Vec::new();
        for piece in &pieces {
            if let ExprKind::Constant(Constant::Bytes(bytes)) = &piece.kind {
                all.extend_from_slice(bytes);
            } else {
                self.error("cannot mix bytes and nonbytes literals", Span::new(l, r));
                break;
            }
        }
        self.bytes(&all, l, r)
    }

    fn concatenate_fstrings(&self, pieces: Vec<Expr>, l: u32, r: u32) -> E {
        let mut all = Vec::new();
        // Text waits here, so that a long run of it is copied once.
        let mut text = String::new();
        for piece in pieces {
            match piece.kind {
                ExprKind::Constant(Constant::Str(piece)) => text.push_str(&piece),
                ExprKind::JoinedStr(parts) => {
                    for part in parts {
                        match part {
                            FStringPart::Literal(piece) => text.push_str(&piece),
                            field => {
                                push_text(&mut all, &std::mem::take(&mut text));
                                all.push(field);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        push_text(&mut all, &text);
        self.fstring(all, l, r)
    }
}

/// Adds text, joining it with text before it.
fn push_text(parts: &mut Vec<FStringPart>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(FStringPart::Literal(last)) = parts.last_mut() {
        *last = Rc::from(format!("{last}{text}"));
    } else {
        parts.push(FStringPart::Literal(Rc::from(text)));
    }
}

/// The text of an expression without its comments.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut quote = None;
    let mut in_comment = false;
    for c in text.chars() {
        match c {
            '\n' | '\r' => in_comment = false,
            _ if in_comment => continue,
            '#' if quote.is_none() => {
                in_comment = true;
                continue;
            }
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            _ => {}
        }
        kept.push(c);
    }
    Cow::Owned(kept)
}

/// The depth of the deepest field.
fn parts_depth(parts: &[FStringPart]) -> u16 {
    let depth = |part: &FStringPart| match part {
        FStringPart::Literal(_) => 0,
        FStringPart::Field(field) => {
            let spec = field.format_spec.as_deref().map_or(0, parts_depth);
            field.value.depth.max(spec)
        }
    };
    parts.iter().map(depth).max().unwrap_or(0)
}
