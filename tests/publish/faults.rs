//! Kills a publish, and makes the system refuse it things, at each of its system calls; and fills
//! the disk.
//!
//! This test program runs itself under `strace`, which injects the fault. Every few calls are
//! tried; all of them with `CLEARJAR_ALL_FAULTS=1` in the environment. Where `strace` or the right
//! to mount is missing, the test says so and passes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use clearjar::artifact::Sink as _;

use super::*;

/// Names the scratch folder in which the child publishes.
const SCRATCH: &str = "CLEARJAR_TEST_SCRATCH";

/// How the child ends.
const PUBLISHED: i32 = 0;
const NOT_FLUSHED: i32 = 3;
const OLD_KEPT: i32 = 40;
const UNFINISHED: i32 = 41;

/// Calls that change nothing: a fault there is a fault at the next call that does.
const HARMLESS: [&str; 17] = [
    "access",
    "close",
    "execve",
    "exit_group",
    "fcntl",
    "fstat",
    "futex",
    "getcwd",
    "getdents64",
    "ioctl",
    "lseek",
    "mmap",
    "munmap",
    "newfstatat",
    "readlink",
    "stat",
    "statx",
];

/// Not a test of its own: what the others run under `strace`.
#[test]
fn child() {
    let Some(root) = std::env::var_os(SCRATCH) else { return };
    // One thread only, so that the n-th call is the same one each time.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
    let root = PathBuf::from(root);
    count_ahead();
    let result =
        publish(&new_site(), &target(&root.join("out/site"), &root.join("runbook")), imprint());
    std::process::exit(match result {
        Ok(published) => match published.outcome {
            Outcome::VisibleNotFlushed { .. } => NOT_FLUSHED,
            _ => PUBLISHED,
        },
        Err(error) => {
            eprintln!("{error}");
            if error.old_site_kept() { OLD_KEPT } else { UNFINISHED }
        }
    })
}

/// Makes a few harmless calls, so that no other thread of this program has made as many when the
/// publish makes its first: faults are counted in each thread.
fn count_ahead() {
    use std::io::{Read as _, Write as _};
    for _ in 0..50 {
        let mut nothing = fs::File::options().read(true).write(true).open("/dev/null").unwrap();
        nothing.write_all(b"x").unwrap();
        let _ = nothing.read(&mut [0]).unwrap();
    }
}

/// How a site comes to be published the one way or the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Setting {
    /// Nothing is there yet.
    First,
    /// The old site.
    Fresh,
    /// The old site, and the one before it, which is to be used again.
    Reusing,
    /// The old site with a file of somebody else's.
    InPlace,
    /// The old site, on a disk of which it turns out only at the exchange that it has none.
    Turning,
}

impl Setting {
    fn prepare(self) -> Scratch {
        let scratch = Scratch::new();
        fs::create_dir_all(scratch.path("out")).unwrap();
        let before: &[Artifacts] = match self {
            Setting::First => &[],
            Setting::Fresh | Setting::InPlace | Setting::Turning => &[old_site()],
            Setting::Reusing => &[new_site(), old_site()],
        };
        for artifacts in before {
            let target = Target { durability: Durability::None, ..scratch.target() };
            publish(artifacts, &target, imprint()).unwrap();
        }
        if self == Setting::InPlace {
            scratch.write("CNAME", "theirs");
        }
        scratch
    }

