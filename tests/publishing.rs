//! Publishes small sites to real folders, and looks at what is there afterwards.
//!
//! The invariant of all of it is [`clearjar::publish::verify()`]: whatever happens on the way, the
//! folder is the whole old site or the whole new one.
#![allow(clippy::disallowed_methods, reason = "the disk is what is tested")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clearjar::artifact::{Artifact, Artifacts};
use clearjar::digest::Digest;
use clearjar::publish::{
    Difference, Durability, Imprint, Manifest, Outcome, PublishError, Published, Publisher, Target,
    Way, WhatDiffers, WhyInPlace, WhyRefused, complete, publish, verify,
};

#[cfg(target_os = "linux")]
#[path = "publish/faults.rs"]
mod faults;
#[path = "publish/streaming.rs"]
mod streaming;

/// A scratch folder with a runbook and, once published, a site in it.
struct Scratch {
    root: tempfile::TempDir,
}

impl Scratch {
    fn new() -> Scratch {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("runbook/files")).unwrap();
        fs::write(root.path().join("runbook/clearjar.toml"), "").unwrap();
        Scratch { root }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn site(&self) -> PathBuf {
        self.path("out/site")
    }

    fn target(&self) -> Target {
        target(&self.path("out/site"), &self.path("runbook"))
    }

    fn publish(&self, artifacts: &Artifacts) -> Published {
        publish(artifacts, &self.target(), imprint()).expect("publishes")
    }

    fn refused(&self, artifacts: &Artifacts) -> PublishError {
        publish(artifacts, &self.target(), imprint()).expect_err("is refused")
    }

    /// What stands beside the site, sorted.
    fn beside(&self) -> Vec<String> {
        let names = self.path("out").read_dir().unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.site().join(path)).unwrap_or_else(|_| "(nothing)".to_owned())
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.site().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn target(folder: &Path, runbook: &Path) -> Target {
    Target {
        folder: folder.to_owned(),
        runbook: runbook.to_owned(),
        title: "Harborview".to_owned(),
        durability: Durability::Flushed,
    }
}

fn imprint() -> Imprint {
    Imprint {
        program_version: "0.1.0".to_owned(),
        day: jiff::civil::date(2026, 11, 15),
        edition: None,
        serial: 3,
        previous: None,
        title: "Harborview".to_owned(),
    }
}

fn site(files: &[(&str, &str)]) -> Artifacts {
    let bytes = |text: &str| Artifact::Bytes(text.as_bytes().to_vec());
    files.iter().map(|(path, text)| ((*path).to_owned(), bytes(text))).collect()
}

fn old_site() -> Artifacts {
    site(&[
        ("assets/style.1.css", "old style"),
        ("devices/fw.html", "firewall"),
        ("devices/gone.html", "gone"),
        ("index.html", "old home"),
        ("leaving/a.html", "leaving"),
    ])
}

fn new_site() -> Artifacts {
    site(&[
        ("assets/style.2.css", "new style"),
        ("changes/index.html", "changes"),
        ("devices/fw.html", "firewall"),
        ("index.html", "new home"),
    ])
}

/// What a file is called while it waits to be published.
fn waiting_name(path: &str) -> String {
    Digest::of(path.as_bytes()).to_string()
}

/// Everything in a folder: path to content, folders ending in `/`.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter().map(Result::unwrap);
    entries
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            match entry.file_type().is_dir() {
                true => (path + "/", Vec::new()),
                false => (path, fs::read(entry.path()).unwrap()),
            }
        })
        .collect()
}

fn differences(folder: &Path) -> Vec<Difference> {
    verify(folder).expect("can be verified")
}

#[test]
fn a_site_is_what_its_manifest_and_sums_say() {
    let scratch = Scratch::new();
    let published = scratch.publish(&old_site());
    assert_eq!((published.outcome, published.written), (Outcome::New, 5));
    assert_eq!(published.way, Some(Way::Exchange));
    assert_eq!(differences(&scratch.site()), []);
    assert_eq!(Manifest::read(&scratch.site()).unwrap(), Some(published.manifest));
    assert_eq!(scratch.beside(), ["site"]);

    let mut sums = std::process::Command::new("sha256sum");
    let checked = sums.args(["-c", "--strict", "SHA256SUMS"]).current_dir(scratch.site()).output();
    assert!(checked.is_ok_and(|output| output.status.success()));
}

