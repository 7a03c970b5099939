//! Bad input of every sort, from a typing error to a folder made to do harm.
//!
//! Whatever it is: no panic, an exit code that says so, a message that says what to do, done within
//! seconds, and the last good site is left alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::program::{Folder, Run, TODAY};
use crate::site::tree;

/// How long a call may take before it counts as hanging. Each takes a second at most; the rest is
/// for machines that are busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A runbook whose site was built when all was well.
struct Spoilt {
    folder: Folder,
    good: BTreeMap<String, Vec<u8>>,
}

impl Spoilt {
    fn new() -> Spoilt {
        let folder = Folder::with_runbook();
        folder.run(&["-C", "rb", "build"]).succeeds();
        let good = tree(&folder.path("rb/site"));
        assert!(good.contains_key("index.html"));
        Spoilt { folder, good }
    }

    /// Returns the runbook with one more file in it.
    fn with(path: &str, content: impl AsRef<[u8]>) -> Spoilt {
        let spoilt = Spoilt::new();
        spoilt.write(path, content);
        spoilt
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.folder.path("rb").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn call(&self, arguments: &[&str]) -> Run {
        let mut program = self.folder.program();
        program.args(["--today", TODAY, "-C", "rb"]).args(arguments);
        Run::of(within_patience(program), &self.folder.path(""))
    }

    fn is_as_it_was(&self) {
        let now = tree(&self.folder.path("rb/site"));
        assert!(now == self.good, "the last good site was touched");
        let beside = fs::read_dir(self.folder.path("rb")).unwrap();
        let beside = beside.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let debris: Vec<_> = beside.filter(|name| name.starts_with(".site")).collect();
        assert!(debris.is_empty(), "{debris:?}");
    }

    /// Makes sure that `check` and `build` both refuse it for the reason `rule`, telling of it what
    /// `check` writes with `--format short`; which is returned.
    fn is_refused(&self, rule: &str) -> String {
        let check = self.call(&["check", "--format", "short"]);
        assert_eq!(check.code, 1, "{}{}", check.out, check.err);
        let mark = format!("error[{rule}] ");
        let told = check.out.lines().find(|line| line.contains(&mark));
        let told = told.unwrap_or_else(|| panic!("no {rule} in\n{}", check.out));
        assert!(told.ends_with(')'), "it does not say what to do: {told}");
        let build = self.call(&["build"]);
        assert_eq!(build.code, 1, "{}{}", build.out, build.err);
        assert!(build.err.contains(&format!("error[{rule}]: ")), "{}", build.err);
        assert!(build.err.contains("nothing was published"), "{}", build.err);
        self.is_as_it_was();
        check.out
    }

    /// Makes sure that it is built all the same, and quickly.
    fn is_built(&self) {
        let build = self.call(&["build"]);
        assert_eq!(build.code, 0, "{}{}", build.out, build.err);
    }

    /// Makes sure that the site is not published to `output`, and why.
    fn does_not_publish_to(&self, output: &str, why: &str) {
        let before = tree(&self.folder.path(""));
        let build = self.call(&["build", "--output", output]);
        assert_eq!(build.code, 2, "{output}: {}{}", build.out, build.err);
        assert!(build.err.contains(why), "{output}: {}", build.err);
        assert!(build.err.contains("\n  help: "), "{output}: {}", build.err);
        assert!(tree(&self.folder.path("")) == before, "{output}: something was written");
    }
}

/// Calls `program`, and fails if it does not come to an end.
fn within_patience(mut program: Command) -> std::process::Output {
    let child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(child.wait_with_output()));
    match told.recv_timeout(PATIENCE) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            let _ = Command::new("kill").arg("-9").arg(id.to_string()).status();
            panic!("the program hangs");
        }
    }
}

const RECORD: &str = "records/terms/x.toml";
const PROSE: &str = "records/procedures/x.md";

fn prose(text: &str) -> String {
    format!("+++\nname = \"X\"\n+++\n{text}")
}

// ---- what people mistype ----

