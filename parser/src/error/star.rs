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
        // Anything further on is not looked at: `*a` of `*a(]` is all right.
        let is_wrong = site.operand(start + 1) == at;
        let is_star = start < at && *site.token(start) == Token::Star && is_wrong;
        let is_group = *site.token(open) == Token::LParen && start == open + 1;
        let may_be_star = takes_stars && is_trailer || is_group;
        if is_star && may_be_star && !params::is_definition(site, open) {
            return Some(site.error("Invalid star expression", site.at));
        }
        at = open;
    }
    None
}
