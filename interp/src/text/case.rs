//! Upper, lower and title case of strings, and case folding, as CPython 3.13 has them.
//!
//! Byte strings have their own in `bytes::case`.

use super::classify::{
    has_case_mapping, is_case_ignorable_char, is_cased_char, is_lower_char, is_upper_char,
};
use super::tables::case::{
    FOLD, FOLD_FULL, LOWER, LOWER_FULL, Run, TITLE, TITLE_FULL, UPPER, UPPER_FULL,
};

/// What one character becomes.
enum Mapped {
    Char(char),
    Text(&'static str),
}

/// `str.lower`.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        push_lower(&mut out, text, at, c);
    }
    out
}

/// `str.upper`.
pub fn upper(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut out, upper_of(c));
    }
    out
}

/// `str.casefold`.
pub fn casefold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut out, fold_of(c));
    }
    out
}

/// `str.swapcase`.
pub fn swapcase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if is_upper_char(c) {
            push_lower(&mut out, text, at, c);
        } else if is_lower_char(c) {
            push(&mut out, upper_of(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// `str.capitalize`: the first character in title case, the rest in lower case.
pub fn capitalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if at == 0 {
            push(&mut out, title_of(c));
        } else {
            push_lower(&mut out, text, at, c);
        }
    }
    out
}

/// `str.title`: each character that no cased one precedes in title case, the rest in lower case.
pub fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        if in_word {
            push_lower(&mut out, text, at, c);
        } else {
            push(&mut out, title_of(c));
        }
        in_word = is_cased_char(c);
    }
    out
}

#[inline]
fn push(out: &mut String, mapped: Mapped) {
    match mapped {
        Mapped::Char(c) => out.push(c),
        Mapped::Text(text) => out.push_str(text),
    }
}

/// Lower case of the character at `at`: a sigma depends on what stands around it.
#[inline]
fn push_lower(out: &mut String, text: &str, at: usize, c: char) {
    if c == 'Σ' {
        out.push(if is_final_sigma(text, at) { 'ς' } else { 'σ' });
    } else {
        push(out, lower_of(c));
    }
}

/// Whether the sigma at `at` ends a word: a cased character before it and none after it, when
/// ignorable characters are looked through.
#[cold]
fn is_final_sigma(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let after = text.get(at + 'Σ'.len_utf8()..).unwrap_or("");
    next_is_cased(before.chars().rev()) && !next_is_cased(after.chars())
}

/// Whether the first character that is not ignorable has case.
fn next_is_cased(mut chars: impl Iterator<Item = char>) -> bool {
    chars
        .find(|c| !is_case_ignorable_char(*c))
        .is_some_and(is_cased_char)
}

/// Characters below this are looked up in arrays: Latin, Greek, Cyrillic and Armenian.
const DIRECT: usize = 0x590;

static LOWER_DIRECT: [u16; DIRECT] = direct(&LOWER, &LOWER_FULL);
static UPPER_DIRECT: [u16; DIRECT] = direct(&UPPER, &UPPER_FULL);

/// What the first characters become; 0 for those that become several.
const fn direct(runs: &[Run], full: &[(u32, &str)]) -> [u16; DIRECT] {
    let mut out = [0; DIRECT];
    let mut code = 0;
    while code < DIRECT {
        out[code] = code as u16;
        code += 1;
    }
    let mut i = 0;
    while i < runs.len() {
        let run = &runs[i];
        let mut code = run.first;
        while code <= run.last && (code as usize) < DIRECT {
            out[code as usize] = (code as i32 + run.delta) as u16;
            code += run.stride;
        }
        i += 1;
    }
    let mut i = 0;
    while i < full.len() && (full[i].0 as usize) < DIRECT {
        out[full[i].0 as usize] = 0;
        i += 1;
    }
    out
}

#[inline]
fn lower_of(c: char) -> Mapped {
    match LOWER_DIRECT.get(c as usize) {
        Some(&code) if code != 0 => Mapped::Char(char::from_u32(code as u32).unwrap_or(c)),
        _ => look_up(c, &LOWER, &LOWER_FULL).unwrap_or(Mapped::Char(c)),
    }
}

#[inline]
fn upper_of(c: char) -> Mapped {
    match UPPER_DIRECT.get(c as usize) {
        Some(&code) if code != 0 => Mapped::Char(char::from_u32(code as u32).unwrap_or(c)),
        _ => look_up(c, &UPPER, &UPPER_FULL).unwrap_or(Mapped::Char(c)),
    }
}

/// The table of title case holds only what differs from upper case.
fn title_of(c: char) -> Mapped {
    match c {
        '\0'..='\x7f' => upper_of(c),
        _ => look_up(c, &TITLE, &TITLE_FULL).unwrap_or_else(|| upper_of(c)),
    }
}

/// The table of folding holds only what differs from lower case.
fn fold_of(c: char) -> Mapped {
    match c {
        '\0'..='\x7f' => lower_of(c),
        _ => look_up(c, &FOLD, &FOLD_FULL).unwrap_or_else(|| lower_of(c)),
    }
}

fn look_up(c: char, runs: &[Run], full: &[(u32, &'static str)]) -> Option<Mapped> {
    if !has_case_mapping(c) {
        return None;
    }
    let code = c as u32;
    if let Some(run) = runs.get(runs.partition_point(|run| run.last < code))
        && run.first <= code
        && (code - run.first).is_multiple_of(run.stride)
    {
        let mapped = code.checked_add_signed(run.delta).and_then(char::from_u32);
        return Some(Mapped::Char(mapped.unwrap_or(c)));
    }
    let place = full.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    full.get(place).map(|(_, text)| Mapped::Text(text))
}
