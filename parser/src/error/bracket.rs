//! What stands in brackets: missing commas, stars and colons in the wrong place; and the
//! operators and `if` of expressions anywhere.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::{Site, ends_expression};
use crate::terminals::soft_keyword;

/// What is wrong about an expression.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    missing_else(site)
        .or_else(|| missing_in(site))
        .or_else(|| not_after_operator(site))
        .or_else(|| star(site))
        .or_else(|| double_star(site))
        .or_else(|| dict_value(site))
        .or_else(|| argument_value(site))
        .or_else(|| missing_comma(site))
}

/// `a if b` without `else`.
fn missing_else(site: &Site) -> Option<SyntaxError> {
    if !site.expects("else") || *site.found() == Token::Colon || !ends_expression(site.before(1)) {
        return None;
    }
    let start = site.expression_start(site.at);
    Some(site.error_range("expected 'else' after 'if' expression", start, site.at - 1))
}

/// `for x` without `in`, in a comprehension.
fn missing_in(site: &Site) -> Option<SyntaxError> {
    let open = site.open?;
    if !site.expects("in") || site.expects("if") || site.expects("not") && site.expects("or") {
        return None;
    }
    let start = (open..site.at).rfind(|i| *site.token(*i) == Token::For)?;
    let has_in = (start..site.at).any(|i| *site.token(i) == Token::In);
    (!has_in).then(|| site.error("'in' expected after for-loop variables", site.at))
}

/// `a + not b`.
fn not_after_operator(site: &Site) -> Option<SyntaxError> {
    let is_operator = matches!(
        site.before(1),
        Token::Plus
            | Token::Minus
            | Token::Star
            | Token::Slash
            | Token::Percent
            | Token::DoubleSlash
            | Token::At
            | Token::Tilde
    );
    if *site.found() != Token::Not || !is_operator {
        return None;
    }
    let end = site.skip_expression(site.at)?;
    Some(site.error_range(
        "'not' after an operator must be parenthesized",
        site.at,
        end - 1,
    ))
}

/// `*` before what cannot be unpacked, `*a = b` as an argument.
fn star(site: &Site) -> Option<SyntaxError> {
    match site.found() {
        Token::Star if *site.before(1) == Token::Colon => star_in_dict(site),
        Token::Equal => star_argument(site),
        _ => None,
    }
}

fn star_in_dict(site: &Site) -> Option<SyntaxError> {
    if site.bracket() != Some(&Token::LBrace) {
        return None;
    }
    let end = site.skip_expression(site.at + 1)?;
    Some(site.error_range(
        "cannot use a starred expression in a dictionary value",
        site.at,
        end - 1,
    ))
}

fn star_argument(site: &Site) -> Option<SyntaxError> {
    let open = site.open.filter(|i| *site.token(*i) == Token::LParen)?;
    let is_call = open > site.line && ends_expression(site.token(open - 1));
    let start = site.expression_start(site.at);
    let sort = match site.token(start) {
        Token::Star => "iterable",
        Token::DoubleStar => "keyword",
        _ => return None,
    };
    let end = site.skip_expression(site.at + 1)?;
    let message = format!("cannot assign to {sort} argument unpacking");
    is_call.then(|| site.error_range(message, start, end - 1))
}

/// `(**a)`.
fn double_star(site: &Site) -> Option<SyntaxError> {
    if *site.found() != Token::DoubleStar || *site.before(1) != Token::LParen {
        return None;
    }
    let end = site.skip_expression(site.at + 1)?;
    (*site.token(end) == Token::RParen)
        .then(|| site.error("cannot use double starred expression here", site.at))
}

/// `{a: }`.
fn dict_value(site: &Site) -> Option<SyntaxError> {
    let is_empty = matches!(site.found(), Token::RBrace | Token::Comma);
    if site.bracket() != Some(&Token::LBrace) || *site.before(1) != Token::Colon || !is_empty {
        return None;
    }
    let message = "expression expected after dictionary key and ':'";
    Some(site.error(message, site.at - 1))
}

/// `f(a=)`.
fn argument_value(site: &Site) -> Option<SyntaxError> {
    let is_empty = matches!(site.found(), Token::RParen | Token::Comma);
    if site.bracket() != Some(&Token::LParen) || *site.before(1) != Token::Equal || !is_empty {
        return None;
    }
    let open = site.open?;
    let is_call = open > site.line && ends_expression(site.token(open - 1));
    (is_call && site.is_name(site.at - 2)).then(|| {
        site.error_range(
            "expected argument value expression",
            site.at - 2,
            site.at - 1,
        )
    })
}

/// Two expressions side by side.
fn missing_comma(site: &Site) -> Option<SyntaxError> {
    // `a not b` goes wrong at `b`.
    let second = match site.before(1) {
        Token::Not if ends_expression(site.before(2)) => site.at - 1,
        _ => site.at,
    };
    if second == 0 || second <= site.line || !ends_expression(site.token(second - 1)) {
        return None;
    }
    site.open?;
    let end = site.skip_expression(second)?;
    let start = site.expression_start(second);
    let is_prefix = site.is_name(start) && start + 1 == second && is_string(site.token(second));
    let is_legacy = start + 1 == second
        && site
            .name(start)
            .is_some_and(|n| matches!(n, "print" | "exec"));
    if is_prefix || is_legacy || soft_keyword(site.token(start)).is_some() {
        return None;
    }
    Some(site.error_range(
        "invalid syntax. Perhaps you forgot a comma?",
        start,
        end - 1,
    ))
}

fn is_string(token: &Token) -> bool {
    matches!(token, Token::Str(_) | Token::Bytes(_) | Token::FStringStart)
}
