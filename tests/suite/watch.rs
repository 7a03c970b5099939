//! `clearjar build --watch`: the folder of the site while somebody works in the runbook.

use std::fs;

use crate::program::{Folder, TODAY};
use crate::running::{Running, until};

const RECORD: &str = "rb/records/terms/watched.toml";

fn record(text: &str) -> String {
    format!("name = \"Watched\"\ntext = \"{text}\"\n")
}

/// A runbook with one term more, that is built with every save.
fn watched(arguments: &[&str]) -> (Folder, Running) {
    let folder = Folder::with_runbook();
    folder.write(RECORD, &record("as it began"));
    let mut program = folder.program();
    program.args(["--today", TODAY, "-C", "rb", "build", "--watch"]).args(arguments);
    let mut running = Running::start(program);
    running.says(" → ");
    (folder, running)
}

fn shows(folder: &Folder, text: &str) -> bool {
    // While the two are exchanged there may be no such file for an instant.
    let page = fs::read_to_string(folder.path("rb/site/glossary.html"));
    page.is_ok_and(|page| page.contains(text))
}

fn until_it_shows(folder: &Folder, text: &str) {
    until(&format!("`{text}` is published"), || shows(folder, text).then_some(()));
}

/// What lies beside the sources, but for the site and the one before.
fn debris(folder: &Folder) -> Vec<String> {
    let names = fs::read_dir(folder.path("rb")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".site") && name != ".site.previous").collect()
}

#[test]
fn every_good_save_is_published_and_a_bad_one_leaves_the_last_good_site() {
    let (folder, mut running) = watched(&[]);
    folder.write(RECORD, &record("as it went on"));
    until_it_shows(&folder, "as it went on");

    let manifest = folder.read("rb/site/manifest.json");
    folder.write(RECORD, "name = \"Watched\"\ntext = \"cut o");
    running.says("error[toml-syntax]");
    running.says("nothing was published");
    assert_eq!(folder.read("rb/site/manifest.json"), manifest);

    folder.write(RECORD, &record("as it ended"));
    until_it_shows(&folder, "as it ended");
    running.says(" → ");
    assert_eq!(running.end("INT"), Some(0));
    assert_eq!(debris(&folder), [] as [&str; 0]);
}

#[test]
fn a_changed_template_kind_and_configuration_are_followed() {
    let (folder, mut running) = watched(&[]);
    folder.write(
        "rb/theme/templates/glossary.html",
        "{% extends \"base.html\" %}{% block content %}mine{% endblock %}",
    );
    until_it_shows(&folder, "mine");
    folder.write("rb/theme/templates/glossary.html", "{% extends \"base.html\" %}\n{{ broken }\n");
    running.says("error[template]");
    assert!(shows(&folder, "mine"));
    fs::remove_file(folder.path("rb/theme/templates/glossary.html")).unwrap();
    until_it_shows(&folder, "as it began");
    folder.write("rb/kinds/gauge.toml", "kind = \"gauge\"\nplural = 7\n");
    running.says("error[wrong-type]");
    fs::remove_file(folder.path("rb/kinds/gauge.toml")).unwrap();
    running.says(" → ");
    let settings =
        folder.read("rb/clearjar.toml").replace("Harborview Dental Group", "Newly Named");
    folder.write("rb/clearjar.toml", &settings);
    running.says("clearjar.toml");
}

#[test]
fn a_runbook_that_is_gone_leaves_the_site_and_is_followed_when_it_is_back() {
    for arguments in [&[][..], &["--poll", "0.1"]] {
        let folder = Folder::with_runbook();
        folder.write(RECORD, &record("as it began"));
        let mut program = folder.program();
        program.args(["--today", TODAY, "-C", "rb", "build", "--watch", "--output", "out"]);
        program.args(arguments);
        let mut running = Running::start(program);
        running.says(" → ");
        fs::rename(folder.path("rb"), folder.path("away")).unwrap();
        running.says("the site stays as it is until it is back");
        assert!(folder.path("out/index.html").is_file());
        fs::rename(folder.path("away"), folder.path("rb")).unwrap();
        running.says(" → ");
        folder.write(RECORD, &record("as it went on"));
        running.says("watched.toml");
        running.says(" → ");
        assert!(folder.read("out/glossary.html").contains("as it went on"));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn events_that_the_system_lost_are_made_good() {
    let (folder, mut running) = watched(&[]);
    running.signal("STOP");
    // Two files in turn, so that no event is like the one before: more than the system keeps by default.
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let limit: usize = limit.trim().parse().unwrap();
    for _ in 0..limit / 6 + 500 {
        for path in ["rb/records/terms/one.toml", "rb/records/terms/two.toml"] {
            folder.write(path, "name = \"X\"\ntext = \"Y\"\n");
        }
    }
    folder.write(RECORD, &record("after the flood"));
    running.signal("CONT");
    until_it_shows(&folder, "after the flood");
    running.says(" → ");
    folder.write(RECORD, &record("and still at work"));
    until_it_shows(&folder, "and still at work");
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read_is_told_and_read_when_it_may_be() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    let folder = Folder::with_runbook();
    folder.write(RECORD, &record("as it began"));
    let allow = |path: &str, mode| {
        fs::set_permissions(folder.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    allow("", 0o755);
    // The program itself may lie where only root gets to; and the site where nobody may write.
    fs::copy(env!("CARGO_BIN_EXE_clearjar"), folder.path("clearjar")).unwrap();
    fs::create_dir(folder.path("out")).unwrap();
    allow("out", 0o777);
    let nobody = || {
        let mut program = Command::new("setpriv");
        program.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        program.arg(folder.path("clearjar")).current_dir(folder.path(""));
        program
    };
    if !nobody().arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `setpriv` is missing, or may not change the user here");
        return;
    }
    let mut program = nobody();
    program.args(["--today", TODAY, "-C", "rb", "build", "--watch", "--output", "out/site"]);
    let mut running = Running::start(program);
    running.says(" → ");
    for path in [RECORD, "rb/records/terms", "rb"] {
        let mode = if path == RECORD { 0o644 } else { 0o755 };
        allow(path, 0o000);
        running.says(match path {
            "rb" => "the site stays as it is until it is back",
            _ => "error[unreadable-file]",
        });
        allow(path, mode);
        running.says(" → ");
        assert!(folder.read("out/site/glossary.html").contains("as it began"), "{path}");
    }
}
