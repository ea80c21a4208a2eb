//! The aio parser.
