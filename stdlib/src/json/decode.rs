//! JSON to values.

use std::collections::HashMap;

use aio_interp::number::{parse_float_bytes, parse_int_bytes};
use aio_interp::object::Ref;
use aio_interp::objects::dict::{DictObj, new_dict};
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::list::list;
use aio_interp::objects::str::StrObj;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::text::surrogate;
use aio_interp::{R, Raised, Value, Vm};

use super::{DEEPEST, too_deep};

/// What a decoder does in its own way; `Unbound` for the usual.
#[derive(Default)]
struct Hooks {
    object: Value,
    pairs: Value,
    float: Value,
    int: Value,
    constant: Value,
    is_lenient: bool,
}

struct Decoder<'a> {
    vm: &'a Vm,
    /// The class of errors.
    error: &'a Value,
    source: &'a Ref<StrObj>,
    text: &'a [u8],
    pos: usize,
    hooks: Hooks,
    /// The keys so far.
    keys: HashMap<&'a str, Ref<StrObj>, rustc_hash::FxBuildHasher>,
}

/// A list or an object that is not complete.
enum Open {
    List(Vec<Value>),
    Dict(Ref<DictObj>, Option<Ref<StrObj>>),
    Pairs(Vec<Value>, Option<Ref<StrObj>>),
}

fn decoder<'a>(vm: &'a Vm, error: &'a Value, source: &'a Ref<StrObj>) -> Decoder<'a> {
    Decoder {
        vm,
        error,
        source,
        text: source.as_str().as_bytes(),
        pos: 0,
        hooks: Hooks::default(),
        keys: HashMap::default(),
    }
}

/// `loads(error, s)`
pub fn loads(vm: &Vm, a: &[Value]) -> R {
    let source = vm.expect_str(&a[1], "the JSON object")?;
    let mut decoder = decoder(vm, &a[0], &source);
    decoder.skip_space();
    let value = match decoder.value()? {
        Ok(value) => value,
        Err(pos) => return Err(decoder.error("Expecting value", pos)),
    };
    decoder.skip_space();
    if decoder.pos < decoder.text.len() {
        return Err(decoder.error("Extra data", decoder.pos));
    }
    Ok(value)
}

/// `scan(error, s, idx, decoder)`
pub fn scan(vm: &Vm, a: &[Value]) -> R {
    let source = vm.expect_str(&a[1], "first argument")?;
    let index = vm.to_index_clamped(&a[2])?;
    let Ok(index) = usize::try_from(index) else {
        return Err(vm.value_error("idx cannot be negative"));
    };
    if index > source.char_len() {
        return Err(vm.stop_iteration(index.into()));
    }
    let mut decoder = decoder(vm, &a[0], &source);
    decoder.pos = source.byte_offset(index);
    decoder.hooks = hooks(vm, &a[3])?;
    match decoder.value()? {
        Ok(value) => Ok(tuple_of([value, source.char_index(decoder.pos).into()])),
        Err(pos) => Err(vm.stop_iteration(source.char_index(pos).into())),
    }
}

fn hooks(vm: &Vm, decoder: &Value) -> R<Hooks> {
    let hook = |name: &str, usual: Option<&Value>| -> R {
        let found = vm.get_attr(decoder, &vm.name(name))?;
        let is_usual = found.is_none() || usual.is_some_and(|u| u.is(&found));
        Ok(if is_usual { Value::Unbound } else { found })
    };
    let strict = vm.get_attr(decoder, &vm.name("strict"))?;
    Ok(Hooks {
        object: hook("object_hook", None)?,
        pairs: hook("object_pairs_hook", None)?,
        float: hook("parse_float", Some(&(&vm.classes.float).into()))?,
        int: hook("parse_int", Some(&(&vm.classes.int).into()))?,
        constant: hook("parse_constant", None)?,
        is_lenient: !vm.truth(&strict)?,
    })
}

