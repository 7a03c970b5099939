//! NetBox's own samples, counted in another way than they are read, and shapes of other versions.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use serde_json::Value;

use super::*;
use crate::import::Outcome;
use crate::import::trial::{self, runbook};
use crate::source::{SourceFile, SourceTree};

const DUMP: &[u8] =
    include_bytes!("../../../tests/data/import/netbox/demo/netbox-demo-v3.6.json.gz");

macro_rules! shape {
    ($name:literal) => {
        Foreign::of_bytes(
            $name,
            *include_bytes!(concat!("../../../tests/data/import/netbox/shapes/", $name)),
        )
    };
}

fn demo() -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(DUMP).read_to_end(&mut bytes).unwrap();
    bytes
}

fn dump() -> Foreign {
    Foreign::of_bytes("netbox-demo-v3.6.json", demo())
}

fn import(tree: &SourceTree, files: &[Foreign], client: Option<&str>) -> Result<Outcome, Refused> {
    trial::import_as_wished(files, &Wishes { client, ..trial::wishes(tree) })
}

fn record<'a>(tree: &'a SourceTree, path: &str) -> &'a str {
    let file = tree.at(&format!("records/{path}.toml"));
    file.unwrap_or_else(|| panic!("no {path}")).as_text().unwrap()
}

#[track_caller]
fn says(tree: &SourceTree, path: &str, lines: &[&str]) {
    let text = record(tree, path);
    for line in lines {
        assert!(text.lines().any(|there| there == *line), "{path} lacks {line}:\n{text}");
    }
}

