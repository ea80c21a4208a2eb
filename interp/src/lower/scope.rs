//! Scope analysis: which variable a name means, and which expressions can suspend.
//!
//! A first walk over the tree enters every name into its scope; then names used but not bound in
//! a scope are looked for in the functions around it, which marks them captured there (they get
//! cells) and free in between. Comprehensions have a scope of their own but run in the frame of
//! the code around them.

mod children;
mod types;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use aio_parser::ast::*;
use indexmap::IndexMap;

pub use children::{all_params, each_child};

/// The index of a scope in `Scopes::list`.
pub type ScopeId = usize;

/// What a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    /// A module, or code for `exec`.
    Module,
    /// `def`, `lambda`, a generator expression.
    Function,
    /// A class body.
    Class,
    /// A list, set or dict comprehension.
    Comprehension,
}

/// What is known of a name in one scope.
#[derive(Clone, Copy, Default, Debug)]
pub struct Info {
    /// It is assigned (or a parameter) here.
    pub bound: bool,
    /// It is a parameter.
    pub param: bool,
    /// `global` names it.
    pub global: bool,
    /// `nonlocal` names it.
    pub nonlocal: bool,
    /// An inner function uses it: it lives in a cell.
    pub captured: bool,
}

/// A scope.
#[derive(Debug)]
pub struct Scope {
    /// What it belongs to.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// Its names, in order of appearance.
    pub names: IndexMap<Rc<str>, Info>,
    /// Of a frame: the variables of enclosing functions used in it or further inside.
    pub free: Vec<Rc<str>>,
    /// `yield` stands in it.
    pub has_yield: bool,
    /// `await`, `async for` or `async with` stands in it.
    pub has_await: bool,
    /// A name is annotated in it.
    pub has_annotation: bool,
    /// It is a generator expression's.
    pub is_generator_expression: bool,
    /// Types are evaluated in it, and it stands in a class body, whose names it sees.
    pub sees_class: bool,
}

/// The result of the analysis. Tree nodes are identified by address: the tree does not move.
#[derive(Debug, Default)]
pub struct Scopes {
    /// All scopes; the first is the module.
    pub list: Vec<Scope>,
    of_node: HashMap<usize, ScopeId>,
    /// By the address of the first of some type parameters.
    of_type_params: HashMap<usize, ScopeId>,
    /// By the address of an expression that is evaluated when first asked for.
    of_lazy: HashMap<usize, ScopeId>,
    suspending: HashSet<usize>,
    rebinding: HashSet<usize>,
}

fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

impl Scopes {
    /// Analyses a module.
    pub fn analyse(body: &[Stmt]) -> Scopes {
        let mut walk = Walk {
            scopes: Scopes::default(),
            classes: vec![None],
        };
        let module = walk.push(ScopeKind::Module, None);
        walk.stmts(module, body);
        walk.scopes.resolve();
        walk.scopes
    }

    /// Analyses a single expression (`eval`).
    pub fn analyse_expr(e: &Expr) -> Scopes {
        let mut walk = Walk {
            scopes: Scopes::default(),
            classes: vec![None],
        };
        let module = walk.push(ScopeKind::Module, None);
        walk.expr(module, e);
        walk.scopes.resolve();
        walk.scopes
    }

    /// The scope that a definition, lambda or comprehension opens.
    pub fn of<T>(&self, node: &T) -> ScopeId {
        self.of_node.get(&address(node)).copied().unwrap_or(0)
    }

    /// The scope that type parameters open.
    pub fn of_type_params(&self, params: &[TypeParam]) -> ScopeId {
        let first = params.first().map(address);
        let found = first.and_then(|f| self.of_type_params.get(&f));
        found.copied().unwrap_or(0)
    }

    /// The scope of an expression that is evaluated when first asked for (a bound, a type alias).
    pub fn of_lazy(&self, e: &Expr) -> ScopeId {
        self.of_lazy.get(&address(e)).copied().unwrap_or(0)
    }

    /// What the class around a scope of types knows of a name.
    pub fn class_info(&self, mut id: ScopeId, name: &Rc<str>) -> Info {
        loop {
            let scope = &self.list[id];
            if scope.kind == ScopeKind::Class {
                return scope.names.get(name).copied().unwrap_or_default();
            }
            match scope.parent {
                // A type parameter hides what the class has.
                Some(_) if scope.names.get(name).is_some_and(|i| i.bound) => {
                    return Info::default();
                }
                Some(parent) => id = parent,
                None => return Info::default(),
            }
        }
    }

    /// True if evaluating the expression can suspend the frame.
    pub fn suspends(&self, e: &Expr) -> bool {
        self.suspending.contains(&address(e))
    }

