//! What a list of users tells beside a person's own fields: whether they may sign in, and their licences.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::normal::{boolean, one_line};
use super::super::proposal::{Harvest, Link, Origin, Proposal, Wish};
use super::super::slug::slug;
use crate::text::plural;

/// Words for an account that may not sign in, beside those for no.
const OFF: &[&str] = &["suspended", "archived", "blocked", "deleted", "sign-in blocked"];

/// Words for one that may, beside those for yes.
const ON: &[&str] = &["allowed", "sign-in allowed"];

/// What was read of all people so far.
#[derive(Default)]
pub(super) struct People {
    /// Who has a licence, by product.
    licences: BTreeMap<String, Vec<Link>>,
    blocked: usize,
}

impl People {
    /// Reads the cells of one person.
    pub(super) fn read(&mut self, person: &mut Proposal, values: &[(usize, String, String)]) {
        let text = |to: &str| {
            values.iter().find(|(_, there, _)| there == to).map(|value| value.2.as_str())
        };
        // The log-on name of a guest is no address: `dana_example.com#EXT#@tenant.onmicrosoft.com`.
        if let Some(login) = text("login").filter(|login| !login.to_uppercase().contains("#EXT#"))
            && person.text("email").is_none()
        {
            person.put("email", login);
        }
        let is_on = match text("blocked") {
            Some(word) => may_sign_in(word).map(|blocked| !blocked),
            None => text("enabled").and_then(may_sign_in),
        };
        // Rooms and shared mailboxes are blocked for good and have no first and last name.
        let is_person = text("name.first").is_some() && text("name.last").is_some();
        match is_on {
            Some(true) if is_person => {
                person.put("status", "active");
            }
            Some(false) => {
                self.blocked += 1;
                match is_person {
                    true => person.put("status", "retired"),
                    false => person.custom("Sign-in", "blocked"),
                };
            }
            _ => {}
        }
        let products = text("licences").into_iter().flat_map(|text| text.split(['+', ';', '\n']));
        for product in products.map(one_line).filter(|product| is_product(product)) {
            let holders = self.licences.entry(product).or_default();
            holders.push(Link::key("person", person.key.clone()));
        }
    }

    /// Makes the licences, each with who has it.
    pub(super) fn finish(self, file: &Arc<str>, harvest: &mut Harvest) {
        for (product, holders) in self.licences {
            let at = Origin::whole(file);
            let mut licence = Proposal::new("licence", slug(&product), product.clone(), at);
            licence.put("product", product).put("assigned", Wish::Integer(holders.len() as i64));
            licence.put("covers", holders);
            harvest.propose(licence);
        }
        if self.blocked > 0 {
            let count = plural(self.blocked, "account", "accounts");
            harvest.note(format!(
                "{count} may not sign in: those with a first and last name are recorded as people who have left"
            ));
        }
    }
}

/// Returns what a word says of an account.
fn may_sign_in(word: &str) -> Option<bool> {
    let is_one = |words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    match (is_one(OFF), is_one(ON)) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => boolean(word),
    }
}

fn is_product(text: &str) -> bool {
    !text.is_empty() && !matches!(text.to_lowercase().as_str(), "unlicensed" | "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> (Proposal, People) {
        let file: Arc<str> = "x".into();
        let mut person = Proposal::new("person", "1", "Dana", Origin::whole(&file));
        let values: Vec<_> =
            values.iter().map(|(to, text)| (0, (*to).to_owned(), (*text).to_owned())).collect();
        let mut people = People::default();
        people.read(&mut person, &values);
        (person, people)
    }

    #[test]
    fn a_blocked_person_has_left_and_a_blocked_mailbox_is_only_blocked() {
        let names = [("name.first", "Dana"), ("name.last", "Ruiz")];
        for (to, word, status) in [
            ("enabled", "True", Some("active")),
            ("enabled", "FALSE", Some("retired")),
            ("enabled", "Suspended", Some("retired")),
            ("enabled", "Active", Some("active")),
            ("blocked", "True", Some("retired")),
            ("blocked", "False", Some("active")),
            ("enabled", "maybe", None),
        ] {
            let (person, _) = read(&[names[0], names[1], (to, word)]);
            assert_eq!(person.text("status"), status, "{to} {word}");
        }
        let (mailbox, people) = read(&[("blocked", "True")]);
        assert_eq!(mailbox.text("status"), None);
        assert_eq!(people.blocked, 1);
    }

    #[test]
    fn licences_cover_whoever_has_them() {
        let (_, people) = read(&[("licences", "Business Premium+Visio Plan 2")]);
        let products: Vec<&String> = people.licences.keys().collect();
        assert_eq!(products, ["Business Premium", "Visio Plan 2"]);
        assert!(read(&[("licences", "Unlicensed")]).1.licences.is_empty());
    }

    #[test]
    fn the_log_on_name_of_a_guest_is_no_address() {
        let (person, _) = read(&[("login", "dana_example.com#EXT#@t.onmicrosoft.com")]);
        assert_eq!(person.text("email"), None);
    }
}
