//! What a task waits for, in words.

use std::collections::HashSet;

use aio_interp::coroutine::CoroutineObj;
use aio_interp::event_loop::future::AnyFuture;
use aio_interp::event_loop::task::TaskObj;
use aio_interp::event_loop::waits::{self, Wait};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::dict::DictObj;
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::list::ListObj;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::{Value, Vm};

/// A task that waits, ready to be told of.
pub struct Waiting {
    /// The task.
    pub task: Ref<TaskObj>,
    /// What it waits for.
    pub wait: Wait,
    /// The frame of the program's own that waits.
    pub frame: Option<Ref<CoroutineObj>>,
    /// The function of the library that the program waits in.
    pub inside: Option<Ref<CoroutineObj>>,
}

impl Waiting {
    /// What this task waits for; `None` if it is about to run.
    pub fn of(task: &Ref<TaskObj>) -> Option<Waiting> {
        let wait = waits::of_task(task)?;
        let chain = waits::chain(task);
        let at = chain.iter().rposition(is_own);
        let frame = at.map(|at| chain[at].clone());
        let inside = chain.get(at.map_or(0, |at| at + 1)).cloned();
        Some(Waiting {
            task: task.clone(),
            wait,
            frame,
            inside,
        })
    }

    /// `file:line in function()`.
    pub fn place(&self) -> Option<String> {
        let frame = self.frame.as_ref()?;
        let function = frame.function()?;
        let source = &function.code.source;
        Some(format!(
            "{}:{} in {}()",
            source.filename,
            source.line(frame.span().start),
            frame.qualname().as_str().unwrap_or("?")
        ))
    }

    /// " (for 2.5 s)", if it waits long enough to be worth a word.
    pub fn age(&self, vm: &Vm) -> String {
        const LONG: f64 = 0.5;
        // At a prompt, whose loop rests long, the task itself knows better.
        let about = self.wait.since.map(|tenths| f64::from(tenths) / 10.0);
        let since = self.task.since().or(about);
        match since.map(|since| vm.clock.monotonic() - since) {
            Some(age) if age >= LONG => format!(" (for {age:.1} s)"),
            _ => String::new(),
        }
    }

