//! What of the command is a library: the test runner, so that `cargo test` can run scripts as
//! `aio test` does.

pub mod test;
