//! `zlib`: deflate, over flate2 with its backend in Rust. The wrappings (zlib, gzip, none) are made
//! here; a window is always of the largest size.

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method, native};
use aio_interp::object::Ref;
use aio_interp::objects::bytes::bytes;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::HostData;
use aio_interp::objects::module::ModuleObj;
use aio_interp::shared::Shared;
use aio_interp::{R, Raised, Value, Vm};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::binascii::{adler32, buffer, crc32};
use crate::host::{host, host_class, receiver};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let doc = "Functions to compress and decompress data in the formats of zlib and gzip.";
    let module = vm.new_module("zlib", doc);
    vm.add_natives(&module, ROWS);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("error", (&types(vm).error).into());
    for (name, number) in NUMBERS {
        set(name, Value::Int(*number));
    }
    for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
        set(name, vm.text("1.3.1"));
    }
    Ok(module)
}

static NUMBERS: &[(&str, i64)] = &[
    ("DEFLATED", 8),
    ("DEF_BUF_SIZE", 16384),
    ("DEF_MEM_LEVEL", 8),
    ("MAX_WBITS", 15),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_BEST_SPEED", 1),
    ("Z_BLOCK", 5),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_FILTERED", 1),
    ("Z_FINISH", 4),
    ("Z_FIXED", 4),
    ("Z_FULL_FLUSH", 3),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_NO_COMPRESSION", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_RLE", 3),
    ("Z_SYNC_FLUSH", 2),
    ("Z_TREES", 6),
];

const FINISH: i64 = 4;

struct Types {
    error: Ref<ClassObj>,
    compressor: Ref<ClassObj>,
    decompressor: Ref<ClassObj>,
}

fn types(vm: &Vm) -> std::rc::Rc<Types> {
    vm.state("zlib", || Types {
        error: vm.make_class(&ERROR, &[&vm.exceptions.Exception]),
        compressor: vm.make_class(&COMPRESSOR, &[]),
        decompressor: vm.make_class(&DECOMPRESSOR, &[]),
    })
}

static ERROR: ClassSpec = ClassSpec {
    layout: Layout::Exception,
    ..host_class("error", "zlib", "", &[], &[])
};

#[cold]
fn fail(vm: &Vm, text: &str) -> Raised {
    vm.raise_text(&types(vm).error, text)
}

static ROWS: &[Native] = &[
    native(
        "adler32(data, value=1, /)",
        "Compute an Adler-32 checksum of data.",
        adler32,
    ),
    native(
        "crc32(data, value=0, /)",
        "Compute a CRC-32 checksum of data.",
        crc32,
    ),
    native(
        "compress(data, /, level=-1, wbits=15)",
        "Returns a bytes object containing compressed data.",
        |vm, a| {
            let data = buffer(vm, &a[0])?;
            let level = level_of(vm, &a[1])?.ok_or_else(|| fail(vm, "Bad compression level"))?;
            let wrapping = wrapping_of(vm, &a[2], false)?
                .ok_or_else(|| vm.value_error("Invalid initialization option"))?;
            let mut compressor = Compressor::new(level, wrapping);
            let mut out = compressor.run(vm, &data, FlushCompress::None)?;
            out.extend(compressor.run(vm, &[], FlushCompress::Finish)?);
            Ok(bytes(out))
        },
    ),
    native(
        "decompress(data, /, wbits=15, bufsize=16384)",
        "Returns a bytes object containing the uncompressed data.",
        |vm, a| {
            let data = buffer(vm, &a[0])?;
            let wrapping = wrapping_of(vm, &a[1], true)?
                .ok_or_else(|| vm.value_error("Invalid initialization option"))?;
            let mut decompressor = Decompressor::new(wrapping);
            let out = decompressor.run(vm, &data, usize::MAX)?;
            if !decompressor.is_over {
                let text = "Error -5 while decompressing data: incomplete or truncated stream";
                return Err(fail(vm, text));
            }
            Ok(bytes(out))
        },
    ),
    native(
        "compressobj(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)",
        "Return a compressor object.",
        |vm, a| {
            let (level, wrapping) = (level_of(vm, &a[0])?, wrapping_of(vm, &a[2], false)?);
            let (Some(level), Some(wrapping)) = (level, wrapping) else {
                return Err(vm.value_error("Invalid initialization option"));
            };
            if !a[5].is_missing() {
                return Err(vm.not_implemented("compression with a dictionary is not supported"));
            }
            let compressor = Shared::new(Compressor::new(level, wrapping));
            Ok(host(&types(vm).compressor, CompressObj { compressor }))
        },
    ),
    native(
        "decompressobj(wbits=15, zdict=b'')",
        "Return a decompressor object.",
        |vm, a| {
            let wrapping = wrapping_of(vm, &a[0], true)?
                .ok_or_else(|| vm.value_error("Invalid initialization option"))?;
            if a[1].bound().map_or(Ok(false), |v| vm.truth(v))? {
                return Err(vm.not_implemented("decompression with a dictionary is not supported"));
            }
            let decompressor = Shared::new(Decompressor::new(wrapping));
            Ok(host(
                &types(vm).decompressor,
                DecompressObj { decompressor },
            ))
        },
    ),
];

