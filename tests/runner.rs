//! `aio test` through the real binary: what it finds, how it judges, what it writes and shows. The
//! orders of tasks are in `explore.rs`.

mod command;
mod suite;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use command::{aio, finish, run};
use suite::{assert_shows, folder, read, test};

#[test]
fn scripts_with_outputs_are_tests_in_order() {
    let files = [
        ("b.aio", "print(2)\n"),
        ("b.out", "2\n"),
        ("a/c.aio", "print(1)\n"),
        ("a/c.out", "1\n"),
        ("none.aio", "print('no output beside it')\n"),
        ("lost.out", "?\n"),
        (".hidden/x.aio", ""),
        (".hidden/x.out", ""),
    ];
    let folder = folder("in_order", &files);
    assert_eq!(test(&folder, &["--list"]).stdout, "a/c\nb\n");
    assert_eq!(test(&folder, &["--list", "-k", "b"]).stdout, "b\n");
    assert_eq!(test(&folder, &["--list", "a"]).stdout, "a/c\n");
    let output = test(&folder, &["-j", "4"]);
    let names: Vec<_> = output.stdout.lines().take(2).map(|l| &l[..6]).collect();
    assert_eq!(names, ["ok a/c", "ok b ("]);
    let orphan = "orphaned: lost.out belongs to no script";
    assert_shows(&output, 0, &["2 passed in ", orphan]);
}

#[test]
fn a_file_called_test_still_runs() {
    let folder = folder("called_test", &[("test", "print('the script')\n")]);
    let output = run(&folder, &["./test"], "").expect("aio starts");
    assert_eq!(output.stdout, "the script\n");
    assert_shows(&test(&folder, &[]), 0, &["no tests found", "0 passed"]);
}

#[test]
fn failures_show_differences() {
    let text = "print('one two three')\nprint('same')\n";
    let files = [("x.aio", text), ("x.out", "one 2 three\nsame\n")];
    let folder = folder("failures", &files);
    let expected = "--- x.aio\n- expected  + came\n- one 2 three\n+ one two three\n  same\n";
    assert_shows(
        &test(&folder, &[]),
        1,
        &["FAILED x (", expected, "0 passed, 1 failed"],
    );
}

#[test]
fn directives_say_what_a_script_needs() {
    let everything = "# test: args=\"one two\" stdin=in.txt env.COLOUR=red exit=3\n\
        import sys\nprint(sys.argv[1:], input())\nsys.exit(3)\n";
    let files = [
        ("all.aio", everything),
        ("all.out", "['one', 'two'] hello\n"),
        ("in.txt", "hello\n"),
        ("skip.aio", "# test: skip=\"not today\"\n1/0\n"),
        ("skip.out", ""),
        ("known.aio", "# test: fails=\"bug 7\"\nprint(1)\n"),
        ("known.out", "2\n"),
        ("wrong.aio", "# test: colour=red\n"),
        ("wrong.out", ""),
        ("better.aio", "# test: fails=\"bug 8\"\nprint(1)\n"),
        ("better.out", "1\n"),
        ("helper.aio", "# test: helper\n"),
        ("code.aio", "print(1)\nimport sys\nsys.exit(1)\n"),
        ("code.out", "1\n"),
    ];
    let output = test(&folder("directives", &files), &[]);
    let expected = [
        "ok all (",
        "skipped skip: not today\n",
        "fails as expected known: bug 7\n",
        "FAILED wrong (",
        "line 1: `colour` means nothing",
        "passed, but `fails` says that it fails (bug 8)",
        "exit code 1, expected 0",
        "1 passed, 3 failed, 1 skipped, 1 failed as expected in ",
    ];
    assert_shows(&output, 1, &expected);
}

#[test]
fn standard_error_counts_if_it_is_written_down() {
    let text = "import sys\nprint('oh', file=sys.stderr)\n";
    let files = [
        ("a.aio", text),
        ("a.out", ""),
        ("b.aio", text),
        ("b.out", ""),
        ("b.err", "ah\n"),
    ];
    let output = test(&folder("standard_error", &files), &[]);
    assert_shows(
        &output,
        1,
        &["ok a (", "stderr: - expected", "- ah\n+ oh\n"],
    );
}

