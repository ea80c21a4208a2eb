//! `format(Decimal, specification)`.

use num_traits::Zero;

use super::arith::rescale;
use super::context::Rounding;
use super::number::{Dec, cut, pow10, with_point};

/// A specification, taken apart.
struct Spec {
    fill: char,
    /// `<`, `>`, `^`, `=`; or `0` for zeros between sign and digits.
    align: char,
    sign: char,
    no_negative_zero: bool,
    alternate: bool,
    width: usize,
    has_commas: bool,
    precision: Option<i64>,
    /// The type; `None` for none given.
    kind: Option<char>,
}

fn parse(text: &str) -> Option<Spec> {
    let chars: Vec<char> = text.chars().collect();
    let is_align = |c: Option<&char>| matches!(c, Some('<' | '>' | '^' | '='));
    let mut spec = Spec {
        fill: ' ',
        align: '>',
        sign: '-',
        no_negative_zero: false,
        alternate: false,
        width: 0,
        has_commas: false,
        precision: None,
        kind: None,
    };
    let (mut at, mut has_align) = (0, false);
    if is_align(chars.get(1)) {
        (spec.fill, spec.align, at, has_align) = (chars[0], chars[1], 2, true);
    } else if is_align(chars.first()) {
        (spec.align, at, has_align) = (chars[0], 1, true);
    }
    let mut take = |wanted: &str| {
        let found = chars.get(at).copied().filter(|c| wanted.contains(*c));
        at += usize::from(found.is_some());
        found
    };
    if let Some(sign) = take("+- ") {
        spec.sign = sign;
    }
    spec.no_negative_zero = take("z").is_some();
    spec.alternate = take("#").is_some();
    if take("0").is_some() {
        if has_align {
            return None;
        }
        (spec.fill, spec.align) = ('0', '0');
    }
    while let Some(digit) = take("0123456789") {
        let digit = digit.to_digit(10)? as usize;
        spec.width = spec.width.checked_mul(10)?.checked_add(digit)?;
    }
    spec.has_commas = take(",").is_some();
    if take(".").is_some() {
        let mut precision = i64::from(take("0123456789")?.to_digit(10)?);
        while let Some(digit) = take("0123456789") {
            let digit = i64::from(digit.to_digit(10)?);
            precision = precision.checked_mul(10)?.checked_add(digit)?;
        }
        spec.precision = Some(precision);
    }
    spec.kind = take("eEfFgGnN%");
    let is_local = matches!(spec.kind, Some('n' | 'N'));
    let is_right = at == chars.len() && !(is_local && spec.has_commas);
    let is_sane = spec.width < 1 << 30 && spec.precision.is_none_or(|p| p < 1 << 30);
    (is_right && is_sane).then_some(spec)
}

/// The text; `None` if the specification is wrong.
pub(super) fn format(d: &Dec, text: &str, rounding: Rounding, capitals: bool) -> Option<String> {
    let mut spec = parse(text)?;
    if !d.is_finite() {
        if spec.align == '0' {
            (spec.fill, spec.align) = (' ', '>');
        }
        let name = d.abs().text(false, capitals);
        let name = match spec.kind {
            Some('%') => name + "%",
            _ => name,
        };
        return Some(lay_out(&spec, d.neg, &name, ""));
    }
    let (d, point) = shaped(d, &spec, rounding);
    let neg = d.neg && !(spec.no_negative_zero && d.is_zero());
    let digits = d.coefficient_text();
    let mut number = String::new();
    with_point(&mut number, &digits, point);
    let exponent = d.exp + digits.len() as i64 - point;
    let (whole, mut fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole.to_owned(), format!(".{fraction}")),
        None => (number, String::new()),
    };
    if fraction.is_empty() && spec.alternate {
        fraction.push('.');
    }
    let shows_exponent = match spec.kind {
        Some('e' | 'E') => true,
        Some('f' | 'F' | '%') => false,
        _ => exponent != 0,
    };
    if shows_exponent {
        let is_small = match spec.kind {
            Some(kind) => kind.is_lowercase(),
            None => !capitals,
        };
        let e = if is_small { 'e' } else { 'E' };
        fraction.push_str(&format!("{e}{exponent:+}"));
    }
    if spec.kind == Some('%') {
        fraction.push('%');
    }
    Some(lay_out(&spec, neg, &whole, &fraction))
}