    /// What goes wrong besides.
    fn faults(self) -> &'static [&'static str] {
        match self {
            Setting::Turning => &["-e", "inject=renameat2:error=EXDEV:when=2+"],
            _ => &[],
        }
    }

    /// Checks that the folder is one whole site, and what a further publish makes of it.
    fn check(self, scratch: &Scratch, context: &str) {
        let is_whole = |scratch: &Scratch| match (scratch.site().exists(), self) {
            (false, Setting::First) => true,
            (false, _) => false,
            (true, _) => {
                let home = scratch.read("index.html");
                let mut found = differences(&scratch.site());
                found.retain(|found| found.path != "CNAME");
                if matches!(self, Setting::InPlace | Setting::Turning) {
                    // In place a site may be part old, part new, and says so.
                    found.iter().any(|found| found.what == WhatDiffers::Unfinished)
                        || found.is_empty()
                } else {
                    found.is_empty() && (home == "old home" || home == "new home")
                }
            }
        };
        assert!(is_whole(scratch), "{context}: {:?}", verify(&scratch.site()));
        let stage = scratch.path("out/.site.stage-new");
        let calls_itself_a_site = stage.join("manifest.json").exists()
            && !stage.join("manifest.json.unfinished").exists();
        if calls_itself_a_site {
            let mut found = differences(&stage);
            found.retain(|found| found.what != WhatDiffers::Unfinished);
            assert_eq!(found, [], "{context}");
        }
        let known = ["site", ".site.lock", ".site.stage-new", ".site.previous"];
        let is_known = |name: &&String| known.contains(&&***name) || name.contains("stage-probe");
        let beside = scratch.beside();
        assert_eq!(beside.iter().filter(is_known).count(), beside.len(), "{context}: {beside:?}");

        publish(&new_site(), &scratch.target(), imprint())
            .unwrap_or_else(|error| panic!("{context}: {error}"));
        let mut found = differences(&scratch.site());
        found.retain(|found| found.path != "CNAME");
        assert_eq!(found, [], "{context}");
        assert_eq!(scratch.read("index.html"), "new home", "{context}");
        if self == Setting::InPlace {
            assert_eq!(scratch.read("CNAME"), "theirs", "{context}");
        }
        let mut beside = scratch.beside();
        beside.retain(|name| name != ".site.previous");
        assert_eq!(beside, ["site"], "{context}");
    }
}

fn run_child(scratch: &Scratch, strace: &[&str]) -> ExitStatus {
    let program = std::env::current_exe().unwrap();
    let output = Command::new("strace")
        .args(["-f", "-qq", "-s", "4096"])
        .args(strace)
        .arg(program)
        .args(["faults::child", "--exact", "--nocapture", "--test-threads=1"])
        .env(SCRATCH, scratch.root.path())
        .output()
        .expect("strace was there a moment ago");
    output.status
}

fn has_strace() -> bool {
    let found = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("skipped: no strace, or tracing is not permitted");
    }
    is_there
}

/// Returns the calls of a publish: their name, and the which-th of that name in its thread.
fn calls(setting: Setting, inject: &[&str]) -> Vec<(String, usize)> {
    let scratch = setting.prepare();
    let log = scratch.path("log");
    let mut arguments = vec!["-o", log.to_str().unwrap()];
    arguments.extend(inject);
    run_child(&scratch, &arguments);
    let log = fs::read_to_string(log).unwrap();
    let lines: Vec<_> = log.lines().filter_map(|line| line.split_once(' ')).collect();
    let start = lines.iter().position(|(_, call)| call.contains(".site.lock\"")).expect("it locks");
    let thread = lines[start].0;
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut calls = Vec::new();
    for (ix, (pid, call)) in lines.iter().enumerate() {
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        if *pid == thread && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let count = counts.entry(name).or_default();
            *count += 1;
            if ix >= start && !HARMLESS.contains(&name) {
                calls.push((name.to_owned(), *count));
            }
        }
    }
    calls
}

/// Returns every so many of `calls`, or all of them when asked to.
fn sample(calls: Vec<(String, usize)>, wanted: usize) -> Vec<(String, usize)> {
    assert!(calls.len() > 20, "{calls:?}");
    if std::env::var_os("CLEARJAR_ALL_FAULTS").is_some() {
        return calls;
    }
    let step = calls.len().div_ceil(wanted);
    calls.into_iter().step_by(step).collect()
}

