//! Tells what differs between two versions of a record, field by field.

use std::collections::HashSet;

use similar::TextDiff;

use super::words::{Names, Piece, in_words, is_same, pieces, prose, setting_in_words};
use super::{FactChange, Sort};
use crate::history::delta::{FORMERLY, keys_of};
use crate::history::path::{Key, Path};
use crate::history::{Pair, Plain};
use crate::markdown;
use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::role::Role;

/// From this ratio on, a row that went and one that came are two versions of one.
const ALIKE: f32 = 0.5;

/// Returns what differs.
pub(super) fn facts(pair: &Pair, catalog: &Catalog, names: &Names) -> Vec<FactChange> {
    let kind = pair.name.split('/').next().unwrap_or_default();
    let none = Shape::default();
    let shape = catalog.by_name(kind).map_or(&none, |kind| &catalog.kind(kind).shape);
    let nothing = Plain::Table(Vec::new());
    let before = pair.before.as_deref().unwrap_or(&nothing);
    let after = pair.after.as_deref().unwrap_or(&nothing);
    let mut teller = Teller { names, facts: Vec::new() };
    teller.table(before, after, shape, &Path::default(), &Place::default());
    // That somebody looked comes behind what is different.
    teller.facts.sort_by_key(|fact| fact.is_review);
    teller.facts
}

/// What says only that somebody made sure of a record.
const REVIEW: [Role; 4] = [Role::Reviewed, Role::ReviewedBy, Role::ReviewedHow, Role::Tested];

/// Where a fact stands on the page.
#[derive(Clone, Default)]
struct Place {
    under: Vec<String>,
    anchor: String,
}

impl Place {
    fn under(&self, label: &str) -> Place {
        let mut place = self.clone();
        place.under.push(label.to_owned());
        place
    }
}

struct Teller<'a> {
    names: &'a Names,
    facts: Vec<FactChange>,
}

