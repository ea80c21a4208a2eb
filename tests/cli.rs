//! The `aio` command through the real binary: where programs come from, what they see of the
//! command line, how they end. What programs mean is in the golden scripts.

mod command;

use std::fs;
use std::path::PathBuf;

use command::{Output, run};

/// An empty folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Runs `aio` with these arguments in an empty folder.
fn aio(name: &str, args: &[&str]) -> Output {
    run(&folder(name), args, "").expect("aio starts")
}

/// Runs `aio` on a file `main.aio` of this text, with these arguments after it.
fn script(name: &str, text: &str, args: &[&str]) -> Output {
    let folder = folder(name);
    fs::write(folder.join("main.aio"), text).expect("the script is written");
    let args: Vec<&str> = ["main.aio"].iter().chain(args).copied().collect();
    run(&folder, &args, "").expect("aio starts")
}

/// Checks the exit code and standard output, and that standard error is empty.
#[track_caller]
fn assert_quiet(output: &Output, code: i32, stdout: &str) {
    assert_eq!(
        (output.code, output.stdout.as_str(), output.stderr.as_str()),
        (Some(code), stdout, "")
    );
}

/// Checks the exit code and the headline: the last line of standard error at the margin, which what
/// helps may follow.
#[track_caller]
fn assert_fails(output: &Output, code: i32, last_line: &str) {
    let at_margin = |line: &&str| !line.starts_with(' ');
    let last = output.stderr.lines().rfind(at_margin).unwrap_or_default();
    assert_eq!(
        (output.code, last),
        (Some(code), last_line),
        "{}",
        output.stderr
    );
}

mod sources {
    use super::*;

    const SHOW: &str = "import sys\nprint(sys.argv, __name__)\n";

    #[test]
    fn a_file_runs() {
        let output = script("a_file_runs", SHOW, &["one", "two three"]);
        assert_quiet(&output, 0, "['main.aio', 'one', 'two three'] __main__\n");
    }

    #[test]
    fn options_after_the_file_are_the_scripts() {
        let output = script(
            "options_after_the_file",
            SHOW,
            &["--virtual-time", "-c", "--help"],
        );
        let expected = "['main.aio', '--virtual-time', '-c', '--help'] __main__\n";
        assert_quiet(&output, 0, expected);
    }

    #[test]
    fn file_is_known_to_the_script() {
        let text = "print(__file__.replace('\\\\', '/').split('/')[-1])\n";
        let output = script("file_is_known", text, &[]);
        assert_quiet(&output, 0, "main.aio\n");
    }

    #[test]
    fn text_of_c_runs() {
        let output = aio("text_of_c_runs", &["-c", SHOW, "one", "two"]);
        assert_quiet(&output, 0, "['-c', 'one', 'two'] __main__\n");
    }

    #[test]
    fn options_after_the_text_are_the_scripts() {
        let output = aio("options_after_the_text", &["-c", SHOW, "-x", "--help"]);
        assert_quiet(&output, 0, "['-c', '-x', '--help'] __main__\n");
    }

    #[test]
    fn options_of_the_command_after_the_text_are_the_scripts() {
        let show = "import sys; print(sys.argv)";
        let args = ["--virtual-time", "-c", show, "--version", "-c", "--", "-"];
        let output = aio("own_options_after_the_text", &args);
        assert_quiet(&output, 0, "['-c', '--version', '-c', '--', '-']\n");
        let output = aio("text_of_an_option", &["-c-1"]);
        assert_quiet(&output, 0, "");
    }

    #[test]
    fn text_has_no_file() {
        let output = aio(
            "text_has_no_file",
            &["-c", "print('__file__' in globals())"],
        );
        assert_quiet(&output, 0, "False\n");
    }

    #[test]
    fn a_dash_is_standard_input() {
        let output = run(&folder("a_dash"), &["-", "one"], SHOW).expect("aio starts");
        assert_quiet(&output, 0, "['-', 'one'] __main__\n");
    }

