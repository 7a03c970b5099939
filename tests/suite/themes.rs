//! The themes beside each other: the same pages and places, and what each promises of itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use scraper::{ElementRef, Html, Selector};

use crate::program::Folder;
use crate::site::{Site, attribute, build_example, choose_theme, example_with_theme};

/// Builds the runbook in `rb`.
fn build(folder: &Folder) -> Site {
    folder.run(&["-C", "rb", "build"]).succeeds();
    Site::at(&folder.path("rb/site"))
}

/// The example site in the theme `plain`.
fn plain_example() -> Site {
    let folder = Folder::empty();
    example_with_theme(&folder, "plain");
    build(&folder)
}

fn select<'a>(html: &'a Html, what: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(what).unwrap()).collect()
}

/// Places that are of a theme: the contents of a page, and what the theme carries of others.
const OF_THE_THEME: &[&str] = &["toc", "toc-title", "from-others"];

/// The places on a page that a link from outside can lead to. A template is no place.
fn places(bytes: &[u8]) -> BTreeSet<String> {
    let html = Html::parse_document(std::str::from_utf8(bytes).unwrap());
    let elements = select(&html, "main, main [id]:not(template)").into_iter();
    let ids = elements.filter_map(|element| element.value().id());
    // In the book, the name of its page stands before a place.
    let alone = |id: &str| id.strip_prefix("page:about.").unwrap_or(id).to_owned();
    ids.filter(|id| !OF_THE_THEME.contains(&&*alone(id))).map(str::to_owned).collect()
}

/// Whether every theme has the file, as it has all that is not of its looks, its search or its scripts.
fn is_of_every_theme(path: &str) -> bool {
    let of_scripts = ["assets/", "search/", "sealed/"];
    !of_scripts.iter().any(|folder| path.starts_with(folder)) && path != "search.html"
}

/// Makes sure that every link to one site means the same on the other.
fn assert_same_places(one: &Site, other: &Site) {
    let paths = |site: &Site| -> BTreeSet<String> {
        site.files.keys().filter(|path| is_of_every_theme(path)).cloned().collect()
    };
    assert_eq!(paths(one), paths(other));
    let mut seen = 0;
    for path in one.pages.keys().filter(|path| is_of_every_theme(path)) {
        let (here, there) = (places(&one.files[path]), places(&other.files[path]));
        let differ: Vec<_> = here.symmetric_difference(&there).collect();
        assert!(differ.is_empty(), "{path}: {differ:?}");
        seen += here.len();
    }
    assert!(seen > 200, "only {seen} places were seen");
}

#[test]
fn every_link_to_the_example_site_still_works_after_a_switch_of_theme() {
    assert_same_places(&Site::of_example(), &plain_example());
}

#[test]
fn every_link_to_a_new_runbook_still_works_after_a_switch_of_theme() {
    let folder = Folder::with_runbook();
    let usual = build(&folder);
    choose_theme(&folder, "plain");
    assert_same_places(&usual, &build(&folder));
}

#[test]
fn a_switch_of_theme_leaves_nothing_of_the_other_behind() {
    let folder = Folder::empty();
    build_example(&folder, "site", |_| {});
    example_with_theme(&folder, "plain");
    folder.run(&["-C", "rb", "build", "--output", "site"]).succeeds();
    let site = Site::at(&folder.path("site"));
    let assets: Vec<_> = site.files.keys().filter(|path| path.starts_with("assets/")).collect();
    assert_eq!(assets.len(), 1, "{assets:?}");
}

