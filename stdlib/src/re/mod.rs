//! `_re`: regular expressions. Patterns are parsed and matched here; `re` adds the flags and the
//! exception, which are written in the language.
//!
//! The matcher is our own, because what Python's patterns match, and which groups they leave, is
//! defined by how a backtracking matcher goes about it.

mod charset;
mod escape;
mod found;
mod machine;
mod parser;
mod pattern;
mod program;
mod reader;
mod replace;
mod scan;
mod subject;
mod syntax;
mod template;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::class::ClassObj;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::host::HostObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Raised, Value, Vm};

use self::pattern::{Mode, Pattern};
use self::reader::Fault;

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_re", "Regular expressions.");
    vm.add_natives(&module, ROWS);
    let types = types(vm);
    for (name, class) in [("Pattern", &types.pattern), ("Match", &types.found)] {
        module.dict.set_name(&vm.name(name), class.into());
    }
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "compile(pattern, flags=0)",
        "Compile a regular expression pattern, returning a Pattern object.",
        |vm, a| compiled(vm, &a[0], &a[1]),
    ),
    native(
        "match(pattern, string, flags=0)",
        "Try to apply the pattern at the start of the string, returning a Match object, or None if no match was found.",
        |vm, a| one(vm, a, Mode::Match),
    ),
    native(
        "fullmatch(pattern, string, flags=0)",
        "Try to apply the pattern to all of the string, returning a Match object, or None if no match was found.",
        |vm, a| one(vm, a, Mode::Full),
    ),
    native(
        "search(pattern, string, flags=0)",
        "Scan through string looking for a match to the pattern, returning a Match object, or None if no match was found.",
        |vm, a| one(vm, a, Mode::Search),
    ),
    native(
        "sub(pattern, repl, string, count=0, flags=0)",
        "Return the string obtained by replacing the leftmost non-overlapping occurrences of the pattern in string by the replacement repl.",
        |vm, a| {
            let pattern = compiled(vm, &a[0], &a[4])?;
            Ok(replace::sub(vm, &pattern, &a[1], &a[2], &a[3])?.0)
        },
    ),
    native(
        "subn(pattern, repl, string, count=0, flags=0)",
        "Return a 2-tuple containing (new_string, number).",
        |vm, a| replace::subn(vm, &compiled(vm, &a[0], &a[4])?, &a[1], &a[2], &a[3]),
    ),
    native(
        "split(pattern, string, maxsplit=0, flags=0)",
        "Split the source string by the occurrences of the pattern, returning a list containing the resulting substrings.",
        |vm, a| scan::split(vm, &compiled(vm, &a[0], &a[3])?, &a[1], &a[2]),
    ),
    native(
        "findall(pattern, string, flags=0)",
        "Return a list of all non-overlapping matches in the string.",
        |vm, a| scan::findall(vm, &compiled(vm, &a[0], &a[2])?, &a[1], 0, i64::MAX),
    ),
    native(
        "finditer(pattern, string, flags=0)",
        "Return an iterator over all non-overlapping matches in the string.",
        |vm, a| scan::finditer(vm, &compiled(vm, &a[0], &a[2])?, &a[1], 0, i64::MAX),
    ),
    native("purge()", "Clear the regular expression caches", |vm, _| {
        let old = cache(vm).take();
        drop(old);
        Ok(Value::None)
    }),
    native(
        "escape(pattern)",
        "Escape special characters in a string.",
        escape_text,
    ),
    native(
        "set_error(error, /)",
        "Says which exception wrong patterns raise.",
        |vm, a| {
            types(vm).error.set(a[0].clone());
            Ok(Value::None)
        },
    ),
];

struct Types {
    pattern: Ref<ClassObj>,
    found: Ref<ClassObj>,
    scanner: Ref<ClassObj>,
    /// `re.PatternError`.
    error: Cell<Value>,
}

fn types(vm: &Vm) -> Rc<Types> {
    vm.state("re", || Types {
        pattern: vm.make_class(&pattern::PATTERN, &[]),
        found: vm.make_class(&found::MATCH, &[]),
        scanner: vm.make_class(&scan::SCANNER, &[]),
        error: Cell::default(),
    })
}

/// Compiled patterns by the hash of their texts, the flags, and whether they are of text.
type Cache = RefCell<HashMap<(i64, i64, bool), Value, rustc_hash::FxBuildHasher>>;

