//! Imports as a whole, in memory: import, edit, import again.

use proptest::prelude::*;

use super::*;
use crate::import::trial::{self, runbook};
use crate::schema;
use crate::source::SourceFile;

fn import(tree: &SourceTree, table: &str) -> Outcome {
    trial::import(tree, &[Foreign::of_bytes("assets.csv", table.as_bytes())])
}

fn record(tree: &SourceTree, ix: usize) -> String {
    let file = tree.at(&format!("records/devices/pc-{ix}.toml")).unwrap();
    file.as_text().unwrap().to_owned()
}

/// A computer as a table has it.
#[derive(Clone, Debug)]
struct Computer {
    model: String,
    os: String,
    notes: String,
}

fn computer() -> impl Strategy<Value = Computer> {
    ("M[a-z]{2,8}", "Os [a-z]{2,6}", "[^\r\n\u{0}]{0,20}").prop_map(|(model, os, notes)| Computer {
        model,
        os,
        notes,
    })
}

fn table(computers: &[Computer]) -> String {
    let mut text = "Name,Serial Number,Model,OS,Notes,Colour\n".to_owned();
    for (ix, Computer { model, os, notes }) in computers.iter().enumerate() {
        let notes = notes.replace('"', "\"\"");
        text.push_str(&format!("PC {ix},SN{ix},{model},{os},\"{notes}\",red\n"));
    }
    text
}

/// What a person does to a record.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Edit {
    Nothing,
    ChangeModel,
    RemoveOs,
    Comment,
    SerialFirst,
    AddField,
}

fn edit() -> impl Strategy<Value = Edit> {
    use Edit::*;
    prop::sample::select(vec![Nothing, ChangeModel, RemoveOs, Comment, SerialFirst, AddField])
}

const BY_HAND: &str = "model = 'by hand'  # asked Dana";
const COMMENT: &str = "# it hums";
const ADDED: &str = "asset_tag = \"HB-1\"";

impl Edit {
    fn of(self, text: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        let at = |lines: &[&str], start: &str| {
            lines.iter().position(|line| line.starts_with(start)).expect("the import wrote it")
        };
        match self {
            Edit::Nothing => {}
            Edit::ChangeModel => {
                let model = at(&lines, "model = ");
                lines[model] = BY_HAND;
            }
            Edit::RemoveOs => {
                let os = at(&lines, "os = ");
                lines.remove(os);
            }
            Edit::Comment => lines.insert(at(&lines, "serial = "), COMMENT),
            Edit::SerialFirst => {
                let serial = at(&lines, "serial = ");
                let serial = lines.remove(serial);
                lines.insert(at(&lines, "name = "), serial);
            }
            Edit::AddField => lines.insert(at(&lines, "serial = "), ADDED),
        }
        lines.join("\n") + "\n"
    }

