//! Type parameters and `type` statements.

use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{Expr as Ast, ExprKind, TypeAlias, TypeParam, TypeParamKind};

use super::{Lowerer, Out};
use crate::builtins::typing::ParamKind;
use crate::code::{CodeKind, Params};
use crate::eval::assign::{Assign, CellTarget};
use crate::eval::control::Return;
use crate::eval::function::MakeFunction;
use crate::eval::name::LoadLocal;
use crate::eval::type_params::{MakeTypeAlias, MakeTypeParam};
use crate::node::ExprBox;
use crate::stack::Slot;

impl Lowerer<'_> {
    /// Lowers what stands in the scope of type parameters: a function that makes them and returns
    /// what `inside` gives.
    pub(crate) fn in_type_params(
        &mut self,
        params: &[TypeParam],
        owner: &str,
        span: Span,
        inside: impl FnOnce(&mut Self, &mut Out) -> ExprBox,
    ) -> MakeFunction {
        let scope = self.scopes.of_type_params(params);
        self.begin_frame(scope, CodeKind::Plain);
        let mut out = Vec::new();
        if let Some(start) = self.place_variables(&[]) {
            self.emit(&mut out, start, span);
        }
        for p in params {
            let value = Box::new(self.type_param(p));
            let name = self.mangled(&p.name);
            let target = self.variable_target(&name, p.span);
            self.emit(&mut out, Assign { target, value }, p.span);
        }
        let value = inside(self, &mut out);
        self.emit(&mut out, Return(value), span);
        let name = self.vm.name(&format!("<generic parameters of {owner}>"));
        let code = self.finish_frame(name.clone(), name, Params::default(), out, span, None);
        self.closure(scope, code, span)
    }

    fn closure(
        &mut self,
        scope: super::scope::ScopeId,
        code: Rc<crate::code::Code>,
        span: Span,
    ) -> MakeFunction {
        MakeFunction {
            code,
            captures: self.captures(scope),
            defaults: vec![],
            kwdefaults: vec![],
            annotations: vec![],
            span,
        }
    }

    /// The type parameters, as their scope has them.
    pub(crate) fn load_type_params(&mut self, params: &[TypeParam]) -> Vec<ExprBox> {
        params
            .iter()
            .map(|p| {
                let name = self.mangled(&p.name);
                self.load(&name, p.span)
            })
            .collect()
    }

    fn type_param(&mut self, p: &TypeParam) -> MakeTypeParam {
        let (kind, bound) = match &p.kind {
            TypeParamKind::TypeVar(bound) => (ParamKind::TypeVar, bound.as_ref()),
            TypeParamKind::TypeVarTuple => (ParamKind::TypeVarTuple, None),
            TypeParamKind::ParamSpec => (ParamKind::ParamSpec, None),
        };
        let bound = bound.map(|e| {
            let constraints = matches!(e.kind, ExprKind::Tuple(_));
            (self.lazy(e, &p.name), constraints)
        });
        let default = p.default.as_ref().map(|e| self.lazy(e, &p.name));
        MakeTypeParam {
            name: self.name(&p.name),
            kind,
            bound,
            default,
            span: p.span,
        }
    }

    /// A function that computes an expression when it is first asked for.
    fn lazy(&mut self, e: &Ast, name: &str) -> MakeFunction {
        let scope = self.scopes.of_lazy(e);
        self.begin_frame(scope, CodeKind::Plain);
        let mut out = Vec::new();
        if let Some(start) = self.place_variables(&[]) {
            self.emit(&mut out, start, e.span);
        }
        let value = match &e.kind {
            // `*Ts = *tuple[int]`: the one that unpacking gives.
            ExprKind::Starred(inner) => {
                let value = self.expr(inner, &mut out);
                Box::new(crate::eval::display::Only {
                    value,
                    span: e.span,
                })
            }
            _ => self.expr(e, &mut out),
        };
        self.emit(&mut out, Return(value), e.span);
        let name = self.vm.name(name);
        let code = self.finish_frame(name.clone(), name, Params::default(), out, e.span, None);
        self.closure(scope, code, e.span)
    }

    /// `type name[params] = value`.
    pub(crate) fn type_alias(&mut self, alias: &TypeAlias, span: Span) -> ExprBox {
        let name = self.name(&alias.name);
        if alias.type_params.is_empty() {
            let value = self.lazy(&alias.value, &alias.name);
            let params = vec![];
            return Box::new(MakeTypeAlias {
                name,
                params,
                value,
                span,
            });
        }
        let scope = self.in_type_params(&alias.type_params, &alias.name, span, |l, _| {
            let params = l.load_type_params(&alias.type_params);
            let value = l.lazy(&alias.value, &alias.name);
            Box::new(MakeTypeAlias {
                name,
                params,
                value,
                span,
            })
        });
        super::definition::run_scope(scope, span)
    }

    /// Starts a class body whose namespace is seen from scopes of types inside: puts it into the
    /// cell of `__classdict__`.
    pub(crate) fn store_class_namespace(&mut self, span: Span, out: &mut Out) {
        let cell = self
            .frame()
            .cells
            .iter()
            .find(|c| c.name.as_str() == "__classdict__")
            .cloned();
        let Some(cell) = cell else {
            return;
        };
        let target = Box::new(CellTarget {
            slot: cell.slot,
            name: cell.name,
            span,
        });
        let value = Box::new(LoadLocal {
            slot: Slot::new(0),
            span,
        });
        self.emit(out, Assign { target, value }, span);
    }
}
