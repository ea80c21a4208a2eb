//! `OrderedDict`: a dict whose entries can be moved. Every dict keeps its order, so there is little
//! to add.

use aio_interp::builtins::class::INSTANCE_DICT;
use aio_interp::classes::ClassSpec;
use aio_interp::native::{class_method, method, static_method};
use aio_interp::object::Ref;
use aio_interp::objects::class::{ClassObj, Layout};
use aio_interp::objects::dict::{DictObj, new_dict};
use aio_interp::objects::instance::InstanceObj;
use aio_interp::objects::iterator::{DictPart, DictViewObj};
use aio_interp::objects::tuple::{TupleObj, tuple, tuple_of};
use aio_interp::ops::repr::Mark;
use aio_interp::{R, Value, Vm};

use super::{carrier, types, update};

/// `OrderedDict`.
pub(super) static ORDERED_DICT: ClassSpec = ClassSpec {
    name: "OrderedDict",
    module: "collections",
    doc: "Dictionary that remembers insertion order",
    layout: Layout::Instance,
    methods: &[
        static_method(
            "__new__(cls, *args, **kwargs)",
            "Create an empty dict.",
            new,
        ),
        method("__init__(*args, **kwargs)", "Initialize self.", fill),
        method(
            "update(*args, **kwargs)",
            "Update D from mapping/iterable E and F.",
            fill,
        ),
        method(
            "popitem(last=True)",
            "Remove and return a (key, value) pair from the dictionary.\n\nPairs are returned in LIFO order if last is true or FIFO order if false.",
            popitem,
        ),
        method(
            "move_to_end(key, last=True)",
            "Move an existing element to the end (or beginning if last is false).\n\nRaise KeyError if the element does not exist.",
            move_to_end,
        ),
        method(
            "pop(key, default=<unrepresentable>)",
            "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
            pop,
        ),
        method(
            "setdefault(key, default=None)",
            "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.",
            setdefault,
        ),
        class_method(
            "fromkeys(iterable, value=None)",
            "Create a new ordered dictionary with keys from iterable and values set to value.",
            fromkeys,
        ),
        method("copy()", "A shallow copy of ordered dict.", copy),
        method(
            "keys()",
            "A set-like object providing a view on the keys.",
            |vm, a| view(vm, &a[0], DictPart::Keys),
        ),
        method(
            "values()",
            "An object providing a view on the values.",
            |vm, a| view(vm, &a[0], DictPart::Values),
        ),
        method(
            "items()",
            "A set-like object providing a view on the items.",
            |vm, a| view(vm, &a[0], DictPart::Items),
        ),
        method("__eq__(value, /)", "Return self==value.", eq),
        method("__ne__(value, /)", "Return self!=value.", |vm, a| {
            Ok(match eq(vm, a)? {
                Value::NotImplemented => Value::NotImplemented,
                equal => Value::bool(!vm.truth(&equal)?),
            })
        }),
        method("__or__(value, /)", "Return self|value.", |vm, a| {
            join(vm, &a[0], &a[1], &a[0])
        }),
        method("__ror__(value, /)", "Return value|self.", |vm, a| {
            join(vm, &a[1], &a[0], &a[0])
        }),
        method("__ior__(value, /)", "Return self|=value.", |vm, a| {
            let (_, dict) = carrier(vm, &a[0])?;
            update(vm, &a[0], &dict, &a[1])?;
            Ok(a[0].clone())
        }),
        method("__repr__()", "Return repr(self).", repr),
        method(
            "__reduce__()",
            "Return state information for pickling",
            reduce,
        ),
    ],
    attributes: &[INSTANCE_DICT],
    subclassable: true,
};

fn new(vm: &Vm, a: &[Value]) -> R {
    match a[0].downcast::<ClassObj>() {
        Some(class) => Ok(Ref::<InstanceObj>::with_payload(class, new_dict().into()).into()),
        None => Err(vm.type_error("OrderedDict.__new__(X): X is not a type object")),
    }
}

/// `__init__` and `update`.
fn fill(vm: &Vm, a: &[Value]) -> R {
    let (_, dict) = carrier(vm, &a[0])?;
    let given = a[1].downcast::<TupleObj>().map_or(&[][..], |t| t.items());
    match given {
        [] => {}
        [from] => update(vm, &a[0], &dict, from)?,
        more => {
            return Err(vm.type_error(format!("expected at most 1 arguments, got {}", more.len())));
        }
    }
    if a[2].downcast::<DictObj>().is_some_and(|d| !d.is_empty()) {
        update(vm, &a[0], &dict, &a[2])?;
    }
    Ok(Value::None)
}

fn is_last(vm: &Vm, v: &Value) -> R<bool> {
    v.bound().map_or(Ok(true), |v| vm.truth(v))
}

