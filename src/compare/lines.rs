//! Differences of texts line by line, with a few lines around each, as people know them from `diff -u`.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::volatile::settled;

/// Lines shown above and below a difference.
const AROUND: usize = 2;

/// A line of a difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What became of it.
    pub sort: LineSort,
    /// Its text.
    pub text: String,
}

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineSort {
    /// It stays, and shows where one is.
    Same,
    /// It went.
    Gone,
    /// It came.
    New,
    /// Lines that stay are left out here.
    Gap,
}

/// Returns the lines that differ. What differs from one export of a device to the next though nothing
/// was changed counts as the same.
pub fn lines(old: &str, new: &str) -> Vec<Line> {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let settle = |lines: &[&str]| lines.iter().map(|line| settled(line).into_owned()).collect();
    let (before, after): (Vec<String>, Vec<String>) = (settle(&a), settle(&b));
    let ops = capture_diff_slices(Algorithm::Patience, &before, &after);
    let mut lines = Vec::new();
    for group in group_diff_ops(ops, AROUND) {
        if !group.iter().any(|op| !matches!(op, DiffOp::Equal { .. })) {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line { sort: LineSort::Gap, text: String::new() });
        }
        for op in group {
            let mut put = |sort, texts: &[&str]| {
                let line = |text: &&str| Line { sort, text: text.trim_end().to_owned() };
                lines.extend(texts.iter().map(line));
            };
            match op {
                DiffOp::Equal { .. } => put(LineSort::Same, &b[op.new_range()]),
                _ => {
                    put(LineSort::Gone, &a[op.old_range()]);
                    put(LineSort::New, &b[op.new_range()]);
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told_with_a_little_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\nset p ENC x\n";
        let new = "1\n2\n3\nfour\n5\n6\n7\n8\n9\nset p ENC y\n";
        let told: Vec<(LineSort, String)> =
            lines(old, new).into_iter().map(|line| (line.sort, line.text)).collect();
        let line = |sort, text: &str| (sort, text.to_owned());
        use LineSort::*;
        assert_eq!(
            told,
            [
                line(Same, "2"),
                line(Same, "3"),
                line(Gone, "4"),
                line(New, "four"),
                line(Same, "5"),
                line(Same, "6")
            ]
        );
        assert!(lines(old, old).is_empty());
    }
}
