//! The place where the grammar could not go on: the token found and what stands around it.

use aio_lexer::{LineIndex, Token};

use super::{ErrorClass, SyntaxError};
use crate::ast::{Expr, Span, Stmt, StmtKind};
use crate::terminals::{SpannedToken, soft_keyword, starts_line};

/// How deep `else` and `lambda` may nest before an expression is no longer looked at.
const MAX_NESTING: u32 = 50;

/// The token found and what stands around it. Indices are those of the tokens.
pub struct Site<'a> {
    /// The source text.
    pub source: &'a str,
    tokens: &'a [SpannedToken],
    /// The token that is not allowed.
    pub at: usize,
    /// The first token of its logical line.
    pub line: usize,
    /// The innermost bracket open before it, on its line.
    pub open: Option<usize>,
    /// The innermost open bracket for each token from the first of the line on.
    opens: Vec<Option<usize>>,
    expected: &'a [String],
}

impl<'a> Site<'a> {
    /// The site of the token `found`, which starts at `start`.
    pub fn new(
        source: &'a str,
        tokens: &'a [SpannedToken],
        start: u32,
        found: &Token,
        expected: &'a [String],
    ) -> Site<'a> {
        let same = |t: &Token| {
            std::mem::discriminant(t) == std::mem::discriminant(found)
                || soft_keyword(t).is_some() && matches!(found, Token::Name(_))
        };
        let from = tokens.partition_point(|(_, span)| span.start < start);
        let at = tokens[from..]
            .iter()
            .position(|(t, span)| span.start == start && same(t))
            .map_or(from.min(tokens.len().saturating_sub(1)), |i| from + i);
        let mut line = at;
        while line > 0 && !starts_line(tokens, line) {
            line -= 1;
        }
        let mut site = Site {
            source,
            tokens,
            at,
            line,
            open: None,
            opens: Vec::new(),
            expected,
        };
        site.opens = site.find_opens();
        site.open = site.innermost_open(at);
        site
    }

    fn find_opens(&self) -> Vec<Option<usize>> {
        let mut open = Vec::new();
        let mut opens = Vec::new();
        for i in self.line..=self.at {
            opens.push(open.last().copied());
            if is_opening(self.token(i)) {
                open.push(i);
            } else if is_closing(self.token(i)) {
                open.pop();
            }
        }
        opens
    }

    /// The token at `i`; past the end, the end.
    pub fn token(&self, i: usize) -> &'a Token {
        self.tokens.get(i).map_or(&Token::EndOfFile, |(t, _)| t)
    }

    /// The place of the token at `i`.
    pub fn span(&self, i: usize) -> Span {
        let end = self.source.len() as u32;
        self.tokens.get(i).map_or(Span::new(end, end), |(_, s)| *s)
    }

    /// All tokens.
    pub fn tokens(&self) -> &'a [SpannedToken] {
        self.tokens
    }

    /// The first token of the statement, which need not be the first of the line.
    pub fn statement(&self) -> usize {
        let mut depth = 0_usize;
        for i in (self.line..self.at).rev() {
            let token = self.token(i);
            if is_closing(token) {
                depth += 1;
            } else if is_opening(token) {
                depth = depth.saturating_sub(1);
            } else if *token == Token::Semicolon && depth == 0 {
                return i + 1;
            }
        }
        self.line
    }

    /// Where the expression starts that ends before the token at `end`: after the nearest
    /// comma, opening bracket or keyword before it.
    pub fn expression_start(&self, end: usize) -> usize {
        let start = self.statement();
        let mut depth = 0_usize;
        for i in (self.line..end).rev() {
            let token = self.token(i);
            if is_closing(token) || *token == Token::FStringEnd {
                depth += 1;
            } else if is_opening(token) || *token == Token::FStringStart {
                if depth == 0 {
                    return i + 1;
                }
                depth -= 1;
            } else if depth == 0 && (separates(token) || i == start && begins_test(token)) {
                return i + 1;
            }
        }
        self.line
    }

    /// The token that is not allowed.
    pub fn found(&self) -> &'a Token {
        self.token(self.at)
    }

    /// The token `back` places before it on its line, else the end.
    pub fn before(&self, back: usize) -> &'a Token {
        match self.at.checked_sub(back) {
            Some(i) if i >= self.line => self.token(i),
            _ => &Token::EndOfFile,
        }
    }

    /// The bracket around it, if any.
    pub fn bracket(&self) -> Option<&'a Token> {
        self.open.map(|i| self.token(i))
    }

    /// Whether the grammar allows the terminal called `name` there.
    pub fn expects(&self, name: &str) -> bool {
        self.expected.iter().any(|e| e.trim_matches('"') == name)
    }

    /// Whether the source ends there, so that more of it could help.
    pub fn is_at_end(&self) -> bool {
        let is_empty = |i: usize| match self.token(i) {
            Token::Newline => self.open.is_some(),
            Token::FStringEnd => self.span(i).is_empty(), // stands in for what is not there
            Token::Dedent | Token::EndOfFile => true,
            _ => false,
        };
        (self.at..self.tokens.len()).all(is_empty)
    }

    /// The 1-based line of the token at `i`.
    pub fn line_number(&self, i: usize) -> u32 {
        LineIndex::new(self.source).line(self.span(i).start)
    }

    /// A `SyntaxError` at the token at `i`.
    pub fn error(&self, message: impl Into<String>, i: usize) -> SyntaxError {
        SyntaxError::new(message, self.span(i))
    }

    /// A `SyntaxError` from the token at `from` up to and with that at `to`.
    pub fn error_range(&self, message: impl Into<String>, from: usize, to: usize) -> SyntaxError {
        SyntaxError::new(message, self.span(from).to(self.span(to)))
    }

    /// An `IndentationError` at the token at `i`.
    pub fn indentation_error(&self, message: impl Into<String>, i: usize) -> SyntaxError {
        SyntaxError {
            class: ErrorClass::Indentation,
            ..self.error(message, i)
        }
    }

    /// What to say when there is nothing better.
    pub fn generic(&self) -> SyntaxError {
        match self.found() {
            Token::Indent => {
                let mut error = self.indentation_error("unexpected indent", self.at);
                error.span.start = error.span.end.saturating_sub(1).max(error.span.start);
                error
            }
            Token::Dedent => self.indentation_error("unexpected unindent", self.at),
            _ => self.error("invalid syntax", self.at),
        }
    }

    /// The innermost bracket open before the token at `i`, which stands on the line and not
    /// after the token that is not allowed.
    pub fn innermost_open(&self, i: usize) -> Option<usize> {
        let index = i.checked_sub(self.line)?;
        self.opens.get(index).copied().flatten()
    }

    /// The index after the bracket that closes the one at `open`.
    pub fn skip_bracket(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for i in open..self.tokens.len() {
            if is_opening(self.token(i)) {
                depth += 1;
            } else if is_closing(self.token(i)) {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                return Some(i + 1);
            }
        }
        None
    }

    /// Whether a name stands at `i`.
    pub fn is_name(&self, i: usize) -> bool {
        matches!(self.token(i), Token::Name(_)) || soft_keyword(self.token(i)).is_some()
    }

    /// The name at `i`.
    pub fn name(&self, i: usize) -> Option<&'a str> {
        match self.token(i) {
            Token::Name(name) => Some(name),
            token => soft_keyword(token),
        }
    }

    /// The index after the expression that starts at `i`, if one does. What stands in brackets
    /// is not looked into.
    pub fn skip_expression(&self, i: usize) -> Option<usize> {
        self.skip_nested(i, 0)
    }

    /// The same `depth` expressions deep: not in brackets, but after `else` and `lambda`.
    fn skip_nested(&self, start: usize, depth: u32) -> Option<usize> {
        if depth > MAX_NESTING {
            return None;
        }
        let mut i = start;
        loop {
            i = self.skip_operand(i, depth)?;
            i = match self.token(i) {
                Token::Not if *self.token(i + 1) == Token::In => i + 2,
                Token::Is if *self.token(i + 1) == Token::Not => i + 2,
                Token::If => return self.skip_condition(i, depth),
                token if is_binary(token) => match self.skip_operand(i + 1, depth + 1) {
                    Some(_) => i + 1,
                    None => return Some(i),
                },
                _ => return Some(i),
            };
        }
    }

    /// The index after the `if … else …` that starts at `i`, else `i`.
    fn skip_condition(&self, i: usize, depth: u32) -> Option<usize> {
        match self.skip_nested(i + 1, depth + 1) {
            Some(end) if *self.token(end) == Token::Else => {
                self.skip_nested(end + 1, depth + 1).or(Some(i))
            }
            _ => Some(i),
        }
    }

    /// The index after expressions with commas between them.
    pub fn skip_expressions(&self, i: usize) -> Option<usize> {
        let mut i = self.skip_expression(i)?;
        while *self.token(i) == Token::Comma {
            i = match self.skip_expression(i + 1) {
                Some(after) => after,
                None => return Some(i + 1),
            };
        }
        Some(i)
    }

    /// The same without operators after the first operand.
    fn skip_operand(&self, start: usize, depth: u32) -> Option<usize> {
        let i = self.operand(start);
        if *self.token(i) == Token::Lambda && i == start {
            let is_head = |i: &usize| {
                !matches!(
                    self.token(*i),
                    Token::Colon | Token::Newline | Token::EndOfFile
                )
            };
            let colon = i + (i..self.tokens.len()).take_while(is_head).count();
            return self.skip_nested(colon + 1, depth + 1);
        }
        let mut i = self.skip_atom(i)?;
        loop {
            i = match self.token(i) {
                Token::Dot if self.is_name(i + 1) => i + 2,
                Token::LParen | Token::LBracket => match self.skip_bracket(i) {
                    Some(end) if !(i..end).contains(&self.at) || i == self.at => end,
                    _ => return Some(i), // what is wrong stands in it
                },
                _ => return Some(i),
            };
        }
    }

    /// The index after the unary operators at `i`.
    pub fn operand(&self, i: usize) -> usize {
        let is_prefix = |i: &usize| {
            matches!(
                self.token(*i),
                Token::Not | Token::Minus | Token::Plus | Token::Tilde | Token::Await
            )
        };
        i + (i..self.tokens.len()).take_while(is_prefix).count()
    }

    fn skip_atom(&self, i: usize) -> Option<usize> {
        match self.token(i) {
            Token::LParen | Token::LBracket | Token::LBrace => self
                .skip_bracket(i)
                .filter(|end| !(i + 1..*end).contains(&self.at)),
            Token::Str(_) | Token::Bytes(_) | Token::FStringStart => self.skip_strings(i),
            token if is_simple_atom(token) || self.is_name(i) => Some(i + 1),
            _ => None,
        }
    }

    fn skip_strings(&self, i: usize) -> Option<usize> {
        let mut i = i;
        loop {
            match self.token(i) {
                Token::Str(_) | Token::Bytes(_) => i += 1,
                Token::FStringStart => {
                    let mut depth = 0_usize;
                    loop {
                        match self.token(i) {
                            Token::FStringStart => depth += 1,
                            Token::FStringEnd => depth = depth.saturating_sub(1),
                            Token::EndOfFile => return None,
                            _ => {}
                        }
                        i += 1;
                        if depth == 0 {
                            break;
                        }
                    }
                }
                _ => return Some(i),
            }
        }
    }

    /// The expression that the tokens from `from` up to, not including, `to` are.
    pub fn expression(&self, from: usize, to: usize) -> Option<Expr> {
        let at = |i: usize| self.span(i);
        let mut tokens = vec![(Token::LParen, at(from))];
        tokens.extend_from_slice(self.tokens.get(from..to)?);
        tokens.push((Token::RParen, at(to)));
        // In parentheses, so that anything that is an expression anywhere is one.
        match self.fragment(tokens)?.0.pop()?.kind {
            StmtKind::Expr(value) => Some(*value),
            _ => None,
        }
    }

    /// What the builder finds wrong about the tokens from `from` up to, not including, `to`,
    /// taken as a line.
    pub fn line_errors(&self, from: usize, to: usize) -> Option<Vec<SyntaxError>> {
        let tokens = self.tokens.get(from..to)?.to_vec();
        self.fragment(tokens).map(|(_, errors)| errors)
    }

    /// The same with ` = _ = _` after them.
    pub fn chain_errors(&self, from: usize, to: usize) -> Option<Vec<SyntaxError>> {
        let mut tokens = self.tokens.get(from..to)?.to_vec();
        let span = self.span(to);
        for _ in 0..2 {
            tokens.push((Token::Equal, span));
            tokens.push((Token::Underscore, span));
        }
        self.fragment(tokens).map(|(_, errors)| errors)
    }

    /// Where the last token starts that CPython reads when it looks for expressions side by
    /// side: `a b`, and for the sake of `print` from each name on.
    pub fn reach(&self) -> u32 {
        let mut last = self.at;
        let is_adjacent = self.at > self.line && ends_expression(self.token(self.at - 1));
        let mut i = self.expression_start(self.at);
        while is_adjacent && let Some(first) = self.skip_expression(i) {
            let second = match self.skip_expression(first) {
                Some(second) => second,
                None => self.operand(first),
            };
            last = last.max(second);
            if self.is_left_open(second) {
                return self.source.len() as u32;
            }
            if !self.is_name(i) || *self.token(i + 1) == Token::LParen {
                break;
            }
            i += 1;
        }
        self.span(last).start
    }

    /// Whether a bracket at `i` is not closed, and what follows it could stand in it.
    fn is_left_open(&self, i: usize) -> bool {
        is_opening(self.token(i))
            && self.skip_bracket(i).is_none()
            && (matches!(self.token(i + 1), Token::Newline | Token::EndOfFile)
                || self.skip_expression(i + 1).is_some())
    }

    fn fragment(&self, mut tokens: Vec<SpannedToken>) -> Option<(Vec<Stmt>, Vec<SyntaxError>)> {
        let span = self.span(self.at);
        tokens.push((Token::Newline, span));
        tokens.push((Token::EndOfFile, span));
        crate::parse::fragment(self.source, tokens)
    }
}