fn popitem(vm: &Vm, a: &[Value]) -> R {
    let (_, dict) = carrier(vm, &a[0])?;
    let popped = if is_last(vm, &a[1])? {
        dict.pop_last()
    } else {
        dict.pop_first()
    };
    match popped {
        Some((key, value)) => Ok(tuple_of([key, value])),
        None => Err(vm.key_error(&vm.text("dictionary is empty"))),
    }
}

fn move_to_end(vm: &Vm, a: &[Value]) -> R {
    let (_, dict) = carrier(vm, &a[0])?;
    let last = is_last(vm, &a[2])?;
    let hash = vm.hash(&a[1])?;
    let Some((key, value)) = dict.remove_hashed(vm, hash, &a[1])? else {
        return Err(vm.key_error(&a[1]));
    };
    if last {
        drop(dict.set_hashed(vm, hash, key, value)?);
    } else {
        dict.push_first(hash, key, value);
    }
    Ok(Value::None)
}

fn pop(vm: &Vm, a: &[Value]) -> R {
    let (_, dict) = carrier(vm, &a[0])?;
    let value = dict.remove(vm, &a[1])?.map(|entry| entry.1);
    let value = value.or_else(|| a[2].bound().cloned());
    value.ok_or_else(|| vm.key_error(&a[1]))
}

fn setdefault(vm: &Vm, a: &[Value]) -> R {
    let (_, dict) = carrier(vm, &a[0])?;
    if let Some(value) = dict.get(vm, &a[1])? {
        return Ok(value);
    }
    let value = a[2].or(Value::None);
    vm.set_item(&a[0], &a[1], value.clone())?;
    Ok(value)
}

fn fromkeys(vm: &Vm, a: &[Value]) -> R {
    let made = vm.call(&a[0], &[])?;
    let iterator = vm.iter(&a[1])?;
    while let Some(key) = vm.next(&iterator)? {
        vm.poll()?;
        vm.set_item(&made, &key, a[2].or(Value::None))?;
    }
    Ok(made)
}

fn view(vm: &Vm, v: &Value, part: DictPart) -> R {
    let (_, dict) = carrier(vm, v)?;
    let ordered = true;
    Ok(Ref::new(DictViewObj {
        dict,
        part,
        ordered,
    })
    .into())
}

fn copy(vm: &Vm, a: &[Value]) -> R {
    vm.call(&vm.class_of(&a[0]).into(), &a[0..1])
}

fn eq(vm: &Vm, a: &[Value]) -> R {
    let (_, own) = carrier(vm, &a[0])?;
    let native = vm.native(&a[1]);
    let Some(other) = native.downcast::<DictObj>() else {
        return Ok(Value::NotImplemented);
    };
    if !vm.equal(&(&own).into(), &native)? {
        return Ok(Value::False);
    }
    if !vm.class_of(&a[1]).is_subclass(&types(vm).ordered_dict) {
        return Ok(Value::True);
    }
    let (mut x, mut y) = (0, 0);
    while let (Some(of_own), Some(of_other)) = (own.next_entry(x), other.next_entry(y)) {
        if !vm.is_or_equal(&of_own.1, &of_other.1)? {
            return Ok(Value::False);
        }
        (x, y) = (of_own.0, of_other.0);
    }
    Ok(Value::True)
}

/// A new ordered dict, of the class of `like`, with the entries of both.
fn join(vm: &Vm, left: &Value, right: &Value, like: &Value) -> R {
    let is_dict = |v: &Value| vm.native(v).downcast::<DictObj>().is_some();
    if !is_dict(left) || !is_dict(right) {
        return Ok(Value::NotImplemented);
    }
    let made = vm.call(&vm.class_of(like).into(), std::slice::from_ref(left))?;
    let (_, dict) = carrier(vm, &made)?;
    update(vm, &made, &dict, right)?;
    Ok(made)
}

fn repr(vm: &Vm, a: &[Value]) -> R {
    let name = vm.class_of(&a[0]).name_text();
    let Some(_mark) = a[0].as_obj().and_then(Mark::set) else {
        return Ok(vm.text("..."));
    };
    let (_, dict) = carrier(vm, &a[0])?;
    if vm.len(&a[0])? == 0 {
        return Ok(vm.text(&format!("{name}()")));
    }
    let shown = vm.repr(&dict.into())?;
    Ok(vm.text(&format!("{name}({})", shown.as_str())))
}

fn reduce(vm: &Vm, a: &[Value]) -> R {
    let state = vm.call_method(&a[0], &vm.name("__getstate__"), &[])?;
    let items = vm.call_method(&a[0], &vm.name("items"), &[])?;
    Ok(tuple_of([
        vm.class_of(&a[0]).into(),
        tuple(vec![]),
        state,
        Value::None,
        vm.iter(&items)?,
    ]))
}
