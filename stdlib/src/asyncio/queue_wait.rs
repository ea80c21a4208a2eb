//! Waiting for a queue: `get`, `put` and `join`.

use std::cell::Cell;

use aio_interp::coroutine::native::Started;
use aio_interp::event_loop::future::PlainFutureObj;
use aio_interp::event_loop::waits::Wait;
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::{R, Raised, Value, Vm};

use super::lock::{self, Waiters, object};
use super::queue::{Queue, this, wake_next};
use super::types::{Types, owned};

/// `Queue.get`.
pub(super) fn get(vm: &Vm, a: &[Value]) -> R<Started> {
    get_or_wait(vm, this(vm, &a[0])?, object(&a[0]))
}

#[inline]
fn get_or_wait(vm: &Vm, queue: &Queue, owner: &Obj) -> R<Started> {
    if !queue.is_empty(vm)? {
        return queue.get_now(vm).map(Started::Return);
    }
    if queue.is_shut_down.get() {
        return Err(vm.raise_args(&Types::of(vm).queue_shut_down, vec![]));
    }
    queue.getters.add(vm, resume_get, owner)
}

fn resume_get(vm: &Vm, f: &Ref<PlainFutureObj>, owner: &Obj, outcome: R) -> R<Started> {
    let Some(queue) = owned::<Queue>(owner) else {
        return outcome.map(Started::Return);
    };
    if let Err(Raised) = outcome {
        return give_up(vm, f, &queue.getters, || Ok(!queue.is_empty(vm)?));
    }
    get_or_wait(vm, queue, owner)
}

/// A waiter goes without what it waited for. If it had been woken, the next one is.
fn give_up(
    vm: &Vm,
    f: &Ref<PlainFutureObj>,
    waiters: &Waiters,
    is_possible: impl FnOnce() -> R<bool>,
) -> R<Started> {
    let e = vm.take_raised();
    f.cancel(vm, &Value::None)?;
    waiters.remove(f);
    if is_possible()? && !f.is_cancelled() {
        wake_next(vm, waiters)?;
    }
    Err(vm.raise_again(e))
}

/// `Queue.put`.
pub(super) fn put(vm: &Vm, a: &[Value]) -> R<Started> {
    let queue = this(vm, &a[0])?;
    if !queue.is_full(vm)? {
        queue.put_now(vm, a[1].clone())?;
        return Ok(Started::Return(Value::None));
    }
    let waiting = Waiting {
        queue: object(&a[0]).clone(),
        item: Cell::new(a[1].clone()),
    };
    let owner = Ref::new(HostObj {
        class: vm.classes.object.clone(),
        data: Box::new(waiting),
    });
    wait_for_room(vm, queue, owner.obj())
}

/// An item that waits for room.
struct Waiting {
    queue: Obj,
    item: Cell<Value>,
}

impl HostData for Waiting {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(&self.queue);
        let item = self.item.take();
        trace_value(&item, visit);
        self.item.set(item);
    }
    fn clear(&self) {
        drop(self.item.take());
    }
    fn wait(&self, _: &Obj) -> Option<Wait> {
        Some(owned::<Queue>(&self.queue)?.wait_for_room(&self.queue))
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn wait_for_room(vm: &Vm, queue: &Queue, owner: &Obj) -> R<Started> {
    if queue.is_shut_down.get() {
        return Err(vm.raise_args(&Types::of(vm).queue_shut_down, vec![]));
    }
    queue.putters.add(vm, resume_put, owner)
}

fn resume_put(vm: &Vm, f: &Ref<PlainFutureObj>, owner: &Obj, outcome: R) -> R<Started> {
    let Some(waiting) = owned::<Waiting>(owner) else {
        return outcome.map(Started::Return);
    };
    let Some(queue) = owned::<Queue>(&waiting.queue) else {
        return outcome.map(Started::Return);
    };
    if let Err(Raised) = outcome {
        return give_up(vm, f, &queue.putters, || Ok(!queue.is_full(vm)?));
    }
    if queue.is_full(vm)? {
        return wait_for_room(vm, queue, owner);
    }
    queue.put_now(vm, waiting.item.take())?;
    Ok(Started::Return(Value::None))
}

/// `Queue.join`.
pub(super) fn join(vm: &Vm, a: &[Value]) -> R<Started> {
    let queue = this(vm, &a[0])?;
    if queue.unfinished.get() == 0 {
        return Ok(Started::Return(Value::None));
    }
    lock::wait_quietly(vm, &queue.finished)
}
