//! Targets in a statement that goes wrong further on: what is wrong about them comes first.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;
use crate::build::{Place, describe, first_invalid};

/// What is wrong about a target before the token.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    for_target(site).or_else(|| in_statement(site))
}

/// The target of a `for` without its `in`.
fn for_target(site: &Site) -> Option<SyntaxError> {
    let keyword = site.line + usize::from(*site.token(site.line) == Token::Async);
    if *site.token(keyword) != Token::For {
        return None;
    }
    let has_in = (keyword..site.at).any(|i| *site.token(i) == Token::In);
    if has_in || site.open.is_some() {
        return None;
    }
    let end = (site.at..site.at + 40)
        .take_while(|i| !matches!(site.token(*i), Token::Colon | Token::Newline))
        .last()
        .map_or(site.at, |i| i + 1);
    let target = [end, site.at]
        .into_iter()
        .find_map(|end| site.expression(keyword + 1, end))?;
    let wrong = first_invalid(&target, Place::For)?;
    Some(SyntaxError::new(
        format!("cannot assign to {}", describe(wrong)),
        wrong.span,
    ))
}

/// What the builder finds wrong about the statement up to the token, or a little less: the
/// rules of CPython look no further.
fn in_statement(site: &Site) -> Option<SyntaxError> {
    let start = site.statement();
    if site.open.is_some() {
        return None;
    }
    let shortest = start.max(site.at.saturating_sub(3));
    let errors = (shortest + 1..=site.at)
        .rev()
        .find_map(|end| site.line_errors(start, end).filter(|e| !e.is_empty()))
        .or_else(|| before_equal(site, start))?;
    errors.into_iter().min_by_key(|e| e.span.start)
}

/// `a, b c = d`: CPython takes the last of expressions side by side for a comparison meant.
pub fn side_by_side(site: &Site) -> Option<SyntaxError> {
    let start = site.statement();
    let is_list = (start..site.at)
        .any(|i| *site.token(i) == Token::Comma && site.innermost_open(i).is_none());
    let is_match = *site.token(start) == Token::Match && site.at == start + 1;
    if site.open.is_some() || !(is_list || is_match) || site.skip_expression(start).is_none() {
        return None;
    }
    let mut from = site.at;
    let equal = loop {
        let end = site.skip_expression(from)?;
        match site.token(end) {
            Token::Equal => break end,
            Token::Comma => from = end + 1,
            _ => from = end,
        }
    };
    let end = site.skip_expression(equal + 1)?;
    if matches!(site.token(end), Token::Equal | Token::ColonEqual) {
        return None;
    }
    let target = site.expression(from, equal)?;
    let message = match describe(&target) {
        "name" => "invalid syntax. Maybe you meant '==' or ':=' instead of '='?".to_owned(),
        what => format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?"),
    };
    Some(site.error_range(message, from, equal - 1))
}

/// The same for the targets of an assignment without a value.
fn before_equal(site: &Site, start: usize) -> Option<Vec<SyntaxError>> {
    let equal = (start..site.at).rfind(|i| *site.token(*i) == Token::Equal)?;
    let is_outside = site.innermost_open(equal).is_none();
    is_outside
        .then(|| site.chain_errors(start, equal))
        .flatten()
}
