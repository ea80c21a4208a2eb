//! `TaskGroup`.

use std::cell::{Cell, RefCell};

use aio_interp::classes::ClassSpec;
use aio_interp::coroutine::native::{NativeCoroutine, Started, Step};
use aio_interp::event_loop::future::{
    AnyFuture, Callback, FutureObj, NativeCallback, PlainFutureObj,
};
use aio_interp::event_loop::observer::Finding;
use aio_interp::event_loop::report::Incident;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::waits::{self, Wait};
use aio_interp::event_loop::{LoopObj, ends_program, run};
use aio_interp::native::{async_method, method, static_method};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::host::HostData;
use aio_interp::objects::list::list;
use aio_interp::place::Place;
use aio_interp::{R, Raised, Value, Vm};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::lock::object;
use super::timeout::SWALLOWED;
use super::types::{Types, host_class, host_new, owned, receiver};

/// `TaskGroup`.
pub(super) static TASK_GROUP: ClassSpec = host_class(
    "TaskGroup",
    "asyncio.taskgroups",
    "Asynchronous context manager for managing groups of tasks.",
    &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create a group.",
            |vm, a| host_new(vm, &a[0], &Types::of(vm).task_group, Group::default()),
        ),
        method("__init__()", "Initialize self.", |_, _| Ok(Value::None)),
        method(
            "create_task(coro, *, name=None, context=None)",
            "Create a new task in this group.",
            create_task,
        ),
        async_method("__aenter__()", "Enter the group.", enter),
        async_method(
            "__aexit__(et, exc, tb, /)",
            "Wait for the group's tasks.",
            exit,
        ),
        method("__repr__()", "Return repr(self).", |vm, a| {
            Ok(vm.text(&this(vm, &a[0])?.text()))
        }),
    ],
    &[],
    true,
);

/// The data of a group.
#[derive(Default)]
struct Group {
    is_entered: Cell<bool>,
    is_exiting: Cell<bool>,
    is_aborting: Cell<bool>,
    event_loop: RefCell<Option<Ref<LoopObj>>>,
    parent: RefCell<Option<Ref<TaskObj>>>,
    /// The group cancelled its parent itself.
    cancelled_parent: Cell<bool>,
    /// The tasks that are not done, by address.
    tasks: RefCell<IndexMap<usize, AnyFuture, FxBuildHasher>>,
    errors: RefCell<Vec<Ref<ExceptionObj>>>,
    /// The `KeyboardInterrupt` or `SystemExit` that a task ended with.
    base_error: RefCell<Option<Ref<ExceptionObj>>>,
    /// The tasks that the group cancelled while they waited, and where that was; its parent among
    /// them if it was still in the block. For reports.
    cancelled: RefCell<Vec<(u64, Value, Place)>>,
    /// What the end of the block waits for.
    completed: RefCell<Option<Ref<PlainFutureObj>>>,
}

