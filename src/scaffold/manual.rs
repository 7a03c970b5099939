//! Writes the manual of the kinds: which there are, and which fields each has.

mod json;

use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::kind::Kind;
use crate::schema::{Catalog, KindIx};

use super::sheet::{Sheet, Tone};
use super::template::example;
use super::words::{self, NARROWEST, WIDEST, wrap};
use crate::syntax::toml_value;
pub use json::json_of;

/// Returns the list of all kinds, by area, for a terminal of `width` columns.
pub fn list(catalog: &Catalog, width: usize) -> Sheet {
    let width = width.clamp(NARROWEST, WIDEST);
    let mut sheet = Sheet::default();
    let names = longest(catalog.kinds().iter().map(|kind| kind.name.as_str()));
    let folders = longest(catalog.kinds().iter().map(|kind| kind.plural.as_str())) + 1;
    for area in areas(catalog) {
        sheet.line(Tone::Heading, words::area_title(catalog, area));
        for kind in catalog.kinds().iter().filter(|kind| kind.area == area) {
            let folder = format!("{}/", kind.plural);
            let start = 2 + names + 2 + folders + 2;
            let mut lines = wrap(&kind.summary, width.saturating_sub(start).max(20)).into_iter();
            sheet.pieces([
                (Tone::Name, format!("  {:names$}", kind.name)),
                (Tone::Faint, format!("  {folder:folders$}  ")),
                (Tone::Plain, lines.next().unwrap_or_default()),
            ]);
            lines.for_each(|line| sheet.line(Tone::Plain, format!("{:start$}{line}", "")));
        }
        sheet.blank();
    }
    for line in [
        "The folders lie under records/. `clearjar kinds KIND` tells the fields of one,",
        "`clearjar new KIND ID` begins a record.",
    ] {
        sheet.line(Tone::Faint, line);
    }
    sheet
}

/// Returns the manual of one kind's fields, for a terminal of `width` columns.
pub fn manual(catalog: &Catalog, kind: KindIx, width: usize) -> Sheet {
    let kind = catalog.kind(kind);
    let width = width.clamp(NARROWEST, WIDEST);
    let names = longest(kind.shape.fields().iter().map(|field| field.name.as_str())).min(22);
    let mut page = Page { kind, width, names, sheet: Sheet::default(), done: Vec::new() };
    page.opening(catalog);
    for section in &kind.sections {
        // The title stands above all sections on the page, and so in none of them.
        let first = kind.shape.get(&kind.title).filter(|_| section.lead);
        let named = section.fields.iter().filter_map(|name| kind.shape.get(name));
        page.section(&section.title, first.into_iter().chain(named));
    }
    page.section("More", kind.shape.fields().iter());
    page.closing();
    page.sheet
}

struct Page<'a> {
    kind: &'a Kind,
    width: usize,
    /// Columns of the fields' names.
    names: usize,
    sheet: Sheet,
    /// Fields that have been told of.
    done: Vec<&'a str>,
}

impl<'a> Page<'a> {
    fn opening(&mut self, catalog: &Catalog) {
        let kind = self.kind;
        let place = format!(
            "  kind {}, folder {}, {}",
            kind.name,
            words::folder(&kind.plural),
            words::area_title(catalog, &kind.area)
        );
        self.sheet.pieces([(Tone::Heading, kind.label.clone()), (Tone::Faint, place)]);
        for line in wrap(&kind.summary, self.width) {
            self.sheet.line(Tone::Plain, line);
        }
        self.sheet.blank();
        self.sheet.pieces([
            (Tone::Name, "  *".to_owned()),
            (Tone::Faint, " a record cannot do without it    ".to_owned()),
            (Tone::Name, "+".to_owned()),
            (Tone::Faint, " asked for at a takeover".to_owned()),
        ]);
    }

