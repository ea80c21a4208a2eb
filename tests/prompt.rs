//! More sessions at the prompt, on a pseudo-terminal: what somebody meets who explores.

#![cfg(unix)]

mod terminal;

use std::process::Command;

use terminal::{open, open_with, start_as};

mod looking {
    use super::*;

    #[test]
    fn all_shows_what_was_cut() {
        let mut p = open("looking_all");
        p.keys("list(range(3000))\r");
        p.see("more characters; :all shows them");
        p.see(">>> ");
        p.keys(":all\r");
        p.see("    2999,\r\n]\r\n");
        p.see(">>> ");
    }

    #[test]
    fn whatever_shows_itself_like_a_call_is_laid_out() {
        let mut p = open("looking_layout");
        p.block("class Point:\n    def __init__(self, x, y): self.x = x; self.y = y\n    def __repr__(self): return f'Point(x={self.x!r}, y={self.y!r})'\n");
        p.keys("Point({'a' * 40}, frozenset(['b' * 60]))\r");
        p.see("Point(\r\n    x={'aaa");
        p.see("    y=frozenset({\r\n        'bbb");
        p.see("\r\n)\r\n");
        p.see(">>> ");
    }

    #[test]
    fn width_is_that_of_the_terminal() {
        let mut p = open("looking_narrow");
        p.run("import os");
        p.keys("['wide' * 3, 'wide' * 3, 'wide' * 3, 'wide' * 3, 'wide' * 3, 'wide' * 3]\r");
        p.see("[\r\n    'widewidewide',\r\n");
        p.see(">>> ");
        p.ask("['世界' * 3]", "['世界世界世界']");
    }

    #[test]
    fn a_question_mark_shows_signatures_and_members() {
        let mut p = open("looking_help");
        p.block("class Box:\n    'Holds things.'\n    def __init__(self, size: int, *, lid=True): pass\n    async def open(self, by: str = 'hand') -> bool:\n        'Takes the lid off.'\n");
        p.keys("Box?\r");
        p.see("class __main__.Box(size: int, *, lid=True)\r\n    Holds things.\r\n");
        p.see("    open(by: str = 'hand') -> bool  Takes the lid off.\r\n");
        p.see(">>> ");
        p.keys("help(Box.open)\r");
        p.see("async Box.open(self, by: str = 'hand') -> bool\r\n    Takes the lid off.\r\n");
        p.see(">>> ");
        p.run("import math");
        p.keys("math?\r");
        p.see("module math\r\n");
        p.see(">>> ");
    }

    #[test]
    fn errors_show_each_line_that_was_typed() {
        let mut p = open("looking_errors");
        p.run("def half(x): return x / 0\r");
        p.keys("half(1)\r");
        p.see("File \"<prompt 2>\", line 1, in <module>");
        p.see("half(1)");
        p.see("File \"<prompt 1>\", line 1, in half");
        p.see("ZeroDivisionError: division by zero\r\n");
        p.see(">>> ");
        p.ask("_err", "ZeroDivisionError('division by zero')");
        p.keys("'open\r");
        p.see("SyntaxError: unterminated string literal");
        p.see(">>> ");
        p.ask("1", "1");
    }
}

mod leaving {
    use super::*;

    #[test]
    fn exit_and_quit_need_no_brackets() {
        for word in ["exit", "quit", "exit()", ":quit"] {
            let mut p = open("leaving_words");
            p.keys(&format!("{word}\r"));
            assert_eq!(p.end(), 0, "{word}");
        }
        let mut p = open("leaving_own");
        p.run("exit = 'mine'");
        p.ask("exit", "'mine'");
    }

    #[test]
    fn a_half_typed_line_is_cleared_by_ctrl_c() {
        let mut p = open("leaving_ctrl_c");
        p.keys("some nonsense\x03");
        p.see(">>> ");
        p.ask("1 + 1", "2");
        p.keys("def f():\r");
        p.see("...     ");
        p.keys("x = \x03");
        p.see(">>> ");
        p.ask("2 + 2", "4");
        assert_eq!(p.leave(), 0);
    }

