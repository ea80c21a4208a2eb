//! Tables generated from CPython's Unicode data and codecs by `generate.py`.
//!
//! Only data: `classify`, `case` and `codec` look things up in it.

pub(crate) mod case;
pub(crate) mod class;
pub(crate) mod code_page;
