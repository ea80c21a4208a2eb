//! The scripts of the repository that are tests: the corpus, the examples, the transcripts.
//!
//! Shared by `golden.rs` (runs them with aio) and `oracle.rs` (runs them with CPython). They are
//! found and read by the runner of `aio test`, so that it runs them just so.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aio::test::{Case, discover};

/// Where they are, with what their names begin with.
const FOLDERS: [(&str, &str); 3] = [
    ("tests/golden", ""),
    ("tests/transcripts", "transcripts/"),
    ("examples", "examples/"),
];

/// What headers looked like once.
const OLD: [&str; 5] = ["args:", "argv:", "exit:", "stdin:", "oracle:"];

/// Every script, sorted by name: folder and file stem, as in `async/await_twice_raises`.
pub fn all() -> io::Result<Vec<Case>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases = Vec::new();
    for (folder, prefix) in FOLDERS {
        let folder = root.join(folder);
        let mut files = Vec::new();
        files_below(&folder, &mut files)?;
        // Named one by one: so those count, too, whose expected output is not written yet.
        for mut case in discover::discover(&files, true)?.cases {
            let below = folder.to_string_lossy().into_owned() + "/";
            let name = case.name.strip_prefix(&below).unwrap_or(&case.name);
            case.name = format!("{prefix}{name}");
            if let Some(line) = old_header(&case.path)? {
                case.directives = Err(format!(
                    "`{line}` is written `# test: ...`: see CONTRIBUTING.md"
                ));
            }
            cases.push(case);
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

/// All scripts and transcripts below `folder`.
fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "aio" || e == "repl") {
            found.push(path);
        }
    }
    Ok(())
}

/// A line of a header that the runner would take for a comment.
fn old_header(path: &Path) -> io::Result<Option<String>> {
    let bytes = fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut top = text.lines().take_while(|line| line.starts_with('#'));
    let found = top.find(|line| OLD.iter().any(|key| line[1..].trim().starts_with(key)));
    Ok(found.map(str::to_owned))
}
