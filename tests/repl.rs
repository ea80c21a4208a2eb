//! The prompt through the real binary on a pseudo-terminal: keys in, what the terminal gets out.

#![cfg(unix)]

mod terminal;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rexpect::session::spawn_command;

use terminal::{TIMEOUT, open, open_with, start};

const TICKER: &str = "import asyncio\nasync def tick():\n    n = 0\n    while True:\n        await asyncio.sleep(0.05); n += 1; print(f'tick{n}')\n";

mod values {
    use super::*;

    #[test]
    fn are_shown_and_kept() {
        let mut p = open("values_kept");
        p.ask("6 * 7", "42");
        p.ask("_ + 1", "43");
        p.run("None");
        p.ask("_", "43");
        p.ask("'é' * 3", "'ééé'");
        assert_eq!(p.leave(), 0);
    }

    #[test]
    fn wide_ones_take_several_lines() {
        let mut p = open("values_wide");
        p.keys("{'a' * 30: ['b' * 60, 'c' * 60], 'd': 1}\r");
        p.see("{\r\n    'aaa");
        p.see("[\r\n        'bbb");
        p.see("    ],\r\n    'd': 1,\r\n}\r\n");
        p.see(">>> ");
    }

    #[test]
    fn cycles_end() {
        let mut p = open("values_cycle");
        p.run("a = ['x' * 90]; a.append(a)");
        p.keys("a\r");
        p.see("    [...],\r\n]\r\n");
        p.see(">>> ");
    }

    #[test]
    fn ten_megabytes_are_cut() {
        let mut p = open("values_long");
        p.keys("'x' * 10_000_000\r");
        p.see("more characters; :all shows them");
        p.see(">>> ");
        p.ask("len(_)", "10000000");
    }

    #[test]
    fn help_is_a_question_mark_away() {
        let mut p = open("values_help");
        p.keys("len?\r");
        p.see("len(");
        p.see(">>> ");
    }
}

mod errors {
    use super::*;

    #[test]
    fn show_the_line_that_was_typed() {
        let mut p = open("errors_line");
        p.keys("1 / 0\r");
        p.see("File \"<prompt 1>\", line 1");
        p.see("1 / 0");
        p.see("ZeroDivisionError: division by zero\r\n");
        p.see(">>> ");
        p.ask("type(_err).__name__", "'ZeroDivisionError'");
    }

    #[test]
    fn in_the_syntax_too() {
        let mut p = open("errors_syntax");
        p.keys("a b\r");
        p.see("SyntaxError: invalid syntax");
        p.see(">>> ");
        p.ask("1", "1");
    }

    #[test]
    fn exit_leaves_with_its_code() {
        let mut p = open("errors_exit");
        p.keys("raise SystemExit(3)\r");
        assert_eq!(p.end(), 3);
    }
}

mod blocks {
    use super::*;

    #[test]
    fn are_indented_and_end_with_an_empty_line() {
        let mut p = open("blocks_indent");
        p.keys("def f(x):\r");
        p.see("...     ");
        p.keys("return x + 1\r");
        p.see("... ");
        p.keys("\r");
        p.see(">>> ");
        p.ask("f(1)", "2");
        assert_eq!(p.file("history").matches("def f").count(), 1);
    }

    #[test]
    fn brackets_and_texts_go_on() {
        let mut p = open("blocks_brackets");
        p.keys("(40 +\r");
        p.see("... ");
        p.ask("2)", "42");
        p.keys("'''a\r");
        p.see("... ");
        p.ask("b'''", "'a\\nb'");
    }

    #[test]
    fn come_back_whole_from_the_history() {
        let mut p = open("blocks_history");
        p.keys("for i in range(2):\r");
        p.see("...     ");
        p.keys("print('n', i)\r");
        p.see("... ");
        p.keys("\r");
        p.see("\nn 0\r\nn 1\r\n");
        p.see(">>> ");
        p.keys("\x1b[A\r\r");
        p.see("\nn 0\r\nn 1\r\n");
        p.see(">>> ");
    }

    #[test]
    fn are_edited_whole_after_up() {
        let mut p = open("blocks_up");
        p.keys("def g():\r");
        p.see("...     ");
        p.keys("x = 1\r");
        p.see("...     ");
        p.keys("\x1b[A");
        p.see("def g():\r\n    x = 1");
        p.keys("\r");
        p.keys("return x + 4\r\r");
        p.see(">>> ");
        p.ask("g()", "5");
    }

    #[test]
    fn five_hundred_lines_are_pasted() {
        let mut p = open("blocks_paste");
        let lines: Vec<String> = (0..500).map(|i| format!("v{i} = {i}")).collect();
        p.paste(&lines.join("\n"));
        p.keys("\r");
        p.see("v499 = 499");
        p.keys("\r");
        p.ask("v0 + v250 + v499", "749");
    }

    #[test]
    fn wide_characters_are_edited_in_the_middle() {
        let mut p = open("blocks_wide");
        p.keys("'привет 世界'\x1b[D\x1b[D\x1b[D\x7f, мир");
        p.keys("\r");
        p.see("\n'привет, мир世界'\r\n");
        p.see(">>> ");
    }
}

