//! Rules of the repository, so that a contributor meets them before a reviewer does.
//!
//! They look at the text of the files only; what the compiler can say is left to it.

use std::fs;
use std::path::{Path, PathBuf};

/// Files may be this long.
const LONG: usize = 600;
/// Files over `LONG` lines: the most they may have, and why they are not split.
const LONG_FILES: &[(&str, usize, &str)] = &[
    (
        "interp/src/eval/call.rs",
        800,
        "one call protocol, whose ways share their parts",
    ),
    (
        "interp/src/event_loop/mod.rs",
        700,
        "what an interpreter keeps about loops, and a loop's own parts",
    ),
    (
        "interp/src/event_loop/task.rs",
        700,
        "the one cycle of a task: step, wait, end, cancel",
    ),
    (
        "interp/src/event_loop/future.rs",
        800,
        "futures and what they share with tasks",
    ),
    (
        "interp/src/lower/scope.rs",
        800,
        "one walk that enters names",
    ),
    (
        "interp/src/objects/dict.rs",
        750,
        "one table, whose parts rely on each other",
    ),
    (
        "interp/src/object.rs",
        800,
        "the unsafe core of the object model, in one place",
    ),
    (
        "interp/src/eval/operator.rs",
        700,
        "one node after another, all of a pattern",
    ),
    (
        "stdlib/src/math.rs",
        800,
        "one function per row of its table",
    ),
    (
        "stdlib/src/cmath.rs",
        700,
        "one short function per row, and their tables",
    ),
    (
        "stdlib/src/decimal/arith.rs",
        750,
        "one operation of the specification after another",
    ),
    (
        "stdlib/src/decimal/decimal_class.rs",
        750,
        "the rows of a class with a hundred methods",
    ),
    (
        "stdlib/src/decimal/context_class.rs",
        700,
        "the rows of a class with a hundred methods",
    ),
    (
        "stdlib/src/re/parser.rs",
        750,
        "one walk over a pattern, with the text of each error",
    ),
    (
        "stdlib/src/re/machine.rs",
        750,
        "one instruction of the matcher after another",
    ),
    ("interp/src/text/tables/class.rs", 800, "a generated table"),
    (
        "tests/cli.rs",
        700,
        "one short test per claim about the command",
    ),
    ("lexer/tests/error.rs", 1000, "one row per error text"),
    (
        "parser/src/ast.rs",
        800,
        "one documented variant per construct",
    ),
];

/// The modules with `unsafe`, each behind a safe interface.
const UNSAFE_FILES: &[&str] = &[
    "interp/src/gc.rs",
    "interp/src/object.rs",
    "interp/src/objects/class.rs",
    "interp/src/objects/function.rs",
    "interp/src/objects/instance.rs",
    "interp/src/pool.rs",
    "interp/src/shared.rs",
    "interp/src/stack.rs",
    "interp/src/vm.rs",
    "src/process.rs",
];

/// What may be in a working copy but not in a commit. In halves, because this file is looked at
/// as well.
const LEFTOVERS: &[&str] = &[
    concat!("dbg", "!("),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
];

/// Hosts of package registries: dependencies are named in manifests, not by address.
const REGISTRIES: &[&str] = &[
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("npmjs", ".com"),
];

#[test]
fn rust_files_say_what_they_are() {
    let faults = rust_files()
        .into_iter()
        .filter(|file| !file.text.starts_with("//!"));
    report(
        "begin with a `//!` comment that says what the file is",
        faults.map(|file| file.path),
    );
}

#[test]
fn nothing_is_left_over() {
    let mut faults = Vec::new();
    for file in rust_files() {
        for (line, text) in file.code() {
            if LEFTOVERS.iter().any(|leftover| text.contains(leftover)) {
                faults.push(format!("{}:{line}", file.path));
            }
        }
    }
    report(
        "are finished: no debugging, no holes, no skipped tests",
        faults,
    );
}

#[test]
fn files_are_short() {
    let mut faults = Vec::new();
    for file in rust_files() {
        let lines = file.text.lines().count();
        let listed = LONG_FILES.iter().find(|(path, _, _)| *path == file.path);
        let most = listed.map_or(LONG, |(_, most, _)| *most);
        if lines > most {
            faults.push(format!(
                "{} has {lines} lines, {most} are allowed",
                file.path
            ));
        }
    }
    report(
        "are split before they get long, or listed in tests/tidy.rs with a reason",
        faults,
    );
}

#[test]
fn lists_name_files_that_exist() {
    let listed = LONG_FILES
        .iter()
        .map(|(path, _, _)| *path)
        .chain(UNSAFE_FILES.iter().copied());
    let faults = listed.filter(|path| !root().join(path).is_file());
    report("named in tests/tidy.rs exist", faults.map(str::to_owned));
}

#[test]
fn unsafe_is_where_it_belongs() {
    let mut faults = Vec::new();
    for file in rust_files() {
        if UNSAFE_FILES.contains(&file.path.as_str()) {
            continue;
        }
        for (line, text) in file.code() {
            if is_unsafe(text) {
                faults.push(format!("{}:{line}", file.path));
            }
        }
    }
    report(
        "outside of the list in tests/tidy.rs contain no `unsafe`",
        faults,
    );
}

