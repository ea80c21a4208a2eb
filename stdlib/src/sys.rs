//! `sys`: the interpreter seen from scripts.

mod asyncgen_hooks;
mod hooks;
mod info;

pub use hooks::{call_excepthook, call_unraisablehook, set_report};

use std::cell::{Cell, RefCell};

use aio_interp::native::{Native, native};
use aio_interp::object::Ref;
use aio_interp::objects::dict::new_dict;
use aio_interp::objects::list::list;
use aio_interp::objects::module::ModuleObj;
use aio_interp::objects::tuple::{TupleObj, tuple};
use aio_interp::{R, Value, Vm};

static ROWS: &[Native] = &[
    native(
        "exit(status=None, /)",
        "Leave the program with a status.",
        exit,
    ),
    native(
        "getrecursionlimit()",
        "How deep calls may nest.",
        getrecursionlimit,
    ),
    native(
        "setrecursionlimit(limit, /)",
        "Set how deep calls may nest.",
        setrecursionlimit,
    ),
    native(
        "getrefcount(object, /)",
        "The number of references to an object.",
        getrefcount,
    ),
    native(
        "intern(string, /)",
        "The interned string of this text.",
        intern,
    ),
    native("exception()", "The exception being handled.", exception),
    native(
        "exc_info()",
        "Class, exception and traceback of what is being handled.",
        exc_info,
    ),
    native(
        "getsizeof(object, default=None)",
        "A size in bytes (an estimate).",
        getsizeof,
    ),
    native(
        "_getframe(depth=0, /)",
        "A picture of a frame of the call stack.",
        getframe,
    ),
    native(
        "displayhook(object, /)",
        "Print an object to sys.stdout and also save it in builtins._",
        displayhook,
    ),
    native("audit(event, /, *args)", "Accepted and ignored.", none),
    native("addaudithook(hook)", "Accepted and ignored.", none),
    native(
        "getfilesystemencodeerrors()",
        "surrogateescape.",
        |vm, _| Ok(vm.text("surrogateescape")),
    ),
    native("getprofile()", "None: there is no profiling.", none),
    native(
        "setswitchinterval(interval, /)",
        "Accepted and ignored.",
        none,
    ),
    native("_is_gil_enabled()", "True: there is one thread.", |_, _| {
        Ok(Value::True)
    }),
    native("is_stack_trampoline_active()", "False.", is_finalizing),
    native("getallocatedblocks()", "The number of objects.", |_, _| {
        Ok(Value::Int(0))
    }),
    native("_clear_type_cache()", "Accepted and ignored.", none),
    native("getdefaultencoding()", "utf-8.", utf8),
    native("getfilesystemencoding()", "utf-8.", utf8),
    native(
        "get_int_max_str_digits()",
        "The limit for converting ints to text.",
        int_digits,
    ),
    native(
        "set_int_max_str_digits(maxdigits)",
        "Set the limit for converting ints to text.",
        set_int_digits,
    ),
    native("is_finalizing()", "False while scripts run.", is_finalizing),
    native("gettrace()", "None: there is no tracing.", none),
    native("settrace(function, /)", "Accepted and ignored.", none),
    native("setprofile(function, /)", "Accepted and ignored.", none),
    native(
        "getswitchinterval()",
        "Always 0.005: there is one thread.",
        switch_interval,
    ),
];

/// `sys.hexversion`.
const HEX_VERSION: i64 = 0x030d_00f0;

/// What the command knows of the run, put here before `sys` is imported.
#[derive(Default)]
pub struct Run {
    /// `sys.argv`.
    pub argv: RefCell<Vec<String>>,
    /// `sys.path`.
    pub path: RefCell<Vec<String>>,
    /// `sys.warnoptions`.
    pub warnings: RefCell<Vec<String>>,
    /// What somebody at a prompt sees: `sys.ps1` and `sys.ps2`.
    pub prompts: Cell<Option<(&'static str, &'static str)>>,
}

/// Tells `sys` that there is somebody at a prompt.
pub fn set_prompts(vm: &Vm, first: &'static str, second: &'static str) {
    let run = vm.state("sys.run", Run::default);
    run.prompts.set(Some((first, second)));
}

