//! Templates of the `%` operator, for `str` and `bytes`.
//!
//! Only taken apart here. Python reads a template while it fetches the arguments, so an error
//! in it is raised when all before it has been processed: it stands at its place in the pieces.

use crate::number::NumError;

/// A text that can be a template: `str` or `bytes`.
pub trait PercentText: ToOwned {
    /// The bytes; all that means something in a template is ASCII.
    fn bytes(&self) -> &[u8];
    /// A part of the text, between positions that lie beside ASCII characters.
    fn part(&self, start: usize, end: usize) -> Self::Owned;
    /// The character at a position, and its length in bytes.
    fn character(&self, position: usize) -> (char, usize);
    /// How many characters stand before a position.
    fn index(&self, position: usize) -> usize;
    /// `prec` or `precision`: the word in the error text for too large a number.
    const PRECISION: &'static str;
}

impl PercentText for str {
    fn bytes(&self) -> &[u8] {
        self.as_bytes()
    }

    fn part(&self, start: usize, end: usize) -> String {
        self[start..end].to_owned()
    }

    fn character(&self, position: usize) -> (char, usize) {
        match self[position..].chars().next() {
            Some(c) => (c, c.len_utf8()),
            None => ('\0', 0),
        }
    }

    fn index(&self, position: usize) -> usize {
        self[..position].chars().count()
    }

    const PRECISION: &'static str = "precision";
}

impl PercentText for [u8] {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn part(&self, start: usize, end: usize) -> Vec<u8> {
        self[start..end].to_owned()
    }

    fn character(&self, position: usize) -> (char, usize) {
        (char::from(self[position]), 1)
    }

    fn index(&self, position: usize) -> usize {
        position
    }

    const PRECISION: &'static str = "prec";
}

/// A piece of a template; `T` is `String` or `Vec<u8>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PercentPiece<T> {
    /// Text that stays as it is (`%%` is a literal `%`).
    Literal(T),
    /// A place for an argument.
    Directive(Directive<T>),
}

/// `%[(key)][flags][width][.precision]conversion`
///
/// To be processed in the order of the fields: a key asks for a mapping and is looked up, then
/// a width of `*` takes an argument, then a precision of `*`, then `conversion` tells whether
/// there is an error or the argument is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<T> {
    /// The key in parentheses.
    pub key: Option<Key<T>>,
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: Option<Count>,
    /// The number after the point.
    pub precision: Option<Count>,
    /// What the argument becomes.
    pub conversion: Conversion,
}

/// The key of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key<T> {
    /// The text between the parentheses.
    Name(T),
    /// The closing parenthesis is missing: after the check for a mapping, this error.
    Incomplete(NumError),
}

/// The flags of a directive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
}

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// A number in the template.
    Number(usize),
    /// `*`: the next argument.
    Star,
}

/// The end of a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// One of `d i u o x X e E f F g G c r s a`, in `bytes` also `b`.
    Of(char),
    /// The argument is fetched, then this error is raised.
    Unsupported(NumError),
    /// The template breaks off: this error, before an argument is fetched.
    Broken(NumError),
}

/// Takes a template apart.
pub fn parse_percent<T: PercentText + ?Sized>(text: &T) -> Vec<PercentPiece<T::Owned>> {
    let mut parser = Parser {
        text,
        position: 0,
        is_behind_digits: false,
    };
    let mut pieces = Vec::new();
    while parser.position < text.bytes().len() {
        let start = parser.position;
        let rest = &text.bytes()[start..];
        let length = rest.iter().position(|&b| b == b'%').unwrap_or(rest.len());
        let after = start + length;
        // The first percent sign of a pair is the end of the literal.
        let is_pair = rest.get(length + 1) == Some(&b'%');
        let end = after + usize::from(is_pair);
        if end > start {
            pieces.push(PercentPiece::Literal(text.part(start, end)));
        }
        parser.position = end + 1;
        if !is_pair && length < rest.len() {
            let directive = parser.directive();
            let is_last = !matches!(
                directive,
                Directive {
                    key: None | Some(Key::Name(_)),
                    conversion: Conversion::Of(_),
                    ..
                }
            );
            pieces.push(PercentPiece::Directive(directive));
            if is_last {
                break;
            }
        }
    }
    pieces
}

