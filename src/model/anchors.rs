//! Names for places within a record's page: settings, steps, rows. Never a position, so that a
//! link still leads to the same thing after a row was added above it.

use std::collections::BTreeSet;

use super::{Model, Node, NodeIx, Target};
use crate::markdown;
use crate::record::value::{Fields, Value};
use crate::schema::field::{Field, FieldType};
use crate::schema::kind::Kind;
use crate::schema::role::Role;

/// Returns the text of the field with this role in a row.
pub fn row_text<'a>(field: &Field, row: &'a Fields<Target>, role: Role) -> Option<&'a str> {
    row.get(field.shape.index_of_role(role)?)?.value.as_text()
}

/// Returns the anchor of a row of settings: `set.<group>.<name>`, or with its own id.
pub fn setting(field: &Field, row: &Fields<Target>) -> String {
    let group = row_text(field, row, Role::SettingGroup).unwrap_or_default();
    let name = row_text(field, row, Role::SettingId)
        .or_else(|| row_text(field, row, Role::SettingName))
        .unwrap_or_default();
    markdown::setting_anchor(group, name)
}

/// Returns the names of the steps in a table of steps, in order; [`markdown::step_anchor`] makes an
/// anchor of each.
///
/// A step's own id, else the slug of its first six words; equal ones get a suffix from their
/// content.
pub fn steps(field: &Field, rows: &[&Fields<Target>]) -> Vec<markdown::Anchor> {
    let names: Vec<(String, &str)> = rows
        .iter()
        .map(|row| {
            let text = row_text(field, row, Role::StepText).unwrap_or_default();
            let name = match row_text(field, row, Role::StepId) {
                Some(id) => markdown::slug(id),
                None => markdown::step_name(text),
            };
            (name, text)
        })
        .collect();
    markdown::tell_apart(&names)
}

/// Returns the anchor of a row of any other table.
pub fn row(field: &Field, key: &str) -> String {
    format!("{}.{}", field.name.replace('_', "-"), markdown::slug(key))
}

/// Returns the prefix of the ids of headings in the prose of a field.
///
/// The text of a Markdown file has none, so that links to its headings are short.
pub fn heading_prefix(kind: &Kind, field: &Field) -> String {
    match kind.body.as_deref() == Some(&field.name) {
        true => String::new(),
        false => format!("{}.", field.name.replace('_', "-")),
    }
}

/// Returns every anchor on a record's page that a link may name.
pub fn all(model: &Model, ix: NodeIx) -> BTreeSet<String> {
    let node = model.node(ix);
    let kind = model.catalog.kind(node.kind);
    let mut anchors = BTreeSet::new();
    for (place, value) in node.fields.iter() {
        let field = &kind.shape.fields()[place];
        if field.takes(FieldType::Tables) {
            let rows: Vec<&Fields<Target>> =
                Value::rows(value).iter().filter_map(|row| row.value.as_table()).collect();
            anchors.extend(of_rows(field, &rows));
        } else if field.takes(FieldType::Markdown)
            && let Value::Markdown(text) = &value.value
        {
            let outline = markdown::scan(text);
            let prefix = heading_prefix(kind, field);
            anchors.extend(outline.headings.iter().map(|h| format!("{prefix}{}", h.anchor)));
            if has_steps(kind, node, field) {
                anchors.extend(outline.steps.iter().map(|step| markdown::step_anchor(&step.id)));
            }
        }
    }
    anchors
}

fn of_rows(field: &Field, rows: &[&Fields<Target>]) -> Vec<String> {
    match field.role {
        Some(Role::Settings) => rows.iter().map(|row| setting(field, row)).collect(),
        Some(Role::Steps) => {
            steps(field, rows).iter().map(|step| markdown::step_anchor(&step.id)).collect()
        }
        _ => {
            let Some(key) = field.row.as_deref().and_then(|key| field.shape.index(key)) else {
                return Vec::new();
            };
            rows.iter()
                .filter_map(|fields| fields.get(key)?.value.as_text())
                .map(|key| row(field, key))
                .collect()
        }
    }
}

/// Whether the numbered lists in this prose are the record's steps: it is the body of a kind that
/// has steps, and the record gives none as tables.
pub fn has_steps(kind: &Kind, node: &Node, field: &Field) -> bool {
    kind.body.as_deref() == Some(&field.name)
        && kind
            .shape
            .index_of_role(Role::Steps)
            .is_some_and(|place| node.fields.get(place).is_none())
}
