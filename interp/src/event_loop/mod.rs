//! The event loop: runs what is ready, in asyncio's order, hop for hop, then waits for the next
//! timer or for something from outside.
//!
//! It knows tasks, futures, handles, timers, a clock and a reactor. `gather`, `shield`, locks,
//! queues and groups are not here; they are library code. What runs the loop is in `run`, what
//! scripts see of it in `classes`.

pub mod async_gens;
pub mod callbacks;
pub mod circles;
pub mod classes;
pub mod context;
mod context_class;
pub mod findings;
mod foreign;
pub mod future;
pub mod handle;
mod loop_class;
pub mod observer;
pub mod reactor;
pub mod report;
mod repr;
pub mod run;
mod shuffle;
pub mod task;
mod task_class;
pub mod timers;
pub mod trail;
pub mod waits;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

pub use foreign::{add_native_callback, is_future};
pub use handle::ends_program;
pub use loop_class::is_coroutine_function;
pub use task::is_coroutine;

use crate::classes::ClassSpec;
use crate::object::{Kind, Obj, Object, Ref, trace_value};
use crate::objects::class::{ClassObj, Layout};
use crate::objects::exception::ExceptionObj;
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;
use future::{AnyFuture, PlainFutureObj};
use handle::{Action, HandleObj, Ready};
use reactor::{Idle, Reactor};
use task::{NAMED_BITS, TaskObj, UNREGISTERED};
use timers::Timers;

/// In which order things run that are ready together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ReadyOrder {
    /// As they became ready.
    #[default]
    Fifo,
    /// Shuffled, for tests that explore schedules.
    Seeded(Shuffle),
    /// With these changes only (`LoopState::moves`).
    Moved,
}

/// One change of the order in a turn: what stands at `from` runs at `to`, the others one place
/// later or earlier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Move {
    /// The number of the turn, as `Shuffle` counts them.
    pub turn: u64,
    /// The place before.
    pub from: usize,
    /// The place after.
    pub to: usize,
}

/// Which turns are shuffled, and how. Only turns count in which several things are ready; they are
/// counted through the whole program, and how one is shuffled depends on the seed and its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shuffle {
    /// Of the permutations.
    pub seed: u64,
    /// The first turn that is shuffled.
    pub first: u64,
    /// The first one after it that is not.
    pub end: u64,
}

/// What an interpreter keeps about its loops.
pub struct LoopState {
    /// The loop that runs.
    running: Shared<Option<Ref<LoopObj>>>,
    /// What `set_event_loop` set.
    current: Shared<Option<Ref<LoopObj>>>,
    /// `set_event_loop` was called: no loop is made up any more.
    is_set: Cell<bool>,
    /// The context in force; see `context`.
    pub(crate) context: Shared<Option<Obj>>,
    /// The number of the last task; see `TaskObj`.
    last_task: Cell<u64>,
    /// The order of new loops.
    pub order: Cell<ReadyOrder>,
    /// The changes of `ReadyOrder::Moved`, turn by turn, each turn's in the order in which they
    /// are made.
    pub moves: RefCell<Vec<Move>>,
    /// How loops wait for the world outside.
    reactor: Shared<Rc<dyn Reactor>>,
    /// Async generators that have begun, and who closes them.
    async_gens: async_gens::Announced,
    /// What `sys.set_asyncgen_hooks` set; a loop that starts takes it away while it runs.
    pub hooks: Shared<Option<async_gens::Hooks>>,
    exceptions: OnceCell<LoopExceptions>,
    /// What happened that should not happen in a good program.
    pub findings: Rc<findings::Findings>,
    /// How many turns had a choice, if their order is not the usual one.
    choices: Cell<u64>,
    /// The task that the first Ctrl-C cancels (`asyncio.run`).
    interrupted_first: Shared<Option<Ref<TaskObj>>>,
    /// Told about tasks that fail while nobody waits for them.
    pub failed: Cell<Option<FailedHook>>,
    /// Who did what where a moment ago.
    pub trail: trail::Trail,
    /// Where the step under way was when it had taken long already.
    pub(crate) long_step: Cell<Option<observer::Seen>>,
    /// Told about all that is worth a word.
    pub observer: Cell<Option<&'static observer::Observer>>,
}

