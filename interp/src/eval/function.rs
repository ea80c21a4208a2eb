//! `def`, `lambda`: making functions; and the start of functions with cells.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aio_lexer::Span;

use crate::code::Code;
use crate::node::{Expr, ExprBox, Flow, Stmt};
use crate::object::Ref;
use crate::objects::cell::CellObj;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::FunctionObj;
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::shared::Shared;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// Where a cell of a new function's closure comes from.
#[derive(Clone, Copy, Debug)]
pub enum Capture {
    /// A cell in a slot of the frame around.
    Cell(Slot),
    /// A cell of the closure of the function around.
    Free(usize),
}

/// Makes a function.
pub struct MakeFunction {
    /// Its code.
    pub code: Rc<Code>,
    /// Its closure.
    pub captures: Vec<Capture>,
    /// Defaults of the last positional parameters.
    pub defaults: Vec<ExprBox>,
    /// Defaults of keyword-only parameters.
    pub kwdefaults: Vec<(Name, ExprBox)>,
    /// Annotations, the return annotation as `return`.
    pub annotations: Vec<(Name, ExprBox)>,
    /// Its place.
    pub span: Span,
}

impl Expr for MakeFunction {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let defaults = if self.defaults.is_empty() {
            None
        } else {
            let values: R<Vec<Value>> = self.defaults.iter().map(|e| e.eval(vm, f)).collect();
            Some(Ref::<TupleObj>::from_vec(values?))
        };
        let kwdefaults = entries(vm, f, &self.kwdefaults)?;
        let annotations = entries(vm, f, &self.annotations)?;
        let function = self.make(vm, f);
        *function.defaults.borrow_mut() = defaults;
        *function.kwdefaults.borrow_mut() = kwdefaults;
        if let Some(annotations) = annotations {
            function
                .special()
                .set_name(&vm.names.annotations_, annotations.into());
        }
        Ok(function.into())
    }
    fn span(&self) -> Span {
        self.span
    }
}

pub(crate) fn entries(vm: &Vm, f: Frame, of: &[(Name, ExprBox)]) -> R<Option<Ref<DictObj>>> {
    if of.is_empty() {
        return Ok(None);
    }
    let dict = new_dict();
    for (name, e) in of {
        dict.set_name(name, e.eval(vm, f)?);
    }
    Ok(Some(dict))
}

impl MakeFunction {
    /// The function, without defaults.
    pub fn make(&self, _vm: &Vm, f: Frame) -> Ref<FunctionObj> {
        let around = f.function();
        let closure = self.captures.iter().map(|c| match c {
            Capture::Free(i) => around.closure[*i].clone(),
            Capture::Cell(slot) => captured_cell(f, *slot),
        });
        new_function(self.code.clone(), around.globals.clone(), closure.collect())
    }
}

/// The cell in a slot, made if the variable was not assigned yet.
fn captured_cell(f: Frame, slot: Slot) -> Ref<CellObj> {
    if let Some(cell) = f.get(slot).downcast::<CellObj>() {
        return cell.clone();
    }
    let cell = Ref::new(CellObj::default());
    f.set(slot, (&cell).into());
    cell
}

/// A function without defaults.
pub fn new_function(
    code: Rc<Code>,
    globals: Ref<DictObj>,
    closure: Box<[Ref<CellObj>]>,
) -> Ref<FunctionObj> {
    Ref::new(FunctionObj {
        code,
        globals,
        closure,
        defaults: RefCell::new(None),
        kwdefaults: RefCell::new(None),
        special: RefCell::new(None),
        attrs: RefCell::new(None),
        makes_awaitables: Cell::new(false),
    })
}

/// The start of a function some of whose parameters live in cells: arguments move into them. And
/// of a comprehension whose variables do: fresh cells.
pub struct MakeCells {
    /// Slots whose value moves into a new cell.
    pub slots: Vec<Slot>,
}

impl Stmt for MakeCells {
    fn exec(&self, _vm: &Vm, f: Frame) -> Flow {
        for slot in &self.slots {
            let value = f.take(*slot);
            f.set(
                *slot,
                Ref::new(CellObj {
                    value: Shared::new(value),
                })
                .into(),
            );
        }
        Flow::Next
    }
}

/// An expression after a statement (decorated definitions, fresh cells of a comprehension).
pub struct Then {
    /// Runs first.
    pub first: Box<dyn Stmt>,
    /// The value.
    pub value: ExprBox,
}

impl Expr for Then {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        match self.first.exec(vm, f) {
            Flow::Raised => Err(crate::value::Raised),
            _ => self.value.eval(vm, f),
        }
    }
    fn span(&self) -> Span {
        self.value.span()
    }
}

/// `@decorator`: calls it with the definition.
pub struct Decorated {
    /// The decorators, outermost first. They are evaluated in this order, called in reverse.
    pub decorators: Vec<ExprBox>,
    /// The function or class.
    pub value: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for Decorated {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let decorators: R<Vec<Value>> = self.decorators.iter().map(|d| d.eval(vm, f)).collect();
        let decorators = decorators?;
        let mut value = self.value.eval(vm, f)?;
        for (d, e) in decorators.iter().zip(&self.decorators).rev() {
            f.set_span(e.span());
            value = vm.call(d, &[value])?;
        }
        Ok(value)
    }
    fn span(&self) -> Span {
        self.span
    }
}