mod tasks {
    use super::*;

    #[test]
    fn are_late_when_an_input_keeps_the_loop_busy() {
        let mut p = open("tasks_late");
        p.run("import asyncio, time");
        p.run("t = asyncio.create_task(asyncio.sleep(0.3), name='tick')");
        p.keys("time.sleep(0.8)\r");
        p.see("aio::loop-blocked");
        p.see("late: 'tick' by 0.");
        p.see(">>> ");
    }

    #[test]
    fn await_stands_anywhere() {
        let mut p = open("tasks_await");
        p.run("import asyncio");
        p.ask("await asyncio.sleep(0.01, 'slept')", "'slept'");
        p.ask(
            "[x async for x in agen()] if 'agen' in globals() else 'none'",
            "'none'",
        );
        p.ask("asyncio.run(asyncio.sleep(0, 'ran'))", "'ran'");
        p.run("t = asyncio.create_task(asyncio.sleep(0.01, 5))");
        p.ask("await t", "5");
    }

    #[test]
    fn tick_while_a_line_is_half_typed() {
        let mut p = open("tasks_tick");
        p.block(TICKER);
        p.run("t = asyncio.create_task(tick(), name='ticker')");
        p.keys("20 + ");
        p.see("tick3");
        p.see("tick5");
        p.keys("22\r");
        p.see("\n42\r\n");
        p.keys(":tasks\r");
        p.see("ticker  tick()  waits");
        p.see(">>> ");
        p.keys("\x04");
        p.see("cancelling what still runs: ticker");
        assert_eq!(p.end(), 0);
    }

    #[test]
    fn that_fail_are_told_at_once() {
        let mut p = open("tasks_fail");
        p.run("import asyncio");
        p.block("async def boom():\n    await asyncio.sleep(0.2)\n    raise ValueError('bang')\n");
        p.run("t = asyncio.create_task(boom(), name='bomb')");
        p.keys("4");
        p.see("Task bomb failed:");
        p.see("ValueError: bang");
        p.keys("2\r");
        p.see("\n42\r\n");
    }

    #[test]
    fn are_cancelled_by_name() {
        let mut p = open("tasks_cancel");
        p.run("import asyncio");
        p.run("t = asyncio.create_task(asyncio.sleep(100), name='long')");
        p.run(":cancel long");
        p.run("await asyncio.sleep(0)");
        p.ask("t.cancelled()", "True");
        p.ask(":tasks", "no tasks");
    }

    #[test]
    fn sleep_without_time_when_it_is_virtual() {
        let mut p = open("tasks_virtual");
        p.run("import asyncio");
        p.run(":virtual on");
        p.ask("await asyncio.sleep(100_000, 'done')", "'done'");
        // Somebody who may type is input that is awaited: no time passes meanwhile.
        p.run("t = asyncio.create_task(asyncio.sleep(50, 'rested'))");
        std::thread::sleep(Duration::from_millis(300));
        p.ask("t.done()", "False");
        p.ask("await t", "'rested'");
        p.run(":virtual off");
        p.ask("await asyncio.sleep(0.01, 'again')", "'again'");
    }
}

mod interrupts {
    use super::*;

    #[test]
    fn end_what_runs_only() {
        let mut p = open("interrupts_foreground");
        p.block(TICKER);
        p.run("t = asyncio.create_task(tick())");
        p.paste("print('be' + 'gun')\nwhile True: pass\n");
        p.keys("\r");
        p.see("begun");
        p.keys("\x03");
        p.see("KeyboardInterrupt");
        p.see(">>> ");
        p.keys("print('st' + 'art'); await asyncio.sleep(1000)\r");
        p.see("start");
        p.see("tick");
        p.keys("\x03");
        p.see("KeyboardInterrupt");
        p.see("tick");
        p.keys("not t.done() and 'alive'\r");
        p.see("'alive'\r\n");
    }

    #[test]
    fn a_hundred_keep_the_state() {
        let mut p = open("interrupts_hundred");
        p.run("state = 'kept'");
        for _ in 0..100 {
            p.keys("\x03");
        }
        // Between two prompts Ctrl-C is a signal, which on a busy machine arrives behind the keys.
        std::thread::sleep(std::time::Duration::from_millis(500));
        // Nothing is lost of what is typed right behind it.
        p.keys("half a line\x03state\r");
        p.see("\n'kept'\r\n");
        assert_eq!(p.leave(), 0);
    }
}

mod completion {
    use super::*;

    #[test]
    fn knows_names_attributes_and_keys() {
        let mut p = open("completion_names");
        p.run("some_long_name = {'some_key': 1}");
        p.keys("some_lo\t");
        p.see("some_long_name");
        p.keys("['some\t']\r");
        p.see("\n1\r\n");
        p.see(">>> ");
        p.run("import asyncio");
        p.keys("asyncio.create_t\t");
        p.see("create_task");
        p.keys("\x03");
        p.see(">>> ");
        p.keys("import contextv\t\r");
        p.see("contextvars");
        p.see("\n");
        p.see(">>> ");
        p.run("def func(some_argument=1): return some_argument\r");
        p.keys("func(some_a\t5)\r");
        p.see("\n5\r\n");
    }

