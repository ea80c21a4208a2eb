//! Runs lexer, grammar and checks over a source text.

use aio_lexer::{LexError, Lexed, Rank, Token};
use lalrpop_util::ParseError;

use crate::ast::{ExprKind, Module, Span, Stmt, StmtKind};
use crate::build::{Builder, Mistake};
use crate::error::{SyntaxError, diagnose};
use crate::terminals::prepare;
use crate::{ParseOptions, Parsed, ParsedExpression, SyntaxWarning, check, grammar};

/// Parses a source text.
pub fn module(source: &str, options: ParseOptions) -> Result<Parsed, Vec<SyntaxError>> {
    let lexed = aio_lexer::tokenize(source);
    let (module, lexed) = derive_all(source, lexed)?;
    let warnings = check_all(&module, options, lexed)?;
    Ok(Parsed { module, warnings })
}

/// Parses a source text that is one expression.
pub fn expression(
    source: &str,
    options: ParseOptions,
) -> Result<ParsedExpression, Vec<SyntaxError>> {
    let mut lexed = aio_lexer::tokenize(source);
    // Space before an expression means nothing.
    lexed
        .tokens
        .retain(|(token, _)| !matches!(token, Token::Indent | Token::Dedent));
    let (mut module, lexed) = derive_all(source, lexed)?;
    if let Some(place) = not_expression(source, &module.body) {
        return Err(vec![SyntaxError::new("invalid syntax", place)]);
    }
    let warnings = check_all(&module, options, lexed)?;
    match module.body.pop().map(|stmt| stmt.kind) {
        Some(StmtKind::Expr(expr)) => Ok(ParsedExpression {
            expr: *expr,
            warnings,
        }),
        _ => Err(Vec::new()), // not reached: there is one, as was seen above
    }
}

/// Where a text stops to be one expression.
fn not_expression(source: &str, body: &[Stmt]) -> Option<Span> {
    let end = source.len() as u32;
    let Some(first) = body.first() else {
        return Some(Span::new(end, end));
    };
    let operator = |after: u32| {
        let rest = source.get(after as usize..).unwrap_or_default();
        let at = after + rest.find([':', '=']).unwrap_or(0) as u32;
        Some(Span::new(at, at + 1))
    };
    match &first.kind {
        StmtKind::Expr(value) => match value.kind {
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) if !value.is_parenthesized() => {
                Some(first.span)
            }
            _ => body.get(1).map(|second| second.span),
        },
        StmtKind::Assign { targets, .. } => operator(targets.first()?.span.end),
        StmtKind::AugAssign { target, .. } | StmtKind::AnnAssign { target, .. } => {
            operator(target.span.end)
        }
        _ => Some(first.span),
    }
}

/// Runs the grammar over all tokens.
fn derive_all(source: &str, mut lexed: Lexed) -> Result<(Module, Lexed), Vec<SyntaxError>> {
    let tokens = prepare(std::mem::take(&mut lexed.tokens));
    match derive(source, tokens) {
        Ok(body) if lexed.errors.is_empty() => Ok((Module { body }, lexed)),
        Ok(_) => Err(with_lexer_errors(source, &lexed, Failure::default())),
        Err(failure) => Err(with_lexer_errors(source, &lexed, failure)),
    }
}

/// Runs the checks. Returns the warnings of lexer and checks.
fn check_all(
    module: &Module,
    options: ParseOptions,
    lexed: Lexed,
) -> Result<Vec<SyntaxWarning>, Vec<SyntaxError>> {
    let mut warnings: Vec<SyntaxWarning> = lexed
        .warnings
        .into_iter()
        .map(|w| SyntaxWarning {
            message: w.message,
            span: w.span,
        })
        .collect();
    check::check(module, options, &mut warnings)?;
    Ok(warnings)
}

/// What the grammar and the builder found wrong.
#[derive(Default)]
struct Failure {
    /// In the order of the source.
    errors: Vec<SyntaxError>,
    /// Up to where CPython has read when it finds the first of them.
    end: Option<u32>,
}

/// Runs the grammar.
fn derive(source: &str, tokens: Vec<(Token, Span)>) -> Result<Vec<Stmt>, Failure> {
    let builder = Builder::new(source);
    let result = {
        let terminals = tokens
            .into_iter()
            .map(|(token, span)| (span.start, token, span.end));
        grammar::ModuleParser::new().parse(&builder, terminals)
    };
    let mut mistakes = builder.into_mistakes();
    mistakes.sort_by_key(|m| m.error.span.start);
    let stop = match result {
        Ok(body) if mistakes.is_empty() => return Ok(body),
        Ok(_) => None,
        Err(error) => Some(diagnose_at(source, error)),
    };
    Err(failure(source, mistakes, stop))
}

