//! Runs lexer, grammar and checks over a source text.

use aio_lexer::{LexError, Lexed, Rank, Token};
use lalrpop_util::ParseError;

use crate::ast::{Module, Span, Stmt};
use crate::build::Builder;
use crate::error::{SyntaxError, diagnose};
use crate::terminals::prepare;
use crate::{ParseOptions, Parsed, SyntaxWarning, check, grammar};

/// Parses a source text.
pub fn run(source: &str, options: ParseOptions) -> Result<Parsed, Vec<SyntaxError>> {
    let mut lexed = aio_lexer::tokenize(source);
    let tokens = prepare(std::mem::take(&mut lexed.tokens));
    let body = match derive(source, tokens) {
        Ok(body) if lexed.errors.is_empty() => body,
        Ok(_) => return Err(with_lexer_errors(source, &lexed, Failure::default())),
        Err(failure) => return Err(with_lexer_errors(source, &lexed, failure)),
    };
    let module = Module { body };
    let mut warnings: Vec<SyntaxWarning> = lexed
        .warnings
        .into_iter()
        .map(|w| SyntaxWarning {
            message: w.message,
            span: w.span,
        })
        .collect();
    check::check(&module, options, &mut warnings)?;
    Ok(Parsed { module, warnings })
}

/// What the grammar and the builder found wrong.
#[derive(Default)]
struct Failure {
    /// In the order of the source.
    errors: Vec<SyntaxError>,
    /// Where the token starts with which the grammar could not go on.
    stop: Option<u32>,
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
    let mut errors = builder.into_errors();
    let stop = match result {
        Ok(body) if errors.is_empty() => return Ok(body),
        Ok(_) => None,
        Err(error) => {
            let (error, start) = diagnose_at(source, error);
            errors.push(error);
            Some(start)
        }
    };
    errors.sort_by_key(|e| e.span.start);
    Err(Failure { errors, stop })
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
    Some((body, builder.into_errors()))
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
    let Some(prevailing) = lexed.prevailing(source, place(lexed, &failure)) else {
        return failure.errors;
    };
    // CPython finds the quotes that end an f-string too early only after what is in the field.
    let is_field = |message: &str| message.starts_with("f-string: ");
    let is_earlier = first.is_some_and(|e| {
        is_field(&e.message) && failure.stop.is_some_and(|at| at < prevailing.span.start)
    });
    if prevailing.message == "f-string: expecting '}'" && is_earlier {
        return failure.errors;
    }
    let others = lexed.errors.iter().filter(|e| *e != prevailing);
    std::iter::once(prevailing)
        .chain(others)
        .map(convert)
        .collect()
}

/// The token that CPython has reached when it finds the first error of the grammar.
fn place(lexed: &Lexed, failure: &Failure) -> Option<u32> {
    let first = failure.errors.first()?;
    let is_around = |bracket: &LexError| {
        bracket.incomplete && bracket.rank == Rank::Late && bracket.span.start <= first.span.start
    };
    match failure.stop {
        Some(stop) if failure.errors.len() == 1 => Some(stop),
        Some(stop) if lexed.errors.iter().any(is_around) => Some(stop),
        _ => Some(first.span.end),
    }
}

fn convert(error: &LexError) -> SyntaxError {
    SyntaxError {
        class: error.class.into(),
        message: error.message.clone(),
        span: error.span,
        incomplete: error.incomplete,
    }
}
