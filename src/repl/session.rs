//! The interpreter's side of the prompt: runs inputs one after another while its loop turns.
//!
//! An input without `await` runs at once, as a callback of the loop would, so that it can make
//! tasks; one with `await` is a task. Either is *the foreground* until it is done: the one thing
//! that Ctrl-C ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use aio_interp::code::{CodeKind, Source};
use aio_interp::event_loop::future::{AnyFuture, Callback, FutureObj, NativeCallback};
use aio_interp::event_loop::reactor::{Expected, Idle, Mailbox};
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::{LoopObj, ends_program, run as running};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::function::FunctionObj;
use aio_interp::{R, Raised, Value, Vm, interrupt};

use super::player::Player;
use super::{commands, show};
use crate::diagnose;
use crate::{report, run};

/// True while an input runs: Ctrl-C is for it.
pub static FOREGROUND: AtomicBool = AtomicBool::new(false);

const STATE: &str = "prompt";

/// What the editor is told when an input is done.
pub enum Reply {
    /// The next, please.
    Next,
    /// There is no next.
    Leave,
}

/// Who types.
pub enum Typist {
    /// Somebody at a terminal, through the editor.
    Editor(Sender<Reply>),
    /// A transcript.
    Transcript(Player),
}

/// What is done with an input's value.
#[derive(Clone, Copy, PartialEq)]
pub enum Purpose {
    /// It is shown, and kept as `_`.
    Show,
    /// It is shown with the time since this moment.
    Time(f64),
    /// Its type is shown.
    Type,
    /// Nothing.
    Forget,
}

/// All that a prompt keeps.
pub struct Session {
    /// The variables.
    pub globals: Ref<DictObj>,
    /// The loop that turns.
    pub event_loop: Ref<LoopObj>,
    /// The inputs that ran without an error.
    pub kept: RefCell<Vec<String>>,
    /// The last value shown.
    pub last: RefCell<Value>,
    mailbox: Mailbox,
    typist: Typist,
    /// The task of the input that runs, if it is one.
    task: RefCell<Option<(Ref<TaskObj>, Purpose, String)>>,
    /// How many inputs there were.
    count: Cell<usize>,
    /// The exit code, once it is known.
    exit: Cell<Option<u8>>,
    /// The prompt is to be left.
    leaves: Cell<bool>,
    /// The promise of more inputs, for which the loop waits.
    more: RefCell<Option<Expected>>,
}

static TYPED_IS_DONE: NativeCallback = NativeCallback {
    name: "prompt",
    call: typed_is_done,
};

fn typed_is_done(vm: &Vm, _: &Obj, future: &Value) -> R<()> {
    let session = Session::of(vm);
    let Some(AnyFuture::Task(done)) = FutureObj::of(future) else {
        return Ok(());
    };
    let is_it = matches!(&*session.task.borrow(), Some((task, ..)) if task.is(&done));
    let taken = if is_it { session.task.take() } else { None };
    if let Some((task, purpose, text)) = taken {
        let result = task.take_result(vm);
        let was_interrupted = vm.loops.set_interrupted_first(None).is_none();
        session.finish(vm, &text, purpose, result, was_interrupted);
    }
    Ok(())
}

impl Session {
    /// Makes `__main__` and the loop.
    pub fn begin(vm: &Vm, typist: Typist) -> Rc<Session> {
        let module = run::main_module(vm);
        let event_loop = LoopObj::make(vm);
        event_loop.is_prompt.set(true);
        let idle = Idle::default();
        let mailbox = idle.mailbox.clone();
        vm.loops.set_reactor(Rc::new(idle));
        vm.loops.failed.set(Some(task_failed));
        let session = Rc::new(Session {
            globals: module.dict.clone(),
            event_loop,
            kept: RefCell::default(),
            last: RefCell::new(Value::None),
            more: RefCell::new(Some(mailbox.expect())),
            mailbox,
            typist,
            task: RefCell::default(),
            count: Cell::new(0),
            exit: Cell::new(None),
            leaves: Cell::new(false),
        });
        vm.state.borrow_mut().insert(STATE, session.clone());
        session
    }

    /// The interpreter's session.
    ///
    /// # Panics
    /// There is none: it is made before any input can arrive.
    pub fn of(vm: &Vm) -> Rc<Session> {
        let found = vm.state.borrow().get(STATE).cloned();
        match found.and_then(|any| any.downcast::<Session>().ok()) {
            Some(session) => session,
            None => unreachable!("the session is made before the loop turns"),
        }
    }

    /// Where the editor posts.
    pub fn mailbox(&self) -> Mailbox {
        self.mailbox.clone()
    }

