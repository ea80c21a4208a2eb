//! What tasks wait for, as reports tell it: deadlocks, the tree of live tasks.
//!
//! Nothing of it is recorded while a program runs. It is read off what is there anyway: the future
//! that a task waits for, who is called when that is done, and the frames that wait.

use rustc_hash::FxHashSet;

use super::future::{AnyFuture, Callback, FutureObj};
use super::task::TaskObj;
use crate::builtins::evaluate::frame_locals;
use crate::coroutine::CoroutineObj;
use crate::coroutine::async_gen::AsyncGenStepObj;
use crate::object::{Obj, Ref};
use crate::objects::dict::DictObj;
use crate::objects::host::HostObj;
use crate::place::Place;
use crate::value::Value;
use crate::vm::Vm;

/// What ends a wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Needs {
    /// Every one of `Wait::others` must be done.
    All,
    /// One of them is enough.
    Any,
    /// That is not known: anybody can end it.
    #[default]
    Unknown,
}

/// What somebody waits for.
#[derive(Clone, Default)]
pub struct Wait {
    /// In words: "lock", "an item of queue".
    pub what: &'static str,
    /// The lock, queue, …
    pub object: Option<Obj>,
    /// More about its state: "empty", "3 items, full".
    pub state: String,
    /// The futures and tasks that could end it.
    pub others: Vec<AnyFuture>,
    /// Which of them.
    pub needs: Needs,
    /// Who has what is wanted.
    pub holder: Option<Holder>,
    /// When a timer ends it.
    pub until: Option<f64>,
    /// For how long it sleeps.
    pub delay: Option<f32>,
    /// Since when, about; in tenths of seconds.
    pub since: Option<u32>,
}

/// Who holds a lock: noted when it is acquired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The number of the task; 0 for none.
    pub task: u64,
    /// Where it got it.
    pub place: Place,
}

impl Holder {
    /// The task that runs.
    #[inline]
    pub fn current(vm: &Vm) -> Holder {
        Holder {
            task: vm
                .loops
                .with_current_task(|task| task.map_or(0, |task| task.order())),
            place: vm.here(),
        }
    }
}

impl Wait {
    /// A wait for something of this kind.
    pub fn of(what: &'static str) -> Wait {
        Wait {
            what,
            ..Wait::default()
        }
    }

    /// What it is for: "lock", "sleep(5)".
    pub fn kind(&self) -> String {
        match self.delay {
            Some(delay) => format!("{}({delay})", self.what),
            None => self.what.to_owned(),
        }
    }

    /// It is for this object, in this state.
    #[must_use]
    pub fn on(mut self, object: &Obj, state: impl Into<String>) -> Wait {
        self.object = Some(object.clone());
        self.state = state.into();
        self
    }

    /// These can end it.
    #[must_use]
    pub fn for_all(mut self, others: Vec<AnyFuture>) -> Wait {
        self.others = others;
        self.needs = Needs::All;
        self
    }
}

/// What a task waits for; `None` if it is about to run.
pub fn of_task(task: &Ref<TaskObj>) -> Option<Wait> {
    if task.is_done() {
        return None;
    }
    let awaited = FutureObj::of(&task.waiting_on()?);
    let Some(future) = awaited else {
        return Some(Wait::of("an object of its own kind"));
    };
    if future.is_done() {
        return None;
    }
    if let AnyFuture::Task(_) = &future {
        return Some(Wait::of("task").for_all(vec![future]));
    }
    // A coroutine of the library may wait for more than the future tells.
    let leaf = root(task).map(|co| co.leaf());
    if let Some(owner) = leaf.and_then(|leaf| leaf.waits_at())
        && let Some(wait) = told_by(&owner)
    {
        let since = match &future {
            AnyFuture::Plain(plain) => Some(plain.made_at()),
            AnyFuture::Task(_) => None,
        };
        return Some(Wait { since, ..wait });
    }
    Some(of_future(&future))
}

