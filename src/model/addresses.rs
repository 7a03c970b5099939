//! Puts every address in its place: which prefixes there are, what lies in them, and where two
//! records claim the same.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Model, NodeIx, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::record::value::{Fields, Value};
use crate::schema::role::Role;
use crate::source::{Span, Spanned};

/// One address, two records.
pub static DUPLICATE_ADDRESS: Rule = Rule {
    code: "duplicate-address",
    level: Level::Warning,
    summary: "two records have the same address",
    detail: "An address answers for one thing at a time. Where two records that are in use claim \
             it, one of them is out of date, or there is a conflict in the network. A reservation \
             and the device it is kept for are not a conflict.",
};

/// An address that lies in no prefix that it should.
pub static ADDRESS_OUTSIDE_PREFIX: Rule = Rule {
    code: "address-outside-prefix",
    level: Level::Warning,
    summary: "an address, gateway or range does not lie in its prefix",
    detail: "A gateway, a DHCP range and a reservation lie inside the prefix of their network, and \
             an interface address with a length (`10.0.0.1/24`) lies in a prefix of that length \
             that is written down. Otherwise one of the two is mistyped, or a network has no \
             record yet.",
};

/// Two networks in one place.
pub static OVERLAPPING_PREFIXES: Rule = Rule {
    code: "overlapping-prefixes",
    level: Level::Warning,
    summary: "two networks use the same addresses",
    detail: "Prefixes may nest, as a site's block holds its networks. But two networks that each \
             have a gateway cannot share addresses: a computer in one could not reach the other. \
             Correct the prefix, or mark the network that is gone as retired.",
};

/// One VLAN number, two networks.
pub static VLAN_CLASH: Rule = Rule {
    code: "vlan-clash",
    level: Level::Warning,
    summary: "two networks at one site have the same VLAN number",
    detail: "A VLAN number (IEEE 802.1Q) names one network on the switches of a site. Two networks \
             with one number at one site would be the same network.",
};

/// An address that DHCP could hand to something else.
pub static ADDRESS_IN_DHCP_RANGE: Rule = Rule {
    code: "address-in-dhcp-range",
    level: Level::Warning,
    summary: "a fixed address lies in a range that DHCP hands out",
    detail: "A record says that it has this address, and a DHCP server may give the same address to \
             something else one day. Reserve it (`[[reservation]]` of the network), so that the \
             server leaves it alone, or move it out of the range.",
};

/// The rules of addresses.
pub static RULES: &[&Rule] = &[
    &DUPLICATE_ADDRESS,
    &ADDRESS_OUTSIDE_PREFIX,
    &OVERLAPPING_PREFIXES,
    &VLAN_CLASH,
    &ADDRESS_IN_DHCP_RANGE,
];

/// What is known of addresses.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Addresses {
    /// Every prefix that a record defines, from the widest, in the order of addresses.
    pub prefixes: Vec<Prefix>,
    /// Every address that a record has, in order; several where they clash.
    pub claims: Vec<Claim>,
}

/// A prefix that a record defines.
#[derive(Clone, PartialEq, Debug)]
pub struct Prefix {
    /// The range, without host bits.
    pub net: IpNet,
    /// The record.
    pub node: NodeIx,
    /// Where it is written.
    pub span: Span,
    /// Its VLAN, if the record has one.
    pub vlan: Option<i64>,
    /// Its gateway, if the record has one.
    pub gateway: Option<IpAddr>,
    /// How many prefixes it lies in.
    pub depth: usize,
    /// Ranges that DHCP hands out.
    pub dhcp: Vec<(IpAddr, IpAddr)>,
    /// How many of its addresses are claimed or reserved.
    pub used: usize,
}

/// An address that a record has.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// The address.
    pub address: IpAddr,
    /// The length of its prefix, where it is written.
    pub length: Option<u8>,
    /// The record.
    pub node: NodeIx,
    /// Where it is written.
    pub span: Span,
    /// Whether it is kept for something rather than in use by the record.
    pub reserved: bool,
}

