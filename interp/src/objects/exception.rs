//! Exceptions: their data. The hierarchy and the constructors are in `builtins/exceptions`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::class::ClassObj;
use super::dict::{DictObj, new_dict};
use super::tuple::TupleObj;
use crate::code::Code;
use crate::event_loop::task::usual_name;
use crate::object::{Kind, Obj, Object, Ref};
use crate::place::Place;
use crate::value::Value;
use aio_lexer::Span;

/// One step of a traceback: a frame the exception passed through.
#[derive(Clone)]
pub struct TraceEntry {
    /// The code of the frame.
    pub code: Rc<Code>,
    /// The expression that raised, or through which the exception came.
    pub span: Span,
    /// The globals of the frame.
    pub globals: Ref<DictObj>,
}

/// An exception.
pub struct ExceptionObj {
    /// Its class.
    pub class: RefCell<Ref<ClassObj>>,
    /// `args`.
    pub args: RefCell<Ref<TupleObj>>,
    /// `__cause__`.
    pub cause: RefCell<Option<Ref<ExceptionObj>>>,
    /// `__context__`.
    pub context: RefCell<Option<Ref<ExceptionObj>>>,
    /// `__suppress_context__`.
    pub suppress_context: Cell<bool>,
    /// The frames passed, innermost first.
    pub trace: RefCell<Vec<TraceEntry>>,
    /// The traceback object made last: it is the same one as long as nothing is added to `trace`.
    pub seen_trace: RefCell<Option<Ref<TracebackObj>>>,
    /// `__dict__`: attributes set by scripts, and the special ones (`errno`, `name`, …).
    attrs: RefCell<Option<Ref<DictObj>>>,
    /// What reports tell besides.
    story: RefCell<Option<Box<Story>>>,
}

/// What reports tell of an exception besides its trace. Scripts do not see it.
#[derive(Clone, Default)]
pub struct Story {
    /// The tasks that it ended, innermost first.
    pub tasks: Vec<EndedTask>,
    /// Lines that say how it came about.
    pub notes: Vec<String>,
    /// People were told of it when it was raised.
    pub is_reported: bool,
}

/// A task that an exception ended.
#[derive(Clone)]
pub struct EndedTask {
    /// How long the trace was then: what follows are frames of those who awaited the task.
    pub trace_len: usize,
    /// The name that the task was given.
    pub given_name: Option<Value>,
    /// The task's number (`TaskObj::order`).
    pub number: u64,
    /// Where it was created.
    pub created: Place,
}

impl EndedTask {
    /// The task's name.
    pub fn name(&self) -> String {
        let given = self.given_name.as_ref().and_then(Value::as_str);
        let name = given.map(str::to_owned);
        name.or_else(|| usual_name(self.number)).unwrap_or_default()
    }
}

impl Object for ExceptionObj {
    const KIND: Kind = Kind::Exception;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.class.borrow().obj());
        visit(self.args.borrow().obj());
        for e in [&self.cause, &self.context] {
            if let Some(e) = &*e.borrow() {
                visit(e.obj());
            }
        }
        if let Some(d) = &*self.attrs.borrow() {
            visit(d.obj());
        }
        for entry in &*self.trace.borrow() {
            visit(entry.globals.obj());
        }
        if let Some(seen) = &*self.seen_trace.borrow() {
            visit(seen.obj());
        }
    }
    fn clear(&self) {
        drop(self.trace.take());
        drop(self.seen_trace.take());
        drop(self.cause.take());
        drop(self.context.take());
        drop(self.attrs.take());
    }
}

impl ExceptionObj {
    /// The class.
    pub fn class(&self) -> Ref<ClassObj> {
        self.class.borrow().clone()
    }

    /// `args`.
    pub fn args(&self) -> Ref<TupleObj> {
        self.args.borrow().clone()
    }

    /// What reports tell besides.
    pub fn story(&self) -> Option<Story> {
        self.story.borrow().as_deref().cloned()
    }

    /// Adds to what reports tell besides.
    pub fn tell(&self, add: impl FnOnce(&mut Story)) {
        add(self.story.borrow_mut().get_or_insert_default());
    }

    /// `__dict__`, made at the first look.
    pub fn attrs(&self) -> Ref<DictObj> {
        self.attrs.borrow_mut().get_or_insert_with(new_dict).clone()
    }

    /// `__dict__` if there is one.
    pub fn attrs_if_any(&self) -> Option<Ref<DictObj>> {
        self.attrs.borrow().clone()
    }

    /// Replaces `__dict__`.
    pub fn set_attrs(&self, dict: Ref<DictObj>) {
        drop(self.attrs.replace(Some(dict)));
    }

    /// The first of `args`, or `None`.
    pub fn first_arg(&self) -> Value {
        self.args
            .borrow()
            .items()
            .first()
            .cloned()
            .unwrap_or(Value::None)
    }
}

impl Ref<ExceptionObj> {
    /// An exception of this class.
    pub fn of_class(class: &Ref<ClassObj>, args: Vec<Value>) -> Ref<ExceptionObj> {
        Ref::new(ExceptionObj {
            class: RefCell::new(class.clone()),
            args: RefCell::new(Ref::<TupleObj>::from_vec(args)),
            cause: RefCell::new(None),
            context: RefCell::new(None),
            suppress_context: Cell::new(false),
            trace: RefCell::default(),
            seen_trace: RefCell::new(None),
            attrs: RefCell::new(None),
            story: RefCell::new(None),
        })
    }
}

/// A traceback object: one step of an exception's trace, seen from scripts.
pub struct TracebackObj {
    /// The steps, outermost first; this object stands for the one at `at`.
    pub entries: Rc<[TraceEntry]>,
    /// Which step.
    pub at: usize,
    /// `tb_next`, once it was asked for or set: a traceback or `None`. `Unbound` before.
    pub next: RefCell<Value>,
}

impl TracebackObj {
    /// The step number `at`.
    pub fn step(entries: Rc<[TraceEntry]>, at: usize) -> Ref<TracebackObj> {
        let next = RefCell::new(Value::Unbound);
        Ref::new(TracebackObj { entries, at, next })
    }

    /// This step and those behind it, outermost first, as `tb_next` tells.
    pub fn steps(&self) -> Vec<TraceEntry> {
        let mut steps = Vec::new();
        let mut at = (self.entries.clone(), self.at);
        let mut next = self.next.borrow().clone();
        loop {
            let (entries, i) = at;
            if next.is_unbound() {
                steps.extend_from_slice(entries.get(i..).unwrap_or_default());
                return steps;
            }
            steps.extend(entries.get(i).cloned());
            let Some(behind) = next.downcast::<TracebackObj>().cloned() else {
                return steps;
            };
            at = (behind.entries.clone(), behind.at);
            next = behind.next.borrow().clone();
        }
    }
}

impl Object for TracebackObj {
    const KIND: Kind = Kind::Traceback;
    const TRACKED: bool = false;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&crate::object::Obj)) {
        crate::object::trace_value(&self.next.borrow(), visit);
    }
}
