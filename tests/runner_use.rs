//! `aio test` as people use it, through the real binary: names typed in a hurry, terminals, crashes,
//! questions. What it judges and how is in `runner.rs`.

mod command;
mod suite;

use std::fs;

use command::run;
use suite::{assert_shows, folder, read, test};

const FAILING: [(&str, &str); 4] = [
    ("a.aio", "print('one', 'two')\n"),
    ("a.out", "one 2\n"),
    ("b.aio", "print(1)\n"),
    ("b.out", "1\n"),
];

#[test]
fn files_are_named_as_it_comes() {
    let folder = folder("use_names", &FAILING);
    fs::write(folder.join("lost.out"), "").expect("written");
    for name in ["b.aio", "b.out", "b", "./b", "b.*"] {
        let args: Vec<&str> = match name {
            "b.*" => vec!["b.aio", "b.out"],
            name => vec![name],
        };
        assert_shows(&test(&folder, &args), 0, &["ok b (", "1 passed in "]);
    }
    // What is expected is no script: it is not run, and not overwritten.
    assert_shows(&test(&folder, &["--bless", "a.out"]), 0, &["written a ("]);
    assert_eq!(read(&folder, "a.out"), "one two\n");
    for (name, told) in [
        ("lost.out", "no script for lost.out"),
        ("c", "no such file or folder: c"),
        ("c.aio", "no such file or folder: c.aio"),
    ] {
        let output = test(&folder, &[name]);
        assert_eq!(output.code, Some(2), "{output:?}");
        assert_eq!(output.stderr, format!("aio test: {told}\n"));
    }
}

#[test]
fn wrong_usage_is_told_at_once() {
    let folder = folder("use_wrong", &FAILING);
    for (args, told) in [
        (
            &["--timeout", "soon"][..],
            "invalid value 'soon' for '--timeout <S>'",
        ),
        (&["--timeout=-1"], "--timeout is a number of seconds"),
        (&["-j", "many"], "invalid value 'many' for '-j <N>'"),
        (&["--explore", "-3"], "unexpected argument '-3'"),
        (&["--bless", "--review"], "cannot be used with"),
        (&["--colour"], "unexpected argument '--colour'"),
        (
            &["--against", "no_such_python"],
            "cannot run no_such_python: ",
        ),
        (&["--against", " "], "--against needs a command"),
        (
            &["--junit", "no/such/file", "b"],
            "cannot write no/such/file: ",
        ),
        (
            &["--coverage=no/such/file", "b"],
            "cannot write no/such/file: ",
        ),
    ] {
        let output = test(&folder, args);
        assert_eq!(output.code, Some(2), "{args:?}: {output:?}");
        assert!(output.stderr.contains(told), "{args:?}: {output:?}");
        assert!(!output.stderr.contains("os error"), "{output:?}");
    }
    let help = test(&folder, &["--help"]);
    assert_shows(
        &help,
        0,
        &["Run scripts (*.aio) and compare what they print"],
    );
}

