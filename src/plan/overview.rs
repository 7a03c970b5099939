//! Lays out the pages that are about the runbook as a whole: home, what is missing, the glossary,
//! about.

use std::collections::BTreeMap;

use super::show::{Shower, given};
use super::view::{
    AboutView, Count, Gap, GlossaryView, HomeView, KindRef, MissingRule, MissingView, NavArea,
    Notice, Prose, Renewal, Summary, Tally, Term, TocEntry, View,
};
use crate::audit::{Audit, GapKind, ReviewState};
use crate::diagnostic::{Diagnostics, Level};
use crate::markdown;
use crate::model::NodeIx;
use crate::record::value::Value;
use crate::schema::builtin;
use crate::schema::role::Role;
use crate::text::natural_cmp;

/// Lays out the overview pages, which all stand at the root.
pub struct Overview<'a> {
    /// Shows values.
    pub show: Shower<'a>,
    /// What was found about the runbook.
    pub audit: &'a Audit,
    /// What `check` says, settled.
    pub found: &'a Diagnostics,
    /// Whose places in the sources are.
    pub owners: &'a super::Owners,
}

impl Overview<'_> {
    /// Returns the first page.
    pub fn home(
        &self,
        tally: Tally,
        renewals: &[Renewal],
        areas: Vec<NavArea>,
        missing: Vec<Count>,
    ) -> HomeView {
        let due: Vec<Renewal> = renewals.iter().take(8).cloned().collect();
        HomeView {
            client: self.audit.parties.client.map(|ix| self.summary(ix, &[])),
            provider: self.audit.parties.provider.map(|ix| self.provider(ix)),
            ownership: self.statement(),
            call: self.calling_order(),
            due_total: renewals.len(),
            due,
            takeover: tally,
            sites: self.sites(),
            systems: self.systems(),
            changes: self.changes(),
            areas,
            missing,
        }
    }

    /// What the client's own record says of who owns the work.
    pub fn statement(&self) -> Option<Prose> {
        let client = self.audit.parties.client?;
        let node = self.show.model.node(client);
        let kind = self.show.model.kind_of(client);
        let path = kind.paths(Role::WorkOwnership).first()?;
        let value = node.fields.at(path).into_iter().next()?;
        Some(self.show.prose(node, kind.field_at(path), value.value.as_text()?))
    }

    /// Returns a record in a few words: its purpose, and its facts with these roles.
    pub fn summary(&self, ix: NodeIx, roles: &[Role]) -> Summary {
        let model = self.show.model;
        let node = model.node(ix);
        let kind = model.kind_of(ix);
        let purpose = model.value(ix, Role::Purpose).and_then(|value| value.value.as_text());
        let mut facts = Vec::new();
        for path in roles.iter().flat_map(|role| kind.paths(*role)) {
            let field = kind.field_at(path);
            for value in node.fields.at(path) {
                facts.push(given(field, self.show.value(node, field, value)));
            }
        }
        Summary {
            link: self.show.routes.link(self.show.root, ix),
            text: purpose.map_or_else(|| self.show.subtitle(ix), plain),
            facts,
            badges: Vec::new(),
        }
    }

    /// A record with every telephone number and address it has at its top level.
    fn with_contacts(&self, ix: NodeIx) -> Summary {
        let model = self.show.model;
        let node = model.node(ix);
        let shape = &model.kind_of(ix).shape;
        let mut summary = self.summary(ix, &[]);
        for (place, value) in node.fields.iter() {
            let is_contact = Value::rows(value)
                .iter()
                .any(|item| matches!(item.value, Value::Phone(_) | Value::Email(_)));
            if is_contact {
                let field = &shape.fields()[place];
                summary.facts.push(given(field, self.show.value(node, field, value)));
            }
        }
        summary
    }

    fn provider(&self, ix: NodeIx) -> Summary {
        self.with_contacts(ix)
    }

    fn calling_order(&self) -> Vec<Summary> {
        let model = self.show.model;
        let mut order: Vec<(i64, NodeIx)> = model
            .iter()
            .filter(|(ix, _)| !model.is_retired(*ix))
            .filter_map(|(ix, _)| match model.value(ix, Role::CallingOrder)?.value {
                Value::Integer(place) => Some((place, ix)),
                _ => None,
            })
            .collect();
        order.sort();
        order.into_iter().take(5).map(|(_, ix)| self.whom_to_call(ix)).collect()
    }

    /// A person with what they do and for whom, since a name alone says little in a hurry.
    fn whom_to_call(&self, ix: NodeIx) -> Summary {
        let model = self.show.model;
        let mut summary = self.with_contacts(ix);
        let employers = model.targets(ix, Role::Employer);
        let names = employers.iter().map(|employer| model.node(*employer).name.clone());
        let words: Vec<String> = std::iter::once(std::mem::take(&mut summary.text))
            .filter(|text| !text.is_empty())
            .chain(names)
            .collect();
        summary.text = words.join(", ");
        summary
    }

    /// The records that others say they are at.
    fn sites(&self) -> Vec<Summary> {
        let model = self.show.model;
        let mut sites: Vec<NodeIx> =
            model.iter().flat_map(|(ix, _)| model.targets(ix, Role::Location)).collect();
        sites.sort();
        sites.dedup();
        sites
            .into_iter()
            .filter(|ix| !model.is_retired(*ix))
            .take(12)
            .map(|ix| self.summary(ix, &[]))
            .collect()
    }

    /// What the business would miss first: the shortest recovery times.
    fn systems(&self) -> Vec<Summary> {
        let model = self.show.model;
        let mut systems: Vec<(u64, NodeIx)> = model
            .iter()
            .filter(|(ix, _)| !model.is_retired(*ix))
            .filter_map(|(ix, _)| match &model.value(ix, Role::Rto)?.value {
                Value::Duration(duration) => Some((duration.in_minutes(), ix)),
                _ => None,
            })
            .collect();
        systems.sort();
        systems.into_iter().take(8).map(|(_, ix)| self.summary(ix, &[Role::Rto])).collect()
    }

    /// The latest changes.
    pub fn changes(&self) -> Vec<Summary> {
        let model = self.show.model;
        let mut changes: Vec<(jiff::civil::Date, NodeIx)> = model
            .iter()
            .filter(|(ix, _)| !model.kind_of(*ix).paths(Role::Window).is_empty())
            .filter_map(|(ix, _)| Some((model.value(ix, Role::Happened)?.value.as_date()?, ix)))
            .collect();
        changes.retain(|(date, _)| *date <= self.audit.today);
        changes.sort_by(|a, b| b.cmp(a));
        changes
            .into_iter()
            .take(5)
            .map(|(_, ix)| self.summary(ix, &[Role::Happened, Role::Outcome]))
            .collect()
    }

    /// Returns the page of what is missing.
    pub fn missing(&self) -> MissingView {
        let mut rules: BTreeMap<(std::cmp::Reverse<Level>, &str), MissingRule> = BTreeMap::new();
        let mut touched = std::collections::BTreeSet::new();
        for found in self.found.iter().filter(|found| !is_listed_apart(found)) {
            let notice = self.notice(found);
            if found.level >= Level::Warning {
                touched.extend(notice.link.as_ref().map(|link| link.href.clone()));
            }
            rules
                .entry((std::cmp::Reverse(found.level), found.rule.code))
                .or_insert_with(|| MissingRule {
                    code: found.rule.code,
                    title: found.rule.summary.to_owned(),
                    level: found.level.name(),
                    notices: Vec::new(),
                })
                .notices
                .push(notice);
        }
        let model = self.show.model;
        let reviews = self.audit.reviews.iter().flatten();
        MissingView {
            rules: rules.into_values().collect(),
            unknown: self.gaps(|kind| *kind == GapKind::Unknown),
            not_applicable: self.gaps(|kind| matches!(kind, GapKind::NotApplicable(_))),
            records: model.len(),
            complete: model.len().saturating_sub(touched.len()),
            unverified: reviews.filter(|review| review.state != ReviewState::Fresh).count(),
        }
    }

    fn gaps(&self, wanted: impl Fn(&GapKind) -> bool) -> Vec<Gap> {
        self.audit
            .gaps
            .iter()
            .filter(|gap| wanted(&gap.kind))
            .map(|gap| Gap {
                link: self.show.routes.link(self.show.root, gap.node),
                field: gap.label.clone(),
                reason: match &gap.kind {
                    GapKind::NotApplicable(reason) => reason.clone(),
                    _ => String::new(),
                },
            })
            .collect()
    }

    fn notice(&self, found: &crate::diagnostic::Diagnostic) -> Notice {
        let owner = self.owners.of(found);
        let link = owner.map(|ix| self.show.routes.link(self.show.root, ix));
        super::notice_of(found, link, self.show.tree)
    }

    /// Returns the glossary: the terms that come with the program, and the runbook's own.
    pub fn glossary(&self) -> GlossaryView {
        let model = self.show.model;
        let mut terms: BTreeMap<String, Term> = builtin::glossary()
            .terms
            .iter()
            .map(|term| {
                let text = Prose { source: term.text.clone(), heading: 3, ..Prose::default() };
                let name = term.name.clone();
                let anchor = format!("term.{}", term.id);
                let also = term.also.clone();
                (term.id.clone(), Term { anchor, name, also, text, link: None })
            })
            .collect();
        for (ix, node) in model.iter() {
            let kind = model.kind_of(ix);
            let Some(path) = kind.paths(Role::Definition).first() else { continue };
            let Some(value) = node.fields.at(path).into_iter().next() else { continue };
            let text = value.value.as_text().unwrap_or_default();
            // A record of the same id says it in the client's own words, and stands instead.
            terms.insert(
                node.id.clone(),
                Term {
                    anchor: format!("term.{}", node.id),
                    name: node.name.clone(),
                    also: Vec::new(),
                    text: self.show.prose(node, kind.field_at(path), text),
                    link: Some(self.show.routes.link(self.show.root, ix)),
                },
            );
        }
        let mut terms: Vec<Term> = terms.into_values().collect();
        terms.sort_by(|a, b| natural_cmp(&a.name, &b.name).then_with(|| a.anchor.cmp(&b.anchor)));
        GlossaryView { terms }
    }

    /// Returns the page about the runbook.
    pub fn about(&self, kinds: Vec<KindRef>) -> AboutView {
        let link = |ix: Option<NodeIx>| ix.map(|ix| self.show.routes.link(self.show.root, ix));
        AboutView {
            as_of: self.show.day(self.audit.today),
            version: env!("CARGO_PKG_VERSION"),
            kinds,
            records: self.show.model.len(),
            files: self.show.model.files.len(),
            statement: self.statement(),
            client: link(self.audit.parties.client),
            provider: link(self.audit.parties.provider),
        }
    }
}