/// Collects addresses and prefixes, and reports what does not fit.
pub(super) fn plan(model: &Model, found: &mut Diagnostics) -> Addresses {
    let mut prefixes = Vec::new();
    let mut claims = Vec::new();
    for (ix, _) in model.iter() {
        if !model.is_retired(ix) {
            collect_prefixes(model, ix, &mut prefixes);
            collect_claims(model, ix, Role::ClaimsAddress, &mut claims, &mut prefixes);
            collect_claims(model, ix, Role::ReservedAddress, &mut claims, &mut prefixes);
        }
    }
    prefixes.sort_by_key(|prefix| (prefix.net.addr(), prefix.net.prefix_len(), prefix.node));
    claims.sort_by_key(|claim| (claim.address, claim.reserved, claim.node));
    nest(&mut prefixes);
    count_used(&mut prefixes, &claims);
    check_claims(model, &claims, found);
    // The prefix that an address would lie in may be the one that could not be read.
    if !model.iter().any(|(ix, _)| model.is_unread(ix, Role::Prefix)) {
        check_lengths(&prefixes, &claims, found);
    }
    check_prefixes(model, &prefixes, found);
    check_ranges(model, &prefixes, &claims, found);
    check_handed_out(model, &prefixes, &claims, found);
    Addresses { prefixes, claims }
}

fn collect_prefixes(model: &Model, ix: NodeIx, prefixes: &mut Vec<Prefix>) {
    let vlan = model.value(ix, Role::Vlan).and_then(|value| match value.value {
        Value::Integer(number) => Some(number),
        _ => None,
    });
    let gateways: Vec<IpAddr> =
        model.values(ix, Role::Gateway).into_iter().filter_map(|v| address_of(&v.value)).collect();
    let dhcp = dhcp_ranges(model, ix);
    for value in model.values(ix, Role::Prefix) {
        let Value::Prefix(net) = value.value else { continue };
        prefixes.push(Prefix {
            net,
            node: ix,
            span: value.span,
            vlan,
            gateway: gateways.iter().copied().find(|gateway| net.contains(gateway)),
            depth: 0,
            dhcp: dhcp.iter().copied().filter(|(from, _)| net.contains(from)).collect(),
            used: 0,
        });
    }
}

/// Returns the ranges of a record: tables with `from` and `to`.
fn dhcp_ranges(model: &Model, ix: NodeIx) -> Vec<(IpAddr, IpAddr)> {
    let ends = |fields: &Fields<Target>| {
        let mut addresses = fields.iter().filter_map(|(_, value)| address_of(&value.value));
        Some((addresses.next()?, addresses.next()?))
    };
    range_rows(model, ix).into_iter().filter_map(|row| ends(row.value.as_table()?)).collect()
}

/// Returns the rows of a record's ranges: the way to a list of tables ends at the list, so its rows
/// are taken from the value itself.
fn range_rows(model: &Model, ix: NodeIx) -> Vec<&Spanned<Value<Target>>> {
    model.values(ix, Role::DhcpRange).into_iter().flat_map(Value::rows).collect()
}

fn address_of(value: &Value<Target>) -> Option<IpAddr> {
    match value {
        Value::Ip(address) => Some(*address),
        Value::Interface(net) => Some(net.addr()),
        Value::Url(url) => match url::Url::parse(url).ok()?.host()? {
            url::Host::Ipv4(address) => Some(address.into()),
            url::Host::Ipv6(address) => Some(address.into()),
            url::Host::Domain(_) => None,
        },
        _ => None,
    }
}

fn collect_claims(
    model: &Model,
    ix: NodeIx,
    role: Role,
    claims: &mut Vec<Claim>,
    prefixes: &mut Vec<Prefix>,
) {
    for value in model.values(ix, role) {
        // A record that has a whole range defines it: a circuit's public addresses.
        if let Value::Prefix(net) = value.value {
            prefixes.push(Prefix {
                net,
                node: ix,
                span: value.span,
                vlan: None,
                gateway: None,
                depth: 0,
                dhcp: Vec::new(),
                used: 0,
            });
        } else if let Some(address) = address_of(&value.value) {
            let length = match value.value {
                Value::Interface(net) if net.prefix_len() < net.max_prefix_len() => {
                    Some(net.prefix_len())
                }
                _ => None,
            };
            let reserved = role == Role::ReservedAddress;
            claims.push(Claim { address, length, node: ix, span: value.span, reserved });
        }
    }
}

