//! What of the command is a library: the test runner, so that `cargo test` can run scripts as
//! `aio test` does, and what both need.

pub mod test;

/// What went wrong, without Rust's addition of the error number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