#[test]
fn time_is_virtual_unless_a_script_wants_it_real() {
    let text = "import asyncio, time\nasyncio.run(asyncio.sleep(36000))\nprint(time.monotonic() >= 36000)\n";
    let real = "# test: clock=real timeout=0.3\nimport time\nwhile True: time.sleep(1)\n";
    let files = [
        ("hours.aio", text),
        ("hours.out", "True\n"),
        ("real.aio", real),
        ("real.out", ""),
    ];
    let folder = folder("virtual", &files);
    let output = test(&folder, &[]);
    assert_shows(&output, 1, &["ok hours (", "killed after 0.3 s"]);
    let output = test(&folder, &["-k", "real", "--timeout", "9"]);
    assert_shows(&output, 1, &["killed after 0.3 s"]);
}

#[test]
fn a_timeout_ends_what_hangs() {
    let files = [("x.aio", "while True: pass\n"), ("x.out", "")];
    let output = test(&folder("timeout", &files), &["--timeout", "0.2"]);
    assert_shows(&output, 1, &["killed after 0.2 s"]);
}

#[test]
fn outputs_are_made_comparable() {
    let text = "# test: replace=\"[0-9]+ ms\" with=\"N ms\"\nprint('x  ')\nprint('took', 17, 'ms')\nprint(object())\nprint('a', 5, 'b')\nprint(1)\nprint(2)\nprint('end')\n";
    let expected = "x\r\ntook 99 ms\r\n<object object at 0x7fffabcd>\r\na [..] b\r\n...\r\nend\r\n";
    let files = [
        ("x.aio", text),
        ("x.out", expected),
        ("y.aio", "# test: normalise=off\nprint('x ')\n"),
        ("y.out", "x\n"),
    ];
    let output = test(&folder("comparable", &files), &[]);
    assert_shows(&output, 1, &["ok x (", "FAILED y ("]);
}

#[test]
fn bless_writes_what_came() {
    let files = [
        ("old.aio", "print('new')\n"),
        ("old.out", "old\n"),
        ("fresh.aio", "# test:\nprint('fresh')\n"),
        ("plain.aio", "print('no test')\n"),
        ("pattern.aio", "print(12)\n"),
        ("pattern.out", "[..]\n"),
        ("broken.aio", "print(1)\n1/0\n"),
        ("broken.out", "kept\n"),
    ];
    let folder = folder("bless", &files);
    let output = test(&folder, &["--bless"]);
    let shown = ["written old", "written fresh", "FAILED broken", "2 written"];
    assert_shows(&output, 1, &shown);
    assert_eq!(read(&folder, "old.out"), "new\n");
    assert_eq!(read(&folder, "fresh.out"), "fresh\n");
    assert_eq!(read(&folder, "pattern.out"), "[..]\n");
    assert_eq!(read(&folder, "broken.out"), "kept\n");
    assert!(!folder.join("plain.out").exists());
    let output = test(&folder, &["--bless", "plain.aio"]);
    assert_shows(&output, 0, &["written plain"]);
    assert_eq!(read(&folder, "plain.out"), "no test\n");
}

#[test]
fn nothing_is_written_in_ci() {
    let files = [("x.aio", "print(1)\n"), ("x.out", "2\n")];
    let folder = folder("ci", &files);
    for flag in ["--bless", "--review"] {
        let mut command = aio(&folder, &["test", flag]);
        command.env("CI", "true").stdin(Stdio::null());
        let output = finish(command.spawn().expect("aio starts")).expect("it ends");
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.contains("CI is set"), "{}", output.stderr);
    }
    assert_eq!(read(&folder, "x.out"), "2\n");
}

#[test]
fn review_asks_for_each() {
    let files = [
        ("a.aio", "print(1)\n"),
        ("a.out", "?\n"),
        ("b.aio", "print(1)\n"),
        ("b.out", "?\n"),
    ];
    let folder = folder("review", &files);
    let output = run(&folder, &["test", "--review"], "what\nr\na\n").expect("aio starts");
    assert_shows(&output, 1, &["accept, reject or quit?"]);
    assert_eq!(read(&folder, "a.out"), "?\n");
    assert_eq!(read(&folder, "b.out"), "1\n");
}

