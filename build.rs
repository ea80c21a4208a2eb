//! The table of pages of `aio explain`, and how the command is linked where start-up can be made
//! cheaper: on Linux with glibc.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(error) = write_pages() {
        panic!("cannot list the pages of src/explain: {error}");
    }
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}"));
    if target("OS").as_deref() != Ok("linux") || target("ENV").as_deref() != Ok("gnu") {
        return;
    }
    // At a fixed address, as many a Python is: ten thousand addresses need not be written into
    // tables of functions at every start.
    println!("cargo::rustc-link-arg-bins=-no-pie");
    // The unwinder from the static library, where there is one: loading the shared one takes a
    // tenth of the whole start.
    let is_native = std::env::var("HOST") == std::env::var("TARGET");
    if is_native && has_static_unwinder() {
        println!("cargo::rustc-link-lib=gcc_eh");
    }
}

/// True if the C compiler, which links, knows where `libgcc_eh.a` is.
fn has_static_unwinder() -> bool {
    let asked = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    asked.is_ok_and(|answer| {
        let path = String::from_utf8_lossy(&answer.stdout);
        Path::new(path.trim()).is_absolute()
    })
}

/// Writes `PAGES`: the code and the text of each page, sorted.
fn write_pages() -> io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let folder = root.join("src/explain/pages");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        let code = path.file_stem().unwrap_or_default().to_string_lossy();
        rows.push(format!("    ({code:?}, include_str!({path:?})),\n"));
    }
    rows.sort();
    let text = format!(
        "/// The code and the text of each page.\npub static PAGES: &[(&str, &str)] = &[\n{}];\n",
        rows.concat()
    );
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    std::fs::write(out.join("pages.rs"), text)
}
