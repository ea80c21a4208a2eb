//! `re.Pattern`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{class_method, method};
use aio_interp::object::{Kind, Obj, Ref, trace_value};
use aio_interp::objects::class::Layout;
use aio_interp::objects::dict::new_dict;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Value, Vm};

use super::machine::{Buffers, Wanted};
use super::program::Program;
use super::subject::{Matcher, Subject};
use super::syntax::flag;
use super::template::Template;
use super::{found, replace, scan};

/// `Pattern`.
pub static PATTERN: ClassSpec = ClassSpec {
    name: "Pattern",
    module: "re",
    doc: "Compiled regular expression object.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method(
            "match(string, pos=0, endpos=9223372036854775807)",
            "Matches zero or more characters at the beginning of the string.",
            |vm, a| one(vm, a, Mode::Match),
        ),
        method(
            "fullmatch(string, pos=0, endpos=9223372036854775807)",
            "Matches against all of the string.",
            |vm, a| one(vm, a, Mode::Full),
        ),
        method(
            "search(string, pos=0, endpos=9223372036854775807)",
            "Scan through string looking for a match, and return a corresponding match object instance.",
            |vm, a| one(vm, a, Mode::Search),
        ),
        method(
            "sub(repl, string, count=0)",
            "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.",
            |vm, a| Ok(replace::sub(vm, &a[0], &a[1], &a[2], &a[3])?.0),
        ),
        method(
            "subn(repl, string, count=0)",
            "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.",
            |vm, a| replace::subn(vm, &a[0], &a[1], &a[2], &a[3]),
        ),
        method(
            "findall(string, pos=0, endpos=9223372036854775807)",
            "Return a list of all non-overlapping matches of pattern in string.",
            |vm, a| {
                let (start, end) = (bound(vm, &a[2], 0)?, bound(vm, &a[3], i64::MAX)?);
                scan::findall(vm, &a[0], &a[1], start, end)
            },
        ),
        method(
            "finditer(string, pos=0, endpos=9223372036854775807)",
            "Return an iterator over all non-overlapping matches for the RE pattern in string.",
            |vm, a| {
                let (start, end) = (bound(vm, &a[2], 0)?, bound(vm, &a[3], i64::MAX)?);
                scan::finditer(vm, &a[0], &a[1], start, end)
            },
        ),
        method(
            "split(string, maxsplit=0)",
            "Split string by the occurrences of pattern.",
            |vm, a| scan::split(vm, &a[0], &a[1], &a[2]),
        ),
        method(
            "scanner(string, pos=0, endpos=9223372036854775807)",
            "Return an object that finds one match after another.",
            |vm, a| {
                let (start, end) = (bound(vm, &a[2], 0)?, bound(vm, &a[3], i64::MAX)?);
                scan::scanner(vm, &a[0], &a[1], start, end)
            },
        ),
        method("__copy__()", "Return self.", |_, a| Ok(a[0].clone())),
        method("__deepcopy__(memo, /)", "Return self.", |_, a| {
            Ok(a[0].clone())
        }),
        method("__reduce__()", "Helper for pickle.", |vm, a| {
            let this = this(vm, &a[0])?;
            let make = vm.get_attr(&vm.import("re")?, &vm.name("compile"))?;
            let args = tuple(vec![this.pattern.clone(), i64::from(this.flags).into()]);
            Ok(tuple(vec![make, args]))
        }),
        method("__repr__()", "Return repr(self).", repr),
        method("__eq__(value, /)", "Return self==value.", |vm, a| {
            let (this, Some(other)) = (this(vm, &a[0])?, of(&a[1])) else {
                return Ok(Value::NotImplemented);
            };
            let same = this.flags == other.flags && this.is_text == other.is_text;
            Ok(Value::bool(
                same && vm.equal(&this.pattern, &other.pattern)?,
            ))
        }),
        method("__hash__()", "Return hash(self).", |vm, a| {
            let this = this(vm, &a[0])?;
            let hash = vm.hash(&this.pattern)?;
            Ok(Value::Int(hash ^ i64::from(this.flags)))
        }),
        class_method(
            "__class_getitem__(item, /)",
            "See PEP 585",
            aio_interp::builtins::alias::class_getitem,
        ),
    ],
    attributes: &[
        Attribute {
            name: "pattern",
            get: |vm, v| Ok(this(vm, v)?.pattern.clone()),
            set: None,
        },
        Attribute {
            name: "flags",
            get: |vm, v| Ok(Value::Int(this(vm, v)?.flags.into())),
            set: None,
        },
        Attribute {
            name: "groups",
            get: |vm, v| Ok((this(vm, v)?.program.groups - 1).into()),
            set: None,
        },
        Attribute {
            name: "groupindex",
            get: |vm, v| {
                let dict = new_dict();
                for (name, group) in &this(vm, v)?.names {
                    dict.set_name(&vm.name(name), Value::Int((*group).into()));
                }
                Ok(
                    Ref::new(aio_interp::objects::function::MappingProxyObj { of: dict.into() })
                        .into(),
                )
            },
            set: None,
        },
    ],
    subclassable: false,
};

