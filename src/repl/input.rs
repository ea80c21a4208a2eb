//! The editor's side of the prompt: lines and blocks, keys, history.
//!
//! It runs on a thread of its own. A block is typed line after line, as at Python's prompt; a
//! block from the history, a pasted one, or one that *Up* brought back is edited as a whole.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aio_interp::event_loop::reactor::Mailbox;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::DefaultHistory;
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, EditMode, Editor,
    Event, EventContext, EventHandler, Helper, KeyCode, KeyEvent, Modifiers, Movement, RepeatCount,
    Validator,
};

use unicode_width::UnicodeWidthStr;

use super::output::Console;
use super::session::{FOREGROUND, Reply, Session};
use super::{FIRST, NEXT, complete, indent, paint};
use crate::process;

/// How long completion waits for the interpreter, which may be busy.
const PATIENCE: Duration = Duration::from_millis(400);
const HISTORY: usize = 10_000;

/// What the editor and its keys share.
#[derive(Default)]
struct Shared {
    /// The lines of the block before the one that is edited.
    block: String,
    /// *Up* was pressed: the whole block is to be edited.
    wants_block: bool,
    /// Ctrl-C was pressed: what was typed is nothing.
    is_cleared: bool,
}

type Block = Arc<Mutex<Shared>>;

