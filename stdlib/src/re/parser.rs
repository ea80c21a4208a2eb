//! Patterns to trees, with the errors that CPython has for what is no pattern.

use std::collections::HashMap;

use aio_interp::text::repr;

use super::charset::{Case, SetBuilder, is_cased};
use super::escape::{self, InSet};
use super::reader::{Fault, Parsed, Reader, Token, inline_flag, number};
use super::syntax::{At, FOREVER, Greed, Node, flag};

/// A pattern that was read.
pub struct Parse {
    /// The whole pattern.
    pub node: Node,
    /// The flags, those of the pattern itself included.
    pub flags: u32,
    /// How many groups there are, the whole match included.
    pub groups: u32,
    /// The numbers of named groups, by number.
    pub names: Vec<(String, u32)>,
}

/// Reads a pattern.
pub struct Parser {
    pub(super) reader: Reader,
    /// The flags of the whole pattern.
    flags: u32,
    /// The flags here.
    here: u32,
    /// How long matches of each group are; `None` while it is open.
    widths: Vec<Option<(u64, u64)>>,
    names: HashMap<String, u32>,
    /// Where a conditional referred to a group that was not there yet.
    referred: Vec<(u32, usize)>,
    /// In a look-behind: the number of groups before it.
    behind: Option<u32>,
    depth: u32,
}

/// Groups may nest this deep.
const DEEPEST: u32 = 400;

/// What an open parenthesis begins.
enum Opened {
    /// Nothing: a comment, or flags.
    Nothing,
    /// This, already closed.
    Node(Node),
    /// A group: its name, or what sort it is.
    Capture(Option<String>),
    Plain,
    Atomic,
    /// With flags on and off.
    Flags(u32, u32),
}

/// Reads the whole of a pattern.
pub fn parse(text: &str, is_text: bool, flags: u32) -> Parsed<Parse> {
    let mut parser = Parser {
        reader: Reader::new(text, is_text)?,
        flags,
        here: fix_flags(is_text, flags)?,
        widths: vec![None],
        names: HashMap::new(),
        referred: Vec::new(),
        behind: None,
        depth: 0,
    };
    let node = parser.alternatives(true)?;
    let flags = fix_flags(is_text, parser.flags)?;
    if parser.reader.next.is_some() {
        return Err(parser.reader.error("unbalanced parenthesis", 0));
    }
    let groups = parser.group_count();
    if let Some((group, at)) = parser.referred.iter().find(|(g, _)| *g >= groups) {
        return Err(Fault::Pattern(
            format!("invalid group reference {group}"),
            Some(*at),
        ));
    }
    check_behinds(&node, &parser.widths)?;
    let mut names: Vec<_> = parser.names.into_iter().collect();
    names.sort_by_key(|(_, group)| *group);
    Ok(Parse {
        node,
        flags,
        groups,
        names,
    })
}

fn fix_flags(is_text: bool, mut flags: u32) -> Parsed<u32> {
    if is_text {
        if flags & flag::LOCALE != 0 {
            return Err(Fault::Value("cannot use LOCALE flag with a str pattern"));
        }
        if flags & flag::ASCII != 0 && flags & flag::UNICODE != 0 {
            return Err(Fault::Value("ASCII and UNICODE flags are incompatible"));
        }
        if flags & flag::ASCII == 0 {
            flags |= flag::UNICODE;
        }
    } else {
        if flags & flag::UNICODE != 0 {
            return Err(Fault::Value("cannot use UNICODE flag with a bytes pattern"));
        }
        if flags & flag::LOCALE != 0 && flags & flag::ASCII != 0 {
            return Err(Fault::Value("ASCII and LOCALE flags are incompatible"));
        }
    }
    Ok(flags)
}

/// Look-behinds must have one width.
fn check_behinds(node: &Node, widths: &[Option<(u64, u64)>]) -> Parsed<()> {
    match node {
        Node::Look { behind, body, .. } => {
            let (lo, hi) = body.width(widths);
            if *behind && lo != hi {
                let message = "look-behind requires fixed-width pattern";
                return Err(Fault::Pattern(message.into(), None));
            }
            check_behinds(body, widths)
        }
        Node::Concat(items) | Node::Alt(items) => {
            items.iter().try_for_each(|n| check_behinds(n, widths))
        }
        Node::Group(_, body) | Node::Atomic(body) | Node::Repeat { body, .. } => {
            check_behinds(body, widths)
        }
        Node::Conditional(_, yes, no) => {
            check_behinds(yes, widths)?;
            check_behinds(no, widths)
        }
        _ => Ok(()),
    }
}

