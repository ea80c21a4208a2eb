//! Values to JSON.

use aio_interp::builtins::sort;
use aio_interp::number::{write_float_repr, write_int};
use aio_interp::object::{Kind, Ref};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::list::{ListObj, list};
use aio_interp::objects::tuple::TupleObj;
use aio_interp::ops::convert::int_ref;
use aio_interp::text::surrogate;
use aio_interp::{R, Raised, Value, Vm};
use std::fmt::Write;

use super::{DEEPEST, too_deep};

struct Encoder<'a> {
    vm: &'a Vm,
    out: String,
    /// Called for what has no form of its own.
    default: &'a Value,
    /// Called for strings, if it is neither of the usual two.
    is_ascii: bool,
    /// What one level is indented by.
    indent: Option<String>,
    item_separator: String,
    key_separator: String,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
    check_circular: bool,
    /// What is being written, outermost first.
    open: Vec<Open>,
}

/// What is being written.
struct Open {
    /// Itself.
    container: Value,
    items: Items,
    at: usize,
    /// Something was written already.
    is_begun: bool,
}

enum Items {
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// What `default` made of something, once.
    Made(Option<Value>),
}

/// `encode(o, default, ensure_ascii, indent, separators, sort_keys, ...)`
pub fn encode(vm: &Vm, a: &[Value]) -> R {
    let separators = vm.unpack(&a[4], 2)?;
    let text = |v: &Value| -> R<String> {
        let text = vm.expect_str(v, "separator")?;
        Ok(text.as_str().to_owned())
    };
    let indent = match &a[3] {
        Value::None => None,
        v => Some(match vm.native(v).as_str() {
            Some(text) => text.to_owned(),
            None => " ".repeat(usize::try_from(vm.to_index(v)?).unwrap_or(0)),
        }),
    };
    let mut encoder = Encoder {
        vm,
        out: String::new(),
        default: &a[1],
        is_ascii: vm.truth(&a[2])?,
        indent,
        item_separator: text(&separators[0])?,
        key_separator: text(&separators[1])?,
        sort_keys: vm.truth(&a[5])?,
        skip_keys: vm.truth(&a[6])?,
        allow_nan: vm.truth(&a[7])?,
        check_circular: vm.truth(&a[8])?,
        open: Vec::new(),
    };
    encoder.value(&a[0])?;
    while !encoder.open.is_empty() {
        encoder.step()?;
    }
    Ok(vm.text(&encoder.out))
}

/// The text of a string.
pub fn string(vm: &Vm, v: &Value, is_ascii: bool) -> R {
    let Some(text) = vm.native(v).as_str().map(str::to_owned) else {
        let found = vm.type_name(v);
        return Err(vm.type_error(format!("first argument must be a string, not {found}")));
    };
    let mut out = String::with_capacity(text.len() + 2);
    write_string(&mut out, &text, is_ascii);
    Ok(vm.text(&out))
}

