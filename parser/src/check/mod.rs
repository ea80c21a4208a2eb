//! Checks.
use crate::ast::*;
use crate::{ParseOptions, SyntaxError, SyntaxWarning};
pub fn check(
    _: &Module,
    _: ParseOptions,
    _: &mut Vec<SyntaxWarning>,
) -> Result<(), Vec<SyntaxError>> {
    Ok(())
}
