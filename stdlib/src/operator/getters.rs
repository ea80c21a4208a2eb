//! `attrgetter`, `itemgetter`, `methodcaller`: functions that take parts of their argument.

use aio_interp::classes::ClassSpec;
use aio_interp::native::{method, static_method};
use aio_interp::object::Obj;
use aio_interp::objects::host::{HostCallable, HostData};
use aio_interp::objects::str::Name;
use aio_interp::objects::tuple::tuple;
use aio_interp::{R, Raised, Value, Vm};

use super::with_keywords;
use crate::host::{Held, args_of, host_class, new_host, receiver};

macro_rules! callable_data {
    ($type:ty: $($field:ident),*) => {
        impl HostData for $type {
            fn trace(&self, visit: &mut dyn FnMut(&Obj)) {
                $(self.$field.trace(visit);)*
            }
            fn as_any(&self) -> &dyn std::any::Any {
                self
            }
            fn as_callable(&self) -> Option<&dyn HostCallable> {
                Some(self)
            }
        }
    };
}

/// The one argument of a call.
fn only<'a>(vm: &Vm, name: &str, args: &'a [Value], kwnames: &[Name]) -> R<&'a Value> {
    match args {
        _ if !kwnames.is_empty() => {
            Err(vm.type_error(format!("{name}() takes no keyword arguments")))
        }
        [only] => Ok(only),
        _ => Err(vm.type_error(format!("{name} expected 1 argument, got {}", args.len()))),
    }
}

/// One result as it is, several as a tuple.
fn each<T>(parts: &[T], get: impl Fn(&T) -> R) -> R {
    match parts {
        [one] => get(one),
        [a, b] => Ok(aio_interp::objects::tuple::tuple_of([get(a)?, get(b)?])),
        all => all.iter().map(get).collect::<R<Vec<_>>>().map(tuple),
    }
}

/// `itemgetter`.
pub(super) static ITEMGETTER: ClassSpec = host_class(
    "itemgetter",
    "operator",
    "Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    &[
        static_method("__new__(cls, /, *items)", "Create it.", |vm, a| {
            let items: Box<[Value]> = args_of(&a[1]).into();
            if items.is_empty() {
                return Err(vm.type_error("itemgetter expected 1 argument, got 0"));
            }
            new_host(vm, &a[0], ItemGetter { items })
        }),
        method("__call__(obj, /)", "Call self as a function.", |vm, a| {
            receiver::<ItemGetter>(vm, &a[0], "itemgetter")?.call(vm, &a[1..], &[])
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let getter: &ItemGetter = receiver(vm, &a[0], "itemgetter")?;
            repr(vm, "itemgetter", &getter.items, &[])
        }),
        method(
            "__reduce__()",
            "Return state information for pickling",
            |vm, a| {
                let getter: &ItemGetter = receiver(vm, &a[0], "itemgetter")?;
                let class = vm.class_of(&a[0]).into();
                Ok(tuple(vec![class, tuple(getter.items.to_vec())]))
            },
        ),
    ],
    &[],
);

struct ItemGetter {
    items: Box<[Value]>,
}

callable_data!(ItemGetter: items);

impl HostCallable for ItemGetter {
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R {
        let object = only(vm, "itemgetter", args, kwnames)?;
        each(&self.items, |item| vm.get_item(object, item))
    }
}

/// `attrgetter`.
pub(super) static ATTRGETTER: ClassSpec = host_class(
    "attrgetter",
    "operator",
    "Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    &[
        static_method("__new__(cls, /, *attrs)", "Create it.", |vm, a| {
            let names = args_of(&a[1]);
            if names.is_empty() {
                return Err(vm.type_error("attrgetter expected 1 argument, got 0"));
            }
            let mut paths = Vec::with_capacity(names.len());
            for name in names {
                let name = vm.native(name);
                let Some(name) = name.as_str() else {
                    return Err(vm.type_error("attribute name must be a string"));
                };
                paths.push(name.split('.').map(|part| vm.name(part)).collect());
            }
            new_host(
                vm,
                &a[0],
                AttrGetter {
                    names: names.into(),
                    paths,
                },
            )
        }),
        method("__call__(obj, /)", "Call self as a function.", |vm, a| {
            receiver::<AttrGetter>(vm, &a[0], "attrgetter")?.call(vm, &a[1..], &[])
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let getter: &AttrGetter = receiver(vm, &a[0], "attrgetter")?;
            repr(vm, "attrgetter", &getter.names, &[])
        }),
        method(
            "__reduce__()",
            "Return state information for pickling",
            |vm, a| {
                let getter: &AttrGetter = receiver(vm, &a[0], "attrgetter")?;
                let class = vm.class_of(&a[0]).into();
                Ok(tuple(vec![class, tuple(getter.names.to_vec())]))
            },
        ),
    ],
    &[],
);

