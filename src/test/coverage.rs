//! What of the programs ran, summed over all tests: lines, the outcomes of decisions, and the
//! `await`s that ever suspended; as a table, and in lcov's format.
//!
//! The counts come from the interpreter, one file after another, as lines of tab-separated words.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Where a decision leads: to a line, or past its statement.
type To = Option<u32>;

/// The counts of one file.
#[derive(Default, Clone, Debug, PartialEq, Eq)]
struct Counts {
    /// Of each line with a statement: how often it ran.
    lines: BTreeMap<u32, u64>,
    /// Of each outcome of a decision, by its line: how often.
    branches: BTreeMap<(u32, To), u64>,
    /// Of each `await`, by line and column: how often it was reached, and suspended.
    awaits: BTreeMap<(u32, u32), (u64, u64)>,
}

/// The counts of all files, by their absolute paths.
#[derive(Default, Clone, Debug)]
pub struct Coverage {
    files: BTreeMap<String, Counts>,
}

/// Some of a file, and how much of that ran.
#[derive(Default, Clone, Copy)]
struct Share {
    all: usize,
    ran: usize,
}

impl Share {
    fn of(ran: impl Iterator<Item = bool>) -> Share {
        ran.fold(Share::default(), |share, ran| Share {
            all: share.all + 1,
            ran: share.ran + usize::from(ran),
        })
    }

    fn plus(self, other: Share) -> Share {
        Share {
            all: self.all + other.all,
            ran: self.ran + other.ran,
        }
    }

    fn percent(self) -> String {
        match self.all {
            0 => "-".to_owned(),
            // A hundred is said only where all ran.
            all => format!(
                "{:.1} %",
                (1000.0 * self.ran as f64 / all as f64).floor() / 10.0
            ),
        }
    }
}

impl Counts {
    fn add(&mut self, other: Counts) {
        for (line, ran) in other.lines {
            *self.lines.entry(line).or_default() += ran;
        }
        for (branch, taken) in other.branches {
            *self.branches.entry(branch).or_default() += taken;
        }
        for (place, (reached, suspended)) in other.awaits {
            let sum = self.awaits.entry(place).or_default();
            *sum = (sum.0 + reached, sum.1 + suspended);
        }
    }

    /// One line of the report. Several statements of a line ran as often as the one that ran most.
    fn take(&mut self, kind: &str, rest: &str) -> Option<()> {
        let mut words = rest.split('\t');
        let mut number = || words.next()?.parse::<u64>().ok();
        let line = u32::try_from(number()?).ok()?;
        match kind {
            "line" => {
                let ran = self.lines.entry(line).or_default();
                *ran = number()?.max(*ran);
            }
            "branch" => {
                // Line 0 is past the statement.
                let to = u32::try_from(number()?).ok().filter(|to| *to > 0);
                *self.branches.entry((line, to)).or_default() += number()?;
            }
            "await" => {
                let column = u32::try_from(number()?).ok()?;
                let sum = self.awaits.entry((line, column)).or_default();
                *sum = (sum.0 + number()?, sum.1 + number()?);
            }
            _ => {}
        }
        Some(())
    }

    fn shares(&self) -> [Share; 3] {
        [
            Share::of(self.lines.values().map(|ran| *ran > 0)),
            Share::of(self.branches.values().map(|taken| *taken > 0)),
            Share::of(self.awaits.values().map(|(_, suspended)| *suspended > 0)),
        ]
    }

    /// The lines that did not run, the outcomes that lines that ran did not have, and the awaits
    /// there that never suspended.
    fn missing(&self) -> String {
        let ran = |line: u32| self.lines.get(&line).is_none_or(|ran| *ran > 0);
        let mut parts = ranges(&self.lines);
        let mut branches: Vec<_> = self.branches.iter().collect();
        // The way past a statement comes last.
        branches.sort_by_key(|((line, to), _)| (*line, to.unwrap_or(u32::MAX)));
        for ((line, to), taken) in branches {
            let is_reached = self
                .branches
                .iter()
                .any(|((of, _), taken)| of == line && *taken > 0);
            if *taken == 0 && is_reached {
                parts.push(match to {
                    Some(to) => format!("{line}->{to}"),
                    None => format!("{line}->past"),
                });
            }
        }
        let mut awaits: Vec<String> = Vec::new();
        for ((line, _), (_, suspended)) in &self.awaits {
            let line_text = line.to_string();
            if *suspended == 0 && ran(*line) && awaits.last() != Some(&line_text) {
                awaits.push(line_text);
            }
        }
        let mut text = parts.join(", ");
        if !awaits.is_empty() {
            let _ = write!(
                text,
                "{}never suspended: {}",
                if text.is_empty() { "" } else { "; " },
                awaits.join(", ")
            );
        }
        text
    }
}

/// Runs of lines with a statement that did not run.
fn ranges(lines: &BTreeMap<u32, u64>) -> Vec<String> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut goes_on = false;
    for (line, ran) in lines {
        if *ran > 0 {
            goes_on = false;
            continue;
        }
        match found.last_mut().filter(|_| goes_on) {
            Some((_, end)) => *end = *line,
            None => found.push((*line, *line)),
        }
        goes_on = true;
    }
    let texts = found.into_iter().map(|(from, to)| match from == to {
        true => from.to_string(),
        false => format!("{from}-{to}"),
    });
    texts.collect()
}

