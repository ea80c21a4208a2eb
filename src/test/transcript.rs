//! Transcripts of the prompt: `>>> ` and `... ` begin what is typed, all else is what came.
//!
//! An empty line or a comment before a `>>> ` belongs to the transcript, not to the output before
//! it. A line `...` is the end of a block if it follows a line that is typed, else it stands for
//! any lines, as in other expected outputs.

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// `>>> `: an input begins.
    Typed,
    /// `... `: it goes on.
    Continued,
    /// What the program says.
    Output,
}

/// What each line of a transcript is.
pub fn classify(text: &str) -> Vec<Line> {
    let mut last = Line::Output;
    let lines = text.split('\n').map(|line| {
        let line = line.trim_end_matches('\r');
        last = if line == ">>>" || line.starts_with(">>> ") {
            Line::Typed
        } else if last != Line::Output && (line == "..." || line.starts_with("... ")) {
            Line::Continued
        } else {
            Line::Output
        };
        last
    });
    lines.collect()
}

/// One input.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Input {
    /// The lines as they stand, with their prompts.
    pub shown: Vec<String>,
    /// What is typed.
    pub text: String,
    /// The lines that follow: the expected output, and perhaps remarks.
    pub after: Vec<String>,
}

/// A transcript.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The lines before the first input.
    pub before: Vec<String>,
    /// The inputs.
    pub inputs: Vec<Input>,
}

impl Transcript {
    /// Reads a transcript.
    pub fn parse(text: &str) -> Transcript {
        let mut transcript = Transcript::default();
        if text.is_empty() {
            return transcript;
        }
        let text = text.strip_suffix('\n').unwrap_or(text);
        for (line, kind) in text.split('\n').zip(classify(text)) {
            let line = line.trim_end_matches('\r').to_owned();
            if kind == Line::Typed {
                transcript.inputs.push(Input::default());
            }
            let Some(input) = transcript.inputs.last_mut() else {
                transcript.before.push(line);
                continue;
            };
            if kind == Line::Output {
                input.after.push(line);
                continue;
            }
            if kind == Line::Continued {
                input.text.push('\n');
            }
            input.text.push_str(line.get(4..).unwrap_or_default());
            input.shown.push(line);
        }
        transcript
    }
}

impl Input {
    /// The remarks after an output: what follows the input that is no output, unless the output ends
    /// with just these lines.
    pub fn remarks(&self, output: &str) -> &[String] {
        let is_remark = |line: &String| line.trim().is_empty() || line.starts_with('#');
        let count = self
            .after
            .iter()
            .rev()
            .take_while(|line| is_remark(line))
            .count();
        let came = output.strip_suffix('\n').unwrap_or(output);
        let is_whole = !output.is_empty()
            && came
                .split('\n')
                .map(str::trim_end)
                .eq(self.after.iter().map(|line| line.trim_end()));
        match is_whole {
            true => &[],
            false => &self.after[self.after.len() - count..],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, Transcript};

    #[test]
    fn lines_have_their_places() {
        let text = "# test:\n\n>>> for i in 'ab':\n...     i\n...\na\n...\n\n# next\n>>> 1\n1\n";
        let found = Transcript::parse(text);
        assert_eq!(found.before, ["# test:", ""]);
        let [first, second] = &found.inputs[..] else {
            unreachable!("two inputs");
        };
        assert_eq!(first.text, "for i in 'ab':\n    i\n");
        assert_eq!(first.after, ["a", "...", "", "# next"]);
        assert_eq!(first.remarks("a\nb\n"), ["", "# next"]);
        assert_eq!(second.text, "1");
        assert!(second.remarks("1\n").is_empty());
    }

    #[test]
    fn an_output_can_look_like_a_remark() {
        let input = Input {
            after: vec![String::new(), "# x".to_owned()],
            ..Input::default()
        };
        assert!(input.remarks("\n# x\n").is_empty());
        assert_eq!(input.remarks("").len(), 2);
    }
}
