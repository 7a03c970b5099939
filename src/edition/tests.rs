//! What is cut out of texts, and what stays.

use crate::diagnostic::{Diagnostics, Level};
use crate::pipeline::{self, Inputs};
use crate::source::{SourceFile, SourceTree};

const SETTINGS: &str =
    "client = \"organization/c\"\n\n[edition.owner]\naudience = [\"everyone\"]\n";

/// Returns the files of the edition `owner`.
fn edition_of(tree: &SourceTree, name: &str) -> SourceTree {
    let found = Diagnostics::default();
    let inputs = Inputs::new(tree, &found, jiff::civil::date(2026, 11, 15));
    let checkup = pipeline::check(&inputs);
    let errors = checkup.found.iter().filter(|found| found.level == Level::Error);
    let errors: Vec<_> = errors.map(|found| &found.message).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    super::of(&inputs, &checkup, checkup.config.edition(name).expect("there is one"))
}

/// Returns the owner's edition of a runbook with these files, by path.
fn owner(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let settings = ("clearjar.toml", SETTINGS);
    let client = ("records/organizations.toml", "[c]\nname = \"C\"\n");
    let all = files.iter().copied().chain([client, settings]);
    // Files that are given stand before those that every runbook has.
    let mut seen = std::collections::BTreeSet::new();
    let files = all.filter(|(path, _)| seen.insert(*path));
    let files = files.map(|(path, text)| SourceFile::text(path, text)).collect();
    let once = edition_of(&SourceTree::new(files), "owner");
    let twice = edition_of(&once, "owner");
    assert_eq!(once.files(), twice.files(), "doing it twice changes nothing");
    let text = |file: &SourceFile| (file.path.clone(), file.as_text().unwrap().to_owned());
    once.files().iter().map(text).collect()
}

/// Returns the text of `path` in the owner's edition, where `keys` is a file of accounts.
#[track_caller]
fn text_of(path: &str, files: &[(&str, &str)]) -> String {
    let files = owner(files);
    let file = files.iter().find(|(other, _)| other == path);
    file.unwrap_or_else(|| panic!("{path} is not among {files:#?}")).1.clone()
}

/// A vault that is for engineers.
const VAULT: (&str, &str) = (
    "records/accounts/vault.toml",
    "name = \"Vault\"\naudience = \"technical\"\ntype = \"admin\"\n",
);

#[test]
fn a_record_for_others_goes_with_its_comments_and_the_rest_stays_as_it_is() {
    let before = "#:schema ../x.json\n\n# Of a.\n[a]\nname = \"A\"  # the first\n# On b, the secret one.\n\
                  [b]\naudience = \"restricted\"\nname = \"B\"\n# More on b.\n\n# Of c.\n[c]\nname   = 'C'\n\n\
                  # At the end.\n";
    let after = "#:schema ../x.json\n\n# Of a.\n[a]\nname = \"A\"  # the first\n\n# Of c.\n[c]\nname   = 'C'\n\n\
                 # At the end.\n";
    assert_eq!(text_of("records/risks.toml", &[("records/risks.toml", before)]), after);
}

#[test]
fn comments_that_touch_what_goes_at_the_ends_of_a_file_go_too() {
    let before = "#:schema x\n# All of it.\n\n[b]\naudience = \"restricted\"\nname = \"B\"\n\n[a]\nname = \"A\"\n\
                  [d]\naudience = \"technical\"\nname = \"D\"\n\n# An afterthought on d.\n";
    let after = "#:schema x\n\n[a]\nname = \"A\"\n";
    assert_eq!(
        text_of("records/risks.toml", &[("records/risks.toml", before)]).replace("\n\n\n", "\n\n"),
        after
    );
}

#[test]
fn a_file_of_which_no_record_stays_is_not_there() {
    let files = owner(&[VAULT, ("records/README.md", "Notes."), ("imports/x.jsonl", "{}")]);
    let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["clearjar.toml", "records/organizations.toml"]);
}

#[test]
fn references_to_what_goes_are_taken_out_of_lists_tables_and_lines() {
    let device = "name = \"Firewall\"\ntype = \"firewall\"\nadmin = [\"vault\"]  # the vault\n\
                  depends_on = [\n  \"account/vault\", # hidden\n  \"device/sw\",\n]\n\n\
                  [control]\nowned_by = \"client\"\nrecovery_via = \"account/vault\"\n";
    let other = (
        "records/devices/sw.toml",
        "name = \"Switch\"\ntype = \"switch\"\ndepends_on = [\"account/vault\", \"device/fw\"]\n",
    );
    let files = [VAULT, ("records/devices/fw.toml", device), other];
    let text = text_of("records/devices/fw.toml", &files);
    assert!(!text.contains("vault") && !text.contains("hidden"), "{text}");
    assert!(text.contains("depends_on = [\n  \"device/sw\",\n]\n"), "{text}");
    assert!(text.contains("\n[control]\nowned_by = \"client\"\n"), "{text}");
    let text = text_of("records/devices/sw.toml", &files);
    assert!(text.ends_with("depends_on = [\"device/fw\"]\n"), "{text}");
}

