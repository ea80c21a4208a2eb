//! `unicodedata`: the database of characters.

use unicode_names2 as names;

/// The character of that name or alias, in either case.
pub fn character(name: &str) -> Option<char> {
    let is_spelt_well = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("  ")
        && !name.ends_with(' ')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
    let c = is_spelt_well.then(|| names::character(name))??;
    // The table is lenient about spaces and hyphens; Python is not. An alias (it is not the
    // name even with all of them gone) cannot be checked further.
    let Some(exact) = names::name(c) else {
        return Some(c);
    };
    let exact = exact.to_string();
    let is_alias = !letters(&exact).eq(letters(name));
    (is_alias || exact.eq_ignore_ascii_case(name)).then_some(c)
}

/// The letters and digits of a name, in upper case.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_uppercase())
}