    #[test]
    fn tasks_get_to_clean_up() {
        let mut p = open("leaving_cleanup");
        p.run("import asyncio");
        p.block("async def stays():\n    try:\n        await asyncio.sleep(1000)\n    finally:\n        print('cleaned ' + 'up')\n");
        p.run("t = asyncio.create_task(stays(), name='one'); await asyncio.sleep(0)");
        p.keys("\x04");
        p.see("cancelling what still runs: one");
        p.see("cleaned up");
        assert_eq!(p.end(), 0);
    }
}

mod waiting {
    use super::*;

    #[test]
    fn tasks_are_a_tree_with_times() {
        let mut p = open("waiting_tree");
        p.run("import asyncio");
        p.block("async def work(n):\n    await asyncio.sleep(n)\nasync def lead():\n    async with asyncio.TaskGroup() as g:\n        g.create_task(work(50), name='first')\n        g.create_task(work(60), name='second')\nasync def all_of(*tasks):\n    await asyncio.gather(*tasks)\n");
        p.run(
            "t = asyncio.create_task(all_of(asyncio.create_task(lead(), name='lead')), name='top')",
        );
        p.run("await asyncio.sleep(0.3)");
        p.keys(":tasks\r");
        p.see("top  all_of()  waits 0.");
        p.see(" s at <prompt 2>:8\r\n  lead  lead()  waits 0.");
        p.see(" s at <prompt 2>:4\r\n    first  work()  waits 0.");
        p.see(" s at <prompt 2>:2\r\n    second  work()  waits 0.");
        p.see(">>> ");
        p.run(":cancel top");
        p.run("await asyncio.sleep(0)");
        p.run("await asyncio.sleep(0)");
        p.run("await asyncio.sleep(0)");
        p.ask(":tasks", "no tasks");
    }

    #[test]
    fn what_can_never_happen_is_no_trap() {
        let mut p = open("waiting_never");
        p.run("import asyncio");
        p.keys("await asyncio.Event().wait()\r");
        p.see("event loop is stuck");
        p.see(">>> ");
        p.ask("'go' + 'es on'", "'goes on'");
        p.keys("input('? ')\r");
        p.see("? ");
        p.keys("\x03");
        p.see("KeyboardInterrupt");
        p.see(">>> ");
        p.ask("'still ' + 'here'", "'still here'");
    }

    #[test]
    fn async_for_and_with_are_typed_like_anything() {
        let mut p = open("waiting_async");
        p.run("import asyncio");
        p.block("async def count():\n    for i in range(3):\n        await asyncio.sleep(0.01)\n        yield i\n");
        p.keys("async for n in count():\r");
        p.see("...     ");
        p.keys("print('n', n)\r");
        p.see("... ");
        p.keys("\r");
        p.see("\nn 0\r\nn 1\r\nn 2\r\n");
        p.see(">>> ");
        p.keys("async with asyncio.timeout(0.01):\r");
        p.see("...     ");
        p.keys("await asyncio.sleep(5)\r");
        p.see("... ");
        p.keys("\r");
        p.see("TimeoutError");
        p.see(">>> ");
    }
}

mod typing {
    use super::*;

    #[test]
    fn results_of_calls_are_completed() {
        let mut p = open("typing_calls");
        p.block("class Box:\n    label: str\n    def __init__(self): self.contents = 1\n    def close(self) -> int: print('CLOS' + 'ED')\n");
        p.keys("Box().conte\t\r");
        p.see("\n1\r\n");
        p.see(">>> ");
        p.keys("'a,b'.upper().capital\t");
        p.see("capitalize");
        p.keys("()\r");
        p.see("'A,b'\r\n");
        p.keys("Box().close().bit_l\t");
        let seen = p.see("bit_length");
        assert!(!seen.contains("CLOSED"), "{seen}");
        p.keys("\x03Box().label.isnum\t");
        p.see("isnumeric");
        p.keys("\x03");
    }

