//! The matcher: follows a program and goes back where a choice was wrong, as CPython's does, so
//! that the same match is found with the same groups. Choices are on a stack of its own, so no
//! text is too long. It looks at the interrupt flag now and then: patterns can take for ever.

use aio_interp::{R, Vm};

use super::charset::{ByteSet, is_word, lower, lower_ascii};
use super::program::{Fold, One, Program, Start, Step};
use super::syntax::{At, FOREVER, Greed};

/// A slot without a position.
pub const NONE: usize = usize::MAX;

/// After so many steps back the interrupt flag is looked at.
const PATIENCE: u32 = 1 << 14;

/// A choice that can still be made otherwise, and how far the trail went then.
enum Choice {
    /// Go on here.
    Jump {
        step: usize,
        pos: usize,
        trail: usize,
    },
    /// Other branches, from this one on.
    Branch {
        step: usize,
        from: usize,
        pos: usize,
        trail: usize,
    },
    /// A greedy run may end at `least` or later, now before `pos`.
    Shorter {
        step: usize,
        least: usize,
        pos: usize,
        trail: usize,
    },
    /// A lazy run may take more after `pos`, this often.
    Longer {
        step: usize,
        pos: usize,
        left: u32,
        trail: usize,
    },
}

/// What a match must be besides.
#[derive(Clone, Copy, Default)]
pub struct Wanted {
    /// It must end with the text.
    pub whole: bool,
    /// It must not be empty at this position.
    pub not_empty_at: Option<usize>,
}

/// What a matcher needs space for, kept from one search to the next.
#[derive(Default)]
pub struct Buffers {
    slots: Vec<usize>,
    choices: Vec<Choice>,
    trail: Vec<(usize, usize)>,
}

/// A matcher at work on one text.
pub struct Machine<'a, const UTF8: bool> {
    vm: &'a Vm,
    program: &'a Program,
    /// The text, up to where it is to be looked at.
    text: &'a [u8],
    /// Start and end of each group; the last group closed; counters of repetitions.
    pub slots: Vec<usize>,
    choices: Vec<Choice>,
    /// Slots that changed, and what they were.
    trail: Vec<(usize, usize)>,
    wanted: Wanted,
    patience: u32,
}

impl<'a, const UTF8: bool> Machine<'a, UTF8> {
    /// A matcher.
    pub fn new(vm: &'a Vm, program: &'a Program, text: &'a [u8], buffers: Buffers) -> Self {
        Machine {
            vm,
            program,
            text,
            slots: buffers.slots,
            choices: buffers.choices,
            trail: buffers.trail,
            wanted: Wanted::default(),
            patience: PATIENCE,
        }
    }

    /// The space, for the next matcher.
    pub fn into_buffers(self) -> Buffers {
        Buffers {
            slots: self.slots,
            choices: self.choices,
            trail: self.trail,
        }
    }

    fn reset(&mut self, wanted: Wanted) {
        self.slots.clear();
        self.slots.resize(self.program.slots, NONE);
        self.choices.clear();
        self.trail.clear();
        self.wanted = wanted;
    }

    /// A match at `pos`. The slots say what it is.
    pub fn match_at(&mut self, pos: usize, wanted: Wanted) -> R<bool> {
        self.reset(wanted);
        self.attempt(pos)
    }

    fn attempt(&mut self, pos: usize) -> R<bool> {
        let Some(end) = self.run(0, pos, true)? else {
            return Ok(false);
        };
        self.slots[0] = pos;
        self.slots[1] = end;
        Ok(true)
    }

    /// The first match at `pos` or later.
    pub fn search(&mut self, mut pos: usize, wanted: Wanted) -> R<bool> {
        self.reset(wanted);
        let program = self.program;
        loop {
            let rest = self.text.get(pos..).unwrap_or(&[]);
            if rest.len() < program.shortest {
                return Ok(false);
            }
            let skip = match &program.start {
                Start::Anywhere => Some(0),
                Start::Text => (pos == 0).then_some(0),
                Start::Literal(finder) => finder.find(rest),
                Start::Bytes(bytes) => match **bytes {
                    [a] => memchr::memchr(a, rest),
                    [a, b] => memchr::memchr2(a, b, rest),
                    [a, b, c] => memchr::memchr3(a, b, c, rest),
                    _ => None,
                },
                Start::Set(set) => rest.iter().position(|b| set.contains(*b)),
            };
            let Some(skip) = skip else {
                return Ok(false);
            };
            pos += skip;
            if self.attempt(pos)? {
                return Ok(true);
            }
            if pos >= self.text.len() {
                return Ok(false);
            }
            pos += self.width_at(pos);
        }
    }

