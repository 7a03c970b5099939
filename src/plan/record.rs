//! Lays out the page of a record.

use std::collections::BTreeMap;

use super::changes::ChangePages;
use super::network::{self, MapPages};
use super::show::{Shower, given, text_of};
use super::view::{
    Back, Backlinks, Badge, Code, Fact, Grid, KindRef, Label, Link, Notice, Prose, RecordView,
    Section, Setting, SettingGroup, Shown, Sought, Step, Then, TocEntry, Verified,
};
use crate::audit::{Audit, ReviewState, applies};
use crate::markdown;
use crate::model::{Inbound, Node, NodeIx, Target, anchors};
use crate::record::value::{Fields, Value};
use crate::schema::field::{Audience, Field, FieldType, Shape};
use crate::schema::kind::{Kind, PageForm};
use crate::schema::role::Role;

/// A setting's value of more characters than this has a line of its own.
const LONG_VALUE: usize = 40;

/// Lays out the pages of records.
pub struct Layout<'a> {
    /// Shows values.
    pub show: Shower<'a>,
    /// What was found about the runbook.
    pub audit: &'a Audit,
    /// Notices by record.
    pub notices: &'a BTreeMap<NodeIx, Vec<Notice>>,
    /// The files that each record names.
    pub files: &'a BTreeMap<NodeIx, Vec<String>>,
    /// What changed.
    pub changes: ChangePages<'a>,
    /// The network.
    pub network: MapPages<'a>,
}