/// Receives a task that fails while nobody waits for it, and its exception; true if it told about
/// them.
pub type FailedHook = fn(&Vm, &Ref<TaskObj>, &Ref<ExceptionObj>) -> bool;

impl Default for LoopState {
    fn default() -> LoopState {
        LoopState {
            running: Shared::default(),
            current: Shared::default(),
            is_set: Cell::new(false),
            context: Shared::default(),
            last_task: Cell::new(0),
            order: Cell::default(),
            moves: RefCell::default(),
            reactor: Shared::new(Rc::new(Idle::default())),
            async_gens: Default::default(),
            hooks: Shared::default(),
            exceptions: OnceCell::new(),
            findings: Rc::default(),
            choices: Cell::new(0),
            interrupted_first: Shared::default(),
            failed: Cell::new(None),
            trail: trail::Trail::default(),
            long_step: Cell::new(None),
            observer: Cell::new(None),
        }
    }
}

impl LoopState {
    /// The loop that runs.
    #[inline]
    pub fn running(&self) -> Option<Ref<LoopObj>> {
        self.running.get()
    }

    /// True if no other loop may run now. The loop of a prompt gives way to what is typed.
    pub fn is_busy(&self) -> bool {
        let running = self.running.read();
        running
            .as_ref()
            .is_some_and(|l| !l.is_prompt.get() || l.current_task.read().is_some())
    }

    /// What `set_event_loop` set.
    pub fn current(&self) -> Option<Ref<LoopObj>> {
        self.current.get()
    }

    /// `set_event_loop`.
    pub fn set_current(&self, event_loop: Option<Ref<LoopObj>>) {
        self.is_set.set(true);
        drop(self.current.replace(event_loop));
    }

    /// `_set_running_loop`.
    pub fn set_running(&self, event_loop: Option<Ref<LoopObj>>) {
        drop(self.running.replace(event_loop));
    }

    /// The context in force, if any variable was set in it.
    #[inline]
    pub fn current_context(&self) -> Option<Obj> {
        self.context.get()
    }

    /// The number of a new task.
    fn number_task(&self, is_unnamed: bool) -> u64 {
        let last = self.last_task.get();
        let number = if is_unnamed {
            ((last >> NAMED_BITS) + 1) << NAMED_BITS
        } else if last.trailing_ones() >= NAMED_BITS {
            // More tasks with names in a row than there is room for: they share a number.
            last
        } else {
            last + 1
        };
        self.last_task.set(number);
        number
    }

    /// How loops wait.
    pub fn reactor(&self) -> Rc<dyn Reactor> {
        self.reactor.get()
    }

    /// Gives the loops another way to wait.
    pub fn set_reactor(&self, reactor: Rc<dyn Reactor>) {
        drop(self.reactor.replace(reactor));
    }

    /// Sets the task that the first Ctrl-C cancels; returns the one before.
    pub fn set_interrupted_first(&self, task: Option<Ref<TaskObj>>) -> Option<Ref<TaskObj>> {
        self.interrupted_first.replace(task)
    }

    /// Ctrl-C: cancels the main task of `asyncio.run`, the first time. False if the interrupt is
    /// to be raised where the program is.
    pub(crate) fn cancel_main_task(&self, vm: &Vm) -> R<bool> {
        match self.interrupted_first.take() {
            Some(task) if task.is_typed() => Ok(false),
            Some(task) if !task.is_done() => task.cancel(vm, &Value::None),
            _ => Ok(false),
        }
    }

    /// What `look` tells of the task that runs in the running loop.
    #[inline(always)]
    pub(crate) fn with_current_task<T>(&self, look: impl FnOnce(Option<&Ref<TaskObj>>) -> T) -> T {
        let running = self.running.read();
        let current = running.as_ref().map(|l| l.current_task.read());
        look(current.as_ref().and_then(|task| task.as_ref()))
    }

    /// Keeps and tells a finding that lets the program fail.
    #[cold]
    pub fn tell(&self, vm: &Vm, finding: &observer::Finding) {
        self.findings.add("finding", finding.text.as_str());
        if let Some(observer) = self.observer.get() {
            (observer.finding)(vm, finding);
        }
    }