    fn section(&mut self, title: &str, fields: impl Iterator<Item = &'a Field>) {
        let fields: Vec<&Field> =
            fields.filter(|field| !self.done.contains(&field.name.as_str())).collect();
        let Some(first) = fields.first() else { return };
        let shared = fields.iter().all(|field| field.only_for == first.only_for);
        let when = words::only_for(&first.only_for).filter(|_| shared);
        self.sheet.blank();
        let mut heading = vec![(Tone::Heading, title.to_owned())];
        if let Some(when) = &when {
            heading.push((Tone::Faint, format!("  only where {when}")));
        }
        self.sheet.pieces(heading);
        for field in fields {
            self.done.push(&field.name);
            self.field(field, 2, !shared);
        }
    }

    fn field(&mut self, field: &Field, indent: usize, tell_subtype: bool) {
        let mark = match (field.required, field.takeover) {
            (true, _) => '*',
            (_, true) => '+',
            _ => ' ',
        };
        let start = indent + 2 + self.names + 2;
        let room = self.width.saturating_sub(start).max(20);
        let mut takes = wrap(&takes(field, tell_subtype), room).into_iter();
        let first = takes.next().unwrap_or_default();
        let (names, name) = (self.names, &field.name);
        self.sheet.pieces([
            (Tone::Name, format!("{:indent$}{mark} {name:names$}  ", "")),
            (Tone::Plain, first),
        ]);
        for line in takes.chain(wrap(&field.help, room)) {
            self.sheet.line(Tone::Plain, format!("{:start$}{line}", ""));
        }
        if !field.is_table() {
            let example = toml_value(&example(field));
            for line in format!("{name} = {example}").lines() {
                self.sheet.line(Tone::Faint, format!("{:start$}{line}", ""));
            }
        }
        self.inner(&field.shape, indent + 4);
    }

    fn inner(&mut self, shape: &Shape, indent: usize) {
        for field in shape.fields() {
            self.field(field, indent, true);
        }
    }

    fn closing(&mut self) {
        let name = &self.kind.name;
        self.sheet.blank();
        self.sheet.line(Tone::Heading, "Beside the fields, any record may say");
        for (key, what) in [
            ("unknown = [\"field\"]", "what nobody knows"),
            ("not_applicable = { field = \"why\" }", "what there cannot be, and the reason"),
            ("formerly = [\"old-id\"]", "ids it had before"),
            ("audience = \"technical\"", "for whom: everyone, technical or restricted"),
            ("[custom]", "facts that have no field"),
            ("[[not_a_secret]]", "what looks like a secret in an attached file, and is none"),
        ] {
            self.sheet
                .pieces([(Tone::Faint, format!("    {key:36}  ")), (Tone::Plain, what.to_owned())]);
        }
        self.sheet.blank();
        self.sheet.line(
            Tone::Faint,
            format!("`clearjar new {name} ID` begins one; `clearjar kinds {name} --source` shows the kind's own file."),
        );
    }
}

/// Returns all that a field takes, in one line: its type, its words, its limits.
fn takes(field: &Field, tell_subtype: bool) -> String {
    let mut parts = vec![words::takes(field)];
    if field.takes(FieldType::Tables) {
        parts[0] = format!("tables, each with the header [[{}]]", field.name);
    } else if field.takes(FieldType::Table) {
        parts[0] = format!("table with the header [{}]", field.name);
    }
    if field.takes(FieldType::Choice) {
        let keys: Vec<String> = field.choices.iter().map(|choice| choice.key.clone()).collect();
        parts[0] = format!("{}: {}", parts[0], words::any_of(&keys));
    }
    match (field.min, field.max) {
        (Some(min), Some(max)) => parts.push(format!("{min} to {max}")),
        (Some(min), None) => parts.push(format!("at least {min}")),
        (None, Some(max)) => parts.push(format!("at most {max}")),
        (None, None) => {}
    }
    parts.extend(field.unit.as_ref().map(|unit| format!("in {unit}")));
    let when = words::only_for(&field.only_for).filter(|_| tell_subtype);
    parts.extend(when.map(|when| format!("only where {when}")));
    parts.join(", ")
}

