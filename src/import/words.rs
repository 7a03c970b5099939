//! Words by which other systems say what sort of device something is, and whether it is in use.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
struct Words {
    r#type: Vec<Type>,
}

#[derive(Deserialize)]
struct Type {
    is: String,
    /// The same as words.
    #[serde(skip)]
    in_words: String,
    words: Vec<String>,
}

/// The types with their words, each with a space before and behind.
static TYPES: LazyLock<Vec<Type>> = LazyLock::new(|| {
    let mut words: Words =
        toml::from_str(include_str!("table/words.toml")).expect("a test reads the embedded words");
    for one in &mut words.r#type {
        one.in_words = spaced(&one.is);
        one.words.iter_mut().for_each(|word| *word = spaced(word));
    }
    words.r#type
});

/// Returns the device type that `text` speaks of, as the catalogue calls it: `Managed Server` is a
/// `server`, `HP LaserJet MFP` a `printer`.
pub fn device_type(text: &str) -> Option<&'static str> {
    let words = spaced(text);
    let is_named = |one: &&Type| one.words.iter().any(|word| words.contains(word.as_str()));
    let exact = TYPES.iter().find(|one| one.in_words == words);
    exact.or_else(|| TYPES.iter().find(is_named)).map(|one| one.is.as_str())
}

/// Returns all types of devices that words can mean, as the catalogue calls them.
pub fn types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|one| one.is.as_str())
}

/// Returns the device type that an operating system or a model gives away, if it does.
pub fn type_by_system(os: &str, model: &str) -> Option<&'static str> {
    const LAPTOPS: &[&str] = &[
        "latitude",
        "thinkpad",
        "macbook",
        "elitebook",
        "probook",
        "zbook",
        "surface laptop",
        "surface pro",
        "travelmate",
        "lifebook",
        "chromebook",
        "precision 5",
        "precision 7",
    ];
    const DESKTOPS: &[&str] =
        &["optiplex", "thinkcentre", "elitedesk", "prodesk", "imac", "mac mini", "veriton"];
    let (os, model) = (os.to_lowercase(), model.to_lowercase());
    let has = |names: &[&str]| names.iter().any(|name| model.contains(name));
    if os.contains("esxi") || os.contains("proxmox") {
        return Some("hypervisor");
    }
    if model.contains("virtual machine") || model.contains("vmware") || model.contains("kvm") {
        return Some("vm");
    }
    if os.contains("server") {
        return Some("server");
    }
    if has(LAPTOPS) {
        return Some("laptop");
    }
    if has(DESKTOPS) {
        return Some("workstation");
    }
    if os.contains("ios") && !os.contains("cisco")
        || os.contains("android")
        || os.contains("ipados")
    {
        return Some("mobile");
    }
    let is_desktop = ["windows 1", "windows 7", "windows 8", "macos", "mac os"];
    is_desktop.iter().any(|name| os.contains(name)).then_some("workstation")
}

/// Returns the status that a word means, as the catalogue calls it; nothing for words such as `online`
/// that say how it is this minute. `column` helps with `yes` under `Archived`.
pub fn status(column: &str, word: &str) -> Option<&'static str> {
    let column = column.to_lowercase();
    let yes = super::normal::boolean(word);
    if column.contains("archived") || column.contains("retired") {
        return yes.filter(|yes| *yes).map(|_| "retired");
    }
    let word = spaced(word);
    // The words below have no other letters than small ones and single spaces.
    let is_one = |words: &[&str]| {
        let mut places =
            words.iter().flat_map(|one| word.match_indices(*one).map(move |at| (at.0, one)));
        places.any(|(at, one)| word[..at].ends_with(' ') && word[at + one.len()..].starts_with(' '))
    };
    if is_one(&[
        "retired",
        "archived",
        "disposed",
        "decommissioned",
        "decommissioning",
        "scrapped",
        "sold",
        "lost",
        "stolen",
        "obsolete",
        "broken",
        "end of life",
    ]) {
        return Some("retired");
    }
    if is_one(&["planned", "ordered", "on order", "staged", "pending"]) {
        return Some("planned");
    }
    if is_one(&[
        "standby",
        "spare",
        "in stock",
        "stock",
        "inventory",
        "ready to deploy",
        "storage",
        "available",
    ]) {
        return Some("standby");
    }
    is_one(&["active", "deployed", "in use", "in production", "production", "assigned"])
        .then_some("active")
}

/// Returns text as words in small letters with a space before and behind each.
fn spaced(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;

    #[test]
    fn words_say_what_sort_of_device_it_is() {
        for (text, is) in [
            ("Managed Server", "server"),
            ("Network Switch", "switch"),
            ("Wireless Access Point", "ap"),
            ("HP LaserJet MFP", "printer"),
            ("Virtual Machine", "vm"),
            ("print server", "server"),
            ("Patch panel", "patch-panel"),
            ("LAPTOP", "laptop"),
            ("Printers", "printer"),
            ("Mobile Phones", "mobile"),
        ] {
            assert_eq!(device_type(text), Some(is), "{text}");
        }
        assert_eq!(device_type("Coffee"), None);
        assert_eq!(type_by_system("Windows Server 2022", "PowerEdge R450"), Some("server"));
        assert_eq!(type_by_system("Windows 11 Pro", "Latitude 5440"), Some("laptop"));
        assert_eq!(type_by_system("", ""), None);
    }

    #[test]
    fn a_status_is_a_state_of_life_not_of_the_minute() {
        assert_eq!(status("Archived", "Yes"), Some("retired"));
        assert_eq!(status("Archived", "No"), None);
        assert_eq!(status("Status", "Ready to Deploy"), Some("standby"));
        assert_eq!(status("Status", "Inactive"), None);
        assert_eq!(status("Status", "online"), None);
    }

    #[test]
    fn every_type_is_one_of_the_catalogue() {
        let catalog = schema::read(&SourceTree::default()).value;
        let device = catalog.kind(catalog.by_name("device").unwrap());
        let choices = &device.shape.get("type").unwrap().choices;
        for one in TYPES.iter() {
            assert!(choices.iter().any(|choice| choice.key == one.is), "{}", one.is);
        }
    }
}
