//! `unicodedata`: the database of characters.

mod tables;

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::module::ModuleObj;
use aio_interp::text::{classify, surrogate};
use aio_interp::{R, Raised, Value, Vm};
use unicode_names2 as names;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("unicodedata", "The database of Unicode characters.");
    vm.add_natives(&module, ROWS);
    module
        .dict
        .set_name(&vm.name("unidata_version"), vm.text("15.1.0"));
    Ok(module)
}

static ROWS: &[Native] = &[
    native("lookup(name, /)", "Look up character by name.", lookup),
    native(
        "name(chr, default=<unrepresentable>, /)",
        "Returns the name assigned to the character chr as a string.",
        |vm, a| {
            let c = one(vm, "name() argument 1", &a[0])?;
            let name = Some(c)
                .filter(|c| classify::is_assigned_char(*c))
                .and_then(names::name);
            or_default(
                vm,
                name.map(|n| vm.text(&n.to_string())),
                &a[1],
                "no such name",
            )
        },
    ),
    native(
        "decimal(chr, default=<unrepresentable>, /)",
        "Converts a Unicode character into its equivalent decimal value.",
        |vm, a| {
            let c = one(vm, "decimal() argument 1", &a[0])?;
            let value = classify::decimal_value(c).map(|n| Value::Int(n.into()));
            or_default(vm, value, &a[1], "not a decimal")
        },
    ),
    native(
        "digit(chr, default=<unrepresentable>, /)",
        "Converts a Unicode character into its equivalent digit value.",
        |vm, a| {
            let c = one(vm, "digit() argument 1", &a[0])?;
            or_default(vm, digit(c).map(Value::Int), &a[1], "not a digit")
        },
    ),
    native(
        "numeric(chr, default=<unrepresentable>, /)",
        "Converts a Unicode character into its equivalent numeric value.",
        |vm, a| {
            let c = one(vm, "numeric() argument 1", &a[0])?;
            or_default(
                vm,
                numeric(c).map(Value::float),
                &a[1],
                "not a numeric character",
            )
        },
    ),
    native(
        "category(chr, /)",
        "Returns the general category assigned to the character chr as string.",
        |vm, a| {
            let c = one(vm, "category() argument", &a[0])?;
            Ok(vm.text(category(c)))
        },
    ),
    native(
        "bidirectional(chr, /)",
        "Returns the bidirectional class assigned to the character chr as string.",
        |vm, a| {
            let c = one(vm, "bidirectional() argument", &a[0])?;
            Ok(vm.text(in_ranges(tables::BIDIRECTIONAL, c)))
        },
    ),
    native(
        "combining(chr, /)",
        "Returns the canonical combining class assigned to the character chr as integer.",
        |vm, a| {
            let c = one(vm, "combining() argument", &a[0])?;
            Ok(Value::Int(canonical_combining_class(c).into()))
        },
    ),
    native(
        "mirrored(chr, /)",
        "Returns the mirrored property assigned to the character chr as integer.",
        |vm, a| {
            let c = one(vm, "mirrored() argument", &a[0])?;
            Ok(Value::Int(
                (!in_ranges(tables::MIRRORED, c).is_empty()).into(),
            ))
        },
    ),
    native(
        "east_asian_width(chr, /)",
        "Returns the east asian width assigned to the character chr as string.",
        |vm, a| {
            let c = one(vm, "east_asian_width() argument", &a[0])?;
            Ok(vm.text(in_ranges(tables::EAST_ASIAN_WIDTH, c)))
        },
    ),
    native(
        "decomposition(chr, /)",
        "Returns the canonical decomposition of the character chr as string.",
        decomposition,
    ),
    native(
        "normalize(form, unistr, /)",
        "Return the normal form 'form' for the Unicode string unistr.",
        |vm, a| {
            let text = vm.expect_str(&a[1], "normalize() argument 2")?;
            let normal = normal_form(vm, &a[0], text.as_str())?;
            Ok(if normal == text.as_str() {
                text.into()
            } else {
                vm.text(&normal)
            })
        },
    ),
    native(
        "is_normalized(form, unistr, /)",
        "Return whether the Unicode string unistr is in the normal form 'form'.",
        |vm, a| {
            let text = vm.expect_str(&a[1], "is_normalized() argument 2")?;
            Ok(Value::bool(
                normal_form(vm, &a[0], text.as_str())? == text.as_str(),
            ))
        },
    ),
];

/// The one character of a text.
fn one(vm: &Vm, what: &str, v: &Value) -> R<char> {
    let native = vm.native(v);
    let mut chars = native.as_str().unwrap_or("").chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(vm.type_error(format!(
            "{what} must be a unicode character, not {}",
            vm.type_name(v)
        ))),
    }
}

