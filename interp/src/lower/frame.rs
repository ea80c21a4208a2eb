//! Frames under construction: slots, suspension points, where variables live.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use aio_lexer::Span;

use super::scope::{ScopeId, ScopeKind};
use super::{Lowerer, Out, TopLevel};
use crate::code::{CellVar, Code, CodeKind, Params};
use crate::eval::block::{Block, Points};
use crate::eval::function::MakeCells;
use crate::objects::str::Name;
use crate::stack::Slot;
use crate::value::Value;

/// A frame under construction.
pub(crate) struct FrameBuilder {
    /// The scopes being lowered in this frame: the frame's own, then comprehensions.
    scopes: Vec<ScopeId>,
    pub(crate) kind: CodeKind,
    slots: usize,
    of_variable: HashMap<(ScopeId, Rc<str>), Slot>,
    /// The number of suspension points so far.
    pub(crate) points: u32,
    delegate: Option<Slot>,
    pub(crate) class_namespace: Option<Slot>,
    pub(crate) local_names: Vec<(Name, Slot)>,
    pub(crate) cells: Vec<CellVar>,
    /// The attributes that are set of the first parameter.
    self_attributes: Vec<Name>,
}

impl FrameBuilder {
    pub(crate) fn scope(&self) -> ScopeId {
        self.scopes.last().copied().unwrap_or(0)
    }

    pub(crate) fn push_scope(&mut self, scope: ScopeId) {
        self.scopes.push(scope);
    }

    pub(crate) fn pop_scope(&mut self) {
        self.scopes.pop();
    }

    pub(crate) fn new_slot(&mut self) -> Slot {
        self.slots += 1;
        Slot::new(self.slots - 1)
    }

    /// Notes that an attribute is set of the variable in `slot`.
    pub(crate) fn sets_attribute(&mut self, slot: Slot, name: &Name) {
        if slot == Slot::new(0) && !self.self_attributes.contains(name) {
            self.self_attributes.push(name.clone());
        }
    }

    /// A slot for a temporary. Each has its own: an expression that suspends may be evaluated
    /// while others wait.
    pub(crate) fn temp(&mut self) -> Slot {
        self.new_slot()
    }

    /// A new suspension point.
    pub(crate) fn point(&mut self) -> u32 {
        self.points += 1;
        self.points - 1
    }

    /// The slot for what the frame waits for.
    pub(crate) fn delegate(&mut self) -> Slot {
        if let Some(slot) = self.delegate {
            return slot;
        }
        let slot = self.new_slot();
        self.delegate = Some(slot);
        slot
    }

    /// The slot of a variable bound in `scope`.
    pub(crate) fn variable(&mut self, scope: ScopeId, name: &Rc<str>) -> Slot {
        if let Some(slot) = self.of_variable.get(&(scope, name.clone())) {
            return *slot;
        }
        let slot = self.new_slot();
        self.of_variable.insert((scope, name.clone()), slot);
        slot
    }

    /// Forgets the slots of a comprehension's variables: the next comprehension has its own.
    pub(crate) fn known(&self, scope: ScopeId, name: &Rc<str>) -> Option<Slot> {
        self.of_variable.get(&(scope, name.clone())).copied()
    }
}

/// What a name means where it stands.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A slot.
    Local(Slot),
    /// A cell in a slot.
    Cell(Slot),
    /// A cell of the closure.
    Free(usize),
    /// A global or builtin.
    Global,
    /// A name in the namespace in a slot; if absent there, what it means further out.
    Namespace(Slot, Box<Place>),
    /// A name in the namespace of the class around, which is in a cell of the closure; if absent
    /// there, what it means further out.
    ClassNamespace(usize, Box<Place>),
}