    /// True if evaluating the expression can assign a variable (`:=`).
    pub fn rebinds(&self, e: &Expr) -> bool {
        self.rebinding.contains(&address(e))
    }

    /// The scope whose frame this scope's code runs in.
    pub fn frame_of(&self, mut id: ScopeId) -> ScopeId {
        while self.list[id].kind == ScopeKind::Comprehension {
            match self.list[id].parent {
                Some(parent) => id = parent,
                None => break,
            }
        }
        id
    }

    /// Finds, for every name used in a scope without being bound there, the function that binds
    /// it.
    fn resolve(&mut self) {
        for id in 0..self.list.len() {
            let names: Vec<(Rc<str>, Info)> = self.list[id]
                .names
                .iter()
                .map(|(n, i)| (n.clone(), *i))
                .collect();
            for (name, info) in names {
                if info.global
                    || (info.bound && !info.nonlocal && self.list[id].kind != ScopeKind::Class)
                {
                    continue;
                }
                self.resolve_name(id, &name);
            }
        }
    }

    fn resolve_name(&mut self, id: ScopeId, name: &Rc<str>) {
        let mut crossed = Vec::new();
        let mut at = id;
        loop {
            let is_frame = self.list[at].kind != ScopeKind::Comprehension;
            if is_frame {
                crossed.push(at);
            }
            let Some(parent) = self.list[at].parent else {
                return;
            };
            at = parent;
            let scope = &self.list[at];
            let info = scope.names.get(name).copied().unwrap_or_default();
            let found = match scope.kind {
                ScopeKind::Module => return,
                // Only `__class__` is seen by the methods inside, and the whole namespace by types.
                ScopeKind::Class => {
                    matches!(&**name, "__class__" | "__classdict__") && !crossed.is_empty()
                }
                _ => {
                    if info.global {
                        return;
                    }
                    info.bound && !info.nonlocal
                }
            };
            if found {
                if !crossed.is_empty() {
                    self.list[at]
                        .names
                        .entry(name.clone())
                        .or_default()
                        .captured = true;
                    for frame in crossed {
                        let free = &mut self.list[frame].free;
                        if !free.contains(name) {
                            free.push(name.clone());
                        }
                    }
                }
                return;
            }
        }
    }
}

struct Walk {
    scopes: Scopes,
    /// The names of the classes around, for private names; `None` outside of any.
    classes: Vec<Option<Rc<str>>>,
}

/// `__name` inside class `C` means `_C__name`.
pub fn mangle(class: Option<&str>, name: &str) -> Option<Rc<str>> {
    let class = class?.trim_start_matches('_');
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return None;
    }
    Some(Rc::from(format!("_{class}{name}")))
}

impl Walk {
    fn push(&mut self, kind: ScopeKind, parent: Option<ScopeId>) -> ScopeId {
        self.scopes.list.push(Scope {
            kind,
            parent,
            names: IndexMap::new(),
            free: Vec::new(),
            has_yield: false,
            has_await: false,
            has_annotation: false,
            is_generator_expression: false,
            sees_class: false,
        });
        self.scopes.list.len() - 1
    }

    fn info(&mut self, s: ScopeId, name: &Rc<str>) -> &mut Info {
        let class = self.classes.last().and_then(|c| c.as_deref());
        let name = mangle(class, name).unwrap_or_else(|| name.clone());
        self.scopes.list[s].names.entry(name).or_default()
    }

    fn bind(&mut self, s: ScopeId, name: &Rc<str>) {
        self.info(s, name).bound = true;
    }

    fn use_name(&mut self, s: ScopeId, name: &Rc<str>) {
        self.info(s, name);
        if &**name == "super"
            && self.scopes.list[self.scopes.frame_of(s)].kind == ScopeKind::Function
        {
            self.info(s, &Rc::from("__class__"));
        }
    }

    fn stmts(&mut self, s: ScopeId, body: &[Stmt]) {
        for stmt in body {
            self.stmt(s, stmt);
        }
    }

    fn opt(&mut self, s: ScopeId, e: &Option<Box<Expr>>) {
        if let Some(e) = e {
            self.expr(s, e);
        }
    }

