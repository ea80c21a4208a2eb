//! The format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! Parsing checks what holds for all types; what a type does not allow is checked when it is
//! formatted.

use std::iter::Peekable;
use std::str::Chars;

use crate::number::{NumError, NumResult, decimal_digit};

/// Where the text stands in a wider field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: the padding stands between sign and digits.
    AfterSign,
}

/// What numbers not below zero begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `-`: nothing.
    Minus,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// The separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `,` every three digits.
    Comma,
    /// `_` every three digits, every four in bases 2, 8 and 16.
    Underscore,
}

/// The type a specification is for; it sets the default alignment and type code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `str`
    Str,
    /// `int`, `bool`
    Int,
    /// `float`
    Float,
    /// `complex`
    Complex,
}

/// A parsed format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// The padding character.
    pub fill: char,
    /// The alignment, the default of the type if none was given.
    pub align: Align,
    /// The sign option.
    pub sign: Option<Sign>,
    /// `z`: no minus before what rounds to zero.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least width in characters.
    pub width: Option<usize>,
    /// The separator of groups.
    pub grouping: Option<Grouping>,
    /// The number after the point.
    pub precision: Option<usize>,
    /// The type code. Codes that the type does not know are kept.
    pub code: Option<char>,
}

impl FormatSpec {
    /// What the empty specification means.
    pub const fn new(target: Target) -> FormatSpec {
        let align = match target {
            Target::Str => Align::Left,
            _ => Align::Right,
        };
        FormatSpec {
            fill: ' ',
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            code: None,
        }
    }

    /// Parses a specification for a value of the given type; `type_name` is for the error text.
    pub fn parse(text: &str, target: Target, type_name: &str) -> NumResult<FormatSpec> {
        let mut spec = FormatSpec::new(target);
        let mut rest = text.chars().peekable();
        let (has_fill, has_align) = spec.read_align(text, &mut rest);
        spec.read_flags(&mut rest);
        if !has_fill && rest.next_if_eq(&'0').is_some() {
            spec.fill = '0';
            if !has_align && target != Target::Str {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = read_number(&mut rest)?;
        spec.read_grouping(&mut rest)?;
        if rest.next_if_eq(&'.').is_some() {
            spec.precision = read_number(&mut rest)?;
            if spec.precision.is_none() {
                return NumError::value("Format specifier missing precision");
            }
        }
        spec.code = rest.next();
        if rest.next().is_some() {
            let shown: String = type_name.chars().take(200).collect();
            return NumError::value(format!(
                "Invalid format specifier '{text}' for object of type '{shown}'"
            ));
        }
        spec.check_grouping(target)?;
        Ok(spec)
    }

    /// Reads `[[fill]align]`; tells whether there was a fill character and an alignment.
    fn read_align(&mut self, text: &str, rest: &mut Peekable<Chars<'_>>) -> (bool, bool) {
        let mut ahead = text.chars();
        let (first, second) = (ahead.next(), ahead.next());
        if let (Some(fill), Some(align)) = (first, second.and_then(align_of)) {
            self.fill = fill;
            self.align = align;
            rest.next();
            rest.next();
            return (true, true);
        }
        if let Some(align) = first.and_then(align_of) {
            self.align = align;
            rest.next();
            return (false, true);
        }
        (false, false)
    }

    fn read_flags(&mut self, rest: &mut Peekable<Chars<'_>>) {
        self.sign = match rest.peek() {
            Some('-') => Some(Sign::Minus),
            Some('+') => Some(Sign::Plus),
            Some(' ') => Some(Sign::Space),
            _ => None,
        };
        if self.sign.is_some() {
            rest.next();
        }
        self.no_negative_zero = rest.next_if_eq(&'z').is_some();
        self.alternate = rest.next_if_eq(&'#').is_some();
    }

    fn read_grouping(&mut self, rest: &mut Peekable<Chars<'_>>) -> NumResult<()> {
        if rest.next_if_eq(&',').is_some() {
            self.grouping = Some(Grouping::Comma);
        }
        let mut is_mixed = false;
        if rest.next_if_eq(&'_').is_some() {
            is_mixed = self.grouping.is_some();
            self.grouping = Some(Grouping::Underscore);
        }
        if is_mixed || (self.grouping == Some(Grouping::Underscore) && rest.peek() == Some(&',')) {
            return NumError::value("Cannot specify both ',' and '_'.");
        }
        Ok(())
    }

    fn check_grouping(&self, target: Target) -> NumResult<()> {
        let Some(grouping) = self.grouping else {
            return Ok(());
        };
        let default = match target {
            Target::Str => Some('s'),
            _ => None,
        };
        let (separator, code) = match (grouping, self.code.or(default)) {
            (_, None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F')) => return Ok(()),
            (Grouping::Underscore, Some('b' | 'o' | 'x' | 'X')) => return Ok(()),
            (Grouping::Comma, Some(code)) => (',', code),
            (Grouping::Underscore, Some(code)) => ('_', code),
        };
        NumError::value(format!(
            "Cannot specify '{separator}' with '{}'.",
            shown_code(code)
        ))
    }

    /// The error for a type code that the type does not know.
    #[cold]
    pub(super) fn unknown_code<T>(&self, type_name: &str) -> NumResult<T> {
        let code = shown_code(self.code.unwrap_or('\0'));
        let shown: String = type_name.chars().take(200).collect();
        NumError::value(format!(
            "Unknown format code '{code}' for object of type '{shown}'"
        ))
    }
}

fn align_of(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// A type code as error texts show it.
fn shown_code(code: char) -> String {
    if ('!'..='\x7f').contains(&code) {
        code.to_string()
    } else {
        format!("\\x{:x}", u32::from(code))
    }
}

/// Reads decimal digits of any script; `None` if there are none.
fn read_number(rest: &mut Peekable<Chars<'_>>) -> NumResult<Option<usize>> {
    let mut number = None;
    while let Some(digit) = rest.peek().copied().and_then(decimal_digit) {
        let shifted = number.unwrap_or(0i64).checked_mul(10);
        number = match shifted.and_then(|n| n.checked_add(i64::from(digit))) {
            None => return NumError::value("Too many decimal digits in format string"),
            some => some,
        };
        rest.next();
    }
    Ok(number.map(|n| n as usize))
}
