//! `print` and `exec` as the statements that they once were, and `:=` as a statement.

use aio_lexer::Token;

use super::SyntaxError;
use super::site::Site;

/// What is wrong about a statement that means something else now.
pub fn diagnose(site: &Site) -> Option<SyntaxError> {
    statement(site).or_else(|| walrus(site))
}

fn statement(site: &Site) -> Option<SyntaxError> {
    let before = site.at.checked_sub(1).filter(|i| *i >= site.line)?;
    let name = site
        .name(before)
        .filter(|n| matches!(*n, "print" | "exec"))?;
    let end = site.skip_expression(site.at)?;
    let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
    Some(site.error_range(message, before, end - 1))
}

fn walrus(site: &Site) -> Option<SyntaxError> {
    if *site.found() != Token::ColonEqual || site.open.is_some() {
        return None;
    }
    site.skip_expression(site.at + 1)?;
    let start = site.expression_start(site.at);
    let target = site.expression(start, site.at)?;
    let what = crate::build::describe(&target);
    if what == "name" {
        return None;
    }
    let message = format!("cannot use assignment expressions with {what}");
    Some(site.error_range(message, start, site.at - 1))
}
