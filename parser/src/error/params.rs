//! Parameter lists of functions and lambdas.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;

/// What is wrong about a parameter list.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    let kind = kind(site)?;
    let found = site.found();
    let before = site.before(1);
    if *before == Token::Slash && *found == Token::Star {
        return Some(site.error("expected comma between / and *", site.at));
    }
    if *before == Token::Equal && matches!(found, Token::RParen | Token::Comma) {
        return Some(site.error("expected default value expression", site.at - 1));
    }
    if *found == Token::LParen && matches!(before, Token::LParen | Token::Comma | Token::Lambda) {
        return parenthesized(site, kind);
    }
    None
}

/// Whose parameters they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Lambda,
}

fn kind(site: &Site) -> Option<Kind> {
    let from = site.open.map_or(site.statement(), |i| i + 1);
    let lambda = (from..site.at).rfind(|i| *site.token(*i) == Token::Lambda);
    if let Some(lambda) = lambda {
        let has_colon = (lambda..site.at).any(|i| *site.token(i) == Token::Colon);
        return (!has_colon).then_some(Kind::Lambda);
    }
    let open = site.open.filter(|i| *site.token(*i) == Token::LParen)?;
    let def = site.statement() + usize::from(*site.token(site.statement()) == Token::Async);
    let is_def = *site.token(def) == Token::Def;
    let is_first = (def..open).all(|i| *site.token(i) != Token::LParen);
    (is_def && is_first).then_some(Kind::Function)
}

/// Names in parentheses, as Python 2 allowed.
fn parenthesized(site: &Site, kind: Kind) -> Option<SyntaxError> {
    let mut i = site.at + 1;
    loop {
        if !site.is_name(i) {
            return None;
        }
        i += 1;
        match (site.token(i), site.token(i + 1)) {
            (Token::Comma, Token::RParen) => {
                i += 1;
                break;
            }
            (Token::Comma, _) => i += 1,
            (Token::RParen, _) => break,
            _ => return None,
        }
    }
    let whose = match kind {
        Kind::Function => "Function",
        Kind::Lambda => "Lambda expression",
    };
    let message = format!("{whose} parameters cannot be parenthesized");
    Some(site.error_range(message, site.at, i))
}
