//! Format strings of `struct`: what they say, and values to bytes and back by them.

use aio_interp::builtins::float::plain_bits;
use aio_interp::objects::bytes::bytes;
use aio_interp::ops::convert::int_ref;
use aio_interp::{R, Raised, Value, Vm};
use num_bigint::BigInt;

use super::fail;

/// A parsed format.
pub(crate) struct Format {
    /// The text.
    pub(crate) text: String,
    is_big: bool,
    /// Floats that do not fit are infinite instead of an error.
    is_native: bool,
    /// How many bytes it describes.
    pub(crate) size: usize,
    items: Vec<Item>,
    /// How many values it describes.
    pub(crate) values: usize,
}

/// Some values in a row, or one text.
struct Item {
    code: u8,
    /// The number of values; of a text its length.
    count: usize,
    /// The size of one value.
    size: usize,
    offset: usize,
}

/// The size of a value in the machine's own layout, or the standard one.
fn size_of_code(code: u8, is_native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if is_native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if is_native => 8,
        _ => return None,
    })
}

impl Format {
    pub(crate) fn parse(vm: &Vm, text: &str) -> R<Format> {
        let mut codes = text.as_bytes();
        let (mut is_big, mut is_native) = (cfg!(target_endian = "big"), true);
        if let Some((first, rest)) = codes.split_first() {
            if b"<>!=@".contains(first) {
                codes = rest;
                is_native = *first == b'@';
                match first {
                    b'<' => is_big = false,
                    b'>' | b'!' => is_big = true,
                    _ => {}
                }
            }
        }
        let mut format = Format {
            text: text.to_owned(),
            is_big,
            is_native,
            size: 0,
            items: vec![],
            values: 0,
        };
        format.add_items(vm, codes)?;
        Ok(format)
    }

    fn add_items(&mut self, vm: &Vm, codes: &[u8]) -> R<()> {
        let too_long = || fail(vm, "total struct size too long");
        let mut count = None;
        for code in codes {
            match code {
                b'0'..=b'9' => {
                    let digit = usize::from(code - b'0');
                    let more = count.unwrap_or(0usize).checked_mul(10);
                    count = Some(
                        more.and_then(|c| c.checked_add(digit))
                            .ok_or_else(too_long)?,
                    );
                    continue;
                }
                c if c.is_ascii_whitespace() && count.is_none() => continue,
                _ => {}
            }
            let Some(size) = size_of_code(*code, self.is_native) else {
                return Err(fail(vm, "bad char in struct format"));
            };
            let number = count.take().unwrap_or(1);
            if self.is_native {
                self.size = self
                    .size
                    .checked_next_multiple_of(size)
                    .ok_or_else(too_long)?;
            }
            let item = Item {
                code: *code,
                count: number,
                size,
                offset: self.size,
            };
            let end = number
                .checked_mul(size)
                .and_then(|len| len.checked_add(self.size));
            self.size = end
                .filter(|end| *end <= isize::MAX as usize)
                .ok_or_else(too_long)?;
            self.values += match code {
                b'x' => 0,
                b's' | b'p' => 1,
                _ => number,
            };
            self.items.push(item);
        }
        match count {
            Some(_) => Err(fail(vm, "repeat count given without format specifier")),
            None => Ok(()),
        }
    }

    /// The values of a buffer of the right size.
    pub(crate) fn unpack(&self, vm: &Vm, data: &[u8]) -> R<Vec<Value>> {
        let mut values = Vec::with_capacity(self.values.min(1 << 20));
        for item in &self.items {
            let part = data.get(item.offset..).unwrap_or_default();
            match item.code {
                b'x' => {}
                b's' => values.push(bytes(part.get(..item.count).unwrap_or_default())),
                b'p' => {
                    let part = part.get(..item.count).unwrap_or_default();
                    let text = part.split_first().map_or(&[][..], |(len, text)| {
                        &text[..text.len().min(usize::from(*len))]
                    });
                    values.push(bytes(text));
                }
                code => {
                    for one in part.chunks_exact(item.size).take(item.count) {
                        values.push(read(code, one, self.is_big));
                    }
                    vm.poll()?;
                }
            }
        }
        Ok(values)
    }

    /// The bytes of these values, as many as are wanted.
    pub(crate) fn pack(&self, vm: &Vm, values: &[Value]) -> R<Vec<u8>> {
        let mut data = Vec::new();
        if data.try_reserve_exact(self.size).is_err() {
            return Err(vm.out_of_memory());
        }
        data.resize(self.size, 0);
        let mut values = values.iter();
        for item in &self.items {
            match item.code {
                b'x' => {}
                b's' | b'p' => {
                    let value = values.next().cloned().unwrap_or_default();
                    let code = char::from(item.code);
                    let Some(text) = aio_interp::builtins::bytes::bytes_of(&vm.native(&value))
                    else {
                        let text = format!("argument for '{code}' must be a bytes object");
                        return Err(fail(vm, &text));
                    };
                    let room = &mut data[item.offset..item.offset + item.count];
                    put_text(room, &text, code == 'p');
                }
                code => {
                    for (i, value) in values.by_ref().take(item.count).enumerate() {
                        let at = item.offset + i * item.size;
                        self.write(vm, code, value, &mut data[at..at + item.size])?;
                    }
                }
            }
        }
        Ok(data)
    }

