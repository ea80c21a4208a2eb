//! `class` statements.

use aio_lexer::Span;

use super::function::MakeFunction;
use crate::node::{Expr, ExprBox, Flow};
use crate::object::{Kind, Ref};
use crate::objects::cell::CellObj;
use crate::objects::dict::DictObj;
use crate::objects::function::FunctionObj;
use crate::objects::str::Name;
use crate::objects::tuple::tuple;
use crate::stack::{Frame, StackFrame};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Makes a class.
pub struct MakeClass {
    /// Its name.
    pub name: Name,
    /// The bases; `true` for `*bases`.
    pub bases: Vec<(ExprBox, bool)>,
    /// Keywords; no name for `**mapping`.
    pub keywords: Vec<(Option<Name>, ExprBox)>,
    /// The type parameters.
    pub type_params: Vec<ExprBox>,
    /// The body, as a function whose first slot is the namespace.
    pub body: MakeFunction,
    /// Its place.
    pub span: Span,
}

impl Expr for MakeClass {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let mut bases = Vec::new();
        for (e, starred) in &self.bases {
            let value = e.eval(vm, f)?;
            if *starred {
                bases.extend(vm.collect(&value)?);
            } else {
                bases.push(value);
            }
        }
        let mut keywords: Vec<(Name, Value)> = Vec::new();
        for (name, e) in &self.keywords {
            let value = e.eval(vm, f)?;
            match name {
                Some(name) => keywords.push((name.clone(), value)),
                None => {
                    let mapping = vm.native(&value);
                    let Some(dict) = mapping.downcast::<DictObj>() else {
                        return Err(vm.type_error("argument after ** must be a mapping"));
                    };
                    for (k, v) in dict.entries() {
                        if let Some(text) = k.downcast() {
                            let name = vm.interned.name_of(text);
                            if keywords.iter().any(|(known, _)| *known == name) {
                                return Err(vm.type_error(format!(
                                    "__build_class__() got multiple values for keyword argument '{}'",
                                    name.as_str()
                                )));
                            }
                            keywords.push((name, v));
                        }
                    }
                }
            }
        }
        let params: R<Vec<Value>> = self.type_params.iter().map(|p| p.eval(vm, f)).collect();
        let params = params?;
        f.set_span(self.span);
        if !params.is_empty() {
            bases.push(crate::builtins::typing::subscript_generic(vm, &params)?);
        }
        let function = self.body.make(vm, f);
        let run = &mut |vm: &Vm, namespace: &Value| -> R<Option<Value>> {
            if !params.is_empty() {
                let params = tuple(params.clone());
                vm.set_item(namespace, &(&vm.names.type_params_).into(), params)?;
            }
            vm.run_class_body(&function, namespace)
        };
        // A program may have put its own maker of classes there.
        let Some(own) = vm.builtin(&f.function().globals, &vm.names.build_class_)? else {
            let name = Value::from(&vm.names.build_class_);
            let text = "__build_class__ not found";
            return Err(vm.name_error(&vm.exceptions.NameError, text, &name));
        };
        if !own.is_kind(Kind::Native) {
            let mut args = vec![Value::from(&function), (&self.name).into()];
            args.append(&mut bases);
            let (names, values): (Vec<_>, Vec<_>) = keywords.into_iter().unzip();
            args.extend(values);
            return vm.call_kw(&own, &args, &names);
        }
        vm.build_class(&self.name, bases, keywords, run)
    }
    fn span(&self) -> Span {
        self.span
    }
}

impl Vm {
    /// Runs the body of a class in a namespace; returns its `__class__` cell, if it has one.
    pub(crate) fn run_class_body(
        &self,
        function: &Ref<FunctionObj>,
        namespace: &Value,
    ) -> R<Option<Value>> {
        let frame = StackFrame::push(self, function.clone())?;
        frame.set_arg(0, namespace.clone());
        if self.too_deep() {
            return Err(self.recursion_error());
        }
        frame.enter();
        let flow = function.code.body.exec(self, frame.frame());
        frame.leave();
        if matches!(flow, Flow::Raised) {
            self.trace_frame(frame.frame());
            return Err(Raised);
        }
        let cell = function
            .code
            .cells
            .iter()
            .find(|c| c.name == self.names.class_);
        let cell = cell.map(|c| frame.frame().get(c.slot).clone());
        Ok(cell.filter(|c| c.downcast::<CellObj>().is_some()))
    }
}
