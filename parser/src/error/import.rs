//! Imports.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;

/// What is wrong about an import.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    let start = site.statement();
    let is_end = matches!(site.found(), Token::Newline | Token::EndOfFile);
    match site.token(start) {
        Token::Import => {
            if is_end && site.at == start + 1 {
                return Some(site.error("Expected one or more names after 'import'", site.at));
            }
            let has_as = (start..site.at).any(|i| *site.token(i) == Token::As);
            if *site.found() == Token::From
                && site.at > start + 1
                && !has_as
                && site.is_name(site.at + 1)
            {
                return Some(site.error_range(
                    "Did you mean to use 'from ... import ...' instead?",
                    start,
                    site.at,
                ));
            }
        }
        Token::From if is_end => {
            if *site.before(1) == Token::Import {
                return Some(site.error("Expected one or more names after 'import'", site.at));
            }
            if *site.before(1) == Token::Comma && *site.found() == Token::Newline {
                let message = "trailing comma not allowed without surrounding parentheses";
                return Some(site.error(message, site.at));
            }
        }
        _ => {}
    }
    None
}
