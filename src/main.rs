//! The `aio` command.
fn main() {}
