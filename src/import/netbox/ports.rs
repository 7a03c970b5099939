//! What is plugged into what: cables, patch panels followed from port to port, and names for ports
//! that are clear on their device.
//!
//! A cable has ends at ports (an interface, a front port, a circuit's termination …). A patch panel
//! leads from the front to the rear; whoever stands before a switch wants to know what is at the other
//! end of all of it, and on which panels it passes.

use std::collections::{BTreeMap, BTreeSet};

use super::store::{Field, Object, Store, Target};

/// Models of ports that stand on a device, in the order in which they are named and listed.
pub const PORTS: &[&str] = &[
    "dcim.interface",
    "virtualization.vminterface",
    "dcim.frontport",
    "dcim.rearport",
    "dcim.consoleport",
    "dcim.consoleserverport",
    "dcim.powerport",
    "dcim.poweroutlet",
];

const TERMINATION: &str = "circuits.circuittermination";

/// What is behind a port.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Way {
    /// The port at the far end; several where a cable fans out. None where it ends at a panel.
    pub far: Vec<Target>,
    /// The ports of panels and ends of lines on the way, nearest first.
    pub via: Vec<Target>,
}

/// All cables and ports.
pub struct Ports<'a> {
    store: &'a Store,
    /// The two sides of each cable.
    pub cables: BTreeMap<u64, [Vec<Target>; 2]>,
    cable_of: BTreeMap<Target, (u64, usize)>,
    /// The rear port behind each front port, with the position.
    rear_of: BTreeMap<u64, (u64, i64)>,
    front_of: BTreeMap<(u64, i64), u64>,
    /// The circuit of each termination, with its side.
    lines: BTreeMap<u64, (u64, u8)>,
    line_ends: BTreeMap<(u64, u8), u64>,
    names: BTreeMap<Target, String>,
    /// The ports of each device, in order.
    pub of_device: BTreeMap<Target, Vec<Target>>,
}

