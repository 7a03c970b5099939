//! Reads what a theme carries of others: the lists `vendor.toml` beside the files, as the page about
//! the runbook shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Files of others that a theme carries, unchanged.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// What it is called where it comes from.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as SPDX writes it.
    pub licence: String,
    /// The archive that the files were taken from.
    pub source: String,
    /// What its registry says the archive's digest is (Subresource Integrity).
    pub integrity: String,
    /// The file that holds the licence's text, beside the list.
    pub licence_file: String,
    /// The SHA-256 of each file, by its name beside the list.
    pub sha256: BTreeMap<String, String>,
    /// The licence's text under `static/`.
    #[serde(skip)]
    pub licence_path: String,
    /// The licence's text under the site's `assets/`.
    #[serde(default)]
    pub licence_asset: String,
}

#[derive(Deserialize)]
struct List {
    package: Vec<Package>,
}

/// Returns the packages of a list; `folder` is where it lies under `static/`.
///
/// # Errors
/// Those of TOML, and of a list that lacks one of the facts.
pub fn read(folder: &str, text: &str) -> Result<Vec<Package>, toml::de::Error> {
    let List { mut package } = toml::from_str(text)?;
    for package in &mut package {
        package.licence_path = format!("{folder}/{}", package.licence_file);
        package.licence_asset = super::asset_name(&package.licence_path);
    }
    Ok(package)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the files of the themes are what is looked at")]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::digest::Digest;

    /// The folders of the repository's themes that hold a list.
    fn lists() -> Vec<std::path::PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
        let mut folders = vec![root];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.ends_with("vendor.toml") {
                    found.push(folder.clone());
                }
            }
        }
        found
    }

    #[test]
    fn what_is_carried_of_others_is_unchanged_and_all_of_it_is_listed() {
        assert!(!lists().is_empty());
        for folder in lists() {
            let text = std::fs::read_to_string(folder.join("vendor.toml")).unwrap();
            let packages = read("icons", &text).unwrap();
            let mut listed: Vec<String> = vec!["vendor.toml".to_owned()];
            for package in &packages {
                assert!(package.sha256.contains_key(&package.licence_file), "{}", package.name);
                for (name, sum) in &package.sha256 {
                    let bytes = std::fs::read(folder.join(name)).unwrap();
                    assert_eq!(Digest::of(&bytes).to_string(), *sum, "{name} of {}", package.name);
                    listed.push(name.clone());
                }
            }
            let mut there: Vec<String> = std::fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            listed.sort();
            there.sort();
            assert_eq!(there, listed, "in {}", folder.display());
        }
    }

    #[test]
    fn the_licence_is_where_the_page_says_it_is() {
        let tree = crate::source::SourceTree::default();
        let theme = super::super::read(&tree, &crate::config::Config::empty().site).value;
        assert!(!theme.packages.is_empty());
        for package in &theme.packages {
            assert!(theme.assets.contains_key(&package.licence_asset), "{}", package.name);
        }
    }
}
