//! A script of the corpus: where it lies, what its header asks for, what it must print.
//!
//! Shared by `golden.rs` (runs scripts with aio) and `oracle.rs` (runs them with CPython).
//! Nothing here starts a process: that is the runner of `aio test`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aio::test::{Case, Directives};

/// One script with its expected output beside it.
///
/// The header is the comment lines at the top of the file:
///
/// ```text
/// # args: --virtual-time        arguments for aio, before the script
/// # argv: one two               arguments for the script
/// # exit: 3                     expected exit code, 0 if absent
/// # stdin: input.txt            standard input, empty if absent
/// # oracle: skip (reason)       not plain Python: CPython is not asked
/// # helper                      a module that others import, not a test
/// ```
pub struct Script {
    /// Folder and file stem, as in `async/await_twice_raises`: the name of the test.
    pub name: String,
    /// The script itself.
    pub path: PathBuf,
    /// Expected standard output.
    pub out: PathBuf,
    /// Arguments for aio. Scripts in folders that begin with `async` run in virtual time.
    pub args: Vec<String>,
    /// Arguments for the script.
    pub argv: Vec<String>,
    /// The exit code it must end with.
    pub exit: i32,
    /// A file beside the script that becomes its standard input.
    pub stdin: Option<String>,
    /// Why CPython cannot run it, if it cannot.
    pub oracle_skip: Option<String>,
}

impl Script {
    /// The test that this is to the runner. Outputs are compared as they are.
    pub fn case(&self) -> Case {
        let directives = Directives {
            args: self.argv.clone(),
            exit: self.exit,
            stdin: self.stdin.clone(),
            has_real_clock: true,
            normalises: false,
            ..Directives::default()
        };
        Case {
            name: self.name.clone(),
            path: self.path.clone(),
            out: self.out.clone(),
            directives: Ok(directives),
        }
    }

    /// Reads the header of the file at `path`. `None` for a helper module.
    fn read(name: String, path: PathBuf, out: PathBuf) -> io::Result<Option<Script>> {
        let text = fs::read_to_string(&path)?;
        let mut script = Script {
            args: Vec::new(),
            argv: Vec::new(),
            exit: 0,
            stdin: None,
            oracle_skip: None,
            name,
            path,
            out,
        };
        if script.name.starts_with("async") {
            script.args.push("--virtual-time".to_string());
        }
        for line in text.lines().map_while(|line| line.strip_prefix('#')) {
            if line.trim() == "helper" {
                return Ok(None);
            }
            if let Some((key, value)) = line.split_once(':') {
                script.apply(key.trim(), value.trim());
            }
        }
        Ok(Some(script))
    }

    /// One line of the header. A comment that is no header line means nothing.
    fn apply(&mut self, key: &str, value: &str) {
        let words = || value.split_whitespace().map(str::to_string);
        match key {
            "args" => {
                for word in words() {
                    if !self.args.contains(&word) {
                        self.args.push(word);
                    }
                }
            }
            "argv" => self.argv.extend(words()),
            "exit" => self.exit = value.parse().unwrap_or(0),
            "stdin" => self.stdin = Some(value.to_owned()),
            "oracle" => self.oracle_skip = value.strip_prefix("skip").map(reason),
            _ => {}
        }
    }
}

/// The words inside the parentheses of `skip (reason)`.
fn reason(text: &str) -> String {
    text.trim().trim_matches(['(', ')']).to_string()
}

/// Every script of the corpus and every example, sorted by name.
pub fn all() -> io::Result<Vec<Script>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scripts = Vec::new();
    let golden = root.join("tests/golden");
    for path in files_below(&golden)? {
        let name = test_name(&golden, &path, "");
        let out = path.with_extension("out");
        scripts.extend(Script::read(name, path, out)?);
    }
    let examples = root.join("examples");
    for path in files_below(&examples)? {
        let name = test_name(&examples, &path, "examples/");
        let out = path.with_extension("out");
        scripts.extend(Script::read(name, path, out)?);
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(scripts)
}

/// The path below `root`, with `/` between its parts and without its extension.
fn test_name(root: &Path, path: &Path, prefix: &str) -> String {
    let below = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let parts: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    format!("{prefix}{}", parts.join("/"))
}

/// All `.aio` files below `folder`.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "aio") {
            found.push(path);
        }
    }
    Ok(found)
}
