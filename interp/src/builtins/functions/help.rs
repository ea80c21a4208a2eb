//! `help`: what an object is, on a page: its signature, its doc, and for classes and modules a line
//! for each public member. No property is asked.

use crate::code::CodeKind;
use crate::native::{Native, native};
use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::function::{
    BoundMethodObj, ClassMethodObj, FunctionObj, NativeObj, PropertyObj, StaticMethodObj,
};
use crate::objects::module::ModuleObj;
use crate::value::{R, Value};
use crate::vm::Vm;

pub(super) const FUNCTIONS: &[Native] = &[native(
    "help(object=None, /)",
    "Print what an object is.",
    help,
)];

fn help(vm: &Vm, args: &[Value]) -> R {
    if args[0].is_unbound() {
        let text = "help(object) prints what an object is.\n";
        vm.streams.write_out(vm, text)?;
        return Ok(Value::None);
    }
    let Some(asked) = args[0].as_str() else {
        return describe(vm, &args[0]);
    };
    match named(vm, asked)? {
        Some(found) => describe(vm, &found),
        None => {
            let shown = vm.repr(&args[0])?;
            let text = format!(
                "No documentation found for {}. `help(str)` tells of texts.\n",
                shown.as_str()
            );
            vm.streams.write_out(vm, &text)?;
            Ok(Value::None)
        }
    }
}

/// What a text names: `str.upper`, `asyncio.sleep`; modules are imported for that.
fn named(vm: &Vm, text: &str) -> R<Option<Value>> {
    let is_name = |part: &&str| {
        let starts = part.starts_with(|c: char| c.is_alphabetic() || c == '_');
        starts && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let parts: Vec<&str> = text.trim().split('.').collect();
    if !parts.iter().all(is_name) {
        return Ok(None);
    }
    if let Some(found) = vm.builtins.get_name(&vm.name(parts[0])) {
        return member(vm, found, &parts[1..]);
    }
    for count in (1..=parts.len()).rev() {
        match vm.import(&parts[..count].join(".")) {
            Ok(module) => return member(vm, module, &parts[count..]),
            Err(raised) if vm.catch(&vm.exceptions.ImportError).is_none() => return Err(raised),
            Err(_) => {}
        }
    }
    Ok(None)
}

/// An attribute of an attribute.
fn member(vm: &Vm, mut found: Value, names: &[&str]) -> R<Option<Value>> {
    for name in names {
        match vm.find_attr(&found, &vm.name(name))? {
            Some(inner) => found = inner,
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// Prints what an object is.
fn describe(vm: &Vm, object: &Value) -> R {
    let mut text = headline(vm, object)?;
    text.push('\n');
    let doc = vm.find_attr(object, &vm.names.doc_)?;
    let doc = doc.unwrap_or(Value::None);
    for line in dedented(doc.as_str().unwrap_or_default()) {
        text += format!("    {line}").trim_end();
        text.push('\n');
    }
    if let Some(class) = object.downcast::<ClassObj>() {
        // Fills the class, if nobody looked at it before.
        drop(class.own(vm, &vm.names.doc_));
        let members: Vec<(String, Value)> = class
            .namespace
            .read()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.clone()))
            .collect();
        push_members(vm, members, &mut text)?;
    } else if let Some(module) = object.downcast::<ModuleObj>() {
        let entries = module.dict.entries().into_iter();
        let members = entries.filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)));
        push_members(vm, members.collect(), &mut text)?;
    }
    vm.streams.write_out(vm, &text)?;
    Ok(Value::None)
}

/// A line for each public member that can be called or is a property.
fn push_members(vm: &Vm, members: Vec<(String, Value)>, text: &mut String) -> R<()> {
    let mut has_some = false;
    for (name, member) in members
        .into_iter()
        .filter(|(name, _)| !name.starts_with('_'))
    {
        let (mut shown, mut doc) = (name.clone(), Value::None);
        let inner = match unwrapped(&member) {
            Some(property) if property.downcast::<PropertyObj>().is_some() => {
                let parts = property
                    .downcast::<PropertyObj>()
                    .map(|p| p.parts.borrow().clone());
                doc = parts.map_or(Value::None, |[get, _, _, own]| {
                    own_doc(vm, &own)
                        .or_else(|| own_doc(vm, &get))
                        .unwrap_or(Value::None)
                });
                None
            }
            inner => inner,
        };
        if let Some(inner) = &inner {
            let Some(arguments) = arguments(vm, inner, true)? else {
                continue;
            };
            shown += &arguments;
            doc = own_doc(vm, inner).unwrap_or(Value::None);
        } else if member.downcast::<PropertyObj>().is_none() {
            continue;
        }
        if !std::mem::replace(&mut has_some, true) {
            text.push('\n');
        }
        let first = doc.as_str().unwrap_or_default().trim().lines().next();
        let line = match first {
            Some(first) => format!("    {shown}  {first}\n"),
            None => format!("    {shown}\n"),
        };
        text.push_str(&line);
    }
    Ok(())
}

/// What a class or static method wraps, or the member itself.
fn unwrapped(member: &Value) -> Option<Value> {
    if let Some(method) = member.downcast::<ClassMethodObj>() {
        return Some(method.function.clone());
    }
    if let Some(method) = member.downcast::<StaticMethodObj>() {
        return Some(method.function.clone());
    }
    Some(member.clone())
}

/// The doc of a function, or a text that is one.
fn own_doc(vm: &Vm, value: &Value) -> Option<Value> {
    if value.as_str().is_some() {
        return Some(value.clone());
    }
    if let Some(native) = value.downcast::<NativeObj>() {
        return Some(vm.text(native.row.doc));
    }
    value.downcast::<FunctionObj>()?.code.doc.clone()
}

