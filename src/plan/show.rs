//! Turns values of records into what a template shows.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::route::Routes;
use super::view::{Attachment, Code, Day, Fact, Grid, GridRow, Prose, ProseTarget, Shown, Sought};
use crate::drawing::Tone;
use crate::model::{Anchor, Model, Node, NodeIx, Target, anchors};
use crate::record::value::{Fields, Value};
use crate::schema::builtin;
use crate::schema::field::{Field, FieldType, Shape};
use crate::schema::kind::Kind;
use crate::schema::role::Role;
use crate::source::{SourceTree, Spanned};
use crate::text;

/// Files longer than this are linked and not shown.
const MOST_SHOWN: u64 = 200 * 1024;

/// What it takes to show the values of one record on one page.
pub struct Shower<'a> {
    /// All records.
    pub model: &'a Model,
    /// All files.
    pub tree: &'a SourceTree,
    /// All addresses.
    pub routes: &'a Routes<'a>,
    /// The way from the page to the root.
    pub root: &'static str,
    /// The day.
    pub today: Date,
}

impl<'a> Shower<'a> {
    /// Shows the value of a field of `node`.
    pub fn value(&self, node: &Node, field: &Field, value: &Spanned<Value<Target>>) -> Shown {
        match &value.value {
            Value::Markdown(text) => Shown::Prose { prose: self.prose(node, field, text) },
            Value::Code(text) => Shown::Code {
                code: Code {
                    text: text.clone(),
                    language: field.language.clone().unwrap_or_default(),
                },
            },
            Value::Integer(number) => number_of(number.to_string(), *number as f64, field),
            Value::Number(number) => number_of(number.to_string(), *number, field),
            Value::Percent(number) => {
                Shown::Number { text: number.to_string(), unit: "%".to_owned(), sort: *number }
            }
            Value::Money(money) => Shown::Number {
                text: money.amount.clone(),
                unit: money.currency.clone(),
                sort: money.amount.parse().unwrap_or_default(),
            },
            Value::Duration(duration) => Shown::Number {
                text: duration.in_words(),
                unit: String::new(),
                sort: duration.in_minutes() as f64,
            },
            Value::Boolean(yes) => Shown::Boolean { yes: *yes },
            Value::Choice(key) => Shown::Choice {
                key: key.clone(),
                text: field.choice_label(key).to_owned(),
                party: party(field, key),
            },
            Value::Date(date) => {
                Shown::Date { day: self.day(*date), tone: self.tone(field, *date) }
            }
            Value::Reference(target) => {
                Shown::Reference { link: self.routes.target(self.root, target) }
            }
            Value::Url(url) => external(shorten(url), url.clone(), "url"),
            Value::Email(address) => external(address, format!("mailto:{address}"), "email"),
            Value::Phone(number) => external(number, phone_href(number), "phone"),
            Value::File(path) => match self.attachment(path) {
                Some(file) => Shown::File { file },
                None => text_of(path.clone(), false),
            },
            Value::Table(fields) => {
                Shown::Table { facts: self.facts_of(node, &field.shape, fields) }
            }
            Value::List(items) => Shown::List {
                items: items.iter().map(|item| self.value(node, field, item)).collect(),
            },
            Value::Ip(_)
            | Value::Prefix(_)
            | Value::Interface(_)
            | Value::Mac(_)
            | Value::Hostname(_) => text_of(value.value.in_words(&|_| String::new()), true),
            other => {
                let is_read_off = field.role == Some(Role::Identifier);
                text_of(other.in_words(&|_| String::new()), is_read_off)
            }
        }
    }

    /// Shows the facts of a table, without those that are not given.
    pub fn facts_of(&self, node: &Node, shape: &Shape, fields: &Fields<Target>) -> Vec<Fact> {
        fields
            .iter()
            .map(|(place, value)| {
                let field = &shape.fields()[place];
                given(field, self.value(node, field, value))
            })
            .collect()
    }