/// Joins what the builder found wrong with the place where the grammar could not go on.
#[cold]
fn failure(source: &str, mistakes: Vec<Mistake>, stop: Option<(SyntaxError, u32)>) -> Failure {
    let is_first = |error: &SyntaxError| {
        let first = mistakes.first();
        first.is_none_or(|m| error.span.start < m.error.span.start)
    };
    // The token after a mistake is read too, and that may be the end.
    let is_at_end = |end: u32| {
        let after = source.get(end as usize..).unwrap_or_default();
        after.trim_matches([' ', ',', '\n', '\r']).is_empty()
    };
    let end = match (&stop, mistakes.first()) {
        (Some((error, reach)), _) if is_first(error) => Some(*reach),
        (_, Some(mistake)) if is_at_end(mistake.end) => Some(source.len() as u32),
        (_, Some(mistake)) => Some(mistake.end),
        _ => None,
    };
    let mut errors: Vec<SyntaxError> = mistakes.into_iter().map(|m| m.error).collect();
    errors.extend(stop.map(|(error, _)| error));
    errors.sort_by_key(|e| e.span.start);
    Failure { errors, end }
}

/// Parses tokens that are part of a source with an error in it: the statements, and what the
/// builder finds wrong about them. `None` if the grammar does not allow them.
#[cold]
pub fn fragment(source: &str, tokens: Vec<(Token, Span)>) -> Option<(Vec<Stmt>, Vec<SyntaxError>)> {
    let builder = Builder::new(source);
    let terminals = prepare(tokens)
        .into_iter()
        .map(|(token, span)| (span.start, token, span.end));
    let body = grammar::ModuleParser::new()
        .parse(&builder, terminals)
        .ok()?;
    let mistakes = builder.into_mistakes();
    Some((body, mistakes.into_iter().map(|m| m.error).collect()))
}

/// Says what is wrong where the grammar cannot go on.
#[cold]
fn diagnose_at(source: &str, error: ParseError<u32, Token, &'static str>) -> (SyntaxError, u32) {
    let end = source.len() as u32;
    let (start, found, expected) = match error {
        ParseError::UnrecognizedToken {
            token: (start, found, _),
            expected,
        } => (start, found, expected),
        ParseError::ExtraToken {
            token: (start, found, _),
        } => (start, found, Vec::new()),
        ParseError::UnrecognizedEof { location, expected } => {
            (location, Token::EndOfFile, expected)
        }
        ParseError::InvalidToken { location } => (location, Token::EndOfFile, Vec::new()),
        ParseError::User { .. } => (end, Token::EndOfFile, Vec::new()),
    };
    diagnose(source, start, &found, &expected)
}

/// Joins the errors of lexer and grammar, first the one that CPython reports.
#[cold]
fn with_lexer_errors(source: &str, lexed: &Lexed, failure: Failure) -> Vec<SyntaxError> {
    let first = failure.errors.first();
    // Indentation is wrong before the rest of the line is read.
    let is_indent = |e: &SyntaxError| e.message == "unexpected indent";
    let is_first = |e: &SyntaxError| lexed.errors.iter().all(|l| e.span.start <= l.span.start);
    if first.is_some_and(|e| is_indent(e) && is_first(e)) {
        return failure.errors;
    }
    let Some(prevailing) = lexed.prevailing(source, failure.end) else {
        return failure.errors;
    };
    // CPython finds the quotes that end an f-string too early only after what is in the field.
    let is_field = |message: &str| message.starts_with("f-string: ");
    let is_earlier = first.is_some_and(|e| {
        is_field(&e.message) && failure.end.is_some_and(|at| at < prevailing.span.start)
    });
    if prevailing.message == "f-string: expecting '}'" && is_earlier {
        return failure.errors;
    }
    // More input mends it only if the grammar has no complaint but the end.
    let is_bracket = prevailing.rank == Rank::Late;
    let is_complaint =
        |e: &SyntaxError| !e.incomplete && (is_bracket || e.span.start < prevailing.span.start);
    let mut first = convert(prevailing);
    first.incomplete &= !failure.errors.iter().any(is_complaint);
    let others = lexed.errors.iter().filter(|e| *e != prevailing);
    std::iter::once(first).chain(others.map(convert)).collect()
}

fn convert(error: &LexError) -> SyntaxError {
    SyntaxError {
        class: error.class.into(),
        message: error.message.clone(),
        span: error.span,
        incomplete: error.incomplete,
    }
}
