//! Windows that are closed, and what is told of them.

use std::fs;

use crate::program::Folder;

const FW: &str = "name = \"HQ firewall\"\ntype = \"firewall\"\nfirmware = \"7.4.8\"\n\n[[setting]]\ngroup = \"Admin\"\nname = \"Idle timeout\"\nvalue = 5\nunit = \"min\"\n";

fn runbook() -> Folder {
    let folder = Folder::empty();
    folder.write("rb/clearjar.toml", "as_of = 2026-10-04\n[site]\ntitle = \"Test\"\n");
    folder.write("rb/records/devices/fw.toml", FW);
    folder.write("rb/files/fw.conf", "set timeout 5\nset pw ENC aaaa\n");
    folder
}

#[test]
fn a_window_is_closed_with_what_changed_in_it() {
    let folder = runbook();
    let run = folder.run(&["-C", "rb", "release", "takeover", "--date", "2026-03-01"]).succeeds();
    assert!(
        run.out.contains("2026-03-01-takeover.toml: the baseline, 1 record and 1 file"),
        "{}",
        run.out
    );
    let run = folder.run(&["-C", "rb", "release", "again"]).succeeds();
    assert!(run.out.contains("nothing changed since `takeover`"), "{}", run.out);
    folder
        .write("rb/records/devices/fw.toml", &FW.replace("= 5", "= 10").replace("7.4.8", "7.4.9"));
    folder.write("rb/files/fw.conf", "set timeout 10\nset pw ENC bbbb\n");
    let run = folder.run(&["-C", "rb", "diff", "--exit-code"]);
    assert_eq!(run.code, 1, "{}", run.err);
    for told in [
        "takeover (2026-03-01) → now: 1 record changed; 1 file changed",
        "~ device/fw  HQ firewall",
        "Firmware: 7.4.8 → 7.4.9",
        "Settings › Admin › Idle timeout: 5 min → 10 min",
        "- set timeout 5\n",
        "+ set timeout 10\n",
    ] {
        assert!(run.out.contains(told), "{told} is not in:\n{}", run.out);
    }
    assert!(!run.out.contains("+ set pw"), "{}", run.out);
    folder.run(&["-C", "rb", "release", "october", "--date", "2026-10-04"]).succeeds();
    let text = fs::read_to_string(folder.path("rb/history/2026-10-04-october.toml")).unwrap();
    assert!(text.contains("firmware = { was = \"7.4.8\", now = \"7.4.9\" }"), "{text}");
    assert!(
        text.contains(
            "'setting[group = \"Admin\", name = \"Idle timeout\"].value' = { was = 5, now = 10 }"
        ),
        "{text}"
    );
    let run = folder.run(&["-C", "rb", "diff", "--exit-code"]).succeeds();
    assert!(run.out.contains("nothing differs"), "{}", run.out);
    let run =
        folder.run(&["-C", "rb", "diff", "baseline", "october", "--format", "markdown"]).succeeds();
    assert!(
        run.out.contains("| Settings / Admin / Idle timeout | 5 min | 10 min |"),
        "{}",
        run.out
    );
    let run = folder.run(&["-C", "rb", "diff", "takeover", "--format", "json"]).succeeds();
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["records"][0]["record"], "device/fw");
    folder.run(&["-C", "rb", "check", "--deny", "warnings"]);
}

#[test]
fn a_record_of_work_is_drafted_from_what_differs() {
    let folder = runbook();
    folder.run(&["-C", "rb", "release", "takeover", "--date", "2026-03-01"]).succeeds();
    folder.write("rb/records/devices/fw.toml", &FW.replace("7.4.8", "7.4.9"));
    folder.run(&["-C", "rb", "new", "change", "firmware"]).succeeds();
    let text = folder.read("rb/records/change-records/firmware.toml");
    for line in [
        "date = 2026-11-23",
        "## What differs since the window `takeover`. Take out what was not part of this work.",
        "  ## HQ firewall: Firmware: 7.4.8 → 7.4.9\n  \"device/fw\",",
    ] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    folder.run(&["-C", "rb", "check"]).succeeds();
}

