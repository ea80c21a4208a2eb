//! Sets of characters: `[a-z]`, `\d`, a letter whose case does not matter.
//!
//! What a letter, a digit or white space is, is what `str.isalnum`, `str.isdecimal` and
//! `str.isspace` say. Without regard to case, a character is in a set if its lower case is that
//! of a member, or if both have the same upper case (`ſ` and `s`).

use std::collections::BTreeSet;

use aio_interp::text::classify;

/// Classes of characters, as bits; each followed by its opposite.
pub mod class {
    #![allow(missing_docs)]
    pub const DIGIT: u8 = 1;
    pub const NOT_DIGIT: u8 = 2;
    pub const SPACE: u8 = 4;
    pub const NOT_SPACE: u8 = 8;
    pub const WORD: u8 = 16;
    pub const NOT_WORD: u8 = 32;
}

/// Which letters are the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    /// Only equal ones.
    Matters,
    /// Those that differ by case only.
    Ignored,
    /// As `Ignored`, of ASCII letters only.
    AsciiIgnored,
}

/// Lower-case letters with the same upper case.
const RELATED: &[&[u32]] = &[
    &[105, 305],
    &[115, 383],
    &[181, 956],
    &[837, 953, 8126],
    &[912, 8147],
    &[944, 8163],
    &[946, 976],
    &[949, 1013],
    &[952, 977],
    &[954, 1008],
    &[960, 982],
    &[961, 1009],
    &[962, 963],
    &[966, 981],
    &[1074, 7296],
    &[1076, 7297],
    &[1086, 7298],
    &[1089, 7299],
    &[1090, 7300, 7301],
    &[1098, 7302],
    &[1123, 7303],
    &[7304, 42571],
    &[7777, 7835],
    &[64261, 64262],
];

/// The lower case of one character.
pub fn lower(c: u32) -> u32 {
    if c < 128 {
        return lower_ascii(c);
    }
    if c == 0x130 {
        return 'i' as u32;
    }
    let Some(c) = char::from_u32(c) else { return c };
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower as u32,
        _ => c as u32,
    }
}

fn upper(c: u32) -> u32 {
    let Some(c) = char::from_u32(c) else { return c };
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper as u32,
        _ => c as u32,
    }
}

/// The lower case of an ASCII letter.
pub fn lower_ascii(c: u32) -> u32 {
    if (65..=90).contains(&c) { c + 32 } else { c }
}

/// True if case makes any difference to `c`.
pub fn is_cased(c: u32, case: Case) -> bool {
    match case {
        Case::Matters => false,
        Case::AsciiIgnored => u8::try_from(c).is_ok_and(|b| b.is_ascii_alphabetic()),
        Case::Ignored => lower(c) != c || upper(c) != c || !related(c).is_empty(),
    }
}

fn related(c: u32) -> &'static [u32] {
    if c < 105 {
        return &[];
    }
    let row = RELATED.iter().find(|row| row.contains(&c));
    row.copied().unwrap_or(&[])
}

/// True for letters, digits and `_`.
#[inline]
pub fn is_word(c: u32, ascii: bool) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_alphanumeric() || c == 95;
    }
    !ascii && char::from_u32(c).is_some_and(classify::is_alnum_char)
}

fn is_digit(c: u32, ascii: bool) -> bool {
    if c < 128 {
        return (c as u8).is_ascii_digit();
    }
    !ascii && char::from_u32(c).is_some_and(classify::is_decimal_char)
}

fn is_space(c: u32, ascii: bool) -> bool {
    if c < 128 {
        let is_separator = (0x1c..=0x1f).contains(&c) && !ascii;
        return c == 32 || (9..=13).contains(&c) || is_separator;
    }
    !ascii && char::from_u32(c).is_some_and(classify::is_space_char)
}

fn in_class(c: u32, classes: u8, ascii: bool) -> bool {
    let pair = |yes: u8, is: fn(u32, bool) -> bool| {
        classes & (yes | yes << 1) != 0 && {
            let wanted = if is(c, ascii) { yes } else { yes << 1 };
            classes & wanted != 0
        }
    };
    pair(class::WORD, is_word) || pair(class::DIGIT, is_digit) || pair(class::SPACE, is_space)
}

/// A set of characters as it is written.
#[derive(Default)]
pub struct SetBuilder {
    /// Members, as ranges.
    pub ranges: Vec<(u32, u32)>,
    /// Classes whose characters are members, as bits of `class`.
    pub classes: u8,
    /// It is all the others that are meant.
    pub negated: bool,
}

/// A set of characters.
#[derive(Clone, Debug)]
pub struct CharSet {
    /// The answer for characters below 256.
    low: ByteSet,
    /// Members, sorted; folded if `case` is `Ignored`.
    ranges: Box<[(u32, u32)]>,
    classes: u8,
    negated: bool,
    ascii: bool,
    case: Case,
}

