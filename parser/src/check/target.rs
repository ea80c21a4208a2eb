//! Targets: names that are bound, stars, and the one name that nobody may bind.

use super::{Checker, Phase};
use crate::ast::{Expr, ExprKind, Identifier, Span};

/// What happens to a target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is assigned to.
    Assign,
    /// It is deleted.
    Delete,
}

impl Checker<'_> {
    /// Several targets.
    pub(super) fn targets(&mut self, targets: &[Expr], action: Action) {
        for target in targets {
            self.target(target, action);
        }
    }

    /// One target.
    pub(super) fn target(&mut self, target: &Expr, action: Action) {
        match &target.kind {
            ExprKind::Name(name) => {
                self.check_debug(name, action, target.span);
                self.bind(name, target.span);
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.check_debug(attr, action, target.span);
                self.expr(value);
            }
            ExprKind::Subscript { value, index } => {
                self.expr(value);
                self.expr(index);
            }
            ExprKind::Tuple(elements) | ExprKind::List(elements) => {
                self.elements(elements, action, target.span);
            }
            ExprKind::Starred(value) => {
                self.error(
                    Phase::Code,
                    "starred assignment target must be in a list or tuple",
                    target.span,
                );
                self.target(value, action);
            }
            _ => self.expr(target),
        }
    }

    fn elements(&mut self, elements: &[Expr], action: Action, span: Span) {
        let mut stars = 0;
        for element in elements {
            if let ExprKind::Starred(value) = &element.kind {
                stars += 1;
                self.target(value, action);
            } else {
                self.target(element, action);
            }
        }
        if stars > 1 {
            self.error(
                Phase::Code,
                "multiple starred expressions in assignment",
                span,
            );
        }
    }

    /// Binds a name that is no expression.
    pub(super) fn bind_checked(&mut self, name: &Identifier, span: Span) {
        self.check_debug(name, Action::Assign, span);
        self.bind(name, span);
    }

    /// Reports a binding of `__debug__`.
    pub(super) fn check_debug(&mut self, name: &Identifier, action: Action, span: Span) {
        if &**name == "__debug__" {
            let message = match action {
                Action::Assign => "cannot assign to __debug__",
                Action::Delete => "cannot delete __debug__",
            };
            self.error(Phase::Code, message, span);
        }
    }
}
