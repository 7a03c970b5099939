//! Lays out what changed: a page for each window that was closed, the timeline, what differs now from
//! the last window and from the first, and what a record's own page says of it.
//!
//! A window's page tells the work first, as the records of that work do: what, why, by whom, with what
//! result. Then come the differences; those that belong to no recorded work stand apart, as a fact and
//! not as a reproach.

use std::collections::BTreeMap;

use super::show::{Shower, given};
use super::view::{
    Back, BackRow, ChangeCounts, Day, DiffLine, DiffPiece, FactDiff, FileDiff, Frame, Link, Page,
    RecordDiff, RecordWindow, TimelineView, TocEntry, View, WindowRow, WindowView, Work,
};
use crate::compare::{
    Changes, FactChange, FileChange, LineSort, Piece, RecordChange, Sort, Story, text_of,
};
use crate::history::Release;
use crate::model::NodeIx;
use crate::schema::role::Role;

/// The folder of these pages.
const FOLDER: &str = "changes";

/// The timeline.
pub const TIMELINE: &str = "changes/index.html";

/// The title of the timeline, and its icon.
pub const TITLE: (&str, &str) = ("What changed", "git-compare");

/// The page of what differs from the last release.
const SINCE_LAST: &str = "changes/since-last.html";

/// The page of what differs from the first release.
const SINCE_BASELINE: &str = "changes/since-baseline.html";

/// Beyond so many records a page only names those that differ: what differs stands on their own pages.
const MOST_TOLD: usize = 400;

/// The anchor of the records that were verified again.
const VERIFIED: &str = "verified-again";

/// Beyond so many records a page's contents list only its parts.
const MOST_IN_CONTENTS: usize = 40;

/// Returns the paths of all pages about changes; none where nothing was ever released.
pub fn paths(story: &Story) -> Vec<String> {
    let releases = &story.history.releases;
    if releases.is_empty() {
        return Vec::new();
    }
    let named = [TIMELINE, SINCE_LAST, SINCE_BASELINE].map(str::to_owned);
    named.into_iter().chain(releases.iter().map(page_of)).collect()
}

fn page_of(release: &Release) -> String {
    format!("{FOLDER}/{}.html", release.stem())
}

/// Lays out the pages.
pub struct ChangePages<'a> {
    /// Shows values.
    pub show: Shower<'a>,
    /// What changed.
    pub story: &'a Story,
}

/// What differs, and with what.
struct Compared<'a> {
    form: &'static str,
    release: &'a Release,
    changes: &'a Changes,
    work: Vec<NodeIx>,
}

