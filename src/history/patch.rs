//! Differences of texts, line by line, so that a change to one line of a long text takes two lines.
//!
//! The form is that of a unified diff without context: `@@ 12` says that what follows begins at
//! line 12 of the text before; lines that go begin with `-`, those that come with `+`.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Returns what makes `new` of `old`.
pub fn make(old: &str, new: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let mut patch = String::new();
    for op in capture_diff_slices(Algorithm::Myers, &a, &b) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (before, after) = (op.old_range(), op.new_range());
        patch.push_str(&format!("@@ {}\n", before.start + 1));
        a[before].iter().for_each(|line| patch.push_str(&format!("-{line}\n")));
        b[after].iter().for_each(|line| patch.push_str(&format!("+{line}\n")));
    }
    patch
}

/// Returns what `patch` makes of `old`, or why it does not fit.
pub fn apply(old: &str, patch: &str) -> Result<String, String> {
    let before: Vec<&str> = old.split('\n').collect();
    let mut after: Vec<&str> = Vec::with_capacity(before.len());
    let mut at = 0;
    let lines = patch.strip_suffix('\n').unwrap_or(patch);
    for line in lines.split('\n').filter(|_| !patch.is_empty()) {
        if let Some(number) = line.strip_prefix("@@ ") {
            let start: usize = number.parse().map_err(|_| format!("`{line}` names no line"))?;
            let start = start.saturating_sub(1);
            if start < at || start > before.len() {
                return Err(format!("there is no line {} to go on at", start + 1));
            }
            after.extend(&before[at..start]);
            at = start;
        } else if let Some(gone) = line.strip_prefix('-') {
            if before.get(at) != Some(&gone) {
                return Err(format!("line {} of the text before is not the one that goes", at + 1));
            }
            at += 1;
        } else if let Some(new) = line.strip_prefix('+') {
            after.push(new);
        } else {
            return Err("a line of it begins with none of `@@`, `-` and `+`".to_owned());
        }
    }
    after.extend(&before[at..]);
    Ok(after.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_changed_line_takes_three() {
        let old = "a\nb\nc\n";
        assert_eq!(make(old, "a\nB\nc\n"), "@@ 2\n-b\n+B\n");
        assert_eq!(make(old, old), "");
    }

    #[test]
    fn a_patch_for_another_text_is_refused() {
        assert!(apply("x\ny\n", "@@ 2\n-b\n+B\n").is_err());
        assert!(apply("x", "@@ 9\n+y\n").is_err());
        assert!(apply("x", "y").is_err());
        assert!(apply("x", "@@ two\n").is_err());
    }

    proptest! {
        #[test]
        fn a_patch_makes_the_new_text_of_the_old(old in "[ab\n]{0,24}", new in "[ab\n\r-]{0,24}") {
            prop_assert_eq!(apply(&old, &make(&old, &new)), Ok(new));
        }
    }
}