    /// Whether the edit stands in a record, and the source's new values beside it.
    fn stands(self, text: &str, next: &Computer) -> bool {
        let has = |line: &str| text.lines().any(|there| there == line);
        let at = |start: &str| text.lines().position(|line| line.starts_with(start));
        let model = has(&format!("model = \"{}\"", next.model));
        let os = has(&format!("os = \"{}\"", next.os));
        match self {
            Edit::Nothing => model && os,
            Edit::ChangeModel => has(BY_HAND) && os,
            Edit::RemoveOs => model && at("os = ").is_none(),
            Edit::Comment => model && os && at(COMMENT).map(|line| line + 1) == at("serial = "),
            Edit::SerialFirst => model && os && at("serial = ") < at("name = "),
            Edit::AddField => model && os && has(ADDED),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_person_changes_stays_and_the_rest_follows_the_source(
        before in prop::collection::vec(computer(), 4),
        edits in prop::collection::vec(edit(), 4),
        after in prop::collection::vec(computer(), 4),
    ) {
        let made = import(&runbook(), &table(&before)).tree;
        let again = import(&made, &table(&before));
        prop_assert!(again.changes.is_empty() && again.report.is_nothing_new());

        let is_edited = |file: &&SourceFile| file.path.starts_with("records/devices/");
        let mut files: Vec<SourceFile> =
            made.files().iter().filter(|file| !is_edited(file)).cloned().collect();
        for (ix, edit) in edits.iter().enumerate() {
            let path = format!("records/devices/pc-{ix}.toml");
            files.push(SourceFile::text(path, edit.of(&record(&made, ix))));
        }
        let edited = SourceTree::new(files);
        let updated = import(&edited, &table(&after)).tree;
        for (ix, edit) in edits.iter().enumerate() {
            let text = record(&updated, ix);
            prop_assert!(edit.stands(&text, &after[ix]), "{:?} {:?}\n{}", edit, after[ix], text);
        }
        let last = import(&updated, &table(&after));
        prop_assert!(last.changes.is_empty(), "{:?}", last.changes);
    }
}

#[test]
fn every_kind_that_is_made_is_in_the_catalogue() {
    let catalog = schema::read(&SourceTree::default()).value;
    for kind in READ_KINDS {
        assert!(catalog.by_name(kind).is_some(), "{kind}");
    }
}

#[test]
fn columns_that_mean_nothing_are_counted_for_the_client_that_is_wanted() {
    let table = "Name,Client,Colour,Owner\na,Harborview,red,x\nb,Kestrel,red,x\nc,Kestrel,,x\n";
    let file = Foreign::of_bytes("assets.csv", table.as_bytes());
    let told = |client: &str| {
        let tree = runbook();
        let wishes = Wishes { client: Some(client), ..trial::wishes(&tree) };
        let outcome = trial::import_as_wished(std::slice::from_ref(&file), &wishes).unwrap();
        outcome.report.write(false)
    };
    assert!(told("harborview").contains("Colour (1)"), "{}", told("harborview"));
    assert!(told("kestrel").contains("Colour (1)"), "{}", told("kestrel"));
    assert!(told("*").contains("Colour (2)"), "{}", told("*"));
}

#[track_caller]
fn says(tree: &SourceTree, path: &str, lines: &[&str]) {
    let file = tree.at(path).unwrap_or_else(|| {
        let paths: Vec<&str> = tree.files().iter().map(|file| file.path.as_str()).collect();
        panic!("no {path} in {paths:?}")
    });
    let text = file.as_text().unwrap();
    for line in lines {
        assert!(text.lines().any(|there| there == *line), "{path} lacks {line}:\n{text}");
    }
}

#[test]
fn tables_with_german_and_french_headers_are_read() {
    let german = "\u{feff}\"Gerätename\";\"Typ\";\"Standort\";\"IP-Adresse\";\"Seriennummer\";\"Kaufdatum\";\"Bemerkung\"\r\n\
        \"Büro-PC-01\";\"Arbeitsplatz\";\"Zürich\";\"10.1.1.5\";\"ABC123\";\"24.04.2024\";\"Empfang; links\"\r\n";
    let made = trial::import(&runbook(), &[Foreign::of_bytes("geräte.csv", german.as_bytes())]);
    says(
        &made.tree,
        "records/devices/buro-pc-01.toml",
        &[
            "type = \"workstation\"",
            "site = \"zurich\"",
            "serial = \"ABC123\"",
            "purchased_on = 2024-04-24",
            "notes = \"Empfang; links\"",
            "address = \"10.1.1.5\"",
        ],
    );
    let french = "Nom;Type;Adresse IP;Adresse MAC;Num\u{e9}ro de s\u{e9}rie;Mod\u{e8}le;Syst\u{e8}me d\u{2019}exploitation;Date d\u{2019}achat\n\
        PC-ACCUEIL;Ordinateur portable;10.0.0.20;00:00:5E:00:53:10;FR1;ThinkPad T14;Windows 11;15/03/2024\n";
    let (encoded, ..) = encoding_rs::WINDOWS_1252.encode(french);
    let made = trial::import(&runbook(), &[Foreign::of_bytes("parc.csv", encoded.into_owned())]);
    says(
        &made.tree,
        "records/devices/pc-accueil.toml",
        &[
            "type = \"laptop\"",
            "model = \"ThinkPad T14\"",
            "serial = \"FR1\"",
            "os = \"Windows 11\"",
            "purchased_on = 2024-03-15",
            "mac = \"00:00:5e:00:53:10\"",
        ],
    );
}

#[test]
fn lists_of_people_are_known_by_their_headers() {
    for (table, path) in [
        (
            "Vorname;Nachname;E-Mail;Telefon;Abteilung;Position\nAnna;Müller;anna@praxis.example;+41 44 555 01 01;Empfang;Leiterin\n",
            "records/people/anna-muller.toml",
        ),
        (
            "Prénom;Nom;E-mail;Téléphone;Fonction\nAnna;Müller;anna@praxis.example;+41 44 555 01 01;Leiterin\n",
            "records/people/anna-muller.toml",
        ),
        (
            "First Name,Last Name,Email Address,Phone,Title\nAnna,Müller,anna@praxis.example,+41 44 555 01 01,Leiterin\n",
            "records/people/anna-muller.toml",
        ),
        (
            "\"DisplayName\",\"Id\",\"Mail\",\"UserPrincipalName\",\"JobTitle\",\"BusinessPhones\"\n\
             \"Anna Müller\",\"a1\",,\"anna@praxis.example\",\"Leiterin\",\"+41 44 555 01 01\"\n",
            "records/people/anna-muller.toml",
        ),
    ] {
        let made = trial::import(&runbook(), &[Foreign::of_bytes("x.csv", table.as_bytes())]);
        says(
            &made.tree,
            path,
            &[
                "email = \"anna@praxis.example\"",
                "job_title = \"Leiterin\"",
                "phone = \"+41 44 555 01 01\"",
            ],
        );
    }
}

#[test]
fn assets_and_licences_of_snipe_it_are_known_by_their_columns() {
    let files = [
        Foreign::of_bytes(
            "a.csv",
            include_bytes!("../../tests/data/import/snipe-it/assets.csv").to_vec(),
        ),
        Foreign::of_bytes(
            "l.csv",
            include_bytes!("../../tests/data/import/snipe-it/licences.csv").to_vec(),
        ),
    ];
    let tree = runbook();
    let made = trial::import(&tree, &files);
    says(
        &made.tree,
        "records/devices/lt-dana.toml",
        &[
            "type = \"laptop\"",
            "site = \"hq\"",
            "asset_tag = \"HB-0001\"",
            "purchased_on = 2024-03-12",
            "price = \"1299.00 USD\"",
            "warranty_ends = 2027-03-12",
            "status = \"active\"",
            "Monitor = \"24 inch\"",
            "source = { system = \"snipe-it\", id = \"1\", file = \"a.csv\" }",
        ],
    );
    // What has no name goes by the tag that sticks on it.
    says(
        &made.tree,
        "records/devices/hb-0002.toml",
        &["type = \"printer\"", "status = \"standby\""],
    );
    says(
        &made.tree,
        "records/devices/old-pc.toml",
        &["type = \"workstation\"", "status = \"retired\""],
    );
    says(
        &made.tree,
        "records/licences/acrobat-pro.toml",
        &["vendor = \"adobe\"", "seats = 4", "expires = 2027-03-24", "reseller = \"shop-co\""],
    );
    let told = made.report.write(false);
    assert!(told.contains("serial number: 2") && told.contains("BitLocker Key: 1"), "{told}");
    for file in made.tree.files() {
        let text = file.as_text().unwrap_or_default();
        for secret in ["BBBBC", "YYYYY", "222222"] {
            assert!(!text.contains(secret) && !told.contains(secret), "{}", file.path);
        }
    }
    let again = trial::import(&made.tree, &files);
    assert!(again.changes.is_empty());
}
