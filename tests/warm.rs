//! A run that remembers the runs before gives what one that remembers nothing gives: the same files
//! and the same findings, after any edits.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clearjar::artifact::{Artifact, Artifacts, Sink};
use clearjar::diagnostic::Diagnostics;
use clearjar::digest::Digest;
use clearjar::pipeline::{self, Inputs, Memory};
use clearjar::source::{SourceFile, SourceTree};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// A small runbook in which most things that pages can show of each other are there.
const START: &[(&str, &str)] = &[
    (
        "clearjar.toml",
        "client = \"organization/client\"\nprovider = \"organization/msp\"\n[site]\ntitle = \"A runbook\"\n",
    ),
    (
        "records/organizations.toml",
        "[client]\nname = \"Harborview\"\n[msp]\nname = \"Northwind IT\"\n",
    ),
    (
        "records/networks.toml",
        "[staff]\nname = \"Staff\"\nvlan_id = 10\nprefix = \"10.0.10.0/24\"\ngateway = \"10.0.10.1\"\n",
    ),
    (
        "records/devices/fw.toml",
        "name = \"Firewall\"\ntype = \"firewall\"\nserial = \"FW-1\"\npurpose = \"Guards [[staff]].\"\n\
         [[interface]]\nname = \"lan\"\naddresses = [\"10.0.10.1/24\"]\n",
    ),
    (
        "records/devices/sw.toml",
        "name = \"Switch\"\ntype = \"switch\"\nformerly = [\"old-switch\"]\nnotes = \"See [[fw]] and [[restart]].\"\n\
         [[interface]]\nname = \"1\"\naddresses = [\"10.0.10.2/24\"]\n",
    ),
    (
        "records/procedures/restart.md",
        "+++\nname = \"Restart\"\n+++\n# Restart\n\n1. Log in to [[fw]]. {#log-in}\n2. Run:\n\n   ```sh\n   reboot\n   ```\n",
    ),
    ("history/2026-03-01-takeover.toml", TAKEOVER),
    ("history/2026-06-01-june.toml", JUNE),
    ("records/terms.toml", "[vlan]\nname = \"VLAN\"\ntext = \"A network within a network.\"\n"),
];

/// What was there at the takeover; `check` is not there, so it counts as changed by hand.
const TAKEOVER: &str = "format = 1\nname = \"takeover\"\ndate = 2026-03-01\n\
    [added.\"device/fw\"]\nname = \"Old firewall\"\ntype = \"firewall\"\nserial = \"FW-0\"\n\
    [added.\"device/sw\"]\nname = \"Switch\"\ntype = \"switch\"\n\
    [added.\"procedure/restart\"]\nname = \"Restart\"\n\
    [added.\"organization/msp\"]\nname = \"Cascade\"\n\
    [files]\n\"files/note.txt\" = { now = \"00\", text = \"An old note.\" }\n";

/// What changed until June.
const JUNE: &str = "format = 1\nname = \"june\"\ndate = 2026-06-01\nprevious = \"0\"\n\
    [changed.\"device/fw\"]\nserial = { was = \"FW-0\", now = \"FW-1\" }\n";

/// Files that come and go.
const EXTRAS: &[(&str, &str)] = &[
    (
        "records/devices/nas.toml",
        "name = \"NAS\"\ntype = \"nas\"\nnotes = \"Beside [[sw]]. TODO: label it.\"\n",
    ),
    ("records/devices/fw2.toml", "name = \"Firewall\"\ntype = \"firewall\"\nserial = \"FW-1\"\n"),
    ("records/devices/broken.toml", "name = \"Broken\ntype = \"nas\"\n"),
    ("records/devices/lost.toml", "name = \"Lost\"\ntype = \"nas\"\nnotes = \"[[nowhere]]\"\n"),
    ("records/notes/key.toml", "text = \"x\"\n"),
    ("records/risks.toml", "[key]\nname = \"Key\"\nnotes = \"password: Tr0ub4dor&3xyz\"\n"),
    (
        "theme/templates/not-found.html",
        "{% extends \"base.html\" %}{% block content %}<h1>Not here</h1>{% endblock %}",
    ),
    (
        "theme/templates/record.html",
        "{% extends \"base.html\" %}{% block content %}{{ view.nothing.at.all }}{% endblock %}",
    ),
    ("theme/i18n/en.toml", "search = \"Look up\"\n"),
    (
        "kinds/device.toml",
        "kind = \"device\"\nextends = true\n[field.colour]\ntype = \"text\"\nlabel = \"Colour\"\n",
    ),
    ("files/note.txt", "A note.\n"),
    (
        "history/2026-09-01-autumn.toml",
        "format = 1\nname = \"autumn\"\ndate = 2026-09-01\nprevious = \"0\"\nremoved = [\"organization/msp\"]\n",
    ),
    (
        "history/2026-09-02-torn.toml",
        "format = 1\nname = \"torn\"\ndate = 2026-09-02\nremoved = [\"x/y\"]\n",
    ),
];

