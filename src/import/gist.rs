//! What of a proposal's facts is asked for before any of them is written: what it is known by, and which
//! rows it has.
//!
//! The facts of a hundred thousand rows are larger than all files that are made of them. So they are made
//! twice, each time one proposal's: here for the little that is asked for, and where they are written.

use smol_str::SmolStr;

use crate::syntax::Item;

use super::facts::{Fact, Facts, Step, Value};

/// The gist of a proposal's facts.
#[derive(Default, Debug)]
pub struct Gist {
    /// The texts by which it may be known, with their fields.
    pub texts: Vec<(SmolStr, SmolStr)>,
    /// The rows it has: list and name.
    pub rows: Vec<(SmolStr, SmolStr)>,
    /// Labels of secrets that were dropped.
    pub secrets: Vec<String>,
    /// Whether there were none.
    pub is_clean: bool,
    /// Labels of values that did not fit their field, with the reason.
    pub misfits: Vec<(String, String)>,
}

impl Gist {
    /// Returns the gist of `facts`, of which texts are asked for in `fields`.
    pub fn of(facts: Facts, fields: &[String]) -> Gist {
        let is_clean = facts.secrets.is_empty();
        let (secrets, misfits) = (facts.secrets, facts.misfits);
        let mut gist = Gist { secrets, is_clean, misfits, ..Gist::default() };
        for Fact { way, value, .. } in &facts.facts {
            if let Value::Item(Item::Text(text)) = value {
                let field = way.field();
                if fields.iter().any(|wanted| *wanted == field) {
                    gist.texts.push((SmolStr::new(field), SmolStr::new(text)));
                }
            }
            if let [Step::Key(list), Step::Row(row), ..] = way.0.as_slice()
                && gist.rows.last().is_none_or(|(_, last)| last != row)
            {
                gist.rows.push((list.clone(), row.clone()));
            }
        }
        gist.texts.shrink_to_fit();
        gist.rows.shrink_to_fit();
        gist
    }
}
