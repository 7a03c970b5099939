//! Writes a release as the text of its file, so that people can read it, git can merge what stands
//! beside it, and the same changes give the same bytes.

use jiff::civil::Date;

use super::delta::{Delta, Edit, FileEdit, FileText};
use super::path::Path;
use super::plain::{Plain, without_returns};
use super::{FORMAT, mark};
use crate::digest::Digest;
use crate::syntax::{toml_key, toml_string};

/// What a line begins with where a record that is new begins.
pub(super) const ADDED: &str = "[added.";

/// What lines begin with behind the last of those. No line of a text begins so, or as [`ADDED`].
pub(super) const BEHIND: [&str; 2] = ["[changed.", "[files]"];

/// What stands in the line of the sum, before it.
const CHECK: &str = "check = ";

/// Returns the text of a release; `previous` is the text of the one before.
pub fn release(name: &str, date: Date, previous: Option<&str>, delta: &Delta) -> String {
    let what = match previous {
        None => "The baseline: what every record said on this day.",
        Some(_) => "What changed in the records since the release before.",
    };
    let mut head = format!(
        "# {what}\n# Written by `clearjar release`. Change what is under records/, and leave this as it is.\n\
         format = {FORMAT}\nname = {}\ndate = {date}\n",
        toml_string(name)
    );
    if let Some(previous) = previous {
        head.push_str(&format!("previous = \"{}\"\n", mark(previous)));
    }
    let body = body(delta);
    debug_assert!(body.matches(&format!("\n{ADDED}")).count() == delta.added.len());
    let sum = sum(&format!("{head}{body}"));
    format!("{head}{CHECK}\"{sum}\"\n{body}")
}

/// Returns the sum of a release's text: of all but the line that holds it, however lines end.
pub fn sum(text: &str) -> String {
    let text = without_returns(text);
    // Only the head may have it: in a text of a record such a line is a line like any other.
    let (mut summed, mut is_head) = (String::with_capacity(text.len()), true);
    for line in text.split_inclusive('\n') {
        is_head &= !line.starts_with('[');
        if !is_head || !line.starts_with(CHECK) {
            summed.push_str(line);
        }
    }
    Digest::of(summed.as_bytes()).to_string()[..16].to_owned()
}

/// Returns the sum that a release says of itself.
pub fn sum_in(text: &str) -> Option<&str> {
    let head = text.lines().take_while(|line| !line.starts_with('['));
    let line = head.filter_map(|line| line.strip_prefix(CHECK)).next()?;
    line.trim().strip_prefix('"')?.strip_suffix('"')
}

fn body(delta: &Delta) -> String {
    let mut text = String::new();
    if !delta.removed.is_empty() {
        text.push_str("removed = [\n");
        for name in &delta.removed {
            text.push_str(&format!("  {},\n", toml_string(name)));
        }
        text.push_str("]\n");
    }
    if !delta.renamed.is_empty() {
        text.push_str("\n[renamed]\n");
        for (new, old) in &delta.renamed {
            text.push_str(&format!("{} = {}\n", toml_key(new), toml_string(old)));
        }
    }
    for (name, record) in &delta.added {
        text.push_str(&format!("\n{ADDED}{}]\n", toml_key(name)));
        text.push_str(&self::record(record));
    }
    for (name, edits) in &delta.changed {
        text.push_str(&format!("\n[changed.{}]\n", toml_key(name)));
        for (way, edit) in edits {
            text.push_str(&line(way, edit));
        }
    }
    if !delta.files.is_empty() {
        text.push_str("\n[files]\n");
        for (path, edit) in &delta.files {
            text.push_str(&format!("{} = {}\n", toml_key(path), file(edit)));
        }
    }
    text
}

/// Returns the text of a record, a line for each field.
pub fn record(record: &Plain) -> String {
    let fields = record.entries().iter();
    fields.map(|(key, value)| format!("{} = {}\n", toml_key(key), spread(value))).collect()
}

/// Writes a list of tables with a line for each.
fn spread(value: &Plain) -> String {
    match value.rows() {
        Some(rows) => {
            let rows = rows.iter().map(|row| format!("  {},\n", single(row.to_toml())));
            format!("[\n{}]", rows.collect::<String>())
        }
        None => single(value.to_toml()),
    }
}

/// Returns a value without a line that begins as a part of the file does: parts are found by their lines.
fn single(mut value: String) -> String {
    for begins in [ADDED].iter().chain(&BEHIND) {
        let line = format!("\n{begins}");
        if value.contains(&line) {
            value = value.replace(&line, &format!("\n\\u005B{}", &begins[1..]));
        }
    }
    value
}

fn line(way: &Path, edit: &Edit) -> String {
    let mut parts = Vec::new();
    match edit {
        Edit::Set { was, now } => {
            parts.extend(was.as_ref().map(|was| format!("was = {}", was.to_toml())));
            parts.push(format!("now = {}", now.to_toml()));
        }
        Edit::Lines(lines) => parts.push(format!("lines = {}", toml_string(lines))),
        Edit::Gone { was } => {
            parts.extend(was.as_ref().map(|was| format!("was = {}", was.to_toml())));
            parts.push("removed = true".to_owned());
        }
        Edit::Row { now, after } => {
            parts.push(format!("now = {}", now.to_toml()));
            parts.extend(
                after.as_ref().map(|after| format!("after = {}", toml_string(&after.to_string()))),
            );
        }
        Edit::Moved { after } => {
            parts.push("moved = true".to_owned());
            parts.extend(
                after.as_ref().map(|after| format!("after = {}", toml_string(&after.to_string()))),
            );
        }
    }
    // A row that moves and changes has two lines; a key stands once in its table.
    let suffix = if matches!(edit, Edit::Moved { .. }) { MOVED } else { "" };
    format!("{} = {{ {} }}\n", toml_key(&format!("{way}{suffix}")), single(parts.join(", ")))
}

/// What stands behind the way to a row that moves.
pub(super) const MOVED: &str = " (moved)";

fn file(edit: &FileEdit) -> String {
    let quoted = |name: &str, digest: &Option<String>| {
        digest.as_ref().map(|digest| format!("{name} = \"{digest}\""))
    };
    let text = edit.text.as_ref().map(|text| match text {
        FileText::Whole(text) => format!("text = {}", toml_string(text)),
        FileText::Lines(lines) => format!("lines = {}", toml_string(lines)),
    });
    let parts = [quoted("was", &edit.was), quoted("now", &edit.now), text];
    single(format!("{{ {} }}", parts.into_iter().flatten().collect::<Vec<_>>().join(", ")))
}
