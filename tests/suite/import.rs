//! `clearjar import`, called as a person calls it.

use std::fs;

use crate::program::{Folder, Run};

const ASSETS: &str = "\
Report generated 2026-11-01
Device Name;Type;Site;IP Address;MAC Addresses;Serial Number;Model;OS;Last User;Purchase Date;Password;Notes;Colour
PC-01;Laptop;HQ;10.0.0.5;00-00-5E-00-53-01, 00-00-5E-00-53-02;SN1;Latitude 5440;Windows 11;CORP\\dana;03/25/2024;hunter2;Fan loud;red
PC-02;Desktop;North Side;10.0.0.6;;SN2;OptiPlex;Windows 11;;03/26/2024;;\"the admin password: Tr0ub4dor&3x
second line\";
SRV \"x\";Server;HQ;10.0.0.7;;SN3;;;;;;;
a;b
=1+1;Switch;HQ;10.0.0.8;;SN4;;;;;;;
PC-01;Laptop;HQ;;;SN9;;;;;;;
";

fn runbook() -> Folder {
    let folder = Folder::with_runbook();
    folder.write("assets-2026-11.csv", ASSETS);
    folder
}

fn import(folder: &Folder, arguments: &[&str]) -> Run {
    let all = [&["-C", "rb", "import"], arguments].concat();
    folder.run(&all)
}

