//! Names: constants, locals, cells, globals, names in class bodies.

use std::cell::Cell;

use aio_lexer::Span;

use super::{at, fail_at};
use crate::node::Expr;
use crate::object::Ref;
use crate::objects::cell::CellObj;
use crate::objects::dict::DictObj;
use crate::objects::str::Name;
use crate::stack::{Frame, Slot};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// A literal.
pub struct Constant {
    /// The value.
    pub value: Value,
    /// Its place.
    pub span: Span,
}

impl Expr for Constant {
    fn eval(&self, _vm: &Vm, _f: Frame) -> R {
        Ok(self.value.clone())
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A local variable.
pub struct LoadLocal {
    /// Its slot.
    pub slot: Slot,
    /// Its place.
    pub span: Span,
}

impl Expr for LoadLocal {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let value = f.get(self.slot);
        if value.is_unbound() {
            return Err(unbound_local(vm, f, self.slot, self.span));
        }
        Ok(value.clone())
    }
    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        match f.get(self.slot) {
            Value::True => Ok(true),
            Value::False | Value::None => Ok(false),
            Value::Int(i) => Ok(*i != 0),
            Value::Unbound => Err(unbound_local(vm, f, self.slot, self.span)),
            value => {
                let value = value.clone();
                super::at(f, self.span, vm.truth(&value))
            }
        }
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A temporary at its last use: the slot is emptied.
pub struct TakeTemp {
    /// Its slot.
    pub slot: Slot,
    /// The place of what it holds.
    pub span: Span,
}

impl Expr for TakeTemp {
    fn eval(&self, _vm: &Vm, f: Frame) -> R {
        Ok(f.take(self.slot))
    }
    fn span(&self) -> Span {
        self.span
    }
}

#[cold]
pub(crate) fn unbound_local(vm: &Vm, f: Frame, slot: Slot, span: Span) -> Raised {
    f.set_span(span);
    let code = &f.function().code;
    let name = code
        .local_names
        .iter()
        .find(|(_, s)| *s == slot)
        .map(|(n, _)| n.clone());
    let name = name.unwrap_or_else(|| vm.names.empty.clone());
    unbound_variable(vm, &name)
}

#[cold]
fn unbound_variable(vm: &Vm, name: &Name) -> Raised {
    let text = format!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.as_str()
    );
    vm.name_error(&vm.exceptions.UnboundLocalError, &text, &Value::from(name))
}

#[cold]
fn unbound_free(vm: &Vm, name: &Name) -> Raised {
    let text = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name.as_str()
    );
    vm.name_error(&vm.exceptions.NameError, &text, &Value::from(name))
}

/// A variable of this function that lives in a cell.
pub struct LoadCell {
    /// The slot with the cell.
    pub slot: Slot,
    /// Its name.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

/// The cell in a slot.
pub(crate) fn cell_in(f: Frame, slot: Slot) -> Option<Ref<CellObj>> {
    f.get(slot).downcast::<CellObj>().cloned()
}

impl Expr for LoadCell {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let value = match f.get(self.slot).downcast::<CellObj>() {
            Some(cell) => cell.value.get(),
            None => Value::Unbound,
        };
        if value.is_unbound() {
            return Err(fail_at(f, self.span, unbound_variable(vm, &self.name)));
        }
        Ok(value)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A variable of an enclosing function.
pub struct LoadFree {
    /// Its position in the closure.
    pub index: usize,
    /// Its name.
    pub name: Name,
    /// Its place.
    pub span: Span,
}

impl Expr for LoadFree {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let value = f.function().closure[self.index].value.read();
        if value.is_unbound() {
            return Err(fail_at(f, self.span, unbound_free(vm, &self.name)));
        }
        Ok(value.clone())
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A global variable or builtin.
pub struct LoadGlobal {
    /// Its name.
    name: Name,
    /// Where the globals (or, if `version` fits, the builtins) have it.
    position: Cell<u32>,
    /// `keys_version` of globals that do not have it, plus one; 0 if they may.
    absent: Cell<u64>,
    /// Its place.
    span: Span,
}

impl LoadGlobal {
    /// The node.
    pub fn new(name: Name, span: Span) -> LoadGlobal {
        LoadGlobal {
            name,
            position: Cell::new(0),
            absent: Cell::new(0),
            span,
        }
    }

    /// The value.
    #[inline(always)]
    pub fn load(&self, vm: &Vm, f: Frame) -> R {
        let globals = &f.function().globals;
        let position = self.position.get() as usize;
        let absent = self.absent.get();
        let found = if absent == 0 {
            globals.at_position(position, &self.name)
        } else if absent == u64::from(globals.keys_version()) + 1 {
            vm.builtins.at_position(position, &self.name)
        } else {
            None
        };
        match found {
            Some(v) => Ok(v),
            None => self.search(vm, f),
        }
    }

    #[inline(never)]
    fn search(&self, vm: &Vm, f: Frame) -> R {
        let globals = &f.function().globals;
        if let Some(position) = globals.position_of_name(&self.name) {
            self.position.set(position as u32);
            self.absent.set(0);
            if let Some(v) = globals.at_position(position, &self.name) {
                return Ok(v);
            }
            if let Some(v) = globals.get_name(&self.name) {
                return Ok(v);
            }
        }
        if let Some(builtins) = vm.common_builtins(globals) {
            if let Some(position) = builtins.position_of_name(&self.name) {
                self.position.set(position as u32);
                self.absent.set(u64::from(globals.keys_version()) + 1);
            }
        }
        match at(f, self.span, vm.builtin(globals, &self.name))? {
            Some(v) => Ok(v),
            None => Err(fail_at(f, self.span, undefined(vm, &self.name))),
        }
    }
}

#[cold]
pub(crate) fn undefined(vm: &Vm, name: &Name) -> Raised {
    let text = format!("name '{}' is not defined", name.as_str());
    vm.name_error(&vm.exceptions.NameError, &text, &Value::from(name))
}

impl Expr for LoadGlobal {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        self.load(vm, f)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A name in a class body, or in code run by `exec` with separate locals: the namespace first.
pub struct LoadName {
    /// The slot with the namespace.
    pub namespace: Slot,
    /// Its name.
    pub name: Name,
    /// Where to look next: a cell of an enclosing function, or the globals.
    pub outer: crate::node::ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for LoadName {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        if let Some(v) = lookup_in(vm, f.get(self.namespace), &self.name)? {
            return Ok(v);
        }
        self.outer.eval(vm, f)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// A name in a namespace: a dict, or whatever `__prepare__` gave.
pub(crate) fn lookup_in(vm: &Vm, namespace: &Value, name: &Name) -> R<Option<Value>> {
    match namespace.downcast::<DictObj>() {
        Some(dict) => Ok(dict.get_name(name)),
        None => {
            let found = vm.get_item(namespace, &Value::from(name));
            vm.unless_raised(&vm.exceptions.KeyError, found)
        }
    }
}

/// A name assigned by `:=`.
pub struct Walrus {
    /// Where it is stored.
    pub target: Box<dyn super::assign::Target>,
    /// The value.
    pub value: crate::node::ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for Walrus {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let value = self.value.eval(vm, f)?;
        self.target.assign(vm, f, value.clone())?;
        Ok(value)
    }
    fn span(&self) -> Span {
        self.span
    }
}
