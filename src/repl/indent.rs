//! How far the next line of an unfinished input is indented, and whether an input is finished.

use aio_lexer::{Token, tokenize};
use aio_parser::{Completeness, ParseOptions, check_complete};

/// One level.
pub const LEVEL: usize = 4;

/// True if more lines are to come.
pub fn is_unfinished(text: &str) -> bool {
    let options = ParseOptions {
        allow_top_level_await: true,
    };
    if text.trim_start().starts_with(':') || text.trim_end().ends_with('?') {
        return false;
    }
    matches!(check_complete(text, options), Completeness::Incomplete)
}

/// The white space that the line after this unfinished text begins with.
pub fn next(text: &str) -> String {
    let lexed = tokenize(text);
    let is_in_text = |message: &str| message.contains("triple-quoted");
    if lexed.errors.iter().any(|e| is_in_text(&e.message)) {
        return String::new();
    }
    let line = text.rsplit('\n').next().unwrap_or_default();
    let own = line.len() - line.trim_start_matches(' ').len();
    let start = text.len() - line.len();
    let mut words = lexed
        .tokens
        .iter()
        .filter(|(token, span)| {
            span.start as usize >= start
                && !matches!(
                    token,
                    Token::Newline | Token::Indent | Token::Dedent | Token::EndOfFile
                )
        })
        .map(|(token, _)| token);
    let first = words.next();
    let last = words.next_back().or(first);
    let width = match (first, last) {
        (_, Some(Token::Colon | Token::LParen | Token::LBracket | Token::LBrace)) => own + LEVEL,
        (Some(Token::Return | Token::Pass | Token::Break | Token::Continue | Token::Raise), _) => {
            own.saturating_sub(LEVEL)
        }
        _ => own,
    };
    " ".repeat(width)
}

#[cfg(test)]
mod tests {
    use super::{is_unfinished, next};

    #[test]
    fn lines_are_indented() {
        assert_eq!(next("def f():"), "    ");
        assert_eq!(next("def f():  # why"), "    ");
        assert_eq!(next("def f():\n    return 1"), "");
        assert_eq!(next("f(1,"), "");
        assert_eq!(next("f("), "    ");
        assert_eq!(next("t = '''a:"), "");
    }

    #[test]
    fn the_parser_decides() {
        assert!(is_unfinished("def f():"));
        assert!(is_unfinished("def f():\n    pass"));
        assert!(!is_unfinished("def f():\n    pass\n"));
        assert!(!is_unfinished("await f()"));
        assert!(is_unfinished("(1,"));
        assert!(!is_unfinished(":help"));
    }
}
