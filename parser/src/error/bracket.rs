//! What stands in brackets: missing commas, stars and colons in the wrong place; and the
//! operators and `if` of expressions anywhere.

use aio_lexer::Token;

use super::site::{Site, ends_expression};
use super::{SyntaxError, legacy, params, pattern};

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
        _ if *site.before(1) == Token::Equal => keyword_name(site),
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

/// `f(a.b = )`.
fn keyword_name(site: &Site) -> Option<SyntaxError> {
    let open = site.open.filter(|i| *site.token(*i) == Token::LParen)?;
    let is_call = open > site.line && ends_expression(site.token(open - 1));
    let equal = site.at - 1;
    let start = site.expression_start(equal);
    let is_name = site.is_name(start) && start + 1 == equal;
    let is_argument = is_call && !params::is_definition(site, open) && start < equal;
    (is_argument && !is_name).then(|| {
        let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
        site.error_range(message, start, equal)
    })
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
    if pattern::is_pattern(site) {
        return None;
    }
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
    site.open?;
    let is_empty = *site.found() == Token::RBracket && *site.before(1) == Token::LBracket;
    // `a not b` goes wrong at `b`, `a[]` at `]`.
    let second = match site.before(1) {
        Token::Not if ends_expression(site.before(2)) => site.at - 1,
        Token::LBracket if is_empty => site.at - 1,
        _ => site.at,
    };
    if second <= site.line || !ends_expression(site.token(second - 1)) {
        return None;
    }
    if is_empty {
        site.innermost_open(second)?;
    }
    let end = match is_empty {
        true => site.at + 1,
        false => site.skip_expression(second)?,
    };
    let start = site.expression_start(second);
    let start = match site.token(start) {
        Token::Star | Token::DoubleStar => start + 1,
        _ => start,
    };
    let is_import = matches!(site.token(site.statement()), Token::From | Token::Import);
    if is_import || params::is_parameter(site) || pattern::is_pattern(site) || is_clause(site) {
        return None;
    }
    if is_dict_key(site, start) {
        return Some(site.error_range("':' expected after dictionary key", start, second - 1));
    }
    let is_lone = start + 1 == second;
    let (first, last) = if is_lone && site.is_name(start) && is_string(site.token(second)) {
        (second, site.skip_expression(end)?)
    } else if is_lone && legacy::is_legacy(site, start) || is_soft_prefix(site, start) {
        return None;
    } else {
        (start, end)
    };
    Some(site.error_range(
        "invalid syntax. Perhaps you forgot a comma?",
        first,
        last - 1,
    ))
}

/// Whether the expression at `start` is a key of a dict, and not its first.
fn is_dict_key(site: &Site, start: usize) -> bool {
    let Some(open) = site.open.filter(|i| *site.token(*i) == Token::LBrace) else {
        return false;
    };
    let is_pair = |i: usize| *site.token(i) == Token::Colon && site.innermost_open(i) == Some(open);
    *site.token(start - 1) == Token::Comma && (open..start).any(is_pair)
}

fn is_string(token: &Token) -> bool {
    matches!(token, Token::Str(_) | Token::Bytes(_))
}

/// Whether the name at `i` is a soft keyword or, by a slip of CPython's comparison, the
/// beginning of one.
fn is_soft_prefix(site: &Site, i: usize) -> bool {
    site.name(i).is_some_and(|name| {
        ["_", "case", "match", "type"]
            .iter()
            .any(|k| k.starts_with(name))
    })
}

/// `a if b` without `else`, where `b` or what follows it is wrong in some other way.
pub fn unfinished_condition(site: &Site) -> Option<SyntaxError> {
    let mut at = site.at;
    loop {
        let open = site.innermost_open(at);
        let start = site.expression_start(at);
        let is_level = |i: &usize| site.innermost_open(*i) == open;
        let condition = (start..at)
            .rev()
            .filter(is_level)
            .find(|i| *site.token(*i) == Token::If);
        if let Some(condition) = condition.filter(|i| *i > start)
            && !is_clause(site)
            && site.skip_expression(start) == Some(condition)
            && let Some(end) = site.skip_expression(condition + 1)
            && !matches!(site.token(end), Token::Else | Token::Colon)
        {
            let message = "expected 'else' after 'if' expression";
            return Some(site.error_range(message, start, end - 1));
        }
        at = open?;
    }
}

/// Whether the token stands in a `for` or an `if` of a comprehension or in a `case`.
fn is_clause(site: &Site) -> bool {
    let from = site.open.unwrap_or(site.at);
    let is_for = |i: usize| *site.token(i) == Token::For && site.innermost_open(i) == site.open;
    *site.token(site.line) == Token::Case || (from..site.at).any(is_for)
}

/// A key of a dict without its colon, however what follows is wrong.
pub fn missing_value(site: &Site) -> Option<SyntaxError> {
    let start = site.expression_start(site.at);
    let is_whole = site.skip_expression(start) == Some(site.at);
    (is_whole && start > 0 && is_dict_key(site, start))
        .then(|| site.error_range("':' expected after dictionary key", start, site.at - 1))
}

/// An argument without a name after one with a name, however it is wrong.
pub fn late_positional(site: &Site) -> Option<SyntaxError> {
    let open = site.open.filter(|i| *site.token(*i) == Token::LParen)?;
    let is_call = open > site.line && ends_expression(site.token(open - 1));
    if !is_call || params::is_definition(site, open) || pattern::is_pattern(site) {
        return None;
    }
    let start = site.expression_start(site.at);
    let comma = start.checked_sub(1)?;
    let is_level = |i: &usize| site.innermost_open(*i) == Some(open);
    let mut before = (open + 1..comma).filter(is_level);
    let has_keyword = before.any(|i| *site.token(i) == Token::Equal);
    let end = site.skip_expression(start)?;
    (has_keyword && *site.token(comma) == Token::Comma && *site.token(end) != Token::Equal)
        .then(|| site.error("positional argument follows keyword argument", site.at))
}
