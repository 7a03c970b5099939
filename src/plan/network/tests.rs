//! Draws runbooks that nobody has written, and looks for what would be hard to read.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::drawing::check::faults;
use crate::drawing::{self, Look, Row};
use crate::plan::route::Routes;
use crate::source::{SourceFile, SourceTree};
use crate::{model, record, schema};

const TYPES: [&str; 9] =
    ["switch", "switch", "switch", "router", "firewall", "modem", "server", "phone", "patch-panel"];

fn model_of(devices: &str) -> (SourceTree, Model) {
    let sites: String = (0..4).map(|n| format!("[s{n}]\nname = \"Site {n}\"\n")).collect();
    let networks = "[staff]\nname = \"Staff\"\nvlan_id = 10\nprefix = \"10.0.10.0/24\"\n\
                    [voice]\nname = \"Phones\"\nvlan_id = 40\nprefix = \"10.0.40.0/24\"\n";
    let tree = SourceTree::new(vec![
        SourceFile::text("records/devices.toml", devices),
        SourceFile::text("records/sites.toml", sites.as_str()),
        SourceFile::text("records/networks.toml", networks),
    ]);
    let catalog = schema::read(&tree).value;
    let records = record::read(&tree, &catalog, "USD").value;
    let model = model::join(&tree, catalog, records).value;
    (tree, model)
}

/// Calls `with` for the view of every page and of every record that has a drawing.
fn each_drawing(devices: &str, mut with: impl FnMut(&str, &View)) {
    let (tree, model) = model_of(devices);
    let routes = Routes::new(&model);
    let map = Map::of(&model);
    let today = jiff::civil::date(2026, 11, 15);
    let show = Shower { model: &model, tree: &tree, routes: &routes, root: "../", today };
    let pages = MapPages { show, map: &map };
    for path in map.paths() {
        with(&path, &pages.page(&path).view);
    }
    for (ix, node) in model.iter() {
        if let Some(sketch) = pages.around(ix).and_then(|wiring| wiring.sketch) {
            let view = NetworkView { sketch, ..pages.whole() };
            with(&node.id, &View::Network(Box::new(view)));
        }
    }
}

fn look_at(devices: &str) -> usize {
    let mut seen = 0;
    each_drawing(devices, |path, view| {
        for (_, picture) in view.drawings() {
            seen += 1;
            let found = faults(&picture);
            assert!(found.is_empty(), "{path}: {found:#?}\n{devices}");
            // As SVG a box with its words takes less than 500 bytes, a line of text less than 300.
            let texts: usize = picture.blocks.iter().map(|it| it.parts.len()).sum();
            assert!(texts * 500 < 200_000, "{path} is too heavy: {texts}");
        }
    });
    seen
}

fn device(n: usize, sort: &str, more: &str) -> String {
    format!("[d{n}]\nname = \"Device {n} {}\"\ntype = \"{sort}\"\n{more}", "name ".repeat(n % 9))
}

#[test]
fn more_than_sixty_are_an_overview_and_a_drawing_for_each_part() {
    let mut devices = device(0, "firewall", "site = \"s0\"\n");
    for n in 1..9 {
        let site = n % 4;
        let port =
            "[[d#.interface]]\nname = \"up\"\nconnects_to = \"d0\"\n".replace('#', &n.to_string());
        devices += &device(n, "switch", &format!("site = \"s{site}\"\n{port}"));
    }
    for n in 9..140 {
        let up = 1 + n % 8;
        let port = format!("[[d{n}.interface]]\nname = \"eth0\"\nconnects_to = \"d{up}\"\n");
        devices += &device(n, "phone", &port);
    }
    let (mut forms, mut most, mut foreign) = (Vec::new(), 0, 0);
    each_drawing(&devices, |path, view| {
        let View::Network(view) = view else { unreachable!("that is all there is") };
        if path.starts_with("drawings/") {
            forms.push(view.form);
            let rows: usize = view.sketch.things.iter().map(|thing| thing.rows.len() + 1).sum();
            most = most.max(rows);
            foreign += view.sketch.things.iter().filter(|thing| thing.faint).count();
        }
    });
    assert_eq!(forms, ["overview", "part", "part", "part", "part"]);
    assert!(most <= 70, "{most}");
    assert!(foreign > 0, "what a part is joined to is in its drawing");
    look_at(&devices);
}

