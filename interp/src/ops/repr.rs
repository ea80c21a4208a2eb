//! `repr`, `str` and `ascii` of any value.
//!
//! Builtin values are written straight to the end of a string that is being built; containers are
//! in `repr/container`. What else has a `__repr__` of its own (functions, classes, exceptions,
//! …) is asked through its class.

mod container;

pub use container::Mark;
mod digits;

pub(crate) use digits::push_int;

use crate::builtins::object::{address, default_repr};
use crate::call::NativeGuard;
use crate::coroutine::CoroutineObj;
use crate::format::{FormatSpec, Target, format_complex};
use crate::number::{self, IntRef};
use crate::object::{Kind, Obj, Ref};
use crate::objects::bytes::{ByteArrayObj, BytesObj, MemoryViewObj};
use crate::objects::class::ClassObj;
use crate::objects::int::BigIntObj;
use crate::objects::range::{RangeObj, SliceObj};
use crate::objects::str::{Name, StrObj};
use crate::ops::convert::complex_of;
use crate::ops::patience::text_takes_long;
use crate::text::repr as quoted;
use crate::value::{R, Value};
use crate::vm::Vm;

impl Vm {
    /// `repr(v)`
    pub fn repr(&self, v: &Value) -> R<Ref<StrObj>> {
        match v {
            Value::Int(n) => Ok(self.int_text(*n)),
            _ => {
                let mut out = String::new();
                self.write_repr(&mut out, v)?;
                Ok(self.string(&out))
            }
        }
    }

    /// Writes `repr(v)` to the end of `out`.
    pub fn write_repr(&self, out: &mut String, v: &Value) -> R<()> {
        match v {
            Value::Int(n) => push_int(out, *n),
            Value::Float(x) => number::write_float_repr(out, x.get()),
            Value::True => out.push_str("True"),
            Value::False => out.push_str("False"),
            Value::None | Value::Unbound => out.push_str("None"),
            Value::NotImplemented => out.push_str("NotImplemented"),
            Value::Ellipsis => out.push_str("Ellipsis"),
            Value::Obj(o) => return self.write_object_repr(out, v, o),
        }
        Ok(())
    }

    fn write_object_repr(&self, out: &mut String, v: &Value, o: &Obj) -> R<()> {
        match o.kind() {
            Kind::Str => quoted::write_repr(out, v.as_str().unwrap_or("")),
            Kind::BigInt => return self.write_big_int(out, o),
            Kind::Complex => return self.write_complex(out, v),
            Kind::Bytes => {
                let data = o.downcast::<BytesObj>().map_or(&[][..], |b| &b.data);
                quoted::write_repr_bytes(out, data);
            }
            Kind::ByteArray => write_bytearray(out, "bytearray", o),
            Kind::MemoryView => write_view(out, v),
            Kind::Tuple | Kind::List | Kind::Dict | Kind::DictView | Kind::MappingProxy => {
                return container::write(self, out, v, o);
            }
            Kind::Set => return container::write_set(self, out, o, None),
            Kind::Range => write_range(out, o),
            Kind::Slice => return self.write_slice(out, o),
            Kind::Coroutine => return self.write_coroutine(out, o),
            Kind::Future | Kind::Task | Kind::Handle | Kind::Loop => {
                let text = crate::event_loop::classes::repr(self, v)?;
                out.push_str(text.as_str());
            }
            _ => return self.write_repr_by_method(out, v, "__repr__"),
        }
        Ok(())
    }

    /// By the class's `__repr__`; the message about a wrong result names `asked`.
    fn write_repr_by_method(&self, out: &mut String, v: &Value, asked: &str) -> R<()> {
        let method = match self.special(v, &self.names.repr_) {
            Some(method) if !self.is_objects_own(&method) => method,
            _ => {
                out.push_str(&default_repr(self, v));
                return Ok(());
            }
        };
        if method.is_kind(Kind::Native) && self.write_named_payload(out, v)? {
            return Ok(());
        }
        let _guard = self.enter_native()?;
        let result = self.call_unbound(&method, v, &[], &[])?;
        out.push_str(self.text_result(&result, asked)?.as_str());
        Ok(())
    }

