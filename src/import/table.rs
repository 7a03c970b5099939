//! Turns the rows of a table into proposals, by a mapping of its columns.
//!
//! What a CSV file and a sheet of a workbook have in common; where the rows come from is their own
//! business.

pub mod headers;
pub mod mapping;
mod people;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::export::unguarded;
use crate::schema::field::{Field, FieldType, Target};
use crate::schema::kind::Kind;
use crate::schema::{self, Catalog};

use super::normal::date::{self, Order};
use super::normal::{meant, network, one_line};
use super::proposal::{Harvest, Link, Origin, Place, Proposal, Row, Wish};
use super::slug::slug;
use super::{Refused, Wishes, secret, state, words};
use mapping::Mapping;
use people::People;

/// How many columns a table has at most.
pub const COLUMNS: usize = 2_000;

/// How many rows a table has at most.
pub const ROWS: usize = 1_000_000;

/// How long a cell is at most, in bytes.
pub const CELL_BYTES: usize = 1024 * 1024;

/// How many reasons are told for one row's cells before the rest is only counted.
const FORMULA: &str = "a formula, which is not read";

/// A table of a foreign file.
pub struct Table<'a> {
    /// The file's name.
    pub file: Arc<str>,
    /// The sheet, for workbooks.
    pub sheet: Option<String>,
    /// The headers, in order.
    pub headers: Vec<String>,
    /// Gives each row below the headers: its line or row number, and its cells or why it is none.
    pub rows: &'a Visit<'a>,
}

/// Takes a row: its line or row number, and its cells or why it is none.
pub type TakeRow<'a> = dyn FnMut(usize, Result<&[&str], String>) + 'a;

/// Calls a function for every row.
pub type Visit<'a> = dyn Fn(&mut TakeRow<'_>) + 'a;

impl Table<'_> {
    fn at(&self, number: usize) -> Origin {
        let place = match &self.sheet {
            Some(sheet) => Place::Row(sheet.clone(), number),
            None => Place::Line(number),
        };
        Origin { file: self.file.clone(), place }
    }
}

/// Returns the name under which tables of a file are known: `assets-2026-11.csv` is `assets`.
pub fn name_of(file: &str, headers: &[String], wishes: &Wishes<'_>) -> String {
    if let Some(name) = wishes.mapping {
        return name.to_owned();
    }
    if let Some((name, preset)) = Mapping::preset(headers) {
        return preset.system.clone().unwrap_or_else(|| name.to_owned());
    }
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let slugged = slug(stem);
    let is_word = |part: &&str| part.chars().any(|c| c.is_ascii_alphabetic());
    let words: Vec<&str> = slugged.split('-').filter(is_word).collect();
    if words.is_empty() { "table".to_owned() } else { words.join("-") }
}

/// Reads a table into `harvest`. `name` is what tables of its sort are known by.
pub fn read(
    table: &Table<'_>,
    name: &str,
    wishes: &Wishes<'_>,
    harvest: &mut Harvest,
) -> Result<(), Refused> {
    let catalog = schema::read(wishes.tree).value;
    let path = format!("{}/{name}.toml", state::FOLDER);
    let kept = wishes.tree.at(&path).and_then(|file| file.as_text());
    let preset = Mapping::preset(&table.headers);
    let mapping = match (kept, preset) {
        (Some(text), _) => Mapping::read(text, &path, &catalog)?,
        (None, Some((_, preset))) => preset.clone(),
        (None, None) => Mapping::of_devices(),
    };
    let targets = mapping.targets(&table.headers);
    refuse_unnamed(table, &targets, &path)?;
    if kept.is_none() && (preset.is_none() || wishes.mapping.is_some()) {
        let visible = table.headers.iter().zip(&targets);
        let (headers, targets): (Vec<String>, Vec<Option<String>>) =
            visible.map(|(header, to)| (header.clone(), to.clone())).unzip();
        harvest.mappings.push((path.clone(), mapping.write(name, &headers, &targets)));
    }
    let kind = catalog.by_name(&mapping.kind).expect("a mapping is checked for its kind");
    let mut reader = Reader {
        table,
        mapping: &mapping,
        catalog: &catalog,
        kind: catalog.kind(kind),
        kind_name: interned(&mapping.kind, &catalog),
        columns: columns(table, &mapping, targets, catalog.kind(kind)),
        harvest,
        seen: HashMap::new(),
        formulas: BTreeMap::new(),
        strangers: BTreeMap::new(),
        people: People::default(),
        dropped: Vec::new(),
        count: 0,
    };
    reader.harvest.notes.push(matched(table, &reader.columns, &path));
    (table.rows)(&mut |number, cells| reader.row(number, cells));
    reader.finish();
    Ok(())
}