#[test]
fn failed_ones_come_first_if_asked_for() {
    let files = [
        ("a.aio", "print(1)\n"),
        ("a.out", "1\n"),
        ("b.aio", "print(1)\n"),
        ("b.out", "2\n"),
    ];
    let folder = folder("failed_first", &files);
    assert_shows(&test(&folder, &[]), 1, &["ok a"]);
    assert_eq!(
        test(&folder, &["--failed-first", "--list"]).stdout,
        "b\na\n"
    );
    fs::write(folder.join("b.out"), "1\n").expect("written");
    assert_shows(&test(&folder, &[]), 0, &["2 passed"]);
    assert_eq!(
        test(&folder, &["--failed-first", "--list"]).stdout,
        "a\nb\n"
    );
}

#[test]
fn repeat_runs_all_again() {
    let files = [("a.aio", "print(1)\n"), ("a.out", "1\n")];
    let output = test(&folder("repeat", &files), &["--repeat", "5"]);
    assert_shows(&output, 0, &["5 passed"]);
}

#[test]
fn other_programs_can_read_the_results() {
    let files = [
        ("d/a.aio", "print('<1>')\n"),
        ("d/a.out", "<2>\n"),
        ("b.aio", "# test: skip=\"a & b\"\n"),
        ("c.aio", ""),
        ("c.out", ""),
    ];
    let folder = folder("formats", &files);
    let output = test(&folder, &["--json", "--junit", "junit.xml"]);
    assert_eq!(output.code, Some(1));
    let lines: Vec<serde_json::Value> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let seen: Vec<_> = lines
        .iter()
        .map(|l| (l["name"].as_str(), l["status"].as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (Some("b"), Some("skipped")),
            (Some("c"), Some("passed")),
            (Some("d/a"), Some("failed")),
            (None, None)
        ]
    );
    assert_eq!(
        (&lines[3]["passed"], &lines[3]["failed"]),
        (&1.into(), &1.into())
    );
    let junit = read(&folder, "junit.xml");
    for text in [
        "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"",
        "<testcase classname=\"d\" name=\"a\"",
        "&#10;- &lt;2&gt;&#10;+ &lt;1&gt;",
        "<skipped message=\"a &amp; b\"/>",
    ] {
        assert!(junit.contains(text), "no {text:?} in\n{junit}");
    }
}

#[test]
fn leaks_fail_tests_unless_allowed() {
    let task = "import asyncio\nasync def forever():\n    await asyncio.sleep(1e6)\nasync def main():\n    asyncio.create_task(forever(), name='left')\n    await asyncio.sleep(0)\nasyncio.run(main())\n";
    let timer = "import asyncio\nasync def main():\n    asyncio.get_running_loop().call_later(1e6, print)\nasyncio.run(main())\n";
    let coroutine = "async def f():\n    pass\nf()\n";
    let exception = "import asyncio\nasync def f():\n    1/0\nasync def main():\n    asyncio.create_task(f())\n    await asyncio.sleep(1)\nasyncio.run(main())\n";
    let allowed = format!("# test: allow=task,coroutine\n{task}{coroutine}");
    let files = [
        ("task.aio", task),
        ("timer.aio", timer),
        ("coroutine.aio", coroutine),
        ("exception.aio", exception),
        ("fine.aio", &allowed),
    ];
    let files: Vec<_> = files
        .iter()
        .flat_map(|(name, text)| {
            [
                (name.to_string(), *text),
                (name.replace(".aio", ".out"), ""),
            ]
        })
        .collect();
    let files: Vec<_> = files.iter().map(|(n, t)| (n.as_str(), *t)).collect();
    let folder = folder("leaks", &files);
    let output = test(&folder, &[]);
    let shown = [
        "ok fine",
        "name='left'",
        "was pending at the end of asyncio.run() (allow=task)",
        "was scheduled when its loop closed (allow=timer)",
        "coroutine 'f' was never awaited (allow=coroutine)",
        "Task exception was never retrieved; future: ",
        "1 passed, 4 failed",
    ];
    assert_shows(&output, 1, &shown);
    assert_shows(&test(&folder, &["--allow-leaks"]), 0, &["5 passed"]);
}

