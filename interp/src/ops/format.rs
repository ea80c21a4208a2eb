//! `format(v, spec)` of any value. The `%` operator is in `format/percent`, templates of
//! `str.format` are with `str`.

pub(crate) mod cache;
mod percent;
mod percent_args;
mod percent_bytes;

use super::convert::{complex_of, int_ref};
use super::repr::push_int;
use crate::format::{
    FormatSpec, Target, format_bool, format_complex, format_float, format_int, format_str,
};
use crate::object::{Kind, Ref};
use crate::objects::str::StrObj;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

impl Vm {
    /// `format(v, spec)`
    pub fn format(&self, v: &Value, spec: &str) -> R<Ref<StrObj>> {
        if spec.is_empty() && is_plain(v) {
            return self.str(v);
        }
        let mut out = String::new();
        self.write_format(&mut out, v, spec)?;
        Ok(self.string(&out))
    }

    /// Writes `format(v, spec)` to the end of `out`.
    pub fn write_format(&self, out: &mut String, v: &Value, spec: &str) -> R<()> {
        match v {
            Value::Int(n) if spec.is_empty() => {
                push_int(out, *n);
                Ok(())
            }
            _ if !is_plain(v) => self.write_format_by_method(out, v, spec),
            _ if spec.is_empty() => self.write_str(out, v),
            _ => match self.write_native(out, v, spec, None) {
                Some(result) => result,
                None => Err(self.no_format(v)),
            },
        }
    }

    /// By the class's `__format__`.
    fn write_format_by_method(&self, out: &mut String, v: &Value, spec: &str) -> R<()> {
        let method = match self.special(v, &self.names.format_) {
            Some(method) if !self.is_objects_own(&method) => method,
            _ if spec.is_empty() => return self.write_str(out, v),
            _ => return Err(self.no_format(v)),
        };
        if method.is_kind(Kind::Native) && v.is_kind(Kind::Instance) {
            // The method of a builtin base class.
            if spec.is_empty() {
                return self.write_str(out, v);
            }
            let name = self.type_name(v);
            if let Some(result) = self.write_native(out, &self.native(v), spec, Some(&name)) {
                return result;
            }
        }
        let _guard = self.enter_native()?;
        let result = self.call_unbound(&method, v, &[self.text(spec)], &[])?;
        match self.native(&result).as_str() {
            Some(text) => {
                out.push_str(text);
                Ok(())
            }
            None => Err(self.type_error(format!(
                "__format__ must return a str, not {}",
                self.type_name(&result)
            ))),
        }
    }

    /// Numbers and strings by a specification that is not empty; `None` for anything else.
    /// `name` is that of a script subclass.
    fn write_native(
        &self,
        out: &mut String,
        v: &Value,
        spec: &str,
        name: Option<&str>,
    ) -> Option<R<()>> {
        let parse = |target, own| FormatSpec::parse(spec, target, name.unwrap_or(own));
        let result = match v {
            Value::True | Value::False => {
                return Some(self.number(format_bool(out, matches!(v, Value::True), spec)));
            }
            Value::Float(x) => parse(Target::Float, "float")
                .and_then(|spec| format_float(out, x.get(), &spec, name.unwrap_or("float"))),
            _ => {
                if let Some(n) = int_ref(v) {
                    let limit = self.int_digit_limit();
                    parse(Target::Int, "int")
                        .and_then(|spec| format_int(out, n, &spec, name.unwrap_or("int"), limit))
                } else if let Some(text) = v.as_str() {
                    parse(Target::Str, "str")
                        .and_then(|spec| format_str(out, text, &spec, name.unwrap_or("str")))
                } else {
                    let z = complex_of(v)?;
                    parse(Target::Complex, "complex")
                        .and_then(|spec| format_complex(out, z, &spec, name.unwrap_or("complex")))
                }
            }
        };
        Some(self.number(result))
    }

    #[cold]
    fn no_format(&self, v: &Value) -> Raised {
        self.type_error(format!(
            "unsupported format string passed to {}.__format__",
            self.type_name(v)
        ))
    }
}

/// True for values whose type is known to have no other `__format__` than those here.
fn is_plain(v: &Value) -> bool {
    match v {
        Value::Obj(o) => !matches!(
            o.kind(),
            Kind::Instance | Kind::Host | Kind::Exception | Kind::Class
        ),
        _ => true,
    }
}
