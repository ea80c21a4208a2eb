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
    if lexed.errors.iter().any(|e| e.rank == Rank::Eager) {
        return Err(with_lexer_errors(source, &lexed, Vec::new()));
    }
    let tokens = prepare(std::mem::take(&mut lexed.tokens));
    let body = match derive(source, tokens) {
        Ok(body) if lexed.errors.is_empty() => body,
        Ok(_) => return Err(with_lexer_errors(source, &lexed, Vec::new())),
        Err(errors) => return Err(with_lexer_errors(source, &lexed, errors)),
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

/// Runs the grammar. The errors are in the order of the source.
fn derive(source: &str, tokens: Vec<(Token, Span)>) -> Result<Vec<Stmt>, Vec<SyntaxError>> {
    let builder = Builder::new(source);
    let result = {
        let terminals = tokens
            .into_iter()
            .map(|(token, span)| (span.start, token, span.end));
        grammar::ModuleParser::new().parse(&builder, terminals)
    };
    let mut errors = builder.into_errors();
    match result {
        Ok(body) if errors.is_empty() => return Ok(body),
        Ok(_) => {}
        Err(error) => errors.push(diagnose_at(source, error)),
    }
    errors.sort_by_key(|e| e.span.start);
    Err(errors)
}

/// The one statement of a text that is part of a source with an error in it.
#[cold]
pub fn fragment(source: &str) -> Option<Stmt> {
    let lexed = aio_lexer::tokenize(source);
    if !lexed.errors.is_empty() {
        return None;
    }
    let builder = Builder::new(source);
    let terminals = prepare(lexed.tokens)
        .into_iter()
        .map(|(token, span)| (span.start, token, span.end));
    let mut body = grammar::ModuleParser::new()
        .parse(&builder, terminals)
        .ok()?;
    body.pop().filter(|_| body.is_empty())
}

/// Says what is wrong where the grammar cannot go on.
#[cold]
fn diagnose_at(source: &str, error: ParseError<u32, Token, &'static str>) -> SyntaxError {
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
fn with_lexer_errors(
    source: &str,
    lexed: &Lexed,
    grammar_errors: Vec<SyntaxError>,
) -> Vec<SyntaxError> {
    let place = grammar_errors.first().map(|e| e.span.start);
    let mut all = Vec::new();
    let Some(first) = lexed.prevailing(source, place) else {
        all.extend(grammar_errors);
        return all;
    };
    all.push(convert(first));
    let others = lexed.errors.iter().filter(|e| *e != first);
    all.extend(others.map(convert));
    all
}

fn convert(error: &LexError) -> SyntaxError {
    SyntaxError {
        class: error.class.into(),
        message: error.message.clone(),
        span: error.span,
        incomplete: error.incomplete,
    }
}
