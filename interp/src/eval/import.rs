//! `import` statements.

use aio_lexer::Span;

use super::assign::Target;
use crate::node::{Flow, Stmt};
use crate::objects::str::Name;
use crate::stack::Frame;
use crate::value::R;
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
            let name = vm.absolute_name(&f.function().globals, &self.module, self.level)?;
            let module = vm.import(&name)?;
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
    /// Its place.
    pub span: Span,
}

impl Stmt for ImportStar {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        f.set_span(self.span);
        let run = || -> R<()> {
            let globals = f.function().globals.clone();
            let name = vm.absolute_name(&globals, &self.module, self.level)?;
            let module = vm.import(&name)?;
            vm.import_star(&module, &globals)
        };
        run().into()
    }
}
