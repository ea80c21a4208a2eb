//! Lowering: from the syntax tree to nodes that run.
//!
//! Names are resolved to slots, cells, closure positions or globals (`scope`); operators and
//! attributes are specialised for their operands (`specialise`); whatever can suspend is moved
//! to statements of its own, with the order of evaluation kept (`suspend`).

mod assign;
mod comprehension;
mod counting;
mod definition;
mod expr;
mod flow;
mod frame;
mod matching;
mod scope;
mod specialise;
mod stmt;
mod suspend;
mod target;
mod type_params;

use std::collections::HashMap;
use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{self, Module};

use crate::code::{Code, CodeKind, Params, Source};
use crate::coverage::FileCoverage;
use crate::eval::block::{Block, Points};
use crate::node::Stmt;
use crate::objects::str::Name;
use crate::stack::Slot;
use crate::vm::Vm;
pub use aio_parser::ast::{BinaryOp, CmpOp};
use frame::FrameBuilder;
use scope::{ScopeId, Scopes};

/// Something the language has and the interpreter does not (yet).
#[derive(Debug, Clone)]
pub struct Unsupported {
    /// What it is, as an error message.
    pub message: String,
    /// Where it stands.
    pub span: Span,
}

/// Where the names of top-level code live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TopLevel {
    /// In the globals (modules, `exec` with one dict).
    Globals,
    /// In the mapping in slot 0 (`exec` with separate locals).
    Namespace,
}

/// Statements under construction.
pub(crate) type Out = Vec<(Box<dyn Stmt>, Span, Points)>;

/// Lowers one source.
pub(crate) struct Lowerer<'a> {
    pub(crate) vm: &'a Vm,
    pub(crate) scopes: Scopes,
    pub(crate) source: Rc<Source>,
    pub(crate) frames: Vec<FrameBuilder>,
    /// The names of the classes around, for private names.
    pub(crate) classes: Vec<Option<Rc<str>>>,
    /// Of the classes around: the attributes that their methods set on `self`.
    pub(crate) static_attributes: Vec<indexmap::IndexSet<Rc<str>>>,
    /// The dotted prefix of qualified names.
    pub(crate) prefix: Vec<String>,
    pub(crate) names: HashMap<Rc<str>, Name>,
    pub(crate) unsupported: Vec<Unsupported>,
    pub(crate) top: TopLevel,
    /// `from __future__ import annotations`: annotations stay text.
    pub(crate) text_annotations: bool,
    pub(crate) specialise: bool,
    /// Values of expressions that are statements of the top level are shown.
    pub(crate) shows_values: bool,
    /// Counts what runs, if somebody wants to know.
    pub(crate) coverage: Option<Rc<FileCoverage>>,
}

/// Lowers a module (or the text of `exec`). With `shows_values`, the values of expressions that are
/// statements are shown, as at a prompt.
///
/// # Errors
/// What is not supported yet.
pub fn module(
    vm: &Vm,
    tree: &Module,
    source: &Rc<Source>,
    top: TopLevel,
    shows_values: bool,
) -> Result<Rc<Code>, Vec<Unsupported>> {
    let mut lowerer = Lowerer::new(vm, Scopes::analyse(&tree.body), source, top);
    lowerer.shows_values = shows_values;
    lowerer.text_annotations = imports_annotations(&tree.body);
    lowerer.begin_frame(0, CodeKind::Plain);
    let mut out = Vec::new();
    let doc = lowerer.docstring(&tree.body);
    if let Some(doc) = &doc {
        lowerer.store_docstring(doc, &mut out);
    }
    lowerer.set_annotations_up(Span::new(0, 0), &mut out);
    lowerer.stmts(&tree.body, &mut out);
    let span = Span::new(0, source.text.len() as u32);
    lowerer.finish_top(out, span)
}

/// Lowers one input of a prompt: code that returns the value of its last statement, if that is an
/// expression. If the input awaits outside of functions, the code is a coroutine's.
///
/// # Errors
/// What is not supported yet.
pub fn prompt(
    vm: &Vm,
    tree: &mut Module,
    source: &Rc<Source>,
) -> Result<Rc<Code>, Vec<Unsupported>> {
    if let Some(last) = tree.body.last_mut() {
        if let ast::StmtKind::Expr(value) = &last.kind {
            last.kind = ast::StmtKind::Return(Some(value.clone()));
        }
    }
    let scopes = Scopes::analyse(&tree.body);
    let kind = if scopes.list[0].has_await {
        CodeKind::Coroutine
    } else {
        CodeKind::Plain
    };
    let mut lowerer = Lowerer::new(vm, scopes, source, TopLevel::Globals);
    lowerer.begin_frame(0, kind);
    let mut out = Vec::new();
    lowerer.stmts(&tree.body, &mut out);
    let span = Span::new(0, source.text.len() as u32);
    lowerer.finish_top(out, span)
}

