//! Reading a pattern or a template character by character; a backslash and what follows it come
//! together. Positions are in characters, for the errors.

use super::syntax::flag;

/// What is wrong with a pattern.
#[derive(Debug)]
pub enum Fault {
    /// A `PatternError`: the message and the position, if there is one.
    Pattern(String, Option<usize>),
    /// `OverflowError`.
    Overflow(&'static str),
    /// `ValueError`.
    Value(&'static str),
    /// `IndexError`.
    Index(String),
}

/// What reading a pattern gives.
pub type Parsed<T> = Result<T, Fault>;

/// A character, or an escape: the character behind the backslash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token {
    /// A plain character.
    Plain(char),
    /// `\` and a character.
    Escape(char),
}

impl Token {
    /// How many characters it is.
    pub fn len(self) -> usize {
        match self {
            Token::Plain(_) => 1,
            Token::Escape(_) => 2,
        }
    }

    /// As it is written.
    pub fn text(self) -> String {
        match self {
            Token::Plain(c) => c.to_string(),
            Token::Escape(c) => format!("\\{c}"),
        }
    }
}

/// A reader over a pattern. Bytes are characters below 256.
pub struct Reader {
    chars: Vec<char>,
    index: usize,
    /// What comes next.
    pub next: Option<Token>,
    /// A pattern of text, not of bytes.
    pub is_text: bool,
}

impl Reader {
    /// A reader at the start.
    pub fn new(text: &str, is_text: bool) -> Parsed<Reader> {
        let mut reader = Reader {
            chars: text.chars().collect(),
            index: 0,
            next: None,
            is_text,
        };
        reader.advance()?;
        Ok(reader)
    }

    fn advance(&mut self) -> Parsed<()> {
        let Some(&c) = self.chars.get(self.index) else {
            self.next = None;
            return Ok(());
        };
        self.index += 1;
        self.next = Some(Token::Plain(c));
        if c == '\\' {
            match self.chars.get(self.index) {
                Some(&c) => self.next = Some(Token::Escape(c)),
                None => {
                    let at = self.chars.len() - 1;
                    return Err(Fault::Pattern(
                        "bad escape (end of pattern)".into(),
                        Some(at),
                    ));
                }
            }
            self.index += 1;
        }
        Ok(())
    }

    /// Takes what is next.
    pub fn get(&mut self) -> Parsed<Option<Token>> {
        let this = self.next;
        self.advance()?;
        Ok(this)
    }

    /// Takes this character if it is next.
    pub fn take(&mut self, c: char) -> Parsed<bool> {
        let is_next = self.next == Some(Token::Plain(c));
        if is_next {
            self.advance()?;
        }
        Ok(is_next)
    }

    /// The next character, if it is not escaped.
    pub fn peek(&self) -> Option<char> {
        match self.next {
            Some(Token::Plain(c)) => Some(c),
            _ => None,
        }
    }

    /// Takes up to `most` characters of this sort.
    pub fn take_while(&mut self, most: usize, is: impl Fn(char) -> bool) -> Parsed<String> {
        let mut text = String::new();
        while text.len() < most
            && let Some(c) = self.peek()
            && is(c)
        {
            text.push(c);
            self.advance()?;
        }
        Ok(text)
    }

    /// Takes everything up to `end`, which is taken as well.
    pub fn until(&mut self, end: char, what: &str) -> Parsed<String> {
        let mut text = String::new();
        loop {
            let Some(this) = self.get()? else {
                if text.is_empty() {
                    return Err(self.error(format!("missing {what}"), 0));
                }
                let len = text.chars().count();
                return Err(self.error(format!("missing {end}, unterminated name"), len));
            };
            if this == Token::Plain(end) {
                if text.is_empty() {
                    return Err(self.error(format!("missing {what}"), 1));
                }
                return Ok(text);
            }
            text.push_str(&this.text());
        }
    }

    /// Where the next token starts.
    pub fn tell(&self) -> usize {
        self.index - self.next.map_or(0, Token::len)
    }

    /// Goes to this position.
    pub fn seek(&mut self, index: usize) -> Parsed<()> {
        self.index = index;
        self.advance()
    }

    /// An error `back` characters before here.
    pub fn error(&self, message: impl Into<String>, back: usize) -> Fault {
        Fault::Pattern(message.into(), Some(self.tell().saturating_sub(back)))
    }

    /// Raises an error unless `name` may name a group.
    pub fn check_name(&self, name: &str, offset: usize) -> Parsed<()> {
        use aio_interp::text::{classify, repr};
        let shown = if !self.is_text && !name.is_ascii() {
            repr::ascii(name)
        } else if !classify::is_identifier(name) {
            repr::repr(name)
        } else {
            return Ok(());
        };
        let message = format!("bad character in group name {shown}");
        Err(self.error(message, name.chars().count() + offset))
    }
}

/// The flag of an inline letter.
pub fn inline_flag(c: char) -> Option<u32> {
    Some(match c {
        'i' => flag::IGNORECASE,
        'L' => flag::LOCALE,
        'm' => flag::MULTILINE,
        's' => flag::DOTALL,
        'x' => flag::VERBOSE,
        'a' => flag::ASCII,
        'u' => flag::UNICODE,
        _ => return None,
    })
}

/// The number of decimal digits.
pub fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(u64::MAX)
}