#[test]
fn what_the_folder_held_before_makes_no_difference() {
    let (fresh, used) = (Scratch::new(), Scratch::new());
    fresh.publish(&new_site());
    used.publish(&old_site());
    let published = used.publish(&new_site());
    assert_eq!((published.written, published.unchanged, published.removed), (3, 1, 3));
    assert_eq!(tree(&used.site()), tree(&fresh.site()));
    used.publish(&old_site());
    used.publish(&new_site());
    assert_eq!(tree(&used.site()), tree(&fresh.site()));
    assert_eq!(used.beside(), [".site.previous", "site"]);
}

#[test]
fn nothing_is_written_when_nothing_has_changed() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let before = fs::metadata(scratch.site()).unwrap().modified().unwrap();
    let published = scratch.publish(&old_site());
    assert_eq!((published.outcome, published.way), (Outcome::NothingChanged, None));
    assert_eq!((published.written, published.unchanged), (0, 5));
    assert_eq!(fs::metadata(scratch.site()).unwrap().modified().unwrap(), before);
    assert_eq!(scratch.beside(), ["site"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_stays_the_same_stays_the_same_file() {
    use std::os::unix::fs::MetadataExt as _;
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let page = scratch.site().join("devices/fw.html");
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    let (first, time) = (inode(&page), fs::metadata(&page).unwrap().modified().unwrap());
    for artifacts in [new_site(), old_site(), new_site(), old_site()] {
        scratch.publish(&artifacts);
        assert_eq!(inode(&page), first);
        assert_eq!(differences(&scratch.site()), []);
        assert_eq!(differences(&scratch.path("out/.site.previous")), []);
    }
    assert_eq!(fs::metadata(&page).unwrap().modified().unwrap(), time);
}

#[test]
fn a_page_changed_or_removed_by_hand_is_put_right_and_told() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    scratch.write("index.html", "by hand");
    fs::remove_file(scratch.site().join("devices/fw.html")).unwrap();
    let published = scratch.publish(&old_site());
    assert_eq!(published.outcome, Outcome::New);
    assert_eq!(published.changed_by_hand, ["devices/fw.html", "index.html"]);
    assert_eq!(scratch.read("index.html"), "old home");
    assert_eq!(differences(&scratch.site()), []);

    // What was written by hand is not lost: it went with the old tree, and from there to a folder
    // of its own.
    assert_eq!(
        fs::read_to_string(scratch.path("out/.site.previous/index.html")).unwrap(),
        "by hand"
    );
    let published = scratch.publish(&new_site());
    assert_eq!(published.set_aside, [scratch.path("out/.site.kept-1").canonicalize().unwrap()]);
    assert_eq!(fs::read_to_string(scratch.path("out/.site.kept-1/index.html")).unwrap(), "by hand");
    assert_eq!(tree(&scratch.path("out/.site.kept-1")).len(), 1);
}

#[test]
fn a_page_changed_by_hand_that_leaves_the_site_stays_in_the_folder() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    // Once more, so that the page is the same file as the one in the previous site.
    let mut more = old_site();
    more.extend(site(&[("more.html", "more")]));
    scratch.publish(&more);
    scratch.write("devices/gone.html", "by hand");
    let published = scratch.publish(&new_site());
    assert_eq!(published.kept_changed, ["devices/gone.html"]);
    assert_eq!(published.way, Some(Way::InPlace(WhyInPlace::KeepsFiles)));
    assert_eq!(scratch.read("devices/gone.html"), "by hand");
    assert_eq!(scratch.read("leaving/a.html"), "(nothing)");
    assert!(!scratch.site().join("leaving").exists());
    let added = Difference { path: "devices/gone.html".to_owned(), what: WhatDiffers::Added };
    assert_eq!(differences(&scratch.site()), [added]);
    // From now on it is somebody's file among others.
    let published = scratch.publish(&new_site());
    assert_eq!(published.kept_foreign, ["devices/gone.html"]);
    assert_eq!(published.outcome, Outcome::NothingChanged);
}

