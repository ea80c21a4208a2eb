//! Displays: `(a, b)`, `[a, *b]`, `{a}`, `{a: b, **c}`.

use aio_lexer::Span;

use super::at;
use crate::node::{Expr, ExprBox};
use crate::object::Ref;
use crate::objects::dict::new_dict;
use crate::objects::list::list;
use crate::objects::set::SetObj;
use crate::objects::tuple::tuple;
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// One item of a display.
pub struct Item {
    /// The value, or what is unpacked.
    pub value: ExprBox,
    /// `*value`.
    pub starred: bool,
}

/// Which display of items.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sort {
    Tuple,
    List,
    Set,
    /// A set of three or more constants.
    ConstantSet,
    /// A set of constants that is only iterated: a frozenset of CPython's compiler.
    IteratedSet,
}

/// `(a, b)`, `[a, b]`, `{a, b}`.
pub struct Items {
    /// Which of them.
    pub sort: Sort,
    /// The items.
    pub items: Vec<Item>,
    /// Its place.
    pub span: Span,
}

impl Expr for Items {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let mut values = Vec::with_capacity(self.items.len());
        for item in &self.items {
            let value = item.value.eval(vm, f)?;
            if item.starred {
                f.set_span(item.value.span());
                let is_set = !matches!(self.sort, Sort::List | Sort::Tuple);
                values.extend(if is_set {
                    vm.collect(&value)?
                } else {
                    starred(vm, &value)?
                });
            } else {
                values.push(value);
            }
        }
        match self.sort {
            Sort::Tuple => Ok(tuple(values)),
            Sort::List => Ok(list(values)),
            Sort::Set => Ok(set_of(vm, f, self.span, values)?.into()),
            // CPython's compiler makes a frozenset of them, and that once more when it unites
            // equal constants. It shows in the order.
            Sort::ConstantSet => {
                let once = set_of(vm, f, self.span, values)?;
                let twice = set_of(vm, f, self.span, once.members())?;
                let set = SetObj::empty(false);
                set.merge(vm, &twice)?;
                Ok(set.into())
            }
            Sort::IteratedSet => {
                let once = set_of(vm, f, self.span, values)?;
                Ok(set_of(vm, f, self.span, once.members())?.into())
            }
        }
    }
    fn span(&self) -> Span {
        self.span
    }
}

fn set_of(vm: &Vm, f: Frame, span: Span, values: Vec<Value>) -> R<Ref<SetObj>> {
    let set = SetObj::empty(false);
    for v in values {
        at(f, span, set.add(vm, v))?;
    }
    Ok(set)
}

fn starred(vm: &Vm, value: &Value) -> R<Vec<Value>> {
    let result = vm.iter(value);
    match result {
        Ok(_) => vm.collect(value),
        Err(raised) => {
            let has_hook = vm.special(value, &vm.names.iter_).is_some()
                || vm.special(value, &vm.names.getitem_).is_some();
            if !has_hook && vm.is_raised(&vm.exceptions.TypeError) {
                drop(vm.take_raised());
                return Err(vm.type_error(format!(
                    "Value after * must be an iterable, not {}",
                    vm.type_name(value)
                )));
            }
            Err(raised)
        }
    }
}

/// A short tuple without stars.
pub struct Tuple<const N: usize> {
    /// The items.
    pub items: [ExprBox; N],
    /// Its place.
    pub span: Span,
}

impl<const N: usize> Expr for Tuple<N> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let mut values: [Value; N] = [const { Value::Unbound }; N];
        for (v, e) in values.iter_mut().zip(&self.items) {
            *v = e.eval(vm, f)?;
        }
        Ok(crate::objects::tuple::tuple_of(values))
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `{key: value, **mapping}`.
pub struct DictDisplay {
    /// Keys (absent for `**`) and values.
    pub items: Vec<(Option<ExprBox>, ExprBox)>,
    /// Its place.
    pub span: Span,
}

impl Expr for DictDisplay {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let dict = new_dict();
        for (key, value) in &self.items {
            match key {
                Some(key) => {
                    let key = key.eval(vm, f)?;
                    let value = value.eval(vm, f)?;
                    at(f, self.span, dict.set(vm, key, value))?;
                }
                None => {
                    let mapping = value.eval(vm, f)?;
                    f.set_span(value.span());
                    merge(vm, &Value::from(&dict), &mapping)?;
                }
            }
        }
        Ok(dict.into())
    }
    fn span(&self) -> Span {
        self.span
    }
}

fn merge(vm: &Vm, dict: &Value, mapping: &Value) -> R<()> {
    let native = vm.native(mapping);
    if native.is_kind(crate::object::Kind::Dict) || vm.find_attr(mapping, &vm.names.keys)?.is_some()
    {
        return vm
            .call_method(dict, &vm.names.update, std::slice::from_ref(mapping))
            .map(drop);
    }
    Err(vm.type_error(format!(
        "'{}' object is not a mapping",
        vm.type_name(mapping)
    )))
}

/// The only item of an iterable: `*value` where one item is meant.
pub struct Only {
    /// The iterable.
    pub value: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Expr for Only {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let iterable = self.value.eval(vm, f)?;
        let mut items = super::at(f, self.span, vm.unpack(&iterable, 1))?;
        Ok(items.remove(0))
    }
    fn span(&self) -> Span {
        self.span
    }
}