#[test]
fn plain_has_no_script_and_no_style_but_one_small_sheet() {
    let site = plain_example();
    let sheet = |path: &&String| path.ends_with(".css");
    let sheets: Vec<&String> = site.files.keys().filter(sheet).collect();
    assert_eq!(sheets.len(), 1, "{sheets:?}");
    assert!(site.files[sheets[0]].len() <= 4096, "{} bytes", site.files[sheets[0]].len());
    let is_script = |path: &String| path.ends_with(".js") && !path.starts_with("files/");
    assert!(!site.files.keys().any(is_script), "nor an index that a script would read");
    for (path, page) in &site.pages {
        for (element, attributes) in &page.elements {
            let unwanted = ["script", "style", "button", "template"];
            assert!(!unwanted.contains(&element.as_str()), "{path}: <{element}>");
            // A drawing from the records, or what one of its strokes means.
            let is_class = |(name, value): &(String, String)| {
                name == "class" && ["drawing", "stroke"].contains(&value.as_str())
            };
            let is_drawn = element != "svg" || attributes.iter().any(is_class);
            assert!(is_drawn, "{path}: a picture that is no drawing");
            for (name, value) in attributes {
                let inline = name == "style" || name.starts_with("on") || name == "srcdoc";
                assert!(!inline, "{path}: <{element} {name}=\"{value}\">");
            }
        }
        let is_policy = |it: &&_| attribute(it, "http-equiv") == Some("Content-Security-Policy");
        let policy = page.all("meta").find(is_policy).and_then(|it| attribute(it, "content"));
        let expected = "default-src 'none'; style-src 'self'; img-src 'self' data:";
        assert_eq!(policy, Some(expected), "{path}");
        assert!(page.repeated_ids.is_empty(), "{path}: {:?}", page.repeated_ids);
    }
}

#[test]
fn plain_is_built_for_the_ear() {
    for (path, bytes) in plain_example().files {
        if !path.ends_with(".html") || path.starts_with("files/") || path.starts_with("source/") {
            continue;
        }
        let html = Html::parse_document(std::str::from_utf8(&bytes).unwrap());
        assert_eq!(select(&html, "h1").len(), 1, "{path}");
        assert_eq!(select(&html, "main h1").len(), 1, "{path}");
        for landmark in ["body > header", "body > main#main", "body > nav#nav", "body > footer"] {
            assert_eq!(select(&html, landmark).len(), 1, "{path}: {landmark}");
        }
        assert_headings_do_not_skip(&path, &html);
        assert_tables_have_headers(&path, &html);
        assert_names(&path, &html);
        let first = select(&html, "a")[0];
        assert_eq!(first.value().attr("href"), Some("#main"), "{path}: the skip link is first");
        assert!(select(&html, "html[lang]").len() == 1, "{path}");
    }
}

fn assert_headings_do_not_skip(path: &str, html: &Html) {
    let mut above = 0;
    for heading in select(html, "h1, h2, h3, h4, h5, h6") {
        let level: u32 = heading.value().name()[1..].parse().unwrap();
        let text: String = heading.text().collect();
        assert!(level <= above + 1, "{path}: h{level} “{text}” behind h{above}");
        assert!(!text.trim().is_empty(), "{path}: an h{level} says nothing");
        above = level;
    }
}

fn assert_tables_have_headers(path: &str, html: &Html) {
    for table in select(html, "table") {
        let headers: Vec<_> = table.select(&Selector::parse("thead th").unwrap()).collect();
        assert!(!headers.is_empty(), "{path}: a table without headers");
        for header in table.select(&Selector::parse("th").unwrap()) {
            assert!(header.value().attr("scope").is_some(), "{path}: {}", header.html());
        }
        // Tables in prose are named by the region they stand in.
        let in_prose = table.parent().and_then(ElementRef::wrap);
        let in_prose = in_prose.is_some_and(|it| it.value().attr("role") == Some("region"));
        let named = table.value().attr("aria-labelledby").is_some()
            || table.select(&Selector::parse("caption").unwrap()).next().is_some();
        assert!(named || in_prose, "{path}: a table without a name");
    }
}

