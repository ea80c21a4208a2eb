//! Prepares the lexer's tokens for the grammar: what takes more than one token to see.
//!
//! - `match`, `case` and `type` stay keywords only where the shape of their line says so.
//!   Elsewhere they, and `_` everywhere, become names.
//! - Parentheses around the items of a `with` vanish: `with (a as b, c):` is `with a as b, c:`.
//!
//! Brackets are balanced here or the lexer has reported an error, so a scan to the end of a
//! line or a bracket is short; each token is scanned once per enclosing bracket at most.

use aio_lexer::Token;

use crate::ast::Span;

/// A token and its place.
pub type SpannedToken = (Token, Span);

/// Decides the soft keywords and takes the parentheses of `with` away.
pub fn prepare(mut tokens: Vec<SpannedToken>) -> Vec<SpannedToken> {
    let mut removed = Vec::new();
    let mut blocks = Blocks::default();
    for i in 0..tokens.len() {
        let kept = match &tokens[i].0 {
            Token::Indent => {
                blocks.open();
                true
            }
            Token::Dedent => {
                blocks.close();
                true
            }
            Token::With => {
                mark_parentheses(&tokens, i + 1, &mut removed);
                true
            }
            Token::Match => {
                let is_keyword = starts_line(&tokens, i) && is_match(&tokens, i);
                blocks.after_match |= is_keyword;
                is_keyword
            }
            Token::Case => blocks.in_match() && starts_line(&tokens, i),
            Token::Type => starts_statement(&tokens, i) && is_type(&tokens, i),
            Token::Underscore => false,
            _ => true,
        };
        if !kept && let Some(name) = soft_keyword(&tokens[i].0) {
            tokens[i].0 = Token::Name(name.into());
        }
    }
    remove(&mut tokens, &removed);
    tokens
}

/// The spelling of a token that may be a name.
pub fn soft_keyword(token: &Token) -> Option<&'static str> {
    match token {
        Token::Match => Some("match"),
        Token::Case => Some("case"),
        Token::Type => Some("type"),
        Token::Underscore => Some("_"),
        _ => None,
    }
}

/// Which of the open blocks are those of a `match`, where alone `case` is a keyword.
#[derive(Default)]
struct Blocks {
    open: Vec<bool>,
    /// The next block is that of a `match`.
    after_match: bool,
}

impl Blocks {
    fn open(&mut self) {
        self.open.push(std::mem::take(&mut self.after_match));
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn in_match(&self) -> bool {
        self.open.last().is_some_and(|is_match| *is_match)
    }
}

/// Takes out the tokens at the sorted indices `removed`.
fn remove(tokens: &mut Vec<SpannedToken>, removed: &[usize]) {
    if removed.is_empty() {
        return;
    }
    let mut removed = removed.iter().peekable();
    let mut index = 0;
    tokens.retain(|_| {
        let goes = removed.next_if(|r| **r == index).is_some();
        index += 1;
        !goes
    });
}

/// Whether the token at `i` is the first of a logical line.
pub fn starts_line(tokens: &[SpannedToken], i: usize) -> bool {
    i == 0
        || matches!(
            tokens[i - 1].0,
            Token::Newline | Token::Indent | Token::Dedent
        )
}

/// Whether a statement may start with the token at `i`.
fn starts_statement(tokens: &[SpannedToken], i: usize) -> bool {
    starts_line(tokens, i) || matches!(tokens[i - 1].0, Token::Semicolon | Token::Colon)
}

/// Whether the line that starts with the `match` at `i` is a `match` statement: it ends with a
/// colon, which nothing else that starts with a name does.
fn is_match(tokens: &[SpannedToken], i: usize) -> bool {
    let line = tokens[i..]
        .iter()
        .position(|(t, _)| matches!(t, Token::Newline | Token::EndOfFile));
    let Some(len) = line else { return false };
    len > 2
        && tokens[i + len - 1].0 == Token::Colon
        && !matches!(
            tokens[i + 1].0,
            Token::Dot | Token::Equal | Token::Comma | Token::Colon | Token::ColonEqual
        )
}

/// Whether the `type` at `i` starts a type alias: a name follows, and then what can follow it.
fn is_type(tokens: &[SpannedToken], i: usize) -> bool {
    let is_name = |t: &Token| matches!(t, Token::Name(_)) || soft_keyword(t).is_some();
    tokens.get(i + 1).is_some_and(|(t, _)| is_name(t))
        && tokens
            .get(i + 2)
            .is_some_and(|(t, _)| matches!(t, Token::Equal | Token::LBracket))
}

/// Finds the parentheses around the items of the `with` before the token at `open`, and a
/// comma before the closing one.
fn mark_parentheses(tokens: &[SpannedToken], open: usize, removed: &mut Vec<usize>) {
    if tokens.get(open).is_none_or(|(t, _)| *t != Token::LParen) {
        return;
    }
    let mut depth = 0_u32;
    let mut has_as = false;
    let mut is_expression = false;
    for (i, (token, _)) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace | Token::FStringOpen => depth += 1,
            Token::RParen | Token::RBracket | Token::RBrace | Token::FStringClose => depth -= 1,
            Token::As if depth == 1 => has_as = true,
            Token::ColonEqual | Token::Yield | Token::For if depth == 1 => is_expression = true,
            Token::Star if depth == 1 => {
                is_expression |= matches!(tokens[i - 1].0, Token::LParen | Token::Comma);
            }
            Token::Newline | Token::EndOfFile => return,
            _ => {}
        }
        if depth == 0 {
            let has_colon = tokens.get(i + 1).is_some_and(|(t, _)| *t == Token::Colon);
            let has_items = i > open + 1;
            if has_items && (has_as || has_colon && !is_expression) {
                removed.push(open);
                if tokens[i - 1].0 == Token::Comma && i > open + 2 {
                    removed.push(i - 1);
                }
                removed.push(i);
            }
            return;
        }
    }
}