#[test]
fn files_of_others_are_kept_and_told() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    scratch.publish(&old_site());
    for path in [".git/config", "CNAME", "devices/note.txt", "uploads/deep/x"] {
        scratch.write(path, "theirs");
    }
    let published = scratch.publish(&new_site());
    assert_eq!(published.kept_foreign, [".git/", "CNAME", "devices/note.txt", "uploads/"]);
    assert_eq!(published.way, Some(Way::InPlace(WhyInPlace::KeepsFiles)));
    assert_eq!((published.written, published.removed), (3, 3));
    assert_eq!(scratch.read(".git/config"), "theirs");
    assert_eq!(scratch.read("uploads/deep/x"), "theirs");
    assert!(differences(&scratch.site()).iter().all(|found| found.what == WhatDiffers::Added));

    for path in [".git/config", "CNAME", "devices/note.txt", "uploads/deep/x"] {
        fs::remove_file(scratch.site().join(path)).unwrap();
    }
    for folder in [".git", "uploads/deep", "uploads"] {
        fs::remove_dir(scratch.site().join(folder)).unwrap();
    }
    let fresh = Scratch::new();
    fresh.publish(&new_site());
    assert_eq!(tree(&scratch.site()), tree(&fresh.site()));
}

#[test]
fn a_file_of_others_with_the_name_of_a_page_is_never_overwritten() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    for (path, name) in [
        ("assets/style.2.css", "assets/style.2.css"),
        ("changes/index.html/x", "changes/index.html/"),
        ("changes", "changes"),
    ] {
        scratch.write(path, "theirs");
        let before = tree(&scratch.site());
        let PublishError::InTheWay { paths, .. } = scratch.refused(&new_site()) else { panic!() };
        assert_eq!(paths, [name]);
        assert_eq!(tree(&scratch.site()), before);
        assert_eq!(scratch.beside(), ["site"]);
        let top = scratch.site().join(path.split('/').next().unwrap());
        match path.starts_with("assets") {
            true => fs::remove_file(scratch.site().join(path)).unwrap(),
            false if top.is_dir() => fs::remove_dir_all(top).unwrap(),
            false => fs::remove_file(top).unwrap(),
        }
    }
    // A file that is the page already may stay.
    scratch.write("assets/style.2.css", "new style");
    assert_eq!(scratch.publish(&new_site()).written, 2);
}

#[cfg(unix)]
#[test]
fn a_link_where_pages_belong_is_not_followed() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let home = scratch.path("home");
    fs::create_dir(&home).unwrap();
    std::os::unix::fs::symlink(&home, scratch.site().join("changes")).unwrap();
    let PublishError::InTheWay { paths, .. } = scratch.refused(&new_site()) else { panic!() };
    assert_eq!(paths, ["changes"]);
    assert!(tree(&home).is_empty());

    // One that is in nobody's way is a file of others.
    fs::rename(scratch.site().join("changes"), scratch.site().join("mine")).unwrap();
    assert_eq!(scratch.publish(&new_site()).kept_foreign, ["mine"]);
    assert!(scratch.site().join("mine").is_symlink());
}

#[test]
fn a_page_may_become_a_folder_and_a_folder_a_page() {
    let (one, other) = (site(&[("a", "x"), ("b/c/d", "y")]), site(&[("a/x", "z"), ("b", "y")]));
    for foreign in [None, Some("CNAME")] {
        let scratch = Scratch::new();
        scratch.publish(&one);
        if let Some(name) = foreign {
            scratch.write(name, "theirs");
        }
        for artifacts in [&other, &one] {
            scratch.publish(artifacts);
            let found = differences(&scratch.site());
            assert!(found.iter().all(|found| Some(&*found.path) == foreign), "{found:?}");
        }
    }
}