impl Parser {
    /// Letters are ASCII letters here.
    pub(super) fn is_ascii(&self) -> bool {
        !self.reader.is_text || self.here & flag::ASCII != 0
    }

    fn case(&self) -> Case {
        match self.here & flag::IGNORECASE != 0 {
            false => Case::Matters,
            true if self.is_ascii() => Case::AsciiIgnored,
            true => Case::Ignored,
        }
    }

    /// How many groups there are so far, the whole match included.
    pub(super) fn group_count(&self) -> u32 {
        self.widths.len() as u32
    }

    /// True if the group is complete.
    pub(super) fn is_closed(&self, group: u32) -> bool {
        self.widths.get(group as usize).is_some_and(Option::is_some)
    }

    /// Raises an error if a look-behind must not refer to this group.
    pub(super) fn check_behind(&self, group: u32) -> Parsed<()> {
        let Some(before) = self.behind else {
            return Ok(());
        };
        if !self.is_closed(group) {
            return Err(self.reader.error("cannot refer to an open group", 0));
        }
        if group >= before {
            let message = "cannot refer to group defined in the same lookbehind subpattern";
            return Err(self.reader.error(message, 0));
        }
        Ok(())
    }

    /// A character that stands for itself.
    pub(super) fn literal(&self, c: u32) -> Node {
        let case = self.case();
        if !is_cased(c, case) {
            return Node::Char(c);
        }
        self.set(SetBuilder {
            ranges: vec![(c, c)],
            ..SetBuilder::default()
        })
    }

    /// A class of characters.
    pub(super) fn class(&self, classes: u8) -> Node {
        self.set(SetBuilder {
            classes,
            ..SetBuilder::default()
        })
    }

    fn set(&self, set: SetBuilder) -> Node {
        Node::Set(Box::new(set.build(self.is_ascii(), self.case())))
    }

    /// A reference back to a group.
    pub(super) fn backref(&self, group: u32) -> Node {
        let ignores = self.here & flag::IGNORECASE != 0;
        Node::Backref(group, ignores, self.is_ascii())
    }

