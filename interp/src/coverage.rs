//! What of a program ran: counters that lowering puts between the statements if somebody wants to
//! know, and nothing at all otherwise.
//!
//! Statements, the outcomes of decisions (which branch, another turn or the end of a loop) and
//! `await`s are counted, each at its place in the source.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aio_lexer::Span;

use crate::code::Source;

/// How often something happened.
pub type Counter = Rc<Cell<u64>>;

/// Adds one.
pub(crate) fn count(counter: &Counter) {
    counter.set(counter.get().saturating_add(1));
}

/// What is counted at a place.
#[derive(Clone, Debug)]
pub enum Mark {
    /// A statement ran.
    Statement {
        /// Its place.
        at: Span,
        /// How often.
        ran: Counter,
    },
    /// A decision had this outcome.
    Branch {
        /// The decision.
        at: Span,
        /// What runs then; `None` if that is what follows the statement.
        to: Option<Span>,
        /// How often.
        taken: Counter,
    },
    /// An `await`, or a step of `async for` or `async with`.
    Await {
        /// Its place.
        at: Span,
        /// How often it was come to.
        reached: Counter,
        /// How often it suspended.
        suspended: Counter,
    },
}

/// The counters of a source.
pub struct FileCoverage {
    /// The source.
    pub source: Rc<Source>,
    marks: RefCell<Vec<Mark>>,
}

impl FileCoverage {
    /// What is counted in it.
    pub fn marks(&self) -> Vec<Mark> {
        self.marks.borrow().clone()
    }

    pub(crate) fn statement(&self, at: Span) -> Counter {
        let ran = Counter::default();
        let mark = Mark::Statement {
            at,
            ran: ran.clone(),
        };
        self.marks.borrow_mut().push(mark);
        ran
    }

    pub(crate) fn branch(&self, at: Span, to: Option<Span>) -> Counter {
        let taken = Counter::default();
        let mark = Mark::Branch {
            at,
            to,
            taken: taken.clone(),
        };
        self.marks.borrow_mut().push(mark);
        taken
    }

    /// Of an `await`: how often it is reached, how often it suspends.
    pub(crate) fn await_point(&self, at: Span) -> (Counter, Counter) {
        let (reached, suspended) = (Counter::default(), Counter::default());
        let mark = Mark::Await {
            at,
            reached: reached.clone(),
            suspended: suspended.clone(),
        };
        self.marks.borrow_mut().push(mark);
        (reached, suspended)
    }
}

/// The counters of a program.
#[derive(Default)]
pub struct Coverage {
    files: RefCell<Vec<Rc<FileCoverage>>>,
}

impl Coverage {
    /// The sources that were lowered so far. One that was loaded twice is there twice.
    pub fn files(&self) -> Vec<Rc<FileCoverage>> {
        self.files.borrow().clone()
    }

    /// The counters for a source; `None` for the library and for what is no file.
    pub(crate) fn of(&self, source: &Rc<Source>) -> Option<Rc<FileCoverage>> {
        if source.is_library || source.filename.starts_with('<') {
            return None;
        }
        let file = Rc::new(FileCoverage {
            source: source.clone(),
            marks: RefCell::default(),
        });
        self.files.borrow_mut().push(file.clone());
        Some(file)
    }
}