    /// Turns the loop until the prompt is left; the exit code.
    pub fn turn(&self, vm: &Vm) -> u8 {
        loop {
            if let Err(Raised) = self.event_loop.run_forever(vm) {
                let error = vm.take_raised();
                let class = error.class();
                if class.is_subclass(&vm.exceptions.SystemExit) {
                    return run::exit_status(vm, &error);
                }
                if class.is_subclass(&vm.exceptions.KeyboardInterrupt) {
                    self.interrupted(vm, &error);
                } else {
                    self.report(vm, &error);
                    self.give_up(vm);
                }
            } else if self.leaves.get() {
                return self.exit.get().unwrap_or(0);
            }
        }
    }

    /// Ctrl-C got out of the loop: the foreground did not end when it was cancelled, or had not begun,
    /// because something of the background did not let it.
    fn interrupted(&self, vm: &Vm, error: &Ref<ExceptionObj>) {
        if self.task.borrow().is_none() {
            vm.streams.write_err(vm, "ended in the background:\n");
            return self.report(vm, error);
        }
        let is_stubborn = matches!(&*self.task.borrow(), Some((task, ..)) if !task.is_done());
        if !is_stubborn {
            return;
        }
        if let Some((task, ..)) = self.task.take() {
            let name = task.name(vm);
            let name = name.as_str().unwrap_or("?");
            let text = format!("KeyboardInterrupt: it goes on in the background as `{name}`\n");
            vm.streams.write_err(vm, &text);
        }
        vm.loops.set_interrupted_first(None);
        self.next(vm);
    }

    /// What the input waits for can never happen.
    fn give_up(&self, vm: &Vm) {
        if let Some((task, ..)) = self.task.take() {
            vm.loops.set_interrupted_first(None);
            if task.cancel(vm, &Value::None).is_err() {
                drop(vm.take_raised());
            }
            self.next(vm);
        }
    }

    /// The prompt is left.
    pub fn leave(&self, code: Option<u8>) {
        self.leaves.set(true);
        self.exit.set(code.or(self.exit.get()));
        self.event_loop.stop();
        if let Typist::Editor(replies) = &self.typist {
            let _ = replies.send(Reply::Leave);
        }
    }

    /// Ctrl-C is for what runs now, or for nothing.
    pub fn foreground(&self, on: bool) {
        FOREGROUND.store(on, Ordering::SeqCst);
        if !on {
            let requests = interrupt::take();
            interrupt::request(requests & !interrupt::SIGINT);
        }
    }

    /// The input is done.
    pub fn next(&self, vm: &Vm) {
        self.foreground(false);
        let mut more = self.more.borrow_mut();
        if more.is_none() {
            *more = Some(self.mailbox.expect());
        }
        let _ = vm.streams.finish();
        match &self.typist {
            Typist::Editor(replies) => drop(replies.send(Reply::Next)),
            Typist::Transcript(player) => {
                if !player.next(self) {
                    self.leave(None);
                }
            }
        }
    }

    /// Runs what was typed.
    pub fn submit(&self, vm: &Vm, text: &str) {
        self.foreground(true);
        // In virtual time the clock may jump while an input waits, not while the prompt does.
        drop(self.more.take());
        let trimmed = text.trim();
        if matches!(trimmed, "exit" | "quit") && self.globals.get_name(&vm.name(trimmed)).is_none()
        {
            self.foreground(false);
            self.leave(None);
        } else if let Some(command) = trimmed.strip_prefix(':') {
            commands::run(vm, self, command.trim_start());
        } else if let Some(asked) = trimmed.strip_suffix('?').filter(|a| !a.contains('#')) {
            let text = format!("help({})", asked.trim_end_matches('?'));
            self.run(vm, &text, Purpose::Forget, None);
        } else {
            self.run(vm, text, Purpose::Show, None);
        }
    }

    /// Runs an input. What follows, follows when it is done.
    pub fn run(&self, vm: &Vm, text: &str, purpose: Purpose, filename: Option<&str>) {
        self.count.set(self.count.get() + 1);
        let name = format!("<prompt {}>", self.count.get());
        let source = Source::new(filename.unwrap_or(&name), text, false);
        match self.start(vm, &source) {
            Ok((value, false)) => self.finish(vm, text, purpose, Ok(value), false),
            Err(Raised) => self.finish(vm, text, purpose, Err(Raised), false),
            Ok((coroutine, true)) => {
                if let Err(Raised) = self.spawn(vm, &coroutine, purpose, text) {
                    self.finish(vm, text, purpose, Err(Raised), false);
                }
            }
        }
    }

    /// The value, or the coroutine that awaits (then true).
    fn start(&self, vm: &Vm, source: &Rc<Source>) -> R<(Value, bool)> {
        let function = vm.compile_prompt(source, &self.globals)?;
        let awaits = function
            .downcast::<FunctionObj>()
            .is_some_and(|f| f.code.kind == CodeKind::Coroutine);
        let run = || vm.call(&function, &[]);
        Ok((self.event_loop.watch(vm, None, run)?, awaits))
    }