struct Parser<'a, T: PercentText + ?Sized> {
    text: &'a T,
    position: usize,
    /// What was read last is a width or precision in digits.
    is_behind_digits: bool,
}

impl<T: PercentText + ?Sized> Parser<'_, T> {
    fn peek(&self) -> Option<u8> {
        self.text.bytes().get(self.position).copied()
    }

    /// Reads a directive behind its percent sign.
    fn directive(&mut self) -> Directive<T::Owned> {
        let mut directive = Directive {
            key: None,
            flags: Flags::default(),
            width: None,
            precision: None,
            conversion: Conversion::Broken(NumError::Value("incomplete format".into())),
        };
        if self.peek() == Some(b'(') {
            let key = self.key();
            let is_complete = matches!(key, Key::Name(_));
            directive.key = Some(key);
            if !is_complete {
                return directive;
            }
        }
        directive.flags = self.flags();
        if let Err(error) = self.counts(&mut directive) {
            directive.conversion = Conversion::Broken(error);
            return directive;
        }
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.position += 1;
            self.is_behind_digits = false;
        }
        if self.peek().is_some() {
            directive.conversion = self.conversion();
        }
        directive
    }

    /// Reads `(key)`; parentheses inside it are in pairs.
    fn key(&mut self) -> Key<T::Owned> {
        let start = self.position + 1;
        let mut depth = 0usize;
        for (index, byte) in self.text.bytes().iter().enumerate().skip(self.position) {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.position = index + 1;
                return Key::Name(self.text.part(start, index));
            }
        }
        Key::Incomplete(NumError::Value("incomplete format key".into()))
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.peek() {
                Some(b'-') => flags.left = true,
                Some(b'+') => flags.plus = true,
                Some(b' ') => flags.blank = true,
                Some(b'#') => flags.alternate = true,
                Some(b'0') => flags.zero = true,
                _ => return flags,
            }
            self.position += 1;
        }
    }

    fn counts(&mut self, directive: &mut Directive<T::Owned>) -> Result<(), NumError> {
        directive.width = self.count("width", i64::MAX)?;
        if self.peek() == Some(b'.') {
            self.position += 1;
            let precision = self.count(T::PRECISION, i64::from(i32::MAX))?;
            directive.precision = Some(precision.unwrap_or(Count::Number(0)));
        }
        Ok(())
    }

    /// Reads a number or a star.
    fn count(&mut self, name: &str, most: i64) -> Result<Option<Count>, NumError> {
        self.is_behind_digits = false;
        if self.peek() == Some(b'*') {
            self.position += 1;
            return Ok(Some(Count::Star));
        }
        let mut number = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let digit = i64::from(digit - b'0');
            let n = number.unwrap_or(0);
            if n > (most - digit) / 10 {
                return Err(NumError::Value(format!("{name} too big")));
            }
            number = Some(n * 10 + digit);
            self.position += 1;
        }
        self.is_behind_digits = number.is_some();
        Ok(number.map(|n| Count::Number(n as usize)))
    }

    fn conversion(&mut self) -> Conversion {
        let (c, length) = self.text.character(self.position);
        let position = self.position;
        self.position += length;
        let is_known = match c {
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'c' | 'r'
            | 's' | 'a' => true,
            'b' => T::PRECISION == <[u8] as PercentText>::PRECISION,
            _ => false,
        };
        if is_known {
            return Conversion::Of(c);
        }
        let is_byte = T::PRECISION == "prec" && !c.is_ascii();
        if is_byte && !self.is_behind_digits {
            // CPython cannot show it, being negative there (behind digits it is not).
            let text = "character argument not in range(0x110000)";
            return Conversion::Unsupported(NumError::Overflow(text.into()));
        }
        let is_shown = is_byte || ('\x1f'..='}').contains(&c);
        let shown = if is_shown { c } else { '?' };
        let code = u32::from(c);
        let index = self.text.index(position);
        Conversion::Unsupported(NumError::Value(format!(
            "unsupported format character '{shown}' (0x{code:x}) at index {index}"
        )))
    }
}
