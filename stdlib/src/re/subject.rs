//! The text that is searched: a `str` or bytes. Inside, positions are bytes; for the program they
//! are characters.

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::bytes::{BytesObj, bytes};
use aio_interp::objects::str::StrObj;
use aio_interp::{R, Value, Vm};

use super::machine::{Buffers, Machine, NONE, Wanted};
use super::program::Program;

/// What is searched.
#[derive(Clone)]
pub struct Subject {
    /// As it was given.
    pub original: Value,
    text: Text,
}

#[derive(Clone)]
enum Text {
    Str(Ref<StrObj>),
    Bytes(Ref<BytesObj>),
}

impl Subject {
    /// The text in `value`, which must suit the pattern.
    pub fn new(vm: &Vm, value: &Value, wants_text: bool) -> R<Subject> {
        if let Some(text) = value.downcast::<StrObj>() {
            if wants_text {
                return Ok(Subject {
                    original: value.clone(),
                    text: Text::Str(text.clone()),
                });
            }
        }
        let native = vm.native(value);
        let text = if let Some(text) = native.downcast::<StrObj>() {
            Text::Str(text.clone())
        } else if let Some(data) = native.downcast::<BytesObj>() {
            Text::Bytes(data.clone())
        } else if let Some(data) = bytes_of(&native) {
            match bytes(data).downcast::<BytesObj>() {
                Some(data) => Text::Bytes(data.clone()),
                None => return Err(vm.system_error("bytes that are none")),
            }
        } else {
            return Err(vm.type_error(format!(
                "expected string or bytes-like object, got '{}'",
                vm.type_name(value)
            )));
        };
        match (&text, wants_text) {
            (Text::Str(_), false) => {
                Err(vm.type_error("cannot use a bytes pattern on a string-like object"))
            }
            (Text::Bytes(_), true) => {
                Err(vm.type_error("cannot use a string pattern on a bytes-like object"))
            }
            _ => Ok(Subject {
                original: value.clone(),
                text,
            }),
        }
    }

    /// Shows the collector what is held.
    pub fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.original, visit);
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        match &self.text {
            Text::Str(text) => text.as_str().as_bytes(),
            Text::Bytes(data) => &data.data,
        }
    }

    /// The part between two positions, as a value.
    pub fn slice(&self, vm: &Vm, start: usize, end: usize) -> Value {
        let is_whole = start == 0 && end == self.bytes().len();
        match &self.text {
            Text::Str(text) if is_whole => text.into(),
            Text::Str(text) => vm.text(text.as_str().get(start..end).unwrap_or("")),
            Text::Bytes(data) if is_whole => data.into(),
            Text::Bytes(data) => bytes(data.data.get(start..end).unwrap_or(&[])),
        }
    }

    /// What a finished text is as a value.
    pub fn value_of(&self, vm: &Vm, data: Vec<u8>) -> Value {
        match &self.text {
            Text::Str(_) => match String::from_utf8(data) {
                Ok(text) => vm.text(&text),
                Err(e) => vm.text(&String::from_utf8_lossy(e.as_bytes())),
            },
            Text::Bytes(_) => bytes(data),
        }
    }

    /// The text of a value that is to become a part of the result, if it is of the right type.
    pub fn part<'a>(&self, native: &'a Value) -> Option<std::borrow::Cow<'a, [u8]>> {
        match &self.text {
            Text::Str(_) => native.as_str().map(|t| t.as_bytes().into()),
            Text::Bytes(_) => match native.downcast::<BytesObj>() {
                Some(data) => Some((&data.data[..]).into()),
                None => bytes_of(native).map(Into::into),
            },
        }
    }

    /// A position in characters.
    pub fn index(&self, position: usize) -> usize {
        match &self.text {
            Text::Str(text) => text.char_index(position),
            Text::Bytes(_) => position,
        }
    }

    /// A position in bytes; those beyond the end are the end.
    pub fn position(&self, index: i64) -> usize {
        let index = usize::try_from(index).unwrap_or(0);
        match &self.text {
            Text::Str(text) => text.byte_offset(index.min(text.char_len())),
            Text::Bytes(data) => index.min(data.data.len()),
        }
    }

    /// A matcher that looks at no more than this many bytes of it.
    pub fn matcher<'a>(
        &'a self,
        vm: &'a Vm,
        program: &'a Program,
        end: usize,
        buffers: Buffers,
    ) -> Matcher<'a> {
        let text = self.bytes().get(..end).unwrap_or(&[]);
        match &self.text {
            Text::Str(_) => Matcher::Text(Machine::new(vm, program, text, buffers)),
            Text::Bytes(_) => Matcher::Bytes(Machine::new(vm, program, text, buffers)),
        }
    }
}

/// A matcher of one of the two sorts.
pub enum Matcher<'a> {
    /// For `str`.
    Text(Machine<'a, true>),
    /// For bytes.
    Bytes(Machine<'a, false>),
}

impl Matcher<'_> {
    /// The first match at `pos` or later.
    pub fn search(&mut self, pos: usize, wanted: Wanted) -> R<bool> {
        match self {
            Matcher::Text(m) => m.search(pos, wanted),
            Matcher::Bytes(m) => m.search(pos, wanted),
        }
    }

    /// A match at `pos`.
    pub fn match_at(&mut self, pos: usize, wanted: Wanted) -> R<bool> {
        match self {
            Matcher::Text(m) => m.match_at(pos, wanted),
            Matcher::Bytes(m) => m.match_at(pos, wanted),
        }
    }

    /// Starts and ends of the groups of the match.
    pub fn slots(&self) -> &[usize] {
        match self {
            Matcher::Text(m) => &m.slots,
            Matcher::Bytes(m) => &m.slots,
        }
    }

    /// Where the match is.
    pub fn span(&self) -> (usize, usize) {
        (self.slots()[0], self.slots()[1])
    }

    /// Where the group matched.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        group_of(self.slots(), group)
    }

    /// The space, for the next matcher.
    pub fn into_buffers(self) -> Buffers {
        match self {
            Matcher::Text(m) => m.into_buffers(),
            Matcher::Bytes(m) => m.into_buffers(),
        }
    }
}

/// Where the group matched.
pub fn group_of(slots: &[usize], group: usize) -> Option<(usize, usize)> {
    match (slots.get(group * 2), slots.get(group * 2 + 1)) {
        (Some(&start), Some(&end)) if start != NONE && end != NONE && start <= end => {
            Some((start, end))
        }
        _ => None,
    }
}
