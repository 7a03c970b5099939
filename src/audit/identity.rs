//! Finds records that are most likely one: they share what only one of a kind can have.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::model::Model;
use crate::source::Span;

/// One value, two records.
pub static SAME_VALUE: Rule = Rule {
    code: "same-value",
    level: Level::Warning,
    summary: "two records have the same value where each has one of its own",
    detail: "A serial number or an asset tag belongs to one device. Where two records that are in use \
             have the same, one thing was written down twice, as happens when two exports are \
             imported, or one of the numbers was copied by mistake. Letters, case and spaces aside, \
             since labels and exports spell them differently.\n\n\
             Correct one of them; make one record of two, with `formerly` for the name that goes; or \
             mark the one that is gone as retired.\n",
};

/// Compares the fields that a kind says are `unique`.
pub(super) fn run(model: &Model, found: &mut Diagnostics) {
    for (ix, kind) in model.catalog.iter() {
        for (place, field) in kind.shape.fields().iter().enumerate().filter(|(_, it)| it.unique) {
            let mut first_of: BTreeMap<String, (String, Span)> = BTreeMap::new();
            for node in model.of_kind(ix).iter().filter(|node| !model.is_retired(**node)) {
                let Some(value) = model.node(*node).fields.get(place) else { continue };
                let plain = bare(&value.value.in_words(&|_| String::new()));
                if plain.is_empty() {
                    continue;
                }
                let Some((first, at)) = first_of.get(&plain) else {
                    first_of.insert(plain, (model.full_id(*node), value.span));
                    continue;
                };
                let message = format!("`{first}` has the same `{}`", field.name);
                let finding = Diagnostic::new(&SAME_VALUE, value.span, message);
                found.push(finding.other(*at, "it is written here too").help(
                    "correct one of them, make one record of both, or mark the one that is gone as retired",
                ));
            }
        }
    }
}

/// Returns a value as labels and exports agree on it.
fn bare(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
