//! `clearjar import` of lists of users and of what is known of a Microsoft 365 tenant.

use std::fs;
use std::path::Path;

use crate::program::{Folder, Run};

fn data(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(path);
    path.to_string_lossy().into_owned()
}

/// A runbook without records.
fn runbook() -> Folder {
    let folder = Folder::empty();
    folder.write("rb/clearjar.toml", "[site]\ntitle = \"Harborview\"\n");
    folder
}

fn import(folder: &Folder, file: &str) -> Run {
    folder.run(&["-C", "rb", "import", &data(file)]).succeeds()
}

fn has(folder: &Folder, path: &str, lines: &[&str]) {
    let record = folder.read(&format!("rb/records/{path}.toml"));
    for line in lines {
        assert!(record.lines().any(|there| there == *line), "{path}: {line}: {record}");
    }
}

fn count(folder: &Folder, plural: &str) -> usize {
    fs::read_dir(folder.path(&format!("rb/records/{plural}"))).map_or(0, Iterator::count)
}

#[test]
fn users_of_entra_become_people() {
    let folder = runbook();
    let run = import(&folder, "users/entra.csv");
    has(
        &folder,
        "people/dana-ruiz",
        &[
            "name = \"Dana Ruiz\"",
            "status = \"active\"",
            "email = \"dana.ruiz@harborview.example\"",
            "phone = \"+1 206 555 0101\"",
            "job_title = \"Practice manager\"",
        ],
    );
    has(&folder, "people/kim-old", &["status = \"retired\""]);
    has(&folder, "people/front-desk", &["Sign-in = \"blocked\""]);
    has(&folder, "people/rae-kim", &["email = \"rae@dentalsoft.example\""]);
    assert!(run.out.contains("2 accounts may not sign in"), "{}", run.out);
    // The older spelling of the columns, and the other list of the same tenant, tell of the same people.
    import(&folder, "users/entra-older.csv");
    let run = import(&folder, "users/m365-admin-centre.csv");
    assert_eq!(count(&folder, "people"), 5, "{}", run.out);
    has(
        &folder,
        "licences/microsoft-365-business-premium",
        &["assigned = 2", "covers = [\"person/dana-ruiz\", \"person/lee-park\"]"],
    );
    has(&folder, "licences/visio-plan-2", &["assigned = 1"]);
    assert_eq!(folder.run(&["-C", "rb", "build"]).code, 0);
}

#[test]
fn users_of_google_workspace_become_people() {
    let folder = runbook();
    let run = import(&folder, "users/google-workspace.csv");
    has(
        &folder,
        "people/ann-quay",
        &[
            "phone = \"+1 253 555 0100\"",
            "mobile = \"+1 253 555 0101\"",
            "job_title = \"Owner\"",
            "Department = \"Books\"",
        ],
    );
    has(&folder, "people/bob-gone", &["status = \"retired\""]);
    assert!(run.out.contains("Password [Required]: 2"), "{}", run.out);
    let record = folder.read("rb/records/people/ann-quay.toml");
    assert!(
        !record.contains("home.example") && !record.contains("0199"),
        "what is private stays out: {record}"
    );
    let state = folder.read("rb/imports/google-workspace.jsonl");
    assert!(!state.contains("Plain-G00gle") && !run.out.contains("Plain-G00gle"), "{state}");
    let again = import(&folder, "users/google-workspace.csv");
    assert!(again.out.contains("nothing changed"), "{}", again.out);
}

#[test]
fn a_tenant_becomes_services_domains_licences_and_administrators() {
    let folder = runbook();
    let export = "scubagear/ProviderSettingsExport.json";
    let run = import(&folder, export);
    // Counted in the file's text, apart from how it is read.
    let text = fs::read_to_string(data(export)).unwrap();
    let count_of = |words: &str| text.matches(words).count();
    assert_eq!(count(&folder, "licences"), count_of("\"SkuPartNumber\""));
    assert_eq!(count(&folder, "domains"), 7, "{}", run.out);
    assert_eq!(count(&folder, "services"), 2);
    assert_eq!(count(&folder, "accounts"), 6);
    has(
        &folder,
        "services/microsoft-365",
        &[
            "type = \"m365\"",
            "tenant_id = \"ca08493a-c9c8-4db0-a9e8-d3b4bafac269\"",
            "default_domain = \"tqhjy.onmicrosoft.com\"",
            "sharing = \"Only people in the organisation\"",
            "\"Synchronised with a directory\" = 2022-08-24",
            "name = \"Who may invite guests\"",
            "value = \"adminsAndGuestInviters\"",
        ],
    );
    let service = folder.read("rb/records/services/microsoft-365.toml");
    assert_eq!(service.matches("[[ca_policy]]").count(), 7, "{service}");
    has(
        &folder,
        "licences/microsoft-365-gcc-g5",
        &[
            "seats = 30",
            "assigned = 28",
            "tied_to = \"client-tenant\"",
            "covers = [\"service/microsoft-365\"]",
        ],
    );
    has(
        &folder,
        "domains/tqhjy-onmicrosoft-com",
        &[
            "spf = \"v=spf1 include:spf.protection.outlook.com -all\"",
            "dmarc = \"v=DMARC1;p=reject;pct=100; rua=mailto:DMARC@example.org, mailto:reports@example.org\"",
            "mail_host = \"service/exchange-online\"",
        ],
    );
    has(
        &folder,
        "accounts/jane-doe-microsoft-365-administrator",
        &[
            "type = \"admin\"",
            "system = \"service/microsoft-365\"",
            "rights = \"Exchange Administrator, Global Administrator, SharePoint Administrator\"",
        ],
    );
    let mail = folder.read("rb/records/services/exchange-online.toml");
    assert!(
        mail.contains("inbound connector test 1") && mail.contains("test.domain.com"),
        "{mail}"
    );
    assert!(run.out.contains("dlp_compliance_policies (11)"), "{}", run.out);
    assert!(!run.out.contains("secrets dropped"), "public keys and GUIDs are none: {}", run.out);
    assert_eq!(folder.run(&["-C", "rb", "build"]).code, 0);
    let again = import(&folder, export);
    assert!(again.out.contains("nothing changed"), "{}", again.out);
}

#[test]
fn an_export_of_a_tenant_that_is_cut_off_is_refused() {
    let folder = runbook();
    let text = fs::read(data("scubagear/ProviderSettingsExport.json")).unwrap();
    for part in 1..8 {
        fs::write(folder.path("cut.json"), &text[..text.len() * part / 8]).unwrap();
        let run = folder.run(&["-C", "rb", "import", "cut.json"]);
        assert!(run.code == 2 && run.err.contains("cut off"), "{part}: {}{}", run.out, run.err);
    }
    assert!(!folder.path("rb/records").exists());
}
