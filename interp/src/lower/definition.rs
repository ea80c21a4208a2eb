//! Definitions: functions, lambdas, classes.

use std::rc::Rc;

use aio_lexer::Span;
use aio_parser::ast::{
    ClassDef, Constant, Expr as Ast, ExprKind, FunctionDef, Parameters, Stmt as AstStmt, StmtKind,
};
use indexmap::IndexSet;

use super::frame::Place;
use super::scope::{ScopeId, all_params};
use super::{Lowerer, Out};
use crate::code::{CodeKind, Params};
use crate::eval::assign::Assign;
use crate::eval::class::MakeClass;
use crate::eval::control::Return;
use crate::eval::function::{Capture, Decorated, MakeCells, MakeFunction};
use crate::eval::name::{Constant as Literal, LoadGlobal};
use crate::eval::type_params::{InTypeParams, MakeGenericFunction};
use crate::node::ExprBox;
use crate::objects::str::Name;
use crate::objects::tuple::tuple;
use crate::value::Value;

impl Lowerer<'_> {
    /// The qualified name of a definition that stands here.
    pub(crate) fn qualified(&mut self, name: &str) -> Name {
        let mut parts = self.prefix.clone();
        parts.push(name.to_owned());
        self.vm.name(&parts.join("."))
    }

    /// Where the cells of a new function's closure come from.
    pub(crate) fn captures(&mut self, scope: ScopeId) -> Vec<Capture> {
        let free = self.scopes.list[scope].free.clone();
        free.iter()
            .map(|name| match self.captured_place(name) {
                Place::Cell(slot) | Place::Local(slot) => Capture::Cell(slot),
                Place::Free(index) => Capture::Free(index),
                _ => Capture::Free(usize::MAX),
            })
            .collect()
    }

    /// The place of a captured variable: class namespaces are no cells.
    fn captured_place(&mut self, name: &Rc<str>) -> Place {
        let scope = self.scope();
        if let Some(slot) = self.frame().known(scope, name) {
            return Place::Cell(slot);
        }
        let place = self.place(name);
        if matches!(place, Place::Local(_) | Place::Cell(_) | Place::Free(_)) {
            return place;
        }
        // What a class body or a scope of types means by the name does not matter further inside.
        let free = &self.scopes.list[self.scopes.frame_of(scope)].free;
        match free.iter().position(|n| n == name) {
            Some(index) => Place::Free(index),
            None => place,
        }
    }

    /// The docstring of a body.
    pub(crate) fn docstring(&mut self, body: &[AstStmt]) -> Option<Value> {
        let StmtKind::Expr(e) = &body.first()?.kind else {
            return None;
        };
        let ExprKind::Constant(Constant::Str(text)) = &e.kind else {
            return None;
        };
        Some(self.vm.text(&clean_doc(text)))
    }

    /// Sets `__doc__` of a module or class.
    pub(crate) fn store_docstring(&mut self, doc: &Value, out: &mut Out) {
        let span = Span::default();
        let target = self.variable_target(&Rc::from("__doc__"), span);
        let value = Box::new(Literal {
            value: doc.clone(),
            span,
        });
        self.emit(out, Assign { target, value }, span);
    }

    fn params(&mut self, params: &Parameters) -> Params {
        let texts: Vec<Rc<str>> = all_params(params).map(|p| self.mangled(&p.name)).collect();
        Params {
            names: texts.iter().map(|t| self.name(t)).collect(),
            positional_only: params.posonly.len(),
            positional: params.posonly.len() + params.args.len(),
            keyword_only: params.kwonly.len(),
            varargs: params.vararg.is_some(),
            varkw: params.kwarg.is_some(),
        }
    }

    fn param_texts(&self, params: &Parameters) -> Vec<Rc<str>> {
        all_params(params).map(|p| self.mangled(&p.name)).collect()
    }

    /// Defaults of positional and keyword-only parameters.
    fn defaults(
        &mut self,
        params: &Parameters,
        out: &mut Out,
    ) -> (Vec<ExprBox>, Vec<(Name, ExprBox)>) {
        let positional = params.posonly.iter().chain(&params.args);
        let positional: Vec<&Ast> = positional.filter_map(|p| p.default.as_ref()).collect();
        let defaults = self.all_in_order(&positional, out);
        let mut kwdefaults = Vec::new();
        for p in &params.kwonly {
            if let Some(d) = &p.default {
                let value = self.expr(d, out);
                let name = self.mangled(&p.name);
                kwdefaults.push((self.name(&name), value));
            }
        }
        (defaults, kwdefaults)
    }

    fn annotations(&mut self, def: &FunctionDef, out: &mut Out) -> Vec<(Name, ExprBox)> {
        let mut annotations = Vec::new();
        let params = &def.params;
        let positional = params
            .posonly
            .iter()
            .chain(&params.args)
            .chain(params.vararg.as_deref());
        for p in positional
            .chain(&params.kwonly)
            .chain(params.kwarg.as_deref())
        {
            if let Some(a) = &p.annotation {
                let value = self.annotation(a, out);
                let name = self.mangled(&p.name);
                annotations.push((self.name(&name), value));
            }
        }
        if let Some(r) = &def.returns {
            let value = self.annotation(r, out);
            annotations.push((self.vm.name("return"), value));
        }
        annotations
    }

    /// An annotation: its value, or its text under `from __future__ import annotations`.
    pub(crate) fn annotation(&mut self, e: &Ast, out: &mut Out) -> ExprBox {
        if self.text_annotations {
            let text = &self.source.text[e.span.range()];
            let value = self.vm.text(text);
            return Box::new(Literal {
                value,
                span: e.span,
            });
        }
        self.expr(e, out)
    }

    /// `def`: the function, decorated.
    pub(crate) fn function(&mut self, def: &FunctionDef, span: Span, out: &mut Out) -> ExprBox {
        let decorators = self.all_in_order(&def.decorators.iter().collect::<Vec<_>>(), out);
        let (defaults, kwdefaults) = self.defaults(&def.params, out);
        let own_name = self.mangled(&def.name);
        let qualname = if matches!(self.place(&own_name), Place::Global) {
            self.name(&def.name)
        } else {
            self.qualified(&def.name)
        };
        let value: ExprBox = if def.type_params.is_empty() {
            let annotations = self.annotations(def, out);
            let function = self.function_body(def, qualname, span);
            Box::new(MakeFunction {
                defaults,
                kwdefaults,
                annotations,
                ..function
            })
        } else {
            let params = &def.type_params;
            let scope = self.in_type_params(params, &def.name, span, |l, out| {
                let annotations = l.annotations(def, out);
                let function = l.function_body(def, qualname, span);
                Box::new(MakeGenericFunction {
                    function: MakeFunction {
                        annotations,
                        ..function
                    },
                    params: l.load_type_params(params),
                })
            });
            Box::new(InTypeParams {
                scope,
                defaults,
                kwdefaults,
                span,
            })
        };
        decorated(decorators, value, span)
    }

    /// The function without defaults and annotations.
    fn function_body(&mut self, def: &FunctionDef, qualname: Name, span: Span) -> MakeFunction {
        let scope = self.scopes.of(def);
        let has_yield = self.scopes.list[scope].has_yield;
        let kind = match (def.is_async, has_yield) {
            (false, false) => CodeKind::Plain,
            (false, true) => CodeKind::Generator,
            (true, false) => CodeKind::Coroutine,
            (true, true) => CodeKind::AsyncGenerator,
        };
        let doc = self.docstring(&def.body);
        let texts = self.param_texts(&def.params);
        let params = self.params(&def.params);
        let name = self.name(&def.name);
        self.begin_frame(scope, kind);
        let prefix = std::mem::replace(
            &mut self.prefix,
            vec![qualname.as_str().to_owned(), "<locals>".to_owned()],
        );
        let mut body = Vec::new();
        if let Some(start) = self.place_variables(&texts) {
            self.emit(&mut body, start, span);
        }
        self.stmts(&def.body, &mut body);
        self.prefix = prefix;
        let whole = with_decorators(&def.decorators, span);
        let code = self.finish_frame(name, qualname, params, body, whole, doc);
        MakeFunction {
            code,
            captures: self.captures(scope),
            defaults: vec![],
            kwdefaults: vec![],
            annotations: vec![],
            span,
        }
    }

    /// `lambda`.
    pub(crate) fn lambda(
        &mut self,
        e: &Ast,
        params: &Parameters,
        body: &Ast,
        out: &mut Out,
    ) -> ExprBox {
        let span = e.span;
        let (defaults, kwdefaults) = self.defaults(params, out);
        let scope = self.scopes.of(e);
        let kind = if self.scopes.list[scope].has_yield {
            CodeKind::Generator
        } else {
            CodeKind::Plain
        };
        let texts = self.param_texts(params);
        let params = self.params(params);
        let qualname = self.qualified("<lambda>");
        self.begin_frame(scope, kind);
        let prefix = std::mem::replace(
            &mut self.prefix,
            vec![qualname.as_str().to_owned(), "<locals>".to_owned()],
        );
        let mut stmts = Vec::new();
        if let Some(start) = self.place_variables(&texts) {
            self.emit(&mut stmts, start, span);
        }
        let from = self.frame().points;
        let value = self.expr(body, &mut stmts);
        self.emit_from(&mut stmts, Return(value), body.span, from);
        self.prefix = prefix;
        let name = self.vm.names.lambda.clone();
        let code = self.finish_frame(name, qualname, params, stmts, span, None);
        let captures = self.captures(scope);
        let annotations = vec![];
        Box::new(MakeFunction {
            code,
            captures,
            defaults,
            kwdefaults,
            annotations,
            span,
        })
    }

    /// `class`: the class, decorated.
    pub(crate) fn class(&mut self, def: &ClassDef, span: Span, out: &mut Out) -> ExprBox {
        let decorators = self.all_in_order(&def.decorators.iter().collect::<Vec<_>>(), out);
        let own_name = self.mangled(&def.name);
        let qualname = if matches!(self.place(&own_name), Place::Global) {
            self.name(&def.name)
        } else {
            self.qualified(&def.name)
        };
        let value: ExprBox = if def.type_params.is_empty() {
            Box::new(self.make_class(def, qualname, span, out))
        } else {
            let params = &def.type_params;
            self.classes.push(Some(def.name.clone()));
            let scope = self.in_type_params(params, &def.name, span, |l, out| {
                let class = l.make_class(def, qualname, span, out);
                let type_params = l.load_type_params(params);
                Box::new(MakeClass {
                    type_params,
                    ..class
                })
            });
            self.classes.pop();
            run_scope(scope, span)
        };
        decorated(decorators, value, span)
    }

    fn make_class(
        &mut self,
        def: &ClassDef,
        qualname: Name,
        span: Span,
        out: &mut Out,
    ) -> MakeClass {
        let mut parts: Vec<&Ast> = def.bases.iter().collect();
        parts.extend(def.keywords.iter().map(|k| &k.value));
        let mut lowered = self.all_in_order(&parts, out).into_iter();
        let mut bases = Vec::new();
        for b in &def.bases {
            if let Some(e) = lowered.next() {
                bases.push((e, matches!(b.kind, ExprKind::Starred(_))));
            }
        }
        let mut keywords = Vec::new();
        for k in &def.keywords {
            if let Some(e) = lowered.next() {
                keywords.push((k.name.as_ref().map(|n| self.name(n)), e));
            }
        }
        let name = self.name(&def.name);
        let body = self.class_body(def, qualname, span);
        MakeClass {
            name,
            bases,
            keywords,
            type_params: vec![],
            body,
            span,
        }
    }

    fn class_body(&mut self, def: &ClassDef, qualname: Name, span: Span) -> MakeFunction {
        let scope = self.scopes.of(def);
        let name = self.name(&def.name);
        let doc = self.docstring(&def.body);
        self.begin_frame(scope, CodeKind::Plain);
        self.classes.push(Some(def.name.clone()));
        let prefix = std::mem::replace(&mut self.prefix, vec![qualname.as_str().to_owned()]);
        let mut body = Vec::new();
        self.place_class_cells();
        let cells: Vec<_> = self.frame().cells.iter().map(|c| c.slot).collect();
        if !cells.is_empty() {
            self.emit(&mut body, MakeCells { slots: cells }, span);
        }
        self.store_class_namespace(span, &mut body);
        self.static_attributes.push(IndexSet::new());
        self.class_prelude(
            &qualname,
            doc.as_ref(),
            with_decorators(&def.decorators, span),
            &mut body,
        );
        self.set_annotations_up(span, &mut body);
        self.stmts(&def.body, &mut body);
        self.prefix = prefix;
        self.store_static_attributes(&mut body);
        self.classes.pop();
        let params = Params::default();
        let code = self.finish_frame(name, qualname, params, body, span, doc);
        MakeFunction {
            code,
            captures: self.captures(scope),
            defaults: vec![],
            kwdefaults: vec![],
            annotations: vec![],
            span,
        }
    }

    /// `__static_attributes__`, which every class body ends with.
    fn store_static_attributes(&mut self, out: &mut Out) {
        let names = self.static_attributes.pop().unwrap_or_default();
        let names = names.iter().map(|n| Value::from(&self.name(n))).collect();
        let span = Span::default();
        let value = Box::new(Literal {
            value: tuple(names),
            span,
        });
        let target = self.variable_target(&Rc::from("__static_attributes__"), span);
        self.emit(out, Assign { target, value }, span);
    }

    /// What every class body begins with: `__module__`, `__qualname__`, `__doc__`.
    fn class_prelude(&mut self, qualname: &Name, doc: Option<&Value>, span: Span, out: &mut Out) {
        let module = LoadGlobal::new(self.vm.names.name_.clone(), span);
        let target = self.variable_target(&Rc::from("__module__"), span);
        self.emit(
            out,
            Assign {
                target,
                value: Box::new(module),
            },
            span,
        );
        let value = Box::new(Literal {
            value: Value::from(qualname),
            span,
        });
        let target = self.variable_target(&Rc::from("__qualname__"), span);
        self.emit(out, Assign { target, value }, span);
        let line = self.source.line(span.start);
        let value = Box::new(Literal {
            value: Value::from(line),
            span,
        });
        let target = self.variable_target(&Rc::from("__firstlineno__"), span);
        self.emit(out, Assign { target, value }, span);
        if let Some(doc) = doc {
            self.store_docstring(doc, out);
        }
    }
}

