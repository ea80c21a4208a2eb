//! Finding tests: scripts with their expected output beside them, and expected outputs without a
//! script.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Directives;
use crate::reason;

/// A script, or a transcript of the prompt, that is a test.
#[derive(Clone, Debug)]
pub struct Case {
    /// The path as it was found, without its extension, with `/` between its parts.
    pub name: String,
    /// The script.
    pub path: PathBuf,
    /// Its expected standard output.
    pub out: PathBuf,
    /// What it asks for; a text if that is not understood.
    pub directives: Result<Directives, String>,
}

impl Case {
    /// The folder that the script runs in: its own.
    pub fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// True for a transcript of the prompt, which is its own expected output.
    pub fn is_transcript(&self) -> bool {
        is_transcript(&self.path)
    }

    /// Its expected standard error, which need not exist.
    pub fn err(&self) -> PathBuf {
        self.out.with_extension("err")
    }
}

/// What was found.
#[derive(Default, Debug)]
pub struct Found {
    /// The tests, in the order of their names.
    pub cases: Vec<Case>,
    /// Expected outputs that belong to no script.
    pub orphans: Vec<PathBuf>,
    /// Folders that cannot be looked into, and why.
    pub problems: Vec<String>,
}

/// Looks into files and folders. Scripts without an expected output count if they have a `# test:`
/// line, or if `takes_new` and they are named themselves.
///
/// # Errors
/// A path does not exist, or cannot be read.
pub fn discover(paths: &[PathBuf], takes_new: bool) -> io::Result<Found> {
    let mut scripts = BTreeSet::new();
    let mut outputs = BTreeSet::new();
    let mut named = BTreeSet::new();
    let mut problems = Vec::new();
    for path in paths {
        if path.is_dir() {
            let path = path.strip_prefix(".").unwrap_or(path);
            walk(path, &mut scripts, &mut outputs, &mut problems);
        } else {
            let path = script_of(path)?;
            scripts.insert(path.clone());
            named.insert(path);
        }
    }
    let mut found = Found {
        orphans: outputs
            .into_iter()
            .filter(|output| !output.with_extension("aio").is_file())
            .collect(),
        problems,
        ..Found::default()
    };
    for path in scripts {
        let directives = match fs::read(&path) {
            Ok(bytes) => Directives::of(&String::from_utf8_lossy(&bytes)),
            Err(error) => Err(format!("cannot read it: {}", reason(&error))),
        };
        let out = match is_transcript(&path) {
            true => path.clone(),
            false => path.with_extension("out"),
        };
        let (is_given, is_helper) = match &directives {
            Ok(directives) => (directives.is_given, directives.is_helper),
            Err(_) => (true, false),
        };
        let is_new = takes_new && named.contains(&path);
        if !is_helper && (is_given || is_new || out.is_file()) {
            found.cases.push(Case {
                name: name_of(&path),
                path,
                out,
                directives,
            });
        }
    }
    found.cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// The script that is meant by the path of a file: its own, or that of an expected output, or the
/// name of a test as it is shown.
fn script_of(path: &Path) -> io::Result<PathBuf> {
    let error = |text: String| Err(io::Error::new(io::ErrorKind::NotFound, text));
    let script = path.with_extension("aio");
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("out" | "err") if path.is_file() => match script.is_file() {
            true => Ok(script),
            false => error(format!("no script for {}", path.display())),
        },
        _ if path.is_file() => Ok(path.to_path_buf()),
        None if script.is_file() => Ok(script),
        _ => error(format!("no such file or folder: {}", path.display())),
    }
}

fn is_transcript(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "repl")
}

/// The path with `/` between its parts; that of a script without its extension.
fn name_of(path: &Path) -> String {
    let path = match is_transcript(path) {
        true => path.to_path_buf(),
        false => path.with_extension(""),
    };
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// Files below a folder, except in what is hidden or built.
fn walk(
    folder: &Path,
    scripts: &mut BTreeSet<PathBuf>,
    outputs: &mut BTreeSet<PathBuf>,
    problems: &mut Vec<String>,
) {
    let read = match folder.as_os_str().is_empty() {
        true => fs::read_dir("."),
        false => fs::read_dir(folder),
    };
    let entries = match read {
        Ok(entries) => entries,
        Err(error) => {
            let text = format!("cannot look into {}: {}", folder.display(), reason(&error));
            problems.push(text);
            return;
        }
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name_text = name.to_string_lossy();
        let path = folder.join(&name);
        let is_skipped = name_text.starts_with('.')
            || matches!(&*name_text, "target" | "node_modules" | "__pycache__");
        if is_skipped {
            continue;
        }
        // Symbolic links to folders are not followed: they could lead in circles.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, scripts, outputs, problems);
            continue;
        }
        match path.extension().and_then(|e| e.to_str()) {
            Some("aio" | "repl") => drop(scripts.insert(path)),
            Some("out" | "err") => drop(outputs.insert(path)),
            _ => {}
        }
    }
}
