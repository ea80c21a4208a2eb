//! "Did you mean": the closest of known names.

/// The known name closest to `wrong`, if it is close (CPython's measure: Levenshtein distance
/// with cheaper changes of case, at most a third of the letters).
pub fn closest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        if name == wrong {
            continue;
        }
        let limit = (wrong.chars().count() + name.chars().count() + 3) * MOVE / 6;
        let distance = distance(wrong, name);
        if distance <= limit && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, name));
        }
    }
    best.map(|b| b.1)
}

const MOVE: usize = 2;
const CASE: usize = 1;

fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row: Vec<usize> = (0..=b.len()).map(|i| i * MOVE).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = (i + 1) * MOVE;
        for (j, y) in b.iter().enumerate() {
            let change = if x == y {
                0
            } else if x.to_lowercase().eq(y.to_lowercase()) {
                CASE
            } else {
                MOVE
            };
            let here = (before + change).min(row[j] + MOVE).min(row[j + 1] + MOVE);
            before = row[j + 1];
            row[j + 1] = here;
        }
    }
    row[b.len()]
}
