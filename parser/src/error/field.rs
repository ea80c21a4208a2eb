//! Replacement fields of f-strings.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;

/// What is wrong at the beginning or the end of a replacement field.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    let open = site
        .open
        .filter(|i| *site.token(*i) == Token::FStringOpen)?;
    let found = site.found();
    if site.at == open + 1 {
        let what = match found {
            Token::FStringEqual => "=",
            Token::FStringColon => ":",
            Token::FStringClose => "}",
            Token::FStringConversion(_) => "!",
            _ => return None,
        };
        let message = format!("f-string: valid expression required before '{what}'");
        return Some(site.error(message, site.at));
    }
    if *found == Token::FStringColon || matches!(found, Token::FStringConversion(_)) {
        let lambda = (open..site.at).find(|i| *site.token(*i) == Token::Lambda);
        if let Some(lambda) = lambda {
            let message = "f-string: lambda expressions are not allowed without parentheses";
            return Some(site.error_range(message, lambda, site.at));
        }
    }
    match site.before(1) {
        Token::FStringEqual => Some(site.error("f-string: expecting '!', or ':', or '}'", site.at)),
        Token::FStringConversion(_) => Some(site.error("f-string: expecting ':' or '}'", site.at)),
        _ => None,
    }
}

/// What is wrong about the field around the token, however deep in it that stands: its
/// expression ends too early or does not begin.
pub fn around(site: &Site) -> Option<SyntaxError> {
    let mut open = site.open?;
    while *site.token(open) != Token::FStringOpen {
        open = site.innermost_open(open)?;
    }
    let Some(end) = site.skip_expressions(open + 1) else {
        let message = "f-string: expecting a valid expression after '{'";
        return Some(site.error(message, open + 1));
    };
    let is_right = matches!(
        site.token(end),
        Token::FStringEqual
            | Token::FStringConversion(_)
            | Token::FStringColon
            | Token::FStringClose
    );
    (!is_right).then(|| site.error("f-string: expecting '=', or '!', or ':', or '}'", end))
}