const WORDS: &[&str] =
    &["Alpha", "Beta", "fw", "[[fw]]", "[[sw|switch]]", "10.0.10.9", "TODO", "x.y-z", "ümlaut"];

/// What is done to a runbook.
#[derive(Clone, Debug)]
enum Edit {
    /// A name in a file becomes another.
    Rename { file: usize, word: usize },
    /// A file gets another paragraph of notes, or a line that it cannot have.
    Append { file: usize, word: usize },
    /// A line of a file goes.
    Cut { file: usize, line: usize },
    /// A file goes, or comes back as it was.
    Toggle { file: usize },
    /// A file that was not there comes, or goes again.
    Extra { file: usize },
    /// A file holds what another one of the same sort held.
    Swap,
    /// A setting changes.
    Config { which: usize },
    /// Everything is as it was in the beginning.
    Reset,
}

fn edit() -> impl Strategy<Value = Edit> {
    let file = 1..START.len();
    prop_oneof![
        4 => (file.clone(), 0..WORDS.len()).prop_map(|(file, word)| Edit::Rename { file, word }),
        3 => (file.clone(), 0..WORDS.len()).prop_map(|(file, word)| Edit::Append { file, word }),
        2 => (file.clone(), 0..8_usize).prop_map(|(file, line)| Edit::Cut { file, line }),
        2 => file.prop_map(|file| Edit::Toggle { file }),
        4 => (0..EXTRAS.len()).prop_map(|file| Edit::Extra { file }),
        1 => Just(Edit::Swap),
        2 => (0..CONFIGS.len()).prop_map(|which| Edit::Config { which }),
        2 => Just(Edit::Reset),
    ]
}

const CONFIGS: &[&str] = &[
    "client = \"organization/client\"\n[site]\ntitle = \"Another title\"\n",
    "client = \"organization/client\"\nas_of = 2027-03-01\n[site]\ntitle = \"A runbook\"\n",
    "client = \"organization/client\"\n[site]\ntitle = \"A runbook\"\ntheme = \"plain\"\n",
    "[site]\ntitle = \"A runbook\"\n[check]\nincomplete = \"off\"\norphan = \"warning\"\n",
    "[site]\ntitle = \"A runbook\"\naccent = \"#336699\"\n",
];

type Files = BTreeMap<String, String>;

