//! Standard streams: where `print` writes and `input` reads, behind handles the host gives.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, Write};

use crate::interrupt;
use crate::value::{R, Value};
use crate::vm::Vm;

/// The handles.
pub struct Streams {
    out: RefCell<Buffered>,
    err: RefCell<Box<dyn Write>>,
    input: RefCell<Box<dyn BufRead>>,
    /// The reader of standard output went away.
    broken: Cell<bool>,
}

struct Buffered {
    to: Box<dyn Write>,
    buffer: Vec<u8>,
    /// Flushes at each line end, as on a terminal.
    by_line: bool,
}

/// As large as Python's.
const BUFFER: usize = 8192;

impl Streams {
    /// Streams over these handles. `by_line` is for terminals.
    pub fn new(
        out: Box<dyn Write>,
        by_line: bool,
        err: Box<dyn Write>,
        input: Box<dyn BufRead>,
    ) -> Streams {
        let out = Buffered {
            to: out,
            buffer: Vec::with_capacity(BUFFER),
            by_line,
        };
        let (out, err, input) = (RefCell::new(out), RefCell::new(err), RefCell::new(input));
        Streams {
            out,
            err,
            input,
            broken: Cell::new(false),
        }
    }

    /// Writes to standard output.
    pub fn write_out(&self, vm: &Vm, text: &str) -> R<()> {
        let encoded = if crate::text::surrogate::contains(text) {
            Some(encode(vm, text)?)
        } else {
            None
        };
        let bytes = encoded.as_deref().unwrap_or(text.as_bytes());
        self.write_out_bytes(vm, bytes)
    }

    /// Goes on with `write` for as long as signals interrupt it, unless one of them raises.
    fn unless_interrupted(
        &self,
        vm: &Vm,
        mut write: impl FnMut(&mut Buffered) -> io::Result<()>,
    ) -> R<()> {
        loop {
            let result = write(&mut self.out.borrow_mut());
            match result {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => vm.poll()?,
                result => return self.check(vm, result),
            }
        }
    }

    fn check(&self, vm: &Vm, result: io::Result<()>) -> R<()> {
        result.map_err(|e| {
            if e.kind() == io::ErrorKind::BrokenPipe {
                self.broken.set(true);
            }
            vm.os_error(&e, None)
        })
    }

    /// True once writing to standard output failed because its reader went away.
    pub fn is_broken(&self) -> bool {
        self.broken.get()
    }

    /// Writes bytes to standard output.
    pub fn write_out_bytes(&self, vm: &Vm, bytes: &[u8]) -> R<()> {
        let mut rest = bytes;
        self.unless_interrupted(vm, |out| out.write(&mut rest))
    }

    /// Flushes standard output.
    pub fn flush_out(&self, vm: &Vm) -> R<()> {
        self.unless_interrupted(vm, Buffered::flush)
    }