fn counts(tree: &SourceTree) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for file in tree.files() {
        if let Some((plural, _)) =
            file.path.strip_prefix("records/").and_then(|p| p.split_once('/'))
        {
            *counts.entry(plural.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// The dump as plain JSON: by model and id.
fn rows() -> BTreeMap<String, BTreeMap<u64, Value>> {
    let Value::Array(all) = serde_json::from_slice(&demo()).unwrap() else { panic!() };
    let mut rows: BTreeMap<String, BTreeMap<u64, Value>> = BTreeMap::new();
    for row in all {
        if let Some(id) = row["pk"].as_u64() {
            let model = row["model"].as_str().unwrap().to_owned();
            rows.entry(model).or_default().insert(id, row["fields"].clone());
        }
    }
    rows
}

#[test]
fn all_of_a_dump_becomes_records() {
    let outcome = import(&runbook(), &[dump()], Some("*")).unwrap();
    let rows = rows();
    let of = |model: &str| rows[model].len();
    let with_prefix: BTreeSet<u64> =
        rows["ipam.prefix"].values().filter_map(|prefix| prefix["vlan"].as_u64()).collect();
    let counts = counts(&outcome.tree);
    for (plural, expected) in [
        ("organizations", of("tenancy.tenant")),
        ("sites", of("dcim.site")),
        ("racks", of("dcim.rack")),
        ("devices", of("dcim.device") + of("virtualization.virtualmachine")),
        ("services", of("virtualization.cluster")),
        ("networks", of("ipam.prefix") + of("ipam.vlan") - with_prefix.len()),
        ("vendors", of("circuits.provider")),
        ("circuits", of("circuits.circuit")),
        ("people", of("tenancy.contact")),
    ] {
        assert_eq!(counts[plural], expected, "{plural}");
    }
    // Every port is a row, but the rear of a panel's port, which its front tells.
    let files = outcome.tree.files().iter().filter_map(|file| file.as_text());
    let interfaces: usize = files.map(|text| text.matches("\n[[interface]]\n").count()).sum();
    let fronts: BTreeSet<u64> =
        rows["dcim.frontport"].values().filter_map(|port| port["rear_port"].as_u64()).collect();
    let single = |id: &&u64| rows["dcim.rearport"][*id]["positions"] == 1;
    let mere = fronts.iter().filter(single).count();
    let ports: usize = ports::PORTS.iter().filter_map(|m| rows.get(*m)).map(BTreeMap::len).sum();
    assert_eq!(interfaces, ports - mere);
    let reserved: usize = outcome
        .tree
        .files()
        .iter()
        .filter_map(|file| file.as_text())
        .map(|text| text.matches("\n[[reservation]]\n").count())
        .sum();
    assert_eq!(reserved, of("ipam.ipaddress"), "{:?}", outcome.report.notes);
}

#[test]
fn no_password_or_session_of_a_dump_is_written_or_told() {
    let outcome = import(&runbook(), &[dump()], Some("*")).unwrap();
    let Value::Array(all) = serde_json::from_slice(&demo()).unwrap() else { panic!() };
    let secrets: Vec<String> = all
        .iter()
        .flat_map(|row| [&row["fields"]["password"], &row["fields"]["session_data"]])
        .filter_map(|secret| secret.as_str().map(str::to_owned))
        .collect();
    assert_eq!(secrets.len(), 15);
    assert_eq!(outcome.report.secrets.values().sum::<usize>(), 15);
    let told = outcome.report.write(false);
    for secret in &secrets {
        assert!(!told.contains(secret.as_str()));
        for file in outcome.tree.files() {
            let text = file.as_text().unwrap_or_default();
            assert!(!text.contains(secret.as_str()) && !text.contains("pbkdf2"), "{}", file.path);
        }
    }
}

#[test]
fn a_tenant_is_a_client_and_a_second_import_changes_nothing() {
    let tree = runbook();
    let refused = import(&tree, &[dump()], None).unwrap_err();
    for told in ["3 clients", "Dunder-Mifflin, Inc. (", "Jimbob's Banking & Trust (", "NC State"] {
        assert!(refused.message.contains(told), "{told}: {}", refused.message);
    }
    let outcome = import(&tree, &[dump()], Some("dunder-mifflin")).unwrap();
    assert_eq!(outcome.client.as_deref(), Some("Dunder-Mifflin, Inc."));
    let rows = rows();
    let theirs = |model: &str| rows[model].values().filter(|row| row["tenant"] == 5).count();
    let counts = counts(&outcome.tree);
    assert_eq!(counts["racks"], theirs("dcim.rack"));
    assert_eq!(counts["circuits"], theirs("circuits.circuit"));
    assert_eq!(counts["sites"], theirs("dcim.site"));
    // The 13 patch panels have no tenant, and stand in racks of theirs.
    assert_eq!(counts["devices"], theirs("dcim.device") + 13);
    says(
        &outcome.tree,
        "devices/dmi01-akron-rtr01",
        &[
            "type = \"router\"",
            "model = \"ISR 1111-8P\"",
            "depends_on = [\"device/dmi01-akron-pdu01\"]",
            "rack = { rack = \"comms-closet\", unit = 4, height = 1, face = \"front\" }",
            "connects_to = \"dmi01-akron-sw01:GigabitEthernet1/0/1\"",
        ],
    );
    says(
        &outcome.tree,
        "networks/data-dm-akron",
        &["prefix = \"10.112.129.0/24\"", "vlan_id = 100", "site = \"dm-akron\""],
    );
    let again = import(&outcome.tree, &[dump()], Some("dunder-mifflin")).unwrap();
    assert!(again.changes.is_empty() && again.report.is_nothing_new());
}

#[test]
fn an_edit_by_hand_is_kept() {
    let outcome = import(&runbook(), &[dump()], Some("dunder-mifflin")).unwrap();
    let path = "records/devices/dmi01-akron-rtr01.toml";
    let edited = outcome.tree.at(path).unwrap().as_text().unwrap();
    let edited = edited.replace("os = \"Cisco IOS\"", "os = \"Cisco IOS XE\"  # asked");
    let others = outcome.tree.files().iter().filter(|file| file.path != path).cloned();
    let tree = others.chain([SourceFile::text(path, edited.as_str())]).collect();
    let again = import(&SourceTree::new(tree), &[dump()], Some("dunder-mifflin")).unwrap();
    assert_eq!(again.tree.at(path).unwrap().as_text(), Some(edited.as_str()));
    assert!(again.report.write(false).contains("\"Cisco IOS XE\" stays"));
}

#[test]
fn cables_are_followed_as_netbox_follows_them() {
    let mut store = Store::default();
    let file = dump();
    let value: Value = serde_json::from_slice(&file.bytes().unwrap()).unwrap();
    assert!(dump::read(&value, &file, &mut store));
    let ports = ports::Ports::new(&store);
    let rows = rows();
    // Which number stands for which model in a path, the paths' own beginnings say.
    let mut models: BTreeMap<String, &str> = BTreeMap::new();
    let paths = &rows["dcim.cablepath"];
    let nodes = |path: &Value| -> Vec<String> {
        let steps = path["path"].as_array().unwrap().iter();
        steps.map(|step| step[0].as_str().unwrap().to_owned()).collect()
    };
    let ends = ["dcim.interface", "dcim.powerport", "dcim.poweroutlet", "dcim.consoleport"];
    for model in ends {
        for row in rows[model].values() {
            if let Some(path) = row["_path"].as_u64().and_then(|id| paths.get(&id)) {
                let first = nodes(path)[0].split(':').next().unwrap().to_owned();
                models.insert(first, model);
            }
        }
    }
    let target = |node: &str| {
        let (model, id) = node.split_once(':')?;
        Some(store::Target::new(*models.get(model)?, id.parse().ok()?))
    };
    let (mut compared, mut through_panels) = (0, 0);
    for path in paths.values().filter(|path| path["is_complete"] == true) {
        let nodes = nodes(path);
        let Some((start, end)) = target(&nodes[0]).zip(target(nodes.last().unwrap())) else {
            continue;
        };
        let way = ports.follow(&start);
        // NetBox goes on through circuits; here a line is an end, and says where it leads.
        let is_line = way.far.iter().any(|far| far.model == "circuits.circuittermination");
        if !is_line {
            assert_eq!(way.far, [end], "{nodes:?}");
            compared += 1;
            through_panels += usize::from(!way.via.is_empty());
        }
    }
    assert!(compared >= 80 && through_panels >= 6, "{compared} {through_panels}");
}

#[test]
fn answers_of_old_versions_are_read() {
    macro_rules! fixtures {
        ($($name:literal),*) => {
            vec![$(Foreign::of_bytes(
                $name,
                *include_bytes!(concat!("../../../tests/data/import/netbox/pynetbox/", $name)),
            )),*]
        };
    }
    let files = fixtures![
        "cables.json",
        "circuit_terminations.json",
        "circuits.json",
        "clusters.json",
        "device_roles.json",
        "device_types.json",
        "devices.json",
        "interfaces.json",
        "ip_addresses.json",
        "prefixes.json",
        "providers.json",
        "racks.json",
        "sites.json",
        "tenants.json",
        "virtual_machines.json",
        "vlans.json"
    ];
    let outcome = import(&runbook(), &files, None).unwrap();
    let counts = counts(&outcome.tree);
    let tree = &outcome.tree;
    // 11 devices, tst1-test1 and so on at the ends of cables, one virtual machine.
    assert!(counts["devices"] >= 12, "{counts:?}");
    assert_eq!((counts["racks"], counts["sites"], counts["organizations"]), (2, 1, 2));
    assert_eq!((counts["circuits"], counts["vendors"]), (1, 1));
    says(
        tree,
        "devices/test1-core1",
        &[
            "type = \"switch\"",
            "manufacturer = \"Juniper\"",
            "model = \"EX9214\"",
            "management = \"10.0.254.1\"",
            "rack = { rack = \"a1r1\", unit = 17, height = 16, face = \"front\" }",
            "address = \"10.0.254.1/24\"",
        ],
    );
    says(tree, "sites/test1", &["address = \"555 Test Ave. Test, NY 55555\""]);
    says(
        tree,
        "devices/vm-test01",
        &["type = \"vm\"", "host = \"service/vm-test-cluster\"", "ram = \"1 GB\""],
    );
    let again = import(tree, &files, None).unwrap();
    assert!(again.changes.is_empty(), "{:?}", again.report.updated);
}

#[test]
fn pages_of_a_part_do_not_undo_what_the_whole_said() {
    let all = import(&runbook(), &[shape!("rest-3.7.json")], None).unwrap();
    let page = br#"{"count": 1, "next": null, "previous": null, "results": [{"id": 34,
        "url": "https://netbox.example/api/dcim/interfaces/34/", "name": "8",
        "device": {"id": 1, "url": "https://netbox.example/api/dcim/devices/1/", "name": "sw1"},
        "type": {"value": "1000base-t", "label": "1000BASE-T"}, "enabled": true}]}"#;
    let more = import(&all.tree, &[Foreign::of_bytes("page2.json", page.to_vec())], None).unwrap();
    says(&more.tree, "devices/sw1", &["type = \"switch\"", "serial = \"SG0001\"", "name = \"8\""]);
}

