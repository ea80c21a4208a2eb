//! Formatting without interpreter values: format specifications, `%` templates and templates
//! of `str.format`.
//!
//! Templates are only taken apart here: fetching the arguments, `repr` and `__format__` are the
//! interpreter's. Errors inside a template stay in their place in its pieces, because Python
//! meets them only after it has processed what stands before.

mod complex;
mod field;
mod float;
mod int;
mod layout;
mod markup;
mod percent;
mod percent_value;
mod spec;
mod str;
mod template;

#[cfg(test)]
mod tests;

pub use complex::format_complex;
pub use field::{Access, FieldName, First, split_field_name};
pub use float::format_float;
pub use int::{format_bool, format_int};
pub use markup::{Markup, MarkupField, MarkupPiece};
pub use percent::{
    Conversion, Count, Directive, Flags, Key, PercentPiece, PercentText, parse_percent,
};
pub use percent_value::{
    PercentSpec, percent_char, percent_float, percent_int, percent_str, percent_text,
};
pub use spec::{Align, FormatSpec, Grouping, Sign, Target};
pub use str::format_str;
pub use template::{Field, FieldConversion, FieldSpec, Template, TemplatePiece, parse_template};
