//! Patterns of `match`, all but class patterns.
//!
//! A pattern may run script code (`==`, `__getitem__`): nothing is borrowed from the subject.

use aio_lexer::Span;

use super::super::{at, fail_at};
use crate::node::ExprBox;
use crate::object::{Kind, Ref};
use crate::objects::class::{ClassObj, collection};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::list::ListObj;
use crate::objects::tuple::TupleObj;
use crate::stack::{Frame, Slot};
use crate::value::{R, Value};
use crate::vm::Vm;

/// A pattern.
pub trait Pattern {
    /// True if the subject matches. Names bound on the way are in their slots then (and perhaps
    /// some of them, if it does not match).
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool>;
}

/// A pattern, boxed.
pub type PatternBox = Box<dyn Pattern>;

/// `_`.
pub struct Wildcard;

impl Pattern for Wildcard {
    fn matches(&self, _vm: &Vm, _f: Frame, _subject: &Value) -> R<bool> {
        Ok(true)
    }
}

/// A name, or `pattern as name`.
pub struct Capture {
    /// What must match first.
    pub pattern: Option<PatternBox>,
    /// Where the value waits.
    pub slot: Slot,
}

impl Pattern for Capture {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        if let Some(pattern) = &self.pattern {
            if !pattern.matches(vm, f, subject)? {
                return Ok(false);
            }
        }
        f.set(self.slot, subject.clone());
        Ok(true)
    }
}

/// `None`, `True`, `False`: compared with `is`.
pub struct Singleton(pub Value);

impl Pattern for Singleton {
    fn matches(&self, _vm: &Vm, _f: Frame, subject: &Value) -> R<bool> {
        Ok(subject.is(&self.0))
    }
}

/// A literal.
pub struct Literal {
    /// The value.
    pub value: Value,
    /// Its place.
    pub span: Span,
}

impl Pattern for Literal {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        match (subject, &self.value) {
            (Value::Int(a), Value::Int(b)) => Ok(a == b),
            _ => at(f, self.span, vm.equal(subject, &self.value)),
        }
    }
}

/// A dotted name (or a number with a sign): compared with `==`.
pub struct ValuePattern(pub ExprBox);

impl Pattern for ValuePattern {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        let value = self.0.eval(vm, f)?;
        at(f, self.0.span(), vm.equal(subject, &value))
    }
}

/// `a | b`.
pub struct Or(pub Vec<PatternBox>);

impl Pattern for Or {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        for pattern in &self.0 {
            if pattern.matches(vm, f, subject)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The starred part of a sequence pattern.
pub struct Star {
    /// How many patterns stand before it.
    pub before: usize,
    /// Where the list waits; absent for `*_`.
    pub slot: Option<Slot>,
}

/// `[a, *rest]`.
pub struct Sequence {
    /// The patterns, without the starred one.
    pub patterns: Vec<PatternBox>,
    /// The starred one.
    pub star: Option<Star>,
    /// All patterns are wildcards: no item is looked at.
    pub length_only: bool,
    /// Its place.
    pub span: Span,
}

impl Sequence {
    /// The items that the patterns look at, or `None` if the length is wrong.
    fn items(&self, vm: &Vm, f: Frame, subject: &Value) -> R<Option<Vec<Value>>> {
        let wanted = self.patterns.len();
        let fits = |len: usize| {
            if self.star.is_some() {
                len >= wanted
            } else {
                len == wanted
            }
        };
        if let Some(tuple) = subject.downcast::<TupleObj>() {
            let items = tuple.items();
            return Ok(fits(items.len()).then(|| self.chosen(f, items)));
        }
        if let Some(list) = subject.downcast::<ListObj>() {
            if !fits(list.len()) {
                return Ok(None);
            }
            return Ok(Some(self.chosen(f, &list.to_vec())));
        }
        if wanted == 0 && matches!(self.star, Some(Star { slot: None, .. })) {
            // `[*_]` asks nothing.
            return Ok(Some(vec![]));
        }
        let len = vm.len(subject)?;
        if !fits(len) {
            return Ok(None);
        }
        if self.length_only {
            return Ok(Some(vec![]));
        }
        match &self.star {
            None => vm.unpack(subject, wanted).map(Some),
            Some(Star { before, slot: None }) => {
                let places = (0..*before).chain(len - (wanted - before)..len);
                let items: R<Vec<Value>> = places
                    .map(|i| vm.get_item(subject, &Value::from(i)))
                    .collect();
                items.map(Some)
            }
            Some(Star {
                before,
                slot: Some(slot),
            }) => {
                let mut items = vm.unpack_star(subject, *before, wanted - before)?;
                f.set(*slot, items.remove(*before));
                Ok(Some(items))
            }
        }
    }