    fn spawn(&self, vm: &Vm, coroutine: &Value, purpose: Purpose, text: &str) -> R<()> {
        let name = vm.text(&format!("prompt-{}", self.count.get()));
        let made = running::create_task(vm, &self.event_loop, coroutine, &name, &Value::None)?;
        let Some(AnyFuture::Task(task)) = FutureObj::of(&made) else {
            return Err(vm.type_error("the task factory made something that is no task"));
        };
        vm.loops.set_interrupted_first(Some(task.clone()));
        *self.task.borrow_mut() = Some((task.clone(), purpose, text.to_owned()));
        AnyFuture::Task(task).add_callback(
            vm,
            Callback::Native(&TYPED_IS_DONE, self.event_loop.obj().clone()),
        )
    }

    /// An input is done: shows what came of it.
    fn finish(&self, vm: &Vm, text: &str, purpose: Purpose, result: R, was_interrupted: bool) {
        let shown = result.and_then(|value| show::result(vm, self, purpose, &value));
        // What it printed stands before the report.
        let _ = vm.streams.finish();
        match shown {
            Ok(()) => {
                if matches!(purpose, Purpose::Show | Purpose::Time(_)) {
                    self.kept.borrow_mut().push(text.trim_end().to_owned());
                }
            }
            Err(Raised) => {
                let error = vm.take_raised();
                let class = error.class();
                let is_cancelled = class.is_subclass(vm.cancelled_error()) && was_interrupted;
                if class.is_subclass(&vm.exceptions.SystemExit) {
                    self.foreground(false);
                    return self.leave(Some(run::exit_status(vm, &error)));
                }
                if is_cancelled || class.is_subclass(&vm.exceptions.KeyboardInterrupt) {
                    vm.streams.write_err(vm, "KeyboardInterrupt\n");
                } else {
                    self.report(vm, &error);
                }
            }
        }
        for message in diagnose::unsaid(&vm.loops.findings) {
            message.write(vm);
        }
        self.next(vm);
    }

    /// Shows an error and keeps it as `_err`.
    pub fn report(&self, vm: &Vm, error: &Ref<ExceptionObj>) {
        vm.builtins.set_name(&vm.name("_err"), error.into());
        report::uncaught(vm, error);
    }

    /// Ends what is left: names the live tasks and cancels them.
    pub fn wind_up(&self, vm: &Vm) {
        drop(self.more.take());
        self.foreground(true);
        vm.loops.failed.set(None);
        let tasks = self.event_loop.tasks();
        if !tasks.is_empty() {
            let names: Vec<String> = tasks
                .iter()
                .map(|task| task.name(vm).as_str().unwrap_or("?").to_owned())
                .collect();
            match self.typist {
                Typist::Editor(_) => {
                    let text = format!("cancelling what still runs: {}\n", names.join(", "));
                    vm.streams.write_err(vm, &text);
                }
                Typist::Transcript(_) => {
                    let text = "was pending at the end of the transcript";
                    let findings = &vm.loops.findings;
                    names
                        .iter()
                        .for_each(|name| findings.note("task", format!("{name} {text}")));
                }
            }
        }
        for task in &tasks {
            if task.cancel(vm, &Value::None).is_err() {
                drop(vm.take_raised());
            }
        }
        for task in tasks {
            self.last_run(vm, &task.into());
        }
        let ending = vm.call_method(
            &(&self.event_loop).into(),
            &vm.name("shutdown_asyncgens"),
            &[],
        );
        match ending {
            Ok(coroutine) => self.last_run(vm, &coroutine),
            Err(Raised) => drop(vm.take_raised()),
        }
        if self.event_loop.close(vm).is_err() {
            drop(vm.take_raised());
        }
    }

    fn last_run(&self, vm: &Vm, awaitable: &Value) {
        if self.event_loop.run_until_complete(vm, awaitable).is_ok() {
            return;
        }
        let error = vm.take_raised();
        let class = error.class();
        if !class.is_subclass(vm.cancelled_error()) && !ends_program(vm, &class) {
            self.report(vm, &error);
        }
    }
}

/// A task of the background failed.
fn task_failed(vm: &Vm, task: &Ref<TaskObj>, error: &Ref<ExceptionObj>) -> bool {
    if !task.loop_if_any().is_some_and(|l| l.is_prompt.get()) {
        return false;
    }
    let name = task.name(vm);
    let text = format!("Task {} failed:\n", name.as_str().unwrap_or("?"));
    vm.streams.write_err(vm, &text);
    Session::of(vm).report(vm, error);
    true
}