    #[test]
    fn nothing_is_standard_input() {
        let output = run(&folder("nothing"), &[], SHOW).expect("aio starts");
        assert_quiet(&output, 0, "[''] __main__\n");
    }

    #[test]
    fn an_empty_program_does_nothing() {
        assert_quiet(&script("an_empty_program", "", &[]), 0, "");
    }

    #[test]
    fn a_folder_runs_its_main() {
        let folder = folder("a_folder");
        fs::create_dir_all(folder.join("app")).expect("a folder");
        fs::write(
            folder.join("app/__main__.aio"),
            "import part\nprint(part.name)\n",
        )
        .expect("a file");
        fs::write(folder.join("app/part.aio"), "name = __name__\n").expect("a file");
        let output = run(&folder, &["app"], "").expect("aio starts");
        assert_quiet(&output, 0, "part\n");
    }

    #[test]
    fn modules_are_found_beside_the_script() {
        let folder = folder("beside_the_script");
        fs::create_dir_all(folder.join("deep")).expect("a folder");
        fs::write(folder.join("deep/main.aio"), "import near\n").expect("a file");
        fs::write(folder.join("deep/near.aio"), "print('near', __file__)\n").expect("a file");
        let output = run(&folder, &["deep/main.aio"], "").expect("aio starts");
        assert_eq!(
            (output.code, output.stderr.as_str()),
            (Some(0), ""),
            "{output:?}"
        );
        assert!(output.stdout.starts_with("near "), "{output:?}");
    }

    #[test]
    fn a_script_reads_standard_input() {
        let folder = folder("reads_standard_input");
        fs::write(
            folder.join("main.aio"),
            "print(input('? ').upper(), input())\n",
        )
        .expect("a file");
        let output = run(&folder, &["main.aio"], "yes\nno\n").expect("aio starts");
        assert_quiet(&output, 0, "? YES no\n");
    }

    #[test]
    fn virtual_time_is_set_for_a_run() {
        let text = "import asyncio, time\nt = time.monotonic()\nasyncio.run(asyncio.sleep(86400))\nprint(time.monotonic() - t)\n";
        let output = aio("virtual_time", &["--virtual-time", "-c", text]);
        assert_quiet(&output, 0, "86400.0\n");
    }
}

mod usage {
    use super::*;

    #[test]
    fn version_is_printed() {
        let expected = concat!("aio ", env!("CARGO_PKG_VERSION"), "\n");
        assert_quiet(&aio("version", &["--version"]), 0, expected);
        assert_quiet(&aio("version_short", &["-V"]), 0, expected);
    }

    #[test]
    fn help_names_the_options() {
        let output = aio("help", &["--help"]);
        assert_eq!(output.code, Some(0));
        for part in ["Usage:", "FILE", "-c", "--virtual-time", "--version"] {
            assert!(
                output.stdout.contains(part),
                "{part} is missing in:\n{}",
                output.stdout
            );
        }
        assert_eq!(output.stderr, "");
    }

    #[test]
    fn a_missing_file_is_wrong_usage() {
        let output = aio("a_missing_file", &["nowhere.aio"]);
        assert_fails(
            &output,
            2,
            "aio: can't open file 'nowhere.aio': No such file or directory",
        );
    }

    #[test]
    fn a_folder_without_a_main_is_wrong_usage() {
        let output = aio("a_folder_without_a_main", &["."]);
        assert_fails(&output, 2, "aio: can't find '__main__.aio' in '.'");
    }

    #[test]
    fn a_missing_text_is_wrong_usage() {
        let output = aio("a_missing_text", &["-c"]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.contains("-c"), "{}", output.stderr);
    }

    #[test]
    fn an_unknown_option_is_wrong_usage() {
        let output = aio("an_unknown_option", &["--nonsense"]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.contains("--nonsense"), "{}", output.stderr);
    }
}

mod endings {
    use super::*;

    /// The exit code of `import sys; sys.exit(ARGUMENT)`, which prints nothing.
    #[track_caller]
    fn assert_exit(argument: &str, code: i32) {
        let text = format!("import sys\nsys.exit({argument})");
        assert_quiet(
            &aio(&format!("exit_{code}_{}", argument.len()), &["-c", &text]),
            code,
            "",
        );
    }

