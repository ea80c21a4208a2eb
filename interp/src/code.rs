//! `Code`: a lowered function, class body or module, ready to run.

use std::cell::RefCell;
use std::rc::Rc;

use aio_lexer::{LineIndex, Span};

use crate::eval::block::Block;
use crate::objects::str::Name;
use crate::stack::Slot;
use crate::value::Value;

/// A source file (or the text of `exec`, or one input of the REPL).
pub struct Source {
    /// `co_filename`, as shown in tracebacks.
    pub filename: String,
    /// The text.
    pub text: String,
    /// Line starts.
    pub lines: LineIndex,
    /// Part of the library: its frames are folded in reports.
    pub is_library: bool,
    /// What places in it are known by; see `place`.
    pub(crate) number: u16,
}

impl Source {
    /// A source of this text.
    pub fn new(filename: &str, text: &str, is_library: bool) -> Rc<Source> {
        Rc::new_cyclic(|source| Source {
            filename: filename.to_owned(),
            text: text.to_owned(),
            lines: LineIndex::new(text),
            is_library,
            number: crate::place::number(source),
        })
    }

    /// The line number (from 1) of a byte offset.
    pub fn line(&self, offset: u32) -> usize {
        self.lines.line(offset) as usize
    }
}

/// What a call of the function makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeKind {
    /// The body runs at once.
    Plain,
    /// A generator.
    Generator,
    /// A coroutine.
    Coroutine,
    /// An async generator.
    AsyncGenerator,
}

/// The parameters of a function.
#[derive(Clone, Default, Debug)]
pub struct Params {
    /// Names of all parameters in slot order: positional, keyword-only, `*args`, `**kwargs`.
    pub names: Vec<Name>,
    /// How many of them are positional-only.
    pub positional_only: usize,
    /// How many are positional (the positional-only ones included).
    pub positional: usize,
    /// How many are keyword-only.
    pub keyword_only: usize,
    /// `*args` is there.
    pub varargs: bool,
    /// `**kwargs` is there.
    pub varkw: bool,
}

impl Params {
    /// The number of slots that arguments fill.
    pub fn total(&self) -> usize {
        self.names.len()
    }
}

/// A lowered function, class body or module.
#[derive(Clone)]
pub struct Code {
    /// `co_name`.
    pub name: Name,
    /// `co_qualname`.
    pub qualname: Name,
    /// Where it is written.
    pub source: Rc<Source>,
    /// The whole definition.
    pub span: Span,
    /// What a call makes.
    pub kind: CodeKind,
    /// The parameters; parameter `i` arrives in slot `i`.
    pub params: Params,
    /// True if a call with exactly `params.positional` positional arguments needs no binding.
    pub simple: bool,
    /// The number of positional arguments of a call that needs no binding and runs the body at
    /// once; `usize::MAX` if there is none such.
    pub quick_arity: usize,
    /// The number of frame slots: parameters, locals, temporaries.
    pub slots: usize,
    /// The slot for what a suspended frame waits for; there in functions that can suspend.
    pub delegate: Option<Slot>,
    /// Names of the first slots (`co_varnames`), for `locals()`.
    pub local_names: Vec<(Name, Slot)>,
    /// How many attributes it sets of its first parameter (`self.name = …`).
    pub self_attributes: u16,
    /// Variables that live in cells: name, slot that holds the cell. Cells of parameters are
    /// made from the argument at the start.
    pub cells: Vec<CellVar>,
    /// The free variables, in closure order.
    pub free_names: Vec<Name>,
    /// The docstring.
    pub doc: Option<Value>,
    /// What runs.
    pub body: Block,
    /// The class body keeps its names in the dict in this slot.
    pub class_namespace: Option<Slot>,
    /// Constants, for `co_consts`.
    pub consts: RefCell<Vec<Value>>,
}

/// A variable that lives in a cell.
#[derive(Clone, Debug)]
pub struct CellVar {
    /// Its name.
    pub name: Name,
    /// The slot that holds the cell.
    pub slot: Slot,
    /// The cell starts with the argument that arrived in the slot.
    pub is_param: bool,
}

impl Code {
    /// `co_firstlineno`.
    pub fn first_line(&self) -> usize {
        self.source.line(self.span.start)
    }

    /// True if a call makes a generator or coroutine object.
    pub fn suspends(&self) -> bool {
        self.kind != CodeKind::Plain
    }
}
