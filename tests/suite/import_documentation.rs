//! `clearjar import` of what documentation systems export: IT Glue and Hudu.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{Folder, Run};

const CLIENT: &str = "Harborview Dental Group";

/// Every password, key and code of the samples.
const SECRETS: &[&str] = &[
    "S3cret-Fw",
    "P4ss-Dom",
    "JBSWY3",
    "483921",
    "B4ckup-Xy",
    "Gu3st-Wlan",
    "R00t-old",
    "T1ll-Quay",
    "Tr0ub4dor",
    "AAAAA-BBBBB",
    "FFFFF-GGGGG",
    "guests-welcome",
    "Dsrm-Pw",
    "4111 1111",
    "Sw1tch-Zz",
    "Hidden-Cfg",
    "not a real key",
    "Api-S3cret",
    "Api-Passphrase",
    "Api-Unlock",
    "Hudu-Pw",
    "Hudu-Enable",
    "Hudu-Api-Key",
    "HUDU1-",
];

fn data(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(path)
}

/// Packs the sample of an account export.
fn export() -> Vec<u8> {
    let root = data("itglue/export");
    let mut paths: Vec<std::path::PathBuf> = walkdir::WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for path in paths {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&fs::read(path).unwrap()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A runbook without records.
fn runbook() -> Folder {
    let folder = Folder::empty();
    folder.write("rb/clearjar.toml", "[site]\ntitle = \"Harborview\"\n");
    folder
}

fn with_export() -> Folder {
    let folder = runbook();
    fs::write(folder.path("account.zip"), export()).unwrap();
    folder
}

fn import(folder: &Folder, files: &[&str]) -> Run {
    folder.run(&[&["-C", "rb", "import", "--client", CLIENT], files].concat())
}

fn hudu() -> Vec<String> {
    let mut files: Vec<String> = fs::read_dir(data("hudu"))
        .unwrap()
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .filter(|path| path.ends_with(".json"))
        .collect();
    files.sort();
    files
}

/// How many records of each plural there are.
fn count(folder: &Folder, plural: &str) -> usize {
    fs::read_dir(folder.path(&format!("rb/records/{plural}"))).map_or(0, Iterator::count)
}

/// Every file below a folder, with its bytes.
fn all(folder: &Folder, path: &str) -> Vec<(String, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(folder.path(path)).sort_by_file_name();
    let files = walk.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files
        .filter(|entry| !entry.path().components().any(|part| part.as_os_str() == ".clearjar"))
        .map(|entry| (entry.path().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

fn holds_no_secret(folder: &Folder, run: &Run) {
    for (path, bytes) in all(folder, "rb") {
        let text = String::from_utf8_lossy(&bytes);
        for secret in SECRETS {
            assert!(!text.contains(secret), "{path} holds {secret}");
        }
    }
    for secret in SECRETS {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "told: {secret}");
    }
}

/// Rows of a table of the sample that are the client's, counted as lines that name it.
fn rows(table: &str) -> usize {
    let text = fs::read_to_string(data(&format!("itglue/export/{table}.csv"))).unwrap();
    text.lines().filter(|line| line.split(',').nth(1) == Some(CLIENT)).count()
}

#[test]
fn an_account_export_becomes_records_of_each_kind() {
    let folder = with_export();
    let run = import(&folder, &["account.zip"]).succeeds();
    for (plural, tables) in [
        ("devices", &["configurations"][..]),
        ("sites", &["locations"]),
        ("people", &["contacts"]),
        ("accounts", &["passwords"]),
        ("domains", &["domains"]),
        ("certificates", &["ssl-certificates"]),
        ("licences", &["licensing"]),
        ("circuits", &["internet-wan"]),
        ("networks", &["lan"]),
        ("wifi", &["wireless"]),
        ("services", &["apps-and-services", "active-directory"]),
    ] {
        let expected: usize = tables.iter().map(|table| rows(table)).sum();
        assert!(expected > 0);
        assert_eq!(count(&folder, plural), expected, "{plural}: {}", run.out);
    }
    // Three documents, a sheet of a type that nobody knows, two attachments.
    assert_eq!(
        count(&folder, "documents"),
        rows("documents") + rows("site-summary") + 2,
        "{}",
        run.out
    );
    assert_eq!(count(&folder, "procedures"), 1);
    assert!(!folder.path("rb/records/devices/qsb-pc-01.toml").exists());
    for told in [
        "configurations 5",
        "payment methods are not imported",
        "building security is not imported",
        "fw-hq-01.cfg: it holds what looks like a secret",
        "stray.txt: nothing in the export is what it is attached to",
        "License Key(s): 2",
        "2 devices (AP-HQ-01, PC-GONE)",
    ] {
        assert!(run.out.contains(told), "{told}: {}", run.out);
    }
    let built = folder.run(&["-C", "rb", "build"]);
    assert_eq!(built.code, 0, "{}", built.err);
    holds_no_secret(&folder, &run);
}

#[test]
fn what_an_export_says_stands_in_the_fields_it_belongs_to() {
    let folder = with_export();
    import(&folder, &["account.zip"]).succeeds();
    for (path, lines) in [
        (
            "devices/fw-hq-01",
            &[
                "type = \"firewall\"",
                "site = \"main-clinic\"",
                "warranty_ends = 2027-03-01",
                "notes = \"Restart *only* after 18:00.\"",
                "address = \"203.0.113.10\"",
                "documents = [\"fw-hq-01-rack-txt\"]",
            ][..],
        ),
        ("devices/prn-old", &["status = \"retired\""]),
        (
            "accounts/fw-hq-01-admin",
            &[
                "system = \"device/fw-hq-01\"",
                "vault = \"IT Glue\"",
                "vault_item = \"FW-HQ-01 admin, entry 601\"",
            ],
        ),
        ("accounts/domain-administrator", &["mfa = \"app\""]),
        ("accounts/backup-portal", &["system = \"service/online-backup\""]),
        (
            "circuits/coastline-telecom-main-clinic",
            &["vendor = \"coastline-telecom\"", "public_ips = [\"203.0.113.8/29\"]", "down = 500"],
        ),
        (
            "networks/staff",
            &["prefix = \"10.20.10.0/24\"", "vlan_id = 10", "from = \"10.20.10.100\""],
        ),
        (
            "people/dana-ruiz",
            &[
                "roles = [\"decision\"]",
                "phone = \"+1 206 555 0101 ext. 12\"",
                "mobile = \"+1 206 555 0102\"",
            ],
        ),
        (
            "wifi/harborview-guests",
            &["auth = \"psk\"", "encryption = \"wpa2\"", "network = \"staff\""],
        ),
        (
            "services/active-directory-ad-harborview-example",
            &["pdc_emulator = \"srv-hq-01\"", "dcs = [\"srv-hq-01\"]"],
        ),
        (
            "licences/dental-soft-practice",
            &["cost = \"1250.00 USD\"", "covers = [\"device/srv-hq-01\"]", "expires = 2027-01-10"],
        ),
        ("organizations/harborview-dental-group", &["> [!IMPORTANT]", "short_name = \"HDG\""]),
        (
            "procedures/restart-the-practice-server",
            &[
                "status = \"planned\"",
                "2. Log on to `SRV-HQ-01` and type:",
                "4. Call reception.\"\"\"",
            ],
        ),
        (
            "documents/restart-the-practice-server",
            &[
                "![The window of the service](files/itglue/documents/501/9001.png)",
                "## If it does not work",
            ],
        ),
        (
            "documents/network-overview",
            &["| 10 | Staff | 10.20.10.0/24 |", "Switch login: admin, password: <removed>"],
        ),
        (
            "documents/lease-of-the-main-clinic",
            &["file = \"files/itglue/documents/503/lease.pdf\""],
        ),
    ] {
        let record = folder.read(&format!("rb/records/{path}.toml"));
        for line in lines {
            assert!(record.lines().any(|there| there == *line), "{path}: {line}: {record}");
        }
    }
}

#[test]
fn an_export_of_several_clients_is_not_mixed_and_says_whose_there_are() {
    let folder = with_export();
    let run = folder.run(&["-C", "rb", "import", "account.zip"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("Harborview Dental Group (") && run.err.contains("Quay Street Books ("),
        "{}",
        run.err
    );
}

#[test]
fn importing_an_export_again_changes_nothing_and_keeps_edits() {
    let folder = with_export();
    import(&folder, &["account.zip"]).succeeds();
    let before = all(&folder, "rb");
    let again = import(&folder, &["account.zip"]).succeeds();
    assert!(again.out.contains("nothing changed"), "{}", again.out);
    assert_eq!(before, all(&folder, "rb"));

    let path = "rb/records/procedures/restart-the-practice-server.toml";
    folder.write(
        path,
        &folder.read(path).replace("status = \"planned\"", "status = \"active\"  # Dana looked"),
    );
    let picture = "rb/files/itglue/configurations/201/fw-hq-01-rack.txt";
    folder.write(picture, "by hand\n");
    let again = import(&folder, &["account.zip"]).succeeds();
    assert!(folder.read(path).contains("status = \"active\"  # Dana looked"), "{}", again.out);
    assert_eq!(folder.read(picture), "by hand\n");
}

#[test]
fn the_api_of_it_glue_tells_of_the_same_things_as_its_export() {
    let folder = with_export();
    import(&folder, &["account.zip"]).succeeds();
    let devices = count(&folder, "devices");
    let api = data("itglue/api.json").to_string_lossy().into_owned();
    let run = import(&folder, &[&api]).succeeds();
    assert_eq!(count(&folder, "devices"), devices, "{}", run.out);
    let device = folder.read("rb/records/devices/fw-hq-01.toml");
    assert!(device.contains("assigned_to = \"dana-ruiz\""), "{device}");
    assert!(run.out.contains("users (1)") && run.out.contains("Unlock: 1"), "{}", run.out);
    holds_no_secret(&folder, &run);

    let alone = runbook();
    let run = import(&alone, &[&api]).succeeds();
    let device = alone.read("rb/records/devices/fw-hq-01.toml");
    for line in ["type = \"firewall\"", "description = \"To the carrier\"", "serial = \"ENFW0001\""]
    {
        assert!(device.lines().any(|there| there == line), "{line}: {device}{}", run.out);
    }
    let certificate = alone.read("rb/records/certificates/mail-harborview-example.toml");
    assert!(certificate.contains("installed_on = [\"device/fw-hq-01\"]"), "{certificate}");
    assert_eq!(alone.run(&["-C", "rb", "build"]).code, 0);
    holds_no_secret(&alone, &run);
}

#[test]
fn answers_of_hudu_become_records_of_each_kind() {
    let folder = runbook();
    let files = hudu();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let run = import(&folder, &files).succeeds();
    for (plural, number) in [
        ("devices", 3),
        ("accounts", 2),
        ("networks", 3),
        ("racks", 1),
        ("documents", 2),
        ("procedures", 2),
        ("domains", 1),
        ("certificates", 1),
        ("sites", 1),
    ] {
        assert_eq!(count(&folder, plural), number, "{plural}: {}", run.out);
    }
    for (path, lines) in [
        (
            "devices/srv-hq-01",
            &[
                "rack = { rack = \"rack-hq\", unit = 10, height = 2, face = \"front\" }",
                "address = \"10.20.20.12\"",
            ][..],
        ),
        (
            "devices/fw-hq-01",
            &["type = \"firewall\"", "site = \"main-clinic\"", "serial = \"ENFW0001\""],
        ),
        (
            "networks/staff",
            &["vlan_id = 10", "ip = \"10.20.10.40\"", "name = \"Reception printer\""],
        ),
        (
            "procedures/new-employee",
            &["applies_to = [\"device/srv-hq-01\"]", "   - Add to groups (optional)"],
        ),
        ("documents/autoclave-2", &["tags = [\"Autoclaves\"]", "Room = \"Sterilisation\""]),
        ("domains/harborview-example", &["expires = 2027-08-31"]),
    ] {
        let record = folder.read(&format!("rb/records/{path}.toml"));
        for line in lines {
            assert!(record.lines().any(|there| there == *line), "{path}: {line}: {record}");
        }
    }
    assert_eq!(folder.run(&["-C", "rb", "build"]).code, 0);
    holds_no_secret(&folder, &run);
    let again = import(&folder, &files).succeeds();
    assert!(again.out.contains("nothing changed"), "{}", again.out);
}

#[test]
fn a_damaged_export_is_refused_or_told_and_never_half_imported() {
    let folder = runbook();
    let before = all(&folder, "rb");
    let whole = export();
    for part in 1..20 {
        fs::write(folder.path("cut.zip"), &whole[..whole.len() * part / 20]).unwrap();
        let run = import(&folder, &["itglue", "cut.zip"]);
        assert_eq!(run.code, 2, "{part}: {}", run.out);
    }
    let text = fs::read(data("itglue/api.json")).unwrap();
    for length in (0..text.len()).step_by(701).skip(1) {
        fs::write(folder.path("cut.json"), &text[..length]).unwrap();
        let run = import(&folder, &["itglue-api", "cut.json"]);
        assert!(run.code == 2 && run.err.contains("cut off"), "{length}: {}", run.err);
    }
    assert_eq!(before, all(&folder, "rb"));
}
