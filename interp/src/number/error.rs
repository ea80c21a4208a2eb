//! The errors of numeric operations and formatting: Python's exception kind with CPython's text.
//!
//! Not the interpreter's exceptions: the caller turns each variant into the exception it names.

/// Why a numeric or formatting operation failed. The text is the message of the exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumError {
    /// `ValueError`
    Value(String),
    /// `OverflowError`
    Overflow(String),
    /// `ZeroDivisionError`
    ZeroDivision(String),
    /// `TypeError`
    Type(String),
    /// `MemoryError`: the result would be larger than anything reasonable to allocate.
    Memory,
}

/// The result of a numeric or formatting operation.
pub type NumResult<T> = Result<T, NumError>;

impl NumError {
    #[cold]
    pub(crate) fn value<T>(text: impl Into<String>) -> NumResult<T> {
        Err(NumError::Value(text.into()))
    }

    #[cold]
    pub(crate) fn overflow<T>(text: impl Into<String>) -> NumResult<T> {
        Err(NumError::Overflow(text.into()))
    }

    #[cold]
    pub(crate) fn zero_division<T>(text: impl Into<String>) -> NumResult<T> {
        Err(NumError::ZeroDivision(text.into()))
    }

    /// The message of the exception; empty for `MemoryError`.
    pub fn message(&self) -> &str {
        match self {
            NumError::Value(text)
            | NumError::Overflow(text)
            | NumError::ZeroDivision(text)
            | NumError::Type(text) => text,
            NumError::Memory => "",
        }
    }
}
