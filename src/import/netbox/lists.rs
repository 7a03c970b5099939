//! Reads NetBox's lists as CSV: those that its pages export, under the labels of their columns, and those
//! that it imports, under the names of its fields.
//!
//! Both refer to other things by name. A name becomes an object of its own, known by its model and what
//! it lies in: the rack `R1` of one site is not that of another.

use std::sync::Arc;

use csv::ReaderBuilder;

use super::store::{Field, Fields, Object, Store, Target};
use crate::export::unguarded;
use crate::import::foreign::Foreign;
use crate::import::normal::{meant, one_line};
use crate::import::proposal::{Harvest, Origin};
use crate::import::slug::slug;
use crate::import::table::{CELL_BYTES, ROWS, mapping::bare};

/// How a cell is read.
#[derive(Clone, Copy, PartialEq, Debug)]
enum As {
    /// As text.
    Text,
    /// As a word of a choice: in small letters.
    Word,
    /// As the name of an object of this model.
    Name(&'static str),
    /// As the name of an object of this model, at the site of the row.
    Here(&'static str),
    /// As names of tags, parted by commas.
    Tags,
    /// As a number with a unit behind it: `42U`.
    Figure,
    /// As yes or no.
    Flag,
    /// As the end of a circuit.
    Side(&'static str),
    /// Of no use: what NetBox counts and works out.
    Nothing,
}

/// A sort of list.
struct Sort {
    model: &'static str,
    /// Columns of which all must be there; several lists for the spellings of exports and imports.
    known_by: &'static [&'static [&'static str]],
    /// The field that a column is, by its bare name.
    columns: &'static [(&'static str, &'static str, As)],
}

const SITE: &str = "dcim.site";
const LOCATION: &str = "dcim.location";
const RACK: &str = "dcim.rack";
const DEVICE: &str = "dcim.device";
const TENANT: &str = "tenancy.tenant";

/// Columns of most lists.
const COMMON: &[(&str, &str, As)] = &[
    ("id", "id", As::Text),
    ("name", "name", As::Text),
    ("slug", "slug", As::Text),
    ("status", "status", As::Word),
    ("tenant", "tenant", As::Name(TENANT)),
    ("site", "site", As::Name(SITE)),
    ("description", "description", As::Text),
    ("comments", "comments", As::Text),
    ("tags", "tags", As::Tags),
    ("created", "created", As::Nothing),
    ("lastupdated", "last_updated", As::Nothing),
    ("tenantgroup", "tenantgroup", As::Nothing),
    ("url", "url", As::Nothing),
    ("contacts", "contacts", As::Nothing),
];

static SORTS: &[Sort] = &[
    Sort {
        model: "dcim.cable",
        known_by: &[
            &["sideadevice", "sideaname", "sidebdevice", "sidebname"],
            &["devicea", "terminationa", "deviceb", "terminationb"],
        ],
        columns: &[
            ("label", "label", As::Text),
            ("type", "type", As::Word),
            ("color", "color", As::Text),
            ("length", "length", As::Figure),
            ("lengthunit", "length_unit", As::Word),
            ("sitea", "a_site", As::Nothing),
            ("locationa", "a_location", As::Nothing),
            ("racka", "a_rack", As::Nothing),
            ("siteb", "b_site", As::Nothing),
            ("locationb", "b_location", As::Nothing),
            ("rackb", "b_rack", As::Nothing),
        ],
    },
    Sort {
        model: DEVICE,
        known_by: &[
            &["name", "status", "tenant", "site", "rack", "role", "manufacturer", "type"],
            &["name", "role", "manufacturer", "devicetype", "status", "site"],
            &["name", "devicerole", "manufacturer", "devicetype", "status", "site"],
        ],
        columns: &[
            ("location", "location", As::Here(LOCATION)),
            ("rack", "rack", As::Here(RACK)),
            ("role", "role", As::Name("dcim.devicerole")),
            ("devicerole", "role", As::Name("dcim.devicerole")),
            ("manufacturer", "manufacturer", As::Name("dcim.manufacturer")),
            ("type", "device_type", As::Name("dcim.devicetype")),
            ("devicetype", "device_type", As::Name("dcim.devicetype")),
            ("platform", "platform", As::Name("dcim.platform")),
            ("serialnumber", "serial", As::Text),
            ("serial", "serial", As::Text),
            ("assettag", "asset_tag", As::Text),
            ("position", "position", As::Figure),
            ("positionu", "position", As::Figure),
            ("rackface", "face", As::Word),
            ("face", "face", As::Word),
            ("airflow", "airflow", As::Word),
            ("ipaddress", "primary_ip", As::Text),
            ("ipv4address", "primary_ip4", As::Text),
            ("ipv6address", "primary_ip6", As::Text),
            ("oobip", "oob_ip", As::Text),
            ("cluster", "cluster", As::Name("virtualization.cluster")),
            ("virtualchassis", "virtual_chassis", As::Name("dcim.virtualchassis")),
            ("vcposition", "vc_position", As::Figure),
            ("vcpriority", "vc_priority", As::Figure),
            ("parentdevice", "parent_device", As::Here(DEVICE)),
            ("region", "region", As::Nothing),
            ("sitegroup", "sitegroup", As::Nothing),
        ],
    },
    Sort {
        model: "virtualization.virtualmachine",
        known_by: &[&["name", "cluster", "vcpus"]],
        columns: &[
            ("cluster", "cluster", As::Name("virtualization.cluster")),
            ("device", "device", As::Here(DEVICE)),
            ("role", "role", As::Name("dcim.devicerole")),
            ("platform", "platform", As::Name("dcim.platform")),
            ("vcpus", "vcpus", As::Figure),
            ("memorymb", "memory", As::Figure),
            ("memory", "memory", As::Figure),
            ("diskgb", "disk", As::Figure),
            ("disk", "disk", As::Figure),
            ("serialnumber", "serial", As::Text),
            ("serial", "serial", As::Text),
            ("ipaddress", "primary_ip", As::Text),
            ("ipv4address", "primary_ip4", As::Text),
            ("ipv6address", "primary_ip6", As::Text),
        ],
    },
    Sort {
        model: "dcim.interface",
        known_by: &[
            &["device", "name", "type", "enabled"],
            &["device", "name", "type", "mgmtonly"],
        ],
        columns: &[
            ("device", "device", As::Name(DEVICE)),
            ("label", "label", As::Text),
            ("enabled", "enabled", As::Flag),
            ("type", "type", As::Word),
            ("macaddress", "mac_address", As::Text),
            ("mtu", "mtu", As::Figure),
            ("mgmtonly", "mgmt_only", As::Flag),
            ("managementonly", "mgmt_only", As::Flag),
            ("mode", "mode", As::Word),
            ("speed", "speed", As::Figure),
            ("duplex", "duplex", As::Word),
            ("cable", "cable", As::Nothing),
            ("connection", "connection", As::Nothing),
            ("ipaddresses", "ip_addresses", As::Nothing),
        ],
    },
    Sort {
        model: RACK,
        known_by: &[
            &["site", "name", "status", "racktype"],
            &["site", "name", "status", "uheight"],
            &["site", "name", "height", "role", "tenant"],
        ],
        columns: &[
            ("location", "location", As::Here(LOCATION)),
            ("role", "role", As::Name("dcim.rackrole")),
            ("racktype", "type", As::Word),
            ("type", "type", As::Word),
            ("facilityid", "facility_id", As::Text),
            ("serialnumber", "serial", As::Text),
            ("serial", "serial", As::Text),
            ("assettag", "asset_tag", As::Text),
            ("width", "width", As::Figure),
            ("height", "u_height", As::Figure),
            ("uheight", "u_height", As::Figure),
            ("descunits", "desc_units", As::Flag),
            ("outerwidth", "outer_width", As::Figure),
            ("outerdepth", "outer_depth", As::Figure),
            ("outerunit", "outer_unit", As::Word),
            ("mountingdepth", "mounting_depth", As::Figure),
            ("devices", "devices", As::Nothing),
            ("space", "space", As::Nothing),
            ("power", "power", As::Nothing),
        ],
    },
    Sort {
        model: "ipam.vlan",
        known_by: &[&["vid", "name", "status"]],
        columns: &[
            ("vid", "vid", As::Figure),
            ("group", "group", As::Name("ipam.vlangroup")),
            ("role", "role", As::Name("ipam.role")),
            ("prefixes", "prefixes", As::Nothing),
        ],
    },
    Sort {
        model: "ipam.prefix",
        known_by: &[&["prefix", "status", "vrf"], &["prefix", "status", "vlan"]],
        columns: &[
            ("prefix", "prefix", As::Text),
            ("vrf", "vrf", As::Name("ipam.vrf")),
            ("vlan", "vlan", As::Here("ipam.vlan")),
            ("scope", "site", As::Name(SITE)),
            ("role", "role", As::Name("ipam.role")),
            ("pool", "is_pool", As::Flag),
            ("ispool", "is_pool", As::Flag),
            ("children", "children", As::Nothing),
            ("utilization", "utilization", As::Nothing),
            ("depth", "depth", As::Nothing),
            ("vlangroup", "vlan_group", As::Nothing),
            ("vlansite", "vlan_site", As::Nothing),
        ],
    },
    Sort {
        model: "ipam.ipaddress",
        known_by: &[&["ipaddress", "status", "vrf", "dnsname"], &["address", "status", "vrf"]],
        columns: &[
            ("ipaddress", "address", As::Text),
            ("address", "address", As::Text),
            ("vrf", "vrf", As::Name("ipam.vrf")),
            ("role", "role", As::Word),
            ("dnsname", "dns_name", As::Text),
            ("assigned", "assigned", As::Nothing),
            ("natinside", "nat_inside", As::Nothing),
        ],
    },
    Sort {
        model: "circuits.circuit",
        known_by: &[&["circuitid", "provider", "type", "status"], &["cid", "provider", "type"]],
        columns: &[
            ("circuitid", "cid", As::Text),
            ("cid", "cid", As::Text),
            ("provider", "provider", As::Name("circuits.provider")),
            ("account", "provider_account", As::Name("circuits.provideraccount")),
            ("provideraccount", "provider_account", As::Name("circuits.provideraccount")),
            ("type", "type", As::Name("circuits.circuittype")),
            ("sidea", "a", As::Side("A")),
            ("sidez", "z", As::Side("Z")),
            ("installdate", "install_date", As::Text),
            ("terminationdate", "termination_date", As::Text),
            ("commitratekbps", "commit_rate", As::Figure),
            ("commitrate", "commit_rate", As::Figure),
        ],
    },
    Sort {
        model: LOCATION,
        known_by: &[&["site", "name", "slug", "status"]],
        columns: &[("parent", "parent", As::Here(LOCATION))],
    },
    Sort {
        model: SITE,
        known_by: &[
            &["name", "slug", "status", "region"],
            &["name", "slug", "status", "group"],
            &["name", "status", "facility", "region"],
        ],
        columns: &[
            ("region", "region", As::Name("dcim.region")),
            ("group", "group", As::Name("dcim.sitegroup")),
            ("facility", "facility", As::Text),
            ("timezone", "time_zone", As::Text),
            ("physicaladdress", "physical_address", As::Text),
            ("shippingaddress", "shipping_address", As::Text),
            ("latitude", "latitude", As::Text),
            ("longitude", "longitude", As::Text),
            ("asns", "asns", As::Nothing),
            ("asncount", "asn_count", As::Nothing),
        ],
    },
    Sort {
        model: "tenancy.contact",
        known_by: &[&["name", "title", "phone", "email", "address", "link"]],
        columns: &[
            ("title", "title", As::Text),
            ("phone", "phone", As::Text),
            ("email", "email", As::Text),
            ("address", "address", As::Text),
            ("link", "link", As::Text),
            ("group", "group", As::Name("tenancy.contactgroup")),
            ("groups", "group", As::Name("tenancy.contactgroup")),
        ],
    },
];

/// Columns of cables that name the ends.
const ENDS: &[&str] = &[
    "sideadevice",
    "sideatype",
    "sideaname",
    "sidebdevice",
    "sidebtype",
    "sidebname",
    "sideasite",
    "sidebsite",
    "devicea",
    "terminationa",
    "deviceb",
    "terminationb",
];

/// Whether a text begins as one of these lists.
pub fn is_list(head: &str) -> bool {
    headers(head).is_some_and(|headers| sort_of(&headers).is_some())
}

fn headers(text: &str) -> Option<Vec<String>> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().ok()?;
    (headers.len() > 2).then(|| headers.iter().map(bare).collect())
}

fn sort_of(headers: &[String]) -> Option<&'static Sort> {
    let has = |name: &&&str| headers.iter().any(|header| header == *name);
    SORTS.iter().find(|sort| sort.known_by.iter().any(|names| names.iter().all(|name| has(&name))))
}

/// Reads a list into `store`; false where it is none of NetBox's.
pub fn read(text: &str, file: &Foreign, store: &mut Store, harvest: &mut Harvest) -> bool {
    let Some(bares) = headers(text) else { return false };
    let Some(sort) = sort_of(&bares) else { return false };
    let mut csv = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let labels: Vec<String> = match csv.headers() {
        Ok(headers) => headers.iter().map(one_line).collect(),
        Err(_) => return false,
    };
    let mut list = List { sort, bares: bares.into(), labels, file, store };
    for (ix, record) in csv.records().enumerate() {
        let line = |record: Option<&csv::Position>| record.map_or(0, |at| at.line() as usize);
        if ix >= ROWS {
            let at = Origin::whole(&file.name);
            harvest.skip(at, format!("more than {ROWS} rows; export the rest in another file"));
            break;
        }
        match record {
            Ok(record) => {
                let at = Origin::line(&file.name, line(record.position()));
                let cells: Vec<&str> = record.iter().map(unguarded).collect();
                if let Err(reason) = list.row(&cells, &at) {
                    harvest.skip(at, reason);
                }
            }
            Err(error) => {
                let at = Origin::line(&file.name, line(error.position()));
                harvest.skip(at, "it cannot be read as a row");
            }
        }
    }
    true
}

struct List<'a> {
    sort: &'static Sort,
    bares: Arc<[String]>,
    labels: Vec<String>,
    file: &'a Foreign,
    store: &'a mut Store,
}

impl List<'_> {
    fn row(&mut self, cells: &[&str], at: &Origin) -> Result<(), String> {
        if cells.len() != self.bares.len() {
            let count = crate::text::plural(cells.len(), "cell", "cells");
            return Err(format!("{count} where the headers are {}", self.bares.len()));
        }
        if cells.iter().any(|cell| cell.len() > CELL_BYTES) {
            return Err("a cell is too large: a quote may be missing".to_owned());
        }
        // NetBox writes a dash where there is nothing.
        let said = |cell: &str| meant(cell).filter(|text| *text != "—").map(str::to_owned);
        let cells: Vec<Option<String>> = cells.iter().map(|cell| said(cell)).collect();
        let bares = self.bares.clone();
        let cell = |name: &str| -> Option<String> {
            let ix = bares.iter().position(|bare| bare == name)?;
            cells[ix].clone()
        };
        let site = cell("site").or_else(|| cell("scope")).or_else(|| cell("vlansite"));
        let mut fields = Fields::new();
        let mut more = Fields::new();
        for (ix, text) in cells.iter().enumerate() {
            let Some(text) = text else { continue };
            let name = self.bares[ix].clone();
            if ENDS.contains(&name.as_str()) && self.sort.model == "dcim.cable" {
                continue;
            }
            let own = self.sort.columns.iter().find(|(bare, ..)| *bare == name);
            match own.or_else(|| COMMON.iter().find(|(bare, ..)| *bare == name)) {
                Some((_, field, how)) => {
                    if let Some(value) = self.value(*how, text, site.as_deref(), at) {
                        fields.insert((*field).to_owned(), value);
                    }
                }
                None => {
                    more.insert(self.labels[ix].clone(), Field::Text(text.clone()));
                }
            }
        }
        if !more.is_empty() {
            fields.insert("custom_field_data".to_owned(), Field::Map(more));
        }
        if self.sort.model == "dcim.cable" {
            self.ends(&cell, &mut fields, at)?;
        }
        self.model_of_device(&mut fields, at);
        let target = self.identify(&mut fields, site.as_deref())?;
        self.circuit_ends(&mut fields, &target, at);
        self.store.add(&target, Object { fields, whole: true, at: at.clone() });
        Ok(())
    }

