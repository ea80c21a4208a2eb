//! The tree as text, in the format of CPython's `ast.dump(tree)` with `repr` replaced by
//! `ascii`, so that the two can be compared. Not for round trips: spans are left out.

mod expr;
mod literal;
mod pattern;
mod stmt;

use std::fmt::Write;

use aio_lexer::Span;

use crate::ast::{Expr, Identifier, Module, Stmt};

/// The context that CPython stores in names, attributes, subscripts, lists and tuples.
#[derive(Clone, Copy)]
enum Context {
    Load,
    Store,
    Del,
}

/// The tree as text.
pub fn dump(module: &Module) -> String {
    written(false, |out| write_module(out, module))
}

/// The expression as text.
pub fn dump_expr(expr: &Expr) -> String {
    written(false, |out| expr::write(out, expr, Context::Load))
}

/// The tree as text, where each node that has a place has a last field `_span=(start, end)`, in
/// bytes.
pub fn dump_placed(module: &Module) -> String {
    written(true, |out| write_module(out, module))
}

/// The expression as text, with places as `dump_placed` has them.
pub fn dump_expr_placed(expr: &Expr) -> String {
    written(true, |out| {
        node(out, "Expression", |f| f.expr("body", expr));
    })
}

fn written(with_places: bool, write: impl FnOnce(&mut Out)) -> String {
    let mut out = Out(String::new(), with_places);
    write(&mut out);
    out.0
}

fn write_module(out: &mut Out, module: &Module) {
    node(out, "Module", |f| f.stmts("body", &module.body));
}

/// The text so far, and whether nodes tell their places.
#[derive(Default)]
struct Out(String, bool);

impl Out {
    fn push(&mut self, c: char) {
        self.0.push(c);
    }

    fn push_str(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Adds its place to the node written last.
    fn place(&mut self, span: Span) {
        if self.1 && self.0.ends_with(')') {
            self.0.pop();
            let comma = if self.0.ends_with('(') { "" } else { ", " };
            _ = write!(self.0, "{comma}_span=({}, {}))", span.start, span.end);
        }
    }
}

impl Write for Out {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// Writes `name(…)`.
fn node(out: &mut Out, name: &str, fields: impl FnOnce(&mut Fields)) {
    out.push_str(name);
    out.push('(');
    fields(&mut Fields {
        out,
        is_first: true,
    });
    out.push(')');
}

/// Writes the fields of one node. Empty lists and absent values are left out.
struct Fields<'o> {
    out: &'o mut Out,
    is_first: bool,
}

impl Fields<'_> {
    fn name(&mut self, name: &str) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.out.push_str(", ");
        }
        self.out.push_str(name);
        self.out.push('=');
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        self.out.push_str(value);
    }

    fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        literal::write_str(self.out, value);
    }

    fn opt_string(&mut self, name: &str, value: Option<&Identifier>) {
        if let Some(value) = value {
            self.string(name, value);
        }
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.text(name, if value { "1" } else { "0" });
    }

    fn list<T>(&mut self, name: &str, items: &[T], write: impl Fn(&mut Out, &T)) {
        if items.is_empty() {
            return;
        }
        self.name(name);
        self.out.push('[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            write(self.out, item);
        }
        self.out.push(']');
    }

    fn strings(&mut self, name: &str, items: &[Identifier]) {
        self.list(name, items, |out, item| literal::write_str(out, item));
    }

    fn stmts(&mut self, name: &str, items: &[Stmt]) {
        self.list(name, items, stmt::write);
    }

    fn expr(&mut self, name: &str, value: &Expr) {
        self.target(name, value, Context::Load);
    }

    fn opt_expr(&mut self, name: &str, value: Option<&Expr>) {
        if let Some(value) = value {
            self.expr(name, value);
        }
    }

    fn exprs(&mut self, name: &str, items: &[Expr]) {
        self.targets(name, items, Context::Load);
    }

    fn target(&mut self, name: &str, value: &Expr, context: Context) {
        self.name(name);
        expr::write(self.out, value, context);
    }

    fn targets(&mut self, name: &str, items: &[Expr], context: Context) {
        self.list(name, items, |out, item| expr::write(out, item, context));
    }

    fn context(&mut self, context: Context) {
        let text = match context {
            Context::Load => "Load()",
            Context::Store => "Store()",
            Context::Del => "Del()",
        };
        self.text("ctx", text);
    }
}

/// The key of a mapping pattern as Python writes its value.
pub(crate) fn dump_key(key: &Expr) -> String {
    written(false, |out| match &key.kind {
        crate::ast::ExprKind::Constant(value) => literal::write(out, value),
        crate::ast::ExprKind::UnaryOp { operand, .. } => {
            out.push('-');
            out.push_str(&dump_key(operand));
        }
        _ => expr::write(out, key, Context::Load),
    })
}
