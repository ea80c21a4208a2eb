//! The raw tokens, found by logos: what can be told from the characters alone.
//!
//! Layout, brackets, the inside of strings and the mode of f-strings are not here (`lexer`).

use logos::Logos;

use crate::bracket::Delimiter;
use crate::token::Token;

/// A raw token. Spaces, comments and nothing else are skipped.
#[derive(Logos)]
#[logos(skip r"[ \t\x0C]+")]
#[logos(skip(r"#[^\r\n]*", allow_greedy = true))]
#[logos(subpattern digits = r"[0-9](_?[0-9])*")]
#[logos(subpattern exponent = r"[eE][+-]?(?&digits)")]
#[logos(subpattern float = r"((?&digits)\.(?&digits)?|\.(?&digits))(?&exponent)?|(?&digits)(?&exponent)")]
pub(crate) enum Raw {
    /// A keyword or operator that means the same everywhere.
    #[token("False", |_| Token::False)]
    #[token("None", |_| Token::None)]
    #[token("True", |_| Token::True)]
    #[token("and", |_| Token::And)]
    #[token("as", |_| Token::As)]
    #[token("assert", |_| Token::Assert)]
    #[token("async", |_| Token::Async)]
    #[token("await", |_| Token::Await)]
    #[token("break", |_| Token::Break)]
    #[token("class", |_| Token::Class)]
    #[token("continue", |_| Token::Continue)]
    #[token("def", |_| Token::Def)]
    #[token("del", |_| Token::Del)]
    #[token("elif", |_| Token::Elif)]
    #[token("else", |_| Token::Else)]
    #[token("except", |_| Token::Except)]
    #[token("finally", |_| Token::Finally)]
    #[token("for", |_| Token::For)]
    #[token("from", |_| Token::From)]
    #[token("global", |_| Token::Global)]
    #[token("if", |_| Token::If)]
    #[token("import", |_| Token::Import)]
    #[token("in", |_| Token::In)]
    #[token("is", |_| Token::Is)]
    #[token("lambda", |_| Token::Lambda)]
    #[token("nonlocal", |_| Token::Nonlocal)]
    #[token("not", |_| Token::Not)]
    #[token("or", |_| Token::Or)]
    #[token("pass", |_| Token::Pass)]
    #[token("raise", |_| Token::Raise)]
    #[token("return", |_| Token::Return)]
    #[token("try", |_| Token::Try)]
    #[token("while", |_| Token::While)]
    #[token("with", |_| Token::With)]
    #[token("yield", |_| Token::Yield)]
    #[token("match", |_| Token::Match)]
    #[token("case", |_| Token::Case)]
    #[token("type", |_| Token::Type)]
    #[token("_", |_| Token::Underscore, priority = 3)]
    #[token(",", |_| Token::Comma)]
    #[token(";", |_| Token::Semicolon)]
    #[token(".", |_| Token::Dot)]
    #[token("...", |_| Token::Ellipsis)]
    #[token("->", |_| Token::Arrow)]
    #[token("@", |_| Token::At)]
    #[token("+", |_| Token::Plus)]
    #[token("-", |_| Token::Minus)]
    #[token("*", |_| Token::Star)]
    #[token("**", |_| Token::DoubleStar)]
    #[token("/", |_| Token::Slash)]
    #[token("//", |_| Token::DoubleSlash)]
    #[token("%", |_| Token::Percent)]
    #[token("|", |_| Token::Pipe)]
    #[token("&", |_| Token::Ampersand)]
    #[token("^", |_| Token::Caret)]
    #[token("~", |_| Token::Tilde)]
    #[token("<<", |_| Token::LeftShift)]
    #[token(">>", |_| Token::RightShift)]
    #[token("==", |_| Token::EqualEqual)]
    #[token("!=", |_| Token::NotEqual)]
    #[token("<", |_| Token::Less)]
    #[token("<=", |_| Token::LessEqual)]
    #[token(">", |_| Token::Greater)]
    #[token(">=", |_| Token::GreaterEqual)]
    #[token("+=", |_| Token::PlusEqual)]
    #[token("-=", |_| Token::MinusEqual)]
    #[token("*=", |_| Token::StarEqual)]
    #[token("**=", |_| Token::DoubleStarEqual)]
    #[token("/=", |_| Token::SlashEqual)]
    #[token("//=", |_| Token::DoubleSlashEqual)]
    #[token("%=", |_| Token::PercentEqual)]
    #[token("@=", |_| Token::AtEqual)]
    #[token("|=", |_| Token::PipeEqual)]
    #[token("&=", |_| Token::AmpersandEqual)]
    #[token("^=", |_| Token::CaretEqual)]
    #[token("<<=", |_| Token::LeftShiftEqual)]
    #[token(">>=", |_| Token::RightShiftEqual)]
    Fixed(Token),

    /// An ASCII identifier.
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*", priority = 2)]
    Name,
    /// A run of identifier characters and non-ASCII ones, to be looked at more closely.
    #[regex(
        r"[A-Za-z_\u{80}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{10FFFF}]*",
        priority = 1
    )]
    WideName,

    /// A decimal integer.
    #[regex(r"[1-9](_?[0-9])*|0(_?0)*")]
    Decimal,
    /// An integer with the prefix `0x`, `0o` or `0b`.
    #[regex(r"0[xX](_?[0-9a-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+")]
    Prefixed,
    /// A number with a point or exponent.
    #[regex(r"(?&float)", priority = 5)]
    Float,
    /// A number followed by `j`.
    #[regex(r"((?&float)|(?&digits))[jJ]", priority = 5)]
    Imaginary,

    /// The prefix and opening quotes of a string or bytes literal.
    #[regex(r#"([rR]|[uU]|[bB]|[bB][rR]|[rR][bB])?("|'|"""|''')"#)]
    String,
    /// The prefix and opening quotes of an f-string.
    #[regex(r#"([fF]|[fF][rR]|[rR][fF])("|'|"""|''')"#)]
    FString,

    /// An opening bracket.
    #[token("(", |_| Delimiter::Paren)]
    #[token("[", |_| Delimiter::Square)]
    #[token("{", |_| Delimiter::Brace)]
    Open(Delimiter),
    /// A closing bracket.
    #[token(")", |_| Delimiter::Paren)]
    #[token("]", |_| Delimiter::Square)]
    #[token("}", |_| Delimiter::Brace)]
    Close(Delimiter),

    /// `:`
    #[token(":")]
    Colon,
    /// `:=`, in an f-string a `:` with text after it.
    #[token(":=")]
    ColonEqual,
    /// `=`
    #[token("=")]
    Equal,
    /// `!`, legal in f-strings only.
    #[token("!")]
    Exclamation,

    /// The end of a physical line.
    #[regex(r"\r\n|\r|\n")]
    LineEnd,
    /// A backslash that joins two physical lines.
    #[regex(r"\\(\r\n|\r|\n)")]
    Continuation,
    /// Any other backslash.
    #[token("\\")]
    Backslash,

    /// An ASCII character that starts no token.
    #[regex(r"[\x00-\x7F]", priority = 0)]
    Stray,
}
