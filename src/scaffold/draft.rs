//! Fills in what is known already of a record of work: the day, and what differs since the last release.
//!
//! In: the template of the record, and the changes. Out: the same text, with what was touched as live
//! lines and what differs as explanations above them, for a person to say what was done and why.

use jiff::civil::Date;

use crate::compare::{Changes, RecordChange, Sort, text_of};
use crate::diagnostic::clean::one_line;
use crate::model::Model;
use crate::schema::kind::Kind;
use crate::schema::role::Role;
use crate::syntax::toml_string;

/// The most records that are listed.
const MOST: usize = 60;

/// The most differences that are told of one record.
const MOST_FACTS: usize = 6;

/// Whether records of this kind tell of work, so that a new one can be drafted from what differs.
pub fn is_work(kind: &Kind) -> bool {
    [Role::Window, Role::Affected, Role::Happened].iter().all(|role| !kind.paths(*role).is_empty())
}

/// Returns `template`, the text of a new record of `kind`, with what differs since the release `since`.
pub fn draft(
    template: &str,
    kind: &Kind,
    model: &Model,
    changes: &Changes,
    since: &str,
    today: Date,
) -> String {
    let name = |role| kind.field_with(role).map(|field| field.name.as_str());
    let touched: Vec<&RecordChange> = changes
        .records
        .iter()
        .filter(|change| !matches!(change.sort, Sort::Verified) && !tells_of_work(change, model))
        .collect();
    let mut text = String::with_capacity(template.len());
    for line in template.split_inclusive('\n') {
        let field = line.strip_prefix("# ").and_then(|line| line.split(" = ").next());
        match field {
            Some(field) if Some(field) == name(Role::Happened) => {
                text.push_str(&format!("{field} = {today}\n"));
            }
            Some(field) if Some(field) == name(Role::Affected) && !touched.is_empty() => {
                text.push_str(&affected(field, &touched, model, since));
            }
            _ => text.push_str(line),
        }
    }
    text
}

fn tells_of_work(change: &RecordChange, model: &Model) -> bool {
    let kind = change.name.split('/').next().unwrap_or_default();
    model.catalog.by_name(kind).is_some_and(|kind| is_work(model.catalog.kind(kind)))
}

fn affected(field: &str, touched: &[&RecordChange], model: &Model, since: &str) -> String {
    let mut text = format!(
        "## What differs since the window `{since}`. Take out what was not part of this work.\n{field} = [\n"
    );
    for change in touched.iter().take(MOST) {
        // A record that is gone cannot be referred to; it is told all the same.
        let is_there = model.by_name(&change.name).is_some();
        let said: Vec<String> = match change.sort {
            Sort::Added => vec!["new".to_owned()],
            Sort::Removed => vec!["gone".to_owned()],
            _ => facts(change),
        };
        for said in said {
            text.push_str(&format!("  ## {}: {said}\n", one_line(&change.title)));
        }
        let mark = if is_there { "" } else { "## " };
        text.push_str(&format!("  {mark}{},\n", toml_string(&change.name)));
    }
    if touched.len() > MOST {
        text.push_str(&format!(
            "  ## and {} more: `clearjar diff` tells all\n",
            touched.len() - MOST
        ));
    }
    text.push_str("]\n");
    text
}

fn facts(change: &RecordChange) -> Vec<String> {
    let facts = change.facts.iter().filter(|fact| !fact.is_review);
    let told = facts.take(MOST_FACTS).map(|fact| {
        let (before, after) = (short(&text_of(&fact.before)), short(&text_of(&fact.after)));
        format!("{}: {before} → {after}", one_line(&fact.label))
    });
    told.collect()
}

fn short(text: &str) -> String {
    let line = one_line(text.trim());
    match line.char_indices().nth(48) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None if line.is_empty() => "nothing".to_owned(),
        None => line.into_owned(),
    }
}