impl ChangePages<'_> {
    /// Returns the page at `path`, one of [`paths`].
    pub fn page(&self, path: &str) -> Page {
        let (title, view, toc) = self.content(path);
        let root = self.show.root;
        let mut breadcrumbs = vec![super::home(root)];
        if path != TIMELINE {
            breadcrumbs.push(self.link(TITLE.0.to_owned(), TIMELINE));
        }
        let (path, current) = (path.to_owned(), TIMELINE.to_owned());
        let page = Frame {
            title,
            root,
            path: path.clone(),
            current,
            breadcrumbs,
            toc,
            ..Frame::default()
        };
        Page { path, page, view }
    }

    fn content(&self, path: &str) -> (String, View, Vec<TocEntry>) {
        if path == TIMELINE {
            let view = View::Timeline(Box::new(self.timeline()));
            return (TITLE.0.to_owned(), view, Vec::new());
        }
        let place = self.story.history.releases.iter().position(|release| page_of(release) == path);
        let compared = match (path, place) {
            (SINCE_LAST, _) => self.since_last(),
            (SINCE_BASELINE, _) => self.since_baseline(),
            (_, Some(place)) => self.window(place),
            (other, None) => unreachable!("`{other}` is no page about changes"),
        };
        let title = match compared.form {
            "since_last" => "Since the last window".to_owned(),
            "since_baseline" => "Since the baseline".to_owned(),
            _ => name_in_words(&compared.release.name),
        };
        let view = self.window_view(&compared, place);
        let toc = contents(&view);
        (title, View::Window(Box::new(view)), toc)
    }

    fn first(&self) -> &Release {
        &self.story.history.releases[0]
    }

    fn last(&self) -> &Release {
        self.story.history.releases.last().expect("there are pages only if something was released")
    }

    fn since_last(&self) -> Compared<'_> {
        let (release, changes) = (self.last(), &self.story.told.since_last);
        Compared { form: "since_last", release, changes, work: self.work_after(release, None) }
    }

    fn since_baseline(&self) -> Compared<'_> {
        let changes = &self.story.told.since_baseline;
        Compared { form: "since_baseline", release: self.first(), changes, work: Vec::new() }
    }

    fn window(&self, place: usize) -> Compared<'_> {
        let releases = &self.story.history.releases;
        let (release, changes) = (&releases[place], &self.story.told.windows[place]);
        match place.checked_sub(1) {
            None => Compared { form: "baseline", release, changes, work: Vec::new() },
            Some(before) => {
                let work = self.work_after(&releases[before], Some(release));
                Compared { form: "window", release, changes, work }
            }
        }
    }

    /// Returns the records of work that belongs to a window: those that name it, and those that name
    /// none and were done between the release before and it.
    fn work_after(&self, before: &Release, release: Option<&Release>) -> Vec<NodeIx> {
        let model = self.show.model;
        let is_named = |name: &str| self.story.history.find(name).is_some();
        let mut work: Vec<_> = model
            .iter()
            .filter(|(ix, _)| !model.kind_of(*ix).paths(Role::Window).is_empty())
            .filter_map(|(ix, _)| {
                let named = model.value(ix, Role::Release).and_then(|value| value.value.as_text());
                let day = model.value(ix, Role::Happened).and_then(|value| value.value.as_date());
                let is_here = match (named.filter(|name| is_named(name)), release) {
                    (Some(name), Some(release)) => name == release.name || name == release.stem(),
                    (Some(_), None) => false,
                    (None, release) => {
                        let until = release.map_or(self.show.today, |release| release.date);
                        day.is_some_and(|day| before.date < day && day <= until)
                    }
                };
                is_here.then_some((day, ix))
            })
            .collect();
        work.sort();
        work.into_iter().map(|(_, ix)| ix).collect()
    }

    fn day(&self, release: &Release) -> Day {
        self.show.day(release.date)
    }

    fn timeline(&self) -> TimelineView {
        let releases = &self.story.history.releases;
        let rows = (0..releases.len()).rev().map(|place| {
            let compared = self.window(place);
            self.row(&compared, page_of(compared.release))
        });
        TimelineView {
            windows: rows.collect(),
            since_last: self.row(&self.since_last(), SINCE_LAST.to_owned()),
            since_baseline: self.row(&self.since_baseline(), SINCE_BASELINE.to_owned()),
        }
    }

    fn row(&self, compared: &Compared<'_>, path: String) -> WindowRow {
        let work = compared.work.iter().map(|ix| self.show.routes.link(self.show.root, *ix));
        WindowRow {
            link: self.link(name_in_words(&compared.release.name), &path),
            day: self.day(compared.release),
            baseline: compared.form == "baseline",
            counts: self.counts(compared.changes),
            work: work.collect(),
        }
    }

    fn link(&self, text: String, path: &str) -> Link {
        let href = format!("{}{path}", self.show.root);
        Link { text, href, icon: TITLE.1.to_owned(), detail: String::new() }
    }

    /// Records of work tell what was done; they are no difference themselves.
    fn is_work(&self, change: &RecordChange) -> bool {
        let kind = change.name.split('/').next().unwrap_or_default();
        let catalog = &self.show.model.catalog;
        catalog.by_name(kind).is_some_and(|kind| !catalog.kind(kind).paths(Role::Window).is_empty())
    }

    fn counts(&self, changes: &Changes) -> ChangeCounts {
        let mut counts = ChangeCounts::default();
        for change in changes.records.iter().filter(|change| !self.is_work(change)) {
            match change.sort {
                Sort::Added => counts.added += 1,
                Sort::Removed => counts.removed += 1,
                Sort::Verified => counts.verified += 1,
                _ => counts.changed += 1,
            }
        }
        counts.files = changes.files.iter().filter(|file| !file.is_volatile()).count();
        counts.total = counts.changed + counts.added + counts.removed + counts.files;
        counts
    }

    fn window_view(&self, compared: &Compared<'_>, place: Option<usize>) -> WindowView {
        let Compared { form, release, changes, work } = compared;
        let touched = self.touched(work);
        let mut diffs: Vec<RecordDiff> = changes
            .records
            .iter()
            .filter(|change| !self.is_work(change) && change.sort != Sort::Verified)
            .map(|change| self.record(change, &touched))
            .collect();
        diffs.sort_by(|a, b| {
            let key =
                |diff: &RecordDiff| (order_of(diff.sort), diff.kind.clone(), diff.name.clone());
            key(a).cmp(&key(b))
        });
        let short = diffs.len().saturating_sub(MOST_TOLD);
        diffs.iter_mut().skip(MOST_TOLD).for_each(|diff| diff.facts.clear());
        let anchors: BTreeMap<String, String> = diffs
            .iter()
            .filter_map(|diff| Some((diff.link.as_ref()?.href.clone(), diff.anchor.clone())))
            .collect();
        let work = work.iter().map(|ix| self.work(*ix, &anchors)).collect();
        let (explained, others) = diffs.into_iter().partition(|diff| !diff.work.is_empty());
        WindowView {
            form,
            name: release.name.clone(),
            day: self.day(release),
            before: place.and_then(|place| place.checked_sub(1)).map(|before| {
                let compared = self.window(before);
                self.row(&compared, page_of(compared.release))
            }),
            records: match *form {
                "baseline" => self.story.history.baseline.records.len(),
                _ => 0,
            },
            counts: self.counts(changes),
            short,
            work,
            explained,
            others,
            files: changes.files.iter().map(|file| self.file(file)).collect(),
            verified: changes
                .records
                .iter()
                .filter(|change| change.sort == Sort::Verified)
                .filter_map(|change| self.show.model.by_name(&change.name))
                .map(|ix| self.show.routes.link(self.show.root, ix))
                .collect(),
        }
    }

    /// Returns the records that work touched, each with that work.
    fn touched(&self, work: &[NodeIx]) -> BTreeMap<String, Vec<NodeIx>> {
        let model = self.show.model;
        let mut touched: BTreeMap<String, Vec<NodeIx>> = BTreeMap::new();
        for ix in work {
            for target in model.targets(*ix, Role::Affected) {
                let mut put = |target: NodeIx| {
                    let of = touched.entry(model.full_id(target)).or_default();
                    if !of.contains(ix) {
                        of.push(*ix);
                    }
                };
                put(target);
                // A sheet of settings belongs to what it is about.
                for inbound in &model.node(target).inbound {
                    let kind = model.kind_of(inbound.from);
                    let is_sheet = !inbound.path.is_empty()
                        && kind.field_at(&inbound.path).role == Some(Role::SettingSubject);
                    if is_sheet {
                        put(inbound.from);
                    }
                }
            }
        }
        touched
    }

    fn work(&self, ix: NodeIx, anchors: &BTreeMap<String, String>) -> Work {
        let model = self.show.model;
        let node = model.node(ix);
        let kind = model.kind_of(ix);
        let prose_at = |path: &[usize]| {
            let field = kind.field_at(path);
            let value = node.fields.at(path).into_iter().next()?;
            Some(self.show.prose(node, field, value.value.as_text()?))
        };
        let what = kind.body.as_deref().and_then(|body| kind.shape.index(body));
        let mut facts = Vec::new();
        let roles = [Role::Happened, Role::Window, Role::DoneBy, Role::ApprovedBy, Role::Outcome];
        for path in roles.iter().flat_map(|role| kind.paths(*role)) {
            let field = kind.field_at(path);
            let value = path.split_first().and_then(|(first, rest)| {
                if rest.is_empty() { node.fields.get(*first) } else { None }
            });
            if let Some(value) = value {
                facts.push(given(field, self.show.value(node, field, value)));
            }
        }
        let affected = model.targets(ix, Role::Affected).into_iter().map(|target| {
            let mut link = self.show.routes.link(self.show.root, target);
            if let Some(anchor) = anchors.get(&link.href) {
                link.href = format!("#{anchor}");
            }
            link
        });
        Work {
            anchor: format!("work.{}", node.id),
            link: self.show.routes.link(self.show.root, ix),
            what: what.and_then(|place| prose_at(&[place])),
            why: kind.paths(Role::Reason).first().and_then(|path| prose_at(path)),
            facts,
            affected: affected.collect(),
        }
    }

    fn record(&self, change: &RecordChange, touched: &BTreeMap<String, Vec<NodeIx>>) -> RecordDiff {
        let model = self.show.model;
        let (kind_name, _) = change.name.split_once('/').unwrap_or((&change.name, ""));
        let kind = model.catalog.by_name(kind_name).map(|kind| model.catalog.kind(kind));
        let here = model.by_name(&change.name);
        let link = here.map(|ix| self.show.routes.link(self.show.root, ix));
        let page = link.as_ref().map_or("", |link| link.href.as_str());
        let is_shown = change.sort != Sort::Added;
        let work = touched.get(&change.name).map_or(&[][..], Vec::as_slice);
        RecordDiff {
            anchor: anchor_of(&change.name),
            name: change.title.clone(),
            kind: kind.map_or(kind_name, |kind| &kind.label).to_owned(),
            icon: kind.map(|kind| kind.icon.clone()).unwrap_or_default(),
            sort: change.sort.name(),
            former: change.former.clone().unwrap_or_default(),
            facts: change.facts.iter().filter(|_| is_shown).map(|it| fact(it, page)).collect(),
            work: work
                .iter()
                .map(|ix| {
                    let link = self.show.routes.link("", *ix);
                    let href = format!("#work.{}", model.node(*ix).id);
                    Link { href, ..link }
                })
                .collect(),
            link,
        }
    }

    fn file(&self, file: &FileChange) -> FileDiff {
        let route = self.show.routes.files.get(&file.path);
        let lines = file.lines.iter().flatten().map(|line| DiffLine {
            sort: match line.sort {
                LineSort::Same => "same",
                LineSort::Gone => "gone",
                LineSort::New => "new",
                LineSort::Gap => "gap",
            },
            text: line.text.clone(),
        });
        FileDiff {
            anchor: format!("file.{}", crate::markdown::slug(&file.path)),
            path: file.path.clone(),
            former: file.former.clone().unwrap_or_default(),
            href: route.map(|route| format!("{}{route}", self.show.root)).unwrap_or_default(),
            sort: file.sort.name(),
            volatile: file.is_volatile(),
            lines: lines.collect(),
        }
    }

    /// Returns in which windows a record changed, the latest first.
    pub fn of_record(&self, ix: NodeIx) -> Vec<RecordWindow> {
        if self.story.history.is_empty() {
            return Vec::new();
        }
        let name = self.show.model.full_id(ix);
        let (told, releases) = (&self.story.told, &self.story.history.releases);
        let entry = |change: &RecordChange, text: String, path: &str, day| RecordWindow {
            link: self.link(text, &format!("{path}{}", self.place_of(change))),
            day,
            sort: change.sort.name(),
            facts: match change.sort {
                Sort::Added | Sort::Verified => Vec::new(),
                _ => change.facts.iter().map(|it| fact(it, "")).collect(),
            },
        };
        let at = told.since_last.records.binary_search_by(|change| change.name.cmp(&name));
        let open = at.ok().map(|at| {
            let text = "Since the last window".to_owned();
            entry(&told.since_last.records[at], text, SINCE_LAST, None)
        });
        let closed = told.of_record(&name).iter().map(|(window, place)| {
            let release = &releases[*window];
            let change = &told.windows[*window].records[*place];
            let text = name_in_words(&release.name);
            entry(change, text, &page_of(release), Some(self.day(release)))
        });
        open.into_iter().chain(closed).collect()
    }

    /// Returns where a window's page tells of a record.
    fn place_of(&self, change: &RecordChange) -> String {
        match change.sort {
            _ if self.is_work(change) => String::new(),
            Sort::Verified => format!("#{VERIFIED}"),
            _ => format!("#{}", anchor_of(&change.name)),
        }
    }

    /// Returns how the settings that are written in a record stand to the baseline; nothing where none
    /// differs, or the record was not there.
    pub fn back(&self, ix: NodeIx) -> Option<Back> {
        let name = self.show.model.full_id(ix);
        let change = self.story.told.since_baseline_of(&name)?;
        if matches!(change.sort, Sort::Added | Sort::Removed) {
            return None;
        }
        let rows: Vec<BackRow> =
            change.facts.iter().filter(|fact| fact.is_setting).map(back_row).collect();
        let page = format!("{SINCE_BASELINE}#{}", anchor_of(&change.name));
        (!rows.is_empty()).then(|| Back {
            day: self.day(self.first()),
            link: self.link(name_in_words(&self.first().name), &page),
            rows,
        })
    }
}

