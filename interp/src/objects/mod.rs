//! The heap objects, one file per type: its data, safe access to it, and for builtin types the
//! table of its methods.

pub mod alias;
pub mod bytes;
pub mod cell;
pub mod class;
pub mod dict;
pub mod exception;
pub mod frame_view;
pub mod function;
pub mod host;
pub mod instance;
pub mod int;
pub mod iterator;
pub mod list;
pub mod module;
pub mod range;
pub mod set;
pub mod shape;
pub mod str;
pub mod tuple;
