//! The book says what the site says, each thing once, in the site's order, with numbers that hold.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use clearjar::artifact::{Artifact, Artifacts};
use clearjar::diagnostic::Diagnostics;
use clearjar::discover::{self, Limits};
use clearjar::pipeline::{self, Inputs};
use clearjar::source::{SourceFile, SourceTree};
use scraper::{ElementRef, Html, Selector};

/// The one place that calls the program.
fn site(tree: &SourceTree) -> Artifacts {
    let found = Diagnostics::default();
    let clock = jiff::civil::date(2026, 11, 15);
    let inputs = Inputs::new(tree, &found, clock);
    let (outcome, artifacts) = pipeline::run_in_memory(&inputs);
    assert!(!outcome.found.has_errors(), "{:#?}", outcome.found);
    artifacts
}

static EXAMPLE: LazyLock<Artifacts> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("example-site");
    site(&discover::read(&root, &Limits::default()).unwrap().value)
});

/// A runbook of more records than stand in one file: devices in three volumes, and terms in one.
static LARGE: LazyLock<Artifacts> = LazyLock::new(|| {
    let mut devices = String::new();
    for ix in 0..1450 {
        let next = (ix + 1) % 1450;
        devices.push_str(&format!(
            "[d{ix}]\nname = \"Device {ix}\"\ntype = \"server\"\nnotes = \"Beside [[d{next}]].\"\n"
        ));
    }
    let mut terms = String::new();
    for ix in 0..600 {
        terms.push_str(&format!(
            "[t{ix}]\nname = \"Term {ix}\"\ntext = \"See [[device/d{ix}]].\"\n"
        ));
    }
    site(&SourceTree::new(vec![
        SourceFile::text("records/devices.toml".to_owned(), devices),
        SourceFile::text("records/terms.toml".to_owned(), terms),
    ]))
});

fn text_of<'a>(artifacts: &'a Artifacts, path: &str) -> &'a str {
    let Some(Artifact::Bytes(bytes)) = artifacts.get(path) else { panic!("{path} is not made") };
    std::str::from_utf8(bytes).unwrap()
}

fn page(artifacts: &Artifacts, path: &str) -> Html {
    Html::parse_document(text_of(artifacts, path))
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn first<'a>(element: ElementRef<'a>, selector: &str) -> Option<ElementRef<'a>> {
    element.select(&Selector::parse(selector).unwrap()).next()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn records(artifacts: &Artifacts) -> BTreeSet<String> {
    let is_record = |path: &&String| {
        let html = || text_of(artifacts, path);
        let name = path.split_once('/').map_or("", |(_, name)| name);
        path.ends_with(".html")
            && !path.starts_with("files/")
            && !path.starts_with("source/")
            && !name.is_empty()
            && !name.starts_with("index.")
            && !html().contains("http-equiv=\"refresh\"")
    };
    artifacts
        .keys()
        .filter(|path| is_record(path) && !path.starts_with("changes/"))
        // Maps of the network, and sheets for the doors of racks.
        .filter(|path| !path.starts_with("drawings/") && !path.ends_with(".sheet.html"))
        .map(|path| path.replace('/', ".").replace(".html", ""))
        .collect()
}

fn volumes(artifacts: &Artifacts) -> Vec<&str> {
    artifacts.keys().filter(|path| path.starts_with("book.")).map(String::as_str).collect()
}

#[test]
fn every_record_stands_in_the_book_once() {
    for artifacts in [&*EXAMPLE, &*LARGE] {
        let mut entries: Vec<String> = Vec::new();
        for volume in volumes(artifacts) {
            let html = page(artifacts, volume);
            entries.extend(
                all(&html, "article.book-entry").iter().map(|it| it.attr("id").unwrap().to_owned()),
            );
        }
        let unique: BTreeSet<String> = entries.iter().cloned().collect();
        assert_eq!(unique.len(), entries.len());
        assert_eq!(unique, records(artifacts));
    }
}

#[test]
fn numbers_of_the_contents_stand_before_the_headings_they_lead_to() {
    let html = page(&EXAMPLE, "book.html");
    let by_id: BTreeMap<&str, ElementRef<'_>> =
        all(&html, "[id]").into_iter().map(|it| (it.attr("id").unwrap(), it)).collect();
    let links = all(&html, ".book-contents a, .book-index a");
    assert!(links.len() > 600, "only {} links", links.len());
    for link in links {
        let href = link.attr("href").unwrap();
        let there = by_id[href.strip_prefix('#').unwrap()];
        let heading = first(there, "h2, h3").unwrap();
        let number = first(link, ".no").map(words).unwrap_or_default();
        assert_eq!(number, first(heading, ".no").map(words).unwrap_or_default(), "{href}");
    }
}