fn or_default(vm: &Vm, found: Option<Value>, default: &Value, missing: &str) -> R {
    match found.or_else(|| default.bound().cloned()) {
        Some(value) => Ok(value),
        None => Err(vm.value_error(missing)),
    }
}

fn lookup(vm: &Vm, a: &[Value]) -> R {
    let name = vm.expect_str(&a[0], "lookup() argument")?;
    match character(name.as_str()).filter(|c| classify::is_assigned_char(*c)) {
        Some(c) => Ok(vm.char(c)),
        None => Err(unknown(vm, name.as_str())),
    }
}

#[cold]
fn unknown(vm: &Vm, name: &str) -> Raised {
    let message = vm.text(&format!("undefined character name '{name}'"));
    vm.key_error(&message)
}

/// The entry of a table of ranges.
fn in_ranges(table: &[(u32, &'static str)], c: char) -> &'static str {
    let code = surrogate::code_point(c);
    let at = table.partition_point(|(start, _)| *start <= code);
    at.checked_sub(1)
        .and_then(|at| table.get(at))
        .map_or("", |(_, value)| value)
}

fn digit(c: char) -> Option<i64> {
    if let Some(value) = classify::decimal_value(c) {
        return Some(value.into());
    }
    let code = c as u32;
    let found = tables::DIGITS
        .iter()
        .find(|(start, count, _)| (*start..start + count).contains(&code));
    found.map(|(start, _, value)| value + i64::from(code - start))
}

fn numeric(c: char) -> Option<f64> {
    if let Some(value) = digit(c) {
        return Some(value as f64);
    }
    let code = c as u32;
    let found = tables::NUMERIC
        .iter()
        .find(|(start, count, _, _)| (*start..start + count).contains(&code));
    found.map(|(start, _, value, by)| (value + i64::from(code - start)) as f64 / *by as f64)
}

fn category(c: char) -> &'static str {
    if surrogate::is_surrogate(c) {
        return "Cs";
    }
    if !classify::is_assigned_char(c) {
        let is_private = c.general_category() == Category::PrivateUse;
        return if is_private { "Co" } else { "Cn" };
    }
    match c.general_category() {
        Category::UppercaseLetter => "Lu",
        Category::LowercaseLetter => "Ll",
        Category::TitlecaseLetter => "Lt",
        Category::ModifierLetter => "Lm",
        Category::OtherLetter => "Lo",
        Category::NonspacingMark => "Mn",
        Category::SpacingMark => "Mc",
        Category::EnclosingMark => "Me",
        Category::DecimalNumber => "Nd",
        Category::LetterNumber => "Nl",
        Category::OtherNumber => "No",
        Category::ConnectorPunctuation => "Pc",
        Category::DashPunctuation => "Pd",
        Category::OpenPunctuation => "Ps",
        Category::ClosePunctuation => "Pe",
        Category::InitialPunctuation => "Pi",
        Category::FinalPunctuation => "Pf",
        Category::OtherPunctuation => "Po",
        Category::MathSymbol => "Sm",
        Category::CurrencySymbol => "Sc",
        Category::ModifierSymbol => "Sk",
        Category::OtherSymbol => "So",
        Category::SpaceSeparator => "Zs",
        Category::LineSeparator => "Zl",
        Category::ParagraphSeparator => "Zp",
        Category::Control => "Cc",
        Category::Format => "Cf",
        Category::Surrogate => "Cs",
        Category::PrivateUse => "Co",
        Category::Unassigned => "Cn",
    }
}

/// The canonical decomposition, one step of it. Compatible ones are left out.
fn decomposition(vm: &Vm, a: &[Value]) -> R {
    let c = one(vm, "decomposition() argument", &a[0])?;
    let mut parts = Vec::new();
    decompose_canonical(c, |part| parts.push(part));
    let is_hangul = ('\u{ac00}'..='\u{d7a3}').contains(&c);
    if parts[..] == [c] || is_hangul {
        return Ok(vm.text(""));
    }
    // All but the last are one character again where there is such a one.
    if let [first, second, last] = parts[..]
        && let Some(joined) = unicode_normalization::char::compose(first, second)
    {
        parts = vec![joined, last];
    }
    let codes: Vec<String> = parts.iter().map(|c| format!("{:04X}", *c as u32)).collect();
    Ok(vm.text(&codes.join(" ")))
}

fn normal_form(vm: &Vm, form: &Value, text: &str) -> R<String> {
    let form = vm.expect_str(form, "normalize() argument 1")?;
    Ok(match form.as_str() {
        "NFC" => text.nfc().collect(),
        "NFD" => text.nfd().collect(),
        "NFKC" => text.nfkc().collect(),
        "NFKD" => text.nfkd().collect(),
        _ => return Err(vm.value_error("invalid normalization form")),
    })
}

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
