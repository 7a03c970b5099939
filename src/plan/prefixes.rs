//! Lays out what is in a prefix, on the page of the record that defines it: which addresses are in use,
//! kept, handed out by DHCP, and free.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::show::Shower;
use super::view::{HeldAddress, PrefixMap};
use crate::drawing::Tone;
use crate::drawing::cells::{Cells, Run};
use crate::model::NodeIx;
use crate::model::addresses::{Claim, Prefix};

/// The widest prefix that is drawn address by address, and the widest of which each /24 is drawn.
const BY_ADDRESS: u8 = 22;
const BY_BLOCK: u8 = 16;
/// The most cells that lead somewhere: beyond, addresses in use are drawn as one, and the table leads on.
const MOST_LINKS: usize = 500;
/// How many addresses are listed.
const MOST_ROWS: usize = 1000;

/// Lays out prefixes.
pub struct Layout<'a> {
    /// Shows values.
    pub show: &'a Shower<'a>,
}

/// What is at an address.
#[derive(Default)]
struct Held<'a> {
    claims: Vec<&'a Claim>,
    is_gateway: bool,
    in_range: bool,
}

impl Held<'_> {
    /// The records that have it, each once.
    fn nodes(&self, reserved: bool) -> Vec<NodeIx> {
        let mut nodes: Vec<NodeIx> = Vec::new();
        for claim in self.claims.iter().filter(|claim| claim.reserved == reserved) {
            if !nodes.contains(&claim.node) {
                nodes.push(claim.node);
            }
        }
        nodes
    }

    fn state(&self) -> &'static str {
        let (used, kept) = (self.nodes(false), self.nodes(true));
        match (used.len(), kept.is_empty()) {
            (2.., _) => "clash",
            (1, true) if self.in_range => "clash",
            (1, _) if self.is_gateway => "gateway",
            (1, _) => "used",
            (0, false) => "reserved",
            _ => "gateway",
        }
    }
}

