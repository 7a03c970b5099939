//! What holds of every runbook, whatever is written in it: no text makes the program panic, every
//! finding stands inside its file, the order in which files are read does not matter, and every link
//! of a site leads somewhere.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

mod every_kind;
#[path = "../fuzz/readers.rs"]
mod readers;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use clearjar::artifact::{Artifact, Artifacts};
use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::discover::{self, Limits};
use clearjar::pipeline::{self, Checkup, Inputs};
use clearjar::source::{SourceFile, SourceTree, Span};
use every_kind::Words;
use proptest::prelude::*;
use rayon::prelude::*;
use scraper::{ElementRef, Html};

/// A file by its path.
type File = (String, String);

const CASES: &[&str] = &[
    include_str!("cases/addresses.md"),
    include_str!("cases/audit.md"),
    include_str!("cases/configuration.md"),
    include_str!("cases/files.md"),
    include_str!("cases/kinds.md"),
    include_str!("cases/prose.md"),
    include_str!("cases/records.md"),
    include_str!("cases/references.md"),
    include_str!("cases/secrets.md"),
    include_str!("cases/theme.md"),
    include_str!("cases/toml.md"),
    include_str!("cases/values.md"),
];

/// Records as people write them, with more in each than in those of the cases.
const EXAMPLES: &[(&str, &str)] = &[
    ("clearjar.toml", include_str!("../example-site/clearjar.toml")),
    ("records/devices.toml", include_str!("../example-site/records/devices.toml")),
    ("records/accounts.toml", include_str!("../example-site/records/accounts.toml")),
    ("records/contracts.toml", include_str!("../example-site/records/contracts.toml")),
    ("records/links.toml", include_str!("../example-site/records/links.toml")),
    ("records/terms.toml", include_str!("../example-site/records/terms.toml")),
];

/// The small runbooks of the cases, and those records.
static RUNBOOKS: LazyLock<Vec<Vec<File>>> = LazyLock::new(|| {
    let mut runbooks: Vec<Vec<File>> = CASES.iter().flat_map(|text| runbooks_in(text)).collect();
    let example = EXAMPLES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    runbooks.push(example.collect());
    assert!(runbooks.len() > 150, "only {} runbooks were read", runbooks.len());
    runbooks
});

fn runbooks_in(text: &str) -> Vec<Vec<File>> {
    let mut runbooks: Vec<Vec<File>> = Vec::new();
    let mut open: Option<File> = None;
    for line in text.lines() {
        match &mut open {
            Some(_) if line == "```" => runbooks.last_mut().unwrap().extend(open.take()),
            Some((_, content)) => content.extend([line, "\n"]),
            None if line.starts_with("## ") => runbooks.push(Vec::new()),
            None => {
                let path = line.strip_prefix("```").and_then(|line| line.split_once("file="));
                open = path.map(|(_, path)| (path.to_owned(), String::new()));
            }
        }
    }
    runbooks
}

fn tree_of(files: &[File]) -> SourceTree {
    let files = files.iter().map(|(path, text)| SourceFile::text(path.clone(), text.clone()));
    SourceTree::new(files.collect())
}

/// The one place that calls the program to check a runbook.
fn check(tree: &SourceTree) -> Checkup {
    pipeline::check(&inputs(tree, &Diagnostics::default()))
}

/// The one place that calls the program to make a site.
fn run(tree: &SourceTree) -> (Diagnostics, Artifacts) {
    let (outcome, artifacts) = pipeline::run_in_memory(&inputs(tree, &Diagnostics::default()));
    (outcome.found, artifacts)
}

fn inputs<'a>(tree: &'a SourceTree, found: &'a Diagnostics) -> Inputs<'a> {
    Inputs::new(tree, found, jiff::civil::date(2026, 11, 15))
}

/// Finds places that are not in their file, or cut a character in two.
fn misplaced(tree: &SourceTree, found: &Diagnostics) -> Vec<String> {
    let mut wrong = Vec::new();
    for finding in found {
        let others = finding.others.iter().map(|label| label.span);
        let fix = finding.fix.iter().map(|fix| fix.span);
        for span in [finding.span].into_iter().chain(others).chain(fix) {
            if !is_inside(tree, span) {
                wrong.push(format!("{span:?} of {finding:?}"));
            }
        }
    }
    wrong
}

