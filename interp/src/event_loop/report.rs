//! What goes wrong where nobody can catch it: in callbacks, in tasks that nobody looks at.
//!
//! It is told to the loop's exception handler; the default one writes what asyncio's logger
//! writes.

use super::handle::{Action, HandleObj, ends_program};
use super::task::TaskObj;
use super::{LoopObj, context, repr};
use crate::object::{Obj, Ref};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::ExceptionObj;
use crate::objects::tuple::tuple;
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// Something to tell the exception handler: its `context` argument.
pub struct Incident {
    entries: Vec<(&'static str, Value)>,
    message: String,
}

impl Incident {
    /// An incident with this message.
    pub fn new(message: impl Into<String>) -> Incident {
        Incident {
            entries: Vec::new(),
            message: message.into(),
        }
    }

    /// With one more entry.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: Value) -> Incident {
        self.entries.push((key, value));
        self
    }

    pub(crate) fn of_handle(vm: &Vm, handle: &Ref<HandleObj>) -> Incident {
        let callback = match &*handle.action.read() {
            Action::Call(f, _) => Some(f.clone()),
            _ => None,
        };
        let text = callback.map_or("<native>".to_owned(), |f| repr::callback_source(vm, &f));
        Incident::new(format!("Exception in callback {text}")).with("handle", handle.into())
    }

    pub(crate) fn of_call(
        vm: &Vm,
        event_loop: &Ref<LoopObj>,
        f: &Value,
        future: &Value,
    ) -> Incident {
        let action = Action::Call(f.clone(), tuple(vec![future.clone()]));
        let handle = Ref::<HandleObj>::make(event_loop, action, None, Value::Unbound);
        Incident::of_handle(vm, &handle)
    }

    pub(crate) fn of_task(vm: &Vm, task: &Ref<TaskObj>) -> Incident {
        let text = format!("Exception in a step of {}", vm.repr_or_name(&task.into()));
        Incident::new(text).with("task", task.into())
    }

    pub(crate) fn of_callback(name: &str) -> Incident {
        Incident::new(format!("Exception in callback {name}()"))
    }

    /// Tells the loop's exception handler.
    pub fn report(self, vm: &Vm, event_loop: &Ref<LoopObj>) -> R<()> {
        let dict = new_dict();
        dict.set_name(&vm.names.message, vm.text(&self.message));
        for (key, value) in self.entries {
            dict.set_name(&vm.name(key), value);
        }
        call_exception_handler(vm, event_loop, &dict)
    }
}

/// `loop.call_exception_handler`.
pub fn call_exception_handler(vm: &Vm, event_loop: &Ref<LoopObj>, dict: &Ref<DictObj>) -> R<()> {
    let handler = event_loop.exception_handler.get();
    if handler.is_none() {
        return default_exception_handler(vm, event_loop, dict);
    }
    let args = [event_loop.into(), dict.into()];
    let result = context::run_in(vm, context_of(vm, dict), || vm.call(&handler, &args));
    if result.is_ok() {
        return Ok(());
    }
    let e = vm.take_raised();
    if ends_program(vm, &e.class()) {
        return Err(vm.raise_again(e));
    }
    let second = new_dict();
    second.set_name(
        &vm.names.message,
        vm.text("Unhandled error in exception handler"),
    );
    second.set_name(&vm.name("exception"), e.into());
    second.set_name(&vm.name("context"), dict.into());
    default_exception_handler(vm, event_loop, &second)
}

/// The context of the task or handle that an incident is about.
fn context_of(vm: &Vm, dict: &Ref<DictObj>) -> Option<Obj> {
    ["task", "future", "handle"].into_iter().find_map(|key| {
        let thing = dict.get_name(&vm.name(key))?;
        if let Some(task) = thing.downcast::<TaskObj>() {
            return task.context_if_any();
        }
        thing
            .downcast::<HandleObj>()
            .and_then(|h| h.context.clone())
    })
}

