//! Finds facts that are not there: missing for a takeover, known to be unknown, not applicable,
//! and marks that somebody left in prose.

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::{Model, NodeIx, Target};
use crate::record::value::{Fields, Value};
use crate::schema::field::{Field, Shape};
use crate::schema::role::Role;
use crate::source::Span;
use crate::text;

/// A record without what a new provider needs.
pub static INCOMPLETE: Rule = Rule {
    code: "incomplete",
    level: Level::Warning,
    summary: "a record lacks facts that a change of provider needs",
    detail: "These fields are what an incoming provider asks for on the first days. Write the \
             fact; or say that it is not known (`unknown = [\"serial\"]`), which is counted and \
             shown; or that it does not apply, with the reason \
             (`not_applicable = { serial = \"a virtual machine\" }`).",
};

/// A gap that is owned up to.
pub static UNKNOWN_FACT: Rule = Rule {
    code: "unknown-fact",
    level: Level::Note,
    summary: "a record says that some of its facts are not known",
    detail: "An honest gap is useful in itself: it tells the reader where to look first. These are \
             counted on \"What is missing\" and in the takeover view.",
};

/// A fact that does not apply.
pub static NOT_APPLICABLE: Rule = Rule {
    code: "not-applicable",
    level: Level::Note,
    summary: "a record says that some of its fields do not apply, and why",
    detail: "A field that does not apply is answered; its reason stands on the page.",
};

/// Something left to do, in prose.
pub static TODO: Rule = Rule {
    code: "todo",
    level: Level::Note,
    summary: "prose holds a mark such as TODO",
    detail: "A mark such as TODO, TBC or FIXME in the text of a record reaches the reader. Finish \
             the sentence, or write the gap down as `unknown`.",
};

/// A record that nobody mentions.
pub static ORPHAN: Rule = Rule {
    code: "orphan",
    level: Level::Off,
    summary: "no other record refers to this one",
    detail: "A record that nobody refers to is found by its list and by search only. Often that is \
             all right, so this rule is off unless `clearjar.toml` turns it on.",
};

/// A fact that is not there.
#[derive(Clone, PartialEq, Debug)]
pub struct Gap {
    /// The record.
    pub node: NodeIx,
    /// The field, as a dotted path.
    pub path: String,
    /// What people read for the field.
    pub label: String,
    /// In what way it is not there.
    pub kind: GapKind,
    /// Where that is said, or where the record begins.
    pub span: Span,
}

/// In what way a fact is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GapKind {
    /// Nothing is said.
    Missing,
    /// It is known to be unknown.
    Unknown,
    /// It does not apply, for this reason.
    NotApplicable(String),
}

/// Finds all gaps, and reports one finding for a record and a way.
pub(super) fn run(model: &Model, found: &mut Diagnostics) -> Vec<Gap> {
    let all = (0..model.len()).into_par_iter().map(|ix| of_record(model, NodeIx(ix)));
    let (gaps, findings): (Vec<_>, Vec<_>) = all.unzip();
    findings.into_iter().for_each(|findings| found.append(findings));
    gaps.into_iter().flatten().collect()
}

fn of_record(model: &Model, ix: NodeIx) -> (Vec<Gap>, Diagnostics) {
    let node = model.node(ix);
    let mut gaps = Vec::new();
    let mut found = Diagnostics::default();
    if !model.is_retired(ix) {
        let shape = &model.catalog.kind(node.kind).shape;
        missing(model, ix, shape, &node.fields, "", &mut gaps);
    }
    declared(model, ix, &mut gaps);
    report(model, ix, &gaps, &mut found);
    for todo in &node.todos {
        let message = format!("left to do: {}", todo.value.trim());
        let help = "finish the sentence, or write the gap down as `unknown`";
        found.push(Diagnostic::new(&TODO, todo.span, message).help(help));
    }
    if node.inbound.is_empty() {
        found.push(
            Diagnostic::new(&ORPHAN, node.span, "no other record refers to this one")
                .help("refer to it where it matters, or leave it to its list and to search"),
        );
    }
    (gaps, found)
}

/// Whether a field of a subtype applies to a record: its own choice says so.
pub fn applies(field: &Field, shape: &Shape, fields: &Fields<Target>) -> bool {
    field.only_for.is_empty()
        || field.only_for.iter().any(|condition| {
            let value = shape.index(&condition.field).and_then(|place| fields.get(place));
            value
                .and_then(|value| value.value.as_text())
                .is_some_and(|word| condition.values.iter().any(|wanted| wanted == word))
        })
}

