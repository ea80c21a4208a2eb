//! The `is...` methods of strings, and the digit values, by Unicode 15.1 as in CPython 3.13.
//!
//! The standard library's `char` methods are not used: they follow a newer Unicode, and its
//! categories are not quite Python's. Byte strings have their own in `bytes::classify`.

use super::tables::class::{
    ALPHA, ASCII, ASSIGNED, BLOCKS, CASED, DECIMAL, DIGIT, ID_CONTINUE, ID_START, IGNORABLE, INDEX,
    LOW_END, LOWER, MAPPED, NOTHING, NUMERIC, PAGES, PRINTABLE, PRIVATE, PRIVATE_START, RECORDS,
    TAGS_END, TAGS_START, TITLE, UPPER,
};

/// What a word of an alphanumeric string may hold.
const ALNUM: u16 = ALPHA | DECIMAL | DIGIT | NUMERIC;

/// The number of the record of a code point.
fn record(code: u32) -> u8 {
    let place = match code {
        0..LOW_END => code,
        TAGS_START..TAGS_END => code - TAGS_START + LOW_END,
        PRIVATE_START.. if code & 0xfffe != 0xfffe => return PRIVATE,
        _ => return NOTHING,
    } as usize;
    let page = PAGES[place >> 8] as usize;
    let block = INDEX[page << 4 | place >> 4 & 15] as usize;
    BLOCKS[block << 4 | place & 15]
}

#[inline]
fn flags(c: char) -> u16 {
    match ASCII.get(c as usize) {
        Some(&flags) => flags,
        None => RECORDS[record(c as u32) as usize].0,
    }
}

/// Whether there is a character and all have one of `wanted`.
fn all(text: &str, wanted: u16) -> bool {
    !text.is_empty() && every(text, wanted)
}

/// Whether all characters have one of `wanted`.
fn every(text: &str, wanted: u16) -> bool {
    text.chars().all(|c| flags(c) & wanted != 0)
}

/// `str.isalpha`.
pub fn is_alpha(text: &str) -> bool {
    all(text, ALPHA)
}

/// `str.isalnum`.
pub fn is_alnum(text: &str) -> bool {
    all(text, ALNUM)
}

/// `str.isdecimal`.
pub fn is_decimal(text: &str) -> bool {
    all(text, DECIMAL)
}

/// `str.isdigit`.
pub fn is_digit(text: &str) -> bool {
    all(text, DIGIT)
}

/// `str.isnumeric`.
pub fn is_numeric(text: &str) -> bool {
    all(text, NUMERIC)
}

/// `str.isprintable`: true of the empty string.
pub fn is_printable(text: &str) -> bool {
    every(text, PRINTABLE)
}

/// `str.isspace`.
pub fn is_space(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_space_char)
}

/// `str.isascii`: true of the empty string.
pub fn is_ascii(text: &str) -> bool {
    text.is_ascii()
}

/// `str.isidentifier`: keywords count.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_id_start_char) && chars.all(is_id_continue_char)
}

/// `str.islower`: some character is cased, and all cased ones are lower case.
pub fn is_lower(text: &str) -> bool {
    one_case(text, LOWER, UPPER | TITLE)
}

/// `str.isupper`: some character is cased, and all cased ones are upper case.
pub fn is_upper(text: &str) -> bool {
    one_case(text, UPPER, LOWER | TITLE)
}

fn one_case(text: &str, wanted: u16, wrong: u16) -> bool {
    let mut found = false;
    for c in text.chars() {
        let flags = flags(c);
        if flags & wrong != 0 {
            return false;
        }
        found |= flags & wanted != 0;
    }
    found
}

/// `str.istitle`: some character is cased, and words begin with an upper or title case
/// character and go on with lower case ones.
pub fn is_title(text: &str) -> bool {
    let (mut found, mut in_word) = (false, false);
    for c in text.chars() {
        let flags = flags(c);
        if flags & (UPPER | TITLE) != 0 {
            if in_word {
                return false;
            }
            in_word = true;
        } else if flags & LOWER != 0 {
            if !in_word {
                return false;
            }
        } else {
            in_word = false;
        }
        found |= in_word;
    }
    found
}

/// `str.isalpha` of one character.
pub fn is_alpha_char(c: char) -> bool {
    flags(c) & ALPHA != 0
}

/// `str.isalnum` of one character.
pub fn is_alnum_char(c: char) -> bool {
    flags(c) & ALNUM != 0
}

/// `str.isdecimal` of one character.
pub fn is_decimal_char(c: char) -> bool {
    flags(c) & DECIMAL != 0
}

/// `str.isdigit` of one character.
pub fn is_digit_char(c: char) -> bool {
    flags(c) & DIGIT != 0
}

/// `str.isnumeric` of one character.
pub fn is_numeric_char(c: char) -> bool {
    flags(c) & NUMERIC != 0
}

/// `str.islower` of one character.
pub fn is_lower_char(c: char) -> bool {
    flags(c) & LOWER != 0
}

/// `str.isupper` of one character.
pub fn is_upper_char(c: char) -> bool {
    flags(c) & UPPER != 0
}

/// Whether `c` is a title case character, such as `ǅ`.
pub fn is_title_char(c: char) -> bool {
    flags(c) & TITLE != 0
}

/// `str.isprintable` of one character.
#[inline]
pub fn is_printable_char(c: char) -> bool {
    flags(c) & PRINTABLE != 0
}

/// Whether `c` may begin an identifier.
pub fn is_id_start_char(c: char) -> bool {
    flags(c) & ID_START != 0
}

/// Whether `c` may stand inside an identifier.
pub fn is_id_continue_char(c: char) -> bool {
    flags(c) & ID_CONTINUE != 0
}

/// Whether Unicode 15.1 has a character at `c`.
pub fn is_assigned_char(c: char) -> bool {
    flags(c) & ASSIGNED != 0
}

/// Whether `c` has case, as the rules for words and the final sigma see it.
pub(super) fn is_cased_char(c: char) -> bool {
    flags(c) & CASED != 0
}

/// Whether any case mapping changes `c`.
#[inline]
pub(super) fn has_case_mapping(c: char) -> bool {
    flags(c) & MAPPED != 0
}

/// Whether the rule for the final sigma looks through `c`.
pub(super) fn is_case_ignorable_char(c: char) -> bool {
    flags(c) & IGNORABLE != 0
}

/// `str.isspace` of one character: also what `split` and `strip` take for white space.
#[inline]
pub fn is_space_char(c: char) -> bool {
    match c {
        '\0'..='\x7f' => matches!(c, '\t'..='\r' | '\x1c'..='\x20'),
        _ => matches!(
            c,
            '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'
                ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        ),
    }
}

/// The value of a decimal digit of any script: what `int` and `float` read.
#[inline]
pub fn decimal_value(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '\0'..='\x7f' => None,
        _ => value(c, DECIMAL),
    }
}

/// The value of a digit, superscripts and the like included: `unicodedata.digit`.
pub fn digit_value(c: char) -> Option<u8> {
    value(c, DIGIT)
}

fn value(c: char, wanted: u16) -> Option<u8> {
    let (flags, value) = RECORDS[record(c as u32) as usize];
    (flags & wanted != 0).then_some(value)
}
