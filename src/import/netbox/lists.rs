//! Reads NetBox's lists as CSV: those that its pages export, under the labels of their columns, and those
//! that it imports, under the names of its fields.
//!
//! Both refer to other things by name. A name becomes an object of its own, known by its model and what
//! it lies in: the rack `R1` of one site is not that of another, and the port `1` of one device neither.

mod sorts;

use std::sync::Arc;

use csv::ReaderBuilder;

use super::store::{Field, Fields, Object, Store, Target};
use crate::export::unguarded;
use crate::import::foreign::Foreign;
use crate::import::normal::{meant, one_line};
use crate::import::proposal::{Harvest, Origin};
use crate::import::slug::slug;
use crate::import::table::{CELL_BYTES, ROWS, mapping::bare};
use sorts::{
    ADDRESS, As, CABLE, COMMON, DEVICE, DEVICE_TYPE, INTERFACE, LOCATION, MAC, PREFIX, RACK, SITE,
    SORTS, Sort, VLAN,
};

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

/// Columns of addresses, those of hardware too, that name the port that has one.
const PORT: &[&str] = &["device", "parent", "interface"];

/// Whether a file begins as one of these lists.
pub fn is_list(file: &Foreign) -> bool {
    headers(&file.head_text()).is_some_and(|headers| sort_of(&headers, &file.name).is_some())
}

/// Whether a file is a list of VLANs: others name them by their number, so they are read first.
pub fn is_of_vlans(file: &Foreign) -> bool {
    let headers = headers(&file.head_text());
    headers.and_then(|it| sort_of(&it, &file.name)).is_some_and(|sort| sort.model == VLAN)
}

fn headers(text: &str) -> Option<Vec<String>> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().ok()?;
    Some(headers.iter().map(bare).collect())
}

/// Returns which list has these headers; of those that have little more than names, which the file's
/// name says.
fn sort_of(headers: &[String], file: &str) -> Option<&'static Sort> {
    let has = |name: &&&str| headers.iter().any(|header| header == *name);
    let by_headers = SORTS
        .iter()
        .filter(|_| headers.len() > 2)
        .find(|sort| sort.known_by.iter().any(|names| names.iter().all(|name| has(&name))));
    let stem = bare(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    let own = stem.strip_prefix("netbox");
    let is_of_names = has(&&"name") && (has(&&"slug") || own.is_some());
    let stem = own.unwrap_or(&stem);
    by_headers
        .or_else(|| SORTS.iter().filter(|_| is_of_names).find(|sort| sort.files.contains(&stem)))
}

