//! `__reduce__`, `__reduce_ex__` and `__getstate__`: what `copy` and `pickle` rebuild an object
//! from.

use crate::object::Kind;
use crate::objects::bytes::{ByteArrayObj, bytes};
use crate::objects::dict::{DictObj, new_dict};
use crate::objects::exception::ExceptionObj;
use crate::objects::instance::InstanceObj;
use crate::objects::list::list;
use crate::objects::range::{RangeObj, SliceObj};
use crate::objects::set::SetObj;
use crate::objects::tuple::{TupleObj, tuple};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `object.__reduce__`: that of protocol 0.
pub(super) fn reduce(vm: &Vm, args: &[Value]) -> R {
    by_protocol(vm, &args[0], 0)
}

/// `object.__reduce_ex__`: asks a `__reduce__` of the class's own.
pub(super) fn reduce_ex(vm: &Vm, args: &[Value]) -> R {
    let protocol = vm.to_index(&args[1])?;
    let own = vm.special(&args[0], &vm.names.reduce_);
    if own.is_some_and(|r| !vm.is_objects_own(&r)) {
        return vm.call_method(&args[0], &vm.names.reduce_, &[]);
    }
    by_protocol(vm, &args[0], protocol)
}

fn by_protocol(vm: &Vm, v: &Value, protocol: i64) -> R {
    if let Some(made) = native_parts(vm, v, protocol)? {
        return Ok(made);
    }
    if protocol < 2 {
        let copyreg = vm.import("copyreg")?;
        return vm.call_method(
            &copyreg,
            &vm.name("_reduce_ex"),
            &[v.clone(), protocol.into()],
        );
    }
    new_object(vm, v)
}

/// What the types say that have a `__reduce__` of their own in CPython.
fn native_parts(vm: &Vm, v: &Value, protocol: i64) -> R<Option<Value>> {
    let native = vm.native(v);
    let class = || Value::from(&vm.class_of(v));
    if let Some(range) = native.downcast::<RangeObj>() {
        let parts = [range.start, range.stop, range.step].map(Value::from);
        return Ok(Some(tuple(vec![class(), tuple(parts.to_vec())])));
    }
    if let Some(slice) = native.downcast::<SliceObj>() {
        return Ok(Some(tuple(vec![class(), tuple(slice.parts.to_vec())])));
    }
    if let Some(set) = native.downcast::<SetObj>() {
        let members = list(set.members());
        let state = state_of(vm, v)?;
        return Ok(Some(tuple(vec![class(), tuple(vec![members]), state])));
    }
    if let Some(array) = native.downcast::<ByteArrayObj>() {
        let data = array.data.get();
        let arguments = if protocol < 3 {
            let text: String = data.iter().map(|byte| char::from(*byte)).collect();
            vec![vm.text(&text), vm.text("latin-1")]
        } else {
            vec![bytes(data)]
        };
        let state = state_of(vm, v)?;
        return Ok(Some(tuple(vec![class(), tuple(arguments), state])));
    }
    Ok(None)
}

#[cold]
fn cannot(vm: &Vm, v: &Value) -> Raised {
    if v.is_kind(Kind::MemoryView) {
        return vm.type_error("cannot pickle memoryview objects");
    }
    vm.type_error(format!("cannot pickle '{}' object", vm.type_name(v)))
}

fn state_of(vm: &Vm, v: &Value) -> R {
    vm.call_method(v, &vm.name("__getstate__"), &[])
}

