//! Files from the TOML project's own collection of mistakes, and valid ones, read as records.
#![allow(clippy::disallowed_methods, reason = "the collection is files")]

use std::fs;
use std::path::{Path, PathBuf};

use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::discover;
use clearjar::source::{SourceFile, SourceTree};
use clearjar::syntax;

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    files
}

/// Reads `bytes` as a record of a runbook, from the disk on.
fn read_record(bytes: &[u8]) -> (Diagnostics, SourceTree) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clearjar.toml"), "").unwrap();
    fs::create_dir(folder.path().join("records")).unwrap();
    fs::write(folder.path().join("records/a.toml"), bytes).unwrap();
    let mut found = Diagnostics::default();
    let tree = discover::read(folder.path(), &Default::default()).unwrap().report_to(&mut found);
    let file = tree.at("records/a.toml").unwrap();
    let _ = syntax::parse(file).report_to(&mut found);
    (found, tree)
}

#[test]
fn every_mistake_of_the_collection_is_an_error_with_a_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/toml-test/invalid");
    let files = toml_files(&folder);
    assert!(files.len() >= 11);
    for path in files {
        let (found, tree) = read_record(&fs::read(&path).unwrap());
        let error = found.iter().find(|it| it.level == Level::Error);
        let error = error.unwrap_or_else(|| panic!("no error in {}", path.display()));
        let position = tree.position(error.span).unwrap();
        assert!(position.line >= 1 && position.path == "records/a.toml");
    }
}

#[test]
fn valid_toml_of_every_sort_has_no_finding() {
    for text in VALID {
        let file = SourceFile::text("records/a.toml", *text);
        let read = syntax::parse(&file);
        assert!(read.found.is_empty(), "{text}\n{:?}", read.found);
    }
}

const VALID: &[&str] = &[
    "",
    "# nothing but a comment",
    "a = 1\r\nb = 2\r\n",
    "bare_key-1 = 'x'\n\"quoted key\" = 1\n'lit' = 2\n\"\" = 3\n1234 = 4\n",
    "a.b.c = 1\na.b.d = 2\n\"x.y\".z = 3\na . e = 4\n",
    "s1 = \"esc \\\\ \\\" \\u00e9 \\U0001F600\"\ns2 = 'C:\\new \"x\"'\ns3 = \"\"\"\n\\\n  folded \\\n  x\"\"\"\ns4 = '''\n'quoted' \\n\n'''\n",
    "s5 = \"\"\"a \"\"quoted\"\" end\"\"\"\"\ns6 = \"\"\"line\ttab\n\"\"\"\n",
    "i1 = +99\ni2 = -17\ni3 = 1_000\ni4 = 0xDEAD_beef\ni5 = 0o755\ni6 = 0b1101\ni7 = -9223372036854775808\ni8 = 9223372036854775807\ni9 = -0\n",
    "f1 = 3.1415\nf2 = -0.01\nf3 = 5e+22\nf4 = 1e06\nf5 = 6.626e-34\nf6 = 224_617.445\nf7 = inf\nf8 = -inf\nf9 = nan\nf10 = +nan\n",
    "b1 = true\nb2 = false\n",
    "d1 = 1979-05-27T07:32:00Z\nd2 = 1979-05-27T00:32:00.999999-07:00\nd3 = 1979-05-27 07:32:00\nd4 = 1979-05-27\nd5 = 07:32:00\nd6 = 2024-02-29\n",
    "a = [1, 2, 3,]\nb = [ [1], ['x', \"y\"] ]\nc = [\n  1, # one\n  2,\n]\nd = []\ne = [ { x = 1 }, { x = 2 } ]\n",
    "t = { a = 1, b.c = 2, d = { } }\nu = {}\n",
    "[a]\nx = 1\n[a.b]\ny = 2\n[ c . \"d.e\" ]\nz = 3\n",
    "[[p]]\nname = 'a'\n[[p.q]]\nr = 1\n[[p.q]]\nr = 2\n[[p]]\n[p.s]\nt = 1\n",
    "[x.y.z.w]\n[x]\nv = 1\n",
    "[fruit]\napple.color = 'red'\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true\n",
];
