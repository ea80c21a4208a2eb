//! `aio explain CODE`: a page about a finding, with a wrong and a right example.
//!
//! Pages are the files of `pages/`; `tests/explain.rs` runs their examples.

use std::process::ExitCode;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// `aio explain [CODE]`.
pub fn main(mut given: impl Iterator<Item = String>) -> ExitCode {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let Some(code) = given.next() else {
        let _ = writeln!(out, "aio explain CODE tells more about:");
        for (code, page) in PAGES {
            let title = page.lines().next().unwrap_or_default();
            let _ = writeln!(out, "  aio::{code:24} {}", title.trim_start_matches("# "));
        }
        return ExitCode::SUCCESS;
    };
    let wanted = code.trim_start_matches("aio::");
    match PAGES.iter().find(|(code, _)| *code == wanted) {
        Some((_, page)) => {
            let _ = out.write_all(page.as_bytes());
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("aio: no page about '{code}': `aio explain` lists them");
            ExitCode::from(2)
        }
    }
}
