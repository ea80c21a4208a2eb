//! The walk of scope analysis over type parameters and patterns.

use std::rc::Rc;

use aio_parser::ast::*;

use super::{ScopeId, ScopeKind, Walk, address};

impl Walk {
    /// A scope in which types are evaluated. In a class body it sees the names of the class.
    fn type_scope(&mut self, s: ScopeId) -> ScopeId {
        let around = &self.scopes.list[s];
        let sees_class = around.kind == ScopeKind::Class || around.sees_class;
        let inner = self.push(ScopeKind::Function, Some(s));
        self.scopes.list[inner].sees_class = sees_class;
        if sees_class {
            self.info(inner, &Rc::from("__classdict__"));
        }
        inner
    }

    /// The scope of type parameters; the one around if there are none.
    pub(super) fn type_params(&mut self, s: ScopeId, params: &[TypeParam]) -> ScopeId {
        let Some(first) = params.first() else {
            return s;
        };
        let inner = self.type_scope(s);
        self.scopes.of_type_params.insert(address(first), inner);
        for p in params {
            self.bind(inner, &p.name);
        }
        for p in params {
            if let TypeParamKind::TypeVar(Some(bound)) = &p.kind {
                self.lazy(inner, bound);
            }
            if let Some(default) = &p.default {
                self.lazy(inner, default);
            }
        }
        inner
    }

    /// An expression that is evaluated when first asked for.
    pub(super) fn lazy(&mut self, s: ScopeId, e: &Expr) {
        let inner = self.type_scope(s);
        self.scopes.of_lazy.insert(address(e), inner);
        self.expr(inner, e);
    }

    pub(super) fn pattern(&mut self, s: ScopeId, p: &Pattern) {
        match &p.kind {
            PatternKind::Value(e) => {
                self.expr(s, e);
            }
            PatternKind::Singleton(_) => {}
            PatternKind::Sequence(ps) | PatternKind::Or(ps) => {
                ps.iter().for_each(|p| self.pattern(s, p));
            }
            PatternKind::Mapping {
                keys,
                patterns,
                rest,
            } => {
                for k in keys {
                    self.expr(s, k);
                }
                patterns.iter().for_each(|p| self.pattern(s, p));
                if let Some(rest) = rest {
                    self.bind(s, rest);
                }
            }
            PatternKind::Class {
                cls,
                patterns,
                keywords,
            } => {
                self.expr(s, cls);
                patterns.iter().for_each(|p| self.pattern(s, p));
                keywords.iter().for_each(|(_, p)| self.pattern(s, p));
            }
            PatternKind::Star(name) => {
                if let Some(name) = name {
                    self.bind(s, name);
                }
            }
            PatternKind::As { pattern, name } => {
                if let Some(p) = pattern {
                    self.pattern(s, p);
                }
                if let Some(name) = name {
                    self.bind(s, name);
                }
            }
        }
    }
}