    fn value(&mut self, how: As, text: &str, site: Option<&str>, at: &Origin) -> Option<Field> {
        Some(match how {
            As::Text => Field::Text(text.to_owned()),
            As::Word => Field::Text(text.to_lowercase().replace(' ', "-")),
            As::Name(model) => Field::To(self.named(model, None, text, at)),
            As::Here(model) => Field::To(self.named(model, site, text, at)),
            As::Tags => {
                let tags = text.split(',').map(|tag| tag.trim().to_owned());
                Field::List(tags.filter(|tag| !tag.is_empty()).map(Field::Text).collect())
            }
            As::Figure => {
                let figure: String =
                    text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
                Field::Text(if figure.is_empty() { text.to_owned() } else { figure })
            }
            As::Flag => Field::Flag(crate::import::normal::boolean(text).unwrap_or(text == "✔")),
            As::Side(_) => Field::Text(text.to_owned()),
            As::Nothing => return None,
        })
    }

    /// Returns the object of a model that is called so, at a site where there are several; makes a part of
    /// it that stands in until the whole is read.
    fn named(&mut self, model: &str, site: Option<&str>, name: &str, at: &Origin) -> Target {
        // `Data (100)` is the VLAN 100, by its name.
        let (name, vid) = match (model, name.rsplit_once(" (")) {
            ("ipam.vlan", Some((name, vid))) => (name, vid.trim_end_matches(')').parse().ok()),
            _ => (name, None::<i64>),
        };
        let words = [site.map(slug), Some(slug(name))];
        let words: Vec<String> = words.into_iter().flatten().collect();
        let target = self.store.named(model, &words.join("/"));
        let field = if model == "dcim.devicetype" { "model" } else { "name" };
        let mut fields = Fields::from([(field.to_owned(), Field::Text(name.to_owned()))]);
        if let Some(vid) = vid {
            fields.insert("vid".to_owned(), Field::Whole(vid));
        }
        if let Some(site) = site {
            let site = self.named(SITE, None, site, at);
            fields.insert("site".to_owned(), Field::To(site));
        }
        self.store.add(&target, Object { fields, whole: false, at: at.clone() });
        target
    }

