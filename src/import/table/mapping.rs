//! Which column of a table is which field: found by what tables call things, or as a mapping says.
//!
//! A mapping is a file of the runbook, `imports/NAME.toml`, made by the first import and open to be
//! changed; a preset is the same, embedded, for tables of a known system.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::import::Refused;
use crate::import::normal::date::Order;
use crate::scaffold::{toml_key, toml_string};
use crate::schema::Catalog;
use crate::schema::field::FieldType;
use crate::text::nearest;

/// What a column may be beside a field of its kind.
const SPECIAL: &[&str] = &[
    "key",
    "name",
    "name.first",
    "name.last",
    "client",
    "ip",
    "mac",
    "custom",
    "ignore",
    "secret",
    "login",
    "enabled",
    "blocked",
    "licences",
];

/// How a table becomes records.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The kind of the records.
    pub kind: String,
    /// For presets: by which columns such a table is known.
    #[serde(default)]
    pub known_by: Vec<String>,
    /// For presets: how the system is called in `source.system`.
    #[serde(default)]
    pub system: Option<String>,
    /// In which order days in figures are: `month-first` or `day-first`; without it only days are read
    /// that are clear.
    #[serde(default)]
    pub dates: Option<String>,
    /// Values for fields that no column gives, such as `type = "workstation"`.
    #[serde(default)]
    pub always: BTreeMap<String, String>,
    /// Words of the column for `type` that the program does not know.
    #[serde(default)]
    pub types: BTreeMap<String, String>,
    /// Each column's field, or one of `key`, `name.first`, `name.last`, `client`, `ip`, `mac`, `custom`,
    /// `ignore` and `secret`; for people `login` (the address where there is no other), `enabled`, `blocked`
    /// (whether they may sign in) and `licences` (products parted by `+` or `;`).
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Synonyms {
    field: Vec<Synonym>,
}

#[derive(Deserialize)]
struct Synonym {
    to: String,
    headers: Vec<String>,
}

static SYNONYMS: LazyLock<Vec<(String, Vec<String>)>> = LazyLock::new(|| {
    let read: Synonyms =
        toml::from_str(include_str!("synonyms.toml")).expect("a test reads the embedded synonyms");
    read.field
        .into_iter()
        .map(|one| (one.to, one.headers.iter().map(|header| bare(header)).collect()))
        .collect()
});

static PRESET_FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/import/table/presets");

static PRESETS: LazyLock<Vec<(String, Mapping)>> = LazyLock::new(|| {
    let mut presets: Vec<(String, Mapping)> = PRESET_FILES
        .files()
        .map(|file| {
            let name = file.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = file.contents_utf8().unwrap_or_default();
            let preset = toml::from_str(text).expect("a test reads the embedded presets");
            (name, preset)
        })
        .collect();
    presets.sort_by_key(|(name, preset)| (usize::MAX - preset.known_by.len(), name.clone()));
    presets
});