    /// How many bytes the character at `pos` takes.
    #[inline(always)]
    fn width_at(&self, pos: usize) -> usize {
        match self.text.get(pos) {
            Some(b) if UTF8 && *b >= 0xc0 => {
                1 + 1 + usize::from(*b >= 0xe0) + usize::from(*b >= 0xf0)
            }
            _ => 1,
        }
    }

    /// Where the character before `pos` starts.
    #[inline(always)]
    fn before(&self, pos: usize) -> usize {
        let mut pos = pos - 1;
        while UTF8 && pos > 0 && self.text[pos] & 0xc0 == 0x80 {
            pos -= 1;
        }
        pos
    }

    /// The character at `pos`, which is inside of the text, and where the next one starts.
    #[inline(always)]
    fn char_at(&self, pos: usize) -> (u32, usize) {
        let b = self.text[pos];
        if !UTF8 || b < 0x80 {
            return (b.into(), pos + 1);
        }
        self.wide_char_at(pos, b)
    }

    fn wide_char_at(&self, pos: usize, first: u8) -> (u32, usize) {
        let at = |n: usize| u32::from(self.text.get(pos + n).copied().unwrap_or(0) & 0x3f);
        let first = u32::from(first);
        if first < 0xe0 {
            ((first & 0x1f) << 6 | at(1), pos + 2)
        } else if first < 0xf0 {
            ((first & 0xf) << 12 | at(1) << 6 | at(2), pos + 3)
        } else {
            (
                (first & 7) << 18 | at(1) << 12 | at(2) << 6 | at(3),
                pos + 4,
            )
        }
    }

    /// The end of the character at `pos`, if there is one of this sort.
    #[inline(always)]
    fn one(&self, one: &One, pos: usize) -> Option<usize> {
        let b = *self.text.get(pos)?;
        match one {
            One::Byte(wanted) => (b == *wanted).then_some(pos + 1),
            One::Char(text) => {
                let end = pos + text.len();
                (self.text.get(pos..end)? == text.as_bytes()).then_some(end)
            }
            One::NotNewline => (b != b'\n').then(|| pos + self.width_at(pos)),
            One::Any => Some(pos + self.width_at(pos)),
            One::Not(other) => (b != *other).then(|| pos + self.width_at(pos)),
            One::Set(set) => {
                if !UTF8 || b < 0x80 {
                    set.contains_byte(b).then_some(pos + 1)
                } else {
                    let (c, end) = self.wide_char_at(pos, b);
                    set.contains(c).then_some(end)
                }
            }
        }
    }

    /// Takes up to `most` characters of a sort: where they end, and how many there were.
    fn take(&self, one: &One, mut pos: usize, most: u32) -> (usize, u32) {
        if most == FOREVER {
            let rest = self.text.get(pos..).unwrap_or(&[]);
            let stop = match one {
                One::NotNewline => Some(memchr::memchr(b'\n', rest)),
                One::Not(b) => Some(memchr::memchr(*b, rest)),
                One::Any => Some(None),
                _ => None,
            };
            if let Some(stop) = stop {
                let end = stop.map_or(self.text.len(), |n| pos + n);
                let count = if UTF8 {
                    self.count(pos, end)
                } else {
                    end - pos
                };
                return (end, u32::try_from(count).unwrap_or(FOREVER));
            }
        }
        let mut count = 0;
        while count < most
            && let Some(end) = self.one(one, pos)
        {
            pos = end;
            count += 1;
        }
        (pos, count)
    }

    /// Characters between two positions.
    fn count(&self, start: usize, end: usize) -> usize {
        let bytes = &self.text[start..end];
        bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
    }

    fn set(&mut self, slot: usize, value: usize) {
        let old = std::mem::replace(&mut self.slots[slot], value);
        self.trail.push((slot, old));
    }

    fn undo(&mut self, trail: usize) {
        while self.trail.len() > trail {
            if let Some((slot, old)) = self.trail.pop() {
                self.slots[slot] = old;
            }
        }
    }