#[test]
fn a_panel_says_where_its_ports_go_and_a_switch_what_is_behind_the_panel() {
    let outcome = import(&runbook(), &[shape!("rest-3.7.json")], None).unwrap();
    let tree = &outcome.tree;
    says(
        tree,
        "devices/sw1",
        &[
            "type = \"switch\"",
            "site = \"hq\"",
            "room = \"Cellar\"",
            "serial = \"SG0001\"",
            "management = \"10.0.9.2\"",
            "summary = \"Access switch of the ground floor\"",
            "tags = [\"core\"]",
            "mac = \"00:00:5e:00:53:01\"",
            "mode = \"trunk\"",
            "untagged_vlan = 10",
            "tagged_vlans = [20]",
            "poe = true",
            "connects_to = \"till-1:eth0\"",
            "via = \"Panel A2, 12\"",
            "enabled = false",
            "address = \"10.0.9.2/24\"",
            "Owner = \"Facilities\"",
        ],
    );
    says(
        tree,
        "devices/panel-a2",
        &[
            "type = \"patch-panel\"",
            "description = \"front: sw1, 7; rear: till-1, eth0\"",
            "connects_to = \"sw1\"",
        ],
    );
    says(tree, "devices/till-1", &["connects_to = \"sw1:7\"", "via = \"Panel A2, 12\""]);
    says(
        tree,
        "links/a-012",
        &[
            "a = \"sw1\"",
            "b = \"panel-a2\"",
            "media = \"cat6\"",
            "colour = \"blue\"",
            "length = 0.91",
            "patch_b = \"12\"",
        ],
    );
    says(tree, "racks/r1", &["height_u = 42", "depth = \"800 mm\"", "room = \"Cellar\""]);
}