/// Returns a header as it is compared: letters and digits in small.
pub fn bare(header: &str) -> String {
    without_remark(header)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns a header without what Google writes behind it: `Email Address [Required]`.
pub fn without_remark(header: &str) -> &str {
    const REMARKS: &[&str] = &["required", "read only", "upload only", "must be"];
    let Some((name, remark)) = header.split_once('[') else { return header };
    let remark = remark.trim().to_lowercase();
    match REMARKS.iter().any(|known| remark.starts_with(known)) {
        true => name.trim_end(),
        false => header,
    }
}

impl Mapping {
    /// Reads a mapping that somebody keeps in the runbook.
    pub fn read(text: &str, path: &str, catalog: &Catalog) -> Result<Mapping, Refused> {
        let mapping: Mapping = toml::from_str(text).map_err(|error| {
            let message = error.message().trim().to_owned();
            Refused::new(format!("the mapping `{path}` cannot be read: {message}"))
                .help("put it right, or delete it to have it made anew")
        })?;
        mapping.check(path, catalog)?;
        Ok(mapping)
    }

    /// Refuses a mapping with names that mean nothing.
    fn check(&self, path: &str, catalog: &Catalog) -> Result<(), Refused> {
        let wrong = |message: String, near: Option<&str>| {
            let refused = Refused::new(format!("in the mapping `{path}` {message}"));
            match near {
                Some(near) => refused.help(format!("did you mean `{near}`?")),
                None => refused.help("`clearjar kinds` lists the kinds and their fields"),
            }
        };
        let Some(kind) = catalog.by_name(&self.kind) else {
            let names = catalog.kinds().iter().map(|kind| kind.name.as_str());
            let near = nearest(&self.kind, names);
            return Err(wrong(format!("`kind` names `{}`, which is no kind", self.kind), near));
        };
        let shape = &catalog.kind(kind).shape;
        let always = self.always.keys().map(|field| (field, field));
        for (column, to) in self.columns.iter().chain(always) {
            let field = shape.at_path(to);
            let is_value = field.is_some_and(|field| {
                !field.takes(FieldType::Table) && !field.takes(FieldType::Tables)
            });
            if !is_value && !SPECIAL.contains(&to.as_str()) {
                let names = shape.fields().iter().map(|field| field.name.as_str());
                let near = nearest(to, names.chain(SPECIAL.iter().copied()));
                let message = format!("the column `{column}` goes to `{to}`, which is no field");
                return Err(wrong(message, near));
            }
        }
        match self.dates.as_deref() {
            None | Some("month-first" | "day-first") => Ok(()),
            Some(other) => {
                let message = format!("`dates` is `{other}`");
                Err(wrong(message, nearest(other, ["month-first", "day-first"])))
            }
        }
    }

    /// Returns the preset for a table with these headers, with its name.
    pub fn preset(headers: &[String]) -> Option<(&'static str, &'static Mapping)> {
        let there: Vec<String> = headers.iter().map(|header| bare(header)).collect();
        let fits = |preset: &Mapping| {
            !preset.known_by.is_empty()
                && preset.known_by.iter().all(|column| there.contains(&bare(column)))
        };
        PRESETS
            .iter()
            .find(|(_, preset)| fits(preset))
            .map(|(name, preset)| (name.as_str(), preset))
    }

    /// Returns a mapping for devices, which every column is still to be matched to.
    pub fn of_devices() -> Mapping {
        Mapping {
            kind: "device".to_owned(),
            known_by: Vec::new(),
            system: None,
            dates: None,
            always: BTreeMap::new(),
            types: BTreeMap::new(),
            columns: BTreeMap::new(),
        }
    }

    /// Returns where each column goes: as the mapping says, else by what tables call things, where each
    /// field takes one column (addresses take several). Nothing for a column that means nothing.
    pub fn targets(&self, headers: &[String]) -> Vec<Option<String>> {
        let said: BTreeMap<String, &String> =
            self.columns.iter().map(|(column, to)| (bare(column), to)).collect();
        let bares: Vec<String> = headers.iter().map(|header| bare(header)).collect();
        let mut targets: Vec<Option<String>> =
            bares.iter().map(|header| said.get(header).map(|to| (*to).clone())).collect();
        if self.kind != "device" || !self.known_by.is_empty() {
            return targets;
        }
        for (to, names) in SYNONYMS.iter() {
            let takes_many = matches!(to.as_str(), "ip" | "mac" | "custom" | "ignore");
            if !takes_many && targets.iter().flatten().any(|there| there == to) {
                continue;
            }
            // In the order of the synonyms: `name` is a better name than `hostname`.
            for name in names {
                let free = |ix: &usize| targets[*ix].is_none() && bares[*ix] == *name;
                let found: Vec<usize> = (0..headers.len()).filter(free).collect();
                let found = if takes_many { found } else { found.into_iter().take(1).collect() };
                let is_found = !found.is_empty();
                found.into_iter().for_each(|ix| targets[ix] = Some(to.clone()));
                if is_found && !takes_many {
                    break;
                }
            }
        }
        targets
    }

    /// Returns the order of days in figures.
    pub fn order(&self) -> Order {
        match self.dates.as_deref() {
            Some("month-first") => Order::MonthFirst,
            Some("day-first") => Order::DayFirst,
            _ => Order::Unknown,
        }
    }

    /// Returns the text of the file that keeps this match for next time.
    pub fn write(&self, name: &str, headers: &[String], targets: &[Option<String>]) -> String {
        let mut text = format!(
            "# How `clearjar import` reads tables of the sort `{name}`. It was found out by the first \
             import;\n# change it freely, and the next import follows.\n#\n# Each column goes to a field \
             of the kind (`clearjar kinds {kind}` lists them), or to one of:\n#   key      what the system \
             calls the thing for ever      client   whose it is\n#   ip, mac  several in a cell become \
             interfaces         custom   kept under [custom]\n#   name     with name.first and name.last \
             for people     ignore   left out\n\nkind = {kind_text}\n",
            kind = self.kind,
            kind_text = toml_string(&self.kind),
        );
        match &self.dates {
            Some(dates) => text.push_str(&format!("dates = {}\n", toml_string(dates))),
            None => text.push_str("# dates = \"month-first\"     # 01/31/2024; or \"day-first\"\n"),
        }
        text.push_str(
            "\n# [always]                  # what no column says\n# type = \"workstation\"\n\n# [types]      \
             \u{20}            # words of the column for `type` that are not understood\n# \"Kiosk\" = \
             \"workstation\"\n\n[columns]\n",
        );
        for (header, target) in headers.iter().zip(targets) {
            let to = target.as_deref().unwrap_or("custom");
            text.push_str(&format!("{} = {}\n", toml_key(header), toml_string(to)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;

    fn targets(headers: &[&str]) -> Vec<Option<String>> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        Mapping::of_devices().targets(&headers)
    }

    #[test]
    fn columns_are_known_by_what_tables_call_them() {
        let found = targets(&[
            "Device Hostname",
            "Int IP Address",
            "Serial_Number",
            "Policy/Site",
            "Colour",
        ]);
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        assert_eq!(found, [Some("name"), Some("ip"), Some("serial"), Some("site"), None]);
        let found = targets(&["Hostname", "Name", "Ethernet MAC", "WiFi MAC"]);
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        assert_eq!(found, [Some("hostname"), Some("name"), Some("mac"), Some("mac")]);
    }

    #[test]
    fn what_is_embedded_names_fields_that_there_are() {
        let catalog = schema::read(&SourceTree::default()).value;
        let mut all = Mapping::of_devices();
        all.columns = SYNONYMS.iter().map(|(to, _)| (to.clone(), to.clone())).collect();
        all.check("synonyms.toml", &catalog).unwrap();
        for (name, preset) in PRESETS.iter() {
            preset.check(name, &catalog).unwrap();
            assert!(!preset.known_by.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_match_that_was_kept_is_read_again() {
        let catalog = schema::read(&SourceTree::default()).value;
        let headers = vec!["Name".to_owned(), "a \"b\"".to_owned()];
        let mapping = Mapping::of_devices();
        let targets = mapping.targets(&headers);
        let text = mapping.write("assets", &headers, &targets);
        let again = Mapping::read(&text, "imports/assets.toml", &catalog).unwrap();
        assert_eq!(again.targets(&headers), [Some("name".to_owned()), Some("custom".to_owned())]);
        assert!(Mapping::read("kind = \"devise\"", "x", &catalog).is_err());
        assert!(
            Mapping::read("kind = \"device\"\ncolumns = { A = \"seriel\" }", "x", &catalog)
                .is_err()
        );
    }
}