fn start() -> Files {
    START.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn apply(edit: &Edit, files: &mut Files) {
    let path = |file: &usize| START[*file].0;
    let mut toggle = |(path, text): (&str, &str)| {
        if files.remove(path).is_none() {
            files.insert(path.to_owned(), text.to_owned());
        }
    };
    match edit {
        Edit::Toggle { file } => toggle(START[*file]),
        Edit::Extra { file } => toggle(EXTRAS[*file]),
        Edit::Rename { file, word } => {
            if let Some(text) = files.get_mut(path(file))
                && let Some((before, behind)) = text.split_once("name = \"")
                && let Some((_, behind)) = behind.split_once('"')
            {
                *text = format!("{before}name = \"{}\"{behind}", WORDS[*word]);
            }
        }
        Edit::Append { file, word } => {
            let line = match path(file).ends_with(".md") {
                true => format!("\nMore of {}.\n", WORDS[*word]),
                false => format!("[custom]\n\"Label {word}\" = \"{}\"\n", WORDS[*word]),
            };
            files.entry(path(file).to_owned()).and_modify(|text| text.push_str(&line));
        }
        Edit::Cut { file, line } => {
            if let Some(text) = files.get_mut(path(file)) {
                let lines = text.lines().enumerate().filter(|(ix, _)| ix != line);
                *text = lines.flat_map(|(_, line)| [line, "\n"]).collect();
            }
        }
        Edit::Swap => {
            let (fw, sw) = ("records/devices/fw.toml", "records/devices/sw.toml");
            if let (Some(a), Some(b)) = (files.get(fw).cloned(), files.get(sw).cloned()) {
                files.insert(fw.to_owned(), b);
                files.insert(sw.to_owned(), a);
            }
        }
        Edit::Config { which } => {
            files.insert("clearjar.toml".to_owned(), CONFIGS[*which].to_owned());
        }
        Edit::Reset => *files = start(),
    }
}

fn tree_of(files: &Files) -> SourceTree {
    SourceTree::new(files.iter().map(|(path, text)| SourceFile::text(path, text)).collect())
}

fn inputs<'a>(tree: &'a SourceTree, found: &'a Diagnostics) -> Inputs<'a> {
    Inputs::new(tree, found, jiff::civil::date(2026, 11, 15))
}

/// A folder that holds a site, and the new one as it comes.
#[derive(Default)]
struct Folder {
    site: Artifacts,
    new: Mutex<Artifacts>,
    kept: AtomicUsize,
}

impl Sink for Folder {
    fn put(&self, path: &str, artifact: Artifact) {
        let before = self.new.lock().unwrap().insert(path.to_owned(), artifact);
        assert!(before.is_none(), "{path} came twice");
    }

    fn keep(&self, path: &str, len: u64, digest: Digest) -> bool {
        let Some(standing) = self.site.get(path) else { return false };
        let is_same = standing.len() == len && standing.digest() == digest;
        if is_same {
            self.kept.fetch_add(1, Ordering::Relaxed);
            self.put(path, standing.clone());
        }
        is_same
    }

    fn kept(&self, path: &str, digest: Digest) -> Option<Vec<u8>> {
        match self.site.get(path)? {
            Artifact::Bytes(bytes) if Digest::of(bytes) == digest => Some(bytes.clone()),
            _ => None,
        }
    }
}

/// Builds into a folder with what is remembered; returns the findings.
fn build(tree: &SourceTree, memory: &Memory, folder: &mut Folder) -> Diagnostics {
    let nothing = Diagnostics::default();
    let inputs = Inputs { memory: Some(memory), ..inputs(tree, &nothing) };
    let outcome = pipeline::run(&inputs, folder);
    memory.end_run();
    let new = std::mem::take(folder.new.get_mut().unwrap());
    if !outcome.found.has_errors() {
        folder.site = new;
    }
    outcome.found
}

/// How often the runbook was edited, and how many files were kept, over all cases.
static EDITS: AtomicUsize = AtomicUsize::new(0);
static KEPT: AtomicUsize = AtomicUsize::new(0);

fn check(edits: &[Edit]) {
    let memory = Memory::default().lasting();
    let mut folder = Folder::default();
    let mut files = start();
    assert!(!build(&tree_of(&files), &memory, &mut folder).has_errors());
    for edit in edits {
        apply(edit, &mut files);
        let tree = tree_of(&files);
        let warm = build(&tree, &memory, &mut folder);
        let (cold, site) = pipeline::run_in_memory(&inputs(&tree, &Diagnostics::default()));
        assert_eq!(warm, cold.found, "after {edit:?}");
        if !warm.has_errors() {
            let names = |site: &Artifacts| site.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&folder.site), names(&site), "after {edit:?}");
            for (path, artifact) in &site {
                assert!(folder.site[path] == *artifact, "{path} differs after {edit:?}");
            }
        }
        EDITS.fetch_add(1, Ordering::Relaxed);
    }
    KEPT.fetch_add(folder.kept.into_inner(), Ordering::Relaxed);
}

