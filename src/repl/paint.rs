//! Colours of the line that is edited: by the real lexer, so what looks like a string is one.

use std::borrow::Cow;

use aio_lexer::{Token, tokenize};

const KEYWORD: &str = "\x1b[35m";
const TEXT: &str = "\x1b[32m";
const NUMBER: &str = "\x1b[36m";
const COMMENT: &str = "\x1b[90m";
const BRACKET: &str = "\x1b[1;33m";
const PLAIN: &str = "\x1b[0m";

/// Longer texts stay as they are: they are painted with every key.
const LONGEST: usize = 100_000;

/// The text with colours; the bracket at `cursor` and its partner stand out.
pub fn paint(text: &str, cursor: Option<usize>) -> Cow<'_, str> {
    if text.is_empty() || text.len() > LONGEST || text.starts_with(':') {
        return Cow::Borrowed(text);
    }
    let tokens = tokenize(text).tokens;
    let pair = cursor.and_then(|at| bracket_pair(&tokens, at));
    let mut painted = String::with_capacity(text.len() * 2);
    let mut done = 0;
    for (token, span) in &tokens {
        let (start, end) = (span.start as usize, span.end as usize);
        if start < done || end <= start || !text.is_char_boundary(end) {
            continue;
        }
        gap(&mut painted, &text[done..start]);
        let is_paired = pair.is_some_and(|(a, b)| start == a || start == b);
        match colour(token) {
            _ if is_paired => wrap(&mut painted, BRACKET, &text[start..end]),
            Some(colour) => wrap(&mut painted, colour, &text[start..end]),
            None => painted.push_str(&text[start..end]),
        }
        done = end;
    }
    gap(&mut painted, &text[done..]);
    Cow::Owned(painted)
}

/// What is between tokens: space, comments, and text that is no token.
fn gap(painted: &mut String, between: &str) {
    match between.find('#') {
        Some(at) => {
            painted.push_str(&between[..at]);
            wrap(painted, COMMENT, &between[at..]);
        }
        None => painted.push_str(between),
    }
}

fn wrap(painted: &mut String, colour: &str, text: &str) {
    painted.push_str(colour);
    painted.push_str(text);
    painted.push_str(PLAIN);
}

fn colour(token: &Token) -> Option<&'static str> {
    match token {
        Token::Str(_)
        | Token::Bytes(_)
        | Token::FStringStart
        | Token::FStringMiddle(_)
        | Token::FStringEnd => Some(TEXT),
        Token::Int(_) | Token::BigInt { .. } | Token::Float(_) | Token::Imaginary(_) => {
            Some(NUMBER)
        }
        Token::Match | Token::Case | Token::Type | Token::Underscore => None,
        token => {
            let word = token.spelling()?;
            let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
            is_word.then_some(KEYWORD)
        }
    }
}

/// Where the bracket at the cursor (or just before it) and its partner are.
fn bracket_pair(tokens: &[(Token, aio_lexer::Span)], cursor: usize) -> Option<(usize, usize)> {
    let mut open = Vec::new();
    let mut found = None;
    for (token, span) in tokens {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => open.push(span.start as usize),
            Token::RParen | Token::RBracket | Token::RBrace => {
                let pair = (open.pop()?, span.start as usize);
                let touches = |at: usize| at == cursor || at + 1 == cursor;
                if touches(pair.0) || touches(pair.1) {
                    found = Some(pair);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::paint;

    #[test]
    fn only_colours_are_added() {
        let text = "if x: # что\n    f(f'a{1}', \"不\") $ 'open";
        let painted = paint(text, Some(17));
        let mut plain = String::new();
        let mut rest = &*painted;
        while let Some(at) = rest.find('\x1b') {
            plain.push_str(&rest[..at]);
            let end = rest[at..].find('m').unwrap_or(0);
            rest = &rest[at + end + 1..];
        }
        plain.push_str(rest);
        assert_eq!(plain, text);
        assert!(painted.starts_with("\x1b[35mif\x1b[0m x"));
    }
}
