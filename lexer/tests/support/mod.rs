//! What the tests share: tokens as text.

#![allow(dead_code)]

use aio_lexer::{Token, tokenize};

/// The tokens of a source without errors, written as in Rust, without the `Newline` and
/// `EndOfFile` at the end.
pub fn render(source: &str) -> String {
    let lexed = tokenize(source);
    assert_eq!(lexed.errors, [], "{source:?}");
    let mut tokens: Vec<Token> = lexed.tokens.into_iter().map(|(token, _)| token).collect();
    assert_eq!(tokens.pop(), Some(Token::EndOfFile), "{source:?}");
    tokens.pop_if(|token| *token == Token::Newline);
    let tokens: Vec<String> = tokens.iter().map(|token| format!("{token:?}")).collect();
    tokens.join(" ")
}

/// The one token of a source.
pub fn single(source: &str) -> Token {
    let lexed = tokenize(source);
    assert_eq!(lexed.errors, [], "{source:?}");
    let [(token, span), (Token::Newline, _), (Token::EndOfFile, _)] = &lexed.tokens[..] else {
        panic!("{source:?} is not one token: {:?}", lexed.tokens);
    };
    assert_eq!(span.range(), 0..source.len(), "{source:?}");
    token.clone()
}
