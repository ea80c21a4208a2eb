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
        let start = site.expression_start(site.at - 1);
        let start = match site.token(start.wrapping_sub(1)) {
            Token::Colon => site.expression_start(start - 1),
            _ => start,
        };
        let sort = match site.token(start) {
            Token::Star => Some("positional"),
            Token::DoubleStar => Some("keyword"),
            _ => None,
        };
        if let Some(sort) = sort {
            let message = format!("var-{sort} argument cannot have default value");
            return Some(site.error(message, site.at - 1));
        }
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

/// Whether the bracket at `open` is that of the parameters of a `def`, or of type parameters.
pub fn is_definition(site: &Site, open: usize) -> bool {
    let start = site.statement();
    let name = start + 1 + usize::from(*site.token(start) == Token::Async);
    let has_params = *site.token(name - 1) == Token::Def;
    let has_type_params = has_params || matches!(site.token(start), Token::Class | Token::Type);
    let after = match site.token(name + 1) {
        Token::LBracket => site.skip_bracket(name + 1),
        _ => Some(name + 1),
    };
    has_params && after == Some(open)
        || has_type_params && name + 1 == open && *site.token(open) == Token::LBracket
}

/// Whether a parameter itself, not its default or annotation, stands before the token.
pub fn is_parameter(site: &Site) -> bool {
    let start = site.expression_start(site.at);
    kind(site).is_some()
        && start > 0
        && !matches!(site.token(start - 1), Token::Equal | Token::Colon)
}

/// Names in parentheses, as Python 2 allowed.
fn parenthesized(site: &Site, kind: Kind) -> Option<SyntaxError> {
    let from = site.open.unwrap_or(site.statement());
    let is_plain = |i| {
        !matches!(
            site.token(i),
            Token::Star | Token::DoubleStar | Token::Slash | Token::Equal
        )
    };
    if !(from..site.at).all(is_plain) {
        return None;
    }
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
