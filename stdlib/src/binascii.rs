//! `binascii`: bytes as text of several kinds, and back.

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Raised, Value, Vm};

use crate::host::host_class;

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("binascii", "Conversion between binary data and ASCII");
    vm.add_natives(&module, ROWS);
    let errors = errors(vm);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("Error", (&errors.error).into());
    set("Incomplete", (&errors.incomplete).into());
    for (name, same) in [("hexlify", "b2a_hex"), ("unhexlify", "a2b_hex")] {
        if let Some(function) = module.dict.get_name(&vm.name(same)) {
            set(name, function);
        }
    }
    Ok(module)
}

struct Errors {
    error: Ref<ClassObj>,
    incomplete: Ref<ClassObj>,
}

fn errors(vm: &Vm) -> std::rc::Rc<Errors> {
    vm.state("binascii", || Errors {
        error: vm.make_class(&ERROR, &[&vm.exceptions.ValueError]),
        incomplete: vm.make_class(&INCOMPLETE, &[&vm.exceptions.Exception]),
    })
}

static ERROR: ClassSpec = ClassSpec {
    layout: Layout::Exception,
    ..host_class("Error", "binascii", "", &[], &[])
};

static INCOMPLETE: ClassSpec = ClassSpec {
    layout: Layout::Exception,
    ..host_class("Incomplete", "binascii", "", &[], &[])
};

#[cold]
fn fail(vm: &Vm, text: &str) -> Raised {
    vm.raise_text(&errors(vm).error, text)
}

static ROWS: &[Native] = &[
    native(
        "a2b_base64(data, /, *, strict_mode=False)",
        "Decode a line of base64 data.",
        a2b_base64,
    ),
    native(
        "a2b_hex(hexstr, /)",
        "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\".",
        a2b_hex,
    ),
    native(
        "a2b_qp(data, header=False)",
        "Decode a string of qp-encoded data.",
        a2b_qp,
    ),
    native(
        "a2b_uu(data, /)",
        "Decode a line of uuencoded data.",
        a2b_uu,
    ),
    native(
        "b2a_base64(data, /, *, newline=True)",
        "Base64-code line of data.",
        b2a_base64,
    ),
    native(
        "b2a_hex(data, sep=<unrepresentable>, bytes_per_sep=1)",
        "Hexadecimal representation of binary data.\n\nThe return value is a bytes object.  This function is also\navailable as \"hexlify()\".",
        b2a_hex,
    ),
    native(
        "b2a_qp(data, quotetabs=False, istext=True, header=False)",
        "Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded.",
        b2a_qp,
    ),
    native(
        "b2a_uu(data, /, *, backtick=False)",
        "Uuencode line of data.",
        b2a_uu,
    ),
    native(
        "crc32(data, crc=0, /)",
        "Compute CRC-32 incrementally.",
        crc32,
    ),
    native(
        "crc_hqx(data, crc, /)",
        "Compute CRC-CCITT incrementally.",
        crc_hqx,
    ),
];

/// The bytes of a bytes-like object.
pub(crate) fn buffer(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    bytes_of(&vm.native(v)).ok_or_else(|| {
        let name = vm.type_name(v);
        vm.type_error(format!("a bytes-like object is required, not '{name}'"))
    })
}

/// The bytes of a bytes-like object or of an ASCII text.
fn ascii(vm: &Vm, v: &Value) -> R<Vec<u8>> {
    let native = vm.native(v);
    if let Some(text) = native.as_str() {
        if !text.is_ascii() {
            return Err(vm.value_error("string argument should contain only ASCII characters"));
        }
        return Ok(text.as_bytes().to_vec());
    }
    bytes_of(&native).ok_or_else(|| {
        let name = vm.type_name(v);
        vm.type_error(format!(
            "argument should be bytes, buffer or ASCII string, not '{name}'"
        ))
    })
}

fn flag(vm: &Vm, v: &Value, default: bool) -> R<bool> {
    v.bound().map_or(Ok(default), |v| vm.truth(v))
}

fn b2a_hex(vm: &Vm, a: &[Value]) -> R {
    let data = bytes(buffer(vm, &a[0])?);
    let args = match a[1].bound() {
        None => vec![],
        Some(separator) => vec![separator.clone(), a[2].or(Value::Int(1))],
    };
    let text = vm.call_method(&data, &vm.name("hex"), &args)?;
    Ok(bytes(text.as_str().unwrap_or_default().as_bytes()))
}

