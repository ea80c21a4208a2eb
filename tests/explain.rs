//! The pages of `aio explain`: the wrong example of each gives the code that the page is about, the
//! right one runs to its end and nothing is said about it.

mod command;

use std::fs;
use std::path::{Path, PathBuf};

use command::{Output, run};

/// The code and the text of each page.
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain/pages");
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of pages") {
        let path = entry.expect("a page").path();
        let code = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path).expect("the text of a page");
        pages.push((code.into_owned(), text));
    }
    pages.sort();
    pages
}

/// The first example behind a heading.
fn example<'a>(page: &'a str, heading: &str) -> &'a str {
    let behind = page.split_once(heading).map_or("", |(_, rest)| rest);
    let code = behind
        .split_once("```python\n")
        .map_or("", |(_, rest)| rest);
    code.split_once("```").map_or("", |(code, _)| code)
}

fn run_text(folder: &Path, text: &str) -> Output {
    fs::write(folder.join("main.aio"), text).expect("the example is written");
    run(folder, &["main.aio"], "").expect("aio starts")
}

#[test]
fn wrong_examples_give_the_code_and_right_ones_run() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("explain");
    fs::create_dir_all(&folder).expect("a folder for the test");
    for (code, page) in pages() {
        let wrong = run_text(&folder, example(&page, "Wrong:"));
        if code == "loop-blocked" {
            // Told only if asked for, and no error.
            let told = run(&folder, &["--debug", "main.aio"], "").expect("aio starts");
            assert!(told.stderr.contains("aio::loop-blocked"), "{}", told.stderr);
            assert_eq!((wrong.code, wrong.stderr.as_str()), (Some(0), ""));
            continue;
        }
        assert!(
            wrong.stderr.contains(&format!("aio::{code}")),
            "{code}: {}",
            wrong.stderr
        );
        assert_ne!(wrong.code, Some(0), "{code}");
        let right = run_text(&folder, example(&page, "Right:"));
        let seen = (right.code, right.stderr.as_str());
        assert_eq!(seen, (Some(0), ""), "{code}");
    }
}

/// The codes that a file of the command names, in quotes.
fn codes_in(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(path).expect("a file of the command");
    let is_code = |word: &&str| {
        word.contains('-')
            && !["f-string", "triple-quoted"].contains(word)
            && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    };
    let words = text.split('"').skip(1).step_by(2);
    words.filter(is_code).map(str::to_owned).collect()
}

#[test]
fn each_code_has_a_page() {
    let pages: Vec<String> = pages().into_iter().map(|(code, _)| code).collect();
    for file in [
        "src/diagnose/advice.rs",
        "src/diagnose/blocked.rs",
        "src/diagnose/deadlock.rs",
        "src/diagnose/forgotten.rs",
        "src/report/codes.rs",
        "src/report/syntax.rs",
        "stdlib/src/asyncio/timeout.rs",
        "stdlib/src/asyncio/task_group.rs",
        "stdlib/src/asyncio/shield.rs",
    ] {
        for code in codes_in(file) {
            assert!(pages.contains(&code), "no page about {code} of {file}");
        }
    }
}

#[test]
fn pages_are_printed() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let page = run(folder, &["explain", "aio::deadlock"], "").expect("aio starts");
    assert_eq!(page.code, Some(0));
    assert!(
        page.stdout.starts_with("# Nothing can wake"),
        "{}",
        page.stdout
    );
    let list = run(folder, &["explain"], "").expect("aio starts");
    assert!(
        list.stdout.contains("aio::await-missing"),
        "{}",
        list.stdout
    );
    let unknown = run(folder, &["explain", "nonsense"], "").expect("aio starts");
    assert_eq!(unknown.code, Some(2));
}
