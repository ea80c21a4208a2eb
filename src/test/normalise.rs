//! Making outputs comparable: line ends, trailing spaces, paths, addresses, and rules of the script;
//! and patterns in expected outputs.
//!
//! `[..]` stands for anything within a line, a line `...` for any number of lines.

use std::borrow::Cow;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::transcript::{self, Line};
use super::{Case, Directives};

/// As in `<object at 0x7f12ab>`.
static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bat 0x[0-9a-fA-F]{4,}").ok());

/// An output as it is compared, and as `--bless` writes it.
pub fn normalise(text: &str, folder: &Path, directives: &Directives) -> String {
    let mut text = text.to_owned();
    if directives.normalises {
        text = text.replace("\r\n", "\n");
        let lines: Vec<&str> = text
            .split('\n')
            .map(|l| l.trim_end_matches([' ', '\t']))
            .collect();
        text = lines.join("\n");
        if let Ok(folder) = std::path::absolute(folder) {
            let folder = folder.to_string_lossy();
            if folder.len() > 1 {
                text = text.replace(&*folder, "[DIR]");
            }
        }
        if let Some(address) = &*ADDRESS {
            text = replace(address, text, "at 0x[..]");
        }
    }
    for (rule, with) in &directives.rules {
        text = replace(rule, text, with);
    }
    text
}

fn replace(rule: &Regex, text: String, with: &str) -> String {
    match rule.replace_all(&text, with) {
        Cow::Owned(changed) => changed,
        Cow::Borrowed(_) => text,
    }
}

/// What patterns an expected output may contain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patterns {
    /// None: it is compared as it is.
    None,
    /// Those of outputs.
    Output,
    /// Those of transcripts, in which a line `...` can be the end of a block.
    Transcript,
}

impl Patterns {
    /// Those of a test.
    pub fn of(case: &Case, directives: &Directives) -> Patterns {
        match (directives.normalises, case.is_transcript()) {
            (false, _) => Patterns::None,
            (true, false) => Patterns::Output,
            (true, true) => Patterns::Transcript,
        }
    }
}

/// True if an output is what is expected. Both are normalised.
pub fn matches(expected: &str, actual: &str, patterns: Patterns) -> bool {
    if expected == actual {
        return true;
    }
    let has_some = expected.contains("[..]") || expected.contains("...");
    if patterns == Patterns::None || !has_some {
        return false;
    }
    let kinds = match patterns {
        Patterns::Transcript => transcript::classify(expected),
        _ => Vec::new(),
    };
    let expected: Vec<&str> = expected.split('\n').collect();
    let is_gap =
        |i: usize| expected[i] == "..." && kinds.get(i).is_none_or(|kind| *kind == Line::Output);
    let actual: Vec<&str> = actual.split('\n').collect();
    // Where the last `...` stood, and how many lines it takes so far.
    let (mut i, mut j, mut star) = (0, 0, None);
    while j < actual.len() {
        if i < expected.len() && is_gap(i) {
            star = Some((i, j));
            i += 1;
        } else if i < expected.len() && line_matches(expected[i], actual[j]) {
            i += 1;
            j += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            i = at + 1;
            j = taken + 1;
        } else {
            return false;
        }
    }
    (i..expected.len()).all(is_gap)
}

/// True if a line is what is expected, `[..]` being anything.
fn line_matches(expected: &str, actual: &str) -> bool {
    if expected == actual {
        return true;
    }
    let mut parts = expected.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = actual.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The expected output with its patterns filled in where they match, so that a difference shows only
/// what is wrong.
pub fn resolve(expected: &str, actual: &str) -> String {
    let mut left = actual.split('\n').collect::<Vec<_>>().into_iter();
    let resolved = expected.split('\n').map(|line| {
        if !line.contains("[..]") {
            return line;
        }
        let mut ahead = left.clone();
        match ahead.find(|came| line_matches(line, came)) {
            Some(came) => {
                left = ahead;
                came
            }
            None => line,
        }
    });
    resolved.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Directives, Patterns, matches, normalise, resolve};
    use std::path::Path;

    #[test]
    fn patterns() {
        for (expected, actual, is_match) in [
            ("a[..]c\n", "abbbc\n", true),
            ("a[..]c\n", "ab\n", false),
            ("[..]", "", true),
            ("a\n...\nz\n", "a\nz\n", true),
            ("a\n...\nz\n", "a\nb\nz\nc\nz\n", true),
            ("a\n...\nz\n", "a\nb\n", false),
            ("x[..]y[..]z", "x1y2z", true),
            ("x[..]y[..]z", "xz", false),
        ] {
            assert_eq!(
                matches(expected, actual, Patterns::Output),
                is_match,
                "{expected:?} {actual:?}"
            );
        }
        assert!(!matches("a[..]c", "abc", Patterns::None));
        let block = ">>> if x:\n...     1\n...\n1\n";
        let other = block.replace("...\n1", "... \n2\n3\n1");
        assert!(!matches(block, &other, Patterns::Transcript));
        assert!(matches(
            ">>> f()\na\n...\nc\n",
            ">>> f()\na\nb\nc\n",
            Patterns::Transcript
        ));
        assert_eq!(resolve("1\na[..]\n2", "1\nab\n3"), "1\nab\n2");
    }

    #[test]
    fn what_differs_between_runs_goes() {
        let text = "x  \r\n<A object at 0x7f0012ab>\n0xff\n";
        let text = normalise(text, Path::new("."), &Directives::default());
        assert_eq!(text, "x\n<A object at 0x[..]>\n0xff\n");
    }
}
