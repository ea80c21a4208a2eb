//! The library of aio: the modules that scripts import. One file or folder each; written in
//! Rust as tables of functions, or in the language itself and loaded when first imported.

pub mod asyncio;
pub mod contextvars;
mod file;
mod future;
pub mod io;
mod math;
pub mod site;
pub mod sys;
mod time;
pub mod traceback;
mod types;
mod typing;

use std::path::Path;

use aio_interp::module::{Builtin, Registry};

/// All modules of the library. Files are read from the disk.
pub fn registry() -> Registry {
    let registry = Registry::new(|path: &Path| std::fs::read(path));
    registry.add("__future__", Builtin::Native(future::module));
    registry.add("_io", Builtin::Native(io::module));
    registry.add("_traceback", Builtin::Native(traceback::module));
    registry.add("_types", Builtin::Native(types::module));
    registry.add("_typing", Builtin::Native(typing::module));
    registry.add("asyncio", Builtin::Native(asyncio::module));
    registry.add(
        "contextlib",
        Builtin::Source(include_str!("contextlib.aio")),
    );
    registry.add("contextvars", Builtin::Native(contextvars::module));
    registry.add("curio", Builtin::Source(include_str!("curio.aio")));
    registry.add("math", Builtin::Native(math::module));
    registry.add("sys", Builtin::Native(sys::module));
    registry.add("time", Builtin::Native(time::module));
    registry.add(
        "importlib",
        Builtin::Package(include_str!("importlib/__init__.aio")),
    );
    registry.add(
        "importlib.machinery",
        Builtin::Source(include_str!("importlib/machinery.aio")),
    );
    registry.add(
        "importlib.util",
        Builtin::Source(include_str!("importlib/util.aio")),
    );
    registry.add("linecache", Builtin::Source(include_str!("linecache.aio")));
    registry.add("traceback", Builtin::Source(include_str!("traceback.aio")));
    registry.add("warnings", Builtin::Source(include_str!("warnings.aio")));
    registry.add("trio", Builtin::Source(include_str!("trio.aio")));
    registry.add("types", Builtin::Source(include_str!("types.aio")));
    registry
}