impl Layout<'_> {
    /// Returns the page's content and its contents list.
    pub fn page(&self, ix: NodeIx, kind_ref: KindRef) -> (RecordView, Vec<TocEntry>) {
        let node = self.show.model.node(ix);
        let kind = self.show.model.catalog.kind(node.kind);
        let mut used = Used::new(kind);
        let purpose = self.purpose(node, kind, &mut used);
        let lead = self.lead(node, kind, &mut used);
        let (label, back) =
            self.label(ix, &mut used).map_or((None, None), |(label, back)| (Some(label), back));
        let steps = self.steps(node, kind, &mut used);
        let body = self.body(node, kind, &mut used);
        let verified = self.verified(ix, &mut used);
        let sections = self.sections(node, kind, &mut used);
        let needs = super::needs::Layout { show: &self.show };
        let (before, before_more) = needs.before(ix);
        let view = RecordView {
            kind: kind_ref,
            form: kind.page.name(),
            id: node.id.clone(),
            full_id: self.show.model.full_id(ix),
            name: node.name.clone(),
            subtitle: self.show.subtitle(ix),
            purpose,
            badges: self.badges(ix),
            lead,
            sections,
            impact: needs.impact(ix),
            chain: needs.chain(ix),
            patching: super::patching::Layout { show: &self.show }.ways(ix),
            before,
            before_more,
            prefixes: super::prefixes::Layout { show: &self.show }.maps(ix),
            rack: super::racks::Layout { show: &self.show }.rack(ix),
            label,
            steps,
            body,
            wiring: self.network.around(ix),
            backlinks: self.backlinks(ix),
            custom: custom(node),
            files: self.files(ix),
            verified,
            notices: self.notices.get(&ix).cloned().unwrap_or_default(),
            formerly: node.envelope.formerly.iter().map(|old| old.value.clone()).collect(),
            history: self.changes.of_record(ix),
            back,
            retired: node.retired,
        };
        let toc = contents(&view);
        (view, toc)
    }

    fn purpose(&self, node: &Node, kind: &Kind, used: &mut Used) -> Option<Prose> {
        let place = kind.shape.index_of_role(Role::Purpose)?;
        used.take(place);
        let field = &kind.shape.fields()[place];
        let text = node.fields.get(place)?.value.as_text()?;
        Some(self.show.prose(node, field, text))
    }

    fn lead(&self, node: &Node, kind: &Kind, used: &mut Used) -> Vec<Fact> {
        let mut facts = Vec::new();
        for section in kind.sections.iter().filter(|section| section.lead) {
            facts.extend(self.facts(node, kind, &section.fields, used));
        }
        facts
    }

    fn sections(&self, node: &Node, kind: &Kind, used: &mut Used) -> Vec<Section> {
        let mut sections = Vec::new();
        for section in kind.sections.iter().filter(|section| !section.lead) {
            let grids = self.grids(node, kind, &section.fields, used);
            let facts = self.facts(node, kind, &section.fields, used);
            push_section(&mut sections, &section.title, facts, grids, section.before_steps);
        }
        let rest: Vec<String> = kind.shape.fields().iter().map(|f| f.name.clone()).collect();
        let grids = self.grids(node, kind, &rest, used);
        let facts = self.facts(node, kind, &rest, used);
        push_section(&mut sections, "Details", facts, grids, false);
        sections
    }

    /// Shows the fields of one section: what is given, and what is owned up to.
    fn facts(&self, node: &Node, kind: &Kind, names: &[String], used: &mut Used) -> Vec<Fact> {
        let mut facts = Vec::new();
        for place in names.iter().filter_map(|name| kind.shape.index(name)) {
            let field = &kind.shape.fields()[place];
            if field.takes(FieldType::Tables) || !used.take(place) {
                continue;
            }
            match node.fields.get(place) {
                Some(value) => match &value.value {
                    Value::Table(inner) => {
                        facts.extend(self.show.facts_of(node, &field.shape, inner));
                        facts.extend(gaps_below(node, field));
                    }
                    _ => facts.push(given(field, self.show.value(node, field, value))),
                },
                None if applies(field, &kind.shape, &node.fields) => {
                    facts.extend(gap(node, field, &field.name));
                    facts.extend(gaps_below(node, field));
                }
                None => {}
            }
        }
        facts
    }

    fn grids(&self, node: &Node, kind: &Kind, names: &[String], used: &mut Used) -> Vec<Grid> {
        names
            .iter()
            .filter_map(|name| kind.shape.index(name))
            .filter(|place| kind.shape.fields()[*place].takes(FieldType::Tables))
            .filter(|place| used.take(*place))
            .filter_map(|place| {
                let value = node.fields.get(place)?;
                Some(self.show.grid(node, &kind.shape.fields()[place], value))
            })
            .collect()
    }

    fn badges(&self, ix: NodeIx) -> Vec<Badge> {
        let mut badges = Vec::new();
        let model = self.show.model;
        let kind = model.kind_of(ix);
        if let Some(status) = model.value(ix, Role::Status).and_then(|value| value.value.as_text())
        {
            let label = kind.field_with(Role::Status).map_or(status, |f| f.choice_label(status));
            if status != "active" {
                badges.push(badge(label, "plain", "the status of this record"));
            }
        }
        match self.audit.reviews[ix.0].as_ref().map(|review| review.state) {
            Some(ReviewState::Fresh) => {
                badges.push(badge("Verified", "good", "somebody made sure of this lately"));
            }
            Some(ReviewState::Stale) => {
                badges.push(badge("Stale", "warn", "the last verification is too old"));
            }
            _ => {}
        }
        match model.node(ix).envelope.audience {
            Audience::Everyone => {}
            Audience::Technical => {
                badges.push(badge("Technical", "info", "written for those who work on systems"));
            }
            Audience::Restricted => {
                badges.push(badge("Restricted", "info", "written for a few, named by the client"));
            }
        }
        badges
    }

    /// The settings of a record: its own rows, or those of a record that says it is about this one.
    fn label(&self, ix: NodeIx, used: &mut Used) -> Option<(Label, Option<Back>)> {
        let model = self.show.model;
        let node = model.node(ix);
        let kind = model.catalog.kind(node.kind);
        let place = kind.shape.index_of_role(Role::Settings)?;
        used.take(place);
        if let Some(value) = node.fields.get(place) {
            let back = self.changes.back(ix);
            let field = &kind.shape.fields()[place];
            return Some((self.label_of(node, field, value, None, back.as_ref()), back));
        }
        let elsewhere = node.inbound.iter().find(|inbound| {
            !inbound.path.is_empty()
                && model.kind_of(inbound.from).field_at(&inbound.path).role
                    == Some(Role::SettingSubject)
        })?;
        let other = model.node(elsewhere.from);
        let shape = &model.kind_of(elsewhere.from).shape;
        let place = shape.index_of_role(Role::Settings)?;
        let link = self.show.routes.link(self.show.root, elsewhere.from);
        let (field, value) = (&shape.fields()[place], other.fields.get(place)?);
        let back = self.changes.back(elsewhere.from);
        Some((self.label_of(other, field, value, Some(link), back.as_ref()), back))
    }

    fn label_of(
        &self,
        node: &Node,
        field: &Field,
        value: &crate::source::Spanned<Value<Target>>,
        written_in: Option<Link>,
        back: Option<&Back>,
    ) -> Label {
        let mut groups: Vec<SettingGroup> = Vec::new();
        for row in Value::rows(value).iter().filter_map(|row| row.value.as_table()) {
            let name = anchors::row_text(field, row, Role::SettingGroup).unwrap_or("General");
            let setting = self.setting(node, field, row);
            let row = back.into_iter().flat_map(|back| &back.rows);
            let then = row.into_iter().find(|row| row.anchor == setting.anchor);
            let then = back
                .zip(then)
                .map(|(back, row)| Then { text: row.then.clone(), day: back.day.clone() });
            let setting = Setting { baseline: then, ..setting };
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.rows.push(setting),
                None => groups.push(SettingGroup {
                    name: name.to_owned(),
                    anchor: format!("group.{}", markdown::slug(name)),
                    rows: vec![setting],
                }),
            }
        }
        let rows = || groups.iter().flat_map(|group| &group.rows);
        Label {
            count: rows().count(),
            changed: rows().filter(|row| row.changed).count(),
            written_in,
            groups,
        }
    }

    fn setting(&self, node: &Node, field: &Field, row: &Fields<Target>) -> Setting {
        let shape = &field.shape;
        let at = |role| row.get(shape.index_of_role(role)?);
        let words = |role| {
            at(role).map(|value| value.value.in_words(&|_| String::new())).unwrap_or_default()
        };
        let known: Vec<usize> = [
            Role::SettingGroup,
            Role::SettingName,
            Role::SettingId,
            Role::SettingValue,
            Role::SettingUnit,
            Role::SettingDefault,
            Role::SettingWhy,
        ]
        .into_iter()
        .filter_map(|role| shape.index_of_role(role))
        .collect();
        let why = shape.index_of_role(Role::SettingWhy);
        let (value, default) = (words(Role::SettingValue), words(Role::SettingDefault));
        Setting {
            anchor: anchors::setting(field, row),
            name: words(Role::SettingName),
            unit: words(Role::SettingUnit),
            changed: !default.is_empty() && default != value,
            baseline: None,
            long: value.chars().count() > LONG_VALUE,
            why: why.and_then(|place| {
                let text = row.get(place)?.value.as_text()?;
                Some(self.show.prose(node, &shape.fields()[place], text))
            }),
            facts: self.other_facts(node, shape, row, &known),
            value,
            default,
        }
    }

    /// Shows the fields of a row that have no place of their own on the page.
    fn other_facts(
        &self,
        node: &Node,
        shape: &Shape,
        row: &Fields<Target>,
        known: &[usize],
    ) -> Vec<Fact> {
        row.iter()
            .filter(|(place, _)| !known.contains(place))
            .map(|(place, value)| {
                let field = &shape.fields()[place];
                given(field, self.show.value(node, field, value))
            })
            .collect()
    }

    fn steps(&self, node: &Node, kind: &Kind, used: &mut Used) -> Vec<Step> {
        let Some(place) = kind.shape.index_of_role(Role::Steps) else { return Vec::new() };
        used.take(place);
        let field = &kind.shape.fields()[place];
        let Some(value) = node.fields.get(place) else { return Vec::new() };
        let rows: Vec<&Fields<Target>> =
            Value::rows(value).iter().filter_map(|row| row.value.as_table()).collect();
        let names = anchors::steps(field, &rows);
        rows.iter()
            .zip(names)
            .enumerate()
            .map(|(ix, (row, name))| {
                self.step(node, field, row, markdown::step_anchor(&name.id), ix + 1)
            })
            .collect()
    }

    fn step(
        &self,
        node: &Node,
        field: &Field,
        row: &Fields<Target>,
        anchor: String,
        number: usize,
    ) -> Step {
        let shape = &field.shape;
        let text = |role| anchors::row_text(field, row, role);
        let prose = |role| {
            let place = shape.index_of_role(role)?;
            let text = row.get(place)?.value.as_text()?;
            Some(self.show.prose(node, &shape.fields()[place], text))
        };
        let roles = [
            Role::StepId,
            Role::StepText,
            Role::StepWho,
            Role::StepCommand,
            Role::StepLanguage,
            Role::StepExpected,
            Role::StepCaution,
            Role::StepDuration,
        ];
        let known: Vec<usize> =
            roles.into_iter().filter_map(|role| shape.index_of_role(role)).collect();
        let who = shape.index_of_role(Role::StepWho);
        let duration = shape.index_of_role(Role::StepDuration).and_then(|place| row.get(place));
        Step {
            anchor,
            number,
            text: prose(Role::StepText).unwrap_or_default(),
            who: who.and_then(|place| {
                Some(self.show.value(node, &shape.fields()[place], row.get(place)?))
            }),
            command: text(Role::StepCommand).map(|command| Code {
                text: command.to_owned(),
                language: text(Role::StepLanguage)
                    .or_else(|| shape.with_role(Role::StepCommand)?.language.as_deref())
                    .unwrap_or_default()
                    .to_owned(),
            }),
            expected: prose(Role::StepExpected),
            caution: prose(Role::StepCaution),
            duration: duration.map(|d| d.value.in_words(&|_| String::new())).unwrap_or_default(),
            facts: self.other_facts(node, shape, row, &known),
        }
    }

    /// The text of a procedure written as Markdown stands where its steps would.
    fn body(&self, node: &Node, kind: &Kind, used: &mut Used) -> Option<Prose> {
        if kind.page != PageForm::Procedure && kind.page != PageForm::Document {
            return None;
        }
        let place = kind.shape.index(kind.body.as_deref()?)?;
        let text = node.fields.get(place)?.value.as_text()?;
        used.take(place);
        Some(Prose { heading: 2, ..self.show.prose(node, &kind.shape.fields()[place], text) })
    }

    fn verified(&self, ix: NodeIx, used: &mut Used) -> Option<Verified> {
        let model = self.show.model;
        let kind = model.kind_of(ix);
        let path = kind.paths(Role::Reviewed).first()?;
        used.take(path[0]);
        let review = self.audit.reviews[ix.0].as_ref()?;
        let how = self.show.role(ix, Role::ReviewedHow).into_iter().find_map(|shown| match shown {
            Shown::Choice { text, .. } | Shown::Text { text, .. } => Some(text),
            _ => None,
        });
        Some(Verified {
            state: match review.state {
                ReviewState::Fresh => "fresh",
                ReviewState::Stale => "stale",
                ReviewState::Never => "never",
            },
            on: review.on.map(|on| self.show.day(on)),
            by: self.show.role(ix, Role::ReviewedBy),
            how: how.unwrap_or_default(),
            due: review.due.map(|due| self.show.day(due)),
        })
    }

    fn backlinks(&self, ix: NodeIx) -> Vec<Backlinks> {
        let model = self.show.model;
        let mut groups: Vec<Backlinks> = Vec::new();
        for inbound in &model.node(ix).inbound {
            let heading = self.heading(inbound);
            let mut link = self.show.routes.link(self.show.root, inbound.from);
            if let Some(row) = &inbound.row {
                link.text = format!("{} ({row})", link.text);
            }
            match groups.iter_mut().find(|group| group.heading == heading) {
                Some(group) if group.links.contains(&link) => {}
                Some(group) => group.links.push(link),
                None => groups.push(Backlinks { heading, links: vec![link] }),
            }
        }
        groups
    }

    fn heading(&self, inbound: &Inbound) -> String {
        if inbound.path.is_empty() {
            return "Mentioned in".to_owned();
        }
        let field = self.show.model.kind_of(inbound.from).field_at(&inbound.path);
        let heading = field.inverse.clone().unwrap_or_else(|| format!("{} of", field.label));
        let mut chars = heading.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    }

    fn files(&self, ix: NodeIx) -> Vec<super::view::Attachment> {
        let paths = self.files.get(&ix).map_or(&[][..], Vec::as_slice);
        paths.iter().filter_map(|path| self.show.attachment(path)).collect()
    }
}