    fn stmt(&mut self, s: ScopeId, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => self.function(s, def),
            StmtKind::ClassDef(def) => self.class(s, def),
            StmtKind::Return(e) => self.opt(s, e),
            StmtKind::Delete(targets) => targets.iter().for_each(|t| self.target(s, t)),
            StmtKind::Assign { targets, value } => {
                self.expr(s, value);
                targets.iter().for_each(|t| self.target(s, t));
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.target(s, target);
                self.expr(s, target);
                self.expr(s, value);
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                if let Some(value) = value {
                    self.expr(s, value);
                }
                if *simple || value.is_some() {
                    self.target(s, target);
                }
                self.scopes.list[s].has_annotation = true;
                self.expr(s, annotation);
            }
            StmtKind::TypeAlias(alias) => {
                self.bind(s, &alias.name);
                let inner = self.type_params(s, &alias.type_params);
                self.lazy(inner, &alias.value);
            }
            StmtKind::For(l) => {
                self.expr(s, &l.iter);
                self.target(s, &l.target);
                self.stmts(s, &l.body);
                self.stmts(s, &l.orelse);
                if l.is_async {
                    self.scopes.list[s].has_await = true;
                }
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(s, test);
                self.stmts(s, body);
                self.stmts(s, orelse);
            }
            StmtKind::If { branches, orelse } => {
                for b in branches {
                    self.expr(s, &b.test);
                    self.stmts(s, &b.body);
                }
                self.stmts(s, orelse);
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                for item in items {
                    self.expr(s, &item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.target(s, target);
                    }
                }
                self.stmts(s, body);
                if *is_async {
                    self.scopes.list[s].has_await = true;
                }
            }
            StmtKind::Match { subject, cases } => {
                self.expr(s, subject);
                for case in cases {
                    self.pattern(s, &case.pattern);
                    if let Some(guard) = &case.guard {
                        self.expr(s, guard);
                    }
                    self.stmts(s, &case.body);
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(s, exc);
                self.opt(s, cause);
            }
            StmtKind::Try(t) => {
                self.stmts(s, &t.body);
                for h in &t.handlers {
                    if let Some(typ) = &h.typ {
                        self.expr(s, typ);
                    }
                    if let Some(name) = &h.name {
                        self.bind(s, name);
                    }
                    self.stmts(s, &h.body);
                }
                self.stmts(s, &t.orelse);
                self.stmts(s, &t.finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr(s, test);
                self.opt(s, msg);
            }
            StmtKind::Import(names) => {
                for a in names {
                    match &a.asname {
                        Some(name) => self.bind(s, name),
                        None => {
                            let first: Rc<str> =
                                a.name.split('.').next().unwrap_or_default().into();
                            self.bind(s, &first);
                        }
                    }
                }
            }
            StmtKind::ImportFrom { names, .. } => {
                for a in names.iter().filter(|a| &*a.name != "*") {
                    self.bind(s, a.asname.as_ref().unwrap_or(&a.name));
                }
            }
            StmtKind::Global(names) => {
                for n in names {
                    self.info(s, n).global = true;
                    // The code of `exec`, too, means the globals by it then.
                    self.info(0, n).global = true;
                }
            }
            StmtKind::Nonlocal(names) => {
                for n in names {
                    self.info(s, n).nonlocal = true;
                }
            }
            StmtKind::Expr(e) => {
                self.expr(s, e);
            }
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
    }

    fn function(&mut self, s: ScopeId, def: &FunctionDef) {
        self.bind(s, &def.name);
        for d in &def.decorators {
            self.expr(s, d);
        }
        self.defaults(s, &def.params);
        let s = self.type_params(s, &def.type_params);
        for p in all_params(&def.params) {
            if let Some(a) = &p.annotation {
                self.expr(s, a);
            }
        }
        if let Some(r) = &def.returns {
            self.expr(s, r);
        }
        let inner = self.push(ScopeKind::Function, Some(s));
        self.scopes.of_node.insert(address(def), inner);
        self.params(inner, &def.params);
        self.stmts(inner, &def.body);
    }

    fn defaults(&mut self, s: ScopeId, params: &Parameters) -> bool {
        let mut suspends = false;
        for p in all_params(params) {
            if let Some(d) = &p.default {
                suspends |= self.expr(s, d);
            }
        }
        suspends
    }

    fn params(&mut self, s: ScopeId, params: &Parameters) {
        for p in all_params(params) {
            let info = self.info(s, &p.name);
            info.bound = true;
            info.param = true;
        }
    }

    fn class(&mut self, s: ScopeId, def: &ClassDef) {
        self.bind(s, &def.name);
        for d in &def.decorators {
            self.expr(s, d);
        }
        // The names of its type parameters are private to the class.
        let is_generic = !def.type_params.is_empty();
        if is_generic {
            self.classes.push(Some(def.name.clone()));
        }
        let s = self.type_params(s, &def.type_params);
        for b in &def.bases {
            self.expr(s, b);
        }
        for k in &def.keywords {
            self.expr(s, &k.value);
        }
        if is_generic {
            self.classes.pop();
        }
        let inner = self.push(ScopeKind::Class, Some(s));
        self.scopes.of_node.insert(address(def), inner);
        self.classes.push(Some(def.name.clone()));
        self.stmts(inner, &def.body);
        self.classes.pop();
    }

    /// A target of an assignment; its sub-expressions are used.
    fn target(&mut self, s: ScopeId, e: &Expr) {
        match &e.kind {
            ExprKind::Name(name) => self.bind(s, name),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().for_each(|i| self.target(s, i));
            }
            ExprKind::Starred(inner) => self.target(s, inner),
            _ => {
                self.expr(s, e);
            }
        }
    }

    fn many(&mut self, s: ScopeId, es: &[Expr]) -> bool {
        es.iter().fold(false, |any, e| self.expr(s, e) | any)
    }

    fn rebound(&self, e: &Expr) -> bool {
        self.scopes.rebinding.contains(&address(e))
    }

    /// Walks an expression; true if it can suspend.
    fn expr(&mut self, s: ScopeId, e: &Expr) -> bool {
        let suspends = self.expr_kind(s, e);
        if suspends {
            self.scopes.suspending.insert(address(e));
        }
        let mut rebinds = matches!(e.kind, ExprKind::NamedExpr { .. });
        if !rebinds {
            each_child(e, &mut |c| rebinds |= self.rebound(c));
        }
        if rebinds {
            self.scopes.rebinding.insert(address(e));
        }
        suspends
    }

    fn expr_kind(&mut self, s: ScopeId, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Name(name) => {
                self.use_name(s, name);
                false
            }
            ExprKind::Lambda { params, body } => {
                let suspends = self.defaults(s, params);
                let inner = self.push(ScopeKind::Function, Some(s));
                self.scopes.of_node.insert(address(e), inner);
                self.params(inner, params);
                self.expr(inner, body);
                suspends
            }
            ExprKind::ListComp { elt, generators } | ExprKind::SetComp { elt, generators } => {
                self.comprehension(s, e, &[elt], generators, false)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.comprehension(s, e, &[key, value], generators, false),
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(s, e, &[elt], generators, true)
            }
            ExprKind::Await(inner) => {
                self.scopes.list[s].has_await = true;
                self.expr(s, inner);
                true
            }
            ExprKind::Yield(inner) => {
                let frame = self.scopes.frame_of(s);
                self.scopes.list[frame].has_yield = true;
                if let Some(inner) = inner {
                    self.expr(s, inner);
                }
                true
            }
            ExprKind::YieldFrom(inner) => {
                let frame = self.scopes.frame_of(s);
                self.scopes.list[frame].has_yield = true;
                self.expr(s, inner);
                true
            }
            ExprKind::NamedExpr { target, value } => {
                let suspends = self.expr(s, value);
                if let ExprKind::Name(name) = &target.kind {
                    let owner = self.walrus_scope(s);
                    self.bind_walrus(s, owner, name);
                }
                suspends
            }
            _ => {
                let mut children: Vec<&Expr> = Vec::new();
                each_child(e, &mut |c| children.push(c));
                children
                    .into_iter()
                    .fold(false, |any, c| self.expr(s, c) | any)
            }
        }
    }