    #[test]
    fn sys_exit_gives_the_code() {
        for (argument, code) in [("", 0), ("None", 0), ("0", 0), ("3", 3), ("True", 1)] {
            assert_exit(argument, code);
        }
    }

    #[test]
    #[cfg(unix)]
    fn sys_exit_wraps_as_the_system_does() {
        for (argument, code) in [("255", 255), ("258", 2), ("-1", 255)] {
            assert_exit(argument, code);
        }
    }

    #[test]
    fn sys_exit_prints_a_text() {
        let output = aio(
            "exit_text",
            &["-c", "import sys\nprint('before')\nsys.exit('no more')"],
        );
        let seen = (output.code, output.stdout.as_str(), output.stderr.as_str());
        assert_eq!(seen, (Some(1), "before\n", "no more\n"));
    }

    #[test]
    fn system_exit_runs_finally() {
        let text = "try:\n    raise SystemExit(4)\nfinally:\n    print('cleaned up')\n";
        assert_quiet(&script("runs_finally", text, &[]), 4, "cleaned up\n");
    }

    #[test]
    fn system_exit_leaves_the_event_loop() {
        let text = "\
import asyncio, sys
async def main():
    try:
        sys.exit(5)
    finally:
        print('cleaned up')
asyncio.run(main())
";
        assert_quiet(&script("leaves_the_loop", text, &[]), 5, "cleaned up\n");
    }

    #[test]
    fn an_uncaught_exception_is_reported() {
        let text = "\
def inner(n):
    return 1 / n


def outer():
    inner(0)


outer()
";
        let output = script("uncaught", text, &[]);
        assert_fails(&output, 1, "ZeroDivisionError: division by zero");
        let frames = [(8 + 1, "<module>"), (6, "outer"), (2, "inner")];
        let mut from = 0;
        for (line, function) in frames {
            let frame = format!("main.aio\", line {line}, in {function}");
            let at = output.stderr[from..].find(&frame);
            assert!(at.is_some(), "{frame} is missing in:\n{}", output.stderr);
            from += at.unwrap_or_default();
        }
        assert!(output.stderr.contains("return 1 / n"), "{}", output.stderr);
    }

    #[test]
    fn long_lines_are_reported_in_part() {
        let text = format!("x = [{}oops]\n", "1, ".repeat(50_000));
        let output = script("long_lines", &text, &[]);
        assert_fails(&output, 1, "NameError: name 'oops' is not defined");
        assert!(output.stderr.contains("oops]"), "{}", output.stderr);
        assert!(output.stderr.len() < 2000, "{}", output.stderr);
        let output = script("long_line_of_an_error", &"-".repeat(100_000), &[]);
        assert_fails(&output, 1, "SyntaxError: invalid syntax");
        assert!(output.stderr.len() < 2000, "{}", output.stderr);
    }

    #[test]
    fn causes_are_reported_first() {
        let text =
            "try:\n    {}['key']\nexcept KeyError as e:\n    raise ValueError('no') from e\n";
        let output = script("causes", text, &[]);
        assert_fails(&output, 1, "ValueError: no");
        let cause = output.stderr.find("KeyError: 'key'");
        let joint = output
            .stderr
            .find("The above exception was the direct cause of the following exception:");
        assert!(cause.is_some() && cause < joint, "{}", output.stderr);
    }

    #[test]
    fn an_exception_in_a_task_is_reported_with_its_frames() {
        let text = "\
import asyncio
async def fail():
    await asyncio.sleep(0)
    raise LookupError('not here')
async def main():
    await fail()
asyncio.run(main())
";
        let output = script("in_a_task", text, &[]);
        assert_fails(&output, 1, "LookupError: not here");
        for frame in ["line 6, in main", "line 4, in fail"] {
            assert!(
                output.stderr.contains(frame),
                "{frame} is missing in:\n{}",
                output.stderr
            );
        }
    }

