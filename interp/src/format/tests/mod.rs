//! Tests of formatting: tables whose right sides were computed by CPython 3.13.

mod percent;
mod spec;
mod template;