/// `loop.default_exception_handler`: writes to standard error.
pub fn default_exception_handler(vm: &Vm, _: &Ref<LoopObj>, dict: &Ref<DictObj>) -> R<()> {
    let message = dict.get_name(&vm.names.message).unwrap_or(Value::None);
    let mut text = match message.as_str() {
        Some("") | None => "Unhandled exception in event loop".to_owned(),
        Some(message) => message.to_owned(),
    };
    let mut entries = dict.entries();
    entries.sort_by(|a, b| a.0.as_str().cmp(&b.0.as_str()));
    let mut exception = None;
    for (key, value) in entries {
        match key.as_str() {
            Some("message") => {}
            Some("exception") => exception = Some(value),
            key => {
                let shown = match vm.repr(&value) {
                    Ok(shown) => shown.as_str().to_owned(),
                    Err(Raised) => {
                        drop(vm.take_raised());
                        format!("<{} object>", vm.type_name(&value))
                    }
                };
                text.push_str(&format!("\n{}: {shown}", key.unwrap_or("?")));
            }
        }
    }
    text.push('\n');
    // The first line says which task; the rest is for people.
    let first = text.lines().take(2).collect::<Vec<_>>().join("; ");
    let exception = exception.and_then(|e| e.downcast::<ExceptionObj>().cloned());
    // What ends the program is raised out of the loop besides.
    let is_raised = exception
        .as_ref()
        .is_some_and(|e| ends_program(vm, &e.class()));
    match message.as_str() {
        Some(text) if text.contains("was destroyed") => vm.loops.findings.note("task", first),
        _ if is_raised => vm.loops.findings.note("exception", first),
        _ => vm.loops.findings.add("exception", first),
    }
    if let Some(e) = &exception {
        if let Some(observer) = vm.loops.observer.get() {
            (observer.lost)(vm, &text, e);
            return Ok(());
        }
        text.push_str(&traceback_text(vm, e));
    }
    vm.streams.write_err(vm, &text);
    Ok(())
}

/// An exception as the interpreter of old would print it, with its causes.
pub fn traceback_text(vm: &Vm, e: &Ref<ExceptionObj>) -> String {
    let mut chain = vec![(e.clone(), "")];
    while let Some((last, _)) = chain.last() {
        let cause = last.cause.borrow().clone();
        let suppressed = last.suppress_context.get();
        let context = last.context.borrow().clone().filter(|_| !suppressed);
        let next = match (cause, context) {
            (Some(cause), _) => (
                cause,
                "\nThe above exception was the direct cause of the following exception:\n\n",
            ),
            (None, Some(context)) => (
                context,
                "\nDuring handling of the above exception, another exception occurred:\n\n",
            ),
            (None, None) => break,
        };
        if chain.iter().any(|(seen, _)| seen.is(&next.0)) {
            break;
        }
        chain.push(next);
    }
    let mut text = String::new();
    for (e, joint) in chain.iter().rev() {
        push_traceback(vm, e, &mut text);
        text.push_str(joint);
    }
    text
}

fn push_traceback(vm: &Vm, e: &Ref<ExceptionObj>, text: &mut String) {
    let trace = e.trace.borrow().clone();
    if !trace.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
    }
    text.push_str(&traceback_lines(vm, e));
}

/// The places that an exception passed through, and what it says.
pub(crate) fn traceback_lines(vm: &Vm, e: &Ref<ExceptionObj>) -> String {
    let mut text = String::new();
    let trace = e.trace.borrow().clone();
    for entry in trace.iter().rev() {
        let source = &entry.code.source;
        let line = source.line(entry.span.start);
        text.push_str(&format!(
            "  File \"{}\", line {line}, in {}\n",
            source.filename,
            entry.code.qualname.as_str()
        ));
        let shown = source
            .text
            .lines()
            .nth(line.saturating_sub(1))
            .map_or("", str::trim);
        if !shown.is_empty() {
            text.push_str(&format!("    {shown}\n"));
        }
    }
    let class = e.class().full_name(vm);
    let message = match vm.str(&e.into()) {
        Ok(message) => message.as_str().to_owned(),
        Err(Raised) => {
            drop(vm.take_raised());
            "<exception str() failed>".to_owned()
        }
    };
    let colon = if message.is_empty() { "" } else { ": " };
    text.push_str(&format!("{class}{colon}{message}\n"));
    text
}