    /// Flushes standard output, outside of any script. What Ctrl-C interrupts is given up: nobody
    /// reads it.
    ///
    /// # Errors
    /// What the handle says.
    pub fn finish(&self) -> io::Result<()> {
        let mut out = self.out.borrow_mut();
        loop {
            match out.flush() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {
                    if interrupt::is_interrupted() {
                        out.buffer.clear();
                        return Ok(());
                    }
                }
                result => return result,
            }
        }
    }

    /// Flushes standard output if nobody is writing to it, whatever the handle says.
    fn rescue(&self) {
        if let Ok(mut out) = self.out.try_borrow_mut() {
            let _ = out.flush();
        }
    }

    /// Writes to standard error, which is not buffered. Failures are not reported: there is
    /// nowhere to.
    pub fn write_err(&self, _vm: &Vm, text: &str) {
        let mut err = self.err.borrow_mut();
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match err.write(rest) {
                Ok(written) if written > 0 => rest = &rest[written..],
                Err(e)
                    if e.kind() == io::ErrorKind::Interrupted && !interrupt::is_interrupted() => {}
                _ => break,
            }
        }
        let _ = err.flush();
    }

    /// Reads a line from standard input, with its line end; `None` at the end.
    pub fn read_line(&self, vm: &Vm) -> R<Option<String>> {
        let mut bytes = Vec::new();
        loop {
            let found = take_line(&mut **self.input.borrow_mut(), &mut bytes);
            match found {
                Ok(true) => break,
                Ok(false) => {}
                // By a signal, perhaps Ctrl-C.
                Err(e) if e.kind() == io::ErrorKind::Interrupted => vm.poll()?,
                Err(e) => return Err(vm.os_error(&e, None)),
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Reads all of standard input.
    pub fn read_all(&self, vm: &Vm) -> R<String> {
        let mut text = String::new();
        while let Some(line) = self.read_line(vm)? {
            text.push_str(&line);
        }
        Ok(text)
    }
}

/// Takes what is there of a line, waiting for something; true at the line's or the input's end.
fn take_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let there = input.fill_buf()?;
    let end = there.iter().position(|b| *b == b'\n');
    let (taken, done) = match end {
        Some(at) => (at + 1, true),
        None => (there.len(), there.is_empty()),
    };
    line.extend_from_slice(&there[..taken]);
    input.consume(taken);
    Ok(done)
}

impl Buffered {
    /// Takes what there is of `rest`. After a signal it can be called again, for what then is left.
    fn write(&mut self, rest: &mut &[u8]) -> io::Result<()> {
        if self.buffer.len() + rest.len() > BUFFER {
            self.flush_buffer()?;
            if rest.len() > BUFFER {
                while !rest.is_empty() {
                    let written = self.write_once(rest)?;
                    *rest = &rest[written..];
                    interrupted_in(rest)?;
                }
                return Ok(());
            }
        }
        self.buffer.extend_from_slice(std::mem::take(rest));
        if self.by_line && self.buffer.contains(&b'\n') {
            self.flush()?;
        }
        Ok(())
    }

    fn write_once(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.to.write(bytes)? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            written => Ok(written),
        }
    }

    /// Keeps what a signal interrupted, and drops what cannot be written.
    fn flush_buffer(&mut self) -> io::Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let mut done = 0;
        let mut result = Ok(());
        while result.is_ok() && done < buffer.len() {
            result = self.write_once(&buffer[done..]).map(|n| done += n);
            if result.is_ok() {
                result = interrupted_in(&buffer[done..]);
            }
        }
        self.buffer = buffer;
        match &result {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => drop(self.buffer.drain(..done)),
            _ => self.buffer.clear(),
        }
        result
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush_buffer()?;
        self.to.flush()
    }
}

/// A signal ends a call of the system that has written some of it without an error.
fn interrupted_in(rest: &[u8]) -> io::Result<()> {
    match !rest.is_empty() && interrupt::is_interrupted() {
        true => Err(io::ErrorKind::Interrupted.into()),
        false => Ok(()),
    }
}

/// Text with lone surrogates cannot be written.
fn encode(vm: &Vm, text: &str) -> R<Vec<u8>> {
    let value = vm.text(text);
    let encoded = vm.call_method(&value, &vm.name("encode"), &[vm.text("utf-8")])?;
    match encoded.downcast::<crate::objects::bytes::BytesObj>() {
        Some(b) => Ok(b.data.to_vec()),
        None => Ok(Vec::new()),
    }
}

impl Vm {
    /// Writes out what the scripts of this thread printed, for a process that is about to be given up.
    pub fn rescue_output() {
        Vm::with_current(|vm| vm.streams.rescue());
    }

    /// The object `print` writes to with `write`; `None` for the native standard output.
    pub fn print_target(&self, file: &Value) -> R<Option<Value>> {
        let target = if file.is_missing() {
            self.stdout()
        } else {
            Some(file.clone())
        };
        let Some(target) = target else {
            return Ok(None);
        };
        let is_native = self
            .native_stdout()
            .is_some_and(|native| native.is(&target));
        Ok(if is_native { None } else { Some(target) })
    }

    /// `sys.stdout`, if `sys` was imported.
    pub fn stdout(&self) -> Option<Value> {
        let sys = self.modules.get_name(&self.name("sys"))?;
        let module = sys.downcast::<crate::objects::module::ModuleObj>()?;
        module.dict.get_name(&self.names.stdout)
    }

    /// The object that stands for the native standard output (`sys.__stdout__`).
    fn native_stdout(&self) -> Option<Value> {
        let sys = self.modules.get_name(&self.name("sys"))?;
        let module = sys.downcast::<crate::objects::module::ModuleObj>()?;
        module.dict.get_name(&self.name("__stdout__"))
    }
}