    /// Of all items those that the patterns look at; the others go to the star's slot.
    fn chosen(&self, f: Frame, items: &[Value]) -> Vec<Value> {
        let Some(star) = &self.star else {
            return items.to_vec();
        };
        let after = items.len() - (self.patterns.len() - star.before);
        if let Some(slot) = star.slot {
            let rest = items[star.before..after].to_vec();
            f.set(slot, crate::objects::list::list(rest));
        }
        let mut chosen = items[..star.before].to_vec();
        chosen.extend_from_slice(&items[after..]);
        chosen
    }
}

impl Pattern for Sequence {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        if !is_collection(vm, subject, collection::SEQUENCE) {
            return Ok(false);
        }
        let Some(items) = at(f, self.span, self.items(vm, f, subject))? else {
            return Ok(false);
        };
        if self.length_only {
            return Ok(true);
        }
        for (pattern, item) in self.patterns.iter().zip(&items) {
            if !pattern.matches(vm, f, item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// `{key: pattern, **rest}`.
pub struct Mapping {
    /// The keys.
    pub keys: Vec<ExprBox>,
    /// One pattern per key.
    pub patterns: Vec<PatternBox>,
    /// Where the dict of what is left waits.
    pub rest: Option<Slot>,
    /// Its place.
    pub span: Span,
}

impl Mapping {
    /// The values of the keys; `None` if one is missing.
    fn values(&self, vm: &Vm, f: Frame, subject: &Value, keys: &[Value]) -> R<Option<Vec<Value>>> {
        let seen = new_dict();
        let mut values = Vec::with_capacity(keys.len());
        let get = match subject.downcast::<DictObj>() {
            Some(_) => None,
            None if keys.is_empty() => None,
            None => Some(vm.get_attr(subject, &vm.names.get)?),
        };
        for (i, key) in keys.iter().enumerate() {
            if keys.len() > 1 {
                if seen.get(vm, key)?.is_some() {
                    let shown = vm.repr(key)?;
                    let text = format!("mapping pattern checks duplicate key ({})", shown.as_str());
                    return Err(fail_at(f, self.keys[i].span(), vm.value_error(text)));
                }
                seen.set(vm, key.clone(), Value::None)?;
            }
            let value = match (&get, subject.downcast::<DictObj>()) {
                (None, Some(dict)) => dict.get(vm, key)?,
                (Some(get), _) => {
                    // An object of its own tells a missing key from any value.
                    let missing = crate::objects::list::list(vec![]);
                    let value = vm.call(get, &[key.clone(), missing.clone()])?;
                    (!value.is(&missing)).then_some(value)
                }
                _ => None,
            };
            match value {
                Some(value) => values.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(values))
    }

    fn keep_rest(&self, vm: &Vm, f: Frame, subject: &Value, keys: &[Value]) -> R<()> {
        let Some(slot) = self.rest else {
            return Ok(());
        };
        let rest = match subject.downcast::<DictObj>() {
            Some(dict) => Value::from(dict.copy()),
            None => vm.call(
                &Value::from(&vm.classes.dict),
                std::slice::from_ref(subject),
            )?,
        };
        for key in keys {
            vm.del_item(&rest, key)?;
        }
        f.set(slot, rest);
        Ok(())
    }
}

impl Pattern for Mapping {
    fn matches(&self, vm: &Vm, f: Frame, subject: &Value) -> R<bool> {
        if !is_collection(vm, subject, collection::MAPPING) {
            return Ok(false);
        }
        if !self.keys.is_empty() && at(f, self.span, vm.len(subject))? < self.keys.len() {
            return Ok(false);
        }
        let keys: R<Vec<Value>> = self.keys.iter().map(|k| k.eval(vm, f)).collect();
        let keys = keys?;
        let Some(values) = at(f, self.span, self.values(vm, f, subject, &keys))? else {
            return Ok(false);
        };
        for (pattern, value) in self.patterns.iter().zip(&values) {
            if !pattern.matches(vm, f, value)? {
                return Ok(false);
            }
        }
        at(f, self.span, self.keep_rest(vm, f, subject, &keys))?;
        Ok(true)
    }
}

/// True if the value's type counts as a sequence or as a mapping for patterns.
fn is_collection(vm: &Vm, subject: &Value, sort: u8) -> bool {
    match subject.kind() {
        None | Some(Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::BigInt) => false,
        Some(Kind::List | Kind::Tuple | Kind::Range | Kind::MemoryView) => {
            sort == collection::SEQUENCE
        }
        Some(Kind::Dict | Kind::MappingProxy) => sort == collection::MAPPING,
        Some(_) => is_collection_class(vm, &vm.class_of(subject), sort),
    }
}

fn is_collection_class(vm: &Vm, class: &Ref<ClassObj>, sort: u8) -> bool {
    let c = &vm.classes;
    let is_any = |of: &Ref<ClassObj>, kinds: &[&Ref<ClassObj>]| kinds.iter().any(|k| k.is(of));
    // The first ancestor that is marked decides.
    let marks = class
        .mro()
        .iter()
        .map(|ancestor| {
            if is_any(ancestor, &[&c.list, &c.tuple, &c.range, &c.memoryview]) {
                return collection::SEQUENCE;
            }
            if is_any(ancestor, &[&c.dict, &c.mappingproxy]) {
                return collection::MAPPING;
            }
            match ancestor.collection.get() {
                0 => own_mark(vm, ancestor),
                marked => marked,
            }
        })
        .find(|mark| *mark != 0);
    marks.is_some_and(|mark| mark & sort != 0)
}

/// What `__abc_tpflags__` of the abstract classes says.
fn own_mark(vm: &Vm, class: &Ref<ClassObj>) -> u8 {
    match class.own(vm, &vm.names.abc_tpflags_) {
        Some(Value::Int(mark)) => (mark >> 5) as u8 & (collection::SEQUENCE | collection::MAPPING),
        _ => 0,
    }
}
