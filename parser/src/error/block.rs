//! Statements with blocks: the missing block, the missing colon, the clauses of `try`.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;

/// What is wrong about a block or the line before it.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    missing_block(site)
        .or_else(|| missing_parameters(site))
        .or_else(|| missing_handler(site))
        .or_else(|| in_except(site))
        .or_else(|| missing_colon(site))
}

/// A line that ends with a colon, and no indented line after it.
fn missing_block(site: &Site) -> Option<SyntaxError> {
    if !site.expects("indent") || site.at < 2 {
        return None;
    }
    let mut line = site.at - 1;
    while line > 0 && !crate::terminals::starts_line(site.tokens(), line) {
        line -= 1;
    }
    let mut keyword = line;
    if *site.token(keyword) == Token::Async {
        keyword += 1;
    }
    let after = match site.token(keyword) {
        Token::Def => "function definition".to_owned(),
        Token::Class => "class definition".to_owned(),
        Token::Except if *site.token(keyword + 1) == Token::Star => {
            "'except*' statement".to_owned()
        }
        token => format!("'{}' statement", token.spelling().unwrap_or_default()),
    };
    let number = site.line_number(keyword);
    let message = format!("expected an indented block after {after} on line {number}");
    Some(site.indentation_error(message, end_of_line(site)))
}

/// The token to point at: at the end of the source, the end of its last line.
fn end_of_line(site: &Site) -> usize {
    match site.found() {
        Token::EndOfFile | Token::Dedent => {
            let is_newline = |i: &usize| *site.token(*i) == Token::Newline;
            let is_last = *site.token(site.tokens().len().saturating_sub(1)) == Token::EndOfFile
                && (site.at..site.tokens().len() - 1).all(|i| *site.token(i) == Token::Dedent);
            let newline = (0..site.at).rev().find(is_newline);
            newline.filter(|_| is_last).unwrap_or(site.at)
        }
        _ => site.at,
    }
}

/// A `def` without parentheses, a list of type parameters without any.
fn missing_parameters(site: &Site) -> Option<SyntaxError> {
    let start = site.statement();
    let keyword = match site.token(start) {
        Token::Async => site.token(start + 1),
        token => token,
    };
    let name = start + 1 + usize::from(*site.token(start) == Token::Async);
    let is_after = |i: usize| match site.token(name + 1) {
        Token::LBracket => site.skip_bracket(name + 1) == Some(i),
        _ => i == name + 1,
    };
    if *keyword == Token::Def && site.is_name(name) {
        if site.open.is_none() && is_after(site.at) {
            return Some(site.error("expected '('", site.at));
        }
        let is_empty = *site.found() == Token::RBracket && site.at == name + 2;
        if site.open == Some(name + 1) && *site.token(name + 1) == Token::LBracket && !is_empty {
            return Some(site.error("expected '('", name + 1));
        }
    }
    let is_empty = *site.found() == Token::RBracket && *site.before(1) == Token::LBracket;
    if is_empty && site.expects("**") && !site.expects("(") {
        return Some(site.error("Type parameter list cannot be empty", site.at));
    }
    None
}

/// A `try` block without any clause after it.
fn missing_handler(site: &Site) -> Option<SyntaxError> {
    if site.expects("except") && site.expects("finally") && !site.expects("else") {
        return Some(site.error("expected 'except' or 'finally' block", end_of_line(site)));
    }
    None
}

/// The line of an `except`.
fn in_except(site: &Site) -> Option<SyntaxError> {
    if *site.token(site.line) != Token::Except || site.open.is_some() {
        return None;
    }
    let is_star = *site.token(site.line + 1) == Token::Star;
    let first = site.line + 1 + usize::from(is_star);
    if is_star && site.at == first && matches!(site.found(), Token::Newline | Token::Colon) {
        return Some(site.error("expected one or more exception types", site.at));
    }
    if *site.found() == Token::Comma && site.at > first {
        let after = site.skip_expressions(site.at + 1)?;
        let after = match site.token(after) {
            Token::As if site.is_name(after + 1) => after + 2,
            _ => after,
        };
        if *site.token(after) == Token::Colon {
            return Some(site.error_range(
                "multiple exception types must be parenthesized",
                first,
                after - 1,
            ));
        }
    }
    None
}

/// The head of a statement with a block, without its colon.
fn missing_colon(site: &Site) -> Option<SyntaxError> {
    if site.open.is_some() {
        return None;
    }
    if *site.token(site.line) == Token::Match && site.at == site.line + 1 {
        // Without a colon, `match` was taken for a name.
        let end = site.skip_expressions(site.at)?;
        let is_end = *site.token(end) == Token::Newline;
        return is_end.then(|| site.error("expected ':'", end));
    }
    let keyword = match site.token(site.line) {
        Token::Async => site.token(site.line + 1),
        token => token,
    };
    let is_forced = matches!(
        keyword,
        Token::Else | Token::Try | Token::Finally | Token::Def
    );
    let has_block = matches!(
        keyword,
        Token::If
            | Token::Elif
            | Token::While
            | Token::For
            | Token::With
            | Token::Except
            | Token::Class
            | Token::Match
            | Token::Case
    );
    let has_colon = (site.line..site.at)
        .any(|i| *site.token(i) == Token::Colon && site.innermost_open(i).is_none());
    let arrow = (site.line..site.at).rfind(|i| *site.token(*i) == Token::Arrow);
    if let Some(arrow) = arrow.filter(|_| *keyword == Token::Def && !has_colon) {
        let at = site.skip_expression(arrow + 1).unwrap_or(arrow);
        return Some(site.error("expected ':'", at));
    }
    if !site.expects(":") {
        return None;
    }
    if is_forced && !has_colon || has_block && *site.found() == Token::Newline {
        return Some(site.error("expected ':'", site.at));
    }
    None
}