    #[test]
    fn runs_no_property() {
        let mut p = open("completion_property");
        p.block("class C:\n    @property\n    def prop(self):\n        print('RAN')\n        return self\n");
        p.run("c = C()");
        p.keys("c.prop.pr\t\t\x03");
        let seen = p.see(">>> ");
        assert!(!seen.contains("RAN"), "{seen}");
    }
}

mod commands {
    use super::*;

    #[test]
    fn of_all_sorts() {
        let mut p = open_with("commands", &[], &[("loaded.aio", "loaded = 'yes'\n")]);
        p.keys(":help\r");
        p.see(":cancel TASK");
        p.see(">>> ");
        p.ask(":type [1]", "list");
        p.keys(":time 6 * 7\r");
        p.see("\n42\r\ntook ");
        p.see(">>> ");
        p.run(":load loaded.aio");
        p.ask("loaded", "'yes'");
        p.run("kept = 1");
        p.keys(":save saved.aio\r");
        p.see("inputs written to saved.aio");
        p.see(">>> ");
        assert!(p.file("saved.aio").contains("kept = 1\n"));
        p.run(":reset");
        p.keys("kept\r");
        p.see("NameError: name 'kept' is not defined");
        p.see(">>> ");
        p.ask(":nonsense", "no command :nonsense; :help lists them");
    }

    #[test]
    fn files_are_run_first() {
        let files = [
            ("main.aio", "import sys\nx = sys.argv\n"),
            ("config/aio/startup.aio", "started = True\n"),
        ];
        let mut p = open_with("commands_files", &["-i", "main.aio", "one"], &files);
        p.ask("x", "['main.aio', 'one']");
        p.ask("started", "True");
        let mut p = open_with("commands_no_startup", &["--no-startup", "repl"], &files);
        p.keys("started\r");
        p.see("NameError");
    }

    #[test]
    fn input_is_the_programs() {
        let mut p = open("commands_input");
        p.keys("input('name: ')\r");
        p.see("name: ");
        p.keys("Ada\n");
        p.see("'Ada'\r\n");
        p.see(">>> ");
    }

    #[test]
    fn history_is_kept_for_the_next_time() {
        let mut p = open("commands_history");
        p.ask("'first ' + 'life'", "'first life'");
        assert_eq!(p.leave(), 0);
        let mut p = start(p.folder.clone(), &[]);
        p.keys("\x1b[A\r");
        p.see("\n'first life'\r\n");
        p.keys("\x12fir\r");
        p.see("\n'first life'\r\n");
    }

    #[test]
    fn vi_keys_edit() {
        let mut p = open_with("commands_vi", &["--vi"], &[]);
        p.keys("41");
        p.keys("\x1b");
        std::thread::sleep(Duration::from_millis(700));
        p.keys("r2\r");
        p.see("\n42\r\n");
    }
}

mod transcripts {
    use super::*;

    /// Types the lines of a transcript; what the terminal showed.
    fn replay(name: &str, text: &str) -> String {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join("repl")
            .join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
        command
            .arg("--no-startup")
            .current_dir(&folder)
            .env("AIO_HISTORY", "")
            // A terminal that can do nothing: what it shows is what was written.
            .env("TERM", "dumb")
            .env("NO_COLOR", "1");
        let mut terminal = spawn_command(command, Some(TIMEOUT)).expect("aio starts");
        terminal.exp_string("tells more\r\n").expect("a greeting");
        let mut shown = String::new();
        for line in text.lines() {
            let prompt = &line[..line.len().min(4)];
            let typed = match prompt {
                ">>> " | "... " => &line[4..],
                "..." => "",
                _ => continue,
            };
            let prompt = format!("{prompt:<4}");
            match terminal.exp_string(&prompt) {
                Ok(before) => shown.push_str(&before),
                Err(error) => panic!("{name}: no prompt for {typed:?}: {error}"),
            }
            // The terminal does not echo.
            shown.push_str(&format!("{prompt}{typed}\n"));
            terminal.send_line(typed).expect("a line is sent");
        }
        let rest = terminal.exp_string(">>> ").expect("a last prompt");
        shown.push_str(&rest);
        shown
    }

    #[test]
    fn are_true() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
        let files = std::fs::read_dir(&folder).expect("the transcripts");
        for file in files.flatten() {
            let text = std::fs::read_to_string(file.path()).expect("a transcript");
            let name = file.file_name().to_string_lossy().into_owned();
            let shown = replay(&name, &text).replace("\r\n", "\n");
            let trim = |text: &str| -> Vec<String> {
                text.lines().map(|l| l.trim_end().to_owned()).collect()
            };
            assert_eq!(trim(&shown), trim(&text), "{name}");
        }
    }
}