/// Whether a finding is about a gap that a list of its own on the page shows.
fn is_listed_apart(found: &crate::diagnostic::Diagnostic) -> bool {
    [&crate::audit::UNKNOWN_FACT, &crate::audit::NOT_APPLICABLE]
        .iter()
        .any(|rule| rule.code == found.rule.code)
}

/// Returns prose as one line of plain text.
fn plain(text: &str) -> String {
    markdown::plain_text(text)
}

/// Returns the counts of findings that home shows.
pub fn missing_counts(found: &Diagnostics, audit: &Audit) -> Vec<Count> {
    let count = |text: &str, count| Count { text: text.to_owned(), count };
    let reviews = audit.reviews.iter().flatten();
    vec![
        count("warnings", found.count(Level::Warning)),
        count(
            "facts known to be unknown",
            audit.gaps.iter().filter(|gap| gap.kind == GapKind::Unknown).count(),
        ),
        count("records to verify", reviews.filter(|r| r.state != ReviewState::Fresh).count()),
    ]
}

/// The contents list of the longer overview pages.
pub fn contents(view: &View) -> Vec<TocEntry> {
    let entry = |text: &str, anchor: &str| TocEntry {
        text: text.to_owned(),
        anchor: anchor.to_owned(),
        level: 2,
    };
    match view {
        View::Takeover(view) => {
            view.areas.iter().map(|area| entry(&area.title, &area.anchor)).collect()
        }
        View::Missing(view) => {
            let mut toc: Vec<TocEntry> =
                view.rules.iter().map(|rule| entry(&rule.title, rule.code)).collect();
            toc.push(entry("Known to be unknown", "unknown"));
            toc.push(entry("Not applicable", "not-applicable-facts"));
            toc
        }
        View::Dependencies(view) => super::needs::contents(view)
            .into_iter()
            .map(|(text, anchor)| entry(text, anchor))
            .collect(),
        View::Ownership(view) => {
            let mut toc: Vec<TocEntry> =
                view.groups.iter().map(|group| entry(&group.title, &group.anchor)).collect();
            toc.push(entry("What happens at the end of each contract", "contracts"));
            toc
        }
        View::Evidence(view) => {
            view.controls.iter().map(|control| entry(&control.title, &control.anchor)).collect()
        }
        View::Sealed(view) => {
            view.files.iter().map(|file| entry(&file.title, &file.anchor)).collect()
        }
        View::Acceptance(view) => super::acceptance::contents(view)
            .into_iter()
            .map(|(text, anchor)| entry(text, anchor))
            .collect(),
        View::Control(view) => view
            .kinds
            .iter()
            .map(|kind| entry(&kind.kind.label_plural, &format!("kind.{}", kind.kind.plural)))
            .collect(),
        _ => Vec::new(),
    }
}