/// Returns a setting as it is set back.
fn back_row(fact: &FactChange) -> BackRow {
    BackRow {
        group: fact.under.get(1).cloned().unwrap_or_default(),
        name: fact.label.clone(),
        anchor: fact.anchor.clone(),
        sort: fact.sort.name(),
        now: text_of(&fact.after),
        then: text_of(&fact.before),
    }
}

fn fact(fact: &FactChange, page: &str) -> FactDiff {
    let pieces = |pieces: &[Piece]| {
        let piece = |it: &Piece| DiffPiece { text: it.text.clone(), differs: it.differs };
        pieces.iter().map(piece).collect()
    };
    FactDiff {
        under: fact.under.clone(),
        label: fact.label.clone(),
        href: match fact.anchor.as_str() {
            "" => String::new(),
            anchor => format!("{page}#{anchor}"),
        },
        sort: fact.sort.name(),
        before: pieces(&fact.before),
        after: pieces(&fact.after),
        long: fact.is_long,
    }
}

fn anchor_of(name: &str) -> String {
    format!("record.{}", name.replace('/', "."))
}

fn order_of(sort: &str) -> usize {
    ["changed", "renamed", "added", "removed"].iter().position(|it| *it == sort).unwrap_or(0)
}

/// Returns the name of a window as people read it: `firmware-and-guest-key` has spaces, `2026-10` not.
fn name_in_words(name: &str) -> String {
    let parts: Vec<&str> = name.split('-').collect();
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = String::new();
    for (ix, part) in parts.iter().enumerate() {
        if ix > 0 {
            let joint = if is_number(part) && is_number(parts[ix - 1]) { '-' } else { ' ' };
            words.push(joint);
        }
        words.push_str(part);
    }
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn contents(view: &WindowView) -> Vec<TocEntry> {
    let entry = |text: &str, anchor: &str, level| TocEntry {
        text: text.to_owned(),
        anchor: anchor.to_owned(),
        level,
    };
    let mut toc = Vec::new();
    if !view.work.is_empty() {
        toc.push(entry("What was done", "work", 2));
        toc.extend(view.work.iter().map(|work| entry(&work.link.text, &work.anchor, 3)));
    }
    let is_short = view.explained.len() + view.others.len() <= MOST_IN_CONTENTS;
    let mut records = |heading: &str, anchor: &str, diffs: &[RecordDiff]| {
        if !diffs.is_empty() {
            toc.push(entry(heading, anchor, 2));
        }
        let shown = diffs.iter().filter(|_| is_short);
        toc.extend(shown.map(|diff| entry(&diff.name, &diff.anchor, 3)));
    };
    records("What is different", "differences", &view.explained);
    let heading = if view.form == "window" { "Other differences" } else { "What is different now" };
    records(heading, "others", &view.others);
    if !view.files.is_empty() {
        toc.push(entry("Files", "files", 2));
    }
    if !view.verified.is_empty() {
        toc.push(entry("Verified again", VERIFIED, 2));
    }
    toc
}
