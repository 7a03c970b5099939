//! Lays out what auditors and insurers ask, and what is recorded about it.
//!
//! In: the controls of `evidence.toml` and the records. Out: for each what is recorded, when it was
//! verified, by whom, and what can be looked at. Whether a rule is kept is for whoever asks to judge.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::overview::Overview;
use super::view::{
    Coverage, EvidenceControl, EvidenceRow, EvidenceView, KindRef, Link, Reference, Shown,
    Verifications,
};
use crate::audit::{self, ReviewState};
use crate::model::{Model, NodeIx, anchors};
use crate::record::value::Value;
use crate::schema::KindIx;
use crate::schema::builtin::{self, Control, EvidenceSource, Values};
use crate::schema::role::Role;

/// How many records, links and people a cell names.
const MOST: usize = 5;

/// Returns the page.
pub(super) fn view(overview: &Overview<'_>, kind_ref: impl Fn(KindIx) -> KindRef) -> EvidenceView {
    let list = builtin::evidence();
    let mapped = mapped(overview, &list.maps_to);
    let controls = list.controls.iter().map(|control| {
        let rows = control.sources.iter();
        let rows = rows.filter_map(|source| row(overview, source, &kind_ref));
        let mut links = mapped_to(&mapped, control);
        let mapped_more = links.len().saturating_sub(MOST);
        links.truncate(MOST);
        EvidenceControl {
            anchor: control.id.clone(),
            title: control.title.clone(),
            text: control.text.clone(),
            asked_in: references(control),
            rows: rows.collect(),
            mapped: links,
            mapped_more,
        }
    });
    let controls: Vec<_> = controls.collect();
    let is_recorded =
        |control: &&EvidenceControl| !control.rows.is_empty() || !control.mapped.is_empty();
    EvidenceView { recorded: controls.iter().filter(is_recorded).count(), controls }
}

fn references(control: &Control) -> Vec<Reference> {
    numbers(control)
        .into_iter()
        .filter(|(_, numbers)| !numbers.is_empty())
        .map(|(standard, numbers)| Reference { standard, numbers: numbers.join(", ") })
        .collect()
}