#[test]
#[cfg(unix)]
fn the_other_interpreter_is_compared() {
    let files = [
        ("a.aio", "print(1)\n"),
        ("a.out", "1\n"),
        ("b.aio", "print(2)\n"),
        ("b.out", "2\n"),
        ("c.aio", "# test: own=\"aio only\"\n"),
    ];
    let folder = folder("against", &files);
    // `echo` stands for an interpreter that prints the name of the script.
    fs::write(folder.join("b.aio"), "print('b.aio')\n").expect("written");
    let mut command = aio(&folder, &["test", "--against", "echo"]);
    command.env("PATH", "/bin:/usr/bin").stdin(Stdio::null());
    let output = finish(command.spawn().expect("aio starts")).expect("it ends");
    let shown = [
        "a  differ: output\n",
        "b  agree\n",
        "c  skipped: aio only\n",
        "1 of 2 agree with echo (50.0 %), 1 skipped",
    ];
    assert_shows(&output, 1, &shown);
}

#[test]
fn watch_runs_again_after_a_change() {
    let files = [("a.aio", "print(1)\n"), ("a.out", "2\n")];
    let folder = folder("watch", &files);
    let mut command = aio(&folder, &["test", "--watch"]);
    command.stdin(Stdio::null());
    let mut child = command.spawn().expect("aio starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut until = |text: &str| {
        lines
            .by_ref()
            .map_while(Result::ok)
            .any(|l| l.contains(text))
    };
    assert!(until("1 failed"));
    assert!(until("waiting for a change"));
    fs::write(folder.join("a.out"), "1\n").expect("written");
    assert!(until("1 passed"));
    child.kill().expect("it runs still");
    child.wait().expect("it ends");
}

#[test]
fn many_small_tests_pass() {
    let files: Vec<(String, &str)> = (0..1000)
        .flat_map(|i| {
            [
                (format!("t{i:03}.aio"), "print(1)\n"),
                (format!("t{i:03}.out"), "1\n"),
            ]
        })
        .collect();
    let files: Vec<_> = files.iter().map(|(n, t)| (n.as_str(), *t)).collect();
    let folder = folder("many", &files);
    assert_shows(&test(&folder, &[]), 0, &["1000 passed"]);
}

/// A module and a script that leaves parts of it out.
const MEASURED: [(&str, &str); 3] = [
    (
        "lib.aio",
        "import asyncio\n\n\ndef sign(n):\n    if n < 0:\n        return -1\n    return 1\n\n\nasync def quick():\n    return 1\n\n\nasync def main():\n    await quick()\n    await asyncio.sleep(1)\n    for _ in range(2):\n        pass\n    while True:\n        break\n    match sign(1):\n        case 1:\n            return\n        case 2:\n            pass\n",
    ),
    ("x.aio", "import asyncio, lib\nasyncio.run(lib.main())\n"),
    ("x.out", ""),
];

#[test]
fn coverage_tells_lines_branches_and_awaits() {
    let folder = folder("coverage", &MEASURED);
    let output = test(&folder, &["--coverage=lcov.info"]);
    let shown = [
        "file     lines      ran  branches   taken  awaits  suspended  missing\n",
        "lib.aio     17   88.2 %         8  62.5 %       2     50.0 %  6, 25, 5->6, 21->25, 21->past; never suspended: 15\n",
        "x.aio        2  100.0 %         0       -       0          -\n",
        "all         19   ",
    ];
    assert_shows(&output, 0, &shown);
    let lcov = read(&folder, "lcov.info");
    for line in [
        &format!("SF:{}", folder.join("lib.aio").display()),
        "DA:6,0",
        "DA:7,1",
        "DA:18,2",
        "BRDA:5,0,0,1",
        "BRDA:5,0,1,0",
        "LF:17",
        "LH:15",
        "end_of_record",
    ] {
        assert!(lcov.lines().any(|l| l == line), "no {line} in\n{lcov}");
    }
    // Only where it is asked for, and of all runs together.
    assert!(!test(&folder, &[]).stdout.contains("branches"));
    let output = test(&folder, &["--coverage", "--repeat", "3"]);
    assert_shows(&output, 0, &["3 passed", "88.2 %"]);
}

