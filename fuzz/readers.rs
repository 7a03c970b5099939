// What reads text and files that others have written, each as a function of bytes. A run that returns has
// passed: none may panic, go on for ever, or break what its comment promises.
//
// The fuzz targets call these with bytes of libFuzzer, and `tests/properties.rs` with the corpora.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use clearjar::active::{self, Kind};
use clearjar::diagnostic::{Diagnostics, short};
use clearjar::handover::{held::Held, signature, verify};
use clearjar::history;
use clearjar::import::{self, Wishes, foreign::Foreign, proposal::Harvest, redact};
use clearjar::pipeline::{self, Inputs};
use clearjar::publish::Manifest;
use clearjar::render::highlight::Highlighter;
use clearjar::render::prose::{self, Options};
use clearjar::source::{SourceFile, SourceTree};
use clearjar::{config, schema, secrets, syntax, theme};

/// What is fed.
pub type Reader = fn(&[u8]);

/// Every reader by its name.
pub const READERS: [(&str, Reader); 11] = [
    ("toml", toml),
    ("runbook", runbook),
    ("markdown", markdown),
    ("kind", kind),
    ("release", release),
    ("secret", secret),
    ("markup", markup),
    ("code", code),
    ("foreign", foreign),
    ("bundle", bundle),
    ("template", template),
];

static COLOURS: LazyLock<Highlighter> = LazyLock::new(Highlighter::new);

fn day() -> jiff::civil::Date {
    jiff::civil::date(2026, 11, 15)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// TOML of any sort: every finding stands inside the text.
pub fn toml(bytes: &[u8]) {
    for path in ["records/devices/a.toml", "records/documents/a.md", "clearjar.toml"] {
        let file = SourceFile::text(path, text(bytes));
        let read = syntax::parse(&file);
        for found in read.found.iter() {
            assert!(file.as_text().unwrap().get(found.span.range()).is_some(), "{found:?}");
        }
        if path == "clearjar.toml" {
            let _ = config::read(&read.value);
        }
    }
}

/// A record in a runbook: the findings can be told, and two runs tell the same.
pub fn runbook(bytes: &[u8]) {
    let (path, bytes) = match bytes.split_first() {
        Some((0..=0x3f, rest)) => ("records/procedures/a.md", rest),
        Some((0x40..=0x5f, rest)) => ("clearjar.toml", rest),
        _ => ("records/devices/a.toml", bytes),
    };
    let mut files = vec![SourceFile::text(path, text(bytes))];
    if path != "clearjar.toml" {
        files.push(SourceFile::text("clearjar.toml", ""));
    }
    let tree = SourceTree::new(files);
    let told = || {
        let found = Diagnostics::default();
        short::write(&pipeline::check(&Inputs::new(&tree, &found, day())).found, &tree)
    };
    let first = told();
    assert!(!first.contains('\u{1b}'));
    assert_eq!(first, told());
}

/// Markdown: nothing of what becomes of it acts.
pub fn markdown(bytes: &[u8]) {
    let source = text(bytes);
    let mut html = String::new();
    prose::to_html(&source, &BTreeMap::new(), &Options::default(), &COLOURS, &mut html);
    let acts = active::acts(&html, Kind::Html);
    assert!(acts.is_empty(), "{acts:?} in {html}");
    let _ = clearjar::markdown::scan(&source);
    let _ = clearjar::markdown::excerpt(&source, 80);
}

/// A kind of the runbook's own, with a record of it.
pub fn kind(bytes: &[u8]) {
    let files = vec![
        SourceFile::text("clearjar.toml", ""),
        SourceFile::text("kinds/thing.toml", text(bytes)),
        SourceFile::text("records/things/a.toml", "name = \"A\"\n"),
    ];
    let tree = SourceTree::new(files);
    let _ = schema::read(&tree);
    let found = Diagnostics::default();
    let _ = short::write(&pipeline::check(&Inputs::new(&tree, &found, day())).found, &tree);
}

/// A release in the history.
pub fn release(bytes: &[u8]) {
    let tree = SourceTree::new(vec![SourceFile::text("history/2026-01-01-a.toml", text(bytes))]);
    let history = history::read(&tree).value;
    if !history.is_empty() {
        let _ = history.state_at(0);
    }
}

/// Text that may hold secrets: what is found lies inside of it in order, and a copy without them has none.
pub fn secret(bytes: &[u8]) {
    let text = text(bytes);
    let mut end = 0;
    for suspect in secrets::scan(&text) {
        assert!(end <= suspect.range.start && text.get(suspect.range.clone()).is_some());
        end = suspect.range.end;
    }
    if let Ok(redacted) = redact::redact(&Foreign::of_bytes("a.conf", bytes)) {
        assert!(secrets::scan(&redacted.text).is_empty(), "{}", redacted.text);
    }
}

/// Attached markup: what acts lies inside of it.
pub fn markup(bytes: &[u8]) {
    let text = text(bytes);
    for kind in [Kind::Html, Kind::Drawing, Kind::Xml, Kind::XmlBySight] {
        for act in active::acts(&text, kind) {
            assert!(text.get(act.range.clone()).is_some());
        }
    }
}

/// Code that is coloured: nothing of it acts, and none of it is lost.
pub fn code(bytes: &[u8]) {
    const LANGUAGES: [&str; 12] = [
        "sh",
        "powershell",
        "ini",
        "toml",
        "json",
        "xml",
        "html",
        "cisco",
        "routeros",
        "sql",
        "yaml",
        "python",
    ];
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let code = text(rest);
    let mut html = String::new();
    COLOURS.write(&code, LANGUAGES[usize::from(*first) % LANGUAGES.len()], &mut html);
    assert!(active::acts(&html, Kind::Html).is_empty(), "{html}");
}

/// What other systems export, by the reader that the first byte names.
pub fn foreign(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let reader = import::READERS[usize::from(*first) % import::READERS.len()];
    let tree = SourceTree::new(vec![SourceFile::text("clearjar.toml", "")]);
    let wishes = Wishes {
        tree: &tree,
        client: None,
        mapping: None,
        sheet: None,
        people: true,
        today: day(),
    };
    let files = [Foreign::of_bytes("export", rest)];
    let _ = reader.fit(&files[0]);
    let _ = reader.read(&files, &wishes, &mut Harvest::default());
    // Now and then all of it: what is written must read back as a runbook without errors.
    if rest.len() % 16 == 0 {
        let _ = import::run(&files, Some(reader.name()), &wishes, &Diagnostics::default(), &|_| ());
    }
}

/// A bundle from somebody, its list and its signature.
pub fn bundle(bytes: &[u8]) {
    let _ = Manifest::parse(&text(bytes));
    let _ = signature::read(b"sums", &text(bytes));
    let path = std::env::temp_dir().join(format!("clearjar-fuzz-{}.zip", std::process::id()));
    std::fs::write(&path, bytes).expect("the folder for temporary files can be written to");
    if let Ok(mut held) = Held::open(&path) {
        let _ = verify::verify(&mut held, None, None, &clearjar::progress::Silent);
    }
    let _ = std::fs::remove_file(&path);
}

/// A template of the runbook's own theme.
pub fn template(bytes: &[u8]) {
    let tree = SourceTree::new(vec![
        SourceFile::text("clearjar.toml", ""),
        SourceFile::text("theme/templates/record.html", text(bytes)),
    ]);
    let config = config::read(&syntax::parse(tree.at("clearjar.toml").unwrap()).value).value;
    let _ = theme::check(&tree, &config.site);
}