    /// Lets everything go, at the interpreter's end.
    pub fn clear(&self) {
        drop(self.running.take());
        let current = self.current.take();
        if let Some(event_loop) = current {
            event_loop.abandon();
        }
        drop(self.context.take());
        drop(self.interrupted_first.take());
        drop(self.reactor.replace(Rc::new(Idle::default())));
    }
}

/// The exception classes of futures, made at the first look.
struct LoopExceptions {
    cancelled: Ref<ClassObj>,
    invalid_state: Ref<ClassObj>,
    /// The class of what `gather` returns.
    gathering: Ref<ClassObj>,
}

static GATHERING_FUTURE: ClassSpec = ClassSpec {
    name: "_GatheringFuture",
    module: "asyncio.tasks",
    doc: "Helper for gather().",
    layout: Layout::Native(Kind::Future),
    methods: &[],
    attributes: &[],
    subclassable: false,
};

static CANCELLED_ERROR: ClassSpec = ClassSpec {
    name: "CancelledError",
    module: "asyncio.exceptions",
    doc: "The Future or Task was cancelled.",
    layout: Layout::Exception,
    methods: &[],
    attributes: &[],
    subclassable: true,
};

static INVALID_STATE_ERROR: ClassSpec = ClassSpec {
    name: "InvalidStateError",
    module: "asyncio.exceptions",
    doc: "The operation is not allowed in this state.",
    layout: Layout::Exception,
    methods: &[],
    attributes: &[],
    subclassable: true,
};

impl Vm {
    fn loop_exceptions(&self) -> &LoopExceptions {
        self.loops.exceptions.get_or_init(|| LoopExceptions {
            cancelled: self.make_class(&CANCELLED_ERROR, &[&self.exceptions.BaseException]),
            invalid_state: self.make_class(&INVALID_STATE_ERROR, &[&self.exceptions.Exception]),
            gathering: self.make_class(&GATHERING_FUTURE, &[&self.classes.future]),
        })
    }

    /// The class of a plain future: what `gather` returns has one of its own.
    pub(crate) fn future_class(&self, future: &PlainFutureObj) -> Ref<ClassObj> {
        if future.has_own_cancel() {
            self.loop_exceptions().gathering.clone()
        } else {
            self.classes.future.clone()
        }
    }

    /// `asyncio.CancelledError`.
    pub fn cancelled_error(&self) -> &Ref<ClassObj> {
        &self.loop_exceptions().cancelled
    }

    /// `asyncio.InvalidStateError`.
    pub fn invalid_state_error(&self) -> &Ref<ClassObj> {
        &self.loop_exceptions().invalid_state
    }

    /// The loop that runs; raises if there is none.
    #[inline]
    pub fn running_loop(&self) -> R<Ref<LoopObj>> {
        match self.loops.running() {
            Some(event_loop) => Ok(event_loop),
            None => Err(self.runtime_error("no running event loop")),
        }
    }

    /// `get_event_loop()`: the loop that runs, or the one that was set; the first time one is
    /// made.
    pub fn event_loop(&self) -> R<Ref<LoopObj>> {
        let loops = &self.loops;
        if let Some(event_loop) = loops.running().or_else(|| loops.current()) {
            return Ok(event_loop);
        }
        if loops.is_set.get() {
            let text = "There is no current event loop in thread 'MainThread'.";
            return Err(self.runtime_error(text));
        }
        let made = LoopObj::make(self);
        loops.set_current(Some(made.clone()));
        Ok(made)
    }

    /// The task that runs in the running loop.
    pub fn current_task(&self) -> Option<Ref<TaskObj>> {
        self.loops
            .running
            .read()
            .as_ref()
            .and_then(|l| l.current_task.get())
    }
}