/// Reads a list into `store`; false where it is none of NetBox's.
pub fn read(text: &str, file: &Foreign, store: &mut Store, harvest: &mut Harvest) -> bool {
    let Some(bares) = headers(text) else { return false };
    let Some(sort) = sort_of(&bares, &file.name) else { return false };
    let mut csv = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let labels: Vec<String> = match csv.headers() {
        Ok(headers) => headers.iter().map(one_line).collect(),
        Err(_) => return false,
    };
    if sort.is_named_by_others {
        harvest.note(format!(
            "`{}` only names what other lists point to: it gives no records of its own",
            file.name
        ));
    }
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
        let around = Around {
            site: cell("site").or_else(|| cell("scope")).or_else(|| cell("vlansite")),
            maker: cell("manufacturer"),
        };
        let mut fields = Fields::new();
        let mut more = Fields::new();
        for (ix, text) in cells.iter().enumerate() {
            let Some(text) = text else { continue };
            let name = self.bares[ix].clone();
            let told_apart = match self.sort.model {
                CABLE => ENDS,
                ADDRESS | MAC => PORT,
                _ => &[],
            };
            if told_apart.contains(&name.as_str()) {
                continue;
            }
            let own = self.sort.columns.iter().find(|(bare, ..)| *bare == name);
            match own.or_else(|| COMMON.iter().find(|(bare, ..)| *bare == name)) {
                Some((_, field, how)) => {
                    if let Some(value) = self.value(*how, text, &around, at) {
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
        match self.sort.model {
            CABLE => self.ends(&cell, &mut fields, at)?,
            ADDRESS | MAC => self.port_of_address(&cell, &mut fields, at),
            // What its VLAN is looked up by says where it is, if nothing else does.
            PREFIX if !fields.contains_key("site") => {
                if let Some(site) = &around.site {
                    fields.insert("site".to_owned(), Field::To(self.named(SITE, None, site, at)));
                }
            }
            // The maker is its type's.
            DEVICE => drop(fields.remove("manufacturer")),
            _ => {}
        }
        let target = self.identify(&mut fields, &cell, &around)?;
        self.circuit_ends(&mut fields, &target, at);
        if let (VLAN, Some(number)) = (self.sort.model, cell("vid")) {
            self.store.also_named(&target, &key_of_number(around.site.as_deref(), &number));
        }
        self.store.add(&target, Object { fields, whole: true, at: at.clone() });
        Ok(())
    }

    fn value(&mut self, how: As, text: &str, around: &Around, at: &Origin) -> Option<Field> {
        Some(match how {
            As::Text => Field::Text(text.to_owned()),
            As::Word => Field::Text(text.to_lowercase().replace(' ', "-")),
            As::Name(model) => Field::To(self.named(model, None, text, at)),
            As::Here(model) => Field::To(self.named(model, around.site.as_deref(), text, at)),
            As::Type => Field::To(self.device_type(around.maker.as_deref(), text, at)),
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
        if model == VLAN && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.numbered(site, name, at);
        }
        // `Data (100)` is the VLAN 100, by its name.
        let (name, vid) = match (model, name.rsplit_once(" (")) {
            (VLAN, Some((name, vid))) => (name, vid.trim_end_matches(')').parse().ok()),
            _ => (name, None::<i64>),
        };
        let words = [site.map(slug), Some(slug(name))];
        let words: Vec<String> = words.into_iter().flatten().collect();
        let target = self.store.named(model, &words.join("/"));
        let mut fields = Fields::from([("name".to_owned(), Field::Text(name.to_owned()))]);
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

    /// Returns the VLAN of this number, at a site or for all sites.
    fn numbered(&mut self, site: Option<&str>, number: &str, at: &Origin) -> Target {
        let everywhere = key_of_number(None, number);
        let here = key_of_number(site, number);
        let is_everywhere =
            !self.store.is_named(VLAN, &here) && self.store.is_named(VLAN, &everywhere);
        let target = self.store.named(VLAN, if is_everywhere { &everywhere } else { &here });
        let mut fields = Fields::from([
            ("name".to_owned(), Field::Text(format!("VLAN {number}"))),
            ("vid".to_owned(), Field::Text(number.to_owned())),
        ]);
        if let Some(site) = site.filter(|_| !is_everywhere) {
            fields.insert("site".to_owned(), Field::To(self.named(SITE, None, site, at)));
        }
        self.store.add(&target, Object { fields, whole: false, at: at.clone() });
        target
    }

    /// Returns the type of devices that a maker calls so.
    fn device_type(&mut self, maker: Option<&str>, model: &str, at: &Origin) -> Target {
        let target = self.store.named(DEVICE_TYPE, &key_of_type(maker, model));
        let mut fields = Fields::from([("model".to_owned(), Field::Text(model.to_owned()))]);
        if let Some(maker) = maker {
            let maker = self.named("dcim.manufacturer", None, maker, at);
            fields.insert("manufacturer".to_owned(), Field::To(maker));
        }
        self.store.add(&target, Object { fields, whole: false, at: at.clone() });
        target
    }

    /// Returns the port of a device that is called so.
    fn port(&mut self, model: &str, device: &str, name: &str, at: &Origin) -> Target {
        let on = self.named(DEVICE, None, device, at);
        let port = self.store.named(model, &key_of_port(device, name));
        let part = Fields::from([
            ("name".to_owned(), Field::Text(name.to_owned())),
            ("device".to_owned(), Field::To(on)),
        ]);
        self.store.add(&port, Object { fields: part, whole: false, at: at.clone() });
        port
    }

    /// Says which port has an address.
    fn port_of_address(
        &mut self,
        cell: &dyn Fn(&str) -> Option<String>,
        fields: &mut Fields,
        at: &Origin,
    ) {
        let device = cell("device").or_else(|| cell("parent"));
        if let Some((device, name)) = device.zip(cell("interface")) {
            let port = self.port(INTERFACE, &device, &name, at);
            fields.insert("assigned_object".to_owned(), Field::To(port));
        }
    }

    /// Returns which object a row is: by its number if the list has it, else by its name and site.
    fn identify(
        &mut self,
        fields: &mut Fields,
        cell: &dyn Fn(&str) -> Option<String>,
        around: &Around,
    ) -> Result<Target, String> {
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
        let is_here = matches!(model, RACK | LOCATION | VLAN);
        let words: Vec<Option<String>> = match model {
            PREFIX => vec![text("vrf"), text("prefix")],
            // Several ports may share one.
            ADDRESS => vec![text("vrf"), text("address"), text("assigned_object")],
            DEVICE_TYPE => {
                let model = cell("model").or_else(|| cell("devicetype")).unwrap_or_default();
                vec![Some(key_of_type(around.maker.as_deref(), &model))]
            }
            "circuits.circuit" => vec![text("provider"), text("cid")],
            INTERFACE => {
                let (device, name) = (cell("device"), cell("name"));
                vec![device.zip(name).map(|(device, name)| key_of_port(&device, &name))]
            }
            CABLE => vec![text("a_end"), text("b_end")],
            MAC => vec![text("mac_address"), text("assigned_object")],
            DEVICE if text("name").is_none() => vec![text("rack"), text("position"), text("role")],
            _ => vec![around.site.as_deref().filter(|_| is_here).map(slug), text("name")],
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
            let model = cell(kind).unwrap_or_else(|| INTERFACE.to_owned());
            let end = self.port(&model, &device, &port, at);
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

/// What stands beside a cell in its row.
struct Around {
    /// The site.
    site: Option<String>,
    /// The manufacturer.
    maker: Option<String>,
}

/// Returns what a type of devices is known by: two makers may call theirs the same.
fn key_of_type(maker: Option<&str>, model: &str) -> String {
    let words = [maker.map(slug), Some(slug(model))];
    words.into_iter().flatten().collect::<Vec<_>>().join("/")
}

/// Returns what a port is known by. Names such as `1/0/1` and `1/01` differ by their signs alone.
fn key_of_port(device: &str, name: &str) -> String {
    format!("{}/{}", slug(device), name.trim().to_lowercase())
}

/// Returns what a VLAN is known by beside its name.
fn key_of_number(site: Option<&str>, number: &str) -> String {
    let words = [site.map(slug), Some(format!("#{}", number.trim()))];
    words.into_iter().flatten().collect::<Vec<_>>().join("/")
}