    /// Runs from a step to its `Match`: the position there. Choices made in between are
    /// forgotten, what groups matched is kept. Without a match all is as before.
    fn run(&mut self, step: usize, pos: usize, is_top: bool) -> R<Option<usize>> {
        let base = self.choices.len();
        let mark = self.trail.len();
        let (mut step, mut pos) = (step, pos);
        loop {
            match self.follow(step, pos, is_top)? {
                Some(end) => {
                    self.choices.truncate(base);
                    return Ok(Some(end));
                }
                None => match self.go_back(base)? {
                    Some(next) => (step, pos) = next,
                    None => {
                        self.undo(mark);
                        return Ok(None);
                    }
                },
            }
        }
    }

    /// The last choice made otherwise.
    fn go_back(&mut self, base: usize) -> R<Option<(usize, usize)>> {
        let program = self.program;
        while self.choices.len() > base {
            self.patience -= 1;
            if self.patience == 0 {
                self.patience = PATIENCE;
                self.vm.poll()?;
            }
            let Some(choice) = self.choices.pop() else {
                break;
            };
            match choice {
                Choice::Jump { step, pos, trail } => {
                    self.undo(trail);
                    return Ok(Some((step, pos)));
                }
                Choice::Branch {
                    step,
                    from,
                    pos,
                    trail,
                } => {
                    self.undo(trail);
                    if let Some(next) = self.branch(step, from, pos) {
                        return Ok(Some((next, pos)));
                    }
                }
                Choice::Shorter {
                    step,
                    least,
                    pos,
                    trail,
                } => {
                    self.undo(trail);
                    let Step::Run { follow, .. } = &program.steps[step] else {
                        continue;
                    };
                    if let Some(pos) = self.shorter(step, least, pos, follow.as_deref()) {
                        return Ok(Some((step + 1, pos)));
                    }
                }
                Choice::Longer {
                    step,
                    pos,
                    left,
                    trail,
                } => {
                    self.undo(trail);
                    let Step::Run { one, follow, .. } = &program.steps[step] else {
                        continue;
                    };
                    if let Some(pos) = self.longer(step, one, pos, left, follow.as_deref()) {
                        return Ok(Some((step + 1, pos)));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Gives back characters of a run until what follows may begin.
    #[inline]
    fn shorter(
        &mut self,
        step: usize,
        least: usize,
        mut pos: usize,
        follow: Option<&ByteSet>,
    ) -> Option<usize> {
        while pos > least {
            pos = self.before(pos);
            if self.may_follow(pos, follow) {
                if pos > least {
                    let trail = self.trail.len();
                    self.choices.push(Choice::Shorter {
                        step,
                        least,
                        pos,
                        trail,
                    });
                }
                return Some(pos);
            }
        }
        None
    }

    /// Takes characters until what follows may begin.
    #[inline]
    fn longer(
        &mut self,
        step: usize,
        one: &One,
        mut pos: usize,
        mut left: u32,
        follow: Option<&ByteSet>,
    ) -> Option<usize> {
        while left > 0 {
            pos = self.one(one, pos)?;
            left -= u32::from(left != FOREVER);
            if self.may_follow(pos, follow) {
                if left > 0 {
                    let trail = self.trail.len();
                    self.choices.push(Choice::Longer {
                        step,
                        pos,
                        left,
                        trail,
                    });
                }
                return Some(pos);
            }
        }
        None
    }

    #[inline(always)]
    fn may_follow(&self, pos: usize, follow: Option<&ByteSet>) -> bool {
        match (follow, self.text.get(pos)) {
            (None, _) => true,
            (Some(set), Some(b)) => set.contains(*b),
            (Some(_), None) => false,
        }
    }

    /// The first branch from `from` on that may begin at `pos`; the others remain as a choice.
    fn branch(&mut self, step: usize, from: usize, pos: usize) -> Option<usize> {
        let program = self.program;
        let Step::Branch(branches) = &program.steps[step] else {
            return None;
        };
        let next = self.text.get(pos).copied();
        let may = |set: &ByteSet| match next {
            Some(b) => set.contains(b),
            None => set.len() == 256,
        };
        let find = |from: usize| {
            let rest = branches.get(from..).unwrap_or(&[]);
            rest.iter().position(|(set, _)| may(set)).map(|n| from + n)
        };
        let found = find(from)?;
        if let Some(from) = find(found + 1) {
            let trail = self.trail.len();
            self.choices.push(Choice::Branch {
                step,
                from,
                pos,
                trail,
            });
        }
        Some(branches[found].1)
    }

    fn push(&mut self, step: usize, pos: usize) {
        let trail = self.trail.len();
        self.choices.push(Choice::Jump { step, pos, trail });
    }

    /// Follows the program from a step: the position of its `Match`, or `None` where it fails.
    fn follow(&mut self, mut step: usize, mut pos: usize, is_top: bool) -> R<Option<usize>> {
        let program = self.program;
        loop {
            let next = match &program.steps[step] {
                Step::Match => return Ok(self.accept(pos, is_top)),
                Step::Fail => None,
                Step::Literal(bytes) => {
                    let is_here = self.text.get(pos..).is_some_and(|t| t.starts_with(bytes));
                    is_here.then_some((step + 1, pos + bytes.len()))
                }
                Step::One(one) => self.one(one, pos).map(|end| (step + 1, end)),
                Step::At(at) => self.is_at(*at, pos).then_some((step + 1, pos)),
                Step::Save(slot) => {
                    self.set(*slot, pos);
                    Some((step + 1, pos))
                }
                Step::Close(group) => {
                    self.set(group * 2 + 1, pos);
                    self.set(program.groups * 2, *group);
                    Some((step + 1, pos))
                }
                Step::Jump(to) => Some((*to, pos)),
                Step::Split(first, second) => {
                    self.push(*second, pos);
                    Some((*first, pos))
                }
                Step::Branch(_) => self.branch(step, 0, pos).map(|to| (to, pos)),
                Step::Run { .. } => self.run_of(step, pos).map(|end| (step + 1, end)),
                Step::Begin(slot) => {
                    self.set(*slot, 0);
                    self.set(slot + 1, NONE);
                    Some((step + 1, pos))
                }
                Step::Round(slot, to) => {
                    self.set(*slot, self.slots[*slot] + 1);
                    Some((*to, pos))
                }
                Step::Enter(slot, body) => {
                    self.set(slot + 1, pos);
                    Some((*body, pos))
                }
                Step::Loop { .. } => Some((self.again(step, pos), pos)),
                Step::Unless(group, to) => {
                    let is_set = self.slots[group * 2 + 1] != NONE;
                    Some((if is_set { step + 1 } else { *to }, pos))
                }
                Step::Backref { group, fold } => {
                    self.backref(*group, *fold, pos).map(|end| (step + 1, end))
                }
                _ => self.isolated(step, pos)?,
            };
            match next {
                Some(next) => (step, pos) = next,
                None => return Ok(None),
            }
        }
    }

    fn accept(&self, pos: usize, is_top: bool) -> Option<usize> {
        let wanted = self.wanted;
        let refused =
            is_top && (wanted.whole && pos != self.text.len() || wanted.not_empty_at == Some(pos));
        (!refused).then_some(pos)
    }

    /// A run of characters of one sort.
    fn run_of(&mut self, step: usize, pos: usize) -> Option<usize> {
        let program = self.program;
        let Step::Run {
            one,
            min,
            max,
            greed,
            follow,
        } = &program.steps[step]
        else {
            return None;
        };
        let follow = follow.as_deref();
        if *greed == Greed::Lazy {
            let (end, count) = self.take(one, pos, *min);
            if count < *min {
                return None;
            }
            let left = if *max == FOREVER { FOREVER } else { max - min };
            if !self.may_follow(end, follow) {
                return self.longer(step, one, end, left, follow);
            }
            if left > 0 {
                let trail = self.trail.len();
                self.choices.push(Choice::Longer {
                    step,
                    pos: end,
                    left,
                    trail,
                });
            }
            return Some(end);
        }
        let (end, count) = self.take(one, pos, *max);
        if count < *min {
            return None;
        }
        if *greed == Greed::Possessive || count == *min {
            return self.may_follow(end, follow).then_some(end);
        }
        let least = match *min {
            0 => pos,
            min => self.take(one, pos, min).0,
        };
        if !self.may_follow(end, follow) {
            return self.shorter(step, least, end, follow);
        }
        let trail = self.trail.len();
        self.choices.push(Choice::Shorter {
            step,
            least,
            pos: end,
            trail,
        });
        Some(end)
    }

    /// Another round of a repetition, or what comes after it.
    fn again(&mut self, step: usize, pos: usize) -> usize {
        let program = self.program;
        let Step::Loop {
            slot,
            min,
            max,
            is_lazy,
            body,
            next,
        } = &program.steps[step]
        else {
            return step;
        };
        let count = self.slots[*slot];
        if count < *min as usize {
            return *body;
        }
        let may_go_on = (*max == FOREVER || count < *max as usize) && self.slots[slot + 1] != pos;
        if !may_go_on {
            return *next;
        }
        if *is_lazy {
            self.push(step + 1, pos);
            return *next;
        }
        self.push(*next, pos);
        self.set(slot + 1, pos);
        *body
    }

    /// Looks, atomic groups and possessive repetitions.
    fn isolated(&mut self, step: usize, pos: usize) -> R<Option<(usize, usize)>> {
        let program = self.program;
        match &program.steps[step] {
            Step::Look {
                back,
                negated,
                next,
            } => {
                let start = match back {
                    Some(count) => self.back(pos, *count),
                    None => Some(pos),
                };
                let mark = self.trail.len();
                let found = match start {
                    Some(start) => self.run(step + 1, start, false)?.is_some(),
                    None => false,
                };
                if *negated && found {
                    self.undo(mark);
                }
                Ok((found != *negated).then_some((*next, pos)))
            }
            Step::Atomic(next) => {
                let end = self.run(step + 1, pos, false)?;
                Ok(end.map(|end| (*next, end)))
            }
            Step::Possessive { min, max, next } => {
                let (mut pos, mut count) = (pos, 0u32);
                while *max == FOREVER || count < *max {
                    let Some(end) = self.run(step + 1, pos, false)? else {
                        break;
                    };
                    count = count.saturating_add(1);
                    let is_stuck = end == pos && count >= *min;
                    pos = end;
                    if is_stuck {
                        break;
                    }
                }
                Ok((count >= *min).then_some((*next, pos)))
            }
            _ => Ok(None),
        }
    }

    /// The position this many characters earlier.
    fn back(&self, mut pos: usize, count: u64) -> Option<usize> {
        for _ in 0..count {
            if pos == 0 {
                return None;
            }
            pos = self.before(pos);
        }
        Some(pos)
    }

    fn backref(&self, group: usize, fold: Fold, pos: usize) -> Option<usize> {
        let (start, end) = (self.slots[group * 2], self.slots[group * 2 + 1]);
        if start == NONE || end == NONE || end < start {
            return None;
        }
        if fold == Fold::None {
            let text = &self.text[start..end];
            let is_here = self.text.get(pos..).is_some_and(|t| t.starts_with(text));
            return is_here.then_some(pos + text.len());
        }
        let fold = if fold == Fold::Ascii {
            lower_ascii
        } else {
            lower
        };
        let (mut theirs, mut mine) = (start, pos);
        while theirs < end {
            if mine >= self.text.len() {
                return None;
            }
            let ((a, next_theirs), (b, next_mine)) = (self.char_at(theirs), self.char_at(mine));
            if fold(a) != fold(b) {
                return None;
            }
            (theirs, mine) = (next_theirs, next_mine);
        }
        Some(mine)
    }

    fn is_at(&self, at: At, pos: usize) -> bool {
        let text = self.text;
        let newline = |pos: usize| text.get(pos) == Some(&b'\n');
        match at {
            At::Start => pos == 0,
            At::LineStart => pos == 0 || newline(pos - 1),
            At::End => pos == text.len(),
            At::EndOrLastNewline => pos == text.len() || pos + 1 == text.len() && newline(pos),
            At::LineEnd => pos == text.len() || newline(pos),
            At::Boundary(ascii) => !text.is_empty() && self.is_boundary(pos, ascii),
            At::NotBoundary(ascii) => !text.is_empty() && !self.is_boundary(pos, ascii),
        }
    }

    fn is_boundary(&self, pos: usize, ascii: bool) -> bool {
        let before = pos > 0 && is_word(self.char_at(self.before(pos)).0, ascii);
        let after = pos < self.text.len() && is_word(self.char_at(pos).0, ascii);
        before != after
    }
}