impl HostData for Group {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        if let Some(event_loop) = &*self.event_loop.borrow() {
            visit(event_loop.obj());
        }
        if let Some(parent) = &*self.parent.borrow() {
            visit(parent.obj());
        }
        self.tasks.borrow().values().for_each(|t| visit(t.obj()));
        self.errors.borrow().iter().for_each(|e| visit(e.obj()));
        if let Some(e) = &*self.base_error.borrow() {
            visit(e.obj());
        }
        if let Some(f) = &*self.completed.borrow() {
            visit(f.obj());
        }
    }
    fn clear(&self) {
        drop(self.event_loop.take());
        drop(self.parent.take());
        drop(self.tasks.take());
        drop(self.errors.take());
        drop(self.base_error.take());
        drop(self.completed.take());
    }
    fn wait(&self, this: &Obj) -> Option<Wait> {
        let tasks = self.tasks.borrow().values().cloned().collect();
        Some(Wait::of("the tasks of a group").on(this, "").for_all(tasks))
    }
    fn waiter(&self) -> Option<Obj> {
        self.parent.borrow().as_ref().map(|task| task.obj().clone())
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Group> {
    receiver(vm, v, "TaskGroup")
}

impl Group {
    fn text(&self) -> String {
        let mut text = "<TaskGroup".to_owned();
        let count = self.tasks.borrow().len();
        if count > 0 {
            text.push_str(&format!(" tasks={count}"));
        }
        let count = self.errors.borrow().len();
        if count > 0 {
            text.push_str(&format!(" errors={count}"));
        }
        if self.is_aborting.get() {
            text.push_str(" cancelling");
        } else if self.is_entered.get() {
            text.push_str(" entered");
        }
        text + ">"
    }

    fn parent(&self, vm: &Vm) -> R<Ref<TaskObj>> {
        let parent = self.parent.borrow().clone();
        parent.ok_or_else(|| vm.runtime_error("TaskGroup has not been entered"))
    }

    fn event_loop(&self, vm: &Vm) -> R<Ref<LoopObj>> {
        let event_loop = self.event_loop.borrow().clone();
        event_loop.ok_or_else(|| vm.runtime_error("TaskGroup has not been entered"))
    }

    /// Cancels all tasks, in the order of their creation.
    fn abort(&self, vm: &Vm) -> R<()> {
        self.is_aborting.set(true);
        let mut tasks: Vec<AnyFuture> = self.tasks.borrow().values().cloned().collect();
        tasks.sort_by_key(|t| match t {
            AnyFuture::Task(task) => task.order(),
            AnyFuture::Plain(_) => u64::MAX,
        });
        for task in tasks.iter().filter(|t| !t.is_done()) {
            if let AnyFuture::Task(task) = task {
                self.note_cancelled(vm, task);
            }
            task.cancel(vm, &Value::None)?;
        }
        Ok(())
    }

    fn note_cancelled(&self, vm: &Vm, task: &Ref<TaskObj>) {
        if vm.loops.observer.get().is_some()
            && let Some((function, place)) = waits::place(task)
        {
            let cancelled = (task.order(), function, place);
            self.cancelled.borrow_mut().push(cancelled);
        }
    }

    /// A task that the group cancelled goes on, or has ended as if nothing had happened.
    fn note_swallowed(&self, vm: &Vm, task: &Ref<TaskObj>) {
        // One that the task never saw is not swallowed; one that it took back is none any more.
        if task.must_cancel() || task.cancelling() == 0 {
            return;
        }
        let cancelled = self.cancelled.borrow();
        let found = cancelled
            .iter()
            .find(|(number, ..)| *number == task.order());
        let Some((_, function, place)) = found else {
            return;
        };
        vm.loops.tell(
            vm,
            &Finding {
                code: "cancellation-swallowed",
                text: format!(
                    "{}() caught the CancelledError by which its TaskGroup ends task '{}', and went on",
                    function.as_str().unwrap_or("?"),
                    task.name(vm).as_str().unwrap_or("?")
                ),
                place: *place,
                help: SWALLOWED,
            },
        );
    }

    fn has_tasks(&self) -> bool {
        !self.tasks.borrow().is_empty()
    }
}

static ON_TASK_DONE: NativeCallback = NativeCallback {
    name: "TaskGroup._on_task_done",
    call: on_task_done,
};

fn create_task(vm: &Vm, a: &[Value]) -> R {
    let group = this(vm, &a[0])?;
    let refusal = if !group.is_entered.get() {
        Some("has not been entered")
    } else if group.is_exiting.get() && !group.has_tasks() {
        Some("is finished")
    } else if group.is_aborting.get() {
        Some("is shutting down")
    } else {
        None
    };
    if let Some(refusal) = refusal {
        vm.call_method(&a[1], &vm.names.close, &[])?;
        return Err(vm.runtime_error(format!("TaskGroup {} {refusal}", group.text())));
    }
    let event_loop = group.event_loop(vm)?;
    let made = run::create_task(vm, &event_loop, &a[1], &a[2], &a[3])?;
    let Some(task) = FutureObj::of(&made) else {
        return Err(vm.type_error("the task factory made something that is no task"));
    };
    if task.is_done() {
        on_task_done(vm, object(&a[0]), &made)?;
        return Ok(made);
    }
    group
        .tasks
        .borrow_mut()
        .insert(task.obj().address(), task.clone());
    task.add_callback(vm, Callback::Native(&ON_TASK_DONE, object(&a[0]).clone()))?;
    Ok(made)
}

fn on_task_done(vm: &Vm, owner: &Obj, task: &Value) -> R<()> {
    let (Some(group), Some(task)) = (owned::<Group>(owner), FutureObj::of(task)) else {
        return Ok(());
    };
    let removed = group.tasks.borrow_mut().swap_remove(&task.obj().address());
    drop(removed);
    let completed = group.completed.borrow().clone();
    if let (Some(completed), false) = (completed, group.has_tasks()) {
        completed.set_result_if_pending(vm, Value::True)?;
    }
    if task.is_cancelled() {
        return Ok(());
    }
    let Some(e) = task.exception(vm)? else {
        if let (true, AnyFuture::Task(task)) = (group.is_aborting.get(), &task) {
            group.note_swallowed(vm, task);
        }
        return Ok(());
    };
    group.errors.borrow_mut().push(e.clone());
    if ends_program(vm, &e.class()) && group.base_error.borrow().is_none() {
        drop(group.base_error.replace(Some(e.clone())));
    }
    let parent = group.parent(vm)?;
    if parent.is_done() {
        if e.story().is_some_and(|story| story.is_reported) {
            return Ok(());
        }
        let text = format!(
            "Task {} has errored out but its parent task {} is already completed",
            vm.repr_or_name(&task.value()),
            vm.repr_or_name(&(&parent).into())
        );
        let incident = Incident::new(text)
            .with("exception", e.into())
            .with("task", task.value());
        return incident.report(vm, &group.event_loop(vm)?);
    }
    if !group.is_aborting.get() && !group.cancelled_parent.get() {
        // The parent is not being cancelled: whatever it does in the block is, so that it comes
        // to the block's end, where this cancellation is taken back.
        group.abort(vm)?;
        group.cancelled_parent.set(true);
        if !group.is_exiting.get() {
            group.note_cancelled(vm, &parent);
        }
        parent.cancel(vm, &Value::None)?;
    }
    Ok(())
}

fn enter(vm: &Vm, a: &[Value]) -> R<Started> {
    let group = this(vm, &a[0])?;
    if group.is_entered.get() {
        let text = format!("TaskGroup {} has already been entered", group.text());
        return Err(vm.runtime_error(text));
    }
    let event_loop = vm.running_loop()?;
    let Some(parent) = event_loop.current_task() else {
        let text = format!(
            "TaskGroup {} cannot determine the parent task",
            group.text()
        );
        return Err(vm.runtime_error(text));
    };
    drop(group.event_loop.replace(Some(event_loop)));
    drop(group.parent.replace(Some(parent)));
    group.is_entered.set(true);
    Ok(Started::Return(a[0].clone()))
}

/// The end of the block.
fn exit(vm: &Vm, a: &[Value]) -> R<Started> {
    let group = this(vm, &a[0])?;
    group.is_exiting.set(true);
    let e = a[2].downcast::<ExceptionObj>().cloned();
    if e.is_none() && group.cancelled_parent.get() {
        group.note_swallowed(vm, &group.parent(vm)?);
    }
    let mut exit = Exit {
        group: object(&a[0]).clone(),
        error: None,
        cancellation: None,
    };
    if let Some(e) = e {
        let class = e.class();
        if ends_program(vm, &class) && group.base_error.borrow().is_none() {
            drop(group.base_error.replace(Some(e.clone())));
        }
        if class.is_subclass(vm.cancelled_error()) {
            exit.cancellation = Some(e);
        } else {
            exit.error = Some(e);
        }
        if !group.is_aborting.get() {
            group.abort(vm)?;
        }
    }
    if !group.has_tasks() {
        exit.finish(vm, group)?;
        return Ok(Started::Return(Value::None));
    }
    Ok(Started::Coroutine(Box::new(exit)))
}

/// Waits for the tasks at the end of the block.
struct Exit {
    group: Obj,
    /// What the block raised, unless it was cancelled.
    error: Option<Ref<ExceptionObj>>,
    /// The cancellation to pass on.
    cancellation: Option<Ref<ExceptionObj>>,
}

impl NativeCoroutine for Exit {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        let owner = self.group.clone();
        let Some(group) = owned::<Group>(&owner) else {
            return outcome.map(Step::Return);
        };
        drop(group.completed.take());
        if let Err(Raised) = outcome {
            // The parent is cancelled while it waits here, perhaps more than once.
            let Some(e) = vm.catch(vm.cancelled_error()) else {
                return Err(Raised);
            };
            if !group.is_aborting.get() {
                self.cancellation = Some(e);
                group.abort(vm)?;
            }
        }
        if group.has_tasks() {
            let completed = group.event_loop(vm)?.create_future();
            drop(group.completed.replace(Some(completed.clone())));
            return Ok(Step::Await(completed.into()));
        }
        self.finish(vm, group)?;
        Ok(Step::Return(Value::None))
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(&self.group);
        for e in [&self.error, &self.cancellation].into_iter().flatten() {
            visit(e.obj());
        }
    }

    fn waits_at(&self) -> Option<Obj> {
        Some(self.group.clone())
    }
}