#[test]
fn folders_that_are_not_for_a_site_are_refused_and_left_alone() {
    let scratch = Scratch::new();
    let why = |folder: PathBuf| {
        let before = tree(scratch.root.path());
        let target = target(&folder, &scratch.path("runbook"));
        let error = publish(&old_site(), &target, imprint()).expect_err("is refused");
        assert_eq!(tree(scratch.root.path()), before, "{}", folder.display());
        assert!(!error.help().is_empty());
        match error {
            PublishError::Refused(refusal) => refusal.why,
            error => panic!("{error}"),
        }
    };
    fs::create_dir_all(scratch.path("other")).unwrap();
    fs::write(scratch.path("other/clearjar.toml"), "").unwrap();
    fs::create_dir_all(scratch.path("photos/holiday")).unwrap();
    fs::write(scratch.path("file"), "").unwrap();
    fs::create_dir_all(scratch.path("damaged")).unwrap();
    fs::write(scratch.path("damaged/manifest.json"), "{\"format\": 1").unwrap();

    assert_eq!(why("/".into()), WhyRefused::Root);
    assert_eq!(why(scratch.path("runbook")), WhyRefused::Runbook);
    assert_eq!(why(scratch.path("")), WhyRefused::Runbook);
    assert_eq!(why(scratch.path("runbook/files/x")), WhyRefused::Sources("files".to_owned()));
    assert_eq!(why(scratch.path("other")), WhyRefused::AnotherRunbook);
    assert_eq!(why(scratch.path("other/site")), WhyRefused::InAnotherRunbook);
    assert_eq!(why(scratch.path("photos")), WhyRefused::NotASite);
    assert_eq!(why(scratch.path("file")), WhyRefused::NotAFolder);
    assert!(matches!(why(scratch.path("damaged")), WhyRefused::Damaged(_)));
    if let Some(home) = std::env::home_dir() {
        assert_eq!(why(home), WhyRefused::Home);
    }
}

#[test]
fn the_site_of_another_runbook_is_not_replaced() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let mut other = scratch.target();
    other.title = "Somebody else".to_owned();
    let error = Publisher::begin(&other).expect_err("is refused");
    assert!(error.to_string().contains("another runbook, `Harborview`"), "{error}");
    assert_eq!(scratch.read("index.html"), "old home");

    // Within the runbook there is no doubt whose site it is, whatever its title was.
    other.folder = scratch.path("runbook/site");
    publish(&old_site(), &other, imprint()).unwrap();
    other.title = "A new title".to_owned();
    publish(&new_site(), &other, imprint()).unwrap();
    assert_eq!(differences(&other.folder), []);
}

#[test]
fn an_empty_folder_and_a_fresh_clone_may_be_published_to() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.site()).unwrap();
    scratch.publish(&old_site());
    assert_eq!(scratch.beside(), ["site"]);
    assert_eq!(differences(&scratch.site()), []);

    let clone = scratch.path("clone");
    fs::create_dir_all(clone.join(".git")).unwrap();
    let published =
        publish(&old_site(), &target(&clone, &scratch.path("runbook")), imprint()).unwrap();
    assert_eq!(published.kept_foreign, [".git/"]);
}

#[test]
fn names_that_would_be_lost_on_the_way_are_refused_before_anything_is_done() {
    let scratch = Scratch::new();
    let error = scratch.refused(&site(&[("con.html", ""), ("ok.html", ""), ("SHA256SUMS", "")]));
    let PublishError::Names(problems) = &error else { panic!("{error}") };
    let paths: Vec<_> = problems.iter().map(|problem| &*problem.path).collect();
    assert_eq!(paths, ["con.html", "SHA256SUMS"]);
    assert!(!scratch.path("out").exists());
}