#[test]
fn a_window_that_cannot_follow_is_refused_and_nothing_is_written() {
    let folder = runbook();
    folder.run(&["-C", "rb", "release", "first", "--date", "2026-05-01"]).succeeds();
    folder.write("rb/records/devices/fw.toml", &FW.replace("7.4.8", "7.4.9"));
    for (arguments, told) in [
        (["first", "2026-06-01"], "a window called `first` was closed on 2026-05-01"),
        (["second", "2026-04-01"], "the window `first` was closed later"),
        (["again", "2026-05-01"], "would stand before `first`"),
        (["Not An Id", "2026-06-01"], "Not An Id"),
        (["now", "2026-06-01"], "`now` cannot be the name"),
    ] {
        let run = folder.run(&["-C", "rb", "release", arguments[0], "--date", arguments[1]]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains(told), "{}", run.err);
    }
    folder.write("rb/records/devices/broken.toml", "nmae = 1\n");
    let run = folder.run(&["-C", "rb", "release", "second", "--date", "2026-06-01"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("nothing was released"), "{}", run.err);
    assert_eq!(fs::read_dir(folder.path("rb/history")).unwrap().count(), 1);
}

#[test]
fn sites_bundles_and_folders_are_compared_like_releases() {
    let folder = runbook();
    folder.run(&["-C", "rb", "bundle", "--output", "old.zip"]).succeeds();
    folder.write("rb/records/devices/fw.toml", &FW.replace("7.4.8", "7.4.9"));
    folder.run(&["-C", "rb", "build"]).succeeds();
    for sides in [["old.zip", "rb/site"], ["old.zip", "rb"]] {
        let run = folder.run(&["diff", sides[0], sides[1]]).succeeds();
        assert!(run.out.contains("Firmware: 7.4.8 → 7.4.9"), "{sides:?}: {}", run.out);
    }
    let run = folder.run(&["-C", "rb", "diff"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("nothing was released in this runbook yet"), "{}", run.err);
    let run = folder.run(&["-C", "rb", "diff", "oktober"]);
    assert!(run.err.contains("neither a release nor a folder or file"), "{}", run.err);
}

#[test]
fn dates_are_taken_from_git_once_and_builds_ask_nobody() {
    let folder = runbook();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let names = ["-c", "user.name=x", "-c", "user.email=x@example.com"];
        git.arg("-C").arg(folder.path("rb")).args(names).args(arguments);
        git.env("GIT_COMMITTER_DATE", "2026-09-12T10:00:00Z").output()
    };
    let Ok(init) = git(&["init", "-q"]) else { return };
    assert!(init.status.success());
    let run = folder.run(&["-C", "rb", "dates"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("git cannot tell the dates"), "{}", run.err);
    // A hook and a program that the repository names would leave a trace.
    folder.write("rb/.git/hooks/post-index-change", "#!/bin/sh\ntouch ../ran\n");
    git(&["config", "core.fsmonitor", "touch ran; false"]).unwrap();
    git(&["-c", "core.fsmonitor=false", "add", "records"]).unwrap();
    git(&["-c", "core.fsmonitor=false", "commit", "-q", "-m", "x"]).unwrap();
    folder.write("rb/records/terms/new.toml", "name = \"New\"\n");
    folder.write("rb/clearjar.toml", "[git]\ndates = true\n[site]\ntitle = \"Test\"\n");
    let run = folder.run(&["-C", "rb", "dates"]).succeeds();
    assert!(run.out.contains("1 file as of commit"), "{}", run.out);
    assert!(!folder.path("rb/ran").exists());
    let page = || {
        folder.run(&["-C", "rb", "build"]).succeeds();
        folder.read("rb/site/devices/fw.html")
    };
    assert!(page().contains("last edited 12 Sep 2026"));
    fs::rename(folder.path("rb/.git"), folder.path("elsewhere")).unwrap();
    fs::remove_file(folder.path("rb/site/devices/fw.html")).unwrap();
    assert!(page().contains("last edited 12 Sep 2026"));
    folder.write("rb/records/devices/fw.toml", &FW.replace("7.4.8", "7.4.9"));
    assert!(!page().contains("last edited"));
}
