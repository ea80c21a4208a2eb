//! `eval`, `exec`, `compile`, `globals`, `locals`, `__import__`.

use std::rc::Rc;

use crate::builtins::bytes::view::bytes_like;
use crate::builtins::str::codec;
use crate::code::{Code, Source};
use crate::eval::function::new_function;
use crate::lower::TopLevel;
use crate::native::{Native, native};
use crate::object::{Kind, Ref};
use crate::objects::cell::CellObj;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::function::{CodeObj, FunctionObj};
use crate::objects::str::StrObj;
use crate::objects::tuple::TupleObj;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The functions.
pub static ROWS: &[Native] = &[
    native(
        "eval(source, /, globals=None, locals=None)",
        "Evaluate an expression.",
        eval,
    ),
    native(
        "exec(source, /, globals=None, locals=None, *, closure=None)",
        "Run statements.",
        exec,
    ),
    native(
        "compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        "Compile source into a code object.",
        compile,
    ),
    native(
        "globals()",
        "The dict of the current module's variables.",
        globals,
    ),
    native("locals()", "A dict of the current local variables.", locals),
    native(
        "__import__(name, globals=None, locals=None, fromlist=(), level=0)",
        "Import a module.",
        import,
    ),
    native(
        "__build_class__(func, name, /, *bases, **kwds)",
        "Internal helper function used by the class statement.",
        build_class,
    ),
];

fn source_text(vm: &Vm, value: &Value, who: &str) -> R<String> {
    let value = vm.native(value);
    if let Some(text) = value.as_str() {
        if crate::text::surrogate::contains(text) {
            // Raises.
            codec::encode(vm, &value, "utf-8", "strict")?;
        }
        if text.contains('\0') {
            let text = "source code string cannot contain null bytes";
            return Err(vm.raise_text(&vm.exceptions.SyntaxError, text));
        }
        return Ok(text.to_owned());
    }
    if let Some(bytes) = bytes_like(&value).map(|view| view.settled()) {
        return vm.decode_source(&bytes, "<string>");
    }
    Err(vm.type_error(format!(
        "{who}() arg 1 must be a string, bytes or {} object",
        if who == "compile" { "AST" } else { "code" }
    )))
}

/// True for what CPython calls a mapping: anything that can be subscripted.
fn is_mapping(vm: &Vm, v: &Value) -> bool {
    vm.special(v, &vm.names.getitem_).is_some()
}

/// Globals and locals as given, or those of the caller.
fn spaces(vm: &Vm, globals: &Value, locals: &Value, who: &str) -> R<(Ref<DictObj>, Option<Value>)> {
    let given_locals = (!locals.is_missing()).then(|| locals.clone());
    if who == "eval" && given_locals.as_ref().is_some_and(|l| !is_mapping(vm, l)) {
        return Err(vm.type_error("locals must be a mapping"));
    }
    if globals.is_missing() {
        let Some(frame) = vm.frame() else {
            return Ok((new_dict(), given_locals));
        };
        let globals = frame.function().globals.clone();
        let locals = match given_locals {
            Some(locals) => Some(locals),
            None => own_locals(vm, frame),
        };
        return Ok((globals, locals));
    }
    let native = vm.native(globals);
    let Some(dict) = native.downcast::<DictObj>() else {
        return Err(if who != "eval" {
            let name = vm.type_name(globals);
            vm.type_error(format!("{who}() globals must be a dict, not {name}"))
        } else if is_mapping(vm, globals) {
            vm.type_error("globals must be a real dict; try eval(expr, {}, mapping)")
        } else {
            vm.type_error("globals must be a dict")
        });
    };
    if let Some(locals) = given_locals.as_ref().filter(|l| !is_mapping(vm, l)) {
        let name = vm.type_name(locals);
        return Err(vm.type_error(format!("locals must be a mapping or None, not {name}")));
    }
    if dict.get_name(&vm.names.builtins_).is_none() {
        dict.set_name(&vm.names.builtins_, (&vm.builtins).into());
    }
    // A subclass of dict may look names up in its own way.
    let own_way = given_locals.is_none() && !globals.is_kind(Kind::Dict);
    let given_locals = given_locals.or_else(|| own_way.then(|| globals.clone()));
    let locals = given_locals.filter(|l| !l.is(&native));
    Ok((dict.clone(), locals))
}