    /// Instances of subclasses of some builtin types show the name of their class. Tells whether
    /// `v` is one.
    fn write_named_payload(&self, out: &mut String, v: &Value) -> R<bool> {
        if !v.is_kind(Kind::Instance) {
            return Ok(false);
        }
        let Value::Obj(payload) = self.native(v) else {
            return Ok(false);
        };
        match payload.kind() {
            Kind::Set => {
                container::write_set(self, out, &payload, Some(&self.type_name(v)))?;
            }
            Kind::ByteArray => write_bytearray(out, &self.type_name(v), &payload),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `str(v)`
    pub fn str(&self, v: &Value) -> R<Ref<StrObj>> {
        match v {
            Value::Int(n) => Ok(self.int_text(*n)),
            Value::Obj(o) => match o.downcast::<StrObj>() {
                Some(s) => Ok(s.clone()),
                None if has_str_method(self, o) => self.str_by_method(v),
                None => self.repr(v),
            },
            _ => self.repr(v),
        }
    }

    /// `str(v)`, of a subclass of `str` if `__str__` returns such.
    pub(crate) fn str_object(&self, v: &Value) -> R {
        match self.text_by_method(v, &self.names.str_, "__str__")? {
            Some(text) => Ok(text),
            None => self.str(v).map(Value::from),
        }
    }

    /// `repr(v)`, of a subclass of `str` if `__repr__` returns such.
    pub(crate) fn repr_object(&self, v: &Value) -> R {
        match self.text_by_method(v, &self.names.repr_, "__repr__")? {
            Some(text) => Ok(text),
            None => self.repr(v).map(Value::from),
        }
    }

    /// What such a method returns that is written in the language.
    fn text_by_method(&self, v: &Value, name: &Name, shown: &str) -> R<Option<Value>> {
        if !v.is_kind(Kind::Instance) {
            return Ok(None);
        }
        let Some(method) = self.special(v, name).filter(|m| !m.is_kind(Kind::Native)) else {
            return Ok(None);
        };
        let _guard = self.enter_native()?;
        let result = self.call_unbound(&method, v, &[], &[])?;
        self.text_result(&result, shown)?;
        Ok(Some(result))
    }

    /// Writes `str(v)` to the end of `out`.
    pub fn write_str(&self, out: &mut String, v: &Value) -> R<()> {
        if let Value::Obj(o) = v {
            if let Some(s) = o.downcast::<StrObj>() {
                out.push_str(s.as_str());
                return Ok(());
            }
            if has_str_method(self, o) {
                out.push_str(self.str_by_method(v)?.as_str());
                return Ok(());
            }
        }
        self.write_repr(out, v)
    }

    /// By the class's `__str__`.
    fn str_by_method(&self, v: &Value) -> R<Ref<StrObj>> {
        let method = match self.special(v, &self.names.str_) {
            Some(method) if !self.is_objects_own(&method) => method,
            _ => {
                let mut out = String::new();
                self.write_repr_by_method(&mut out, v, "__str__")?;
                return Ok(self.string(&out));
            }
        };
        let _guard = self.enter_native()?;
        let result = self.call_unbound(&method, v, &[], &[])?;
        self.text_result(&result, "__str__")
    }

    /// The string that a method must return.
    pub(crate) fn text_result(&self, result: &Value, method: &str) -> R<Ref<StrObj>> {
        if let Some(s) = result.downcast::<StrObj>() {
            return Ok(s.clone());
        }
        match self.native(result).downcast::<StrObj>() {
            Some(s) => Ok(s.clone()),
            None => Err(self.type_error(format!(
                "{method} returned non-string (type {})",
                self.type_name(result)
            ))),
        }
    }

    /// `ascii(v)`
    pub fn ascii(&self, v: &Value) -> R<Ref<StrObj>> {
        let text = self.repr(v)?;
        if text.is_ascii() {
            return Ok(text);
        }
        Ok(self.string(&quoted::escape_non_ascii(text.as_str())))
    }

    /// `repr(v)`, or if that raises, what `object` would show. Never raises.
    pub fn repr_or_name(&self, v: &Value) -> String {
        match self.repr(v) {
            Ok(text) => text.as_str().to_owned(),
            Err(_) => {
                drop(self.take_raised());
                default_repr(self, v)
            }
        }
    }

    /// A level of recursion through `repr`.
    fn enter_repr(&self) -> R<NativeGuard<'_>> {
        self.enter_native()
            .map_err(|raised| match self.catch(&self.exceptions.RecursionError) {
                Some(_) => self.raise_text(
                    &self.exceptions.RecursionError,
                    "maximum recursion depth exceeded while getting the repr of an object",
                ),
                None => raised,
            })
    }

    /// The string of this text; shared if it has one character or none.
    #[inline]
    pub(crate) fn string(&self, text: &str) -> Ref<StrObj> {
        match text.as_bytes() {
            [] => self.names.empty.text().clone(),
            [byte] => self.latin1(*byte).clone(),
            _ => Ref::<StrObj>::from_text(text),
        }
    }

    /// The decimal text of an int.
    #[inline]
    pub(crate) fn int_text(&self, n: i64) -> Ref<StrObj> {
        digits::with_int(n, |text| self.string(text))
    }

    fn write_big_int(&self, out: &mut String, o: &Obj) -> R<()> {
        match o.downcast::<BigIntObj>() {
            Some(b) => {
                let limit = self.int_digit_limit();
                let n = IntRef::Big(&b.value);
                if text_takes_long(n) && limit == 0 {
                    let n = n.to_int();
                    let text = self.patiently(move || number::int_to_string(n.as_ref(), 10, 0))?;
                    out.push_str(&text);
                    return Ok(());
                }
                self.number(number::write_int(out, IntRef::Big(&b.value), 10, limit))
            }
            None => Ok(()),
        }
    }

    fn write_complex(&self, out: &mut String, v: &Value) -> R<()> {
        match complex_of(v) {
            Some(z) => {
                let spec = FormatSpec::new(Target::Complex);
                self.number(format_complex(out, z, &spec, "complex"))
            }
            None => Ok(()),
        }
    }

    fn write_slice(&self, out: &mut String, o: &Obj) -> R<()> {
        let Some(slice) = o.downcast::<SliceObj>() else {
            return Ok(());
        };
        let _guard = self.enter_repr()?;
        out.push_str("slice(");
        for (i, part) in slice.parts.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            self.write_repr(out, part)?;
        }
        out.push(')');
        Ok(())
    }

