//! Gives things the names that people would use, where the system gives none: an SSID, a domain, a carrier
//! and its site.

use super::layouts::{self, Layout, bare};
use super::{Cell, Thing, plain};
use crate::import::normal::{boolean, meant};
use crate::import::secret;

/// Fields that tell best what a thing is, in this order.
const TELLING: &[&str] = &[
    "ssid",
    "product",
    "domain_fqdn",
    "names",
    "hostname",
    "username",
    "vendor",
    "purpose",
    "serial",
];

/// Gives a thing the name that people would use, and returns the layout that suits it: what is called a
/// domain and has no domain name is a sheet of facts.
pub(super) fn name(thing: &mut Thing, layout: &'static Layout) -> &'static Layout {
    if layout.kind == "domain" {
        return match domain(thing, layout) {
            Some(name) => {
                thing.name = name;
                layout
            }
            None => name(thing, layouts::sheet()),
        };
    }
    thing.name = plain(&thing.name);
    if meant(&thing.name).is_none() {
        thing.name = found(thing, layout);
    }
    layout
}

/// Returns the name of a domain, if a value is one.
fn domain(thing: &Thing, layout: &Layout) -> Option<String> {
    let said = thing.text(|label| layout.target(label) == Some("fqdn"));
    [Some(plain(&thing.name)), said].into_iter().flatten().find_map(|text| {
        let bare = text.trim_start_matches("https://").trim_start_matches("http://").to_lowercase();
        let bare = bare.trim_start_matches("www.").trim_end_matches(['/', '.']);
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() < 64
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        (bare.contains('.') && bare.len() < 254 && bare.split('.').all(is_label))
            .then(|| bare.to_owned())
    })
}

fn found(thing: &Thing, layout: &Layout) -> String {
    let target = |label: &str| layout.target(label);
    let called = |label: &str| matches!(bare(label).as_str(), "name" | "title");
    let by_fields =
        |fields: &[&str]| fields.iter().find_map(|field| of_field(thing, layout, field));
    let both = |fields: [&str; 2], between: &str| {
        let words: Vec<String> =
            fields.iter().filter_map(|field| of_field(thing, layout, field)).collect();
        (!words.is_empty()).then(|| words.join(between))
    };
    let own = thing.text(called).or_else(|| both(["name.first", "name.last"], " "));
    let own = own
        .or_else(|| if layout.kind == "circuit" { both(["vendor", "site"], ", ") } else { None });
    if let Some(name) = own {
        return name;
    }
    let is_telling = |text: &String| {
        let says = text.chars().any(char::is_alphabetic) && text.len() <= 80;
        says && boolean(text).is_none() && jiff::civil::Date::strptime("%Y-%m-%d", text).is_err()
    };
    let first = || {
        let open = thing
            .cells
            .iter()
            .filter(|(label, _)| !secret::is_secret_label(label) && target(label) != Some("notes"));
        let texts =
            open.filter_map(
                |(_, cell)| if let Cell::Text(text) = cell { Some(plain(text)) } else { None },
            );
        texts.into_iter().find(is_telling)
    };
    let what = match thing.layout.as_str() {
        "" => layout.kind.replace('_', " "),
        layout => layout.to_owned(),
    };
    // What is called by one of its facts says what it is as well.
    let is_general = layout.kind == "service" || layout.is_sheet;
    match by_fields(TELLING).or_else(first) {
        Some(found) if is_general && !thing.layout.is_empty() => format!("{what}: {found}"),
        Some(found) => found,
        None => format!("{what} {}", thing.key.rsplit('/').next().unwrap_or_default()),
    }
}

/// Returns what the value that goes to a field says, as text.
fn of_field(thing: &Thing, layout: &Layout, field: &str) -> Option<String> {
    thing.cells.iter().filter(|(label, _)| layout.target(label) == Some(field)).find_map(
        |(_, cell)| match cell {
            Cell::Text(text) => Some(plain(text)),
            Cell::Tags(tags) => tags.first().map(|tag| tag.name.clone()),
            Cell::Secret => None,
        },
    )
}
