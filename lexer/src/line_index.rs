//! Lines and columns of offsets, for messages and tracebacks.

use crate::lexer::line_end_len;

/// Where a character stands, as people count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The line, from 1.
    pub line: u32,
    /// The column in code points, from 0.
    pub column: u32,
}

/// Where the lines of a source text start. `\n`, `\r\n` and `\r` end a line.
///
/// It does not hold the text, so that it can live beside it; the methods that need the text
/// must be given the one it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    /// The offset of each line's first byte; never empty.
    starts: Vec<u32>,
}

impl LineIndex {
    /// The index of `source`.
    pub fn new(source: &str) -> LineIndex {
        let bytes = source.as_bytes();
        let mut starts = vec![0];
        let mut pos = 0;
        while let Some(len) = bytes[pos..].iter().position(|b| matches!(b, b'\n' | b'\r')) {
            pos += len;
            pos += line_end_len(bytes, pos);
            starts.push(pos as u32);
        }
        LineIndex { starts }
    }

    /// The number of lines. An empty one after a final line end counts.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line that holds `offset`, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// The offset of the first byte of `line`, from 1; that of the last line if there are fewer.
    pub fn line_start(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[index]
    }

    /// Line and column of `offset` in `source`. An offset past the end stands for the end, one
    /// within a character for that character.
    pub fn location(&self, source: &str, offset: u32) -> Location {
        let offset = offset.min(source.len() as u32);
        let line = self.line(offset);
        let start = self.line_start(line) as usize;
        let before = source
            .as_bytes()
            .get(start..offset as usize)
            .unwrap_or_default();
        // Every byte but those that continue a character starts one.
        let mut column = before.iter().filter(|&&b| b & 0xC0 != 0x80).count() as u32;
        if !source.is_char_boundary(offset as usize) {
            column -= 1;
        }
        Location { line, column }
    }

    /// The text of `line`, from 1, without its line end; empty if there is no such line.
    pub fn line_text<'s>(&self, source: &'s str, line: u32) -> &'s str {
        if line == 0 || line > self.line_count() {
            return "";
        }
        let start = self.line_start(line) as usize;
        let end = self
            .starts
            .get(line as usize)
            .map_or(source.len(), |&end| end as usize);
        source
            .get(start..end)
            .unwrap_or_default()
            .trim_end_matches(['\r', '\n'])
    }
}