#[test]
fn nothing_to_run_is_told() {
    let nothing = folder("use_nothing", &[]);
    assert_shows(&test(&nothing, &[]), 0, &["no tests found", "0 passed"]);
    let folder = folder("use_filter", &FAILING);
    let output = test(&folder, &["-k", "nobody"]);
    assert_shows(&output, 0, &["no test has such a name", "0 passed"]);
    let output = test(&folder, &["-k", "nobody", "-k", "b", "--list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&output.stdout).expect("one object");
    assert_eq!(
        (&listed["name"], &listed["path"]),
        (&"b".into(), &"b.aio".into())
    );
}

#[test]
#[cfg(unix)]
fn other_interpreters_get_the_options_that_they_know() {
    let script = "# test: options=\"-W ignore --compat\"\nprint('-W ignore x.aio')\n";
    let files = [("x.aio", script), ("x.out", "-W ignore x.aio\n")];
    // It prints its arguments.
    let output = test(&folder("use_options", &files), &["--against", "/bin/echo"]);
    assert_shows(&output, 0, &["x  agree\n", "1 of 1 agree with /bin/echo"]);
}

#[test]
#[cfg(unix)]
fn crashes_fail_with_their_signal() {
    let files = [
        ("abort.aio", "import os\nprint(1, flush=True)\nos.abort()\n"),
        ("abort.out", "1\n"),
        ("kill.aio", "import os\nos.kill(os.getpid(), 9)\n"),
        ("kill.out", ""),
        ("fine.aio", "print(1)\n"),
        ("fine.out", "1\n"),
    ];
    let output = test(&folder("use_crash", &files), &[]);
    let shown = [
        "--- abort.aio\ncrashed: ended by signal 6 (SIGABRT)\n",
        "--- kill.aio\ncrashed: ended by signal 9 (SIGKILL)\n",
        "ok fine (",
        "1 passed, 2 failed",
    ];
    assert_shows(&output, 1, &shown);
}

#[test]
#[cfg(unix)]
fn processes_do_not_outlive_their_test() {
    let left = "import os\nos.system('(sleep 50; touch survived) > /dev/null 2>&1 & :')\n";
    let hangs = "import os\nos.system('sleep 50')\n";
    let allowed = format!("# test: allow=process\n{left}");
    let files = [
        ("left.aio", left),
        ("left.out", ""),
        ("allowed.aio", &allowed),
        ("allowed.out", ""),
        ("hangs.aio", hangs),
        ("hangs.out", ""),
    ];
    let folder = folder("use_processes", &files);
    let output = test(&folder, &["--timeout", "3"]);
    let shown = [
        "ok allowed (",
        "--- left.aio\nleak: processes that it started were still running at the end (allow=process)\n",
        "--- hangs.aio\nkilled after 3 s\n",
        "1 passed, 2 failed",
    ];
    assert_shows(&output, 1, &shown);
}

#[test]
fn odd_files_are_judged_like_others() {
    let leaks = "async def f(): pass\nf()\nprint(2)\n";
    let files = [
        ("mark.aio", "\u{feff}# test: exit=3\nraise SystemExit(3)\n"),
        ("mark.out", ""),
        (
            "crlf.aio",
            "# test: args=x\r\nimport sys\r\nprint(sys.argv[1])\r\n",
        ),
        ("crlf.out", "x\r\n"),
        ("nothing.aio", ""),
        ("nothing.out", ""),
        ("nothing.repl", ""),
        ("leaks.aio", leaks),
        ("leaks.out", "1\n"),
        ("many.aio", "for i in range(100_000): print(i)\n"),
        ("many.out", ""),
    ];
    let folder = folder("use_odd", &files);
    let output = test(&folder, &[]);
    assert_shows(
        &output,
        1,
        &["4 passed, 2 failed", "+ 1\n", "  … and more\n"],
    );
    assert!(output.stdout.len() < 20_000);
    // What leaks is written, and fails all the same.
    let output = test(&folder, &["--bless", "leaks"]);
    let fault =
        "--- leaks.aio\nleak: leaks.aio:2: coroutine 'f' was never awaited (allow=coroutine)\n";
    assert_shows(&output, 1, &["FAILED leaks (", fault]);
    assert_eq!(read(&folder, "leaks.out"), "2\n");
}

#[test]
fn virtual_time_is_exact() {
    let script = "import asyncio, time\n\n\nasync def main():\n    loop = asyncio.get_running_loop()\n    start = loop.time()\n    try:\n        async with asyncio.timeout(86400):\n            await asyncio.sleep(86400.5)\n    except TimeoutError:\n        print('late after', loop.time() - start)\n    await asyncio.gather(*(asyncio.sleep(3600 * n) for n in range(10)))\n    print(loop.time() - start == time.monotonic() - start == 86400 + 9 * 3600)\n\n\nasyncio.run(main())\n";
    let files = [("x.aio", script), ("x.out", "late after 86400.0\nTrue\n")];
    assert_shows(&test(&folder("use_exact", &files), &[]), 0, &["1 passed"]);
}

#[test]
fn a_test_that_cannot_go_on_fails_at_once() {
    let script = "import asyncio\n\n\nasync def main():\n    await asyncio.Event().wait()\n\n\nasyncio.run(main())\n";
    let files = [("x.aio", script), ("x.out", "")];
    let output = test(&folder("use_stuck", &files), &[]);
    let shown = ["exit code 1, expected 0", "deadlock", "(allow=stuck)"];
    assert_shows(&output, 1, &shown);
}

#[test]
fn seeds_begin_where_they_are_told_to() {
    let script = "import asyncio\nasync def say(x):\n    print(x)\nasync def main():\n    await asyncio.gather(say(1), say(2))\nasyncio.run(main())\n";
    let folder = folder("use_seed", &[("x.aio", script), ("x.out", "1\n2\n")]);
    let found = |args: &[&str]| -> u64 {
        let output = test(&folder, args);
        assert_eq!(output.code, Some(1), "{output:?}");
        let line = output
            .stdout
            .lines()
            .find(|l| l.starts_with("found with seed "));
        let seed = line
            .and_then(|l| l.split([' ', ';']).nth(3))
            .unwrap_or_default();
        seed.parse().expect("a seed")
    };
    assert!(found(&["--explore", "50"]) < 51);
    let seed = found(&["--explore", "50", "--seed", "1000"]);
    assert!((1000..1050).contains(&seed), "{seed}");
    // The seed alone says it all.
    let schedule = format!("--schedule=random:{seed}");
    let replayed = run(&folder, &["run", &schedule, "--virtual-time", "x.aio"], "");
    assert_eq!(replayed.expect("aio starts").stdout, "2\n1\n");
}

#[cfg(unix)]
mod on_a_terminal {
    use super::*;
    use rexpect::process::WaitStatus;
    use rexpect::session::{PtySession, spawn_command};
    use std::path::Path;
    use std::process::Command;

    fn start(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> PtySession {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aio"));
        command
            .arg("test")
            .args(args)
            .current_dir(folder)
            .env_clear();
        command.env("TERM", "xterm").envs(env.iter().copied());
        spawn_command(command, Some(20_000)).expect("aio starts")
    }

    /// What is left to see, and the exit code.
    fn end(terminal: &mut PtySession) -> (String, i32) {
        let rest = terminal.exp_eof().expect("it ends");
        match terminal.process().wait() {
            Ok(WaitStatus::Exited(_, code)) => (rest, code),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn there_are_a_bar_and_colours() {
        let folder = folder("use_terminal", &FAILING);
        let (seen, code) = end(&mut start(&folder, &[], &[]));
        assert_eq!(code, 1);
        // The word that differs stands out in its line.
        for text in [
            "2/2",
            "\x1b[31mFAILED\x1b[0m a (",
            "\x1b[31m- one \x1b[7m2\x1b[27m\x1b[0m",
            "\x1b[32m+ one \x1b[7mtwo\x1b[27m\x1b[0m",
        ] {
            assert!(seen.contains(text), "no {text:?} in {seen:?}");
        }
        // What passes makes no line of its own.
        assert!(!seen.contains("ok"), "{seen:?}");
        let (seen, _) = end(&mut start(&folder, &[], &[("CI", "1"), ("NO_COLOR", "1")]));
        assert!(!seen.contains('\x1b'), "{seen:?}");
        assert!(seen.contains("ok b ("), "{seen:?}");
        let (seen, _) = end(&mut start(&folder, &[], &[("NO_COLOR", "")]));
        assert!(seen.contains("\x1b[31m"), "{seen:?}");
    }

    #[test]
    fn reports_hold_no_colours() {
        let folder = folder("use_junit", &FAILING);
        end(&mut start(&folder, &["--junit", "junit.xml"], &[]));
        let junit = read(&folder, "junit.xml");
        let failure = "<failure message=\"- expected  + came\">- expected  + came&#10;- one 2&#10;+ one two&#10;</failure>";
        assert!(junit.contains(failure), "{junit}");
    }

    #[test]
    fn a_review_asks_and_can_be_left() {
        let folder = folder("use_review", &FAILING);
        fs::write(folder.join("c.aio"), "1 / 0\n").expect("written");
        fs::write(folder.join("c.out"), "").expect("written");
        let question = "accept, reject or quit? [a/r/q] ";
        let mut terminal = start(&folder, &["--review"], &[]);
        let seen = terminal.exp_string(question).expect("a question");
        // The difference is shown once: where the question is.
        assert_eq!(seen.matches("two").count(), 1, "{seen:?}");
        terminal.send_line("r").expect("an answer");
        terminal.exp_string("ZeroDivisionError").expect("the other");
        terminal.exp_string(question).expect("a question");
        terminal.send_line("a").expect("an answer");
        terminal.exp_string("it fails still").expect("a word");
        assert_eq!(end(&mut terminal).1, 1);
        assert_eq!(read(&folder, "a.out"), "one 2\n");
        let mut terminal = start(&folder, &["--review"], &[]);
        terminal.exp_string(question).expect("a question");
        terminal.send_line("a").expect("an answer");
        terminal.exp_string(question).expect("a question");
        terminal.send_control('c').expect("a key");
        assert_eq!(end(&mut terminal).1, 130);
        assert_eq!(read(&folder, "a.out"), "one two\n");
    }

    #[test]
    fn watching_ends_with_ctrl_c() {
        let folder = folder("use_watch", &FAILING);
        let mut terminal = start(&folder, &["--watch"], &[]);
        terminal
            .exp_string("waiting for a change")
            .expect("it waits");
        fs::write(folder.join("a.out"), "one two\n").expect("written");
        terminal.exp_string("2 passed").expect("it ran again");
        terminal
            .exp_string("waiting for a change")
            .expect("it waits");
        fs::write(folder.join("d.aio"), "print(4)\n").expect("written");
        fs::write(folder.join("d.out"), "4\n").expect("written");
        terminal
            .exp_string("3 passed")
            .expect("it found the new one");
        terminal
            .exp_string("waiting for a change")
            .expect("it waits");
        terminal.send_control('c').expect("a key");
        assert_eq!(end(&mut terminal).1, 130);
    }
}
