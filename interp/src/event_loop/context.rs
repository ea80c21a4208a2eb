//! Contexts of variables (`contextvars`), as far as tasks and callbacks carry them.
//!
//! The context in force is `LoopState::context`. `None` stands for an empty one, so a program
//! that sets no variable makes no context at all: `copy_current` then gives `None`, and a task
//! holds none. The types that scripts see are in the library.

use std::cell::Cell;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::object::{Obj, Ref, trace_value};
use crate::objects::class::ClassObj;
use crate::objects::host::{HostData, HostObj};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// Variables by address, with themselves and their values.
pub type Vars = IndexMap<usize, (Value, Value), rustc_hash::FxBuildHasher>;

/// A context: a snapshot shares its variables until one of the two is changed.
#[derive(Default)]
pub struct ContextData {
    vars: Shared<Rc<Vars>>,
    /// `Context.run` is under way.
    pub is_entered: Cell<bool>,
}

impl HostData for ContextData {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        let vars = self.vars.read();
        // What several contexts share is held by no single one of them: shown by none, it
        // cannot be freed too early.
        if Rc::strong_count(&vars) == 1 {
            for (var, value) in vars.values() {
                trace_value(var, visit);
                trace_value(value, visit);
            }
        }
    }
    fn clear(&self) {
        drop(self.vars.take());
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl ContextData {
    /// The variables, as they are now.
    pub fn vars(&self) -> Rc<Vars> {
        self.vars.get()
    }

    /// The value of a variable.
    pub fn get(&self, var: &Obj) -> Option<Value> {
        self.vars
            .read()
            .get(&var.address())
            .map(|(_, value)| value.clone())
    }

    /// Sets a variable (`None` removes it); returns the old value.
    pub fn set(&self, var: &Obj, value: Option<Value>) -> Option<Value> {
        // A copy that is replaced may drop values, which runs code: only after the guard is gone.
        let mut vars = self.vars();
        drop(self.vars.take());
        let changed = Rc::make_mut(&mut vars);
        let key = var.address();
        let old = match value {
            Some(value) => changed.insert(key, (Value::Obj(var.clone()), value)),
            None => changed.shift_remove(&key),
        };
        drop(self.vars.replace(vars));
        old.map(|(_, value)| value)
    }
}

struct ContextClass(Ref<ClassObj>);

impl Vm {
    /// The class of contexts.
    pub fn context_class(&self) -> Ref<ClassObj> {
        self.state("contextvars.Context", || {
            ContextClass(self.make_class(&super::context_class::CONTEXT, &[]))
        })
        .0
        .clone()
    }
}

/// A context with these variables.
pub fn new_context(vm: &Vm, vars: Rc<Vars>) -> Obj {
    let data = ContextData {
        vars: Shared::new(vars),
        is_entered: Cell::new(false),
    };
    Ref::new(HostObj {
        class: vm.context_class(),
        data: Box::new(data),
    })
    .into_obj()
}

/// The data of a context.
pub fn data(context: &Obj) -> Option<&ContextData> {
    context
        .downcast::<HostObj>()
        .and_then(|h| h.get::<ContextData>())
}

/// A snapshot of the context in force; `None` if no variable is set.
#[inline]
pub fn copy_current(vm: &Vm) -> Option<Obj> {
    let vars = {
        let current = vm.loops.context.read();
        let vars = data(current.as_ref()?)?.vars.read();
        if vars.is_empty() {
            return None;
        }
        vars.clone()
    };
    Some(new_context(vm, vars))
}

/// The context given to a call as `context=`, or a snapshot of the one in force.
pub fn given_or_copy(vm: &Vm, given: &Value) -> R<Option<Obj>> {
    if given.is_missing() {
        return Ok(copy_current(vm));
    }
    match given {
        Value::Obj(o) if data(o).is_some() => Ok(Some(o.clone())),
        _ => Err(vm.type_error("a context is expected")),
    }
}

/// The context in force, made if there is none yet.
pub fn current(vm: &Vm) -> Obj {
    if let Some(context) = vm.loops.context.get() {
        return context;
    }
    let context = new_context(vm, Rc::default());
    drop(vm.loops.context.replace(Some(context.clone())));
    context
}

/// Runs something in a context; what it sets outside of any is forgotten afterwards.
#[inline]
pub(crate) fn run_in<T>(vm: &Vm, context: Option<Obj>, run: impl FnOnce() -> T) -> T {
    let outer = vm.loops.context.replace(context);
    let result = run();
    let own = vm.loops.context.replace(outer);
    drop(own);
    result
}