/// True for `unsafe` as a keyword: followed by a block, `fn`, `impl`, `extern` or `trait`.
fn is_unsafe(code: &str) -> bool {
    code.match_indices("unsafe").any(|(at, word)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].trim_start();
        let follows = ["{", "fn ", "impl", "extern", "trait"];
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '`' | '"'))
            && (after.is_empty() || follows.iter().any(|start| after.starts_with(start)))
    })
}

#[test]
fn links_resolve() {
    let mut faults = Vec::new();
    for file in files(&["md"]) {
        let folder = root().join(&file.path);
        let folder = folder.parent().unwrap_or(Path::new("")).to_path_buf();
        for (line, target) in links(&file.text) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let is_address = target.contains("://") || target.starts_with("mailto:");
            let text = match path {
                _ if is_address => continue,
                "" => Some(file.text.clone()),
                path if folder.join(path).is_dir() => Some(String::new()),
                path => fs::read_to_string(folder.join(path)).ok(),
            };
            let resolves = text.is_some_and(|text| anchor.is_empty() || has_heading(&text, anchor));
            if !resolves {
                faults.push(format!("{}:{line}: {target}", file.path));
            }
        }
    }
    report("have links that lead somewhere", faults);
}

/// The targets of links outside of code, with their lines.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut links = Vec::new();
    let mut in_code = false;
    for (i, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        // Every second piece is inline code; a link's text may be code, its target is not.
        for piece in line.split('`').step_by(2) {
            for (at, _) in piece.match_indices("](") {
                let target = &piece[at + 2..];
                links.push((i + 1, &target[..target.find(')').unwrap_or(target.len())]));
            }
        }
    }
    links
}

/// True if a heading of the text has this anchor.
fn has_heading(text: &str, anchor: &str) -> bool {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| line.trim_start_matches('#').trim())
        .any(|heading| {
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-") == anchor
        })
}

#[test]
fn natives_have_docs() {
    let mut faults = Vec::new();
    for file in rust_files() {
        for start in ["native(", "method("] {
            for (at, _) in file.text.match_indices(start) {
                if doc_of_row(&file.text[at + start.len()..]).is_some_and(str::is_empty) {
                    let line = file.text[..at].lines().count().max(1);
                    faults.push(format!("{}:{line}", file.path));
                }
            }
        }
    }
    report("say of each function in their tables what it does", faults);
}

/// The second string of `"signature", "doc", function)`.
fn doc_of_row(text: &str) -> Option<&str> {
    let (_, rest) = literal(text)?;
    let (doc, rest) = literal(rest.trim_start().strip_prefix(',')?)?;
    rest.trim_start().starts_with(',').then_some(doc)
}

/// A string literal without escaped quotes, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    text.trim_start().strip_prefix('"')?.split_once('"')
}

#[test]
fn no_registry_is_named() {
    let mut faults = Vec::new();
    for file in files(&["rs", "md", "toml", "py", "aio", "sh", "lalrpop", "yml"]) {
        for (i, line) in file.text.lines().enumerate() {
            if REGISTRIES.iter().any(|host| line.contains(host)) {
                faults.push(format!("{}:{}", file.path, i + 1));
            }
        }
    }
    report("name no package registry", faults);
}

/// A file of the repository.
struct File {
    /// Below the root, with `/` between its parts.
    path: String,
    text: String,
}

impl File {
    /// The numbered lines, without comments at their ends.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let without_comment = |line: &'_ str| line.find("//").unwrap_or(line.len());
        self.text
            .lines()
            .enumerate()
            .map(move |(i, line)| (i + 1, &line[..without_comment(line)]))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files() -> Vec<File> {
    let files = files(&["rs"]);
    assert!(
        files.len() > 100,
        "only {} Rust files found: look at `files`",
        files.len()
    );
    files
}

/// All files with these extensions, sorted.
fn files(extensions: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    walk(root(), &mut paths);
    paths.sort();
    let is_wanted = |path: &PathBuf| {
        path.extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| extensions.contains(&e))
    };
    let read = |path: PathBuf| {
        let below = path.strip_prefix(root()).unwrap_or(&path);
        let path_text = below.to_string_lossy().replace('\\', "/");
        // A script may be no UTF-8 on purpose.
        let bytes = fs::read(&path).ok()?;
        Some(File {
            path: path_text,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    };
    paths
        .into_iter()
        .filter(is_wanted)
        .filter_map(read)
        .collect()
}

/// Every file below `folder`, except in what is hidden or built.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let is_skipped = name.starts_with('.') || name == "target";
        match path.is_dir() {
            true if !is_skipped => walk(&path, found),
            true => {}
            false => found.push(path),
        }
    }
}

/// Fails with the list of faults, if there are any.
fn report(rule: &str, faults: impl IntoIterator<Item = String>) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(
        faults.is_empty(),
        "files {rule}; these do not:\n  {}\n",
        faults.join("\n  ")
    );
}
