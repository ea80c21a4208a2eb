//! Trees to programs for the matcher: a flat list of steps, with what can be known beforehand
//! (the first bytes of a match, which repetitions never have to give anything back).

use super::charset::{ByteSet, CharSet};
use super::syntax::{At, FOREVER, Greed, Node};

/// One character of some sort.
#[derive(Debug)]
pub enum One {
    /// This byte, a whole character.
    Byte(u8),
    /// This character, of several bytes.
    Char(Box<str>),
    /// Any but a newline.
    NotNewline,
    /// Any.
    Any,
    /// Any but this ASCII character.
    Not(u8),
    /// A member.
    Set(Box<CharSet>),
}

/// A step. Numbers of steps are positions in the program, numbers of slots in the machine.
#[derive(Debug)]
pub enum Step {
    /// The end: a match.
    Match,
    /// Never.
    Fail,
    /// These bytes.
    Literal(Box<[u8]>),
    /// One character.
    One(One),
    /// A position.
    At(At),
    /// Remember the position.
    Save(usize),
    /// Remember the position as the end of this group.
    Close(usize),
    /// On with another step.
    Jump(usize),
    /// The first step, and if that fails, the second. With the bytes that each may begin with.
    Split(usize, usize),
    /// One of these, in order; each with the bytes that it may begin with.
    Branch(Box<[(ByteSet, usize)]>),
    /// One sort of character again and again.
    Run {
        one: One,
        min: u32,
        max: u32,
        greed: Greed,
        /// What follows can only begin with these bytes.
        follow: Option<Box<ByteSet>>,
    },
    /// A general repetition begins: its counter and the position of its last round.
    Begin(usize),
    /// Another round of a general repetition, or on with `next`.
    Loop {
        slot: usize,
        min: u32,
        max: u32,
        is_lazy: bool,
        body: usize,
        next: usize,
    },
    /// A round ends: counts it, and on with the `Loop`.
    Round(usize, usize),
    /// Begins a round of a lazy repetition that failed to do without.
    Enter(usize, usize),
    /// What follows up to a `Match`, in isolation: a look ahead, or behind if there is a number
    /// of characters. On with `next`.
    Look {
        back: Option<u64>,
        negated: bool,
        next: usize,
    },
    /// What follows up to a `Match`, the first way that it matches only.
    Atomic(usize),
    /// As `Atomic`, repeated.
    Possessive { min: u32, max: u32, next: usize },
    /// What the group matched.
    Backref { group: usize, fold: Fold },
    /// On with the step if the group did not match.
    Unless(usize, usize),
}

/// How the text of a group is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fold {
    None,
    Ascii,
    Unicode,
}

