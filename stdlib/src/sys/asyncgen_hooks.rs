//! `sys.get_asyncgen_hooks` and `sys.set_asyncgen_hooks`: for those who write event loops.

use aio_interp::builtins::structseq::{StructSpec, field, struct_class, struct_value};
use aio_interp::event_loop::async_gens::Hooks;
use aio_interp::native::{Native, native};
use aio_interp::{R, Value, Vm};

pub(super) static ROWS: &[Native] = &[
    native(
        "get_asyncgen_hooks()",
        "Return the installed asynchronous generators hooks.",
        get,
    ),
    native(
        "set_asyncgen_hooks(firstiter=<unrepresentable>, finalizer=<unrepresentable>)",
        "Set up asynchronous generators hooks.",
        set,
    ),
];

static TUPLE: StructSpec = StructSpec {
    module: "builtins",
    name: "asyncgen_hooks",
    doc: "A named tuple of the hooks for asynchronous generators.",
    fields: &[field::<0>("firstiter"), field::<1>("finalizer")],
    visible: 2,
    can_make: false,
};

fn hooks(vm: &Vm) -> Hooks {
    vm.loops.hooks.get().unwrap_or(Hooks {
        firstiter: Value::None,
        finalizer: Value::None,
    })
}

fn get(vm: &Vm, _: &[Value]) -> R {
    let class = struct_class(vm, &TUPLE)?;
    let hooks = hooks(vm);
    Ok(struct_value(
        vm,
        &class,
        vec![hooks.firstiter, hooks.finalizer],
    ))
}

fn set(vm: &Vm, args: &[Value]) -> R {
    let mut hooks = hooks(vm);
    for (name, given, place) in [
        ("finalizer", &args[1], &mut hooks.finalizer),
        ("firstiter", &args[0], &mut hooks.firstiter),
    ] {
        if given.is_unbound() {
            continue;
        }
        if !given.is_none() && !vm.is_callable(given) {
            let kind = vm.type_name(given);
            return Err(vm.type_error(format!("callable {name} expected, got {kind}")));
        }
        place.clone_from(given);
    }
    let is_set = !hooks.firstiter.is_none() || !hooks.finalizer.is_none();
    drop(vm.loops.hooks.replace(is_set.then_some(hooks)));
    Ok(Value::None)
}