fn with<T>(block: &Block, f: impl FnOnce(&mut Shared) -> T) -> T {
    f(&mut block.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Starts the editor's thread.
pub fn spawn(mailbox: Mailbox, answers: Receiver<Reply>, console: Console, vi: bool) {
    std::thread::spawn(move || {
        match Prompt::open(mailbox.clone(), console.clone(), vi) {
            Ok(mut prompt) => prompt.serve(&answers),
            Err(error) => console.say(&format!("aio: no prompt: {error}\n")),
        }
        mailbox.post(Box::new(|vm| {
            Session::of(vm).leave(None);
            Ok(())
        }));
    });
}

/// What was read.
enum Input {
    /// A whole input.
    Text(String),
    /// Nothing: it was cleared.
    Nothing,
    /// The end.
    End,
}

struct Prompt {
    editor: Editor<Keys, DefaultHistory>,
    block: Block,
    mailbox: Mailbox,
    console: Console,
    history: Option<PathBuf>,
}

impl Prompt {
    fn open(mailbox: Mailbox, console: Console, vi: bool) -> rustyline::Result<Prompt> {
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let config = Config::builder()
            .max_history_size(HISTORY)?
            .history_ignore_dups(true)?
            .completion_type(CompletionType::List)
            .completion_prompt_limit(usize::MAX)
            .indent_size(indent::LEVEL as u8)
            .edit_mode(if vi { EditMode::Vi } else { EditMode::Emacs })
            .color_mode(if is_plain {
                ColorMode::Disabled
            } else {
                ColorMode::Enabled
            })
            .build();
        let mut editor = Editor::with_config(config)?;
        let block = Block::default();
        editor.set_helper(Some(Keys {
            mailbox: mailbox.clone(),
            block: block.clone(),
            hinter: HistoryHinter::new(),
            is_last: Cell::new(false),
        }));
        let plain = |key| KeyEvent(key, Modifiers::NONE);
        for (key, on) in [
            (plain(KeyCode::Enter), On::Enter),
            // What *Enter* is if it was typed ahead, while the terminal was the program's.
            (KeyEvent::ctrl('J'), On::Enter),
            // Not left to the editor, which would forget what was typed ahead.
            (KeyEvent::ctrl('C'), On::Interrupt),
            (plain(KeyCode::Backspace), On::Backspace),
            (plain(KeyCode::Tab), On::Tab),
            (plain(KeyCode::Up), On::Up),
        ] {
            let handler = Key(on, block.clone());
            editor.bind_sequence(key, EventHandler::Conditional(Box::new(handler)));
        }
        if let Ok(printer) = editor.create_external_printer() {
            console.print_above(printer);
        }
        let history = history_file();
        if let Some(path) = &history {
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            // There is none the first time.
            let _ = editor.load_history(path);
        }
        Ok(Prompt {
            editor,
            block,
            mailbox,
            console,
            history,
        })
    }

    /// Reads and posts inputs until the end.
    fn serve(&mut self, answers: &Receiver<Reply>) {
        loop {
            let text = match self.read() {
                Input::Text(text) => text,
                Input::Nothing => continue,
                Input::End => return,
            };
            self.remember(&text);
            // From here on: a task of the background may not let it begin.
            FOREGROUND.store(true, Ordering::SeqCst);
            self.mailbox.post(Box::new(move |vm| {
                Session::of(vm).submit(vm, &text);
                Ok(())
            }));
            if !matches!(answers.recv(), Ok(Reply::Next)) {
                return;
            }
        }
    }

    fn remember(&mut self, text: &str) {
        let added = self.editor.add_history_entry(text.trim_end());
        if let (Ok(true), Some(path)) = (added, &self.history) {
            // Without a place for it there is just no history next time.
            let _ = self.editor.append_history(path);
        }
    }

    /// Reads lines until the parser has enough.
    fn read(&mut self) -> Input {
        let (mut text, mut initial) = (String::new(), String::new());
        loop {
            with(&self.block, |shared| {
                shared.block = text.clone();
                shared.wants_block = false;
                shared.is_cleared = false;
            });
            let prompt = if text.is_empty() { FIRST } else { NEXT };
            self.console.begin_prompt();
            let line = self.editor.readline_with_initial(prompt, (&initial, ""));
            self.console.end_prompt();
            let line = match line {
                Ok(_) if with(&self.block, |shared| shared.is_cleared) => return Input::Nothing,
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => return Input::Nothing,
                Err(ReadlineError::Eof) if !text.is_empty() => return Input::Nothing,
                Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                    self.console.say("what was typed is not UTF-8\n");
                    return Input::Nothing;
                }
                Err(_) => return Input::End,
            };
            if with(&self.block, |shared| shared.wants_block) {
                initial = join(&text, line.trim_end()).trim_end().to_owned();
                text.clear();
                continue;
            }
            let blank = line.trim().is_empty();
            text = join(&text, if blank { "" } else { &line });
            if text.trim().is_empty() {
                return Input::Nothing;
            }
            if !indent::is_unfinished(&text) {
                return Input::Text(text);
            }
            initial = indent::next(&text);
        }
    }
}

fn join(text: &str, line: &str) -> String {
    if text.is_empty() {
        line.to_owned()
    } else {
        format!("{text}\n{line}")
    }
}

/// `$AIO_HISTORY`, else in the user's folder for such things.
fn history_file() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("AIO_HISTORY") {
        return (!path.is_empty()).then(|| path.into());
    }
    let folder = match std::env::var_os("XDG_STATE_HOME").filter(|f| !f.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME")?)
            .join(".local")
            .join("state"),
    };
    Some(folder.join("aio").join("history"))
}

/// Completion, hints and colours for the line editor.
#[derive(Helper, Validator)]
struct Keys {
    mailbox: Mailbox,
    block: Block,
    hinter: HistoryHinter,
    /// The line is painted for the last time.
    is_last: Cell<bool>,
}

impl Completer for Keys {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = with(&self.block, |shared| join(&shared.block, &line[..pos]));
        let (answer, found) = channel();
        self.mailbox.post(Box::new(move |vm| {
            let session = Session::of(vm);
            let _ = answer.send(complete::candidates(vm, &session.globals, &before));
            Ok(())
        }));
        let Ok((len, found)) = found.recv_timeout(PATIENCE) else {
            return Ok((pos, Vec::new()));
        };
        let start = pos.saturating_sub(len);
        Ok((start, listed(found, &line[start..pos])))
    }
}