/// So many patterns are remembered.
const REMEMBERED: usize = 512;

fn cache(vm: &Vm) -> Rc<Cache> {
    vm.state("re cache", Cache::default)
}

fn one(vm: &Vm, a: &[Value], mode: Mode) -> R {
    let pattern = compiled(vm, &a[0], &a[2])?;
    pattern::find(vm, &pattern, &a[1], 0, i64::MAX, mode)
}

/// The compiled pattern, from the cache if it is there.
fn compiled(vm: &Vm, pattern: &Value, flags: &Value) -> R {
    let number = match flags {
        Value::Unbound => 0,
        _ => vm.to_index(flags)?,
    };
    if pattern::of(pattern).is_some() {
        if number != 0 {
            return Err(vm.value_error("cannot process flags argument with a compiled pattern"));
        }
        return Ok(pattern.clone());
    }
    let native = vm.native(pattern);
    let is_text = native.as_str().is_some();
    if !is_text && bytes_of(&native).is_none() {
        return Err(vm.type_error("first argument must be string or compiled pattern"));
    }
    let key = (vm.hash(&native)?, number, is_text);
    let cache = cache(vm);
    let known = cache.borrow().get(&key).cloned();
    if let Some(known) = known {
        if let Some(data) = pattern::of(&known) {
            if vm.equal(&vm.native(&data.pattern), &native)? {
                return Ok(known);
            }
        }
    }
    let made = compile(vm, pattern, &native, number as u32)?;
    let mut cache = cache.borrow_mut();
    if cache.len() >= REMEMBERED {
        cache.clear();
    }
    cache.insert(key, made.clone());
    Ok(made)
}

fn compile(vm: &Vm, pattern: &Value, native: &Value, flags: u32) -> R {
    let (text, is_text) = match native.as_str() {
        Some(text) => (text.to_owned(), true),
        None => (latin1(&bytes_of(native).unwrap_or_default()), false),
    };
    let parse = match parser::parse(&text, is_text, flags) {
        Ok(parse) => parse,
        Err(fault) => return Err(raise(vm, fault, pattern)),
    };
    let data = Pattern {
        pattern: pattern.clone(),
        flags: parse.flags,
        is_text,
        program: program::compile(&parse.node, parse.groups, is_text),
        names: parse.names,
        buffers: Cell::default(),
        template: RefCell::default(),
    };
    Ok(Ref::new(HostObj {
        class: types(vm).pattern.clone(),
        data: Box::new(data),
    })
    .into())
}

/// Bytes as characters below 256.
fn latin1(data: &[u8]) -> String {
    data.iter().copied().map(char::from).collect()
}

#[cold]
fn raise(vm: &Vm, fault: Fault, pattern: &Value) -> Raised {
    let (message, pos) = match fault {
        Fault::Overflow(text) => return vm.overflow_error(text),
        Fault::Value(text) => return vm.value_error(text),
        Fault::Index(text) => return vm.index_error(text),
        Fault::Pattern(message, pos) => (message, pos),
    };
    let types = types(vm);
    let class = types.error.take();
    types.error.set(class.clone());
    let args = match pos {
        Some(pos) => vec![vm.text(&message), pattern.clone(), pos.into()],
        None => vec![vm.text(&message)],
    };
    match vm.call(&class, &args) {
        Ok(made) => match made.downcast::<ExceptionObj>() {
            Some(e) => vm.raise_exception(e.clone()),
            None => vm.value_error(message),
        },
        Err(raised) => raised,
    }
}

fn escape_text(vm: &Vm, a: &[Value]) -> R {
    let native = vm.native(&a[0]);
    let is_special = |c: char| "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(c);
    if let Some(text) = native.as_str() {
        let mut out = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            if is_special(c) {
                out.push('\\');
            }
            out.push(c);
        }
        return Ok(vm.text(&out));
    }
    let Some(data) = bytes_of(&native) else {
        return Err(vm.type_error(format!(
            "decoding to str: need a bytes-like object, {} found",
            vm.type_name(&a[0])
        )));
    };
    let mut out = Vec::with_capacity(data.len() + 8);
    for b in data {
        if is_special(b.into()) {
            out.push(b'\\');
        }
        out.push(b);
    }
    Ok(bytes(out))
}
