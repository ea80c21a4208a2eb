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
