//! Which part of an expression a traceback points at with `^`: the operator of an operation, the
//! brackets of a call or subscript. Works on source text, as CPython's `traceback` does.

use aio_parser::ast::{Expr, ExprKind, StmtKind};

/// The part to point at, as line numbers and columns (in characters) from 0: from the first place
/// up to the second.
pub type Anchors = ((usize, usize), (usize, usize));

/// The part of this piece of source to point at.
pub fn anchors(segment: &str) -> Option<Anchors> {
    let text = format!("(\n{segment}\n)");
    let parsed = aio_parser::parse(&text).ok()?;
    let [statement] = &parsed.module.body[..] else {
        return None;
    };
    let StmtKind::Expr(e) = &statement.kind else {
        return None;
    };
    let offset = |at: u32| (at as usize).saturating_sub(2);
    let (left, right) = match &e.kind {
        ExprKind::BinOp { left, right, .. } => operator(segment, left, right)?,
        ExprKind::Subscript { value, .. } => {
            let from = offset(value.span.end);
            let bracket = from + segment.get(from..)?.find('[')?;
            (bracket, offset(e.span.end))
        }
        ExprKind::Call { func, .. } => {
            let from = offset(func.span.end);
            let bracket = from + segment.get(from..)?.find('(')?;
            (bracket, offset(e.span.end))
        }
        _ => return None,
    };
    Some((place(segment, left)?, place(segment, right)?))
}

/// The operator between two operands.
fn operator(segment: &str, left: &Expr, right: &Expr) -> Option<(usize, usize)> {
    let from = (left.span.end as usize).saturating_sub(2);
    let until = (right.span.start as usize).saturating_sub(2);
    let between = segment.get(from..until)?;
    let start = between.find(|c: char| !c.is_whitespace() && !matches!(c, ')' | '\\'))?;
    let rest = between[start..].chars();
    let is_operator = |c: &char| !c.is_whitespace() && !matches!(c, '\\' | '#' | '(');
    let length: usize = rest
        .take(2)
        .take_while(is_operator)
        .map(char::len_utf8)
        .sum();
    Some((from + start, from + start + length.max(1)))
}

/// Line and column of a byte offset.
fn place(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?;
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default();
    Some((line, column.chars().count()))
}

/// The first and the last column (in bytes) of a call that says nothing more when it is pointed at:
/// all of `return f(x)`, all of what is assigned.
pub fn plain_call(text: &str) -> Option<(usize, usize)> {
    let parsed = aio_parser::parse(text)
        .or_else(|_| aio_parser::parse(&format!("def f():\n    {}", text.trim_start())))
        .ok()?;
    let mut first = parsed.module.body.first()?;
    let mut shift = 0;
    if let StmtKind::FunctionDef(def) = &first.kind {
        if def.body.len() == 1 && &*def.name == "f" && !text.starts_with("def") {
            first = &def.body[0];
            shift = "def f():\n    ".len();
        }
    }
    let span = match &first.kind {
        StmtKind::Return(Some(e)) => match &e.kind {
            ExprKind::Call { func, .. } if matches!(func.kind, ExprKind::Name(_)) => e.span,
            _ => return None,
        },
        StmtKind::Assign { value, .. } => match &value.kind {
            ExprKind::Call { .. } => value.span,
            _ => return None,
        },
        _ => return None,
    };
    Some((
        (span.start as usize).checked_sub(shift)?,
        (span.end as usize).checked_sub(shift)?,
    ))
}