/// How to look for a match.
#[derive(Debug)]
pub enum Start {
    /// Try everywhere.
    Anywhere,
    /// At the start of the text only.
    Text,
    /// Where this is found.
    Literal(Box<memchr::memmem::Finder<'static>>),
    /// Where one of these bytes is.
    Bytes(Box<[u8]>),
    /// Where a member is.
    Set(Box<ByteSet>),
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    /// The steps.
    pub steps: Vec<Step>,
    /// Groups, the whole match included.
    pub groups: usize,
    /// How many slots the machine needs.
    pub slots: usize,
    /// How to look for a match.
    pub start: Start,
    /// The shortest match, in characters.
    pub shortest: usize,
}

struct Compiler {
    steps: Vec<Step>,
    utf8: bool,
    /// The widths of the groups, for look-behinds that refer to them.
    widths: Vec<Option<(u64, u64)>>,
    slots: usize,
}

/// Notes how wide the groups of a tree are; each can refer to those before it.
fn note_widths(node: &Node, widths: &mut Vec<Option<(u64, u64)>>) {
    match node {
        Node::Group(number, body) => {
            note_widths(body, widths);
            let width = body.width(widths);
            if let Some(known) = number.and_then(|n| widths.get_mut(n as usize)) {
                *known = Some(width);
            }
        }
        Node::Concat(items) | Node::Alt(items) => {
            items.iter().for_each(|item| note_widths(item, widths));
        }
        Node::Repeat { body, .. } | Node::Look { body, .. } | Node::Atomic(body) => {
            note_widths(body, widths);
        }
        Node::Conditional(_, yes, no) => {
            note_widths(yes, widths);
            note_widths(no, widths);
        }
        _ => {}
    }
}

/// Compiles a tree.
pub fn compile(node: &Node, groups: u32, utf8: bool) -> Program {
    let groups = groups as usize;
    let mut widths = vec![None; groups];
    note_widths(node, &mut widths);
    let mut compiler = Compiler {
        steps: Vec::new(),
        utf8,
        widths,
        // Two for each group, and the last group that was closed.
        slots: groups * 2 + 1,
    };
    compiler.node(node, None);
    compiler.steps.push(Step::Match);
    let none = vec![None; groups];
    Program {
        start: start_of(node, utf8),
        shortest: node.width(&none).0 as usize,
        steps: compiler.steps,
        groups,
        slots: compiler.slots,
    }
}

fn start_of(node: &Node, utf8: bool) -> Start {
    let mut prefix = Vec::new();
    let is_anchored = literal_prefix(node, utf8, &mut prefix).1;
    if is_anchored && prefix.is_empty() {
        return Start::Text;
    }
    if prefix.len() > 1 {
        return Start::Literal(Box::new(memchr::memmem::Finder::new(&prefix).into_owned()));
    }
    let mut set = ByteSet::default();
    if node.first(utf8, &mut set) {
        return Start::Anywhere;
    }
    match set.len() {
        0..=3 => Start::Bytes(set.members().into()),
        4..=200 => Start::Set(Box::new(set)),
        _ => Start::Anywhere,
    }
}

/// Adds the text with which every match begins. The first answer is whether all of the node went
/// into it, the second whether matches are at the start of the text.
fn literal_prefix(node: &Node, utf8: bool, prefix: &mut Vec<u8>) -> (bool, bool) {
    match node {
        Node::Char(c) => {
            push_char(prefix, *c, utf8);
            (true, false)
        }
        Node::At(At::Start) => (true, prefix.is_empty()),
        Node::Concat(items) => {
            let mut is_anchored = false;
            for item in items {
                let (whole, anchored) = literal_prefix(item, utf8, prefix);
                is_anchored |= anchored;
                if !whole {
                    return (false, is_anchored);
                }
            }
            (true, is_anchored)
        }
        Node::Group(_, body) => literal_prefix(body, utf8, prefix),
        _ => (false, false),
    }
}

fn push_char(bytes: &mut Vec<u8>, c: u32, utf8: bool) {
    match char::from_u32(c) {
        Some(c) if utf8 => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        _ => bytes.push(c as u8),
    }
}

impl Compiler {
    fn here(&self) -> usize {
        self.steps.len()
    }

