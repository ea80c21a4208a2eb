//! `gather`: a future that ends when all its children have.

use rustc_hash::FxHashMap as HashMap;
use std::cell::{Cell, RefCell};

use aio_interp::event_loop::future::{AnyFuture, FutureObj, NativeCallback, PlainFutureObj};
use aio_interp::event_loop::waits::Wait;
use aio_interp::event_loop::{add_native_callback, run};
use aio_interp::object::{Kind, Obj, Ref, trace_values};
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::objects::tuple::TupleObj;
use aio_interp::{R, Value, Vm};

use super::types::owned;

/// What the children of one `gather` share. It lets go of the outer future and the children once
/// the outer future is done.
struct Gathering {
    children: RefCell<Vec<Value>>,
    outer: RefCell<Option<Ref<PlainFutureObj>>>,
    /// How many different children there are, and how many of them are done.
    total: Cell<usize>,
    done: Cell<usize>,
    return_exceptions: bool,
    /// The outer future was cancelled, and some child with it.
    is_cancelled: Cell<bool>,
}

impl HostData for Gathering {
    fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
        trace_values(&self.children.borrow(), visit);
        if let Some(outer) = &*self.outer.borrow() {
            visit(outer.obj());
        }
    }
    fn clear(&self) {
        drop(self.children.take());
        drop(self.outer.take());
    }
    fn wait(&self, _: &Obj) -> Option<Wait> {
        let children = self.children.borrow();
        let pending = children.iter().filter_map(FutureObj::of);
        let pending: Vec<_> = pending.filter(|child| !child.is_done()).collect();
        Some(Wait::of("gather").for_all(pending))
    }
    fn waiter(&self) -> Option<Obj> {
        self.outer
            .borrow()
            .as_ref()
            .map(|outer| outer.obj().clone())
    }
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

static CHILD_DONE: NativeCallback = NativeCallback {
    name: "gather.<locals>._done_callback",
    call: child_done,
};

/// `gather(*coros_or_futures, return_exceptions=False)`.
pub(super) fn gather(vm: &Vm, a: &[Value]) -> R {
    let args = match a[0].downcast::<TupleObj>() {
        Some(args) => args.items(),
        None => &[],
    };
    if args.is_empty() {
        let outer = vm.event_loop()?.create_future();
        outer.set_result(vm, list(vec![]))?;
        return Ok(outer.into());
    }
    let state = Ref::new(HostObj {
        class: vm.classes.object.clone(),
        data: Box::new(Gathering {
            children: RefCell::default(),
            outer: RefCell::default(),
            total: Cell::new(0),
            done: Cell::new(0),
            return_exceptions: !a[1].is_unbound() && vm.truth(&a[1])?,
            is_cancelled: Cell::new(false),
        }),
    })
    .into_obj();
    let Some(gathering) = owned::<Gathering>(&state) else {
        return Err(vm.system_error("gather without state"));
    };
    let finished = adopt_children(vm, args, gathering, &state)?;
    let Some(first) = gathering.children.borrow().first().and_then(FutureObj::of) else {
        return Err(vm.system_error("gather without children"));
    };
    let outer = first.event_loop(vm)?.create_future();
    outer.set_cancel(cancel_children, &state);
    drop(gathering.outer.replace(Some(outer.clone())));
    // Children that were done before: their callbacks see the outer future.
    for child in finished {
        child_done(vm, &state, &child)?;
    }
    Ok(outer.into())
}

