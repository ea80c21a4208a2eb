//! What `sys` calls at certain moments, and a script may replace: `excepthook`, `unraisablehook`,
//! `breakpointhook`.

use std::cell::Cell;

use aio_interp::builtins::class::spread;
use aio_interp::builtins::structseq::{StructSpec, field, struct_class, struct_value};
use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::{R, Value, Vm};

pub(super) static ROWS: &[Native] = &[
    native(
        "excepthook(exctype, value, traceback, /)",
        "Handle an exception by displaying it with a traceback on sys.stderr.",
        excepthook,
    ),
    native(
        "unraisablehook(unraisable, /)",
        "Handle an unraisable exception.",
        unraisablehook,
    ),
    native(
        "breakpointhook(*args, **kws)",
        "This hook function is called by built-in breakpoint().",
        breakpointhook,
    ),
];

static UNRAISABLE: StructSpec = StructSpec {
    module: "builtins",
    name: "UnraisableHookArgs",
    doc: "Type used to pass arguments to sys.unraisablehook.",
    fields: &[
        field::<0>("exc_type"),
        field::<1>("exc_value"),
        field::<2>("exc_traceback"),
        field::<3>("err_msg"),
        field::<4>("object"),
    ],
    visible: 5,
    can_make: false,
};

/// Reports an exception that nobody caught.
pub type Report = fn(&Vm, &Ref<ExceptionObj>);

/// Reports an exception that could not be raised, and where it came from.
pub type ReportIgnored = fn(&Vm, &Ref<ExceptionObj>, &str);

/// How the command reports.
#[derive(Default)]
struct Reports(Cell<Option<(Report, ReportIgnored)>>);

/// Tells `sys.excepthook` and `sys.unraisablehook` how the command reports.
pub fn set_report(vm: &Vm, uncaught: Report, ignored: ReportIgnored) {
    let reports = vm.state("sys.reports", Reports::default);
    reports.0.set(Some((uncaught, ignored)));
}

fn reports(vm: &Vm) -> Option<(Report, ReportIgnored)> {
    vm.state("sys.reports", Reports::default).0.get()
}

/// A hook that a script has set.
fn replaced(vm: &Vm, name: &str) -> Option<Value> {
    let sys = vm.modules.get_name(&vm.name("sys"))?;
    let find = |name: &str| vm.find_attr(&sys, &vm.name(name)).ok().flatten();
    let hook = find(name)?;
    let is_ours = find(&format!("__{name}__")).is_some_and(|ours| ours.is(&hook));
    (!is_ours).then_some(hook)
}

/// Calls the `sys.excepthook` that a script has set; false if there is none.
pub fn call_excepthook(vm: &Vm, exception: &Ref<ExceptionObj>) -> bool {
    let Some(hook) = replaced(vm, "excepthook") else {
        return false;
    };
    let traceback = vm.traceback_of(exception);
    let args = [exception.class().into(), exception.into(), traceback];
    if vm.call(&hook, &args).is_err() {
        let second = vm.take_raised();
        vm.streams.write_err(vm, "Error in sys.excepthook:\n");
        if let Some((report, _)) = reports(vm) {
            report(vm, &second);
            vm.streams.write_err(vm, "\nOriginal exception was:\n");
            report(vm, exception);
        }
    }
    true
}

/// Calls the `sys.unraisablehook` that a script has set; false if there is none.
pub fn call_unraisablehook(
    vm: &Vm,
    exception: &Ref<ExceptionObj>,
    place: &str,
    object: &Value,
) -> bool {
    let Some(hook) = replaced(vm, "unraisablehook") else {
        return false;
    };
    let Ok(class) = struct_class(vm, &UNRAISABLE) else {
        return false;
    };
    let message = match object.is_none() {
        true => vm.text(&format!("Exception ignored {place}")),
        false => Value::None,
    };
    let fields = vec![
        exception.class().into(),
        exception.into(),
        vm.traceback_of(exception),
        message,
        object.clone(),
    ];
    if vm.call(&hook, &[struct_value(vm, &class, fields)]).is_err() {
        let second = vm.take_raised();
        if let Some((_, report)) = reports(vm) {
            report(vm, &second, "in sys.unraisablehook");
        }
    }
    true
}

/// Reports an exception as if nobody had caught it.
fn excepthook(vm: &Vm, args: &[Value]) -> R {
    if let (Some(exception), Some((report, _))) = (args[1].downcast(), reports(vm)) {
        report(vm, exception);
    }
    Ok(Value::None)
}

/// Reports an exception that could not be raised.
fn unraisablehook(vm: &Vm, args: &[Value]) -> R {
    let given = &args[0];
    if vm.type_name(given) != UNRAISABLE.name {
        return Err(vm.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    }
    let part = |name: &str| vm.get_attr(given, &vm.name(name));
    let (exception, message, object) = (part("exc_value")?, part("err_msg")?, part("object")?);
    let place = match message
        .as_str()
        .and_then(|m| m.strip_prefix("Exception ignored "))
    {
        Some(place) => place.to_owned(),
        None => format!("in: {}", vm.repr_or_name(&object)),
    };
    if let (Some(exception), Some((_, report))) = (exception.downcast(), reports(vm)) {
        report(vm, exception, &place);
    }
    Ok(Value::None)
}

/// Calls what `$PYTHONBREAKPOINT` names.
fn breakpointhook(vm: &Vm, args: &[Value]) -> R {
    let named = match vm.modules.get_name(&vm.name("os")) {
        Some(os) => {
            let environ = vm.get_attr(&os, &vm.name("environ"))?;
            let get = vm.get_attr(&environ, &vm.name("get"))?;
            let found = vm.call(&get, &[vm.text("PYTHONBREAKPOINT")])?;
            found.as_str().map(str::to_owned)
        }
        None => std::env::var("PYTHONBREAKPOINT").ok(),
    };
    let path = match named.as_deref() {
        Some("0") => return Ok(Value::None),
        None | Some("") => "pdb.set_trace",
        Some(path) => path,
    };
    let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", path));
    let found = match vm.import(module) {
        Ok(module) => vm.get_attr(&module, &vm.name(name)),
        Err(raised) => Err(raised),
    };
    let Ok(hook) = found else {
        drop(vm.take_raised());
        if path == "pdb.set_trace" {
            return Err(vm.runtime_error(
                "breakpoint() has no debugger to call; set sys.breakpointhook to a function",
            ));
        }
        let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\"");
        vm.warn(&vm.exceptions.RuntimeWarning, &text)?;
        return Ok(Value::None);
    };
    let (values, names) = spread(vm, &args[0], &args[1]);
    vm.call_kw(&hook, &values, &names)
}