/// The lines of a docstring without the indentation that all but the first share.
fn dedented(doc: &str) -> Vec<&str> {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let rest = doc.lines().skip(1).filter(|line| !line.trim().is_empty());
    let shared = rest.map(|line| indent(&line)).min().unwrap_or(0);
    let lines = doc.trim_end().lines().enumerate();
    lines
        .map(|(i, line)| match i {
            0 => line.trim_start(),
            _ => line.get(shared..).unwrap_or_default(),
        })
        .collect()
}

/// The signature of what can be called, or else the `repr` of an object.
fn headline(vm: &Vm, v: &Value) -> R<String> {
    if let Some(class) = v.downcast::<ClassObj>() {
        let init = class.lookup(vm, &vm.name("__init__"));
        let init = init.filter(|init| init.downcast::<FunctionObj>().is_some());
        let shown = match &init {
            Some(init) => arguments(vm, init, true)?.unwrap_or_default(),
            None => String::new(),
        };
        return Ok(format!("class {}{shown}", class.full_name(vm)));
    }
    if let Some(module) = v.downcast::<ModuleObj>() {
        let name = module.dict.get_name(&vm.names.name_);
        return Ok(format!(
            "module {}",
            name.as_ref().and_then(|n| n.as_str()).unwrap_or("?")
        ));
    }
    let (function, is_bound) = match v.downcast::<BoundMethodObj>() {
        Some(method) => (&method.function, true),
        None => (v, false),
    };
    if let Some(native) = function.downcast::<NativeObj>() {
        return Ok(native.row.signature.to_owned());
    }
    if let Some(f) = function.downcast::<FunctionObj>() {
        let word = match f.code.kind {
            CodeKind::Coroutine | CodeKind::AsyncGenerator => "async ",
            _ => "",
        };
        let arguments = arguments(vm, function, is_bound)?.unwrap_or_default();
        return Ok(format!("{word}{}{arguments}", f.qualname_text()));
    }
    Ok(vm.repr(v)?.as_str().to_owned())
}

/// `(a, b=1, *, c) -> int` of a function; `None` of anything else.
fn arguments(vm: &Vm, function: &Value, is_bound: bool) -> R<Option<String>> {
    if let Some(native) = function.downcast::<NativeObj>() {
        let open = native.row.signature.find('(');
        return Ok(open.map(|open| native.row.signature[open..].to_owned()));
    }
    let Some(f) = function.downcast::<FunctionObj>() else {
        return Ok(None);
    };
    let params = &f.code.params;
    let special = f.special.borrow().clone();
    let annotations = special.and_then(|s| s.get_name(&vm.names.annotations_));
    let annotations = annotations.and_then(|a| a.downcast::<DictObj>().cloned());
    let defaults = f.defaults.borrow().as_ref().map(|d| d.items().to_vec());
    let defaults = defaults.unwrap_or_default();
    let kwdefaults = f.kwdefaults.borrow().clone();
    let mut parts: Vec<String> = Vec::new();
    for (i, name) in params.names.iter().enumerate() {
        if i == params.positional_only && i > 0 {
            parts.push("/".to_owned());
        }
        let named = params.positional + params.keyword_only;
        if i == params.positional {
            match (params.varargs, params.keyword_only > 0) {
                (true, _) => parts.push(parameter(
                    vm,
                    &params.names[named],
                    "*",
                    None,
                    &annotations,
                )?),
                (false, true) => parts.push("*".to_owned()),
                (false, false) => {}
            }
        }
        if i < params.positional {
            let from_end = params.positional - i;
            let default = defaults
                .len()
                .checked_sub(from_end)
                .map(|at| defaults[at].clone());
            if i > 0 || !is_bound {
                parts.push(parameter(vm, name, "", default, &annotations)?);
            }
        } else if i < named {
            let default = kwdefaults.as_ref().and_then(|d| d.get_name(name));
            parts.push(parameter(vm, name, "", default, &annotations)?);
        } else if params.varkw && i + 1 == params.names.len() {
            parts.push(parameter(vm, name, "**", None, &annotations)?);
        }
    }
    if params.positional_only > 0 && params.positional_only == params.names.len() {
        parts.push("/".to_owned());
    }
    let mut text = format!("({})", parts.join(", "));
    if let Some(result) = annotation(vm, &annotations, "return")? {
        text += &format!(" -> {result}");
    }
    Ok(Some(text))
}

fn parameter(
    vm: &Vm,
    name: &crate::objects::str::Name,
    stars: &str,
    default: Option<Value>,
    annotations: &Option<Ref<DictObj>>,
) -> R<String> {
    let mut text = format!("{stars}{}", name.as_str());
    let annotation = annotation(vm, annotations, name.as_str())?;
    if let Some(annotation) = &annotation {
        text += &format!(": {annotation}");
    }
    if let Some(default) = default {
        let shown = vm.repr(&default)?;
        let between = if annotation.is_some() { " = " } else { "=" };
        text += &format!("{between}{}", shown.as_str());
    }
    Ok(text)
}

/// How an annotation is shown: a class by its name, a text as it is.
fn annotation(vm: &Vm, all: &Option<Ref<DictObj>>, name: &str) -> R<Option<String>> {
    let Some(found) = all.as_ref().and_then(|all| all.get_name(&vm.name(name))) else {
        return Ok(None);
    };
    if let Some(text) = found.as_str() {
        return Ok(Some(text.to_owned()));
    }
    if let Some(class) = found.downcast::<ClassObj>() {
        return Ok(Some(class.qualname.borrow().as_str().to_owned()));
    }
    Ok(Some(vm.repr(&found)?.as_str().to_owned()))
}
