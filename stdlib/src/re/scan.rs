//! One match after another: `findall`, `finditer`, `split` and scanners.

use std::cell::Cell;

use aio_interp::classes::ClassSpec;
use aio_interp::native::method;
use aio_interp::object::{Kind, Obj, Ref, trace_value};
use aio_interp::objects::class::Layout;
use aio_interp::objects::function::Attribute;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::iterator::{IterState, NativeIterator, iterator};
use aio_interp::objects::list::list;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Value, Vm};

use super::machine::Wanted;
use super::pattern::{self, Mode};
use super::subject::{Matcher, Subject};
use super::{found, pattern::Pattern};

/// Where the next match may begin. An empty match may not follow one that ends at the same place
/// and was empty too.
#[derive(Clone, Copy)]
pub struct Next {
    /// From here on.
    pub pos: usize,
    not_empty: bool,
}

impl Next {
    /// At the start.
    pub fn at(pos: usize) -> Next {
        Next {
            pos,
            not_empty: false,
        }
    }

    /// Finds the next match and moves behind it.
    pub fn search(&mut self, matcher: &mut Matcher<'_>) -> R<bool> {
        if !matcher.search(self.pos, self.wanted())? {
            return Ok(false);
        }
        self.pass(matcher);
        Ok(true)
    }

    fn wanted(self) -> Wanted {
        Wanted {
            whole: false,
            not_empty_at: self.not_empty.then_some(self.pos),
        }
    }

    fn pass(&mut self, matcher: &Matcher<'_>) {
        let (start, end) = matcher.span();
        self.not_empty = start == end;
        self.pos = end;
    }
}

/// All matches: what they matched, or their groups.
pub fn findall(vm: &Vm, pattern: &Value, string: &Value, start: i64, end: i64) -> R {
    let this = pattern::this(vm, pattern)?;
    let subject = Subject::new(vm, string, this.is_text)?;
    let (first, last) = (subject.position(start), subject.position(end));
    let mut items = Vec::new();
    if first <= last {
        this.with_matcher(vm, &subject, last, |m| {
            let mut next = Next::at(first);
            while next.search(m)? {
                items.push(item(vm, this, &subject, m));
                if items.len() & 0xfff == 0 {
                    vm.poll()?;
                }
            }
            Ok(())
        })?;
    }
    Ok(list(items))
}

fn item(vm: &Vm, this: &Pattern, subject: &Subject, matcher: &Matcher<'_>) -> Value {
    let group = |group: usize| match matcher.group(group) {
        Some((start, end)) => subject.slice(vm, start, end),
        None => subject.slice(vm, 0, 0),
    };
    match this.program.groups {
        1 => group(0),
        2 => group(1),
        count => tuple((1..count).map(group).collect()),
    }
}

/// The texts between matches, and the groups of the matches.
pub fn split(vm: &Vm, pattern: &Value, string: &Value, limit: &Value) -> R {
    let this = pattern::this(vm, pattern)?;
    let subject = Subject::new(vm, string, this.is_text)?;
    let limit = pattern::bound(vm, limit, 0)?;
    let len = subject.bytes().len();
    let mut items = Vec::new();
    let mut last = 0;
    this.with_matcher(vm, &subject, len, |m| {
        let (mut next, mut count) = (Next::at(0), 0);
        while (limit == 0 || count < limit) && next.search(m)? {
            let (start, end) = m.span();
            items.push(subject.slice(vm, last, start));
            for group in 1..this.program.groups {
                items.push(match m.group(group) {
                    Some((start, end)) => subject.slice(vm, start, end),
                    None => Value::None,
                });
            }
            last = end;
            count += 1;
            if count & 0xfff == 0 {
                vm.poll()?;
            }
        }
        Ok(())
    })?;
    items.push(subject.slice(vm, last, len));
    Ok(list(items))
}

/// One match after another.
struct Scanner {
    pattern: Value,
    subject: Subject,
    bounds: (usize, usize),
    next: Cell<Next>,
}

impl Scanner {
    fn new(vm: &Vm, pattern: &Value, string: &Value, start: i64, end: i64) -> R<Scanner> {
        let this = pattern::this(vm, pattern)?;
        let subject = Subject::new(vm, string, this.is_text)?;
        let (first, last) = (subject.position(start), subject.position(end));
        Ok(Scanner {
            pattern: pattern.clone(),
            bounds: (first, last),
            next: Cell::new(Next::at(first)),
            subject,
        })
    }

    fn step(&self, vm: &Vm, mode: Mode) -> R<Option<Value>> {
        let this = pattern::this(vm, &self.pattern)?;
        let mut next = self.next.get();
        let (first, last) = self.bounds;
        if next.pos > last {
            return Ok(None);
        }
        let slots = this.with_matcher(vm, &self.subject, last, |m| {
            let is_found = match mode {
                Mode::Search => next.search(m)?,
                _ => {
                    let is_found = m.match_at(next.pos, next.wanted())?;
                    if is_found {
                        next.pass(m);
                    }
                    is_found
                }
            };
            Ok(is_found.then(|| found::slots_of(m.slots(), this)))
        })?;
        let Some(slots) = slots else {
            // Nothing will be found any more.
            next.pos = usize::MAX;
            self.next.set(next);
            return Ok(None);
        };
        self.next.set(next);
        let bounds = (first, last);
        Ok(Some(found::new(
            vm,
            &self.pattern,
            self.subject.clone(),
            slots,
            bounds,
        )))
    }
}

impl NativeIterator for Scanner {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        self.step(vm, Mode::Search)
    }
    fn type_name(&self) -> &'static str {
        "callable_iterator"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_value(&self.pattern, visit);
        self.subject.trace(visit);
    }
}

/// An iterator over the matches.
pub fn finditer(vm: &Vm, pattern: &Value, string: &Value, start: i64, end: i64) -> R {
    let scanner = Scanner::new(vm, pattern, string, start, end)?;
    Ok(iterator(IterState::Native(std::rc::Rc::new(scanner))))
}

/// What `Pattern.scanner` returns.
pub static SCANNER: ClassSpec = ClassSpec {
    name: "SRE_Scanner",
    module: "_sre",
    doc: "Finds one match after another.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        method("match()", "The next match, here.", |vm, a| {
            step(vm, &a[0], Mode::Match)
        }),
        method("search()", "The next match.", |vm, a| {
            step(vm, &a[0], Mode::Search)
        }),
    ],
    attributes: &[Attribute {
        name: "pattern",
        get: |vm, v| Ok(this(vm, v)?.pattern.clone()),
        set: None,
    }],
    subclassable: false,
};

impl HostData for Scanner {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        NativeIterator::trace(self, visit);
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Scanner> {
    v.downcast::<HostObj>()
        .and_then(|h| h.get::<Scanner>())
        .ok_or_else(|| vm.type_error("a scanner is required"))
}

fn step(vm: &Vm, v: &Value, mode: Mode) -> R {
    Ok(this(vm, v)?.step(vm, mode)?.unwrap_or(Value::None))
}

/// A scanner.
pub fn scanner(vm: &Vm, pattern: &Value, string: &Value, start: i64, end: i64) -> R {
    let scanner = Scanner::new(vm, pattern, string, start, end)?;
    Ok(Ref::new(HostObj {
        class: super::types(vm).scanner.clone(),
        data: Box::new(scanner),
    })
    .into())
}