impl Layout<'_> {
    /// Returns the maps of what a record defines.
    pub fn maps(&self, ix: NodeIx) -> Vec<PrefixMap> {
        let all = &self.show.model.addresses.prefixes;
        let own = self.show.model.values(ix, crate::schema::role::Role::Prefix);
        if own.is_empty() || self.show.model.is_retired(ix) {
            return Vec::new();
        }
        all.iter().filter(|prefix| prefix.node == ix).map(|prefix| self.map(prefix)).collect()
    }

    fn map(&self, prefix: &Prefix) -> PrefixMap {
        let held = self.held(prefix);
        let count = |state: &str| held.values().filter(|held| held.state() == state).count();
        let rows: Vec<HeldAddress> =
            held.iter().take(MOST_ROWS).map(|(at, held)| self.row(*at, held)).collect();
        let cells = match prefix.net {
            IpNet::V4(net) if net.prefix_len() >= BY_ADDRESS => {
                Some(self.by_address(net, prefix, &held))
            }
            IpNet::V4(net) if net.prefix_len() >= BY_BLOCK => Some(self.by_block(net, &held)),
            _ => None,
        };
        let handed_out = match prefix.net {
            IpNet::V4(net) if net.prefix_len() >= BY_BLOCK => {
                Some(hosts(net).filter(|at| in_ranges(prefix, (*at).into())).count())
            }
            _ => None,
        };
        let free = match (prefix.net, handed_out) {
            (IpNet::V4(net), Some(_)) => {
                let is_free = |at: &Ipv4Addr| {
                    !held.contains_key(&IpAddr::V4(*at)) && !in_ranges(prefix, (*at).into())
                };
                Some(hosts(net).filter(is_free).count())
            }
            _ => None,
        };
        PrefixMap {
            prefix: prefix.net.to_string(),
            by_block: matches!(prefix.net, IpNet::V4(net) if net.prefix_len() < BY_ADDRESS),
            used: count("used") + count("gateway"),
            reserved: count("reserved"),
            clashes: count("clash"),
            handed_out: handed_out.unwrap_or(0),
            free,
            more: held.len().saturating_sub(rows.len()),
            rows,
            cells,
        }
    }

    /// What is at the addresses of a prefix.
    fn held(&self, prefix: &Prefix) -> BTreeMap<IpAddr, Held<'_>> {
        let claims = &self.show.model.addresses.claims;
        let from = claims.partition_point(|claim| claim.address < prefix.net.network());
        let inside = claims[from..].iter().take_while(|claim| prefix.net.contains(&claim.address));
        let mut held: BTreeMap<IpAddr, Held<'_>> = BTreeMap::new();
        for claim in inside {
            let at = held.entry(claim.address).or_default();
            at.in_range = in_ranges(prefix, claim.address);
            at.claims.push(claim);
        }
        if let Some(gateway) = prefix.gateway {
            held.entry(gateway).or_default().is_gateway = true;
        }
        held
    }

    fn row(&self, address: IpAddr, held: &Held<'_>) -> HeldAddress {
        let (used, kept) = (held.nodes(false), held.nodes(true));
        let nodes = if used.is_empty() { kept } else { used };
        HeldAddress {
            address: address.to_string(),
            links: nodes
                .into_iter()
                .map(|node| self.show.routes.link(self.show.root, node))
                .collect(),
            state: held.state(),
            in_range: held.in_range,
        }
    }

    fn by_address(
        &self,
        net: Ipv4Net,
        prefix: &Prefix,
        held: &BTreeMap<IpAddr, Held<'_>>,
    ) -> Cells {
        let size = 1u32 << (32 - u32::from(net.prefix_len()));
        let columns = if size > 256 { 32 } else { size.min(16) };
        let first = u32::from(net.network());
        let has_links = held.len() <= MOST_LINKS;
        let mut runs: Vec<Run> = Vec::new();
        for offset in 0..size {
            let address = Ipv4Addr::from(first + offset);
            let at = IpAddr::V4(address);
            let run = match held.get(&at) {
                Some(held) => self.cell(address, held, has_links),
                None if size > 2 && (offset == 0 || offset == size - 1) => {
                    let what = if offset == 0 { "the network itself" } else { "broadcast" };
                    Run { title: format!("{address}: {what}"), text: "–".to_owned(), ..passive() }
                }
                None if in_ranges(prefix, at) => Run {
                    text: "DHCP".to_owned(),
                    title: "handed out by DHCP".to_owned(),
                    tone: Tone::Air,
                    ..Run::default()
                },
                None => Run { title: "free".to_owned(), faint: true, ..Run::default() },
            };
            push(&mut runs, run);
        }
        Cells {
            title: format!("The addresses of {}", prefix.net),
            description:
                "A cell for each address, row by row. The table beneath lists what is held."
                    .to_owned(),
            columns,
            rows: (0..size)
                .step_by(columns as usize)
                .map(|at| row_label(first, at, size))
                .collect(),
            runs,
        }
    }

    fn cell(&self, address: Ipv4Addr, held: &Held<'_>, has_links: bool) -> Run {
        let state = held.state();
        if !has_links && state == "used" {
            let title = "in use".to_owned();
            return Run { title, tone: Tone::Server, ..Run::default() };
        }
        let row = self.row(address.into(), held);
        let names: Vec<&str> = row.links.iter().map(|link| link.text.as_str()).collect();
        let (text, word, tone) = match state {
            "clash" => ("!".to_owned(), "clash", Tone::Guard),
            "gateway" => ("GW".to_owned(), "gateway", Tone::Route),
            "reserved" => ("R".to_owned(), "reserved", Tone::Store),
            _ => (address.octets()[3].to_string(), "in use", Tone::Server),
        };
        Run {
            length: 0,
            text,
            title: match names.is_empty() {
                true => format!("{address}: {word}"),
                false => format!("{address}: {} ({word})", names.join(", ")),
            },
            href: row.links.first().map(|link| link.href.clone()).unwrap_or_default(),
            tone,
            faint: false,
        }
    }

    /// A cell for each /24, with how many of its addresses are held.
    fn by_block(&self, net: Ipv4Net, held: &BTreeMap<IpAddr, Held<'_>>) -> Cells {
        let first = u32::from(net.network());
        let blocks = 1u32 << (24 - u32::from(net.prefix_len()));
        let model = self.show.model;
        let mut counts = vec![0usize; blocks as usize];
        for at in held.keys() {
            if let IpAddr::V4(at) = at {
                counts[((u32::from(*at) - first) >> 8) as usize] += 1;
            }
        }
        let mut runs: Vec<Run> = Vec::new();
        for (ix, count) in counts.iter().enumerate() {
            let block = Ipv4Net::new(Ipv4Addr::from(first + ((ix as u32) << 8)), 24);
            let block = block.expect("24 is a length of a prefix");
            let mut inner = model.addresses.prefixes.iter().filter(|inner| match inner.net {
                IpNet::V4(inner) => {
                    inner.prefix_len() > net.prefix_len()
                        && (inner.contains(&block) || block.contains(&inner))
                }
                IpNet::V6(_) => false,
            });
            let network = inner.next();
            let link = network.map(|inner| self.show.routes.link(self.show.root, inner.node));
            let name = link.as_ref().map(|link| format!("{block}: {}", link.text));
            let (name, href) = (name.unwrap_or(block.to_string()), link.map(|link| link.href));
            push(
                &mut runs,
                match (count, href) {
                    (0, None) => {
                        Run { title: "nothing recorded".to_owned(), faint: true, ..Run::default() }
                    }
                    (count, href) => Run {
                        text: count.to_string(),
                        title: format!("{name}, {count} addresses held"),
                        href: href.unwrap_or_default(),
                        tone: Tone::Server,
                        ..Run::default()
                    },
                },
            );
        }
        let columns = blocks.min(16);
        let third = |at: u32| {
            let octets = Ipv4Addr::from(first + (at << 8)).octets();
            format!("{}.{}.{}.", octets[0], octets[1], octets[2])
        };
        Cells {
            title: format!("The addresses of {net}"),
            description:
                "A cell for each block of 256 addresses, with how many are held. The table \
                          beneath lists them."
                    .to_owned(),
            columns,
            rows: (0..blocks).step_by(columns as usize).map(third).collect(),
            runs,
        }
    }
}

fn passive() -> Run {
    Run { tone: Tone::Passive, ..Run::default() }
}

/// Adds a cell: to the run before it, where that holds the same.
fn push(runs: &mut Vec<Run>, cell: Run) {
    match runs.last_mut() {
        Some(last) if Run { length: 0, ..last.clone() } == cell => last.length += 1,
        _ => runs.push(Run { length: 1, ..cell }),
    }
}

fn row_label(first: u32, at: u32, size: u32) -> String {
    let octets = Ipv4Addr::from(first + at).octets();
    match size > 256 {
        true => format!("{}.{}", octets[2], octets[3]),
        false => format!(".{}", octets[3]),
    }
}

fn in_ranges(prefix: &Prefix, address: IpAddr) -> bool {
    prefix.dhcp.iter().any(|(from, to)| *from <= address && address <= *to)
}

/// The addresses that hosts can have (RFC 3021 for /31).
fn hosts(net: Ipv4Net) -> impl Iterator<Item = Ipv4Addr> {
    net.hosts()
}