    /// The line of the source that waits.
    pub fn line(&self) -> Option<String> {
        let frame = self.frame.as_ref()?;
        let function = frame.function()?;
        let source = &function.code.source;
        let line = source.line(frame.span().start);
        let text = source.text.lines().nth(line.checked_sub(1)?)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// True if it waits at a barrier.
    pub fn is_at_barrier(&self) -> bool {
        self.inside().starts_with("Barrier.")
    }

    /// The name of the library's function that the program waits in.
    fn inside(&self) -> String {
        let name = self.inside.as_ref().map(|co| co.qualname());
        name.and_then(|n| n.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// "lock `a`, held by 'worker'".
    pub fn what(&self, vm: &Vm, names: &Names, live: &[Ref<TaskObj>]) -> String {
        if self.is_at_barrier() {
            return "a barrier whose other parties have not come".to_owned();
        }
        if self.is_join() {
            return "a queue for whose items task_done() was not called often enough".to_owned();
        }
        let article = match self.wait.what.split(' ').next() {
            Some("lock" | "future" | "condition" | "semaphore" | "task") => "a ",
            Some("event") => "an ",
            _ => "",
        };
        let mut text = match names.name(self) {
            Some(name) => format!("{} `{name}`", self.wait.what),
            None => format!("{article}{}", self.wait.kind()),
        };
        if self.wait.what == "shield" {
            text = "what a shield() protects".to_owned();
        }
        if !self.wait.state.is_empty() {
            text.push_str(&format!(" ({})", self.wait.state));
        }
        if let Some(holder) = self.wait.holder {
            let since = holder
                .place
                .text()
                .map_or(String::new(), |p| format!(" since {p}"));
            text.push_str(&held(vm, &self.task, holder.task, live, &since));
        }
        let others: Vec<_> = self
            .wait
            .others
            .iter()
            .map(|other| short(vm, other))
            .collect();
        if !others.is_empty() {
            const SHOWN: usize = 8;
            let more = others.len().saturating_sub(SHOWN);
            text.push_str(&format!(": {}", others[..others.len() - more].join(", ")));
            if more > 0 {
                text.push_str(&format!(" and {more} more"));
            }
        }
        if let Some(until) = self.wait.until {
            let left = (until - vm.clock.monotonic()).max(0.0);
            text.push_str(&format!(", {left:.1} s left"));
        }
        text
    }

    /// True if it waits for `Queue.join()`.
    pub fn is_join(&self) -> bool {
        self.wait.what == "event" && self.line().is_some_and(|l| l.contains(".join("))
    }
}

/// ", held by 'a' since x.aio:3".
fn held(vm: &Vm, waiter: &Ref<TaskObj>, number: u64, live: &[Ref<TaskObj>], since: &str) -> String {
    if waiter.order() == number {
        return format!(", which it holds itself{since}");
    }
    match live.iter().find(|task| task.order() == number) {
        Some(task) => format!(", held by {}{since}", quoted(vm, task)),
        None if number & 0xffff == 0 && number > 0 => {
            format!(", held{since} by 'Task-{}', which has ended", number >> 16)
        }
        None => format!(", held{since} by a task that has ended"),
    }
}

/// The name of a task, or of the tasks that a future waits for: which may be a circle.
fn short(vm: &Vm, future: &AnyFuture) -> String {
    const SHOWN: usize = 8;
    let (mut names, mut seen) = (Vec::new(), HashSet::new());
    let mut rest = vec![future.clone()];
    while let Some(next) = rest.pop() {
        if names.len() == SHOWN || !seen.insert(next.obj().address()) {
            continue;
        }
        match &next {
            AnyFuture::Task(task) => names.push(quoted(vm, task)),
            AnyFuture::Plain(_) => rest.extend(waits::of_future(&next).others.into_iter().rev()),
        }
    }
    match names.is_empty() {
        true => "a future".to_owned(),
        false => names.join(", "),
    }
}

/// `'name'`.
pub fn quoted(vm: &Vm, task: &Ref<TaskObj>) -> String {
    format!("'{}'", task.name(vm).as_str().unwrap_or("?"))
}

/// `'name' running f()`.
pub fn title(vm: &Vm, task: &Ref<TaskObj>) -> String {
    let mut text = format!("task {}", quoted(vm, task));
    if let Some(root) = waits::root(task)
        && let Some(name) = root.qualname().as_str()
    {
        text.push_str(&format!(", {name}()"));
    }
    text
}

/// The names that a program has for what its tasks wait for.
///
/// A name that stands for two things in two frames tells nobody which of them is meant: another is
/// taken then, if there is one.
pub struct Names {
    /// Each name with the objects that it stands for somewhere, by address.
    found: Vec<(String, Vec<usize>)>,
}

impl Names {
    /// The names for the objects that these tasks wait for, in any frame of these `live` ones.
    pub fn of(waiting: &[Waiting], live: &[Ref<TaskObj>]) -> Names {
        const LOOKED_AT: usize = 50;
        let mut objects: Vec<Obj> = Vec::new();
        for object in waiting.iter().filter_map(|w| w.wait.object.as_ref()) {
            if !objects.iter().any(|o| o.is(object)) {
                objects.push(object.clone());
            }
        }
        let mut names = Names { found: Vec::new() };
        for task in live.iter().take(LOOKED_AT) {
            let chain = waits::chain(task);
            let own = chain.iter().filter(|co| is_own(co));
            for (name, object) in own.flat_map(|co| names_in(co, &objects)) {
                names.add(name, object);
            }
        }
        // What has a name of its own needs no longer one.
        objects.retain(|object| names.unique(object).is_none());
        if objects.is_empty() {
            return names;
        }
        for task in live.iter().take(LOOKED_AT) {
            let chain = waits::chain(task);
            let own = chain.iter().filter(|co| is_own(co));
            for (name, object) in own.flat_map(|co| parts_in(co, &objects)) {
                names.add(name, object);
            }
        }
        names
    }

    fn add(&mut self, name: String, object: usize) {
        match self.found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, objects)) if objects.contains(&object) => {}
            Some((_, objects)) => objects.push(object),
            None => self.found.push((name, vec![object])),
        }
    }

    /// The one name that stands for this object only.
    fn unique(&self, object: &Obj) -> Option<&str> {
        let address = object.address();
        let found = self
            .found
            .iter()
            .find(|(_, objects)| **objects == [address]);
        found.map(|(name, _)| name.as_str())
    }

