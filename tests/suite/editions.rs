//! `--edition`: what an edition leaves out is absent, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::sync::OnceLock;

use clearjar::history::{self, Delta, State};
use clearjar::schema;
use clearjar::source::{SourceFile, SourceTree};
use data_encoding::{BASE64, HEXLOWER};

use crate::program::{Folder, Run};
use crate::running::{Running, answer, until};
use crate::site::tree;

/// What is written for others, as words that nothing else has. Each begins otherwise, and is searched
/// for by its end, so that an index which shares beginnings hides none.
const SECRETS: &[&str] = &[
    "akvorimset",
    "beldunthar",
    "cispogavin",
    "dromekulta",
    "evsantipor",
    "fygolmerad",
    "gwethinsol",
    "hunpavekri",
    "istomgalev",
    "jorbaskuni",
    "kelmotrifa",
    "lundapesgo",
    "mivrakolte",
    "nogasturel",
    "opkindeval",
    "pulgomerit",
    "qabsenodri",
    "rethmupola",
    "sivdokaren",
    "tolmagespu",
    "uklarimdov",
    "vespontagi",
    "wundokelmi",
    "xerbalutin",
    "yiskomaldu",
    "zafrunepol",
];

/// A runbook for everybody, engineers, and a few; `s` gives the words of the last two.
fn files(s: impl Fn(usize) -> String, more: usize) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut put = |path: String, text: String| drop(files.insert(path, text.into_bytes()));
    put(
        "clearjar.toml".into(),
        format!(
            "as_of = 2026-11-23\nclient = \"organization/clinic\"\nprovider = \"vendor/{}\"\n\
         [site]\ntitle = \"The clinic\"\n\n[edition.owner]\naudience = [\"everyone\"]\n\n\
         # For {}.\n[edition.{}]\naudience = [\"everyone\", \"restricted\"]\n\n\
         [edition.staff]\naudience = [\"everyone\", \"technical\"]\n",
            s(0),
            s(1),
            s(2)
        ),
    );
    put("records/organizations.toml".into(), "[clinic]\nname = \"Clinic\"\n".into());
    put(
        format!("records/vendors/{}.toml", s(0)),
        "name = \"Provider\"\naudience = \"restricted\"\n".into(),
    );
    put(
        "records/accounts.toml".into(),
        format!(
            "# Accounts.\n\n[mail]\nname = \"Mail\"\ntype = \"admin\"\ncustodians = [\"{p}\", \"ann\"]\n\n\
         # On {c}.\n[{id}]\nname = \"{n}\"\naudience = \"technical\"\ntype = \"admin\"\n\
         formerly = [\"{f}\"]\nvault = \"{v}\"  # {c}\nnotes = \"\"\"\n{n} **{m}**\n\n## {h}\n\n\
         <{u}@clinic.example> [[mail]]\n\"\"\"\ntags = [\"{t}\"]\nnot_applicable = {{ username = \"{r}\" }}\n\
         # {c}\n\n[{id}.custom]\n{k} = \"{v}\"\n\n[[{id}.setting]]\ngroup = \"{g}\"\nname = \"{m}\"\nvalue = \"{v}\"\nwhy = \"{r}\"\n\n\
         # Of the last.\n[{id}.control]\npaid_by = \"clinic\"\n\n[web]\nname = \"Web\"\ntype = \"admin\"\n",
            p = s(3),
            id = s(4),
            n = s(5),
            c = s(6),
            f = s(7),
            v = s(8),
            m = s(9),
            h = s(10),
            u = s(11),
            t = s(12),
            r = s(13),
            k = s(14),
            g = s(15)
        ),
    );
    put(
        "records/people.toml".into(),
        format!(
            "[ann]\nname = \"Ann\"\n\n[{}]\nname = \"P {}\"\naudience = \"restricted\"\nphone = \"+1 555 0123\"\ncall_order = 1\n",
            s(3),
            s(16)
        ),
    );
    put(
        "records/devices/fw.toml".into(),
        format!(
            "name = \"Firewall\"\ntype = \"firewall\"\n# Held by {c}.\nadmin = [\"{id}\", \"mail\"]\nconfig_backup = \"{d}\"\n\
         depends_on = [\n  \"device/{x}\", # {c}\n  \"account/mail\",\n]\n\
         notes = \"\"\"\nSee [[{id}]], [[account/{id}#set.{g}.{m}|its settings]], [[{d}]] and [[mail]].\n\"\"\"\n\n\
         [[interface]]\nname = \"wan\"\nconnects_to = \"{x}:{port}\"\n\n[verified]\non = 2026-11-01\nby = \"{p}\"\n",
            c = s(6),
            id = s(4),
            d = s(17),
            x = s(18),
            g = s(15),
            m = s(9),
            port = s(19),
            p = s(3)
        ),
    );
    put(
        format!("records/devices/{}/{}.toml", s(20), s(18)),
        format!(
            "name = \"{}\"\ntype = \"switch\"\naudience = \"technical\"\nserial = \"{}\"\n\n[[interface]]\nname = \"{}\"\nmac = \"00:00:5e:00:53:aa\"\n",
            s(5),
            s(21),
            s(19)
        ),
    );
    put(
        "records/documents.toml".into(),
        format!(
            "[plan]\nname = \"Plan\"\nfile = \"files/plan.txt\"\n\n[{}]\nname = \"D\"\naudience = \"technical\"\nfile = \"files/{}.txt\"\n",
            s(17),
            s(22)
        ),
    );
    put("files/plan.txt".into(), "A plan.\n".into());
    put(format!("files/{}.txt", s(22)), format!("hostname {}\n", s(23)));
    put(
        format!("records/procedures/{}.md", s(24)),
        format!(
            "+++\nname = \"{n}\"\naudience = \"technical\"\n+++\n\n1. Log in as {n}. {{#{m}}}\n2. Run `{v}`.\n",
            n = s(5),
            m = s(9),
            v = s(8)
        ),
    );
    put(
        "records/procedures/restart.md".into(),
        format!(
            "+++\nname = \"Restart\"\naccounts = [\"{}\"]\n+++\n\n1. Ask, see [[procedure/{}#{}]].\n2. Wait.\n",
            s(4),
            s(24),
            s(9)
        ),
    );
    put(
        "records/vpns.toml".into(),
        format!(
            "[home]\nname = \"Home\"\ntype = \"site-to-site\"\nike = \"{}\" # {}\nunknown = [\"ipsec\"]\n",
            s(25),
            s(6)
        ),
    );
    put("records/README.md".into(), format!("Ask {}.\n", s(5)));
    put("README.md".into(), format!("Ask {}.\n", s(5)));
    put(format!("imports/{}.jsonl", s(20)), format!("{{\"{}\":1}}\n", s(4)));
    // More of what is for others: how much there is must not show either.
    for number in 0..more {
        put(
            format!("records/risks/{}-{number}.toml", s(4)),
            format!(
                "name = \"{} {number}\"\naudience = \"technical\"\ndepends_on = [\"device/fw\", \"account/mail\"]\nnotes = \"[[fw]] [[mail]] [[restart]]\"\n",
                s(5)
            ),
        );
    }
    put_history(&mut files, &s);
    files
}