fn kill_at_each_call(setting: Setting, wanted: usize) {
    if !has_strace() {
        return;
    }
    let mut killed = 0;
    let calls = sample(calls(setting, setting.faults()), wanted);
    for (call, count) in &calls {
        let scratch = setting.prepare();
        let inject = format!("inject={call}:signal=SIGKILL:when={count}");
        let arguments = ["-o", "/dev/null", "-e", &inject];
        // One fault for each call: that of the kill goes first.
        let faults = if call == "renameat2" { &[] } else { setting.faults() };
        let status = run_child(&scratch, &[&arguments, faults].concat());
        killed += usize::from(status.code().is_none());
        setting.check(&scratch, &format!("{setting:?}, killed at {call} {count}"));
    }
    eprintln!("{setting:?}: {} runs, {killed} killed", calls.len());
    assert!(killed * 10 >= calls.len() * 8, "only {killed} of {} were killed", calls.len());
}

#[test]
fn a_first_publish_killed_at_any_call_leaves_nothing_or_all() {
    kill_at_each_call(Setting::First, 16);
}

#[test]
fn an_exchange_killed_at_any_call_leaves_one_whole_site() {
    kill_at_each_call(Setting::Fresh, 30);
}

#[test]
fn an_exchange_that_uses_the_previous_site_again_leaves_one_whole_site() {
    kill_at_each_call(Setting::Reusing, 30);
}

#[test]
fn a_publish_in_place_killed_at_any_call_is_completed_by_the_next() {
    kill_at_each_call(Setting::InPlace, 30);
}

#[test]
fn a_publish_that_turns_out_to_be_in_place_killed_at_any_call_is_completed_by_the_next() {
    kill_at_each_call(Setting::Turning, 30);
}

#[test]
fn publishes_killed_one_after_the_other_leave_no_more_than_one_does() {
    if !has_strace() {
        return;
    }
    for setting in [Setting::Reusing, Setting::InPlace] {
        let scratch = setting.prepare();
        for (call, count) in sample(calls(setting, &[]), 10) {
            let inject = format!("inject={call}:signal=SIGKILL:when={count}");
            run_child(&scratch, &["-o", "/dev/null", "-e", &inject]);
            let trees = scratch.beside().into_iter().filter(|name| !name.contains("probe"));
            assert!(trees.filter(|name| name != ".site.lock").count() <= 3, "{call} {count}");
        }
        setting.check(&scratch, &format!("{setting:?}, killed again and again"));
    }
}

fn fail_at_each_call(setting: Setting, error: &str, wanted: usize) {
    if !has_strace() {
        return;
    }
    let mut ends = BTreeMap::<i32, usize>::new();
    for (call, count) in sample(calls(setting, &[]), wanted) {
        let scratch = setting.prepare();
        let inject = format!("inject={call}:error={error}:when={count}");
        let status = run_child(&scratch, &["-o", "/dev/null", "-e", &inject]);
        let context = format!("{setting:?}, {error} at {call} {count}");
        let code = status.code().unwrap_or_else(|| panic!("{context}: {status}"));
        *ends.entry(code).or_default() += 1;
        let is_new = scratch.read("index.html") == "new home";
        match code {
            PUBLISHED | NOT_FLUSHED => assert!(is_new, "{context}"),
            OLD_KEPT => {
                assert!(!is_new, "{context}");
                let staged = scratch.path("out/.site.stage-new");
                assert!(
                    !staged.exists() && !scratch.site().join(".clearjar-stage").exists(),
                    "{context}"
                );
            }
            UNFINISHED => assert_eq!(setting, Setting::InPlace, "{context}"),
            code => panic!("{context}: ended with {code}"),
        }
        setting.check(&scratch, &context);
    }
    eprintln!("{setting:?}, {error}: {ends:?}");
}

#[test]
fn a_full_disk_at_any_call_keeps_the_old_site_or_says_that_the_new_one_is_visible() {
    fail_at_each_call(Setting::Fresh, "ENOSPC", 16);
}