#[test]
fn what_the_takeover_asks_for_is_marked_as_left_out_and_not_as_missing() {
    let restore =
        ("records/procedures/r.md", "+++\nname = \"R\"\naudience = \"technical\"\n+++\n1. Do.\n");
    let job = "name = \"Nightly\"\nproduct = \"P\"\nrestore = \"r\"\n";
    let text =
        text_of("records/backup-jobs/n.toml", &[restore, ("records/backup-jobs/n.toml", job)]);
    assert_eq!(text, "name = \"Nightly\"\nleft_out = [\"restore\"]\nproduct = \"P\"\n");
}

#[test]
fn links_in_prose_become_words_and_keep_their_own() {
    let note = "name = \"N\"\nnotes = \"See [[vault]], or [[account/vault|the vault]]. \\\"Now\\\".\"\n\
                purpose = 'Not [[a link]].'\n";
    let text = text_of("records/risks/n.toml", &[VAULT, ("records/risks/n.toml", note)]);
    assert_eq!(
        text,
        "name = \"N\"\nnotes = 'See (not in this edition), or the vault. \"Now\".'\n\
         purpose = 'Not [[a link]].'\n"
    );
    let page = "+++\nname = \"P\"\naccounts = [\"vault\"]\n+++\n\n1. Open [[vault|it]].\r\n2. [[organization/c]]\n";
    let text = text_of("records/procedures/p.md", &[VAULT, ("records/procedures/p.md", page)]);
    assert_eq!(text, "+++\nname = \"P\"\n+++\n\n1. Open it.\r\n2. [[organization/c]]\n");
}

#[test]
fn a_field_for_others_goes_and_so_does_what_is_said_about_it() {
    let kind = (
        "kinds/device.toml",
        "kind = \"device\"\nextends = true\n[field.shelf]\ntype = \"text\"\naudience = \"technical\"\n",
    );
    let device = "name = \"D\"\ntype = \"switch\"\nshelf = \"42\"\nunknown = [\"serial\"]\n";
    let text = text_of("records/devices/d.toml", &[kind, ("records/devices/d.toml", device)]);
    assert_eq!(text, "name = \"D\"\ntype = \"switch\"\nunknown = [\"serial\"]\n");
    let device = "name = \"D\"\ntype = \"switch\"\nunknown = [\"shelf\", \"serial\"]\nnot_applicable = { shelf = \"none\", asset_tag = \"none\" }\n";
    let text = text_of("records/devices/d.toml", &[kind, ("records/devices/d.toml", device)]);
    assert_eq!(
        text,
        "name = \"D\"\ntype = \"switch\"\nunknown = [\"serial\"]\nnot_applicable = { asset_tag = \"none\" }\n"
    );
}