/// Works out how deep every prefix lies. They are sorted, so a wider one comes first.
fn nest(prefixes: &mut [Prefix]) {
    let mut open: Vec<IpNet> = Vec::new();
    for prefix in prefixes {
        while open.last().is_some_and(|outer| !outer.contains(&prefix.net)) {
            open.pop();
        }
        prefix.depth = open.len();
        if open.last() != Some(&prefix.net) {
            open.push(prefix.net);
        } else {
            prefix.depth = prefix.depth.saturating_sub(1);
        }
    }
}

fn count_used(prefixes: &mut [Prefix], claims: &[Claim]) {
    let mut addresses: Vec<IpAddr> = claims.iter().map(|claim| claim.address).collect();
    addresses.dedup();
    for prefix in prefixes {
        let start = addresses.partition_point(|address| *address < prefix.net.network());
        let end = addresses.partition_point(|address| *address <= prefix.net.broadcast());
        prefix.used = end.saturating_sub(start);
    }
}

fn check_claims(model: &Model, claims: &[Claim], found: &mut Diagnostics) {
    let mut first_of: BTreeMap<IpAddr, &Claim> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| !claim.reserved) {
        match first_of.get(&claim.address) {
            Some(first) if first.node != claim.node => found.push(
                Diagnostic::new(
                    &DUPLICATE_ADDRESS,
                    claim.span,
                    format!(
                        "`{}` is also the address of `{}`",
                        claim.address,
                        model.full_id(first.node)
                    ),
                )
                .other(first.span, "it is written here too")
                .help("correct one of them, or mark the one that is gone as retired"),
            ),
            Some(_) => {}
            None => {
                first_of.insert(claim.address, claim);
            }
        }
    }
}

fn check_lengths(prefixes: &[Prefix], claims: &[Claim], found: &mut Diagnostics) {
    for claim in claims.iter().filter(|claim| !claim.reserved) {
        if let Some(length) = claim.length {
            check_length(claim, length, prefixes, found);
        }
    }
}

/// An interface address with a length belongs to a prefix of that length.
fn check_length(claim: &Claim, length: u8, prefixes: &[Prefix], found: &mut Diagnostics) {
    let around: Vec<&Prefix> =
        prefixes.iter().filter(|prefix| prefix.net.contains(&claim.address)).collect();
    if prefixes.is_empty() || around.iter().any(|prefix| prefix.net.prefix_len() == length) {
        return;
    }
    let Ok(wanted) = IpNet::new(claim.address, length) else { return };
    let message = format!("`{wanted}` lies in no prefix that is written down");
    let diagnostic = Diagnostic::new(&ADDRESS_OUTSIDE_PREFIX, claim.span, message);
    found.push(match around.last() {
        Some(near) => diagnostic
            .other(near.span, "this one holds the address, with another length")
            .help(format!("correct the length, or add the network `{}`", wanted.trunc())),
        None => diagnostic.help(format!("add the network `{}`, or correct it", wanted.trunc())),
    });
}

fn check_prefixes(model: &Model, prefixes: &[Prefix], found: &mut Diagnostics) {
    let is_network = |prefix: &Prefix| prefix.gateway.is_some();
    for (ix, prefix) in prefixes.iter().enumerate() {
        let outer = prefixes[..ix].iter().rev().find(|outer| {
            outer.node != prefix.node
                && outer.net.contains(&prefix.net)
                && (outer.net == prefix.net || (is_network(outer) && is_network(prefix)))
        });
        if let Some(outer) = outer {
            let message = format!(
                "`{}` overlaps `{}` of `{}`",
                prefix.net,
                outer.net,
                model.full_id(outer.node)
            );
            found.push(
                Diagnostic::new(&OVERLAPPING_PREFIXES, prefix.span, message)
                    .other(outer.span, "the other one")
                    .help(
                        "correct one of the prefixes, or mark the network that is gone as retired",
                    ),
            );
        }
    }
    check_vlans(model, prefixes, found);
}

