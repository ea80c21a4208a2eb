//! Subscripts and slices.

use aio_lexer::Span;

use super::operand::{Operand, Part};
use super::{assign, at};
use crate::node::{Expr, ExprBox, Flow, Stmt};
use crate::object::{Kind, Obj, Ref};
use crate::objects::dict::DictObj;
use crate::objects::list::{ListObj, list};
use crate::objects::range::SliceObj;
use crate::objects::str::StrObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::stack::Frame;
use crate::value::{R, Value};
use crate::vm::Vm;

/// `a[b]`.
pub struct Subscript<A, B> {
    a: A,
    b: B,
    span: Span,
}

impl<A: Operand, B: Operand> Subscript<A, B> {
    /// The node.
    pub fn new(a: A, b: B, span: Span) -> Self {
        Subscript { a, b, span }
    }
}

/// The item of a list or an ASCII string at a small int; `None` means the general way. No calls
/// are made here, so that the node saves no registers for them.
#[inline(always)]
fn quickest(vm: &Vm, object: &Value, key: &Value) -> Option<Value> {
    let Value::Int(i) = key else { return None };
    let place = |len: usize| if *i < 0 { *i + len as i64 } else { *i } as usize;
    if let Some(list) = object.downcast::<ListObj>() {
        let items = list.items.read();
        return items.get(place(items.len())).cloned();
    }
    let text = object.downcast::<StrObj>().filter(|t| t.is_known_ascii())?;
    let bytes = text.as_str().as_bytes();
    let byte = *bytes.get(place(bytes.len()))?;
    vm.letter_if_made(byte).map(Value::from)
}

/// The item of the commonest containers; `None` means the general way.
#[inline(always)]
fn quick(vm: &Vm, object: &Value, key: &Value) -> Option<Value> {
    if let Some(item) = quickest(vm, object, key) {
        return Some(item);
    }
    let object = object.as_obj()?;
    let Value::Int(i) = *key else {
        return quick_text(object, key);
    };
    match object.kind() {
        Kind::Tuple => {
            let items = object.downcast::<TupleObj>()?.items();
            let i = if i < 0 { i + items.len() as i64 } else { i };
            items.get(i as usize).cloned()
        }
        Kind::Dict => object.downcast::<DictObj>()?.get_int(i),
        Kind::Str => {
            let text = object.downcast::<StrObj>()?;
            if !text.is_known_ascii() {
                return None;
            }
            let bytes = text.as_str().as_bytes();
            let i = if i < 0 { i + bytes.len() as i64 } else { i };
            let byte = *bytes.get(i as usize)?;
            Some(Value::from(vm.latin1(byte)))
        }
        _ => None,
    }
}

#[inline(always)]
fn quick_text(object: &Obj, key: &Value) -> Option<Value> {
    let dict = object.downcast::<DictObj>()?;
    dict.get_text(key.downcast::<StrObj>()?)
}

impl<A: Operand, B: Operand> Expr for Subscript<A, B> {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.load(vm, &f)?;
        let b = self.b.load(vm, &f)?;
        match quickest(vm, &a, &b) {
            Some(v) => Ok(v),
            None => get_other(vm, f, A::own(a), B::own(b), self.span),
        }
    }

    fn cond(&self, vm: &Vm, f: Frame) -> R<bool> {
        let a = self.a.load(vm, &f)?;
        let b = self.b.load(vm, &f)?;
        if let (Some(list), Value::Int(i)) = (a.downcast::<ListObj>(), &*b) {
            let items = list.items.read();
            let i = if *i < 0 { *i + items.len() as i64 } else { *i };
            match items.get(i as usize) {
                Some(Value::True) => return Ok(true),
                Some(Value::False | Value::None) => return Ok(false),
                Some(Value::Int(i)) => return Ok(*i != 0),
                _ => {}
            }
        }
        test_other(vm, f, A::own(a), B::own(b), self.span)
    }

    fn span(&self) -> Span {
        self.span
    }
}

/// The item of anything but a list.
#[inline(never)]
fn get_other(vm: &Vm, f: Frame, a: Value, b: Value, span: Span) -> R {
    match quick(vm, &a, &b) {
        Some(v) => Ok(v),
        None => get_slowly(vm, f, a, b, span),
    }
}

#[inline(never)]
fn test_other(vm: &Vm, f: Frame, a: Value, b: Value, span: Span) -> R<bool> {
    let item = get_other(vm, f, a, b, span)?;
    at(f, span, vm.truth(&item))
}

#[inline(never)]
fn get_slowly(vm: &Vm, f: Frame, a: Value, b: Value, span: Span) -> R {
    f.set_span(span);
    at(f, span, vm.get_item(&a, &b))
}

/// `a[b] = value`.
#[inline(always)]
pub(crate) fn store(vm: &Vm, f: Frame, a: &Value, b: &Value, value: Value, span: Span) -> R<()> {
    let value = match (a.downcast::<ListObj>(), b) {
        (Some(list), Value::Int(i)) => {
            let i = if *i < 0 { *i + list.len() as i64 } else { *i };
            match list.set(i as usize, value) {
                Ok(old) => {
                    drop(old);
                    return Ok(());
                }
                Err(value) => value,
            }
        }
        _ => value,
    };
    store_slowly(vm, f, a, b, value, span)
}

