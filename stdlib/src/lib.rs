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

use aio_interp::module::{Builtin, NativeModule, Registry};

// `IN_LANGUAGE`: the modules of `stdlib/lib`, by name, as the build script found them.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The modules written in Rust, by name. One with an underscore is what a module of `lib` asks
/// the interpreter for.
static IN_RUST: &[(&str, Builtin)] = &[
    native("__future__", future::module),
    native("_io", io::module),
    native("_traceback", traceback::module),
    native("_types", types::module),
    native("_typing", typing::module),
    native("asyncio", asyncio::module),
    native("contextvars", contextvars::module),
    native("math", math::module),
    native("sys", sys::module),
    native("time", time::module),
];

const fn native(name: &'static str, make: NativeModule) -> (&'static str, Builtin) {
    (name, Builtin::Native(make))
}

/// All modules of the library. Files are read from the disk.
pub fn registry() -> Registry {
    Registry::new(|path: &Path| std::fs::read(path), &[IN_RUST, IN_LANGUAGE])
}
