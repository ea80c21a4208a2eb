//! Where the bytes of a stream come from and go to: a file, or another object with `read` and
//! `write`.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use aio_interp::builtins::bytes::bytes_of;
use aio_interp::objects::bytes::bytes;
use aio_interp::{R, Raised, Value, Vm};

/// The most bytes of one read by the system.
const MOST: usize = 1 << 30;

/// A file, or an object.
pub(super) enum Source {
    File(File),
    Object(Value),
}

/// Stands in an `io::Error` for the exception that a method of an object has raised.
#[derive(Debug)]
struct Pending;

impl std::fmt::Display for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an exception is pending")
    }
}

impl std::error::Error for Pending {}

/// The exception of a failure.
pub(super) fn raised(vm: &Vm, error: &io::Error) -> Raised {
    match error.get_ref() {
        Some(e) if e.is::<Pending>() => Raised,
        None if error.kind() == io::ErrorKind::OutOfMemory => vm.out_of_memory(),
        _ => vm.os_error(error, None),
    }
}

fn pending<T>(result: R<T>) -> io::Result<T> {
    result.map_err(|Raised| io::Error::other(Pending))
}

impl Source {
    /// Reads once, at most `size` bytes.
    pub(super) fn read(&mut self, vm: &Vm, size: usize) -> io::Result<Vec<u8>> {
        let file = match self {
            Source::File(file) => file,
            Source::Object(object) => return pending(read_object(vm, object, Some(size))),
        };
        pending(vm.poll())?;
        // Is there so much memory? Only then it is taken, without a touch of what is not read.
        Vec::<u8>::new().try_reserve_exact(size)?;
        let mut chunk = vec![0; size.min(MOST)];
        loop {
            match file.read(&mut chunk) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => pending(vm.poll())?,
                result => {
                    chunk.truncate(result?);
                    return Ok(chunk);
                }
            }
        }
    }

    /// Reads to the end.
    pub(super) fn read_to_end(&mut self, vm: &Vm, into: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Source::File(file) => read_file(vm, file, into),
            Source::Object(object) => loop {
                let more = pending(read_object(vm, object, None))?;
                if more.is_empty() {
                    return Ok(());
                }
                into.extend_from_slice(&more);
            },
        }
    }

    pub(super) fn write_all(&mut self, vm: &Vm, data: &[u8]) -> io::Result<()> {
        match self {
            Source::File(file) => write_file(vm, file, data),
            Source::Object(object) => pending(write_object(vm, object, data)),
        }
    }

    pub(super) fn position(&mut self, vm: &Vm) -> io::Result<u64> {
        match self {
            Source::File(file) => file.stream_position(),
            Source::Object(object) => pending(number(vm, object, "tell", &[])),
        }
    }

    pub(super) fn seek(&mut self, vm: &Vm, to: SeekFrom) -> io::Result<u64> {
        let object = match self {
            Source::File(file) => return file.seek(to),
            Source::Object(object) => object,
        };
        let (offset, whence) = match to {
            SeekFrom::Start(at) => (i64::try_from(at).unwrap_or(i64::MAX), 0),
            SeekFrom::Current(by) => (by, 1),
            SeekFrom::End(by) => (by, 2),
        };
        let args = [Value::Int(offset), Value::Int(whence)];
        pending(number(vm, object, "seek", &args))
    }

    pub(super) fn set_len(&mut self, vm: &Vm, size: u64) -> io::Result<()> {
        match self {
            Source::File(file) => file.set_len(size),
            Source::Object(object) => {
                let size = Value::Int(i64::try_from(size).unwrap_or(i64::MAX));
                pending(number(vm, object, "truncate", &[size])).map(drop)
            }
        }
    }

    /// Tells an object to write what it keeps.
    pub(super) fn flush(&mut self, vm: &Vm) -> io::Result<()> {
        match self {
            Source::File(_) => Ok(()),
            Source::Object(object) => pending(call(vm, object, "flush", &[])).map(drop),
        }
    }
}

/// The least and the most that is read at once.
const CHUNK: std::ops::Range<usize> = 1 << 13..1 << 20;

/// Reads a file to its end, which may never come: signals end it.
fn read_file(vm: &Vm, file: &mut File, into: &mut Vec<u8>) -> io::Result<()> {
    let size = file.metadata().map_or(0, |m| m.len());
    let left = size.saturating_sub(file.stream_position().unwrap_or(0));
    // One more, to see the end.
    let left = usize::try_from(left)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    into.try_reserve(left)?;
    let mut done = into.len();
    let result = loop {
        let chunk = (into.capacity() - done).clamp(CHUNK.start, CHUNK.end);
        into.try_reserve(done + chunk - into.len())?;
        into.resize(done + chunk, 0);
        match file.read(&mut into[done..]) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) => break Ok(()),
            Err(e) => break Err(e),
            Ok(read) => done += read,
        }
        if let Err(e) = pending(vm.poll()) {
            break Err(e);
        }
    };
    into.truncate(done);
    result
}

fn write_file(vm: &Vm, file: &mut File, mut data: &[u8]) -> io::Result<()> {
    while !data.is_empty() {
        match file.write(data) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => pending(vm.poll())?,
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            result => data = &data[result?..],
        }
        pending(vm.poll())?;
    }
    Ok(())
}

fn call(vm: &Vm, object: &Value, method: &str, args: &[Value]) -> R {
    vm.call_method(object, &vm.name(method), args)
}

fn number(vm: &Vm, object: &Value, method: &str, args: &[Value]) -> R<u64> {
    let found = call(vm, object, method, args)?;
    Ok(vm.to_index(&found)?.max(0).unsigned_abs())
}

fn read_object(vm: &Vm, object: &Value, size: Option<usize>) -> R<Vec<u8>> {
    let size_value = size.map_or(Value::Int(-1), Value::from);
    let read1 = vm.name("read1");
    let found = match size.is_some() && vm.find_attr(object, &read1)?.is_some() {
        true => vm.call_method(object, &read1, &[size_value])?,
        false => call(vm, object, "read", &[size_value])?,
    };
    if found.is_none() {
        return Ok(vec![]);
    }
    match bytes_of(&vm.native(&found)) {
        Some(data) => Ok(data.to_vec()),
        None => Err(vm.type_error(format!(
            "underlying read() should have returned a bytes-like object, not '{}'",
            vm.type_name(&found)
        ))),
    }
}

fn write_object(vm: &Vm, object: &Value, mut data: &[u8]) -> R<()> {
    while !data.is_empty() {
        let written = call(vm, object, "write", &[bytes(data)])?;
        match written.as_int().and_then(|n| usize::try_from(n).ok()) {
            // A raw file may take a part only.
            Some(n) if n > 0 && n < data.len() => data = &data[n..],
            _ => return Ok(()),
        }
    }
    Ok(())
}
