//! Makes ids from names.

use std::collections::HashSet;

use crate::diagnostic::Diagnostics;
use crate::record::check_id;
use crate::source::{FileId, Span, Spanned};

/// How long an id becomes at most; a record's may be longer.
const LENGTH: usize = 60;

/// Returns `name` as an id: `Zahnärzte am Kai, Büro 2` becomes `zahnarzte-am-kai-buro-2`.
///
/// Empty where nothing is left of the name.
pub fn slug(name: &str) -> String {
    let plain = match name.is_ascii() {
        true => name.to_ascii_lowercase(),
        false => deunicode::deunicode(name).to_lowercase(),
    };
    let mut slug = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c.is_ascii_alphanumeric() {
            true => slug.push(c),
            // Of an apostrophe nothing remains: `O'Neill` is one word.
            false if c == '\'' => {}
            false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            false => {}
        }
        if slug.len() >= LENGTH {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The ids of a kind that are taken, whatever their letter case.
#[derive(Default, Debug)]
pub struct Taken(HashSet<String>);

impl Taken {
    /// Takes an id, and tells whether it was free.
    pub fn take(&mut self, id: &str) -> bool {
        self.0.insert(id.to_ascii_lowercase())
    }

    /// Whether an id is free, and one that a record may have.
    fn is_free(&self, id: &str) -> bool {
        !id.is_empty() && !self.0.contains(id) && is_id(id)
    }

    /// Returns the first of these ids that is free, and takes it: the name alone; on a clash with
    /// each of the further words, such as the site and the id in the source; then with a number.
    pub fn choose(&mut self, name: &str, further: &[&str]) -> String {
        let base = match slug(name) {
            base if base.is_empty() => further.first().map_or_else(String::new, |word| slug(word)),
            base => base,
        };
        let base = if base.is_empty() { "unnamed".to_owned() } else { base };
        let with_words = further.iter().map(|word| slug(word)).filter(|word| !word.is_empty());
        let mut wishes = std::iter::once(base.clone())
            .chain(with_words.map(|word| format!("{base}-{word}")))
            .chain((2..).map(|number| format!("{base}-{number}")));
        let id = wishes.find(|id| self.is_free(id)).expect("there are numbers enough");
        self.take(&id);
        id
    }
}

fn is_id(id: &str) -> bool {
    let mut found = Diagnostics::default();
    check_id(&Spanned::new(id.to_owned(), Span::whole(FileId::of(""))), &mut found);
    found.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_an_id_that_can_be_read() {
        for (name, id) in [
            ("FW-HQ-01", "fw-hq-01"),
            ("Zahnärzte am Kai, Büro 2", "zahnarzte-am-kai-buro-2"),
            ("O'Neill's laptop", "oneills-laptop"),
            ("  --  ", ""),
            ("srv01.corp.example", "srv01-corp-example"),
        ] {
            assert_eq!(slug(name), id);
        }
        assert!(slug(&"x-".repeat(200)).len() <= LENGTH);
    }

    #[test]
    fn a_clash_is_settled_by_the_site_then_the_source_then_a_number() {
        let mut taken = Taken::default();
        let further = ["Northside", "4711"];
        assert_eq!(taken.choose("PC 1", &further), "pc-1");
        assert_eq!(taken.choose("pc-1", &further), "pc-1-northside");
        assert_eq!(taken.choose("PC 1", &further), "pc-1-4711");
        assert_eq!(taken.choose("PC 1", &further), "pc-1-2");
        assert_eq!(taken.choose("con", &[]), "con-2");
        assert_eq!(taken.choose("…", &["x1"]), "x1");
    }
}