impl Teller<'_> {
    fn table(&mut self, before: &Plain, after: &Plain, shape: &Shape, way: &Path, at: &Place) {
        // In the order of the kind; what it does not know comes last.
        let known = shape.fields().iter().map(|field| (field.name.as_str(), Some(field)));
        let keys = before.entries().iter().chain(after.entries()).map(|(key, _)| &**key);
        let mut seen = HashSet::new();
        let others = keys.filter(|key| shape.get(key).is_none() && seen.insert(*key));
        let others: Vec<_> = others.map(|key| (key, None)).collect();
        for (key, field) in known.chain(others) {
            // A record that was renamed says so by that.
            if way.0.is_empty() && key == FORMERLY {
                continue;
            }
            let (before, after) = (before.get(key), after.get(key));
            if before != after {
                self.value(before, after, field, key, &way.field(key), at);
            }
        }
    }

    fn value(
        &mut self,
        before: Option<&Plain>,
        after: Option<&Plain>,
        field: Option<&Field>,
        key: &str,
        way: &Path,
        at: &Place,
    ) {
        let label = field.map_or_else(|| key.replace(['_', '-'], " "), |it| it.label.clone());
        let none = Shape::default();
        let shape = field.map_or(&none, |field| &field.shape);
        let is_table = |value: Option<&Plain>| matches!(value, None | Some(Plain::Table(_)));
        if is_table(before) && is_table(after) {
            let nothing = Plain::Table(Vec::new());
            let (before, after) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
            return self.table(before, after, shape, way, &at.under(&label));
        }
        let rows = |value: Option<&'_ Plain>| match value {
            None => Some(Vec::new()),
            Some(value) => value.rows().map(<[Plain]>::to_vec),
        };
        if let (Some(field), Some(old), Some(new)) = (field, rows(before), rows(after))
            && field.is_table()
            && let Some(keys) = keys_of(field, &old, &new)
        {
            return self.rows(&old, &new, field, &keys, way, &at.under(&label));
        }
        if let (Some(a), Some(b)) = (before, after)
            && is_same(field, a, b, self.names)
        {
            return;
        }
        let words = |value: Option<&Plain>| value.map(|value| self.words(field, value));
        let (a, b) = (words(before), words(after));
        self.push(a, b, field, label, way, at);
        if let (Some(old), Some(new)) = (before, after) {
            self.compare_items(old, new, field);
        }
    }

    /// Of lists the items are compared, and of what is no text the whole.
    fn compare_items(&mut self, old: &Plain, new: &Plain, field: Option<&Field>) {
        let is_list = [old, new].iter().any(|value| matches!(value, Plain::List(_)));
        let is_text = field.is_none_or(|field| !field.takes(FieldType::Reference));
        if !is_list && is_text {
            return;
        }
        let words = |value: &Plain| {
            value.items().iter().map(|item| in_words(field, item, self.names)).collect()
        };
        let (old, new): (Vec<String>, Vec<String>) = (words(old), words(new));
        let is_order = old.iter().all(|item| new.contains(item)) && old.len() == new.len();
        let side = |items: &[String], others: &[String]| {
            let mut pieces = Vec::new();
            for (ix, item) in items.iter().enumerate() {
                if ix > 0 {
                    pieces.push(Piece { text: ", ".to_owned(), differs: false });
                }
                let differs = is_order || !others.contains(item);
                pieces.push(Piece { text: item.clone(), differs });
            }
            pieces
        };
        let (before, after) = (side(&old, &new), side(&new, &old));
        if let Some(last) = self.facts.last_mut() {
            (last.before, last.after) = (before, after);
        }
    }

    fn words(&self, field: Option<&Field>, value: &Plain) -> String {
        match value {
            Plain::Text(text) if field.is_some_and(|it| it.takes(FieldType::Markdown)) => {
                prose(text, self.names)
            }
            value => in_words(field, value, self.names),
        }
    }

    fn push(
        &mut self,
        before: Option<String>,
        after: Option<String>,
        field: Option<&Field>,
        label: String,
        way: &Path,
        at: &Place,
    ) {
        let sort = match (&before, &after) {
            (None, _) => Sort::Added,
            (_, None) => Sort::Removed,
            _ => Sort::Changed,
        };
        let takes = |kind| field.is_some_and(|field| field.takes(kind));
        let is_text = |text: &Option<String>| {
            text.as_ref().is_some_and(|it| it.len() > 80 || it.contains('\n'))
        };
        let (before, after) = sides(before.as_deref(), after.as_deref());
        let texts = [&before, &after].map(|it| Some(super::text_of(it)));
        let is_long =
            takes(FieldType::Markdown) || takes(FieldType::Code) || texts.iter().any(is_text);
        self.facts.push(FactChange {
            way: way.to_string(),
            under: at.under.clone(),
            label,
            anchor: at.anchor.clone(),
            sort,
            before,
            after,
            is_setting: false,
            is_review: field
                .and_then(|field| field.role)
                .is_some_and(|role| REVIEW.contains(&role)),
            is_long,
        });
    }

    fn rows(
        &mut self,
        old: &[Plain],
        new: &[Plain],
        field: &Field,
        keys: &[String],
        way: &Path,
        at: &Place,
    ) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let key = |row: &Plain| Key::of(row, &keys).expect("keys_of() tried them on every row");
        let find = |rows: &[Plain], wanted: &Key| rows.iter().position(|row| wanted.fits(row));
        let mut gone: Vec<&Plain> =
            old.iter().filter(|row| find(new, &key(row)).is_none()).collect();
        let mut stay = Vec::new();
        for row in new {
            let row_key = key(row);
            let way = way.row(row_key.clone());
            let before = match find(old, &row_key) {
                Some(place) => {
                    stay.push(place);
                    Some(&old[place])
                }
                // One that says almost the same went: that is what this was.
                None => self.alike(field, &mut gone, row),
            };
            match before {
                Some(before) if before != row => self.row(before, row, field, &way, at),
                Some(_) => {}
                None => self.whole_row(None, Some(row), field, &way, at),
            }
        }
        for row in gone {
            self.whole_row(Some(row), None, field, &way.row(key(row)), at);
        }
        // Settings are found by their menus; of rules and steps the order says something.
        if !stay.is_sorted() && field.role != Some(Role::Settings) {
            self.order(old, new, field, way, at);
        }
    }

    /// Takes the row out of `gone` that is most like `row`, if any is.
    fn alike<'r>(
        &self,
        field: &Field,
        gone: &mut Vec<&'r Plain>,
        row: &Plain,
    ) -> Option<&'r Plain> {
        let text = in_words(Some(field), row, self.names);
        let ratios = gone.iter().enumerate().map(|(at, other)| {
            let other = in_words(Some(field), other, self.names);
            (at, TextDiff::from_words(other.as_str(), text.as_str()).ratio())
        });
        let best = ratios.fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best });
        (best.1 >= ALIKE).then(|| gone.remove(best.0))
    }

    /// A row that says something else.
    fn row(&mut self, before: &Plain, after: &Plain, field: &Field, way: &Path, at: &Place) {
        let shape = &field.shape;
        let place = row_place(field, after, at);
        let name = row_name(field, after, self.names);
        if field.role != Some(Role::Settings) {
            return self.table(before, after, shape, way, &place.under(&name));
        }
        // Of a setting its value comes first, with its unit; all else about it stands below.
        let values = [before, after].map(|row| setting_in_words(shape, row, self.names));
        let of = |role| shape.with_role(role).map(|field| field.name.as_str());
        let (value, unit) = (of(Role::SettingValue), of(Role::SettingUnit));
        let strip = |row: &Plain| {
            let mut row = row.clone();
            [value, unit].into_iter().flatten().for_each(|name| row.put(name, None));
            row
        };
        if values[0] != values[1] {
            let way = value.map_or(way.clone(), |value| way.field(value));
            let [a, b] = values.map(|text| (!text.is_empty()).then_some(text));
            self.push(a, b, None, name.clone(), &way, &place);
            if let Some(last) = self.facts.last_mut() {
                last.is_setting = true;
            }
        }
        self.table(&strip(before), &strip(after), shape, way, &place.under(&name));
    }

    /// A row that came or went.
    fn whole_row(
        &mut self,
        before: Option<&Plain>,
        after: Option<&Plain>,
        field: &Field,
        way: &Path,
        at: &Place,
    ) {
        let Some(row) = after.or(before) else { return };
        let place = row_place(field, row, at);
        let name = row_name(field, row, self.names);
        let is_setting = field.role == Some(Role::Settings);
        let words = |row: &Plain| match is_setting {
            true => setting_in_words(&field.shape, row, self.names),
            false => in_words(Some(field), row, self.names),
        };
        let (a, b) = (before.map(words), after.map(words));
        self.push(a, b, None, name, way, &place);
        if let Some(last) = self.facts.last_mut() {
            last.is_setting = is_setting;
            if after.is_none() {
                last.anchor.clear();
            }
        }
    }

    fn order(&mut self, old: &[Plain], new: &[Plain], field: &Field, way: &Path, at: &Place) {
        let order = |rows: &[Plain]| {
            let names = rows.iter().map(|row| row_name(field, row, self.names));
            names.collect::<Vec<_>>().join(" → ")
        };
        let (before, after) = sides(Some(&order(old)), Some(&order(new)));
        self.facts.push(FactChange {
            way: way.to_string(),
            under: at.under.clone(),
            label: field.label.clone(),
            anchor: String::new(),
            sort: Sort::Moved,
            before,
            after,
            is_setting: false,
            is_review: false,
            is_long: true,
        });
    }
}

