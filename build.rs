//! How the command is linked where start-up can be made cheaper: on Linux with glibc.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
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