#[test]
fn contexts_and_keys_stay_behind() {
    let files = [shape!("rest-3.7.json"), shape!("rest-4.2.json")];
    let outcome = import(&runbook(), &files, None).unwrap();
    let told = outcome.report.write(false);
    let secrets = [
        "s3cr3t-c0mm",
        "k3y-0f-tacacs",
        "Tr0ub4dor",
        "hunter2xZ9",
        "c0ffee-and-cake",
        "psk-of-the-tunnel",
    ];
    for secret in secrets {
        assert!(!told.contains(secret), "{secret}");
        for file in outcome.tree.files() {
            let text = file.as_text().unwrap_or_default();
            assert!(!text.contains(secret), "{secret} in {}", file.path);
        }
    }
    assert!(record(&outcome.tree, "devices/sw1").contains("hold"), "the rest of the notes stays");
    for told_of in [
        "dcim.device config_context",
        "wireless.wirelesslan auth_psk: 1",
        "vpn.ikepolicy preshared_key: 1",
        "Snmp community: 1",
    ] {
        assert!(told.contains(told_of), "{told_of}: {told}");
    }
}

#[test]
fn networks_of_today_have_their_vlan_range_gateway_and_reservations() {
    let outcome = import(&runbook(), &[shape!("rest-4.2.json")], None).unwrap();
    let tree = &outcome.tree;
    says(
        tree,
        "networks/staff",
        &[
            "site = \"hq\"",
            "prefix = \"10.0.10.0/24\"",
            "prefix6 = \"2001:db8:10::/64\"",
            "vlan_id = 10",
            "routed_by = \"fw1\"",
            "summary = \"Computers of the staff\"",
            "from = \"10.0.10.100\"",
            "to = \"10.0.10.199\"",
            "ip = \"10.0.10.50\"",
            "name = \"printer.example, Printer, Reserved\"",
        ],
    );
    says(
        tree,
        "devices/fw1",
        &[
            "type = \"firewall\"",
            "mac = \"00:00:5e:00:53:0a\"",
            "network = \"staff\"",
            "value = \"TCP 443, 8443\"",
        ],
    );
    says(
        tree,
        "wifi/harborview",
        &["ssid = \"Harborview\"", "auth = \"psk\"", "network = \"staff\""],
    );
    says(
        tree,
        "vpns/hq-branch",
        &["type = \"site-to-site\"", "protocol = \"ipsec\"", "local = \"device/fw1\""],
    );
}