#[test]
fn a_failing_disk_at_any_call_does_too() {
    fail_at_each_call(Setting::Reusing, "EIO", 16);
}

#[test]
fn a_full_disk_in_place_keeps_the_old_site_until_the_new_one_is_committed_to() {
    fail_at_each_call(Setting::InPlace, "ENOSPC", 16);
}

#[test]
fn a_flush_that_fails_behind_the_exchange_is_told_apart() {
    if !has_strace() {
        return;
    }
    let scratch = Setting::Fresh.prepare();
    let status = run_child(&scratch, &["-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=2"]);
    assert_eq!(status.code(), Some(NOT_FLUSHED));
    assert_eq!(scratch.read("index.html"), "new home");

    let scratch = Setting::Fresh.prepare();
    let status = run_child(&scratch, &["-o", "/dev/null", "-e", "inject=syncfs:error=EIO:when=1"]);
    assert_eq!(status.code(), Some(OLD_KEPT));
    assert_eq!(scratch.read("index.html"), "old home");
}

#[test]
fn where_folders_cannot_be_exchanged_the_site_is_published_in_place() {
    if !has_strace() {
        return;
    }
    // At the probe, and only at the exchange itself.
    for (error, when) in [("EINVAL", "1+"), ("EXDEV", "2+"), ("EBUSY", "2+"), ("EPERM", "1+")] {
        let scratch = Setting::Reusing.prepare();
        let inject = format!("inject=renameat2:error={error}:when={when}");
        let status = run_child(&scratch, &["-o", "/dev/null", "-e", &inject]);
        assert_eq!(status.code(), Some(PUBLISHED), "{error}");
        assert_eq!(scratch.read("index.html"), "new home");
        assert_eq!(differences(&scratch.site()), []);
        assert_eq!(scratch.beside(), ["site"]);
    }
}

/// A file system of its own, as long as it lives.
struct Mounted(PathBuf);