/// Tells `sys.warnoptions` the filters of the command line.
pub fn set_warn_options(vm: &Vm, options: Vec<String>) {
    *vm.state("sys.run", Run::default).warnings.borrow_mut() = options;
}

/// Tells `sys` of the run.
pub fn set_run(vm: &Vm, argv: Vec<String>, path: Vec<String>) {
    let run = vm.state("sys.run", Run::default);
    let early = vm.state(aio_interp::module::SEARCH_PATH, || {
        RefCell::new(Vec::<String>::new())
    });
    early.borrow_mut().clone_from(&path);
    *run.argv.borrow_mut() = argv;
    *run.path.borrow_mut() = path;
}

pub(crate) fn module(vm: &Vm) -> R<Ref<ModuleObj>> {
    let module = vm.new_module("sys", "The interpreter seen from scripts.");
    vm.add_natives(&module, ROWS);
    vm.add_natives(&module, asyncgen_hooks::ROWS);
    vm.add_natives(&module, hooks::ROWS);
    let run = vm.state("sys.run", Run::default);
    let texts = |of: &RefCell<Vec<String>>| list(of.borrow().iter().map(|t| vm.text(t)).collect());
    let set = |name: &str, value: Value| module.dict.set_name(&vm.name(name), value);
    if let Some((first, second)) = run.prompts.get() {
        set("ps1", vm.text(first));
        set("ps2", vm.text(second));
    }
    set("argv", texts(&run.argv));
    set("orig_argv", texts(&run.argv));
    set("path", texts(&run.path));
    set("modules", Value::from(&vm.modules));
    set("maxsize", Value::Int(i64::MAX));
    set("maxunicode", Value::Int(0x10ffff));
    set(
        "byteorder",
        vm.text(if cfg!(target_endian = "little") {
            "little"
        } else {
            "big"
        }),
    );
    set("platform", vm.text(platform()));
    let version = concat!("3.13.0 (aio ", env!("CARGO_PKG_VERSION"), ")");
    set("version", vm.text(version));
    info::install(vm, &module)?;
    set("hexversion", Value::Int(HEX_VERSION));
    let executable = std::env::current_exe().map(|p| p.to_string_lossy().into_owned());
    set("executable", vm.text(&executable.unwrap_or_default()));
    set("prefix", vm.text(""));
    set("warnoptions", texts(&run.warnings));
    set("dont_write_bytecode", Value::True);
    set(
        "builtin_module_names",
        tuple(vm.registry.names().iter().map(|n| vm.text(n)).collect()),
    );
    set("float_repr_style", vm.text("short"));
    set("implementation", implementation(vm, &module));
    set("__name__", vm.text("sys"));
    for name in [
        "breakpointhook",
        "displayhook",
        "excepthook",
        "unraisablehook",
    ] {
        if let Some(hook) = module.dict.get_name(&vm.name(name)) {
            set(&format!("__{name}__"), hook);
        }
    }
    for name in [
        "base_prefix",
        "exec_prefix",
        "base_exec_prefix",
        "platlibdir",
    ] {
        set(name, vm.text(""));
    }
    for name in ["path_hooks", "meta_path"] {
        set(name, list(vec![]));
    }
    set("copyright", vm.text(""));
    set("api_version", Value::Int(1013));
    set("abiflags", vm.text(""));
    set("pycache_prefix", Value::None);
    set("path_importer_cache", new_dict().into());
    set("_xoptions", new_dict().into());
    set("stdlib_module_names", names_set(vm)?);
    let [stdin, stdout, stderr] = crate::file::streams(vm);
    for (name, stream) in [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)] {
        set(&format!("__{name}__"), stream.clone());
        set(name, stream);
    }
    Ok(module)
}

fn implementation(vm: &Vm, module: &Ref<ModuleObj>) -> Value {
    let version = module.dict.get_name(&vm.name("version_info"));
    crate::types::namespace(
        vm,
        vec![
            ("name", vm.text("aio")),
            ("cache_tag", vm.text("aio-313")),
            ("version", version.unwrap_or(Value::None)),
            ("hexversion", Value::Int(HEX_VERSION)),
        ],
    )
}