    /// Shows a list of tables as a table, with the columns that have a value anywhere.
    pub fn grid(&self, node: &Node, field: &Field, value: &Spanned<Value<Target>>) -> Grid {
        let rows: Vec<&Fields<Target>> =
            Value::rows(value).iter().filter_map(|row| row.value.as_table()).collect();
        let columns: Vec<usize> = (0..field.shape.fields().len())
            .filter(|place| rows.iter().any(|row| row.get(*place).is_some()))
            .collect();
        let key = field.row.as_deref().and_then(|key| field.shape.index(key));
        Grid {
            name: field.name.clone(),
            title: field.label.clone(),
            help: field.help.clone(),
            columns: columns
                .iter()
                .map(|place| field.shape.fields()[*place].label.clone())
                .collect(),
            sought: columns.iter().map(|place| sought(&field.shape.fields()[*place])).collect(),
            rows: rows
                .iter()
                .map(|row| GridRow {
                    anchor: key
                        .and_then(|key| row.get(key)?.value.as_text())
                        .map(|key| anchors::row(field, key))
                        .unwrap_or_default(),
                    cells: columns
                        .iter()
                        .map(|place| {
                            let inner = &field.shape.fields()[*place];
                            row.get(*place).map(|value| self.value(node, inner, value))
                        })
                        .collect(),
                })
                .collect(),
        }
    }

    /// Returns prose with the links of its record resolved.
    pub fn prose(&self, node: &Node, field: &Field, source: &str) -> Prose {
        let kind = self.model.catalog.kind(node.kind);
        let links = if source.contains("[[") || source.contains("files/") {
            self.prose_links(node, source)
        } else {
            BTreeMap::new()
        };
        Prose {
            source: source.to_owned(),
            links,
            prefix: anchors::heading_prefix(kind, field),
            heading: 3,
            steps: anchors::has_steps(kind, node, field),
        }
    }

    fn prose_links(&self, node: &Node, source: &str) -> BTreeMap<String, ProseTarget> {
        let mut links = BTreeMap::new();
        for (written, link) in &node.links {
            if !source.contains(written.as_str()) {
                continue;
            }
            let mut target = self.routes.link(self.root, link.node);
            if let Anchor::Id(id) = &link.anchor {
                target.href = format!("{}#{id}", target.href);
            }
            links.insert(written.clone(), ProseTarget { href: target.href, title: target.text });
        }
        for file in &node.prose_files {
            if let Some(route) = self.routes.files.get(&file.value) {
                let href = format!("{}{route}", self.root);
                let title = file.value.rsplit('/').next().unwrap_or_default().to_owned();
                links.insert(file.value.clone(), ProseTarget { href, title });
            }
        }
        links
    }

    /// Returns a day as a date and in words.
    pub fn day(&self, date: Date) -> Day {
        day(date, self.today)
    }

    fn tone(&self, field: &Field, date: Date) -> &'static str {
        if !matches!(field.role, Some(Role::Expires | Role::Due)) {
            return "plain";
        }
        let warn = field
            .warn_before
            .unwrap_or(crate::schema::field::Duration { days: 30, ..Default::default() });
        match date {
            past if past < self.today => "bad",
            soon if warn.before(soon) <= self.today => "warn",
            _ => "plain",
        }
    }

    /// Returns a file of the runbook as it is on the site.
    pub fn attachment(&self, path: &str) -> Option<Attachment> {
        let route = self.routes.files.get(path)?;
        let file = self.tree.at(path)?;
        // Which language it is in is guessed from the path and the text when it is coloured.
        let code = file
            .as_text()
            .filter(|_| file.len <= MOST_SHOWN)
            .map(|text| Code { text: text.to_owned(), language: String::new() });
        let extension = file.extension().to_lowercase();
        Some(Attachment {
            name: file.name().to_owned(),
            path: path.to_owned(),
            href: format!("{}{route}", self.root),
            size: text::bytes_in_words(file.len),
            sha256: file.digest.to_string(),
            code: code.filter(|_| extension != "svg"),
            picture: matches!(extension.as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg"),
        })
    }

    /// Returns what stands beneath a record's name: its kind's pattern, filled in.
    pub fn subtitle(&self, ix: NodeIx) -> String {
        let kind = self.model.kind_of(ix);
        let Some(pattern) = &kind.subtitle else { return String::new() };
        let mut text = String::new();
        let mut rest = pattern.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            text.push_str(before);
            let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
            text.push_str(&self.words(ix, kind, name));
            rest = after;
        }
        text.push_str(rest);
        // A pattern whose parts are missing leaves gaps and stray separators.
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .trim_matches(|c: char| c.is_whitespace() || "·,–-/".contains(c))
            .to_owned()
    }

    fn words(&self, ix: NodeIx, kind: &Kind, name: &str) -> String {
        let Some(value) = self.model.at(ix, name) else { return String::new() };
        let field = kind.shape.at_path(name);
        match (&value.value, field) {
            (Value::Choice(key), Some(field)) => field.choice_label(key).to_owned(),
            (value, _) => {
                value.in_words(&|target: &Target| self.model.node(target.node).name.clone())
            }
        }
    }

    /// Returns in which colours a record is drawn.
    pub fn colours(&self, ix: NodeIx) -> Tone {
        let kind = &self.model.kind_of(ix).name;
        let word = self.model.value(ix, Role::Tier).and_then(|value| value.value.as_text());
        let is_of = |sort: &&builtin::TierSort| match word {
            Some(word) => sort.types.iter().any(|it| it == word),
            None => sort.kinds.contains(kind),
        };
        builtin::tiers().sorts.iter().find(is_of).map_or(Tone::Plain, |sort| sort.tone)
    }

    /// Returns what sort of thing a record is, in the words of its type or of its kind.
    pub fn sort(&self, ix: NodeIx) -> String {
        let kind = self.model.kind_of(ix);
        let word = self.model.value(ix, Role::Tier).and_then(|value| value.value.as_text());
        let said = kind.field_with(Role::Tier).zip(word);
        said.map_or_else(|| kind.label.clone(), |(field, word)| field.choice_label(word).to_owned())
    }

    /// Shows every value of a record in fields with this role.
    pub fn role(&self, ix: NodeIx, role: Role) -> Vec<Shown> {
        let node = self.model.node(ix);
        let kind = self.model.catalog.kind(node.kind);
        let mut shown = Vec::new();
        for path in kind.paths(role) {
            let field = kind.field_at(path);
            shown.extend(node.fields.at(path).into_iter().map(|v| self.value(node, field, v)));
        }
        shown
    }
}