/// A definition with its decorators: where its first line is.
fn with_decorators(decorators: &[Ast], span: Span) -> Span {
    match decorators.first() {
        Some(first) => Span::new(first.span.start, span.end),
        None => span,
    }
}

fn decorated(decorators: Vec<ExprBox>, value: ExprBox, span: Span) -> ExprBox {
    if decorators.is_empty() {
        return value;
    }
    Box::new(Decorated {
        decorators,
        value,
        span,
    })
}

/// Runs a scope of type parameters that is not a function's.
pub(super) fn run_scope(scope: MakeFunction, span: Span) -> ExprBox {
    Box::new(InTypeParams {
        scope,
        defaults: vec![],
        kwdefaults: vec![],
        span,
    })
}

/// A docstring without its common indentation (as the compiler of 3.13 stores it).
fn clean_doc(text: &str) -> String {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&str> = lines.collect();
    let margin = rest
        .iter()
        .filter(|l| !l.trim_start_matches(' ').is_empty())
        .map(|l| l.len() - l.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let mut cleaned = first.trim_start_matches(' ').to_owned();
    for line in rest {
        cleaned.push('\n');
        cleaned.push_str(
            line.get(margin..)
                .unwrap_or_else(|| line.trim_start_matches(' ')),
        );
    }
    cleaned
}
