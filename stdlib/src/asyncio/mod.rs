//! `asyncio`: the library over the interpreter's event loop.
//!
//! Loops, futures and tasks themselves are in `interp`; here is what is built from them. What is
//! rarely used is written in the language (`rare.aio`) and read when it is first asked for.

mod condition;
mod gather;
mod lock;
mod loops;
mod queue;
mod queue_heap;
mod queue_wait;
mod runner;
mod semaphore;
mod shield;
mod task_group;
mod tasks;
mod timeout;
mod types;
mod wait;
mod wait_for;

use aio_interp::code::Source;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

use types::Types;

const DOC: &str = "The asyncio package, tracking PEP 3156.";

/// The names that `rare.aio` defines.
const RARE: &[&str] = &[
    "Barrier",
    "_run_in_executor",
    "as_completed",
    "FrameCallGraphEntry",
    "FutureCallGraph",
    "capture_call_graph",
    "format_call_graph",
    "print_call_graph",
    "future_add_to_awaited_by",
    "future_discard_from_awaited_by",
    "to_thread",
    "AbstractEventLoopPolicy",
    "DefaultEventLoopPolicy",
    "_event_loop_policy",
    "get_event_loop_policy",
    "set_event_loop_policy",
];

/// What asyncio has and this module has not, and why.
const ABSENT: &[(&[&str], &str)] = &[
    (
        &[
            "open_connection",
            "open_unix_connection",
            "start_server",
            "start_unix_server",
            "StreamReader",
            "StreamReaderProtocol",
            "StreamWriter",
            "Server",
            "AbstractServer",
            "BaseProtocol",
            "BaseTransport",
            "BufferedProtocol",
            "DatagramProtocol",
            "DatagramTransport",
            "Protocol",
            "ReadTransport",
            "Transport",
            "WriteTransport",
            "SendfileNotAvailableError",
            "sslproto",
            "streams",
            "transports",
            "protocols",
        ],
        "aio has no networking yet",
    ),
    (
        &[
            "create_subprocess_exec",
            "create_subprocess_shell",
            "subprocess",
            "SubprocessProtocol",
            "SubprocessTransport",
        ],
        "aio cannot start processes yet",
    ),
    (
        &["run_coroutine_threadsafe"],
        "a program of aio runs on one thread; start a task with asyncio.create_task",
    ),
];

const RARE_SOURCE: &str = include_str!("rare.aio");

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("asyncio", DOC);
    for rows in [loops::ROWS, tasks::ROWS, runner::ROWS, GETATTR, DIR] {
        vm.add_natives(&module, rows);
    }
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    let types = Types::of(vm);
    for (name, class) in types.public(vm) {
        set(name, class.into());
    }
    for (name, text) in [
        ("FIRST_COMPLETED", "FIRST_COMPLETED"),
        ("FIRST_EXCEPTION", "FIRST_EXCEPTION"),
        ("ALL_COMPLETED", "ALL_COMPLETED"),
    ] {
        set(name, vm.text(text));
    }
    let mut public: Vec<_> = module.dict.entries().into_iter().map(|e| e.0).collect();
    public.retain(|name| name.as_str().is_some_and(|name| !name.starts_with('_')));
    public.extend(
        RARE.iter()
            .filter(|n| !n.starts_with('_'))
            .map(|n| vm.text(n)),
    );
    set("__all__", aio_interp::objects::list::list(public));
    set("__path__", aio_interp::objects::list::list(vec![]));
    add_submodules(vm, &module);
    Ok(module)
}

static GETATTR: &[Native] = &[native(
    "__getattr__(name, /)",
    "Read what is rarely used.",
    read_rare,
)];

static DIR: &[Native] = &[native(
    "__dir__()",
    "The names, also of what is not read yet.",
    |vm, _| {
        let module = vm.import("asyncio")?;
        let Some(module) = module.downcast::<ModuleObj>() else {
            return Ok(Value::None);
        };
        let mut names: Vec<_> = module.dict.entries().into_iter().map(|e| e.0).collect();
        for rare in RARE.iter().map(|name| vm.name(name)) {
            if module.dict.get_name(&rare).is_none() {
                names.push(rare.text().into());
            }
        }
        Ok(aio_interp::objects::list::list(names))
    },
)];

