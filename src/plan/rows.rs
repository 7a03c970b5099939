//! Lays out the rows of a list that is too long for one page, as data for the list's script.
//!
//! In: the rows of a list. Out: [`RowsFile`]s, which the render stage writes as scripts
//! beside the list: a page opened from a disk can read nothing else. Each is named by its digest, so
//! that no browser puts together rows of two builds, and an edit rewrites one of them.
//!
//! A column's values stand once in a file and rows refer to them by number: of 5,000 devices there
//! are a dozen makers.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::view::{ListRow, Shown};
use crate::diagnostic::clean;
use crate::digest::Digest;

/// How many rows a file holds: few files for a long list, and none that takes long to read.
pub const ROWS_PER_FILE: usize = 5000;

/// Rows of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsFile {
    /// Names the content: the file is `list.NAME.js` in the kind's folder.
    pub name: String,
    /// JSON: `words`, for each column its values; `rows`, for each the record's id, its name and the
    /// number of its value in each column, or -1; `retired`, the places of those out of use.
    ///
    /// A value is a text, a yes or no, or an array: text, address or 0, what it is sorted by or 0,
    /// and for a list the texts of its items.
    pub json: String,
}

/// Returns the file of some rows of a list; `ids` are those of their records.
pub fn file(rows: &[ListRow], ids: &[&str]) -> RowsFile {
    let columns = rows.first().map_or(0, |row| row.cells.len());
    let mut words: Vec<Words> = (0..columns).map(|_| Words::default()).collect();
    let lines: Vec<Json> = rows
        .iter()
        .zip(ids)
        .map(|(row, id)| {
            let mut line = vec![json!(id), text(&row.link.text)];
            for (words, cell) in words.iter_mut().zip(&row.cells) {
                line.push(json!(cell.as_ref().map_or(-1, |cell| words.place(value(cell)))));
            }
            Json::Array(line)
        })
        .collect();
    let retired: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| row.retired).map(|(at, _)| at).collect();
    let words: Vec<Vec<Json>> = words.into_iter().map(|words| words.values).collect();
    let json = json!({ "retired": retired, "rows": lines, "words": words }).to_string();
    RowsFile { name: Digest::of(json.as_bytes()).short(), json }
}

/// The values of a column, each once, in the order in which they were met.
#[derive(Default)]
struct Words {
    values: Vec<Json>,
    places: HashMap<String, i64>,
}

impl Words {
    fn place(&mut self, value: Json) -> i64 {
        let next = self.values.len() as i64;
        let place = *self.places.entry(value.to_string()).or_insert(next);
        if place == next {
            self.values.push(value);
        }
        place
    }
}

fn value(shown: &Shown) -> Json {
    match shown {
        Shown::Boolean { yes } => json!(yes),
        Shown::Number { text: number, unit, sort } => {
            let words =
                if unit.is_empty() { number.clone() } else { format!("{number}\u{a0}{unit}") };
            json!([text(&words), 0, sort.to_string()])
        }
        Shown::Date { day, .. } => json!([day.text, 0, day.iso]),
        Shown::Reference { link } => json!([text(&link.text), link.href]),
        Shown::External { text: words, href, .. } => json!([text(words), href]),
        Shown::File { file } => json!([text(&file.name), file.href]),
        Shown::List { items } => {
            let items: Vec<String> = items.iter().map(in_words).collect();
            json!([items.join(", "), 0, 0, items])
        }
        other => json!(in_words(other)),
    }
}

/// The words of a value. What a page spells out, since it cannot be seen, is a picture here.
fn in_words(shown: &Shown) -> String {
    let words = match shown {
        Shown::Text { text, .. } | Shown::Choice { text, .. } | Shown::Number { text, .. } => text,
        Shown::Reference { link } => &link.text,
        Shown::External { text, .. } => text,
        Shown::Date { day, .. } => &day.text,
        Shown::Code { code } => &code.text,
        Shown::Prose { prose } => &prose.source,
        Shown::File { file } => &file.name,
        Shown::Boolean { yes: true } => "yes",
        Shown::Boolean { yes: false } => "no",
        Shown::Table { facts } => {
            let words = facts.iter().filter_map(|fact| fact.value.as_ref()).map(in_words);
            return words.collect::<Vec<_>>().join(", ");
        }
        Shown::List { items } => {
            return items.iter().map(in_words).collect::<Vec<_>>().join(", ");
        }
    };
    clean::one_line(words.trim()).into_owned()
}

fn text(words: &str) -> Json {
    Json::String(clean::one_line(words).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::view::Link;

    fn text_cell(text: &str) -> Option<Shown> {
        Some(Shown::Text { text: text.to_owned(), copy: false, lines: false })
    }

    fn row(name: &str, cells: Vec<Option<Shown>>) -> ListRow {
        let link = Link {
            text: name.to_owned(),
            href: String::new(),
            icon: String::new(),
            detail: String::new(),
        };
        ListRow { link, group: String::new(), site: String::new(), retired: name == "Old", cells }
    }

    #[test]
    fn a_value_stands_once_and_rows_refer_to_it() {
        let rows = [
            row("A", vec![text_cell("Switch"), None]),
            row("Old", vec![text_cell("Router"), Some(Shown::Boolean { yes: true })]),
            row("C", vec![text_cell("Switch"), None]),
        ];
        let file = file(&rows, &["a", "old", "c"]);
        assert_eq!(
            file.json,
            r#"{"retired":[1],"rows":[["a","A",0,-1],["old","Old",1,0],["c","C",0,-1]],"words":[["Switch","Router"],[true]]}"#
        );
        assert_eq!(file.name.len(), 10);
    }

    #[test]
    fn a_list_keeps_its_items_and_a_number_what_it_is_sorted_by() {
        let items = [text_cell("DNS"), text_cell("DHCP")].into_iter().flatten().collect();
        let number = Shown::Number { text: "1,200".to_owned(), unit: "W".to_owned(), sort: 1200.0 };
        assert_eq!(
            value(&Shown::List { items }).to_string(),
            r#"["DNS, DHCP",0,0,["DNS","DHCP"]]"#
        );
        assert_eq!(value(&number).to_string(), "[\"1,200\u{a0}W\",0,\"1200\"]");
    }

    #[test]
    fn what_turns_the_reading_direction_becomes_a_picture() {
        assert_eq!(text("a\u{202e}b"), json!("a\u{fffd}b"));
    }
}