fn sides(before: Option<&str>, after: Option<&str>) -> (Vec<Piece>, Vec<Piece>) {
    let whole = |text: &str| vec![Piece { text: text.to_owned(), differs: true }];
    match (before, after) {
        (Some(before), Some(after)) => pieces(before, after),
        (before, after) => {
            (before.map(whole).unwrap_or_default(), after.map(whole).unwrap_or_default())
        }
    }
}

/// Returns what people call a row.
fn row_name(field: &Field, row: &Plain, names: &Names) -> String {
    let text = |field: &Field| row.get(&field.name).map(|it| in_words(Some(field), it, names));
    let shape = &field.shape;
    let named = [Role::SettingName, Role::StepText]
        .into_iter()
        .find_map(|role| shape.with_role(role).and_then(text));
    let keyed = || text(shape.get(field.row.as_deref()?)?);
    let required = || {
        let fields = shape.fields().iter().filter(|field| field.required).filter_map(text);
        let words: Vec<String> = fields.collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let name = named.or_else(keyed).or_else(required).unwrap_or_else(|| field.label.clone());
    markdown::excerpt(&name, 80)
}

fn row_place(field: &Field, row: &Plain, at: &Place) -> Place {
    let text = |role| row.get(&field.shape.with_role(role)?.name)?.as_text();
    let mut place = at.clone();
    match field.role {
        Some(Role::Settings) => {
            let group = text(Role::SettingGroup);
            let name = text(Role::SettingId).or(text(Role::SettingName)).unwrap_or_default();
            place.anchor = markdown::setting_anchor(group.unwrap_or_default(), name);
            place.under.extend(group.map(str::to_owned));
        }
        Some(Role::Steps) => {
            let id = match text(Role::StepId) {
                Some(id) => markdown::slug(id),
                None => markdown::step_name(text(Role::StepText).unwrap_or_default()),
            };
            place.anchor = markdown::step_anchor(&id);
        }
        _ => {
            let key = field.row.as_deref().and_then(|key| row.get(key)?.as_text());
            if let Some(key) = key {
                let name = field.name.replace('_', "-");
                place.anchor = format!("{name}.{}", markdown::slug(key));
            }
        }
    }
    place
}