fn a2b_hex(vm: &Vm, a: &[Value]) -> R {
    let text = ascii(vm, &a[0])?;
    if text.len() % 2 == 1 {
        return Err(fail(vm, "Odd-length string"));
    }
    let digit = |c: u8| {
        let digit = char::from(c).to_digit(16);
        digit
            .map(|d| d as u8)
            .ok_or_else(|| fail(vm, "Non-hexadecimal digit found"))
    };
    let pairs = text.chunks_exact(2);
    let data = pairs.map(|pair| Ok(digit(pair[0])? << 4 | digit(pair[1])?));
    Ok(bytes(data.collect::<R<Vec<u8>>>()?))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn b2a_base64(vm: &Vm, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    let mut text = Vec::with_capacity(data.len() / 3 * 4 + 5);
    for group in data.chunks(3) {
        let word = group
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for i in 0..4 {
            text.push(match i <= group.len() {
                true => BASE64[(word >> (18 - 6 * i) & 63) as usize],
                false => b'=',
            });
        }
    }
    if flag(vm, &a[1], true)? {
        text.push(b'\n');
    }
    Ok(bytes(text))
}

fn base64_digit(c: u8) -> Option<u32> {
    Some(u32::from(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn a2b_base64(vm: &Vm, a: &[Value]) -> R {
    let text = ascii(vm, &a[0])?;
    let strict = flag(vm, &a[1], false)?;
    if strict && text.first() == Some(&b'=') {
        return Err(fail(vm, "Leading padding not allowed"));
    }
    let mut data = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut word, mut digits, mut pads, mut padded) = (0u32, 0usize, 0usize, false);
    for (i, c) in text.iter().enumerate() {
        if *c == b'=' {
            padded = true;
            let place = digits % 4;
            pads += 1;
            if place >= 2 && place + pads >= 4 {
                // A whole group ends here, and with it the data.
                if strict && i + 1 < text.len() {
                    return Err(fail(vm, "Excess data after padding"));
                }
                return Ok(bytes(data));
            }
            if strict && place < 2 && pads == 1 && i + 1 < text.len() && place == 0 {
                return Err(fail(vm, "Excess data after padding"));
            }
            continue;
        }
        let Some(digit) = base64_digit(*c) else {
            if strict {
                return Err(fail(vm, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && padded {
            return Err(fail(vm, "Discontinuous padding not allowed"));
        }
        pads = 0;
        word = word << 6 | digit;
        digits += 1;
        match digits % 4 {
            0 => {
                data.push(word as u8);
                word = 0;
            }
            2 => data.push((word >> 4) as u8),
            3 => data.push((word >> 2) as u8),
            _ => {}
        }
    }
    match digits % 4 {
        0 => Ok(bytes(data)),
        1 => Err(fail(
            vm,
            &format!(
                "Invalid base64-encoded string: number of data characters ({digits}) cannot be 1 \
                 more than a multiple of 4"
            ),
        )),
        _ => Err(fail(vm, "Incorrect padding")),
    }
}

fn b2a_uu(vm: &Vm, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    if data.len() > 45 {
        return Err(fail(vm, "At most 45 bytes at once"));
    }
    let backtick = flag(vm, &a[1], false)?;
    let letter = |value: u32| match value {
        0 if backtick => b'`',
        value => b' ' + value as u8,
    };
    let mut text = vec![letter(data.len() as u32)];
    for group in data.chunks(3) {
        let word = group
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        text.extend((0..4).map(|i| letter(word >> (18 - 6 * i) & 63)));
    }
    text.push(b'\n');
    Ok(bytes(text))
}

fn a2b_uu(vm: &Vm, a: &[Value]) -> R {
    let text = ascii(vm, &a[0])?;
    let length = usize::from(text.first().copied().unwrap_or(b' ').wrapping_sub(b' ') & 63);
    let mut letters = text.iter().skip(1);
    let mut data = Vec::with_capacity(length);
    let (mut word, mut bits) = (0u32, 0);
    while data.len() < length {
        // What is missing at the end was spaces.
        let value = match letters.next() {
            None | Some(b'\n' | b'\r') => 0,
            Some(c @ b' '..=b'`') => u32::from(c - b' ') & 63,
            Some(_) => return Err(fail(vm, "Illegal char")),
        };
        word = word << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            data.push((word >> bits) as u8);
        }
    }
    match letters.all(|c| matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        true => Ok(bytes(data)),
        false => Err(fail(vm, "Trailing garbage")),
    }
}

fn a2b_qp(vm: &Vm, a: &[Value]) -> R {
    let text = ascii(vm, &a[0])?;
    let header = flag(vm, &a[1], false)?;
    let hex = |c: Option<&u8>| c.and_then(|c| char::from(*c).to_digit(16)).map(|d| d as u8);
    let mut data = Vec::with_capacity(text.len());
    let mut i = 0;
    while let Some(c) = text.get(i) {
        i += 1;
        match c {
            b'=' => match (text.get(i), hex(text.get(i)), hex(text.get(i + 1))) {
                (None, ..) => {}
                // A line that goes on.
                (Some(b'\n' | b'\r'), ..) => {
                    while text.get(i).is_some_and(|c| *c != b'\n') {
                        i += 1;
                    }
                    i += 1;
                }
                (Some(b'='), ..) => {
                    data.push(b'=');
                    i += 1;
                }
                (_, Some(high), Some(low)) => {
                    data.push(high << 4 | low);
                    i += 2;
                }
                _ => data.push(b'='),
            },
            b'_' if header => data.push(b' '),
            c => data.push(*c),
        }
    }
    Ok(bytes(data))
}

/// The longest line of quoted-printable text, without its end.
const LINE: usize = 76;

fn b2a_qp(vm: &Vm, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    let quote_tabs = flag(vm, &a[1], false)?;
    let is_text = flag(vm, &a[2], true)?;
    let header = flag(vm, &a[3], false)?;
    // Ends of lines are written as the first one is.
    let first_end = data.iter().position(|c| *c == b'\n');
    let is_crlf = first_end.is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let mut text = Vec::with_capacity(data.len() * 2);
    let mut column = 0;
    let mut i = 0;
    while i < data.len() {
        let c = data[i];
        let next = data.get(i + 1).copied();
        let ends_line = c == b'\n' || (c == b'\r' && next == Some(b'\n'));
        if is_text && ends_line {
            // White space before the end of a line does not survive.
            if let Some(last @ (b' ' | b'\t')) = text.last().copied() {
                text.pop();
                text.extend_from_slice(format!("={last:02X}").as_bytes());
            }
            text.extend_from_slice(if is_crlf { b"\r\n" } else { b"\n" });
            i += if c == b'\r' { 2 } else { 1 };
            column = 0;
            continue;
        }
        let is_last = i + 1 == data.len();
        let is_dot_alone =
            c == b'.' && column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0));
        let quoted = c > 126
            || c == b'='
            || (header && c == b'_')
            || is_dot_alone
            || (!is_text && matches!(c, b'\r' | b'\n'))
            || (matches!(c, b' ' | b'\t') && is_last)
            || (c < 33
                && !matches!(c, b'\r' | b'\n')
                && (quote_tabs || !matches!(c, b'\t' | b' ')));
        let width = if quoted { 3 } else { 1 };
        let may_break = quoted || !(is_last || next == Some(b'\n'));
        if column + width >= LINE && may_break {
            text.extend_from_slice(if is_crlf { b"=\r\n" } else { b"=\n" });
            column = 0;
        }
        match (quoted, c) {
            (true, c) => text.extend_from_slice(format!("={c:02X}").as_bytes()),
            (false, b' ') if header => text.push(b'_'),
            (false, c) => text.push(c),
        }
        column += width;
        i += 1;
    }
    Ok(bytes(text))
}

/// A checksum to go on from: its lowest 32 bits.
fn start_of(vm: &Vm, v: &Value) -> R<u32> {
    let Some(n) = vm.bigint(&vm.to_integer(v)?) else {
        return Ok(0);
    };
    let low = n & num_bigint::BigInt::from(u32::MAX);
    Ok(u32::try_from(low).unwrap_or(0))
}

pub(crate) fn crc32(vm: &Vm, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    let start = a[1].bound().map_or(Ok(0), |v| start_of(vm, v))?;
    let mut hasher = crc32fast::Hasher::new_with_initial(start);
    hasher.update(&data);
    Ok(Value::Int(i64::from(hasher.finalize())))
}

pub(crate) fn adler32(vm: &Vm, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    let start = a[1].bound().map_or(Ok(1), |v| start_of(vm, v))?;
    Ok(Value::Int(i64::from(adler_of(start, &data))))
}

/// The Adler-32 checksum.
fn adler_of(start: u32, data: &[u8]) -> u32 {
    let (mut low, mut high) = (start & 0xffff, start >> 16);
    // So many sums fit into 32 bits.
    for chunk in data.chunks(5552) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= 65521;
        high %= 65521;
    }
    high << 16 | low
}

fn crc_hqx(vm: &Vm, a: &[Value]) -> R {
    let data = buffer(vm, &a[0])?;
    let mut crc = start_of(vm, &a[1])? & 0xffff;
    for byte in data {
        crc ^= u32::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                crc << 1 ^ 0x1021
            };
        }
        crc &= 0xffff;
    }
    Ok(Value::Int(i64::from(crc)))
}
