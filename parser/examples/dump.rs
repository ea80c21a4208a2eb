//! Prints the tree of a source text in the format of CPython's `ast.dump`.
//!
//! `dump FILE…` prints one line per file, beginning with `ok` or `error`.

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else {
            println!("error cannot read {path}");
            continue;
        };
        let Ok(source) = aio_lexer::decode(&bytes) else {
            println!("error cannot decode {path}");
            continue;
        };
        match aio_parser::parse(source) {
            Ok(parsed) => println!("ok {}", aio_parser::dump(&parsed.module)),
            Err(errors) => println!("error {path}: {errors:?}"),
        }
    }
}
