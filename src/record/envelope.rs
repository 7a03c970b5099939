//! What any record may say beside the fields of its kind: what is unknown, what does not apply,
//! what it was called before, for whom it is written.

use super::value::Scalar;
use super::{Envelope, SecretMark};
use crate::config::{LEFT_OUT, unknown_audience};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::digest::Digest;
use crate::schema::field::{Audience, Shape};
use crate::schema::kind::Kind;
use crate::secrets::FileMark;
use crate::source::{Span, Spanned};
use crate::syntax::reader::{TableReader, WRONG_TYPE};
use crate::syntax::{Entry, Item, Table};
use crate::text;

use super::fields::UNKNOWN_FIELD;
use super::typed::BAD_VALUE;
use super::unread::Unread;

/// The keys that are no fields.
pub(super) const KEYS: &[&str] =
    &["unknown", "not_applicable", "formerly", "audience", "custom", "not_a_secret", LEFT_OUT];

/// An id that cannot be an address on the site.
pub static BAD_ID: Rule = Rule {
    code: "bad-id",
    level: Level::Error,
    summary: "a record's id cannot be part of an address on every system",
    detail: "The id is the name of the record's file, and of its page. It is made of lower-case \
             letters, digits and `-`, begins with a letter or digit, and is at most 80 long; \
             `index` and the names that Windows keeps for itself (`con`, `nul`, `com1` …) are \
             taken. Rename the file, and list the old id under `formerly` so that old links work.",
};

/// An `unknown` or `not_applicable` that contradicts the record.
pub static EMPTY_ANSWER: Rule = Rule {
    code: "contradiction",
    level: Level::Warning,
    summary: "a field is called unknown or not applicable, and has a value or the other mark as well",
    detail: "A fact is either written down, or marked as unknown, or as not applicable with its \
             reason. Where two of these meet, the reader cannot know which one holds. Remove the \
             mark, or the value.",
};

/// Reads the envelope of a record.
///
/// A misspelt field among those that are not known, or do not apply, is no gap: it goes to `unread`.
pub(super) fn read(
    table: &Table,
    kind: &Kind,
    unread: &mut Unread,
    found: &mut Diagnostics,
) -> Envelope {
    let mut envelope = Envelope::default();
    for entry in &table.entries {
        match entry.key.value.as_str() {
            "unknown" => envelope.unknown = texts(entry, found),
            LEFT_OUT => envelope.left_out = texts(entry, found),
            "formerly" => {
                envelope.formerly = texts(entry, found);
                envelope.formerly.iter().for_each(|id| check_id(id, found));
            }
            "not_applicable" => {
                envelope.not_applicable = reasons(entry, found);
            }
            "audience" => envelope.audience = audience(entry, found),
            "custom" => envelope.custom = custom(entry, found),
            "not_a_secret" => envelope.not_a_secret = secret_marks(entry, found),
            _ => {}
        }
    }
    check_marks(&envelope, found);
    let marked = envelope.not_applicable.iter().map(|(path, _)| path);
    for path in envelope.unknown.iter().chain(marked) {
        check_path(path, table, kind, unread, found);
    }
    envelope
}

/// Finds fields that are called both unknown and not applicable.
fn check_marks(envelope: &Envelope, found: &mut Diagnostics) {
    for (path, _) in &envelope.not_applicable {
        if let Some(other) = envelope.unknown.iter().find(|other| other.value == path.value) {
            let message = format!("`{}` is called both unknown and not applicable", path.value);
            found.push(
                Diagnostic::new(&EMPTY_ANSWER, path.span, message)
                    .other(other.span, "unknown here")
                    .help("keep one of the two"),
            );
        }
    }
}

