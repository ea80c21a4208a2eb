//! Modules of Python that are absent: what `import` says of them.

/// Each with the reason and the way to do without.
pub(crate) static REASONS: &[(&str, &str)] = &[
    ("_thread", ONE_THREAD),
    ("concurrent", ONE_THREAD),
    ("multiprocessing", ONE_PROCESS),
    ("select", NO_NETWORK),
    ("selectors", NO_NETWORK),
    ("socket", NO_NETWORK),
    ("socketserver", NO_NETWORK),
    ("ssl", NO_NETWORK),
    ("subprocess", ONE_PROCESS),
    ("threading", ONE_THREAD),
];

const ONE_THREAD: &str = "a program of aio runs on one thread; instead of threads start tasks, \
                          with asyncio.create_task or asyncio.TaskGroup, and let them share an \
                          asyncio.Lock or asyncio.Queue";

const ONE_PROCESS: &str = "a program of aio is one process and cannot start others yet; what only \
                           waits can be a task, started with asyncio.create_task or \
                           asyncio.TaskGroup";

const NO_NETWORK: &str = "aio has no networking yet; it will come with asyncio streams \
                          (asyncio.open_connection, asyncio.start_server)";