    /// What the program calls that for which a task waits.
    pub fn name(&self, waiting: &Waiting) -> Option<String> {
        self.name_for(&waiting.task, waiting.wait.object.as_ref()?)
    }

    /// What the program calls an object: if no name is for it alone, what a task calls it.
    pub fn name_for(&self, task: &Ref<TaskObj>, object: &Obj) -> Option<String> {
        if let Some(name) = self.unique(object) {
            return Some(name.to_owned());
        }
        let chain = waits::chain(task);
        let objects = [object.clone()];
        let named = |names: fn(&Ref<CoroutineObj>, &[Obj]) -> Vec<(String, usize)>| {
            let own = chain.iter().rev().filter(|co| is_own(co));
            let mut found = own.flat_map(|co| names(co, &objects));
            found.next().map(|(name, _)| name)
        };
        named(names_in).or_else(|| named(parts_in))
    }
}

fn is_own(co: &Ref<CoroutineObj>) -> bool {
    co.function().is_some_and(|f| !f.code.source.is_library)
}

/// The names that a frame has for some of these objects: of variables, of attributes of `self`.
fn names_in(co: &Ref<CoroutineObj>, objects: &[Obj]) -> Vec<(String, usize)> {
    let (Some(function), Some(locals)) = (co.function(), waits::locals(co)) else {
        return vec![];
    };
    let locals = locals.entries();
    let mut found = named(&locals, "", objects);
    let this = locals
        .iter()
        .find(|(name, _)| name.as_str() == Some("self"));
    if let Some(this) = this.and_then(|(_, this)| this.downcast::<InstanceObj>()) {
        found.extend(named(&this.own_entries(), "self.", objects));
    }
    found.extend(named(&function.globals.entries(), "", objects));
    found
}

/// The names of attributes and elements of what a frame has names for: `account.lock`, `forks[0]`.
fn parts_in(co: &Ref<CoroutineObj>, objects: &[Obj]) -> Vec<(String, usize)> {
    let (Some(function), Some(locals)) = (co.function(), waits::locals(co)) else {
        return vec![];
    };
    let mut found = Vec::new();
    for entries in [locals.entries(), function.globals.entries()] {
        for (name, value) in &entries {
            if let Some(name) = name.as_str() {
                parts_of(name, value, objects, &mut found);
            }
        }
    }
    found
}

/// Longer lists are not looked through.
const LONGEST_LIST: usize = 200;

fn parts_of(name: &str, value: &Value, objects: &[Obj], found: &mut Vec<(String, usize)>) {
    if let Some(instance) = value.downcast::<InstanceObj>() {
        found.extend(named(&instance.own_entries(), &format!("{name}."), objects));
        return;
    }
    let mut add = |key: String, value: &Value| {
        let o = value.as_obj();
        if o.is_some_and(|o| objects.iter().any(|wanted| wanted.is(o))) {
            found.extend(o.map(|o| (format!("{name}[{key}]"), o.address())));
        }
    };
    if let Some(dict) = value.downcast::<DictObj>() {
        for (key, value) in dict.entries().iter().take(LONGEST_LIST) {
            match key {
                Value::Int(key) => add(key.to_string(), value),
                key => add(
                    format!("{:?}", key.as_str().unwrap_or("…")).replace('"', "'"),
                    value,
                ),
            }
        }
        return;
    }
    let items: Vec<Value> = if let Some(list) = value.downcast::<ListObj>() {
        list.items
            .read()
            .iter()
            .take(LONGEST_LIST)
            .cloned()
            .collect()
    } else if let Some(tuple) = value.downcast::<TupleObj>() {
        tuple.items().iter().take(LONGEST_LIST).cloned().collect()
    } else {
        return;
    };
    for (at, value) in items.iter().enumerate() {
        add(at.to_string(), value);
    }
}

fn named(entries: &[(Value, Value)], prefix: &str, objects: &[Obj]) -> Vec<(String, usize)> {
    let wanted = |value: &Value| {
        let o = value.as_obj()?;
        objects.iter().find(|wanted| wanted.is(o)).map(Obj::address)
    };
    let found = entries
        .iter()
        .filter_map(|(name, value)| Some((format!("{prefix}{}", name.as_str()?), wanted(value)?)));
    found.collect()
}