#[test]
fn records_written_in_braces_and_with_dots_are_cut_as_well() {
    let text = "# A.\na = { name = \"A\", audience = \"technical\" }\nb = { name = \"B\", depends_on = [\"risk/a\"], tags = [\"x\"] }\n\
                # D.\nd = { name = \"D\" } # Of D.\nc.name = \"C\"\nc.audience = \"restricted\"\n";
    let text = text_of("records/risks.toml", &[("records/risks.toml", text)]);
    assert_eq!(text, "b = { name = \"B\", tags = [\"x\"] }\n# D.\nd = { name = \"D\" } # Of D.\n");
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_stay() {
    let text = "[a]\r\nname = \"A\"\r\n\r\n[b]\r\naudience = \"technical\"\r\nname = \"B\"\r\n\r\n[c]\r\nname = \"C\"\r\n";
    let text = text_of("records/risks.toml", &[("records/risks.toml", text)]);
    assert_eq!(text, "[a]\r\nname = \"A\"\r\n\r\n[c]\r\nname = \"C\"\r\n");
    let mut file = SourceFile::text(
        "records/risks.toml",
        "[b]\naudience = \"technical\"\nname = \"B\"\n[c]\nname = \"C\"\n",
    );
    file.len += 3;
    let tree = SourceTree::new(vec![
        file,
        SourceFile::text("clearjar.toml", SETTINGS.replacen("client", "# ", 1)),
    ]);
    let edition = edition_of(&tree, "owner");
    let file = edition.at("records/risks.toml").unwrap();
    assert_eq!((file.as_text().unwrap(), file.len), ("[c]\nname = \"C\"\n", 3 + 15));
    assert_eq!(file.digest, crate::digest::Digest::of("\u{feff}[c]\nname = \"C\"\n".as_bytes()));
}

#[test]
fn an_attachment_stays_only_where_something_that_stays_names_it() {
    let files = [
        (
            "records/documents.toml",
            "[a]\nname = \"A\"\nfile = \"files/a.txt\"\n[b]\nname = \"B\"\naudience = \"technical\"\nfile = \"files/b.txt\"\n",
        ),
        ("records/risks.toml", "[r]\nname = \"R\"\nnotes = \"[See](files/c.txt).\"\n"),
        ("files/a.txt", "a"),
        ("files/b.txt", "b"),
        ("files/c.txt", "c"),
        ("files/d.txt", "nobody names it"),
    ];
    let paths: Vec<String> = owner(&files).into_iter().map(|(path, _)| path).collect();
    let attached: Vec<_> = paths.iter().filter(|path| path.starts_with("files/")).collect();
    assert_eq!(attached, ["files/a.txt", "files/c.txt"]);
}

#[test]
fn the_settings_say_which_edition_it_is_and_name_no_other() {
    let forms = [
        (
            "[edition.owner]\naudience = [\"everyone\"]\n\n# For the board.\n[edition.board]\naudience = [\"restricted\"]\n",
            "[edition.owner]\naudience = [\"everyone\"]\nbuilt = true\n",
        ),
        (
            "edition = { board = { audience = [\"restricted\"] }, owner = { audience = \"everyone\" } }\n",
            "edition = { owner = { audience = \"everyone\", built = true } }\n",
        ),
        (
            "[edition]\nowner.audience = [\"everyone\"]\nboard.audience = \"restricted\"\n",
            "[edition]\nowner.audience = [\"everyone\"]\nowner.built = true\n",
        ),
        (
            "edition.owner.audience = [\"everyone\"]\n",
            "edition.owner.audience = [\"everyone\"]\nedition.owner.built = true\n",
        ),
    ];
    for (before, after) in forms {
        assert_eq!(text_of("clearjar.toml", &[("clearjar.toml", before)]), after);
    }
}

#[test]
fn a_row_that_needs_what_goes_goes_and_so_do_references_to_it() {
    let text = "provider = \"vendor/v\"\n[edition.owner]\naudience = [\"everyone\"]\n";
    let vendor = ("records/vendors.toml", "[v]\nname = \"V\"\naudience = \"restricted\"\n");
    let text = text_of("clearjar.toml", &[("clearjar.toml", text), vendor]);
    assert_eq!(text, "[edition.owner]\naudience = [\"everyone\"]\nbuilt = true\n");
    let kind = (
        "kinds/box.toml",
        "kind = \"box\"\nplural = \"boxes\"\nlabel = \"Box\"\n\
        [field.slot]\ntype = \"tables\"\nrow = \"name\"\n[field.slot.field.name]\ntype = \"text\"\nrequired = true\n\
        [field.slot.field.holds]\ntype = \"reference\"\nto = [\"*\"]\nrequired = true\n\
        [field.beside]\ntype = \"reference\"\nto = [\"box.slot\"]\n\
        [field.of]\ntype = \"reference\"\nto = [\"*\"]\n",
    );
    let boxes = (
        "records/boxes.toml",
        "[a]\nname = \"A\"\n\n[[a.slot]]\nname = \"1\"\nholds = \"account/vault\"\n\n\
        [[a.slot]]\nname = \"2\"\nholds = \"organization/c\"\n\n[b]\nname = \"B\"\nbeside = \"a:1\"\n",
    );
    let text = text_of("records/boxes.toml", &[VAULT, kind, boxes]);
    assert_eq!(
        text,
        "[a]\nname = \"A\"\n\n[[a.slot]]\nname = \"2\"\nholds = \"organization/c\"\n\n[b]\nname = \"B\"\n"
    );
}

#[test]
fn what_is_sealed_is_for_those_its_note_names_and_without_a_note_for_nobody() {
    let sealed = "-----BEGIN AGE ENCRYPTED FILE-----\n\
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBId2t2WHgrYU5ReHBXbG80\n\
        NVE4WVVRIDE4CjNETitFZFJrSTR2cnduTThxTGFKMGxRaUFlZ2xxcHJpU0F5WWVo\n\
        TUhqdUkKLS0tIExOOVFnb250alBwV0VrRDBKUysvMFFmaDVkbVVTRHVpOGVreEdZ\n\
        Mm1jMWsKgFpL8Z387XsjrTePEcNOvQSMDFWi4LSLYLJ5zkXntVkRHWg/5AD0NVpG\n\
        -----END AGE ENCRYPTED FILE-----\n";
    let note = |audience: &str| {
        format!("title = \"T\"\nfor = [\"Ann\"]\nsince = 2026-11-02\naudience = \"{audience}\"\n")
    };
    let files = owner(&[
        ("sealed/all.age", sealed),
        ("sealed/all.toml", &note("everyone")),
        ("sealed/some.age", sealed),
        ("sealed/some.toml", &note("technical")),
        ("sealed/unknown.age", sealed),
        ("sealed/README.md", "Ask Ann."),
    ]);
    let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
    let wanted =
        ["clearjar.toml", "records/organizations.toml", "sealed/all.age", "sealed/all.toml"];
    assert_eq!(paths, wanted);
}
