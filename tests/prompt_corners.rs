//! Sessions at the prompt that go wrong, or far: mistakes, files that fail, crowds, what will not end.

#![cfg(unix)]

mod terminal;

use std::time::Duration;

use terminal::{open, open_with, unseen};

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
        std::thread::sleep(Duration::from_millis(200));
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
    fn options_follow_the_word_and_code_is_a_program() {
        let startup = [("config/aio/startup.aio", "started = True\n")];
        let mut p = open_with("opening_word", &["repl", "--no-startup", "--vi"], &startup);
        p.keys("started\r");
        p.see("NameError");
        p.see(">>> ");
        p.ask("__import__('sys').argv", "['']");
        let args = ["-i", "-c", "import sys; x = sys.argv", "one"];
        let mut p = open_with("opening_code", &args, &startup);
        p.ask("x, started", "(['-c', 'one'], True)");
        p.ask("'__file__' in globals()", "False");
        let mut p = unseen("opening_both", &["repl", "main.aio"], &[]);
        p.see("aio repl: a prompt after a file is `aio -i main.aio`");
        assert_eq!(p.end(), 2);
    }

    #[test]
    fn a_file_that_is_not_there_ends_it() {
        let mut p = unseen("opening_missing", &["-i", "nowhere.aio"], &[]);
        p.see("aio: can't open file 'nowhere.aio': No such file or directory");
        assert_eq!(p.end(), 2);
    }

    #[test]
    fn a_start_file_may_fail_or_leave() {
        let fails = [("config/aio/startup.aio", "kept = 1\n1 / 0\n")];
        let mut p = unseen("opening_fails", &[], &fails);
        p.see("startup.aio\", line 2");
        p.see("ZeroDivisionError");
        p.see(">>> ");
        p.ask("kept", "1");
        let leaves = [("config/aio/startup.aio", "raise SystemExit(4)\n")];
        let mut p = unseen("opening_leaves", &[], &leaves);
        assert_eq!(p.end(), 4);
    }

    #[test]
    fn a_script_that_fails_leaves_its_names() {
        let files = [("main.aio", "x = 5\nraise KeyError('gone')\n")];
        let mut p = unseen("opening_script", &["-i", "main.aio"], &files);
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
    fn looking_for_candidates_runs_nothing() {
        let mut p = open("crowds_nothing");
        p.block(concat!(
            "class Meta(type):\n",
            "    def __getattr__(self, name): print('RAN', 1)\n",
            "    def __dir__(self): print('RAN', 2)\n",
            "class Odd(metaclass=Meta):\n",
            "    def __getattribute__(self, name): print('RAN', 3)\n",
            "    def __len__(self): print('RAN', 4)\n",
            "    def method(self): pass\n",
            "class Dict(dict):\n",
            "    def keys(self): print('RAN', 5)\n",
            "    def __iter__(self): print('RAN', 6)\n",
            "    def __getitem__(self, key): print('RAN', 7)\n",
            "import functools\n",
            "class Lazy:\n",
            "    @functools.cached_property\n",
            "    def value(self): print('RAN', 8)\n",
            "odd = Odd(); d = Dict(some_key=1); lazy = Lazy()\n",
        ));
        for line in [
            "Odd.meth",
            "odd.meth",
            "odd.method().",
            "d['some",
            "d['some_key'].",
            "lazy.val",
            "lazy.value.",
            "print('RAN'[0:0]).",
            "f'{odd.me",
            "Odd().",
        ] {
            p.keys(&format!("{line}\t\t"));
            std::thread::sleep(Duration::from_millis(150));
            p.keys("\x03");
            let seen = p.see("\x1b[?2004l");
            assert!(!seen.contains("RAN "), "{seen:?}");
        }
        p.see(">>> ");
        p.keys("lazy.val\t\r");
        p.see("\nRAN 8\r\n");
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
    fn a_flood_leaves_the_line_as_it_is() {
        let mut p = open("crowds_flood");
        p.run("import asyncio");
        p.block("async def flood():\n    for i in range(3000):\n        print('flood', i)\n        if i % 50 == 0: await asyncio.sleep(0.01)\n");
        p.run("f = asyncio.create_task(flood())");
        p.keys("'ты'\x1b[Dпе");
        p.see("flood 2999\r\n");
        p.keys("\r");
        p.see("\n'тыпе'\r\n");
        p.see(">>> ");
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
            std::thread::sleep(Duration::from_millis(100));
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
        std::thread::sleep(Duration::from_millis(300));
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
