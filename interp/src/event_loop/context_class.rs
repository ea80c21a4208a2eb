//! `contextvars.Context` as scripts see it.

use std::rc::Rc;

use super::context::{self, ContextData, Vars, new_context};
use crate::classes::ClassSpec;
use crate::native::{method, static_method};
use crate::object::{Kind, Obj};
use crate::objects::class::Layout;
use crate::objects::dict::DictObj;
use crate::objects::iterator::{IterState, iterator};
use crate::objects::list::{ListObj, list};
use crate::objects::tuple::{TupleObj, tuple_of};
use crate::value::{R, Raised, Value};
use crate::vm::Vm;

/// `Context`.
pub(super) static CONTEXT: ClassSpec = ClassSpec {
    name: "Context",
    module: "_contextvars",
    doc: "A mapping of ContextVars to their values.",
    layout: Layout::Native(Kind::Host),
    methods: &[
        static_method(
            "__new__(cls, /, *args, **kwargs)",
            "Create an empty context.",
            |vm, a| {
                let is_empty = |v: &Value| vm.truth(v).is_ok_and(|full| !full);
                if !is_empty(&a[1]) || !is_empty(&a[2]) {
                    return Err(vm.type_error("Context() does not accept any arguments"));
                }
                Ok(Value::Obj(new_context(vm, Rc::default())))
            },
        ),
        method(
            "run(*args, **kwargs)",
            "Call something in the context.",
            run,
        ),
        method(
            "copy()",
            "Return a shallow copy of the context object.",
            |vm, a| Ok(Value::Obj(new_context(vm, this(vm, &a[0])?.vars()))),
        ),
        method(
            "get(key, default=None, /)",
            "Return the value for `key`, or the default.",
            |vm, a| {
                let found = find(vm, &a[0], &a[1])?;
                Ok(found.unwrap_or_else(|| a[2].or(Value::None)))
            },
        ),
        method(
            "keys()",
            "Return a list of all variables in the context object.",
            |vm, a| {
                Ok(list(
                    this(vm, &a[0])?
                        .vars()
                        .values()
                        .map(|v| v.0.clone())
                        .collect(),
                ))
            },
        ),
        method(
            "values()",
            "Return a list of all values in the context object.",
            |vm, a| {
                Ok(list(
                    this(vm, &a[0])?
                        .vars()
                        .values()
                        .map(|v| v.1.clone())
                        .collect(),
                ))
            },
        ),
        method(
            "items()",
            "Return all variables and their values.",
            |vm, a| {
                let vars = this(vm, &a[0])?.vars();
                Ok(list(
                    vars.values()
                        .map(|(k, v)| tuple_of([k.clone(), v.clone()]))
                        .collect(),
                ))
            },
        ),
        method("__getitem__(key, /)", "Return self[key].", |vm, a| {
            find(vm, &a[0], &a[1])?.ok_or_else(|| vm.key_error(&a[1]))
        }),
        method("__contains__(key, /)", "Return key in self.", |vm, a| {
            Ok(find(vm, &a[0], &a[1])?.is_some().into())
        }),
        method("__iter__()", "Implement iter(self).", |vm, a| {
            let keys: Vec<Value> = this(vm, &a[0])?
                .vars()
                .values()
                .map(|v| v.0.clone())
                .collect();
            let list = list(keys);
            Ok(match list.downcast::<ListObj>() {
                Some(list) => iterator(IterState::List {
                    list: list.clone(),
                    at: 0,
                }),
                None => Value::None,
            })
        }),
        method("__len__()", "Return len(self).", |vm, a| {
            Ok(this(vm, &a[0])?.vars().len().into())
        }),
        method("__eq__(value, /)", "Return self==value.", eq),
    ],
    attributes: &[],
    subclassable: false,
};

fn this<'a>(vm: &Vm, v: &'a Value) -> R<&'a ContextData> {
    v.as_obj()
        .and_then(context::data)
        .ok_or_else(|| vm.type_error(format!("a Context is expected, not '{}'", vm.type_name(v))))
}

fn find(vm: &Vm, context: &Value, var: &Value) -> R<Option<Value>> {
    let data = this(vm, context)?;
    match var {
        Value::Obj(o) if is_var(vm, o) => Ok(data.get(o)),
        _ => {
            let shown = vm.repr_or_name(var);
            Err(vm.type_error(format!("a ContextVar key was expected, got {shown}")))
        }
    }
}

fn is_var(vm: &Vm, o: &Obj) -> bool {
    vm.class_of(&Value::Obj(o.clone())).name_text() == "ContextVar"
}

/// `Context.run`.
fn run(vm: &Vm, a: &[Value]) -> R {
    let data = this(vm, &a[0])?;
    let args = a[1].downcast::<TupleObj>().map_or(&[][..], |t| t.items());
    let Some((callable, args)) = args.split_first() else {
        return Err(vm.type_error("run() missing 1 required positional argument"));
    };
    if data.is_entered.replace(true) {
        let shown = vm.repr_or_name(&a[0]);
        return Err(vm.runtime_error(format!("cannot enter context: {shown} is already entered")));
    }
    let result = context::run_in(vm, a[0].as_obj().cloned(), || {
        call(vm, callable, args, &a[2])
    });
    data.is_entered.set(false);
    result
}

fn call(vm: &Vm, f: &Value, args: &[Value], kwargs: &Value) -> R {
    let mut values = args.to_vec();
    let mut names = Vec::new();
    if let Some(kwargs) = kwargs.downcast::<DictObj>() {
        for (key, value) in kwargs.entries() {
            names.push(vm.name(key.as_str().unwrap_or("")));
            values.push(value);
        }
    }
    vm.call_kw(f, &values, &names)
}

fn eq(vm: &Vm, a: &[Value]) -> R {
    let own = this(vm, &a[0])?.vars();
    let Some(other) = a[1].as_obj().and_then(context::data) else {
        return Ok(Value::NotImplemented);
    };
    same(vm, &own, &other.vars()).map(Value::from)
}

fn same(vm: &Vm, a: &Vars, b: &Vars) -> Result<bool, Raised> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (key, (_, value)) in a {
        match b.get(key) {
            Some((_, other)) if vm.is_or_equal(value, other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}
