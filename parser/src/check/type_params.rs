//! Type parameters and type aliases.

use super::scope::{BOUND, ScopeKind, TYPE_PARAM};
use super::{Checker, Phase};
use crate::ast::{Expr, ExprKind, TypeAlias, TypeParam, TypeParamKind};

impl Checker<'_> {
    /// Enters the scope of type parameters, if there are any.
    pub(super) fn enter_type_params(&mut self, params: &[TypeParam]) {
        if params.is_empty() {
            return;
        }
        self.enter(ScopeKind::TypeParams);
        let mut has_default = false;
        for param in params {
            if self.scope().flags(&param.name) & TYPE_PARAM != 0 {
                let message = format!("duplicate type parameter '{}'", param.name);
                self.error(Phase::Symbols, message, param.span);
            }
            self.scope().add(&param.name, TYPE_PARAM | BOUND);
            if param.default.is_none() && has_default {
                let message = format!(
                    "non-default type parameter '{}' follows default type parameter",
                    param.name
                );
                self.error(Phase::Code, message, param.span);
            }
            has_default |= param.default.is_some();
            self.type_param(param);
        }
    }

    /// Leaves that scope.
    pub(super) fn leave_type_params(&mut self, params: &[TypeParam]) {
        if !params.is_empty() {
            self.leave();
        }
    }

    fn type_param(&mut self, param: &TypeParam) {
        let default = match &param.kind {
            TypeParamKind::TypeVar(bound) => {
                let is_tuple = |e: &Expr| matches!(e.kind, ExprKind::Tuple(_));
                let what = if bound.as_ref().is_some_and(is_tuple) {
                    "a TypeVar constraint"
                } else {
                    "a TypeVar bound"
                };
                self.lazy(what, bound.as_ref());
                "a TypeVar default"
            }
            TypeParamKind::TypeVarTuple => "a TypeVarTuple default",
            TypeParamKind::ParamSpec => "a ParamSpec default",
        };
        match param.default.as_ref().map(|e| &e.kind) {
            Some(ExprKind::Starred(inner)) => self.lazy(default, Some(inner)),
            _ => self.lazy(default, param.default.as_ref()),
        }
    }

    /// An expression that is evaluated only when asked for.
    fn lazy(&mut self, what: &'static str, value: Option<&Expr>) {
        if let Some(value) = value {
            self.enter(ScopeKind::Lazy(what));
            self.expr(value);
            self.leave();
        }
    }

    /// `type name[…] = value`.
    pub(super) fn type_alias(&mut self, alias: &TypeAlias) {
        self.bind_checked(&alias.name, alias.name_span);
        self.enter_type_params(&alias.type_params);
        self.lazy("a type alias", Some(&alias.value));
        self.leave_type_params(&alias.type_params);
    }
}