#[test]
fn lists_as_csv_are_read_together() {
    let files = [
        shape!("sites-import.csv"),
        shape!("racks-import.csv"),
        shape!("devices-import.csv"),
        shape!("cables-import.csv"),
        shape!("devices-export.csv"),
        shape!("prefixes-export.csv"),
    ];
    for file in &files {
        assert_eq!(NetBox.fit(file), Fit::Sure, "{}", file.name);
    }
    let outcome = import(&runbook(), &files, None).unwrap();
    let tree = &outcome.tree;
    says(
        tree,
        "devices/srv1",
        &[
            "type = \"server\"",
            "manufacturer = \"Dell\"",
            "model = \"PowerEdge R450\"",
            "room = \"Cellar\"",
            "rack = { rack = \"r1\", unit = 20, face = \"front\" }",
            "connects_to = \"sw1:7\"",
            "depends_on = [\"device/pdu1\"]",
        ],
    );
    says(
        tree,
        "devices/sw1",
        &["serial = \"SG0001\"", "tags = [\"core\", \"poe\"]", "Warranty = \"2028-03-01\""],
    );
    says(tree, "devices/patch-panel-r1-u13", &["type = \"patch-panel\""]);
    says(
        tree,
        "racks/r1",
        &["site = \"hq\"", "Type = \"4 post cabinet\"", "Role = \"Infrastructure\""],
    );
    says(
        tree,
        "networks/voice",
        &["vlan_id = 20", "zone = \"voice\"", "prefix = \"10.0.20.0/24\""],
    );
    says(tree, "sites/hq", &["Region = \"Washington\""]);
    assert!(outcome.report.write(false).contains("devices-export.csv:4: 2 cells"));
    let again = import(tree, &files, None).unwrap();
    assert!(again.changes.is_empty());
    // A table of another tool is none of NetBox's.
    let other = b"Device Hostname,Device Type,Site,Serial Number\na,Laptop,HQ,1\n".to_vec();
    assert_eq!(NetBox.fit(&Foreign::of_bytes("rmm.csv", other)), Fit::No);
}

#[test]
fn lists_name_ports_vlans_and_types_as_the_import_pages_do() {
    let list = |name: &str, text: &str| Foreign::of_bytes(name, text.as_bytes().to_vec());
    let files = [
        list("manufacturers.csv", "name,slug\nA,a\nB,b\n"),
        list("device-types.csv", "manufacturer,model,slug\nA,One,one\nB,One,one\n"),
        list(
            "devices.csv",
            "name,role,manufacturer,device_type,status,site\nfw,Firewall,A,One,active,HQ\nsw,Switch,B,One,active,HQ\n",
        ),
        list(
            "interfaces.csv",
            "device,name,type,enabled\nfw,1/0,1000base-t,true\nfw,1-0,other,true\n",
        ),
        list(
            "mac-addresses.csv",
            "mac_address,device,interface,is_primary\n00:00:5e:00:53:01,fw,1/0,true\n",
        ),
        list(
            "prefixes.csv",
            "prefix,status,vlan_site,vlan,description\n10.0.20.0/24,active,HQ,20,Phones\n",
        ),
        list("vlans.csv", "vid,name,status,site,description\n20,Voice,active,HQ,Phones\n"),
        list(
            "ip-addresses.csv",
            "address,vrf,status,dns_name,device,interface\n10.0.20.1/24,,active,fw.example.com,fw,1/0\n",
        ),
        list(
            "cables.csv",
            "side_a_device,side_a_type,side_a_name,side_b_device,side_b_type,side_b_name\nfw,dcim.interface,1/0,sw,dcim.interface,7\n",
        ),
    ];
    for file in &files {
        assert_eq!(NetBox.fit(file), Fit::Sure, "{}", file.name);
    }
    let outcome = import(&runbook(), &files, None).unwrap();
    let tree = &outcome.tree;
    says(
        tree,
        "devices/fw",
        &[
            "manufacturer = \"A\"",
            "hostname = \"fw.example.com\"",
            "mac = \"00:00:5e:00:53:01\"",
            "address = \"10.0.20.1/24\"",
            "network = \"voice\"",
            "connects_to = \"sw:7\"",
            "name = \"1-0\"",
        ],
    );
    says(tree, "devices/sw", &["manufacturer = \"B\"", "model = \"One\""]);
    says(tree, "networks/voice", &["site = \"hq\"", "vlan_id = 20", "summary = \"Phones\""]);
    assert!(!record(tree, "networks/voice").contains("VLAN"), "{}", record(tree, "networks/voice"));
    assert!(outcome.report.write(false).contains("`manufacturers.csv` only names"));
    assert!(!outcome.report.write(false).contains("not understood"));
}

