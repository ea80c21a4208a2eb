//! Calls with keywords or stars.

use aio_lexer::Span;

use super::operand::Part;
use crate::node::{Expr, ExprBox};
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::function::{BoundMethodObj, FunctionObj, NativeObj};
use crate::objects::list::ListObj;
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::stack::{Args, Frame};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// A call with positional arguments, then keywords, and no stars.
pub struct KeywordCall {
    /// The callee.
    pub callee: ExprBox,
    /// The positional arguments, then the values of the keywords.
    pub args: Box<[Part]>,
    /// The keywords; no name twice.
    pub names: Box<[Name]>,
    /// Its place.
    pub span: Span,
}

impl Expr for KeywordCall {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let callee = self.callee.eval(vm, f)?;
        let mut values = Args::reserve(vm, self.args.len())?;
        for a in &self.args {
            values.push(a.eval(vm, f)?);
        }
        f.set_span(self.span);
        vm.call_kw(&callee, values.values(), &self.names)
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// One argument of a general call.
pub enum Argument {
    /// `value`.
    Positional(ExprBox),
    /// `*iterable`.
    Starred(ExprBox),
    /// `name=value`.
    Keyword(Name, ExprBox),
    /// `**mapping`.
    DoubleStarred(ExprBox),
}

/// A call with keywords or stars.
pub struct GeneralCall {
    /// The callee.
    pub callee: ExprBox,
    /// The arguments, in the order of their evaluation.
    pub args: Vec<Argument>,
    /// Its place.
    pub span: Span,
}

impl Expr for GeneralCall {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let callee = self.callee.eval(vm, f)?;
        let (values, names) = self.arguments(vm, f, &callee)?;
        f.set_span(self.span);
        vm.call_kw(&callee, &values, &names)
    }
    fn span(&self) -> Span {
        self.span
    }
}

impl GeneralCall {
    fn arguments(&self, vm: &Vm, f: Frame, callee: &Value) -> R<(Vec<Value>, Vec<Name>)> {
        let mut values = Vec::with_capacity(self.args.len());
        let mut names = Vec::new();
        let mut named = Vec::new();
        for arg in &self.args {
            match arg {
                Argument::Positional(e) => values.push(e.eval(vm, f)?),
                Argument::Starred(e) => {
                    let iterable = e.eval(vm, f)?;
                    f.set_span(e.span());
                    if let Some(tuple) = iterable.downcast::<TupleObj>() {
                        values.extend_from_slice(tuple.items());
                        continue;
                    }
                    if let Some(list) = iterable.downcast::<ListObj>() {
                        values.extend_from_slice(&list.items.read());
                        continue;
                    }
                    match vm.iter(&iterable) {
                        Ok(_) => values.extend(vm.collect(&iterable)?),
                        Err(Raised) => return Err(self.not_iterable(vm, callee, &iterable)),
                    }
                }
                Argument::Keyword(name, e) => {
                    let value = e.eval(vm, f)?;
                    self.add_named(vm, callee, &mut names, name.clone())?;
                    named.push(value);
                }
                Argument::DoubleStarred(e) => {
                    let mapping = e.eval(vm, f)?;
                    f.set_span(self.span);
                    if mapping.downcast::<DictObj>().is_some_and(|d| d.len() == 0) {
                        continue;
                    }
                    for (key, value) in self.mapping_entries(vm, callee, &mapping)? {
                        let Some(text) = key.downcast() else {
                            return Err(vm.type_error("keywords must be strings"));
                        };
                        self.add_named(vm, callee, &mut names, vm.interned.name_of(text))?;
                        named.push(value);
                    }
                }
            }
        }
        values.append(&mut named);
        Ok((values, names))
    }

    fn add_named(&self, vm: &Vm, callee: &Value, names: &mut Vec<Name>, name: Name) -> R<()> {
        if names.contains(&name) {
            return Err(vm.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                vm.callee_name(callee),
                name.as_str()
            )));
        }
        names.push(name);
        Ok(())
    }

    fn mapping_entries(&self, vm: &Vm, callee: &Value, mapping: &Value) -> R<Vec<(Value, Value)>> {
        if let Some(dict) = vm.native(mapping).downcast::<DictObj>() {
            return Ok(dict.entries());
        }
        let Some(keys) = vm.find_attr(mapping, &vm.names.keys)? else {
            return Err(vm.type_error(format!(
                "{} argument after ** must be a mapping, not {}",
                vm.callee_name(callee),
                vm.type_name(mapping)
            )));
        };
        let keys = vm.call(&keys, &[])?;
        let keys = vm.collect(&keys)?;
        keys.into_iter()
            .map(|k| Ok((k.clone(), vm.get_item(mapping, &k)?)))
            .collect()
    }

    #[cold]
    fn not_iterable(&self, vm: &Vm, callee: &Value, iterable: &Value) -> Raised {
        if !vm.is_raised(&vm.exceptions.TypeError) {
            return Raised;
        }
        drop(vm.take_raised());
        vm.type_error(format!(
            "{} argument after * must be an iterable, not {}",
            vm.callee_name(callee),
            vm.type_name(iterable)
        ))
    }
}

impl Vm {
    /// `f()` or `module.f()`: what messages call a callee.
    pub(crate) fn callee_name(&self, callee: &Value) -> String {
        let function = match callee.downcast::<BoundMethodObj>() {
            Some(m) => m.function.clone(),
            None => callee.clone(),
        };
        if let Some(f) = function.downcast::<FunctionObj>() {
            let module = f.globals.get_name(&self.names.name_);
            return match module.as_ref().and_then(|m| m.as_str()) {
                Some(m) => format!("{m}.{}()", f.qualname_text()),
                None => format!("{}()", f.qualname_text()),
            };
        }
        if let Some(n) = function.downcast::<NativeObj>() {
            return format!("{}()", self.native_name(n));
        }
        if let Some(c) = function.downcast::<ClassObj>() {
            return format!("{}()", c.full_name(self));
        }
        format!("{} object", self.type_name(callee))
    }
}
