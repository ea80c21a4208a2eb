//! Arguments of the command.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use aio::test::Schedule;
use clap::Parser;

use crate::diagnose::ErrorFormat;

/// A small, fast scripting language with async/await at its heart: Python 3 in syntax and
/// meaning.
#[derive(Parser, Debug, Default)]
#[command(name = "aio", version, about, disable_help_subcommand = true)]
#[command(
    override_usage = "aio [OPTIONS] [repl]\n       aio [run] [OPTIONS] FILE [ARGS]...\n       aio [OPTIONS] -c CODE [ARGS]...\n       aio [OPTIONS] - [ARGS]...\n       aio test [OPTIONS] [PATHS]...\n       aio explain [CODE]"
)]
pub struct Arguments {
    /// Run CODE instead of a file
    #[arg(short = 'c', value_name = "CODE", allow_hyphen_values = true)]
    pub code: Option<String>,

    /// What becomes of warnings: ACTION:MESSAGE:CATEGORY:MODULE:LINE, as in Python
    #[arg(short = 'W', value_name = "FILTER")]
    pub warnings: Vec<String>,

    /// Sleeping takes no time: when nothing can run, the clock jumps to the next timer
    #[arg(long, overrides_with = "virtual_time")]
    pub virtual_time: bool,

    /// Open a prompt, after running FILE or CODE if there is one
    #[arg(short = 'i', long)]
    pub interactive: bool,

    /// At the prompt: do not run the start file ($XDG_CONFIG_HOME/aio/startup.aio)
    #[arg(long)]
    pub no_startup: bool,

    /// At the prompt: edit with the keys of vi
    #[arg(long)]
    pub vi: bool,

    /// Run every operation the general way (for testing the specialised ones)
    #[arg(long, hide = true)]
    pub unspecialised: bool,

    /// Run what is ready together in another order, such as random:SEED
    #[arg(long, value_name = "ORDER")]
    pub schedule: Option<Schedule>,

    /// Exit codes, warnings and tracebacks as CPython has them
    #[arg(long, overrides_with = "compat")]
    pub compat: bool,

    /// Tell of steps that keep the event loop busy for more than 100 ms
    #[arg(long)]
    pub debug: bool,

    /// How errors are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub error_format: ErrorFormat,

    /// Append to standard error what `aio test` wants to know
    #[arg(long, hide = true)]
    pub findings: bool,

    /// Count what runs, for the findings
    #[arg(long, hide = true)]
    pub coverage: bool,

    /// FILE is a transcript of the prompt, to be played
    #[arg(long, hide = true, requires = "findings")]
    pub transcript: bool,

    /// The script and its arguments; `-` reads the script from standard input
    #[arg(value_name = "FILE [ARGS]")]
    pub rest: Vec<String>,
}

/// What is to be run.
pub enum Program {
    /// A file.
    File(String),
    /// The text of `-c`.
    Code(String),
    /// Standard input.
    Stdin,
}

impl Arguments {
    /// True if a prompt is to be opened: on a terminal, without a program or with `-i` or `repl`.
    pub fn wants_prompt(&self) -> bool {
        let asked = match self.rest.as_slice() {
            [] => true,
            [only] if only == "repl" => !Path::new(only).exists(),
            _ => false,
        };
        let wanted = self.interactive || asked && self.code.is_none();
        wanted && std::io::stdin().is_terminal()
    }

    /// What is to be run, and `sys.argv`.
    pub fn program(&self) -> (Program, Vec<String>) {
        if let Some(code) = &self.code {
            let argv = std::iter::once("-c".to_owned()).chain(self.rest.iter().cloned());
            return (Program::Code(code.clone()), argv.collect());
        }
        match self.rest.split_first() {
            None => (Program::Stdin, vec![String::new()]),
            // Without a terminal.
            Some((first, [])) if first == "repl" && !Path::new(first).exists() => {
                (Program::Stdin, vec![String::new()])
            }
            Some((first, _)) if first == "-" => (Program::Stdin, self.rest.clone()),
            Some((first, _)) => (Program::File(first.clone()), self.rest.clone()),
        }
    }
}

/// Parses the process's arguments.
///
/// # Errors
/// The exit code, after help, version or a usage error was printed.
pub fn parse() -> Result<Arguments, ExitCode> {
    let mut given: Vec<OsString> = std::env::args_os().collect();
    // `aio run FILE` is `aio FILE`; a file of that name is `./run`.
    let is_run = given.get(1).is_some_and(|first| first == "run");
    // `aio repl` is `aio` with the options that follow; a file of that name is run.
    let is_repl = given.get(1).is_some_and(|first| first == "repl") && !Path::new("repl").exists();
    if is_run || is_repl {
        given.remove(1);
    }
    let (own, rest) = split(&given);
    if let (true, Some(file)) = (is_repl, rest.first()) {
        let file = file.to_string_lossy();
        eprintln!("aio repl: a prompt after a file is `aio -i {file}`");
        return Err(ExitCode::from(2));
    }
    let mut arguments = match own {
        // The usual way, `aio FILE [ARGS]`, for which no parser need be made.
        [] | [_] => Arguments::default(),
        own => Arguments::try_parse_from(own).map_err(|error| {
            // A closed pipe is no reason for another error.
            let _ = error.print();
            if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            }
        })?,
    };
    let texts = rest.iter().map(|argument| argument.to_string_lossy());
    arguments.rest = texts.map(|text| text.into_owned()).collect();
    if is_run && arguments.rest.is_empty() && arguments.code.is_none() {
        eprintln!("aio run: which FILE?");
        return Err(ExitCode::from(2));
    }
    Ok(arguments)
}

/// The command with its own options, `-c CODE` included, and what belongs to the script: the first
/// argument that is no option (`-` is none) and all after it, or all after `CODE`.
fn split(given: &[OsString]) -> (&[OsString], &[OsString]) {
    let mut at = 1;
    while let Some(argument) = given.get(at) {
        let text = argument.to_string_lossy();
        if text == "--" {
            return (&given[..at], &given[at + 1..]);
        }
        if text == "-" || !text.starts_with('-') {
            break;
        }
        at += 1;
        // The filter of a warning may be an argument of its own, as may the schedule.
        if text == "-W" || text == "--schedule" {
            at += 1;
        }
        if let Some(code) = text.strip_prefix("-c") {
            let end = if code.is_empty() { at + 1 } else { at };
            return given.split_at(end.min(given.len()));
        }
    }
    given.split_at(at.min(given.len()))
}
