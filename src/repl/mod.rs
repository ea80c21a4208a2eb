//! The prompt: reads inputs, runs each, shows its value, while the event loop keeps turning.
//!
//! Lines are edited on a thread of their own (`input`); the interpreter and its loop stay on the
//! first (`session`). The editor posts inputs and questions to the loop's mailbox, and gets
//! answers over channels. All output goes through `output`, which knows whether a line is being
//! edited.

mod commands;
mod complete;
mod indent;
mod input;
mod known;
mod layout;
mod output;
mod paint;
mod player;
mod session;
mod show;
mod tasks;

use std::io::{BufReader, IsTerminal};
use std::sync::mpsc;

use aio::reason;
use aio_interp::code::Source;
use aio_interp::output::Streams;
use aio_interp::{R, Vm};

use crate::arguments::{Arguments, Program};
use crate::findings::Report;
use crate::{process, run};
use output::Console;
use player::Player;
use session::{FOREGROUND, Session, Typist};

/// What stands before an input.
const FIRST: &str = ">>> ";
/// What stands before the further lines of a block.
const NEXT: &str = "... ";

/// Opens the prompt, after running the program of `-i`; returns the exit code.
pub fn open(arguments: &Arguments, native_stack: usize) -> u8 {
    process::watch_interrupts(&FOREGROUND);
    let terminal = process::TerminalMode::of_stdin();
    let console = Console::new();
    let stderr: Box<dyn std::io::Write> = if std::io::stderr().is_terminal() {
        Box::new(console.clone())
    } else {
        Box::new(std::io::stderr())
    };
    let stdin = BufReader::new(console.stdin());
    let streams = Streams::new(Box::new(console.clone()), true, stderr, Box::new(stdin));
    let (program, argv) = arguments.program();
    let folder = run::folder(&program).to_string_lossy().into_owned();
    let vm = run::interpreter(arguments, streams, native_stack, argv, folder);
    aio_stdlib::sys::set_prompts(&vm, FIRST, NEXT);
    let (replies, answers) = mpsc::channel();
    let session = Session::begin(&vm, Typist::Editor(replies));
    let code = match prepare(&vm, &session, arguments) {
        Some(code) => code,
        None => {
            greet(&console);
            input::spawn(session.mailbox(), answers, console.clone(), arguments.vi);
            session.turn(&vm)
        }
    };
    console.end_prompt();
    session.wind_up(&vm);
    drop(session);
    let _ = vm.streams.finish();
    vm.end();
    terminal.restore();
    code
}

/// Plays a transcript for `aio test`: shows what a prompt would show; returns the exit code.
pub fn play(arguments: &Arguments, native_stack: usize) -> u8 {
    let file = arguments.rest.first().map_or("", String::as_str);
    let text = match std::fs::read(file) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            eprintln!("aio: can't open file '{file}': {}", reason(&error));
            return run::USAGE;
        }
    };
    process::watch_interrupts(&FOREGROUND);
    let console = Console::new();
    let streams = Streams::new(
        Box::new(console.clone()),
        true,
        Box::new(console.clone()),
        Box::new(BufReader::new(process::Stdin)),
    );
    let argv = vec![String::new()];
    let vm = run::interpreter(arguments, streams, native_stack, argv, ".".to_owned());
    let report = arguments.findings.then(|| Report::begin(&vm));
    let player = Player::new(&text, console);
    let session = Session::begin(&vm, Typist::Transcript(player));
    session.next(&vm);
    let code = session.turn(&vm);
    session.wind_up(&vm);
    drop(session);
    let _ = vm.streams.finish();
    Report::finish(report, vm);
    code
}

fn greet(console: &Console) {
    console.say(&format!(
        "aio {}: Ctrl-D leaves, :help tells more\n",
        env!("CARGO_PKG_VERSION")
    ));
}

/// Runs the start file and the program of `-i`; an exit code if one of them left.
fn prepare(vm: &Vm, session: &Session, arguments: &Arguments) -> Option<u8> {
    let startup = startup_file().filter(|_| !arguments.no_startup);
    if let Some(text) = startup.as_ref().and_then(|path| std::fs::read(path).ok()) {
        let name = startup.unwrap_or_default().to_string_lossy().into_owned();
        if let Some(code) = ended(vm, session, run_file(vm, session, &name, &text)) {
            return Some(code);
        }
    }
    let (program, _) = arguments.program();
    let (name, bytes) = match program {
        Program::Stdin => return None,
        program => match run::read(&program) {
            Ok(read) => read,
            Err(message) => {
                eprintln!("aio: {message}");
                return Some(run::USAGE);
            }
        },
    };
    // As with Python, a file has a name while it runs.
    let names = &session.globals;
    if arguments.code.is_none() {
        names.set_name(&vm.names.file_, vm.text(&run::absolute(&name)));
    }
    let outcome = run_file(vm, session, &name, &bytes);
    drop(names.remove_name(&vm.names.file_));
    ended(vm, session, outcome)
}

/// As a program: no loop runs yet.
fn run_file(vm: &Vm, session: &Session, name: &str, bytes: &[u8]) -> R<()> {
    let text = vm.decode_source(bytes, name)?;
    session.foreground(true);
    let result = vm.run_source(&Source::new(name, &text, false), &session.globals);
    session.foreground(false);
    result
}

fn ended(vm: &Vm, session: &Session, outcome: R<()>) -> Option<u8> {
    let error = match outcome {
        Ok(()) => return None,
        Err(_) => vm.take_raised(),
    };
    if error.class().is_subclass(&vm.exceptions.SystemExit) {
        return Some(run::exit_status(vm, &error));
    }
    session.report(vm, &error);
    None
}

/// `$XDG_CONFIG_HOME/aio/startup.aio`.
fn startup_file() -> Option<std::path::PathBuf> {
    let folder = match std::env::var_os("XDG_CONFIG_HOME").filter(|f| !f.is_empty()) {
        Some(folder) => folder.into(),
        None => std::path::PathBuf::from(std::env::var_os("HOME")?).join(".config"),
    };
    Some(folder.join("aio").join("startup.aio"))
}
