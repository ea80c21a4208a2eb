//! Arguments of the command.

use std::process::ExitCode;

use clap::Parser;

/// A small, fast scripting language with async/await at its heart: Python 3 in syntax and
/// meaning.
#[derive(Parser, Debug, Default)]
#[command(name = "aio", version, about, disable_help_subcommand = true)]
#[command(
    override_usage = "aio [OPTIONS] FILE [ARGS]...\n       aio [OPTIONS] -c CODE [ARGS]...\n       aio [OPTIONS] - [ARGS]..."
)]
pub struct Arguments {
    /// Run CODE instead of a file
    #[arg(short = 'c', value_name = "CODE")]
    pub code: Option<String>,

    /// Sleeping takes no time: when nothing can run, the clock jumps to the next timer
    #[arg(long)]
    pub virtual_time: bool,

    /// Run every operation the general way (for testing the specialised ones)
    #[arg(long, hide = true)]
    pub unspecialised: bool,

    /// The script and its arguments; `-` reads the script from standard input
    #[arg(
        value_name = "FILE [ARGS]",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
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
    /// What is to be run, and `sys.argv`.
    pub fn program(&self) -> (Program, Vec<String>) {
        if let Some(code) = &self.code {
            let argv = std::iter::once("-c".to_owned()).chain(self.rest.iter().cloned());
            return (Program::Code(code.clone()), argv.collect());
        }
        match self.rest.split_first() {
            None => (Program::Stdin, vec![String::new()]),
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
    if let Some(arguments) = plain() {
        return Ok(arguments);
    }
    Arguments::try_parse().map_err(|error| {
        // A closed pipe is no reason for another error.
        let _ = error.print();
        if error.use_stderr() {
            ExitCode::from(2)
        } else {
            ExitCode::SUCCESS
        }
    })
}

/// The usual way, `aio FILE [ARGS]`, for which no parser need be made.
fn plain() -> Option<Arguments> {
    let rest: Option<Vec<String>> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.into_string().ok())
        .collect();
    let rest = rest.filter(|rest| rest.first().is_some_and(|file| !file.starts_with('-')))?;
    Some(Arguments {
        rest,
        ..Arguments::default()
    })
}
