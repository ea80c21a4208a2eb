//! `code`, `traceback` and `frame`, as scripts see them.

use std::rc::Rc;

use aio_lexer::Span;

use super::{object, this};
use crate::classes::ClassSpec;
use crate::code::{Code, CodeKind, Source};
use crate::native::{method, static_method};
use crate::object::{Kind, Ref};
use crate::objects::class::Layout;
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::{TraceEntry, TracebackObj};
use crate::objects::frame_view::FrameViewObj;
use crate::objects::function::{Attribute, CodeObj};
use crate::objects::str::{Name, StrObj};
use crate::objects::tuple::tuple;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `code`.
pub static CODE: ClassSpec = ClassSpec {
    name: "code",
    module: "builtins",
    doc: "Code objects are the lowered bodies of functions.",
    layout: Layout::Native(Kind::Code),
    methods: &[
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__hash__()", "Return hash(self).", hash),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "replace(**changes)",
            "Return a copy of the code object with new values for the specified fields.",
            replace,
        ),
        method("__replace__(**changes)", "The same as replace().", replace),
    ],
    attributes: &[
        read("co_name", |vm, v| code(vm, v, |c| (&c.name).into())),
        read("co_qualname", |vm, v| code(vm, v, |c| (&c.qualname).into())),
        read("co_filename", |vm, v| {
            code(vm, v, |c| vm.text(&c.source.filename))
        }),
        read("co_firstlineno", |vm, v| {
            code(vm, v, |c| c.first_line().into())
        }),
        read("co_argcount", |vm, v| {
            code(vm, v, |c| c.params.positional.into())
        }),
        read("co_posonlyargcount", |vm, v| {
            code(vm, v, |c| c.params.positional_only.into())
        }),
        read("co_kwonlyargcount", |vm, v| {
            code(vm, v, |c| c.params.keyword_only.into())
        }),
        read("co_varnames", |vm, v| code(vm, v, |c| tuple(var_names(c)))),
        read("co_nlocals", |vm, v| {
            code(vm, v, |c| var_names(c).len().into())
        }),
        read("co_flags", |vm, v| {
            code(vm, v, |c| Value::Int(code_flags(c)))
        }),
        read("co_freevars", |vm, v| {
            code(vm, v, |c| names(c.free_names.iter()))
        }),
        read("co_cellvars", |vm, v| {
            code(vm, v, |c| names(c.cells.iter().map(|c| &c.name)))
        }),
        read("co_consts", |vm, v| {
            code(vm, v, |c| tuple(c.consts.borrow().clone()))
        }),
        read("co_names", |vm, v| code(vm, v, |_| tuple(vec![]))),
        read("co_stacksize", |vm, v| code(vm, v, |c| c.slots.into())),
    ],
    subclassable: false,
};

const fn read(name: &'static str, get: fn(&Vm, &Value) -> R) -> Attribute {
    Attribute {
        name,
        get,
        set: Some(super::read_only),
    }
}

/// Looks at the code inside.
fn code(vm: &Vm, v: &Value, look: impl FnOnce(&Code) -> Value) -> R {
    Ok(look(&this::<CodeObj>(vm, v, "code", "co_name")?.code))
}

fn names<'a>(names: impl Iterator<Item = &'a Name>) -> Value {
    tuple(names.map(Value::from).collect())
}

/// Parameters, then the other locals that are not in cells.
fn var_names(code: &Code) -> Vec<Value> {
    let params = &code.params.names;
    let is_cell = |name: &Name| code.cells.iter().any(|c| c.name == *name);
    let locals = code.local_names.iter().map(|l| &l.0);
    let others = locals.filter(|n| !params.contains(n) && !is_cell(n));
    params.iter().chain(others).map(Value::from).collect()
}

/// `co_flags`, with the bits of CPython's `inspect`.
fn code_flags(code: &Code) -> i64 {
    let mut flags = 3;
    let mut set = |bit: i64, on: bool| flags |= if on { bit } else { 0 };
    set(4, code.params.varargs);
    set(8, code.params.varkw);
    set(16, !code.free_names.is_empty());
    set(32, code.kind == CodeKind::Generator);
    set(128, code.kind == CodeKind::Coroutine);
    set(512, code.kind == CodeKind::AsyncGenerator);
    flags
}

