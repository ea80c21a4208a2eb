//! Stars before what cannot be unpacked.

use aio_lexer::Token;

use super::SyntaxError;
use super::params;
use super::site::{Site, ends_expression};

/// What is wrong about an expression after a star. Since nothing else was found wrong, the
/// star itself is.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    let mut at = site.at;
    while let Some(open) = site.innermost_open(at) {
        let start = site.expression_start(at);
        let takes_stars =
            *site.token(open) == Token::LParen || *site.token(open) == Token::LBracket;
        let is_trailer = open > site.line && ends_expression(site.token(open - 1));
        let is_wrong = site.skip_expression(start + 1) != Some(at) || at == start + 1;
        let is_star = start < at && *site.token(start) == Token::Star && is_wrong;
        if is_star && takes_stars && is_trailer && !params::is_definition(site, open) {
            return Some(site.error("Invalid star expression", site.at));
        }
        at = open;
    }
    None
}
