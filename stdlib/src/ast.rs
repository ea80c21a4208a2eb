//! `_syntax`: the syntax tree of a text, as text again, which `ast` makes objects of.

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_syntax", "Syntax trees as text.");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

static ROWS: &[Native] = &[native(
    "tree(source, filename, is_expression, /)",
    "The calls that make the tree of a source.",
    |vm, a| {
        let (source, filename) = (vm.str(&a[0])?, vm.str(&a[1])?);
        let is_expression = vm.truth(&a[2])?;
        let tree = vm.syntax_tree(filename.as_str(), source.as_str(), is_expression)?;
        Ok(vm.text(&tree))
    },
)];