    #[test]
    fn an_exception_without_a_message_is_its_name() {
        assert_fails(
            &aio("no_message", &["-c", "raise ValueError"]),
            1,
            "ValueError",
        );
    }

    #[test]
    fn a_class_of_a_module_is_reported_with_it() {
        let output = aio(
            "class_of_a_module",
            &["-c", "import asyncio\nraise asyncio.QueueFull"],
        );
        assert_fails(&output, 1, "asyncio.queues.QueueFull");
    }

    #[test]
    fn notes_follow_the_message() {
        let text = "e = ValueError('no')\ne.add_note('look again')\nraise e\n";
        let output = script("notes", text, &[]);
        assert!(
            output.stderr.ends_with("ValueError: no\nlook again\n"),
            "{}",
            output.stderr
        );
    }

    #[test]
    fn a_syntax_error_is_reported_with_its_place() {
        let output = script("syntax_error", "print(1)\nx = = 2\n", &[]);
        assert_fails(&output, 1, "SyntaxError: invalid syntax");
        assert_eq!(output.stdout, "");
        assert!(
            output.stderr.contains("main.aio\", line 2"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("x = = 2"), "{}", output.stderr);
    }

    #[test]
    fn a_file_that_is_no_text_is_a_syntax_error() {
        let folder = folder("no_text");
        fs::write(folder.join("main.aio"), b"x = '\xff'\n").expect("a file");
        let output = run(&folder, &["main.aio"], "").expect("aio starts");
        assert_eq!(output.code, Some(1));
        assert!(output.stderr.contains("SyntaxError: "), "{}", output.stderr);
    }

    #[test]
    fn output_is_complete_when_the_program_fails() {
        let text = "for i in range(10000):\n    print(i)\nraise RuntimeError('over')\n";
        let output = script("complete", text, &[]);
        assert_fails(&output, 1, "RuntimeError: over");
        let expected: String = (0..10000).map(|i| format!("{i}\n")).collect();
        assert!(
            output.stdout == expected,
            "{} bytes came",
            output.stdout.len()
        );
    }

    #[test]
    fn deep_recursion_is_an_exception() {
        let output = aio("deep_recursion", &["-c", "def f(): return f()\nf()"]);
        assert_eq!(output.code, Some(1));
        let expected = "\nRecursionError: maximum recursion depth exceeded\n";
        assert!(output.stderr.contains(expected), "{}", output.stderr);
        assert!(output.stderr.len() < 10_000, "{}", output.stderr);
    }
}

mod findings {
    use super::*;

    #[test]
    fn a_coroutine_never_awaited_is_reported() {
        let text = "async def forgotten():\n    pass\nforgotten()\nprint('end')\n";
        let output = script("never_awaited", text, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(1), "end\n"));
        let expected = "RuntimeWarning: coroutine 'forgotten' was never awaited";
        assert!(output.stderr.contains(expected), "{}", output.stderr);
        assert!(output.stderr.contains("main.aio:3"), "{}", output.stderr);
    }

