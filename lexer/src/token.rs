//! The tokens that the parser reads.
//!
//! Values are final here: names are normalised, escapes are processed, numbers are numbers.
//! How they are found in the text is not here (`raw`, `lexer`, `string`, `fstring`).

use std::fmt;

/// A token of the language.
///
/// An f-string is a run of tokens, `FStringStart` to `FStringEnd`, with those of its
/// expressions in between:
///
/// ```text
/// f"a{x!r:>{w}}"    FStringStart FStringMiddle("a")
///                   FStringOpen Name("x") FStringConversion('r')
///                   FStringColon FStringMiddle(">") FStringOpen Name("w") FStringClose
///                   FStringClose FStringEnd
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// `False`
    False,
    /// `None`
    None,
    /// `True`
    True,
    /// `and`
    And,
    /// `as`
    As,
    /// `assert`
    Assert,
    /// `async`
    Async,
    /// `await`
    Await,
    /// `break`
    Break,
    /// `class`
    Class,
    /// `continue`
    Continue,
    /// `def`
    Def,
    /// `del`
    Del,
    /// `elif`
    Elif,
    /// `else`
    Else,
    /// `except`
    Except,
    /// `finally`
    Finally,
    /// `for`
    For,
    /// `from`
    From,
    /// `global`
    Global,
    /// `if`
    If,
    /// `import`
    Import,
    /// `in`
    In,
    /// `is`
    Is,
    /// `lambda`
    Lambda,
    /// `nonlocal`
    Nonlocal,
    /// `not`
    Not,
    /// `or`
    Or,
    /// `pass`
    Pass,
    /// `raise`
    Raise,
    /// `return`
    Return,
    /// `try`
    Try,
    /// `while`
    While,
    /// `with`
    With,
    /// `yield`
    Yield,
    /// `match`, a keyword in a few places and a name everywhere else
    Match,
    /// `case`, a keyword in a few places and a name everywhere else
    Case,
    /// `type`, a keyword in a few places and a name everywhere else
    Type,
    /// `_`, a keyword in a few places and a name everywhere else
    Underscore,
    /// `(`
    LParen,
    /// `)`
    RParen,
    /// `[`
    LBracket,
    /// `]`
    RBracket,
    /// `{`
    LBrace,
    /// `}`
    RBrace,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// `...`
    Ellipsis,
    /// `->`
    Arrow,
    /// `:=`
    ColonEqual,
    /// `@`
    At,
    /// `=`
    Equal,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `**`
    DoubleStar,
    /// `/`
    Slash,
    /// `//`
    DoubleSlash,
    /// `%`
    Percent,
    /// `|`
    Pipe,
    /// `&`
    Ampersand,
    /// `^`
    Caret,
    /// `~`
    Tilde,
    /// `<<`
    LeftShift,
    /// `>>`
    RightShift,
    /// `==`
    EqualEqual,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+=`
    PlusEqual,
    /// `-=`
    MinusEqual,
    /// `*=`
    StarEqual,
    /// `**=`
    DoubleStarEqual,
    /// `/=`
    SlashEqual,
    /// `//=`
    DoubleSlashEqual,
    /// `%=`
    PercentEqual,
    /// `@=`
    AtEqual,
    /// `|=`
    PipeEqual,
    /// `&=`
    AmpersandEqual,
    /// `^=`
    CaretEqual,
    /// `<<=`
    LeftShiftEqual,
    /// `>>=`
    RightShiftEqual,
    /// An identifier, NFKC-normalised.
    Name(Box<str>),
    /// An integer literal that fits 64 bits.
    Int(i64),
    /// A longer integer literal: its digits without prefix and underscores.
    BigInt {
        /// 2, 8, 10 or 16.
        radix: u8,
        /// Digits of that radix, at least one; letters in either case.
        digits: Box<str>,
    },
    /// A float literal.
    Float(f64),
    /// An imaginary literal: the number before its `j`.
    Imaginary(f64),
    /// A string literal without its quotes, escapes processed. Lone surrogates stand in it as
    /// [`crate::surrogate`] says. Adjacent literals are not joined.
    Str(Box<str>),
    /// A bytes literal without its quotes, escapes processed.
    Bytes(Box<[u8]>),
    /// The prefix and opening quotes of an f-string.
    FStringStart,
    /// Literal text of an f-string or of a format specification in one: escapes processed,
    /// doubled braces made single; never empty.
    FStringMiddle(Box<str>),
    /// The `{` before an expression in an f-string.
    FStringOpen,
    /// The `}` after it.
    FStringClose,
    /// The `=` of `f"{x=}"`: every single `=` of the field outside of brackets. The text to
    /// show reaches from the end of `FStringOpen` to the start of the token after this one
    /// (`FStringConversion`, `FStringColon` or `FStringClose`), spaces included, comments not.
    FStringEqual,
    /// `!r`, `!s` or `!a`: the character after the `!`.
    FStringConversion(char),
    /// The `:` before a format specification.
    FStringColon,
    /// The closing quotes of an f-string.
    FStringEnd,
    /// The end of a logical line.
    Newline,
    /// The start of a block: stands before its first token.
    Indent,
    /// The end of a block: stands after the `Newline` of its last line.
    Dedent,
    /// The end of the source, exactly once, after every open block's `Dedent`.
    EndOfFile,
}

