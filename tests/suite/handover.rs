//! `clearjar bundle`, `sign`, `verify` and `restore`, and what other programs say of their work.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::program::Folder;

/// Calls another program in `folder`; nothing where this machine does not have it. `.ci/run` says so.
fn other(folder: &Path, words: &[&str]) -> Option<Output> {
    let output = Command::new(words[0]).args(&words[1..]).current_dir(folder).output();
    match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        output => Some(output.expect("it can be started")),
    }
}

fn succeeds(folder: &Path, words: &[&str]) {
    if let Some(output) = other(folder, words) {
        let text =
            [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
        assert!(output.status.success(), "{words:?}\n{}", text.join("\n"));
    }
}

/// Returns a folder with a fresh runbook, and its bundle in `x.zip`.
fn bundled() -> Folder {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "bundle", "--output", "x.zip"]).succeeds();
    folder
}

fn has_ssh_keygen(folder: &Folder) -> bool {
    let made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ann@laptop", "-f", "key"];
    other(&folder.path("."), &made).is_some_and(|output| output.status.success())
}

#[test]
fn a_bundle_is_restored_and_built_to_the_same_bytes_on_another_day() {
    let folder = bundled();
    let run = folder.run(&["restore", "x.zip", "back"]).succeeds();
    assert!(run.out.contains("clearjar -C back build"), "{}", run.out);
    let mut program = folder.program();
    let built = program.args(["-C", "back", "build"]).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    succeeds(&folder.path("."), &["diff", "-r", "rb/site", "back/site"]);
    assert_eq!(folder.read("back/site/manifest.json"), folder.read("rb/site/manifest.json"));
    let again = folder.run(&["-C", "back", "bundle", "--output", "y.zip"]).succeeds();
    assert!(again.out.contains("not signed"), "{}", again.out);
    assert_eq!(fs::read(folder.path("x.zip")).unwrap(), fs::read(folder.path("y.zip")).unwrap());

    // Once something is edited, it is about another day.
    folder.write("back/records/terms/new.toml", "name = \"New\"\ntext = \"New.\"\n");
    folder.program().args(["-C", "back", "build"]).output().unwrap();
    assert!(!folder.read("back/site/manifest.json").contains("\"day\": \"2026-11-23\""));
}

