//! What the templates see: one view for each sort of page.
//!
//! A view holds all that its page may show, links resolved and made relative to the page: what is
//! not in the view, the template cannot see. The names of its fields are the interface that themes
//! are written against, described in `themes/README.md`.

mod alphabet;
mod book;
mod changes;
mod handover;
mod keys;
mod network;
mod needs;
mod overview;
mod racks;
mod record;
mod values;

use serde::Serialize;

use crate::digest::Digest;
use crate::drawing::{self, Picture, cells, elevation, needs as chains, ways};

pub use alphabet::*;
pub use book::*;
pub use changes::*;
pub use handover::*;
pub use keys::*;
pub use needs::*;
pub use network::*;
pub use overview::*;
pub use racks::*;
pub use record::*;
pub use values::*;

/// A page: its place, what stands around its content, and the content.
#[derive(Serialize, Debug)]
pub struct Page {
    /// The file's path on the site.
    #[serde(skip)]
    pub path: String,
    /// What stands around the content.
    pub page: Frame,
    /// The content.
    pub view: View,
}

impl Page {
    /// Returns the digest of all that the page shows, and that search takes from it: of what is not
    /// written for templates, only how search finds a field is left out, which follows from its kind.
    pub fn digest(&self) -> Digest {
        let shown = serde_json::to_vec(self).expect("a page can be written as JSON");
        let retired = matches!(&self.view, View::Record(view) if view.retired);
        let template = self.view.template();
        Digest::of_all([self.path.as_bytes(), template.as_bytes(), &[retired.into()], &shown])
    }
}

/// What stands around the content of a page.
#[derive(Serialize, Debug, Default)]
pub struct Frame {
    /// The page's own title.
    pub title: String,
    /// One plain sentence for search engines and previews.
    pub description: String,
    /// The way from this page to the site's root: `""` or `"../"`.
    pub root: &'static str,
    /// The path of the page from the root.
    pub path: String,
    /// Where in the navigation the page stands: a kind's plural, or a page's name.
    pub current: String,
    /// The way here from home.
    pub breadcrumbs: Vec<Link>,
    /// The contents of a long page.
    pub toc: Vec<TocEntry>,
    /// The page before this one in its list.
    pub previous: Option<Link>,
    /// The page behind this one in its list.
    pub next: Option<Link>,
    /// Where the page's record is written.
    pub source: Option<SourcePlace>,
}

/// An entry of a page's contents.
#[derive(Serialize, Debug, Clone)]
pub struct TocEntry {
    /// The heading.
    pub text: String,
    /// Its anchor, without `#`.
    pub anchor: String,
    /// 2 for a section, 3 below it.
    pub level: u8,
}

/// The content of a page.
#[derive(Serialize, Debug)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "there are a dozen of the large ones in a site")]
pub enum View {
    /// The first page.
    Home(Box<HomeView>),
    /// A record.
    Record(Box<RecordView>),
    /// The records of a kind.
    List(Box<ListView>),
    /// The emergency sheet.
    Emergency(EmergencyView),
    /// The takeover view.
    Takeover(TakeoverView),
    /// The control map.
    Control(ControlView),
    /// Who owns what.
    Ownership(OwnershipView),
    /// What ends when.
    Renewals(RenewalsView),
    /// The windows that were closed.
    Timeline(Box<TimelineView>),
    /// What differs: in a window, or now.
    Window(Box<WindowView>),
    /// The network, or a part of it, as a drawing.
    Network(Box<NetworkView>),
    /// What stops with what.
    Dependencies(Box<DependenciesView>),
    /// Prefixes, VLANs, addresses.
    Addresses(AddressesView),
    /// What is missing.
    Missing(MissingView),
    /// What auditors and insurers ask.
    Evidence(EvidenceView),
    /// What is signed at a hand-over.
    Acceptance(Box<AcceptanceView>),
    /// Terms in plain words.
    Glossary(GlossaryView),
    /// Everything from A to Z, or a part of it.
    Alphabet(AlphabetView),
    /// What is encrypted beside the records.
    Sealed(SealedView),
    /// The files for other programs.
    Data(Box<DataView>),
    /// About this runbook.
    About(Box<AboutView>),
    /// What hangs on the door of a rack.
    RackSheet(Box<RackSheetView>),
    /// The page of the search; what it finds comes from scripts.
    Search {},
    /// The whole runbook, or a part of it, to be printed.
    Book(Box<BookView>),
    /// The address of a record that has a new id.
    Moved {
        /// The record.
        link: Link,
    },
    /// A page that does not exist.
    NotFound {},
}