#[test]
fn only_one_build_publishes_at_a_time_and_a_dead_one_blocks_nobody() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let holder = fs::File::create(scratch.path("out/.site.lock")).unwrap();
    holder.lock().unwrap();
    let error = scratch.refused(&new_site());
    assert!(matches!(error, PublishError::Locked { .. }), "{error}");
    assert_eq!(scratch.read("index.html"), "old home");
    // The file alone means nothing.
    drop(holder);
    scratch.publish(&new_site());
    assert_eq!(scratch.beside(), [".site.previous", "site"]);
}

#[test]
fn what_a_cut_left_behind_is_cleared_by_the_next_run() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let fresh = Scratch::new();
    let json = fresh.publish(&new_site()).manifest.to_json();
    // Half a page, half of one that waits, and half a list, as a cut leaves them, and empty folders
    // of the probe.
    let stage = scratch.path("out/.site.stage-new");
    let waiting = waiting_name("index.html");
    fs::create_dir_all(stage.join(".clearjar-stage")).unwrap();
    fs::write(stage.join(".clearjar-stage").join(&waiting), "ne").unwrap();
    fs::create_dir_all(stage.join("changes")).unwrap();
    fs::write(stage.join("manifest.json.unfinished"), &json).unwrap();
    fs::write(stage.join("changes/index.html"), "chan").unwrap();
    fs::create_dir(scratch.path("out/.site.stage-probe-a")).unwrap();
    fs::write(scratch.path("out/.site.lock"), "").unwrap();
    scratch.publish(&new_site());
    assert_eq!(scratch.beside(), [".site.previous", "site"]);

    // Cut off while pages came in, and when those that wait were moved to the site before.
    for waits in [&stage, &scratch.path("out/.site.previous")] {
        fs::create_dir_all(waits.join(".clearjar-stage")).unwrap();
        fs::write(waits.join(".clearjar-stage").join(&waiting), "ne").unwrap();
        assert_eq!(scratch.publish(&new_site()).outcome, Outcome::NothingChanged);
        assert_eq!(scratch.beside(), [".site.previous", "site"]);
        assert_eq!(differences(&scratch.path("out/.site.previous")), []);
    }

    // The same where the list itself is torn: what this run lists is ours as well.
    fs::create_dir_all(stage.join("devices")).unwrap();
    fs::write(stage.join("manifest.json.unfinished"), &json[..40]).unwrap();
    fs::write(stage.join("devices/gone.html"), "go").unwrap();
    scratch.publish(&old_site());
    assert_eq!(scratch.beside(), [".site.previous", "site"]);
}

#[test]
fn things_of_others_in_the_stage_are_set_aside() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let stage = scratch.path("out/.site.stage-new");
    fs::create_dir_all(&stage).unwrap();
    fs::write(stage.join("thesis.txt"), "theirs").unwrap();
    let published = scratch.publish(&old_site());
    assert_eq!(published.outcome, Outcome::NothingChanged);
    assert_eq!(published.set_aside.len(), 1);
    assert_eq!(fs::read_to_string(scratch.path("out/.site.kept-1/thesis.txt")).unwrap(), "theirs");
    assert_eq!(scratch.beside(), [".site.kept-1", "site"]);
}

#[test]
fn a_site_for_another_audience_is_not_left_beside_the_new_one() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let owner = Imprint { edition: Some("owner".to_owned()), ..imprint() };
    publish(&new_site(), &scratch.target(), owner).unwrap();
    assert_eq!(scratch.beside(), ["site"]);
}

#[test]
fn a_signature_stays_as_long_as_it_fits() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    scratch.write("SHA256SUMS.sig", "signature");
    scratch.write("allowed_signers", "signer");
    assert_eq!(differences(&scratch.site()), []);
    assert_eq!(scratch.publish(&old_site()).outcome, Outcome::NothingChanged);

    scratch.write("index.html", "by hand");
    scratch.publish(&old_site());
    assert_eq!(scratch.read("index.html"), "old home");
    assert_eq!(scratch.read("SHA256SUMS.sig"), "signature");

    scratch.publish(&new_site());
    assert_eq!(scratch.read("SHA256SUMS.sig"), "(nothing)");
    assert_eq!(scratch.read("allowed_signers"), "(nothing)");

    // The same in place.
    scratch.write("SHA256SUMS.sig", "signature");
    scratch.write("CNAME", "theirs");
    scratch.publish(&old_site());
    assert_eq!(scratch.read("SHA256SUMS.sig"), "(nothing)");
    assert_eq!(scratch.read("CNAME"), "theirs");
}