/// An event loop.
pub struct LoopObj {
    ready: Shared<VecDeque<Ready>>,
    pub(crate) timers: Shared<Timers>,
    /// The tasks that are not done. A task knows its place (`Header::aux`).
    tasks: Shared<Vec<Ref<TaskObj>>>,
    /// The task whose step is under way.
    pub(crate) current_task: Shared<Option<Ref<TaskObj>>>,
    pub(crate) exception_handler: Shared<Value>,
    pub(crate) task_factory: Shared<Value>,
    pub(crate) slow_callback_duration: Shared<Value>,
    pub(crate) debug: Cell<bool>,
    is_closed: Cell<bool>,
    is_running: Cell<bool>,
    is_stopping: Cell<bool>,
    /// It runs beneath a prompt.
    pub is_prompt: Cell<bool>,
    /// `shutdown_asyncgens` was called.
    pub(crate) closes_async_gens: Cell<bool>,
    order: Cell<ReadyOrder>,
    /// What `run_until_complete` waits for.
    main: Shared<Option<AnyFuture>>,
    /// The main task was told that nothing can wake it.
    is_deadlocked: Cell<bool>,
    search: circles::Search,
    /// How many steps were watched, beneath `--debug`.
    pub(crate) watched_steps: Cell<u64>,
    /// The time at the last rest, in tenths of seconds: when a wait began, about.
    pub(crate) rested: Cell<u32>,
}

impl Object for LoopObj {
    const KIND: Kind = Kind::Loop;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        self.ready
            .read()
            .iter()
            .for_each(|entry| entry.trace(visit));
        self.timers.read().trace(visit);
        self.tasks.read().iter().for_each(|task| visit(task.obj()));
        if let Some(task) = &*self.current_task.read() {
            visit(task.obj());
        }
        if let Some(main) = &*self.main.read() {
            visit(main.obj());
        }
        for held in [
            &self.exception_handler,
            &self.task_factory,
            &self.slow_callback_duration,
        ] {
            trace_value(&held.read(), visit);
        }
    }
    fn clear(&self) {
        self.abandon();
        for held in [&self.exception_handler, &self.task_factory] {
            drop(held.replace(Value::None));
        }
    }
}

/// A time in tenths of seconds: all that people want to know of how long something waits.
pub(crate) fn tenths(seconds: f64) -> u32 {
    (seconds * 10.0) as u32
}

impl LoopObj {
    /// A new loop.
    pub fn make(vm: &Vm) -> Ref<LoopObj> {
        Ref::new(LoopObj {
            ready: Shared::default(),
            timers: Shared::default(),
            tasks: Shared::default(),
            current_task: Shared::default(),
            exception_handler: Shared::new(Value::None),
            task_factory: Shared::new(Value::None),
            slow_callback_duration: Shared::new(Value::float(0.1)),
            debug: Cell::new(false),
            is_closed: Cell::new(false),
            is_running: Cell::new(false),
            is_stopping: Cell::new(false),
            is_prompt: Cell::new(false),
            closes_async_gens: Cell::new(false),
            order: Cell::new(vm.loops.order.get()),
            main: Shared::new(None),
            is_deadlocked: Cell::new(false),
            search: circles::Search::default(),
            watched_steps: Cell::new(0),
            rested: Cell::new(tenths(vm.clock.monotonic())),
        })
    }

    /// Puts an entry into the ready queue.
    #[inline]
    pub fn push(&self, vm: &Vm, entry: Ready) -> R<()> {
        if self.is_closed.get() {
            return Err(vm.runtime_error("Event loop is closed"));
        }
        self.ready.write().push_back(entry);
        Ok(())
    }

    /// Raises if the loop is closed.
    pub fn check_open(&self, vm: &Vm) -> R<()> {
        if self.is_closed.get() {
            Err(vm.runtime_error("Event loop is closed"))
        } else {
            Ok(())
        }
    }

    /// True once it is closed.
    pub fn is_closed(&self) -> bool {
        self.is_closed.get()
    }

    /// True while it runs.
    pub fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// The loop stops at the end of its turn.
    pub fn stop(&self) {
        self.is_stopping.set(true);
    }

    /// Closes it: what is ready or scheduled never runs.
    pub fn close(&self, vm: &Vm) -> R<()> {
        if self.is_running() {
            return Err(vm.runtime_error("Cannot close a running event loop"));
        }
        if !self.is_closed.replace(true) {
            // Only if they are wanted: a `repr` may be a script's.
            let live = match vm.loops.findings.is_wanted.get() {
                true => self.timers.read().live_handles(),
                false => Vec::new(),
            };
            for handle in live {
                let shown = vm.repr_or_name(&handle.into());
                let text = format!("{shown} was scheduled when its loop closed");
                vm.loops.findings.note("timer", text);
            }
            self.abandon();
        }
        Ok(())
    }

