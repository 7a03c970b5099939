//! Decides which pages there are, where they stand, and what each of them shows.
//!
//! In: the model and what was found about it. Out: a [`SitePlan`], a [`view::View`] for each page.
//! Writing HTML is the business of [`crate::render`].

mod acceptance;
mod addresses;
mod alphabet;
pub mod book;
mod changes;
mod chain;
mod control;
mod data;
mod emergency;
mod evidence;
mod lists;
mod network;
mod needs;
mod overview;
mod owners;
mod patching;
mod prefixes;
mod racks;
mod record;
pub mod route;
pub mod rows;
mod sealed;
mod show;
mod takeover;
mod titles;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::audit::Audit;
use crate::compare::Story;
use crate::config::Config;
use crate::diagnostic::{Diagnostics, Rule};
use crate::digest::Digest;
use crate::export;
use crate::markdown;
use crate::model::{self, Model, NodeIx};
use crate::schema::KindIx;
use crate::schema::field::Audience;
use crate::sealed::Sealed;
use crate::source::{FileId, SourceTree};
use alphabet::Alphabet;
use book::Book;
use changes::ChangePages;
use control::Keys;
use network::Map;
use overview::Overview;
pub(crate) use owners::Owners;
use owners::{notice_of, notices_by_record, source_place};
use record::Layout;
use route::{PAGES, Routes};
use rows::RowsFile;
use show::Shower;
use titles::Titles;
use view::{Frame, KindRef, Link, NavArea, Notice, Page, Site, SourcePlace, View};

/// What a plan is made from.
pub struct Facts<'a> {
    /// The files.
    pub tree: &'a SourceTree,
    /// The settings.
    pub config: &'a Config,
    /// The records.
    pub model: &'a Model,
    /// What is encrypted beside them.
    pub sealed: &'a [Sealed],
    /// What was found about them.
    pub audit: &'a Audit,
    /// What changed in them from release to release.
    pub story: &'a Story,
    /// Every finding of this run so far, with its level settled.
    pub found: &'a Diagnostics,
    /// Whether the theme has a search, and so the site a page for it.
    pub is_searched: bool,
}

/// Every page of the site, each made when it is asked for: the views of a large runbook together
/// are many times its size.
pub struct SitePlan<'a> {
    /// What every page knows.
    pub site: Site,
    /// Files of the runbook on the site: from the runbook's path to the site's.
    pub files: BTreeMap<String, String>,
    planner: Planner<'a>,
    /// Addresses of renamed records: the path, and the record.
    moved: Vec<(String, NodeIx)>,
    /// The register, from when something of it is first asked for.
    alphabet: OnceLock<Alphabet>,
}

/// Returns the plan of the site.
pub fn pages<'a>(facts: &'a Facts<'a>) -> SitePlan<'a> {
    let planner = Planner::new(facts);
    let (site, files, moved) = (planner.site(), planner.routes.files.clone(), planner.moved());
    SitePlan { site, files, planner, moved, alphabet: OnceLock::new() }
}

