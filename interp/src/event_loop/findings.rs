//! What a good program does not do and nobody would notice: coroutines never awaited, exceptions
//! never retrieved, tasks dropped while pending.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aio_lexer::Span;

use super::Move;
use super::future::{AnyFuture, FutureState};
use super::report::Incident;
use super::task::TaskObj;
use crate::code::Source;
use crate::coroutine::{CoroutineObj, State};
use crate::object::Ref;
use crate::vm::Vm;

/// What kind of thing was found; the words are those that a test allows it with.
pub type FindingKind = &'static str;

/// What was found while a program ran, and the turns that were shuffled.
#[derive(Default)]
pub struct Findings {
    /// Somebody wants to know.
    pub is_wanted: Cell<bool>,
    found: RefCell<Vec<(FindingKind, String)>>,
    turns: RefCell<Vec<String>>,
    moves: RefCell<Vec<Move>>,
    /// How many there were that let the program fail.
    faults: Cell<usize>,
    /// Tasks that wait for each other in a circle; they let the program fail if they still do at
    /// its end.
    held: RefCell<Vec<Vec<Ref<TaskObj>>>>,
    /// What was said of coroutines never awaited, and how often it would have been; with the
    /// call that made them: inputs of a prompt have the same lines, and a line has many calls.
    forgotten: RefCell<Vec<(String, Option<(Rc<Source>, Span)>, usize)>>,
}

/// More is not kept.
const MOST: usize = 100;
/// More changes of the order are not kept.
const MOST_MOVES: usize = 20_000;

impl Findings {
    /// Keeps a finding, if they are wanted.
    pub fn note(&self, kind: FindingKind, text: impl Into<String>) {
        if self.is_wanted.get() {
            keep(&self.found, (kind, text.into()), MOST);
        }
    }

    /// Keeps a finding that lets the program fail.
    pub fn add(&self, kind: FindingKind, text: impl Into<String>) {
        self.faults.set(self.faults.get() + 1);
        self.note(kind, text);
    }

    /// Keeps tasks that wait for each other in a circle.
    pub(crate) fn add_held(&self, circle: Vec<Ref<TaskObj>>) {
        self.held.borrow_mut().push(circle);
    }

    /// The circles of tasks that are as they were when they were found: each lets the program
    /// fail that ends now.
    pub fn take_held(&self) -> Vec<Vec<Ref<TaskObj>>> {
        let mut held = self.held.take();
        held.retain(|circle| circle.iter().all(|task| !task.is_done()));
        for _ in &held {
            self.add("stuck", "tasks wait for each other in a circle");
        }
        held
    }

    /// True the first time: of the further coroutines of a line nothing new is to be said.
    fn is_new(&self, forgotten: &str, call: Option<(Rc<Source>, Span)>) -> bool {
        let mut all = self.forgotten.borrow_mut();
        let found = all.iter_mut().find(|(text, of, _)| {
            let id = |call: &(Rc<Source>, Span)| (Rc::as_ptr(&call.0), call.1.start);
            text == forgotten && of.as_ref().map(id) == call.as_ref().map(id)
        });
        if let Some((_, _, times)) = found {
            *times += 1;
            return false;
        }
        all.push((forgotten.to_owned(), call, 1));
        true
    }

    /// What was not said of coroutines never awaited, because it had been said, and how often.
    pub fn unsaid(&self) -> Vec<(String, usize)> {
        let all = self.forgotten.take();
        let again = all.into_iter().filter(|(_, _, times)| *times > 1);
        again.map(|(text, _, times)| (text, times - 1)).collect()
    }

    /// How many there were that let the program fail.
    pub fn faults(&self) -> usize {
        self.faults.get()
    }

    /// Keeps the description of a turn that was shuffled, and how.
    pub fn note_turn(&self, text: String, moves: &[Move]) {
        keep(&self.turns, text, MOST);
        for change in moves {
            keep(&self.moves, *change, MOST_MOVES);
        }
    }

    /// How the turns were shuffled so far.
    pub fn moves(&self) -> Vec<Move> {
        self.moves.borrow().clone()
    }

    /// What was found so far.
    pub fn found(&self) -> Vec<(FindingKind, String)> {
        self.found.borrow().clone()
    }

    /// The turns that were shuffled so far.
    pub fn turns(&self) -> Vec<String> {
        self.turns.borrow().clone()
    }
}

fn keep<T>(list: &RefCell<Vec<T>>, what: T, most: usize) {
    let mut list = list.borrow_mut();
    if list.len() < most {
        list.push(what);
    }
}

/// Reports a coroutine that is freed without having begun.
pub fn never_awaited(vm: &Vm, co: &Ref<CoroutineObj>) {
    let at = match (co.made_at(), co.function()) {
        (Some((source, span)), _) => Some((source.filename.to_string(), source.line(span.start))),
        (None, Some(f)) => Some((f.code.source.filename.to_string(), f.code.first_line())),
        (None, None) => None,
    };
    let place = match &at {
        Some((file, line)) => format!("{file}:{line}: "),
        None => String::new(),
    };
    let name = co.qualname();
    let name = name.as_str().unwrap_or("?");
    let text = format!("{place}coroutine '{name}' was never awaited");
    vm.loops.findings.add("coroutine", text.clone());
    let said = text;
    let (file, line) = at.unwrap_or_default();
    let text = format!("coroutine '{name}' was never awaited");
    if vm.leaves_warning(&co.into(), &text, (&file, line)) {
        return;
    }
    if !vm.loops.findings.is_new(&said, co.made_at()) {
        return;
    }
    if vm
        .loops
        .observer
        .get()
        .is_some_and(|o| (o.never_awaited)(vm, co))
    {
        return;
    }
    vm.streams.write_err(
        vm,
        &format!("{place}RuntimeWarning: coroutine '{name}' was never awaited\n"),
    );
}

impl AnyFuture {
    /// True if freeing it needs `finalize`.
    #[inline]
    pub(crate) fn needs_finalizer(&self) -> bool {
        match self.state() {
            FutureState::Raised => self.is_unseen() && !self.is_abandoned(),
            FutureState::Pending => {
                matches!(self, AnyFuture::Task(t) if !t.is_quiet() && !t.coroutine().is_none())
            }
            _ => false,
        }
    }

    /// The coroutine of a task that never began is not one that somebody forgot to await.
    fn disown(&self, vm: &Vm) {
        let AnyFuture::Task(task) = self else {
            return;
        };
        let coroutine = task.coroutine();
        if let Some(co) = coroutine.downcast::<CoroutineObj>()
            && co.state() == State::Created
            && vm.loops.observer.get().is_some()
        {
            co.finish();
        }
    }

    /// Reports an exception that was never retrieved, or a task dropped while pending.
    pub(crate) fn finalize(&self, vm: &Vm) {
        crate::finalize::undisturbed(vm, || {
            let Some(event_loop) = self.loop_if_any() else {
                return;
            };
            let is_done = self.is_done();
            let incident = if is_done {
                let message = format!("{} exception was never retrieved", self.class_name(vm));
                Incident::new(message)
                    .with("exception", self.stored())
                    .with("future", self.value())
            } else {
                Incident::new("Task was destroyed but it is pending!").with("task", self.value())
            };
            self.mark_seen();
            if incident.report(vm, &event_loop).is_err() {
                let e = vm.take_raised();
                let place = "in the exception handler of an event loop";
                vm.report_unraisable(&e, place, &crate::value::Value::None);
            }
            if !is_done {
                self.disown(vm);
            }
        });
    }
}
