//! The builtin functions, one table per file.
//!
//! What looks at or runs code (`eval`, `exec`, `compile`, `__import__`, `globals`, `locals`) is in
//! `evaluate`; what opens files is not here.

mod attributes;
mod help;
mod iteration;
mod numbers;
mod order;
mod print;
mod texts;

use super::evaluate;
use crate::native::Native;

/// The tables.
pub(super) fn tables() -> [&'static [Native]; 8] {
    [
        attributes::FUNCTIONS,
        help::FUNCTIONS,
        iteration::FUNCTIONS,
        numbers::FUNCTIONS,
        order::FUNCTIONS,
        print::FUNCTIONS,
        texts::FUNCTIONS,
        evaluate::ROWS,
    ]
}