impl Coverage {
    /// Reads what a program reported.
    pub fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Coverage {
        let mut coverage = Coverage::default();
        let mut name = String::new();
        let mut counts = Counts::default();
        for line in lines {
            match line.split_once('\t') {
                Some(("file", path)) => {
                    let path = std::mem::replace(&mut name, path.to_owned());
                    coverage.add_file(path, std::mem::take(&mut counts));
                }
                // Nothing else writes such lines.
                Some((kind, rest)) => drop(counts.take(kind, rest)),
                None => {}
            }
        }
        coverage.add_file(name, counts);
        coverage
    }

    fn add_file(&mut self, path: String, counts: Counts) {
        if !path.is_empty() {
            self.files.entry(path).or_default().add(counts);
        }
    }

    /// Adds the counts of another program.
    pub fn add(&mut self, other: Coverage) {
        for (path, counts) in other.files {
            self.add_file(path, counts);
        }
    }

    /// The table for people; paths below `folder` are shown without it.
    pub fn table(&self, folder: &Path) -> String {
        let head = [
            "file",
            "lines",
            "ran",
            "branches",
            "taken",
            "awaits",
            "suspended",
        ];
        let mut rows = vec![(head.map(str::to_owned), "missing".to_owned())];
        let row = |name: String, shares: [Share; 3]| {
            let [lines, branches, awaits] = shares.map(|s| (s.all.to_string(), s.percent()));
            [
                name, lines.0, lines.1, branches.0, branches.1, awaits.0, awaits.1,
            ]
        };
        let mut total = [Share::default(); 3];
        for (path, counts) in &self.files {
            let shares = counts.shares();
            for (sum, share) in total.iter_mut().zip(shares) {
                *sum = sum.plus(share);
            }
            let shown = Path::new(path).strip_prefix(folder);
            let shown = shown.unwrap_or(Path::new(path)).to_string_lossy();
            rows.push((row(shown.into_owned(), shares), counts.missing()));
        }
        if self.files.len() != 1 {
            rows.push((row("all".to_owned(), total), String::new()));
        }
        let mut widths = [0; 7];
        for (cells, _) in &rows {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = cell.chars().count().max(*width);
            }
        }
        let mut text = String::new();
        for (cells, missing) in rows {
            let mut line = String::new();
            for (i, (cell, width)) in cells.iter().zip(widths).enumerate() {
                let _ = match i {
                    0 => write!(line, "{cell:width$}"),
                    _ => write!(line, "  {cell:>width$}"),
                };
            }
            let _ = write!(line, "  {missing}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The counts in lcov's format. An `await` is a branch that is taken when it suspends.
    pub fn lcov(&self) -> String {
        let mut text = String::new();
        for (path, counts) in &self.files {
            let _ = writeln!(text, "TN:\nSF:{path}");
            let mut block = 0;
            let mut last = None;
            for (i, ((line, _), taken)) in counts.branches.iter().enumerate() {
                if last != Some(line) {
                    (block, last) = (i, Some(line));
                }
                let _ = writeln!(text, "BRDA:{line},{block},{},{taken}", i - block);
            }
            for (i, ((line, _), (reached, suspended))) in counts.awaits.iter().enumerate() {
                let taken = match reached {
                    0 => "-".to_owned(),
                    _ => suspended.to_string(),
                };
                let _ = writeln!(text, "BRDA:{line},{},0,{taken}", counts.branches.len() + i);
            }
            let [lines, branches, awaits] = counts.shares();
            let branches = branches.plus(awaits);
            let _ = writeln!(text, "BRF:{}\nBRH:{}", branches.all, branches.ran);
            for (line, ran) in &counts.lines {
                let _ = writeln!(text, "DA:{line},{ran}");
            }
            let _ = writeln!(text, "LF:{}\nLH:{}\nend_of_record", lines.all, lines.ran);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Coverage;
    use std::path::Path;

    const REPORT: &str = "file\t/x/a.aio\nline\t1\t1\nline\t2\t0\nline\t3\t0\nline\t5\t4\nbranch\t1\t2\t0\nbranch\t1\t0\t1\nawait\t5\t7\t3\t0\n";

    #[test]
    fn counts_are_summed_and_shown() {
        let mut coverage = Coverage::parse(REPORT.lines());
        coverage.add(Coverage::parse(REPORT.lines()));
        let expected = "\
file   lines     ran  branches   taken  awaits  suspended  missing
a.aio      4  50.0 %         2  50.0 %       1      0.0 %  2-3, 1->2; never suspended: 5
";
        assert_eq!(coverage.table(Path::new("/x")), expected);
        let lcov = coverage.lcov();
        for line in [
            "SF:/x/a.aio",
            "DA:5,8",
            "LF:4",
            "LH:2",
            "BRDA:1,0,0,2",
            "BRDA:5,2,0,0",
            "BRH:1",
        ] {
            assert!(lcov.lines().any(|l| l == line), "no {line} in\n{lcov}");
        }
    }
}
