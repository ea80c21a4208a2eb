//! The aio lexer.
