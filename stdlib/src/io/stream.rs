//! An open file: the descriptor, what was read ahead, and what waits to be written.
//!
//! Bytes only; text is made of them in `text`. What is read and written may be another object in
//! place of a descriptor.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, IsTerminal, SeekFrom};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use aio_interp::object::{Obj, trace_value};
use aio_interp::{R, Value, Vm};

use super::source::{Source, raised};

/// As large as Python's.
pub(super) const CHUNK: usize = 8192;

/// The most bytes that are read ahead at once, however many are wanted: the file may have fewer.
const MOST_AHEAD: usize = 1 << 20;

/// An open file.
pub(crate) struct Stream {
    inner: RefCell<Inner>,
    /// `name`.
    pub(super) name: Value,
    /// `mode` of the raw file: `rb`, `rb+`, `wb`, `ab`, `xb`.
    pub(super) raw_mode: &'static str,
    /// It can be read.
    pub(super) readable: bool,
    /// It can be written.
    pub(super) writable: bool,
    /// Nothing is kept back before it is written.
    pub(super) unbuffered: bool,
    /// The last read met the end.
    at_end: Cell<bool>,
    /// What is below was given up.
    is_detached: Cell<bool>,
}

struct Inner {
    /// `None` once it is closed.
    source: Option<Source>,
    /// Read ahead, from `next` on.
    ahead: Vec<u8>,
    next: usize,
    /// Waits to be written.
    waiting: Vec<u8>,
}

impl Stream {
    pub(super) fn new(
        source: Source,
        name: Value,
        raw_mode: &'static str,
        (readable, writable): (bool, bool),
        unbuffered: bool,
    ) -> Stream {
        Stream {
            inner: RefCell::new(Inner {
                source: Some(source),
                ahead: Vec::new(),
                next: 0,
                waiting: Vec::new(),
            }),
            name,
            raw_mode,
            readable,
            writable,
            unbuffered,
            at_end: Cell::new(false),
            is_detached: Cell::new(false),
        }
    }

