//! What happens to a coroutine that nothing reaches any more.

use super::{CoroutineObj, State};
use crate::code::CodeKind;
use crate::object::Ref;
use crate::vm::Vm;

impl Ref<CoroutineObj> {
    /// True if freeing it needs `finalize`.
    pub(crate) fn needs_finalizer(&self) -> bool {
        match self.state() {
            State::Created => self.kind == CodeKind::Coroutine,
            State::Suspended => true,
            _ => false,
        }
    }

    /// Reports a coroutine that was never awaited; closes one that is suspended, so that its
    /// `finally` blocks run (an async generator is handed to its loop for that).
    pub(crate) fn finalize(&self, vm: &Vm) {
        crate::finalize::undisturbed(vm, || {
            if self.state() == State::Created {
                crate::event_loop::findings::never_awaited(vm, self);
                return;
            }
            if self.kind == CodeKind::AsyncGenerator && !self.agen.get().closed {
                if crate::event_loop::async_gens::finalize(vm, self) {
                    return;
                }
            }
            if vm.coroutine_close(self).is_err() {
                let e = vm.take_raised();
                vm.report_ignored(&e, &self.into());
            }
            self.finish();
        });
    }
}
