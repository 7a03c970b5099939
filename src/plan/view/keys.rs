//! What the pages about control, ownership, renewals and addresses show.

use serde::Serialize;

use super::{Day, Fact, KindRef, Link, Notice, Prose, Shown};
use crate::drawing::cells::Cells;

/// The control map.
#[derive(Serialize, Debug)]
pub struct ControlView {
    /// The current provider.
    pub provider: Option<Link>,
    /// Everything with an account, a contract or a bill, by kind.
    pub kinds: Vec<ControlKind>,
    /// What still depends on the current provider.
    pub held_by_provider: Vec<Holding>,
    /// How many they are, those that are not listed included.
    pub held_total: usize,
    /// Credentials that fewer than two people hold.
    pub single_custodian: Vec<Holding>,
}

/// The controlled records of a kind.
#[derive(Serialize, Debug)]
pub struct ControlKind {
    /// The kind.
    pub kind: KindRef,
    /// Its records.
    pub rows: Vec<ControlRow>,
    /// How many more there are: a page of many thousands helps nobody, and the lists of the kinds
    /// have them all.
    pub more: usize,
}

/// Who controls a record.
#[derive(Serialize, Debug)]
pub struct ControlRow {
    /// The record.
    pub link: Link,
    /// Who owns it.
    pub owner: Vec<Shown>,
    /// In whose name it is registered.
    pub registrant: Vec<Shown>,
    /// Who pays.
    pub payer: Vec<Shown>,
    /// Who can administer it.
    pub admin: Vec<Shown>,
    /// Where recovery goes.
    pub recovery: Vec<Shown>,
    /// Whether any of it is the current provider's.
    pub provider: bool,
}

/// A record and how somebody holds it.
#[derive(Serialize, Debug)]
pub struct Holding {
    /// The record.
    pub link: Link,
    /// In what way: "pays for it", "has the administrator's account".
    pub ways: Vec<String>,
    /// Who.
    pub people: Vec<Link>,
}

/// The ownership page.
#[derive(Serialize, Debug)]
pub struct OwnershipView {
    /// What the client's own record says of the work.
    pub statement: Option<Prose>,
    /// Things by how they are owned.
    pub groups: Vec<OwnershipGroup>,
    /// Every contract with what happens at its end.
    pub contracts: Vec<ContractEnd>,
}

/// Things owned in one way.
#[derive(Serialize, Debug)]
pub struct OwnershipGroup {
    /// The way, in words.
    pub title: String,
    /// Its anchor.
    pub anchor: String,
    /// The things.
    pub rows: Vec<OwnershipRow>,
    /// How many more there are: a page of many thousands helps nobody, and the lists of the kinds
    /// have them all.
    pub more: usize,
}

/// A thing and the contracts that cover it.
#[derive(Serialize, Debug)]
pub struct OwnershipRow {
    /// The thing.
    pub link: Link,
    /// What it is.
    pub detail: String,
    /// The contracts that cover it.
    pub contracts: Vec<Link>,
}

/// What happens at the end of a contract.
#[derive(Serialize, Debug)]
pub struct ContractEnd {
    /// The contract.
    pub link: Link,
    /// Its end, notice and cost.
    pub facts: Vec<Fact>,
    /// What it covers.
    pub covers: Vec<Link>,
    /// What is to be done at its end.
    pub exit: Vec<Fact>,
}

/// The renewals page.
#[derive(Serialize, Debug)]
pub struct RenewalsView {
    /// What has passed.
    pub overdue: Vec<Renewal>,
    /// What is due within 90 days.
    pub soon: Vec<Renewal>,
    /// What comes later.
    pub later: Vec<Renewal>,
    /// How many more there are: a page of many thousands helps nobody, and the lists of the kinds
    /// have them all.
    pub more: usize,
    /// The count of those within 90 days.
    pub within_90_days: usize,
}

/// Something with a date.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct Renewal {
    /// The record.
    pub link: Link,
    /// What happens on the day.
    pub what: String,
    /// The day.
    pub day: Day,
    /// The last day for giving notice, where that comes first.
    pub notice: Option<Day>,
    /// What it costs.
    pub cost: String,
    /// `bad`, `warn` or `plain`.
    pub tone: &'static str,
}

/// The page of addresses.
#[derive(Serialize, Debug)]
pub struct AddressesView {
    /// The prefixes, as a tree.
    pub prefixes: Vec<PrefixRow>,
    /// The VLANs.
    pub vlans: Vec<VlanRow>,
    /// Every address that is claimed or reserved.
    pub addresses: Vec<AddressRow>,
    /// How many more there are: a page of many thousands helps nobody, and the lists of the kinds
    /// have them all.
    pub more: usize,
    /// What clashes.
    pub conflicts: Vec<Notice>,
}

/// A prefix.
#[derive(Serialize, Debug)]
pub struct PrefixRow {
    /// Its anchor; nothing where a row above has the same.
    pub anchor: String,
    /// The prefix.
    pub prefix: String,
    /// How deep in the tree, from 0.
    pub depth: usize,
    /// The record that defines it.
    pub link: Link,
    /// Where it is.
    pub sites: Vec<Link>,
    /// Its VLAN, or nothing.
    pub vlan: String,
    /// Its gateway, or nothing.
    pub gateway: String,
    /// Its DHCP ranges.
    pub dhcp: Vec<String>,
    /// How many addresses are written down.
    pub used: usize,
    /// How many there are; 0 for more than can be counted in a useful way.
    pub size: u64,
    /// Used in percent, rounded.
    pub percent: u64,
}

/// What is in a prefix.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct PrefixMap {
    /// The prefix.
    pub prefix: String,
    /// Whether its drawing has a cell for each block of 256 addresses, and not for each address.
    pub by_block: bool,
    /// How many addresses are in use.
    pub used: usize,
    /// How many are kept for something that does not say that it has them.
    pub reserved: usize,
    /// How many clash.
    pub clashes: usize,
    /// How many DHCP hands out.
    pub handed_out: usize,
    /// How many are free; none where that says nothing.
    pub free: Option<usize>,
    /// What is held, in the order of addresses.
    pub rows: Vec<HeldAddress>,
    /// How many more there are.
    pub more: usize,
    /// The drawing, where there is one.
    pub cells: Option<Cells>,
}

/// An address in the map of its prefix.
#[derive(Serialize, Debug, Clone, PartialEq)]
pub struct HeldAddress {
    /// The address.
    pub address: String,
    /// The records that have it, or that it is kept for.
    pub links: Vec<Link>,
    /// `used`, `gateway`, `reserved` or `clash`.
    pub state: &'static str,
    /// Whether DHCP could hand it out.
    pub in_range: bool,
}

/// A VLAN.
#[derive(Serialize, Debug)]
pub struct VlanRow {
    /// Its anchor; nothing where a row above has the same.
    pub anchor: String,
    /// Its number.
    pub number: i64,
    /// The network.
    pub link: Link,
    /// Where it is.
    pub sites: Vec<Link>,
    /// Its prefixes.
    pub prefixes: Vec<String>,
}

/// An address.
#[derive(Serialize, Debug)]
pub struct AddressRow {
    /// Its anchor; nothing where a row above has the same.
    pub anchor: String,
    /// The address.
    pub address: String,
    /// The record that has it.
    pub link: Link,
    /// `in use` or `reserved`.
    pub state: &'static str,
    /// The prefix it lies in, or nothing.
    pub prefix: String,
}
