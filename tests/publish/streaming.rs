//! Publishes files that come in one by one, and stops in the middle.

use clearjar::artifact::Sink as _;
use clearjar::diagnostic::Diagnostics;
use clearjar::pipeline::{self, Inputs};
use clearjar::source::{SourceFile, SourceTree};

use super::*;

fn put_all(publisher: &Publisher, artifacts: Artifacts) {
    for (path, artifact) in artifacts {
        publisher.put(&path, artifact);
    }
}

#[test]
fn the_order_in_which_files_come_makes_no_difference() {
    let fresh = Scratch::new();
    let at_once = fresh.publish(&new_site());
    for foreign in [None, Some("CNAME")] {
        let scratch = Scratch::new();
        scratch.publish(&old_site());
        if let Some(name) = foreign {
            scratch.write(name, "theirs");
        }
        let publisher = Publisher::begin(&scratch.target()).unwrap();
        let mut files: Vec<_> = new_site().into_iter().collect();
        files.reverse();
        let (one, other) = files.split_at(2);
        std::thread::scope(|scope| {
            for files in [one, other] {
                scope.spawn(|| {
                    files.iter().for_each(|(path, file)| publisher.put(path, file.clone()))
                });
            }
        });
        // Nothing shows before the end.
        assert_eq!(scratch.read("index.html"), "old home");
        assert_eq!(differences(&scratch.site()).len(), usize::from(foreign.is_some()));
        let published = publisher.finish(imprint()).unwrap();
        assert_eq!((published.written, published.unchanged, published.removed), (3, 1, 3));
        assert_eq!(published.manifest, at_once.manifest);
        if let Some(name) = foreign {
            fs::remove_file(scratch.site().join(name)).unwrap();
        }
        assert_eq!(tree(&scratch.site()), tree(&fresh.site()));
    }
}

#[test]
fn an_abandoned_publish_leaves_nothing_behind() {
    let scratch = Scratch::new();
    let stop: [fn(Publisher); 2] = [Publisher::abandon, drop];
    for stop in stop {
        let publisher = Publisher::begin(&scratch.target()).unwrap();
        put_all(&publisher, old_site());
        assert_eq!(scratch.beside(), [".site.lock", ".site.stage-new"]);
        stop(publisher);
        assert!(!scratch.path("out").exists());
    }
    scratch.publish(&new_site());
    scratch.publish(&old_site());
    for foreign in [None, Some("CNAME")] {
        if let Some(name) = foreign {
            scratch.write(name, "theirs");
        }
        let before = tree(&scratch.path("out"));
        for stop in stop {
            let publisher = Publisher::begin(&scratch.target()).unwrap();
            put_all(&publisher, new_site());
            stop(publisher);
            assert_eq!(tree(&scratch.path("out")), before);
        }
    }
}

#[test]
fn nothing_is_made_beside_the_site_before_a_file_differs() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let publisher = Publisher::begin(&scratch.target()).unwrap();
    put_all(&publisher, old_site());
    assert_eq!(scratch.beside(), [".site.lock", "site"]);
    publisher.put("new.html", Artifact::Bytes(Vec::new()));
    assert_eq!(scratch.beside(), [".site.lock", ".site.stage-new", "site"]);
    assert_eq!(publisher.finish(imprint()).unwrap().written, 1);
}

#[test]
fn a_site_of_which_files_only_leave_is_published() {
    for foreign in [None, Some("CNAME")] {
        let scratch = Scratch::new();
        scratch.publish(&old_site());
        if let Some(name) = foreign {
            scratch.write(name, "theirs");
        }
        let mut fewer = old_site();
        fewer.remove("leaving/a.html");
        let published = scratch.publish(&fewer);
        assert_eq!((published.written, published.removed), (0, 1));
        assert!(!scratch.site().join("leaving").exists());
        assert_eq!(differences(&scratch.site()).len(), usize::from(foreign.is_some()));
    }
}

#[test]
fn bad_names_are_all_told_in_the_end_and_nothing_is_published() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let before = tree(&scratch.path("out"));
    let publisher = Publisher::begin(&scratch.target()).unwrap();
    for path in
        ["nul.html", "index.html", "../../escaped", "index.html", "manifest.json", "index.html/x"]
    {
        publisher.put(path, Artifact::Bytes(b"new".to_vec()));
    }
    let error = publisher.finish(imprint()).expect_err("is refused");
    let PublishError::Names(problems) = &error else { panic!("{error}") };
    let paths: Vec<_> = problems.iter().map(|problem| &*problem.path).collect();
    assert_eq!(paths, ["../../escaped", "index.html/x", "nul.html", "manifest.json", "index.html"]);
    assert_eq!(tree(&scratch.path("out")), before);
    assert!(!scratch.path("escaped").exists());
}