/// What stands around the deflated data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    Nothing,
    Zlib,
    Gzip,
    /// Zlib or gzip, as the data say.
    Either,
}

/// What the number of bits of the window says of the wrapping.
fn wrapping_of(vm: &Vm, v: &Value, reads: bool) -> R<Option<Wrapping>> {
    Ok(match v.bound().map_or(Ok(15), |v| vm.to_index(v))? {
        0 if reads => Some(Wrapping::Zlib),
        8..=15 => Some(Wrapping::Zlib),
        -15..=-8 => Some(Wrapping::Nothing),
        24..=31 => Some(Wrapping::Gzip),
        40..=47 if reads => Some(Wrapping::Either),
        _ => None,
    })
}

fn level_of(vm: &Vm, v: &Value) -> R<Option<Compression>> {
    Ok(match v.bound().map_or(Ok(-1), |v| vm.to_index(v))? {
        -1 => Some(Compression::new(6)),
        level @ 0..=9 => Some(Compression::new(level as u32)),
        _ => None,
    })
}

struct Compressor {
    inner: Compress,
    wrapping: Wrapping,
    /// The head was written.
    is_begun: bool,
    is_over: bool,
    /// Of gzip: the checksum and the length of the data.
    crc: crc32fast::Hasher,
    length: u32,
}

/// Room for output is made in such steps.
const STEP: usize = 1 << 15;

impl Compressor {
    fn new(level: Compression, wrapping: Wrapping) -> Compressor {
        Compressor {
            inner: Compress::new(level, wrapping == Wrapping::Zlib),
            wrapping,
            is_begun: false,
            is_over: false,
            crc: crc32fast::Hasher::new(),
            length: 0,
        }
    }

    fn run(&mut self, vm: &Vm, mut data: &[u8], flush: FlushCompress) -> R<Vec<u8>> {
        let mut out = Vec::with_capacity(STEP);
        if self.is_over {
            return Err(fail(
                vm,
                "Error -2 while compressing data: inconsistent stream state",
            ));
        }
        if self.wrapping == Wrapping::Gzip && !self.is_begun {
            out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
        }
        self.is_begun = true;
        self.crc.update(data);
        self.length = self.length.wrapping_add(data.len() as u32);
        loop {
            let before = (self.inner.total_in(), self.inner.total_out());
            if out.capacity() - out.len() < STEP {
                out.reserve(STEP.max(out.len()));
            }
            let status = self.inner.compress_vec(data, &mut out, flush);
            let status = status.map_err(|_| fail(vm, "Error -2 while compressing data"))?;
            data = &data[(self.inner.total_in() - before.0) as usize..];
            let stands = before == (self.inner.total_in(), self.inner.total_out());
            let has_room = out.len() < out.capacity();
            match status {
                Status::StreamEnd => {
                    self.is_over = true;
                    break;
                }
                _ if data.is_empty() && has_room && !matches!(flush, FlushCompress::Finish) => {
                    break;
                }
                _ if stands => break,
                _ => {}
            }
            vm.poll()?;
        }
        if self.is_over && self.wrapping == Wrapping::Gzip {
            out.extend_from_slice(&self.crc.clone().finalize().to_le_bytes());
            out.extend_from_slice(&self.length.to_le_bytes());
        }
        Ok(out)
    }
}

struct CompressObj {
    compressor: Shared<Compressor>,
}

