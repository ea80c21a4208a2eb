//! The names of encodings: aliases and their normalisation.

use super::page::{self, Page};

/// A text encoding.
#[derive(Clone, Copy, Debug)]
pub enum Encoding {
    /// `utf-8`.
    Utf8,
    /// `utf-8` with the byte order mark first.
    Utf8Sig,
    /// `utf-7`.
    Utf7,
    /// `unicode_escape`: as in string literals.
    Escape,
    /// `raw_unicode_escape`: as in raw string literals of Python 2.
    RawEscape,
    /// `utf-16` and its two fixed orders.
    Utf16(Order),
    /// `utf-32` and its two fixed orders.
    Utf32(Order),
    /// `latin-1`, also known as ISO 8859-1.
    Latin1,
    /// `ascii`.
    Ascii,
    /// One of the 8-bit code pages.
    Page(&'static Page),
}

/// The order of the bytes in a unit of UTF-16 or UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Little-endian after a byte order mark; read by the mark if there is one.
    Marked,
    /// The lowest byte first, no mark.
    Little,
    /// The highest byte first, no mark.
    Big,
}

/// The spelling under which names are compared: ASCII letters in lower case, digits and dots,
/// each run of anything else as one underscore.
pub fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// The encoding of this name, however it is spelt.
pub fn lookup(name: &str) -> Option<Encoding> {
    if name == "utf-8" || name == "utf8" {
        return Some(Encoding::Utf8);
    }
    let name = normalise(name);
    by_alias(&name).or_else(|| {
        // Dots count as underscores in aliases only.
        let undotted = name.replace('.', "_");
        if is_module(&undotted) {
            None
        } else {
            by_alias(&undotted)
        }
    })
}

/// Whether `name` is a codec's own name and no alias of another.
fn is_module(name: &str) -> bool {
    matches!(
        name,
        "utf_8"
            | "utf_8_sig"
            | "utf_7"
            | "unicode_escape"
            | "raw_unicode_escape"
            | "utf_16"
            | "utf_16_le"
            | "utf_16_be"
            | "utf_32"
            | "utf_32_le"
            | "utf_32_be"
            | "latin_1"
            | "iso8859_2"
            | "iso8859_5"
            | "iso8859_15"
            | "koi8_r"
            | "koi8_u"
    )
}

fn by_alias(name: &str) -> Option<Encoding> {
    use Encoding::{Ascii, Latin1, Utf7, Utf8, Utf8Sig, Utf16, Utf32};
    Some(match name {
        "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => Utf8,
        "utf_8_sig" => Utf8Sig,
        "utf_7" | "utf7" | "u7" | "unicode_1_1_utf_7" => Utf7,
        "unicode_escape" | "unicodeescape" => Encoding::Escape,
        "raw_unicode_escape" | "rawunicodeescape" => Encoding::RawEscape,
        "utf_16" | "utf16" | "u16" => Utf16(Order::Marked),
        "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Utf16(Order::Little),
        "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Utf16(Order::Big),
        "utf_32" | "utf32" | "u32" => Utf32(Order::Marked),
        "utf_32_le" | "utf_32le" => Utf32(Order::Little),
        "utf_32_be" | "utf_32be" => Utf32(Order::Big),
        "latin_1" | "latin1" | "latin" | "l1" | "iso8859" | "iso8859_1" | "iso_8859_1"
        | "iso_8859_1_1987" | "iso_ir_100" | "8859" | "cp819" | "ibm819" | "csisolatin1" => Latin1,
        "ascii" | "us_ascii" | "us" | "646" | "iso646_us" | "iso_646.irv_1991" | "iso_ir_6"
        | "ansi_x3.4_1968" | "ansi_x3.4_1986" | "ansi_x3_4_1968" | "cp367" | "ibm367"
        | "csascii" => Ascii,
        _ => return page_by_alias(name).map(Encoding::Page),
    })
}

fn page_by_alias(name: &str) -> Option<&'static Page> {
    Some(match name {
        "cp437" | "437" | "ibm437" | "cspc8codepage437" => &page::CP437,
        "cp850" | "850" | "ibm850" | "cspc850multilingual" => &page::CP850,
        "cp866" | "866" | "ibm866" | "csibm866" => &page::CP866,
        "cp1250" | "1250" | "windows_1250" => &page::CP1250,
        "cp1251" | "1251" | "windows_1251" => &page::CP1251,
        "cp1252" | "1252" | "windows_1252" => &page::CP1252,
        "iso8859_2" | "iso_8859_2" | "iso_8859_2_1987" | "iso_ir_101" | "latin2" | "l2"
        | "csisolatin2" => &page::ISO8859_2,
        "iso8859_5" | "iso_8859_5" | "iso_8859_5_1988" | "iso_ir_144" | "cyrillic"
        | "csisolatincyrillic" => &page::ISO8859_5,
        "iso8859_15" | "iso_8859_15" | "latin9" | "l9" => &page::ISO8859_15,
        "koi8_r" | "cskoi8r" => &page::KOI8_R,
        "koi8_u" => &page::KOI8_U,
        _ => return None,
    })
}
