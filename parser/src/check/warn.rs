//! The `SyntaxWarning`s about expressions that cannot be meant as they are written.

use super::Checker;
use crate::ast::*;

impl Checker<'_> {
    /// `assert (x, "message")`.
    pub(super) fn warn_about_assert(&mut self, test: &Expr, span: Span) {
        if matches!(&test.kind, ExprKind::Tuple(elements) if !elements.is_empty()) {
            let message = "assertion is always true, perhaps remove parentheses?";
            self.warn(message.to_owned(), span);
        }
    }

    /// `(1, 2)(3)`.
    pub(super) fn warn_about_call(&mut self, func: &Expr, span: Span) {
        if let Some(what) = literal_type(func) {
            self.warn(
                format!("'{what}' object is not callable; perhaps you missed a comma?"),
                span,
            );
        }
    }

    /// `1[2]`, `[1]["a"]`.
    pub(super) fn warn_about_subscript(&mut self, value: &Expr, index: &Expr, span: Span) {
        let Some(what) = literal_type(value).or_else(|| lambda_type(value)) else {
            return;
        };
        match what {
            "dict" => {}
            "str" | "bytes" | "tuple" | "list" => {
                let Some(index) = literal_type(index).or_else(|| lambda_type(index)) else {
                    return;
                };
                if !matches!(index, "int" | "bool") {
                    self.warn(
                        format!(
                            "{what} indices must be integers or slices, not {index}; \
                             perhaps you missed a comma?"
                        ),
                        span,
                    );
                }
            }
            _ => self.warn(
                format!("'{what}' object is not subscriptable; perhaps you missed a comma?"),
                span,
            ),
        }
    }

    /// `x is 1`.
    pub(super) fn warn_about_compare(
        &mut self,
        left: &Expr,
        comparisons: &[(CmpOp, Expr)],
        span: Span,
    ) {
        let mut left = left;
        for (op, right) in comparisons {
            let wrong = constant_type(right).or_else(|| constant_type(left));
            left = right;
            let Some(what) = wrong else { continue };
            let (word, instead) = match op {
                CmpOp::Is => ("is", "=="),
                CmpOp::IsNot => ("is not", "!="),
                _ => continue,
            };
            self.warn(
                format!("\"{word}\" with '{what}' literal. Did you mean \"{instead}\"?"),
                span,
            );
        }
    }
}

/// The type of a literal that is not a singleton.
fn constant_type(expr: &Expr) -> Option<&'static str> {
    match &expr.kind {
        ExprKind::Constant(
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
        ) => None,
        ExprKind::Constant(_) => literal_type(expr),
        ExprKind::UnaryOp {
            op: UnaryOp::USub | UnaryOp::UAdd,
            operand,
        } => constant_type(operand).filter(|what| matches!(*what, "int" | "float" | "complex")),
        ExprKind::Tuple(elements) => elements
            .iter()
            .all(|e| matches!(e.kind, ExprKind::Constant(_)))
            .then_some("tuple"),
        _ => None,
    }
}

/// The type of an expression that shows it.
fn literal_type(expr: &Expr) -> Option<&'static str> {
    Some(match &expr.kind {
        ExprKind::Tuple(_) => "tuple",
        ExprKind::List(_) | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict(_) | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set(_) | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::JoinedStr(_) | ExprKind::Constant(Constant::Str(_)) => "str",
        ExprKind::Constant(constant) => match constant {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Imaginary(_) => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
        },
        _ => return None,
    })
}

/// The type of a lambda, which can be called but not subscripted.
fn lambda_type(expr: &Expr) -> Option<&'static str> {
    matches!(expr.kind, ExprKind::Lambda { .. }).then_some("function")
}
