//! Running a program from start to end: the interpreter, the main module, the exit code.

use std::io::{BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

use aio_interp::code::Source;
use aio_interp::event_loop::ReadyOrder;
use aio_interp::object::Ref;
use aio_interp::objects::exception::ExceptionObj;
use aio_interp::objects::module::ModuleObj;
use aio_interp::output::Streams;
use aio_interp::vm::Options;
use aio_interp::{Value, Vm};

use aio::reason;
use aio::test::Schedule;

use crate::arguments::{Arguments, Program};
use crate::diagnose::{self, ErrorFormat};
use crate::findings::Report;
use crate::{process, repl, report};

/// Ended by Ctrl-C, as a shell counts it.
const INTERRUPTED: u8 = 130;
/// The reader of our output went away, as a shell counts it.
const BROKEN_PIPE: u8 = 141;
/// Wrong usage, or a file that cannot be read.
pub const USAGE: u8 = 2;

/// Runs the program of these arguments; returns the exit code.
pub fn run(arguments: Arguments, native_stack: usize) -> u8 {
    if arguments.wants_prompt() {
        return repl::open(&arguments, native_stack);
    }
    if arguments.transcript {
        return repl::play(&arguments, native_stack);
    }
    let (program, argv) = arguments.program();
    let (name, bytes) = match read(&program) {
        Ok(read) => read,
        Err(message) => {
            eprintln!("aio: {message}");
            return USAGE;
        }
    };
    static ALWAYS: AtomicBool = AtomicBool::new(true);
    process::watch_interrupts(&ALWAYS);
    process::watch_questions();
    let stdout = std::io::stdout();
    let by_line = stdout.is_terminal();
    let streams = Streams::new(
        Box::new(RawStdout),
        by_line,
        Box::new(std::io::stderr()),
        Box::new(BufReader::new(process::Stdin)),
    );
    let folder = folder(&program).to_string_lossy().into_owned();
    let vm = interpreter(&arguments, streams, native_stack, argv, folder);
    let report = arguments.findings.then(|| Report::begin(&vm));
    let outcome = run_main(&vm, &program, &name, &bytes);
    let code = finish(&vm, outcome);
    let findings = vm.loops.findings.clone();
    Report::finish(report, vm);
    if arguments.findings {
        return code;
    }
    // What went wrong where nobody could catch it lets the program fail.
    if code == 0 && findings.faults() > 0 && !arguments.compat {
        return 1;
    }
    code
}

/// An interpreter as these arguments want it, that imports from `folder` first.
pub fn interpreter(
    arguments: &Arguments,
    streams: Streams,
    native_stack: usize,
    argv: Vec<String>,
    folder: String,
) -> Box<Vm> {
    // A transcript is to be the same on a busy machine.
    let is_prompt = arguments.wants_prompt() && !arguments.transcript;
    if arguments.debug || is_prompt {
        process::watch_steps();
    }
    let options = Options {
        virtual_time: arguments.virtual_time,
        unspecialised: arguments.unspecialised,
        coverage: arguments.coverage,
        compat: arguments.compat,
        debug: arguments.debug || is_prompt,
    };
    let vm = Vm::new(options, aio_stdlib::registry(), streams, native_stack);
    *vm.unraisable.borrow_mut() = Some(Box::new(|vm, exception, place, object| {
        if !aio_stdlib::sys::call_unraisablehook(vm, exception, place, object) {
            report::unraisable(vm, exception, place);
        }
    }));
    let format = match arguments.compat {
        true => ErrorFormat::Python,
        false => arguments.error_format,
    };
    diagnose::install(&vm, format, arguments.compat);
    aio_stdlib::site::install(&vm);
    vm.set_warn_hook(aio_stdlib::traceback::warn);
    vm.set_leave_hook(aio_stdlib::traceback::warned);
    aio_stdlib::sys::set_warn_options(&vm, arguments.warnings.clone());
    aio_stdlib::sys::set_report(&vm, report::uncaught, report::unraisable);
    aio_stdlib::sys::set_run(&vm, argv, vec![folder]);
    match &arguments.schedule {
        None => {}
        Some(Schedule::Random(shuffle)) => vm.loops.order.set(ReadyOrder::Seeded(*shuffle)),
        Some(Schedule::Moves(moves)) => {
            vm.loops.order.set(ReadyOrder::Moved);
            vm.loops.moves.borrow_mut().clone_from(moves);
        }
    }
    vm
}

/// Standard output without Rust's own line buffer: the interpreter buffers as Python does.
struct RawStdout;

impl std::io::Write for RawStdout {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        write_once(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stdout().flush()
    }
}

/// One call of the system, which a signal may interrupt. Nothing is lost where nothing can be had:
/// writing to a closed standard output is no error.
#[cfg(unix)]
fn write_once(bytes: &[u8]) -> std::io::Result<usize> {
    match rustix::io::write(std::io::stdout(), bytes) {
        Err(rustix::io::Errno::BADF) => Ok(bytes.len()),
        result => Ok(result?),
    }
}

#[cfg(not(unix))]
fn write_once(bytes: &[u8]) -> std::io::Result<usize> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(bytes.len())
}

