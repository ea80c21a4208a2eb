//! Replacement fields of f-strings.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::{Site, ends_expression};

/// What is wrong about a replacement field.
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
            _ => {
                let message = "f-string: expecting a valid expression after '{'";
                return Some(site.error(message, site.at));
            }
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
        _ if site.skip_expression(open + 1).is_none() => {
            let message = "f-string: expecting a valid expression after '{'";
            Some(site.error(message, open + 1))
        }
        token if ends_expression(token) && site.expects("fstring_close") => {
            Some(site.error("f-string: expecting '=', or '!', or ':', or '}'", site.at))
        }
        _ => None,
    }
}
