//! What happens before an object is freed: `__del__`, weak references, never-awaited coroutines.

use crate::coroutine::CoroutineObj;
use crate::event_loop::future::{AnyFuture, FutureState, PlainFutureObj};
use crate::event_loop::task::TaskObj;
use crate::gc;
use crate::object::{FINALIZED, HAS_WEAKREFS, Kind, Obj};
use crate::objects::class::flags;
use crate::objects::function::WeakrefObj;
use crate::objects::instance::InstanceObj;
use crate::value::Value;
use crate::vm::Vm;

/// True if freeing an object of this kind needs a look by `finalize`.
#[inline(always)]
pub(crate) fn needs_finalizer(obj: &Obj, kind: Kind, object_flags: u8) -> bool {
    if object_flags & HAS_WEAKREFS != 0 {
        return true;
    }
    let may = match kind {
        Kind::Instance => obj
            .downcast::<InstanceObj>()
            .is_some_and(|i| i.with_class(|c| c.has(flags::DEL))),
        Kind::Coroutine => obj
            .downcast::<CoroutineObj>()
            .is_some_and(|c| c.needs_finalizer()),
        Kind::Future => obj
            .downcast::<PlainFutureObj>()
            .is_some_and(|f| f.state() == FutureState::Raised),
        Kind::Task => obj
            .downcast::<TaskObj>()
            .is_some_and(|t| matches!(t.state(), FutureState::Raised | FutureState::Pending)),
        _ => false,
    };
    may && object_flags & FINALIZED == 0
}

/// Runs the finalizer of an object that nothing reaches any more. It may come back to life.
#[inline(never)]
pub(crate) fn finalize(obj: &Obj) {
    if obj.has_flag(HAS_WEAKREFS) {
        clear_weakrefs(obj);
    }
    match obj.kind() {
        Kind::Instance => {
            let Some(instance) = obj.downcast::<InstanceObj>() else {
                return;
            };
            if instance.with_class(|c| c.has(flags::DEL)) && gc::mark_finalized(obj) {
                Vm::with_current(|vm| run_del(vm, obj));
            }
        }
        Kind::Coroutine => {
            let Some(coroutine) = obj.downcast::<CoroutineObj>() else {
                return;
            };
            if coroutine.needs_finalizer() && gc::mark_finalized(obj) {
                Vm::with_current(|vm| coroutine.finalize(vm));
            }
        }
        Kind::Future | Kind::Task => {
            let Some(future) = AnyFuture::of_obj(obj) else {
                return;
            };
            if future.needs_finalizer() && gc::mark_finalized(obj) {
                Vm::with_current(|vm| future.finalize(vm));
            }
        }
        _ => {}
    }
}

/// Runs something with the pending and handled exceptions put aside, as finalizers must.
pub(crate) fn undisturbed(vm: &Vm, run: impl FnOnce()) {
    let pending = vm.pending.take();
    let handled = vm.handled.take();
    let passed = vm.passed.replace(Value::None);
    let suspension = vm.suspension.set_aside();
    run();
    vm.suspension.put_back(suspension);
    vm.passed.set(passed);
    drop(vm.handled.replace(handled));
    drop(vm.pending.replace(pending));
}

fn run_del(vm: &Vm, obj: &Obj) {
    undisturbed(vm, || {
        let value = Value::Obj(obj.clone());
        let class = vm.class_of(&value);
        let Some(del) = class.lookup(vm, &vm.names.del_) else {
            return;
        };
        if vm.call(&del, &[value]).is_err() {
            let e = vm.take_raised();
            vm.report_ignored(&e, &del);
        }
    });
}

fn clear_weakrefs(obj: &Obj) {
    obj.set_flag(HAS_WEAKREFS, false);
    Vm::with_current(|vm| {
        let Some(refs) = vm.weakrefs.borrow_mut().remove(&obj.address()) else {
            return;
        };
        // First all references die, then callbacks run, of the newest first: none of them sees the
        // object.
        for r in &refs {
            if let Some(w) = r.downcast::<WeakrefObj>() {
                w.target.set(0);
            }
        }
        for r in refs.iter().rev() {
            let Some(w) = r.downcast::<WeakrefObj>() else {
                continue;
            };
            let callback = w.callback.replace(Value::None);
            // The table's own count does not make a reference alive: its callback dies with it.
            if callback.is_missing() || w.obj().count() == 1 {
                continue;
            }
            undisturbed(vm, || {
                if vm.call(&callback, std::slice::from_ref(r)).is_err() {
                    let e = vm.take_raised();
                    vm.report_ignored(&e, &callback);
                }
            });
        }
    });
}