/// Adds two releases: what was for others then or is for others now is in both, and what changed in it.
fn put_history(files: &mut BTreeMap<String, Vec<u8>>, s: &impl Fn(usize) -> String) {
    let text = |text: String| text.into_bytes();
    let mut past = files.clone();
    let put = |past: &mut BTreeMap<String, Vec<u8>>, path: &str, was: String| {
        past.insert(path.to_owned(), text(was));
    };
    // Gone since, and for engineers at least once.
    put(
        &mut past,
        "records/risks/gone.toml",
        format!("name = \"{}\"\naudience = \"technical\"\n", s(3)),
    );
    // For everyone now, and for a few at first.
    put(
        &mut past,
        "records/terms/opened.toml",
        format!("name = \"Opened\"\ntext = \"{}\"\naudience = \"restricted\"\n", s(7)),
    );
    files.insert(
        "records/terms/opened.toml".into(),
        text("name = \"Opened\"\ntext = \"Plain.\"\n".into()),
    );
    // For a few now, and for everyone at first; what refers to it was for everyone too.
    put(&mut past, "records/risks/closed.toml", format!("name = \"Closed {}\"\n", s(11)));
    put(
        &mut past,
        "records/terms/beside.toml",
        "name = \"Beside\"\ntext = \"See [[risk/closed]].\"\n".into(),
    );
    files.insert(
        "records/risks/closed.toml".into(),
        text(format!("name = \"Closed {}\"\naudience = \"restricted\"\n", s(12))),
    );
    files.insert(
        "records/terms/beside.toml".into(),
        text("name = \"Beside\"\ntext = \"Alone.\"\n".into()),
    );
    // A field that is for others, with another value, and an attachment.
    put(
        &mut past,
        "records/vpns.toml",
        format!("[home]\nname = \"Home, once\"\ntype = \"site-to-site\"\nike = \"{}\"\n", s(14)),
    );
    let between = {
        let mut between = past.clone();
        between.remove("records/risks/gone.toml");
        let opened = files["records/terms/opened.toml"].clone();
        between.insert("records/terms/opened.toml".into(), opened);
        between
    };
    let mut last = None;
    let mut before = State::default();
    for (name, day, state) in [("first", "2026-03-01", &past), ("second", "2026-06-01", &between)] {
        let sources = state.iter().map(|(path, bytes)| {
            SourceFile::text(path.as_str(), String::from_utf8(bytes.clone()).unwrap())
        });
        let tree = SourceTree::new(sources.collect());
        let catalog = schema::read(&tree).value;
        let state = State::of(&tree, &catalog);
        let delta = Delta::between(&before, &state, &catalog);
        let text = history::write::release(name, day.parse().unwrap(), last.as_deref(), &delta);
        files.insert(format!("history/{day}-{name}.toml"), text.clone().into_bytes());
        last = Some(text);
        before = state;
    }
}