/// Kinds are named by the program's own words in proposals; those of a mapping live as long.
fn interned(kind: &str, catalog: &Catalog) -> &'static str {
    let known = super::READ_KINDS.iter().find(|name| **name == kind);
    match known {
        Some(name) => name,
        None => {
            debug_assert!(catalog.by_name(kind).is_some());
            // A kind of the runbook's own, once in a run.
            Box::leak(kind.to_owned().into_boxed_str())
        }
    }
}

/// Refuses a table of which no column gives a name or a key.
fn refuse_unnamed(
    table: &Table<'_>,
    targets: &[Option<String>],
    path: &str,
) -> Result<(), Refused> {
    const NAMING: &[&str] = &[
        "name",
        "name.first",
        "name.last",
        "key",
        "hostname",
        "serial",
        "asset_tag",
        "mac",
        "ip",
        "email",
    ];
    let is_named = targets.iter().flatten().any(|to| NAMING.contains(&to.as_str()));
    if is_named {
        return Ok(());
    }
    // What is no table has lines of all sorts where headers would be.
    let is_clean = |header: &&str| !secret::is_suspect("header", header) && header.len() <= 60;
    let headers = table.headers.iter().map(String::as_str).filter(is_clean);
    let headers: Vec<&str> = headers.take(12).collect();
    Err(Refused::new(format!(
        "no column of `{}` is known to be a name: it has {}",
        table.file,
        crate::text::list_of(&headers, "and")
    ))
    .help(format!(
        "write `{path}` with `kind = \"device\"` and, below `[columns]`, a line such as \
         \"Name of the thing\" = \"name\""
    )))
}

/// A column and where it goes.
struct Column {
    header: String,
    /// Where it goes; nothing for one that means nothing.
    to: Option<String>,
    /// The order in which its days are written.
    order: Order,
    /// Whether its values are secrets by its name.
    is_secret: bool,
    is_date: bool,
}

fn columns(
    table: &Table<'_>,
    mapping: &Mapping,
    targets: Vec<Option<String>>,
    kind: &Kind,
) -> Vec<Column> {
    let mut columns: Vec<Column> = table
        .headers
        .iter()
        .zip(targets)
        .map(|(header, to)| Column {
            header: header.clone(),
            is_date: to.as_deref().is_some_and(|to| is_date(kind, to)),
            is_secret: to.as_deref() == Some("secret") || secret::is_secret_label(header),
            to,
            order: mapping.order(),
        })
        .collect();
    if mapping.order() == Order::Unknown && columns.iter().any(|column| column.is_date) {
        find_orders(table, &mut columns);
    }
    columns
}

fn is_date(kind: &Kind, to: &str) -> bool {
    kind.shape.at_path(to).is_some_and(|field| field.takes(FieldType::Date))
}

/// Finds in which order each column of days is written, from the days that can be read in one way.
fn find_orders(table: &Table<'_>, columns: &mut [Column]) {
    let mut orders: Vec<Vec<Order>> = columns.iter().map(|_| Vec::new()).collect();
    (table.rows)(&mut |_, cells| {
        let Ok(cells) = cells else { return };
        for (ix, cell) in cells.iter().enumerate().filter(|(ix, _)| columns[*ix].is_date) {
            let order = date::order_of([cell.trim()]);
            if order != Order::Unknown && !orders[ix].contains(&order) {
                orders[ix].push(order);
            }
        }
    });
    // Columns of one table are written by one program: what one of them tells holds for all.
    let all: Vec<Order> = orders.iter().flatten().copied().collect();
    let of_table = match all.first() {
        Some(first) if all.iter().all(|order| order == first) => *first,
        _ => Order::Unknown,
    };
    for (column, own) in columns.iter_mut().zip(orders) {
        column.order = if let [only] = own.as_slice() { *only } else { of_table };
    }
}

