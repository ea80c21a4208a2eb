//! A prompt on a pseudo-terminal; shared by `repl.rs` and `prompt.rs`.
#![allow(dead_code, reason = "neither uses all of it")]

use std::path::PathBuf;
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
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("repl")
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("config/aio")).expect("a folder for the test");
    for (file, text) in files {
        std::fs::write(folder.join(file), text).expect("a file for the test");
    }
    start(folder, args)
}

pub fn start(folder: PathBuf, args: &[&str]) -> Prompt {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
    command
        .args(args)
        .current_dir(&folder)
        .env("AIO_HISTORY", folder.join("history"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("TERM", "xterm")
        .env("NO_COLOR", "1");
    start_as(command, folder)
}

/// A prompt by this command.
pub fn start_as(command: Command, folder: PathBuf) -> Prompt {
    let terminal = spawn_command(command, Some(TIMEOUT)).expect("aio starts");
    let mut prompt = Prompt { terminal, folder };
    prompt.see(">>> ");
    prompt
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
        let _ = self.terminal.exp_eof();
        match self.terminal.process().wait() {
            Ok(rexpect::process::WaitStatus::Exited(_, code)) => code,
            other => panic!("aio did not exit: {other:?}"),
        }
    }
}