    fn add(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// The steps of a node. What comes after them begins with a byte of `follow`, if that is
    /// known.
    fn node(&mut self, node: &Node, follow: Option<&ByteSet>) {
        match node {
            Node::Char(c) => self.char(*c),
            Node::Set(_) | Node::Any(_) => {
                if let Some(one) = self.one(node) {
                    self.add(Step::One(one));
                }
            }
            Node::At(at) => drop(self.add(Step::At(*at))),
            Node::Concat(items) => self.concat(items, follow),
            Node::Alt(items) => self.alternatives(items, follow),
            Node::Group(None, body) => self.node(body, follow),
            Node::Group(Some(group), body) => {
                let group = *group as usize;
                self.add(Step::Save(group * 2));
                self.node(body, follow);
                self.add(Step::Close(group));
            }
            Node::Repeat {
                min,
                max,
                greed,
                body,
            } => self.repeat(*min, *max, *greed, body, follow),
            Node::Look {
                behind,
                negated,
                body,
            } => self.look(*behind, *negated, body),
            Node::Atomic(body) => {
                let start = self.add(Step::Fail);
                self.isolated(body);
                self.steps[start] = Step::Atomic(self.here());
            }
            Node::Backref(group, ignores, ascii) => {
                let fold = match (ignores, ascii) {
                    (false, _) => Fold::None,
                    (true, true) => Fold::Ascii,
                    (true, false) => Fold::Unicode,
                };
                let group = *group as usize;
                self.add(Step::Backref { group, fold });
            }
            Node::Conditional(group, yes, no) => {
                let test = self.add(Step::Fail);
                self.node(yes, follow);
                let out = self.add(Step::Fail);
                self.steps[test] = Step::Unless(*group as usize, self.here());
                self.node(no, follow);
                self.steps[out] = Step::Jump(self.here());
            }
            Node::Fail => drop(self.add(Step::Fail)),
        }
    }

    fn char(&mut self, c: u32) {
        let mut bytes = Vec::new();
        push_char(&mut bytes, c, self.utf8);
        match bytes[..] {
            [b] => self.add(Step::One(One::Byte(b))),
            _ => self.add(Step::Literal(bytes.into())),
        };
    }

    fn isolated(&mut self, body: &Node) {
        self.node(body, None);
        self.add(Step::Match);
    }

    fn concat(&mut self, items: &[Node], follow: Option<&ByteSet>) {
        let mut at = 0;
        while let Some(item) = items.get(at) {
            let chars = items[at..].iter().map_while(|n| match n {
                Node::Char(c) => Some(*c),
                _ => None,
            });
            let chars: Vec<u32> = chars.collect();
            if chars.len() > 1 {
                let mut bytes = Vec::new();
                chars
                    .iter()
                    .for_each(|c| push_char(&mut bytes, *c, self.utf8));
                self.add(Step::Literal(bytes.into()));
                at += chars.len();
                continue;
            }
            at += 1;
            let mut after = ByteSet::default();
            let may_be_empty = items[at..].iter().all(|n| n.first(self.utf8, &mut after));
            let after = match follow {
                _ if !may_be_empty => Some(after),
                Some(follow) => {
                    after.join(follow);
                    Some(after)
                }
                None => None,
            };
            self.node(item, after.as_ref());
        }
    }

    fn alternatives(&mut self, items: &[Node], follow: Option<&ByteSet>) {
        let branch = self.add(Step::Fail);
        let mut starts = Vec::new();
        let mut outs = Vec::new();
        for item in items {
            let mut first = ByteSet::default();
            if item.first(self.utf8, &mut first) {
                first.fill();
            }
            starts.push((first, self.here()));
            self.node(item, follow);
            outs.push(self.add(Step::Fail));
        }
        let end = self.here();
        for out in outs {
            self.steps[out] = Step::Jump(end);
        }
        self.steps[branch] = Step::Branch(starts.into());
    }

    fn look(&mut self, behind: bool, negated: bool, body: &Node) {
        let back = behind.then(|| body.width(&self.widths).0);
        let start = self.add(Step::Fail);
        self.isolated(body);
        let next = self.here();
        self.steps[start] = Step::Look {
            back,
            negated,
            next,
        };
    }

    /// A node that takes one character whatever happens.
    fn one(&self, node: &Node) -> Option<One> {
        Some(match node {
            Node::Char(c) => match char::from_u32(*c) {
                Some(c) if self.utf8 && c as u32 >= 128 => One::Char(c.to_string().into()),
                _ => One::Byte(*c as u8),
            },
            Node::Any(true) => One::Any,
            Node::Any(false) => One::NotNewline,
            Node::Set(set) => match set.all_but_one() {
                Some(b) => One::Not(b),
                None => One::Set(set.clone()),
            },
            Node::Group(None, body) => return self.one(body),
            _ => return None,
        })
    }

    fn repeat(&mut self, min: u32, max: u32, greed: Greed, body: &Node, follow: Option<&ByteSet>) {
        if max == 0 {
            return;
        }
        if let Some(one) = self.one(body) {
            let mut first = ByteSet::default();
            body.first(self.utf8, &mut first);
            // What it takes can be no part of what follows: giving it back would not help.
            let keeps = greed == Greed::Greedy && follow.is_some_and(|f| f.is_disjoint(&first));
            let greed = if keeps { Greed::Possessive } else { greed };
            let follow = follow.cloned().map(Box::new);
            self.add(Step::Run {
                one,
                min,
                max,
                greed,
                follow,
            });
            return;
        }
        match greed {
            Greed::Possessive => {
                let start = self.add(Step::Fail);
                self.isolated(body);
                let next = self.here();
                self.steps[start] = Step::Possessive { min, max, next };
            }
            _ if (min, max) == (0, 1) => self.optional(greed, body, follow),
            _ if (min, max) == (1, 1) => self.node(body, follow),
            _ if (min, max) == (0, FOREVER) && self.takes_something(body) => {
                let start = self.add(Step::Fail);
                self.node(body, None);
                self.add(Step::Jump(start));
                self.steps[start] = split(greed, start + 1, self.here());
            }
            _ => self.counted(min, max, greed == Greed::Lazy, body),
        }
    }

    /// True if no match of the node is empty.
    fn takes_something(&self, node: &Node) -> bool {
        node.width(&vec![Some((0, 0)); self.widths.len()]).0 > 0
    }

    fn optional(&mut self, greed: Greed, body: &Node, follow: Option<&ByteSet>) {
        let start = self.add(Step::Fail);
        self.node(body, follow);
        self.steps[start] = split(greed, start + 1, self.here());
    }

    fn counted(&mut self, min: u32, max: u32, is_lazy: bool, body: &Node) {
        let slot = self.slots;
        self.slots += 2;
        self.add(Step::Begin(slot));
        let at = self.add(Step::Fail);
        let enter = self.add(Step::Enter(slot, at + 2));
        debug_assert_eq!(enter, at + 1);
        self.node(body, None);
        self.add(Step::Round(slot, at));
        self.steps[at] = Step::Loop {
            slot,
            min,
            max,
            is_lazy,
            body: at + 2,
            next: self.here(),
        };
    }
}

fn split(greed: Greed, body: usize, next: usize) -> Step {
    match greed {
        Greed::Lazy => Step::Split(next, body),
        _ => Step::Split(body, next),
    }
}
