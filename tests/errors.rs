//! Golden diagnostics: every script in `tests/errors` is wrong, and what aio writes about it is
//! compared whole with its `.err` file, whose last line is the exit code.
//!
//! `# fix: N: text` at the top of a script says what its line N should be: a second run with all
//! fixes applied must end well and silently; `\n` in it begins another line, `^` before it stands for the
//! margin instead of the old line's indentation. So the advice that messages give is tested, too.
//!
//! `cargo test --test errors -- deadlock/` runs some of them. `AIO_BLESS=1` writes what came out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let bless = std::env::var_os("AIO_BLESS").is_some_and(|value| value == "1");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let scripts = match scripts(&root) {
        Ok(scripts) => scripts,
        Err(error) => {
            eprintln!("cannot list the scripts: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for path in scripts {
        let below = path.strip_prefix(&root).unwrap_or(&path).with_extension("");
        let name = below.to_string_lossy().replace('\\', "/");
        let again = path.clone();
        trials.push(Trial::test(name.clone(), move || wrong(&path, bless)));
        trials.push(Trial::test(name, move || fixed(&again)).with_kind("fixed"));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The scripts in the folders of this one, sorted.
fn scripts(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(root)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "aio") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Standard error and the exit code of a script.
fn run(folder: &Path, name: &str) -> io::Result<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_aio"))
        .arg(name)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or(-1);
    Ok(format!("{}exit code {code}\n", without_addresses(&text)))
}

/// The text with `0x…` for each address.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" 0x");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result.push_str(" 0x…");
        result.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    result
}

/// The wrong script says what is expected.
fn wrong(path: &Path, bless: bool) -> Result<(), Failed> {
    let folder = path.parent().unwrap_or(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let actual = run(folder, &name)?;
    let file = path.with_extension("err");
    if bless {
        fs::write(&file, &actual)?;
        return Ok(());
    }
    let expected = fs::read_to_string(&file)
        .map_err(|_| format!("no {}: AIO_BLESS=1 writes it", file.display()))?;
    if expected == actual {
        return Ok(());
    }
    Err(format!("--- expected\n{expected}\n--- came\n{actual}").into())
}

/// The script with its fixes ends well.
fn fixed(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut count = 0;
    for line in text.lines() {
        let Some(fix) = line.strip_prefix("# fix: ") else {
            break;
        };
        let (number, new) = fix.split_once(": ").ok_or("a fix is `# fix: N: text`")?;
        let number: usize = number.parse()?;
        let old = number.checked_sub(1).and_then(|at| lines.get_mut(at));
        let old = old.ok_or_else(|| format!("there is no line {number}"))?;
        let (indent, new) = match new.strip_prefix('^') {
            Some(new) => (0, new),
            None => (old.len() - old.trim_start().len(), new),
        };
        let new = new.replace("\\n", &format!("\n{}", &old[..indent]));
        *old = format!("{}{new}", &old[..indent]);
        count += 1;
    }
    if count == 0 {
        return Ok(());
    }
    let below = path.parent().and_then(Path::file_name).unwrap_or_default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("fixed")
        .join(below);
    fs::create_dir_all(&folder)?;
    let name = path.file_name().unwrap_or_default();
    fs::write(folder.join(name), lines.join("\n") + "\n")?;
    let actual = run(&folder, &name.to_string_lossy())?;
    if actual == "exit code 0\n" {
        return Ok(());
    }
    Err(format!("with its fixes it still says:\n{actual}").into())
}