#[test]
fn transcripts_of_the_prompt_are_replayed() {
    let good = "# test:\n# A session.\n\n>>> import asyncio\n>>> async def answer():\n...     await asyncio.sleep(3600)\n...     return 42\n...\n\n# An hour passes at once.\n>>> await answer()\n42\n>>> print('a'); print('b'); print('c')\na\n...\nc\n>>> object()\n<object object at 0x7f00aa>\n>>> print()\n\n>>> 1/0\nTraceback (most recent call last):\n...\nZeroDivisionError: division by zero\n>>> :type _\nobject\n";
    let files = [
        ("good.repl", good),
        (
            "bad.repl",
            ">>> 1 + 1\n3\n>>> if 1:\n...     print(2)\n...\n2\n",
        ),
        (
            "left.repl",
            ">>> import asyncio\n>>> t = asyncio.create_task(asyncio.sleep(9), name='nap')\n",
        ),
        ("code.repl", "# test: exit=3\n>>> raise SystemExit(3)\n"),
    ];
    let folder = folder("transcripts", &files);
    let output = test(&folder, &[]);
    let shown = [
        "ok good.repl (",
        "ok code.repl (",
        "  >>> 1 + 1\n- 3\n+ 2\n  >>> if 1:\n",
        "leak: nap was pending at the end of the transcript (allow=task)",
        "2 passed, 2 failed",
    ];
    assert_shows(&output, 1, &shown);
    let output = test(&folder, &["--bless", "bad.repl"]);
    assert_shows(&output, 0, &["written bad.repl"]);
    let written = ">>> 1 + 1\n2\n>>> if 1:\n...     print(2)\n...\n2\n";
    assert_eq!(read(&folder, "bad.repl"), written);
    assert_shows(&test(&folder, &["bad.repl"]), 0, &["1 passed"]);
}

#[test]
fn floods_end_and_odd_bytes_do_not_matter() {
    let files = [
        ("flood.aio", "while True: print('x' * 100_000)\n"),
        ("flood.out", "x\n"),
        (
            "bytes.aio",
            "import sys\nsys.stdout.buffer.write(bytes(range(256)))\n",
        ),
        ("bytes.out", "?\n"),
        ("привет мир.aio", "print('привет')\n"),
        ("привет мир.out", "привет\n"),
    ];
    let folder = folder("floods", &files);
    let output = test(&folder, &["--timeout", "50"]);
    let shown = [
        "ok привет мир (",
        "FAILED bytes (",
        "killed: it printed more than 64 MB",
        "1 passed, 2 failed",
    ];
    assert_shows(&output, 1, &shown);
    assert_shows(
        &test(&folder, &["--bless", "-k", "bytes"]),
        0,
        &["written bytes"],
    );
    assert_shows(&test(&folder, &["-k", "bytes"]), 0, &["1 passed"]);
}

#[test]
#[cfg(unix)]
fn what_cannot_be_read_is_told() {
    use std::os::unix::fs::symlink;
    let files = [("a.aio", "print(1)\n"), ("a.out", "1\n"), ("lost.out", "")];
    let folder = folder("unreadable", &files);
    symlink("nowhere.aio", folder.join("lost.aio")).expect("a link");
    symlink(&folder, folder.join("circle")).expect("a link");
    let output = test(&folder, &[]);
    assert_shows(&output, 1, &["ok a (", "FAILED lost (", "cannot read it: "]);
    let output = test(&folder, &["nothing"]);
    assert_eq!(output.code, Some(2));
    assert!(output.stderr.contains("no such file or folder: nothing"));
}

#[test]
#[cfg(unix)]
fn ctrl_c_reports_what_is_known() {
    let slow = "# test: clock=real\nimport time\ntry:\n    time.sleep(50)\nexcept BaseException:\n    time.sleep(50)\n";
    let files = [
        ("a.aio", "print(1)\n"),
        ("a.out", "1\n"),
        ("b.aio", slow),
        ("b.out", ""),
        ("c.aio", slow),
        ("c.out", ""),
    ];
    let folder = folder("ctrl_c", &files);
    let mut command = aio(&folder, &["test", "-j", "1"]);
    command.stdin(Stdio::null());
    let mut child = command.spawn().expect("aio starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert!(
        lines
            .next()
            .expect("a line")
            .expect("text")
            .starts_with("ok a (")
    );
    std::thread::sleep(Duration::from_millis(300));
    let pid = child.id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(killed.expect("kill").success());
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(rest.iter().any(|l| l.starts_with("FAILED b (")), "{rest:?}");
    assert!(rest.iter().any(|l| l == "interrupted"), "{rest:?}");
    let summary = "1 passed, 1 failed, 1 not run in ";
    assert!(rest.iter().any(|l| l.starts_with(summary)), "{rest:?}");
}