    #[test]
    fn imports_and_paths_and_keywords_are_completed() {
        let files = [
            ("neighbour.aio", "print('RAN')\ndef visible_name(): pass\n"),
            ("some_data.txt", "text\n"),
        ];
        let mut p = open_with("typing_imports", &[], &files);
        p.keys("from neighb\t import visib\t");
        let seen = p.see("visible_name");
        assert!(!seen.contains("RAN"), "{seen}");
        p.keys("\x03");
        p.see("\n");
        p.see(">>> ");
        p.keys("from contextlib import suppr\t\r");
        p.see(">>> ");
        p.ask("suppress.__name__", "'suppress'");
        p.keys("open('some_d\t').read()\r");
        p.see("'text\\n'\r\n");
        p.see(">>> ");
        p.keys("asser\t 1 == 1\r");
        p.see(">>> ");
        p.keys(":ta\t\r");
        p.see("no tasks\r\n");
        p.see(">>> ");
    }

    #[test]
    fn colours_and_hints_come_with_a_terminal_that_has_them() {
        let mut p = open("typing_plain");
        p.ask("'some' + 'thing'", "'something'");
        p.keys("'som");
        // The rest of the line that was typed before.
        p.see(">>> 'some' + 'thing'");
        p.keys("\x03");
        p.see("\n");
        p.see(">>> ");
        let folder = p.folder.clone();
        assert_eq!(p.leave(), 0);
        let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
        command
            .current_dir(&folder)
            .env("AIO_HISTORY", "")
            .env("TERM", "xterm-256color")
            .env_remove("NO_COLOR");
        let mut p = start_as(command, folder);
        p.keys("if (1): pass");
        p.see("\x1b[35mif\x1b[0m");
        p.see("\x1b[36m1\x1b[0m");
        p.keys("\x03");
    }

    #[test]
    fn blocks_with_empty_lines_are_pasted_whole() {
        let mut p = open("typing_paste");
        p.paste("def f(x):\n    if x:\n\n        y = 1\n\n    else:\n        y = 2\n\n    return y\n\nprint('sum', f(0) + f(1))\n");
        p.keys("\r");
        p.see("\nsum 3\r\n");
        p.see(">>> ");
        p.keys("\x1b[A\r\r");
        p.see("\nsum 3\r\n");
        p.see(">>> ");
    }

    #[test]
    fn files_that_cannot_be_used_are_told() {
        let files = [("wrong.aio", "x = 1\n1 / 0\n")];
        let mut p = open_with("typing_files", &[], &files);
        p.keys(":load nowhere.aio\r");
        p.see("can't open `nowhere.aio`");
        p.see(">>> ");
        p.keys(":load wrong.aio\r");
        p.see("File \"wrong.aio\", line 2");
        p.see("ZeroDivisionError");
        p.see(">>> ");
        p.ask("x", "1");
        p.keys(":save no/such/folder\r");
        p.see("can't write `no/such/folder`");
        p.see(">>> ");
    }
}

mod mistakes {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_told() {
        let mut p = open("mistakes_bytes");
        p.bytes(b"'\xff\xfe'\r");
        p.see("what was typed is not UTF-8");
        p.see(">>> ");
        p.ask("40 + 2", "42");
        assert_eq!(p.leave(), 0);
    }

    #[test]
    fn backspace_takes_back_a_level() {
        let mut p = open("mistakes_backspace");
        p.keys("for i in range(2):\r");
        p.see("...     ");
        p.keys("if i:\r");
        p.see("...         ");
        p.keys("print('yes')\r");
        p.see("...         ");
        p.keys("\x7felse:\r");
        p.see("...     \r\x1b[8C");
        p.see("else:");
        p.see("...         ");
        p.keys("print('no')\r");
        p.see("... ");
        p.keys("\r");
        p.see("\nno\r\nyes\r\n");
        p.see(">>> ");
    }

    #[test]
    fn commands_tell_what_they_need() {
        let mut p = open("mistakes_commands");
        p.ask(":load", ":load needs an argument: FILE");
        p.ask(":load .", "can't open `.`: Is a directory");
        p.ask(
            ":save /no/x",
            "can't write `/no/x`: No such file or directory",
        );
        p.ask(":virtual maybe", ":virtual needs `on` or `off`");
        p.ask(":cancel nobody", "no task `nobody`");
        p.keys(":\r");
        p.see(":cancel TASK");
        p.see(">>> ");
        p.keys(":time (\r");
        p.see("SyntaxError: '(' was never closed");
        p.see(">>> ");
        p.keys(":type 1 / 0\r");
        p.see("ZeroDivisionError");
        p.see(">>> ");
    }

