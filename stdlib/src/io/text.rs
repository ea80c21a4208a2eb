//! Text files: lines and characters made of the bytes of a stream, and the other way.

use std::cell::{Cell, RefCell};
use std::io::SeekFrom;
use std::rc::Rc;

use aio_interp::builtins::str::codec;
use aio_interp::objects::host::HostData;
use aio_interp::{R, Value, Vm};

use super::stream::{CHUNK, Stream};

/// The argument `newline`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Newline {
    /// `None`: all line ends are read as `\n`.
    Universal,
    /// `''`: all line ends end lines, and stay as they are.
    Kept,
    /// `'\n'`.
    Lf,
    /// `'\r'`.
    Cr,
    /// `'\r\n'`.
    CrLf,
}

impl Newline {
    pub(super) fn from_value(vm: &Vm, v: &Value) -> R<Newline> {
        if v.is_missing() {
            return Ok(Newline::Universal);
        }
        match vm.native(v).as_str() {
            Some("") => Ok(Newline::Kept),
            Some("\n") => Ok(Newline::Lf),
            Some("\r") => Ok(Newline::Cr),
            Some("\r\n") => Ok(Newline::CrLf),
            Some(_) => {
                let shown = vm.repr(v)?;
                let shown = shown.as_str().trim_matches('\'');
                Err(vm.value_error(format!("illegal newline value: {shown}")))
            }
            None => {
                let given = vm.type_name(v);
                Err(vm.type_error(format!(
                    "open() argument 'newline' must be str or None, not {given}"
                )))
            }
        }
    }
}

/// A text file.
pub(super) struct TextFile {
    pub(super) stream: Rc<Stream>,
    pub(super) encoding: RefCell<String>,
    pub(super) errors: RefCell<String>,
    pub(super) newline: Cell<Newline>,
    /// `mode`.
    pub(super) mode: String,
    pub(super) line_buffering: Cell<bool>,
    /// `buffer`, once it was asked for.
    pub(super) buffer: RefCell<Option<Value>>,
    /// The byte order mark is written, if the encoding has one.
    marked: Cell<bool>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// Decoded text, from `next` on.
    ahead: String,
    next: usize,
    /// Bytes of a character that is not complete yet.
    rest: Vec<u8>,
    /// The text read so far ends with `\r`, which a `\n` may follow.
    after_cr: bool,
    /// The end of the file was met.
    at_end: bool,
    /// Which line ends were seen: `\r`, `\n`, `\r\n`.
    seen: [bool; 3],
    /// `next()` was called: `tell` is off.
    iterating: bool,
}

