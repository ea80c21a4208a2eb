//! The interpreter of aio: lowering, nodes, values, objects, coroutine frames, the event loop,
//! the cycle collector, builtin types and functions.
//!
//! It knows no module of the library, does no input or output except through the handles it is
//! given, and reads time only in `clock`.

pub mod builtins;
pub mod call;
pub mod classes;
pub mod clock;
pub mod code;
mod compile;
pub mod coroutine;
pub mod coverage;
pub mod errors;
pub mod eval;
pub mod event_loop;
mod finalize;
pub mod format;
pub mod gc;
pub mod interrupt;
mod kinds;
pub mod lower;
#[cfg(test)]
mod memory_tests;
pub mod module;
pub mod names;
pub mod native;
pub mod node;
pub mod number;
pub mod object;
pub mod objects;
pub mod ops;
pub mod output;
pub mod place;
mod pool;
pub mod shared;
pub mod stack;
pub mod text;
pub mod traceback;
pub mod value;
pub mod vm;

pub use value::{R, Raised, Value};
pub use vm::Vm;