fn write(folder: &Folder, root: &str, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        folder.write(&format!("{root}/{path}"), std::str::from_utf8(bytes).unwrap());
    }
}

fn build(folder: &Folder, runbook: &str, arguments: &[&str]) -> Run {
    let output = format!("{runbook}-site");
    folder.run(&[&["-C", runbook, "build", "--output", &output], arguments].concat())
}

/// Returns the files of the edition `owner` of a runbook of these files.
fn owners(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let folder = Folder::empty();
    write(&folder, "rb", files);
    build(&folder, "rb", &["--edition", "owner"]).succeeds();
    tree(&folder.path("rb-site"))
}

fn of_secrets() -> &'static BTreeMap<String, Vec<u8>> {
    static OWNERS: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    OWNERS.get_or_init(|| owners(&files(|ix| SECRETS[ix].to_owned(), 0)))
}

/// Every way in which a word could be written, in lower case where case does not matter.
fn spellings(word: &str) -> Vec<Vec<u8>> {
    let each =
        |with: &dyn Fn(u8) -> String| word.bytes().map(with).collect::<String>().into_bytes();
    let mut all = vec![
        word.as_bytes().to_vec(),
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("&#x{byte:x};")),
        each(&|byte| format!("%{byte:02x}")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("\\x{byte:02x}")),
        HEXLOWER.encode(word.as_bytes()).into_bytes(),
        word.bytes().flat_map(|byte| [byte, 0]).collect(),
        word.bytes().rev().collect(),
    ];
    // Base64 comes out otherwise by where in three bytes it begins; its ends depend on what is around.
    for before in 0..3 {
        let padded = [vec![b'x'; before], word.as_bytes().to_vec()].concat();
        let whole = BASE64.encode(&padded);
        let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        all.push(whole.as_bytes()[from..to].to_ascii_lowercase());
    }
    all
}

