//! Finds text that was read with a control character nobody meant.
//!
//! `"C:\new"` is valid TOML and not what its author sees.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::clean::one_line;

use super::quoting::{literal, shown};
use super::{CONTROL_CHARACTER, Text};

/// Returns a finding when `value`, written at `range` with escapes, has control characters.
///
/// In a text block line breaks and tabs are as they should be.
pub(super) fn check(text: &Text, range: Range<usize>, value: &str) -> Option<Diagnostic> {
    let written = &text.text[range.clone()];
    let is_block = written.starts_with("\"\"\"");
    let is_meant = |c: char| is_block && matches!(c, '\n' | '\r' | '\t');
    let control = value.chars().find(|c| c.is_control() && !is_meant(*c))?;
    let message = format!("this text was read with {} in it", name(control));
    let finding = Diagnostic::new(&CONTROL_CHARACTER, text.span(range.clone()), message);
    if is_block {
        return Some(finding.help("write `\\\\` for a backslash, or use `'''` around the block"));
    }
    let finding = finding
        .label(format!("read as {}", shown(&one_line(value))))
        .help("use '…', where a backslash is a backslash; for text on several lines, \"\"\"");
    let inner = written.get(1..written.len() - 1).unwrap_or_default();
    // With `\"` in it one cannot tell which backslashes were meant.
    let is_plain = !inner.contains("\\\"");
    let doubled = || {
        let is_single = is_plain && !inner.contains(r"\\");
        is_single.then(|| written.replace('\\', r"\\"))
    };
    let replacement = literal(inner).filter(|_| is_plain).or_else(doubled);
    Some(match replacement {
        Some(replacement) => finding.fix(text.span(range), replacement),
        None => finding,
    })
}

/// Returns what people call a control character, with its article.
fn name(control: char) -> String {
    match control {
        '\n' => "a line break (`\\n`)".to_owned(),
        '\t' => "a tab (`\\t`)".to_owned(),
        '\r' => "a carriage return (`\\r`)".to_owned(),
        '\u{8}' => "a backspace (`\\b`)".to_owned(),
        '\u{c}' => "a form feed (`\\f`)".to_owned(),
        '\u{1b}' => "an escape character (`\\e`)".to_owned(),
        other => format!("the control character U+{:04X}", other as u32),
    }
}