    #[test]
    fn values_that_cannot_be_shown_do_no_harm() {
        let mut p = open("mistakes_repr");
        p.block("class Bad:\n    def __repr__(self): raise ValueError('no repr')\nclass Slow:\n    def __repr__(self):\n        while True: pass\n");
        p.keys("Bad()\r");
        p.see("ValueError: no repr");
        p.see(">>> ");
        p.run("import time");
        p.keys("print('be' + 'gun'); Slow()\r");
        p.see("begun");
        p.keys("Slow()\r");
        std::thread::sleep(std::time::Duration::from_millis(200));
        p.keys("\x03");
        p.see("KeyboardInterrupt");
        p.see(">>> ");
        p.run("deep = []");
        p.run("for i in range(100_000): deep = [deep]\r");
        p.keys("deep\r");
        p.see("RecursionError");
        p.see(">>> ");
        p.ask("1", "1");
    }
}

mod opening {
    use super::*;

    #[test]
    fn a_file_is_run_where_it_is() {
        let files = [
            (
                "sub/main.aio",
                "import neighbour, os.path\nname = os.path.basename(__file__)\n",
            ),
            ("sub/neighbour.aio", "x = 'beside'\n"),
        ];
        let mut p = open_with("opening_where", &["-i", "sub/main.aio"], &files);
        p.ask("neighbour.x, name", "('beside', 'main.aio')");
        p.ask("'__file__' in globals()", "False");
        p.ask("__import__('sys').ps1", "'>>> '");
    }

    #[test]
    fn a_file_that_is_not_there_ends_it() {
        let mut p = terminal::unseen("opening_missing", &["-i", "nowhere.aio"], &[]);
        p.see("aio: can't open file 'nowhere.aio': No such file or directory");
        assert_eq!(p.end(), 2);
    }

    #[test]
    fn a_start_file_may_fail_or_leave() {
        let fails = [("config/aio/startup.aio", "kept = 1\n1 / 0\n")];
        let mut p = terminal::unseen("opening_fails", &[], &fails);
        p.see("startup.aio\", line 2");
        p.see("ZeroDivisionError");
        p.see(">>> ");
        p.ask("kept", "1");
        let leaves = [("config/aio/startup.aio", "raise SystemExit(4)\n")];
        let mut p = terminal::unseen("opening_leaves", &[], &leaves);
        assert_eq!(p.end(), 4);
    }

    #[test]
    fn a_script_that_fails_leaves_its_names() {
        let files = [("main.aio", "x = 5\nraise KeyError('gone')\n")];
        let mut p = terminal::unseen("opening_script", &["-i", "main.aio"], &files);
        p.see("KeyError: 'gone'");
        p.see(">>> ");
        p.ask("x, _err", "(5, KeyError('gone'))");
    }
}

mod crowds {
    use super::*;

    #[test]
    fn candidates_fill_a_screen_at_most() {
        let mut p = open("crowds_candidates");
        p.run("d = {f'key{i}': i for i in range(70_000)}");
        p.keys("d['key\t\t");
        p.see("key0 ");
        p.see(" more\r\n");
        p.see(">>> d['key");
        // No question is asked that would have to be answered first.
        p.keys("\x03");
        p.see("\n");
        p.see(">>> ");
        p.ask("d['key69999']", "69999");
    }

    #[test]
    fn arguments_come_before_everything_else() {
        let mut p = open("crowds_arguments");
        p.block("class C:\n    @staticmethod\n    def make(first, *, second=2): return first + second\n");
        p.keys("C.make(\t\t");
        p.see("first=   second=\r\n");
        p.keys("1, sec\t3)\r");
        p.see("\n4\r\n");
        p.see(">>> ");
    }