    /// `a|b|c`
    fn alternatives(&mut self, is_top: bool) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.reader.error("groups nest too deep", 0));
        }
        let mut branches = vec![self.sequence(is_top)?];
        while self.reader.take('|')? {
            branches.push(self.sequence(false)?);
        }
        self.depth -= 1;
        if branches.len() > 1 {
            return Ok(Node::Alt(branches));
        }
        Ok(branches.pop().unwrap_or_else(Node::empty))
    }

    /// One thing after another, up to `|`, `)` or the end. Flags of the whole pattern may be at
    /// its very start only.
    fn sequence(&mut self, is_first: bool) -> Parsed<Node> {
        let mut items = Vec::new();
        loop {
            if matches!(self.reader.peek(), Some('|' | ')')) {
                break;
            }
            let Some(this) = self.reader.get()? else {
                break;
            };
            let c = match this {
                Token::Escape(c) => {
                    items.push(escape::outside(self, c)?);
                    continue;
                }
                Token::Plain(c) => c,
            };
            if self.here & flag::VERBOSE != 0 && self.skip(c)? {
                continue;
            }
            match c {
                '[' => items.push(self.bracket()?),
                '*' | '+' | '?' | '{' => self.repeat(c, &mut items)?,
                '.' => items.push(Node::Any(self.here & flag::DOTALL != 0)),
                '(' => {
                    let is_start = is_first && items.is_empty();
                    if let Some(node) = self.parenthesis(is_start)? {
                        items.push(node);
                    }
                }
                '^' => items.push(Node::At(self.line(At::LineStart, At::Start))),
                '$' => items.push(Node::At(self.line(At::LineEnd, At::EndOrLastNewline))),
                c => items.push(self.literal(c as u32)),
            }
        }
        Ok(match items.len() {
            1 => items.remove(0),
            _ => Node::Concat(items),
        })
    }

    fn line(&self, multiline: At, plain: At) -> At {
        match self.here & flag::MULTILINE != 0 {
            true => multiline,
            false => plain,
        }
    }

    /// In a verbose pattern: true for white space and comments, which are passed.
    fn skip(&mut self, c: char) -> Parsed<bool> {
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c') {
            return Ok(true);
        }
        if c != '#' {
            return Ok(false);
        }
        while let Some(this) = self.reader.get()? {
            if this == Token::Plain('\n') {
                break;
            }
        }
        Ok(true)
    }

    /// The rest of `[...]`.
    fn bracket(&mut self) -> Parsed<Node> {
        let here = self.reader.tell() - 1;
        let mut set = SetBuilder {
            negated: self.reader.take('^')?,
            ..SetBuilder::default()
        };
        let mut is_empty = true;
        loop {
            let this = self.in_bracket(here)?;
            if this == Token::Plain(']') && !is_empty {
                break;
            }
            is_empty = false;
            let low = self.member(this)?;
            if !self.reader.take('-')? {
                add(&mut set, &low, None);
                continue;
            }
            let that = self.in_bracket(here)?;
            if that == Token::Plain(']') {
                add(&mut set, &low, None);
                set.ranges.push(('-' as u32, '-' as u32));
                break;
            }
            let high = self.member(that)?;
            let is_range = match (&low, &high) {
                (InSet::Char(low), InSet::Char(high)) => low <= high,
                _ => false,
            };
            if !is_range {
                let (this, that) = (this.text(), that.text());
                let len = this.chars().count() + 1 + that.chars().count();
                return Err(self
                    .reader
                    .error(format!("bad character range {this}-{that}"), len));
            }
            add(&mut set, &low, Some(&high));
        }
        if let [(lo, hi)] = set.ranges[..]
            && lo == hi
            && !set.negated
            && set.classes == 0
        {
            return Ok(self.literal(lo));
        }
        Ok(self.set(set))
    }

    fn in_bracket(&mut self, start: usize) -> Parsed<Token> {
        match self.reader.get()? {
            Some(token) => Ok(token),
            None => {
                let back = self.reader.tell() - start;
                Err(self.reader.error("unterminated character set", back))
            }
        }
    }

    fn member(&mut self, token: Token) -> Parsed<InSet> {
        match token {
            Token::Plain(c) => Ok(InSet::Char(c as u32)),
            Token::Escape(c) => escape::in_set(&mut self.reader, c),
        }
    }

    /// A repetition of the last item.
    fn repeat(&mut self, c: char, items: &mut Vec<Node>) -> Parsed<()> {
        let here = self.reader.tell();
        let (min, max) = match c {
            '?' => (0, 1),
            '*' => (0, FOREVER),
            '+' => (1, FOREVER),
            _ => match self.bounds(here)? {
                Some(bounds) => bounds,
                None => {
                    items.push(self.literal('{' as u32));
                    return Ok(());
                }
            },
        };
        let back = self.reader.tell() - here + 1;
        let item = match items.pop() {
            None | Some(Node::At(_)) => return Err(self.reader.error("nothing to repeat", back)),
            Some(Node::Repeat { .. }) => return Err(self.reader.error("multiple repeat", back)),
            Some(item) => item,
        };
        let greed = if self.reader.take('?')? {
            Greed::Lazy
        } else if self.reader.take('+')? {
            Greed::Possessive
        } else {
            Greed::Greedy
        };
        items.push(Node::Repeat {
            min,
            max,
            greed,
            body: Box::new(item),
        });
        Ok(())
    }

    /// The rest of `{m,n}`, or `None` if it is none.
    fn bounds(&mut self, here: usize) -> Parsed<Option<(u32, u32)>> {
        if self.reader.peek() == Some('}') {
            return Ok(None);
        }
        let digits = |c: char| c.is_ascii_digit();
        let low = self.reader.take_while(usize::MAX, digits)?;
        let high = match self.reader.take(',')? {
            true => self.reader.take_while(usize::MAX, digits)?,
            false => low.clone(),
        };
        if !self.reader.take('}')? {
            self.reader.seek(here)?;
            return Ok(None);
        }
        let limit = |digits: &str, absent: u32| match digits {
            "" => Ok(absent),
            _ => match number(digits) {
                n if n < FOREVER.into() => Ok(n as u32),
                _ => Err(Fault::Overflow("the repetition number is too large")),
            },
        };
        let (min, max) = (limit(&low, 0)?, limit(&high, FOREVER)?);
        if max < min {
            let back = self.reader.tell() - here;
            return Err(self
                .reader
                .error("min repeat greater than max repeat", back));
        }
        Ok(Some((min, max)))
    }

    /// What begins with `(`.
    fn parenthesis(&mut self, may_be_global: bool) -> Parsed<Option<Node>> {
        let start = self.reader.tell() - 1;
        let opened = match self.reader.take('?')? {
            true => self.extension(start, may_be_global)?,
            false => Opened::Capture(None),
        };
        let outer = self.here;
        let (mut number, mut atomic) = (None, false);
        match opened {
            Opened::Nothing => return Ok(None),
            Opened::Node(node) => return Ok(Some(node)),
            Opened::Capture(name) => number = Some(self.open_group(name)?),
            Opened::Plain => {}
            Opened::Atomic => atomic = true,
            Opened::Flags(on, off) => {
                if on & flag::TYPE != 0 {
                    self.here &= !flag::TYPE;
                }
                self.here = (self.here | on) & !off;
            }
        }
        let body = self.alternatives(false)?;
        self.here = outer;
        self.close(start)?;
        if let Some(number) = number {
            self.widths[number as usize] = Some(body.width(&self.widths));
        }
        Ok(Some(match atomic {
            true => Node::Atomic(Box::new(body)),
            false => Node::Group(number, Box::new(body)),
        }))
    }

    fn open_group(&mut self, name: Option<String>) -> Parsed<u32> {
        let group = self.group_count();
        if let Some(name) = name {
            let shown = repr::repr(&name);
            let len = name.chars().count() + 1;
            if let Some(old) = self.names.insert(name, group) {
                let message =
                    format!("redefinition of group name {shown} as group {group}; was group {old}");
                return Err(self.reader.error(message, len));
            }
        }
        self.widths.push(None);
        Ok(group)
    }

    fn close(&mut self, start: usize) -> Parsed<()> {
        if self.reader.take(')')? {
            return Ok(());
        }
        let back = self.reader.tell() - start;
        Err(self
            .reader
            .error("missing ), unterminated subpattern", back))
    }

    fn end(&self) -> Fault {
        self.reader.error("unexpected end of pattern", 0)
    }

    /// The rest of `(?...`.
    fn extension(&mut self, start: usize, may_be_global: bool) -> Parsed<Opened> {
        let c = self.reader.get()?.ok_or_else(|| self.end())?;
        match c {
            Token::Plain('P') => self.named(),
            Token::Plain(':') => Ok(Opened::Plain),
            Token::Plain('>') => Ok(Opened::Atomic),
            Token::Plain('#') => self.comment(start),
            Token::Plain(c @ ('=' | '!' | '<')) => self.look(c, start).map(Opened::Node),
            Token::Plain('(') => self.conditional(start).map(Opened::Node),
            Token::Plain(c) if c == '-' || inline_flag(c).is_some() => {
                let Some((on, off)) = self.inline_flags(c)? else {
                    if !may_be_global {
                        let message = "global flags not at the start of the expression";
                        let back = self.reader.tell() - start;
                        return Err(self.reader.error(message, back));
                    }
                    return Ok(Opened::Nothing);
                };
                Ok(Opened::Flags(on, off))
            }
            other => {
                let text = other.text();
                let message = format!("unknown extension ?{text}");
                Err(self.reader.error(message, text.chars().count() + 1))
            }
        }
    }

    /// The rest of `(?P`.
    fn named(&mut self) -> Parsed<Opened> {
        if self.reader.take('<')? {
            let name = self.reader.until('>', "group name")?;
            self.reader.check_name(&name, 1)?;
            return Ok(Opened::Capture(Some(name)));
        }
        if self.reader.take('=')? {
            let name = self.reader.until(')', "group name")?;
            self.reader.check_name(&name, 1)?;
            let group = self.group_named(&name)?;
            if !self.is_closed(group) {
                let back = name.chars().count() + 1;
                return Err(self.reader.error("cannot refer to an open group", back));
            }
            self.check_behind(group)?;
            return Ok(Opened::Node(self.backref(group)));
        }
        let text = self.reader.get()?.ok_or_else(|| self.end())?.text();
        let back = text.chars().count() + 2;
        Err(self
            .reader
            .error(format!("unknown extension ?P{text}"), back))
    }

    fn group_named(&self, name: &str) -> Parsed<u32> {
        self.names.get(name).copied().ok_or_else(|| {
            let message = format!("unknown group name {}", repr::repr(name));
            self.reader.error(message, name.chars().count() + 1)
        })
    }

    fn comment(&mut self, start: usize) -> Parsed<Opened> {
        loop {
            match self.reader.get()? {
                None => {
                    let back = self.reader.tell() - start;
                    return Err(self.reader.error("missing ), unterminated comment", back));
                }
                Some(Token::Plain(')')) => return Ok(Opened::Nothing),
                Some(_) => {}
            }
        }
    }

    /// The rest of a look ahead or behind.
    fn look(&mut self, c: char, start: usize) -> Parsed<Node> {
        let mut sign = Token::Plain(c);
        let outer = self.behind;
        let behind = c == '<';
        if behind {
            sign = self.reader.get()?.ok_or_else(|| self.end())?;
            if !matches!(sign, Token::Plain('=' | '!')) {
                let text = sign.text();
                let back = text.chars().count() + 2;
                return Err(self
                    .reader
                    .error(format!("unknown extension ?<{text}"), back));
            }
            self.behind = outer.or(Some(self.group_count()));
        }
        let body = self.alternatives(false)?;
        self.behind = outer;
        self.close(start)?;
        let negated = sign == Token::Plain('!');
        if negated && body.is_empty() {
            return Ok(Node::Fail);
        }
        Ok(Node::Look {
            behind,
            negated,
            body: Box::new(body),
        })
    }

    /// The rest of `(?(1)yes|no)`.
    fn conditional(&mut self, start: usize) -> Parsed<Node> {
        let name = self.reader.until(')', "group name")?;
        let len = name.chars().count() + 1;
        let group = if name.bytes().all(|b| b.is_ascii_digit()) {
            let group = number(&name);
            if group == 0 {
                return Err(self.reader.error("bad group number", len));
            }
            let Ok(group) = u32::try_from(group)
                .map_err(|_| ())
                .and_then(|g| (g < 1 << 30).then_some(g).ok_or(()))
            else {
                return Err(self
                    .reader
                    .error(format!("invalid group reference {name}"), len));
            };
            if !self.referred.iter().any(|(g, _)| *g == group) {
                let at = self.reader.tell().saturating_sub(len);
                self.referred.push((group, at));
            }
            group
        } else {
            self.reader.check_name(&name, 1)?;
            self.group_named(&name)?
        };
        self.check_behind(group)?;
        let yes = self.sequence(false)?;
        let mut no = Node::empty();
        if self.reader.take('|')? {
            no = self.sequence(false)?;
            if self.reader.peek() == Some('|') {
                let message = "conditional backref with more than two branches";
                return Err(self.reader.error(message, 0));
            }
        }
        self.close(start)?;
        Ok(Node::Conditional(group, Box::new(yes), Box::new(no)))
    }

    /// The rest of `(?aiLmsux-imsx:`; `None` for flags of the whole pattern, which are set.
    fn inline_flags(&mut self, first: char) -> Parsed<Option<(u32, u32)>> {
        let (mut on, mut off) = (0, 0);
        let mut c = first;
        while c != '-' && c != ')' && c != ':' {
            on |= self.flag_on(c, on)?;
            c = self.flag_or("missing -, : or )", "-:)")?;
        }
        if c == ')' {
            self.flags |= on;
            self.here = fix_flags(self.reader.is_text, self.here & !flag::UNICODE | on)?;
            return Ok(None);
        }
        if c == '-' {
            c = self.flag_or("missing flag", "")?;
            while c != ':' {
                let bit = inline_flag(c).unwrap_or(0);
                if bit & flag::TYPE != 0 {
                    let message = "bad inline flags: cannot turn off flags 'a', 'u' and 'L'";
                    return Err(self.reader.error(message, 0));
                }
                off |= bit;
                c = self.flag_or("missing :", ":")?;
            }
        }
        if on & off != 0 {
            return Err(self
                .reader
                .error("bad inline flags: flag turned on and off", 1));
        }
        Ok(Some((on, off)))
    }

    fn flag_on(&self, c: char, on: u32) -> Parsed<u32> {
        let bit = inline_flag(c).unwrap_or(0);
        let wrong = match (c, self.reader.is_text) {
            ('L', true) => Some("cannot use 'L' flag with a str pattern"),
            ('u', false) => Some("cannot use 'u' flag with a bytes pattern"),
            _ if bit & flag::TYPE != 0 && (on | bit) & flag::TYPE != bit => {
                Some("flags 'a', 'u' and 'L' are incompatible")
            }
            _ => None,
        };
        match wrong {
            Some(wrong) => Err(self.reader.error(format!("bad inline flags: {wrong}"), 0)),
            None => Ok(bit),
        }
    }

    /// The next flag, or one of the characters in `ends`.
    fn flag_or(&mut self, missing: &str, ends: &str) -> Parsed<char> {
        let Some(token) = self.reader.get()? else {
            return Err(self.reader.error(missing, 0));
        };
        match token {
            Token::Plain(c) if ends.contains(c) || inline_flag(c).is_some() => Ok(c),
            Token::Plain(c) if c.is_alphabetic() => Err(self.reader.error("unknown flag", 1)),
            other => Err(self.reader.error(missing, other.len())),
        }
    }
}

fn add(set: &mut SetBuilder, low: &InSet, high: Option<&InSet>) {
    match (low, high) {
        (InSet::Char(lo), Some(InSet::Char(hi))) => set.ranges.push((*lo, *hi)),
        (InSet::Char(c), _) => set.ranges.push((*c, *c)),
        (InSet::Class(class), _) => set.classes |= class,
    }
}