/// Makes futures of the arguments; returns those that are done already.
fn adopt_children(vm: &Vm, args: &[Value], gathering: &Gathering, state: &Obj) -> R<Vec<Value>> {
    let mut seen: HashMap<usize, Value> =
        HashMap::with_capacity_and_hasher(args.len(), Default::default());
    let mut finished = Vec::new();
    let mut event_loop = None;
    for arg in args {
        let key = arg.as_obj().map_or(0, Obj::address);
        if let (Some(known), true) = (seen.get(&key), key != 0) {
            let known = known.clone();
            gathering.children.borrow_mut().push(known);
            continue;
        }
        if arg.is_kind(Kind::List) || arg.is_kind(Kind::Dict) || arg.is_kind(Kind::Set) {
            // Arguments are keys there: these fail before anything else is looked at.
            vm.hash(arg)?;
        }
        let child = run::ensure_future(vm, arg, event_loop.as_ref())?;
        let future = child_future(vm, &child)?;
        if event_loop.is_none() {
            event_loop = Some(future.event_loop(vm)?);
        }
        if !child.is(arg) {
            // Made for this call: nobody else can look after it.
            future.set_quiet(true);
        }
        gathering.total.set(gathering.total.get() + 1);
        if future.is_done() {
            finished.push(child.clone());
        } else {
            add_native_callback(vm, &child, &future, &CHILD_DONE, state)?;
        }
        seen.insert(key, child.clone());
        gathering.children.borrow_mut().push(child);
    }
    Ok(finished)
}

fn child_future(vm: &Vm, child: &Value) -> R<AnyFuture> {
    FutureObj::of(child).ok_or_else(|| {
        vm.type_error(format!(
            "a future is expected, not '{}'",
            vm.type_name(child)
        ))
    })
}

fn child_done(vm: &Vm, state: &Obj, child: &Value) -> R<()> {
    let Some(gathering) = owned::<Gathering>(state) else {
        return Ok(());
    };
    let future = child_future(vm, child)?;
    gathering.done.set(gathering.done.get() + 1);
    let outer = gathering.outer.borrow().clone();
    let Some(outer) = outer.filter(|o| !o.is_done()) else {
        if !future.is_cancelled() {
            future.mark_seen();
        }
        return Ok(());
    };
    if !gathering.return_exceptions {
        let failure = if future.is_cancelled() {
            Some(future.make_cancelled_error(vm))
        } else {
            future.exception(vm)?
        };
        if let Some(e) = failure {
            gathering.clear();
            return outer.set_exception(vm, e);
        }
    }
    if gathering.done.get() == gathering.total.get() {
        return finish(vm, gathering, &outer);
    }
    Ok(())
}

/// All children are done.
fn finish(vm: &Vm, gathering: &Gathering, outer: &Ref<PlainFutureObj>) -> R<()> {
    let children = gathering.children.take();
    let mut results = Vec::with_capacity(children.len());
    for child in &children {
        let future = child_future(vm, child)?;
        results.push(if future.is_cancelled() {
            let message = future.cancel_message();
            let message = if message.is_none() {
                vm.text("")
            } else {
                message
            };
            Ref::<ExceptionObj>::of_class(vm.cancelled_error(), vec![message]).into()
        } else {
            match future.exception(vm)? {
                Some(e) => e.into(),
                None => future.take_result(vm)?,
            }
        });
    }
    drop(gathering.outer.take());
    let last = children.last().filter(|_| gathering.is_cancelled.get());
    if let Some(last) = last {
        // Cancelling the whole counts, whatever the children made of it. The message is that of
        // the last argument, as in asyncio.
        let last = child_future(vm, last)?;
        return outer.set_exception(vm, last.make_cancelled_error(vm));
    }
    outer.set_result(vm, list(results))
}

/// `cancel` of the outer future: cancels the children; the outer one ends when they have.
fn cancel_children(vm: &Vm, outer: &Ref<PlainFutureObj>, state: &Obj, message: &Value) -> R<bool> {
    if outer.is_done() {
        return Ok(false);
    }
    let Some(gathering) = owned::<Gathering>(state) else {
        return Ok(false);
    };
    let children = gathering.children.borrow().clone();
    let _guard = vm.enter_native()?;
    let mut any = false;
    for child in &children {
        any |= match FutureObj::of(child) {
            Some(future) if !child.is_kind(Kind::Instance) => future.cancel(vm, message)?,
            _ => {
                let cancel = vm.get_attr(child, &vm.name("cancel"))?;
                let done = vm.call_kw(
                    &cancel,
                    &[message.or(Value::None)],
                    std::slice::from_ref(&vm.names.msg),
                )?;
                vm.truth(&done)?
            }
        };
    }
    if any {
        gathering.is_cancelled.set(true);
    }
    Ok(any)
}