/// Returns `bytes`, and what is packed in it, by name.
fn unpacked(name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![(name.to_owned(), bytes.to_vec())];
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for number in 0..archive.len() {
            let mut member = archive.by_index(number).unwrap();
            let name = format!("{name}!{}", member.name().unwrap());
            let mut inside = Vec::new();
            member.read_to_end(&mut inside).unwrap();
            all.extend(unpacked(&name, &inside));
        }
    }
    all
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

#[test]
fn nothing_that_is_written_for_others_is_in_an_edition_in_any_spelling() {
    let site = of_secrets();
    let files = site.iter().flat_map(|(path, bytes)| {
        let mut all = unpacked(path, bytes);
        all.push((format!("{path} (its name)"), path.clone().into_bytes()));
        all
    });
    let files: Vec<(String, Vec<u8>)> =
        files.map(|(name, bytes)| (name, bytes.to_ascii_lowercase())).collect();
    assert!(files.iter().any(|(path, _)| path == "manifest.json"));
    let mut found = Vec::new();
    for word in SECRETS {
        for spelling in spellings(word).into_iter().chain(spellings(&word[3..])) {
            let with = files.iter().filter(|(_, bytes)| holds(bytes, &spelling));
            found.extend(with.map(|(path, _)| format!("{word}: {path}")));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_search_for_what_is_left_out_finds_it_where_it_is() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    build(&folder, "rb", &[]).succeeds();
    let site = tree(&folder.path("rb-site"));
    let missed: Vec<_> = SECRETS
        .iter()
        .filter(|word| {
            !site.values().any(|bytes| holds(&bytes.to_ascii_lowercase(), word.as_bytes()))
        })
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
    let word = "akvorimset";
    for spelt in
        [BASE64.encode(b"akvorimset"), BASE64.encode(b"..akvorimset..."), "&#107;&#118;".into()]
    {
        let text = spelt.to_ascii_lowercase();
        let is_found = spellings(word).iter().any(|it| holds(text.as_bytes(), it));
        assert_eq!(is_found, !spelt.starts_with('&'), "{spelt}");
    }
}

#[test]
fn an_edition_is_the_same_whatever_is_written_for_others_and_however_much_of_it() {
    let others = owners(&files(|ix| format!("{}{}", "w".repeat(ix % 7 + 1), ix * 31), 25));
    let site = of_secrets();
    let differ: Vec<_> = site
        .keys()
        .chain(others.keys())
        .filter(|path| site.get(*path) != others.get(*path))
        .collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

#[test]
fn the_sources_of_an_edition_give_the_edition_with_and_without_its_name() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    build(&folder, "rb", &["--edition", "owner"]).succeeds();
    fs::rename(folder.path("rb-site/source"), folder.path("own")).unwrap();
    fs::remove_file(folder.path("own/DO-NOT-EDIT-HERE.txt")).unwrap();
    let sources = tree(&folder.path("own"));
    for arguments in [[].as_slice(), &["--edition", "owner"]] {
        build(&folder, "own", arguments).succeeds();
        let site = tree(&folder.path("own-site"));
        assert_eq!(site.keys().collect::<Vec<_>>(), of_secrets().keys().collect::<Vec<_>>());
        for (path, bytes) in &site {
            assert!(of_secrets()[path] == *bytes, "{path}");
        }
        // What is remembered is no part of the sources.
        let mut after = tree(&folder.path("own"));
        after.retain(|path, _| !path.starts_with(".clearjar"));
        assert_eq!(after, sources);
    }
    build(&folder, "own", &["--edition", "staff"]).fails(2, "\
error: there is no edition called `staff`
  help: this runbook is itself the edition `owner`: the others are made from the one that holds everything
");
}

#[test]
fn a_page_says_which_edition_one_holds() {
    let about = String::from_utf8(of_secrets()["about.html"].clone()).unwrap();
    assert!(about.contains("It holds what is written for everyone."));
    let fw = String::from_utf8(of_secrets()["devices/fw.html"].clone()).unwrap();
    assert!(fw.contains("<a href=\"../about.html#edition\">Edition “owner”</a>"));
    assert!(fw.contains("See (not in this edition), its settings, (not in this edition) and "));
    let manifest = String::from_utf8(of_secrets()["manifest.json"].clone()).unwrap();
    assert!(manifest.contains("\"edition\": \"owner\""));
}

#[test]
fn an_edition_that_there_is_not_is_told_with_those_that_there_are() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    for command in ["build", "check"] {
        folder.run(&["-C", "rb", command, "--edition", "ownr"]).fails(
            2,
            "\
error: there is no edition called `ownr`
  help: did you mean `owner`?
",
        );
        folder.run(&["-C", "rb", command, "--edition", "x"]).fails(
            2,
            "\
error: there is no edition called `x`
  help: there are `owner`, `cispogavin` and `staff`
",
        );
    }
    folder.write("rb/clearjar.toml", "");
    folder.run(&["-C", "rb", "check", "--edition", "x"]).fails(
        2,
        "\
error: there is no edition called `x`
  help: `clearjar.toml` names none: write `[edition.NAME]` there, [..]
",
    );
}

#[test]
fn what_is_found_in_an_edition_is_told_where_it_stands_in_the_runbook() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    let run = folder.run(&["-C", "rb", "check", "--edition", "owner", "--format", "short"]);
    let accounts = folder.read("rb/records/accounts.toml");
    let line = accounts.lines().position(|line| line == "[web]").unwrap() + 1;
    let place = format!("records/accounts.toml:{line}:");
    assert!(run.out.contains(&place), "{place} is not in\n{}", run.out);
    assert!(!run.out.contains(SECRETS[4]), "{}", run.out);
}

#[test]
fn nothing_is_made_for_some_of_a_runbook_with_errors() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    folder.write("rb/records/risks/r.toml", "name = \"R\naudience = \"technical\"\n");
    let run = build(&folder, "rb", &["--edition", "owner"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("records/risks/r.toml:1:8") && run.err.contains("nothing was published")
    );
    let run = folder.run(&["-C", "rb", "check", "--edition", "owner", "--format", "short"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("records/risks/r.toml:1:8"), "{}", run.out);
}

#[test]
fn editions_built_one_after_the_other_into_one_folder_are_each_as_if_built_alone() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    let alone = |edition: &[&str]| {
        let folder = Folder::empty();
        write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
        build(&folder, "rb", edition).succeeds();
        tree(&folder.path("rb-site"))
    };
    let (owner, staff) = (["--edition", "owner"], ["--edition", "staff"]);
    let wanted = [
        (&owner[..], alone(&owner)),
        (&[], alone(&[])),
        (&staff, alone(&staff)),
        (&owner, alone(&owner)),
    ];
    for (edition, site) in &wanted {
        build(&folder, "rb", edition).succeeds();
        let built = tree(&folder.path("rb-site"));
        assert_eq!(
            built.keys().collect::<Vec<_>>(),
            site.keys().collect::<Vec<_>>(),
            "{edition:?}"
        );
        for (path, bytes) in &built {
            assert!(site[path] == *bytes, "{edition:?}: {path}");
        }
        assert!(!folder.path("rb-site.previous").exists());
    }
}

#[test]
fn a_save_while_an_edition_is_kept_up_shows_what_is_for_its_readers_only() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    let mut program = folder.program();
    program.args(["--today", "2026-11-23", "-C", "rb", "build", "--edition", "owner", "--watch"]);
    let mut running = Running::start(program);
    running.says(" → ");
    let fw = folder.read("rb/records/devices/fw.toml");
    folder.write("rb/records/devices/fw.toml", &fw.replace("\"Firewall\"", "\"The gate\""));
    until("the change is published", || {
        let page = fs::read_to_string(folder.path("rb/site/devices/fw.html"));
        page.is_ok_and(|page| page.contains("The gate")).then_some(())
    });
    running.says(" → ");
    running.end("INT");
    let watched = tree(&folder.path("rb/site"));
    build(&folder, "rb", &["--edition", "owner"]).succeeds();
    let cold = tree(&folder.path("rb-site"));
    assert_eq!(watched.keys().collect::<Vec<_>>(), cold.keys().collect::<Vec<_>>());
    for (path, bytes) in &cold {
        assert!(watched[path] == *bytes, "{path}");
    }
}

