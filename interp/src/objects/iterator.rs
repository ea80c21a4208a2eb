//! The builtin iterators: one kind of object, its state tells which.

use super::dict::DictObj;
use super::list::ListObj;
use super::set::SetObj;
use super::str::StrObj;
use super::tuple::TupleObj;
use crate::object::{Kind, Obj, Object, Ref, trace_value, trace_values};
use crate::shared::Shared;
use crate::value::{R, Value};
use crate::vm::Vm;

/// An iterator.
pub struct IteratorObj {
    /// What is left. See `Shared` for the rule on borrows: take what is needed, then call.
    pub state: Shared<IterState>,
}

/// Which part of a dict an iterator or view shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum DictPart {
    Keys,
    Values,
    Items,
}

/// An iterator that the library defines in Rust.
pub trait NativeIterator: 'static {
    /// The next item, or `None` at the end.
    fn next(&self, vm: &Vm) -> R<Option<Value>>;
    /// How many are left, or 0 if that is not known.
    fn length_hint(&self, _vm: &Vm) -> R<usize> {
        Ok(0)
    }
    /// How many are left, where that may be beyond any length.
    fn exact_length(&self) -> Option<Value> {
        None
    }
    /// What yields the rest, to copy it by.
    fn rest(&self) -> Option<Value> {
        None
    }
    /// The name of its type, for `repr` and errors.
    fn type_name(&self) -> &'static str;
    /// Shows the collector every object held.
    fn trace(&self, visit: &mut dyn FnMut(&Obj));
}

/// The builtin iterators.
#[allow(missing_docs)]
pub enum IterState {
    /// Nothing is left, and nothing will come: `__next__` raises StopIteration for ever.
    Done(&'static str),
    List {
        list: Ref<ListObj>,
        at: usize,
    },
    ListReversed {
        list: Ref<ListObj>,
        at: usize,
    },
    Tuple {
        tuple: Ref<TupleObj>,
        at: usize,
    },
    Str {
        text: Ref<StrObj>,
        at: usize,
        of_subclass: bool,
    },
    Bytes {
        data: Value,
        at: usize,
    },
    Range {
        next: i64,
        left: u64,
        step: i64,
    },
    /// `size` is the number of entries at the start: iteration fails once it has changed.
    Dict {
        dict: Ref<DictObj>,
        part: DictPart,
        at: usize,
        left: usize,
        size: usize,
    },
    DictReversed {
        dict: Ref<DictObj>,
        part: DictPart,
        at: usize,
        left: usize,
        size: usize,
    },
    Set {
        set: Ref<SetObj>,
        at: usize,
        left: usize,
        size: usize,
    },
    /// Objects with `__getitem__` only (and `reversed` of them, counting down).
    Sequence {
        of: Value,
        at: i64,
        step: i64,
    },
    /// `iter(callable, sentinel)`.
    Callable {
        call: Value,
        sentinel: Value,
    },
    Enumerate {
        of: Value,
        next: Value,
    },
    Zip {
        of: Box<[Value]>,
        strict: bool,
    },
    Map {
        function: Value,
        of: Box<[Value]>,
    },
    Filter {
        function: Value,
        of: Value,
    },
    Native(std::rc::Rc<dyn NativeIterator>),
}

impl Object for IteratorObj {
    const KIND: Kind = Kind::Iterator;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        match &*self.state.read() {
            IterState::Done(_) | IterState::Range { .. } => {}
            IterState::List { list, .. } | IterState::ListReversed { list, .. } => {
                visit(list.obj());
            }
            IterState::Tuple { tuple, .. } => visit(tuple.obj()),
            IterState::Str { text, .. } => visit(text.obj()),
            IterState::Bytes { data, .. } => trace_value(data, visit),
            IterState::Dict { dict, .. } | IterState::DictReversed { dict, .. } => {
                visit(dict.obj());
            }
            IterState::Set { set, .. } => visit(set.obj()),
            IterState::Sequence { of, .. } => trace_value(of, visit),
            IterState::Callable { call, sentinel } => {
                trace_value(call, visit);
                trace_value(sentinel, visit);
            }
            IterState::Enumerate { of, next } => {
                trace_value(of, visit);
                trace_value(next, visit);
            }
            IterState::Zip { of, .. } => trace_values(of, visit),
            IterState::Map { function, of } => {
                trace_value(function, visit);
                trace_values(of, visit);
            }
            IterState::Filter { function, of } => {
                trace_value(function, visit);
                trace_value(of, visit);
            }
            IterState::Native(n) => n.trace(visit),
        }
    }
    fn clear(&self) {
        drop(self.state.replace(IterState::Done("iterator")));
    }
}

impl IterState {
    /// The name of the iterator's type.
    pub fn type_name(&self) -> &'static str {
        use DictPart::{Items, Keys, Values};
        match self {
            IterState::Done(name) => name,
            IterState::List { .. } => "list_iterator",
            IterState::ListReversed { .. } => "list_reverseiterator",
            IterState::Tuple { .. } => "tuple_iterator",
            IterState::Str {
                text, of_subclass, ..
            } if text.is_ascii() && !of_subclass => "str_ascii_iterator",
            IterState::Str { .. } => "str_iterator",
            IterState::Bytes { data, .. } => match data.kind() {
                Some(Kind::ByteArray) => "bytearray_iterator",
                Some(Kind::MemoryView) => "memory_iterator",
                _ => "bytes_iterator",
            },
            IterState::Range { .. } => "range_iterator",
            IterState::Dict { part: Keys, .. } => "dict_keyiterator",
            IterState::Dict { part: Values, .. } => "dict_valueiterator",
            IterState::Dict { part: Items, .. } => "dict_itemiterator",
            IterState::DictReversed { part: Keys, .. } => "dict_reversekeyiterator",
            IterState::DictReversed { part: Values, .. } => "dict_reversevalueiterator",
            IterState::DictReversed { part: Items, .. } => "dict_reverseitemiterator",
            IterState::Set { .. } => "set_iterator",
            IterState::Sequence { step, .. } if *step < 0 => "reversed",
            IterState::Sequence { .. } => "iterator",
            IterState::Callable { .. } => "callable_iterator",
            IterState::Enumerate { .. } => "enumerate",
            IterState::Zip { .. } => "zip",
            IterState::Map { .. } => "map",
            IterState::Filter { .. } => "filter",
            IterState::Native(n) => n.type_name(),
        }
    }
}

/// An iterator value in this state.
pub fn iterator(state: IterState) -> Value {
    Ref::new(IteratorObj {
        state: Shared::new(state),
    })
    .into()
}

/// `dict_keys`, `dict_values`, `dict_items`.
pub struct DictViewObj {
    /// The dict.
    pub dict: Ref<DictObj>,
    /// Which view.
    pub part: DictPart,
    /// It is one of an `OrderedDict`, which has types of its own for them.
    pub ordered: bool,
}

impl Object for DictViewObj {
    const KIND: Kind = Kind::DictView;
    const TRACKED: bool = true;
    type Tail = ();
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(self.dict.obj());
    }
}
