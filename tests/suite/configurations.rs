//! Imports of device configurations and scans, called as a person calls them: real samples become a
//! runbook that builds, with no secret in it, and a second import changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Folder, Run};

/// The samples: the files of one import, a record that it makes with a line of it to change, and what
/// must be nowhere afterwards.
struct Sample {
    files: &'static [&'static str],
    record: &'static str,
    line: &'static str,
    must_go: &'static [&'static str],
}

const SAMPLES: &[Sample] = &[
    Sample {
        files: &["import/oxidized/pfsense.txt"],
        record: "devices/pfsense.toml",
        line: "os = \"pfSense\"",
        must_go: &[
            "$2b$10$13u6qwCOwODv34GyCMgdWub6oQF3RX0rG7c3d3X4JvzuEmAXLYDd2",
            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t",
        ],
    },
    Sample {
        files: &["import/opndossier/pfsense/config-pfSense.xml"],
        record: "vpns/mullvad-sweden.toml",
        line: "peer_address = \"se.mullvad.net\"",
        must_go: &["$2y$10$AAAA", "<auth_pass>M<"],
    },
    Sample {
        files: &["import/opndossier/sample.config.4.xml"],
        record: "networks/workstations.toml",
        line: "gateway = \"172.16.0.1\"",
        must_go: &[
            "$2y$10$YRVoF4SgskIsrXOvOQjGieB9XqHPRra9R7d80B3BZdbY",
            "Ku7rxJotUKNM+SNQtMhL2yNzkp",
            "$6$$x.ZrJq6a4Nue2upbwKxz",
            "w9aO9TLbNoHxic3TLzniwP7b4dVnmVETe5s60TsK33A=",
        ],
    },
    Sample {
        files: &["import/opndossier/sample.config.7.xml"],
        record: "devices/opnsense.toml",
        line: "os = \"OPNsense\"",
        must_go: &["$2y$10$YRVoF4SgskIsrXOvOQjGieB9XqHPRra9R7d80B3BZdbY"],
    },
    Sample {
        files: &["import/opndossier/pfsense/config-2.7.x.xml"],
        record: "networks/guest-vlan.toml",
        line: "vlan_id = 100",
        must_go: &["examplehashhere", "anotherhashhere"],
    },
    Sample {
        files: &["secrets/oxidized/ios.txt"],
        record: "devices/lab-sw123-9200l.toml",
        line: "model = \"C9200L-24P-4G\"",
        must_go: &["SECRET", "AAAAAAAAAABBBBBBBBBB"],
    },
    Sample {
        files: &[
            "import/batfish/as1border1.cfg",
            "import/batfish/as1border2.cfg",
            "import/batfish/as1core1.cfg",
            "import/batfish/as2border1.cfg",
            "import/batfish/as2border2.cfg",
            "import/batfish/as2core1.cfg",
            "import/batfish/as2core2.cfg",
            "import/batfish/as2dept1.cfg",
            "import/batfish/as2dist1.cfg",
            "import/batfish/as2dist2.cfg",
            "import/batfish/as3border1.cfg",
            "import/batfish/as3border2.cfg",
            "import/batfish/as3core1.cfg",
        ],
        record: "devices/as2dept1.toml",
        line: "os_version = \"15.2\"",
        must_go: &[],
    },
    Sample {
        files: &["secrets/oxidized/fortigate.txt"],
        record: "devices/test-fw1234.toml",
        line: "os_version = \"7.4.7\"",
        must_go: &["AAAAAAAAAABBBBBBBBBBCCCCCCCCCC", "XXENCRYPTEDPRIVATEKEYXX"],
    },
    Sample {
        files: &["import/oxidized/routeros.txt"],
        record: "devices/mikrotik.toml",
        line: "os_version = \"7.18.2\"",
        must_go: &[],
    },
    Sample {
        files: &["import/python-libnmap/os_scan6.xml", "import/python-libnmap/2_hosts_version.xml"],
        record: "devices/localhost.toml",
        line: "hostname = \"localhost\"",
        must_go: &[],
    },
];

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(path)
}

