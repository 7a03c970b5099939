//! Folders as they are found in the wild, and worse.

#![allow(clippy::disallowed_methods, reason = "the disk is what is tested")]

use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use super::*;
use crate::diagnostic::{Level, short};
use crate::digest::Digest;

/// A runbook with these files.
fn runbook(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(CONFIG), "").unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn read_all(folder: &TempDir) -> Checked<SourceTree> {
    read(folder.path(), &Limits::default()).unwrap()
}

/// What is read, and the findings with the way a reader meets them.
fn outline(read: Checked<SourceTree>) -> String {
    let Checked { value: tree, found } = read;
    let read = tree.files().iter().filter(|file| file.content != Content::Refused);
    let paths: Vec<_> = read.map(|file| file.path.as_str()).collect();
    let found = found.settle(|rule| rule.level, |span| tree.get(span.file).map(|it| &it.path));
    let lines: Vec<_> = short::write(&found, &tree)
        .lines()
        .map(|line| line.split(" (").next().unwrap().to_owned())
        .collect();
    format!("{}\n{}", paths.join(" "), lines.join("\n"))
}

#[test]
fn the_parts_of_a_runbook_are_read_and_all_else_is_passed_over() {
    let folder = runbook(&[
        ("records/devices/hq/sw-1.toml", b"a"),
        ("records/accounts.toml", b""),
        ("records/procedures/restore.md", b"+++\n+++\n"),
        ("records/README.md", b"# For people"),
        ("records/devices/readme.md", b"\n+++\n+++\n"),
        ("records/devices/.hidden.toml", b""),
        ("records/.git/x.toml", b""),
        ("records/devices/sw-1.toml~", b""),
        ("records/devices/Thumbs.db", b""),
        ("kinds/badge.toml", b""),
        ("theme/static/a.css", b""),
        ("files/deep/er/x.bin", b"\xff"),
        ("history/2026-11.toml", b""),
        ("sealed/x.age", b"\x00"),
        ("site/index.html", b""),
        (".site.stage-1/records/x.toml", b""),
        (".clearjar/as-of", b""),
        ("imports/m.toml", b""),
        ("README.md", b""),
        ("records.bak/x.toml", b""),
    ]);
    insta::assert_snapshot!(outline(read_all(&folder)), @r#"README.md clearjar.toml files/deep/er/x.bin history/2026-11.toml imports/m.toml kinds/badge.toml records/README.md records/accounts.toml records/devices/hq/sw-1.toml records/devices/readme.md records/procedures/restore.md sealed/x.age theme/static/a.css"#);
}

#[test]
fn what_cannot_be_read_has_a_place_and_a_finding() {
    let folder = runbook(&[
        ("records/devices/x.yaml", b""),
        ("records/devices/y.TOML", b""),
        ("records/devices/dir.toml/z.toml", b""),
        ("records/devices/bad\x1b[2J.toml", b""),
        ("records/devices/back\\slash.toml", b""),
        ("records/devices/turn\u{202e}.toml", b""),
        ("kinds/deeper/a.toml", b""),
        ("kinds/notes.txt", b""),
        ("Files/x.txt", b""),
    ]);
    let at = |path: &str| folder.path().join(path);
    mknodat(CWD, at("records/pipe.toml"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    symlink("/etc/passwd", at("records/link.toml")).unwrap();
    symlink("/nowhere", at("records/broken.md")).unwrap();
    symlink(".", at("records/loop")).unwrap();
    symlink("/etc", at("theme")).unwrap();
    use std::os::unix::ffi::OsStrExt as _;
    fs::write(at("records").join(std::ffi::OsStr::from_bytes(b"caf\xe9.toml")), "").unwrap();
    insta::assert_snapshot!(outline(read_all(&folder)), @r#"
    clearjar.toml
    Files:1:1: error[misnamed-folder] `Files` is not read: its name has capitals
    kinds/deeper:1:1: note[unknown-file] folders in `kinds/` are not read
    kinds/notes.txt:1:1: note[unknown-file] only `.toml` files are read here
    records/broken.md:1:1: warning[symbolic-link] this is a symbolic link, and links are not followed
    records/caf\xE9.toml:1:1: error[file-name] the name has characters that cannot be in a name everywhere, so this is not read
    records/devices/back\slash.toml:1:1: error[file-name] the name has characters that cannot be in a name everywhere, so this is not read
    records/devices/bad␛[2J.toml:1:1: error[file-name] the name has characters that cannot be in a name everywhere, so this is not read
    records/devices/dir.toml:1:1: error[not-a-regular-file] this is a folder, not a file
    records/devices/turn�.toml:1:1: error[file-name] the name has characters that cannot be in a name everywhere, so this is not read
    records/devices/x.yaml:1:1: note[unknown-file] only `.toml` and `.md` files are read here
    records/devices/y.TOML:1:1: note[unknown-file] only `.toml` and `.md` files are read here
    records/link.toml:1:1: warning[symbolic-link] this is a symbolic link, and links are not followed
    records/loop:1:1: warning[symbolic-link] this is a symbolic link, and links are not followed
    records/pipe.toml:1:1: error[not-a-regular-file] this is a named pipe, not a file
    theme:1:1: error[not-a-regular-file] `theme` is a symbolic link, not a folder
    "#);
}

#[test]
fn a_published_site_among_the_sources_is_not_read() {
    let folder = runbook(&[
        ("records/site/manifest.json", b"{}"),
        ("records/site/START-HERE.txt", b""),
        ("records/site/source/records/x.toml", b""),
        ("files/old/DO-NOT-EDIT-HERE.txt", b""),
        ("files/old/records/y.toml", b""),
        ("files/manifest.json", b"{}"),
    ]);
    insta::assert_snapshot!(outline(read_all(&folder)), @r#"
    clearjar.toml files/manifest.json
    files/old:1:1: error[published-site] this folder is a published site
    records/site:1:1: error[published-site] this folder is a published site
    "#);
}

#[test]
fn attachments_whose_names_meet_where_case_does_not_count_are_found() {
    let folder = runbook(&[
        ("files/Photos/a.jpg", b""),
        ("files/photos/A.jpg", b""),
        ("files/caf\u{e9}.txt", b""),
        ("files/cafe\u{301}.txt", b""),
        ("records/A/a.toml", b""),
        ("records/a/a.toml", b""),
    ]);
    insta::assert_snapshot!(outline(read_all(&folder)), @r#"
    clearjar.toml files/Photos/a.jpg files/café.txt files/café.txt files/photos/A.jpg records/A/a.toml records/a/a.toml
    files/café.txt:1:1: error[same-but-for-case] the name differs from `files/café.txt` only by how its accents are written
    files/photos/A.jpg:1:1: error[same-but-for-case] the name differs from `files/Photos/a.jpg` only by the case of letters
    "#);
}

#[test]
fn text_is_held_without_its_mark_and_the_digest_is_that_of_the_disk() {
    let folder = runbook(&[
        ("records/a.toml", b"\xef\xbb\xbfa = 1\n"),
        ("files/a.csv", b"\xef\xbb\xbfa;b\n"),
        ("files/b.bin", b"\xff\x00"),
    ]);
    let tree = read_all(&folder);
    assert!(tree.found.is_empty());
    let record = tree.value.at("records/a.toml").unwrap();
    assert_eq!((record.as_text(), record.len), (Some("a = 1\n"), 9));
    assert_eq!(record.digest, Digest::of(b"\xef\xbb\xbfa = 1\n"));
    assert_eq!(tree.value.at("files/a.csv").unwrap().as_text(), Some("\u{feff}a;b\n"));
    let binary = tree.value.at("files/b.bin").unwrap();
    assert_eq!(binary.content, Content::OnDisk(folder.path().join("files/b.bin")));
    assert_eq!(binary.digest, Digest::of(b"\xff\x00"));
}

#[test]
fn other_encodings_are_named_with_their_place_and_the_way_to_convert_them() {
    let utf16: Vec<u8> = "\u{feff}a = 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = runbook(&[
        ("records/a.toml", &utf16),
        ("records/b.toml", b"x = 1\ny = 'caf\xe9' # \xfc\n"),
        ("records/it's.toml", b"\xff"),
    ]);
    let Checked { value: tree, found } = read_all(&folder);
    assert_eq!(tree.at("records/a.toml").unwrap().as_text(), Some("a = 1\n"));
    insta::assert_snapshot!(short::write(&found, &tree), @r#"
    records/a.toml:1:1: error[not-utf8] the file is UTF-16, and TOML is UTF-8 (save it as UTF-8 in your editor, or convert it: `iconv -f UTF-16 -t UTF-8 'records/a.toml' > converted && mv converted 'records/a.toml'` in PowerShell: `(Get-Content -Raw 'records/a.toml') | Set-Content -Encoding utf8 'records/a.toml'`)
    records/b.toml:2:9: error[not-utf8] the byte 0xE9 is not UTF-8 here, and 1 more further on (save it as UTF-8 in your editor, or convert it: `iconv -f WINDOWS-1252 -t UTF-8 'records/b.toml' > converted && mv converted 'records/b.toml'` in PowerShell: `(Get-Content -Raw -Encoding Default 'records/b.toml') | Set-Content -Encoding utf8 'records/b.toml'`)
    records/it's.toml:1:1: error[not-utf8] the byte 0xFF is not UTF-8 here (save it as UTF-8 in your editor, or convert it: `iconv -f WINDOWS-1252 -t UTF-8 'FILE' > converted && mv converted 'FILE'` in PowerShell: `(Get-Content -Raw -Encoding Default 'FILE') | Set-Content -Encoding utf8 'FILE'`)
    "#);
}

#[test]
fn each_limit_refuses_and_is_named() {
    let folder = runbook(&[
        ("records/a.toml", b"123456"),
        ("records/b.toml", b"12345"),
        ("records/c.toml", b"1234"),
        ("records/d.toml", b"1"),
        ("records/e.toml", b"1"),
        ("files/f.txt", b"123456789"),
        ("files/g.txt", b"123"),
        ("history/h.toml", b"123456789"),
        ("sealed/s.age", b"1234"),
        ("theme/z.css", b""),
    ]);
    let limits = Limits {
        record_bytes: 5,
        history_bytes: 8,
        sealed_bytes: 3,
        text_bytes: 2,
        file_bytes: 8,
        total_bytes: 8,
        record_files: 4,
        other_files: 4,
    };
    let Checked { value: tree, found } = read(folder.path(), &limits).unwrap();
    insta::assert_snapshot!(short::write(&found, &tree), @r#"
    records/e.toml:1:1: error[too-many-files] there are more than 4 files, the limit `record_files`: from here none is read (put many small records into one file, one table each, or split the runbook)
    theme/z.css:1:1: error[too-many-files] there are more than 4 files, the limit `other_files`: from here none is read (put many small records into one file, one table each, or split the runbook)
    files/f.txt:1:1: error[too-large] the file is larger than 8 bytes, the limit `file_bytes` (keep it elsewhere, and say in a record where it is)
    files/g.txt:1:1: warning[not-searched] this text is larger than 2 bytes, the limit `text_bytes`: nobody has looked for secrets in it (attach the part that readers need, or keep it elsewhere and say where)
    history/h.toml:1:1: error[too-large] the file is larger than 8 bytes, the limit `history_bytes` (split it, or keep its bulk as an attachment under `files/`)
    records/a.toml:1:1: error[too-large] the file is larger than 5 bytes, the limit `record_bytes` (split it, or keep its bulk as an attachment under `files/`)
    records/c.toml:1:1: error[too-large] the texts of the runbook are more than 8 bytes, the limit `total_bytes` (this text and those that follow in the order of their paths were not read; move large texts to another place, or keep them packed under `files/`)
    sealed/s.age:1:1: error[too-large] the file is larger than 3 bytes, the limit `sealed_bytes` (seal keys and passwords, which are short; keep the rest where they open it)
    "#);
}

#[test]
fn a_hundred_megabytes_called_a_record_are_refused_without_being_read() {
    let folder = runbook(&[("records/a.toml", b"")]);
    let file = fs::File::create(folder.path().join("records/a.toml")).unwrap();
    file.set_len(100 << 20).unwrap();
    let refused = read_all(&folder);
    assert_eq!(refused.found.iter().next().unwrap().rule, &TOO_LARGE);
    assert_eq!(refused.value.at("records/a.toml").unwrap().content, Content::Refused);
}

#[test]
fn a_refusal_by_the_system_is_an_error_with_a_path_and_a_way_on() {
    let error = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let refused = content::refused("records/a.toml", &open::Refusal::Io(error), ("", 0));
    let found = refused.found.iter().next().unwrap();
    assert_eq!((found.rule, found.level), (&UNREADABLE_FILE, Level::Error));
    assert_eq!(found.span, Span::whole(refused.value.id()));
    assert!(found.help.as_ref().unwrap().contains("chmod"));
}

#[test]
fn a_file_that_went_away_is_as_if_it_had_never_been() {
    let folder = runbook(&[("records/a.toml", b"")]);
    let walk = walk::files(folder.path(), &Limits::default()).unwrap();
    fs::remove_file(folder.path().join("records/a.toml")).unwrap();
    let left = walk.files.iter().filter_map(|file| content::read(file, &Limits::default()));
    assert_eq!(left.count(), 1, "only `clearjar.toml`");
}

#[test]
fn a_folder_without_settings_is_no_runbook() {
    let folder = tempfile::tempdir().unwrap();
    let error = read(folder.path(), &Limits::default()).unwrap_err();
    assert!(matches!(error, DiscoverError::NoRunbook(_)));
    let error = read(&folder.path().join("gone"), &Limits::default()).unwrap_err();
    assert!(matches!(error, DiscoverError::Io { .. }));
}

#[test]
fn reading_twice_gives_the_same_tree_and_findings() {
    let folder = runbook(&[("records/x.yaml", b""), ("files/a.bin", b"\xff")]);
    for number in 0..600 {
        let path = folder.path().join(format!("records/r{number}.toml"));
        fs::write(path, if number % 7 == 0 { &b"\xff"[..] } else { b"a = 1" }).unwrap();
    }
    let (one, two) = (read_all(&folder), read_all(&folder));
    assert!(one.value.files() == two.value.files() && one.found == two.found);
}

#[test]
fn every_rule_is_listed_once_and_explains_itself() {
    let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
    let mut sorted = codes.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(codes, sorted);
    assert!(RULES.iter().all(|rule| rule.detail.len() > 100 && rule.detail.ends_with('\n')));
}