/// `replace()`: what only names the code can be another; what it does cannot.
fn replace(vm: &Vm, args: &[Value]) -> R {
    let own = this::<CodeObj>(vm, &args[0], "code", "replace")?;
    let mut code = (*own.code).clone();
    let changes = args[1].downcast::<DictObj>().map(|d| d.entries());
    for (field, value) in changes.unwrap_or_default() {
        let field = vm.expect_str(&field, "replace()")?;
        let text = vm.native(&value).downcast::<StrObj>().cloned();
        match (field.as_str(), text) {
            ("co_name", Some(text)) => code.name = vm.interned.name_of(&text),
            ("co_qualname", Some(text)) => code.qualname = vm.interned.name_of(&text),
            ("co_filename", Some(text)) => {
                let source = &code.source;
                code.source = Source::new(text.as_str(), &source.text, source.is_library);
            }
            (name @ ("co_name" | "co_qualname" | "co_filename"), None) => {
                let given = vm.type_name(&value);
                return Err(vm.type_error(format!(
                    "replace() argument '{name}' must be str, not {given}"
                )));
            }
            (name, _) => {
                let Some(old) = vm.find_attr(&args[0], &vm.name(name))? else {
                    return Err(vm.type_error(format!(
                        "replace() got an unexpected keyword argument '{name}'"
                    )));
                };
                if !vm.equal(&old, &value)? {
                    let text = format!("replace() cannot change {name}: there is no bytecode");
                    return Err(vm.not_implemented(text));
                }
            }
        }
    }
    Ok(Ref::new(CodeObj {
        code: Rc::new(code),
    })
    .into())
}

fn eq(vm: &Vm, args: &[Value]) -> R {
    let own = this::<CodeObj>(vm, &args[0], "code", "__eq__")?;
    Ok(match args[1].downcast::<CodeObj>() {
        Some(other) => Value::bool(Rc::ptr_eq(&own.code, &other.code)),
        None => Value::NotImplemented,
    })
}

fn hash(vm: &Vm, args: &[Value]) -> R {
    let own = this::<CodeObj>(vm, &args[0], "code", "__hash__")?;
    Ok(Value::Int(object::identity_hash(
        Rc::as_ptr(&own.code) as usize
    )))
}

fn repr(vm: &Vm, args: &[Value]) -> R {
    let at = object::address(&args[0]);
    code(vm, &args[0], |c| {
        vm.text(&format!(
            "<code object {} at {at:#x}, file \"{}\", line {}>",
            c.name.as_str(),
            c.source.filename,
            c.first_line()
        ))
    })
}

/// `traceback`.
pub static TRACEBACK: ClassSpec = ClassSpec {
    name: "traceback",
    module: "builtins",
    doc: "One step of the way an exception took.",
    layout: Layout::Native(Kind::Traceback),
    methods: &[static_method(
        "__new__(cls, tb_next, tb_frame, tb_lasti, tb_lineno)",
        "Create a new traceback object.",
        new_traceback,
    )],
    attributes: &[
        Attribute {
            name: "tb_frame",
            get: tb_frame,
            set: Some(super::read_only),
        },
        Attribute {
            name: "tb_lineno",
            get: tb_lineno,
            set: Some(super::read_only),
        },
        Attribute {
            name: "tb_lasti",
            get: tb_lasti,
            set: Some(super::read_only),
        },
        Attribute {
            name: "tb_next",
            get: tb_next,
            set: Some(set_tb_next),
        },
    ],
    subclassable: false,
};

fn entry<'a>(vm: &Vm, v: &'a Value) -> R<(&'a Ref<TracebackObj>, &'a TraceEntry)> {
    let traceback = this::<TracebackObj>(vm, v, "traceback", "tb_frame")?;
    Ok((traceback, &traceback.entries[traceback.at]))
}

fn tb_frame(vm: &Vm, v: &Value) -> R {
    Ok(frame_of_entry(entry(vm, v)?.1))
}

/// The picture of a frame that an exception passed through.
pub(crate) fn frame_of_entry(entry: &TraceEntry) -> Value {
    // The frame itself is gone; its locals are not known any more.
    let view = FrameViewObj {
        code: entry.code.clone(),
        globals: entry.globals.clone(),
        locals: new_dict(),
        span: entry.span,
        back: None,
    };
    Ref::new(view).into()
}

fn tb_lineno(vm: &Vm, v: &Value) -> R {
    let (_, entry) = entry(vm, v)?;
    Ok(entry.code.source.line(entry.span.start).into())
}

fn tb_lasti(vm: &Vm, v: &Value) -> R {
    Ok(Value::Int(i64::from(entry(vm, v)?.1.span.start)))
}

