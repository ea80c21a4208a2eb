//! Calls with keywords or stars.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use aio_lexer::Span;

use super::call::{CallParts, Target};
use crate::code::{Code, CodeKind};
use crate::node::{Expr, ExprBox};
use crate::object::Ref;
use crate::objects::class::ClassObj;
use crate::objects::dict::DictObj;
use crate::objects::function::{BoundMethodObj, FunctionObj, NativeObj};
use crate::objects::list::ListObj;
use crate::objects::str::Name;
use crate::objects::tuple::TupleObj;
use crate::shared::Shared;
use crate::stack::{Frame, StackFrame};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// A call with positional arguments, then keywords, and no stars.
pub struct KeywordCall {
    /// The callee, and the values: of the positional arguments, then of the keywords.
    parts: CallParts,
    /// The keywords; no name twice.
    names: Box<[Name]>,
    cache: BindCache,
}

/// Remembers which parameters of a function the keywords of a call are.
#[derive(Default)]
struct BindCache {
    code: Shared<Option<Rc<Code>>>,
    /// How many values come before the arguments.
    first: Cell<usize>,
    /// The slot of each keyword's parameter.
    slots: Shared<Box<[u32]>>,
}

impl KeywordCall {
    /// The node.
    pub fn new(parts: CallParts, names: Box<[Name]>) -> KeywordCall {
        KeywordCall {
            parts,
            names,
            cache: BindCache::default(),
        }
    }

    /// How many arguments are positional.
    fn positional(&self) -> usize {
        self.parts.args.len() - self.names.len()
    }

    /// True if the parameters of the function's keywords are known; else `call_kw` binds them.
    #[inline(always)]
    fn is_bound(&self, code: &Rc<Code>, first: usize) -> bool {
        let known = self.cache.code.read().as_ref().map(Rc::as_ptr);
        (known == Some(Rc::as_ptr(code)) && self.cache.first.get() == first)
            || self.learn(code, first)
    }

    #[inline(never)]
    fn learn(&self, code: &Rc<Code>, first: usize) -> bool {
        let params = &code.params;
        let positional = self.positional() + first;
        if !code.simple && (params.varargs || params.varkw)
            || positional > params.positional
            || code.kind != CodeKind::Plain
        {
            return false;
        }
        let named = params.positional + params.keyword_only;
        let place = |name: &Name| {
            let found = params.names[..named].iter().position(|n| n == name)?;
            let is_free = found >= positional.max(params.positional_only);
            is_free.then_some(found as u32)
        };
        let Some(slots) = self.names.iter().map(place).collect::<Option<Box<[u32]>>>() else {
            return false;
        };
        drop(self.cache.slots.replace(slots));
        drop(self.cache.code.replace(Some(code.clone())));
        self.cache.first.set(first);
        true
    }

    #[inline(always)]
    fn call_bound(
        &self,
        vm: &Vm,
        f: Frame,
        function: Ref<FunctionObj>,
        receiver: Option<Value>,
    ) -> R {
        let first = usize::from(receiver.is_some());
        let positional = self.positional();
        let frame = StackFrame::push(vm, function)?;
        if let Some(receiver) = receiver {
            frame.set_arg(0, receiver);
        }
        let (plain, named) = self.parts.args.split_at(positional);
        for (i, a) in plain.iter().enumerate() {
            frame.set_arg(first + i, a.eval(vm, f)?);
        }
        for (i, a) in named.iter().enumerate() {
            let value = a.eval(vm, f)?;
            let slot = self.cache.slots.read()[i] as usize;
            frame.set_arg(slot, value);
        }
        f.set_span(self.parts.span);
        let function = frame.frame().function().clone();
        vm.fill_defaults(&function, &frame, &function.code.params, first + positional)?;
        let result = vm.run_plain(&frame);
        frame.pop();
        result
    }

    #[inline(never)]
    fn call_other(&self, vm: &Vm, f: Frame, target: Target) -> R {
        let (callee, receiver) = target.into_callee();
        let values = self.parts.values(vm, f, receiver)?;
        vm.call_kw(&callee, values.values(), &self.names)
    }
}

impl Expr for KeywordCall {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        match self.parts.target(vm, f)? {
            Target::Function(function) if self.is_bound(&function.code, 0) => {
                self.call_bound(vm, f, function, None)
            }
            Target::Method(function, receiver) if self.is_bound(&function.code, 1) => {
                self.call_bound(vm, f, function, Some(receiver))
            }
            target => self.call_other(vm, f, target),
        }
    }
    fn span(&self) -> Span {
        self.parts.span
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
        let mut keywords = Keywords::default();
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
                        Ok(iterator) => values.extend(vm.collect(&iterator)?),
                        Err(Raised) => return Err(self.not_iterable(vm, callee, &iterable)),
                    }
                }
                Argument::Keyword(name, e) => {
                    let value = e.eval(vm, f)?;
                    keywords.add(vm, callee, name.clone(), value)?;
                }
                Argument::DoubleStarred(e) => {
                    let mapping = e.eval(vm, f)?;
                    f.set_span(self.span);
                    if mapping.downcast::<DictObj>().is_some_and(|d| d.is_empty()) {
                        continue;
                    }
                    for (key, value) in self.mapping_entries(vm, callee, &mapping)? {
                        let key = vm.native(&key);
                        let Some(text) = key.downcast() else {
                            return Err(vm.type_error("keywords must be strings"));
                        };
                        keywords.add(vm, callee, vm.interned.name_of(text), value)?;
                    }
                }
            }
        }
        values.append(&mut keywords.values);
        Ok((values, keywords.names))
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
        let can_iterate = [&vm.names.iter_, &vm.names.getitem_]
            .iter()
            .any(|name| vm.special(iterable, name).is_some());
        if can_iterate || !vm.is_raised(&vm.exceptions.TypeError) {
            return Raised;
        }
        drop(vm.take_raised());
        let is_positional =
            |arg: &&Argument| matches!(arg, Argument::Positional(_) | Argument::Starred(_));
        let what = match self.args.iter().filter(is_positional).count() {
            1 => format!("{} argument", vm.callee_name(callee)),
            _ => "Value".to_owned(),
        };
        vm.type_error(format!(
            "{what} after * must be an iterable, not {}",
            vm.type_name(iterable)
        ))
    }
}

/// The keywords of a call as they are collected.
#[derive(Default)]
struct Keywords {
    names: Vec<Name>,
    values: Vec<Value>,
    /// The addresses of the names, once there are many.
    seen: HashSet<usize>,
}

impl Keywords {
    /// So many names are searched one by one.
    const FEW: usize = 32;

    fn add(&mut self, vm: &Vm, callee: &Value, name: Name, value: Value) -> R<()> {
        if self.names.len() == Self::FEW {
            self.seen = self.names.iter().map(Name::address).collect();
        }
        let is_new = if self.names.len() < Self::FEW {
            !self.names.contains(&name)
        } else {
            self.seen.insert(name.address())
        };
        if !is_new {
            return Err(vm.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                vm.callee_name(callee),
                name.as_str()
            )));
        }
        self.names.push(name);
        self.values.push(value);
        Ok(())
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
        match self.str(callee) {
            Ok(text) => text.as_str().to_owned(),
            Err(Raised) => {
                drop(self.take_raised());
                format!("{} object", self.type_name(callee))
            }
        }
    }
}