/// The folder that imports look into first.
pub fn folder(program: &Program) -> PathBuf {
    match program {
        Program::File(file) => {
            let file = Path::new(file);
            if file.is_dir() {
                return whole(file);
            }
            match file.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => whole(parent),
                _ => whole(Path::new(".")),
            }
        }
        _ => PathBuf::new(),
    }
}

/// The path from the root, which stays right when the program goes to another folder.
fn whole(path: &Path) -> PathBuf {
    let found = path.canonicalize().or_else(|_| std::path::absolute(path));
    found.unwrap_or_else(|_| path.to_path_buf())
}

/// The name and the bytes of the program.
///
/// # Errors
/// It cannot be read; in words.
pub fn read(program: &Program) -> Result<(String, Vec<u8>), String> {
    match program {
        Program::Code(code) => Ok(("<string>".to_owned(), code.clone().into_bytes())),
        Program::Stdin => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().read_to_end(&mut bytes);
            read.map_err(|e| format!("cannot read standard input: {}", reason(&e)))?;
            Ok(("<stdin>".to_owned(), bytes))
        }
        Program::File(file) => {
            let mut path = PathBuf::from(file);
            if path.is_dir() {
                let names = ["__main__.aio", "__main__.py"];
                let mut mains = names.iter().map(|name| path.join(name));
                path = mains
                    .find(|main| main.is_file())
                    .ok_or_else(|| format!("can't find '__main__.aio' in '{file}'"))?;
            }
            let bytes = std::fs::read(&path);
            let bytes = bytes.map_err(|e| format!("can't open file '{file}': {}", reason(&e)))?;
            Ok((path.to_string_lossy().into_owned(), bytes))
        }
    }
}

/// A new `__main__`.
pub fn main_module(vm: &Vm) -> Ref<ModuleObj> {
    let module: Ref<ModuleObj> = vm.new_module("__main__", "");
    module.dict.set_name(&vm.names.package_, Value::None);
    if let Some(builtins) = vm.modules.get_name(&vm.name("builtins")) {
        module.dict.set_name(&vm.names.builtins_, builtins);
    }
    vm.modules.set_name(&vm.names.main_, Value::from(&module));
    module
}

/// The path that `__file__` is.
pub fn absolute(name: &str) -> String {
    let path = std::path::absolute(name).unwrap_or_else(|_| name.into());
    path.to_string_lossy().into_owned()
}

/// What ended a program, and its source, if it came that far.
type End = (Ref<ExceptionObj>, Option<Rc<Source>>);

fn run_main(vm: &Vm, program: &Program, name: &str, bytes: &[u8]) -> Result<(), End> {
    let module = main_module(vm);
    if matches!(program, Program::File(_)) {
        module
            .dict
            .set_name(&vm.names.file_, vm.text(&absolute(name)));
    }
    let text = vm
        .decode_source(bytes, name)
        .map_err(|_| (vm.take_raised(), None))?;
    let source = Source::new(name, &text, false);
    vm.run_source(&source, &module.dict)
        .map_err(|_| (vm.take_raised(), Some(source)))
}

/// Flushes, reports, and chooses the exit code.
fn finish(vm: &Vm, outcome: Result<(), End>) -> u8 {
    let mut code = match outcome {
        Ok(()) => 0,
        Err((exception, source)) => ended_by(vm, &exception, source.as_deref()),
    };
    aio_stdlib::atexit::run(vm, true);
    if let Err(error) = vm.streams.finish() {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            code = BROKEN_PIPE;
        } else {
            eprintln!("aio: cannot write to standard output: {}", reason(&error));
            code = code.max(1);
        }
    }
    code
}

fn ended_by(vm: &Vm, exception: &Ref<ExceptionObj>, source: Option<&Source>) -> u8 {
    let class = exception.class();
    if class.is_subclass(&vm.exceptions.SystemExit) {
        return exit_status(vm, exception);
    }
    if class.is_subclass(&vm.exceptions.BrokenPipeError) && vm.streams.is_broken() {
        return BROKEN_PIPE;
    }
    // What was printed stands before the report.
    let _ = vm.streams.finish();
    if !aio_stdlib::sys::call_excepthook(vm, exception) {
        let is_told = source.is_some_and(|s| report::syntax_errors(vm, s, exception));
        if !is_told {
            report::uncaught(vm, exception);
        }
    }
    let _ = vm.streams.finish();
    if class.is_subclass(&vm.exceptions.KeyboardInterrupt) {
        INTERRUPTED
    } else {
        1
    }
}

/// The exit code of a `SystemExit`; prints what is no number.
pub fn exit_status(vm: &Vm, exception: &Ref<ExceptionObj>) -> u8 {
    let status = match vm.get_attr(&exception.into(), &vm.names.code) {
        Ok(status) => status,
        Err(_) => return 1,
    };
    match &status {
        Value::None => 0,
        Value::Int(status) => *status as u8,
        Value::True => 1,
        Value::False => 0,
        other => {
            let _ = vm.streams.finish();
            if let Ok(text) = vm.str(other) {
                vm.streams.write_err(vm, &format!("{}\n", text.as_str()));
            }
            1
        }
    }
}