/// The number rounded as the type wants it, and how many digits stand before the point.
fn shaped(d: &Dec, spec: &Spec, rounding: Rounding) -> (Dec, i64) {
    let mut d = d.clone();
    if spec.kind == Some('%') {
        d.exp += 2;
    }
    match (spec.kind, spec.precision) {
        (Some('e' | 'E'), None) => (d, 1),
        (Some('e' | 'E'), Some(precision)) => {
            if d.coef.is_zero() {
                return (d, 1 - precision);
            }
            let mut d = shortened(d, precision + 1, rounding);
            let missing = precision + 1 - d.digits();
            if missing > 0 {
                d.coef *= pow10(missing as u64);
                d.exp -= missing;
            }
            (d, 1)
        }
        (Some('f' | 'F' | '%'), precision) => {
            let exp = precision.map_or(d.exp.min(0), |p| -p);
            let (d, _) = rescale(&d, exp, rounding);
            let point = d.digits() + d.exp;
            (d, point)
        }
        (_, precision) => {
            if let Some(precision) = precision {
                d = shortened(d, precision.max(1), rounding);
            }
            let left = d.exp + d.digits();
            let point = if d.exp <= 0 && left > -6 { left } else { 1 };
            (d, point)
        }
    }
}

/// Not more than so many digits.
fn shortened(mut d: Dec, most: i64, rounding: Rounding) -> Dec {
    let extra = d.digits() - most;
    if extra > 0 {
        let (coef, rest) = cut(&d.coef, extra as u64);
        d.coef = rounding.apply(d.neg, coef, rest);
        d.exp += extra;
        if d.digits() > most {
            d.coef /= 10_u32;
            d.exp += 1;
        }
    }
    d
}

fn lay_out(spec: &Spec, neg: bool, whole: &str, rest: &str) -> String {
    let sign = match (neg, spec.sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        _ => "",
    };
    let mut whole = whole.to_owned();
    if whole.bytes().all(|c| c.is_ascii_digit()) {
        let room = match spec.align {
            '0' => spec.width.saturating_sub(sign.len() + rest.chars().count()),
            _ => 0,
        };
        if spec.has_commas {
            whole = with_commas(&whole, room);
        } else if whole.len() < room {
            whole = "0".repeat(room - whole.len()) + &whole;
        }
    }
    let length = sign.len() + whole.chars().count() + rest.chars().count();
    let missing = spec.width.saturating_sub(length);
    let (before, between, after) = match spec.align {
        '<' => (0, 0, missing),
        '^' => (missing / 2, 0, missing - missing / 2),
        '=' | '0' => (0, missing, 0),
        _ => (missing, 0, 0),
    };
    let fill = |count: usize| std::iter::repeat_n(spec.fill, count).collect::<String>();
    [
        fill(before).as_str(),
        sign,
        &fill(between),
        &whole,
        rest,
        &fill(after),
    ]
    .concat()
}

/// Digits in groups of three, zeros before them until they are so many characters.
fn with_commas(digits: &str, least: usize) -> String {
    let mut reversed = String::new();
    let mut digits = digits.bytes().rev();
    let mut count = 0;
    loop {
        let next = digits.next();
        if next.is_none() && reversed.len() >= least {
            break;
        }
        if count > 0 && count % 3 == 0 {
            reversed.push(',');
        }
        reversed.push(char::from(next.unwrap_or(b'0')));
        count += 1;
    }
    reversed.chars().rev().collect()
}