/// Returns the areas that have kinds, in the order of the navigation; unknown ones last.
fn areas(catalog: &Catalog) -> Vec<&str> {
    let mut areas: Vec<&str> = Vec::new();
    let known = catalog.areas().iter().map(|area| area.id.as_str());
    let named = catalog.kinds().iter().map(|kind| kind.area.as_str());
    for area in known.chain(named) {
        let used = catalog.kinds().iter().any(|kind| kind.area == area);
        if used && !areas.contains(&area) {
            areas.push(area);
        }
    }
    areas
}

fn longest<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.map(|word| word.chars().count()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::{SourceFile, SourceTree};

    fn catalog() -> Catalog {
        schema::read(&SourceTree::default()).value
    }

    fn manual_of(text: &str) -> String {
        let file = SourceFile::text("kinds/own.toml", text);
        let catalog = schema::read(&SourceTree::new(vec![file])).value;
        let kind = catalog.by_name("autoclave").expect("the test declares it");
        manual(&catalog, kind, 80).plain()
    }

    #[test]
    fn every_kind_is_listed_once_with_its_folder() {
        let catalog = catalog();
        let text = list(&catalog, 100).plain();
        for kind in catalog.kinds() {
            let start = format!("\n  {} ", kind.name);
            assert_eq!(text.matches(&start).count(), 1, "{}", kind.name);
            assert!(text.contains(&format!(" {}/ ", kind.plural)), "{}", kind.name);
        }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let catalog = catalog();
        for width in [60, 80, 100] {
            let mut sheets = vec![list(&catalog, width)];
            sheets.extend(catalog.iter().map(|(ix, _)| manual(&catalog, ix, width)));
            for sheet in sheets {
                for line in sheet.lines() {
                    // Examples are TOML and keep their lines.
                    if line.iter().any(|piece| piece.tone == Tone::Faint) {
                        continue;
                    }
                    let text: String = line.iter().map(|piece| piece.text.as_str()).collect();
                    assert!(text.chars().count() <= width, "{width}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_field_is_told_with_its_type_its_limits_and_its_subtype() {
        let text = manual_of(
            "kind = \"autoclave\"\nlabel = \"Autoclave\"\nsummary = \"Cleans with steam.\"\n\
             [field.type]\ntype = \"choice\"\nchoices = { big = \"Big\", small = \"Small\" }\n\
             required = true\n[field.litres]\ntype = \"integer\"\nmin = 1\nmax = 90\nunit = \"l\"\n\
             help = \"How much goes in.\"\ntakeover = true\nexample = 20\n\
             [[subtype]]\nwhen = { type = [\"big\"] }\n\
             [subtype.field.door]\ntype = \"text\"\n",
        );
        assert!(text.contains("  * type "), "{text}");
        assert!(text.contains("choice: big or small"), "{text}");
        assert!(text.contains("  + litres "), "{text}");
        assert!(text.contains("whole number, 1 to 90, in l\n"), "{text}");
        assert!(text.contains("litres = 20"), "{text}");
        assert!(text.contains("text, only where type is big"), "{text}");
    }

    #[test]
    fn the_manual_as_json_names_every_field() {
        let catalog = catalog();
        let all: serde_json::Value = serde_json::from_str(&json_of(&catalog, None)).unwrap();
        let kinds = all.as_array().expect("a list of kinds");
        assert_eq!(kinds.len(), catalog.kinds().len());
        for (ix, kind) in catalog.iter() {
            let one: serde_json::Value =
                serde_json::from_str(&json_of(&catalog, Some(ix))).unwrap();
            let fields = one["fields"].as_array().expect("a list of fields");
            assert_eq!(fields.len(), kind.shape.fields().len(), "{}", kind.name);
        }
    }
}
