//! `print` and `exec` as the statements that they once were, and `:=` as a statement.

use aio_lexer::Token;

use super::site::Site;
use super::{SyntaxError, params, pattern};

/// What is wrong about a statement that means something else now.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    statement(site).or_else(|| walrus(site))
}

fn statement(site: &Site) -> Option<SyntaxError> {
    if params::is_parameter(site) || pattern::is_pattern(site) {
        return None;
    }
    // `print x` goes wrong at `x`, `y print x` at `print`.
    let before = site.at.checked_sub(1).filter(|i| *i >= site.line)?;
    let is_second = site.is_name(before) && is_legacy(site, site.at);
    let before = if is_second { site.at } else { before };
    let before = match site.before(1) {
        Token::Not if before > site.line => before - 1,
        _ => before,
    };
    // CPython looks for it where an expression starts, and after a name there.
    let start = site.expression_start(site.at);
    let before = match is_legacy(site, start) {
        true => start,
        false => before,
    };
    let is_start = start == before || start + 1 == before && site.is_name(start);
    if !is_legacy(site, before) || !is_start || *site.token(before + 1) == Token::LParen {
        return None;
    }
    let name = site.name(before)?;
    let end = site.skip_expression(before + 1)?;
    let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
    Some(site.error_range(message, before, end - 1))
}

/// Whether a former statement stands at `i`.
pub fn is_legacy(site: &Site, i: usize) -> bool {
    matches!(site.name(i), Some("print" | "exec"))
}

fn walrus(site: &Site) -> Option<SyntaxError> {
    if *site.found() != Token::ColonEqual || site.open.is_some() {
        return None;
    }
    site.skip_expression(site.at + 1)?;
    let start = site.statement();
    if start == site.at || site.skip_expression(start) != Some(site.at) {
        return None;
    }
    let target = site.expression(start, site.at)?;
    let what = crate::build::describe(&target);
    if what == "name" {
        return None;
    }
    let message = format!("cannot use assignment expressions with {what}");
    Some(site.error_range(message, start, site.at - 1))
}