/// `scanstring(error, s, end, strict)`
pub fn scan_string(vm: &Vm, a: &[Value]) -> R {
    let source = vm.expect_str(&a[1], "first argument")?;
    let index = vm.to_index_clamped(&a[2])?;
    let index = usize::try_from(index)
        .ok()
        .filter(|i| *i <= source.char_len());
    let Some(index) = index else {
        return Err(vm.value_error("end is out of bounds"));
    };
    let mut decoder = decoder(vm, &a[0], &source);
    decoder.pos = source.byte_offset(index);
    decoder.hooks.is_lenient = !vm.truth(&a[3].or(Value::True))?;
    let text = decoder.string()?;
    let value = vm.text(&text);
    Ok(tuple_of([value, source.char_index(decoder.pos).into()]))
}

impl<'a> Decoder<'a> {
    #[cold]
    fn error(&self, message: &str, pos: usize) -> Raised {
        let pos = self.source.char_index(pos.min(self.text.len()));
        let args = [self.vm.text(message), self.source.into(), pos.into()];
        match self.vm.call(self.error, &args) {
            Ok(made) => match made.downcast::<ExceptionObj>() {
                Some(e) => self.vm.raise_exception(e.clone()),
                None => self.vm.value_error(message),
            },
            Err(raised) => raised,
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.get(self.pos).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.pos += 1;
        }
    }