/// The locals of a frame, unless it is a module's.
fn own_locals(vm: &Vm, frame: Frame) -> Option<Value> {
    let code = &frame.function().code;
    if let Some(slot) = code.class_namespace {
        return Some(frame.get(slot).clone());
    }
    if code.name == vm.names.module_code {
        return None;
    }
    Some(frame_locals(frame).into())
}

/// A dict of the variables of a function's frame.
pub fn frame_locals(frame: Frame) -> Ref<DictObj> {
    let dict = new_dict();
    let function = frame.function();
    for (name, slot) in &function.code.local_names {
        let value = match frame.get(*slot).downcast::<CellObj>() {
            Some(cell) if function.code.cells.iter().any(|c| c.slot == *slot) => cell.value.get(),
            _ => frame.get(*slot).clone(),
        };
        if !value.is_unbound() && !name.as_str().starts_with('.') {
            dict.set_name(name, value);
        }
    }
    for (name, cell) in function.code.free_names.iter().zip(&function.closure) {
        let value = cell.value.get();
        if !value.is_unbound() && name.as_str() != "__class__" {
            dict.set_name(name, value);
        }
    }
    dict
}

fn top(locals: &Option<Value>) -> TopLevel {
    if locals.is_some() {
        TopLevel::Namespace
    } else {
        TopLevel::Globals
    }
}

fn eval(vm: &Vm, args: &[Value]) -> R {
    let (globals, locals) = spaces(vm, &args[1], &args[2], "eval")?;
    if let Some(code) = args[0].downcast::<CodeObj>() {
        if !code.code.free_names.is_empty() {
            let text = "code object passed to eval() may not contain free variables";
            return Err(vm.type_error(text));
        }
        return run(vm, &code.code, &globals, locals, &[]);
    }
    let text = source_text(vm, &args[0], "eval")?;
    let source = Source::new("<string>", text.trim_start_matches([' ', '\t']), false);
    let code = vm.compile_expression(&source, top(&locals))?;
    vm.run_code(&code, &globals, locals)
}

fn exec(vm: &Vm, args: &[Value]) -> R {
    let (globals, locals) = spaces(vm, &args[1], &args[2], "exec")?;
    if let Some(code) = args[0].downcast::<CodeObj>() {
        let cells = closure(vm, &code.code, &args[3])?;
        run(vm, &code.code, &globals, locals, &cells)?;
        return Ok(Value::None);
    }
    if !args[3].is_missing() {
        let text = "closure argument can only be used when source is a code object";
        return Err(vm.type_error(text));
    }
    let text = source_text(vm, &args[0], "exec")?;
    let source = Source::new("<string>", &text, false);
    let code = vm.compile_module(&source, top(&locals))?;
    vm.run_code(&code, &globals, locals)?;
    Ok(Value::None)
}

/// The cells given to `exec` for the free variables of a code object.
fn closure(vm: &Vm, code: &Rc<Code>, given: &Value) -> R<Vec<Ref<CellObj>>> {
    let wanted = code.free_names.len();
    if wanted == 0 {
        if given.is_missing() {
            return Ok(vec![]);
        }
        return Err(vm.type_error("cannot use a closure with this code object"));
    }
    let cells: Option<Vec<_>> = given.downcast::<TupleObj>().and_then(|t| {
        let cells = t.items().iter();
        cells.map(|c| c.downcast::<CellObj>().cloned()).collect()
    });
    match cells {
        Some(cells) if cells.len() == wanted => Ok(cells),
        _ => Err(vm.type_error(format!(
            "code object requires a closure of exactly length {wanted}"
        ))),
    }
}

