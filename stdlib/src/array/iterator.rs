//! The iterator of an `array`.

use aio_interp::classes::ClassSpec;
use aio_interp::native::method;
use aio_interp::objects::host::{HostIterator, HostObj};
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Raised, Value, Vm};

use super::this;
use crate::host::{ITER, NEXT, host_class, iterator_data};

pub(super) static ITERATOR: ClassSpec = ClassSpec {
    subclassable: false,
    ..host_class(
        "arrayiterator",
        "array",
        "",
        &[
            ITER,
            NEXT,
            method(
                "__reduce__()",
                "Return state information for pickling.",
                reduce,
            ),
            method(
                "__setstate__(state, /)",
                "Set state information for unpickling.",
                set_state,
            ),
        ],
        &[],
    )
};

/// The position once the end was met: it stays the end, whatever the array becomes.
const ENDED: usize = usize::MAX;

fn this_steps<'a>(vm: &Vm, v: &'a Value) -> R<&'a Steps> {
    match v.downcast::<HostObj>().and_then(|h| h.get::<Steps>()) {
        Some(steps) => Ok(steps),
        None => Err(vm.wrong_receiver("__reduce__", "array.arrayiterator", v)),
    }
}

/// `(iter, (array,), position)`.
fn reduce(vm: &Vm, a: &[Value]) -> R {
    let steps = this_steps(vm, &a[0])?;
    let iter = vm
        .builtins
        .get_name(&vm.name("iter"))
        .unwrap_or(Value::None);
    let at = steps.at.get();
    if at == ENDED {
        return Ok(tuple(vec![iter, tuple(vec![tuple(vec![])])]));
    }
    let of = tuple(vec![steps.array.clone()]);
    Ok(tuple(vec![iter, of, at.into()]))
}

fn set_state(vm: &Vm, a: &[Value]) -> R {
    let steps = this_steps(vm, &a[0])?;
    let len = vm.len(&steps.array)?;
    let at = usize::try_from(vm.to_index(&a[1])?).unwrap_or(0);
    steps.at.set(at.min(len));
    Ok(Value::None)
}

pub(super) struct Steps {
    pub(super) array: Value,
    pub(super) at: std::cell::Cell<usize>,
}

iterator_data!(Steps: array);

impl HostIterator for Steps {
    fn next(&self, vm: &Vm) -> R<Option<Value>> {
        let at = self.at.get();
        if at == ENDED {
            return Ok(None);
        }
        let item = this(vm, &self.array)?.get(vm, at);
        self.at.set(if item.is_some() { at + 1 } else { ENDED });
        Ok::<_, Raised>(item)
    }
}