impl HostData for TextFile {
    fn trace(&self, visit: &mut dyn FnMut(&aio_interp::object::Obj)) {
        self.stream.trace(visit);
        if let Some(buffer) = &*self.buffer.borrow() {
            aio_interp::object::trace_value(buffer, visit);
        }
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl TextFile {
    pub(super) fn new(
        vm: &Vm,
        stream: Rc<Stream>,
        encoding: &Value,
        errors: &Value,
        newline: Newline,
        mode: &str,
        buffering: i64,
    ) -> R<TextFile> {
        let text = |v: &Value, default: &str, what: &str| -> R<String> {
            if v.is_missing() {
                return Ok(default.to_owned());
            }
            match vm.native(v).as_str() {
                Some("locale") => Ok("UTF-8".to_owned()),
                Some(text) => Ok(text.to_owned()),
                None => Err(vm.type_error(format!(
                    "open() argument '{what}' must be str or None, not {}",
                    vm.type_name(v)
                ))),
            }
        };
        let encoding = text(encoding, "UTF-8", "encoding")?;
        let errors = text(errors, "strict", "errors")?;
        // Both must be known before anything is read.
        codec::encode(vm, &vm.text(""), &encoding, "strict")?;
        let is_terminal = stream.object().is_none() && stream.is_terminal(vm)?;
        let marked = Cell::new(mode.contains('a') && stream.tell(vm).is_ok_and(|at| at > 0));
        Ok(TextFile {
            stream,
            marked,
            encoding: RefCell::new(encoding),
            errors: RefCell::new(errors),
            newline: Cell::new(newline),
            mode: mode.to_owned(),
            line_buffering: Cell::new(buffering == 1 || buffering == -1 && is_terminal),
            buffer: RefCell::default(),
            state: RefCell::default(),
        })
    }

    /// Decodes more; false at the end.
    fn fill(&self, vm: &Vm, all: bool) -> R<bool> {
        if self.state.borrow().at_end {
            return Ok(false);
        }
        let bytes = if all || self.is_wide() {
            self.stream.read(vm, None)?
        } else {
            self.stream.read_some(vm, CHUNK)?
        };
        let at_end = bytes.is_empty() || all || self.is_wide();
        let mut whole = std::mem::take(&mut self.state.borrow_mut().rest);
        whole.extend_from_slice(&bytes);
        let keep = if at_end { 0 } else { self.incomplete(&whole) };
        let rest = whole.split_off(whole.len() - keep);
        let decoded = codec::decode(
            vm,
            &whole,
            &self.encoding.borrow().clone(),
            &self.errors.borrow().clone(),
        )?;
        let mut state = self.state.borrow_mut();
        state.rest = rest;
        state.at_end = at_end;
        let text = decoded.as_str().unwrap_or_default();
        let next = state.next;
        state.ahead.drain(..next);
        state.next = 0;
        let added = state.translate(text, self.newline.get(), at_end);
        state.ahead.push_str(&added);
        Ok(!bytes.is_empty() || !added.is_empty())
    }

    /// Encodings whose characters are not found byte by byte are read as a whole.
    fn is_wide(&self) -> bool {
        let name = self
            .encoding
            .borrow()
            .to_ascii_lowercase()
            .replace(['-', '_'], "");
        name.starts_with("utf16")
            || name.starts_with("utf32")
            || name.starts_with("utf7")
            || name == "utf8sig"
    }

    /// How many bytes at the end may be the beginning of a character.
    fn incomplete(&self, bytes: &[u8]) -> usize {
        let name = self
            .encoding
            .borrow()
            .to_ascii_lowercase()
            .replace(['-', '_'], "");
        if name != "utf8" && name != "u8" {
            return 0;
        }
        for back in 1..=bytes.len().min(3) {
            let b = bytes[bytes.len() - back];
            let length = match b {
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0..0xf8 => 4,
                0x80..0xc0 => continue,
                _ => 1,
            };
            return if length > back { back } else { 0 };
        }
        0
    }

    /// The next characters, all of them without `wanted`.
    pub(super) fn read(&self, vm: &Vm, wanted: Option<usize>) -> R<String> {
        let Some(wanted) = wanted else {
            while self.fill(vm, true)? {}
            let mut state = self.state.borrow_mut();
            let text = state.ahead[state.next..].to_owned();
            state.ahead.clear();
            state.next = 0;
            return Ok(text);
        };
        let mut counted = Counted::default();
        loop {
            {
                let mut state = self.state.borrow_mut();
                let there = &state.ahead[state.next..];
                let end = counted.end(there, wanted);
                if let Some(end) = end.or_else(|| state.at_end.then_some(there.len())) {
                    let text = there[..end].to_owned();
                    state.next += end;
                    return Ok(text);
                }
            }
            self.fill(vm, false)?;
        }
    }

    /// A line with its end, at most `most` characters.
    pub(super) fn read_line(&self, vm: &Vm, most: Option<usize>) -> R<String> {
        let mut searched = 0;
        let mut counted = Counted::default();
        loop {
            {
                let mut state = self.state.borrow_mut();
                let there = &state.ahead[state.next..];
                let end = self.line_end(&there[searched..]).map(|end| searched + end);
                let limit = most.and_then(|most| counted.end(there, most));
                let end = match (end, limit) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                if let Some(end) = end.or_else(|| state.at_end.then_some(there.len())) {
                    let line = there[..end].to_owned();
                    state.next += end;
                    return Ok(line);
                }
                // A `\r` at the end may be half of a line end.
                searched = there.trim_end_matches('\r').len();
            }
            let before = self.state.borrow().next;
            self.fill(vm, false)?;
            debug_assert!(before >= self.state.borrow().next);
        }
    }

    /// Behind the first line end, if it is certain.
    fn line_end(&self, text: &str) -> Option<usize> {
        match self.newline.get() {
            Newline::Universal | Newline::Lf => text.find('\n').map(|at| at + 1),
            Newline::Cr => text.find('\r').map(|at| at + 1),
            Newline::CrLf => text.find("\r\n").map(|at| at + 2),
            Newline::Kept => {
                let at = text.find(['\n', '\r'])?;
                if text[at..].starts_with("\r\n") {
                    return Some(at + 2);
                }
                let certain = text.as_bytes()[at] == b'\n'
                    || at + 1 < text.len()
                    || self.state.try_borrow().is_ok_and(|s| s.at_end);
                certain.then_some(at + 1)
            }
        }
    }

    /// Writes text.
    pub(super) fn write(&self, vm: &Vm, text: &str) -> R<()> {
        // What was read ahead is forgotten: what is written follows it, as in CPython.
        *self.state.borrow_mut() = State::default();
        let translated = match self.newline.get() {
            Newline::Cr => text.replace('\n', "\r"),
            Newline::CrLf => text.replace('\n', "\r\n"),
            _ => text.to_owned(),
        };
        let bytes = codec::encode(
            vm,
            &vm.text(&translated),
            &self.encoding.borrow().clone(),
            &self.errors.borrow().clone(),
        )?;
        // The byte order mark stands at the beginning of the file only.
        let mark = if self.is_wide() && self.marked.replace(true) {
            codec::encode(vm, &vm.text(""), &self.encoding.borrow().clone(), "strict")?.len()
        } else {
            0
        };
        self.stream.write(vm, &bytes[mark.min(bytes.len())..])?;
        if self.line_buffering.get() && text.contains('\n') {
            self.stream.flush(vm)?;
        }
        Ok(())
    }

    /// The position in bytes, as far as it is known.
    pub(super) fn tell(&self, vm: &Vm) -> R<u64> {
        if self.state.borrow().iterating {
            let text = "telling position disabled by next() call";
            return Err(vm.raise_text(&vm.exceptions.OSError, text));
        }
        let at = self.stream.tell(vm)?;
        let state = self.state.borrow();
        let ahead = vm.text(&state.ahead[state.next..]);
        let waiting = codec::encode(vm, &ahead, &self.encoding.borrow().clone(), "surrogatepass")?;
        Ok(at.saturating_sub((waiting.len() + state.rest.len()) as u64))
    }

    /// Goes to a position.
    pub(super) fn seek(&self, vm: &Vm, to: SeekFrom) -> R<u64> {
        *self.state.borrow_mut() = State::default();
        self.stream.seek(vm, to)
    }

    /// Says that the file is being iterated over (or no more).
    pub(super) fn set_iterating(&self, on: bool) {
        self.state.borrow_mut().iterating = on;
    }

    /// `newlines`: the line ends seen so far.
    pub(super) fn newlines(&self, vm: &Vm) -> Value {
        let seen = self.state.borrow().seen;
        let ends = ["\r", "\n", "\r\n"];
        let mut found: Vec<Value> = Vec::new();
        for (end, seen) in ends.iter().zip(seen) {
            if seen {
                found.push(vm.text(end));
            }
        }
        match found.len() {
            0 => Value::None,
            1 => found.remove(0),
            _ => aio_interp::objects::tuple::tuple(found),
        }
    }
}

impl State {
    /// Notes the line ends in a text that keeps them.
    fn note_ends(&mut self, text: &str) {
        let both = text.matches("\r\n").count();
        self.seen[2] |= both > 0;
        self.seen[1] |= text.matches('\n').count() > both;
        self.seen[0] |= text.matches('\r').count() > both;
    }

    /// The text as lines are to see it.
    fn translate(&mut self, text: &str, newline: Newline, at_end: bool) -> String {
        if newline == Newline::Kept {
            self.note_ends(text);
        }
        if newline != Newline::Universal {
            return text.to_owned();
        }
        if !self.after_cr && !text.contains('\r') {
            self.seen[1] |= text.contains('\n');
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if self.after_cr {
                self.after_cr = false;
                out.push('\n');
                if c == '\n' {
                    self.seen[2] = true;
                    continue;
                }
                self.seen[0] = true;
            }
            match c {
                '\r' => self.after_cr = true,
                _ => {
                    self.seen[1] |= c == '\n';
                    out.push(c);
                }
            }
        }
        if at_end && self.after_cr {
            self.after_cr = false;
            self.seen[0] = true;
            out.push('\n');
        }
        out
    }
}

/// How much of a text that grows has been counted, so that nothing is counted twice.
#[derive(Default)]
struct Counted {
    bytes: usize,
    chars: usize,
}

impl Counted {
    /// Where in `text` its first `wanted` characters end, if a further one follows them.
    fn end(&mut self, text: &str, wanted: usize) -> Option<usize> {
        let rest = &text[self.bytes..];
        if let Some((at, _)) = rest.char_indices().nth(wanted - self.chars) {
            return Some(self.bytes + at);
        }
        self.bytes = text.len();
        self.chars += rest.chars().count();
        None
    }
}
