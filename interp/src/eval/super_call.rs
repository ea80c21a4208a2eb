//! `super()` and `super().method(…)` inside a method.

use aio_lexer::Span;

use crate::call::is_method;
use crate::node::{Expr, ExprBox};
use crate::object::{Kind, Ref};
use crate::objects::class::ClassObj;
use crate::objects::str::Name;
use crate::stack::{Args, Frame};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `super()` without arguments: the class from the `__class__` cell, the first argument.
pub struct ZeroArgSuper {
    /// Reads the `super` name, which may have been rebound.
    pub callee: ExprBox,
    /// The class.
    pub class: ExprBox,
    /// The first argument.
    pub receiver: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for ZeroArgSuper {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let callee = self.callee.eval(vm, f)?;
        if !callee
            .downcast::<ClassObj>()
            .is_some_and(|c| c.is(&vm.classes.super_))
        {
            f.set_span(self.span);
            return vm.call(&callee, &[]);
        }
        let class = self.class.eval(vm, f)?;
        let receiver = self.receiver.eval(vm, f)?;
        f.set_span(self.span);
        match class.downcast::<ClassObj>() {
            Some(class) => crate::builtins::super_object::make(vm, class, &receiver),
            None => Err(vm.runtime_error("super(): __class__ is not a type")),
        }
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `super().method(…)`: without making the `super` object.
pub struct SuperMethodCall {
    /// Reads the `super` name, which may have been rebound.
    pub callee: ExprBox,
    /// The class.
    pub class: ExprBox,
    /// The first argument.
    pub receiver: ExprBox,
    /// The method.
    pub name: Name,
    /// The positional arguments.
    pub args: Box<[ExprBox]>,
    /// Its place.
    pub span: Span,
}

impl Expr for SuperMethodCall {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let callee = self.callee.eval(vm, f)?;
        let is_super = callee
            .downcast::<ClassObj>()
            .is_some_and(|c| c.is(&vm.classes.super_));
        let class = self.class.eval(vm, f)?;
        let receiver = self.receiver.eval(vm, f)?;
        f.set_span(self.span);
        let is_instance = matches!(receiver.kind(), Some(Kind::Instance | Kind::Exception));
        if let (true, Some(class), true) = (is_super, class.downcast::<ClassObj>(), is_instance) {
            if let Some(found) = next_in_order(vm, &vm.class_of(&receiver), class, &self.name) {
                if is_method(&found) {
                    let mut values = Args::reserve(vm, self.args.len() + 1)?;
                    values.push(receiver.clone());
                    for a in &self.args {
                        values.push(a.eval(vm, f)?);
                    }
                    f.set_span(self.span);
                    return vm.call_kw(&found, values.values(), &[]);
                }
            }
        }
        let made = if is_super {
            match class.downcast::<ClassObj>() {
                Some(class) => crate::builtins::super_object::make(vm, class, &receiver)?,
                None => return Err(vm.runtime_error("super(): __class__ is not a type")),
            }
        } else {
            vm.call(&callee, &[])?
        };
        let method = vm.get_attr(&made, &self.name)?;
        let mut values = Args::reserve(vm, self.args.len())?;
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        vm.call_kw(&method, values.values(), &[])
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// The attribute `name` of the first class behind `class` in the order of the class `of`.
fn next_in_order(vm: &Vm, of: &Ref<ClassObj>, class: &Ref<ClassObj>, name: &Name) -> Option<Value> {
    let ancestors = of.ancestors.read();
    let behind = if of.is(class) {
        0
    } else {
        ancestors.iter().position(|c| c.is(class))? + 1
    };
    ancestors[behind..].iter().find_map(|c| c.own(vm, name))
}