#[test]
fn a_file_that_changed_since_it_was_read_stops_the_publish() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let from = scratch.path("runbook/files/plan.pdf");
    fs::write(&from, "the plan").unwrap();
    let copy = Artifact::Copy { from: from.clone(), len: 8, digest: Digest::of(b"the plan") };
    let mut artifacts = new_site();
    artifacts.insert("files/plan.pdf".to_owned(), copy);
    for text in [Some("the plot"), Some("the plan, longer"), Some(""), None] {
        match text {
            Some(text) => fs::write(&from, text).unwrap(),
            None => fs::remove_file(&from).unwrap(),
        }
        let error = scratch.refused(&artifacts);
        let PublishError::SourceChanged { path } = &error else { panic!("{error}") };
        assert_eq!(path, &from);
        assert!(error.old_site_kept());
        assert_eq!(scratch.read("index.html"), "old home");
        assert_eq!(scratch.beside(), ["site"]);
    }
    fs::write(&from, "the plan").unwrap();
    scratch.publish(&artifacts);
    assert_eq!(scratch.read("files/plan.pdf"), "the plan");
    // Published once, it is not read again.
    fs::write(&from, "the plot").unwrap();
    assert_eq!(scratch.publish(&artifacts).outcome, Outcome::NothingChanged);
}

#[test]
fn a_verified_site_names_what_is_missing_changed_and_added() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    fs::remove_file(scratch.site().join("index.html")).unwrap();
    scratch.write("devices/fw.html", "firewalL");
    scratch.write("devices/more.html", "");
    scratch.write("SHA256SUMS", "");
    scratch.write("new/x", "");
    let found: Vec<_> = differences(&scratch.site()).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`SHA256SUMS` was changed",
            "`devices/fw.html` was changed",
            "`devices/more.html` was added",
            "`index.html` is missing",
            "`new/` was added",
        ]
    );
    assert!(verify(&scratch.path("runbook")).is_err());
    assert!(verify(&scratch.path("nowhere")).is_err());
}

#[test]
fn a_publish_in_place_that_was_cut_off_is_completed() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let fresh = Scratch::new();
    let manifest = fresh.publish(&new_site()).manifest;
    // Committed, and cut off after the first two steps.
    let state = scratch.site().join(".clearjar-stage");
    fs::create_dir(&state).unwrap();
    for entry in manifest.files() {
        let text = fs::read(fresh.site().join(&entry.path)).unwrap();
        match &*entry.path {
            "assets/style.2.css" => scratch.write(&entry.path, "new style"),
            "devices/fw.html" => {}
            _ => fs::write(state.join(waiting_name(&entry.path)), text).unwrap(),
        }
    }
    fs::copy(fresh.site().join("SHA256SUMS"), state.join("SHA256SUMS")).unwrap();
    fs::copy(fresh.site().join("manifest.json"), state.join("manifest.json")).unwrap();

    let unfinished = |found: &Difference| found.what == WhatDiffers::Unfinished;
    assert!(differences(&scratch.site()).iter().any(unfinished));
    // A file that somebody put in the way since then must not be lost.
    scratch.write("changes/index.html", "theirs");
    let error = complete(&scratch.site()).unwrap_err();
    assert!(!error.old_site_kept());
    assert_eq!(scratch.read("changes/index.html"), "theirs");
    fs::remove_file(scratch.site().join("changes/index.html")).unwrap();

    assert!(complete(&scratch.site()).unwrap());
    assert_eq!(tree(&scratch.site()), tree(&fresh.site()));
    assert!(!complete(&scratch.site()).unwrap());
}
