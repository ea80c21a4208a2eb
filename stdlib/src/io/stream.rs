//! An open file: the descriptor, what was read ahead, and what waits to be written.
//!
//! Bytes only; text is made of them in `text`.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use aio_interp::{R, Value, Vm};

/// As large as Python's.
pub(super) const CHUNK: usize = 8192;

/// An open file.
pub(super) struct Stream {
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
}

struct Inner {
    /// `None` once it is closed.
    file: Option<File>,
    /// Read ahead, from `next` on.
    ahead: Vec<u8>,
    next: usize,
    /// Waits to be written.
    waiting: Vec<u8>,
}

impl Stream {
    pub(super) fn new(
        file: File,
        name: Value,
        raw_mode: &'static str,
        (readable, writable): (bool, bool),
        unbuffered: bool,
    ) -> Stream {
        Stream {
            inner: RefCell::new(Inner {
                file: Some(file),
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
        }
    }

    /// True once it is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.inner.borrow().file.is_none()
    }

    /// Fails if it is closed.
    pub(super) fn check_open(&self, vm: &Vm) -> R<()> {
        if self.is_closed() {
            return Err(vm.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    fn run<T>(&self, vm: &Vm, act: impl FnOnce(&mut Inner) -> io::Result<T>) -> R<T> {
        self.check_open(vm)?;
        let result = act(&mut self.inner.borrow_mut());
        result.map_err(|e| vm.os_error(&e, None))
    }

    /// The number of the descriptor.
    pub(super) fn with_file<T>(&self, vm: &Vm, look: impl FnOnce(&File) -> T) -> R<T> {
        self.check_open(vm)?;
        let inner = self.inner.borrow();
        match &inner.file {
            Some(file) => Ok(look(file)),
            None => Err(vm.value_error("I/O operation on closed file.")),
        }
    }

    /// The next bytes that are there, at most `most`, reading at most once; empty at the end.
    pub(super) fn read_some(&self, vm: &Vm, most: usize) -> R<Vec<u8>> {
        self.run(vm, |inner| {
            if inner.next >= inner.ahead.len() {
                inner.fill(most.min(CHUNK).max(if self.unbuffered { 1 } else { CHUNK }))?;
            }
            Ok(inner.take(most))
        })
    }

    /// The next bytes, as many as wanted unless the end comes before.
    pub(super) fn read(&self, vm: &Vm, wanted: Option<usize>) -> R<Vec<u8>> {
        let bytes = self.run(vm, |inner| {
            let mut bytes = inner.take(wanted.unwrap_or(usize::MAX));
            inner.flush()?;
            let Some(wanted) = wanted else {
                inner.source()?.read_to_end(&mut bytes)?;
                return Ok(bytes);
            };
            while bytes.len() < wanted {
                let rest = wanted - bytes.len();
                inner.fill(if self.unbuffered {
                    rest
                } else {
                    rest.max(CHUNK)
                })?;
                let more = inner.take(rest);
                if more.is_empty() {
                    break;
                }
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
                inner.fill(CHUNK)?;
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
                    inner.fill(CHUNK)?;
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
            inner.drop_ahead()?;
            if self.unbuffered {
                return inner.source()?.write_all(bytes);
            }
            if inner.waiting.len() + bytes.len() > CHUNK {
                inner.flush()?;
                if bytes.len() > CHUNK {
                    return inner.source()?.write_all(bytes);
                }
            }
            inner.waiting.extend_from_slice(bytes);
            Ok(())
        })
    }

    /// Writes what waits.
    pub(super) fn flush(&self, vm: &Vm) -> R<()> {
        self.run(vm, Inner::flush)
    }

    /// The position of the next byte.
    pub(super) fn tell(&self, vm: &Vm) -> R<u64> {
        self.run(vm, |inner| {
            let at = inner.source()?.stream_position()?;
            let ahead = (inner.ahead.len() - inner.next) as u64;
            Ok(at - ahead + inner.waiting.len() as u64)
        })
    }

    /// Goes to a position.
    pub(super) fn seek(&self, vm: &Vm, to: SeekFrom) -> R<u64> {
        self.run(vm, |inner| {
            inner.flush()?;
            inner.drop_ahead()?;
            inner.source()?.seek(to)
        })
    }

    /// Cuts or lengthens the file.
    pub(super) fn truncate(&self, vm: &Vm, size: u64) -> R<()> {
        self.run(vm, |inner| {
            inner.flush()?;
            inner.source()?.set_len(size)
        })
    }

    /// Writes what waits, and closes.
    pub(super) fn close(&self, vm: &Vm) -> R<()> {
        if self.is_closed() {
            return Ok(());
        }
        let result = self.flush(vm);
        drop(self.inner.borrow_mut().file.take());
        result
    }
}

impl Inner {
    fn source(&mut self) -> io::Result<&mut File> {
        self.file
            .as_mut()
            .ok_or_else(|| io::Error::other("the file is closed"))
    }

    /// Reads ahead once.
    fn fill(&mut self, size: usize) -> io::Result<()> {
        self.flush()?;
        let mut chunk = vec![0; size];
        let read = loop {
            match self.source()?.read(&mut chunk) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        chunk.truncate(read);
        self.ahead = chunk;
        self.next = 0;
        Ok(())
    }

    fn take(&mut self, most: usize) -> Vec<u8> {
        let end = self.ahead.len().min(self.next.saturating_add(most));
        let taken = self.ahead[self.next..end].to_vec();
        self.next = end;
        taken
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.source()?.write_all(&waiting)
    }

    /// Goes back to where reading got to, before something is written.
    fn drop_ahead(&mut self) -> io::Result<()> {
        let ahead = (self.ahead.len() - self.next) as i64;
        self.ahead.clear();
        self.next = 0;
        if ahead > 0 {
            self.source()?.seek(SeekFrom::Current(-ahead))?;
        }
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Nobody is left to be told of a failure.
        let _ = self.inner.borrow_mut().flush();
    }
}