impl<'a> Ports<'a> {
    /// Returns the cables and ports of a store.
    pub fn new(store: &'a Store) -> Ports<'a> {
        let mut ports = Ports {
            store,
            cables: BTreeMap::new(),
            cable_of: BTreeMap::new(),
            rear_of: BTreeMap::new(),
            front_of: BTreeMap::new(),
            lines: BTreeMap::new(),
            line_ends: BTreeMap::new(),
            names: BTreeMap::new(),
            of_device: BTreeMap::new(),
        };
        ports.read_cables();
        ports.read_panels();
        ports.read_lines();
        ports.name_ports();
        ports
    }

    fn read_lines(&mut self) {
        for (id, end) in self.store.all(TERMINATION) {
            let side = u8::from(end.text("term_side").as_deref() == Some("Z"));
            if let Some(circuit) = end.link("circuit", "circuits.circuit") {
                self.lines.insert(id, (circuit, side));
                self.line_ends.insert((circuit, side), id);
            }
        }
    }

    fn read_cables(&mut self) {
        for (id, cable) in self.store.all("dcim.cable") {
            let sides = self.cables.entry(id).or_default();
            for (side, letter) in ["a", "b"].into_iter().enumerate() {
                if let Some(Field::List(ends)) = cable.fields.get(&format!("{letter}_terminations"))
                {
                    sides[side].extend(ends.iter().filter_map(|end| match end {
                        Field::To(target) => Some(target.clone()),
                        _ => None,
                    }));
                }
                // Until 3.2 a cable had one end on each side.
                let name = format!("termination_{letter}");
                let id = cable.whole(&format!("{name}_id")).and_then(|id| u64::try_from(id).ok());
                if let Some((model, id)) = cable.text(&format!("{name}_type")).zip(id) {
                    sides[side].push(Target::new(model, id));
                }
            }
        }
        for (_, end) in self.store.all("dcim.cabletermination") {
            let Some(cable) = end.link("cable", "dcim.cable") else { continue };
            let side = usize::from(end.text("cable_end").as_deref() == Some("B"));
            if let Some(target) = end.target("termination") {
                self.cables.entry(cable).or_default()[side].push(target);
            }
        }
        for (cable, sides) in &mut self.cables {
            for (side, ends) in sides.iter_mut().enumerate() {
                ends.sort();
                ends.dedup();
                for end in ends.iter() {
                    self.cable_of.insert(end.clone(), (*cable, side));
                }
            }
        }
    }

    fn read_panels(&mut self) {
        for (front, port) in self.store.all("dcim.frontport") {
            let position = port.whole("rear_port_position").unwrap_or(1);
            if let Some(rear) = port.link("rear_port", "dcim.rearport") {
                self.rear_of.insert(front, (rear, position));
                self.front_of.insert((rear, position), front);
            }
        }
    }

    /// Gives each port a name that no other has on its device: a panel's port 1 is there at the front
    /// and at the rear.
    fn name_ports(&mut self) {
        let mut taken: BTreeSet<(Target, String)> = BTreeSet::new();
        for model in PORTS {
            for (id, port) in self.store.all(model) {
                let Some(device) = device_of(port) else { continue };
                let target = Target::new(*model, id);
                let base = port.name().unwrap_or_else(|| format!("{} {id}", word_for(model)));
                let mut wishes = [base.clone(), format!("{base} ({})", word_for(model))]
                    .into_iter()
                    .chain((2..).map(|number| format!("{base} ({number})")));
                let name = wishes
                    .find(|name| taken.insert((device.clone(), name.to_lowercase())))
                    .expect("there are numbers enough");
                self.names.insert(target.clone(), name);
                self.of_device.entry(device).or_default().push(target);
            }
        }
    }

    /// Returns the name of a port on its device.
    pub fn name(&self, port: &Target) -> Option<&str> {
        self.names.get(port).map(String::as_str)
    }

    /// Returns the device that a port is on.
    pub fn device(&self, port: &Target) -> Option<Target> {
        PORTS.contains(&port.model.as_str()).then(|| device_of(self.store.at(port)?)).flatten()
    }

    /// Returns the cable that is plugged into a port.
    pub fn cable(&self, port: &Target) -> Option<u64> {
        self.cable_of.get(port).map(|(cable, _)| *cable)
    }

    /// Whether a port of a panel is the rear of just one front port, and so has nothing to say itself.
    pub fn is_mere_rear(&self, rear: u64) -> bool {
        let positions =
            self.store.get("dcim.rearport", rear).and_then(|port| port.whole("positions"));
        positions.unwrap_or(1) <= 1 && self.front_of.contains_key(&(rear, 1))
    }

    /// Returns the rear port behind a front port.
    pub fn rear(&self, front: u64) -> Option<Target> {
        self.rear_of.get(&front).map(|(rear, _)| Target::new("dcim.rearport", *rear))
    }

    /// Follows the cable of a port to its far end, through all panels.
    pub fn follow(&self, port: &Target) -> Way {
        self.follow_from(port, Vec::new())
    }

    /// Follows the rear of a front port.
    pub fn follow_rear(&self, front: u64) -> Way {
        match self.rear_of.get(&front) {
            Some((rear, position)) => {
                self.follow_from(&Target::new("dcim.rearport", *rear), vec![*position])
            }
            None => Way::default(),
        }
    }

    fn follow_from(&self, port: &Target, mut positions: Vec<i64>) -> Way {
        let mut way = Way::default();
        let mut seen: BTreeSet<Target> = BTreeSet::new();
        let mut here = port.clone();
        while seen.insert(here.clone()) {
            let Some((cable, side)) = self.cable_of.get(&here) else { return way };
            let ends = &self.cables[cable][1 - side];
            let Some(first) = ends.first() else { return way };
            here = match first.model.as_str() {
                "dcim.frontport" => match self.rear_of.get(&first.id) {
                    Some((rear, position)) => {
                        way.via.push(first.clone());
                        positions.push(*position);
                        Target::new("dcim.rearport", *rear)
                    }
                    None => return self.end_at_panel(way, first),
                },
                "dcim.rearport" => {
                    let position = positions.pop().unwrap_or(1);
                    match self.front_of.get(&(first.id, position)) {
                        Some(front) => {
                            let front = Target::new("dcim.frontport", *front);
                            way.via.push(front.clone());
                            front
                        }
                        None => return self.end_at_panel(way, first),
                    }
                }
                // A line that is patched on at its other end leads on, as a pair of dark fibre does.
                TERMINATION => match self.other_end(first.id) {
                    Some(other) => {
                        way.via.push(first.clone());
                        other
                    }
                    None => {
                        way.far = ends.clone();
                        return way;
                    }
                },
                _ => {
                    way.far = ends.clone();
                    return way;
                }
            };
        }
        way
    }

    /// Returns the other end of a line, where a cable is plugged in there.
    fn other_end(&self, termination: u64) -> Option<Target> {
        let (circuit, side) = self.lines.get(&termination)?;
        let other = self.line_ends.get(&(*circuit, 1 - *side))?;
        let other = Target::new(TERMINATION, *other);
        self.cable_of.contains_key(&other).then_some(other)
    }

    fn end_at_panel(&self, mut way: Way, port: &Target) -> Way {
        way.via.push(port.clone());
        way
    }

    /// Returns what NetBox itself found at the other end, where the cables were not exported.
    pub fn told(&self, port: &Object) -> Vec<Target> {
        let names = [
            "connected_endpoints",
            "connected_endpoint",
            "connected_interface",
            "link_peers",
            "cable_peer",
        ];
        let fields = names.iter().filter_map(|name| port.fields.get(*name));
        let of = |field: &Field| match field {
            Field::To(target) => vec![target.clone()],
            Field::List(items) => items
                .iter()
                .filter_map(|item| match item {
                    Field::To(target) => Some(target.clone()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        fields.map(of).find(|targets| !targets.is_empty()).unwrap_or_default()
    }
}

/// Returns the device or virtual machine that a port stands on.
fn device_of(port: &Object) -> Option<Target> {
    let device = port.link("device", "dcim.device").map(|id| Target::new("dcim.device", id));
    device.or_else(|| {
        const VM: &str = "virtualization.virtualmachine";
        port.link("virtual_machine", VM).map(|id| Target::new(VM, id))
    })
}

fn word_for(model: &str) -> &'static str {
    match model {
        "dcim.frontport" => "front",
        "dcim.rearport" => "rear",
        "dcim.consoleport" | "dcim.consoleserverport" => "console",
        "dcim.powerport" => "power",
        "dcim.poweroutlet" => "outlet",
        _ => "port",
    }
}