/// `sys.stdlib_module_names`.
fn names_set(vm: &Vm) -> R {
    let names = vm.registry.names();
    let names = tuple(names.iter().map(|n| vm.text(n)).collect());
    vm.call(&(&vm.classes.frozenset).into(), &[names])
}

fn platform() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    }
}

fn exit(vm: &Vm, args: &[Value]) -> R {
    let args = match args[0].downcast::<TupleObj>() {
        Some(tuple) => tuple.items().to_vec(),
        None if args[0].is_missing() => vec![],
        None => vec![args[0].clone()],
    };
    Err(vm.raise_args(&vm.exceptions.SystemExit, args))
}

fn getrecursionlimit(vm: &Vm, _: &[Value]) -> R {
    Ok(Value::Int(i64::from(vm.recursion_limit.get())))
}

fn setrecursionlimit(vm: &Vm, args: &[Value]) -> R {
    let limit = vm.to_index(&args[0])?;
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    vm.recursion_limit
        .set(u32::try_from(limit).unwrap_or(u32::MAX));
    Ok(Value::None)
}

fn getrefcount(_: &Vm, args: &[Value]) -> R {
    Ok(Value::Int(
        args[0].as_obj().map_or(1, |o| i64::from(o.count())),
    ))
}

fn intern(vm: &Vm, args: &[Value]) -> R {
    match args[0].downcast() {
        Some(text) => Ok(Value::from(&vm.interned.name_of(text))),
        None => Err(vm.type_error(format!(
            "intern() argument must be str, not {}",
            vm.type_name(&args[0])
        ))),
    }
}

fn exception(vm: &Vm, _: &[Value]) -> R {
    Ok(vm.handled_exception().map_or(Value::None, Value::from))
}

fn exc_info(vm: &Vm, _: &[Value]) -> R {
    Ok(match vm.handled_exception() {
        None => tuple(vec![Value::None, Value::None, Value::None]),
        Some(e) => {
            let traceback = vm.traceback_of(&e);
            tuple(vec![e.class().into(), e.into(), traceback])
        }
    })
}

fn getsizeof(vm: &Vm, args: &[Value]) -> R {
    let items = if args[0].as_obj().is_some() {
        vm.length_hint(&args[0])
    } else {
        0
    };
    Ok(Value::from(40 + 8 * items))
}

fn getframe(vm: &Vm, args: &[Value]) -> R {
    let depth = if args[0].is_unbound() {
        0
    } else {
        vm.to_index(&args[0])?
    };
    match usize::try_from(depth).ok().and_then(|d| vm.frame_view(d)) {
        Some(view) => Ok(view.into()),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

fn utf8(vm: &Vm, _: &[Value]) -> R {
    Ok(vm.text("utf-8"))
}

fn int_digits(vm: &Vm, _: &[Value]) -> R {
    Ok(Value::from(vm.int_digit_limit()))
}

fn set_int_digits(vm: &Vm, args: &[Value]) -> R {
    let digits = vm.to_index(&args[0])?;
    if digits != 0 && digits < 640 {
        return Err(vm.value_error("maxdigits must be 0 or larger than 640"));
    }
    vm.set_int_digit_limit(usize::try_from(digits).unwrap_or(0));
    Ok(Value::None)
}

fn is_finalizing(_: &Vm, _: &[Value]) -> R {
    Ok(Value::False)
}

fn none(_: &Vm, _: &[Value]) -> R {
    Ok(Value::None)
}

/// Shows a value and keeps it as `_`, unless it is `None`.
fn displayhook(vm: &Vm, args: &[Value]) -> R {
    if args[0].is_none() {
        return Ok(Value::None);
    }
    let kept = vm.name("_");
    vm.builtins.set_name(&kept, Value::None);
    let text = vm.repr(&args[0])?;
    let print = vm.builtins.get_name(&vm.name("print"));
    vm.call(&print.unwrap_or(Value::None), &[text.into()])?;
    vm.builtins.set_name(&kept, args[0].clone());
    Ok(Value::None)
}

fn switch_interval(_: &Vm, _: &[Value]) -> R {
    Ok(Value::float(0.005))
}
