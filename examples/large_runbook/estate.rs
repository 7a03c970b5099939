//! How many records there are, what they are called, and how they belong together.
//!
//! Everything follows from a record's number, so any record can be made without the others: device
//! 7 of ten sites is the first switch of site 7, and its address lies in that site's network.

use crate::dice::Dice;
use crate::record::{Kind, Ref};
use crate::words;

/// Networks that each site has: offices, servers, and things that are not computers.
pub const NETWORKS: [(i64, &str, &str); 3] =
    [(10, "lan", "Offices"), (20, "server", "Servers"), (30, "iot", "Phones and printers")];

/// How many ports of a switch lead to other devices.
pub const SWITCH_PORTS: usize = 8;

/// The places of the switches among a site's devices.
pub const SWITCHES: std::ops::Range<usize> = 1..5;

/// The first devices of a site by type, with the start of their names. Later ones are laptops.
const PLACES: [(&str, &str, usize); 12] = [
    ("firewall", "fw", 1),
    ("switch", "sw", 4),
    ("ap", "ap", 4),
    ("hypervisor", "hv", 1),
    ("server", "srv", 4),
    ("vm", "vm", 4),
    ("nas", "nas", 1),
    ("ups", "ups", 1),
    ("printer", "prn", 3),
    ("camera", "cam", 4),
    ("phone", "tel", 6),
    ("workstation", "ws", 12),
];

/// The place of the hypervisor among a site's devices.
pub const HYPERVISOR: usize = 9;

/// Where a device stands.
#[derive(Clone, Copy)]
pub struct Place {
    pub site: usize,
    /// Its number among the devices of its site, from 0.
    pub slot: usize,
    pub device_type: &'static str,
    pub prefix: &'static str,
}

/// How many records of each kind there are.
pub struct Estate {
    counts: [usize; Kind::ALL.len()],
}

impl Estate {
    /// Shares `records` out: 60 % devices, 25 % procedures, 15 % other kinds. At least 150.
    pub fn of(records: usize) -> Estate {
        let devices = records * 60 / 100;
        let procedures = records * 25 / 100;
        let others = records - devices - procedures;
        let share = |in_150: usize| (others * in_150 / 150).max(1);
        let mut counts = [0; Kind::ALL.len()];
        let mut set = |kind: Kind, count: usize| counts[kind as usize] = count;
        set(Kind::Device, devices);
        set(Kind::Procedure, procedures);
        // One of each of these per site, so that everything a device leans on is there.
        let sites = share(10);
        for kind in [Kind::Site, Kind::Rack, Kind::Circuit, Kind::Document] {
            set(kind, sites);
        }
        set(Kind::Network, sites * NETWORKS.len());
        set(Kind::Organization, share(2));
        set(Kind::Vendor, share(10));
        set(Kind::Contract, share(16));
        set(Kind::Account, share(14).max(sites));
        set(Kind::Licence, share(8));
        set(Kind::Decision, share(5));
        set(Kind::Risk, share(3));
        let so_far: usize = counts.iter().sum();
        counts[Kind::Person as usize] = records - so_far;
        Estate { counts }
    }

