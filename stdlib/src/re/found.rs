//! `re.Match`.

use aio_interp::classes::ClassSpec;
use aio_interp::native::{class_method, method};
use aio_interp::object::{Kind, Obj, Ref, trace_value};
use aio_interp::objects::class::Layout;
use aio_interp::objects::dict::new_dict;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::tuple::{TupleObj, tuple, tuple_of};
use aio_interp::{R, Raised, Value, Vm};

use super::machine::NONE;
use super::pattern::{self, Pattern};
use super::replace;
use super::subject::{Subject, group_of};

/// `Match`.
pub static MATCH: ClassSpec = ClassSpec {
    name: "Match",
    module: "re",
    doc: "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method("group(*groups)", "Return one or more groups.", group),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            one_group(vm, this(vm, &a[0])?, &a[1])
        }),
        method(
            "groups(default=None)",
            "Return a tuple of all groups.",
            groups,
        ),
        method(
            "groupdict(default=None)",
            "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.",
            groupdict,
        ),
        method(
            "start(group=0, /)",
            "Return index of the start of the substring matched by group.",
            |vm, a| Ok(span_of(vm, &a[0], &a[1])?.0),
        ),
        method(
            "end(group=0, /)",
            "Return index of the end of the substring matched by group.",
            |vm, a| Ok(span_of(vm, &a[0], &a[1])?.1),
        ),
        method(
            "span(group=0, /)",
            "For match object m, return the 2-tuple (m.start(group), m.end(group)).",
            |vm, a| {
                let (start, end) = span_of(vm, &a[0], &a[1])?;
                Ok(tuple_of([start, end]))
            },
        ),
        method(
            "expand(template)",
            "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.",
            |vm, a| {
                let this = this(vm, &a[0])?;
                replace::expand(vm, &this.pattern, &this.subject, &this.slots, &a[1])
            },
        ),
        method("__copy__()", "Return self.", |_, a| Ok(a[0].clone())),
        method("__deepcopy__(memo, /)", "Return self.", |_, a| {
            Ok(a[0].clone())
        }),
        method("__repr__()", "Return repr(self).", repr),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[
        Attribute {
            name: "string",
            get: |vm, v| Ok(this(vm, v)?.subject.original.clone()),
            set: None,
        },
        Attribute {
            name: "re",
            get: |vm, v| Ok(this(vm, v)?.pattern.clone()),
            set: None,
        },
        Attribute {
            name: "pos",
            get: |vm, v| {
                let this = this(vm, v)?;
                Ok(this.subject.index(this.bounds.0).into())
            },
            set: None,
        },
        Attribute {
            name: "endpos",
            get: |vm, v| {
                let this = this(vm, v)?;
                Ok(this.subject.index(this.bounds.1).into())
            },
            set: None,
        },
        Attribute {
            name: "lastindex",
            get: |vm, v| Ok(last_index(this(vm, v)?).map_or(Value::None, Value::from)),
            set: None,
        },
        Attribute {
            name: "lastgroup",
            get: |vm, v| {
                let this = this(vm, v)?;
                let names = &compiled(vm, this)?.names;
                let found = last_index(this)
                    .and_then(|last| names.iter().find(|(_, group)| *group as usize == last));
                Ok(found.map_or(Value::None, |(name, _)| vm.text(name)))
            },
            set: None,
        },
        Attribute {
            name: "regs",
            get: |vm, v| {
                let this = this(vm, v)?;
                let spans = (0..compiled(vm, this)?.program.groups).map(|group| {
                    let (start, end) = span(this, group);
                    tuple_of([start, end])
                });
                Ok(tuple(spans.collect()))
            },
            set: None,
        },
    ],
    subclassable: false,
};

/// The data of a match.
pub struct Match {
    pattern: Value,
    subject: Subject,
    /// Start and end of each group, then the last group that was closed.
    slots: Box<[usize]>,
    /// Where the search began and ended.
    bounds: (usize, usize),
}

