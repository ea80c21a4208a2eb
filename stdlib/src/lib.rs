//! The library of aio: the modules that scripts import. One file or folder each; written in
//! Rust as tables of functions, or in the language itself and loaded when first imported.

mod abc;
mod absent;
mod array;
mod ast;
pub mod asyncio;
pub mod atexit;
mod binascii;
mod bisect;
mod cmath;
mod codecs;
mod collections;
pub mod contextvars;
mod datetime;
mod decimal;
mod file;
mod functools;
mod gc;
mod hashes;
mod heapq;
mod host;
pub mod io;
mod itertools;
mod json;
mod math;
mod operator;
mod order;
mod posix;
mod random;
mod re;
pub mod site;
mod special;
mod structs;
pub mod sys;
mod time;
pub mod traceback;
mod types;
mod typing;
mod unicodedata;
mod weakref;
mod zlib;
mod zoneinfo;

use std::path::Path;

use aio_interp::module::{Builtin, NativeModule, Registry};

// `IN_LANGUAGE`: the modules of `stdlib/lib`, by name, as the build script found them.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// The modules written in Rust, by name. One with an underscore is what a module of `lib` asks
/// the interpreter for.
static IN_RUST: &[(&str, Builtin)] = &[
    native("_abc", abc::module),
    native("_codecs", codecs::module),
    native("_collections", collections::module),
    native("_datetime", datetime::module),
    native("_decimal", decimal::module),
    native("_functools", functools::module),
    native("_hashlib", hashes::module),
    native("_heapq", heapq::module),
    native("_io", io::module),
    native("_json", json::module),
    native("_random", random::module),
    native("_re", re::module),
    native("_syntax", ast::module),
    native("_traceback", traceback::module),
    native("_types", types::module),
    native("_typing", typing::module),
    native("_weakref", weakref::module),
    native("_zoneinfo", zoneinfo::module),
    native("array", array::module),
    native("asyncio", asyncio::module),
    native("atexit", atexit::module),
    native("binascii", binascii::module),
    native("bisect", bisect::module),
    native("cmath", cmath::module),
    native("contextvars", contextvars::module),
    native("gc", gc::module),
    native("itertools", itertools::module),
    native("math", math::module),
    native("operator", operator::module),
    native("posix", posix::module),
    native("struct", structs::module),
    native("sys", sys::module),
    native("time", time::module),
    native("unicodedata", unicodedata::module),
    native("zlib", zlib::module),
];

const fn native(name: &'static str, make: NativeModule) -> (&'static str, Builtin) {
    (name, Builtin::Native(make))
}

/// All modules of the library. Files are read from the disk.
pub fn registry() -> Registry {
    Registry::new(|path: &Path| std::fs::read(path), &[IN_RUST, IN_LANGUAGE])
        .without(absent::REASONS)
}
