//! The programs in README.md and CONTRIBUTING.md run and print what stands below them.
//!
//! A block marked `python` is a program; what follows that word are arguments for `aio`. The block
//! after it, marked `text`, is its standard output; a block marked `text stderr` after that is its
//! standard error, and the program then ends with exit code 1. A block marked `pycon` is a transcript
//! of the prompt. A test is named after the heading over its program.

mod command;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use aio::test::diff;
use libtest_mimic::{Arguments, Failed, Trial};

/// The documents with programs.
const DOCUMENTS: [&str; 2] = ["README.md", "CONTRIBUTING.md"];

/// The name of the file that a program is put into: it shows in tracebacks.
const FILE: &str = "tour.aio";

/// A fenced block of a document.
struct Block {
    heading: String,
    /// What follows the opening fence.
    info: String,
    text: String,
}

/// A program and what it must print.
struct Program {
    name: String,
    args: Vec<String>,
    code: String,
    /// `None` if the document does not say.
    stdout: Option<String>,
    stderr: Option<String>,
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = Vec::new();
    for document in DOCUMENTS {
        let text = match fs::read_to_string(root.join(document)) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("cannot read {document}: {error}");
                return ExitCode::FAILURE;
            }
        };
        let blocks = blocks(&text);
        for program in programs(document, &blocks) {
            trials.push(Trial::test(program.name.clone(), move || check(&program)));
        }
        for block in blocks.into_iter().filter(|block| block.info == "pycon") {
            let name = format!("{}/{}", document.to_lowercase(), block.heading);
            trials.push(Trial::test(name.clone(), move || {
                replay(&name, &block.text)
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// All fenced blocks, in order.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|line| *line != "```");
            let text = body.flat_map(|line| [line, "\n"]).collect();
            blocks.push(Block {
                heading: heading.clone(),
                info: info.to_owned(),
                text,
            });
        } else if line.starts_with('#') {
            heading = slug(line);
        }
    }
    blocks
}

/// A heading as the name of a test: `## Virtual time` is `virtual_time`.
fn slug(heading: &str) -> String {
    let words = heading
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

/// The programs among the blocks, each with the blocks that say what it prints.
fn programs(document: &str, blocks: &[Block]) -> Vec<Program> {
    let mut programs: Vec<Program> = Vec::new();
    for (i, block) in blocks.iter().enumerate() {
        let mut words = block.info.split_whitespace();
        if words.next() != Some("python") {
            continue;
        }
        let marked = |at: usize, info: &str| {
            let block = blocks.get(at).filter(|block| block.info == info);
            block.map(|block| block.text.clone())
        };
        let stdout = marked(i + 1, "text");
        let stderr = marked(i + 1 + usize::from(stdout.is_some()), "text stderr");
        let mut name = format!("{}/{}", document.to_lowercase(), block.heading);
        let same = programs
            .iter()
            .filter(|program| program.name.starts_with(&name))
            .count();
        if same > 0 {
            name = format!("{name}_{}", same + 1);
        }
        let args = words.map(str::to_owned).collect();
        programs.push(Program {
            name,
            args,
            code: block.text.clone(),
            stdout,
            stderr,
        });
    }
    programs
}

/// Replays a transcript with `aio test`.
fn replay(name: &str, text: &str) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("readme")
        .join(name);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("session.repl"), text)?;
    let output = command::run(&folder, &["test", "session.repl"], "")?;
    match output.code {
        Some(0) => Ok(()),
        _ => Err(output.stdout.into()),
    }
}

/// Runs one program and compares.
fn check(program: &Program) -> Result<(), Failed> {
    if program.stdout.is_none() && program.stderr.is_none() {
        return Err("no block marked `text` follows this program".into());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("readme")
        .join(&program.name);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(FILE), &program.code)?;
    let mut args: Vec<&str> = program.args.iter().map(String::as_str).collect();
    args.push(FILE);
    let output = command::run(&folder, &args, "")?;
    let expected_code = i32::from(program.stderr.is_some());
    let mut faults = Vec::new();
    if output.code != Some(expected_code) {
        faults.push(format!(
            "exit code {:?}, expected {expected_code}",
            output.code
        ));
    }
    let stdout = program.stdout.as_deref().unwrap_or_default();
    faults.extend(diff::lines(stdout.as_bytes(), output.stdout.as_bytes()));
    let stderr = program.stderr.as_deref().unwrap_or_default();
    let place = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    let actual = output.stderr.replace(&place, "");
    let difference = diff::lines(stderr.as_bytes(), actual.as_bytes());
    faults.extend(difference.map(|text| format!("stderr: {text}")));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n").into())
    }
}