struct AttrGetter {
    /// As they were given.
    names: Box<[Value]>,
    /// Each name's parts.
    paths: Vec<Vec<Name>>,
}

callable_data!(AttrGetter: names);

impl HostCallable for AttrGetter {
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R {
        let object = only(vm, "attrgetter", args, kwnames)?;
        each(&self.paths, |path| {
            path.iter()
                .try_fold(object.clone(), |v, name| vm.get_attr(&v, name))
        })
    }
}

/// `methodcaller`.
pub(super) static METHODCALLER: ClassSpec = host_class(
    "methodcaller",
    "operator",
    "Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    &[
        static_method("__new__(cls, /, *args, **kwargs)", "Create it.", |vm, a| {
            let [name, args @ ..] = args_of(&a[1]) else {
                return Err(
                    vm.type_error("methodcaller needs at least one argument, the method name")
                );
            };
            let Some(text) = name.as_str() else {
                return Err(vm.type_error("method name must be a string"));
            };
            let (values, kwnames) = with_keywords(vm, args, &a[2]);
            let data = MethodCaller {
                name: vm.name(text),
                values: values.into(),
                kwnames,
            };
            new_host(vm, &a[0], data)
        }),
        method("__call__(obj, /)", "Call self as a function.", |vm, a| {
            receiver::<MethodCaller>(vm, &a[0], "methodcaller")?.call(vm, &a[1..], &[])
        }),
        method("__repr__()", "Return repr(self).", |vm, a| {
            let caller: &MethodCaller = receiver(vm, &a[0], "methodcaller")?;
            let plain = caller.values.len() - caller.kwnames.len();
            let mut shown = vec![Value::from(&caller.name)];
            shown.extend(caller.values[..plain].iter().cloned());
            let keywords: Vec<_> = caller.kwnames.iter().zip(&caller.values[plain..]).collect();
            repr(vm, "methodcaller", &shown, &keywords)
        }),
        method(
            "__reduce__()",
            "Return state information for pickling",
            reduce_caller,
        ),
    ],
    &[],
);

/// Keywords are bound by a `partial`, for arguments of a class are positional here.
fn reduce_caller(vm: &Vm, a: &[Value]) -> R {
    let caller: &MethodCaller = receiver(vm, &a[0], "methodcaller")?;
    let (plain, given) = caller
        .values
        .split_at(caller.values.len() - caller.kwnames.len());
    let class = Value::from(vm.class_of(&a[0]));
    let name = Value::from(&caller.name);
    if given.is_empty() {
        let mut args = vec![name];
        args.extend_from_slice(plain);
        return Ok(tuple(vec![class, tuple(args)]));
    }
    let partial = vm.get_attr(&vm.import("functools")?, &vm.name("partial"))?;
    let mut args = vec![class, name];
    args.extend_from_slice(given);
    let bound = vm.call_kw(&partial, &args, &caller.kwnames)?;
    Ok(tuple(vec![bound, tuple(plain.to_vec())]))
}

struct MethodCaller {
    name: Name,
    /// Positional arguments, then those of `kwnames`.
    values: Box<[Value]>,
    kwnames: Vec<Name>,
}

callable_data!(MethodCaller: values);

impl HostCallable for MethodCaller {
    fn call(&self, vm: &Vm, args: &[Value], kwnames: &[Name]) -> R {
        let object = only(vm, "methodcaller", args, kwnames)?;
        let method = vm.get_attr(object, &self.name)?;
        vm.call_kw(&method, &self.values, &self.kwnames)
    }
}

fn repr(vm: &Vm, name: &str, args: &[Value], keywords: &[(&Name, &Value)]) -> R {
    let mut parts = Vec::new();
    for arg in args {
        parts.push(vm.repr(arg)?.as_str().to_owned());
    }
    for (name, value) in keywords {
        parts.push(format!("{}={}", name.as_str(), vm.repr(value)?.as_str()));
    }
    Ok::<_, Raised>(vm.text(&format!("operator.{name}({})", parts.join(", "))))
}