/// Returns a given fact.
pub fn given(field: &Field, value: Shown) -> Fact {
    let wide = matches!(value, Shown::Prose { .. } | Shown::Code { .. } | Shown::Table { .. })
        || field.types == [FieldType::Markdown];
    Fact {
        name: field.name.clone(),
        label: field.label.clone(),
        state: "given",
        reason: String::new(),
        value: Some(value),
        wide,
        sought: sought(field),
    }
}

fn sought(field: &Field) -> Sought {
    Sought { weight: field.search, identifier: field.role == Some(Role::Identifier) }
}

/// Returns a day as a date and in words, seen from `today`.
pub fn day(date: Date, today: Date) -> Day {
    let days = (date - today).get_days();
    Day {
        iso: date.to_string(),
        text: date.strftime("%-d %b %Y").to_string(),
        relative: text::words_of_days(i64::from(days)),
    }
}

fn number_of(text: String, sort: f64, field: &Field) -> Shown {
    Shown::Number { text, unit: field.unit.clone().unwrap_or_default(), sort }
}

/// Returns a line of text, or several.
pub fn text_of(text: String, copy: bool) -> Shown {
    let lines = text.trim_end().contains('\n');
    Shown::Text { text, copy, lines }
}

/// Returns whose a choice says something is.
fn party(field: &Field, key: &str) -> &'static str {
    if !matches!(field.role, Some(Role::Owner | Role::Ownership)) {
        return "";
    }
    match key {
        "client" | "bought" => "client",
        "provider" => "provider",
        "third-party" | "leased" => "third",
        _ => "",
    }
}

fn external(text: &str, href: String, form: &'static str) -> Shown {
    Shown::External { text: text.to_owned(), href, form }
}

/// Drops the scheme and a lone closing slash, which nobody reads.
fn shorten(url: &str) -> &str {
    let bare = url.strip_prefix("https://").unwrap_or(url);
    bare.strip_suffix('/').filter(|rest| !rest.contains('/')).unwrap_or(bare)
}

/// Returns a `tel:` address (RFC 3966): digits and a leading plus, the extension behind `;ext=`.
fn phone_href(number: &str) -> String {
    let split = number.find(|c: char| c.is_ascii_alphabetic() || c == ';');
    let (main, extension) = number.split_at(split.unwrap_or(number.len()));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let plus = if main.trim_start().starts_with('+') { "+" } else { "" };
    match digits(extension).as_str() {
        "" => format!("tel:{plus}{}", digits(main)),
        extension => format!("tel:{plus}{};ext={extension}", digits(main)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_and_addresses_are_made_to_be_used() {
        assert_eq!(phone_href("+1 (555) 010-0199 x12"), "tel:+15550100199;ext=12");
        assert_eq!(phone_href("911"), "tel:911");
        assert_eq!(shorten("https://portal.example.com/"), "portal.example.com");
        assert_eq!(shorten("https://a.example/b/"), "a.example/b/");
    }
}