/// The module's `__getattr__`.
fn read_rare(vm: &Vm, args: &[Value]) -> R {
    let name = args[0].as_str().unwrap_or("");
    let module = vm.import("asyncio")?;
    let dict = module.downcast::<ModuleObj>().map(|m| m.dict.clone());
    if let (true, Some(dict)) = (RARE.contains(&name), dict) {
        if let Some(found) = dict.get_name(&vm.name(name)) {
            return Ok(found);
        }
        let source = Source::new("<aio library asyncio>", RARE_SOURCE, true);
        let globals = vm.new_module("asyncio", "").dict.clone();
        vm.run_source(&source, &globals)?;
        for rare in RARE {
            let rare = vm.name(rare);
            if let Some(value) = globals.get_name(&rare) {
                dict.set_name(&rare, value);
            }
        }
        if let Some(found) = dict.get_name(&vm.name(name)) {
            return Ok(found);
        }
    }
    let mut text = format!("module 'asyncio' has no attribute '{name}'");
    if let Some((_, why)) = ABSENT.iter().find(|(names, _)| names.contains(&name)) {
        text = format!("{text}: {why}");
    }
    Err(vm.attribute_error(text, &args[0], &module))
}

/// `asyncio.queues` and the others: the same names under the module that CPython has them in.
fn add_submodules(vm: &Vm, module: &Ref<ModuleObj>) {
    const SUBMODULES: &[(&str, &[&str])] = &[
        (
            "queues",
            &[
                "Queue",
                "PriorityQueue",
                "LifoQueue",
                "QueueEmpty",
                "QueueFull",
                "QueueShutDown",
            ],
        ),
        (
            "locks",
            &[
                "Lock",
                "Event",
                "Condition",
                "Semaphore",
                "BoundedSemaphore",
            ],
        ),
        (
            "tasks",
            &[
                "Task",
                "create_task",
                "wait",
                "wait_for",
                "sleep",
                "gather",
                "shield",
                "ensure_future",
                "current_task",
                "all_tasks",
                "FIRST_COMPLETED",
                "FIRST_EXCEPTION",
                "ALL_COMPLETED",
                "eager_task_factory",
                "create_eager_task_factory",
            ],
        ),
        ("futures", &["Future", "isfuture", "wrap_future"]),
        ("coroutines", &["iscoroutine", "iscoroutinefunction"]),
        ("runners", &["run", "Runner"]),
        ("timeouts", &["Timeout", "timeout", "timeout_at"]),
        ("taskgroups", &["TaskGroup"]),
        (
            "events",
            &[
                "AbstractEventLoop",
                "Handle",
                "TimerHandle",
                "get_event_loop",
                "set_event_loop",
                "new_event_loop",
                "get_running_loop",
                "_get_running_loop",
                "_set_running_loop",
            ],
        ),
        ("base_events", &["BaseEventLoop"]),
        (
            "exceptions",
            &[
                "CancelledError",
                "TimeoutError",
                "InvalidStateError",
                "BrokenBarrierError",
                "IncompleteReadError",
                "LimitOverrunError",
            ],
        ),
    ];
    for (name, members) in SUBMODULES {
        let full = format!("asyncio.{name}");
        let submodule = vm.new_module(&full, "");
        submodule
            .dict
            .set_name(&vm.names.package_, vm.text("asyncio"));
        for member in *members {
            let member = vm.name(member);
            if let Some(value) = module.dict.get_name(&member) {
                submodule.dict.set_name(&member, value);
            }
        }
        vm.add_natives(&submodule, GETATTR);
        module.dict.set_name(&vm.name(name), (&submodule).into());
        vm.modules.set_name(&vm.name(&full), submodule.into());
    }
}
