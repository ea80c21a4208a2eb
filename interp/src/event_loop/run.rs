//! Running a loop: turns, waiting, `run_forever` and `run_until_complete`.

use std::sync::atomic::Ordering;

use super::LoopObj;
use super::circles;
use super::foreign::is_future;
use super::future::{AnyFuture, Callback, FutureObj, NativeCallback, PlainFutureObj};
use super::handle::{Ready, ends_program};
use super::observer::Blocked;
use super::task::{self, TaskObj, is_coroutine};
use crate::coroutine::CoroutineObj;
use crate::coroutine::native::AwaitOne;
use crate::interrupt;
use crate::object::{Kind, Obj, Ref};
use crate::objects::exception::ExceptionObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Timers due within this many seconds are due now, as asyncio has it.
const CLOCK_RESOLUTION: f64 = 1e-9;

/// The longest a loop waits at a time.
const LONGEST_WAIT: f64 = 24.0 * 3600.0;

/// A step that takes so many seconds keeps the others from running.
const LONG_STEP: f64 = 0.1;

impl Ref<LoopObj> {
    /// Runs until `stop` is called.
    pub fn run_forever(&self, vm: &Vm) -> R<()> {
        self.check_open(vm)?;
        self.check_not_running(vm)?;
        self.is_running.set(true);
        let outer = vm.loops.running();
        vm.loops.set_running(Some(self.clone()));
        let hooks = vm.loops.hooks.take();
        let result = loop {
            if let Err(Raised) = self.run_once(vm) {
                break Err(Raised);
            }
            if self.is_stopping.get() {
                break Ok(());
            }
        };
        self.is_stopping.set(false);
        self.is_running.set(false);
        vm.loops.set_running(outer);
        drop(vm.loops.hooks.replace(hooks));
        result
    }

    fn check_not_running(&self, vm: &Vm) -> R<()> {
        if self.is_running() {
            return Err(vm.runtime_error("This event loop is already running"));
        }
        if vm.loops.is_busy() {
            let text = "Cannot run the event loop while another loop is running";
            return Err(vm.runtime_error(text));
        }
        Ok(())
    }

    /// Runs until an awaitable is done; returns its result or raises its exception.
    pub fn run_until_complete(&self, vm: &Vm, awaitable: &Value) -> R {
        self.check_open(vm)?;
        self.check_not_running(vm)?;
        let is_new = !is_future(vm, awaitable);
        let future = ensure_future(vm, awaitable, Some(self))?;
        let future = super::handle::future_of(vm, &future)?;
        if is_new {
            future.set_quiet(true);
        }
        future.add_callback(vm, Callback::Native(&STOP_LOOP, self.obj().clone()))?;
        let outer = self.main.replace(Some(future.clone()));
        let result = self.run_forever(vm);
        drop(self.main.replace(outer));
        future.remove_native(&STOP_LOOP, self.obj());
        if result.is_err() {
            if future.is_done() {
                future.mark_seen();
            }
            return Err(Raised);
        }
        if !future.is_done() {
            return Err(vm.runtime_error("Event loop stopped before Future completed."));
        }
        future.take_result(vm)
    }

    /// One turn: whatever is due or arrived becomes ready, then everything that is ready now runs
    /// once. What becomes ready meanwhile is for the next turn.
    pub(crate) fn run_once(&self, vm: &Vm) -> R<()> {
        vm.poll()?;
        let dead = self.timers.write().take_dead();
        drop(dead);
        if self.ready.read().is_empty() && !self.is_stopping.get() {
            self.wait(vm)?;
        } else {
            let reactor = vm.loops.reactor();
            if reactor.has_arrived() {
                reactor.wait(vm, Some(0.0))?;
            }
        }
        self.take_due_timers(vm);
        let count = self.ready.read().len();
        self.shuffle(vm, count);
        if vm.options.debug {
            let result = self.run_watched(vm, count);
            interrupt::STEP.store(0, Ordering::Relaxed);
            return result;
        }
        for _ in 0..count {
            let Some(entry) = self.pop() else { break };
            entry.run(vm, self)?;
        }
        Ok(())
    }