/// Every file of the runbook with its bytes, but for what the program may forget.
fn files(folder: &Folder) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.path("rb")];
    while let Some(here) = folders.pop() {
        for entry in fs::read_dir(here).unwrap().map(Result::unwrap) {
            let path = entry.path();
            match path.is_dir() {
                true if entry.file_name() == ".clearjar" => {}
                true => folders.push(path),
                false => {
                    files.push((path.to_string_lossy().into_owned(), fs::read(&path).unwrap()));
                }
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_list_of_devices_becomes_records_a_person_would_have_written() {
    let folder = runbook();
    let run = import(&folder, &["assets-2026-11.csv"]).succeeds();
    let record = folder.read("rb/records/devices/pc-01.toml");
    snapbox::assert_data_eq!(
        record,
        snapbox::str![[r#"
#:schema ../../.clearjar/schema/device.json

name = "PC-01"
type = "laptop"
site = "hq"
model = "Latitude 5440"
serial = "SN1"
os = "Windows 11"
purchased_on = 2024-03-25
notes = "Fan loud"
source = { system = "assets", id = "SN1", file = "assets-2026-11.csv" }

[custom]
"Last User" = "dana"
Colour = "red"

[[interface]]
name = "lan"
mac = "00:00:5e:00:53:01"
address = "10.0.0.5"

[[interface]]
name = "lan 2"
mac = "00:00:5e:00:53:02"

"#]]
    );
    // Two computers of one name are two; the site tells them apart.
    assert!(folder.path("rb/records/devices/pc-01-hq.toml").is_file(), "{}", run.out);
    for told in [
        "5 devices (",
        "assets-2026-11.csv:7: 2 cells where the headers are 13",
        "Colour",
        "Password: 1",
        "1 person (dana)",
    ] {
        assert!(run.out.contains(told), "{told}: {}", run.out);
    }
    folder.run(&["-C", "rb", "check"]).succeeds();
}

#[test]
fn no_secret_is_written_or_told() {
    let folder = runbook();
    let run = import(&folder, &["assets-2026-11.csv"]).succeeds();
    let notes = folder.read("rb/records/devices/pc-02.toml");
    assert!(notes.contains("second line"), "{notes}");
    for (path, bytes) in files(&folder) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("hunter2") && !text.contains("Tr0ub4dor"), "{path}");
    }
    assert!(!run.out.contains("hunter2") && !run.out.contains("Tr0ub4dor"), "{}", run.out);
}

#[test]
fn importing_again_changes_nothing() {
    let folder = runbook();
    import(&folder, &["assets-2026-11.csv"]).succeeds();
    let before = files(&folder);
    let run = import(&folder, &["assets-2026-11.csv"]).succeeds();
    assert!(run.out.contains("nothing changed"), "{}", run.out);
    assert_eq!(before, files(&folder));
}

#[test]
fn an_edit_by_hand_is_kept_and_both_values_are_told() {
    let folder = runbook();
    import(&folder, &["assets-2026-11.csv"]).succeeds();
    let path = "rb/records/devices/pc-01.toml";
    let edited = folder
        .read(path)
        .replace("os = \"Windows 11\"", "# asked Dana\nos = \"Windows 11 Enterprise\"  # since May")
        .replace("model = \"Latitude 5440\"\n", "");
    folder.write(path, &edited);
    let next = ASSETS
        .replace("Windows 11;CORP", "Windows 12;CORP")
        .replace("10.0.0.5;", "10.0.0.55;")
        .replace("Fan loud", "Fan quiet");
    folder.write("assets-2026-12.csv", &next);
    let run = import(&folder, &["assets-2026-12.csv"]).succeeds();
    let now = folder.read(path);
    assert!(now.contains("# asked Dana\nos = \"Windows 11 Enterprise\"  # since May"), "{now}");
    assert!(now.contains("address = \"10.0.0.55\"") && now.contains("Fan quiet"), "{now}");
    assert!(!now.contains("Latitude"), "what was taken out stays out: {now}");
    for told in [
        "device/pc-01 os: \"Windows 11 Enterprise\" stays; the import says \"Windows 12\"",
        "device/pc-01 model: stays empty; the import says \"Latitude 5440\"",
    ] {
        assert!(run.out.contains(told), "{told}: {}", run.out);
    }
}

#[test]
fn a_record_by_hand_is_found_by_its_serial_number_and_gains_what_it_lacks() {
    let folder = runbook();
    let by_hand = "# ours\nname = \"Dana's laptop\"\ntype = \"laptop\"\nserial = \"sn1\"\nunknown = [\"os\"]\n";
    folder.write("rb/records/devices/dana.toml", by_hand);
    import(&folder, &["assets-2026-11.csv"]).succeeds();
    let now = folder.read("rb/records/devices/dana.toml");
    assert!(
        now.starts_with("# ours\nname = \"Dana's laptop\"\ntype = \"laptop\"\nserial = \"sn1\"\n"),
        "{now}"
    );
    assert!(now.contains("os = \"Windows 11\"") && !now.contains("unknown"), "{now}");
    folder.run(&["-C", "rb", "check"]).succeeds();
}

#[test]
fn a_dry_run_writes_nothing_and_shows_the_difference() {
    let folder = runbook();
    let before = files(&folder);
    let run = import(&folder, &["--dry-run", "assets-2026-11.csv"]).succeeds();
    assert_eq!(before, files(&folder));
    assert!(run.out.contains("+serial = \"SN1\""), "{}", run.out);
}

#[test]
fn an_export_of_several_clients_is_not_mixed() {
    let folder = Folder::with_runbook();
    let table = "Name,Company,Serial,Site\nA,Harbor,1,HQ\nB,Harbor,2,HQ\nC,Quay,3,Main\n";
    folder.write("all.csv", table);
    import(&folder, &["all.csv"]).fails(
        2,
        snapbox::str![[r#"
error: this export holds 2 clients: Harbor (2), Quay (1)
  help: a runbook is one client's: choose with `--client NAME`, or take all with `--client '*'`

"#]],
    );
    import(&folder, &["--client", "quay", "all.csv"]).succeeds();
    assert!(folder.path("rb/records/devices/c.toml").is_file());
    assert!(!folder.path("rb/records/devices/a.toml").exists());
    assert!(folder.path("rb/records/sites/main.toml").is_file());
    import(&folder, &["--client", "*", "all.csv"]).succeeds();
    assert!(folder.path("rb/records/devices/a.toml").is_file());
    let run = import(&folder, &["--client", "Key", "all.csv"]);
    assert!(run.code == 2 && run.err.contains("Quay"), "{}", run.err);
}

#[test]
fn a_mapping_is_kept_and_followed() {
    let folder = Folder::with_runbook();
    folder.write("list.csv", "Ding,Sorte,Nummer\nPC 1,Kiosk,4711\n");
    let run = import(&folder, &["list.csv"]);
    assert!(run.code == 2 && run.err.contains("no column of `list.csv` is known"), "{}", run.err);
    folder.write(
        "rb/imports/list.toml",
        "kind = \"device\"\n[types]\nKiosk = \"terminal\"\n[columns]\nDing = \"name\"\nSorte = \"type\"\nNummer = \"asset_tag\"\n",
    );
    import(&folder, &["list.csv"]).succeeds();
    let record = folder.read("rb/records/devices/pc-1.toml");
    assert!(
        record.contains("type = \"terminal\"") && record.contains("asset_tag = \"4711\""),
        "{record}"
    );
}

#[test]
fn what_is_no_table_says_so() {
    let folder = Folder::with_runbook();
    let long = "x".repeat(2 * 1024 * 1024);
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("empty.csv", Vec::new(), "is empty"),
        ("zeros.csv", vec![0; 100], "of no format"),
        ("words.csv", b"just some words\n".to_vec(), "of no format"),
        (
            "cut.csv",
            b"\xff\xfeN\0a\0m\0e\0,\0S\0e\0r\0i\0a\0l\0\n\0x\0,\0\x00\xd8".to_vec(),
            "is damaged",
        ),
    ];
    for (name, bytes, told) in cases {
        fs::write(folder.path(name), bytes).unwrap();
        let run = import(&folder, &[name]);
        assert!(run.code == 2 && run.err.contains(told), "{name}: {}{}", run.out, run.err);
    }
    folder.write("long.csv", &format!("Name,Serial\nA,1\nB,\"{long}\nC,3\n"));
    let run = import(&folder, &["long.csv"]).succeeds();
    assert!(run.out.contains("long.csv:3: a cell is larger"), "{}", run.out);
    assert!(folder.path("rb/records/devices/a.toml").is_file());
    let run = import(&folder, &["cvs", "long.csv"]);
    assert!(run.err.contains("did you mean `csv`?"), "{}", run.err);
}

#[test]
fn a_sheet_of_a_workbook_is_read_as_a_table_is() {
    let folder = Folder::with_runbook();
    let workbook = include_bytes!("../data/import/assets.xlsx");
    fs::write(folder.path("assets.xlsx"), workbook).unwrap();
    let run = import(&folder, &["assets.xlsx"]).succeeds();
    let record = folder.read("rb/records/devices/pc-01.toml");
    for line in [
        "type = \"laptop\"",
        "site = \"shop\"",
        "serial = \"470011\"",
        "purchased_on = 2024-03-25",
        "warranty_ends = 2027-03-25",
        "address = \"10.0.0.5\"",
        "source = { system = \"assets\", id = \"470011\", file = \"assets.xlsx\" }",
    ] {
        assert!(record.lines().any(|there| there == line), "{line}: {record}");
    }
    assert!(folder.read("rb/records/devices/pc-02.toml").contains("purchased_on = 2024-03-26"));
    assert!(folder.read("rb/records/devices/prn-01.toml").contains("type = \"printer\""));
    assert!(
        run.out.contains("sheet Devices; `--sheet NAME` reads another: `Read me`"),
        "{}",
        run.out
    );
    assert!(run.out.contains("Admin Password: 1"), "{}", run.out);
    folder.run(&["-C", "rb", "check"]).succeeds();
    let again = import(&folder, &["assets.xlsx"]).succeeds();
    assert!(again.out.contains("nothing changed"), "{}", again.out);
    import(&folder, &["--sheet", "old", "assets.xlsx"]).succeeds();
    assert!(folder.path("rb/records/devices/old-1.toml").is_file());

    fs::write(folder.path("cut.xlsx"), &workbook[..workbook.len() / 2]).unwrap();
    let run = import(&folder, &["xlsx", "cut.xlsx"]);
    assert!(run.code == 2 && run.err.contains("cut off"), "{}", run.err);
    fs::write(folder.path("old.xls"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").unwrap();
    let run = import(&folder, &["old.xls"]);
    assert!(run.code == 2 && run.err.contains("save it as .xlsx"), "{}", run.err);
}

#[test]
fn a_runbook_begins_with_what_another_system_knows() {
    let folder = Folder::empty();
    folder.write("assets-2026-11.csv", ASSETS);
    let run = folder.run(&["init", "rb", "--from", "assets-2026-11.csv"]).succeeds();
    for told in [
        "rb is a runbook now, for Rb.",
        "5 devices",
        "rb/site/index.html",
        "What to fill in first",
        "clearjar -C rb new person ID",
    ] {
        assert!(run.out.contains(told), "{told}: {}{}", run.out, run.err);
    }
    assert!(folder.path("rb/site/index.html").is_file());
    assert!(folder.path("rb/records/organizations/rb.toml").is_file());
    folder.run(&["-C", "rb", "check"]).succeeds();
    let again = import(&folder, &["assets-2026-11.csv"]).succeeds();
    assert!(again.out.contains("nothing changed"), "{}", again.out);
}

#[test]
fn an_import_that_is_refused_begins_no_runbook() {
    let folder = Folder::empty();
    folder.write("all.csv", "Name,Company,Serial\nA,Harbor Ltd.,1\nC,Quay,3\n");
    let run = folder.run(&["init", "two", "--from", "all.csv"]);
    assert!(run.code == 2 && run.err.contains("2 clients"), "{}", run.err);
    assert!(!folder.path("two").exists());
    folder.run(&["init", "two", "--from", "all.csv", "--client", "harbor"]).succeeds();
    assert!(folder.read("two/clearjar.toml").contains("title = \"Harbor Ltd.: IT runbook\""));
    assert!(folder.path("two/records/organizations/harbor-ltd.toml").is_file());
    assert!(!folder.path("two/records/devices/c.toml").exists());
}
