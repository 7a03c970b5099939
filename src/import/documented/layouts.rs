//! Reads what types and labels of documentation systems mean, from the data beside this file.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::import::READ_KINDS;
use crate::import::words;

/// What a type of things becomes.
#[derive(Debug)]
pub struct Layout {
    /// The kind of its records.
    pub kind: &'static str,
    /// Values that every one of them has.
    pub always: BTreeMap<String, String>,
    /// Whether it is only a sheet of facts, of a type that nobody knows.
    pub is_sheet: bool,
    targets: HashMap<String, &'static str>,
}

impl Layout {
    /// Returns the field that a label means, or a target with `@`.
    pub fn target(&self, label: &str) -> Option<&'static str> {
        self.targets.get(&bare(label)).copied()
    }
}

/// What is known of a type.
pub enum Verdict {
    /// It is of a kind.
    Is(&'static Layout),
    /// It is left to people, and why.
    Refused(&'static str),
}

#[derive(Deserialize)]
struct Data {
    ignore: Vec<String>,
    refused: Vec<Refused>,
    layout: Vec<Written>,
    kind: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

#[derive(Deserialize)]
struct Refused {
    words: Vec<String>,
    why: String,
}

#[derive(Deserialize)]
struct Written {
    words: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    kind: String,
    #[serde(default)]
    always: BTreeMap<String, String>,
    #[serde(default)]
    fields: BTreeMap<String, Vec<String>>,
}

/// A layout with the words by which it is known, and those that speak against it.
struct Known {
    words: Vec<String>,
    not: Vec<String>,
    layout: Layout,
}

struct Layouts {
    ignore: Vec<String>,
    refused: Vec<(Vec<String>, &'static str)>,
    known: Vec<Known>,
    plain: HashMap<&'static str, Layout>,
    devices: HashMap<&'static str, Layout>,
    sheet: Layout,
}

static LAYOUTS: LazyLock<Layouts> = LazyLock::new(|| {
    let data: Data =
        toml::from_str(include_str!("layouts.toml")).expect("a test reads the embedded layouts");
    let spaced_all = |words: &[String]| words.iter().map(|word| spaced(word)).collect::<Vec<_>>();
    let layout =
        |kind: &str, always: BTreeMap<String, String>, own: &BTreeMap<String, Vec<String>>| {
            let kind = known_kind(kind);
            let mut targets = HashMap::new();
            for (target, labels) in data.kind.get(kind).into_iter().flatten().chain(own) {
                // What a type says of its own labels goes over what the kind says.
                let target: &'static str = Box::leak(target.clone().into_boxed_str());
                targets.extend(labels.iter().map(|label| (bare(label), target)));
            }
            Layout { kind, always, is_sheet: false, targets }
        };
    let nothing = BTreeMap::new();
    let known = data.layout.iter().map(|written| Known {
        words: spaced_all(&written.words),
        not: spaced_all(&written.not),
        layout: layout(&written.kind, written.always.clone(), &written.fields),
    });
    let plain = READ_KINDS.iter().map(|kind| (*kind, layout(kind, BTreeMap::new(), &nothing)));
    let devices = words::types().map(|kind| {
        let always = BTreeMap::from([("type".to_owned(), kind.to_owned())]);
        (kind, layout("device", always, &nothing))
    });
    Layouts {
        ignore: data.ignore.iter().map(|label| bare(label)).collect(),
        known: known.collect(),
        plain: plain.collect(),
        devices: devices.collect(),
        sheet: Layout { is_sheet: true, ..layout("document", BTreeMap::new(), &nothing) },
        refused: data
            .refused
            .into_iter()
            .map(|one| (spaced_all(&one.words), &*Box::leak(one.why.into_boxed_str())))
            .collect(),
    }
});

fn known_kind(kind: &str) -> &'static str {
    READ_KINDS
        .iter()
        .find(|name| **name == kind)
        .copied()
        .expect("a test reads the embedded layouts")
}

/// Returns what a type that people named becomes.
pub fn of(name: &str) -> Verdict {
    let name = spaced(name);
    let has = |words: &[String]| words.iter().any(|word| name.contains(word.as_str()));
    if let Some((_, why)) = LAYOUTS.refused.iter().find(|(words, _)| has(words)) {
        return Verdict::Refused(why);
    }
    let known = LAYOUTS.known.iter().find(|known| has(&known.words) && !has(&known.not));
    let general = known.is_none_or(|known| known.layout.kind == "device");
    // `Servers` and `Network Switches` say more than that they are devices.
    let device = words::device_type(&singular(&name)).or_else(|| words::device_type(&name));
    if let Some(layout) = device.filter(|_| general).and_then(|kind| LAYOUTS.devices.get(kind)) {
        return Verdict::Is(layout);
    }
    Verdict::Is(known.map_or(&LAYOUTS.sheet, |known| &known.layout))
}

/// Returns the layout of a kind that the system itself names.
pub fn plain(kind: &'static str) -> &'static Layout {
    LAYOUTS.plain.get(kind).unwrap_or(&LAYOUTS.sheet)
}

/// Returns the layout of a sheet of facts.
pub fn sheet() -> &'static Layout {
    &LAYOUTS.sheet
}

/// Whether a label says nothing worth keeping.
pub fn is_ignored(label: &str) -> bool {
    LAYOUTS.ignore.contains(&bare(label))
}

/// Returns a label as it is compared: letters and digits in small, and `#` for a number.
pub fn bare(label: &str) -> String {
    let kept = label.chars().filter(|c| c.is_alphanumeric() || *c == '#');
    kept.flat_map(char::to_lowercase).collect()
}

fn spaced(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// Returns words without the `s` of several: ` network switches ` is ` network switch `.
fn singular(words: &str) -> String {
    let one = |word: &str| match word {
        _ if word.ends_with("ches") || word.ends_with("xes") => word[..word.len() - 2].to_owned(),
        _ if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") => {
            word[..word.len() - 1].to_owned()
        }
        _ => word.to_owned(),
    };
    words.split_whitespace().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;

    fn kind(name: &str) -> String {
        match of(name) {
            Verdict::Is(layout) if layout.is_sheet => "sheet".to_owned(),
            Verdict::Is(layout) => {
                let of_type = layout.always.get("type").map(|kind| format!(" {kind}"));
                format!("{}{}", layout.kind, of_type.unwrap_or_default())
            }
            Verdict::Refused(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn types_are_known_by_their_names() {
        for (name, is) in [
            ("ssl-certificates", "certificate"),
            ("SSL Certificates", "certificate"),
            ("apple-mdm-push-certificate", "certificate"),
            ("licensing", "licence"),
            ("apps-and-services", "service other"),
            ("vendors", "vendor"),
            ("domains", "domain"),
            ("wireless", "wifi"),
            ("lan", "network"),
            ("internet-wan", "circuit"),
            ("site-summary", "sheet"),
            ("printing", "service print"),
            ("remote-access", "service other"),
            ("azure-app-registration", "service cloud"),
            ("email", "service email"),
            ("payment-method", "refused"),
            ("building-security", "refused"),
            ("voice", "service voice"),
            ("active-directory", "service ad"),
            ("websites", "service web"),
            ("support-overview", "sheet"),
            ("file-share", "service file"),
            ("Servers", "device server"),
            ("Network Switches", "device switch"),
            ("Network Devices", "device"),
            ("Printers", "device printer"),
            ("Applications", "application"),
            ("Backup", "backup_job"),
            ("People", "person"),
        ] {
            assert_eq!(kind(name), is, "{name}");
        }
    }

    #[test]
    fn every_field_that_a_label_means_is_in_the_catalogue() {
        let catalog = schema::read(&SourceTree::default()).value;
        let all = LAYOUTS.known.iter().map(|known| &known.layout).chain(LAYOUTS.plain.values());
        for layout in all.chain([&LAYOUTS.sheet]) {
            let shape = &catalog.kind(catalog.by_name(layout.kind).unwrap()).shape;
            for target in layout.targets.values() {
                let special = target.starts_with('@') || target.starts_with("name.");
                assert!(special || shape.at_path(target).is_some(), "{}: {target}", layout.kind);
            }
            for field in layout.always.keys() {
                assert!(shape.get(field).is_some(), "{}: {field}", layout.kind);
            }
        }
    }
}