#[test]
fn a_mistake_in_one_file_hides_none_in_another() {
    let spoilt = Spoilt::with("records/terms/a.toml", "name = \"A\ntext = \"never closed\"\n");
    spoilt.write("records/terms/b.toml", "name = 7\ntext = \"B\"\n");
    spoilt.write("records/terms/c.toml", "name = \"C\"\ntxet = \"misspelt\"\n");
    spoilt.write("records/devices/d.toml", "name = \"D\"\ntype = \"toaster\"\n");
    spoilt.write("records/devices/e.toml", "name = \"E\"\ntype = \"switch\"\nsite = \"nowhere\"\n");
    spoilt.write("records/things/f.toml", "name = \"F\"\n");
    let told = spoilt.is_refused("toml-syntax");
    for place in [
        "records/terms/a.toml:1:8: error[toml-syntax]",
        "records/terms/b.toml:1:8: error[wrong-type]",
        "records/terms/c.toml:2:1: error[unknown-field]",
        "records/devices/d.toml:2:8: error[",
        "records/devices/e.toml:3:8: error[unknown-record]",
        "records/things/f.toml:1:1: error[unknown-kind]",
    ] {
        assert!(told.contains(place), "{place} is not in\n{told}");
    }
}

#[test]
fn settings_that_cannot_be_read_stop_a_build_and_hide_nothing() {
    let spoilt = Spoilt::with("clearjar.toml", "[site\ntitle = \"X\"\n");
    spoilt.write(RECORD, "name = 1\n");
    let told = spoilt.is_refused("toml-syntax");
    assert!(told.contains("error[wrong-type]"), "{told}");
}

#[test]
fn a_kind_that_cannot_be_read_stops_a_build() {
    Spoilt::with("kinds/autoclave.toml", "kind = \"autoclave\"\n[field.x]\ntype = \"txet\"\n")
        .is_refused("kind-file");
}

#[test]
fn a_template_with_a_mistake_stops_a_build_and_is_told_with_its_line() {
    let spoilt = Spoilt::with("theme/templates/home.html", "<h1>\n{{ site.title }\n");
    let build = spoilt.call(&["build"]);
    assert_eq!(build.code, 1, "{}", build.err);
    assert!(build.err.contains("error[template]: "), "{}", build.err);
    assert!(build.err.contains("theme/templates/home.html:2:"), "{}", build.err);
    spoilt.is_as_it_was();
}

#[test]
fn a_template_that_never_ends_ends() {
    let spoilt = Spoilt::new();
    for text in [
        "{% include 'home.html' %}",
        "{% extends 'home.html' %}",
        "{% for a in range(end=100000000) %}aaaaaaaaaaaaaaaaaaaa{% endfor %}",
        &format!("{{{{ {}", "(".repeat(100_000)),
        &"{% if 1 %}".repeat(20_000),
    ] {
        spoilt.write("theme/templates/home.html", text);
        let build = spoilt.call(&["build"]);
        assert_eq!(build.code, 1, "{}", build.err);
        assert!(build.err.contains("error[template]: "), "{}", build.err);
        spoilt.is_as_it_was();
    }
}

// ---- what is too much ----

#[test]
fn a_record_of_a_hundred_megabytes_is_refused_unread() {
    let spoilt = Spoilt::with(RECORD, "");
    let file = fs::File::options().write(true).open(spoilt.folder.path("rb").join(RECORD)).unwrap();
    // Takes no room on the disk.
    file.set_len(100 << 20).unwrap();
    let told = spoilt.is_refused("too-large");
    assert!(told.contains("`record_bytes`"), "the limit is named: {told}");
}

#[test]
fn toml_nested_a_million_deep_is_one_mistake_each() {
    let n = 1_000_000;
    let spoilt = Spoilt::new();
    for (name, text) in [
        ("open-lists", format!("a = {}", "[".repeat(n))),
        ("lists", format!("a = {}{}", "[".repeat(n), "]".repeat(n))),
        ("tables", format!("a = {}", "{a=".repeat(n / 10))),
        ("keys", format!("a{} = 1", ".a".repeat(n / 10))),
        ("header", format!("[{}a]", "a.".repeat(n / 10))),
    ] {
        spoilt.write(&format!("records/terms/{name}.toml"), text);
    }
    let told = spoilt.is_refused("toml-syntax");
    assert_eq!(told.matches("nested too deeply").count(), 5, "{told}");
    assert!(told.len() < 20_000, "{} bytes were written", told.len());
}

#[test]
fn settings_and_kinds_nested_a_million_deep_are_one_mistake() {
    for path in ["clearjar.toml", "kinds/x.toml"] {
        Spoilt::with(path, format!("a = {}", "[".repeat(1_000_000))).is_refused("toml-syntax");
    }
}

#[test]
fn thousands_of_mistakes_in_one_file_take_no_longer_than_they_have_to() {
    let tables: String = (0..5_000).map(|number| format!("[a{number}]\n")).collect();
    Spoilt::with(RECORD, tables).is_refused("unknown-field");
    Spoilt::with(RECORD, "= =\n".repeat(5_000)).is_refused("toml-syntax");
}

