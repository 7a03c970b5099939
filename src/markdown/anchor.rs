//! Names of places on a page, made from what stands there and never from its position, so that a
//! link somebody wrote down still leads there when other things were added before it.

use std::collections::{HashMap, HashSet};

use crate::digest::Digest;

/// Longest slug, in bytes.
const LONGEST: usize = 60;

/// Returns `text` as lower-case ASCII letters and digits with single hyphens between them, at most
/// 60 bytes long.
///
/// Other scripts are written in Latin letters (deunicode). Where nothing is left the result is `x`
/// and ten digits of the text's digest, so that different texts stay different.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        if c.is_ascii() {
            push_ascii(c, &mut slug);
        } else {
            deunicode::deunicode_char(c)
                .unwrap_or(" ")
                .chars()
                .for_each(|c| push_ascii(c, &mut slug));
        }
        if slug.len() >= LONGEST {
            slug.truncate(LONGEST);
            break;
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.is_empty() {
        return format!("x{}", Digest::of(text.as_bytes()).short());
    }
    slug
}

fn push_ascii(c: char, slug: &mut String) {
    if c.is_ascii_alphanumeric() {
        slug.push(c.to_ascii_lowercase());
    } else if c == '\'' {
        // "don't" is one word.
    } else if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

/// Returns the anchor of the setting `name` in `group`: `set.<group>.<name>`, or `set.<name>` where
/// it belongs to no group.
pub fn setting_anchor(group: &str, name: &str) -> String {
    if group.trim().is_empty() {
        format!("set.{}", slug(name))
    } else {
        format!("set.{}.{}", slug(group), slug(name))
    }
}

/// Returns the anchor of the step called `id`: `step.<id>`.
pub fn step_anchor(id: &str) -> String {
    format!("step.{id}")
}

/// Returns the name of a step that was given none: the slug of the first six words of its `text`.
pub fn step_name(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().take(6).collect();
    slug(&words.join(" "))
}

/// A name that is unique among its likes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The name.
    pub id: String,
    /// Whether only a suffix tells it from another.
    pub repeated: bool,
}

/// Makes names unique: `(name, content)` of each to the name it gets.
///
/// A name that occurs once stays. Of equal ones each has six digits of its content's digest added,
/// so none of them changes when they change places. Contents that are equal as well are told apart
/// by what stands before them, and only equal neighbours by a number.
pub fn tell_apart(names: &[(String, &str)]) -> Vec<Anchor> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for (name, _) in names {
        *count.entry(name).or_default() += 1;
    }
    let once = |name: &str| count.get(name) == Some(&1);
    let mut taken = Names::default();
    for (name, _) in names.iter().filter(|(name, _)| once(name)) {
        taken.take(name.clone());
    }
    let mut before = "";
    let mut anchors = Vec::with_capacity(names.len());
    for (name, content) in names {
        anchors.push(if once(name) {
            Anchor { id: name.clone(), repeated: false }
        } else {
            Anchor { id: with_suffix(name, content, before, &mut taken), repeated: true }
        });
        before = content;
    }
    anchors
}

fn with_suffix(name: &str, content: &str, before: &str, taken: &mut Names) -> String {
    let suffixed = |content: &str| {
        let digest = Digest::of(content.as_bytes()).short();
        format!("{name}-{}", &digest[..6])
    };
    let id = suffixed(content);
    if taken.is_free(&id) {
        taken.take(id)
    } else {
        taken.unique(suffixed(&format!("{before}\0{content}")))
    }
}

/// Names given so far.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Names {
    fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }

    fn take(&mut self, name: String) -> String {
        self.taken.insert(name.clone());
        name
    }

    /// Returns `name`, or where that is taken, with the next free number behind it: as readers
    /// expect it of headings.
    pub(super) fn unique(&mut self, name: String) -> String {
        if self.is_free(&name) {
            return self.take(name);
        }
        let mut number = self.next.get(&name).copied().unwrap_or(2);
        while self.taken.contains(&format!("{name}-{number}")) {
            number += 1;
        }
        let numbered = format!("{name}-{number}");
        self.next.insert(name, number + 1);
        self.take(numbered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_short_ascii_whatever_the_script() {
        assert_eq!(slug("  How to reach it?  "), "how-to-reach-it");
        assert_eq!(slug("Größe der Äste & Don't"), "grosse-der-aste-dont");
        assert_eq!(slug("Резервная копия"), "rezervnaia-kopiia");
        assert_eq!(slug("北京"), "bei-jing");
        assert!(slug(&"very long words ".repeat(20)).len() <= 60);
        assert!(!slug(&"very long words ".repeat(20)).ends_with('-'));
    }

    #[test]
    fn texts_without_letters_keep_different_slugs() {
        assert_eq!(slug("!!!").len(), 11);
        assert_ne!(slug("!!!"), slug("???"));
        assert!(slug("").starts_with('x'));
    }

    #[test]
    fn a_setting_is_found_by_group_and_name() {
        assert_eq!(
            setting_anchor("System / Admin", "Idle timeout"),
            "set.system-admin.idle-timeout"
        );
        assert_eq!(setting_anchor("", "Idle timeout"), "set.idle-timeout");
        assert_eq!(step_anchor("stop"), "step.stop");
    }

    #[test]
    fn equal_names_are_told_apart_by_content_and_not_by_place() {
        let name = |name: &str| name.to_owned();
        let forward = tell_apart(&[(name("a"), "one"), (name("b"), ""), (name("a"), "two")]);
        let backward = tell_apart(&[(name("a"), "two"), (name("a"), "one"), (name("b"), "")]);
        assert_eq!(forward[0], backward[1]);
        assert_eq!(forward[2], backward[0]);
        assert_ne!(forward[0].id, forward[2].id);
        assert_eq!(forward[1], Anchor { id: name("b"), repeated: false });
        assert!(forward[0].repeated);
    }

    #[test]
    fn even_equal_neighbours_get_different_names() {
        let names: Vec<_> = (0..5).map(|_| ("a".to_owned(), "same")).collect();
        let ids: HashSet<_> = tell_apart(&names).into_iter().map(|anchor| anchor.id).collect();
        assert_eq!(ids.len(), 5);
    }

    #[test]
    fn a_suffix_never_takes_a_name_that_is_written() {
        let digest = Digest::of(b"one").short();
        let written = format!("a-{}", &digest[..6]);
        let anchors =
            tell_apart(&[("a".to_owned(), "one"), ("a".to_owned(), "two"), (written.clone(), "")]);
        assert_eq!(anchors[2].id, written);
        assert_ne!(anchors[0].id, written);
    }

    #[test]
    fn headings_are_numbered_as_readers_expect() {
        let mut names = Names::default();
        let ids: Vec<_> =
            ["a", "a", "a-2", "a"].iter().map(|slug| names.unique((*slug).to_owned())).collect();
        assert_eq!(ids, ["a", "a-2", "a-2-2", "a-3"]);
    }
}
