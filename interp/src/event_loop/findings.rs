//! What a good program does not do and nobody would notice: coroutines never awaited, exceptions
//! never retrieved, tasks dropped while pending.

use super::future::{AnyFuture, FutureState};
use super::report::Incident;
use crate::coroutine::CoroutineObj;
use crate::object::Ref;
use crate::vm::Vm;

/// Reports a coroutine that is freed without having begun.
pub fn never_awaited(vm: &Vm, co: &Ref<CoroutineObj>) {
    let place = match (vm.frame(), co.function()) {
        (Some(frame), _) => {
            let source = frame.function().code.source.clone();
            format!("{}:{}: ", source.filename, source.line(frame.span().start))
        }
        (None, Some(f)) => format!("{}:{}: ", f.code.source.filename, f.code.first_line()),
        (None, None) => String::new(),
    };
    let name = co.qualname();
    let name = name.as_str().unwrap_or("?");
    vm.loops.has_findings.set(true);
    vm.streams.write_err(
        vm,
        &format!("{place}RuntimeWarning: coroutine '{name}' was never awaited\n"),
    );
}

impl AnyFuture {
    /// True if freeing it needs `finalize`.
    #[inline]
    pub(crate) fn needs_finalizer(&self) -> bool {
        match self.state() {
            FutureState::Raised => self.is_unseen(),
            FutureState::Pending => {
                matches!(self, AnyFuture::Task(t) if !t.is_quiet() && !t.coroutine().is_none())
            }
            _ => false,
        }
    }

    /// Reports an exception that was never retrieved, or a task dropped while pending.
    pub(crate) fn finalize(&self, vm: &Vm) {
        crate::finalize::undisturbed(vm, || {
            let Some(event_loop) = self.loop_if_any() else {
                return;
            };
            let incident = if self.is_done() {
                let message = format!("{} exception was never retrieved", self.class_name(vm));
                Incident::new(message)
                    .with("exception", self.stored())
                    .with("future", self.value())
            } else {
                Incident::new("Task was destroyed but it is pending!").with("task", self.value())
            };
            self.mark_seen();
            if incident.report(vm, &event_loop).is_err() {
                let e = vm.take_raised();
                vm.report_unraisable(&e, "in the exception handler of an event loop");
            }
        });
    }
}