/// The roles and types that our own export names are read as what they were.
#[test]
fn every_type_of_device_and_line_comes_back_from_its_label() {
    let catalog = crate::schema::read(&SourceTree::default()).value;
    let choices = |kind: &str| {
        let shape = &catalog.kind(catalog.by_name(kind).unwrap()).shape;
        shape.get("type").unwrap().choices.clone()
    };
    let mut devices = String::from("name,role,manufacturer,device_type,status,site\n");
    for choice in choices("device") {
        devices.push_str(&format!("d-{},\"{}\",A,B,active,HQ\n", choice.key, choice.label));
    }
    let mut lines = String::from("cid,provider,type,status,description\n");
    for (number, choice) in choices("circuit").iter().enumerate() {
        lines.push_str(&format!("{number},A,\"{}\",active,c-{}\n", choice.label, choice.key));
    }
    let files = [
        Foreign::of_bytes("devices.csv", devices.into_bytes()),
        Foreign::of_bytes("circuits.csv", lines.into_bytes()),
    ];
    let tree = import(&runbook(), &files, None).unwrap().tree;
    for choice in choices("device") {
        says(&tree, &format!("devices/d-{}", choice.key), &[&format!("type = \"{}\"", choice.key)]);
    }
    for choice in choices("circuit") {
        says(
            &tree,
            &format!("circuits/c-{}", choice.key),
            &[&format!("type = \"{}\"", choice.key)],
        );
    }
}

/// Reads without weaving: whatever comes, it is an error or a harvest, never a panic.
fn read(bytes: &[u8]) -> Result<Harvest, Refused> {
    trial::harvest_of(&NetBox, &[Foreign::of_bytes("x.json", bytes)])
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused_or_read_in_part() {
    let page = shape!("rest-4.2.json").bytes().unwrap();
    for end in 1..page.len() - 2 {
        assert!(read(&page[..end]).is_err(), "{end}");
    }
    let list = shape!("devices-export.csv").bytes().unwrap();
    for end in 0..list.len() {
        let _ = read(&list[..end]);
    }
}

#[test]
fn values_of_any_other_form_are_no_panic() {
    let whole: Value = serde_json::from_slice(&shape!("rest-3.7.json").bytes().unwrap()).unwrap();
    let mut ways = Vec::new();
    collect(&whole, String::new(), &mut ways);
    assert!(ways.len() > 300);
    let others = [
        Value::Null,
        serde_json::json!(true),
        serde_json::json!(-1),
        serde_json::json!(18_446_744_073_709_551_615_u64),
        serde_json::json!(1e300),
        serde_json::json!("\u{202e}x\u{0}"),
        serde_json::json!([]),
        serde_json::json!({"id": 1, "url": "https://n/api/dcim/devices/1/"}),
        serde_json::json!([["a"], {"value": [], "label": {}}]),
    ];
    for (ix, way) in ways.iter().enumerate() {
        let mut damaged = whole.clone();
        *damaged.pointer_mut(way).unwrap() = others[ix % others.len()].clone();
        let _ = read(damaged.to_string().as_bytes());
    }
    for other in &others {
        let mut damaged = whole.clone();
        *damaged.pointer_mut("/devices/results/0/id").unwrap() = other.clone();
        let _ = read(damaged.to_string().as_bytes());
    }
}

fn collect(value: &Value, way: String, ways: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (ix, item) in items.iter().enumerate() {
                collect(item, format!("{way}/{ix}"), ways);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                collect(field, format!("{way}/{name}"), ways);
            }
        }
        _ => {}
    }
    if !way.is_empty() {
        ways.push(way);
    }
}

#[test]
fn circles_end() {
    let circle = br#"[
        {"model": "dcim.region", "pk": 1, "fields": {"name": "A", "parent": 2}},
        {"model": "dcim.region", "pk": 2, "fields": {"name": "B", "parent": 1}},
        {"model": "dcim.site", "pk": 1, "fields": {"name": "S", "slug": "s", "region": 1}},
        {"model": "dcim.device", "pk": 1, "fields": {"name": "P", "site": 1, "rack": null}},
        {"model": "dcim.frontport", "pk": 1, "fields": {"name": "1", "device": 1, "rear_port": 1, "rear_port_position": 1}},
        {"model": "dcim.rearport", "pk": 1, "fields": {"name": "1", "device": 1, "positions": 1}},
        {"model": "dcim.cable", "pk": 1, "fields": {"termination_a_type": ["dcim", "frontport"], "termination_a_id": 1, "termination_b_type": ["dcim", "rearport"], "termination_b_id": 1}}
    ]"#;
    let harvest = read(circle).unwrap();
    assert_eq!(harvest.proposals.iter().filter(|one| one.kind == "device").count(), 1);
}

#[test]
fn what_is_something_else_is_refused() {
    for text in
        ["{}", "[]", "[1, 2]", "{\"count\": 0, \"results\": []}", "{\"results\": [{\"a\": 1}]}"]
    {
        let refused = read(text.as_bytes()).unwrap_err();
        assert!(refused.message.contains("holds nothing that NetBox would write"), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).unwrap_err().message.contains("deep in each other"));
}
