//! What helps against exceptions of asynchronous programs, by their class and message.

/// A kind of mistake: its code, and what helps.
pub struct Advice {
    /// Without `aio::`.
    pub code: &'static str,
    /// Why it happens, and what to write.
    pub help: &'static str,
}

/// What an exception of this class says if it is this mistake: all of these pieces, in order.
type Row = (&'static str, &'static [&'static str], Advice);

const fn row(
    class: &'static str,
    pieces: &'static [&'static str],
    code: &'static str,
    help: &'static str,
) -> Row {
    (class, pieces, Advice { code, help })
}

static ROWS: &[Row] = &[
    row(
        "TypeError",
        &["'coroutine' object is not subscriptable"],
        "await-missing",
        "a call of an async function gives a coroutine: await it first, `(await f())[...]`",
    ),
    row(
        "AttributeError",
        &["'coroutine' object has no attribute"],
        "await-missing",
        "a call of an async function gives a coroutine: await it first, `(await f()).name`",
    ),
    row(
        "TypeError",
        &["unsupported operand type(s) for", "'coroutine'"],
        "await-missing",
        "a call of an async function gives a coroutine: await the operand, `await f()`",
    ),
    row(
        "TypeError",
        &["not supported between instances of", "'coroutine'"],
        "await-missing",
        "a call of an async function gives a coroutine: await the operand, `await f()`",
    ),
    row(
        "TypeError",
        &["can only concatenate", "coroutine"],
        "await-missing",
        "a call of an async function gives a coroutine: await the operand, `await f()`",
    ),
    row(
        "TypeError",
        &["'coroutine' object is not iterable"],
        "await-missing",
        "a call of an async function gives a coroutine: write `for x in await f():`, or `async for` if it yields",
    ),
    row(
        "TypeError",
        &["object of type 'coroutine' has no len()"],
        "await-missing",
        "a call of an async function gives a coroutine: await it first, `len(await f())`",
    ),
    row(
        "TypeError",
        &["'coroutine' object is not callable"],
        "await-missing",
        "the coroutine is made already: await it, without another pair of brackets",
    ),
    row(
        "TypeError",
        &["'async for' requires an object with __aiter__ method, got coroutine"],
        "await-missing",
        "the function has no `yield`, so its call gives a coroutine: write `for x in await f():`",
    ),
    row(
        "TypeError",
        &["object function can't be used in 'await' expression"],
        "call-missing",
        "call the function: `await f()`",
    ),
    row(
        "TypeError",
        &["object method can't be used in 'await' expression"],
        "call-missing",
        "call the method: `await obj.method()`",
    ),
    row(
        "TypeError",
        &["object list can't be used in 'await' expression"],
        "not-awaitable",
        "to await several at once write `await asyncio.gather(*items)`",
    ),
    row(
        "TypeError",
        &["object async_generator can't be used in 'await' expression"],
        "async-generator-awaited",
        "an async generator is read with `async for`: `async for x in f():`",
    ),
    row(
        "TypeError",
        &["can't be used in 'await' expression"],
        "not-awaitable",
        "only coroutines, tasks and futures can be awaited: leave out the `await`, or make the function `async def`",
    ),
    row(
        "ValueError",
        &["a coroutine was expected, got <function"],
        "call-missing",
        "call the function: `asyncio.run(main())`",
    ),
    row(
        "ValueError",
        &["a coroutine was expected, got"],
        "not-a-coroutine",
        "asyncio.run() takes the coroutine that a call of an async function gives: put other awaitables into an `async def main()`",
    ),
    row(
        "TypeError",
        &["a coroutine was expected, got <function"],
        "call-missing",
        "call the function: `asyncio.create_task(f())`",
    ),
    row(
        "TypeError",
        &["a coroutine was expected, got"],
        "not-a-coroutine",
        "a task runs the coroutine that a call of an async function gives: make the function `async def`",
    ),
    row(
        "TypeError",
        &["An asyncio.Future, a coroutine or an awaitable is required"],
        "not-awaitable",
        "give it coroutines, tasks or futures: call async functions, `f()`",
    ),
    row(
        "RuntimeError",
        &["asyncio.run() cannot be called from a running event loop"],
        "run-inside-loop",
        "the loop runs already: write `await f()` instead of `asyncio.run(f())`",
    ),
    row(
        "RuntimeError",
        &["This event loop is already running"],
        "run-inside-loop",
        "the loop runs already: write `await f()` instead of `loop.run_until_complete(f())`",
    ),
    row(
        "RuntimeError",
        &["no running event loop"],
        "no-event-loop",
        "this works only while a loop runs: do it inside of an `async def` that `asyncio.run()` runs",
    ),
    row(
        "RuntimeError",
        &["cannot reuse already awaited coroutine"],
        "awaited-twice",
        "a coroutine runs once: call the function again, or keep its result, or make a task, which can be awaited any number of times",
    ),
    row(
        "RuntimeError",
        &["coroutine is being awaited already"],
        "awaited-twice",
        "a coroutine runs once: make a task of it, `task = asyncio.create_task(f())`, which can be awaited by many",
    ),
    row(
        "TypeError",
        &["Passing coroutines is forbidden, use tasks explicitly."],
        "wait-needs-tasks",
        "make tasks: `asyncio.wait([asyncio.create_task(f())])`, or use `asyncio.gather(f(), ...)`",
    ),
    row(
        "TypeError",
        &["'coroutine' object does not support the asynchronous context manager protocol"],
        "await-missing",
        "a call of an async function gives a coroutine: `async with await f():`; a lock itself is what `async with` wants, not its `acquire()`",
    ),
    row(
        "TypeError",
        &["'coroutine' object does not support the context manager protocol"],
        "await-missing",
        "a call of an async function gives a coroutine: await it first, `with await f():`",
    ),
    row(
        "TypeError",
        &["'function' object does not support the asynchronous context manager protocol"],
        "call-missing",
        "call the function: `async with f():`",
    ),
    row(
        "TypeError",
        &["'_AsyncGeneratorContextManager' object does not support the context manager protocol"],
        "async-with-needed",
        "it comes from an async function: write `async with`",
    ),
    row(
        "TypeError",
        &["object does not support the context manager protocol"],
        "async-with-needed",
        "if it has `__aenter__` and `__aexit__` write `async with`: locks, timeouts and task groups of asyncio do",
    ),
    row(
        "TypeError",
        &["object does not support the asynchronous context manager protocol"],
        "async-with-plain",
        "it is no async context manager: write `with` without `async`",
    ),
    row(
        "TypeError",
        &["'async_generator' object is not iterable"],
        "async-for-needed",
        "an async generator is read with `async for x in f():`; `[x async for x in f()]` makes a list of it",
    ),
    row(
        "TypeError",
        &["'async_generator' object is not an iterator"],
        "async-for-needed",
        "the next item of an async generator is `await anext(items)`",
    ),
    row(
        "TypeError",
        &["'async for' requires an object with __aiter__ method, got function"],
        "call-missing",
        "call the function: `async for x in f():`",
    ),
    row(
        "TypeError",
        &["'async for' requires an object with __aiter__ method, got method"],
        "call-missing",
        "call the method: `async for x in obj.method():`",
    ),
    row(
        "TypeError",
        &["'async for' requires an object with __aiter__ method, got"],
        "async-for-plain",
        "it is no async iterator: write `for` without `async`",
    ),
    row(
        "InvalidStateError",
        &["invalid state"],
        "future-done",
        "the future has its result already: ask `if not future.done():` before",
    ),
    row(
        "InvalidStateError",
        &["Result is not set."],
        "future-pending",
        "the result is not there yet: await the task or future",
    ),
    row(
        "InvalidStateError",
        &["Exception is not set."],
        "future-pending",
        "the outcome is not there yet: await the task or future",
    ),
    row(
        "RuntimeError",
        &["Lock is not acquired."],
        "lock-not-held",
        "release a lock only after having acquired it: `async with lock:` does both",
    ),
    row(
        "ValueError",
        &["BoundedSemaphore released too many times"],
        "semaphore-over-released",
        "release once for each acquire: `async with semaphore:` does both",
    ),
    row(
        "ValueError",
        &["task_done() called too many times"],
        "task-done-twice",
        "call task_done() once for each get()",
    ),
    row(
        "RuntimeError",
        &["cannot wait on un-acquired lock"],
        "condition-not-held",
        "wait inside of `async with condition:`",
    ),
    row(
        "RuntimeError",
        &["cannot notify on un-acquired lock"],
        "condition-not-held",
        "notify inside of `async with condition:`",
    ),
    row(
        "RuntimeError",
        &["Task cannot await on itself"],
        "awaits-itself",
        "a task cannot wait for its own end: leave itself out, `asyncio.all_tasks() - {asyncio.current_task()}`",
    ),
    row(
        "RuntimeError",
        &["is bound to a different event loop"],
        "other-loop",
        "make it inside of the `main()` that uses it: each asyncio.run() has a loop of its own",
    ),
    row(
        "RuntimeError",
        &["attached to a different loop"],
        "other-loop",
        "make it inside of the `main()` that uses it: each asyncio.run() has a loop of its own",
    ),
    row(
        "RuntimeError",
        &["Timeout should be used inside a task"],
        "timeout-outside-task",
        "use asyncio.timeout() inside of an `async def` that a task or asyncio.run() runs",
    ),
    row(
        "RuntimeError",
        &["TaskGroup", "has not been entered"],
        "group-not-entered",
        "make the tasks inside of `async with asyncio.TaskGroup() as group:`",
    ),
    row(
        "RuntimeError",
        &["TaskGroup", "is finished"],
        "group-finished",
        "make the tasks before the end of the `async with` block",
    ),
    row(
        "RuntimeError",
        &["Event loop is closed"],
        "loop-closed",
        "do it before asyncio.run() ends, or use a new loop",
    ),
    row(
        "CancelledError",
        &[],
        "cancelled",
        "what was awaited here was cancelled: where that may happen, write `except asyncio.CancelledError:`",
    ),
    row(
        "TimeoutError",
        &[],
        "timed-out",
        "give it more time, or write `except TimeoutError:` where that may happen",
    ),
    row(
        "RecursionError",
        &["maximum recursion depth exceeded"],
        "recursion",
        "let the function end without a call of itself in one case, and come nearer to that with each call",
    ),
    row("RuntimeError", &["event loop is stuck"], "deadlock", ""),
    row(
        "TypeError",
        &["cannot unpack non-iterable coroutine object"],
        "await-missing",
        "a call of an async function gives a coroutine: await it first, `x, y = await f()`",
    ),
    row(
        "TypeError",
        &["async_generator"],
        "async-for-needed",
        "an async generator is read with `async for`: `[x async for x in f()]` makes a list of it",
    ),
    row(
        "TypeError",
        &["__init__() should return None, not 'coroutine'"],
        "await-missing",
        "making an object cannot wait: let `__init__` be a plain `def`, and await the rest in a method that is called after it",
    ),
    // Whatever else it may be that a coroutine cannot do.
    row(
        "TypeError",
        &["'coroutine'"],
        "await-missing",
        "a call of an async function gives a coroutine: await it, `await f()`",
    ),
    row(
        "TypeError",
        &["coroutine found"],
        "await-missing",
        "a call of an async function gives a coroutine: await it, `await f()`",
    ),
    row(
        "TypeError",
        &["coroutine.__format__"],
        "await-missing",
        "a call of an async function gives a coroutine: await it, `await f()`",
    ),
    row(
        "TypeError",
        &["type coroutine"],
        "await-missing",
        "a call of an async function gives a coroutine: await it, `await f()`",
    ),
];

/// What an exception was lost in, by how asyncio begins to tell of it.
static LOSSES: &[(&str, Advice)] = &[
    (
        "Task exception was never retrieved",
        Advice {
            code: "task-exception-lost",
            help: "await the task, or create it in an `async with asyncio.TaskGroup() as group:`",
        },
    ),
    (
        "Future exception was never retrieved",
        Advice {
            code: "future-exception-lost",
            help: "let somebody await the future",
        },
    ),
    (
        "Exception in callback",
        Advice {
            code: "callback-failed",
            help: "nobody awaits a callback: catch the exception in it",
        },
    ),
    (
        "unhandled exception during asyncio.run() shutdown",
        Advice {
            code: "task-failed-at-exit",
            help: "await the task before main() ends: it was cancelled by then, and failed on the way",
        },
    ),
];

/// What helps where an exception was lost.
pub fn of_loss(head: &str) -> Option<&'static Advice> {
    let found = LOSSES.iter().find(|(begin, _)| head.starts_with(begin));
    found.map(|(_, advice)| advice)
}

/// What helps against an exception of a class with this name and message.
pub fn find(class: &str, message: &str) -> Option<&'static Advice> {
    let class = class.rsplit('.').next().unwrap_or(class);
    let fits = |pieces: &[&str]| {
        let mut rest = message;
        pieces.iter().all(|piece| match rest.find(piece) {
            Some(at) => {
                rest = &rest[at + piece.len()..];
                true
            }
            None => false,
        })
    };
    let found = ROWS
        .iter()
        .find(|(c, pieces, _)| *c == class && fits(pieces));
    found.map(|(_, _, advice)| advice)
}