    /// True once it is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.inner.try_borrow().is_ok_and(|i| i.source.is_none())
    }

    /// Fails if it is closed.
    pub(super) fn check_open(&self, vm: &Vm) -> R<()> {
        if self.is_detached.get() {
            return Err(vm.value_error("underlying buffer has been detached"));
        }
        if self.is_closed() {
            return Err(vm.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    fn run<T>(&self, vm: &Vm, act: impl FnOnce(&mut Inner) -> io::Result<T>) -> R<T> {
        self.check_open(vm)?;
        // Methods of an object below may come back here.
        let Ok(mut inner) = self.inner.try_borrow_mut() else {
            return Err(vm.runtime_error("reentrant call of a file's method"));
        };
        let result = act(&mut inner);
        drop(inner);
        result.map_err(|e| raised(vm, &e))
    }

    /// Shows the collector what is held.
    pub(super) fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.name, visit);
        if let Some(object) = self.object() {
            trace_value(&object, visit);
        }
    }

    /// The object below, if it is no descriptor.
    pub(super) fn object(&self) -> Option<Value> {
        match self.inner.try_borrow().ok()?.source.as_ref()? {
            Source::File(_) => None,
            Source::Object(object) => Some(object.clone()),
        }
    }

    /// The number of the descriptor; `None` if closed.
    pub(crate) fn number(&self) -> Option<i32> {
        self.on_descriptor(&mut |fd| fd.as_raw_fd())
    }

    /// Looks at the descriptor.
    pub(crate) fn on_descriptor<T>(&self, look: &mut dyn FnMut(BorrowedFd<'_>) -> T) -> Option<T> {
        match self.inner.try_borrow().ok()?.source.as_ref()? {
            Source::File(file) => Some(look(file.as_fd())),
            Source::Object(_) => None,
        }
    }

    /// Gives up what is below, after writing what waits.
    pub(super) fn detach(&self, vm: &Vm) -> R<Option<Value>> {
        self.flush(vm)?;
        let source = self.inner.borrow_mut().source.take();
        self.is_detached.set(true);
        Ok(match source {
            Some(Source::Object(object)) => Some(object),
            _ => None,
        })
    }

    /// The number of the descriptor.
    pub(super) fn with_file<T>(&self, vm: &Vm, look: impl FnOnce(&File) -> T) -> R<T> {
        self.check_open(vm)?;
        let inner = self.inner.borrow();
        match &inner.source {
            Some(Source::File(file)) => Ok(look(file)),
            Some(Source::Object(_)) => Err(super::unsupported(vm, "fileno")),
            None => Err(vm.value_error("I/O operation on closed file.")),
        }
    }

    /// True on a terminal.
    pub(super) fn is_terminal(&self, vm: &Vm) -> R<bool> {
        self.check_open(vm)?;
        match self.object() {
            Some(object) => vm.truth(&vm.call_method(&object, &vm.name("isatty"), &[])?),
            None => self.with_file(vm, |f| f.is_terminal()),
        }
    }

    /// The next bytes that are there, at most `most`, reading at most once; empty at the end.
    pub(super) fn read_some(&self, vm: &Vm, most: usize) -> R<Vec<u8>> {
        self.run(vm, |inner| {
            if inner.next >= inner.ahead.len() {
                inner.fill(
                    vm,
                    most.min(CHUNK).max(if self.unbuffered { 1 } else { CHUNK }),
                )?;
            }
            Ok(inner.take(most))
        })
    }

    /// The next bytes, as many as wanted unless the end comes before.
    pub(super) fn read(&self, vm: &Vm, wanted: Option<usize>) -> R<Vec<u8>> {
        let bytes = self.run(vm, |inner| {
            let mut bytes = inner.take(wanted.unwrap_or(usize::MAX));
            inner.flush(vm)?;
            let Some(wanted) = wanted else {
                inner.source()?.read_to_end(vm, &mut bytes)?;
                return Ok(bytes);
            };
            while bytes.len() < wanted {
                let rest = wanted - bytes.len();
                inner.fill(
                    vm,
                    match self.unbuffered {
                        true => rest,
                        false => rest.clamp(CHUNK, MOST_AHEAD),
                    },
                )?;
                let more = inner.take(rest);
                if more.is_empty() {
                    break;
                }
                bytes.try_reserve(more.len())?;
                bytes.extend_from_slice(&more);
            }
            Ok(bytes)
        })?;
        self.at_end.set(bytes.is_empty());
        Ok(bytes)
    }

    /// What is read ahead, at least a byte of it unless at the end.
    pub(super) fn peek(&self, vm: &Vm) -> R<Vec<u8>> {
        self.run(vm, |inner| {
            if inner.next >= inner.ahead.len() {
                inner.fill(vm, CHUNK)?;
            }
            Ok(inner.ahead[inner.next..].to_vec())
        })
    }

    /// A line with its end, at most `most` bytes.
    pub(super) fn read_line(&self, vm: &Vm, most: usize) -> R<Vec<u8>> {
        self.run(vm, |inner| {
            let mut line = Vec::new();
            while line.len() < most {
                if inner.next >= inner.ahead.len() {
                    inner.fill(vm, CHUNK)?;
                }
                let there = &inner.ahead[inner.next..];
                if there.is_empty() {
                    break;
                }
                let rest = most - line.len();
                let end = there.iter().take(rest).position(|b| *b == b'\n');
                let piece = inner.take(end.map_or(rest, |at| at + 1));
                line.extend_from_slice(&piece);
                if end.is_some() {
                    break;
                }
            }
            Ok(line)
        })
    }

    /// Writes bytes, perhaps later.
    pub(super) fn write(&self, vm: &Vm, bytes: &[u8]) -> R<()> {
        self.run(vm, |inner| {
            inner.drop_ahead(vm)?;
            if self.unbuffered {
                return inner.source()?.write_all(vm, bytes);
            }
            if inner.waiting.len() + bytes.len() > CHUNK {
                inner.flush(vm)?;
                if bytes.len() > CHUNK {
                    return inner.source()?.write_all(vm, bytes);
                }
            }
            inner.waiting.extend_from_slice(bytes);
            Ok(())
        })
    }

    /// Writes what waits.
    pub(super) fn flush(&self, vm: &Vm) -> R<()> {
        self.run(vm, |inner| {
            inner.flush(vm)?;
            inner.source()?.flush(vm)
        })
    }

    /// The position of the next byte.
    pub(super) fn tell(&self, vm: &Vm) -> R<u64> {
        self.run(vm, |inner| {
            let at = inner.source()?.position(vm)?;
            let ahead = (inner.ahead.len() - inner.next) as u64;
            Ok(at.saturating_sub(ahead) + inner.waiting.len() as u64)
        })
    }

    /// Goes to a position.
    pub(super) fn seek(&self, vm: &Vm, to: SeekFrom) -> R<u64> {
        self.run(vm, |inner| {
            inner.flush(vm)?;
            inner.drop_ahead(vm)?;
            inner.source()?.seek(vm, to)
        })
    }

    /// Cuts or lengthens the file.
    pub(super) fn truncate(&self, vm: &Vm, size: u64) -> R<()> {
        self.run(vm, |inner| {
            inner.flush(vm)?;
            inner.source()?.set_len(vm, size)
        })
    }

    /// Writes what waits, and closes.
    pub(crate) fn close(&self, vm: &Vm) -> R<()> {
        if self.is_closed() {
            return Ok(());
        }
        let result = self.flush(vm);
        let source = match self.inner.try_borrow_mut() {
            Ok(mut inner) => inner.source.take(),
            Err(_) => None,
        };
        match source {
            Some(Source::Object(object)) => {
                vm.call_method(&object, &vm.name("close"), &[])?;
            }
            source => drop(source),
        }
        result
    }
}

impl Inner {
    fn source(&mut self) -> io::Result<&mut Source> {
        self.source
            .as_mut()
            .ok_or_else(|| io::Error::other("the file is closed"))
    }

    /// Reads ahead once.
    fn fill(&mut self, vm: &Vm, size: usize) -> io::Result<()> {
        self.flush(vm)?;
        self.ahead = self.source()?.read(vm, size)?;
        self.next = 0;
        Ok(())
    }

    fn take(&mut self, most: usize) -> Vec<u8> {
        let end = self.ahead.len().min(self.next.saturating_add(most));
        let taken = self.ahead[self.next..end].to_vec();
        self.next = end;
        taken
    }

    fn flush(&mut self, vm: &Vm) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.source()?.write_all(vm, &waiting)
    }

    /// Goes back to where reading got to, before something is written.
    fn drop_ahead(&mut self, vm: &Vm) -> io::Result<()> {
        let ahead = (self.ahead.len() - self.next) as i64;
        self.ahead.clear();
        self.next = 0;
        if ahead > 0 {
            self.source()?.seek(vm, SeekFrom::Current(-ahead))?;
        }
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        use std::io::Write;
        let inner = self.inner.get_mut();
        if let Some(Source::File(file)) = &mut inner.source {
            // Nobody is left to be told of a failure.
            let _ = file.write_all(&inner.waiting);
        }
    }
}
