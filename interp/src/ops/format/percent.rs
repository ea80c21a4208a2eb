//! `template % arguments` of strings.

use super::cache::Cache;
use super::percent_args::{Arguments, integer};
use crate::format::{
    Conversion, Directive, Key, PercentPiece, PercentSpec, parse_percent, percent_float,
    percent_int, percent_str, percent_text,
};
use crate::object::Ref;
use crate::objects::str::StrObj;
use crate::ops::convert::int_ref;
use crate::ops::repr::push_int;
use crate::text::surrogate::from_code_point;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

type Pieces = Vec<PercentPiece<String>>;

impl Vm {
    /// `template % right`
    pub fn percent_format(&self, template: &Ref<StrObj>, right: &Value) -> R {
        let cache = self.state("percent templates", Cache::<Pieces>::default);
        let pieces = cache.get(template, parse_percent);
        let mut arguments = Arguments::new(self, right, "string");
        let mut out = String::with_capacity(template.as_str().len() + 16);
        for piece in pieces.iter() {
            match piece {
                PercentPiece::Literal(text) => out.push_str(text),
                PercentPiece::Directive(d) => write_directive(self, &mut out, d, &mut arguments)?,
            }
        }
        arguments.finish()?;
        Ok(self.text(&out))
    }
}

fn write_directive(
    vm: &Vm,
    out: &mut String,
    directive: &Directive<String>,
    arguments: &mut Arguments<'_>,
) -> R<()> {
    match &directive.key {
        Some(Key::Name(key)) => {
            arguments.mapping()?;
            arguments.look_up(&vm.text(key))?;
        }
        Some(Key::Incomplete(error)) => {
            arguments.mapping()?;
            return Err(vm.number_error(error.clone()));
        }
        None => {}
    }
    let mut spec = arguments.counts(directive)?;
    match &directive.conversion {
        Conversion::Of(c) => {
            spec.conversion = *c;
            let v = arguments.next()?;
            write_value(vm, out, v, &spec)
        }
        Conversion::Unsupported(error) => {
            arguments.next()?;
            Err(vm.number_error(error.clone()))
        }
        Conversion::Broken(error) => Err(vm.number_error(error.clone())),
    }
}

fn write_value(vm: &Vm, out: &mut String, v: Value, spec: &PercentSpec) -> R<()> {
    let is_bare = spec.width.is_none() && spec.precision.is_none();
    match spec.conversion {
        's' if is_bare => vm.write_str(out, &v),
        'r' if is_bare => vm.write_repr(out, &v),
        's' => vm.number(percent_str(out, vm.str(&v)?.as_str(), spec)),
        'r' => vm.number(percent_str(out, vm.repr(&v)?.as_str(), spec)),
        'a' => vm.number(percent_str(out, vm.ascii(&v)?.as_str(), spec)),
        'c' => {
            let c = character(vm, &v)?;
            vm.number(percent_text(out, c.encode_utf8(&mut [0; 4]), spec))
        }
        _ => write_number(vm, out, v, spec),
    }
}

/// Numbers by one of `d i u o x X e E f F g G`.
pub(super) fn write_number(vm: &Vm, out: &mut String, v: Value, spec: &PercentSpec) -> R<()> {
    if matches!(spec.conversion, 'e' | 'E' | 'f' | 'F' | 'g' | 'G') {
        let x = vm.to_f64(&v)?;
        return vm.number(percent_float(out, x, spec));
    }
    let v = integer(vm, v, spec.conversion)?;
    let is_bare = spec.width.is_none()
        && spec.precision.is_none()
        && matches!(spec.conversion, 'd' | 'i')
        && !(spec.flags.plus || spec.flags.blank);
    if let (Value::Int(n), true) = (&v, is_bare) {
        push_int(out, *n);
        return Ok(());
    }
    match int_ref(&v) {
        Some(n) => vm.number(percent_int(out, n, spec, vm.int_digit_limit())),
        None => Ok(()),
    }
}

/// The character for `c`: of a string of one, or the number of one.
fn character(vm: &Vm, v: &Value) -> R<char> {
    if let Some(text) = vm.native(v).as_str() {
        let mut chars = text.chars();
        return match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(c),
            _ => Err(no_character(vm)),
        };
    }
    let Some(n) = vm.try_integer(v)? else {
        return Err(no_character(vm));
    };
    let code = n.as_int().and_then(|n| u32::try_from(n).ok());
    match code.and_then(from_code_point) {
        Some(c) => Ok(c),
        None => Err(vm.overflow_error("%c arg not in range(0x110000)")),
    }
}

#[cold]
fn no_character(vm: &Vm) -> Raised {
    vm.type_error("%c requires int or char")
}