/// Finds an id that cannot be part of an address on every system.
pub fn check_id(id: &Spanned<String>, found: &mut Diagnostics) {
    let text = id.value.as_str();
    let shaped = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && text.len() <= 80;
    if shaped && !is_reserved(text) {
        return;
    }
    let message = format!("`{text}` cannot be the id of a record");
    let mut diagnostic = Diagnostic::new(&BAD_ID, id.span, message);
    let better: String = deunicode::deunicode(text)
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    diagnostic = match better.is_empty() || better == text || is_reserved(&better) {
        true => diagnostic.help("use lower-case letters, digits and `-`; reserved names excepted"),
        false => diagnostic.help(format!("use lower-case letters, digits and `-`: `{better}`")),
    };
    found.push(diagnostic);
}

/// Whether Windows, or the site itself, keeps the name for something else.
fn is_reserved(id: &str) -> bool {
    let numbered = |stem: &str| {
        id.strip_prefix(stem)
            .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    matches!(id, "index" | "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

fn check_path(
    path: &Spanned<String>,
    table: &Table,
    kind: &Kind,
    unread: &mut Unread,
    found: &mut Diagnostics,
) {
    if kind.shape.at_path(&path.value).is_none() {
        let message = format!("{} has no field `{}`", kind.with_article(), path.value);
        let finding = Diagnostic::new(&UNKNOWN_FIELD, path.span, message);
        found.push(match near_path(&path.value, &kind.shape) {
            Some(near) => {
                let finding = finding.help(format!("did you mean `{near}`?"));
                unread.add(near);
                finding
            }
            None => finding.help(format!("`clearjar kinds {}` lists its fields", kind.name)),
        });
    } else if let Some(span) = given_at(table, &path.value) {
        found.push(
            Diagnostic::new(
                &EMPTY_ANSWER,
                path.span,
                format!("`{}` is called unknown or not applicable, but has a value", path.value),
            )
            .other(span, "the value")
            .help("remove the mark, or the value"),
        );
    }
}

/// Returns the dotted path that is nearest, looked for from the first name on.
fn near_path(path: &str, shape: &Shape) -> Option<String> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let near = text::nearest(name, shape.fields().iter().map(|field| field.name.as_str()))?;
    match rest {
        None => Some(near.to_owned()),
        Some(rest) => Some(format!("{near}.{}", near_path(rest, &shape.get(near)?.shape)?)),
    }
}

fn given_at(table: &Table, path: &str) -> Option<Span> {
    match path.split_once('.') {
        None => table.get(path).map(|entry| entry.value.span),
        Some((first, rest)) => match &table.get(first)?.value.value {
            Item::Table(inner) => given_at(inner, rest),
            _ => None,
        },
    }
}

fn texts(entry: &Entry, found: &mut Diagnostics) -> Vec<Spanned<String>> {
    let items = match &entry.value.value {
        Item::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let mut texts = Vec::new();
    for item in items {
        match &item.value {
            Item::Text(text) => texts.push(Spanned::new(text.clone(), item.span)),
            other => found.push(wrong(&entry.key.value, item.span, "a list of names", other)),
        }
    }
    texts
}

/// Reads `{ field = "reason" }`; inner tables stand for dotted paths.
fn reasons(entry: &Entry, found: &mut Diagnostics) -> Vec<(Spanned<String>, String)> {
    let mut reasons = Vec::new();
    match &entry.value.value {
        Item::Table(table) => collect_reasons(table, "", &mut reasons, found),
        other => found.push(
            wrong("not_applicable", entry.value.span, "a table of fields and reasons", other)
                .help("write `not_applicable = { field = \"the reason\" }`"),
        ),
    }
    reasons
}

fn collect_reasons(
    table: &Table,
    prefix: &str,
    reasons: &mut Vec<(Spanned<String>, String)>,
    found: &mut Diagnostics,
) {
    for entry in &table.entries {
        let path = format!("{prefix}{}", entry.key.value);
        match &entry.value.value {
            Item::Table(inner) => collect_reasons(inner, &format!("{path}."), reasons, found),
            Item::Text(reason) if !reason.trim().is_empty() => {
                reasons.push((Spanned::new(path, entry.key.span), reason.clone()));
            }
            Item::Text(_) => found.push(
                Diagnostic::new(
                    &BAD_VALUE,
                    entry.value.span,
                    format!("`{path}` is not applicable without a reason"),
                )
                .help("write why it does not apply; if nobody knows, list it in `unknown`"),
            ),
            other => found.push(wrong(&path, entry.value.span, "a reason in words", other)),
        }
    }
}

fn audience(entry: &Entry, found: &mut Diagnostics) -> Audience {
    let Item::Text(word) = &entry.value.value else {
        found.push(wrong("audience", entry.value.span, "a word", &entry.value.value));
        return Audience::Restricted;
    };
    // What cannot be understood is kept from everybody but the few, never shown by mistake.
    Audience::from_name(word).unwrap_or_else(|| {
        let finding = unknown_audience(Spanned::new(word.as_str(), entry.value.span));
        found.push(Diagnostic { rule: &BAD_VALUE, level: BAD_VALUE.level, ..finding });
        Audience::Restricted
    })
}

/// Reads `[[not_a_secret]]`: a file, what was found in it, the file's SHA-256, and the reason.
fn secret_marks(entry: &Entry, found: &mut Diagnostics) -> Vec<SecretMark> {
    let Item::Array(items) = &entry.value.value else {
        let wanted = "a list of tables";
        found.push(wrong("not_a_secret", entry.value.span, wanted, &entry.value.value));
        return Vec::new();
    };
    let mut marks = Vec::new();
    for item in items {
        let Item::Table(table) = &item.value else {
            found.push(wrong("not_a_secret", item.span, "a table", &item.value));
            continue;
        };
        let mut reader = TableReader::new(table, found);
        let file = reader.string("file");
        let rule = reader.string("rule");
        let digest = reader.text("sha256").and_then(|text| Digest::from_hex(text.value));
        let reason = reader.string("reason").filter(|reason| !reason.trim().is_empty());
        match (file, rule, digest, reason) {
            (Some(file), Some(rule), Some(digest), Some(reason)) => {
                let file = match file.starts_with("files/") {
                    true => file,
                    false => format!("files/{file}"),
                };
                marks.push(SecretMark { file, mark: FileMark { rule, digest, reason } });
            }
            _ => reader.report(
                Diagnostic::new(&WRONG_TYPE, table.span, "the mark is not complete").help(
                    "it takes `file`, `rule`, `sha256` (64 digits) and `reason`, as the finding \
                     about the file says them",
                ),
            ),
        }
        reader.finish();
    }
    marks
}

fn custom(entry: &Entry, found: &mut Diagnostics) -> Vec<(String, Scalar)> {
    let Item::Table(table) = &entry.value.value else {
        found.push(wrong("custom", entry.value.span, "a table of free facts", &entry.value.value));
        return Vec::new();
    };
    let mut facts = Vec::new();
    for fact in &table.entries {
        match scalar(&fact.value.value) {
            Some(value) => facts.push((fact.key.value.clone(), value)),
            None => found.push(wrong(
                &fact.key.value,
                fact.value.span,
                "a plain value or a list of those",
                &fact.value.value,
            )),
        }
    }
    facts
}

/// Returns the plain value that a TOML value is, if it holds no table.
pub(super) fn scalar(item: &Item) -> Option<Scalar> {
    Some(match item {
        Item::Text(text) => Scalar::Text(text.clone()),
        Item::Integer(number) => Scalar::Integer(*number),
        Item::Float(number) => Scalar::Number(*number),
        Item::Boolean(value) => Scalar::Boolean(*value),
        Item::Datetime(date) => Scalar::Date(date.to_string()),
        Item::Array(items) => {
            Scalar::List(items.iter().map(|item| scalar(&item.value)).collect::<Option<_>>()?)
        }
        Item::Table(_) => return None,
    })
}

fn wrong(key: &str, span: Span, wanted: &str, stands: &Item) -> Diagnostic {
    let stands = stands.type_name();
    Diagnostic::new(&WRONG_TYPE, span, format!("`{key}` takes {wanted}, not {stands}"))
        .label(stands)
        .help(format!("give {wanted}"))
}