#[inline(never)]
fn store_slowly(vm: &Vm, f: Frame, a: &Value, b: &Value, value: Value, span: Span) -> R<()> {
    if let (Some(dict), Some(key)) = (a.downcast::<DictObj>(), b.downcast::<StrObj>()) {
        dict.set_text(key, value);
        return Ok(());
    }
    let value = match (a.downcast::<DictObj>(), b) {
        (Some(dict), Value::Int(key)) => match dict.set_int(*key, value) {
            Ok(()) => return Ok(()),
            Err(value) => value,
        },
        _ => value,
    };
    f.set_span(span);
    at(f, span, vm.set_item(a, b, value))
}

/// `a[b:c]`.
pub struct Sliced {
    /// What is sliced.
    pub a: Part,
    /// The bounds, if given.
    pub bounds: [Option<Part>; 2],
    /// Its place.
    pub span: Span,
}

impl Expr for Sliced {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let a = self.a.eval(vm, f)?;
        let [start, stop] = &self.bounds;
        let start = bound(vm, f, start)?;
        let stop = bound(vm, f, stop)?;
        match quick_slice(vm, &a, &start, &stop) {
            Some(v) => Ok(v),
            None => {
                let parts = [start, stop, Value::None];
                let slice = Ref::new(SliceObj { parts }).into();
                get_slowly(vm, f, a, slice, self.span)
            }
        }
    }
    fn span(&self) -> Span {
        self.span
    }
}

#[inline(always)]
fn bound(vm: &Vm, f: Frame, part: &Option<Part>) -> R {
    match part {
        Some(part) => part.eval(vm, f),
        None => Ok(Value::None),
    }
}

/// A slice of the commonest sequences; `None` means the general way.
#[inline(always)]
fn quick_slice(vm: &Vm, a: &Value, start: &Value, stop: &Value) -> Option<Value> {
    let place = |v: &Value, missing: usize, len: usize| match v {
        Value::None => Some(missing),
        Value::Int(i) if *i < 0 => Some(len.saturating_sub(i.unsigned_abs() as usize)),
        Value::Int(i) => Some((*i as usize).min(len)),
        _ => None,
    };
    let range = |len: usize| {
        let from = place(start, 0, len)?;
        let to = place(stop, len, len)?;
        Some(from..to.max(from))
    };
    let object = a.as_obj()?;
    match object.kind() {
        Kind::Str => {
            let text = object.downcast::<StrObj>().filter(|t| t.is_ascii())?;
            let text = text.as_str();
            Some(vm.text(text.get(range(text.len())?)?))
        }
        Kind::List => {
            let items = object.downcast::<ListObj>()?.items.read();
            Some(list(items.get(range(items.len())?)?.to_vec()))
        }
        Kind::Tuple => {
            let items = object.downcast::<TupleObj>()?.items();
            let range = range(items.len())?;
            if range.len() == items.len() {
                return Some(a.clone());
            }
            Some(tuple(items.get(range)?.to_vec()))
        }
        _ => None,
    }
}

/// `a:b:c` within a subscript: makes a `slice`.
pub struct MakeSlice {
    /// Start, stop, step; `None` where absent.
    pub parts: [Option<ExprBox>; 3],
    /// Its place.
    pub span: Span,
}

impl Expr for MakeSlice {
    fn eval(&self, vm: &Vm, f: Frame) -> R {
        let part = |i: usize| match &self.parts[i] {
            Some(e) => e.eval(vm, f),
            None => Ok(Value::None),
        };
        let parts = [part(0)?, part(1)?, part(2)?];
        Ok(Ref::new(SliceObj { parts }).into())
    }
    fn span(&self) -> Span {
        self.span
    }
}

/// `a[b] += value`: object and key are evaluated once.
pub struct AugmentedSubscript {
    /// The object.
    pub a: ExprBox,
    /// The key.
    pub b: ExprBox,
    /// The operator.
    pub op: aio_parser::ast::BinaryOp,
    /// The right-hand side.
    pub value: ExprBox,
    /// The statement's place.
    pub span: Span,
    /// The target's place.
    pub target: Span,
}

impl Stmt for AugmentedSubscript {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let a = self.a.eval(vm, f)?;
            let b = self.b.eval(vm, f)?;
            if let (Some(dict), Some(key)) = (a.downcast::<DictObj>(), b.downcast::<StrObj>()) {
                if let Some((at, old)) = dict.entry_of_text(key) {
                    let value = self.value.eval(vm, f)?;
                    let new = match assign::quick_augment(self.op, &old, &value) {
                        Some(v) => v,
                        None => super::at(f, self.span, vm.inplace(self.op, &old, &value))?,
                    };
                    drop(old);
                    dict.set_text_at(at, key, new);
                    return Ok(());
                }
            }
            let old = match quick(vm, &a, &b) {
                Some(v) => v,
                None => get_slowly(vm, f, a.clone(), b.clone(), self.target)?,
            };
            let value = self.value.eval(vm, f)?;
            let new = match assign::quick_augment(self.op, &old, &value) {
                Some(v) => v,
                None => at(f, self.span, vm.inplace(self.op, &old, &value))?,
            };
            drop(old);
            store(vm, f, &a, &b, new, self.target)
        };
        run().into()
    }
}

/// `del a[b]`.
pub struct DeleteSubscript {
    /// The object.
    pub a: ExprBox,
    /// The key.
    pub b: ExprBox,
    /// Its place.
    pub span: Span,
}

impl Stmt for DeleteSubscript {
    fn exec(&self, vm: &Vm, f: Frame) -> Flow {
        let run = || {
            let a = self.a.eval(vm, f)?;
            let b = self.b.eval(vm, f)?;
            f.set_span(self.span);
            at(f, self.span, vm.del_item(&a, &b))
        };
        run().into()
    }
}
