//! What stands in the register, where, and on which page.

use std::collections::BTreeSet;

use super::*;
use crate::plan::view::{Prose, Term};
use crate::source::{SourceFile, SourceTree};
use crate::{model, record, schema};

/// A runbook of terms with these names, one file for all: `id = (name, line of its own)`.
fn model(records: &[(String, String, &str)]) -> Model {
    let text: String = records
        .iter()
        .map(|(id, name, more)| format!("[{id}]\nname = {name:?}\ntext = \"x\"\n{more}\n"))
        .collect();
    let tree = SourceTree::new(vec![SourceFile::text("records/terms.toml", text.as_str())]);
    let catalog = schema::read(&tree).value;
    let records = record::read(&tree, &catalog, "USD").value;
    model::join(&tree, catalog, records).value
}

fn few(names: &[&str]) -> Model {
    let record = |(place, name): (usize, &&str)| (id(place), (*name).to_owned(), "");
    model(&names.iter().enumerate().map(record).collect::<Vec<_>>())
}

/// An id without a digit.
fn id(place: usize) -> String {
    place.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

fn none() -> GlossaryView {
    GlossaryView { terms: Vec::new() }
}

fn all_pages(model: &Model, glossary: &GlossaryView) -> Vec<Page> {
    let alphabet = Alphabet::new(model, glossary, &route::links());
    let routes = Routes::new(model);
    (0..alphabet.len()).map(|number| alphabet.page(number, model, &routes)).collect()
}

fn view(page: &Page) -> &AlphabetView {
    match &page.view {
        View::Alphabet(view) => view,
        other => panic!("{other:?} is no register"),
    }
}

/// The entries of all pages that are not about the runbook as a whole: `letter: name → see`.
fn lines(pages: &[Page]) -> Vec<String> {
    let sections = pages.iter().flat_map(|page| &view(page).sections);
    let entries = sections
        .flat_map(|section| section.entries.iter().map(move |entry| (&section.title, entry)));
    entries
        .filter(|(_, entry)| !entry.kind.is_empty())
        .map(|(letter, entry)| match entry.see.as_str() {
            "" => format!("{letter}: {}", entry.text),
            see => format!("{letter}: {} → {see}", entry.text),
        })
        .collect()
}

#[test]
fn names_stand_at_their_letters_in_the_order_people_look_for_them() {
    let model = few(&["sw-10", "Zürich", "ärzte", "sw-9", "10 Gbit/s", "“Arzt”", "Жёлтый"]);
    assert_eq!(
        lines(&all_pages(&model, &none())),
        [
            "0–9: 10 Gbit/s",
            "A: “Arzt”",
            "A: ärzte",
            "S: sw-9",
            "S: sw-10",
            "Z: Zürich",
            "Ж: Жёлтый"
        ]
    );
}

#[test]
fn former_ids_and_what_is_written_on_a_box_lead_to_the_name() {
    let record = |id: &str, name: &str, more| (id.to_owned(), name.to_owned(), more);
    let model = model(&[
        record("sw-hq-01", "Switch, ground floor", "formerly = [\"switch-old\"]"),
        record("ap-02", "AP 02", ""),
        record("front-desk", "The desk", ""),
    ]);
    assert_eq!(
        lines(&all_pages(&model, &none())),
        [
            "A: AP 02",
            "S: sw-hq-01 → Switch, ground floor",
            "S: Switch, ground floor",
            "S: switch-old → Switch, ground floor",
            "T: The desk"
        ]
    );
}

#[test]
fn terms_of_the_program_stand_by_all_their_names_and_own_ones_only_once() {
    let term = |name: &str, also: &[&str], link| Term {
        anchor: format!("term.{}", name.to_lowercase()),
        name: name.to_owned(),
        also: also.iter().map(|name| (*name).to_owned()).collect(),
        text: Prose::default(),
        link,
    };
    let own = plain_link("RPO".to_owned(), "terms/rpo.html".to_owned());
    let glossary = GlossaryView {
        terms: vec![term("Lease", &["DHCP lease"], None), term("RPO", &[], Some(own))],
    };
    let pages = all_pages(&few(&["RPO"]), &glossary);
    assert_eq!(lines(&pages), ["D: DHCP lease → Lease", "L: Lease", "R: RPO"]);
    let entries = view(&pages[0]).sections.iter().flat_map(|section| &section.entries);
    let lease: Vec<&AlphabetEntry> = entries.filter(|entry| entry.href.contains('#')).collect();
    assert!(lease.iter().all(|entry| entry.href == "glossary.html#term.lease"));
}

#[test]
fn a_short_register_is_one_page_that_leads_to_its_letters() {
    let pages = all_pages(&few(&["one", "two"]), &none());
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].path, "a-z.html");
    let anchors: BTreeSet<String> =
        view(&pages[0]).sections.iter().map(|section| format!("#{}", section.anchor)).collect();
    let jumps: BTreeSet<String> =
        view(&pages[0]).letters.iter().map(|letter| letter.href.clone()).collect();
    assert_eq!(jumps, anchors);
    assert!(view(&pages[0]).sections.iter().all(|section| section.parts.is_empty()));
}

#[test]
fn a_long_register_is_cut_so_that_every_name_is_on_one_page_of_at_most_a_thousand_rows() {
    let mut names: Vec<String> = (0..2400).map(|number| format!("switch {number}")).collect();
    names.extend(["Ärzte", "arzt", "Zürich"].map(str::to_owned));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let model = few(&names);
    let pages = all_pages(&model, &none());
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(pages.len(), Alphabet::new(&model, &none(), &route::links()).len());
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), paths.len(), "{paths:?}");
    for path in ["a-z.html", "a-z.a.html", "a-z.s.html", "a-z.s.2.html", "a-z.s.3.html"] {
        assert!(paths.contains(&path), "{path} is not among {paths:?}");
    }
    for page in &pages {
        let rows: usize = view(page).sections.iter().map(|section| section.entries.len()).sum();
        assert!(rows <= ROWS_PER_PART, "{} has {rows} rows", page.path);
    }
    assert_eq!(lines(&pages).len(), names.len());
    let parts: Vec<&LetterPart> =
        view(&pages[0]).sections.iter().flat_map(|section| &section.parts).collect();
    assert_eq!(parts.iter().map(|part| part.href.as_str()).collect::<Vec<_>>(), paths[1..]);
    let counted: usize = parts.iter().map(|part| part.count).sum();
    assert_eq!(counted, view(&pages[0]).total);
}

#[test]
fn the_pages_of_a_long_register_lead_through_it_in_order() {
    let names: Vec<String> = (0..2400).map(|number| format!("switch {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let pages = all_pages(&few(&names), &none());
    let href = |link: &Option<Link>| link.as_ref().map(|link| link.href.clone());
    let parts = &pages[1..];
    for (before, after) in parts.iter().zip(&parts[1..]) {
        assert_eq!(href(&before.page.next), Some(after.path.clone()));
        assert_eq!(href(&after.page.previous), Some(before.path.clone()));
    }
    assert_eq!(href(&parts[0].page.previous), None);
    assert_eq!(href(&parts[parts.len() - 1].page.next), None);
    assert!(parts.iter().all(|page| page.page.breadcrumbs.len() == 2));
}
