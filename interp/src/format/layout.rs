//! Padding and grouping: how formatted text is put into its field.

use crate::number::{NumError, NumResult};

use super::spec::{Align, FormatSpec, Grouping, Sign};

/// No text longer than this is made (2 GiB); a wider field is a `MemoryError`.
const LONGEST: usize = 1 << 31;

/// Makes sure that there is room for `count` more characters.
pub(super) fn reserve(out: &mut String, count: usize) -> NumResult<()> {
    if count > LONGEST {
        return Err(NumError::Memory);
    }
    out.try_reserve(count).map_err(|_| NumError::Memory)
}

/// Appends `count` times the character.
pub(super) fn push_fill(out: &mut String, fill: char, count: usize) {
    out.extend(std::iter::repeat_n(fill, count));
}

/// How many characters a text has.
pub(super) fn char_count(text: &str) -> usize {
    if text.len() < 32 && text.is_ascii() {
        return text.len();
    }
    text.chars().count()
}

/// Appends `text` in a field; `AfterSign` counts as left.
pub(super) fn write_padded(out: &mut String, text: &str, spec: &FormatSpec) -> NumResult<()> {
    let missing = spec.width.unwrap_or(0).saturating_sub(char_count(text));
    if missing == 0 {
        out.push_str(text);
        return Ok(());
    }
    reserve(out, text.len() + missing)?;
    let before = match spec.align {
        Align::Left | Align::AfterSign => 0,
        Align::Center => missing / 2,
        Align::Right => missing,
    };
    push_fill(out, spec.fill, before);
    out.push_str(text);
    push_fill(out, spec.fill, missing - before);
    Ok(())
}

/// A number taken apart for its field.
pub(super) struct Number<'a> {
    pub(super) is_negative: bool,
    /// `0x` and the like.
    pub(super) prefix: &'a str,
    /// The digits before the point, which are grouped; none in `inf` and `nan`.
    pub(super) digits: &'a str,
    /// All after them, the point first.
    pub(super) rest: &'a str,
}

impl<'a> Number<'a> {
    /// Takes the text of a number without prefix apart.
    pub(super) fn new(text: &'a str) -> Number<'a> {
        let (is_negative, size) = match text.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, text),
        };
        let count = size.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = size.split_at(count);
        Number {
            is_negative,
            prefix: "",
            digits,
            rest,
        }
    }

    fn sign(&self, spec: &FormatSpec) -> &'static str {
        match (self.is_negative, spec.sign) {
            (true, _) => "-",
            (false, Some(Sign::Plus)) => "+",
            (false, Some(Sign::Space)) => " ",
            _ => "",
        }
    }

    /// Appends the number in its field.
    pub(super) fn write(&self, out: &mut String, spec: &FormatSpec) -> NumResult<()> {
        let sign = self.sign(spec);
        let around = sign.len() + self.prefix.len() + char_count(self.rest);
        let width = spec.width.unwrap_or(0);
        // Zeros in front are grouped like the digits.
        let least = if spec.fill == '0' && spec.align == Align::AfterSign {
            width.saturating_sub(around)
        } else {
            0
        };
        let groups = Groups::new(self.digits.len(), least, spec);
        let missing = width.saturating_sub(around + groups.width);
        reserve(out, around + groups.width.max(least) + missing)?;
        let (before, inside, after) = match spec.align {
            Align::Left => (0, 0, missing),
            Align::Center => (missing / 2, 0, missing - missing / 2),
            Align::AfterSign => (0, missing, 0),
            Align::Right => (missing, 0, 0),
        };
        push_fill(out, spec.fill, before);
        out.push_str(sign);
        out.push_str(self.prefix);
        push_fill(out, spec.fill, inside);
        groups.write(out, self.digits);
        out.push_str(self.rest);
        push_fill(out, spec.fill, after);
        Ok(())
    }
}

/// Digits in groups, with zeros in front to reach a least width.
struct Groups {
    separator: char,
    /// The length of a group; zero for no grouping.
    size: usize,
    /// The digits with the zeros in front.
    count: usize,
    /// All characters.
    width: usize,
}

impl Groups {
    fn new(digits: usize, least: usize, spec: &FormatSpec) -> Groups {
        let (separator, size) = match spec.grouping {
            None => (' ', 0),
            Some(Grouping::Comma) => (',', 3),
            Some(Grouping::Underscore) => match spec.code {
                Some('b' | 'o' | 'x' | 'X') => ('_', 4),
                _ => ('_', 3),
            },
        };
        if digits == 0 || size == 0 {
            let count = if digits == 0 { 0 } else { digits.max(least) };
            return Groups {
                separator,
                size: 0,
                count,
                width: count,
            };
        }
        // Zeros go on until the field is full; a separator never comes first, so a field that
        // would begin with one gets a digit more.
        let turn = size + 1;
        let in_field = least / turn * size + (least % turn).max(1);
        let count = digits.max(in_field);
        Groups {
            separator,
            size,
            count,
            width: count + (count - 1) / size,
        }
    }

    fn write(&self, out: &mut String, digits: &str) {
        if self.size == 0 {
            push_fill(out, '0', self.count - digits.len());
            out.push_str(digits);
            return;
        }
        let zeros = std::iter::repeat_n('0', self.count - digits.len());
        for (index, digit) in zeros.chain(digits.chars()).enumerate() {
            if index > 0 && (self.count - index).is_multiple_of(self.size) {
                out.push(self.separator);
            }
            out.push(digit);
        }
    }
}