fn tb_next(vm: &Vm, v: &Value) -> R {
    let (traceback, _) = entry(vm, v)?;
    let mut next = traceback.next.borrow_mut();
    if next.is_unbound() {
        let at = traceback.at + 1;
        *next = if at < traceback.entries.len() {
            TracebackObj::step(traceback.entries.clone(), at).into()
        } else {
            Value::None
        };
    }
    Ok(next.clone())
}

fn set_tb_next(vm: &Vm, v: &Value, next: &Value) -> R<()> {
    let (traceback, _) = entry(vm, v)?;
    if next.is_unbound() {
        return Err(vm.type_error("can't delete tb_next attribute"));
    }
    if !next.is_none() && !next.is_kind(Kind::Traceback) {
        let given = vm.type_name(next);
        return Err(vm.type_error(format!("expected traceback object, got '{given}'")));
    }
    let mut at = next.clone();
    while let Some(step) = at.downcast::<TracebackObj>().cloned() {
        if step.is(traceback) {
            return Err(vm.value_error("traceback loop detected"));
        }
        at = step.next.borrow().clone();
    }
    drop(traceback.next.replace(next.clone()));
    Ok(())
}

/// `traceback(tb_next, tb_frame, tb_lasti, tb_lineno)`
fn new_traceback(vm: &Vm, a: &[Value]) -> R {
    if !a[1].is_none() && !a[1].is_kind(Kind::Traceback) {
        let given = vm.type_name(&a[1]);
        let text = format!("expected traceback object or None, got '{given}'");
        return Err(vm.type_error(text));
    }
    let Some(frame) = a[2].downcast::<FrameViewObj>() else {
        return Err(vm.type_error(format!(
            "traceback() argument 'tb_frame' must be frame, not {}",
            vm.type_name(&a[2])
        )));
    };
    vm.to_index(&a[3])?;
    let line = u32::try_from(vm.to_index(&a[4])?).unwrap_or(1).max(1);
    let source = &frame.code.source;
    let lasti = vm.to_index(&a[3])?;
    // The place itself if it is on that line, else the line's start.
    let span = match u32::try_from(lasti) {
        Ok(at) if at == frame.span.start && source.line(at) == line as usize => frame.span,
        _ => {
            let line = line.min(source.lines.line_count());
            let start = source.lines.line_start(line);
            Span::new(start, start)
        }
    };
    let entry = TraceEntry {
        code: frame.code.clone(),
        span,
        globals: frame.globals.clone(),
    };
    let made = TracebackObj::step(Rc::new([entry]), 0);
    drop(made.next.replace(a[1].clone()));
    Ok(made.into())
}

/// `frame`.
pub static FRAME: ClassSpec = ClassSpec {
    name: "frame",
    module: "builtins",
    doc: "A picture of a frame.",
    layout: Layout::Native(Kind::FrameView),
    methods: &[
        method("clear()", "Drop references to locals.", |_, _| {
            Ok(Value::None)
        }),
        method("__repr__()", "Return repr(self).", frame_repr),
    ],
    attributes: &[
        read("f_code", |vm, v| {
            frame(vm, v, |f| {
                Ref::new(CodeObj {
                    code: f.code.clone(),
                })
                .into()
            })
        }),
        read("f_globals", |vm, v| frame(vm, v, |f| (&f.globals).into())),
        read("f_locals", |vm, v| frame(vm, v, |f| (&f.locals).into())),
        read("f_builtins", |vm, _| Ok((&vm.builtins).into())),
        read("f_lineno", |vm, v| {
            frame(vm, v, |f| f.code.source.line(f.span.start).into())
        }),
        read("f_lasti", |vm, v| {
            frame(vm, v, |f| Value::Int(i64::from(f.span.start)))
        }),
        read("f_back", |vm, v| {
            frame(vm, v, |f| f.back.as_ref().map_or(Value::None, Value::from))
        }),
    ],
    subclassable: false,
};

fn frame(vm: &Vm, v: &Value, look: impl FnOnce(&FrameViewObj) -> Value) -> R {
    Ok(look(this::<FrameViewObj>(vm, v, "frame", "f_code")?))
}

fn frame_repr(vm: &Vm, args: &[Value]) -> R {
    let at = object::address(&args[0]);
    frame(vm, &args[0], |f| {
        vm.text(&format!(
            "<frame at {at:#x}, file '{}', line {}, code {}>",
            f.code.source.filename,
            f.code.source.line(f.span.start),
            f.code.name.as_str()
        ))
    })
}