    #[test]
    fn f_strings_and_commands_are_completed_like_code() {
        let mut p = open("crowds_inside");
        p.run("some_value = 5");
        p.keys("f'{some_v\t}!'\r");
        p.see("\n'5!'\r\n");
        p.see(">>> ");
        p.keys(":type some_v\t.bit_l\t()\r");
        p.see("\nint\r\n");
        p.see(">>> ");
        p.run("import asyncio");
        p.run("t = asyncio.create_task(asyncio.sleep(50), name='sleeper')");
        p.keys(":cancel sle\t\r");
        p.see("\n");
        p.see(">>> ");
        p.run("await asyncio.sleep(0)");
        p.ask("t.cancelled()", "True");
    }

    #[test]
    fn a_narrow_terminal_wraps_what_is_edited() {
        let mut p = open("crowds_narrow");
        p.run("import os, asyncio");
        p.ask("os.system('stty cols 30 rows 12')", "0");
        p.keys("['широкая', 'строка', 'и ещё одна']\r");
        p.see("[\r\n    'широкая',\r\n    'строка',\r\n");
        p.see(">>> ");
        // Two rows, edited in the first, while something is said above.
        p.run("loop = asyncio.get_event_loop(); h = loop.call_later(0.5, print, 'above it')");
        p.keys("len('世界世界世界世界世界' 'abcdefghij')\x01\x1b[C\x1b[C\x1b[C");
        p.see("above it\r\n");
        p.see("abcdefghij");
        p.keys("\x1b[C\x1b[C\x1b[C\x7fя\r");
        p.see("\n20\r\n");
        p.see(">>> ");
    }
}

mod stopping {
    use super::*;

    #[test]
    fn loops_within_builtins_end_too() {
        let mut p = open("stopping_builtins");
        for long in [
            "sum(range(10**13))",
            "10**10**9",
            "max(iter(int, 1))",
            "[0 for _ in iter(int, 1)]",
            "sorted(range(10**7), key=lambda n: -n)",
        ] {
            p.keys(&format!("print('be' + 'gun'); {long}\r"));
            p.see("begun");
            std::thread::sleep(std::time::Duration::from_millis(100));
            p.keys("\x03");
            p.see("KeyboardInterrupt\r\n");
            p.see(">>> ");
        }
    }

    #[test]
    fn a_task_that_lets_nobody_else_run_is_ended() {
        let mut p = open("stopping_hog");
        p.run("import asyncio");
        p.block("async def hog():\n    print('be' + 'gun')\n    while True: pass\n");
        p.keys("h = asyncio.create_task(hog(), name='hog')\r");
        p.see("begun");
        // At the prompt it is the line that is cleared; what is typed then cannot begin.
        p.keys("1 + \x03");
        p.see("\n");
        p.see(">>> ");
        p.keys("40 + 2\r");
        p.see("\x1b[?2004l");
        std::thread::sleep(std::time::Duration::from_millis(300));
        p.keys("\x03");
        p.see("ended in the background:");
        p.see("KeyboardInterrupt");
        p.see("\n42\r\n");
        p.see(">>> ");
        p.ask("h.done()", "True");
        assert_eq!(p.leave(), 0);
    }

    #[test]
    fn what_will_not_end_goes_on_in_the_background() {
        let mut p = open("stopping_stubborn");
        p.run("import asyncio");
        p.block("async def stubborn():\n    while True:\n        try:\n            await asyncio.sleep(0.1)\n        except asyncio.CancelledError:\n            print('not ' + 'yet')\n");
        p.keys("print('be' + 'gun'); await stubborn()\r");
        p.see("begun");
        p.keys("\x03");
        p.see("not yet");
        p.keys("\x03");
        p.see("it goes on in the background as `prompt-3`");
        p.see(">>> ");
        p.ask("1 + 1", "2");
        p.keys("\x04");
        p.see("cancelling what still runs: prompt-3");
        p.see("not yet");
        p.keys("\x03");
        assert_eq!(p.end(), 0);
    }

    #[test]
    fn no_colour_means_none() {
        let mut p = open("stopping_colour");
        p.keys("print(f'te{1}xt') if (1) else None\r");
        let mut seen = p.see("\nte1xt\r\n");
        p.keys("1 / 0\r");
        seen += &p.see("ZeroDivisionError");
        seen += &p.see(">>> ");
        let colours = ["\x1b[3", "\x1b[1;3", "\x1b[9"];
        assert!(!colours.iter().any(|c| seen.contains(c)), "{seen:?}");
    }
}
