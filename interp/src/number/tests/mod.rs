//! Tests of numbers: tables whose right sides were computed by CPython 3.13.

mod complex;
mod float;
mod float_text;
mod int;
mod int_text;
