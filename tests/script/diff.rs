//! A line diff for failure messages: what was expected (`-`) against what came (`+`).

/// Lines of agreement shown around a difference.
const CONTEXT: usize = 2;
/// Above this many cells the table of the diff would be slow: the middle is shown as it is.
const TABLE: usize = 4_000_000;

/// One line of the result.
#[derive(Clone, Copy)]
enum Line<'a> {
    Same(&'a str),
    Missing(&'a str),
    Extra(&'a str),
}

/// The differences between two outputs, or `None` if they are equal byte for byte.
pub fn lines(expected: &[u8], actual: &[u8]) -> Option<String> {
    if expected == actual {
        return None;
    }
    let expected = String::from_utf8_lossy(expected);
    let actual = String::from_utf8_lossy(actual);
    // A final line end that only one of them lacks shows as an empty line.
    let both_end = expected.ends_with('\n') && actual.ends_with('\n');
    let cut = |text: &'_ str| text.len() - usize::from(both_end);
    let old: Vec<_> = expected[..cut(&expected)].split('\n').collect();
    let new: Vec<_> = actual[..cut(&actual)].split('\n').collect();
    Some(render(&compare(&old, &new)))
}

/// Common start, differing middle, common end.
fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let equal = |(a, b): &(&&str, &&str)| a == b;
    let start = old.iter().zip(new).take_while(equal).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(equal)
        .count();
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];
    let mut result: Vec<_> = old[..start].iter().map(|line| Line::Same(line)).collect();
    result.extend(middle(old_middle, new_middle));
    result.extend(
        old_rest[old_rest.len() - end..]
            .iter()
            .map(|line| Line::Same(line)),
    );
    result
}

/// The longest common subsequence by the textbook table, walked from its start.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let missing = old.iter().map(|line| Line::Missing(line));
    let extra = new.iter().map(|line| Line::Extra(line));
    if old.len() * new.len() > TABLE {
        return missing.chain(extra).collect();
    }
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut result = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            result.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            result.push(Line::Missing(old[i]));
            i += 1;
        } else {
            result.push(Line::Extra(new[j]));
            j += 1;
        }
    }
    result.extend(old[i..].iter().map(|line| Line::Missing(line)));
    result.extend(new[j..].iter().map(|line| Line::Extra(line)));
    result
}

/// Only the differences and the lines around them.
fn render(lines: &[Line]) -> String {
    let differs = |line: &Line| !matches!(line, Line::Same(_));
    let mut text = String::from("- expected  + came\n");
    let mut skipped = false;
    for (i, line) in lines.iter().enumerate() {
        let near = &lines[i.saturating_sub(CONTEXT)..lines.len().min(i + CONTEXT + 1)];
        if !near.iter().any(differs) {
            skipped = true;
            continue;
        }
        if std::mem::take(&mut skipped) {
            text.push_str("  ...\n");
        }
        let (mark, content) = match line {
            Line::Same(content) => (' ', content),
            Line::Missing(content) => ('-', content),
            Line::Extra(content) => ('+', content),
        };
        text.push_str(&format!("{mark} {content}\n"));
    }
    text
}
