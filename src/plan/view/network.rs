//! What the drawings of the network show, and the tables beneath them.

use serde::Serialize;

use super::Link;
use crate::drawing::Sketch;

/// The network, or a part of it.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct NetworkView {
    /// `whole`, `overview` where the whole is drawn in parts, or `part`.
    pub form: &'static str,
    /// What is drawn.
    pub sketch: Sketch,
    /// The parts, where this is their overview.
    pub parts: Vec<NetworkPart>,
    /// The networks in it, each of which can be looked at alone.
    pub layers: Vec<Layer>,
    /// What is joined to what.
    pub cables: Vec<CableRow>,
    /// How many more there are than the table holds.
    pub cables_more: usize,
    /// What is joined to nothing.
    pub loose: Vec<Link>,
    /// How many more there are than are named.
    pub loose_more: usize,
}

/// A part of the network with a drawing of its own.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct NetworkPart {
    /// Its page.
    pub link: Link,
    /// How many devices are drawn there.
    pub devices: usize,
    /// The parts that cables lead to.
    pub leads_to: Vec<Link>,
}

/// A network that can be looked at alone.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its name in the drawing.
    pub id: String,
    /// Its drawing, on its own page.
    pub link: Link,
    /// Its VLAN; empty where it has none.
    pub vlan: String,
    /// How many devices here are in it.
    pub devices: usize,
}

/// A cable, or what else joins two devices.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct CableRow {
    /// One end.
    pub a: Link,
    /// Its port; empty where it is not known.
    pub a_port: String,
    /// The other end.
    pub b: Link,
    /// Its port; empty where it is not known.
    pub b_port: String,
    /// `cable`, `air`, `tunnel`, `inside` where one runs on the other, or `guess` where both ends are in one network and no cable is known.
    pub sort: &'static str,
    /// The record of the cable itself.
    pub record: Option<Link>,
    /// The networks it carries, as far as its ports say.
    pub networks: Vec<Link>,
}

/// Where a device, or a network, is in the network as a whole.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Wiring {
    /// `device` or `network`.
    pub form: &'static str,
    /// What is drawn; nothing where it would be more than can be looked at.
    pub sketch: Option<Sketch>,
    /// What is joined to what.
    pub cables: Vec<CableRow>,
    /// How many more there are than the table holds.
    pub more: usize,
    /// The drawing that this is a part of.
    pub map: Link,
}