impl SitePlan<'_> {
    /// Returns how many pages there are.
    pub fn len(&self) -> usize {
        let Planner { facts, changes, sheets, lists, .. } = &self.planner;
        let overview = self.planner.overview_paths().count() + changes.len();
        let drawn = self.planner.drawings().len() + sheets.len();
        overview
            + drawn
            + self.moved.len()
            + self.alphabet().len()
            + lists.len()
            + facts.model.len()
    }

    /// Whether there are none. There is always a first page.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `with` for every page with its place, in parallel, and returns what it gives in the
    /// order of the site.
    pub fn map<T: Send>(&self, with: impl Fn(&Page) -> T + Sync) -> Vec<T> {
        let planner = &self.planner;
        let overview: Vec<&str> = planner.overview_paths().collect();
        let alphabet = self.alphabet();
        let register = |number| alphabet.page(number, planner.facts.model, &planner.routes);
        // One after the other they would wait, each for the longest page of the one before.
        overview
            .par_iter()
            .map(|path| with(&planner.overview(path)))
            .chain(planner.changes.par_iter().map(|path| with(&planner.change_page(path))))
            .chain(planner.drawings().par_iter().map(|path| with(&planner.drawing(path))))
            .chain(self.moved.par_iter().map(|moved| with(&planner.moved_page(moved))))
            .chain(planner.sheets.par_iter().map(|ix| with(&planner.sheet(*ix))))
            .chain((0..alphabet.len()).into_par_iter().map(|number| with(&register(number))))
            .chain(planner.lists.par_iter().map(|(kind, part)| with(&planner.list(*kind, *part))))
            .chain(
                (0..planner.facts.model.len())
                    .into_par_iter()
                    .map(|ix| with(&planner.record(NodeIx(ix)))),
            )
            .collect()
    }

    /// Calls `with` for the page at `path`, if that is a record's, a list or one about the runbook as a
    /// whole.
    pub fn page<T>(&self, path: &str, with: impl FnOnce(&Page) -> T) -> Option<T> {
        let page = match self.place(path)? {
            Place::Overview(path) => self.planner.overview(path),
            Place::Change(ix) => self.planner.change_page(&self.planner.changes[ix]),
            Place::Drawing(ix) => self.planner.drawing(&self.planner.drawings()[ix]),
            Place::Moved(ix) => self.planner.moved_page(&self.moved[ix]),
            Place::List(kind, part) => self.planner.list(kind, part),
            Place::Record(ix) => self.planner.record(ix),
            Place::Sheet(ix) => self.planner.sheet(ix),
        };
        Some(with(&page))
    }

    /// Calls `with` for the page of a record.
    pub fn record<T>(&self, ix: NodeIx, with: impl FnOnce(&Page) -> T) -> T {
        with(&self.planner.record(ix))
    }

    /// Whether [`SitePlan::page`] has the page at `path`.
    pub fn has_page(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// Whether a page at `path` would be one that [`SitePlan::page`] has: those of records and of their
    /// lists are all it could be.
    pub fn would_have_page(&self, path: &str) -> bool {
        let folder = path.split_once('/').filter(|(_, file)| file.ends_with(".html"));
        folder
            .is_some_and(|(folder, _)| self.planner.facts.model.catalog.by_plural(folder).is_some())
    }

    fn place(&self, path: &str) -> Option<Place> {
        if let Some(path) = self.planner.overview_paths().find(|overview| *overview == path) {
            return Some(Place::Overview(path));
        }
        if let Some(ix) = self.planner.changes.iter().position(|change| change == path) {
            return Some(Place::Change(ix));
        }
        if let Some(ix) = self.planner.drawings().iter().position(|drawing| drawing == path) {
            return Some(Place::Drawing(ix));
        }
        if let Some(ix) = self.moved.iter().position(|(old, _)| old == path) {
            return Some(Place::Moved(ix));
        }
        let (plural, file) = path.split_once('/')?;
        let model = self.planner.facts.model;
        let kind = model.catalog.by_plural(plural)?;
        if let Some(ix) = model.find(kind, file.strip_suffix(".html")?) {
            return Some(Place::Record(ix));
        }
        let sheets = &self.planner.sheets;
        if let Some(ix) = sheets.iter().find(|ix| self.planner.routes.rack_sheet(**ix) == path) {
            return Some(Place::Sheet(*ix));
        }
        let of_kind = self.planner.lists.iter().filter(|(listed, _)| *listed == kind);
        let mut parts = of_kind.map(|(_, part)| *part);
        let part = parts.find(|part| self.planner.routes.list(kind, *part) == path)?;
        Some(Place::List(kind, part))
    }

    /// Returns the rows of lists that are cut into parts: the path of each file, and the rows.
    pub fn rows(&self) -> Vec<(String, &RowsFile)> {
        let catalog = &self.planner.facts.model.catalog;
        let files = self.planner.rows().iter().flat_map(|(ix, files)| {
            files
                .iter()
                .map(|file| (format!("{}/list.{}.js", catalog.kind(*ix).plural, file.name), file))
        });
        files.collect()
    }

    /// Returns the scripts that hand encrypted files to the page about them: the path of each, and its
    /// text.
    pub fn sealed_scripts(&self) -> Vec<(String, String)> {
        sealed::scripts(&self.planner.show(""), self.planner.facts.sealed).collect()
    }

    /// Returns the book, whose text is that of the pages.
    pub fn book(&self) -> Book<'_> {
        Book::new(&self.planner)
    }

    /// Returns what exports are made from.
    pub fn exported(&self) -> export::Facts<'_> {
        self.planner.exported()
    }

    /// Returns every place that the navigation is seen from: the way to the root, and what is marked
    /// as current.
    pub fn places(&self) -> BTreeSet<(&'static str, String)> {
        // An address of a renamed record is among those of its kind, which has a list.
        let kinds =
            self.planner.lists.iter().map(|(kind, _)| {
                ("../", self.planner.facts.model.catalog.kind(*kind).plural.clone())
            });
        self.planner
            .overview_paths()
            .chain([route::A_TO_Z, book::BOOK])
            .map(|page| ("", page.to_owned()))
            .chain(self.planner.changes.first().map(|path| ("../", path.clone())))
            .chain(self.planner.map_link().map(|link| ("../", link.href)))
            .chain(kinds)
            .collect()
    }

    fn alphabet(&self) -> &Alphabet {
        self.alphabet.get_or_init(|| {
            let (model, glossary) = (self.planner.facts.model, self.planner.whole().glossary());
            Alphabet::new(model, &glossary, &self.planner.pages())
        })
    }
}

