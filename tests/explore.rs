//! `aio test --explore` and `--schedule` through the real binary: races are found, replayed, and told
//! in the fewest moves.

mod command;
mod suite;

use std::fs;
use std::path::Path;

use command::run;
use suite::{assert_shows, folder, read, test};

#[test]
fn planted_races_are_found() {
    let races = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/races");
    let places = fs::read_dir(&races).expect("the folder").flatten();
    let files: Vec<(String, String)> = places
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name.clone(), read(&races, &name))
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let folder = folder("races", &files);
    let count = files
        .iter()
        .filter(|(name, _)| name.ends_with(".aio"))
        .count();
    assert!(count >= 20);
    assert_shows(&test(&folder, &[]), 0, &[&format!("{count} passed")]);
    let output = test(&folder, &["--explore", "200"]);
    assert_shows(&output, 1, &[&format!("0 passed, {count} failed")]);
    // Each is replayed by the command that is shown, and by the seed that found it, twice alike, and
    // differs from the usual.
    let mut replayed = 0;
    let mut lines = output.stdout.lines();
    while let Some(line) = lines.next() {
        let Some(args) = line.strip_prefix("  aio ") else {
            continue;
        };
        let mut args: Vec<&str> = args.split(' ').collect();
        let found = lines
            .next()
            .and_then(|l| l.strip_prefix("found with seed "));
        let seed = found.and_then(|l| l.split(';').next()).unwrap_or_default();
        let by_seed = format!("--schedule=random:{seed}");
        let shortest = std::mem::replace(&mut args[1], &by_seed);
        replay(&folder, &args);
        args[1] = shortest;
        replay(&folder, &args);
        replayed += 1;
    }
    assert_eq!(replayed, count);
}

/// Runs a script as these arguments say: twice alike, and not as usual.
fn replay(folder: &Path, args: &[&str]) {
    let first = run(folder, args, "").expect("aio starts");
    let second = run(folder, args, "").expect("aio starts");
    assert_eq!((&first.stdout, first.code), (&second.stdout, second.code));
    let script = args[args.len() - 1];
    let usual = read(folder, &script.replace(".aio", ".out"));
    assert_ne!(first.stdout, usual, "{args:?}");
}

#[test]
fn what_does_not_race_passes() {
    let text = "import asyncio\n\nbalance = 100\nlock = asyncio.Lock()\nqueue = asyncio.Queue()\n\n\nasync def deposit(amount):\n    global balance\n    async with lock:\n        seen = balance\n        await asyncio.sleep(1)\n        balance = seen + amount\n    await queue.put(amount)\n    return amount\n\n\nasync def main():\n    print(await asyncio.gather(*(deposit(n) for n in range(5))), balance)\n    print(sorted([await queue.get() for _ in range(5)]))\n\n\nasyncio.run(main())\n";
    let ordered = "# test: ordered=\"fair by design\"\nimport asyncio\nasync def say(x):\n    print(x)\nasync def main():\n    await asyncio.gather(say(1), say(2))\nasyncio.run(main())\n";
    let calls = "import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n    for i in range(5):\n        loop.call_soon(print, i)\n    await asyncio.sleep(1)\nasyncio.run(main())\n";
    let files = [
        ("a.aio", text),
        ("a.out", "[0, 1, 2, 3, 4] 110\n[0, 1, 2, 3, 4]\n"),
        ("b.aio", ordered),
        ("b.out", "1\n2\n"),
        ("calls.aio", calls),
        ("calls.out", "0\n1\n2\n3\n4\n"),
    ];
    let output = test(&folder("no_race", &files), &["--explore", "50"]);
    assert_shows(&output, 0, &["3 passed"]);
}

#[test]
fn run_is_a_word_and_takes_a_schedule() {
    let script = "import asyncio, sys\nasync def say(x):\n    print(x)\nasync def main():\n    await asyncio.gather(*map(say, range(6)))\nasyncio.run(main())\nprint(sys.argv)\n";
    let folder = folder(
        "run_word",
        &[("x.aio", script), ("run", "print('the script')\n")],
    );
    let stdout = |args: &[&str]| {
        let output = run(&folder, args, "").expect("aio starts");
        assert_eq!(output.code, Some(0), "{output:?}");
        output.stdout
    };
    let usual = stdout(&["x.aio", "a"]);
    assert_eq!(stdout(&["run", "x.aio", "a"]), usual);
    let other = stdout(&["run", "--schedule=random:1", "x.aio", "a"]);
    assert_ne!(other, usual);
    assert_eq!(
        stdout(&["run", "--schedule", "random:1", "x.aio", "a"]),
        other
    );
    let moved = stdout(&["run", "--schedule=moves:0.0-5", "x.aio"]);
    assert_eq!(moved, "1\n2\n3\n4\n5\n0\n['x.aio']\n");
    assert_eq!(stdout(&["./run"]), "the script\n");
    // As what runs others may add its own.
    let twice = ["--virtual-time", "--compat", "--virtual-time", "--compat"];
    assert_eq!(stdout(&[&twice[..], &["x.aio", "a"]].concat()), usual);
    let output = run(&folder, &["run"], "").expect("aio starts");
    assert_eq!(
        (output.code, &*output.stderr),
        (Some(2), "aio run: which FILE?\n")
    );
}

#[test]
fn the_schedule_reported_is_the_shortest() {
    // Ten tasks that matter to nobody, then two whose order does, a second later.
    let script = "import asyncio\nasync def noise():\n    for _ in range(5):\n        await asyncio.sleep(0.1)\nasync def say(x):\n    await asyncio.sleep(1)\n    print(x)\nasync def main():\n    await asyncio.gather(*(noise() for _ in range(10)), say('a'), say('b'))\nasyncio.run(main())\n";
    let folder = folder("shortest", &[("x.aio", script), ("x.out", "a\nb\n")]);
    let output = test(&folder, &["--explore", "50"]);
    assert_shows(
        &output,
        1,
        &[
            "+ b\n  a\n- b\n",
            ": Task-13, Task-12 instead of Task-12, Task-13\n",
        ],
    );
    let command = output.stdout.lines().find(|l| l.starts_with("  aio run "));
    let schedule = command.and_then(|l| l.split_once("moves:")).map(|m| m.1);
    let moves = schedule.and_then(|s| s.split_once(' ')).map_or("", |m| m.0);
    // One thing in one turn goes one place.
    assert_eq!(moves.split(',').count(), 1, "{}", output.stdout);
    let (_, places) = moves.split_once('.').expect("turn.from-to");
    let (from, to) = places.split_once('-').expect("from-to");
    let place = |text: &str| text.parse::<i32>().expect("a number");
    assert_eq!((place(from) - place(to)).abs(), 1, "{moves}");
}