/// The arguments of `__new__`, by `__getnewargs_ex__` or `__getnewargs__`.
fn new_arguments(vm: &Vm, v: &Value) -> R<Option<(Vec<Value>, Option<Value>)>> {
    let ex = vm.name("__getnewargs_ex__");
    if let Some(method) = vm.find_attr(v, &ex)? {
        let given = vm.call(&method, &[])?;
        let Some(pair) = given.downcast::<TupleObj>() else {
            let name = vm.type_name(&given);
            let text = format!("__getnewargs_ex__ should return a tuple, not '{name}'");
            return Err(vm.type_error(text));
        };
        let [arguments, keywords] = pair.items() else {
            let text = format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.items().len()
            );
            return Err(vm.value_error(text));
        };
        let Some(arguments) = arguments.downcast::<TupleObj>() else {
            let name = vm.type_name(arguments);
            let text = format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{name}'"
            );
            return Err(vm.type_error(text));
        };
        let Some(given) = keywords.downcast::<DictObj>() else {
            let name = vm.type_name(keywords);
            let text = format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{name}'"
            );
            return Err(vm.type_error(text));
        };
        let keywords = (!given.is_empty()).then(|| keywords.clone());
        return Ok(Some((arguments.items().to_vec(), keywords)));
    }
    if let Some(method) = vm.find_attr(v, &vm.name("__getnewargs__"))? {
        let given = vm.call(&method, &[])?;
        let Some(arguments) = given.downcast::<TupleObj>() else {
            let name = vm.type_name(&given);
            let text = format!("__getnewargs__ should return a tuple, not '{name}'");
            return Err(vm.type_error(text));
        };
        return Ok(Some((arguments.items().to_vec(), None)));
    }
    Ok(None)
}

/// `(copyreg.__newobj__, (class, …), state, items, pairs)`
fn new_object(vm: &Vm, v: &Value) -> R {
    let class = vm.class_of(v);
    let native = vm.native(v);
    let given = new_arguments(vm, v)?;
    let is_container = matches!(native.kind(), Some(Kind::List | Kind::Dict));
    if given.is_none() && !is_container && !is_plain(vm, v) {
        return Err(cannot(vm, v));
    }
    let copyreg = vm.import("copyreg")?;
    let state = state_of(vm, v)?;
    let (maker, arguments) = match given {
        Some((arguments, Some(keywords))) => (
            "__newobj_ex__",
            vec![Value::from(&class), tuple(arguments), keywords],
        ),
        given => {
            let mut all = vec![Value::from(&class)];
            all.extend(given.map(|g| g.0).unwrap_or_default());
            ("__newobj__", all)
        }
    };
    let maker = vm.get_attr(&copyreg, &vm.name(maker))?;
    let (mut items, mut pairs) = (Value::None, Value::None);
    match native.kind() {
        Some(Kind::List) => items = vm.iter(v)?,
        Some(Kind::Dict) => {
            let all = vm.call_method(v, &vm.name("items"), &[])?;
            pairs = vm.iter(&all)?;
        }
        _ => {}
    }
    Ok(tuple(vec![maker, tuple(arguments), state, items, pairs]))
}

/// True for what has no data besides its attributes: instances of script classes, the singletons.
fn is_plain(vm: &Vm, v: &Value) -> bool {
    match v.downcast::<InstanceObj>() {
        Some(instance) => instance.payload().is_unbound(),
        None => v.is_none() || vm.class_of(v).is(&vm.classes.object),
    }
}

/// The attributes of an object: those of its dict, those of its slots.
pub(super) fn getstate(vm: &Vm, args: &[Value]) -> R {
    let Some(instance) = args[0].downcast::<InstanceObj>() else {
        let dict = args[0]
            .downcast::<ExceptionObj>()
            .and_then(|e| e.attrs_if_any());
        return Ok(dict.map_or(Value::None, |d| d.copy().into()));
    };
    let (state, slots) = (new_dict(), new_dict());
    for (name, value) in instance.own_entries() {
        let is_slot = name.downcast().is_some_and(|text| {
            let name = vm.interned.name_of(text);
            instance.with_class(|c| c.declares_slot(&name))
        });
        let into = if is_slot { &slots } else { &state };
        into.set(vm, name, value)?;
    }
    let state = if state.is_empty() {
        Value::None
    } else {
        state.into()
    };
    Ok(if slots.is_empty() {
        state
    } else {
        tuple(vec![state, slots.into()])
    })
}