impl HostData for CompressObj {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

static COMPRESSOR: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class(
        "Compress",
        "zlib",
        "A compressor.",
        &[
            method(
                "compress(data, /)",
                "Returns a bytes object containing compressed data.",
                |vm, a| {
                    let own: &CompressObj = receiver(vm, &a[0], "Compress")?;
                    let data = buffer(vm, &a[1])?;
                    own.compressor
                        .write()
                        .run(vm, &data, FlushCompress::None)
                        .map(bytes)
                },
            ),
            method(
                "flush(mode=4, /)",
                "Return a bytes object containing any remaining compressed data.",
                |vm, a| {
                    let own: &CompressObj = receiver(vm, &a[0], "Compress")?;
                    let flush = match a[1].bound().map_or(Ok(FINISH), |v| vm.to_index(v))? {
                        0 => return Ok(bytes(vec![])),
                        1 => FlushCompress::Partial,
                        2 => FlushCompress::Sync,
                        3 => FlushCompress::Full,
                        FINISH => FlushCompress::Finish,
                        _ => {
                            let text = "Error -2 while flushing: inconsistent stream state";
                            return Err(fail(vm, text));
                        }
                    };
                    own.compressor.write().run(vm, &[], flush).map(bytes)
                },
            ),
        ],
        &[],
    )
};

struct Decompressor {
    wrapping: Wrapping,
    /// Made once the head of the data was read.
    inner: Option<Decompress>,
    is_over: bool,
    /// The data that were not looked at yet: a head or an end in parts.
    waiting: Vec<u8>,
    /// What a limited step left over.
    tail: Vec<u8>,
    /// What came after the end.
    unused: Vec<u8>,
    /// Of gzip: what the end of the data is checked with.
    crc: crc32fast::Hasher,
    length: u32,
    is_gzip: bool,
    /// The deflated data have ended, the end of gzip not yet.
    wants_end: bool,
}

impl Decompressor {
    fn new(wrapping: Wrapping) -> Decompressor {
        Decompressor {
            wrapping,
            inner: None,
            is_over: false,
            waiting: vec![],
            tail: vec![],
            unused: vec![],
            crc: crc32fast::Hasher::new(),
            length: 0,
            is_gzip: false,
            wants_end: false,
        }
    }

    /// Reads the head of what waits; false if it is not whole yet.
    fn begin(&mut self, vm: &Vm) -> R<bool> {
        let head = &self.waiting;
        let is_gzip = match self.wrapping {
            Wrapping::Nothing => {
                self.inner = Some(Decompress::new(false));
                return Ok(true);
            }
            Wrapping::Zlib => false,
            Wrapping::Gzip => true,
            Wrapping::Either => head.first() == Some(&0x1f),
        };
        if is_gzip {
            if head
                .iter()
                .zip([0x1f, 0x8b])
                .any(|(byte, wanted)| *byte != wanted)
            {
                return Err(fail(vm, WRONG_HEAD));
            }
            let Some(len) = gzip_head(head) else {
                return Ok(false);
            };
            self.waiting.drain(..len);
            self.is_gzip = true;
            self.inner = Some(Decompress::new(false));
            return Ok(true);
        }
        let (Some(first), Some(second)) = (head.first(), head.get(1)) else {
            return Ok(false);
        };
        if (u32::from(*first) << 8 | u32::from(*second)) % 31 != 0 {
            return Err(fail(vm, WRONG_HEAD));
        }
        if first & 15 != 8 {
            let text = "Error -3 while decompressing data: unknown compression method";
            return Err(fail(vm, text));
        }
        self.inner = Some(Decompress::new(true));
        Ok(true)
    }

    /// Decompresses more data, up to so many bytes.
    fn run(&mut self, vm: &Vm, data: &[u8], most: usize) -> R<Vec<u8>> {
        if self.is_over {
            self.unused.extend_from_slice(data);
            return Ok(vec![]);
        }
        self.waiting.extend_from_slice(data);
        let mut out = Vec::new();
        if self.waiting.is_empty() || (self.inner.is_none() && !self.begin(vm)?) {
            return Ok(out);
        }
        while !self.wants_end && out.len() < most {
            let Some(inner) = &mut self.inner else { break };
            let before = (inner.total_in(), inner.total_out());
            let room = STEP.max(out.len()).min(most - out.len());
            let start = out.len();
            out.resize(start + room, 0);
            let result = inner.decompress(&self.waiting, &mut out[start..], FlushDecompress::None);
            let made = (inner.total_out() - before.1) as usize;
            let taken = (inner.total_in() - before.0) as usize;
            out.truncate(start + made);
            self.waiting.drain(..taken);
            match result {
                Ok(Status::StreamEnd) => self.wants_end = true,
                Ok(_) if made == 0 && taken == 0 => break,
                Ok(_) => {}
                Err(_) => {
                    return Err(fail(vm, "Error -3 while decompressing data: invalid data"));
                }
            }
            vm.poll()?;
        }
        self.crc.update(&out);
        self.length = self.length.wrapping_add(out.len() as u32);
        if self.wants_end {
            self.finish(vm)?;
        }
        Ok(out)
    }