fn check_vlans(model: &Model, prefixes: &[Prefix], found: &mut Diagnostics) {
    let mut seen: BTreeMap<(i64, NodeIx), &Prefix> = BTreeMap::new();
    let vlan_span = |prefix: &Prefix| {
        model.value(prefix.node, Role::Vlan).map_or(prefix.span, |value| value.span)
    };
    for prefix in prefixes {
        let Some(vlan) = prefix.vlan else { continue };
        for site in model.targets(prefix.node, Role::Location) {
            match seen.get(&(vlan, site)) {
                Some(first) if first.node != prefix.node => found.push(
                    Diagnostic::new(
                        &VLAN_CLASH,
                        vlan_span(prefix),
                        format!("VLAN {vlan} is also `{}` at this site", model.full_id(first.node)),
                    )
                    .other(vlan_span(first), "the other network")
                    .help("correct one of the two numbers, or join the records of one network"),
                ),
                Some(_) => {}
                None => {
                    seen.insert((vlan, site), prefix);
                }
            }
        }
    }
}

/// A fixed address is not among those that DHCP hands out, unless it is reserved.
fn check_handed_out(model: &Model, prefixes: &[Prefix], claims: &[Claim], found: &mut Diagnostics) {
    let reserved: std::collections::BTreeSet<IpAddr> =
        claims.iter().filter(|claim| claim.reserved).map(|claim| claim.address).collect();
    let mut told = std::collections::BTreeSet::new();
    for prefix in prefixes.iter().filter(|prefix| !prefix.dhcp.is_empty()) {
        for (from, to) in &prefix.dhcp {
            let first = claims.partition_point(|claim| claim.address < *from);
            let inside = claims[first..].iter().take_while(|claim| claim.address <= *to);
            for claim in inside.filter(|claim| !reserved.contains(&claim.address)) {
                if claim.node == prefix.node || !told.insert((claim.address, claim.node)) {
                    continue;
                }
                let message = format!(
                    "`{}` lies in a range that DHCP hands out in `{}`",
                    claim.address,
                    model.full_id(prefix.node)
                );
                found.push(
                    Diagnostic::new(&ADDRESS_IN_DHCP_RANGE, claim.span, message)
                        .other(prefix.span, "the network")
                        .help("reserve the address there, or move it out of the range"),
                );
            }
        }
    }
}

/// Gateways, ranges and reservations lie in a prefix of their own record.
fn check_ranges(model: &Model, prefixes: &[Prefix], claims: &[Claim], found: &mut Diagnostics) {
    let mut own: BTreeMap<NodeIx, Vec<IpNet>> = BTreeMap::new();
    for prefix in prefixes {
        own.entry(prefix.node).or_default().push(prefix.net);
    }
    let mut outside = |node: NodeIx, address: IpAddr, span: Span, what: &str| {
        let nets = own.get(&node).map_or(&[][..], Vec::as_slice);
        if nets.is_empty() || nets.iter().any(|net| net.contains(&address)) {
            return;
        }
        let nets: Vec<String> = nets.iter().map(ToString::to_string).collect();
        let message = format!("the {what} `{address}` is not in `{}`", nets.join("`, `"));
        found.push(
            Diagnostic::new(&ADDRESS_OUTSIDE_PREFIX, span, message)
                .help("correct the address or the prefix"),
        );
    };
    for ix in own.keys().copied().collect::<Vec<_>>() {
        for value in model.values(ix, Role::Gateway) {
            if let Some(address) = address_of(&value.value) {
                outside(ix, address, value.span, "gateway");
            }
        }
        for row in range_rows(model, ix) {
            let fields = row.value.as_table().into_iter().flat_map(Fields::iter);
            for (_, value) in fields {
                if let Some(address) = address_of(&value.value) {
                    outside(ix, address, value.span, "DHCP range's end");
                }
            }
        }
    }
    for claim in claims.iter().filter(|claim| claim.reserved) {
        outside(claim.node, claim.address, claim.span, "reserved address");
    }
}
