//! Lays out prefixes, VLANs and addresses as tables.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::route::Routes;
use super::view::{AddressRow, AddressesView, Link, Notice, PrefixRow, VlanRow};
use crate::model::addresses::{Claim, Prefix};
use crate::model::{Model, NodeIx};
use crate::schema::role::Role;

/// How many addresses one page lists. More are found faster on the pages of their networks.
const MOST_ADDRESSES: usize = 1000;

/// Returns the page of addresses; `conflicts` are the findings about them.
pub fn view(model: &Model, routes: &Routes<'_>, conflicts: Vec<Notice>) -> AddressesView {
    let prefixes = &model.addresses.prefixes;
    let mut addresses = addresses(model, routes);
    let more = addresses.len().saturating_sub(MOST_ADDRESSES);
    addresses.truncate(MOST_ADDRESSES);
    let mut taken = BTreeSet::new();
    for row in &mut addresses {
        row.anchor = anchor("ip", &row.address, &mut taken);
    }
    let prefix = |prefix: &Prefix| {
        let row = prefix_row(model, routes, prefix);
        PrefixRow { anchor: anchor("prefix", &row.prefix, &mut taken), ..row }
    };
    AddressesView {
        prefixes: prefixes.iter().map(prefix).collect(),
        vlans: vlans(model, routes),
        addresses,
        more,
        conflicts,
    }
}

/// Returns the anchor of a row, as `prefix.10.20.0.0-16`. Of two rows of one name, which are a clash,
/// the first has it.
fn anchor(sort: &str, name: &str, taken: &mut BTreeSet<String>) -> String {
    let anchor = format!("{sort}.{}", name.replace(['/', ':'], "-"));
    if taken.insert(anchor.clone()) { anchor } else { String::new() }
}

fn prefix_row(model: &Model, routes: &Routes<'_>, prefix: &Prefix) -> PrefixRow {
    let size = size_of(&prefix.net);
    PrefixRow {
        anchor: String::new(),
        prefix: prefix.net.to_string(),
        depth: prefix.depth,
        link: routes.link("", prefix.node),
        sites: sites(model, routes, prefix.node),
        vlan: prefix.vlan.map(|vlan| vlan.to_string()).unwrap_or_default(),
        gateway: prefix.gateway.map(|gateway| gateway.to_string()).unwrap_or_default(),
        dhcp: prefix.dhcp.iter().map(|(from, to)| format!("{from} – {to}")).collect(),
        used: prefix.used,
        size,
        percent: match size {
            0 => 0,
            size => (prefix.used as u64 * 100).div_ceil(size).min(100),
        },
    }
}

/// Returns how many hosts a prefix has room for (RFC 3021 for /31); 0 for IPv6, where a count says
/// nothing.
fn size_of(net: &IpNet) -> u64 {
    match net {
        IpNet::V4(net) => match net.prefix_len() {
            32 => 1,
            31 => 2,
            length => (1u64 << (32 - u32::from(length))) - 2,
        },
        IpNet::V6(_) => 0,
    }
}

fn sites(model: &Model, routes: &Routes<'_>, ix: NodeIx) -> Vec<Link> {
    model.targets(ix, Role::Location).into_iter().map(|site| routes.link("", site)).collect()
}

fn vlans(model: &Model, routes: &Routes<'_>) -> Vec<VlanRow> {
    let mut rows: Vec<VlanRow> = Vec::new();
    for prefix in &model.addresses.prefixes {
        let Some(number) = prefix.vlan else { continue };
        let link = routes.link("", prefix.node);
        match rows.iter_mut().find(|row| row.number == number && row.link == link) {
            Some(row) => row.prefixes.push(prefix.net.to_string()),
            None => rows.push(VlanRow {
                anchor: String::new(),
                number,
                link,
                sites: sites(model, routes, prefix.node),
                prefixes: vec![prefix.net.to_string()],
            }),
        }
    }
    rows.sort_by(|a, b| (a.number, &a.link.href).cmp(&(b.number, &b.link.href)));
    let mut taken = BTreeSet::new();
    for row in &mut rows {
        row.anchor = anchor("vlan", &row.number.to_string(), &mut taken);
    }
    rows
}

fn addresses(model: &Model, routes: &Routes<'_>) -> Vec<AddressRow> {
    let mut rows: Vec<AddressRow> = Vec::new();
    let mut last: Option<(IpAddr, NodeIx)> = None;
    for claim in &model.addresses.claims {
        // A record that says its address twice, as interface and for management, has it once.
        if last.replace((claim.address, claim.node)) == Some((claim.address, claim.node)) {
            continue;
        }
        if rows.len() > MOST_ADDRESSES {
            rows.push(AddressRow { prefix: String::new(), ..row(routes, claim) });
            continue;
        }
        let mut around = model.addresses.prefixes.iter().filter(|p| p.net.contains(&claim.address));
        rows.push(AddressRow {
            prefix: around.next_back().map(|prefix| prefix.net.to_string()).unwrap_or_default(),
            ..row(routes, claim)
        });
    }
    rows
}

fn row(routes: &Routes<'_>, claim: &Claim) -> AddressRow {
    AddressRow {
        anchor: String::new(),
        address: claim.address.to_string(),
        link: routes.link("", claim.node),
        state: if claim.reserved { "reserved" } else { "in use" },
        prefix: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_rows_of_one_name_the_first_has_the_anchor() {
        let mut taken = BTreeSet::new();
        assert_eq!(anchor("prefix", "fd00:12::/48", &mut taken), "prefix.fd00-12---48");
        assert_eq!(anchor("ip", "10.20.0.9", &mut taken), "ip.10.20.0.9");
        assert_eq!(anchor("ip", "10.20.0.9", &mut taken), "");
    }
}
