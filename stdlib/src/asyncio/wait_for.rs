//! `wait_for`: an await with a timeout.

use aio_interp::coroutine::native::{NativeCoroutine, Started, Step};
use aio_interp::event_loop::future::{AnyFuture, Callback, NativeCallback, PlainFutureObj};
use aio_interp::object::{Obj, Ref, trace_value};
use aio_interp::{R, Raised, Value, Vm};

use super::timeout::{self, Timeout};
use super::types::owned;

/// `wait_for(fut, timeout)`.
pub(super) fn wait_for(vm: &Vm, a: &[Value]) -> R<Started> {
    if !a[1].is_none() && !timeout::is_ahead(vm, &a[1])? {
        return without_time(vm, &a[0]);
    }
    let when = timeout::deadline(vm, &a[1])?;
    let timeout = timeout::make(vm, when, vm.try_f64(&a[1])?);
    let Value::Obj(timeout) = timeout else {
        return Err(vm.system_error("a timeout that is no object"));
    };
    Timeout::enter(vm, &timeout)?;
    let awaitable = Some(a[0].clone());
    Ok(Started::Coroutine(Box::new(Timed { timeout, awaitable })))
}

/// `async with timeout(…): return await fut`.
struct Timed {
    timeout: Obj,
    /// Until it is awaited.
    awaitable: Option<Value>,
}

impl NativeCoroutine for Timed {
    fn step(&mut self, vm: &Vm, outcome: R) -> R<Step> {
        if let (Ok(_), Some(awaitable)) = (&outcome, self.awaitable.take()) {
            return Ok(Step::Await(awaitable));
        }
        let Some(timeout) = owned::<Timeout>(&self.timeout) else {
            return outcome.map(Step::Return);
        };
        match outcome {
            Ok(value) => {
                timeout.exit(vm, None)?;
                Ok(Step::Return(value))
            }
            Err(Raised) => {
                let e = vm.take_raised();
                timeout.exit(vm, Some(&e))?;
                Err(vm.raise_again(e))
            }
        }
    }

    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        visit(&self.timeout);
        if let Some(v) = &self.awaitable {
            trace_value(v, visit);
        }
    }
}

static RELEASE: NativeCallback = NativeCallback {
    name: "_release_waiter",
    call: |vm, waiter, _| match waiter.downcast::<PlainFutureObj>() {
        Some(waiter) => waiter.set_result_if_pending(vm, Value::None),
        None => Ok(()),
    },
};

/// No time is left: the future is cancelled (a coroutine before it begins), and waited for.
fn without_time(vm: &Vm, awaitable: &Value) -> R<Started> {
    let future = AnyFuture::ensure(vm, awaitable)?;
    if future.is_done() {
        return future.take_result(vm).map(Started::Return);
    }
    let event_loop = vm.running_loop()?;
    let waiter = Ref::<PlainFutureObj>::with_resume(&event_loop, resume_cancelled, future.obj());
    future.add_callback(vm, Callback::Native(&RELEASE, waiter.obj().clone()))?;
    future.cancel(vm, &Value::None)?;
    Ok(Started::Future(waiter))
}

fn resume_cancelled(vm: &Vm, waiter: &Ref<PlainFutureObj>, future: &Obj, outcome: R) -> R<Started> {
    let Some(future) = AnyFuture::of_obj(future) else {
        return outcome.map(Started::Return);
    };
    future.remove_native(&RELEASE, waiter.obj());
    outcome?;
    match future.take_result(vm) {
        Ok(value) => Ok(Started::Return(value)),
        Err(Raised) => match vm.catch(vm.cancelled_error()) {
            Some(e) => Err(vm.raise_again(timeout::timeout_error(vm, &e))),
            None => Err(Raised),
        },
    }
}
