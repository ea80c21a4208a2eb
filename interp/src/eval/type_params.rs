//! Type parameters (PEP 695): the scope that a generic definition opens, its type variables, and
//! `type` statements. Bounds, defaults and the types of aliases are functions, called when first
//! asked for.

use aio_lexer::Span;

use super::function::MakeFunction;
use super::name::lookup_in;
use crate::builtins::typing::{ParamKind, type_alias, type_param};
use crate::node::{Expr, ExprBox};
use crate::objects::dict::DictObj;
use crate::objects::function::FunctionObj;
use crate::objects::str::Name;
use crate::objects::tuple::{TupleObj, tuple};
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Makes one type parameter.
pub struct MakeTypeParam {
    /// Its name.
    pub name: Name,
    /// Its sort.
    pub kind: ParamKind,
    /// Computes the bound, or the tuple of constraints (then `true`).
    pub bound: Option<(MakeFunction, bool)>,
    /// Computes the default.
    pub default: Option<MakeFunction>,
    /// Its place.
    pub span: Span,
}

impl Expr for MakeTypeParam {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let bound = self.bound.as_ref();
        let bound = bound.map(|(b, constraints)| (b.make(vm, f).into(), *constraints));
        let default = self.default.as_ref().map(|d| d.make(vm, f).into());
        let name = Value::from(&self.name);
        Ok(type_param(vm, self.kind, &name, bound, default))
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `type name[params] = value`, in the scope of its parameters.
pub struct MakeTypeAlias {
    /// Its name.
    pub name: Name,
    /// The type parameters.
    pub params: Vec<ExprBox>,
    /// Computes the type.
    pub value: MakeFunction,
    /// Its place.
    pub span: Span,
}

impl Expr for MakeTypeAlias {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let params: R<Vec<Value>> = self.params.iter().map(|p| p.eval(vm, f)).collect();
        let value = self.value.make(vm, f).into();
        Ok(type_alias(vm, &(&self.name).into(), value, tuple(params?)))
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A function with type parameters, made in their scope.
pub struct MakeGenericFunction {
    /// The function.
    pub function: MakeFunction,
    /// The type parameters.
    pub params: Vec<ExprBox>,
}

impl Expr for MakeGenericFunction {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let params: R<Vec<Value>> = self.params.iter().map(|p| p.eval(vm, f)).collect();
        let made = self.function.eval(vm, f)?;
        if let Some(function) = made.downcast::<FunctionObj>() {
            let special = function.special();
            special.set_name(&vm.names.type_params_, tuple(params?));
        }
        Ok(made)
    }
    fn span(&self) -> Span {
        self.function.span
    }
}

/// Runs the scope of type parameters at once: what it returns is the value. The defaults of a
/// function are evaluated before it, outside.
pub struct InTypeParams {
    /// The scope.
    pub scope: MakeFunction,
    /// Defaults of positional parameters.
    pub defaults: Vec<ExprBox>,
    /// Defaults of keyword-only parameters.
    pub kwdefaults: Vec<(Name, ExprBox)>,
    /// Its place.
    pub span: Span,
}

impl Expr for InTypeParams {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let defaults: R<Vec<Value>> = self.defaults.iter().map(|e| e.eval(vm, f)).collect();
        let defaults = defaults?;
        let kwdefaults = super::function::entries(vm, f, &self.kwdefaults)?;
        f.set_span(self.span);
        let scope = self.scope.make(vm, f);
        let made = vm.call_function(&scope, &[], &[])?;
        if let Some(function) = made.downcast::<FunctionObj>() {
            if !defaults.is_empty() {
                *function.defaults.borrow_mut() =
                    Some(crate::object::Ref::<TupleObj>::from_vec(defaults));
            }
            *function.kwdefaults.borrow_mut() = kwdefaults;
        }
        Ok(made)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A name where the namespace of the class around is seen, whose cell is in the closure.
pub struct LoadClassName {
    /// The position of the namespace's cell in the closure.
    pub namespace: usize,
    /// Its name.
    pub name: Name,
    /// Where to look next.
    pub outer: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for LoadClassName {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let namespace = f.function().closure[self.namespace].value.get();
        let is_mapping = namespace.downcast::<DictObj>().is_some() || namespace.as_obj().is_some();
        if is_mapping {
            if let Some(v) = lookup_in(vm, &namespace, &self.name)? {
                return Ok(v);
            }
        }
        self.outer.eval(vm, f)
    }
    fn span(&self) -> Span {
        self.span
    }
}
