//! What begins with a colon: commands of the prompt itself.

use std::path::PathBuf;

use aio::reason;
use aio_interp::{R, Raised, Value, Vm};

use super::session::{Purpose, Session};
use super::{show, tasks};

/// A command: its name, its argument, what it does.
pub struct Command {
    /// Without the colon.
    pub name: &'static str,
    /// A word for its argument, or nothing.
    pub argument: &'static str,
    help: &'static str,
    run: fn(&Vm, &Session, &str) -> R<Then>,
}

/// What comes after a command.
enum Then {
    /// The next input.
    Done,
    /// It has begun an input, whose end is the command's.
    Runs,
    /// A word about its wrong use.
    Wrong(String),
}

/// All commands, in the order of `:help`.
pub static COMMANDS: &[Command] = &[
    command("help", "", "what there is", help),
    command(
        "tasks",
        "",
        "the tasks that run, and where they wait",
        |vm, session, _| tasks::list(vm, session).map(|()| Then::Done),
    ),
    command(
        "cancel",
        "TASK",
        "cancel a task, by its name or number",
        cancel,
    ),
    command("time", "EXPR", "how long it takes", |vm, session, text| {
        begin(vm, session, text, Purpose::Time(vm.clock.monotonic()))
    }),
    command(
        "type",
        "EXPR",
        "the type of its value",
        |vm, session, text| begin(vm, session, text, Purpose::Type),
    ),
    command("all", "", "the last value, whole", |vm, session, _| {
        let last = session.last.borrow().clone();
        show::whole(vm, &last).map(|()| Then::Done)
    }),
    command("load", "FILE", "run a file here", load),
    command("save", "FILE", "write the inputs that ran to a file", save),
    command("reset", "", "forget all names, cancel all tasks", reset),
    command(
        "virtual",
        "on|off",
        "let sleeping take no time",
        virtual_time,
    ),
    command("quit", "", "leave, as Ctrl-D does", |_, session, _| {
        session.foreground(false);
        session.leave(None);
        Ok(Then::Runs)
    }),
];

const fn command(
    name: &'static str,
    argument: &'static str,
    help: &'static str,
    run: fn(&Vm, &Session, &str) -> R<Then>,
) -> Command {
    Command {
        name,
        argument,
        help,
        run,
    }
}

/// Runs a command, given without its colon.
pub fn run(vm: &Vm, session: &Session, text: &str) {
    let (name, argument) = match text.split_once(char::is_whitespace) {
        Some((name, argument)) => (name, argument.trim()),
        None => (text, ""),
    };
    let name = if name.is_empty() { "help" } else { name };
    let found = COMMANDS.iter().find(|command| command.name == name);
    let then = match found {
        Some(command) if !command.argument.is_empty() && argument.is_empty() => Ok(Then::Wrong(
            format!(":{} needs an argument: {}", command.name, command.argument),
        )),
        Some(command) => (command.run)(vm, session, argument),
        None => Ok(Then::Wrong(format!("no command :{name}; :help lists them"))),
    };
    match then {
        Ok(Then::Runs) => return,
        Ok(Then::Done) => {}
        Ok(Then::Wrong(text)) => vm.streams.write_err(vm, &format!("{text}\n")),
        Err(Raised) => {
            let error = vm.take_raised();
            session.report(vm, &error);
        }
    }
    session.next(vm);
}

fn help(vm: &Vm, _: &Session, _: &str) -> R<Then> {
    let mut text = String::new();
    for command in COMMANDS {
        let usage = format!(":{} {}", command.name, command.argument);
        text.push_str(&format!("{usage:<18}{}\n", command.help));
    }
    text.push_str(
        "NAME?             what NAME is\n\
         _, _err           the last value, the last error\n\
         Ctrl-C            ends what runs, not the tasks in the background; clears the line\n\
         Ctrl-D            leaves\n\
         Ctrl-R            searches the history\n\
         Up in a block     edits all of it\n",
    );
    vm.streams.write_out(vm, &text).map(|()| Then::Done)
}

fn begin(vm: &Vm, session: &Session, text: &str, purpose: Purpose) -> R<Then> {
    session.run(vm, text, purpose, None);
    Ok(Then::Runs)
}

fn cancel(vm: &Vm, session: &Session, wanted: &str) -> R<Then> {
    Ok(if tasks::cancel(vm, session, wanted)? {
        Then::Done
    } else {
        Then::Wrong(format!("no task `{wanted}`"))
    })
}

/// A path as a shell understands it: `~/` is the user's folder.
fn from_home(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => path.into(),
    }
}

fn load(vm: &Vm, session: &Session, file: &str) -> R<Then> {
    let bytes = match std::fs::read(from_home(file)) {
        Ok(bytes) => bytes,
        Err(error) => {
            let text = format!("can't open `{file}`: {}", reason(&error));
            return Ok(Then::Wrong(text));
        }
    };
    let text = vm.decode_source(&bytes, file)?;
    session.run(vm, &text, Purpose::Forget, Some(file));
    Ok(Then::Runs)
}

fn save(vm: &Vm, session: &Session, file: &str) -> R<Then> {
    let inputs = session.kept.borrow();
    let text: String = inputs.iter().map(|input| format!("{input}\n")).collect();
    if let Err(error) = std::fs::write(from_home(file), text) {
        let text = format!("can't write `{file}`: {}", reason(&error));
        return Ok(Then::Wrong(text));
    }
    let said = format!("{} inputs written to {file}\n", inputs.len());
    vm.streams.write_out(vm, &said).map(|()| Then::Done)
}

fn reset(vm: &Vm, session: &Session, _: &str) -> R<Then> {
    for task in session.event_loop.tasks() {
        task.cancel(vm, &Value::None)?;
    }
    let kept = [
        "__name__",
        "__doc__",
        "__package__",
        "__loader__",
        "__spec__",
        "__builtins__",
    ];
    for (key, _) in session.globals.entries() {
        if let Some(name) = key.as_str().filter(|name| !kept.contains(name)) {
            drop(session.globals.remove_name(&vm.name(name)));
        }
    }
    for name in ["_", "_err"] {
        drop(vm.builtins.remove_name(&vm.name(name)));
    }
    drop(session.last.replace(Value::None));
    session.kept.borrow_mut().clear();
    Ok(Then::Done)
}

fn virtual_time(vm: &Vm, _: &Session, wanted: &str) -> R<Then> {
    match wanted {
        "on" => vm.clock.set_virtual(true),
        "off" => vm.clock.set_virtual(false),
        _ => return Ok(Then::Wrong(":virtual needs `on` or `off`".to_owned())),
    }
    Ok(Then::Done)
}