/// Whether `token` opens a bracket.
pub fn is_opening(token: &Token) -> bool {
    matches!(
        token,
        Token::LParen | Token::LBracket | Token::LBrace | Token::FStringOpen
    )
}

/// Whether `token` closes a bracket.
pub fn is_closing(token: &Token) -> bool {
    matches!(
        token,
        Token::RParen | Token::RBracket | Token::RBrace | Token::FStringClose
    )
}

/// Whether an expression may end with `token`.
pub fn ends_expression(token: &Token) -> bool {
    is_simple_atom(token)
        || soft_keyword(token).is_some()
        || matches!(
            token,
            Token::Name(_)
                | Token::Str(_)
                | Token::Bytes(_)
                | Token::FStringEnd
                | Token::RParen
                | Token::RBracket
                | Token::RBrace
        )
}

/// Whether `token` is an expression by itself, and no name or string.
fn is_simple_atom(token: &Token) -> bool {
    matches!(
        token,
        Token::None
            | Token::True
            | Token::False
            | Token::Ellipsis
            | Token::Int(_)
            | Token::BigInt { .. }
            | Token::Float(_)
            | Token::Imaginary(_)
    )
}

/// Whether an `if` statement begins with `token`.
fn begins_test(token: &Token) -> bool {
    matches!(token, Token::If | Token::Elif)
}