impl SetBuilder {
    /// The set. Classes have ASCII characters only if `ascii`.
    pub fn build(self, ascii: bool, case: Case) -> CharSet {
        let mut set = CharSet {
            low: ByteSet::default(),
            ranges: fold(self.ranges, case),
            classes: self.classes,
            negated: self.negated,
            ascii,
            case,
        };
        for b in 0..=255 {
            if set.decide(b.into()) {
                set.low.add(b);
            }
        }
        set
    }
}

/// The ranges sorted and joined; in lower case, with related letters, if case is ignored.
fn fold(ranges: Vec<(u32, u32)>, case: Case) -> Box<[(u32, u32)]> {
    let mut all = Vec::new();
    let mut folded = BTreeSet::new();
    for (lo, hi) in ranges {
        // As in CPython, letters beyond this have no case.
        if case == Case::Matters || lo > 0x1ffff {
            all.push((lo, hi));
            continue;
        }
        if hi > 0x1ffff {
            all.push((0x20000, hi));
        }
        for c in lo..=hi.min(0x1ffff) {
            if case == Case::AsciiIgnored {
                folded.insert(lower_ascii(c));
            } else {
                let small = lower(c);
                folded.insert(small);
                folded.extend(related(small));
            }
        }
    }
    all.extend(folded.into_iter().map(|c| (c, c)));
    all.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (lo, hi) in all {
        match joined.last_mut() {
            Some(last) if lo <= last.1.saturating_add(1) => last.1 = last.1.max(hi),
            _ => joined.push((lo, hi)),
        }
    }
    joined.into()
}

impl CharSet {
    /// True if `c` is a member.
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        match u8::try_from(c) {
            Ok(b) => self.low.contains(b),
            Err(_) => self.decide(c),
        }
    }

    /// True if the byte, which is a whole character, is a member.
    #[inline(always)]
    pub fn contains_byte(&self, b: u8) -> bool {
        self.low.contains(b)
    }

    fn decide(&self, c: u32) -> bool {
        let c = match self.case {
            Case::Matters => c,
            Case::Ignored => lower(c),
            Case::AsciiIgnored => lower_ascii(c),
        };
        let at = self.ranges.partition_point(|(_, hi)| *hi < c);
        let is_listed = self.ranges.get(at).is_some_and(|(lo, _)| *lo <= c);
        (is_listed || in_class(c, self.classes, self.ascii)) != self.negated
    }

    /// Adds the bytes with which members begin.
    pub fn first(&self, utf8: bool, set: &mut ByteSet) {
        let own = if utf8 { 128 } else { 256 };
        for b in 0..own {
            if self.low.contains(b as u8) {
                set.add(b as u8);
            }
        }
        if !utf8 {
            return;
        }
        let is_plain = !self.negated && self.classes == 0 && self.case == Case::Matters;
        if !is_plain {
            (128..=255).for_each(|b| set.add(b));
            return;
        }
        for &(lo, hi) in &self.ranges {
            if hi >= 128 {
                let (lo, hi) = (lead_byte(lo.max(128)), lead_byte(hi));
                (lo..=hi).for_each(|b| set.add(b));
            }
        }
    }

    /// The one byte that is no member, if every other character is one.
    pub fn all_but_one(&self) -> Option<u8> {
        let is_plain = self.negated && self.classes == 0 && self.case == Case::Matters;
        match *self.ranges {
            [(lo, hi)] if is_plain && lo == hi && lo < 128 => Some(lo as u8),
            _ => None,
        }
    }
}

/// The first byte of a character in UTF-8.
fn lead_byte(c: u32) -> u8 {
    match char::from_u32(c) {
        Some(c) => {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer);
            buffer[0]
        }
        None if c < 0x10000 => 0xed,
        None => 0xf4,
    }
}

/// A set of bytes.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// Adds a byte.
    pub fn add(&mut self, b: u8) {
        self.0[usize::from(b >> 6)] |= 1 << (b & 63);
    }

    /// Adds the first byte of a character.
    pub fn add_char(&mut self, c: u32, utf8: bool) {
        self.add(if utf8 && c >= 128 {
            lead_byte(c)
        } else {
            c as u8
        });
    }

    /// Adds all bytes.
    pub fn fill(&mut self) {
        self.0 = [u64::MAX; 4];
    }

    /// Adds those of another set.
    pub fn join(&mut self, other: &ByteSet) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }

    /// True if `b` is a member.
    #[inline(always)]
    pub fn contains(&self, b: u8) -> bool {
        self.0[usize::from(b >> 6)] >> (b & 63) & 1 == 1
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }

    /// True if the sets have no member in common.
    pub fn is_disjoint(&self, other: &ByteSet) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| a & b == 0)
    }

    /// The members.
    pub fn members(&self) -> Vec<u8> {
        (0..=255).filter(|b| self.contains(*b)).collect()
    }
}