/// Which fields of a record have found their place on the page.
struct Used(Vec<bool>);

impl Used {
    fn new(kind: &Kind) -> Used {
        let mut used = Used(vec![false; kind.shape.fields().len()]);
        // The title stands on top, and the status among the badges.
        let named = kind.shape.index(&kind.title).into_iter();
        for place in named.chain(kind.shape.index_of_role(Role::Status)) {
            used.0[place] = true;
        }
        used
    }

    /// Takes a field; gives whether it was free.
    fn take(&mut self, place: usize) -> bool {
        !std::mem::replace(&mut self.0[place], true)
    }
}

fn push_section(
    sections: &mut Vec<Section>,
    title: &str,
    facts: Vec<Fact>,
    grids: Vec<Grid>,
    before_steps: bool,
) {
    if facts.is_empty() && grids.is_empty() {
        return;
    }
    match sections.iter_mut().find(|section| section.title == title) {
        Some(section) => {
            section.facts.extend(facts);
            section.grids.extend(grids);
        }
        None => sections.push(Section {
            anchor: format!("about.{}", markdown::slug(title)),
            title: title.to_owned(),
            facts,
            grids,
            before_steps,
        }),
    }
}

/// Returns the fact that a field is unknown, does not apply, or is left out, where the record says so.
fn gap(node: &Node, field: &Field, path: &str) -> Option<Fact> {
    let unknown = node.envelope.unknown.iter().any(|known| known.value == path);
    let reason = node.envelope.not_applicable.iter().find(|(known, _)| known.value == path);
    let left_out = node.envelope.left_out.iter().any(|left| left.value == path);
    let (state, reason) = match (unknown, reason) {
        (true, _) => ("unknown", String::new()),
        (_, Some((_, reason))) => ("not_applicable", reason.clone()),
        _ if left_out => ("left_out", String::new()),
        _ => return None,
    };
    Some(Fact {
        name: field.name.clone(),
        label: field.label.clone(),
        state,
        reason,
        value: None,
        wide: false,
        sought: Sought::default(),
    })
}