    fn write_coroutine(&self, out: &mut String, o: &Obj) -> R<()> {
        let Some(coroutine) = o.downcast::<CoroutineObj>() else {
            return Ok(());
        };
        let name = self.str(&coroutine.qualname())?;
        let kind = coroutine.kind_name().replace(' ', "_");
        out.push_str(&format!(
            "<{kind} object {} at {:#x}>",
            name.as_str(),
            o.address()
        ));
        Ok(())
    }
}

/// True for objects whose class may have a `__str__` other than `object`'s.
fn has_str_method(vm: &Vm, o: &Obj) -> bool {
    match o.kind() {
        Kind::Instance | Kind::Host | Kind::Exception | Kind::Module | Kind::MappingProxy => true,
        Kind::Class => o.downcast::<ClassObj>().is_some_and(|c| {
            c.metaclass
                .borrow()
                .as_ref()
                .is_some_and(|m| !m.is(&vm.classes.type_))
        }),
        _ => false,
    }
}

fn write_bytearray(out: &mut String, name: &str, o: &Obj) {
    out.push_str(name);
    out.push('(');
    if let Some(b) = o.downcast::<ByteArrayObj>() {
        let start = out.len();
        quoted::write_repr_bytes(out, &b.data.read());
        // CPython escapes the single quote here whatever quotes stand around.
        if out[start..].starts_with("b\"") && out[start..].contains('\'') {
            let escaped = out[start..].replace('\'', "\\'");
            out.truncate(start);
            out.push_str(&escaped);
        }
    }
    out.push(')');
}

fn write_view(out: &mut String, v: &Value) {
    let released = v
        .downcast::<MemoryViewObj>()
        .is_some_and(|m| m.released.get());
    out.push_str(if released {
        "<released memory at "
    } else {
        "<memory at "
    });
    out.push_str(&format!("{:#x}>", address(v)));
}

fn write_range(out: &mut String, o: &Obj) {
    let Some(range) = o.downcast::<RangeObj>() else {
        return;
    };
    out.push_str("range(");
    push_int(out, range.start);
    out.push_str(", ");
    push_int(out, range.stop);
    if range.step != 1 {
        out.push_str(", ");
        push_int(out, range.step);
    }
    out.push(')');
}