    /// A device's type has the maker that stands beside it.
    fn model_of_device(&mut self, fields: &mut Fields, at: &Origin) {
        if self.sort.model != DEVICE {
            return;
        }
        let maker = fields.remove("manufacturer");
        if let (Some(Field::To(kind)), Some(maker)) = (fields.get("device_type"), maker) {
            let fields = Fields::from([("manufacturer".to_owned(), maker)]);
            self.store.add(kind, Object { fields, whole: false, at: at.clone() });
        }
    }

    /// Returns which object a row is: by its number if the list has it, else by its name and site.
    fn identify(&mut self, fields: &mut Fields, site: Option<&str>) -> Result<Target, String> {
        let model = self.sort.model;
        if let Some(Field::Text(id)) = fields.remove("id")
            && let Ok(id) = id.trim().parse()
        {
            return Ok(Target::new(model, id));
        }
        let text = |name: &str| match fields.get(name) {
            Some(Field::Text(text)) => Some(slug(text)),
            Some(Field::To(target)) => Some(self.store.key(&target.model, target.id)),
            _ => None,
        };
        let is_here = matches!(model, RACK | LOCATION | "ipam.vlan");
        let words: Vec<Option<String>> = match model {
            "ipam.prefix" => vec![text("vrf"), text("prefix")],
            "ipam.ipaddress" => vec![text("vrf"), text("address")],
            "circuits.circuit" => vec![text("provider"), text("cid")],
            "dcim.interface" => vec![text("device"), text("name")],
            "dcim.cable" => vec![text("a_end"), text("b_end")],
            DEVICE if text("name").is_none() => vec![text("rack"), text("position"), text("role")],
            _ => vec![site.filter(|_| is_here).map(slug), text("name")],
        };
        let words: Vec<String> =
            words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return Err("nothing in it tells it from others".to_owned());
        }
        Ok(self.store.named(model, &words.join("/")))
    }

    /// Makes objects of the ends of a cable.
    fn ends(
        &mut self,
        cell: &dyn Fn(&str) -> Option<String>,
        fields: &mut Fields,
        at: &Origin,
    ) -> Result<(), String> {
        for (letter, device, kind, port) in [
            ("a", ["sideadevice", "devicea"], "sideatype", ["sideaname", "terminationa"]),
            ("b", ["sidebdevice", "deviceb"], "sidebtype", ["sidebname", "terminationb"]),
        ] {
            let device = device.iter().find_map(|name| cell(name));
            let port = port.iter().find_map(|name| cell(name));
            let Some((device, port)) = device.zip(port) else {
                return Err("a cable without a device and a port at both ends".to_owned());
            };
            let model = cell(kind).unwrap_or_else(|| "dcim.interface".to_owned());
            let on = self.named(DEVICE, None, &device, at);
            let end = self.store.named(&model, &format!("{}/{}", slug(&device), slug(&port)));
            let part = Fields::from([
                ("name".to_owned(), Field::Text(port)),
                ("device".to_owned(), Field::To(on)),
            ]);
            self.store.add(&end, Object { fields: part, whole: false, at: at.clone() });
            let name = self.store.key(&end.model, end.id);
            fields.insert(format!("{letter}_end"), Field::Text(name));
            fields.insert(format!("{letter}_terminations"), Field::List(vec![Field::To(end)]));
        }
        Ok(())
    }

    /// Makes objects of the ends of a circuit: a site's name each.
    fn circuit_ends(&mut self, fields: &mut Fields, circuit: &Target, at: &Origin) {
        for side in ["A", "Z"] {
            let Some(Field::Text(place)) = fields.remove(&side.to_lowercase()) else { continue };
            let key = format!("{}/{side}", self.store.key(&circuit.model, circuit.id));
            let end = self.store.named("circuits.circuittermination", &key);
            let site = self.named(SITE, None, &place, at);
            let fields = Fields::from([
                ("circuit".to_owned(), Field::To(circuit.clone())),
                ("term_side".to_owned(), Field::Text(side.to_owned())),
                ("site".to_owned(), Field::To(site)),
            ]);
            let at = Origin { file: self.file.name.clone(), place: at.place.clone() };
            self.store.add(&end, Object { fields, whole: true, at });
        }
    }
}
