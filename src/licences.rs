//! The terms on which the program and all that is part of it are, for whoever it is handed to.

/// The program's own terms, what comes from others, and the licence of every crate in it.
const PARTS: [(&str, &str); 4] = [
    ("What comes from others", include_str!("../NOTICE.md")),
    ("Clearjar: MIT", include_str!("../LICENSE-MIT")),
    ("Clearjar: Apache-2.0", include_str!("../LICENSE-APACHE")),
    ("Crates", include_str!("../licences/crates.txt")),
];

/// Returns all of it as one text.
pub fn text() -> String {
    let line = "=".repeat(80);
    PARTS.iter().map(|(title, text)| format!("{line}\n{title}\n{line}\n\n{text}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_that_the_program_names_stands_in_the_list_with_its_version() {
        let manifest: toml::Table = include_str!("../Cargo.toml").parse().unwrap();
        let lock: toml::Table = include_str!("../Cargo.lock").parse().unwrap();
        let named: Vec<&String> = manifest["dependencies"].as_table().unwrap().keys().collect();
        let packages = lock["package"].as_array().unwrap();
        for package in packages {
            let [name, version] = ["name", "version"].map(|key| package[key].as_str().unwrap());
            let label = format!("  {name} {version}: ");
            // Several versions of one crate: the newest is the one that is named, others may be for tests.
            let is_only = packages.iter().filter(|it| it["name"] == package["name"]).count() == 1;
            if is_only && named.iter().any(|it| *it == name) {
                assert!(text().contains(&label), "run licences/collect.py: no {label}");
            }
        }
    }
}