impl Exit {
    /// All tasks are done: raises what is to be raised.
    fn finish(&mut self, vm: &Vm, group: &Group) -> R<()> {
        let base_error = group.base_error.borrow().clone();
        if let Some(e) = base_error {
            return Err(vm.raise_exception(e));
        }
        let parent = group.parent(vm)?;
        if group.cancelled_parent.get() && parent.uncancel() == 0 {
            // Nobody but the group cancelled the parent.
            self.cancellation = None;
        }
        let has_errors = !group.errors.borrow().is_empty();
        if let (Some(e), false) = (&self.cancellation, has_errors) {
            return Err(vm.raise_exception(e.clone()));
        }
        group.errors.borrow_mut().extend(self.error.take());
        let errors = group.errors.take();
        if errors.is_empty() {
            return Ok(());
        }
        if parent.cancelling() > 0 {
            // Cancelled from outside besides: that stays counted, and comes at the next await.
            parent.uncancel();
            parent.cancel(vm, &Value::None)?;
        }
        let args = [
            vm.text("unhandled errors in a TaskGroup"),
            list(errors.iter().map(Value::from).collect()),
        ];
        let e = vm.make_exception(&vm.exceptions.BaseExceptionGroup, &args)?;
        e.suppress_context.set(true);
        Err(vm.raise_exception(e))
    }
}
