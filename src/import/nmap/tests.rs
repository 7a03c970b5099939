//! Tests of the reader of scans.

use super::*;
use crate::config;
use crate::import::trial;
use crate::source::{SourceFile, SourceTree};

fn tree(records: &[(&str, &str)]) -> SourceTree {
    let mut files = vec![SourceFile::text(config::FILE_NAME, "[site]\ntitle = \"T\"\n")];
    files.extend(records.iter().map(|(path, text)| SourceFile::text(*path, *text)));
    SourceTree::new(files)
}

fn run(tree: &SourceTree, name: &str, text: &str) -> crate::import::Outcome {
    trial::import(tree, &[Foreign::of_bytes(name, text.as_bytes())])
}

fn sample(name: &str) -> String {
    trial::sample(&format!("import/python-libnmap/{name}"))
}

fn text(tree: &SourceTree, path: &str) -> String {
    let file = tree.at(path).unwrap_or_else(|| {
        let paths: Vec<&str> = tree.files().iter().map(|file| file.path.as_str()).collect();
        panic!("no {path} in {paths:?}")
    });
    file.as_text().unwrap().to_owned()
}

#[test]
fn every_host_that_is_up_becomes_a_device_with_its_open_ports() {
    for name in [
        "1_hosts_down.xml",
        "1_hosts_nohostname.xml",
        "1_os_banner_scripts.xml",
        "2_hosts.xml",
        "2_hosts_version.xml",
        "extra_ports.xml",
        "os_scan6.xml",
    ] {
        let scan = sample(name);
        let outcome = run(&tree(&[]), name, &scan);
        let devices: Vec<&SourceFile> = outcome.tree.under("records/devices").collect();
        // A hint is told again as a host.
        let up = scan.matches("<status state=\"up\"").count() - scan.matches("<hosthint>").count();
        assert_eq!(devices.len(), up, "{name}");
        let ports: usize = devices
            .iter()
            .map(|file| file.as_text().unwrap().matches("group = \"Open ports\"").count())
            .sum();
        assert_eq!(ports, scan.matches("<state state=\"open\"").count(), "{name}");
    }
}

const SCAN: &str = r#"<?xml version="1.0"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" start="1757000000"><host><status state="up"/>
<address addr="10.0.0.40" addrtype="ipv4"/><address addr="00:00:5E:00:53:40" addrtype="mac" vendor="Example"/>
<hostnames/><ports><port protocol="tcp" portid="9100"><state state="open"/><service name="jetdirect"/></port></ports></host>
<host><status state="up"/><address addr="10.0.0.5" addrtype="ipv4"/>
<hostnames><hostname name="SRV-01.corp.example" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="443"><state state="open"/><service name="https"/>
<script id="http-title" output="Intranet"/><script id="ssl-cert" output="Subject: commonName=srv-01.corp.example/organizationName=X&#xa;Issuer: commonName=Corp CA&#xa;Not valid before: 2025-01-01T00:00:00&#xa;Not valid after:  2027-01-20T10:00:00"/>
<script id="ssh-hostkey" output="2048 aa:bb"/></port></ports></host>
<host><status state="up"/><address addr="10.0.0.1" addrtype="ipv4"/><hostnames/></host>
<host><status state="down"/><address addr="10.0.0.9" addrtype="ipv4"/></host></nmaprun>"#;

#[test]
fn a_host_is_known_by_mac_then_name_then_address_and_only_gains_facts() {
    let standing = tree(&[
        (
            "records/devices/prn.toml",
            "name = \"Front desk printer\"\ntype = \"printer\"\n\n[[interface]]\nname = \"eth\"\nmac = \"00:00:5e:00:53:40\"\n",
        ),
        (
            "records/devices/srv.toml",
            "name = \"Server\"\ntype = \"server\"\nhostname = \"srv-01\"\n",
        ),
        (
            "records/devices/fw.toml",
            "name = \"Firewall\"\ntype = \"firewall\"\nmanagement = \"https://10.0.0.1:8443\"\n",
        ),
    ]);
    let outcome = run(&standing, "scan.xml", SCAN);
    assert_eq!(outcome.tree.under("records/devices").count(), 3, "{}", outcome.report.write(false));
    assert!(outcome.report.kept.is_empty(), "{:?}", outcome.report.kept);
    let printer = text(&outcome.tree, "records/devices/prn.toml");
    assert!(
        printer.contains("name = \"eth\"\nmac = \"00:00:5e:00:53:40\"\naddress = \"10.0.0.40\""),
        "{printer}"
    );
    assert!(
        printer.contains("checked_on = 2025-09-04") && !printer.contains("documents"),
        "{printer}"
    );
    let server = text(&outcome.tree, "records/devices/srv.toml");
    assert!(server.contains("value = \"https, title: Intranet\""), "{server}");
    let certificate = text(&outcome.tree, "records/certificates/srv-01-corp-example.toml");
    assert!(
        certificate.contains("expires = 2027-01-20")
            && certificate.contains("installed_on = [\"device/srv\"]"),
        "{certificate}"
    );
    assert!(outcome.tree.at("records/documents/found-not-documented.toml").is_none());
    let again = run(&outcome.tree, "scan.xml", SCAN);
    assert!(again.changes.is_empty(), "{:?}", again.report);
}

#[test]
fn what_no_record_describes_stands_in_a_list_of_its_own() {
    let outcome = run(&tree(&[]), "scan.xml", SCAN);
    let printer = text(&outcome.tree, "records/devices/host-10-0-0-40.toml");
    assert!(
        printer.contains("type = \"printer\"")
            && printer.contains("documents = [\"found-not-documented\"]"),
        "{printer}"
    );
    let path = "records/devices/host-10-0-0-40.toml";
    let edited = printer
        .replace("documents = [\"found-not-documented\"]\n", "")
        .replace("host 10.0.0.40", "Front desk printer");
    let files = outcome.tree.files().iter().filter(|file| file.path != path).cloned();
    let files = files.chain([SourceFile::text(path, edited.clone())]).collect();
    let again = run(&SourceTree::new(files), "scan.xml", SCAN);
    assert_eq!(text(&again.tree, path), edited, "what a person wrote stays");
    assert!(again.report.kept.is_empty(), "{:?}", again.report.kept);
}

#[test]
fn a_scan_that_is_cut_off_anywhere_is_refused_and_never_a_panic() {
    for end in 0..SCAN.len() {
        assert!(trial::harvest(&Nmap, "scan.xml", &SCAN[..end]).is_err(), "{end}");
    }
}
