//! List, set and dict comprehensions without suspension points: loops inside an expression.
//!
//! They run in the frame around them (PEP 709); their variables have slots of their own, which
//! are emptied at the end.

use std::ops::ControlFlow;

use aio_lexer::Span;

use super::assign::Target;
use super::at;
use super::iterate::iterate;
use crate::node::{Expr, ExprBox};
use crate::object::Ref;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::list::list;
use crate::objects::set::SetObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// One `for` clause.
pub struct Clause {
    /// What is iterated over.
    pub iter: ExprBox,
    /// What each item is assigned to.
    pub target: Box<dyn Target>,
    /// The target's slot, if it is a plain local.
    pub local: Option<Slot>,
    /// The conditions.
    pub ifs: Vec<ExprBox>,
}

/// The loops of a comprehension and the variables to be emptied.
pub struct Loops {
    /// The clauses, outermost first.
    pub clauses: Vec<Clause>,
    /// The slots of the variables.
    pub slots: Vec<Slot>,
}

impl Loops {
    /// What the outermost loop iterates over.
    fn outermost(&self, vm: &Vm, f: Frame) -> R {
        self.clauses[0].iter.eval(vm, f)
    }

    /// How many elements there will be, if that is easily told and not many.
    fn expected(&self, vm: &Vm, outermost: &Value) -> usize {
        const MOST: usize = 4096;
        match &self.clauses[..] {
            [only] if only.ifs.is_empty() => vm.length_hint(outermost).min(MOST),
            _ => 0,
        }
    }

    /// Runs the loops; `each` makes one element.
    fn run(&self, vm: &Vm, f: Frame, outermost: Value, mut each: impl FnMut() -> R<()>) -> R<()> {
        // A comprehension inside a loop of itself (by recursion of the frame's function) has
        // other frames; inside one frame it cannot meet itself.
        let result = self.level(vm, f, 0, outermost, &mut each);
        for slot in &self.slots {
            drop(f.take(*slot));
        }
        result
    }

    fn level(
        &self,
        vm: &Vm,
        f: Frame,
        level: usize,
        iterable: Value,
        each: &mut dyn FnMut() -> R<()>,
    ) -> R<()> {
        let clause = &self.clauses[level];
        let last = level + 1 == self.clauses.len();
        f.set_span(clause.iter.span());
        iterate(vm, iterable, |item| {
            match clause.local {
                Some(slot) => f.set(slot, item),
                None => clause.target.assign(vm, f, item)?,
            }
            for test in &clause.ifs {
                if !test.cond(vm, f)? {
                    return Ok(ControlFlow::<()>::Continue(()));
                }
            }
            if last {
                each()?;
            } else {
                let inner = self.clauses[level + 1].iter.eval(vm, f)?;
                self.level(vm, f, level + 1, inner, each)?;
            }
            Ok(ControlFlow::Continue(()))
        })
        .map(drop)
    }
}

/// `[elt for …]`.
pub struct ListComp {
    /// The loops.
    pub loops: Loops,
    /// The element.
    pub elt: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for ListComp {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let outermost = self.loops.outermost(vm, f)?;
        let mut items = Vec::with_capacity(self.loops.expected(vm, &outermost));
        self.loops.run(vm, f, outermost, || {
            items.push(self.elt.eval(vm, f)?);
            Ok(())
        })?;
        Ok(list(items))
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `{elt for …}`.
pub struct SetComp {
    /// The loops.
    pub loops: Loops,
    /// The element.
    pub elt: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for SetComp {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let set: Ref<SetObj> = SetObj::empty(false);
        self.loops.run(vm, f, self.loops.outermost(vm, f)?, || {
            let value = self.elt.eval(vm, f)?;
            at(f, self.span, set.add(vm, value)).map(drop)
        })?;
        Ok(set.into())
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `{key: value for …}`.
pub struct DictComp {
    /// The loops.
    pub loops: Loops,
    /// The key.
    pub key: ExprBox,
    /// The value.
    pub value: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for DictComp {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let dict: Ref<DictObj> = new_dict();
        self.loops.run(vm, f, self.loops.outermost(vm, f)?, || {
            let key = self.key.eval(vm, f)?;
            let value = self.value.eval(vm, f)?;
            at(f, self.span, dict.set(vm, key, value)).map(drop)
        })?;
        Ok(dict.into())
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// Adds one element to the collection in a slot: the innermost statement of a comprehension that
/// can suspend.
pub struct Collect {
    /// The slot of the collection: list, set or dict.
    pub into: Slot,
    /// The key, for a dict.
    pub key: Option<ExprBox>,
    /// The element or value.
    pub value: ExprBox,
}

impl crate::node::Stmt for Collect {
    fn exec(&self, vm: &Vm, f: Frame) -> crate::node::Flow {
        let run = || {
            let key = match &self.key {
                Some(e) => Some(e.eval(vm, f)?),
                None => None,
            };
            let value = self.value.eval(vm, f)?;
            let into: Value = f.get(self.into).clone();
            if let Some(items) = into.downcast::<crate::objects::list::ListObj>() {
                items.push(value);
            } else if let Some(set) = into.downcast::<SetObj>() {
                set.add(vm, value)?;
            } else if let (Some(dict), Some(key)) = (into.downcast::<DictObj>(), key) {
                drop(dict.set(vm, key, value)?);
            }
            Ok(())
        };
        run().into()
    }
}

/// Calls a function with one argument: generator expressions.
pub struct CallWithIterable {
    /// Makes the function.
    pub function: ExprBox,
    /// The outermost iterable, evaluated (and made an iterator) where the expression stands.
    pub iterable: ExprBox,
    /// `async for`: the async iterator is asked for instead.
    pub is_async: bool,
    /// Its place.
    pub span: Span,
}

impl Expr for CallWithIterable {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let iterable = self.iterable.eval(vm, f)?;
        f.set_span(self.iterable.span());
        let iterator = if self.is_async {
            super::awaiting::async_iterator(vm, iterable)?
        } else {
            vm.iter(&iterable)?
        };
        let function = self.function.eval(vm, f)?;
        vm.call(&function, &[iterator])
    }
    fn span(&self) -> Span {
        self.span
    }
}