/// The data of a pattern.
pub struct Pattern {
    /// As it was given.
    pub pattern: Value,
    /// Its flags.
    pub flags: u32,
    /// For `str`, not for bytes.
    pub is_text: bool,
    /// Compiled.
    pub program: Program,
    /// Named groups, by number.
    pub names: Vec<(String, u32)>,
    /// Space for the matcher.
    pub buffers: Cell<Buffers>,
    /// The last template, and what it was read from.
    pub template: RefCell<Option<(Value, Rc<Template>)>>,
}

impl HostData for Pattern {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.pattern, visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Pattern {
    /// The number of a named group.
    pub fn group_named(&self, name: &str) -> Option<usize> {
        let found = self.names.iter().find(|(n, _)| n == name);
        found.map(|(_, group)| *group as usize)
    }

    /// Runs something with a matcher.
    pub fn with_matcher<T>(
        &self,
        vm: &Vm,
        subject: &Subject,
        end: usize,
        run: impl FnOnce(&mut Matcher<'_>) -> R<T>,
    ) -> R<T> {
        let mut matcher = subject.matcher(vm, &self.program, end, self.buffers.take());
        let result = run(&mut matcher);
        self.buffers.set(matcher.into_buffers());
        result
    }
}

/// The pattern in a value.
pub fn of(v: &Value) -> Option<&Pattern> {
    v.downcast::<HostObj>().and_then(|h| h.get::<Pattern>())
}

/// The pattern that is the receiver of a method.
pub fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Pattern> {
    of(v).ok_or_else(|| vm.type_error("a compiled pattern is required"))
}

/// A position that may be missing.
pub fn bound(vm: &Vm, v: &Value, default: i64) -> R<i64> {
    match v {
        Value::Unbound => Ok(default),
        _ => vm.to_index_clamped(v),
    }
}

/// How to match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At the start.
    Match,
    /// All of it.
    Full,
    /// Anywhere.
    Search,
}

fn one(vm: &Vm, a: &[Value], mode: Mode) -> R {
    let (start, end) = (bound(vm, &a[2], 0)?, bound(vm, &a[3], i64::MAX)?);
    find(vm, &a[0], &a[1], start, end, mode)
}

/// The match, or None.
pub fn find(vm: &Vm, pattern: &Value, string: &Value, start: i64, end: i64, mode: Mode) -> R {
    let this = this(vm, pattern)?;
    let subject = Subject::new(vm, string, this.is_text)?;
    if start > end && start > 0 {
        return Ok(Value::None);
    }
    let (first, last) = match (start, end) {
        (0, i64::MAX) => (0, subject.bytes().len()),
        _ => (subject.position(start), subject.position(end)),
    };
    let wanted = Wanted {
        whole: mode == Mode::Full,
        not_empty_at: None,
    };
    let slots = this.with_matcher(vm, &subject, last, |m| {
        let is_found = match mode {
            Mode::Search => m.search(first, wanted)?,
            _ => m.match_at(first, wanted)?,
        };
        Ok(is_found.then(|| found::slots_of(m.slots(), this)))
    })?;
    Ok(match slots {
        Some(slots) => found::new(vm, pattern, subject, slots, (first, last)),
        None => Value::None,
    })
}

const NAMES: &[(&str, u32)] = &[
    ("re.IGNORECASE", flag::IGNORECASE),
    ("re.LOCALE", flag::LOCALE),
    ("re.MULTILINE", flag::MULTILINE),
    ("re.DOTALL", flag::DOTALL),
    ("re.VERBOSE", flag::VERBOSE),
    ("re.DEBUG", flag::DEBUG),
    ("re.ASCII", flag::ASCII),
];

fn repr(vm: &Vm, a: &[Value]) -> R {
    let this = this(vm, &a[0])?;
    let mut flags = this.flags;
    if this.is_text && flags & flag::TYPE == flag::UNICODE {
        flags &= !flag::UNICODE;
    }
    let mut texts = Vec::new();
    for (name, bit) in NAMES {
        if flags & bit != 0 {
            texts.push((*name).to_owned());
            flags &= !bit;
        }
    }
    if flags != 0 {
        texts.push(format!("{flags:#x}"));
    }
    let pattern = vm.repr(&this.pattern)?;
    let shown: String = pattern.as_str().chars().take(200).collect();
    let comma = if texts.is_empty() { "" } else { ", " };
    Ok(vm.text(&format!("re.compile({shown}{comma}{})", texts.join("|"))))
}
