//! The syntax tree of a pattern, and what follows from it: how long its matches are, and with
//! which bytes they may begin.

use super::charset::{ByteSet, CharSet};

/// `re.I` and the others, as bits.
pub mod flag {
    #![allow(missing_docs)]
    pub const IGNORECASE: u32 = 2;
    pub const LOCALE: u32 = 4;
    pub const MULTILINE: u32 = 8;
    pub const DOTALL: u32 = 16;
    pub const UNICODE: u32 = 32;
    pub const VERBOSE: u32 = 64;
    pub const DEBUG: u32 = 128;
    pub const ASCII: u32 = 256;
    /// Those that say what a letter is.
    pub const TYPE: u32 = ASCII | LOCALE | UNICODE;
}

/// `{m,}`: as often as you like.
pub const FOREVER: u32 = u32::MAX;

/// A position that matches without taking anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// `\A`, and `^` without `re.M`.
    Start,
    /// `^` with `re.M`.
    LineStart,
    /// `\Z`.
    End,
    /// `$` without `re.M`.
    EndOrLastNewline,
    /// `$` with `re.M`.
    LineEnd,
    /// `\b` (`true`: letters are ASCII).
    Boundary(bool),
    /// `\B`.
    NotBoundary(bool),
}

/// How a repetition chooses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Greed {
    /// `*`
    Greedy,
    /// `*?`
    Lazy,
    /// `*+`
    Possessive,
}

/// A piece of a pattern.
#[derive(Debug)]
pub enum Node {
    /// One character (a byte in a pattern of bytes), whatever its case if that was asked for.
    Char(u32),
    /// One of a set of characters.
    Set(Box<CharSet>),
    /// `.`, without newlines unless `true`.
    Any(bool),
    /// A position.
    At(At),
    /// One after another.
    Concat(Vec<Node>),
    /// One of these, the first that will do.
    Alt(Vec<Node>),
    /// A group; with its number if it captures.
    Group(Option<u32>, Box<Node>),
    /// A repetition.
    Repeat {
        /// At least.
        min: u32,
        /// At most; `FOREVER` for any number.
        max: u32,
        /// How it chooses.
        greed: Greed,
        /// Of what.
        body: Box<Node>,
    },
    /// `(?=…)`, `(?!…)`, `(?<=…)` and `(?<!…)`.
    Look {
        /// Of what is behind.
        behind: bool,
        /// It must not match.
        negated: bool,
        /// What.
        body: Box<Node>,
    },
    /// `(?>…)`
    Atomic(Box<Node>),
    /// `\1`; `true` if the case does not matter; then `true` for ASCII letters only.
    Backref(u32, bool, bool),
    /// `(?(1)…|…)`
    Conditional(u32, Box<Node>, Box<Node>),
    /// Never matches.
    Fail,
}

impl Node {
    /// Nothing.
    pub fn empty() -> Node {
        Node::Concat(Vec::new())
    }

    /// True for nothing at all.
    pub fn is_empty(&self) -> bool {
        matches!(self, Node::Concat(items) if items.is_empty())
    }

    /// The fewest and the most characters of a match. `groups` has those of the groups that are
    /// already closed.
    pub fn width(&self, groups: &[Option<(u64, u64)>]) -> (u64, u64) {
        const MOST: u64 = u32::MAX as u64;
        let sum = |a: (u64, u64), b: (u64, u64)| ((a.0 + b.0).min(MOST), (a.1 + b.1).min(MOST));
        match self {
            Node::Char(_) | Node::Set(_) | Node::Any(_) => (1, 1),
            Node::At(_) | Node::Look { .. } | Node::Fail => (0, 0),
            Node::Concat(items) => items.iter().map(|n| n.width(groups)).fold((0, 0), sum),
            Node::Alt(items) => items
                .iter()
                .map(|n| n.width(groups))
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .unwrap_or((0, 0)),
            Node::Group(_, body) | Node::Atomic(body) => body.width(groups),
            Node::Repeat { min, max, body, .. } => {
                let (lo, hi) = body.width(groups);
                let times = |n: u64, count: u32| n.saturating_mul(count.into()).min(MOST);
                (times(lo, *min), times(hi, *max))
            }
            Node::Backref(group, ..) => groups
                .get(*group as usize)
                .copied()
                .flatten()
                .unwrap_or((0, MOST)),
            Node::Conditional(_, yes, no) => {
                let (yes, no) = (yes.width(groups), no.width(groups));
                (yes.0.min(no.0), yes.1.max(no.1))
            }
        }
    }

    /// The bytes with which a match may begin are added to `set`. True if it may also be empty,
    /// so that what follows counts as well.
    pub fn first(&self, utf8: bool, set: &mut ByteSet) -> bool {
        match self {
            Node::Char(c) => {
                set.add_char(*c, utf8);
                false
            }
            Node::Set(chars) => {
                chars.first(utf8, set);
                false
            }
            Node::Any(_) => {
                set.fill();
                false
            }
            Node::At(_) | Node::Look { .. } => true,
            Node::Fail => false,
            Node::Concat(items) => items.iter().all(|n| n.first(utf8, set)),
            Node::Alt(items) => items
                .iter()
                .fold(false, |empty, n| n.first(utf8, set) | empty),
            Node::Group(_, body) | Node::Atomic(body) => body.first(utf8, set),
            Node::Repeat { min, body, .. } => body.first(utf8, set) | (*min == 0),
            Node::Backref(..) => {
                set.fill();
                true
            }
            Node::Conditional(_, yes, no) => yes.first(utf8, set) | no.first(utf8, set),
        }
    }
}
