//! `atexit`: functions to call when the program ends.

use std::cell::RefCell;

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::{R, Value, Vm};

static ROWS: &[Native] = &[
    native(
        "register(func, /, *args, **kwargs)",
        "Register a function to be executed upon normal program termination.",
        register,
    ),
    native(
        "unregister(func, /)",
        "Unregister an exit function which was previously registered.",
        unregister,
    ),
    native("_clear()", "Forget all functions.", |vm, _| {
        drop(std::mem::take(&mut *exits(vm).0.borrow_mut()));
        Ok(Value::None)
    }),
    native("_run_exitfuncs()", "Run them now.", |vm, _| {
        match run(vm, false) {
            Some(last) => Err(vm.raise_again(last)),
            None => Ok(Value::None),
        }
    }),
    native("_ncallbacks()", "How many there are.", |vm, _| {
        Ok(exits(vm).0.borrow().len().into())
    }),
];

/// A function with its arguments: `*args` and `**kwargs`.
type Exit = (Value, Value, Value);

#[derive(Default)]
struct Exits(RefCell<Vec<Exit>>);

fn exits(vm: &Vm) -> std::rc::Rc<Exits> {
    vm.state("atexit", Exits::default)
}

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module(
        "atexit",
        "allow programmer to define multiple exit functions to be executed\nupon normal program termination.",
    );
    vm.add_natives(&module, ROWS);
    Ok(module)
}

fn register(vm: &Vm, args: &[Value]) -> R {
    if !vm.is_callable(&args[0]) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let exit = (args[0].clone(), args[1].clone(), args[2].clone());
    exits(vm).0.borrow_mut().push(exit);
    Ok(args[0].clone())
}

fn unregister(vm: &Vm, args: &[Value]) -> R {
    let all = exits(vm).0.borrow().clone();
    let mut kept = Vec::new();
    for exit in all {
        if !vm.equal(&exit.0, &args[0])? {
            kept.push(exit);
        }
    }
    let old = std::mem::replace(&mut *exits(vm).0.borrow_mut(), kept);
    drop(old);
    Ok(Value::None)
}

/// Calls what is registered, last first; reports what they raise. Returns the last exception.
pub fn run(vm: &Vm, reports: bool) -> Option<Ref<ExceptionObj>> {
    let exits = exits(vm);
    let all = std::mem::take(&mut *exits.0.borrow_mut());
    let mut last = None;
    for (function, args, kwargs) in all.into_iter().rev() {
        let (values, names) = aio_interp::builtins::class::spread(vm, &args, &kwargs);
        if vm.call_kw(&function, &values, &names).is_err() {
            let raised = vm.take_raised();
            if reports && !raised.class().is_subclass(&vm.exceptions.SystemExit) {
                let shown = vm.repr_or_name(&function);
                let place = format!("in atexit callback {shown}");
                vm.report_unraisable(&raised, &place, &Value::None);
            }
            last = Some(raised);
        }
    }
    // What was registered meanwhile comes too late, as in CPython.
    let late = std::mem::take(&mut *exits.0.borrow_mut());
    drop(late);
    last
}
