//! Which tests failed last time, for `--failed-first`: a file of names in `.aio_test` below the
//! folder where the command runs.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

const FOLDER: &str = ".aio_test";
const FILE: &str = ".aio_test/failed";

/// The names of the tests that failed last time.
pub fn failed() -> HashSet<String> {
    let text = fs::read_to_string(FILE).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Remembers which of the tests that ran failed; others stay as they were. It is a help only, so a
/// folder that cannot be written is no error.
pub fn remember<'a>(ran: impl Iterator<Item = (&'a str, bool)>) {
    let mut names = failed();
    for (name, is_failure) in ran {
        match is_failure {
            true => names.insert(name.to_owned()),
            false => names.remove(name),
        };
    }
    if names.is_empty() && !Path::new(FILE).exists() {
        return;
    }
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    let made = fs::create_dir_all(FOLDER)
        .and_then(|()| fs::write(".aio_test/.gitignore", "*\n"))
        .and_then(|()| fs::write(FILE, names.join("\n") + "\n"));
    drop(made);
}
