//! Reads Markdown files that begin with their fields as TOML between `+++` lines.

use std::ops::Range;

use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::source::{FileId, Span, Spanned};

use super::quoting::{Colon, from_yaml, with_colon};
use super::{Document, FRONT_MATTER, Item, Table, Text, reading};

/// Returns the fields and the Markdown of `text`; all spans are places in the whole file.
pub(super) fn read(file: FileId, text: &str) -> Checked<Document> {
    let first = line_from(text, 0);
    match text[first.clone()].trim_end() {
        "+++" => match closing_line(text, first.end, "+++") {
            Some(closing) => with_fields(file, text, first.end..closing.start, closing.end),
            None => not_closed(file, text, first),
        },
        "---" => yaml(file, text, first),
        _ => none(file, text),
    }
}

fn with_fields(file: FileId, text: &str, fields: Range<usize>, body: usize) -> Checked<Document> {
    let stretch = Text { file, base: fields.start, text: &text[fields] };
    let Checked { value: root, found } = reading::read(&stretch);
    Checked::new(Document { file, root, body: body_from(file, text, body) }, found)
}

fn not_closed(file: FileId, text: &str, first: Range<usize>) -> Checked<Document> {
    // Fields rarely have an empty line in them and prose nearly always begins with one, so that
    // later stages do not report every field as missing.
    let end = closing_line(text, first.end, "").map_or(text.len(), |line| line.start);
    let read = with_fields(file, text, first.end..end, end);
    let span = first_line(file, text);
    let finding = Diagnostic::new(&FRONT_MATTER, span, "the fields are not closed")
        .label("opened here")
        .help("put a line `+++` between the fields and the text");
    Checked::new(read.value, Diagnostics::from_iter([finding]))
}

fn none(file: FileId, text: &str) -> Checked<Document> {
    let span = first_line(file, text);
    let finding =
        Diagnostic::new(&FRONT_MATTER, span, "this record does not begin with its fields")
            .help("put them at the very top:\n+++\nname = \"…\"\n+++");
    let root = Table { entries: Vec::new(), span: Span::whole(file) };
    let document = Document { file, root, body: body_from(file, text, 0) };
    Checked::new(document, Diagnostics::from_iter([finding]))
}

/// Front matter as other generators have it: read as TOML where it is simple, and an error.
fn yaml(file: FileId, text: &str, first: Range<usize>) -> Checked<Document> {
    let closing = closing_line(text, first.end, "---");
    let Some(closing) = closing else {
        return none(file, text);
    };
    let span = first_line(file, text);
    let finding = Diagnostic::new(&FRONT_MATTER, span, "the fields between `---` are YAML")
        .help("write them as TOML, between `+++` lines");
    let whole = Span::new(file, 0..text[..closing.end].trim_end().len());
    let toml = as_toml(&text[first.end..closing.start]);
    let root = fields_at(span, toml.as_deref().unwrap_or_default());
    let finding = match toml {
        Some(toml) => finding.fix(whole, format!("+++\n{toml}+++")),
        None => finding,
    };
    let document = Document { file, root, body: body_from(file, text, closing.end) };
    Checked::new(document, Diagnostics::from_iter([finding]))
}

/// Returns the fields of `toml`, which is not in the file, as if all were written at `place`.
fn fields_at(place: Span, toml: &str) -> Table {
    let stretch = Text { file: place.file, base: 0, text: toml };
    let mut root = reading::read(&stretch).value;
    for entry in &mut root.entries {
        entry.key.span = place;
        entry.value.span = place;
        if let Item::Array(items) = &mut entry.value.value {
            items.iter_mut().for_each(|item| item.span = place);
        }
    }
    root
}

/// Returns YAML of scalars and lists as TOML; nothing where there is more to it.
fn as_toml(yaml: &str) -> Option<String> {
    let mut toml = String::new();
    let mut lines = yaml.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            toml += &format!("{line}\n");
            continue;
        }
        let Colon { key, value } = with_colon(line).filter(|_| !line.starts_with([' ', '\t']))?;
        let mut items = Vec::new();
        while let Some(item) = lines.peek().and_then(|next| next.trim_start().strip_prefix("- ")) {
            items.push(from_yaml(item));
            lines.next();
        }
        let value = match (value, items.as_slice()) {
            ("" | "|" | ">" | "|-" | ">-", []) => return None,
            ("", items) => format!("[{}]", items.join(", ")),
            (value, []) => from_yaml(value),
            _ => return None,
        };
        toml += &format!("{key} = {value}\n");
    }
    Some(toml)
}

/// Returns the place of the first line, without its end.
fn first_line(file: FileId, text: &str) -> Span {
    Span::new(file, 0..text[line_from(text, 0)].trim_end().len())
}

fn body_from(file: FileId, text: &str, start: usize) -> Option<Spanned<String>> {
    Some(Spanned::new(text[start..].to_owned(), Span::new(file, start..text.len())))
}

/// Returns the line that starts at `start`, with its end.
fn line_from(text: &str, start: usize) -> Range<usize> {
    let end = text[start..].find('\n').map_or(text.len(), |feed| start + feed + 1);
    start..end
}

/// Returns the first line from `start` on that is `wanted` and nothing else, with its end.
fn closing_line(text: &str, start: usize, wanted: &str) -> Option<Range<usize>> {
    let mut line = line_from(text, start);
    while !line.is_empty() {
        if text[line.clone()].trim_end() == wanted {
            return Some(line);
        }
        line = line_from(text, line.end);
    }
    None
}