#[test]
fn prose_nested_a_million_deep_is_shown_as_it_is() {
    let n = 1_000_000;
    let spoilt = Spoilt::new();
    for (name, text) in [
        ("quotes", ">".repeat(n)),
        ("items", "- ".repeat(n / 5)),
        ("brackets", "[".repeat(n)),
        ("pictures", "![".repeat(n / 5)),
        ("links", "[[".repeat(n)),
        ("stars", "*a ".repeat(n / 10)),
        ("html", "<div>".repeat(n / 5)),
        ("columns", format!("{}\n{}\n", "|a".repeat(n / 5), "|-".repeat(n / 5))),
        ("headings", "# a\n".repeat(n / 50)),
    ] {
        spoilt.write(&format!("records/procedures/{name}.md"), prose(&text));
    }
    spoilt.is_built();
    for (path, page) in tree(&spoilt.folder.path("rb/site")) {
        // The book has the text of all of them.
        let limit = match path.split('/').next() {
            Some("procedures") => 8 << 20,
            Some("book.html") => 16 << 20,
            // Byte for byte what was written.
            Some("source") => 4 << 20,
            // The document and the table have the text of all of them as well.
            Some("data") => 8 << 20,
            _ => 1 << 20,
        };
        assert!(page.len() < limit, "{path} has {} bytes", page.len());
    }
}

// ---- what is no text ----

#[test]
fn what_is_not_utf8_is_told_and_what_surrounds_it_is_read() {
    let spoilt = Spoilt::with(RECORD, b"name = \"Caf\xe9\"\ntxet = \"misspelt\"\n");
    let told = spoilt.is_refused("not-utf8");
    assert!(told.contains("x.toml:2:1: error[unknown-field]"), "{told}");
    Spoilt::with(RECORD, b"\xff\xfen\0a\0m\0e\0 \0=\0").is_refused("not-utf8");
    Spoilt::with(PROSE, b"+++\nname = \"X\"\n+++\n\xff").is_refused("not-utf8");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let spoilt =
        Spoilt::with(RECORD, "name = \"\\u001b]0;owned\\u0007\"\n\"\\u202e\u{9b}31m\" = 1\n");
    for format in ["human", "short", "json", "sarif"] {
        let run = spoilt.call(&["check", "--format", format]);
        assert_eq!(run.code, 1, "{}", run.out);
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!run.out.contains(steers), "{format}: {:?}", run.out);
        assert!(!run.err.contains(steers), "{format}: {:?}", run.err);
    }
}