    #[inline]
    fn pop(&self) -> Option<Ready> {
        self.ready.write().pop_front()
    }

    /// Nothing is ready: waits for the next timer, or for something from outside.
    fn wait(&self, vm: &Vm) -> R<()> {
        self.shrink_ready();
        let reactor = vm.loops.reactor();
        let next = self.timers.read().next_due();
        if let Some(when) = next
            && vm.clock.is_virtual()
            && !reactor.is_pending()
        {
            let when = self.look_for_circles(vm, vm.clock.monotonic(), when);
            vm.clock.jump_to(when);
            return Ok(());
        }
        match next {
            Some(_) if vm.clock.is_virtual() => reactor.wait(vm, None),
            Some(when) => {
                let now = vm.clock.monotonic();
                let when = self.look_for_circles(vm, now, when);
                let timeout = (when - now).clamp(0.0, LONGEST_WAIT);
                reactor.wait(vm, Some(timeout))
            }
            None if reactor.is_pending() => reactor.wait(vm, None),
            None => self.deadlock(vm),
        }
    }

    /// Gives back what a crowd of ready tasks needed, now that the queue is empty.
    fn shrink_ready(&self) {
        const USUAL: usize = 1024;
        let mut ready = self.ready.write();
        if ready.capacity() > 4 * USUAL {
            ready.shrink_to(USUAL);
        }
    }

    /// Nothing can ever happen again: better an error than a hanging program. The main task gets
    /// it, so that it can clean up; the second time, or if there is none, who runs the loop.
    #[cold]
    fn deadlock(&self, vm: &Vm) -> R<()> {
        let tasks = self.tasks();
        let stuck = "event loop is stuck: nothing is scheduled that could wake";
        let text = match tasks.len() {
            0 => format!("{stuck} it"),
            1 => format!("{stuck} its only task"),
            n => format!("{stuck} any of its {n} tasks"),
        };
        vm.loops.findings.add("stuck", text.as_str());
        let args = vec![vm.text(&text)];
        let e = Ref::<ExceptionObj>::of_class(&vm.exceptions.RuntimeError, args);
        let is_first = !self.is_deadlocked.replace(true);
        if let (true, Some(observer)) = (is_first, vm.loops.observer.get()) {
            (observer.deadlock)(vm, self, &e);
        }
        for circle in circles::circles(&tasks) {
            self.break_circle(vm, &circle)?;
        }
        match self.main.get() {
            Some(AnyFuture::Task(main)) if is_first && main.waiting_on().is_some() => {
                main.interrupt(vm, self, e)
            }
            _ => Err(vm.raise_exception(e)),
        }
    }

    /// Tasks that await each other in a circle cannot be cancelled, as `cancel` goes round and
    /// round: one of them is cancelled as if it waited for nothing.
    pub fn break_circle(&self, vm: &Vm, circle: &[Ref<TaskObj>]) -> R<()> {
        let is_waiting = |task: &Ref<TaskObj>| match task.waiting_on() {
            Some(Value::Obj(o)) => {
                let gathering = o.downcast::<PlainFutureObj>();
                o.kind() == Kind::Task || gathering.is_some_and(|f| f.has_own_cancel())
            }
            _ => false,
        };
        let Some(last) = circle.last().filter(|_| circle.iter().all(is_waiting)) else {
            return Ok(());
        };
        let is_main = |task: &Ref<TaskObj>| {
            let main = self.main.get();
            main.is_some_and(|main| main.obj().is(task.obj()))
        };
        if circle.iter().any(is_main) {
            // It gets the error, which breaks the circle.
            return Ok(());
        }
        let e = Ref::<ExceptionObj>::of_class(vm.cancelled_error(), vec![]);
        last.interrupt(vm, self, e)
    }