/// As many as a screen holds, and a word about the rest: the editor would ask whether to show them,
/// page by page, and be deaf to Ctrl-C meanwhile. That word stands for what is typed, so nothing is
/// completed that the rest would not allow.
fn listed(found: Vec<String>, typed: &str) -> Vec<Pair> {
    let (columns, rows) = process::terminal_size().unwrap_or((80, 24));
    let word = |left: usize| format!("… {left} more");
    let widest = found.iter().map(|text| text.width()).max().unwrap_or(0);
    let widest = widest.max(word(found.len()).width()) + 2;
    let room = (columns / widest).max(1) * rows.saturating_sub(3).max(1);
    let left = found.len().saturating_sub(room);
    // What all of them begin with is completed in any case.
    let common = common_start(&found).unwrap_or_default();
    let pair = |text: String| Pair {
        display: text.clone(),
        replacement: text,
    };
    if left == 0 {
        return found.into_iter().map(pair).collect();
    }
    if common.len() > typed.len() {
        return vec![pair(common)];
    }
    let shown = found.into_iter().take(room - 1).map(pair);
    let rest = Pair {
        display: word(left + 1),
        replacement: typed.to_owned(),
    };
    shown.chain([rest]).collect()
}

/// What all of these texts begin with.
fn common_start(texts: &[String]) -> Option<String> {
    let (first, rest) = texts.split_first()?;
    let same = |other: &String| {
        let pairs = first.chars().zip(other.chars());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let count = rest.iter().map(same).min().unwrap_or(usize::MAX);
    Some(first.chars().take(count).collect())
}

impl Hinter for Keys {
    type Hint = String;

    fn hint(&self, line: &str, pos: usize, context: &Context<'_>) -> Option<String> {
        if line.trim().is_empty() || line.contains('\n') {
            return None;
        }
        let hint = self.hinter.hint(line, pos, context)?;
        // The rest of a block would push the prompt away.
        (!hint.contains('\n')).then_some(hint)
    }
}

impl Highlighter for Keys {
    fn highlight<'l>(&self, line: &'l str, pos: usize) -> Cow<'l, str> {
        paint::paint(line, (!self.is_last.get()).then_some(pos))
    }
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\x1b[90m{hint}\x1b[0m"))
    }
    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.is_last.set(kind == CmdKind::ForcedRefresh);
        true
    }
}

/// A key whose meaning depends on where the cursor is.
#[derive(Clone, Copy)]
enum On {
    Enter,
    Interrupt,
    Backspace,
    Tab,
    Up,
}

struct Key(On, Block);

impl ConditionalEventHandler for Key {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext) -> Option<Cmd> {
        let (line, pos) = (context.line(), context.pos());
        let before = line[..pos].rsplit('\n').next().unwrap_or_default();
        let is_indent = !before.is_empty() && before.bytes().all(|b| b == b' ');
        match self.0 {
            On::Enter => Some(self.enter(line, pos)),
            On::Interrupt => {
                with(&self.1, |shared| shared.is_cleared = true);
                Some(Cmd::AcceptLine)
            }
            // One level: a movement by characters would be cut to the one that was pressed. With
            // several lines below, the editor would take them for more of the same.
            On::Backspace if is_indent && line[pos..].matches('\n').count() < 2 => {
                Some(Cmd::Dedent(Movement::WholeLine))
            }
            On::Tab if before.is_empty() || is_indent => {
                let width = indent::LEVEL - before.len() % indent::LEVEL;
                Some(Cmd::Insert(1, " ".repeat(width)))
            }
            On::Up => {
                let reopens = with(&self.1, |shared| {
                    shared.wants_block = !shared.block.is_empty();
                    shared.wants_block
                });
                reopens.then_some(Cmd::AcceptLine)
            }
            On::Backspace | On::Tab => None,
        }
    }
}

impl Key {
    /// Ends the input, or begins a new line in a block that is edited as a whole.
    fn enter(&self, line: &str, pos: usize) -> Cmd {
        if !line.contains('\n') {
            return Cmd::AcceptLine;
        }
        let text = with(&self.1, |shared| join(&shared.block, line));
        if line[pos..].contains('\n') || indent::is_unfinished(&text) {
            let before = with(&self.1, |shared| join(&shared.block, &line[..pos]));
            return Cmd::Insert(1, format!("\n{}", indent::next(&before)));
        }
        Cmd::AcceptLine
    }
}