#[test]
fn chapters_and_records_are_in_the_order_of_the_site() {
    let html = page(&EXAMPLE, "book.html");
    let number = |element: &ElementRef<'_>| -> Vec<usize> {
        words(first(*element, ".no").unwrap()).split('.').map(|it| it.parse().unwrap()).collect()
    };
    let chapters: Vec<_> = all(&html, "main h2:has(> .no)").iter().map(number).collect();
    let counted: Vec<_> = (1..=chapters.len()).map(|ix| vec![ix]).collect();
    assert_eq!(chapters, counted);
    let mut last = vec![0, 0];
    for entry in all(&html, "article.book-entry") {
        let number = number(&entry);
        let follows = [number[0], last[1] + 1] == number[..] && number[0] == last[0];
        assert!(follows || (number[0] > last[0] && number[1] == 1), "{last:?} {number:?}");
        last = number;
    }
    // As the navigation shows the kinds.
    let home = page(&EXAMPLE, "index.html");
    let links = all(&home, ".nav-area a");
    let kinds = links.iter().map(|it| it.attr("href").unwrap().split('/').next().unwrap());
    let here = all(&html, "section.chapter:has(> article)");
    assert!(kinds.eq(here.iter().map(|it| it.attr("id").unwrap())));
}

#[test]
fn a_link_to_a_record_stays_in_the_book_and_says_its_number() {
    let html = page(&EXAMPLE, "book.html");
    let mut seen = 0;
    for link in all(&html, "article a[data-no]") {
        let anchor = link.attr("href").unwrap().strip_prefix('#').expect("one file holds the book");
        let record: Vec<&str> = anchor.split('.').take(2).collect();
        let selector = format!("[id=\"{}\"] .no", record.join("."));
        assert_eq!(
            link.attr("data-no"),
            Some(words(all(&html, &selector)[0]).as_str()),
            "{anchor}"
        );
        seen += 1;
        if seen == 300 {
            break;
        }
    }
    assert_eq!(seen, 300);
    let beside = page(&LARGE, "book.devices.html");
    let next = |ix: usize| {
        let entry = all(&beside, &format!("[id=\"devices.d{ix}\"] a[data-no]"))[0];
        entry.attr("href").unwrap().to_owned()
    };
    assert_eq!(next(0), "#devices.d1");
    let terms = page(&LARGE, "book.terms.html");
    let link = all(&terms, "[id=\"terms.t3\"] a[data-no]")[0];
    assert_eq!(link.attr("href"), Some("book.devices.html#devices.d3"));
}

#[test]
fn a_large_book_is_cut_into_volumes_that_know_each_other() {
    assert_eq!(
        volumes(&LARGE),
        [
            "book.devices.2.html",
            "book.devices.3.html",
            "book.devices.html",
            "book.html",
            "book.terms.html"
        ]
    );
    let html = page(&LARGE, "book.devices.2.html");
    assert_eq!(all(&html, "article").len(), 500);
    let ends = |rel: &str| all(&html, &format!("a[rel={rel}]"))[0].attr("href").unwrap();
    assert_eq!((ends("prev"), ends("next")), ("book.devices.html", "book.devices.3.html"));
    let numbers = all(&html, "article h3 > .no");
    let chapter = words(numbers[0]).split('.').next().unwrap().to_owned();
    assert_eq!(words(numbers[0]), format!("{chapter}.501"));
    assert_eq!(all(&page(&LARGE, "book.html"), "article").len(), 0);
}

#[test]
fn nothing_of_a_window_is_left_in_it() {
    for artifacts in [&*EXAMPLE, &*LARGE] {
        for volume in volumes(artifacts) {
            let html = page(artifacts, volume);
            for selector in [
                "button",
                "template",
                "[data-steps]",
                "[data-copy]",
                "details:not([open])",
                "nav.sidebar",
            ] {
                assert!(all(&html, selector).is_empty(), "{volume}: {selector}");
            }
            let mut ids = BTreeSet::new();
            for element in all(&html, "[id]") {
                let id = element.attr("id").unwrap();
                assert!(ids.insert(id), "{volume}: {id} twice");
            }
        }
    }
}

#[test]
fn no_page_shows_the_marks_of_what_goes_into_the_book() {
    for (path, artifact) in &*EXAMPLE {
        let Artifact::Bytes(bytes) = artifact else { continue };
        if path.ends_with(".html") {
            let html = std::str::from_utf8(bytes).unwrap();
            assert!(!html.contains("<!--book") && !html.contains("<!--/book"), "{path}");
            assert!(!html.contains("<!--chapter"), "{path}");
        }
    }
}

#[test]
fn it_is_the_same_however_many_threads_make_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("example-site");
    let tree = discover::read(&root, &Limits::default()).unwrap().value;
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = one.install(|| site(&tree));
    assert!(text_of(&alone, "book.html") == text_of(&EXAMPLE, "book.html"));
}
