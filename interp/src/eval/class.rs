//! `class` statements.

use std::rc::Rc;

use aio_lexer::Span;

use super::function::MakeFunction;
use crate::code::Code;
use crate::node::{Expr, ExprBox, Flow};
use crate::objects::cell::CellObj;
use crate::objects::dict::DictObj;
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
        let mut keywords = Vec::new();
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
                            keywords.push((vm.interned.name_of(text), v));
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
        let code: Rc<Code> = function.code.clone();
        let run = &mut |vm: &Vm, namespace: &Value| -> R<Option<Value>> {
            if !params.is_empty() {
                let params = tuple(params.clone());
                vm.set_item(namespace, &(&vm.names.type_params_).into(), params)?;
            }
            let frame = StackFrame::push(vm, function.clone())?;
            frame.set_arg(0, namespace.clone());
            if vm.too_deep() {
                return Err(vm.recursion_error());
            }
            frame.enter();
            let flow = code.body.exec(vm, frame.frame());
            frame.leave();
            if matches!(flow, Flow::Raised) {
                vm.trace_frame(frame.frame());
                return Err(Raised);
            }
            let cell = code.cells.iter().find(|c| c.name == vm.names.class_);
            let cell = cell.map(|c| frame.frame().get(c.slot).clone());
            Ok(cell.filter(|c| c.downcast::<CellObj>().is_some()))
        };
        vm.build_class(&self.name, bases, keywords, run)
    }
    fn span(&self) -> Span {
        self.span
    }
}
