//! A folder of scripts for a test, and `aio test` in it; shared by `runner.rs` and `explore.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Output, run};

/// A folder of its own for a test, with these files.
pub fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("runner")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("the file is written");
    }
    folder
}

/// The text of a file.
pub fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("the file is there")
}

/// Runs `aio test` with these arguments.
pub fn test(folder: &Path, args: &[&str]) -> Output {
    let args: Vec<&str> = ["test"].iter().chain(args).copied().collect();
    run(folder, &args, "").expect("aio starts")
}

/// Checks the exit code and that standard output contains each of these texts.
#[track_caller]
pub fn assert_shows(output: &Output, code: i32, texts: &[&str]) {
    assert_eq!(output.code, Some(code), "{output:?}");
    for text in texts {
        assert!(
            output.stdout.contains(text),
            "no {text:?} in\n{}",
            output.stdout
        );
    }
}