/// Returns what a record owns up to inside a table.
fn gaps_below(node: &Node, field: &Field) -> Vec<Fact> {
    field
        .shape
        .fields()
        .iter()
        .filter_map(|inner| gap(node, inner, &format!("{}.{}", field.name, inner.name)))
        .collect()
}

fn custom(node: &Node) -> Vec<Fact> {
    node.envelope
        .custom
        .iter()
        .map(|(name, value)| Fact {
            name: name.clone(),
            label: name.replace(['_', '-'], " "),
            state: "given",
            reason: String::new(),
            value: Some(text_of(value.in_words(), false)),
            wide: false,
            sought: Sought::default(),
        })
        .collect()
}

fn badge(text: &str, tone: &'static str, title: &str) -> Badge {
    Badge { text: text.to_owned(), tone, title: title.to_owned() }
}

/// The list of what is on the page, in the order of the template.
fn contents(view: &RecordView) -> Vec<TocEntry> {
    let entry = |text: &str, anchor: &str, level| TocEntry {
        text: text.to_owned(),
        anchor: anchor.to_owned(),
        level,
    };
    let in_contents = |section: &Section| entry(&section.title, &section.anchor, 2);
    let mut toc: Vec<TocEntry> =
        view.sections.iter().filter(|section| section.before_steps).map(in_contents).collect();
    if !view.steps.is_empty() {
        toc.push(entry("Steps", "steps", 2));
    }
    if let Some(body) = &view.body {
        let headings = markdown::scan(&body.source).headings;
        toc.extend(headings.iter().filter(|heading| heading.depth <= 2).map(|heading| {
            let anchor = format!("{}{}", body.prefix, heading.anchor);
            entry(&heading.text, &anchor, heading.depth + 1)
        }));
    }
    toc.extend(view.sections.iter().filter(|section| !section.before_steps).map(in_contents));
    if view.wiring.is_some() {
        toc.push(entry("In the network", network::ANCHOR, 2));
    }
    for (ix, map) in view.prefixes.iter().enumerate() {
        toc.push(entry(&format!("Addresses of {}", map.prefix), &format!("map.{ix}"), 2));
    }
    if view.rack.is_some() {
        toc.push(entry("Units", "units", 2));
    }
    if view.patching.is_some() {
        toc.push(entry("Cables from end to end", "ways", 2));
    }
    if view.impact.is_some() {
        toc.push(entry("If this fails", "if-this-fails", 2));
    }
    if view.chain.is_some() {
        toc.push(entry("What it needs and what needs it", "chain", 2));
    }
    if !view.before.is_empty() {
        toc.push(entry("What must work first", "before", 2));
    }
    if let Some(label) = &view.label {
        toc.push(entry("Settings", "settings", 2));
        toc.extend(label.groups.iter().map(|group| entry(&group.name, &group.anchor, 3)));
    }
    if view.back.is_some() {
        toc.push(entry("Back to the baseline", "back", 2));
    }
    if !view.files.is_empty() {
        toc.push(entry("Files", "files", 2));
    }
    if !view.backlinks.is_empty() {
        toc.push(entry("Used by", "used-by", 2));
    }
    if !view.custom.is_empty() {
        toc.push(entry("Further facts", "custom", 2));
    }
    if !view.history.is_empty() {
        toc.push(entry("What changed here", "history", 2));
    }
    toc
}