fn missing(
    model: &Model,
    ix: NodeIx,
    shape: &Shape,
    fields: &Fields<Target>,
    prefix: &str,
    gaps: &mut Vec<Gap>,
) {
    let envelope = &model.node(ix).envelope;
    for (place, field) in shape.fields().iter().enumerate() {
        let path = format!("{prefix}{}", field.name);
        match fields.get(place) {
            Some(value) => {
                // A table that is there owes its own marked fields; rows of a list do not.
                if let Value::Table(inner) = &value.value {
                    missing(model, ix, &field.shape, inner, &format!("{path}."), gaps);
                }
            }
            None if field.takeover
                && applies(field, shape, fields)
                && !in_body(model, ix, field) =>
            {
                let is_answered = model.node(ix).unread.at(&path)
                    || envelope.left_out.iter().any(|left| covers(&left.value, &path))
                    || envelope.unknown.iter().any(|known| known.value == path)
                    || envelope.not_applicable.iter().any(|(known, _)| known.value == path);
                if !is_answered {
                    gaps.push(Gap {
                        node: ix,
                        label: field.label.clone(),
                        path,
                        kind: GapKind::Missing,
                        span: model.node(ix).span,
                    });
                }
            }
            None => {}
        }
    }
}

/// Whether a mark about the field at `marked` says something of the one at `path`: it is that one, or a
/// table around it.
pub(super) fn covers(marked: &str, path: &str) -> bool {
    path.strip_prefix(marked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether the record says it in its text instead: the steps of a procedure written as Markdown.
pub(super) fn in_body(model: &Model, ix: NodeIx, field: &Field) -> bool {
    field.role == Some(Role::Steps) && model.node(ix).has_steps_in_body
}

fn declared(model: &Model, ix: NodeIx, gaps: &mut Vec<Gap>) {
    let node = model.node(ix);
    let shape = &model.catalog.kind(node.kind).shape;
    let label = |path: &str| {
        shape.at_path(path).map_or_else(|| path.to_owned(), |field| field.label.clone())
    };
    for path in &node.envelope.unknown {
        gaps.push(Gap {
            node: ix,
            label: label(&path.value),
            path: path.value.clone(),
            kind: GapKind::Unknown,
            span: path.span,
        });
    }
    for (path, reason) in &node.envelope.not_applicable {
        gaps.push(Gap {
            node: ix,
            label: label(&path.value),
            path: path.value.clone(),
            kind: GapKind::NotApplicable(reason.clone()),
            span: path.span,
        });
    }
}

fn report(model: &Model, ix: NodeIx, gaps: &[Gap], found: &mut Diagnostics) {
    let id = model.full_id(ix);
    let paths = |wanted: fn(&GapKind) -> bool| -> Vec<&str> {
        gaps.iter().filter(|gap| wanted(&gap.kind)).map(|gap| gap.path.as_str()).collect()
    };
    let first = |wanted: fn(&GapKind) -> bool| {
        gaps.iter().find(|gap| wanted(&gap.kind)).map_or(model.node(ix).span, |gap| gap.span)
    };
    let is_missing: fn(&GapKind) -> bool = |kind| *kind == GapKind::Missing;
    let is_unknown: fn(&GapKind) -> bool = |kind| *kind == GapKind::Unknown;
    let is_other: fn(&GapKind) -> bool = |kind| matches!(kind, GapKind::NotApplicable(_));
    let missing = paths(is_missing);
    if !missing.is_empty() {
        let message = format!("`{id}` does not say {}", text::list_of(&missing, "and"));
        found.push(
            Diagnostic::new(&INCOMPLETE, model.node(ix).span, message).help(format!(
                "write them down, or say `unknown = [\"{}\"]`",
                missing.join("\", \"")
            )),
        );
    }
    let unknown = paths(is_unknown);
    if !unknown.is_empty() {
        let message = format!("`{id}` does not know {}", text::list_of(&unknown, "and"));
        found.push(Diagnostic::new(&UNKNOWN_FACT, first(is_unknown), message));
    }
    let other = paths(is_other);
    if !other.is_empty() {
        let message = format!("not applicable to `{id}`: {}", text::list_of(&other, "and"));
        found.push(Diagnostic::new(&NOT_APPLICABLE, first(is_other), message));
    }
}