/// Everything that is named by something else is named by something there is, and every input and
/// picture has a name.
fn assert_names(path: &str, html: &Html) {
    let ids: BTreeSet<&str> =
        select(html, "[id]").into_iter().filter_map(|it| it.value().id()).collect();
    for element in select(html, "[aria-labelledby]") {
        let by = element.value().attr("aria-labelledby").unwrap();
        assert!(ids.contains(by), "{path}: named by {by}");
    }
    for input in select(html, "input") {
        let labelled = input.value().attr("aria-label").is_some()
            || input
                .ancestors()
                .filter_map(ElementRef::wrap)
                .any(|it| it.value().name() == "label");
        assert!(labelled, "{path}: {}", input.html());
    }
    for picture in select(html, "img") {
        assert!(picture.value().attr("alt").is_some_and(|alt| !alt.is_empty()), "{path}");
    }
    for link in select(html, "a") {
        let text: String = link.text().collect();
        let said = link.value().attr("aria-label").is_some() || text.trim().len() > 1;
        let has_picture = link.select(&Selector::parse("img").unwrap()).next().is_some();
        let is_number = link.value().attr("role") == Some("doc-noteref");
        // A letter of the alphabet, among the others under a name.
        let ancestors = link.ancestors().filter_map(ElementRef::wrap);
        let is_letter =
            !text.trim().is_empty() && ancestors.map(|it| it.value()).any(|it| it.name() == "nav");
        assert!(said || has_picture || is_number || is_letter, "{path}: {}", link.html());
    }
}

/// Puts a mark where the output of a template begins: in each of its components, in its content, or
/// at its end where others include it.
fn marked(name: &str, text: &str) -> String {
    let mark = |number: usize| format!("⟦{name} {number}⟧");
    let mut number = 0;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let heading = line.strip_prefix("{% block heading %}");
        let component = line.starts_with("{% component ").then_some("");
        let Some(rest) = heading.or(component) else {
            out.push_str(line);
            continue;
        };
        number += 1;
        out.push_str(line.strip_suffix(rest).expect("it is its end"));
        out.push_str(&mark(number));
        out.push_str(rest);
    }
    if number == 0 {
        out.push_str(&mark(1));
    }
    out
}

/// Returns the marks in `text`.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.split('⟦').skip(1).filter_map(|rest| rest.split('⟧').next())
}

#[test]
fn every_template_of_plain_is_reached() {
    let folder = Folder::empty();
    example_with_theme(&folder, "plain");
    let mut put = BTreeSet::new();
    for layer in ["themes/shared/templates", "themes/plain/templates"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(layer);
        for entry in walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(&root).unwrap().to_str().unwrap();
                let name = name.replace('\\', "/");
                let text = marked(&name, &fs::read_to_string(entry.path()).unwrap());
                put.extend(marks(&text).map(str::to_owned));
                folder.write(&format!("rb/theme/templates/{name}"), &text);
            }
        }
    }
    let terms = folder.read("rb/records/terms.toml");
    folder.write("rb/records/terms.toml", &(terms + &many_terms()));
    folder.write("rb/kinds/term.toml", RARE_FIELDS);
    let site = build(&folder);
    // An edition has words of its own.
    folder.run(&["-C", "rb", "build", "--edition", "owner", "--output", "owner"]).succeeds();
    let owner = Site::at(&folder.path("owner"));
    let texts = site
        .files
        .iter()
        .chain(&owner.files)
        .filter(|(path, _)| !path.starts_with("files/") && !path.starts_with("source/"));
    let texts: Vec<_> = texts.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    let reached: BTreeSet<&str> = texts.iter().flat_map(|text| marks(text)).collect();
    assert!(put.len() > 50, "{put:?}");
    let is_script = |path: &&String| path.ends_with(".js") && !path.starts_with("files/");
    let script = site.files.keys().find(is_script);
    assert_eq!(script, None, "nor the rows of a long list");
    let missed: Vec<&String> = put.iter().filter(|mark| !reached.contains(mark.as_str())).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

/// Fields of types that no record of the example shows by itself.
const RARE_FIELDS: &str = r#"
kind = "term"
extends = true

[field.sample]
type = "code"
help = "How it is written."
example = "ping 192.0.2.1"

[field.span]
type = "table"
many = true
help = "From where to where it goes."

[field.span.field.end]
type = "table"
help = "An end."

[field.span.field.end.field.name]
type = "text"
help = "What is there."
example = "A"
"#;

/// So many records that their list is cut into parts.
fn many_terms() -> String {
    let term = |n| {
        format!(
            "\n[term-{n}]\nname = \"Term {n}\"\ntext = \"What it means.\"\n\
             sample = \"ls\"\nspan = [{{ end = {{ name = \"A\" }} }}]\n"
        )
    };
    (0..1200).map(term).collect()
}