/// Runs a code object, compiled for the right sort of locals, or that of a function.
fn run(
    vm: &Vm,
    code: &Rc<Code>,
    globals: &Ref<DictObj>,
    locals: Option<Value>,
    cells: &[Ref<CellObj>],
) -> R {
    if code.params.total() > 0 || !cells.is_empty() {
        let function = new_function(code.clone(), globals.clone(), cells.into());
        return vm.call(&function.into(), &[]);
    }
    if code.class_namespace.is_some() {
        let locals = locals.unwrap_or_else(|| Value::from(globals));
        return vm.run_code(code, globals, Some(locals));
    }
    vm.run_code(code, globals, None)
}

fn compile(vm: &Vm, args: &[Value]) -> R {
    if args[0].is_kind(Kind::Code) {
        return Ok(args[0].clone());
    }
    let filename = vm.str(&args[1])?;
    let text = match vm.find_attr(&args[0], &vm.name("_as_source"))? {
        // A syntax tree, which knows itself as text.
        Some(method) => vm.call(&method, &[])?,
        None => args[0].clone(),
    };
    let text = source_text(vm, &text, "compile")?;
    let source = Source::new(filename.as_str(), &text, false);
    // Compiled for any locals: names are looked up in the namespace first.
    let code = match vm.native(&args[2]).as_str() {
        Some("eval") => vm.compile_expression(&source, TopLevel::Namespace)?,
        Some("exec") => vm.compile_module(&source, TopLevel::Namespace)?,
        Some("single") => vm.compile_input(&source, TopLevel::Namespace)?,
        _ => {
            return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'"));
        }
    };
    Ok(Ref::new(CodeObj { code }).into())
}

fn globals(vm: &Vm, _args: &[Value]) -> R {
    match vm.frame() {
        Some(frame) => Ok(Value::from(&frame.function().globals)),
        None => Ok(new_dict().into()),
    }
}

fn locals(vm: &Vm, _args: &[Value]) -> R {
    let Some(frame) = vm.frame() else {
        return Ok(new_dict().into());
    };
    match own_locals(vm, frame) {
        Some(locals) => Ok(locals),
        None => Ok(Value::from(&frame.function().globals)),
    }
}

/// What a `class` statement does, given its body as a function.
fn build_class(vm: &Vm, args: &[Value]) -> R {
    let Some(body) = args[0].downcast::<FunctionObj>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    let Some(name) = args[1].downcast::<StrObj>() else {
        return Err(vm.type_error("__build_class__: name is not a string"));
    };
    let bases = vm.collect(&args[2])?;
    let mut keywords = Vec::new();
    if let Some(dict) = args[3].downcast::<DictObj>() {
        for (key, value) in dict.entries() {
            if let Some(key) = key.downcast() {
                keywords.push((vm.interned.name_of(key), value));
            }
        }
    }
    let name = vm.interned.name_of(name);
    vm.build_class(&name, bases, keywords, &mut |vm, namespace| {
        if body.code.class_namespace.is_some() {
            return vm.run_class_body(body, namespace);
        }
        vm.call(&body.into(), &[]).map(|_| None)
    })
}

fn import(vm: &Vm, args: &[Value]) -> R {
    let native = vm.native(&args[0]);
    let Some(name) = native.downcast::<StrObj>() else {
        return Err(vm.type_error("module name must be a string"));
    };
    let level = match args[4].is_missing() {
        true => 0,
        false => vm.to_index(&args[4])?,
    };
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    if level == 0 && name.as_str().is_empty() {
        return Err(vm.value_error("Empty module name"));
    }
    let name = if level > 0 {
        let globals = vm.native(&args[1]);
        let Some(globals) = globals.downcast::<DictObj>() else {
            return Err(vm.import_error("attempted relative import with no known parent package"));
        };
        vm.absolute_name(globals, name.as_str(), level as u32)?
    } else {
        name.as_str().to_owned()
    };
    let module = vm.import(&name)?;
    if !args[3].is_missing() && vm.truth(&args[3])? {
        return vm.import_submodules(module, &args[3]);
    }
    if level > 0 {
        return Ok(module);
    }
    vm.import(name.split('.').next().unwrap_or(&name))
}
