//! Prints what is wrong with source texts: reads them from the standard input, separated by
//! NUL, and writes class, start offset and message of the first error, separated by U+001F.

use std::io::Read;

fn main() {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut bytes) {
        println!("{error}");
        return;
    }
    for source in String::from_utf8_lossy(&bytes).split('\0') {
        match aio_parser::parse(source) {
            Ok(_) => print!("ok\0"),
            Err(errors) => {
                let first = &errors[0];
                print!(
                    "{:?}Error\x1f{}\x1f{}\0",
                    first.class, first.span.start, first.message
                );
            }
        }
    }
}