#[test]
fn the_first_failure_is_told_in_the_end() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let before = tree(&scratch.path("out"));
    let publisher = Publisher::begin(&scratch.target()).unwrap();
    publisher.put("index.html", Artifact::Bytes(b"new home".to_vec()));
    let gone = scratch.path("runbook/files/gone.pdf");
    let copy = Artifact::Copy { from: gone.clone(), len: 1, digest: Digest::of(b"x") };
    publisher.put("files/gone.pdf", copy);
    publisher.put("changes/index.html", Artifact::Bytes(b"changes".to_vec()));
    let error = publisher.finish(imprint()).expect_err("a source is gone");
    let PublishError::SourceChanged { path } = &error else { panic!("{error}") };
    assert_eq!(path, &gone);
    assert_eq!(tree(&scratch.path("out")), before);
}

#[test]
fn a_page_that_comes_or_goes_by_hand_while_pages_come_in_stops_the_publish() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let publisher = Publisher::begin(&scratch.target()).unwrap();
    put_all(&publisher, new_site());
    fs::remove_file(scratch.site().join("devices/fw.html")).unwrap();
    let error = publisher.finish(imprint()).expect_err("it is needed");
    assert!(error.to_string().contains("fw.html` changed while"), "{error}");
    assert!(!scratch.site().join("devices/fw.html").exists());

    let publisher = Publisher::begin(&scratch.target()).unwrap();
    put_all(&publisher, new_site());
    scratch.write("changes/index.html", "theirs");
    let error = publisher.finish(imprint()).expect_err("it is in the way");
    assert!(error.old_site_kept());
    assert_eq!(scratch.read("changes/index.html"), "theirs");
    assert_eq!(scratch.beside(), ["site"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_where_a_page_belongs_is_not_waited_for() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let page = scratch.site().join("index.html");
    fs::remove_file(&page).unwrap();
    if !std::process::Command::new("mkfifo").arg(&page).status().is_ok_and(|made| made.success()) {
        return;
    }
    let PublishError::InTheWay { paths, .. } = scratch.refused(&new_site()) else { panic!() };
    assert_eq!(paths, ["index.html"]);
}

#[test]
fn no_other_build_publishes_while_pages_come_in() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let publisher = Publisher::begin(&scratch.target()).unwrap();
    put_all(&publisher, new_site());
    assert!(matches!(scratch.refused(&old_site()), PublishError::Locked { .. }));
    publisher.finish(imprint()).unwrap();
    assert_eq!(scratch.read("index.html"), "new home");
}

/// Builds a small runbook into the scratch site; says whether the site was published.
fn build(scratch: &Scratch, files: &[(&str, &str)]) -> bool {
    let files = files.iter().map(|(path, text)| SourceFile::text(*path, *text));
    let runbook = SourceTree::new(files.collect());
    let day = jiff::civil::date(2026, 11, 15);
    let found = Diagnostics::default();
    let inputs = Inputs::new(&runbook, &found, day);
    let checkup = pipeline::check(&inputs);
    assert!(!checkup.found.has_errors());

    let title = checkup.config.site.title.clone();
    let publisher = Publisher::begin(&Target { title, ..scratch.target() }).unwrap();
    let outcome = pipeline::make(&inputs, &checkup, &publisher);
    if outcome.found.has_errors() {
        // Pages without the mistake have come in by now.
        assert!(scratch.beside().contains(&".site.stage-new".to_owned()));
        publisher.abandon();
        return false;
    }
    publisher.finish(outcome.imprint).unwrap();

    let (outcome, artifacts) = pipeline::run_in_memory(&inputs);
    let target = Target { title: outcome.imprint.title.clone(), ..scratch.target() };
    let again = publish(&artifacts, &target, outcome.imprint).unwrap();
    assert_eq!(again.outcome, Outcome::NothingChanged);
    true
}

#[test]
fn a_mistake_that_shows_while_pages_are_made_leaves_the_last_site() {
    let settings = ("clearjar.toml", "[site]\ntitle = \"Harborview\"\n");
    let mistake = ("theme/templates/home.html", "{{ nothing.of.the.kind }}");
    let scratch = Scratch::new();
    assert!(!build(&scratch, &[settings, mistake]));
    assert!(!scratch.path("out").exists());

    assert!(build(&scratch, &[settings]));
    let before = tree(&scratch.path("out"));
    let other = ("theme/templates/about.html", "another page");
    assert!(!build(&scratch, &[settings, mistake, other]));
    assert_eq!(tree(&scratch.path("out")), before);
}
