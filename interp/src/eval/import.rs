//! `import` statements.

use aio_lexer::Span;

use super::assign::Target;
use crate::node::{Flow, Stmt};
use crate::object::Kind;
use crate::objects::str::Name;
use crate::objects::tuple::tuple;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// `import a.b.c`, `import a.b.c as d`.
pub struct Import {
    /// The dotted name.
    pub module: String,
    /// `as`: the last module is bound instead of the first.
    pub last: bool,
    /// The variable.
    pub target: Box<dyn Target>,
    /// Its place.
    pub span: Span,
}

impl Stmt for Import {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        f.set_span(self.span);
        let run = || -> R<()> {
            if let Some(hook) = vm.import_hook(f)? {
                let module = ask(vm, f, &hook, &self.module, Value::None, 0)?;
                let bound = if self.last {
                    last_of(vm, module, &self.module)?
                } else {
                    module
                };
                return self.target.assign(vm, f, bound);
            }
            let module = vm.import(&self.module)?;
            let bound = if self.last {
                module
            } else {
                let first = self.module.split('.').next().unwrap_or_default();
                vm.import(first)?
            };
            self.target.assign(vm, f, bound)
        };
        run().into()
    }
}

impl Vm {
    /// `builtins.__import__`, if the program has put something else there.
    fn import_hook(&self, f: Frame) -> R<Option<Value>> {
        match self.builtin(&f.function().globals, &self.names.import_)? {
            Some(hook) => Ok((!hook.is_kind(Kind::Native)).then_some(hook)),
            None => Err(self.import_error("__import__ not found")),
        }
    }
}

/// Calls the program's own `__import__`.
fn ask(vm: &Vm, f: Frame, hook: &Value, module: &str, names: Value, level: u32) -> R {
    let globals = Value::from(&f.function().globals);
    let arguments = [
        vm.text(module),
        globals.clone(),
        globals,
        names,
        Value::Int(i64::from(level)),
    ];
    vm.call(hook, &arguments)
}

/// The last module of a dotted name, given the first.
fn last_of(vm: &Vm, first: Value, module: &str) -> R {
    let mut at = first;
    for part in module.split('.').skip(1) {
        at = vm.get_attr(&at, &vm.name(part))?;
    }
    Ok(at)
}

/// `from a import b as c, d`.
pub struct FromImport {
    /// The dotted name; empty in `from . import a`.
    pub module: String,
    /// The number of leading dots.
    pub level: u32,
    /// The names with the variables they are bound to.
    pub names: Vec<(Name, Box<dyn Target>)>,
    /// Its place.
    pub span: Span,
}

impl Stmt for FromImport {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        f.set_span(self.span);
        let run = || -> R<()> {
            let module = match vm.import_hook(f)? {
                Some(hook) => {
                    let names = self.names.iter().map(|(name, _)| name.into()).collect();
                    ask(vm, f, &hook, &self.module, tuple(names), self.level)?
                }
                None => {
                    let globals = &f.function().globals;
                    vm.import(&vm.absolute_name(globals, &self.module, self.level)?)?
                }
            };
            for (name, target) in &self.names {
                let value = vm.import_from(&module, name)?;
                target.assign(vm, f, value)?;
            }
            Ok(())
        };
        run().into()
    }
}

/// `from a import *`, at module level only.
pub struct ImportStar {
    /// The dotted name.
    pub module: String,
    /// The number of leading dots.
    pub level: u32,
    /// The slot with the namespace of code that `exec` runs with separate locals.
    pub namespace: Option<Slot>,
    /// Its place.
    pub span: Span,
}

impl Stmt for ImportStar {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        f.set_span(self.span);
        let run = || -> R<()> {
            let globals = f.function().globals.clone();
            let module = match vm.import_hook(f)? {
                Some(hook) => {
                    let names = tuple(vec![vm.text("*")]);
                    ask(vm, f, &hook, &self.module, names, self.level)?
                }
                None => vm.import(&vm.absolute_name(&globals, &self.module, self.level)?)?,
            };
            let into = match self.namespace {
                Some(slot) => f.get(slot).clone(),
                None => globals.into(),
            };
            vm.import_star(&module, &into)
        };
        run().into()
    }
}
