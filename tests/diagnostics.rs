//! What the command tells about programs that go wrong, in each format: the texts themselves are the
//! golden files of `errors/`.

mod command;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use command::{Output, run};

/// Runs a script with these options.
fn script(name: &str, text: &str, options: &[&str]) -> Output {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("diagnostics")
        .join(name);
    fs::create_dir_all(&folder).expect("a folder for the test");
    fs::write(folder.join("main.aio"), text).expect("the script is written");
    let arguments = [options, &["main.aio"]].concat();
    run(&folder, &arguments, "").expect("aio starts")
}

const BLOCKED: &str = "\
import asyncio, time

async def work():
    time.sleep(0.4)

async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0.05), name='tick')
        await asyncio.sleep(0)
        group.create_task(work(), name='worker')

asyncio.run(main())
";

#[test]
fn a_blocked_loop_is_told_of_with_debug() {
    let told = script("blocked", BLOCKED, &["--debug"]);
    assert_eq!(told.code, Some(0));
    for part in [
        "aio::loop-blocked",
        "task 'worker', work() kept the event loop busy for 0.",
        "it was in work()",
        "late: 'tick' by 0.",
        "main.aio:4:5",
        "time.sleep(0.4)",
    ] {
        assert!(told.stderr.contains(part), "{part}: {}", told.stderr);
    }
    let silent = script("blocked", BLOCKED, &[]);
    let seen = (silent.code, silent.stdout.as_str(), silent.stderr.as_str());
    assert_eq!(seen, (Some(0), "", ""));
}

/// Programs with a fault each, and its code.
const FAULTS: &[(&str, &str)] = &[
    ("x = = 1", "invalid-syntax"),
    ("print(1 / 0)", "uncaught"),
    (
        "import asyncio\nasync def f(): pass\nasync def main():\n    f()\nasyncio.run(main())",
        "await-missing",
    ),
    (
        "import asyncio\nasyncio.run(asyncio.Event().wait())",
        "deadlock",
    ),
    (
        "import asyncio\nasync def f(): 1 / 0\nasync def main():\n    t = asyncio.create_task(f())\n    await asyncio.sleep(0.01)\nasyncio.run(main())",
        "task-exception-lost",
    ),
    (
        "import asyncio\nasync def main():\n    async with asyncio.timeout(0.01):\n        try: await asyncio.sleep(1)\n        except asyncio.CancelledError: pass\nasyncio.run(main())",
        "cancellation-swallowed",
    ),
];

#[test]
fn json_is_an_object_a_line() {
    for (i, (text, code)) in FAULTS.iter().enumerate() {
        let output = script(&format!("json{i}"), text, &["--error-format=json"]);
        assert_eq!(output.code, Some(1), "{text}");
        let mut codes = Vec::new();
        for line in output.stderr.lines() {
            let value: serde_json::Value = serde_json::from_str(line).expect(line);
            codes.push(value["code"].as_str().unwrap_or_default().to_owned());
        }
        assert_eq!(codes.first(), Some(&format!("aio::{code}")), "{text}");
    }
}

#[test]
fn plain_text_has_no_pictures() {
    for (i, (text, code)) in FAULTS.iter().enumerate() {
        let output = script(&format!("plain{i}"), text, &["--error-format=python"]);
        assert_eq!(output.code, Some(1), "{text}");
        assert!(!output.stderr.is_empty(), "{text}");
        assert!(!output.stderr.contains('╭'), "{code}: {}", output.stderr);
    }
}

#[test]
fn compat_ends_as_cpython_does() {
    let codes = FAULTS.iter().enumerate().map(|(i, (text, _))| {
        let output = script(&format!("compat{i}"), text, &["--compat"]);
        output.code.unwrap_or(-1)
    });
    // Only what CPython would wait for without end is an error still.
    assert_eq!(codes.collect::<Vec<_>>(), [1, 1, 0, 1, 0, 0]);
}

#[test]
fn deadlocks_are_told_of() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors/deadlock");
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the scripts") {
        let path = entry.expect("a script").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.ends_with(".aio") || name.starts_with("partial") {
            continue;
        }
        let output = run(&folder, &[&*name], "").expect("aio starts");
        assert!(output.stderr.contains("aio::deadlock"), "{name}");
        count += 1;
    }
    assert!(count >= 25, "{count}");
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    const PROGRAM: &str = "\
import asyncio

async def consume(queue):
    print('got', await queue.get())

async def main():
    queue = asyncio.Queue()
    task = asyncio.create_task(consume(queue), name='consumer')
    await asyncio.sleep(0)
    print('ready', flush=True)
    await asyncio.sleep(PAUSE)
    queue.put_nowait(1)
    await task

asyncio.run(main())
";

    /// Starts the program, sends a signal when it is ready; returns its end.
    fn signalled(signal: &str, pause: &str) -> Output {
        let text = PROGRAM.replace("PAUSE", pause);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let mut command = command::aio(folder, &["-c", &text]);
        let mut child = command.stdin(Stdio::null()).spawn().expect("aio starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        // It is asleep soon after.
        std::thread::sleep(Duration::from_millis(200));
        let kill = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(kill.expect("kill starts").success());
        command::finish(child).expect("its end")
    }

    #[test]
    fn a_question_shows_the_tasks_and_the_program_goes_on() {
        let output = signalled("-QUIT", "2");
        assert_eq!(output.code, Some(0), "{}", output.stderr);
        let expected = "task 'consumer', consume() at <string>:4 in consume(), waits for an item of queue `queue` (empty)";
        assert!(output.stderr.contains(expected), "{}", output.stderr);
        assert!(
            output.stderr.contains("waits for sleep(2)"),
            "{}",
            output.stderr
        );
    }

    #[test]
    fn an_interrupt_shows_where_each_task_was() {
        let output = signalled("-INT", "1000");
        assert_eq!(output.code, Some(130), "{}", output.stderr);
        let shown: Vec<&str> = output
            .stderr
            .lines()
            .skip_while(|l| *l != "KeyboardInterrupt")
            .collect();
        assert_eq!(shown.len(), 4, "{}", output.stderr);
        assert!(
            shown[2].contains("'Task-1', main() at <string>:11 in main()"),
            "{shown:?}"
        );
        assert!(
            shown[3].contains("'consumer', consume() at <string>:4"),
            "{shown:?}"
        );
    }
}