impl Mounted {
    fn new(folder: &Path, options: &str) -> Option<Mounted> {
        fs::create_dir_all(folder).unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "none"]).arg(folder).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Mounted(folder.to_owned()));
        }
        eprintln!("skipped: mounting is not permitted here");
        None
    }

    fn remount(&self, options: &str) {
        let folder = self.0.to_str().unwrap();
        assert!(Command::new("mount").args(["-o", options, folder]).status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// A site too large for the disks mounted here.
fn large_site() -> Artifacts {
    let page = |n: usize| (format!("devices/d{n}.html"), Artifact::Bytes(vec![b'x'; 20_000]));
    (0..40).map(page).collect()
}

#[test]
fn a_disk_that_fills_up_keeps_the_old_site_and_is_as_empty_as_before() {
    for (options, foreign) in
        [("size=400k", false), ("size=400k", true), ("size=8m,nr_inodes=26", false)]
    {
        let scratch = Scratch::new();
        let Some(_disk) = Mounted::new(&scratch.path("out"), options) else { return };
        scratch.publish(&old_site());
        if foreign {
            scratch.write("CNAME", "theirs");
        }
        let before = tree(&scratch.path("out"));
        let error = scratch.refused(&large_site());
        assert!(error.to_string().contains("the disk is full"), "{error}");
        assert!(error.help().contains("free some space"));
        assert!(error.old_site_kept());
        assert_eq!(tree(&scratch.path("out")), before);
    }
}

#[test]
fn a_disk_that_fills_up_while_pages_come_in_keeps_the_old_site_and_is_as_empty_as_before() {
    for foreign in [false, true] {
        let scratch = Scratch::new();
        let Some(_disk) = Mounted::new(&scratch.path("out"), "size=400k") else { return };
        scratch.publish(&old_site());
        if foreign {
            scratch.write("CNAME", "theirs");
        }
        let before = tree(&scratch.path("out"));
        let publisher = Publisher::begin(&scratch.target()).unwrap();
        let pages: Vec<_> = large_site().into_iter().collect();
        std::thread::scope(|scope| {
            for pages in pages.chunks(10) {
                scope.spawn(|| {
                    pages.iter().for_each(|(path, page)| publisher.put(path, page.clone()));
                });
            }
        });
        let error = publisher.finish(imprint()).expect_err("the disk is full");
        assert!(error.to_string().contains("the disk is full"), "{error}");
        assert!(error.to_string().contains("cannot write"), "{error}");
        assert!(error.old_site_kept());
        assert_eq!(tree(&scratch.path("out")), before);
    }
}

#[test]
fn a_file_system_without_links_gets_copies_of_what_has_not_changed() {
    if !has_strace() {
        return;
    }
    let scratch = Setting::Fresh.prepare();
    let inject = "inject=linkat:error=EPERM:when=1+";
    let status = run_child(&scratch, &["-o", "/dev/null", "-e", inject]);
    assert_eq!(status.code(), Some(PUBLISHED));
    assert_eq!(differences(&scratch.site()), []);
    assert_eq!(scratch.beside(), [".site.previous", "site"]);
}

#[test]
fn files_that_wait_on_another_disk_are_copied() {
    if !has_strace() {
        return;
    }
    // No folder and no file can be moved from where they wait to where they belong.
    let scratch = Setting::InPlace.prepare();
    let stage = scratch.path("out/.site.stage-new/.clearjar-stage");
    let stage = stage.to_str().unwrap();
    let names: Vec<_> =
        new_site().keys().map(|path| format!("{stage}/{}", waiting_name(path))).collect();
    let mut arguments = vec!["-o", "/dev/null", "-P", stage];
    arguments.extend(names.iter().flat_map(|name| ["-P", name]));
    arguments.extend(["-e", "inject=rename:error=EXDEV:when=1+"]);
    let status = run_child(&scratch, &arguments);
    assert_eq!(status.code(), Some(PUBLISHED));
    assert_eq!(scratch.read("index.html"), "new home");
    let mut found = differences(&scratch.site());
    found.retain(|found| found.path != "CNAME");
    assert_eq!(found, []);
    assert_eq!(scratch.beside(), ["site"]);
}

#[test]
fn a_read_only_disk_is_said_to_be_one() {
    let scratch = Scratch::new();
    let Some(disk) = Mounted::new(&scratch.path("out"), "size=1m") else { return };
    scratch.publish(&old_site());
    disk.remount("remount,ro");
    let error = scratch.refused(&new_site());
    assert!(error.to_string().contains("the file system is read-only"), "{error}");
    assert_eq!(scratch.read("index.html"), "old home");
    // Looking whether there is anything to do takes no right to write.
    assert_eq!(scratch.publish(&old_site()).outcome, Outcome::NothingChanged);
}

#[test]
fn a_mounted_disk_is_published_to_in_place() {
    let scratch = Scratch::new();
    let Some(_disk) = Mounted::new(&scratch.site(), "size=1m") else { return };
    let published = scratch.publish(&old_site());
    assert_eq!(published.way, Some(Way::InPlace(WhyInPlace::MountPoint)));
    scratch.publish(&new_site());
    assert_eq!(differences(&scratch.site()), []);
    assert_eq!(scratch.beside(), ["site"]);
}

#[test]
fn a_site_in_a_folder_that_nothing_may_be_added_to_is_published_in_place() {
    let scratch = Scratch::new();
    scratch.publish(&old_site());
    let immutable = |flag: &str| Command::new("chattr").arg(flag).arg(scratch.path("out")).output();
    if !immutable("+i").is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: folders cannot be made immutable here");
        return;
    }
    let result = publish(&new_site(), &scratch.target(), imprint());
    immutable("-i").expect("could be done the other way");
    assert_eq!(result.unwrap().way, Some(Way::InPlace(WhyInPlace::ParentClosed)));
    assert_eq!(differences(&scratch.site()), []);
    assert_eq!(scratch.beside(), ["site"]);
}