/// What one waits for who awaits a plain future.
pub fn of_future(future: &AnyFuture) -> Wait {
    let AnyFuture::Plain(plain) = future else {
        return Wait::of("task").for_all(vec![future.clone()]);
    };
    if plain.is_sleeper() {
        let event_loop = plain.loop_if_any();
        let until = event_loop.and_then(|l| l.timers.read().due(plain.obj()));
        return Wait {
            until,
            delay: Some(f32::from_bits(plain.made_at())),
            ..Wait::of("sleep")
        };
    }
    let since = Some(plain.made_at());
    if let Some(wait) = plain.owner().as_ref().and_then(told_by) {
        return Wait { since, ..wait };
    }
    // `shield`: what tells the inner future is a callback of the outer one.
    let shielded = plain
        .callbacks()
        .iter()
        .find_map(|callback| match callback {
            Callback::Native(_, owner) => AnyFuture::of_obj(owner),
            _ => None,
        });
    match shielded {
        Some(inner) => Wait {
            since,
            ..Wait::of("shield").for_all(vec![inner])
        },
        None => Wait {
            since,
            ..Wait::of("future").on(plain.obj(), "")
        },
    }
}

fn told_by(owner: &Obj) -> Option<Wait> {
    owner.downcast::<HostObj>()?.data.wait(owner)
}

/// The outermost coroutine of a task.
pub fn root(task: &Ref<TaskObj>) -> Option<Ref<CoroutineObj>> {
    let coroutine = task.coroutine();
    if let Some(step) = coroutine.downcast::<AsyncGenStepObj>() {
        return Some(step.generator.clone());
    }
    coroutine.downcast::<CoroutineObj>().cloned()
}

/// The coroutines of a task that wait for each other, outermost first.
pub fn chain(task: &Ref<TaskObj>) -> Vec<Ref<CoroutineObj>> {
    root(task).map_or(vec![], |root| root.chain())
}

/// The function of the program's own in which a task waits, by its name, and where in it.
pub fn place(task: &Ref<TaskObj>) -> Option<(Value, Place)> {
    let chain = chain(task);
    let mut own = chain.iter().rev().filter_map(|co| {
        let function = co.function()?;
        let source = &function.code.source;
        (!source.is_library).then(|| (co.qualname(), Place::new(source, co.span().start)))
    });
    own.next()
}

/// The variables of a suspended coroutine's frame.
pub fn locals(co: &Ref<CoroutineObj>) -> Option<Ref<DictObj>> {
    co.function()?;
    Some(frame_locals(co.frame()))
}

/// Who awaits a future: tasks directly, and futures that others await in turn.
pub fn awaited_by(future: &AnyFuture) -> Vec<AnyFuture> {
    let mut found = Vec::new();
    for callback in future.callbacks() {
        let waiter = match &callback {
            Callback::Wake(task) => Some(AnyFuture::Task(task.clone())),
            Callback::Native(_, owner) => match owner.downcast::<HostObj>() {
                Some(host) => host.data.waiter().as_ref().and_then(AnyFuture::of_obj),
                None => AnyFuture::of_obj(owner),
            },
            Callback::Call(..) => None,
        };
        found.extend(waiter);
    }
    found
}

/// The tasks that go on, sooner or later, when a future is done.
pub fn waiting_tasks(future: &AnyFuture) -> Vec<Ref<TaskObj>> {
    let (mut tasks, mut seen) = (Vec::new(), FxHashSet::default());
    seen.insert(future.obj().address());
    let mut rest = awaited_by(future);
    while let Some(next) = rest.pop() {
        if !seen.insert(next.obj().address()) {
            continue;
        }
        match next {
            AnyFuture::Task(task) => tasks.push(task),
            AnyFuture::Plain(_) => rest.extend(awaited_by(&next)),
        }
    }
    tasks.sort_by_key(|task| task.order());
    tasks
}

/// What something waits for is empty, or of so many things.
pub fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