#[test]
fn the_bundle_of_an_edition_holds_no_more_than_it_and_is_restored_to_the_edition() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    let bundle = ["-C", "rb", "bundle", "--edition", "owner", "--output", "x.zip"];
    folder.run(&bundle).succeeds();
    let bytes = fs::read(folder.path("x.zip")).unwrap();
    let members = unpacked("x.zip", &bytes);
    assert!(members.len() > 50, "the bundle was opened");
    for (name, bytes) in &members {
        let found = SECRETS.iter().find(|word| {
            let bytes = bytes.to_ascii_lowercase();
            spellings(word).iter().any(|it| holds(&bytes, it) || holds(name.as_bytes(), it))
        });
        assert_eq!(found, None, "{name}");
    }
    let run = folder.run(&["restore", "x.zip", "back"]).succeeds();
    assert!(run.out.contains("(edition owner)"), "{}", run.out);
    folder.run(&["-C", "back", "build"]).succeeds();
    assert!(tree(&folder.path("back/site")) == tree(&folder.path("rb/site")));
    let both = ["-C", "rb", "bundle", "--edition", "owner", "--site", "rb/site"];
    assert_eq!(folder.run(&both).code, 2, "a site that is there has its edition");
}

#[test]
fn the_preview_of_an_edition_shows_no_more_than_it_before_and_after_a_save() {
    let folder = Folder::empty();
    write(&folder, "rb", &files(|ix| SECRETS[ix].to_owned(), 0));
    let mut program = folder.program();
    program.args([
        "--today",
        "2026-11-23",
        "-C",
        "rb",
        "serve",
        "--port",
        "0",
        "--edition",
        "owner",
    ]);
    let mut running = Running::start(program);
    let line = running.says("http://localhost:");
    let port = line.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
    running.says(" in ");
    let get = |path: &str| {
        let request = format!(
            "GET /{path} HTTP/1.1\r\nHost: localhost:{port}\r\nSec-Fetch-Site: none\r\nConnection: close\r\n\r\n"
        );
        answer(&format!("127.0.0.1:{port}"), &request)
    };
    assert_eq!(get(&format!("accounts/{}.html", SECRETS[4])).status, 404);
    assert_eq!(
        get(&format!("source/records/devices/{}/{}.toml", SECRETS[20], SECRETS[18])).status,
        404
    );
    let fw = folder.read("rb/records/devices/fw.toml");
    folder.write("rb/records/devices/fw.toml", &fw.replace("\"Firewall\"", "\"The gate\""));
    let page = until("the change is shown", || {
        let page = get("devices/fw.html").text();
        page.contains("The gate").then_some(page)
    });
    for word in SECRETS {
        assert!(!page.contains(word), "{word}");
    }
    // While there is an error, nobody can tell what is for whom.
    folder.write("rb/records/risks/r.toml", "name = \"R\n");
    running.says("so the last good site stays");
    assert!(get("devices/fw.html").text().contains("The gate"));
}
