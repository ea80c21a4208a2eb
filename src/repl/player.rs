//! A transcript instead of somebody who types: shows each input as it stands there, lets it run,
//! and goes on to the next at once, so that nothing depends on how fast anybody is.

use std::cell::Cell;

use aio::test::transcript::Transcript;

use super::output::Console;
use super::session::Session;

/// Plays a transcript.
pub struct Player {
    transcript: Transcript,
    console: Console,
    /// The input that comes next.
    at: Cell<usize>,
}

impl Player {
    /// Ready to play from the start.
    pub fn new(text: &str, console: Console) -> Player {
        let transcript = Transcript::parse(text);
        for line in &transcript.before {
            console.say(&format!("{line}\n"));
        }
        drop(console.listen());
        Player {
            transcript,
            console,
            at: Cell::new(0),
        }
    }

    /// The input before is done: shows what stands after it, and runs the next. False at the end.
    pub fn next(&self, session: &Session) -> bool {
        self.console.begin_prompt();
        self.console.end_prompt();
        let said = self.console.listen();
        let at = self.at.replace(self.at.get() + 1);
        if let Some(before) = at
            .checked_sub(1)
            .and_then(|i| self.transcript.inputs.get(i))
        {
            for line in before.remarks(&String::from_utf8_lossy(&said)) {
                self.console.say(&format!("{line}\n"));
            }
        }
        let Some(input) = self.transcript.inputs.get(at) else {
            return false;
        };
        for line in &input.shown {
            self.console.say(&format!("{line}\n"));
        }
        drop(self.console.listen());
        if input.text.trim().is_empty() {
            return self.next(session);
        }
        let text = input.text.clone();
        session.mailbox().post(Box::new(move |vm| {
            Session::of(vm).submit(vm, &text);
            Ok(())
        }));
        true
    }
}