/// Whether an expression may start after `token` and not contain it.
fn separates(token: &Token) -> bool {
    matches!(
        token,
        Token::Comma
            | Token::Colon
            | Token::Semicolon
            | Token::Equal
            | Token::ColonEqual
            | Token::Arrow
            | Token::Else
            | Token::For
            | Token::Return
            | Token::Yield
            | Token::From
            | Token::Assert
            | Token::Del
            | Token::Raise
            | Token::While
            | Token::With
            | Token::As
            | Token::Except
            | Token::Import
            | Token::Global
            | Token::Nonlocal
            | Token::Lambda
    )
}

/// Whether `token` stands between two operands.
fn is_binary(token: &Token) -> bool {
    matches!(
        token,
        Token::And
            | Token::Or
            | Token::In
            | Token::Is
            | Token::EqualEqual
            | Token::NotEqual
            | Token::Less
            | Token::LessEqual
            | Token::Greater
            | Token::GreaterEqual
    ) || is_arithmetic(token)
}

/// Whether `token` is an arithmetic operator.
pub fn is_arithmetic(token: &Token) -> bool {
    matches!(
        token,
        Token::Plus
            | Token::Minus
            | Token::Star
            | Token::DoubleStar
            | Token::Slash
            | Token::DoubleSlash
            | Token::Percent
            | Token::At
            | Token::Pipe
            | Token::Ampersand
            | Token::Caret
            | Token::LeftShift
            | Token::RightShift
    )
}
