//! What the command is told about a running program, so that it can tell people: the one hook
//! through which findings leave the interpreter. Without an observer the texts are asyncio's.

use super::LoopObj;
use super::task::TaskObj;
use crate::coroutine::CoroutineObj;
use crate::object::Ref;
use crate::objects::exception::ExceptionObj;
use crate::objects::str::Name;
use crate::place::Place;
use crate::vm::Vm;

/// What is told.
pub struct Observer {
    /// Nothing can ever wake the loop again; the exception is what the main task will get.
    pub deadlock: fn(&Vm, &Ref<LoopObj>, &Ref<ExceptionObj>),
    /// These tasks wait for each other in a circle while others go on.
    pub circle: fn(&Vm, &Ref<LoopObj>, &[Ref<TaskObj>]),
    /// A coroutine is freed that never began. False if it was not told.
    pub never_awaited: fn(&Vm, &Ref<CoroutineObj>) -> bool,
    /// An exception came where nobody can catch it: what asyncio says of it, the exception, the
    /// task that it ended.
    pub lost: fn(&Vm, &str, &Ref<ExceptionObj>),
    /// Something else that is worth a word: its code, what happened, what helps.
    pub finding: fn(&Vm, &Finding),
    /// The task went on for so many seconds without a rest.
    pub blocked: fn(&Vm, &Ref<LoopObj>, &Blocked),
    /// Ctrl-C: what all tasks were doing is to be told if that ends the program.
    pub interrupted: fn(&Vm),
    /// Somebody asks what all tasks are doing.
    pub tasks: fn(&Vm),
}

/// Something that is worth a word.
pub struct Finding {
    /// Its code, without `aio::`.
    pub code: &'static str,
    /// What happened.
    pub text: String,
    /// Where.
    pub place: Place,
    /// What helps.
    pub help: &'static str,
}

/// Where a step was that had taken long already.
pub struct Seen {
    /// When that was (`Clock::real`).
    pub at: f64,
    /// Where it was.
    pub place: Place,
    /// In which function.
    pub function: Name,
}

/// A step of the loop that took long.
pub struct Blocked {
    /// The task whose step it was.
    pub task: Option<Ref<TaskObj>>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Where it was when it had taken long already, and the function.
    pub seen: Option<Seen>,
    /// What could have run meanwhile: its task, if it has one, and how late it is.
    pub late: Vec<(Option<Ref<TaskObj>>, f64)>,
}