/// Where a page of the plan comes from.
enum Place {
    Overview(&'static str),
    Change(usize),
    Drawing(usize),
    Moved(usize),
    List(KindIx, usize),
    Record(NodeIx),
    Sheet(NodeIx),
}

struct Planner<'a> {
    facts: &'a Facts<'a>,
    routes: Routes<'a>,
    owners: Owners,
    titles: Titles,
    notices: BTreeMap<NodeIx, Vec<Notice>>,
    record_files: BTreeMap<NodeIx, Vec<String>>,
    /// Every kind, as pages below the root refer to it.
    kinds: Vec<KindRef>,
    /// The pages about changes.
    changes: Vec<String>,
    /// The network, and the pages with its drawings, from when they are first asked for.
    map: OnceLock<(Map, Vec<String>)>,
    /// The parts of all lists.
    lists: Vec<(KindIx, usize)>,
    /// The racks that have a sheet for their door.
    sheets: Vec<NodeIx>,
    /// The rows of lists that are cut, for their scripts, from when they are first asked for.
    rows: OnceLock<BTreeMap<KindIx, Vec<RowsFile>>>,
    /// How many records say something where, from when that is first asked for.
    census: OnceLock<export::Census>,
}

impl<'a> Planner<'a> {
    fn new(facts: &'a Facts<'a>) -> Planner<'a> {
        let model = facts.model;
        let owners = Owners::new(model);
        let mut planner = Planner {
            facts,
            routes: Routes::new(model),
            notices: notices_by_record(facts, &owners),
            owners,
            titles: Titles::new(model),
            record_files: files_by_record(model),
            kinds: Vec::new(),
            changes: changes::paths(facts.story),
            map: OnceLock::new(),
            lists: Vec::new(),
            sheets: racks::with_sheet(model),
            rows: OnceLock::new(),
            census: OnceLock::new(),
        };
        planner.kinds = model.catalog.iter().map(|(ix, _)| planner.kind_ref("../", ix)).collect();
        for (ix, _) in model.catalog.iter() {
            let parts = lists::parts(model.of_kind(ix).len());
            planner.lists.extend((1..=parts).map(|part| (ix, part)));
        }
        planner
    }

    fn rows(&self) -> &BTreeMap<KindIx, Vec<RowsFile>> {
        self.rows.get_or_init(|| {
            let cut = self.lists.iter().filter(|(_, part)| *part == 2);
            cut.map(|(ix, _)| (*ix, lists::files(&self.show("../"), *ix))).collect()
        })
    }

    fn exported(&self) -> export::Facts<'_> {
        let Facts { tree, config, model, audit, .. } = *self.facts;
        let census = self.census.get_or_init(|| export::Census::of(model));
        export::Facts { tree, config, model, audit, census }
    }

    fn show<'s>(&'s self, root: &'static str) -> Shower<'s> {
        Shower {
            model: self.facts.model,
            tree: self.facts.tree,
            routes: &self.routes,
            root,
            today: self.facts.audit.today,
        }
    }

    fn site(&self) -> Site {
        let Facts { config, audit, model, .. } = self.facts;
        let client = audit.parties.client.map(|ix| model.node(ix).name.clone());
        // Browsers keep ticks and choices for a site under this name, so that two runbooks opened
        // from one disk do not mix theirs.
        let id = Digest::of(format!("{}\n{:?}", config.site.title, config.client).as_bytes());
        Site {
            title: config.site.title.clone(),
            language: config.site.language.clone(),
            id: id.short(),
            index: config.site.index,
            as_of: show::day(audit.today, audit.today),
            version: env!("CARGO_PKG_VERSION"),
            client: client.unwrap_or_else(|| config.site.title.clone()),
            areas: self.areas(""),
            pages: self.pages(),
            opens_sealed: self.facts.sealed.iter().any(sealed::opens_in_a_page),
            edition: config.built_edition().map(|edition| view::Edition {
                name: edition.name.value.clone(),
                audience: Audience::ALL
                    .iter()
                    .filter(|audience| edition.is_for(**audience))
                    .map(|audience| audience.name())
                    .collect(),
            }),
        }
    }

    /// Returns the pages that are not about records; that of changes only where something was released,
    /// and the map only where something is joined.
    fn pages(&self) -> Vec<Link> {
        let is_here = |page: &Link| self.has_page(&page.href);
        let mut pages: Vec<Link> = route::links().into_iter().filter(is_here).collect();
        if let Some(path) = self.changes.first() {
            let behind = pages.iter().position(|page| page.href == route::RENEWALS);
            let (title, icon) = changes::TITLE;
            pages.insert(behind.map_or(0, |at| at + 1), route::link_to(path, title, icon));
        }
        if let Some(link) = self.map_link() {
            let before = pages.iter().position(|page| page.href == route::ADDRESSES);
            pages.insert(before.unwrap_or(0), link);
        }
        pages
    }

    fn change_page(&self, path: &str) -> Page {
        ChangePages { show: self.show("../"), story: self.facts.story }.page(path)
    }

    fn kind_ref(&self, root: &str, ix: KindIx) -> KindRef {
        let kind = self.facts.model.catalog.kind(ix);
        KindRef {
            label: kind.label.clone(),
            label_plural: kind.label_plural.clone(),
            plural: kind.plural.clone(),
            icon: kind.icon.clone(),
            summary: kind.summary.clone(),
            href: format!("{root}{}", self.routes.list(ix, 1)),
            count: self.facts.model.of_kind(ix).len(),
        }
    }

    /// The areas of the navigation, with the kinds that have records.
    fn areas(&self, root: &str) -> Vec<NavArea> {
        let catalog = &self.facts.model.catalog;
        let used = |ix: &KindIx| !self.facts.model.of_kind(*ix).is_empty();
        let kinds_of = |area: Option<&str>| -> Vec<KindRef> {
            let known = |id: &str| catalog.areas().iter().any(|area| area.id == id);
            catalog
                .iter()
                .filter(|(ix, _)| used(ix))
                .filter(|(_, kind)| match area {
                    Some(id) => kind.area == id,
                    None => !known(&kind.area),
                })
                .map(|(ix, _)| self.kind_ref(root, ix))
                .collect()
        };
        let mut areas: Vec<NavArea> = catalog
            .areas()
            .iter()
            .map(|area| NavArea {
                id: area.id.clone(),
                title: area.title.clone(),
                summary: area.summary.clone(),
                kinds: kinds_of(Some(&area.id)),
            })
            .collect();
        areas.push(NavArea {
            id: "other".to_owned(),
            title: "Other".to_owned(),
            summary: String::new(),
            kinds: kinds_of(None),
        });
        areas.retain(|area| !area.kinds.is_empty());
        areas
    }

    /// Whether the site has the page at `path`, one of [`PAGES`].
    fn has_page(&self, path: &str) -> bool {
        match path {
            route::SEALED => !self.facts.sealed.is_empty(),
            route::DEPENDENCIES => needs::has_any(self.facts.model),
            _ => true,
        }
    }

    /// Returns the paths of the pages about the runbook as a whole.
    fn overview_paths(&self) -> impl Iterator<Item = &'static str> {
        // The register and the book are more than a page each, and made elsewhere.
        let named = PAGES.iter().map(|(path, _, _)| *path).filter(|path| self.has_page(path));
        let here = named.filter(|path| ![route::A_TO_Z, book::BOOK].contains(path));
        let search = self.facts.is_searched.then_some(route::SEARCH);
        here.chain([route::NOT_FOUND]).chain(search)
    }

    /// Returns the page about the runbook as a whole at one of [`Planner::overview_paths`].
    fn overview(&self, path: &'static str) -> Page {
        let Facts { audit, found, model, .. } = self.facts;
        let overview = self.whole();
        let keys = Keys { show: self.show(""), audit };
        let kinds = |ix| self.kind_ref("", ix);
        let view = match path {
            "index.html" => View::Home(Box::new(overview.home(
                takeover::tally(audit),
                &keys.renewals(),
                self.areas(""),
                overview::missing_counts(found, audit),
            ))),
            "emergency.html" => View::Emergency(overview.emergency()),
            "takeover.html" => View::Takeover(takeover::view(audit, &self.routes)),
            "control.html" => View::Control(keys.control(kinds)),
            "ownership.html" => View::Ownership(keys.ownership(overview.statement())),
            "renewals.html" => View::Renewals(keys.renewals_page(&keys.renewals())),
            "addresses.html" => {
                let conflicts = self.notices_of(model::addresses::RULES);
                View::Addresses(addresses::view(model, &self.routes, conflicts))
            }
            route::DEPENDENCIES => {
                let loops = self.notices_of(model::needs::RULES);
                View::Dependencies(Box::new(needs::Layout { show: &self.show("") }.page(loops)))
            }
            "missing.html" => View::Missing(overview.missing()),
            "evidence.html" => View::Evidence(evidence::view(&overview, kinds)),
            "acceptance.html" => {
                View::Acceptance(Box::new(acceptance::view(&overview, kinds, &self.routes)))
            }
            route::GLOSSARY => View::Glossary(overview.glossary()),
            route::SEALED => View::Sealed(sealed::view(&self.show(""), self.facts.sealed)),
            route::DATA => View::Data(Box::new(data::view(&self.exported(), kinds))),
            "about.html" => {
                let used = |ix: &KindIx| !model.of_kind(*ix).is_empty();
                let all = model.catalog.iter().map(|(ix, _)| ix).filter(used).map(kinds);
                View::About(Box::new(overview.about(all.collect())))
            }
            route::SEARCH => View::Search {},
            route::NOT_FOUND => View::NotFound {},
            other => unreachable!("`{other}` is none of the pages about the runbook as a whole"),
        };
        self.overview_page(path, view)
    }

    /// Returns what lays out most of those pages.
    fn whole(&self) -> Overview<'_> {
        let Facts { audit, found, .. } = self.facts;
        Overview { show: self.show(""), audit, found, owners: &self.owners }
    }

    fn overview_page(&self, path: &str, view: View) -> Page {
        let toc = overview::contents(&view);
        let breadcrumbs = if path == "index.html" { Vec::new() } else { vec![home("")] };
        Page {
            path: path.to_owned(),
            page: Frame {
                title: route::title_of(path).to_owned(),
                root: "",
                path: path.to_owned(),
                current: path.to_owned(),
                breadcrumbs,
                toc,
                ..Frame::default()
            },
            view,
        }
    }

    fn list(&self, ix: KindIx, part: usize) -> Page {
        let kind = self.facts.model.catalog.kind(ix);
        let files = self.rows().get(&ix).into_iter().flatten().map(|file| file.name.clone());
        let list = lists::list(&self.show("../"), ix, part, &self.kinds[ix.0], files.collect());
        let path = self.routes.list(ix, part);
        Page {
            page: Frame {
                title: kind.label_plural.clone(),
                description: kind.summary.clone(),
                root: "../",
                path: path.clone(),
                current: kind.plural.clone(),
                breadcrumbs: vec![home("../")],
                ..Frame::default()
            },
            path,
            view: View::List(Box::new(list)),
        }
    }

    fn record(&self, ix: NodeIx) -> Page {
        let model = self.facts.model;
        let node = model.node(ix);
        let kind_ref = &self.kinds[node.kind.0];
        let layout = Layout {
            show: self.show("../"),
            audit: self.facts.audit,
            notices: &self.notices,
            files: &self.record_files,
            changes: ChangePages { show: self.show("../"), story: self.facts.story },
            network: self.map_pages(),
        };
        let (view, toc) = layout.page(ix, kind_ref.clone());
        let siblings = model.of_kind(node.kind);
        let place = siblings.binary_search(&ix).expect("a record is among those of its kind");
        let neighbour = |place: Option<usize>| {
            place.and_then(|place| siblings.get(place)).map(|ix| self.routes.link("../", *ix))
        };
        let description = view.purpose.as_ref().map(|prose| markdown::plain_text(&prose.source));
        let path = self.routes.record(ix);
        Page {
            page: Frame {
                title: self.titles.of(model, ix),
                description: description.unwrap_or_default(),
                root: "../",
                path: path.clone(),
                current: kind_ref.plural.clone(),
                breadcrumbs: vec![home("../"), list_link(kind_ref)],
                toc,
                previous: neighbour(place.checked_sub(1)),
                next: neighbour(Some(place + 1)),
                source: source_place(self.facts.tree, node.span)
                    .map(|place| SourcePlace { edited: self.edited(node.file), ..place }),
            },
            path,
            view: View::Record(Box::new(view)),
        }
    }

    /// The sheet for the door of a rack.
    fn sheet(&self, ix: NodeIx) -> Page {
        let show = self.show("../");
        let sheet = racks::Layout { show: &show }.sheet(ix).expect("something is in the rack");
        let path = self.routes.rack_sheet(ix);
        let kind = &self.kinds[self.facts.model.node(ix).kind.0];
        Page {
            page: Frame {
                title: format!("{}: sheet for the door", self.titles.of(self.facts.model, ix)),
                root: "../",
                path: path.clone(),
                current: kind.plural.clone(),
                breadcrumbs: vec![home("../"), list_link(kind), self.routes.link("../", ix)],
                ..Frame::default()
            },
            path,
            view: View::RackSheet(Box::new(sheet)),
        }
    }

    /// Returns the day a file was last edited, where the runbook wants that told and it is known.
    fn edited(&self, file: FileId) -> Option<view::Day> {
        let Facts { tree, config, story, audit, .. } = self.facts;
        let day = story.dates.of_file(tree.get(file).filter(|_| config.git_dates)?)?;
        Some(show::day(day, audit.today))
    }

    /// A record that was renamed is still found at its old address.
    fn moved(&self) -> Vec<(String, NodeIx)> {
        let model = self.facts.model;
        let of = |(ix, node): (NodeIx, &'a model::Node)| {
            let plural = &model.kind_of(ix).plural;
            let old = node.envelope.formerly.iter();
            old.map(move |old| (format!("{plural}/{}.html", old.value), ix))
        };
        model.iter().flat_map(of).collect()
    }

    fn moved_page(&self, (path, ix): &(String, NodeIx)) -> Page {
        Page {
            page: Frame {
                title: self.facts.model.node(*ix).name.clone(),
                root: "../",
                path: path.clone(),
                current: self.facts.model.kind_of(*ix).plural.clone(),
                breadcrumbs: vec![home("../")],
                ..Frame::default()
            },
            path: path.clone(),
            view: View::Moved { link: self.routes.link("../", *ix) },
        }
    }

    /// Returns the findings of these rules, as pages about the runbook as a whole tell them.
    fn notices_of(&self, rules: &[&Rule]) -> Vec<Notice> {
        let Facts { tree, found, .. } = self.facts;
        let of_rules = found.iter().filter(|found| rules.iter().any(|r| r.code == found.rule.code));
        let link = |found| self.owners.of(found).map(|ix| self.routes.link("", ix));
        of_rules.map(|found| notice_of(found, link(found), tree)).collect()
    }
}

fn files_by_record(model: &Model) -> BTreeMap<NodeIx, Vec<String>> {
    let mut files: BTreeMap<NodeIx, Vec<String>> = BTreeMap::new();
    for (path, by) in &model.files {
        for ix in by {
            files.entry(*ix).or_default().push(path.clone());
        }
    }
    files
}

fn home(root: &str) -> Link {
    Link {
        text: "Home".to_owned(),
        href: format!("{root}index.html"),
        icon: String::new(),
        detail: String::new(),
    }
}

fn list_link(kind: &KindRef) -> Link {
    Link {
        text: kind.label_plural.clone(),
        href: kind.href.clone(),
        icon: kind.icon.clone(),
        detail: String::new(),
    }
}