    /// Runs the entries that are ready, and tells which took long. Between two of them the number of
    /// the first stands for as long as the second takes to begin.
    fn run_watched(&self, vm: &Vm, count: usize) -> R<()> {
        for _ in 0..count {
            let Some(entry) = self.pop() else { break };
            let task = match &entry {
                Ready::Step(task) | Ready::Wakeup(task) => Some(task.clone()),
                _ => None,
            };
            let number = self.watched_steps.get() + 1;
            self.watched_steps.set(number);
            interrupt::STEP.store(number, Ordering::Relaxed);
            let ready = self.ready_len();
            let result = entry.run(vm, self);
            if interrupt::LONG.load(Ordering::Relaxed) == number {
                self.tell_long_step(vm, task, ready);
            }
            result?;
        }
        Ok(())
    }

    /// Does something that keeps the loop busy meanwhile, and tells if it took long, beneath
    /// `--debug`. Another thread looks for that, so that it costs next to nothing.
    pub fn watch<T>(&self, vm: &Vm, task: Option<Ref<TaskObj>>, run: impl FnOnce() -> T) -> T {
        if !vm.options.debug {
            return run();
        }
        let number = self.watched_steps.get() + 1;
        self.watched_steps.set(number);
        interrupt::STEP.store(number, Ordering::Relaxed);
        let ready = self.ready_len();
        let result = run();
        interrupt::STEP.store(0, Ordering::Relaxed);
        if interrupt::LONG.load(Ordering::Relaxed) == number {
            self.tell_long_step(vm, task, ready);
        }
        result
    }

    #[cold]
    fn tell_long_step(&self, vm: &Vm, task: Option<Ref<TaskObj>>, ready: usize) {
        interrupt::LONG.store(0, Ordering::Relaxed);
        let seen = vm.loops.long_step.take();
        // Whichever of the two noticed it earlier.
        let looks = interrupt::LOOKS.load(Ordering::Relaxed) + 1;
        let looked = looks as f64 * interrupt::LOOK.as_secs_f64();
        let since = seen
            .as_ref()
            .map_or(0.0, |s| LONG_STEP + vm.clock.real() - s.at);
        let seconds = looked.max(since);
        if let (true, Some(observer)) = (seconds >= LONG_STEP, vm.loops.observer.get()) {
            let blocked = Blocked {
                task,
                seconds,
                seen,
                late: self.late_tasks(vm, ready, seconds),
            };
            (observer.blocked)(vm, self, &blocked);
        }
    }

    /// What was ready when a step began that took so long, or was due meanwhile.
    fn late_tasks(&self, vm: &Vm, ready: usize, seconds: f64) -> Vec<(Option<Ref<TaskObj>>, f64)> {
        let task_of = |entry: &Ready| match entry {
            Ready::Step(task) | Ready::Wakeup(task) => Some(task.clone()),
            _ => None,
        };
        let waiting = self.ready.read();
        let mut late: Vec<_> = waiting
            .iter()
            .take(ready)
            .map(|e| (task_of(e), seconds))
            .collect();
        drop(waiting);
        let due = self.timers.read().late(vm.clock.monotonic());
        late.extend(due.into_iter().map(|(what, seconds)| {
            let task = match AnyFuture::of_obj(&what) {
                Some(future) => super::waits::waiting_tasks(&future).into_iter().next(),
                None => None,
            };
            (task, seconds)
        }));
        late
    }

    fn take_due_timers(&self, vm: &Vm) {
        if self.timers.read().is_empty() {
            return;
        }
        let now = vm.clock.monotonic();
        self.rested.set(super::tenths(now));
        loop {
            let due = self.timers.write().take_due(now, now + CLOCK_RESOLUTION);
            let Some(entry) = due else { return };
            self.ready.write().push_back(entry);
        }
    }
}

/// The done callback of `run_until_complete`.
static STOP_LOOP: NativeCallback = NativeCallback {
    name: "_run_until_complete_cb",
    call: stop_loop,
};

