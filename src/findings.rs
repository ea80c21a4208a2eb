//! What `aio test` wants to know of a program, appended to standard error after a mark.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use aio::test::{Schedule, run};
use aio_interp::Vm;
use aio_interp::coverage::{FileCoverage, Mark};
use aio_interp::event_loop::findings::Findings;
use aio_lexer::Span;

use crate::diagnose;

/// What to write at the end.
pub struct Report {
    findings: Rc<Findings>,
    /// Where the program began: it may be somewhere else by then.
    folder: PathBuf,
}

impl Report {
    /// The program begins.
    pub fn begin(vm: &Vm) -> Report {
        let findings = vm.loops.findings.clone();
        findings.is_wanted.set(true);
        Report {
            findings,
            folder: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// Ends the interpreter, which can find something, too, and writes what was found, the turns
    /// that were shuffled, and what ran; if there is a report.
    pub fn finish(report: Option<Report>, vm: Box<Vm>) {
        let coverage = vm.coverage.as_ref().map(|coverage| coverage.files());
        let findings = vm.loops.findings.clone();
        let is_told = vm.loops.observer.get().is_some();
        vm.end();
        if is_told {
            diagnose::unsaid(&findings).for_each(|message| eprint!("{}", message.render()));
        }
        if let Some(report) = report {
            report.write(coverage.as_deref());
        }
    }

    fn write(&self, coverage: Option<&[Rc<FileCoverage>]>) {
        let findings = &self.findings;
        let mut text = String::from(run::FINDINGS);
        for (kind, finding) in findings.found() {
            text.push_str(&format!("{kind}\t{}\n", finding.replace('\n', " ")));
        }
        for turn in findings.turns() {
            text.push_str(&format!("turn\t{}\n", turn.replace('\n', " ")));
        }
        let moves = findings.moves();
        if !moves.is_empty() {
            text.push_str(&format!("moves\t{}\n", Schedule::Moves(moves)));
        }
        if let Some(files) = coverage {
            text.push(run::COUNTS);
            self.counts(files, &mut text);
        }
        // Nobody may be reading.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    fn counts(&self, files: &[Rc<FileCoverage>], text: &mut String) {
        for file in files {
            let source = &file.source;
            let path = self.folder.join(Path::new(&source.filename));
            // Without `./` and the like.
            let path: PathBuf = path.components().collect();
            let path = path.to_string_lossy().replace(['\n', '\t'], " ");
            text.push_str(&format!("file\t{path}\n"));
            for mark in file.marks() {
                let line = |at: Span| source.line(at.start);
                text.push_str(&match mark {
                    Mark::Statement { at, ran } => format!("line\t{}\t{}\n", line(at), ran.get()),
                    Mark::Branch { at, to, taken } => {
                        let to = to.map_or(0, line);
                        format!("branch\t{}\t{to}\t{}\n", line(at), taken.get())
                    }
                    Mark::Await {
                        at,
                        reached,
                        suspended,
                    } => {
                        let (reached, suspended) = (reached.get(), suspended.get());
                        let column = source.lines.location(&source.text, at.start).column;
                        format!("await\t{}\t{column}\t{reached}\t{suspended}\n", line(at))
                    }
                });
            }
        }
    }
}