impl Lowerer<'_> {
    /// Begins a frame for the code of a scope.
    pub(crate) fn begin_frame(&mut self, scope: ScopeId, kind: CodeKind) {
        let class_namespace = match self.scopes.list[scope].kind {
            ScopeKind::Class => Some(Slot::new(0)),
            ScopeKind::Module if self.top == TopLevel::Namespace => Some(Slot::new(0)),
            _ => None,
        };
        self.frames.push(FrameBuilder {
            scopes: vec![scope],
            kind,
            slots: usize::from(class_namespace.is_some()),
            of_variable: HashMap::new(),
            points: 0,
            delegate: None,
            class_namespace,
            local_names: Vec::new(),
            cells: Vec::new(),
            self_attributes: Vec::new(),
        });
    }

    /// Gives slots to the variables of the frame's own scope: parameters first, in the order
    /// given, then the other locals. Returns the statement that starts the function, if one is
    /// needed.
    pub(crate) fn place_variables(&mut self, params: &[Rc<str>]) -> Option<MakeCells> {
        let scope = self.scope();
        let known = &self.scopes.list[scope].names;
        let is_param: HashSet<&Rc<str>> = params.iter().collect();
        let others = known.iter().filter(|(name, info)| {
            info.bound && !info.global && !info.nonlocal && !is_param.contains(name)
        });
        let others = others.map(|(name, _)| name);
        let names: Vec<Rc<str>> = params.iter().chain(others).cloned().collect();
        let mut moved = Vec::new();
        for name in names {
            let slot = self.frame().variable(scope, &name);
            let interned = self.name(&name);
            let info = self.scopes.list[scope]
                .names
                .get(&name)
                .copied()
                .unwrap_or_default();
            if info.captured {
                let is_param = info.param;
                if is_param {
                    moved.push(slot);
                }
                self.frame().cells.push(CellVar {
                    name: interned.clone(),
                    slot,
                    is_param,
                });
            }
            self.frame().local_names.push((interned, slot));
        }
        (!moved.is_empty()).then_some(MakeCells { slots: moved })
    }

    /// What a name means in the scope being lowered.
    pub(crate) fn place(&mut self, name: &Rc<str>) -> Place {
        let mut at = self.scope();
        let frame_scope = self.scopes.frame_of(at);
        loop {
            let scope = &self.scopes.list[at];
            let info = scope.names.get(name).copied().unwrap_or_default();
            match scope.kind {
                ScopeKind::Comprehension => {
                    if info.bound && !info.global && !info.nonlocal {
                        return self.slot_place(at, name, info.captured);
                    }
                    at = scope.parent.unwrap_or(0);
                    if self.scopes.list[at].kind == ScopeKind::Class {
                        // Comprehensions do not see the names of a class body.
                        return self.outer_place(at, name);
                    }
                    continue;
                }
                ScopeKind::Function => {
                    if info.global {
                        return Place::Global;
                    }
                    if info.bound && !info.nonlocal {
                        return self.slot_place(at, name, info.captured);
                    }
                    let mut outer = self.outer_place(at, name);
                    if self.scopes.list[at].sees_class {
                        let of_class = self.scopes.class_info(at, name);
                        if of_class.global {
                            return Place::Global;
                        }
                        if of_class.bound && !of_class.nonlocal {
                            outer = Place::Global;
                        }
                        let namespace = self.outer_place(at, &Rc::from("__classdict__"));
                        if let Place::Free(index) = namespace {
                            return Place::ClassNamespace(index, Box::new(outer));
                        }
                    }
                    return outer;
                }
                ScopeKind::Class => {
                    if info.global {
                        return Place::Global;
                    }
                    if info.bound && !info.nonlocal {
                        // A name that the body binds is not looked for in functions around.
                        return Place::Namespace(Slot::new(0), Box::new(Place::Global));
                    }
                    let outer = self.outer_place(at, name);
                    if info.nonlocal {
                        return outer;
                    }
                    return Place::Namespace(Slot::new(0), Box::new(outer));
                }
                ScopeKind::Module => {
                    debug_assert_eq!(at, frame_scope);
                    if self.top == TopLevel::Namespace && !info.global {
                        return Place::Namespace(Slot::new(0), Box::new(Place::Global));
                    }
                    return Place::Global;
                }
            }
        }
    }

    fn slot_place(&mut self, scope: ScopeId, name: &Rc<str>, captured: bool) -> Place {
        let slot = self.frame().variable(scope, name);
        if captured {
            Place::Cell(slot)
        } else {
            Place::Local(slot)
        }
    }

    fn outer_place(&self, frame_scope: ScopeId, name: &Rc<str>) -> Place {
        match self.scopes.list[frame_scope]
            .free
            .iter()
            .position(|n| n == name)
        {
            Some(index) => Place::Free(index),
            None => Place::Global,
        }
    }

    /// The cells of a class body that are there if something inside uses them: `__class__`, and
    /// the one with its namespace.
    pub(crate) fn place_class_cells(&mut self) {
        self.place_class_cell("__class__");
        self.place_class_cell("__classdict__");
    }

    fn place_class_cell(&mut self, name: &str) {
        let scope = self.scope();
        let name: Rc<str> = Rc::from(name);
        if self.scopes.list[scope]
            .names
            .get(&name)
            .is_some_and(|i| i.captured)
        {
            let slot = self.frame().variable(scope, &name);
            let interned = self.name(&name);
            self.frame().cells.push(CellVar {
                name: interned,
                slot,
                is_param: false,
            });
        }
    }

    /// Ends the frame: its code.
    pub(crate) fn finish_frame(
        &mut self,
        name: Name,
        qualname: Name,
        params: Params,
        out: Out,
        span: Span,
        doc: Option<Value>,
    ) -> Rc<Code> {
        let Some(frame) = self.frames.pop() else {
            unreachable!("a frame that was begun is ended")
        };
        let free = self.scopes.list[frame.scopes[0]].free.clone();
        let free_names = free.iter().map(|n| self.name(n)).collect();
        let simple = params.keyword_only == 0 && !params.varargs && !params.varkw;
        let runs_at_once = simple && frame.kind == CodeKind::Plain;
        let quick_arity = if runs_at_once {
            params.positional
        } else {
            usize::MAX
        };
        Rc::new(Code {
            name,
            qualname,
            source: self.source.clone(),
            span,
            kind: frame.kind,
            params,
            simple,
            quick_arity,
            slots: frame.slots,
            delegate: frame.delegate,
            self_attributes: frame.self_attributes.len() as u16,
            local_names: frame.local_names,
            cells: frame.cells,
            free_names,
            doc,
            body: Block::new(out),
            class_namespace: frame.class_namespace,
            consts: Default::default(),
        })
    }

    /// Adds a statement without suspension points.
    pub(crate) fn emit(&self, out: &mut Out, stmt: impl crate::node::Stmt + 'static, span: Span) {
        out.push((Box::new(stmt), span, Points::default()));
    }

    /// Adds a statement whose suspension points began at `from`.
    pub(crate) fn emit_from(
        &mut self,
        out: &mut Out,
        stmt: impl crate::node::Stmt + 'static,
        span: Span,
        from: u32,
    ) {
        let points = Points {
            from,
            to: self.frame().points,
        };
        out.push((Box::new(stmt), span, points));
    }
}