impl View {
    /// The templates that every theme has, one for each sort of page.
    pub const TEMPLATES: &[&str] = &[
        "home.html",
        "record.html",
        "procedure.html",
        "kind.html",
        "emergency.html",
        "takeover.html",
        "control.html",
        "ownership.html",
        "renewals.html",
        "changes.html",
        "window.html",
        "network.html",
        "dependencies.html",
        "addresses.html",
        "missing.html",
        "evidence.html",
        "acceptance.html",
        "glossary.html",
        "a-z.html",
        "sealed.html",
        "data.html",
        "about.html",
        "book.html",
        "rack-sheet.html",
        "moved.html",
        "not-found.html",
    ];

    /// Returns the drawings that stand on the page, each with the name by which its template asks for it.
    /// They are made of nothing but the view.
    pub fn drawings(&self) -> Vec<(String, Picture)> {
        let sketch = match self {
            View::Network(view) => Some(&view.sketch),
            View::Record(view) => view.wiring.as_ref().and_then(|wiring| wiring.sketch.as_ref()),
            _ => None,
        };
        let rack = match self {
            View::Record(view) => view.rack.as_ref(),
            View::RackSheet(view) => Some(&view.rack),
            _ => None,
        };
        let network = sketch.map(|sketch| ("network".to_owned(), drawing::place(sketch)));
        let mut drawings: Vec<(String, Picture)> = network.into_iter().collect();
        if let Some(rack) = rack {
            drawings.push(("front".to_owned(), elevation::draw(&rack.front)));
            drawings.push(("rear".to_owned(), elevation::draw(&rack.rear)));
        }
        if let View::Record(view) = self {
            let chain = view.chain.as_ref().map(|chain| ("chain", chains::draw(chain)));
            let ways = view.patching.as_ref().map(|it| ("ways", ways::draw(&it.drawing)));
            let named = chain.into_iter().chain(ways);
            drawings.extend(named.map(|(name, picture)| (name.to_owned(), picture)));
            let maps = view.prefixes.iter().enumerate();
            let drawn = maps.filter_map(|(ix, map)| Some((ix, map.cells.as_ref()?)));
            drawings.extend(drawn.map(|(ix, map)| (format!("map{ix}"), cells::draw(map))));
        }
        drawings
    }

    /// The template that themes with a search have too.
    pub const SEARCH: &str = "search.html";

    /// Returns the template that shows it, one of [`View::TEMPLATES`] or [`View::SEARCH`].
    pub fn template(&self) -> &'static str {
        let template = match self {
            View::Home(_) => "home.html",
            View::Record(record) => match record.form {
                "procedure" => "procedure.html",
                _ => "record.html",
            },
            View::List(_) => "kind.html",
            View::Emergency(_) => "emergency.html",
            View::Takeover(_) => "takeover.html",
            View::Control(_) => "control.html",
            View::Ownership(_) => "ownership.html",
            View::Renewals(_) => "renewals.html",
            View::Timeline(_) => "changes.html",
            View::Window(_) => "window.html",
            View::Network(_) => "network.html",
            View::Dependencies(_) => "dependencies.html",
            View::Addresses(_) => "addresses.html",
            View::Missing(_) => "missing.html",
            View::Evidence(_) => "evidence.html",
            View::Acceptance(_) => "acceptance.html",
            View::Glossary(_) => "glossary.html",
            View::Alphabet(_) => "a-z.html",
            View::Sealed(_) => "sealed.html",
            View::Data(_) => "data.html",
            View::About(_) => "about.html",
            View::RackSheet(_) => "rack-sheet.html",
            View::Search {} => View::SEARCH,
            View::Book(_) => "book.html",
            View::Moved { .. } => "moved.html",
            View::NotFound {} => "not-found.html",
        };
        let is_asked_for = View::TEMPLATES.contains(&template) || template == View::SEARCH;
        debug_assert!(is_asked_for, "themes are not asked for {template}");
        template
    }
}

/// What every page knows of the site.
#[derive(Serialize, Debug)]
pub struct Site {
    /// The title on top of every page.
    pub title: String,
    /// The language (BCP 47).
    pub language: String,
    /// A short name for the site in the reader's browser.
    pub id: String,
    /// Whether search engines are let in.
    pub index: bool,
    /// The day that the site speaks of.
    pub as_of: Day,
    /// The version of the program.
    pub version: &'static str,
    /// The client's name.
    pub client: String,
    /// The navigation, with links relative to the root.
    pub areas: Vec<NavArea>,
    /// The pages that are not about records: name and title.
    pub pages: Vec<Link>,
    /// Whether a page of it opens what is encrypted beside the records.
    pub opens_sealed: bool,
    /// The edition that the site is; nothing for one that holds everything.
    pub edition: Option<Edition>,
}

/// An edition: a site that holds only what is written for some.
#[derive(Serialize, Debug)]
pub struct Edition {
    /// Its name.
    pub name: String,
    /// For whom it is: `everyone`, `technical`, `restricted`, from the widest.
    pub audience: Vec<&'static str>,
}