fn is_inside(tree: &SourceTree, span: Span) -> bool {
    match tree.get(span.file).and_then(|file| file.as_text()) {
        Some(text) => text.get(span.range()).is_some(),
        None => span == Span::whole(span.file),
    }
}

/// What can happen to a file between two editors, a merge and a full disk.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Delete,
    Repeat,
    Swap,
    Truncate,
    /// One of the characters that mean something to TOML or Markdown.
    Insert(char),
}

fn damage() -> impl Strategy<Value = Damage> {
    let signs: Vec<char> = "\"'[]{}=#.,+-\\|`*\n\r\t \u{0}\u{feff}\u{202e}é€𝄞".chars().collect();
    prop_oneof![
        Just(Damage::Delete),
        Just(Damage::Repeat),
        Just(Damage::Swap),
        Just(Damage::Truncate),
        prop::sample::select(signs).prop_map(Damage::Insert),
    ]
}

/// Returns `text` with the damage done to `len` bytes at `at`, widened to whole characters.
fn damaged(text: &str, damage: Damage, at: usize, len: usize) -> String {
    let boundary = |at: usize| text.floor_char_boundary(at.min(text.len()));
    let (start, end) = (boundary(at), boundary(at + len));
    let (before, piece, behind) = (&text[..start], &text[start..end], &text[end..]);
    match damage {
        Damage::Delete => [before, behind].concat(),
        Damage::Repeat => [before, piece, piece, behind].concat(),
        Damage::Swap => {
            let next = behind.floor_char_boundary(len.min(behind.len()));
            [before, &behind[..next], piece, &behind[next..]].concat()
        }
        Damage::Truncate => before.to_owned(),
        Damage::Insert(c) => [before, c.to_string().as_str(), piece, behind].concat(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_damaged_record_is_told_at_places_inside_it(
        runbook in any::<prop::sample::Index>(),
        file in any::<prop::sample::Index>(),
        damages in prop::collection::vec((damage(), any::<prop::sample::Index>(), 0..40usize), 1..4),
    ) {
        let mut files = runbook.get(&RUNBOOKS).clone();
        let ix = file.index(files.len());
        for (damage, at, len) in damages {
            let text = &files[ix].1;
            files[ix].1 = damaged(text, damage, at.index(text.len() + 1), len);
        }
        let tree = tree_of(&files);
        let wrong = misplaced(&tree, &check(&tree).found);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn any_text_at_all_is_told_at_places_inside_it(
        path in prop::sample::select(vec![
            "clearjar.toml", "kinds/own.toml", "records/devices/x.toml", "records/terms.toml",
            "records/procedures/x.md", "records/nothing/x.toml",
        ]),
        text in "(\\PC|[\n\r\t\\[\\]=\"'+#{}]){0,200}",
    ) {
        let tree = tree_of(&[(path.to_owned(), text)]);
        let wrong = misplaced(&tree, &check(&tree).found);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Records whose every byte is looked at: one in TOML and one in Markdown.
const CLOSELY: &[(&str, &str)] = &[
    (
        "records/devices/fw-hq-01.toml",
        "name = \"HQ firewall — é\"\ntype = \"firewall\"\nsite = \"hq\"\n\
         rack = { rack = \"hq-mdf\", unit = 40 }\nmanagement = 'https://10.20.0.1'\n\
         unknown = [\"serial\", \"control.paid_by\"]\nnotes = \"\"\"\nSee [[sw-hq-01]], TODO.\n\"\"\"\n\
         [verified]\non = 2026-11-01\n[[interface]]\nname = \"wan1\"\naddress = \"203.0.113.2/29\"\n\
         [[interface]]\nname = \"lan1\"\nconnects_to = \"fw-hq-01:wan1\"\n",
    ),
    (
        "records/procedures/restore.md",
        "+++\nname = \"Restore – a file\"\nlast_tested = 2026-11-01\n+++\n\n# Before\n\n\
         1. Open [the page](https://example.com).\n2. See [[restore#before|it]]. {#see}\n\n\
         > [!NOTE]\n> `code` and **bold**\n\n| a | b |\n|---|---|\n| 1 | [x](javascript:1) |\n",
    ),
];

#[test]
fn a_record_that_is_cut_or_patched_at_any_byte_is_told_at_places_inside_it() {
    let wrong: Vec<String> = CLOSELY
        .iter()
        .flat_map(|(path, text)| (0..text.len()).map(move |at| (*path, *text, at)))
        .par_bridge()
        .flat_map_iter(|(path, text, at)| {
            let damages = [Damage::Truncate, Damage::Delete, Damage::Repeat, Damage::Swap];
            damages.into_iter().flat_map(move |damage| {
                let tree = tree_of(&[(path.to_owned(), damaged(text, damage, at, 1))]);
                misplaced(&tree, &check(&tree).found)
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_order_of_files_changes_no_finding(
        (files, shuffled) in any::<prop::sample::Index>()
            .prop_map(|ix| ix.get(&RUNBOOKS).clone())
            .prop_flat_map(|files| (Just(files.clone()), Just(files).prop_shuffle())),
    ) {
        let (one, other) = (tree_of(&files), tree_of(&shuffled));
        prop_assert_eq!(check(&one).found, check(&other).found);
    }
}

/// A runbook with every field of every kind.
static FULL: LazyLock<SourceTree> = LazyLock::new(|| {
    every_kind::runbook(&mut |words| match words {
        Words::Text => "Plain words".to_owned(),
        Words::Markdown => "# Plain words\n\nSee [[term/term-0]], [it](files/plan.txt), \
                            [above](#plain-words) and a note.[^1]\n\n1. Step.\n\n[^1]: Noted.\n"
            .to_owned(),
    })
});

#[test]
fn the_order_of_files_changes_no_byte_of_the_site() {
    let first = run(&FULL);
    assert!(!first.1.is_empty());
    let mut files: Vec<SourceFile> = FULL.files().to_vec();
    files.reverse();
    for turn in [0, 7, 31] {
        files.rotate_left(turn);
        let again = run(&SourceTree::new(files.clone()));
        assert_eq!(first.0, again.0);
        assert!(first.1 == again.1, "the site depends on the order of files");
    }
}

/// A page's ids, and where it leads.
struct PageLinks {
    ids: BTreeSet<String>,
    /// Addresses as written.
    hrefs: Vec<String>,
    /// Ids that elements of the page refer to.
    refers: Vec<String>,
}

fn links_of(html: &str) -> PageLinks {
    let page = Html::parse_document(html);
    let mut links = PageLinks { ids: BTreeSet::new(), hrefs: Vec::new(), refers: Vec::new() };
    for element in page.root_element().descendants().filter_map(ElementRef::wrap) {
        let attr = |name| element.value().attr(name).map(str::to_owned);
        links.ids.extend(attr("id"));
        let hrefs = ["href", "src", "data-href", "action"].into_iter().filter_map(attr);
        links.hrefs.extend(hrefs);
        let refers =
            ["for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list"];
        for ids in refers.into_iter().filter_map(attr) {
            links.refers.extend(ids.split_whitespace().map(str::to_owned));
        }
    }
    links
}

/// Returns the path and the fragment that `href` leads to from `page`; nothing for other places.
fn destination(page: &str, href: &str) -> Option<(String, Option<String>)> {
    let (address, fragment) = match href.split_once('#') {
        Some((address, fragment)) => (address, Some(decoded(fragment))),
        None => (href, None),
    };
    let address = decoded(address.split('?').next().unwrap_or_default());
    if address.split('/').next().unwrap_or_default().contains(':') {
        return None;
    }
    if address.is_empty() {
        return Some((page.to_owned(), fragment));
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            ".." => drop(parts.pop().unwrap_or_else(|| panic!("{page}: {href} leaves the site"))),
            "." => {}
            name => parts.push(name),
        }
    }
    Some((parts.join("/"), fragment))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn broken_links(artifacts: &Artifacts) -> BTreeSet<String> {
    let pages: BTreeMap<&str, PageLinks> = artifacts
        .par_iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, artifact)| {
            let Artifact::Bytes(bytes) = artifact else { panic!("{path} is not made") };
            (path.as_str(), links_of(std::str::from_utf8(bytes).unwrap()))
        })
        .collect();
    let mut broken = BTreeSet::new();
    for (path, links) in &pages {
        for href in &links.hrefs {
            let Some((to, fragment)) = destination(path, href) else { continue };
            let is_there = artifacts.contains_key(&to);
            let has_place = fragment.is_none_or(|fragment| {
                let ids = pages.get(to.as_str()).map(|page| &page.ids);
                fragment.is_empty() || ids.is_none_or(|ids| ids.contains(&fragment))
            });
            if !is_there || !has_place {
                broken.insert(format!("{path}: {href}"));
            }
        }
        let lost = links.refers.iter().filter(|id| !links.ids.contains(*id));
        broken.extend(lost.map(|id| format!("{path}: nothing has the id {id}")));
    }
    broken
}

/// Makes the site of `tree` and looks at its links.
fn all_links_lead_somewhere(tree: &SourceTree) {
    let (found, artifacts) = run(tree);
    let errors: Vec<_> = found.iter().filter(|found| found.level == Level::Error).take(9).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(artifacts.len() > 60, "only {} files were made", artifacts.len());
    let broken = broken_links(&artifacts);
    let some: Vec<_> = broken.iter().take(40).collect();
    assert!(broken.is_empty(), "{} links are broken, among them {some:#?}", broken.len());
}

#[test]
fn every_link_of_a_site_leads_to_a_file_and_to_a_place_on_it() {
    all_links_lead_somewhere(&FULL);
}

#[test]
fn every_link_of_the_example_site_leads_to_a_file_and_to_a_place_on_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("example-site");
    let tree = discover::read(&root, &Limits::default()).unwrap().value;
    all_links_lead_somewhere(&tree);
}

/// More records than stand in one file of the book, with links from each volume to another.
#[test]
fn every_link_of_a_book_in_volumes_leads_to_a_file_and_to_a_place_on_it() {
    let device = |ix: usize| {
        format!(
            "[d{ix}]\nname = \"Device {ix}\"\ntype = \"server\"\nnotes = \"[[d{}]] [[term/t{}]]\"\n",
            (ix + 700) % 1500,
            ix % 600
        )
    };
    let term = |ix: usize| format!("[t{ix}]\nname = \"Term {ix}\"\ntext = \"[[device/d{ix}]]\"\n");
    let tree = tree_of(&[
        ("records/devices.toml".to_owned(), (0..1500).map(device).collect()),
        ("records/terms.toml".to_owned(), (0..600).map(term).collect()),
    ]);
    all_links_lead_somewhere(&tree);
}

#[test]
fn a_broken_link_would_be_seen() {
    let page = |body: &str| Artifact::Bytes(format!("<main id=a>{body}</main>").into_bytes());
    let links =
        "<a href=b.html#a></a><a href=c.html></a><a href=b.html#c></a><a href='%62.html?x'></a>";
    let artifacts = Artifacts::from([
        ("a.html".to_owned(), page(links)),
        ("b.html".to_owned(), page("<a href=#a></a><label for=z></label>")),
    ]);
    let broken: Vec<String> = broken_links(&artifacts).into_iter().collect();
    assert_eq!(broken, ["a.html: b.html#c", "a.html: c.html", "b.html: nothing has the id z"]);
}

#[test]
fn a_destination_is_worked_out_from_its_page() {
    let to = |href| destination("devices/fw.html", href).unwrap().0;
    assert_eq!(to("../index.html"), "index.html");
    assert_eq!(to("sw.html"), "devices/sw.html");
    assert_eq!(to("#x"), "devices/fw.html");
    assert!(destination("a.html", "mailto:it@example.com").is_none());
}

/// What is in `fuzz/corpus/` and was found by fuzzing: small inputs of each sort, and all that once went
/// wrong.
#[test]
fn every_reader_bears_what_fuzzing_has_found() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut count = 0;
    for (name, read) in readers::READERS {
        let mut entries: Vec<_> = std::fs::read_dir(corpora.join(name)).unwrap().collect();
        entries.sort_by_key(|entry| entry.as_ref().unwrap().path());
        for entry in entries {
            let path = entry.unwrap().path();
            println!("{}", path.display());
            read(&std::fs::read(&path).unwrap());
            count += 1;
        }
    }
    assert!(count > 90, "only {count} inputs were read");
}