#[test]
fn one_switch_with_five_hundred_cables_is_drawn_and_says_what_it_leaves_out() {
    let mut devices = device(0, "switch", "");
    for n in 1..=500 {
        let port = format!("[[d{n}.interface]]\nname = \"eth0\"\nconnects_to = \"d0\"\n");
        devices += &device(n, "workstation", &port);
    }
    let mut told = false;
    each_drawing(&devices, |_, view| {
        let View::Network(view) = view else { return };
        let rows = view.sketch.things.iter().flat_map(|thing| &thing.rows);
        told |= rows.into_iter().any(|row| row.name == "and 460 more");
    });
    assert!(told);
    look_at(&devices);
}

#[test]
fn what_is_plugged_in_nowhere_is_named() {
    let devices = device(0, "switch", "") + &device(1, "laptop", "") + &device(2, "ups", "");
    each_drawing(&devices, |path, view| {
        let View::Network(view) = view else { return };
        assert_eq!(path, MAP);
        assert_eq!(view.loose.len(), 2, "a battery is no part of the network");
        assert!(view.sketch.things.is_empty());
    });
}

#[test]
fn a_network_is_drawn_with_what_carries_it() {
    let port = |n: usize, to: &str, vlan: i64| {
        format!(
            "[[d{n}.interface]]\nname = \"p\"\nconnects_to = \"{to}\"\nuntagged_vlan = {vlan}\n"
        )
    };
    let devices = device(0, "firewall", "")
        + &device(1, "switch", &port(1, "d0", 10))
        + &device(2, "switch", &port(2, "d1", 10))
        + &device(3, "phone", &port(3, "d2", 40))
        + &device(4, "workstation", &port(4, "d2", 10));
    let (tree, model) = model_of(&devices);
    let (routes, map) = (Routes::new(&model), Map::of(&model));
    let today = jiff::civil::date(2026, 11, 15);
    let show = Shower { model: &model, tree: &tree, routes: &routes, root: "../", today };
    let pages = MapPages { show, map: &map };
    let voice = model.by_name("network/voice").unwrap();
    let sketch = pages.around(voice).unwrap().sketch.unwrap();
    let shown: BTreeSet<&str> = sketch.things.iter().map(|it| &it.name[..8]).collect();
    assert_eq!(shown, BTreeSet::from(["Device 0", "Device 1", "Device 2"]));
    let rows: Vec<&Row> = sketch.things.iter().flat_map(|thing| &thing.rows).collect();
    assert!(rows.len() == 1 && rows[0].name.starts_with("Device 3"), "{rows:#?}");
    let faint = drawing::place(&sketch).blocks.iter().filter(|it| it.look == Look::Faint).count();
    assert_eq!(faint, 3, "what only carries it");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_joined_to_whatever_can_be_read(
        sorts in vec((0usize..9, 0usize..6, 0usize..3), 2..90),
        ends in vec((0usize..90, 0usize..90), 0..140),
    ) {
        let count = sorts.len();
        let mut ports = vec![String::new(); count];
        for (number, (a, b)) in ends.iter().enumerate() {
            let (a, b) = (a % count, b % count);
            ports[a] += &format!(
                "[[d{a}.interface]]\nname = \"Gi1/0/{number}\"\nconnects_to = \"d{b}\"\nuntagged_vlan = {}\n",
                if number % 2 == 0 { 10 } else { 40 }
            );
        }
        let devices: String = sorts
            .iter()
            .enumerate()
            .map(|(n, (sort, site, room))| {
                let site = if *site < 4 { format!("site = \"s{site}\"\n") } else { String::new() };
                device(n, TYPES[*sort], &format!("{site}room = \"Room {room}\"\n{}", ports[n]))
            })
            .collect();
        prop_assert!(look_at(&devices) > 0);
    }
}