    /// After a step of so many bytes at most: the caller gives again what it left over.
    fn set_tail_aside(&mut self, most: usize) {
        let is_limited = most != usize::MAX && !self.wants_end && self.inner.is_some();
        self.tail = match is_limited {
            true => std::mem::take(&mut self.waiting),
            false => vec![],
        };
    }

    fn finish(&mut self, vm: &Vm) -> R<()> {
        if self.is_gzip {
            let Some(end) = self.waiting.get(..8) else {
                return Ok(());
            };
            if end[..4] != self.crc.clone().finalize().to_le_bytes() {
                return Err(fail(
                    vm,
                    "Error -3 while decompressing data: incorrect data check",
                ));
            }
            if end[4..] != self.length.to_le_bytes() {
                return Err(fail(
                    vm,
                    "Error -3 while decompressing data: incorrect length check",
                ));
            }
            self.waiting.drain(..8);
        }
        self.is_over = true;
        self.unused = std::mem::take(&mut self.waiting);
        Ok(())
    }
}

const WRONG_HEAD: &str = "Error -3 while decompressing data: incorrect header check";

/// The length of a gzip head, once it is all there.
fn gzip_head(data: &[u8]) -> Option<usize> {
    if data.len() < 10 {
        return None;
    }
    let flags = data[3];
    let mut len = 10;
    if flags & 4 != 0 {
        len += 2 + usize::from(*data.get(len)?) + 256 * usize::from(*data.get(len + 1)?);
    }
    // A name and a remark, each ended by a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            len += data.get(len..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        len += 2;
    }
    (data.len() >= len).then_some(len)
}

struct DecompressObj {
    decompressor: Shared<Decompressor>,
}

impl HostData for DecompressObj {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn reading<'a>(vm: &Vm, v: &'a Value) -> R<&'a DecompressObj> {
    receiver(vm, v, "Decompress")
}

static DECOMPRESSOR: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class(
        "Decompress",
        "zlib",
        "A decompressor.",
        &[
            method(
                "decompress(data, /, max_length=0)",
                "Return a bytes object containing the decompressed version of the data.",
                |vm, a| {
                    let own = reading(vm, &a[0])?;
                    let data = buffer(vm, &a[1])?;
                    let most = a[2].bound().map_or(Ok(0), |v| vm.to_index(v))?;
                    let most = match usize::try_from(most) {
                        Ok(0) => usize::MAX,
                        Ok(most) => most,
                        Err(_) => {
                            return Err(vm.value_error("max_length must be non-negative"));
                        }
                    };
                    let mut decompressor = own.decompressor.write();
                    let out = decompressor.run(vm, &data, most)?;
                    decompressor.set_tail_aside(most);
                    Ok(bytes(out))
                },
            ),
            method(
                "flush(length=16384, /)",
                "Return a bytes object containing any remaining decompressed data.",
                |vm, a| {
                    let own = reading(vm, &a[0])?;
                    let mut decompressor = own.decompressor.write();
                    let tail = std::mem::take(&mut decompressor.tail);
                    decompressor.run(vm, &tail, usize::MAX).map(bytes)
                },
            ),
        ],
        &[
            Attribute {
                name: "eof",
                get: |vm, v| Ok(reading(vm, v)?.decompressor.read().is_over.into()),
                set: None,
            },
            Attribute {
                name: "unconsumed_tail",
                get: |vm, v| Ok(bytes(reading(vm, v)?.decompressor.read().tail.clone())),
                set: None,
            },
            Attribute {
                name: "unused_data",
                get: |vm, v| Ok(bytes(reading(vm, v)?.decompressor.read().unused.clone())),
                set: None,
            },
        ],
    )
};