#[test]
fn a_warm_run_gives_what_a_cold_one_gives_after_any_edits() {
    let config =
        ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, seed);
    let sequences = prop::collection::vec(edit(), 10..=14);
    let each = |edits: Vec<Edit>| {
        check(&edits);
        Ok(())
    };
    runner.run(&sequences, each).unwrap();
    let (edits, kept) = (EDITS.load(Ordering::Relaxed), KEPT.load(Ordering::Relaxed));
    println!("{edits} edits, {kept} files kept from the run before");
    assert!(edits >= 500, "only {edits} edits");
    assert!(kept > edits, "only {kept} files were kept: nothing was remembered");
}

/// The pages of records after `text` was saved to `path`, as they are shown before the site is planned
/// anew; nothing where they are not.
fn shown_ahead(before: &SourceTree, path: &str, text: &str) -> Option<Artifacts> {
    let saved = SourceFile::text(path, text);
    let nothing = Diagnostics::default();
    let inputs = inputs(before, &nothing);
    let mut shown = None;
    pipeline::plan(&inputs, &pipeline::check(&inputs), |site| {
        shown = site.ahead(std::slice::from_ref(&saved));
        Diagnostics::default()
    });
    shown
}

/// Asserts that what is shown ahead is what the whole site shows then; returns how many pages.
fn is_right_ahead(files: &Files, path: &str, text: &str) -> usize {
    let before = tree_of(files);
    let shown = shown_ahead(&before, path, text).unwrap_or_else(|| panic!("{path} is shown"));
    let saved = SourceFile::text(path, text);
    let after = before.with(std::slice::from_ref(&saved));
    assert_eq!(after.at(path), Some(&saved));
    let (_, site) = pipeline::run_in_memory(&inputs(&after, &Diagnostics::default()));
    for (path, page) in &shown {
        assert!(site[path] == *page, "{path} differs");
    }
    shown.len()
}

#[test]
fn a_saved_record_is_shown_ahead_as_the_whole_site_shows_it() {
    let files = start();
    let edited = |path: &str, from: &str, to: &str| {
        assert!(files[path].contains(from), "{path} has {from}");
        files[path].replacen(from, to, 1)
    };
    for (path, from, to, pages) in [
        (
            "records/devices/fw.toml",
            "Guards [[staff]]",
            "Guards [[staff]] with *care*, see [[vlan]]",
            1,
        ),
        ("records/devices/fw.toml", "FW-1", "FW-2", 1),
        ("records/devices/sw.toml", "See [[fw]]", "First [[restart#log-in]]", 1),
        ("records/procedures/restart.md", "reboot", "reboot now", 1),
        ("records/organizations.toml", "Northwind IT", "Northwind", 2),
    ] {
        assert_eq!(is_right_ahead(&files, path, &edited(path, from, to)), pages, "{path}");
    }
}

#[test]
fn nothing_is_shown_ahead_that_the_whole_site_may_not_show_or_that_moves_other_records() {
    let before = tree_of(&start());
    for (path, text) in [
        ("records/devices/fw.toml", "name = \"Firewall\"\ntype = \"firewall\"\nserial = 7\n"),
        ("records/devices/fw.toml", "name = \"Firewall\ntype = \"firewall\"\n"),
        ("records/devices/fw.toml", "name = \"F\"\ntype = \"firewall\"\nnotes = \"[[nowhere]]\"\n"),
        (
            "records/devices/fw.toml",
            "name = \"F\"\ntype = \"firewall\"\nnotes = \"password: Tr0ub4dor&3xyz\"\n",
        ),
        ("records/terms.toml", "[lan]\nname = \"LAN\"\ntext = \"A local network.\"\n"),
        (
            "records/terms.toml",
            "[vlan]\nname = \"VLAN\"\ntext = \"A\"\n[lan]\nname = \"LAN\"\ntext = \"B\"\n",
        ),
        ("clearjar.toml", "[site]\ntitle = \"Another\"\n"),
    ] {
        assert_eq!(shown_ahead(&before, path, text), None, "{path}: {text}");
    }
}
