//! `Context.flags` and `Context.traps`: the signals as a mapping to bool.

use std::any::Any;
use std::rc::Rc;

use aio_interp::classes::ClassSpec;
use aio_interp::native::{Native, method};
use aio_interp::object::{Kind, Ref};
use aio_interp::objects::class::Layout;
use aio_interp::objects::dict::{DictObj, new_dict};
use aio_interp::objects::host::{HostData, HostObj};
use aio_interp::objects::list::list;
use aio_interp::objects::tuple::tuple_of;
use aio_interp::{R, Value, Vm};

use super::context::status;
use super::context_class::ContextObj;
use super::{signals, state};

struct Signals {
    context: Rc<ContextObj>,
    /// The traps; else the flags.
    is_traps: bool,
}

impl HostData for Signals {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Signals {
    fn bits(&self) -> u32 {
        let bits = if self.is_traps {
            self.context.traps.get()
        } else {
            self.context.flags.get()
        };
        match bits & status::ANY_INVALID {
            0 => bits,
            _ => bits | status::INVALID,
        }
    }

    fn set_bits(&self, bits: u32) {
        if self.is_traps {
            self.context.traps.set(bits);
        } else {
            self.context.flags.set(bits);
        }
    }
}

pub(super) static SIGNAL_DICT: ClassSpec = ClassSpec {
    name: "SignalDict",
    module: "decimal",
    doc: "Signals and whether they are set.",
    layout: Layout::Native(Kind::Host),
    methods: METHODS,
    attributes: &[],
    subclassable: false,
};

pub(super) fn make(vm: &Vm, context: Rc<ContextObj>, is_traps: bool) -> Value {
    Ref::new(HostObj {
        class: state(vm).signal_dict.clone(),
        data: Box::new(Signals { context, is_traps }),
    })
    .into()
}

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a Signals> {
    let host = v.downcast::<HostObj>();
    host.and_then(|h| h.get::<Signals>())
        .ok_or_else(|| vm.wrong_receiver("__new__", "SignalDict", v))
}

/// The bit of a signal's exception.
pub(super) fn bit(vm: &Vm, signal: &Value) -> R<u32> {
    match signals(vm).iter().position(|s| s.is(signal)) {
        Some(at) => Ok(1 << at),
        None => Err(vm.key_error(&vm.text(
            "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]",
        ))),
    }
}

/// The bits of a mapping of all signals.
pub(super) fn bits(vm: &Vm, v: &Value) -> R<u32> {
    if let Ok(signals) = this(vm, v) {
        return Ok(signals.bits());
    }
    drop(vm.take_raised());
    let Some(dict) = v.downcast::<DictObj>() else {
        return Err(vm.type_error("argument must be a signal dict"));
    };
    if dict.len() != signals(vm).len() {
        return Err(vm.key_error(&vm.text("invalid signal dict")));
    }
    let mut bits = 0;
    for (signal, is_set) in dict.entries() {
        let bit = match bit(vm, &signal) {
            Ok(bit) => bit,
            Err(_) => {
                drop(vm.take_raised());
                return Err(vm.key_error(&vm.text("invalid signal dict")));
            }
        };
        if vm.truth(&is_set)? {
            bits |= bit;
        }
    }
    Ok(bits)
}

/// Each signal with its state.
fn entries(vm: &Vm, v: &Value) -> R<Vec<(Value, Value)>> {
    let bits = this(vm, v)?.bits();
    let all = signals(vm).into_iter().enumerate();
    Ok(all
        .map(|(i, signal)| (signal, Value::bool(bits >> i & 1 == 1)))
        .collect())
}

fn set_item(vm: &Vm, a: &[Value]) -> R {
    let signals = this(vm, &a[0])?;
    let bit = bit(vm, &a[1])?;
    let mask = match bit {
        status::INVALID => status::ANY_INVALID,
        bit => bit,
    };
    let bits = signals.bits() & !mask;
    let is_set = vm.truth(&a[2])?;
    signals.set_bits(if is_set { bits | bit } else { bits });
    Ok(Value::None)
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let mut shown = Vec::new();
    for (signal, is_set) in entries(vm, &a[0])? {
        let (signal, is_set) = (vm.repr(&signal)?, vm.repr(&is_set)?);
        shown.push(format!("{}:{}", signal.as_str(), is_set.as_str()));
    }
    Ok(vm.text(&format!("{{{}}}", shown.join(", "))))
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    let dict = new_dict();
    for (signal, is_set) in entries(vm, &a[0])? {
        dict.set(vm, signal, is_set)?;
    }
    Ok(dict.into())
}

fn eq(vm: &Vm, a: &[Value]) -> R {
    let mine = this(vm, &a[0])?.bits() & 511;
    match bits(vm, &a[1]) {
        Ok(others) => Ok(Value::bool(mine == others & 511)),
        Err(_) => {
            drop(vm.take_raised());
            Ok(Value::NotImplemented)
        }
    }
}

static METHODS: &[Native] = &[
    method("__getitem__(key, /)", "Return self[key].", |vm, a| {
        let signals = this(vm, &a[0])?;
        Ok(Value::bool(signals.bits() & bit(vm, &a[1])? != 0))
    }),
    method(
        "__setitem__(key, value, /)",
        "Set self[key] to value.",
        set_item,
    ),
    method("__delitem__(key, /)", "Not allowed.", |vm, _| {
        Err(vm.value_error("signal keys cannot be deleted"))
    }),
    method(
        "__contains__(key, /)",
        "True if it is a signal.",
        |vm, a| Ok(Value::bool(signals(vm).iter().any(|s| s.is(&a[1])))),
    ),
    method("__len__()", "Return len(self).", |vm, _| {
        Ok(Value::from(signals(vm).len()))
    }),
    method("__iter__()", "Implement iter(self).", |vm, _| {
        vm.iter(&list(signals(vm)))
    }),
    method("keys()", "The signals.", |vm, _| Ok(list(signals(vm)))),
    method("values()", "Their states.", |vm, a| {
        let entries = entries(vm, &a[0])?.into_iter();
        Ok(list(entries.map(|(_, is_set)| is_set).collect()))
    }),
    method("items()", "Signals with their states.", |vm, a| {
        let entries = entries(vm, &a[0])?.into_iter();
        Ok(list(
            entries
                .map(|(signal, is_set)| tuple_of([signal, is_set]))
                .collect(),
        ))
    }),
    method(
        "get(key, default=None, /)",
        "The state of a signal.",
        |vm, a| match signals(vm).iter().any(|s| s.is(&a[1])) {
            true => Ok(Value::bool(this(vm, &a[0])?.bits() & bit(vm, &a[1])? != 0)),
            false => Ok(a[2].or(Value::None)),
        },
    ),
    method("copy()", "The same as a dict.", copy),
    method("__repr__()", "Return repr(self).", repr),
    method("__eq__(value, /)", "Return self==value.", eq),
];
