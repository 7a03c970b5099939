//! Lists, small tables and text blocks that have no end.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

use super::super::quoting::{is_value, open_brackets, without_comment};
use super::super::{TOML_SYNTAX, Text};
use super::LONGEST_LINE;

/// Explains that what begins at `range` is not closed; `range` ends where the next statement is.
pub(in super::super) fn unclosed(text: &Text, range: Range<usize>) -> Diagnostic {
    let written = text.text[range.clone()].trim_end();
    let start = range.start;
    let finding = |len: usize, message: &str| {
        Diagnostic::new(&TOML_SYNTAX, text.span(start..start + len), message)
    };
    if written.starts_with(['"', '\'']) {
        let help = "put the same three quotes behind its text; what stands below was not checked";
        return finding(3, "this text block is not closed").label("opened here").help(help);
    }
    let (what, bracket) = if written.starts_with('[') { ("list", ']') } else { ("table", '}') };
    let finding = finding(1, &format!("this {what} is not closed"))
        .label("opened here")
        .help(format!("put `{bracket}` behind its last element"));
    match closing(written) {
        Some((at, brackets)) => {
            let at = start + at;
            finding.fix(text.span(at..at), brackets)
        }
        None => finding,
    }
}

/// Returns where brackets must be put to make a value of `written`, and which.
fn closing(written: &str) -> Option<(usize, String)> {
    if written.len() > LONGEST_LINE {
        return None;
    }
    let open = open_brackets(written).into_iter().rev();
    let brackets: String = open.map(|c| if c == '[' { ']' } else { '}' }).collect();
    let last_line = written.rfind('\n').map_or(0, |feed| feed + 1);
    let at = last_line + without_comment(&written[last_line..]).len();
    let at = at + (written[last_line..].len() - written[last_line..].trim_start().len());
    // On several lines the bracket stands on its own, as such lists are written.
    let brackets = if last_line > 0 { format!("\n{brackets}") } else { brackets };
    is_value(&format!("{}{brackets}", &written[..at])).then_some((at, brackets))
}
