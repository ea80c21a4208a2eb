//! A prompt on a pseudo-terminal; shared by `repl.rs`, `prompt.rs` and
//! `prompt_corners.rs`.
#![allow(dead_code, reason = "none uses all of it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

/// Generous: the machine may be busy.
pub const TIMEOUT: u64 = 20_000;

/// A prompt and its folder.
pub struct Prompt {
    /// The terminal.
    pub terminal: PtySession,
    /// Where it was started.
    pub folder: PathBuf,
}

/// A prompt in an empty folder, with these arguments.
pub fn open_with(name: &str, args: &[&str], files: &[(&str, &str)]) -> Prompt {
    let mut prompt = unseen(name, args, files);
    prompt.see(">>> ");
    prompt
}

/// The same, with nothing of it read yet.
pub fn unseen(name: &str, args: &[&str], files: &[(&str, &str)]) -> Prompt {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("repl")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("config/aio")).expect("a folder for the test");
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file for the test");
    }
    begin(command(&folder, args), folder)
}

pub fn start(folder: PathBuf, args: &[&str]) -> Prompt {
    start_as(command(&folder, args), folder)
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
    command
        .args(args)
        .current_dir(folder)
        .env("AIO_HISTORY", folder.join("history"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("TERM", "xterm")
        .env("NO_COLOR", "1");
    command
}

/// A prompt by this command.
pub fn start_as(command: Command, folder: PathBuf) -> Prompt {
    let mut prompt = begin(command, folder);
    prompt.see(">>> ");
    prompt
}

fn begin(command: Command, folder: PathBuf) -> Prompt {
    let terminal = spawn_command(command, Some(TIMEOUT)).expect("aio starts");
    Prompt { terminal, folder }
}

pub fn open(name: &str) -> Prompt {
    open_with(name, &[], &[])
}

impl Prompt {
    /// Presses keys.
    pub fn keys(&mut self, keys: &str) {
        self.terminal.send(keys).expect("keys are sent");
        self.terminal.flush().expect("keys are sent");
    }

    /// Presses keys that are no text.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let keyboard = self.terminal.process().get_file_handle();
        let mut keyboard = keyboard.expect("the terminal is open");
        keyboard.write_all(bytes).expect("keys are sent");
    }

    /// Waits for a text; what came before it.
    #[track_caller]
    pub fn see(&mut self, text: &str) -> String {
        // It takes every byte for a character.
        let bytes: String = text.bytes().map(char::from).collect();
        match self.terminal.exp_string(&bytes) {
            Ok(before) => before,
            Err(error) => panic!("no {text:?}: {error}"),
        }
    }

    /// Types a line, sees its answer and the next prompt.
    #[track_caller]
    pub fn ask(&mut self, line: &str, answer: &str) {
        self.keys(&format!("{line}\r"));
        self.see(&format!("\n{answer}\r\n"));
        self.see(">>> ");
    }

    /// Types a line that has no answer.
    #[track_caller]
    pub fn run(&mut self, line: &str) {
        self.keys(&format!("{line}\r"));
        self.see("\n");
        self.see(">>> ");
    }

    /// As a terminal pastes.
    pub fn paste(&mut self, text: &str) {
        self.keys(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Pastes lines that have no answer.
    #[track_caller]
    pub fn block(&mut self, text: &str) {
        self.paste(text);
        self.keys("\r");
        // While lines are edited they are drawn again and again, with their prompt.
        self.see("\x1b[?2004l");
        self.see(">>> ");
    }

    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).expect("the file is there")
    }

    /// Leaves; the exit code.
    #[track_caller]
    pub fn leave(&mut self) -> i32 {
        self.keys("\x04");
        self.end()
    }

    #[track_caller]
    pub fn end(&mut self) -> i32 {
        if let Err(error) = self.terminal.exp_eof() {
            // Waiting for one that goes on would never end.
            panic!("aio does not leave: {error}");
        }
        match self.terminal.process().wait() {
            Ok(rexpect::process::WaitStatus::Exited(_, code)) => code,
            other => panic!("aio did not exit: {other:?}"),
        }
    }
}
