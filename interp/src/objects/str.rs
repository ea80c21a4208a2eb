//! `str`: immutable UTF-8 text, stored inline behind its header.

use std::cell::{Cell, OnceCell};
use std::hash::{Hash, Hasher};

use crate::object::{Kind, Object, Ref};
use crate::text::index::CodePointIndex;

/// A string. A lone surrogate is stored as a private-use code point (`text::surrogate`).
pub struct StrObj {
    /// Length in bytes.
    len: usize,
    /// Length in code points; equal to `len` exactly for ASCII.
    chars: Cell<usize>,
    /// The hash, or 0 while it is not computed.
    hash: Cell<i64>,
    /// Where code points start, for non-ASCII text that was indexed.
    index: OnceCell<Box<CodePointIndex>>,
}

/// `StrObj::chars` before it is counted.
const UNCOUNTED: usize = usize::MAX;

/// Set in the header's spare word of an interned string: it is the only one of its text in the
/// table, so that two interned strings are equal exactly if they are the same object.
const INTERNED: u16 = 1;

impl Object for StrObj {
    const KIND: Kind = Kind::Str;
    const TRACKED: bool = false;
    type Tail = u8;
    fn tail_len(&self) -> usize {
        self.len
    }
}

impl StrObj {
    fn unwritten(len: usize) -> StrObj {
        StrObj {
            len,
            chars: Cell::new(UNCOUNTED),
            hash: Cell::new(0),
            index: OnceCell::new(),
        }
    }

    /// `more` is being put behind the text: its length counts, what was computed is forgotten.
    pub(crate) fn grown(&mut self, more: &str) {
        let chars = self.chars.get();
        if chars != UNCOUNTED {
            self.chars.set(chars + more.chars().count());
        }
        self.len += more.len();
        self.hash.set(0);
        drop(self.index.take());
    }
}

impl Ref<StrObj> {
    /// A string of this text.
    #[inline]
    pub fn from_text(text: &str) -> Ref<StrObj> {
        crate::object::from_bytes(StrObj::unwritten(text.len()), &[text])
    }

    /// A string of this text, whose hash is known.
    pub(crate) fn from_hashed(text: &str, hash: i64) -> Ref<StrObj> {
        let made = Ref::from_text(text);
        made.hash.set(hash);
        made
    }

    /// A string of these pieces one after another.
    pub fn from_pieces(pieces: &[&str]) -> Ref<StrObj> {
        let len = pieces.iter().map(|p| p.len()).sum();
        crate::object::from_bytes(StrObj::unwritten(len), pieces)
    }

    /// The text.
    #[inline(always)]
    pub fn as_str(&self) -> &str {
        crate::object::text(self)
    }

    /// Length in code points.
    #[inline]
    pub fn char_len(&self) -> usize {
        let chars = self.chars.get();
        if chars != UNCOUNTED {
            return chars;
        }
        let text = self.as_str();
        let chars = if text.is_ascii() {
            text.len()
        } else {
            text.chars().count()
        };
        self.chars.set(chars);
        chars
    }

    /// True if all code points are below 128, so that indices are byte offsets.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.char_len() == self.len
    }

    /// True if it was found out that it is ASCII.
    #[inline(always)]
    pub fn is_known_ascii(&self) -> bool {
        self.chars.get() == self.len
    }

    /// The byte offset of code point `index` (at most the length).
    pub fn byte_offset(&self, index: usize) -> usize {
        if self.is_ascii() {
            index
        } else {
            self.index().byte_of(self.as_str(), index)
        }
    }

    /// The index of the code point that starts at byte `offset`.
    pub fn char_index(&self, offset: usize) -> usize {
        if self.is_ascii() {
            offset
        } else {
            self.index().point_of(self.as_str(), offset)
        }
    }

    fn index(&self) -> &CodePointIndex {
        self.index
            .get_or_init(|| Box::new(CodePointIndex::new(self.as_str())))
    }

    /// The hash of the text.
    #[inline]
    pub fn hash_value(&self) -> i64 {
        let hash = self.hash.get();
        if hash != 0 { hash } else { self.compute_hash() }
    }

    #[inline(never)]
    fn compute_hash(&self) -> i64 {
        let hash = hash_text(self.as_str());
        self.hash.set(hash);
        hash
    }

    /// True if this is the one interned string of its text.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.obj().spare().small.get() & INTERNED != 0
    }

    pub(crate) fn mark_interned(&self) {
        self.obj().spare().small.set(INTERNED);
    }
}

/// The hash of a `str` (never 0 or -1).
pub fn hash_text(text: &str) -> i64 {
    let mut hasher = rustc_hash::FxHasher::default();
    text.hash(&mut hasher);
    match hasher.finish() as i64 {
        _ if text.is_empty() => 0,
        0 => 1,
        -1 => -2,
        h => h,
    }
}

/// An interned string: an attribute, variable or keyword name. Compared by identity.
#[derive(Clone)]
pub struct Name(Ref<StrObj>);

impl Name {
    /// Wraps a string that is known to be interned.
    pub(crate) fn from_interned(text: Ref<StrObj>) -> Name {
        debug_assert!(text.is_interned());
        Name(text)
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The string object.
    #[inline(always)]
    pub fn text(&self) -> &Ref<StrObj> {
        &self.0
    }

    /// The address: unique among names.
    #[inline(always)]
    pub fn address(&self) -> usize {
        self.0.obj().address()
    }
}

impl PartialEq for Name {
    #[inline(always)]
    fn eq(&self, other: &Name) -> bool {
        self.0.is(&other.0)
    }
}

impl Eq for Name {}

impl Hash for Name {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.address());
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&Name> for crate::value::Value {
    #[inline]
    fn from(name: &Name) -> crate::value::Value {
        crate::value::Value::from(&name.0)
    }
}
