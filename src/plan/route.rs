//! Where every page stands, and how one page links to another.
//!
//! Every address is relative to its page and names a file, so that the same bytes work from a
//! folder, a stick and under any path of a server.

use std::collections::BTreeMap;

use super::view::Link;
use crate::digest::Digest;
use crate::markdown;
use crate::model::{Model, NodeIx, Target, anchors};
use crate::schema::KindIx;

/// The pages that are not about records: file, title, icon. A site may do without some.
pub const PAGES: &[(&str, &str, &str)] = &[
    ("index.html", "Home", "house"),
    ("emergency.html", "Emergency sheet", "life-buoy"),
    ("takeover.html", "Takeover view", "clipboard-list"),
    ("control.html", "Control map", "key-round"),
    ("ownership.html", "Ownership", "scale"),
    (RENEWALS, "Renewals", "calendar-clock"),
    (DEPENDENCIES, "What everything hangs on", "layers"),
    (ADDRESSES, "Addresses", "split"),
    ("missing.html", "What is missing", "circle-help"),
    ("evidence.html", "Evidence", "list-checks"),
    ("acceptance.html", "Acceptance", "handshake"),
    (GLOSSARY, "Glossary", "book-open"),
    (A_TO_Z, "A to Z", "arrow-down-a-z"),
    ("book.html", "The runbook on paper", "printer"),
    (SEALED, "Sealed files", "lock"),
    (DATA, "Data to take along", "hard-drive"),
    ("about.html", "About this runbook", "info"),
];

/// The page of what ends when.
pub const RENEWALS: &str = "renewals.html";

/// The page of prefixes, VLANs and addresses.
pub const ADDRESSES: &str = "addresses.html";
/// The page of what stops with what, which is there only where something needs something.
pub const DEPENDENCIES: &str = "dependencies.html";

/// The page of terms.
pub const GLOSSARY: &str = "glossary.html";

/// The page about the files for other programs.
pub const DATA: &str = "data.html";

/// The page of what is encrypted, which is there only where something is.
pub const SEALED: &str = "sealed.html";

/// The first page of the register.
pub const A_TO_Z: &str = "a-z.html";

/// The page of the search. It is not among [`PAGES`], as it is one only where scripts run.
pub const SEARCH: &str = "search.html";

/// The page that a server shows where there is none.
pub const NOT_FOUND: &str = "404.html";

/// Returns the link to a page that is not about records, from the root.
pub fn link_to(path: &str, title: &str, icon: &str) -> Link {
    Link {
        text: title.to_owned(),
        href: path.to_owned(),
        icon: icon.to_owned(),
        detail: String::new(),
    }
}

/// Returns links to all of [`PAGES`].
pub fn links() -> Vec<Link> {
    PAGES.iter().map(|(path, title, icon)| link_to(path, title, icon)).collect()
}

/// Returns the title of a page that is not about a record.
pub fn title_of(path: &str) -> &'static str {
    let named = PAGES.iter().find(|(file, _, _)| *file == path).map(|(_, title, _)| *title);
    named.unwrap_or(if path == SEARCH { "Search" } else { "Page not found" })
}

/// How many rows a list shows on one page; beyond twice that it is cut into parts.
pub const ROWS_PER_PART: usize = 500;

/// The names of all pages and files of the site.
pub struct Routes<'a> {
    model: &'a Model,
    /// From a file's path in the runbook to its path on the site.
    pub files: BTreeMap<String, String>,
}

impl<'a> Routes<'a> {
    /// Returns the routes of a model's site.
    pub fn new(model: &'a Model) -> Routes<'a> {
        Routes { model, files: file_routes(model) }
    }

    /// Returns the path of a record's page.
    pub fn record(&self, ix: NodeIx) -> String {
        format!("{}/{}.html", self.model.kind_of(ix).plural, self.model.node(ix).id)
    }

    /// Returns the path of the sheet for a rack's door.
    pub fn rack_sheet(&self, ix: NodeIx) -> String {
        format!("{}/{}.sheet.html", self.model.kind_of(ix).plural, self.model.node(ix).id)
    }

    /// Returns the path of a part of a kind's list; the first part is 1.
    pub fn list(&self, kind: KindIx, part: usize) -> String {
        let plural = &self.model.catalog.kind(kind).plural;
        match part {
            1 => format!("{plural}/index.html"),
            part => format!("{plural}/index.{part}.html"),
        }
    }

    /// Returns the link to a record from a page at `root` (`""` or `"../"`) below the site's root.
    pub fn link(&self, root: &str, ix: NodeIx) -> Link {
        let node = self.model.node(ix);
        let kind = self.model.kind_of(ix);
        Link {
            text: node.name.clone(),
            href: format!("{root}{}", self.record(ix)),
            icon: kind.icon.clone(),
            detail: kind.label.clone(),
        }
    }

    /// Returns the link to what a reference points to: a record, or a row of it.
    pub fn target(&self, root: &str, target: &Target) -> Link {
        let mut link = self.link(root, target.node);
        if let Some(row) = &target.row {
            let shape = &self.model.kind_of(target.node).shape;
            let field = shape.fields().iter().find(|field| field.row.is_some());
            if let Some(field) = field {
                link.href = format!("{}#{}", link.href, anchors::row(field, row));
            }
            link.text = format!("{}: {row}", link.text);
        }
        link
    }
}

/// Gives every attachment an address that every file system takes, unique without regard to case.
fn file_routes(model: &Model) -> BTreeMap<String, String> {
    let mut routes = BTreeMap::new();
    let mut taken = std::collections::BTreeSet::new();
    for path in model.files.keys() {
        let mut route = safe_path(path);
        if !taken.insert(route.clone()) {
            let (stem, extension) = route.rsplit_once('.').unwrap_or((&route, "bin"));
            route = format!("{stem}-{}.{extension}", Digest::of(path.as_bytes()).short());
            taken.insert(route.clone());
        }
        routes.insert(path.clone(), route);
    }
    routes
}

/// Returns a path in lower-case ASCII; names that Windows reserves are lengthened.
fn safe_path(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let (file, folders) = parts.split_last().expect("a path has at least one part");
    let (stem, extension) = match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, Some(extension)),
        _ => (*file, None),
    };
    let mut safe: Vec<String> = folders.iter().map(|part| markdown::slug(part)).collect();
    safe.push(match extension {
        Some(extension) => format!("{}.{}", dotted_slug(stem), markdown::slug(extension)),
        None => dotted_slug(stem),
    });
    safe.iter()
        .map(|part| if is_reserved(part) { format!("file-{part}") } else { part.clone() })
        .collect::<Vec<_>>()
        .join("/")
}

/// Keeps the dots inside a name such as `fw-hq-01.2026-11-01`.
fn dotted_slug(stem: &str) -> String {
    stem.split('.')
        .filter(|part| !part.is_empty())
        .map(markdown::slug)
        .collect::<Vec<_>>()
        .join(".")
}

fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part);
    let numbered = |name: &str| {
        stem.strip_prefix(name)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_get_names_that_every_file_system_takes() {
        assert_eq!(safe_path("files/Verträge/Lease 2026.PDF"), "files/vertrage/lease-2026.pdf");
        assert_eq!(safe_path("files/fw-hq-01.2026-11-01.conf"), "files/fw-hq-01.2026-11-01.conf");
        assert_eq!(safe_path("files/con.txt"), "files/file-con.txt");
    }
}
