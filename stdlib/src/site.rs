//! What the library adds to the builtin name space: `open`, `exit`, `quit`, `breakpoint`.

use aio_interp::native::{Native, native};
use aio_interp::{R, Value, Vm};

static ROWS: &[Native] = &[
    native("exit(code=None)", "Leave the program with a status.", exit),
    native("quit(code=None)", "Leave the program with a status.", exit),
    native(
        "breakpoint(*args, **kws)",
        "Call sys.breakpointhook(*args, **kws).  There is no debugger of its own.",
        breakpoint,
    ),
];

/// Adds them.
pub fn install(vm: &Vm) {
    aio_interp::builtins::str::codec::set_hooks(vm, crate::codecs::encode, crate::codecs::decode);
    let module = vm.name("_io");
    for row in crate::io::OPEN {
        let function = vm.native_function(row, Some(module.clone()));
        vm.builtins.set_name(&vm.name(row.name()), function);
    }
    let module = vm.name("builtins");
    for row in ROWS {
        let function = vm.native_function(row, Some(module.clone()));
        vm.builtins.set_name(&vm.name(row.name()), function);
    }
}

fn exit(vm: &Vm, args: &[Value]) -> R {
    let args = match args[0].bound() {
        Some(code) => vec![code.clone()],
        None => vec![Value::None],
    };
    Err(vm.raise_args(&vm.exceptions.SystemExit, args))
}

fn breakpoint(vm: &Vm, args: &[Value]) -> R {
    let sys = vm.import("sys")?;
    let Some(hook) = vm.find_attr(&sys, &vm.name("breakpointhook"))? else {
        return Err(vm.runtime_error("lost sys.breakpointhook"));
    };
    let (values, names) = aio_interp::builtins::class::spread(vm, &args[0], &args[1]);
    vm.call_kw(&hook, &values, &names)
}