    fn write(&self, vm: &Vm, code: u8, value: &Value, to: &mut [u8]) -> R<()> {
        let word = match code {
            b'c' => {
                let native = vm.native(value);
                let byte = aio_interp::builtins::bytes::bytes_of(&native);
                match byte.as_deref() {
                    Some([byte]) => u64::from(*byte),
                    _ => {
                        let text = "char format requires a bytes object of length 1";
                        return Err(fail(vm, text));
                    }
                }
            }
            b'?' => u64::from(vm.truth(value)?),
            b'e' | b'f' | b'd' => self.float_bits(vm, code, value)?,
            _ => int_bits(vm, code, value, to.len())?,
        };
        let raw = word.to_le_bytes();
        to.copy_from_slice(&raw[..to.len()]);
        if self.is_big {
            to.reverse();
        }
        Ok(())
    }

    fn float_bits(&self, vm: &Vm, code: u8, value: &Value) -> R<u64> {
        let x = match vm.try_f64(value) {
            Ok(Some(x)) => x,
            Ok(None) => return Err(fail(vm, "required argument is not a float")),
            Err(Raised) if vm.catch(&vm.exceptions.TypeError).is_some() => {
                return Err(fail(vm, "required argument is not a float"));
            }
            Err(Raised) => return Err(Raised),
        };
        match code {
            b'd' => Ok(plain_bits(x)),
            b'f' => {
                let short = x as f32;
                if short.is_infinite() && x.is_finite() && !self.is_native {
                    return Err(vm.overflow_error("float too large to pack with f format"));
                }
                Ok(u64::from(short.to_bits()))
            }
            _ => match half_of_f64(x) {
                Some(half) => Ok(u64::from(half)),
                None => Err(vm.overflow_error("float too large to pack with e format")),
            },
        }
    }
}

/// A number, or a byte, at most eight bytes long.
pub(crate) fn read(code: u8, data: &[u8], is_big: bool) -> Value {
    // The lowest byte first.
    let mut raw = [0; 8];
    for (i, to) in raw[..data.len()].iter_mut().enumerate() {
        *to = if is_big {
            data[data.len() - 1 - i]
        } else {
            data[i]
        };
    }
    let word = u64::from_le_bytes(raw);
    match code {
        b'c' => bytes(data),
        b'?' => Value::bool(word != 0),
        b'e' => Value::float(half_to_f64(word as u16)),
        b'f' => Value::float(f64::from(f32::from_bits(word as u32))),
        b'd' => Value::float(f64::from_bits(word)),
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let unused = 64 - 8 * data.len() as u32;
            Value::Int((word << unused) as i64 >> unused)
        }
        _ => match i64::try_from(word) {
            Ok(n) => Value::Int(n),
            Err(_) => Value::from(BigInt::from(word)),
        },
    }
}

/// A text of fixed length; one of Pascal's begins with its own length.
fn put_text(room: &mut [u8], text: &[u8], is_pascal: bool) {
    let room = match room.split_first_mut() {
        Some((len, rest)) if is_pascal => {
            *len = text.len().min(rest.len()).min(255) as u8;
            rest
        }
        None if is_pascal => return,
        _ => room,
    };
    let len = text.len().min(room.len());
    room[..len].copy_from_slice(&text[..len]);
}

fn int_bits(vm: &Vm, code: u8, value: &Value, size: usize) -> R<u64> {
    let number = match vm.try_integer(value)? {
        Some(number) => number,
        None => return Err(fail(vm, "required argument is not an integer")),
    };
    let Some(number) = int_ref(&number).map(|n| n.to_int().into_big()) else {
        return Err(fail(vm, "required argument is not an integer"));
    };
    let bits = 8 * size as u32;
    let is_signed = matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
    let (low, high): (i128, i128) = match code {
        // A pointer takes any number of 64 bits.
        b'P' => (-(1 << 63), (1 << 64) - 1),
        _ if is_signed => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        _ => (0, (1 << bits) - 1),
    };
    match i128::try_from(&number) {
        Ok(n) if (low..=high).contains(&n) => Ok(n as u64),
        _ if code == b'P' => Err(fail(vm, "int too large to convert")),
        _ => {
            let code = char::from(code);
            let text = format!("'{code}' format requires {low} <= number <= {high}");
            Err(fail(vm, &text))
        }
    }
}

/// A float of sixteen bits.
fn half_to_f64(half: u16) -> f64 {
    let sign = if half >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(half >> 10 & 0x1f);
    let fraction = f64::from(half & 0x3ff);
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    };
    size.copysign(sign)
}

/// The nearest float of sixteen bits, ties to even; `None` if it is too large.
fn half_of_f64(x: f64) -> Option<u16> {
    let sign = u16::from(x.is_sign_negative()) << 15;
    let x = x.abs();
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // In units of the last place of its binade, of the least binade at least.
    let exponent = ((x.to_bits() >> 52) as i32 - 1023).max(-14);
    let units = (x * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // What was rounded up to the next binade carries into the exponent.
    let biased = (exponent + 14) as u32;
    let half = (biased << 10) + units;
    (half < 0x7c00).then_some(sign | half as u16)
}
