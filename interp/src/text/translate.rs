//! `str.translate`, with the table behind a closure.
//!
//! The closure may run script code and raise: nothing is borrowed across it but the text.

use std::borrow::Cow;

/// What a table says of a character.
#[derive(Clone, Debug)]
pub enum Action<S> {
    /// It stays: the table has no entry, or maps it to itself.
    Keep,
    /// It goes: the entry is `None`.
    Delete,
    /// It becomes this one: the entry is a number, or a string of one character.
    Char(char),
    /// It becomes this text.
    Text(S),
}

/// What has been learnt of an ASCII character.
#[derive(Clone, Copy)]
enum Known {
    Nothing,
    Delete,
    Char(char),
}

/// `str.translate`; borrowed when no character changed. An ASCII character is looked up once
/// when it becomes one character or none.
pub fn translate<S: AsRef<str>, E>(
    text: &str,
    mut look_up: impl FnMut(char) -> Result<Action<S>, E>,
) -> Result<Cow<'_, str>, E> {
    let mut known = [Known::Nothing; 128];
    let mut out = String::new();
    // Up to here the text is in `out`, or unchanged when `changed` is false.
    let (mut done, mut changed) = (0, false);
    for (at, c) in text.char_indices() {
        let slot = known.get_mut(c as usize);
        let action = match slot.as_deref() {
            Some(Known::Delete) => Action::Delete,
            Some(&Known::Char(new)) => Action::Char(new),
            _ => look_up(c)?,
        };
        if let Some(slot) = slot {
            match action {
                Action::Keep => *slot = Known::Char(c),
                Action::Delete => *slot = Known::Delete,
                Action::Char(new) => *slot = Known::Char(new),
                Action::Text(_) => {}
            }
        }
        match action {
            Action::Keep => continue,
            Action::Char(new) if new == c => continue,
            _ => {}
        }
        out.push_str(&text[done..at]);
        (done, changed) = (at + c.len_utf8(), true);
        match action {
            Action::Char(new) => out.push(new),
            Action::Text(new) => out.push_str(new.as_ref()),
            Action::Keep | Action::Delete => {}
        }
    }
    if !changed {
        return Ok(Cow::Borrowed(text));
    }
    out.push_str(&text[done..]);
    Ok(Cow::Owned(out))
}
