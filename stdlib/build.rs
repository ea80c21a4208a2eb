//! Lists the modules of `lib` (`a/b.aio` is `a.b`, `a/__init__.aio` the package `a`), sorted by
//! name, so that adding one is adding a file.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("lib");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut modules = Vec::new();
    gather(&root, "", &mut modules)?;
    modules.sort();
    let mut table = String::from("static IN_LANGUAGE: &[(&str, Builtin)] = &[\n");
    for (name, kind, file) in modules {
        let _ = writeln!(
            table,
            "    ({name:?}, Builtin::{kind}(include_str!({file:?}))),"
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("modules.rs"), table)
}

/// Name, kind and file of the modules of a folder.
fn gather(
    folder: &Path,
    package: &str,
    modules: &mut Vec<(String, &'static str, PathBuf)>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            gather(&path, &format!("{package}{stem}."), modules)?;
        } else if path.extension().is_some_and(|e| e == "aio") {
            if stem == "__init__" {
                let name = package.trim_end_matches('.').to_owned();
                modules.push((name, "Package", path));
            } else {
                modules.push((format!("{package}{stem}"), "Source", path));
            }
        }
    }
    Ok(())
}
