//! Numbered lists in documents become drafts of procedures: for a person to look at, not to be trusted.

use super::Thing;
use crate::import::html::Steps;
use crate::import::normal::one_line;
use crate::import::proposal::{Link, Proposal, Wish};

/// From how many steps on a numbered list could be a procedure.
const STEPS: usize = 3;

/// The tag of what a program made of a text.
const TAG: &str = "to be reviewed";

/// Returns the text of a document without the heading at its top that only repeats its name.
pub fn without_title<'t>(text: &'t str, name: &str) -> &'t str {
    let Some((first, rest)) = text.split_once('\n') else { return text };
    let title = first.strip_prefix("# ").map(crate::markdown::plain_text).unwrap_or_default();
    if title.trim().eq_ignore_ascii_case(name.trim()) { rest.trim_start() } else { text }
}

/// Returns a procedure for each numbered list of the document `thing` that is long enough.
pub fn of(thing: &Thing, lists: Vec<Steps>) -> Vec<Proposal> {
    let lists: Vec<Steps> = lists.into_iter().filter(|list| list.steps.len() >= STEPS).collect();
    let is_one = lists.len() == 1;
    lists.iter().enumerate().map(|(ix, list)| draft(thing, list, ix + 1, is_one)).collect()
}

fn draft(thing: &Thing, list: &Steps, number: usize, is_one: bool) -> Proposal {
    let document = one_line(&thing.name);
    let name = match &list.heading {
        Some(heading) if !is_one && !heading.eq_ignore_ascii_case(&document) => {
            format!("{document}: {heading}")
        }
        _ => document,
    };
    let mut draft =
        Proposal::new("procedure", format!("{}/steps/{number}", thing.key), name, thing.at.clone());
    draft.of_client(thing.client.as_deref());
    draft.put("status", if thing.archived { "retired" } else { "planned" });
    draft.put("tags", vec![TAG]);
    draft.put("documents", vec![Link::key("document", thing.key.clone())]);
    draft.put("notes", Wish::Markdown(numbered(&list.steps)));
    draft
}

/// Returns steps as a numbered list of Markdown.
pub fn numbered(steps: &[String]) -> String {
    let mut text = String::new();
    for (ix, step) in steps.iter().enumerate() {
        let marker = format!("{}. ", ix + 1);
        let indent = " ".repeat(marker.len());
        let mut lead = marker.as_str();
        for line in step.lines() {
            text.push_str(format!("{lead}{line}").trim_end());
            text.push('\n');
            lead = &indent;
        }
    }
    text.trim_end().to_owned()
}