/// Returns how the columns were understood, for the report.
fn matched(table: &Table<'_>, columns: &[Column], path: &str) -> String {
    let understood = columns.iter().filter(|column| !column.is_secret);
    let words: Vec<String> = understood
        .filter_map(|column| {
            let to = column.to.as_deref().filter(|to| *to != "ignore")?;
            Some(format!("{} → {to}", one_line(&column.header)))
        })
        .collect();
    let sheet = table.sheet.as_ref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
    format!("{}{sheet}: {} (change it in {path})", table.file, words.join(", "))
}

struct Reader<'a> {
    table: &'a Table<'a>,
    mapping: &'a Mapping,
    catalog: &'a Catalog,
    kind: &'a Kind,
    kind_name: &'static str,
    columns: Vec<Column>,
    harvest: &'a mut Harvest,
    /// Keys that were seen, with the name and the line.
    seen: HashMap<String, (String, usize)>,
    formulas: BTreeMap<String, usize>,
    /// How many values the columns had that mean nothing, by client and column; of nobody's rows under
    /// no name.
    strangers: BTreeMap<String, BTreeMap<usize, usize>>,
    people: People,
    /// Columns of the row's secrets.
    dropped: Vec<String>,
    count: usize,
}

impl Reader<'_> {
    fn row(&mut self, number: usize, cells: Result<&[&str], String>) {
        let at = self.table.at(number);
        let cells = match cells {
            Ok(cells) => cells,
            Err(reason) => return self.harvest.skip(at, reason),
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        self.count += 1;
        if self.count > ROWS {
            if self.count == ROWS + 1 {
                let reason = format!("more than {ROWS} rows; export the rest in another file");
                self.harvest.skip(at, reason);
            }
            return;
        }
        let values = self.values(cells);
        let dropped = std::mem::take(&mut self.dropped);
        let Some(key) = self.key(&values, number) else {
            self.harvest.skip(at, "nothing in it tells it from others: no name, serial or address");
            return;
        };
        let client =
            values.iter().find(|(_, to, _)| *to == "client").map(|(.., text)| text.clone());
        self.count_strangers(&values, client.as_deref());
        let name = self.name(&values);
        let mut proposal = Proposal::new(self.kind_name, key, name, at.clone());
        proposal.of_client(client.as_deref());
        proposal.secrets = dropped;
        self.fill(&mut proposal, &values, client.as_deref(), &at);
        self.harvest.propose(proposal);
    }

    fn count_strangers(&mut self, values: &[(usize, String, String)], client: Option<&str>) {
        let columns = &self.columns;
        let strangers = values.iter().map(|(ix, ..)| *ix).filter(|ix| columns[*ix].to.is_none());
        for ix in strangers {
            let of_client = match self.strangers.get_mut(client.unwrap_or_default()) {
                Some(counts) => counts,
                None => self.strangers.entry(client.unwrap_or_default().to_owned()).or_default(),
            };
            *of_client.entry(ix).or_default() += 1;
        }
    }

    /// Returns the row's cells that say something: column, target, text.
    fn values(&mut self, cells: &[&str]) -> Vec<(usize, String, String)> {
        let mut values = Vec::with_capacity(cells.len());
        for (ix, cell) in cells.iter().enumerate() {
            let column = &self.columns[ix];
            let Some(text) = meant(cell) else { continue };
            if column.is_secret {
                self.dropped.push(column.header.clone());
                continue;
            }
            let text = match unwrapped(text) {
                Some(text) => text,
                None => {
                    *self.formulas.entry(column.header.clone()).or_default() += 1;
                    continue;
                }
            };
            let to = column.to.clone().unwrap_or_else(|| "custom".to_owned());
            if to != "ignore" && !text.is_empty() {
                values.push((ix, to, text.to_owned()));
            }
        }
        values
    }

    /// Returns what the row is known by next time: its id there, serial number, first MAC address, else
    /// its name and site.
    fn key(&mut self, values: &[(usize, String, String)], number: usize) -> Option<String> {
        let text = |to: &str| values.iter().find(|(_, there, _)| there == to).map(|v| v.2.as_str());
        let name = self.name(values);
        let mac =
            text("mac").and_then(|text| network::parts(text).first().and_then(|m| network::mac(m)));
        let by_name = || {
            let words = [text("client"), text("site"), Some(name.as_str())];
            let words: Vec<String> =
                words.into_iter().flatten().map(slug).filter(|word| !word.is_empty()).collect();
            (!words.is_empty() && !name.is_empty()).then(|| words.join("/"))
        };
        let key = text("key")
            .map(one_line)
            .or_else(|| text("serial").map(one_line))
            .or_else(|| text("asset_tag").map(one_line))
            .or_else(|| text("email").map(|text| text.to_lowercase()))
            .or(mac)
            .or_else(by_name)
            .or_else(|| text("ip").map(one_line))?;
        match self.seen.get(&key) {
            // A serial number that a maker gave to several boxes: the name tells them apart.
            Some((other, _)) if slug(other) != slug(&name) => {
                let key = format!("{key}/{}", slug(&name));
                self.seen.entry(key.clone()).or_insert((name, number));
                Some(key)
            }
            Some((_, line)) => {
                let reason = format!("the same as line {line}; what it adds is added there");
                let at = self.table.at(number);
                self.harvest.skip(at, reason);
                Some(key)
            }
            None => {
                self.seen.insert(key.clone(), (name, number));
                Some(key)
            }
        }
    }

    fn name(&self, values: &[(usize, String, String)]) -> String {
        let text = |to: &str| values.iter().find(|(_, there, _)| there == to).map(|v| v.2.as_str());
        if let Some(name) = text("name") {
            return one_line(name);
        }
        let both: Vec<&str> = ["name.first", "name.last"].into_iter().filter_map(text).collect();
        match both.is_empty() {
            false => one_line(&both.join(" ")),
            true => {
                let other = ["hostname", "email", "asset_tag"].into_iter().find_map(text);
                other.map(one_line).unwrap_or_default()
            }
        }
    }

    fn fill(
        &mut self,
        proposal: &mut Proposal,
        values: &[(usize, String, String)],
        client: Option<&str>,
        at: &Origin,
    ) {
        if self.kind_name == "device" {
            let kind = self.device_type(values);
            proposal.put("type", kind);
        }
        for (field, value) in &self.mapping.always {
            if proposal.text(field).is_none() {
                proposal.put_as(field, field, value.as_str());
            }
        }
        for (ix, to, text) in values {
            let header = self.columns[*ix].header.clone();
            match to.as_str() {
                "key" | "name" | "name.first" | "name.last" | "client" | "ip" | "mac" => {}
                "login" | "enabled" | "blocked" | "licences" => {}
                "type" if self.kind_name == "device" => {}
                "custom" => {
                    let label = mapping::without_remark(&header).to_owned();
                    proposal.custom(label, text.as_str());
                }
                "status" => {
                    if let Some(status) = words::status(&header, text) {
                        proposal.put("status", status);
                    }
                }
                field => self.put(proposal, field, &header, *ix, text, client, at),
            }
        }
        match self.kind_name {
            "device" => interfaces(proposal, values, &self.columns),
            "person" => self.people.read(proposal, values),
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one cell with all that is known of it")]
    fn put(
        &mut self,
        proposal: &mut Proposal,
        path: &str,
        header: &str,
        column: usize,
        text: &str,
        client: Option<&str>,
        at: &Origin,
    ) {
        let Some(field) = self.kind.shape.at_path(path) else { return };
        let value = match field.types.as_slice() {
            [FieldType::Reference] => self.link(field, text, client, at),
            [FieldType::Date] => match date::read(text, self.columns[column].order) {
                Ok(day) => Wish::Day(day),
                Err(_) => Wish::from(text),
            },
            [FieldType::Text] if field.many => {
                let parts = text.split([';', ',', '\n']).map(str::trim).filter(|p| !p.is_empty());
                Wish::from(parts.map(str::to_owned).collect::<Vec<_>>())
            }
            _ => Wish::from(text),
        };
        let words = matches!(field.types.as_slice(), [FieldType::Hostname] if text.contains(' '));
        if !words {
            proposal.put_as(path, header, value);
        }
    }

    /// Returns a link to what a cell names. Places and firms are made where there are none; people are
    /// not: a list of devices knows them by a log-on name at best.
    fn link(&mut self, field: &Field, text: &str, client: Option<&str>, at: &Origin) -> Wish {
        const MADE: &[&str] = &["site", "vendor", "organization"];
        let kinds = field.to.iter().filter_map(|target| match target {
            Target::Kind(kind) => super::READ_KINDS.iter().find(|name| *name == kind).copied(),
            _ => None,
        });
        let kinds: Vec<&'static str> = kinds.collect();
        debug_assert!(self.catalog.by_name("site").is_some());
        match kinds.iter().find(|kind| MADE.contains(*kind)) {
            Some(kind) => Wish::from(self.harvest.ensure(kind, text, client, at)),
            None => match kinds.first() {
                Some(kind) => Wish::from(Link::name(kind, person_of(text))),
                None => Wish::from(text),
            },
        }
    }

    fn device_type(&self, values: &[(usize, String, String)]) -> String {
        let text = |to: &str| {
            values.iter().find(|(_, there, _)| there == to).map_or("", |value| value.2.as_str())
        };
        let said = text("type");
        if let Some((_, own)) =
            self.mapping.types.iter().find(|(word, _)| word.eq_ignore_ascii_case(said))
        {
            return own.clone();
        }
        let always = self.mapping.always.get("type").map(String::as_str);
        words::device_type(said)
            .or_else(|| words::type_by_system(text("os"), text("model")))
            .or_else(|| always.or_else(|| words::device_type(text("model"))))
            .unwrap_or("other")
            .to_owned()
    }

    fn finish(mut self) {
        std::mem::take(&mut self.people).finish(&self.table.file, self.harvest);
        for (column, count) in &self.formulas {
            let at = Origin::whole(&self.table.file);
            self.harvest.skip(at, format!("{count} cells of `{column}`: {FORMULA}"));
        }
        for (client, counts) in &self.strangers {
            let client = Some(client.trim()).filter(|client| !client.is_empty());
            for (ix, count) in counts {
                self.harvest.stranger_of(client, &self.columns[*ix].header, *count, true);
            }
        }
    }
}

/// Returns the text of a cell; nothing where it is a formula. `="00123"` is how text is kept from
/// becoming a number in Excel, and an apostrophe in front from becoming a formula.
fn unwrapped(text: &str) -> Option<&str> {
    let bare = unguarded(text);
    if bare.len() < text.len() {
        return Some(bare);
    }
    match text.strip_prefix('=') {
        None => Some(text),
        Some(rest) => {
            rest.strip_prefix('"')?.strip_suffix('"').filter(|inner| !inner.contains('"'))
        }
    }
}

/// Returns a person's log-on name without its domain.
fn person_of(text: &str) -> &str {
    text.rsplit('\\').next().unwrap_or(text)
}

/// Makes interfaces of the addresses of a row: the first MAC address with the first address, and so on;
/// addresses without a partner go to the first.
fn interfaces(proposal: &mut Proposal, values: &[(usize, String, String)], columns: &[Column]) {
    let cells = |to: &'static str| values.iter().filter(move |(_, there, _)| there == to);
    let mut macs: Vec<String> = Vec::new();
    let mut addresses: Vec<String> = Vec::new();
    for (ix, _, text) in cells("mac") {
        for part in network::parts(text) {
            match network::mac(part) {
                Some(mac) if !macs.contains(&mac) => macs.push(mac),
                Some(_) => {}
                None => {
                    proposal.custom(columns[*ix].header.clone(), text.as_str());
                }
            }
        }
    }
    for (ix, _, text) in cells("ip") {
        for part in network::parts(text) {
            match network::address(part) {
                Some(address) if !addresses.contains(&address) => addresses.push(address),
                Some(_) => {}
                None => {
                    proposal.custom(columns[*ix].header.clone(), text.as_str());
                }
            }
        }
    }
    let is_v4 = |address: &&String| !address.contains(':');
    let (v4, v6): (Vec<&String>, Vec<&String>) = addresses.iter().partition(is_v4);
    let count = macs.len().max(usize::from(!addresses.is_empty()));
    let mut further: Vec<Vec<String>> = vec![Vec::new(); count];
    for address in v4.iter().skip(count).chain(&v6) {
        further[0].push((*address).clone());
    }
    for (ix, further) in further.into_iter().enumerate() {
        let name = if ix == 0 { "lan".to_owned() } else { format!("lan {}", ix + 1) };
        let row = Row::new()
            .put("name", name)
            .put_some("mac", macs.get(ix).cloned())
            .put_some("address", v4.get(ix).map(|address| (*address).clone()))
            .put("addresses", further);
        proposal.row("interface", row);
    }
}