/// The matrix of reproducible-builds.org, as far as one machine has it.
#[test]
fn a_bundle_is_the_same_whoever_makes_it_wherever_and_with_how_many_threads() {
    let folder = bundled();
    let elsewhere = Folder::empty();
    for name in ["rb", "deep/zz-leak/rb"] {
        let to = elsewhere.path(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        for entry in walkdir::WalkDir::new(folder.path("rb")).into_iter().map(Result::unwrap) {
            let inside = entry.path().strip_prefix(folder.path("rb")).unwrap();
            if inside.starts_with("site") || inside.starts_with(".clearjar") {
                continue;
            }
            let to = to.join(inside);
            match entry.file_type().is_dir() {
                true => fs::create_dir_all(&to).unwrap(),
                false => drop(fs::copy(entry.path(), &to).unwrap()),
            }
        }
    }
    let variants = [
        ("rb", "UTC", "1", "C", "ann"),
        ("deep/zz-leak/rb", "Pacific/Kiritimati", "7", "de_DE.UTF-8", "zz-leak"),
    ];
    for (ix, (place, zone, threads, locale, user)) in variants.into_iter().enumerate() {
        let output = format!("{ix}.zip");
        let run = elsewhere
            .program()
            .args(["-C", place, "--today", crate::program::TODAY, "bundle", "--output", &output])
            .env("TZ", zone)
            .env("RAYON_NUM_THREADS", threads)
            .env("LC_ALL", locale)
            .env("USER", user)
            .env("HOME", elsewhere.path("home"))
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        let bytes = fs::read(elsewhere.path(&output)).unwrap();
        assert!(bytes == fs::read(folder.path("x.zip")).unwrap(), "{place}");
        assert!(!String::from_utf8_lossy(&bytes).contains("zz-leak"));
    }
}

#[test]
fn other_programs_open_a_bundle() {
    let folder = bundled();
    let here = folder.path(".");
    succeeds(&here, &["unzip", "-tq", "x.zip"]);
    succeeds(&here, &["7z", "t", "x.zip"]);
    succeeds(&here, &["bsdtar", "-tf", "x.zip"]);
    let python = "import sys, zipfile\n\
        with zipfile.ZipFile('x.zip') as it:\n\
        \x20   assert it.testzip() is None\n\
        \x20   it.extractall('out')\n\
        \x20   assert len({name.split('/')[0] for name in it.namelist()}) == 1\n";
    succeeds(&here, &["python3", "-c", python]);
    let top = folder.path("out/runbook-2026-11-23");
    succeeds(&top, &["sha256sum", "-c", "--quiet", "--strict", "SHA256SUMS"]);
    let run = folder.run(&["verify", "out/runbook-2026-11-23"]).succeeds();
    assert!(run.out.contains("All that was asked for holds."), "{}", run.out);
}

#[test]
fn a_signature_is_checked_by_ssh_keygen_and_by_verify() {
    let folder = Folder::with_runbook();
    if !has_ssh_keygen(&folder) {
        return;
    }
    let who = "info@northwind.example";
    let signs = ["--key", "key", "--as", who];
    let bundle = ["-C", "rb", "bundle", "--output", "x.zip"];
    let run = folder.run(&[&bundle[..], &signs].concat()).succeeds();
    assert!(run.out.contains("SHA256:") && run.out.contains("ssh-ed25519"), "{}", run.out);
    let run = folder.run(&["verify", "x.zip"]).succeeds();
    assert!(run.out.contains(&format!("signed by {who}")), "{}", run.out);
    assert!(run.out.contains("compare the key"), "{}", run.out);

    let run = folder.run(&[&["-C", "rb", "sign"][..], &signs].concat()).succeeds();
    assert!(run.out.contains(who), "{}", run.out);
    let site = folder.path("rb/site");
    let list = folder.read("rb/site/allowed_signers");
    assert!(list.starts_with(who) && !list.contains("ann@laptop"), "{list}");
    let checked = Command::new("ssh-keygen")
        .args(["-Y", "verify", "-f", "allowed_signers", "-I", who, "-n", "runbook@clearjar"])
        .args(["-s", "SHA256SUMS.sig"])
        .current_dir(&site)
        .stdin(Stdio::from(fs::File::open(site.join("SHA256SUMS")).unwrap()))
        .output()
        .unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    // A build that changes nothing leaves the signature; one that does, takes it away.
    folder.run(&["-C", "rb", "build"]).succeeds();
    assert!(site.join("SHA256SUMS.sig").is_file());
    folder.run(&["verify", "rb", "--signers", "rb/site/allowed_signers"]).succeeds();
    folder.write("rb/records/terms/new.toml", "name = \"New\"\ntext = \"New.\"\n");
    folder.run(&["-C", "rb", "build"]).succeeds();
    assert!(!site.join("SHA256SUMS.sig").exists() && !site.join("allowed_signers").exists());

    folder.write("theirs", "someone@else.example ssh-ed25519 AAAA\n");
    let run = folder.run(&["verify", "x.zip", "--signers", "theirs"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("WRONG  signed with a key that the list"), "{}", run.out);
}

#[test]
fn who_signs_with_no_key_or_no_name_is_told_so() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "build"]).succeeds();
    let run = folder.run(&["-C", "rb", "sign"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--key FILE --as info@northwind.example"), "{}", run.err);
    let run = folder.run(&["-C", "rb", "sign", "--key", "nowhere", "--as", "a b"]);
    assert!(run.code == 2 && run.err.contains("is no name of a signer"), "{}", run.err);
    let run = folder.run(&["-C", "rb", "sign", "--key", "nowhere", "--as", "ann"]);
    assert!(run.code == 2 && run.err.contains("there is no key"), "{}", run.err);
    folder.write("key", "not a key\n");
    let run = folder.run(&["-C", "rb", "sign", "--key", "key", "--as", "ann"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(!folder.path("rb/site/SHA256SUMS.sig").exists());
}

#[test]
fn a_runbook_without_a_site_is_told_how_to_make_one() {
    let folder = Folder::with_runbook();
    for command in [&["verify"][..], &["sign", "--key", "key", "--as", "ann"]] {
        let run = folder.run(&[&["-C", "rb"][..], command].concat());
        assert_eq!(run.code, 2);
        assert!(run.err.contains("the runbook has no site yet"), "{}", run.err);
        assert!(run.err.contains("`clearjar -C rb build`"), "{}", run.err);
    }
}

#[test]
fn verify_says_in_plain_words_what_does_not_hold() {
    let folder = Folder::with_runbook();
    folder.run(&["-C", "rb", "build"]).succeeds();
    folder.write("rb/site/index.html", "edited");
    folder.write("rb/site/notes.txt", "mine");
    fs::remove_file(folder.path("rb/site/emergency.html")).unwrap();
    let run = folder.run(&["-C", "rb", "verify"]);
    assert_eq!(run.code, 1);
    snapbox::assert_data_eq!(
        run.out,
        snapbox::str![[r#"
`rb/site`
  Harborview Dental Group: IT runbook
  of 2026-11-23, made with Clearjar [..]: [..] files, [..]

WRONG  missing: 1 file
       emergency.html
WRONG  changed: 1 file
       index.html
WRONG  added, not part of what was made: 1 file
       notes.txt
holds  not signed: this shows damage and loss, not from whom the copy is

This copy is not to be relied on as it is.

"#]]
    );
    let run = folder.run(&["-C", "rb", "verify", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &report["holds"]), (1, &serde_json::Value::Bool(false)));
    assert_eq!(report["differences"][0]["what"], "missing");
    assert_eq!(folder.run(&["verify", "nowhere"]).code, 2);
}

#[test]
fn an_older_copy_is_not_taken_for_a_newer_one() {
    let folder = Folder::with_runbook();
    let release = |name: &str, day: &str| {
        folder.run(&["-C", "rb", "release", name, "--date", day]).succeeds();
    };
    release("one", "2026-09-01");
    folder.run(&["-C", "rb", "bundle", "--output", "old.zip"]).succeeds();
    folder.write("rb/records/terms/two.toml", "name = \"Two\"\ntext = \"New.\"\n");
    release("two", "2026-10-01");
    folder.run(&["-C", "rb", "bundle", "--output", "new.zip"]).succeeds();
    let run = folder.run(&["verify", "new.zip", "--newer-than", "old.zip"]).succeeds();
    assert!(run.out.contains("holds  follows your copy"), "{}", run.out);
    let run = folder.run(&["verify", "old.zip", "--newer-than", "new.zip"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("WRONG  older than your copy"), "{}", run.out);
}

#[test]
fn an_error_in_the_runbook_makes_no_bundle() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/terms/x.toml", "name = 1\n");
    let run = folder.run(&["-C", "rb", "bundle"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("error[wrong-type]"), "{}", run.err);
    let left = fs::read_dir(folder.path("rb")).unwrap().map(|it| it.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().ends_with(".zip")));
}

#[test]
fn what_stands_in_the_way_is_told_and_stays() {
    let folder = bundled();
    let before = fs::read(folder.path("x.zip")).unwrap();
    let run = folder.run(&["-C", "rb", "bundle", "--output", "x.zip"]);
    assert!(run.code == 2 && run.err.contains("`--force` replaces it"), "{}", run.err);
    assert!(fs::read(folder.path("x.zip")).unwrap() == before);
    let run = folder.run(&["restore", "x.zip", "rb"]);
    assert!(run.code == 2 && run.err.contains("is not empty"), "{}", run.err);
    folder.run(&["restore", "x.zip", "rb", "--force"]).succeeds();
    assert!(folder.path("rb.old-1/site/index.html").is_file());
    assert!(!folder.path("rb/site").exists());
}

#[cfg(unix)]
#[test]
fn a_full_disk_makes_no_bundle_and_no_runbook() {
    let folder = bundled();
    let limited = |words: &str| {
        let script = format!("ulimit -f 20; trap '' XFSZ; exec \"$0\" {words}");
        let program = env!("CARGO_BIN_EXE_clearjar");
        let mut shell = Command::new("sh");
        let output = shell.args(["-c", &script, program]).current_dir(folder.path(".")).output();
        output.unwrap()
    };
    let run = limited("bundle --site rb/site --output y.zip");
    let err = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{err}");
    assert!(err.contains("no bundle was made"), "{err}");
    folder.write("rb/files/large.bin", &"x".repeat(100_000));
    folder.run(&["-C", "rb", "build"]).succeeds();
    let run = limited("restore rb/site back");
    let err = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{err}");
    assert!(err.contains("nothing was restored"), "{err}");
    let names = fs::read_dir(folder.path(".")).unwrap();
    let mut names: Vec<String> =
        names.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["rb", "x.zip"]);
}