fn numbers(control: &Control) -> [(&'static str, &[String]); 3] {
    [("cis", &control.cis), ("csf", &control.csf), ("iso", &control.iso)]
}

/// Returns what is recorded in records of a kind; nothing where there are none.
fn row(
    overview: &Overview<'_>,
    source: &EvidenceSource,
    kind_ref: impl Fn(KindIx) -> KindRef,
) -> Option<EvidenceRow> {
    let model = overview.show.model;
    let kind = model.catalog.by_name(&source.kind)?;
    let mut records: Vec<NodeIx> = model
        .of_kind(kind)
        .iter()
        .copied()
        .filter(|ix| !model.is_retired(*ix) && audit::matches(model, *ix, &source.filter))
        .filter(|ix| source.has.iter().all(|field| model.at(*ix, field).is_some()))
        .collect();
    if records.is_empty() {
        return None;
    }
    // What happened on a day is told from the latest on; all else stands in its own order.
    records.sort_by_key(|ix| std::cmp::Reverse(happened(model, *ix)));
    let mut evidence = evidence(overview, &records, &source.evidence);
    let evidence_more = evidence.len().saturating_sub(MOST);
    evidence.truncate(MOST);
    // Many that nothing is told of are in their list.
    let shown = if records.len() > MOST && source.facts.is_empty() { 0 } else { MOST };
    Some(EvidenceRow {
        kind: kind_ref(kind),
        which: which(model, kind, source),
        count: records.len(),
        records: records.iter().take(shown).map(|ix| overview.entry(*ix, &source.facts)).collect(),
        more: if shown == 0 { 0 } else { records.len().saturating_sub(shown) },
        coverage: source
            .fields
            .iter()
            .filter_map(|field| coverage(model, &records, field))
            .collect(),
        verified: verifications(overview, &records),
        by: by(overview, &records),
        evidence,
        evidence_more,
    })
}

fn happened(model: &Model, ix: NodeIx) -> Option<Date> {
    model.value(ix, Role::Happened)?.value.as_date()
}

/// Returns which records of a kind are meant, by the labels of the choices.
fn which(model: &Model, kind: KindIx, source: &EvidenceSource) -> String {
    let shape = &model.catalog.kind(kind).shape;
    let words = source.filter.iter().flat_map(|(name, values)| {
        let field = shape.at_path(name);
        let values: Vec<String> = match values {
            Values::One(value) => vec![value.to_string()],
            Values::Many(values) => values.iter().map(ToString::to_string).collect(),
        };
        values.into_iter().map(move |value| match field {
            Some(field) if field.choices.is_empty() => field.label.clone(),
            Some(field) => field.choice_label(&value).to_owned(),
            None => value,
        })
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Returns how many records say something, of those that could.
fn coverage(model: &Model, records: &[NodeIx], path: &str) -> Option<Coverage> {
    let field = model.kind_of(*records.first()?).shape.at_path(path)?;
    let could = records.iter().filter(|ix| {
        let node = model.node(**ix);
        let applies = audit::applies(field, &model.kind_of(**ix).shape, &node.fields);
        applies && !node.envelope.not_applicable.iter().any(|(name, _)| name.value == path)
    });
    let (mut given, mut of) = (0, 0);
    for ix in could {
        of += 1;
        given += usize::from(model.at(*ix, path).is_some());
    }
    (of > 0).then(|| Coverage { label: field.label.clone(), given, of })
}

fn verifications(overview: &Overview<'_>, records: &[NodeIx]) -> Verifications {
    let reviews: Vec<_> =
        records.iter().filter_map(|ix| overview.audit.reviews[ix.0].as_ref()).collect();
    let days = || reviews.iter().filter_map(|review| review.on);
    let count = |state| reviews.iter().filter(|review| review.state == state).count();
    Verifications {
        asked: !reviews.is_empty(),
        from: days().min().map(|day| overview.show.day(day)),
        to: days().max().map(|day| overview.show.day(day)),
        due: count(ReviewState::Stale),
        never: count(ReviewState::Never),
    }
}

/// Returns who verified the records, those first who did most.
fn by(overview: &Overview<'_>, records: &[NodeIx]) -> Vec<Shown> {
    let mut people: Vec<(Shown, usize)> = Vec::new();
    for shown in records.iter().flat_map(|ix| overview.show.role(*ix, Role::ReviewedBy)) {
        match people.iter_mut().find(|(other, _)| *other == shown) {
            Some((_, times)) => *times += 1,
            None => people.push((shown, 1)),
        }
    }
    people.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    people.into_iter().take(MOST).map(|(shown, _)| shown).collect()
}

/// Returns what the records name that can be looked at: records of files, and files.
fn evidence(overview: &Overview<'_>, records: &[NodeIx], fields: &[String]) -> Vec<Link> {
    let show = &overview.show;
    let mut links: Vec<Link> = Vec::new();
    for (ix, field) in records.iter().flat_map(|ix| fields.iter().map(move |field| (ix, field))) {
        let Some(value) = show.model.at(*ix, field) else { continue };
        for item in Value::rows(value) {
            let link = match &item.value {
                Value::Reference(target) => Some(show.routes.target(show.root, target)),
                Value::File(path) => show.attachment(path).map(|file| Link {
                    text: file.name,
                    href: file.href,
                    icon: String::new(),
                    detail: String::new(),
                }),
                _ => None,
            };
            links.extend(link.filter(|link| !links.contains(link)));
        }
    }
    links
}

/// What says of itself that it belongs to a number of a standard.
type Mapped = BTreeMap<(&'static str, String), Vec<Link>>;

fn mapped(overview: &Overview<'_>, field: &str) -> Mapped {
    let show = &overview.show;
    let mut mapped = Mapped::new();
    let mut add = |values: Vec<&str>, link: &dyn Fn() -> Link| {
        for number in values.into_iter().filter_map(number_of) {
            mapped.entry(number).or_default().push(link());
        }
    };
    for (ix, node) in show.model.iter().filter(|(ix, _)| !show.model.is_retired(*ix)) {
        let shape = &show.model.kind_of(ix).shape;
        if let Some(value) = show.model.at(ix, field) {
            let words = Value::rows(value).iter().filter_map(|item| item.value.as_text());
            add(words.collect(), &|| show.routes.link(show.root, ix));
        }
        let Some(place) = shape.index_of_role(Role::Settings) else { continue };
        let settings = &shape.fields()[place];
        let Some(inner) = settings.shape.index(field) else { continue };
        for row in node.fields.get(place).map(Value::rows).into_iter().flatten() {
            let Some(row) = row.value.as_table() else { continue };
            let Some(value) = row.get(inner) else { continue };
            let words = Value::rows(value).iter().filter_map(|item| item.value.as_text());
            add(words.collect(), &|| {
                let mut link = show.routes.link(show.root, ix);
                let name = anchors::row_text(settings, row, Role::SettingName).unwrap_or_default();
                link.text = format!("{}: {name}", link.text);
                link.href = format!("{}#{}", link.href, anchors::setting(settings, row));
                link
            });
        }
    }
    mapped
}

fn mapped_to(mapped: &Mapped, control: &Control) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (standard, numbers) in numbers(control) {
        for number in numbers {
            let found = mapped.get(&(standard, number.to_uppercase()));
            for link in found.into_iter().flatten() {
                if !links.contains(link) {
                    links.push(link.clone());
                }
            }
        }
    }
    links
}

/// Reads `CIS 6.3`, `PR.AA-03`, `ISO 27001 A.5.9`: a standard, and a number of it.
fn number_of(text: &str) -> Option<(&'static str, String)> {
    let text = text.to_uppercase();
    let number = text.split_whitespace().next_back()?;
    let of_annex = number.strip_prefix("A.");
    let standard = match () {
        () if text.contains("CIS") => "cis",
        () if text.contains("ISO") || of_annex.is_some() => "iso",
        () if text.contains("CSF") || number.contains('-') => "csf",
        () => return None,
    };
    Some((standard, of_annex.unwrap_or(number).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_a_standard_is_read_as_people_write_it() {
        let read =
            |text: &str| number_of(text).map(|(standard, number)| format!("{standard} {number}"));
        for (text, wanted) in [
            ("CIS 6.3", Some("cis 6.3")),
            ("CIS v8.1 11.5", Some("cis 11.5")),
            ("PR.AA-03", Some("csf PR.AA-03")),
            ("NIST CSF pr.aa-03", Some("csf PR.AA-03")),
            ("ISO 27001 A.5.9", Some("iso 5.9")),
            ("ISO/IEC 27001 5.9", Some("iso 5.9")),
            ("A.5.9", Some("iso 5.9")),
            ("6.3", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), wanted, "{text}");
        }
    }
}