/// A runbook without the examples, and the samples beside it under names that tell nothing.
fn runbook(sample: &Sample) -> (Folder, Vec<String>) {
    let folder = Folder::with_runbook();
    for part in ["rb/records", "rb/files"] {
        fs::remove_dir_all(folder.path(part)).unwrap();
        fs::create_dir(folder.path(part)).unwrap();
    }
    folder.write("rb/clearjar.toml", "[site]\ntitle = \"T\"\n");
    let mut names = Vec::new();
    for (ix, file) in sample.files.iter().enumerate() {
        let name = format!("export-{ix}.txt");
        fs::copy(data(file), folder.path(&name)).unwrap();
        names.push(name);
    }
    (folder, names)
}

fn import(folder: &Folder, names: &[String]) -> Run {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    folder.run(&[&["-C", "rb", "import"], names.as_slice()].concat()).succeeds()
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        for entry in fs::read_dir(here).unwrap().map(Result::unwrap) {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push((path.clone(), fs::read(&path).unwrap())),
            }
        }
    }
    files.sort();
    files
}

fn everything(folder: &Folder) -> Vec<(PathBuf, Vec<u8>)> {
    ["rb/records", "rb/files", "rb/imports"]
        .iter()
        .flat_map(|part| files(&folder.path(part)))
        .collect()
}

#[test]
fn a_sample_becomes_a_runbook_that_builds_and_keeps_no_secret() {
    for sample in SAMPLES {
        let (folder, names) = runbook(sample);
        let run = import(&folder, &names);
        folder.run(&["-C", "rb", "build"]).succeeds();
        let built = files(&folder.path("rb/site"));
        for (path, bytes) in everything(&folder).iter().chain(&built) {
            let text = String::from_utf8_lossy(bytes);
            for word in sample.must_go {
                assert!(!text.contains(word), "{:?}: {word} in {}", sample.files, path.display());
            }
        }
        for word in sample.must_go {
            assert!(!run.out.contains(word), "{:?}: {word}", sample.files);
        }
    }
}

#[test]
fn importing_a_sample_again_changes_nothing_and_an_edit_stays() {
    for sample in SAMPLES {
        let (folder, names) = runbook(sample);
        import(&folder, &names);
        let before = everything(&folder);
        let run = import(&folder, &names);
        assert!(run.out.contains("nothing changed"), "{:?}: {}", sample.files, run.out);
        assert!(before == everything(&folder), "{:?}", sample.files);
        let path = format!("rb/records/{}", sample.record);
        let record = folder.read(&path);
        let line = record.lines().find(|line| line.starts_with(sample.line));
        let line = line.unwrap_or_else(|| panic!("{path} has no line {}: {record}", sample.line));
        let edited = record.replacen(line, "# looked at it\nnotes = \"by hand\"", 1);
        folder.write(&path, &edited);
        import(&folder, &names);
        assert_eq!(folder.read(&path), edited, "{:?}", sample.files);
    }
}

#[test]
fn a_scan_after_a_configuration_finds_the_firewall() {
    let folder = Folder::with_runbook();
    fs::copy(data("import/opndossier/sample.config.4.xml"), folder.path("fw.xml")).unwrap();
    folder.write(
        "scan.xml",
        "<nmaprun start=\"1757000000\"><host><status state=\"up\"/><address addr=\"172.16.0.1\" addrtype=\"ipv4\"/>\
         <ports><port protocol=\"tcp\" portid=\"443\"><state state=\"open\"/><service name=\"https\"/></port></ports>\
         </host></nmaprun>",
    );
    folder.run(&["-C", "rb", "import", "fw.xml", "scan.xml"]).succeeds();
    let firewall = folder.read("rb/records/devices/firewall.toml");
    assert!(
        firewall.contains("group = \"Open ports\"") && firewall.contains("name = \"443/tcp\""),
        "{firewall}"
    );
    assert!(!folder.path("rb/records/documents/found-not-documented.toml").exists());
}