// ---- what is no file ----

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStringExt as _;
    use std::os::unix::fs::symlink;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn a_pipe_called_like_a_record_keeps_nobody_waiting() {
        let spoilt = Spoilt::with("records/terms/a.toml", "name = \"A\"\n");
        let pipe = spoilt.folder.path("rb/records/terms/x.toml");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        spoilt.is_refused("not-a-regular-file");
    }

    #[test]
    fn links_are_not_followed_be_it_in_circles() {
        let spoilt = Spoilt::with("records/terms/a.toml", "name = \"A\"\n");
        let links = [
            ("..", "records/terms/up"),
            ("round", "records/terms/round"),
            ("/", "files/everything"),
            ("/dev/zero", "records/terms/zero.toml"),
            ("/etc/passwd", "files/passwd.txt"),
        ];
        for (target, link) in links {
            symlink(target, spoilt.folder.path("rb").join(link)).unwrap();
        }
        let check = spoilt.call(&["check", "--format", "short"]);
        assert_eq!(check.code, 0, "{}", check.out);
        assert_eq!(spoilt.call(&["build", "--deny", "warnings"]).code, 1);
        spoilt.is_as_it_was();
        spoilt.is_built();
        let site = tree(&spoilt.folder.path("rb/site"));
        for (_, link) in links {
            let told = format!("{link}:1:1: warning[symbolic-link] ");
            assert!(check.out.contains(&told), "{told} is not in\n{}", check.out);
            let name = link.rsplit('/').next().unwrap().trim_end_matches(".toml");
            let is_link = |path: &&String| path.contains(&format!("/{name}"));
            assert_eq!(site.keys().find(is_link), None, "{link} was followed");
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_is_refused() {
        let spoilt = Spoilt::with("records/terms/a.toml", "name = \"A\"\n");
        let name = std::ffi::OsString::from_vec(b"caf\xe9.toml".to_vec());
        if fs::write(spoilt.folder.path("rb/records/terms").join(name), "name = \"X\"").is_err() {
            eprintln!("skipped: this file system has no such names");
            return;
        }
        spoilt.is_refused("file-name");
    }

    #[test]
    fn a_file_that_may_not_be_read_is_told() {
        let spoilt = Spoilt::with(RECORD, "name = \"X\"\n");
        forbid(&spoilt.folder.path("rb").join(RECORD));
        let mut program = spoilt.folder.program();
        if rustix::process::geteuid().is_root() {
            let Some(nobody) = as_nobody(&spoilt.folder.path("")) else { return };
            program = nobody;
        }
        program.args(["--today", TODAY, "-C", "rb", "check", "--format", "short"]);
        let run = Run::of(within_patience(program), &spoilt.folder.path(""));
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        let told = "records/terms/x.toml:1:1: error[unreadable-file]";
        assert!(run.out.contains(told), "{}", run.out);
        spoilt.is_as_it_was();
    }

    #[test]
    fn a_site_that_may_not_be_written_stays_and_the_reason_is_told() {
        let spoilt = Spoilt::with(RECORD, "name = \"X\"\ntext = \"Something new.\"\n");
        if !rustix::process::geteuid().is_root() {
            eprintln!("skipped: only root can call the program as somebody else");
            return;
        }
        let Some(mut program) = as_nobody(&spoilt.folder.path("")) else { return };
        program.args(["--today", TODAY, "-C", "rb", "build"]);
        let run = Run::of(within_patience(program), &spoilt.folder.path(""));
        assert_eq!(run.code, 2, "{}{}", run.out, run.err);
        assert!(run.err.contains("rb") && run.err.contains("\n  help: "), "{}", run.err);
        spoilt.is_as_it_was();
    }

    fn forbid(path: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    }

    /// Returns the program, to be called in `folder` as a user who owns nothing; or says why not.
    fn as_nobody(folder: &Path) -> Option<Command> {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        // The program itself may lie where only root gets to.
        let copy = folder.join("clearjar");
        fs::copy(env!("CARGO_BIN_EXE_clearjar"), &copy).unwrap();
        let mut nobody = Command::new("setpriv");
        nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).current_dir(folder);
        let mut trial = Command::new(nobody.get_program());
        trial.args(nobody.get_args()).arg(&copy).arg("--version").current_dir(folder);
        if !trial.output().is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: `setpriv` is missing, or may not change the user here");
            return None;
        }
        nobody.arg(&copy).stdin(Stdio::null());
        Some(nobody)
    }
}

// ---- where a site does not belong ----

#[test]
fn a_site_is_not_published_among_its_sources() {
    let spoilt = Spoilt::new();
    for output in ["rb/records", "rb/records/site", "rb/files/site", "rb/theme", "rb/.clearjar/x"] {
        spoilt.does_not_publish_to(output, "error: ");
    }
}

#[test]
fn a_site_is_not_published_over_a_runbook_or_around_it() {
    let spoilt = Spoilt::new();
    spoilt.folder.run(&["init", "other"]).succeeds();
    for output in ["rb", "rb/", "rb/records/..", ".", "other", "other/records"] {
        spoilt.does_not_publish_to(output, "error: ");
    }
    spoilt.is_as_it_was();
}

#[test]
fn a_site_is_not_published_to_the_root_or_to_a_home() {
    let spoilt = Spoilt::new();
    let before = fs::read_dir("/").unwrap().count();
    let build = spoilt.call(&["build", "--output", "/"]);
    assert_eq!(build.code, 2, "{}{}", build.out, build.err);
    assert!(build.err.contains("\n  help: "), "{}", build.err);
    assert_eq!(fs::read_dir("/").unwrap().count(), before);

    let home = spoilt.folder.path("home");
    fs::create_dir(&home).unwrap();
    let mut program = spoilt.folder.program();
    program.env("HOME", &home).env("USERPROFILE", &home);
    program.args(["--today", TODAY, "-C", "rb", "build", "--output", "home"]);
    let build = Run::of(within_patience(program), &spoilt.folder.path(""));
    assert_eq!(build.code, 2, "{}{}", build.out, build.err);
    assert!(build.err.contains("\n  help: "), "{}", build.err);
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
    spoilt.is_as_it_was();
}

#[test]
fn a_file_is_no_place_for_a_site() {
    let spoilt = Spoilt::new();
    spoilt.folder.write("file", "mine");
    spoilt.does_not_publish_to("file", "it is not a folder");
    spoilt.does_not_publish_to("file/below", "HERE/file");
}
