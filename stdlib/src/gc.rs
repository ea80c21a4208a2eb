//! `gc`: the cycle collector, as scripts see it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use aio_interp::gc;
use aio_interp::native::{Native, native};
use aio_interp::object::{Obj, Ref};
use aio_interp::objects::dict::new_dict;
use aio_interp::objects::list::list;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::{TupleObj, tuple, tuple_of};
use aio_interp::{R, Value, Vm};

/// The module.
pub fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module(
        "gc",
        "This module provides access to the garbage collector for reference cycles.",
    );
    vm.add_natives(&module, ROWS);
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    set("garbage", list(vec![]));
    set("callbacks", list(vec![]));
    for (name, bit) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        set(name, Value::Int(bit));
    }
    Ok(module)
}

static ROWS: &[Native] = &[
    native(
        "collect(generation=2)",
        "Run the garbage collector.\n\nWith no arguments, run a full collection. The optional argument may be an integer specifying which generation to collect.\n\nThe number of unreachable objects is returned.",
        collect,
    ),
    native(
        "enable()",
        "Enable automatic garbage collection.",
        |_, _| {
            gc::set_enabled(true);
            Ok(Value::None)
        },
    ),
    native(
        "disable()",
        "Disable automatic garbage collection.",
        |_, _| {
            gc::set_enabled(false);
            Ok(Value::None)
        },
    ),
    native(
        "isenabled()",
        "Returns true if automatic garbage collection is enabled.",
        |_, _| Ok(Value::bool(gc::is_enabled())),
    ),
    native(
        "get_objects(generation=None)",
        "Return a list of objects tracked by the collector (excluding the list returned).",
        |_, _| Ok(list(gc::objects().into_iter().map(Value::Obj).collect())),
    ),
    native(
        "get_referents(*objs)",
        "Return the list of objects that are directly referred to by 'objs'.",
        |_, a| {
            let of = objects(&a[0]);
            let found = of.iter().flat_map(gc::referents);
            Ok(list(found.map(Value::Obj).collect()))
        },
    ),
    native(
        "get_referrers(*objs)",
        "Return the list of objects that directly refer to any of 'objs'.",
        get_referrers,
    ),
    native(
        "is_tracked(obj, /)",
        "Returns true if the object is tracked by the garbage collector.",
        |_, a| Ok(Value::bool(a[0].as_obj().is_some_and(gc::is_tracked))),
    ),
    native(
        "is_finalized(obj, /)",
        "Returns true if the object has been already finalized by the GC.",
        |_, a| {
            let is_finalized = |o: &Obj| o.has_flag(aio_interp::object::FINALIZED);
            Ok(Value::bool(a[0].as_obj().is_some_and(is_finalized)))
        },
    ),
    native(
        "freeze()",
        "Freeze all current tracked objects and ignore them for future collections.",
        |_, _| Ok(Value::None),
    ),
    native(
        "unfreeze()",
        "Unfreeze all objects in the permanent generation.",
        |_, _| Ok(Value::None),
    ),
    native(
        "get_freeze_count()",
        "Return the number of objects in the permanent generation.",
        |_, _| Ok(Value::Int(0)),
    ),
    native(
        "get_count()",
        "Return a three-tuple of the current collection counts.",
        |_, _| {
            Ok(tuple_of([
                gc::tracked().into(),
                Value::Int(0),
                Value::Int(0),
            ]))
        },
    ),
    native(
        "get_threshold()",
        "Return the current collection thresholds.",
        |vm, _| Ok(settings(vm).threshold.borrow().clone()),
    ),
    native(
        "set_threshold(threshold0, threshold1=..., threshold2=..., /)",
        "Set the collection thresholds (the collection threshold).",
        set_threshold,
    ),
    native(
        "get_debug()",
        "Get the garbage collection debugging flags.",
        |vm, _| Ok(Value::Int(settings(vm).debug.get())),
    ),
    native(
        "set_debug(flags, /)",
        "Set the garbage collection debugging flags.",
        |vm, a| {
            settings(vm).debug.set(vm.to_index(&a[0])?);
            Ok(Value::None)
        },
    ),
    native(
        "get_stats()",
        "Return a list of dictionaries containing per-generation statistics.",
        get_stats,
    ),
];

/// What is kept for those who ask; collections do not depend on it.
struct Settings {
    threshold: RefCell<Value>,
    debug: Cell<i64>,
    collections: Cell<i64>,
    collected: Cell<i64>,
}

fn settings(vm: &Vm) -> Rc<Settings> {
    vm.state("gc", || Settings {
        threshold: RefCell::new(tuple(vec![2000_i64.into(), 10_i64.into(), 10_i64.into()])),
        debug: Cell::new(0),
        collections: Cell::new(0),
        collected: Cell::new(0),
    })
}

fn collect(vm: &Vm, a: &[Value]) -> R {
    if let Some(generation) = a[0].bound() {
        if !(0..=2).contains(&vm.to_index(generation)?) {
            return Err(vm.value_error("invalid generation"));
        }
    }
    let found = i64::try_from(gc::collect()).unwrap_or(i64::MAX);
    let settings = settings(vm);
    settings.collections.set(settings.collections.get() + 1);
    settings
        .collected
        .set(settings.collected.get().saturating_add(found));
    Ok(Value::Int(found))
}

/// The heap objects among `*objs`.
fn objects(objs: &Value) -> Vec<Obj> {
    let given = objs.downcast::<TupleObj>().map_or(&[][..], |t| t.items());
    given.iter().filter_map(|v| v.as_obj().cloned()).collect()
}

fn get_referrers(vm: &Vm, a: &[Value]) -> R {
    let (of, given) = (objects(&a[0]), a[0].as_obj());
    let mut found = Vec::new();
    for candidate in gc::objects() {
        vm.poll()?;
        let refers = gc::referents(&candidate)
            .iter()
            .any(|held| of.iter().any(|o| o.is(held)));
        if refers && !given.is_some_and(|g| g.is(&candidate)) {
            found.push(Value::Obj(candidate));
        }
    }
    Ok(list(found))
}

fn set_threshold(vm: &Vm, a: &[Value]) -> R {
    let mut given = Vec::new();
    let known = vm.collect(&settings(vm).threshold.borrow().clone())?;
    for (v, known) in a.iter().zip(known) {
        given.push(match v.bound() {
            Some(v) => Value::Int(vm.to_index(v)?),
            None => known,
        });
    }
    drop(settings(vm).threshold.replace(tuple(given)));
    Ok(Value::None)
}

fn get_stats(vm: &Vm, _: &[Value]) -> R {
    let settings = settings(vm);
    let generation = |collections: i64, collected: i64| -> Value {
        let stats = new_dict();
        stats.set_name(&vm.name("collections"), collections.into());
        stats.set_name(&vm.name("collected"), collected.into());
        stats.set_name(&vm.name("uncollectable"), 0_i64.into());
        stats.into()
    };
    Ok(list(vec![
        generation(0, 0),
        generation(0, 0),
        generation(settings.collections.get(), settings.collected.get()),
    ]))
}