/// Lowers an expression for `eval`: the code returns its value.
///
/// # Errors
/// What is not supported yet.
pub fn expression(
    vm: &Vm,
    tree: &ast::Expr,
    source: &Rc<Source>,
    top: TopLevel,
) -> Result<Rc<Code>, Vec<Unsupported>> {
    let mut lowerer = Lowerer::new(vm, Scopes::analyse_expr(tree), source, top);
    lowerer.begin_frame(0, CodeKind::Plain);
    let mut out = Vec::new();
    let value = lowerer.expr(tree, &mut out);
    let span = tree.span;
    out.push((
        Box::new(crate::eval::control::Return(value)),
        span,
        Points::default(),
    ));
    lowerer.finish_top(out, span)
}

fn imports_annotations(body: &[ast::Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        ast::StmtKind::ImportFrom {
            module: Some(m),
            names,
            level: 0,
        } => &**m == "__future__" && names.iter().any(|a| &*a.name == "annotations"),
        _ => false,
    })
}

impl<'a> Lowerer<'a> {
    fn new(vm: &'a Vm, scopes: Scopes, source: &Rc<Source>, top: TopLevel) -> Lowerer<'a> {
        Lowerer {
            vm,
            scopes,
            source: source.clone(),
            frames: Vec::new(),
            classes: vec![None],
            static_attributes: Vec::new(),
            prefix: Vec::new(),
            names: HashMap::new(),
            unsupported: Vec::new(),
            top,
            text_annotations: false,
            specialise: !vm.options.unspecialised,
            shows_values: false,
            coverage: vm.coverage.as_ref().and_then(|c| c.of(source)),
        }
    }

    fn finish_top(mut self, out: Out, span: Span) -> Result<Rc<Code>, Vec<Unsupported>> {
        if self.top == TopLevel::Namespace {
            self.frame().class_namespace = Some(Slot::new(0));
        }
        let name = self.vm.names.module_code.clone();
        let code = self.finish_frame(name.clone(), name, Params::default(), out, span, None);
        if self.unsupported.is_empty() {
            Ok(code)
        } else {
            Err(self.unsupported)
        }
    }

    /// The interned name.
    pub(crate) fn name(&mut self, text: &Rc<str>) -> Name {
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let name = self.vm.name(text);
        self.names.insert(text.clone(), name.clone());
        name
    }

    /// The name as it is known inside the class around (private names are mangled).
    pub(crate) fn mangled(&self, text: &Rc<str>) -> Rc<str> {
        let class = self.classes.last().and_then(|c| c.as_deref());
        scope::mangle(class, text).unwrap_or_else(|| text.clone())
    }

    /// Notes an attribute that is set, if it is one of `self`.
    pub(crate) fn note_attribute(&mut self, object: &ast::Expr, attr: &Rc<str>) {
        let is_self = matches!(&object.kind, ast::ExprKind::Name(n) if &**n == "self");
        if let (true, Some(names)) = (is_self, self.static_attributes.last_mut()) {
            names.insert(attr.clone());
        }
    }

    /// The frame under construction.
    pub(crate) fn frame(&mut self) -> &mut FrameBuilder {
        match self.frames.last_mut() {
            Some(frame) => frame,
            None => unreachable!("lowering happens inside a frame"),
        }
    }

    /// The scope under construction.
    pub(crate) fn scope(&self) -> ScopeId {
        self.frames.last().map_or(0, |f| f.scope())
    }

    /// Notes that something is not supported.
    pub(crate) fn unsupported(&mut self, what: &str, span: Span) {
        self.unsupported.push(Unsupported {
            message: format!("{what} not supported yet"),
            span,
        });
    }

    /// The block of these statements.
    pub(crate) fn block(&mut self, body: &[ast::Stmt]) -> (Block, Points) {
        let from = self.frame().points;
        let mut out = Vec::new();
        self.stmts(body, &mut out);
        let points = Points {
            from,
            to: self.frame().points,
        };
        (Block::new(out), points)
    }
}