    /// The scope around all comprehensions and generator expressions.
    fn walrus_scope(&self, mut s: ScopeId) -> ScopeId {
        loop {
            let scope = &self.scopes.list[s];
            match scope.parent {
                Some(parent)
                    if scope.kind == ScopeKind::Comprehension || scope.is_generator_expression =>
                {
                    s = parent;
                }
                _ => return s,
            }
        }
    }

    /// `:=` inside a comprehension binds in the function around it.
    fn bind_walrus(&mut self, s: ScopeId, owner: ScopeId, name: &Rc<str>) {
        self.bind(owner, name);
        if s != owner {
            self.info(s, name);
        }
    }

    fn comprehension(
        &mut self,
        s: ScopeId,
        e: &Expr,
        elements: &[&Expr],
        generators: &[Comprehension],
        is_generator: bool,
    ) -> bool {
        let outer_suspends = self.expr(s, &generators[0].iter);
        let kind = if is_generator {
            ScopeKind::Function
        } else {
            ScopeKind::Comprehension
        };
        let inner = self.push(kind, Some(s));
        self.scopes.list[inner].is_generator_expression = is_generator;
        self.scopes.of_node.insert(address(e), inner);
        let mut suspends = false;
        for (i, g) in generators.iter().enumerate() {
            if i > 0 {
                suspends |= self.expr(inner, &g.iter);
            }
            self.target(inner, &g.target);
            suspends |= self.many(inner, &g.ifs);
            suspends |= g.is_async;
        }
        for element in elements {
            suspends |= self.expr(inner, element);
        }
        if suspends {
            self.scopes.list[inner].has_await = true;
        }
        if is_generator {
            self.scopes.list[inner].has_yield = true;
            return outer_suspends;
        }
        if suspends {
            let frame = self.scopes.frame_of(s);
            self.scopes.list[frame].has_await = true;
        }
        outer_suspends | suspends
    }
}