    /// Returns how many records of `kind` there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.counts[kind as usize]
    }

    /// Returns a reference to record `ix` of `kind`.
    pub fn to(&self, kind: Kind, ix: usize) -> Ref {
        Ref { kind, id: self.id(kind, ix) }
    }

    /// Returns a reference to some record of `kind`.
    pub fn some(&self, kind: Kind, dice: &mut Dice) -> Ref {
        self.to(kind, dice.below(self.count(kind)))
    }

    /// Returns the id of record `ix` of `kind`. No two records of any kind share one.
    pub fn id(&self, kind: Kind, ix: usize) -> String {
        let sites = self.count(Kind::Site);
        match kind {
            Kind::Organization => format!("group-{:03}", ix + 1),
            Kind::Site => site_id(ix),
            Kind::Person => person_name(ix).to_lowercase().replace(' ', "-"),
            Kind::Vendor => vendor_name(ix).to_lowercase().replace(' ', "-"),
            Kind::Contract => format!("agreement-{:04}", ix + 1),
            Kind::Rack => format!("rack-{}", site_id(ix)),
            Kind::Network => format!("net-{}-{}", site_id(ix % sites), NETWORKS[ix / sites].0),
            Kind::Circuit => format!("line-{}", site_id(ix)),
            Kind::Account if ix < sites => format!("fw-{}-admin", site_id(ix)),
            Kind::Account => format!("service-account-{:04}", ix + 1),
            Kind::Licence => format!("licence-{:04}", ix + 1),
            Kind::Document => format!("fw-{}-config", site_id(ix)),
            Kind::Decision => format!("decision-{:04}", ix + 1),
            Kind::Risk => format!("risk-{:04}", ix + 1),
            Kind::Device => {
                let place = self.place(ix);
                format!("{}-{}-{:02}", place.prefix, site_id(place.site), place.slot)
            }
            Kind::Procedure => format!("procedure-{:05}", ix + 1),
        }
    }

    /// Returns where device `ix` stands.
    pub fn place(&self, ix: usize) -> Place {
        let sites = self.count(Kind::Site);
        let (site, slot) = (ix % sites, ix / sites);
        let mut first = 0;
        for (device_type, prefix, count) in PLACES {
            if slot < first + count {
                return Place { site, slot, device_type, prefix };
            }
            first += count;
        }
        Place { site, slot, device_type: "laptop", prefix: "lt" }
    }

    /// Returns the device at this place of a site.
    pub fn device_at(&self, site: usize, slot: usize) -> Ref {
        self.to(Kind::Device, slot * self.count(Kind::Site) + site)
    }

    /// Returns `count` different devices of a site, less where some number does not exist.
    pub fn devices_at(&self, site: usize, count: usize, dice: &mut Dice) -> Vec<Ref> {
        let full_rows = self.count(Kind::Device) / self.count(Kind::Site);
        dice.some(count, full_rows).into_iter().map(|slot| self.device_at(site, slot)).collect()
    }

    /// Returns the network of a site: 0 for offices, 1 for servers, 2 for phones and printers.
    pub fn network_at(&self, site: usize, which: usize) -> usize {
        which * self.count(Kind::Site) + site
    }

    /// Returns the organisation that a site belongs to.
    pub fn organization_of(&self, site: usize) -> Ref {
        self.to(Kind::Organization, site % self.count(Kind::Organization))
    }

    /// Returns how many of the people work for the provider; they come first.
    pub fn engineers(&self) -> usize {
        (self.count(Kind::Person) / 4).max(1)
    }

    /// Returns somebody who works for the provider.
    pub fn engineer(&self, dice: &mut Dice) -> Ref {
        self.to(Kind::Person, dice.below(self.engineers()))
    }

    /// Returns somebody who works for the client.
    pub fn employee(&self, dice: &mut Dice) -> Ref {
        let first = self.engineers().min(self.count(Kind::Person) - 1);
        self.to(Kind::Person, first + dice.below(self.count(Kind::Person) - first))
    }
}

/// Returns the id of site `ix`: `north-quay`.
pub fn site_id(ix: usize) -> String {
    let (firsts, lasts) = (words::SITE_FIRST.len(), words::SITE_LAST.len());
    let round = ix / firsts;
    let id = format!(
        "{}-{}",
        words::SITE_FIRST[ix % firsts],
        words::SITE_LAST[(round + ix * 7) % lasts]
    );
    again(id, ix / (firsts * lasts), "-")
}

/// Returns the name of site `ix`: `North Quay`.
pub fn site_name(ix: usize) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    site_id(ix).split('-').map(capital).collect::<Vec<_>>().join(" ")
}

/// Returns the name of person `ix`: `Dana Ruiz`.
pub fn person_name(ix: usize) -> String {
    let (firsts, lasts) = (words::FIRST_NAMES.len(), words::LAST_NAMES.len());
    let round = ix / firsts;
    let name = format!(
        "{} {}",
        words::FIRST_NAMES[ix % firsts],
        words::LAST_NAMES[(round + ix * 11) % lasts]
    );
    again(name, ix / (firsts * lasts), " ")
}

/// Returns the name of vendor `ix`: `Meridian Broadband`.
pub fn vendor_name(ix: usize) -> String {
    let (firms, trades) = (words::FIRMS.len(), words::TRADES.len());
    let round = ix / trades;
    let name =
        format!("{} {}", words::FIRMS[(round + ix * 5) % firms], words::TRADES[ix % trades].1);
    again(name, ix / (firms * trades), " ")
}

/// Tells names apart once every combination has been used.
fn again(name: String, times: usize, gap: &str) -> String {
    if times == 0 { name } else { format!("{name}{gap}{}", times + 1) }
}