fn stop_loop(vm: &Vm, owner: &Obj, future: &Value) -> R<()> {
    let Some(future) = FutureObj::of(future) else {
        return Ok(());
    };
    if !future.is_cancelled()
        && let Some(e) = future.exception(vm)?
        && ends_program(vm, &e.class())
    {
        // The loop has ended because of it.
        return Ok(());
    }
    if let Some(event_loop) = owner.downcast::<LoopObj>() {
        event_loop.stop();
    }
    Ok(())
}

/// `ensure_future`: a future as it is, anything else that can be awaited as a task.
pub fn ensure_future(vm: &Vm, awaitable: &Value, event_loop: Option<&Ref<LoopObj>>) -> R {
    if is_future(vm, awaitable) {
        if let (Some(wanted), Some(future)) = (event_loop, FutureObj::of(awaitable))
            && !future.belongs_to(wanted)
        {
            return Err(vm.value_error(
                "The future belongs to a different loop than the one specified as the loop argument",
            ));
        }
        return Ok(awaitable.clone());
    }
    let is_own = is_coroutine(vm, awaitable);
    let coroutine = if is_own {
        awaitable.clone()
    } else if is_awaitable(vm, awaitable) {
        let rest = AwaitOne {
            awaitable: Some(awaitable.clone()),
        };
        CoroutineObj::from_native("_wrap_awaitable", vm, Box::new(rest)).into()
    } else {
        return Err(vm.type_error("An asyncio.Future, a coroutine or an awaitable is required"));
    };
    let made = match event_loop {
        Some(event_loop) => create_task(vm, event_loop, &coroutine, &Value::None, &Value::None),
        None => vm.event_loop().and_then(|event_loop| {
            create_task(vm, &event_loop, &coroutine, &Value::None, &Value::None)
        }),
    };
    if made.is_err() && is_own && vm.is_raised(&vm.exceptions.RuntimeError) {
        // It will never run: not worth a warning besides the error.
        let e = vm.take_raised();
        vm.call_method(&coroutine, &vm.names.close, &[])?;
        return Err(vm.raise_again(e));
    }
    made
}

/// True for what `await` accepts.
pub fn is_awaitable(vm: &Vm, value: &Value) -> bool {
    match value.downcast::<CoroutineObj>() {
        Some(co) => co.kind == crate::code::CodeKind::Coroutine || co.is_awaitable_generator(),
        None => {
            matches!(
                value.kind(),
                Some(Kind::Future | Kind::Task | Kind::AsyncGenStep)
            ) || vm
                .special(value, &vm.names.await_)
                .is_some_and(|v| !v.is_none())
        }
    }
}

/// `loop.create_task`: by the loop's task factory, if one is set.
pub fn create_task(
    vm: &Vm,
    event_loop: &Ref<LoopObj>,
    coroutine: &Value,
    name: &Value,
    context: &Value,
) -> R {
    event_loop.check_open(vm)?;
    if event_loop.task_factory.read().is_none() {
        return Ok(task::spawn(vm, event_loop, coroutine, name, context)?.into());
    }
    let factory = event_loop.task_factory.get();
    let task = if context.is_missing() {
        vm.call(&factory, &[event_loop.into(), coroutine.clone()])?
    } else {
        let args = [event_loop.into(), coroutine.clone(), context.clone()];
        vm.call_kw(&factory, &args, &[vm.name("context")])?
    };
    // Without a name it is called "None", as in CPython 3.13.0.
    vm.call_method(&task, &vm.name("set_name"), &[name.or(Value::None)])?;
    Ok(task)
}

impl Vm {
    /// `a <= b`, for the library, which does not see the tree's operators.
    pub fn at_most(&self, a: &Value, b: &Value) -> R<bool> {
        let result = self.compare(aio_parser::ast::CmpOp::LtE, a, b)?;
        self.truth(&result)
    }
}

impl AnyFuture {
    /// The future behind what `ensure_future` returned.
    pub fn ensure(vm: &Vm, awaitable: &Value) -> R<AnyFuture> {
        let future = ensure_future(vm, awaitable, None)?;
        super::handle::future_of(vm, &future)
    }
}
