//! "Did you mean": the name that an error was probably about, in Python's words.

use super::syntax::is_near;
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::ops::suggest::closest;
use aio_interp::{Value, Vm};

/// What is added to the headline of an exception: ". Did you mean: 'x'?".
pub fn suggestion(vm: &Vm, e: &Ref<ExceptionObj>) -> Option<String> {
    let class = e.class();
    let kinds = &vm.exceptions;
    let attrs = e.attrs_if_any()?;
    let text = |key: &str| Some(attrs.get_name(&vm.name(key))?.as_str()?.to_owned());
    if class.is_subclass(&kinds.UnboundLocalError) {
        // The name is right.
        return None;
    }
    if class.is_subclass(&kinds.NameError) {
        return for_name(vm, e, &text("name")?);
    }
    if class.is_subclass(&kinds.AttributeError) {
        let owner = attrs.get_name(&vm.name("obj"))?;
        let wrong = text("name")?;
        let mut known = names_of(vm, &owner);
        known.retain(|name| wrong.starts_with('_') || !name.starts_with('_'));
        return found(closest(&wrong, known.iter().map(String::as_str))?);
    }
    if class.is_subclass(&kinds.ModuleNotFoundError) {
        let wrong = text("name")?;
        let known = vm.registry.names();
        let own = known.iter().filter(|name| !name.starts_with('_')).copied();
        return found(closest(&wrong, own)?);
    }
    if class.is_subclass(&kinds.ImportError) {
        let module = vm.modules.get_name(&vm.name(&text("name")?))?;
        let known = names_of(vm, &module);
        return found(closest(
            &text("name_from")?,
            known.iter().map(String::as_str),
        )?);
    }
    None
}

fn found(name: &str) -> Option<String> {
    Some(format!(". Did you mean: '{name}'?"))
}

/// The names of the function first, then those of its file, then the builtin ones.
fn for_name(vm: &Vm, e: &Ref<ExceptionObj>, wrong: &str) -> Option<String> {
    let trace = e.trace.borrow().clone();
    let entry = trace.first()?;
    let locals: Vec<String> = entry
        .code
        .local_names
        .iter()
        .map(|(n, _)| n.as_str().to_owned())
        .collect();
    // As Python does, which looks at the object: the frame is gone.
    let of_self = format!("self.{wrong}");
    if locals.first().is_some_and(|name| name == "self")
        && entry.code.source.text.contains(&of_self)
    {
        return found(&of_self);
    }
    let globals = texts(&entry.globals.entries());
    let builtins = texts(&vm.builtins.entries());
    // Two letters exchanged are more to Python than one left out (`mian`: `min`).
    let mut own = locals.iter().chain(&globals);
    if let Some(name) = own.find(|known| is_near(wrong, known)) {
        return found(name);
    }
    let all = [&locals, &globals, &builtins];
    if let Some(name) = all
        .iter()
        .find_map(|known| closest(wrong, known.iter().map(String::as_str)))
    {
        return found(name);
    }
    let is_module = |name: &&str| *name == wrong;
    let module = vm.registry.names().into_iter().find(is_module);
    module.map(|name| format!(". Did you forget to import '{name}'?"))
}

fn texts(entries: &[(Value, Value)]) -> Vec<String> {
    let names = entries.iter().filter_map(|(name, _)| name.as_str());
    names.map(str::to_owned).collect()
}

/// `dir(v)`.
fn names_of(vm: &Vm, v: &Value) -> Vec<String> {
    let dir = vm.builtins.get_name(&vm.name("dir"));
    let names = dir.map(|dir| vm.call(&dir, std::slice::from_ref(v)));
    let names = match names {
        Some(Ok(names)) => vm.collect(&names),
        Some(Err(_)) => {
            drop(vm.take_raised());
            return vec![];
        }
        None => return vec![],
    };
    match names {
        Ok(names) => names
            .iter()
            .filter_map(|n| n.as_str().map(str::to_owned))
            .collect(),
        Err(_) => {
            drop(vm.take_raised());
            vec![]
        }
    }
}
