//! Patterns.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;

/// Whether the token stands in a pattern.
pub fn is_pattern(site: &Site) -> bool {
    let is_head = |i: usize| {
        !matches!(site.token(i), Token::If | Token::Colon) || site.innermost_open(i).is_some()
    };
    *site.token(site.line) == Token::Case && (site.line..site.at).all(is_head)
}

/// What is wrong about a pattern.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    if *site.token(site.line) != Token::Case {
        return None;
    }
    let target = (site.line..site.at).rfind(|i| *site.token(*i) == Token::As)? + 1;
    let end = site.skip_expression(target)?;
    if site.is_name(target) || site.at > end {
        return None;
    }
    Some(site.error_range("invalid pattern target", target, end - 1))
}
