//! What is handed over: packed, checked, restored, and refused where it was tampered with.
#![allow(clippy::disallowed_methods, reason = "these tests are about files")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clearjar::artifact::{Artifact, Artifacts};
use clearjar::digest::Digest;
use clearjar::handover::bundle::{Bundled, Wishes, bundle};
use clearjar::handover::held::Held;
use clearjar::handover::restore::{Restored, restore};
use clearjar::handover::signature::NAMESPACE;
use clearjar::handover::verify::{Age, Report, Signature, Signers, verify};
use clearjar::progress::Silent;
use clearjar::publish::{
    Difference, Durability, Imprint, MANIFEST, Manifest, Target, WhatDiffers, publish,
};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey, SshSig};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const CONFIG: &str = "[site]\ntitle = \"Harborview\"\n";

fn imprint(day: i8, releases: &[&str]) -> Imprint {
    Imprint {
        program_version: "0.1.0".to_owned(),
        day: jiff::civil::date(2026, 11, day),
        edition: None,
        serial: releases.len() as u64,
        previous: releases.last().map(|text| Digest::of(text.as_bytes())),
        title: "Harborview".to_owned(),
    }
}

/// A folder with a small site in it, and room beside it.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        Place::with(15, &[], &[])
    }

    /// A site of a day, of a runbook with these releases, with further files.
    fn with(day: i8, releases: &[&str], more: &[(&str, &str)]) -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        let mut artifacts = Artifacts::new();
        let files = [
            ("index.html", "<h1>Harborview</h1>"),
            ("START-HERE.txt", "Open index.html"),
            ("source/clearjar.toml", CONFIG),
            ("source/records/terms/vlan.toml", "name = \"VLAN\"\n"),
            ("source/DO-NOT-EDIT-HERE.txt", "a copy"),
        ];
        for (path, text) in files.iter().chain(more) {
            artifacts.insert((*path).to_owned(), Artifact::Bytes(text.as_bytes().to_vec()));
        }
        for (ix, text) in releases.iter().enumerate() {
            let path = format!("source/history/2026-{:02}-01-window.toml", ix + 1);
            artifacts.insert(path, Artifact::Bytes(text.as_bytes().to_vec()));
        }
        let target = Target {
            folder: place.site(),
            runbook: place.path("runbook"),
            title: "Harborview".to_owned(),
            durability: Durability::None,
        };
        publish(&artifacts, &target, imprint(day, releases)).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn site(&self) -> PathBuf {
        self.path("site")
    }

    fn bundle(&self) -> PathBuf {
        let path = self.path("x.zip");
        bundle(&self.site(), &path, Wishes::default(), &Silent).unwrap();
        path
    }

    /// What is beside the site, but for what publishing keeps there.
    fn beside(&self) -> Vec<String> {
        let entries = self.0.path().read_dir().unwrap();
        let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with(".site.")).collect();
        names.sort();
        names
    }

    /// Signs the site, as the key with this seed.
    fn sign(&self, seed: u8, list: Option<&str>) {
        let sums = fs::read(self.site().join("SHA256SUMS")).unwrap();
        let signature = SshSig::sign(&key(seed), NAMESPACE, HashAlg::Sha512, &sums).unwrap();
        let text = signature.to_pem(LineEnding::LF).unwrap();
        fs::write(self.site().join("SHA256SUMS.sig"), text).unwrap();
        if let Some(list) = list {
            fs::write(self.site().join("allowed_signers"), list).unwrap();
        }
    }
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::new(KeypairData::Ed25519(Ed25519Keypair::from_seed(&[seed; 32])), "").unwrap()
}

fn signer(name: &str, seed: u8) -> String {
    format!("{name} {}\n", key(seed).public_key().to_openssh().unwrap())
}

fn look(path: &Path) -> Result<Report, String> {
    look_as(path, None, None)
}

fn look_as(path: &Path, signers: Option<&str>, copy: Option<&Path>) -> Result<Report, String> {
    let copy = copy.map(|copy| Held::open(copy).unwrap().manifest().unwrap());
    let mut held = Held::open(path).map_err(|error| error.to_string())?;
    verify(&mut held, signers, copy.as_ref(), &Silent).map_err(|error| error.to_string())
}

fn restored(from: &Path, to: &Path, force: bool) -> Result<Restored, String> {
    let mut held = Held::open(from).map_err(|error| error.to_string())?;
    restore(&mut held, to, force, &Silent).map_err(|error| error.to_string())
}

fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// An archive of files, each with its whole name.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options =
            SimpleFileOptions::default().system(zip::System::Unix).unix_permissions(0o644);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The files of the bundle at `path`, by their whole names.
fn unpacked(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|ix| {
            let mut file = archive.by_index(ix).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

fn packed(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    archive(&files)
}

#[test]
fn a_bundle_holds_the_site_below_one_folder_with_the_day_in_its_name() {
    let place = Place::new();
    let files = unpacked(&place.bundle());
    let site = tree(&place.site());
    assert_eq!(files.len(), site.len());
    for (path, bytes) in site {
        assert_eq!(files.get(&format!("runbook-2026-11-15/{path}")), Some(&bytes), "{path}");
    }
    assert_eq!(place.beside(), ["site", "x.zip"]);
}

/// ISO/IEC 21320-1, and what beyond it every reader takes.
#[test]
fn a_bundle_opens_in_every_program() {
    let name = "files/Größe ".to_owned() + &"x".repeat(160) + ".txt";
    let place = Place::with(15, &[], &[(&name, "text")]);
    let path = place.bundle();
    let bytes = fs::read(&path).unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    assert!(!archive.is_empty());
    for ix in 0..archive.len() {
        let file = archive.by_index_raw(ix).unwrap();
        let name = file.name().unwrap().into_owned();
        let shown = name.encode_utf16().count();
        assert!(shown < 200, "{name}: {shown}");
        let header = &bytes[file.header_start() as usize..];
        let flags = u16::from_le_bytes([header[6], header[7]]);
        let utf8 = if name.is_ascii() { 0 } else { 0x800 };
        assert_eq!(flags & !0x800, 0, "{name}: encryption or a data descriptor");
        assert_eq!(flags & utf8, utf8, "{name}: names that are not ASCII are marked as UTF-8");
        assert!(header[4] <= 20, "{name}: needs version {}", header[4]);
        assert_eq!(file.last_modified().unwrap().to_string(), "2026-11-15 00:00:00");
        assert_eq!(file.unix_mode(), Some(0o100_644), "{name}");
    }
    let shown = String::from_utf8_lossy(&bytes);
    assert!(!shown.contains("PK\u{6}\u{6}"), "ZIP64 where no size needs it");
}

#[test]
fn the_same_site_gives_the_same_bundle_wherever_and_whenever() {
    let big = "0123456789abcdef".repeat(700_000);
    let more = [("files/big.bin", big.as_str()), ("a.html", "a"), ("z.html", "z")];
    let digests = [1, 4].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let place = Place::with(15, &[], &more);
        let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(86_400 * 365);
        if threads == 4 {
            let index = fs::File::options().write(true).open(place.site().join("index.html"));
            index.unwrap().set_modified(old).unwrap();
        }
        let path = place.path("x.zip");
        let bundled = pool.install(|| bundle(&place.site(), &path, Wishes::default(), &Silent));
        let Bundled { digest, bytes, .. } = bundled.unwrap();
        assert_eq!(Digest::of(&fs::read(&path).unwrap()), digest);
        assert_eq!(fs::metadata(&path).unwrap().len(), bytes);
        assert!(look(&path).unwrap().holds(false));
        digest
    });
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn a_bundle_that_is_there_is_replaced_only_when_asked() {
    let place = Place::new();
    let path = place.path("x.zip");
    fs::write(&path, "mine").unwrap();
    let refused = bundle(&place.site(), &path, Wishes::default(), &Silent).unwrap_err();
    assert!(refused.message.contains("is there already"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    let wishes = Wishes { force: true, ..Wishes::default() };
    bundle(&place.site(), &path, wishes, &Silent).unwrap();
    assert!(look(&path).unwrap().holds(false));
    let refused = bundle(&place.site(), &place.site(), wishes, &Silent).unwrap_err();
    assert!(refused.message.contains("is not a file"), "{refused}");
    assert_eq!(place.beside(), ["site", "x.zip"]);
}

#[test]
fn what_a_cut_left_is_written_over_and_what_is_being_written_is_left_alone() {
    let place = Place::new();
    let part = place.path(".x.zip.part");
    fs::write(&part, "x".repeat(1_000_000)).unwrap();
    let whole = fs::read(place.bundle()).unwrap();
    fs::remove_file(place.path("x.zip")).unwrap();
    let other = fs::File::create(&part).unwrap();
    other.lock().unwrap();
    let refused = bundle(&place.site(), &place.path("x.zip"), Wishes::default(), &Silent);
    assert!(refused.unwrap_err().message.contains("being written just now"));
    assert!(part.is_file());
    drop(other);
    assert_eq!(fs::read(place.bundle()).unwrap(), whole);
    assert_eq!(place.beside(), ["site", "x.zip"]);
}

#[test]
fn a_site_that_is_not_as_it_was_made_is_not_packed() {
    let place = Place::new();
    let path = place.path("x.zip");
    let tried = || bundle(&place.site(), &path, Wishes::default(), &Silent).unwrap_err();
    fs::write(place.site().join("CNAME"), "mine").unwrap();
    let refused = tried();
    assert!(refused.message.contains("`CNAME` was added"), "{refused}");
    assert!(refused.help.unwrap().contains("elsewhere"));
    fs::remove_file(place.site().join("CNAME")).unwrap();
    fs::write(place.site().join("index.html"), "edited").unwrap();
    assert!(tried().message.contains("`index.html` was changed"));
    assert_eq!(place.beside(), ["site"]);
}

#[test]
fn the_program_goes_along_with_its_licences_and_stands_in_the_list() {
    let place = Place::new();
    let program = place.path("clearjar");
    fs::write(&program, "not really").unwrap();
    let path = place.path("x.zip");
    let wishes = Wishes { program: Some(&program), ..Wishes::default() };
    bundle(&place.site(), &path, wishes, &Silent).unwrap();
    let files = unpacked(&path);
    let name = format!("runbook-2026-11-15/program/clearjar{}", std::env::consts::EXE_SUFFIX);
    assert_eq!(files[&name], b"not really");
    let licences = String::from_utf8_lossy(&files["runbook-2026-11-15/program/licences.txt"]);
    assert!(licences.contains("Clearjar: MIT") && licences.contains("  serde 1."));
    assert!(look(&path).unwrap().holds(false));
    let mut archive = ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(archive.by_name(&name).unwrap().unix_mode(), Some(0o100_755));

    place.sign(1, None);
    let refused = bundle(&place.site(), &place.path("y.zip"), wishes, &Silent).unwrap_err();
    assert!(refused.message.contains("a signature of its own"), "{refused}");
}

#[test]
fn no_changed_byte_of_a_bundle_passes() {
    let place = Place::new();
    place.sign(1, Some(&signer("info@northwind.example", 1)));
    let path = place.bundle();
    let whole = fs::read(&path).unwrap();
    let before = look(&path).unwrap();
    assert!(before.holds(false));
    let changed = place.path("changed.zip");
    let mut unseen = Vec::new();
    for at in 0..whole.len() {
        // Not the highest bit alone: in the last byte of what is packed it may be padding, of which no
        // program makes anything.
        for mask in [0x01, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            fs::write(&changed, &bytes).unwrap();
            if look(&changed).is_ok_and(|report| report.holds(false)) {
                unseen.push((at, mask));
            }
        }
    }
    assert_eq!(unseen, [], "of {} bytes", whole.len());
}

#[test]
fn a_bundle_that_is_cut_off_is_refused_wherever_it_ends() {
    let place = Place::new();
    let whole = fs::read(place.bundle()).unwrap();
    let cut = place.path("cut.zip");
    for end in 0..whole.len() {
        fs::write(&cut, &whole[..end]).unwrap();
        assert!(look(&cut).is_err(), "{end}");
        assert!(restored(&cut, &place.path("rb"), false).is_err(), "{end}");
    }
    assert_eq!(place.beside(), ["cut.zip", "site", "x.zip"]);
}

#[test]
fn archives_made_to_harm_are_refused_as_a_whole() {
    let place = Place::new();
    let good = unpacked(&place.bundle());
    let top = "runbook-2026-11-15";
    let with = |name: &str| {
        let mut files = good.clone();
        files.insert(name.to_owned(), b"x".to_vec());
        packed(&files)
    };
    let names = [
        "../up.txt",
        "/etc/up",
        "runbook-2026-11-15/../../up",
        "runbook-2026-11-15/source/../../up",
        "C:/up",
        "runbook-2026-11-15\\up",
        "runbook-2026-11-15/con.txt",
        "runbook-2026-11-15/a\u{1b}[2J",
        "runbook-2026-11-15/INDEX.HTML",
        "runbook-2026-11-15/files/a:b",
        "runbook-2026-11-15/.git/hooks/x",
        "other/x.txt",
        "x.txt",
        "runbook-2026-11-15/index.html/x",
        "//host/share",
        "runbook-2026-11-15//x",
    ];
    let mut tricks: Vec<(String, Vec<u8>)> =
        names.iter().map(|name| ((*name).to_owned(), with(name))).collect();

    let mut link = ZipWriter::new(Cursor::new(Vec::new()));
    link.add_symlink(format!("{top}/source/x"), "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    tricks.push(("a link".to_owned(), link.finish().unwrap().into_inner()));
    let mut folder = ZipWriter::new(Cursor::new(Vec::new()));
    folder.add_directory(format!("{top}/source"), SimpleFileOptions::default()).unwrap();
    tricks.push(("a folder".to_owned(), folder.finish().unwrap().into_inner()));
    let mut behind = fs::read(place.path("x.zip")).unwrap();
    behind.splice(0..0, b"#!/bin/sh\n".iter().copied());
    tricks.push(("something before it".to_owned(), behind));
    tricks.push(("nothing".to_owned(), archive(&[])));

    let path = place.path("trick.zip");
    for (trick, bytes) in tricks {
        fs::write(&path, bytes).unwrap();
        let why = look(&path).map(|report| report.holds(false)).unwrap_err();
        assert!(!why.contains('\u{1b}'), "{why}");
        assert!(restored(&path, &place.path("rb"), false).is_err(), "{trick}");
    }
    assert_eq!(place.beside(), ["site", "trick.zip", "x.zip"]);
}

#[test]
fn a_bundle_that_would_fill_the_disk_is_refused() {
    let place = Place::new();
    let mut files = unpacked(&place.bundle());
    files.insert("runbook-2026-11-15/files/bomb.bin".to_owned(), vec![0; 300 * 1024 * 1024]);
    let path = place.path("bomb.zip");
    fs::write(&path, packed(&files)).unwrap();
    assert!(fs::metadata(&path).unwrap().len() < 1024 * 1024);
    let why = look(&path).unwrap_err();
    assert!(why.contains("many times its size"), "{why}");

    // One that says of itself that it is small is read no further than its list allows.
    let mut files = unpacked(&place.path("x.zip"));
    files
        .insert("runbook-2026-11-15/source/clearjar.toml".to_owned(), vec![b' '; 50 * 1024 * 1024]);
    fs::write(&path, packed(&files)).unwrap();
    assert!(restored(&path, &place.path("rb"), false).unwrap_err().contains("missing or changed"));
    assert_eq!(place.beside(), ["bomb.zip", "site", "x.zip"]);
}

#[test]
fn files_that_are_missing_changed_or_added_are_named_in_folder_and_bundle() {
    let place = Place::new();
    let bundled = place.bundle();
    fs::remove_file(place.site().join("source/records/terms/vlan.toml")).unwrap();
    fs::write(place.site().join("index.html"), "edited").unwrap();
    fs::write(place.site().join("notes.txt"), "mine").unwrap();
    let differs = |path: &str, what| Difference { path: path.to_owned(), what };
    let expected = [
        differs("index.html", WhatDiffers::Changed),
        differs("notes.txt", WhatDiffers::Added),
        differs("source/records/terms/vlan.toml", WhatDiffers::Missing),
    ];
    assert_eq!(look(&place.site()).unwrap().differences, expected);

    let mut files = unpacked(&bundled);
    files.remove("runbook-2026-11-15/source/records/terms/vlan.toml");
    files.insert("runbook-2026-11-15/index.html".to_owned(), b"edited".to_vec());
    files.insert("runbook-2026-11-15/notes.txt".to_owned(), b"mine".to_vec());
    let path = place.path("changed.zip");
    fs::write(&path, packed(&files)).unwrap();
    let report = look(&path).unwrap();
    assert_eq!(report.differences, expected);
    assert!(!report.holds(false));
}

#[test]
fn files_of_two_bundles_do_not_mix() {
    let (one, other) = (Place::new(), Place::with(16, &[], &[("new.html", "new")]));
    let (one_files, mut mixed) = (unpacked(&one.bundle()), unpacked(&other.bundle()));
    mixed.retain(|name, _| !name.ends_with(MANIFEST));
    for (name, bytes) in one_files.iter().filter(|(name, _)| name.ends_with(MANIFEST)) {
        mixed.insert(name.replace("11-15", "11-16"), bytes.clone());
    }
    let path = one.path("mixed.zip");
    fs::write(&path, packed(&mixed)).unwrap();
    let paths: Vec<String> =
        look(&path).unwrap().differences.into_iter().map(|found| found.path).collect();
    assert_eq!(paths, ["SHA256SUMS", "new.html"]);
    assert!(restored(&path, &one.path("rb"), false).unwrap_err().contains("as it was handed over"));
}

#[test]
fn a_signature_counts_for_whom_the_list_knows() {
    let place = Place::new();
    let signature = |signers: Option<&str>| look_as(&place.site(), signers, None).unwrap();
    let given = signer("info@northwind.example", 1);
    let report = signature(Some(&given));
    assert_eq!(report.signature, Signature::None);
    assert!(report.holds(false) && !report.holds(true));

    place.sign(1, Some(&given));
    for (signers, by) in [(None, Signers::Itself), (Some(given.as_str()), Signers::Given)] {
        let report = signature(signers);
        let Signature::Known { names, by: from, .. } = &report.signature else {
            panic!("{:?}", report.signature)
        };
        assert_eq!((names.join(" ").as_str(), *from), ("info@northwind.example", by));
        assert!(report.holds(signers.is_some()));
    }
    // A stranger's list within a stranger's copy is no help against the list of whoever asks.
    place.sign(2, Some(&signer("info@northwind.example", 2)));
    let report = signature(Some(&given));
    assert!(matches!(report.signature, Signature::Unknown(_)), "{:?}", report.signature);
    assert!(!report.holds(true));
    place.sign(2, Some(""));
    assert!(matches!(signature(None).signature, Signature::Unknown(_)));
    fs::write(place.site().join("SHA256SUMS.sig"), "what?").unwrap();
    assert!(matches!(signature(None).signature, Signature::Wrong(_)));
}

#[test]
fn a_list_that_was_written_anew_loses_its_signature() {
    let place = Place::new();
    place.sign(1, Some(&signer("info@northwind.example", 1)));
    // Whoever changes a page writes the list and the sums anew as well.
    let forged = Place::with(15, &[], &[("index.html", "<h1>forged</h1>")]);
    for name in ["index.html", MANIFEST, "SHA256SUMS"] {
        fs::copy(forged.site().join(name), place.site().join(name)).unwrap();
    }
    let report = look(&place.site()).unwrap();
    assert_eq!(report.differences, []);
    assert_eq!(report.signature, Signature::Wrong("it does not fit the sums".to_owned()));
    assert!(restored(&place.site(), &place.path("rb"), false).unwrap_err().contains("signature"));
}

#[test]
fn an_older_copy_is_told_from_a_newer_one_and_from_a_stranger() {
    let age = |new: &Place, copy: &Place| {
        look_as(&new.site(), None, Some(&copy.site())).unwrap().age.unwrap()
    };
    let first = Place::with(15, &["one"], &[]);
    let second = Place::with(20, &["one", "two"], &[]);
    assert_eq!(age(&first, &Place::with(15, &["one"], &[])), Age::Same);
    assert_eq!(age(&second, &first), Age::Newer);
    assert_eq!(age(&first, &second), Age::Older);
    assert_eq!(age(&Place::with(14, &["one"], &[]), &first), Age::Older);
    assert_eq!(age(&Place::with(15, &["one"], &[("x.html", "x")]), &first), Age::Newer);
    let other = Place::with(25, &["one", "other", "three"], &[]);
    assert!(matches!(age(&other, &second), Age::Stranger(_)));
    let report = look_as(&first.site(), None, Some(&second.site())).unwrap();
    assert!(!report.holds(false));
}

#[test]
fn what_is_restored_is_the_sources_and_remembers_its_day() {
    let place = Place::with(15, &["one"], &[]);
    for (ix, from) in [place.site(), place.bundle()].into_iter().enumerate() {
        let folder = place.path(&format!("clients/harborview-{ix}"));
        let done = restored(&from, &folder, false).unwrap();
        assert_eq!((done.files, done.day), (3, jiff::civil::date(2026, 11, 15)));
        let mut files = tree(&folder);
        let pinned = String::from_utf8(files.remove(".clearjar/as-of").unwrap()).unwrap();
        assert!(pinned.starts_with("2026-11-15  "), "{pinned}");
        assert!(files.remove(".gitignore").is_some());
        let source = place.site().join("source");
        let mut sources = tree(&source);
        sources.remove("DO-NOT-EDIT-HERE.txt").unwrap();
        assert_eq!(files, sources);
    }
}

#[test]
fn a_damaged_source_restores_nothing() {
    let place = Place::new();
    fs::write(place.site().join("source/records/terms/vlan.toml"), "name = \"Vlan\"\n").unwrap();
    let why = restored(&place.site(), &place.path("rb"), false).unwrap_err();
    assert!(why.contains("`source/records/terms/vlan.toml` is missing or changed"), "{why}");
    assert_eq!(place.beside(), ["site"]);
    // A page is no source: what can be edited is whole.
    let place = Place::new();
    fs::write(place.site().join("index.html"), "edited").unwrap();
    restored(&place.site(), &place.path("rb"), false).unwrap();
}

#[test]
fn what_is_in_the_folder_is_never_overwritten() {
    let place = Place::new();
    let folder = place.path("rb");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    let why = restored(&place.site(), &folder, false).unwrap_err();
    assert!(why.contains("is not empty"), "{why}");
    let done = restored(&place.site(), &folder, true).unwrap();
    let aside = done.set_aside.unwrap();
    assert_eq!(fs::read(aside.join("mine.txt")).unwrap(), b"mine");
    assert!(folder.join("clearjar.toml").is_file() && !folder.join("mine.txt").exists());
    assert_eq!(place.beside(), ["rb", "rb.old-1", "site"]);

    fs::create_dir(place.path("empty")).unwrap();
    restored(&place.site(), &place.path("empty"), false).unwrap();
    let inside = restored(&place.site(), &place.site().join("source/rb"), false).unwrap_err();
    assert!(inside.contains("inside the site"), "{inside}");
}

#[test]
fn what_a_cut_off_restore_left_goes_but_not_what_somebody_put_there() {
    let place = Place::new();
    let left = place.path(".rb.restoring");
    fs::create_dir_all(left.join("records")).unwrap();
    fs::write(left.join("clearjar.toml"), "half").unwrap();
    restored(&place.site(), &place.path("rb"), false).unwrap();
    assert_eq!(place.beside(), ["rb", "site"]);

    fs::create_dir(&left).unwrap();
    fs::write(left.join("mine.txt"), "mine").unwrap();
    let why = restored(&place.site(), &place.path("other"), false);
    assert!(why.is_ok());
    fs::remove_dir_all(place.path("rb")).unwrap();
    assert!(restored(&place.site(), &place.path("rb"), false).is_err());
    assert_eq!(fs::read(left.join("mine.txt")).unwrap(), b"mine");
}

#[cfg(unix)]
#[test]
fn a_site_with_links_and_pipes_in_it_is_neither_followed_nor_waited_for() {
    let place = Place::new();
    let source = place.site().join("source/clearjar.toml");
    fs::write(place.path("secret"), CONFIG).unwrap();
    fs::remove_file(&source).unwrap();
    std::os::unix::fs::symlink(place.path("secret"), &source).unwrap();
    assert!(restored(&place.site(), &place.path("rb"), false).is_err());
    assert_eq!(look(&place.site()).unwrap().differences[0].what, WhatDiffers::Changed);
    fs::remove_file(&source).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &source,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert!(restored(&place.site(), &place.path("rb"), false).is_err());
    assert_eq!(look(&place.site()).unwrap().differences[0].what, WhatDiffers::Changed);
}

#[test]
fn what_is_no_site_is_told_and_helped() {
    let place = Place::new();
    let help = |path: &Path| Held::open(path).err().map(|error| error.help.unwrap_or_default());
    let around = help(place.0.path()).unwrap();
    assert!(around.contains("did you mean") && around.contains("site"), "{around}");
    assert!(help(&place.path("nowhere")).unwrap().contains("name the folder"));
    fs::write(place.path("x.txt"), "no archive").unwrap();
    assert!(help(&place.path("x.txt")).unwrap().contains("once more"));
    fs::write(place.site().join(MANIFEST), "{").unwrap();
    let refused = Held::open(&place.site()).unwrap().manifest().unwrap_err();
    assert!(refused.message.contains("cannot be used"), "{refused}");
    assert!(Manifest::read(&place.site()).is_err());
}