    /// A value. The inner error is where one was expected.
    fn value(&mut self) -> R<Result<Value, usize>> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut value = match self.begin(&mut open)? {
                Some(Ok(value)) => value,
                Some(Err(pos)) => return Ok(Err(pos)),
                None => continue,
            };
            // Values that are complete go into what they are in, which may complete it.
            loop {
                let Some(innermost) = open.last_mut() else {
                    return Ok(Ok(value));
                };
                if !self.put(innermost, value)? {
                    break;
                }
                value = match open.pop() {
                    Some(complete) => self.close(complete)?,
                    None => Value::None,
                };
            }
        }
    }

    /// Reads a value that is no container, or opens one; an empty one is complete at once.
    fn begin(&mut self, open: &mut Vec<Open>) -> R<Option<Result<Value, usize>>> {
        let start = self.pos;
        match self.peek() {
            Some(b'"') => {
                self.pos += 1;
                self.text_value().map(|v| Some(Ok(v)))
            }
            Some(b'{') => {
                self.pos += 1;
                self.skip_space();
                let is_plain = self.hooks.pairs.is_unbound();
                let mut object = match is_plain {
                    true => Open::Dict(new_dict(), None),
                    false => Open::Pairs(Vec::new(), None),
                };
                if self.peek() == Some(b'}') {
                    self.pos += 1;
                    return self.close(object).map(|v| Some(Ok(v)));
                }
                self.key(&mut object)?;
                self.open(open, object)
            }
            Some(b'[') => {
                self.pos += 1;
                self.skip_space();
                if self.peek() == Some(b']') {
                    self.pos += 1;
                    return Ok(Some(Ok(list(vec![]))));
                }
                self.open(open, Open::List(Vec::new()))
            }
            Some(b'-' | b'0'..=b'9') => self.number().map(Some),
            Some(_) => self.word(start).map(Some),
            None => Ok(Some(Err(start))),
        }
    }

    fn open(&self, open: &mut Vec<Open>, new: Open) -> R<Option<Result<Value, usize>>> {
        if open.len() >= DEEPEST {
            let what = match new {
                Open::List(_) => "decoding a JSON array from a unicode string",
                _ => "decoding a JSON object from a unicode string",
            };
            return Err(too_deep(self.vm, what));
        }
        open.push(new);
        Ok(None)
    }

    fn word(&mut self, start: usize) -> R<Result<Value, usize>> {
        let rest = &self.text[start..];
        const WORDS: &[(&str, Value)] = &[
            ("null", Value::None),
            ("true", Value::True),
            ("false", Value::False),
        ];
        for (word, value) in WORDS {
            if rest.starts_with(word.as_bytes()) {
                self.pos += word.len();
                return Ok(Ok(value.clone()));
            }
        }
        let constants = [("NaN", f64::NAN), ("Infinity", f64::INFINITY)];
        for (word, value) in constants {
            if rest.starts_with(word.as_bytes()) {
                return self.constant(word, value).map(Ok);
            }
        }
        Ok(Err(start))
    }

    fn constant(&mut self, word: &str, value: f64) -> R {
        self.pos += word.len();
        match self.hooks.constant.bound() {
            Some(hook) => self.vm.call(hook, &[self.vm.text(word)]),
            None => Ok(Value::float(value)),
        }
    }

    fn digits(&mut self) -> bool {
        let start = self.pos;
        while let Some(b'0'..=b'9') = self.peek() {
            self.pos += 1;
        }
        self.pos > start
    }

    fn number(&mut self) -> R<Result<Value, usize>> {
        let start = self.pos;
        if self.peek() == Some(b'-') {
            self.pos += 1;
            if self.text[self.pos..].starts_with(b"Infinity") {
                self.pos = start;
                return self.constant("-Infinity", f64::NEG_INFINITY).map(Ok);
            }
        }
        match self.peek() {
            Some(b'0') => self.pos += 1,
            _ if self.digits() => {}
            _ => {
                self.pos = start;
                return Ok(Err(start));
            }
        }
        let whole = self.pos;
        if self.peek() == Some(b'.') {
            self.pos += 1;
            if !self.digits() {
                self.pos = whole;
            }
        }
        let before = self.pos;
        if let Some(b'e' | b'E') = self.peek() {
            self.pos += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.pos += 1;
            }
            if !self.digits() {
                self.pos = before;
            }
        }
        let text = &self.text[start..self.pos];
        if self.pos == whole {
            self.int(text).map(Ok)
        } else {
            self.float(text).map(Ok)
        }
    }

    fn int(&self, text: &[u8]) -> R {
        let vm = self.vm;
        let as_text = || std::str::from_utf8(text).unwrap_or_default();
        if let Some(hook) = self.hooks.int.bound() {
            return vm.call(hook, &[vm.text(as_text())]);
        }
        if text.len() <= 18 {
            let digits = text.strip_prefix(b"-").unwrap_or(text);
            let n = digits.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0'));
            return Ok(Value::Int(if digits.len() < text.len() { -n } else { n }));
        }
        let parsed = parse_int_bytes(text, 10, vm.int_digit_limit(), || as_text().to_owned());
        vm.number(parsed).map(Value::from)
    }

    fn float(&self, text: &[u8]) -> R {
        let vm = self.vm;
        let as_text = || std::str::from_utf8(text).unwrap_or_default();
        if let Some(hook) = self.hooks.float.bound() {
            return vm.call(hook, &[vm.text(as_text())]);
        }
        if let Ok(x) = as_text().parse::<f64>() {
            return Ok(Value::float(x));
        }
        vm.number(parse_float_bytes(text, || as_text().to_owned()))
            .map(Value::float)
    }

    /// Puts a value into a container. True if that is complete then.
    fn put(&mut self, container: &mut Open, value: Value) -> R<bool> {
        self.vm.poll()?;
        let end = match container {
            Open::List(items) => {
                items.push(value);
                b']'
            }
            Open::Dict(dict, key) => {
                if let Some(key) = key.take() {
                    dict.set_text(&key, value);
                }
                b'}'
            }
            Open::Pairs(pairs, key) => {
                if let Some(key) = key.take() {
                    pairs.push(tuple_of([key.into(), value]));
                }
                b'}'
            }
        };
        self.skip_space();
        match self.peek() {
            Some(b) if b == end => {
                self.pos += 1;
                return Ok(true);
            }
            Some(b',') => {}
            _ => return Err(self.error("Expecting ',' delimiter", self.pos)),
        }
        let comma = self.pos;
        self.pos += 1;
        self.skip_space();
        if self.peek() == Some(end) {
            return Err(self.error(
                match end {
                    b']' => "Illegal trailing comma before end of array",
                    _ => "Illegal trailing comma before end of object",
                },
                comma,
            ));
        }
        if end == b'}' {
            self.key(container)?;
        }
        Ok(false)
    }

    /// Reads a key and its colon.
    fn key(&mut self, container: &mut Open) -> R<()> {
        if self.peek() != Some(b'"') {
            let message = "Expecting property name enclosed in double quotes";
            return Err(self.error(message, self.pos));
        }
        self.pos += 1;
        let key = self.key_text()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.error("Expecting ':' delimiter", self.pos));
        }
        self.pos += 1;
        self.skip_space();
        if let Open::Dict(_, slot) | Open::Pairs(_, slot) = container {
            *slot = Some(key);
        }
        Ok(())
    }

    fn key_text(&mut self) -> R<Ref<StrObj>> {
        if let Some(plain) = self.plain_string() {
            let key = self.keys.entry(plain);
            return Ok(key.or_insert_with(|| Ref::from_text(plain)).clone());
        }
        self.string().map(|text| Ref::from_text(&text))
    }

    fn text_value(&mut self) -> R {
        match self.plain_string() {
            Some(text) => Ok(self.vm.text(text)),
            None => self.string().map(|text| self.vm.text(&text)),
        }
    }

    /// The rest of a string without escapes, or nothing is read.
    #[inline]
    fn plain_string(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.pos..];
        let len = rest
            .iter()
            .position(|b| *b == b'"' || *b == b'\\' || *b < 0x20)?;
        if rest[len] != b'"' {
            return None;
        }
        let text = self.source.as_str().get(self.pos..self.pos + len)?;
        self.pos += len + 1;
        Some(text)
    }

    /// The rest of a string.
    fn string(&mut self) -> R<String> {
        let start = self.pos.saturating_sub(1);
        let mut text = String::new();
        loop {
            let rest = &self.text[self.pos..];
            let stop = rest
                .iter()
                .position(|b| *b == b'"' || *b == b'\\' || *b < 0x20);
            let Some(len) = stop else {
                return Err(self.error("Unterminated string starting at", start));
            };
            text.push_str(
                self.source
                    .as_str()
                    .get(self.pos..self.pos + len)
                    .unwrap_or(""),
            );
            self.pos += len;
            match rest[len] {
                b'"' => {
                    self.pos += 1;
                    return Ok(text);
                }
                b'\\' => {
                    let c = self.escape(start)?;
                    text.push(c);
                }
                b if self.hooks.is_lenient => {
                    text.push(b.into());
                    self.pos += 1;
                }
                _ => return Err(self.error("Invalid control character at", self.pos)),
            }
        }
    }

    fn escape(&mut self, start: usize) -> R<char> {
        let Some(b) = self.text.get(self.pos + 1) else {
            return Err(self.error("Unterminated string starting at", start));
        };
        let c = match b {
            b'"' | b'\\' | b'/' => char::from(*b),
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(self.error("Invalid \\escape", self.pos)),
        };
        self.pos += 2;
        Ok(c)
    }

    fn unicode_escape(&mut self) -> R<char> {
        let code = self.hex()?;
        let is_high = (0xd800..0xdc00).contains(&code);
        if is_high && self.text[self.pos..].starts_with(b"\\u") {
            let here = self.pos;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.pos = here;
        }
        Ok(surrogate::from_code_point(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// `\u` and four digits.
    fn hex(&mut self) -> R<u32> {
        let digits = self.text.get(self.pos + 2..self.pos + 6);
        let digits = digits.filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let code = digits
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u32::from_str_radix(d, 16).ok());
        match code {
            Some(code) => {
                self.pos += 6;
                Ok(code)
            }
            None => Err(self.error("Invalid \\uXXXX escape", self.pos + 1)),
        }
    }

    /// The value of a container that is complete.
    fn close(&self, container: Open) -> R {
        let vm = self.vm;
        match container {
            Open::List(items) => Ok(list(items)),
            Open::Pairs(pairs, _) => vm.call(&self.hooks.pairs, &[list(pairs)]),
            Open::Dict(dict, _) => match self.hooks.object.bound() {
                Some(hook) => vm.call(hook, &[dict.into()]),
                None => Ok(dict.into()),
            },
        }
    }
}