impl Encoder<'_> {
    /// Writes a value, or opens it.
    fn value(&mut self, v: &Value) -> R<()> {
        match v {
            Value::None => self.out.push_str("null"),
            Value::True => self.out.push_str("true"),
            Value::False => self.out.push_str("false"),
            Value::Int(_) => return self.int(v),
            Value::Float(x) => return self.float(x.get(), v),
            Value::Obj(o) => {
                return match o.kind() {
                    Kind::Str => {
                        let text = v.as_str().unwrap_or_default();
                        write_string(&mut self.out, text, self.is_ascii);
                        Ok(())
                    }
                    Kind::List | Kind::Tuple | Kind::Dict | Kind::BigInt => self.native(v, v),
                    _ => self.native(v, &self.vm.native(v)),
                };
            }
            _ => return self.by_default(v),
        }
        Ok(())
    }

    /// Writes an object by the builtin value that it is or carries.
    fn native(&mut self, v: &Value, native: &Value) -> R<()> {
        if let Some(text) = native.as_str() {
            write_string(&mut self.out, text, self.is_ascii);
            return Ok(());
        }
        if let Value::Float(x) = native {
            return self.float(x.get(), v);
        }
        if int_ref(native).is_some() {
            return self.int(native);
        }
        if let Some(items) = native.downcast::<ListObj>() {
            return self.list(v, items.to_vec());
        }
        if let Some(items) = native.downcast::<TupleObj>() {
            return self.list(v, items.items().to_vec());
        }
        match native.downcast::<DictObj>() {
            Some(dict) => self.dict(v, dict),
            None => self.by_default(v),
        }
    }

    fn int(&mut self, v: &Value) -> R<()> {
        let vm = self.vm;
        match int_ref(v) {
            Some(n) => vm.number(write_int(&mut self.out, n, 10, vm.int_digit_limit())),
            None => Ok(()),
        }
    }

    fn float(&mut self, x: f64, v: &Value) -> R<()> {
        if x.is_finite() {
            write_float_repr(&mut self.out, x);
            return Ok(());
        }
        if !self.allow_nan {
            let shown = self.vm.repr(v)?;
            return Err(self.vm.value_error(format!(
                "Out of range float values are not JSON compliant: {}",
                shown.as_str()
            )));
        }
        self.out.push_str(float_word(x));
        Ok(())
    }

    fn list(&mut self, v: &Value, items: Vec<Value>) -> R<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.open(v, Items::List(items))?;
        self.out.push('[');
        Ok(())
    }

    fn dict(&mut self, v: &Value, dict: &Ref<DictObj>) -> R<()> {
        let is_plain = v.is_kind(Kind::Dict);
        if is_plain && dict.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        let mut items = if is_plain && !self.sort_keys {
            dict.entries()
        } else {
            let items = self.vm.call_method(v, &self.vm.names.items, &[])?;
            let mut items = list(self.vm.collect(&items)?);
            if self.sort_keys {
                items = sort::sorted(self.vm, &items, &Value::None, false)?;
            }
            let mut pairs = Vec::new();
            for item in self.vm.collect(&items)? {
                let mut pair = self.vm.unpack(&item, 2)?.into_iter();
                if let (Some(key), Some(value)) = (pair.next(), pair.next()) {
                    pairs.push((key, value));
                }
            }
            pairs
        };
        if items.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        if self.skip_keys {
            items.retain(|(key, _)| {
                let native = self.vm.native(key);
                native.as_str().is_some()
                    || native.as_float().is_some()
                    || native.is_none()
                    || int_ref(&native).is_some()
            });
        }
        self.open(v, Items::Dict(items))?;
        self.out.push('{');
        Ok(())
    }

    fn by_default(&mut self, v: &Value) -> R<()> {
        self.open(v, Items::Made(None))?;
        let made = self.vm.call(self.default, std::slice::from_ref(v))?;
        if let Some(open) = self.open.last_mut() {
            open.items = Items::Made(Some(made));
        }
        Ok(())
    }

    fn open(&mut self, v: &Value, items: Items) -> R<()> {
        if self.check_circular && self.open.iter().any(|open| open.container.is(v)) {
            return Err(self.vm.value_error("Circular reference detected"));
        }
        if self.open.len() >= DEEPEST {
            return Err(too_deep(self.vm, "encoding a JSON object"));
        }
        self.open.push(Open {
            container: v.clone(),
            items,
            at: 0,
            is_begun: false,
        });
        Ok(())
    }

    /// Writes the next item of the innermost container, or its end.
    fn step(&mut self) -> R<()> {
        self.vm.poll()?;
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        let at = open.at;
        open.at += 1;
        let is_begun = std::mem::replace(&mut open.is_begun, true);
        match &mut open.items {
            Items::List(items) => match items.get_mut(at).map(std::mem::take) {
                Some(item) => {
                    self.separate(is_begun);
                    self.value(&item)
                }
                None => self.close(is_begun, ']'),
            },
            Items::Dict(items) => match items.get_mut(at).map(std::mem::take) {
                Some((key, value)) => {
                    self.separate(is_begun);
                    self.key(&key)?;
                    self.out.push_str(&self.key_separator);
                    self.value(&value)
                }
                None => self.close(is_begun, '}'),
            },
            Items::Made(made) => match made.take() {
                Some(made) => self.value(&made),
                None => {
                    self.open.pop();
                    Ok(())
                }
            },
        }
    }

    fn separate(&mut self, is_begun: bool) {
        if is_begun {
            self.out.push_str(&self.item_separator);
        }
        self.new_line(self.level());
    }

    /// How deep what is in the innermost container is indented.
    fn level(&self) -> usize {
        let is_container = |open: &&Open| !matches!(open.items, Items::Made(_));
        match self.indent {
            Some(_) => self.open.iter().filter(is_container).count(),
            None => 0,
        }
    }

    fn new_line(&mut self, level: usize) {
        if let Some(indent) = &self.indent {
            self.out.push('\n');
            (0..level).for_each(|_| self.out.push_str(indent));
        }
    }

    fn close(&mut self, is_begun: bool, end: char) -> R<()> {
        if is_begun {
            self.new_line(self.level().saturating_sub(1));
        }
        self.open.pop();
        self.out.push(end);
        Ok(())
    }

    fn key(&mut self, key: &Value) -> R<()> {
        if let Some(text) = key.as_str() {
            write_string(&mut self.out, text, self.is_ascii);
            return Ok(());
        }
        let native = self.vm.native(key);
        if let Some(text) = native.as_str() {
            write_string(&mut self.out, text, self.is_ascii);
            return Ok(());
        }
        self.out.push('"');
        match &native {
            Value::None => self.out.push_str("null"),
            Value::True => self.out.push_str("true"),
            Value::False => self.out.push_str("false"),
            Value::Float(x) => self.float(x.get(), key)?,
            native if int_ref(native).is_some() => self.int(native)?,
            _ => return Err(self.wrong_key(key)),
        }
        self.out.push('"');
        Ok(())
    }

    #[cold]
    fn wrong_key(&self, key: &Value) -> Raised {
        let found = self.vm.type_name(key);
        let message = format!("keys must be str, int, float, bool or None, not {found}");
        self.vm.type_error(message)
    }
}

fn float_word(x: f64) -> &'static str {
    if x.is_nan() {
        "NaN"
    } else if x > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

fn write_string(out: &mut String, text: &str, is_ascii: bool) {
    out.push('"');
    let mut plain = 0;
    let is_special = |b: u8| b < 0x20 || b == b'"' || b == b'\\' || is_ascii && b >= 0x7f;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(b) = bytes.get(at) {
        if !is_special(*b) {
            at += 1;
            continue;
        }
        out.push_str(text.get(plain..at).unwrap_or(""));
        let c = text.get(at..).and_then(|t| t.chars().next()).unwrap_or('?');
        write_escape(out, c);
        at += c.len_utf8();
        plain = at;
    }
    out.push_str(text.get(plain..).unwrap_or(""));
    out.push('"');
}

fn write_escape(out: &mut String, c: char) {
    let short = match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0c' => "\\f",
        '\x08' => "\\b",
        _ => "",
    };
    if !short.is_empty() {
        out.push_str(short);
        return;
    }
    // Nothing can fail: it is written to a string.
    match surrogate::code_point(c) {
        code if code < 0x10000 => {
            let _ = write!(out, "\\u{code:04x}");
        }
        code => {
            let code = code - 0x10000;
            let (high, low) = (0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
            let _ = write!(out, "\\u{high:04x}\\u{low:04x}");
        }
    }
}