impl Token {
    /// The text of a token that is always written the same way (keywords, soft keywords,
    /// operators); `None` for the others.
    pub const fn spelling(&self) -> Option<&'static str> {
        Some(match self {
            Token::False => "False",
            Token::None => "None",
            Token::True => "True",
            Token::And => "and",
            Token::As => "as",
            Token::Assert => "assert",
            Token::Async => "async",
            Token::Await => "await",
            Token::Break => "break",
            Token::Class => "class",
            Token::Continue => "continue",
            Token::Def => "def",
            Token::Del => "del",
            Token::Elif => "elif",
            Token::Else => "else",
            Token::Except => "except",
            Token::Finally => "finally",
            Token::For => "for",
            Token::From => "from",
            Token::Global => "global",
            Token::If => "if",
            Token::Import => "import",
            Token::In => "in",
            Token::Is => "is",
            Token::Lambda => "lambda",
            Token::Nonlocal => "nonlocal",
            Token::Not => "not",
            Token::Or => "or",
            Token::Pass => "pass",
            Token::Raise => "raise",
            Token::Return => "return",
            Token::Try => "try",
            Token::While => "while",
            Token::With => "with",
            Token::Yield => "yield",
            Token::Match => "match",
            Token::Case => "case",
            Token::Type => "type",
            Token::Underscore => "_",
            Token::LParen => "(",
            Token::RParen => ")",
            Token::LBracket => "[",
            Token::RBracket => "]",
            Token::LBrace => "{",
            Token::RBrace => "}",
            Token::Comma => ",",
            Token::Colon => ":",
            Token::Semicolon => ";",
            Token::Dot => ".",
            Token::Ellipsis => "...",
            Token::Arrow => "->",
            Token::ColonEqual => ":=",
            Token::At => "@",
            Token::Equal => "=",
            Token::Plus => "+",
            Token::Minus => "-",
            Token::Star => "*",
            Token::DoubleStar => "**",
            Token::Slash => "/",
            Token::DoubleSlash => "//",
            Token::Percent => "%",
            Token::Pipe => "|",
            Token::Ampersand => "&",
            Token::Caret => "^",
            Token::Tilde => "~",
            Token::LeftShift => "<<",
            Token::RightShift => ">>",
            Token::EqualEqual => "==",
            Token::NotEqual => "!=",
            Token::Less => "<",
            Token::LessEqual => "<=",
            Token::Greater => ">",
            Token::GreaterEqual => ">=",
            Token::PlusEqual => "+=",
            Token::MinusEqual => "-=",
            Token::StarEqual => "*=",
            Token::DoubleStarEqual => "**=",
            Token::SlashEqual => "/=",
            Token::DoubleSlashEqual => "//=",
            Token::PercentEqual => "%=",
            Token::AtEqual => "@=",
            Token::PipeEqual => "|=",
            Token::AmpersandEqual => "&=",
            Token::CaretEqual => "^=",
            Token::LeftShiftEqual => "<<=",
            Token::RightShiftEqual => ">>=",
            _ => return None,
        })
    }

    /// The keyword or soft keyword that `name` is, if it is one.
    pub fn keyword(name: &str) -> Option<Token> {
        Some(match name {
            "False" => Token::False,
            "None" => Token::None,
            "True" => Token::True,
            "and" => Token::And,
            "as" => Token::As,
            "assert" => Token::Assert,
            "async" => Token::Async,
            "await" => Token::Await,
            "break" => Token::Break,
            "class" => Token::Class,
            "continue" => Token::Continue,
            "def" => Token::Def,
            "del" => Token::Del,
            "elif" => Token::Elif,
            "else" => Token::Else,
            "except" => Token::Except,
            "finally" => Token::Finally,
            "for" => Token::For,
            "from" => Token::From,
            "global" => Token::Global,
            "if" => Token::If,
            "import" => Token::Import,
            "in" => Token::In,
            "is" => Token::Is,
            "lambda" => Token::Lambda,
            "nonlocal" => Token::Nonlocal,
            "not" => Token::Not,
            "or" => Token::Or,
            "pass" => Token::Pass,
            "raise" => Token::Raise,
            "return" => Token::Return,
            "try" => Token::Try,
            "while" => Token::While,
            "with" => Token::With,
            "yield" => Token::Yield,
            "match" => Token::Match,
            "case" => Token::Case,
            "type" => Token::Type,
            "_" => Token::Underscore,
            _ => return None,
        })
    }
}

impl fmt::Display for Token {
    /// The token as an error message names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.spelling() {
            return write!(f, "'{text}'");
        }
        match self {
            Token::Name(name) => write!(f, "'{name}'"),
            Token::Int(_) | Token::BigInt { .. } | Token::Float(_) | Token::Imaginary(_) => {
                f.write_str("a number")
            }
            Token::Str(_) => f.write_str("a string"),
            Token::Bytes(_) => f.write_str("a bytes literal"),
            Token::FStringStart | Token::FStringMiddle(_) | Token::FStringEnd => {
                f.write_str("an f-string")
            }
            Token::FStringOpen => f.write_str("'{'"),
            Token::FStringClose => f.write_str("'}'"),
            Token::FStringEqual => f.write_str("'='"),
            Token::FStringConversion(c) => write!(f, "'!{c}'"),
            Token::FStringColon => f.write_str("':'"),
            Token::Newline => f.write_str("the end of the line"),
            Token::Indent => f.write_str("an indent"),
            Token::Dedent => f.write_str("the end of the block"),
            // `EndOfFile`; all others have a spelling.
            _ => f.write_str("the end of the file"),
        }
    }
}
