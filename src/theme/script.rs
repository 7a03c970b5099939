//! Leaves out of a script what only its readers need.

use std::borrow::Cow;

/// Returns a script without comments that stand on lines of their own, blank lines, and the blanks
/// that lines begin with.
///
/// That is sound as long as nothing but a comment goes over several lines. So a script with a
/// template string, a string continued by a backslash, or a comment that begins behind code and goes
/// on is returned as it is.
pub fn compact(script: &str) -> Cow<'_, str> {
    let mut kept = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let ends = line.split_once("*/");
        if in_comment || line.starts_with("/*") {
            match ends {
                None => in_comment = true,
                Some((_, "")) => in_comment = false,
                Some(_) => return Cow::Borrowed(script),
            }
        } else if line.is_empty() || line.starts_with("//") {
        } else if line.contains('`') || line.ends_with('\\') || line.contains("/*") {
            return Cow::Borrowed(script);
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indents_are_left_out_where_that_is_sound() {
        let script = "/* What it\n * does. */\n(function () {\n  // Why `so`.\n\n  go(\"//x\"); // here\n})();\n";
        assert_eq!(compact(script), "(function () {\ngo(\"//x\"); // here\n})();\n");
    }

    #[test]
    fn a_script_that_cannot_be_judged_line_by_line_stays_as_it_is() {
        for script in [
            "x = `\n  // text\n`;\n",
            "x = 'a\\\n  // text';\n",
            "go(); /* why\n // */ stop();\n",
            "/* why */ go();\n",
        ] {
            assert_eq!(compact(script), script);
        }
    }
}