impl HostData for Match {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.pattern, visit);
        self.subject.trace(visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// What a match keeps of the slots.
pub fn slots_of(slots: &[usize], pattern: &Pattern) -> Box<[usize]> {
    slots[..pattern.program.groups * 2 + 1].into()
}

/// A match.
pub fn new(
    vm: &Vm,
    pattern: &Value,
    subject: Subject,
    slots: Box<[usize]>,
    bounds: (usize, usize),
) -> Value {
    let data = Match {
        pattern: pattern.clone(),
        subject,
        slots,
        bounds,
    };
    Ref::new(HostObj {
        class: super::types(vm).found.clone(),
        data: Box::new(data),
    })
    .into()
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Match> {
    v.downcast::<HostObj>()
        .and_then(|h| h.get::<Match>())
        .ok_or_else(|| vm.type_error("a match object is required"))
}

fn compiled<'a>(vm: &Vm, this: &'a Match) -> R<&'a Pattern> {
    pattern::this(vm, &this.pattern)
}

fn last_index(this: &Match) -> Option<usize> {
    this.slots.last().copied().filter(|last| *last != NONE)
}

/// The number of the group that a key names.
fn group_number(vm: &Vm, this: &Match, key: &Value) -> R<usize> {
    let pattern = compiled(vm, this)?;
    let found = match key {
        Value::Int(n) => usize::try_from(*n).ok(),
        _ => match vm.try_integer(key)? {
            Some(n) => n.as_int().and_then(|n| usize::try_from(n).ok()),
            None => vm
                .native(key)
                .as_str()
                .and_then(|name| pattern.group_named(name)),
        },
    };
    match found {
        Some(group) if group < pattern.program.groups => Ok(group),
        _ => Err(no_such_group(vm)),
    }
}

#[cold]
fn no_such_group(vm: &Vm) -> Raised {
    vm.index_error("no such group")
}

fn text(vm: &Vm, this: &Match, group: usize, default: &Value) -> Value {
    match group_of(&this.slots, group) {
        Some((start, end)) => this.subject.slice(vm, start, end),
        None => default.clone(),
    }
}

fn one_group(vm: &Vm, this: &Match, key: &Value) -> R {
    let group = group_number(vm, this, key)?;
    Ok(text(vm, this, group, &Value::None))
}

fn group(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let keys = a[1].downcast::<TupleObj>().map_or(&[][..], |t| t.items());
    match keys {
        [] => Ok(text(vm, this, 0, &Value::None)),
        [key] => one_group(vm, this, key),
        keys => {
            let texts: R<Vec<Value>> = keys.iter().map(|key| one_group(vm, this, key)).collect();
            Ok(tuple(texts?))
        }
    }
}

fn groups(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let default = a[1].or(Value::None);
    let count = compiled(vm, this)?.program.groups;
    Ok(tuple(
        (1..count).map(|g| text(vm, this, g, &default)).collect(),
    ))
}

fn groupdict(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let default = a[1].or(Value::None);
    let dict = new_dict();
    for (name, group) in &compiled(vm, this)?.names {
        dict.set_name(&vm.name(name), text(vm, this, *group as usize, &default));
    }
    Ok(dict.into())
}

fn span(this: &Match, group: usize) -> (Value, Value) {
    match group_of(&this.slots, group) {
        Some((start, end)) => (
            this.subject.index(start).into(),
            this.subject.index(end).into(),
        ),
        None => (Value::Int(-1), Value::Int(-1)),
    }
}

fn span_of(vm: &Vm, v: &Value, key: &Value) -> R<(Value, Value)> {
    let this = this(vm, v)?;
    let group = match key {
        Value::Unbound => 0,
        key => group_number(vm, this, key)?,
    };
    Ok(span(this, group))
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let (start, end) = span(this, 0);
    let text = vm.repr(&text(vm, this, 0, &Value::None))?;
    let text: String = text.as_str().chars().take(50).collect();
    let (start, end) = (vm.repr(&start)?, vm.repr(&end)?);
    Ok(vm.text(&format!(
        "<re.Match object; span=({}, {}), match={text}>",
        start.as_str(),
        end.as_str()
    )))
}