    #[test]
    fn a_task_exception_never_retrieved_is_reported() {
        let text = "\
import asyncio
async def fail():
    raise ValueError('lost')
async def main():
    asyncio.create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print('end')
asyncio.run(main())
";
        let output = script("never_retrieved", text, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(1), "end\n"));
        assert!(
            output.stderr.contains("Task exception was never retrieved"),
            "{}",
            output.stderr
        );
        assert!(
            output.stderr.contains("ValueError: lost"),
            "{}",
            output.stderr
        );
    }

    #[test]
    fn an_exception_in_del_is_reported() {
        let text = "class C:\n    def __del__(self):\n        raise ValueError('in del')\nC()\nprint('end')\n";
        let output = script("in_del", text, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(0), "end\n"));
        assert!(
            output.stderr.contains("Exception ignored in"),
            "{}",
            output.stderr
        );
        assert!(
            output.stderr.contains("ValueError: in del"),
            "{}",
            output.stderr
        );
    }
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Child, Command, Stdio};

    /// Starts a program and waits for its first line; its output comes from the reader.
    fn start(name: &str, text: &str) -> (Child, impl BufRead + use<>) {
        start_with(name, text, Stdio::null())
    }

    /// The same with this standard input.
    fn start_with(name: &str, text: &str, stdin: Stdio) -> (Child, impl BufRead + use<>) {
        let mut command = command::aio(&folder(name), &["-c", text]);
        let mut child = command.stdin(stdin).spawn().expect("aio starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the first line");
        assert_eq!(line, "ready\n");
        (child, stdout)
    }

    fn send_interrupt(child: &Child) {
        let status = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(status.expect("kill starts").success());
    }

    /// Runs a program that prints `ready`, and interrupts it.
    fn interrupt(name: &str, text: &str) -> Output {
        let (child, mut stdout) = start(name, text);
        send_interrupt(&child);
        let mut output = command::finish(child).expect("aio ends");
        stdout
            .read_to_string(&mut output.stdout)
            .expect("the rest of the output");
        output
    }

    #[test]
    fn ctrl_c_ends_a_busy_loop() {
        let output = interrupt("busy", "print('ready', flush=True)\nwhile True: pass");
        assert_fails(&output, 130, "KeyboardInterrupt");
    }

    #[test]
    fn ctrl_c_ends_arithmetic() {
        let text = "print('ready', flush=True)\nx = 3 ** 10 ** 9";
        assert_fails(&interrupt("arithmetic", text), 130, "KeyboardInterrupt");
    }

    #[test]
    fn ctrl_c_ends_a_read() {
        let text = "print('ready', flush=True)\ninput()";
        let (mut child, _stdout) = start_with("read", text, Stdio::piped());
        let stdin = child.stdin.take();
        send_interrupt(&child);
        let output = command::finish(child).expect("aio ends");
        assert_fails(&output, 130, "KeyboardInterrupt");
        drop(stdin);
    }

    #[test]
    fn ctrl_c_ends_calls_of_the_system_that_wait() {
        let text = "\
import os
there, here = os.pipe()
print('ready', flush=True)
try:
    os.read(there, 1)
except KeyboardInterrupt:
    print('caught', flush=True)
print('x' * 1_000_000)
";
        let (mut child, stdout) = start("waiting", text);
        send_interrupt(&child);
        // Nobody reads more than the first line: what is written waits.
        let mut stdout = stdout.lines();
        assert_eq!(stdout.next().expect("a line").expect("text"), "caught");
        std::thread::sleep(std::time::Duration::from_millis(200));
        send_interrupt(&child);
        assert_eq!(child.wait().expect("aio ends").code(), Some(130));
    }

    #[test]
    fn ctrl_c_ends_a_sleep() {
        let text = "import time\nprint('ready', flush=True)\ntime.sleep(50)";
        assert_fails(&interrupt("sleep", text), 130, "KeyboardInterrupt");
    }

    #[test]
    fn ctrl_c_cancels_the_main_task() {
        let text = "\
import asyncio
async def main():
    print('ready', flush=True)
    try:
        await asyncio.sleep(50)
    finally:
        print('cleaned up')
asyncio.run(main())
";
        let output = interrupt("main_task", text);
        assert_fails(&output, 130, "KeyboardInterrupt");
        assert_eq!(output.stdout, "cleaned up\n");
    }

    #[test]
    fn ctrl_c_can_be_caught() {
        let text = "\
try:
    print('ready', flush=True)
    while True: pass
except KeyboardInterrupt:
    print('caught')
";
        assert_quiet(&interrupt("caught", text), 0, "caught\n");
    }

    #[test]
    fn a_closed_pipe_ends_the_program_quietly() {
        let text = "print('ready', flush=True)\nfor i in range(10**9): print(i)";
        let (child, stdout) = start("closed_pipe", text);
        drop(stdout);
        let output = command::finish(child).expect("aio ends");
        assert_eq!((output.code, output.stderr.as_str()), (Some(141), ""));
    }
}
