//! `_json`: the heart of `json`, reading and writing. Neither recurses, so nesting is limited by
//! a number alone.

mod decode;
mod encode;

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Raised, Vm};

/// Values may nest this deep.
const DEEPEST: usize = 9_900;

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("_json", "json speedups");
    vm.add_natives(&module, ROWS);
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "loads(error, s, /)",
        "The value of a whole text, with the defaults of every option.",
        decode::loads,
    ),
    native(
        "scan(error, s, idx, decoder, /)",
        "A value, and where it ends. Raises StopIteration where there is none.",
        decode::scan,
    ),
    native(
        "scanstring(error, s, end, strict=True, /)",
        "A string, and where it ends.",
        decode::scan_string,
    ),
    native(
        "encode(o, default, ensure_ascii, indent, separators, sort_keys, skipkeys, allow_nan, check_circular, /)",
        "The text of a value.",
        encode::encode,
    ),
    native(
        "encode_basestring_ascii(s, /)",
        "Return an ASCII-only JSON representation of a Python string",
        |vm, a| encode::string(vm, &a[0], true),
    ),
    native(
        "encode_basestring(s, /)",
        "Return a JSON representation of a Python string",
        |vm, a| encode::string(vm, &a[0], false),
    ),
    native(
        "detect_encoding(b, /)",
        "The encoding of bytes that hold JSON.",
        |vm, a| {
            let data = bytes_of(&vm.native(&a[0])).unwrap_or_default();
            Ok(vm.text(detect_encoding(&data)))
        },
    ),
];

fn detect_encoding(data: &[u8]) -> &'static str {
    match data {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "utf-32",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "utf-16",
        [0xef, 0xbb, 0xbf, ..] => "utf-8-sig",
        [0, b, _, _, ..] => {
            if *b != 0 {
                "utf-16-be"
            } else {
                "utf-32-be"
            }
        }
        [_, 0, c, d, ..] => {
            if *c != 0 || *d != 0 {
                "utf-16-le"
            } else {
                "utf-32-le"
            }
        }
        [0, _] => "utf-16-be",
        [_, 0] => "utf-16-le",
        _ => "utf-8",
    }
}

#[cold]
fn too_deep(vm: &Vm, what: &str) -> Raised {
    let message = format!("maximum recursion depth exceeded while {what}");
    vm.raise_text(&vm.exceptions.RecursionError, &message)
}
