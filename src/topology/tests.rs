//! Small networks as people write them down.

use super::ranks::Ranks;
use super::*;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, SourceTree};
use crate::{record, schema};

fn model(devices: &str, others: &[(&str, &str)]) -> Model {
    let files = [&[("records/devices.toml", devices)], others].concat();
    let tree =
        SourceTree::new(files.iter().map(|(path, text)| SourceFile::text(*path, *text)).collect());
    let mut found = Diagnostics::default();
    let catalog = schema::read(&tree).report_to(&mut found);
    let records = record::read(&tree, &catalog, "USD").report_to(&mut found);
    assert!(!found.has_errors(), "{found:#?}");
    crate::model::join(&tree, catalog, records).value
}

fn device(id: &str, sort: &str, ports: &[(&str, &str)]) -> String {
    let mut text = format!("[{id}]\nname = \"{id}\"\ntype = \"{sort}\"\n");
    for (name, to) in ports {
        text.push_str(&format!("[[{id}.interface]]\nname = \"{name}\"\n"));
        if !to.is_empty() {
            text.push_str(&format!("connects_to = \"{to}\"\n"));
        }
    }
    text
}

/// The cables as `a:port - b:port`.
fn cables(model: &Model) -> Vec<String> {
    let topology = Topology::of(model);
    let end =
        |end: &End| format!("{}:{}", model.node(topology.devices[end.device].node).id, end.port);
    topology
        .cables
        .iter()
        .map(|it| format!("{} - {}", end(&it.ends[0]), end(&it.ends[1])))
        .collect()
}

#[test]
fn a_cable_is_one_whoever_wrote_it_down() {
    let at_one_end = [device("a", "switch", &[("1", "b:9")]), device("b", "switch", &[("9", "")])];
    let at_both = [device("a", "switch", &[("1", "b:9")]), device("b", "switch", &[("9", "a:1")])];
    let vague = [device("a", "switch", &[("1", "b")]), device("b", "switch", &[("9", "a")])];
    let half = [device("a", "switch", &[("1", "b")]), device("b", "switch", &[("9", "a:1")])];
    for devices in [at_one_end, at_both, vague, half] {
        let text = devices.concat();
        assert_eq!(cables(&model(&text, &[])), ["a:1 - b:9"], "{text}");
    }
}

#[test]
fn a_record_of_a_cable_is_the_cable_of_its_ports() {
    let devices =
        [device("a", "switch", &[("1", "b:9")]), device("b", "switch", &[("9", "")])].concat();
    let link = "[riser]\nname = \"Riser\"\na = \"b:9\"\nb = \"a:1\"\nmedia = \"radio\"\n";
    let model = model(&devices, &[("records/links.toml", link)]);
    let topology = Topology::of(&model);
    assert_eq!(cables(&model), ["a:1 - b:9"]);
    assert!(topology.cables[0].record.is_some());
    assert_eq!(topology.cables[0].stroke, Stroke::Air);
}

#[test]
fn two_cables_between_the_same_two_are_two() {
    let devices =
        [device("a", "switch", &[("1", "b"), ("2", "b")]), device("b", "switch", &[("9", "a")])];
    assert_eq!(cables(&model(&devices.concat(), &[])), ["a:1 - b:9", "a:2 - b:"]);
}

#[test]
fn what_cannot_be_plugged_in_joins_nothing() {
    let devices = [device("a", "switch", &[("1", "a:1"), ("2", "a")])].concat();
    assert_eq!(cables(&model(&devices, &[])), Vec::<String>::new());
}

#[test]
fn only_what_no_cable_joins_is_joined_by_its_addresses() {
    let port = |id: &str, network: &str| {
        format!("[[{id}.interface]]\nname = \"{network}\"\nnetwork = \"{network}\"\n")
    };
    let router = |id: &str| device(id, "router", &[]);
    let devices = [
        router("a") + &port("a", "left") + &port("a", "right"),
        router("b") + &port("b", "left"),
        router("c") + &port("c", "right"),
        device("pc", "laptop", &[]) + &port("pc", "left"),
    ];
    let networks = "[left]\nname = \"Left\"\nprefix = \"10.0.1.0/24\"\n\
                    [right]\nname = \"Right\"\nprefix = \"10.0.2.0/24\"\n";
    let networks = [("records/networks.toml", networks)];
    assert_eq!(cables(&model(&devices.concat(), &networks)), ["a: - b:", "a: - c:"]);
    let plugged = devices.concat() + "[[b.interface]]\nname = \"9\"\nconnects_to = \"c\"\n";
    assert_eq!(cables(&model(&plugged, &networks)), ["a: - b:", "a: - c:", "b:9 - c:"]);
}

#[test]
fn what_hangs_on_one_thing_needs_no_box_and_the_core_stands_above() {
    let devices = [
        device("fw", "firewall", &[("lan", "core:1")]),
        device("core", "switch", &[("1", "")]),
        device("access", "switch", &[("1", "core")]),
        device("phone", "phone", &[("1", "access")]),
        device("pc", "workstation", &[("1", "phone")]),
        device("alone", "printer", &[]),
    ];
    let model = model(&devices.concat(), &[]);
    let topology = Topology::of(&model);
    let ranks = Ranks::of(&topology);
    let ix =
        |id: &str| topology.devices.iter().position(|it| model.node(it.node).id == id).unwrap();
    assert_eq!(ranks.hangs_on[ix("pc")], Some(ix("phone")));
    assert_eq!(ranks.box_of(ix("pc")), ix("access"));
    let rank = |id: &str| ranks.rank[ix(id)];
    assert!(rank("fw") < rank("core") && rank("core") < rank("access"));
    assert!(topology.devices[ix("alone")].is_loose() && ranks.hangs_on[ix("access")].is_none());
}

#[test]
fn loops_and_long_chains_come_to_an_end() {
    let mut ring = String::new();
    for n in 0..40 {
        ring += &device(&format!("s{n}"), "switch", &[("1", &format!("s{}", (n + 1) % 40))]);
        ring += &device(&format!("h{n}"), "server", &[("1", &format!("h{}", n + 1))]);
    }
    ring += &device("h40", "server", &[]);
    let model = model(&ring, &[]);
    let topology = Topology::of(&model);
    let ranks = Ranks::of(&topology);
    assert_eq!(topology.cables.len(), 80);
    assert!((0..topology.devices.len()).all(|ix| ranks.hangs_on[ranks.box_of(ix)].is_none()));
}

#[test]
fn a_cable_through_a_patch_panel_joins_what_is_at_its_ends() {
    let devices = [
        device("pc", "workstation", &[("nic", "socket:1")]),
        device("panel", "patch-panel", &[("7", "sw:3")]),
        "rear = \"socket:1\"\n".to_owned(),
        device("socket", "patch-panel", &[("1", "")]),
        device("sw", "switch", &[("3", "")]),
    ]
    .concat();
    assert_eq!(cables(&model(&devices, &[])), ["pc:nic - sw:3"]);
}