    /// The task whose step is under way.
    #[inline]
    pub fn current_task(&self) -> Option<Ref<TaskObj>> {
        self.current_task.get()
    }

    /// `set_debug`.
    pub fn set_debug(&self, on: bool) {
        self.debug.set(on);
    }

    /// Lets go of everything it holds.
    fn abandon(&self) {
        self.is_closed.set(true);
        drop(self.ready.take());
        let timers = self.timers.write().take_all();
        drop(timers);
        let tasks = self.tasks.take();
        for task in &tasks {
            task.obj().spare().aux.set(UNREGISTERED);
        }
        drop(tasks);
    }

    /// Holds a task until it is done.
    pub(crate) fn register(&self, task: &Ref<TaskObj>) {
        let mut tasks = self.tasks.write();
        let aux = &task.obj().spare().aux;
        if aux.get() == UNREGISTERED {
            aux.set(tasks.len() as u32);
            tasks.push(task.clone());
        }
    }

    /// Lets a task go that is done. The caller holds it too.
    pub(crate) fn unregister(&self, task: &Ref<TaskObj>) {
        let at = task.obj().spare().aux.replace(UNREGISTERED);
        if at == UNREGISTERED {
            return;
        }
        let mut tasks = self.tasks.write();
        let removed = tasks.swap_remove(at as usize);
        if let Some(moved) = tasks.get(at as usize) {
            moved.obj().spare().aux.set(at);
        }
        drop(tasks);
        drop(removed);
    }

    /// The tasks that are not done, in the order of their creation.
    pub fn tasks(&self) -> Vec<Ref<TaskObj>> {
        let mut tasks = self.tasks.get();
        tasks.retain(|t| !t.is_done());
        tasks.sort_by_key(|t| t.order());
        tasks
    }

    /// What `run_until_complete` waits for.
    pub fn main(&self) -> Option<AnyFuture> {
        self.main.get()
    }

    /// How many things are ready to run.
    pub fn ready_len(&self) -> usize {
        self.ready.read().len()
    }

    /// Seconds on the loop's clock.
    #[inline]
    pub fn time(&self, vm: &Vm) -> f64 {
        vm.clock.monotonic()
    }
}

impl Ref<LoopObj> {
    /// A future of this loop.
    #[inline]
    pub fn create_future(&self) -> Ref<PlainFutureObj> {
        Ref::<PlainFutureObj>::pending(self)
    }

    /// `call_soon` of a function of the library.
    pub fn call_soon_native(
        &self,
        vm: &Vm,
        function: fn(&Vm, &Obj) -> R<()>,
        owner: &Obj,
    ) -> R<Ref<HandleObj>> {
        let action = Action::Native(function, owner.clone());
        self.call_soon(vm, action, None)
    }

    /// `call_at` of a function of the library.
    pub fn call_at_native(
        &self,
        vm: &Vm,
        when: f64,
        function: fn(&Vm, &Obj) -> R<()>,
        owner: &Obj,
    ) -> R<Ref<HandleObj>> {
        let action = Action::Native(function, owner.clone());
        self.call_at(vm, when, Value::float(when), action, None)
    }

    /// `call_soon`.
    pub fn call_soon(&self, vm: &Vm, action: Action, context: Option<Obj>) -> R<Ref<HandleObj>> {
        let handle = Ref::<HandleObj>::make(self, action, context, Value::Unbound);
        self.push(vm, Ready::Handle(handle.clone()))?;
        Ok(handle)
    }

    /// `call_at`; `shown` is what `when()` will say.
    pub fn call_at(
        &self,
        vm: &Vm,
        when: f64,
        shown: Value,
        action: Action,
        context: Option<Obj>,
    ) -> R<Ref<HandleObj>> {
        self.check_open(vm)?;
        let handle = Ref::<HandleObj>::make(self, action, context, shown);
        handle.scheduled.set(true);
        self.timers.write().add(when, handle.obj().clone());
        Ok(handle)
    }
}
