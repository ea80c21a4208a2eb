//! Where the prompt's program writes: straight to the terminal, or above the line that is being
//! edited.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustyline::ExternalPrinter;

use crate::process;

/// The terminal, shared by the interpreter and the editor.
#[derive(Clone)]
pub struct Console(Arc<Mutex<State>>);

struct State {
    /// A line is being edited.
    at_prompt: bool,
    /// Takes whole lines that are to appear above it.
    above: Option<Sender<String>>,
    /// The start of a line whose end was not written yet.
    begun: Vec<u8>,
    /// The terminal's cursor is not at the start of a line.
    is_inside_line: bool,
    /// What was said since somebody began to listen.
    heard: Option<Vec<u8>>,
}

impl Console {
    /// The terminal.
    pub fn new() -> Console {
        Console(Arc::new(Mutex::new(State {
            at_prompt: false,
            above: None,
            begun: Vec::new(),
            is_inside_line: false,
            heard: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives it the editor's way to write above the line.
    pub fn print_above(&self, mut printer: impl ExternalPrinter + Send + 'static) {
        // A thread of its own, because the printer can wait for the editor.
        let (above, lines) = channel::<String>();
        std::thread::spawn(move || {
            for line in lines {
                let _ = printer.print(line);
            }
        });
        self.state().above = Some(above);
    }

    /// A line begins to be edited.
    pub fn begin_prompt(&self) {
        let mut state = self.state();
        if std::mem::take(&mut state.is_inside_line) {
            write(b"\n");
        }
        state.at_prompt = true;
    }

    /// No line is edited any more.
    pub fn end_prompt(&self) {
        let mut state = self.state();
        state.at_prompt = false;
        let begun = std::mem::take(&mut state.begun);
        state.is_inside_line = !begun.is_empty();
        write(&begun);
    }

    /// What was said since this was called last; from now on it is kept.
    pub fn listen(&self) -> Vec<u8> {
        self.state().heard.replace(Vec::new()).unwrap_or_default()
    }

    /// Writes a text.
    pub fn say(&self, text: &str) {
        self.state().say(text.as_bytes());
    }

    /// Standard input for the program.
    pub fn stdin(&self) -> Input {
        Input(self.clone())
    }
}

impl State {
    fn say(&mut self, bytes: &[u8]) {
        if let Some(heard) = &mut self.heard {
            heard.extend_from_slice(bytes);
        }
        if !self.at_prompt || self.above.is_none() {
            write(bytes);
            if let Some(last) = bytes.last() {
                self.is_inside_line = *last != b'\n';
            }
            return;
        }
        self.begun.extend_from_slice(bytes);
        let Some(end) = self.begun.iter().rposition(|b| *b == b'\n') else {
            return;
        };
        let rest = self.begun.split_off(end + 1);
        let lines = std::mem::replace(&mut self.begun, rest);
        if let Some(above) = &self.above {
            let _ = above.send(String::from_utf8_lossy(&lines).into_owned());
        }
    }
}

fn write(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes);
    let _ = out.flush();
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.state().say(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Standard input, which belongs to the editor while a line is edited.
pub struct Input(Console);

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.state().at_prompt {
            return Err(io::Error::other("standard input belongs to the prompt"));
        }
        process::Stdin.read(buffer)
    }
}
