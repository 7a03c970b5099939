//! Writes tables as CSV (RFC 4180): one for each kind, and one for each sort of rows in it.
//!
//! A cell is never a formula: a spreadsheet takes text that begins with `=`, `+`, `-` or `@` for one, and
//! the records hold what devices, guests and tickets said. Such a text gets an apostrophe in front, as
//! OWASP advises against CSV injection; `--raw` leaves it off for programs.

use csv::{Terminator, WriterBuilder};

use super::columns::{Column, columns};
use super::{Cells, Facts, plain};
use crate::model::{NodeIx, Target};
use crate::record::value::Value;
use crate::schema::KindIx;
use crate::source::Spanned;

/// What spreadsheets know a file in UTF-8 by.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The columns for what a record says beside its fields.
const BESIDE: &[&str] = &[
    "record.retired",
    "record.audience",
    "record.unknown",
    "record.not_applicable",
    "record.custom",
    "record.formerly",
    "record.page",
    "record.file",
];

/// Returns the table of all records of a kind.
pub fn records(facts: &Facts<'_>, kind: KindIx, cells: Cells) -> Vec<u8> {
    let model = facts.model;
    let columns = columns(&model.catalog.kind(kind).shape);
    let mut table = Table::for_people(cells);
    let names = columns.iter().map(|column| column.name.as_str());
    table.head(["id"].into_iter().chain(names).chain(BESIDE.iter().copied()));
    for ix in model.of_kind(kind) {
        let node = model.node(*ix);
        table.cell(&node.id);
        for column in &columns {
            table.values(facts, column, &node.fields.at(&column.path));
        }
        beside(facts, *ix).iter().for_each(|cell| table.cell(cell));
        table.end_row();
    }
    table.into_bytes()
}

/// Returns the table of the rows in one field of all records of a kind, each with the id of its record.
pub fn rows(facts: &Facts<'_>, kind: KindIx, place: usize, cells: Cells) -> Vec<u8> {
    let model = facts.model;
    let field = &model.catalog.kind(kind).shape.fields()[place];
    let columns = columns(&field.shape);
    let mut table = Table::for_people(cells);
    table.head(["record.id"].into_iter().chain(columns.iter().map(|column| column.name.as_str())));
    for ix in model.of_kind(kind) {
        let node = model.node(*ix);
        for row in node.fields.get(place).map_or(&[][..], Value::rows) {
            let Some(fields) = row.value.as_table() else { continue };
            table.cell(&node.id);
            for column in &columns {
                table.values(facts, column, &fields.at(&column.path));
            }
            table.end_row();
        }
    }
    table.into_bytes()
}

/// Returns the cells for [`BESIDE`].
fn beside(facts: &Facts<'_>, ix: NodeIx) -> [String; 8] {
    let node = facts.model.node(ix);
    let envelope = &node.envelope;
    let listed = |texts: Vec<String>| texts.join(plain::BETWEEN);
    let names =
        |names: &[Spanned<String>]| listed(names.iter().map(|it| it.value.clone()).collect());
    let reasons = envelope.not_applicable.iter();
    let custom = envelope.custom.iter();
    [
        node.retired.to_string(),
        envelope.audience.name().to_owned(),
        names(&envelope.unknown),
        listed(reasons.map(|(field, reason)| format!("{}: {reason}", field.value)).collect()),
        listed(custom.map(|(label, it)| format!("{label}: {}", plain::scalar_text(it))).collect()),
        names(&envelope.formerly),
        facts.page_of(ix),
        facts.tree.get(node.file).map(|file| file.path.clone()).unwrap_or_default(),
    ]
}

/// A table that is being written.
pub struct Table {
    writer: csv::Writer<Vec<u8>>,
    cells: Cells,
}

impl Table {
    /// Returns one that people open by double-click.
    fn for_people(cells: Cells) -> Table {
        Table::after(BYTE_ORDER_MARK, cells)
    }

    /// Returns one that a program reads, for which a byte-order mark would be a part of the first name.
    pub fn for_programs(cells: Cells) -> Table {
        Table::after("", cells)
    }

    fn after(mark: &str, cells: Cells) -> Table {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .flexible(true)
            .from_writer(mark.as_bytes().to_vec());
        Table { writer, cells }
    }

    /// Writes the names of the columns.
    pub fn head<'h>(&mut self, names: impl IntoIterator<Item = &'h str>) {
        names.into_iter().for_each(|name| self.cell(name));
        self.end_row();
    }

    /// Writes a cell.
    pub fn cell(&mut self, text: &str) {
        let is_formula = self.cells == Cells::Safe && is_formula(text);
        let cell = match is_formula {
            true => self.writer.write_field(format!("'{text}")),
            false => self.writer.write_field(text),
        };
        cell.expect("memory takes every byte");
    }

    /// Ends a row.
    pub fn end_row(&mut self) {
        self.writer.write_record(None::<&[u8]>).expect("memory takes every byte");
    }

    fn values(
        &mut self,
        facts: &Facts<'_>,
        column: &Column<'_>,
        values: &[&Spanned<Value<Target>>],
    ) {
        match values {
            [] => self.cell(""),
            // A number is one, and never calculated with by itself.
            [only] if is_number(&only.value) => {
                let text = plain::text(facts.model, &only.value);
                self.writer.write_field(text).expect("memory takes every byte");
            }
            // Rows within rows keep their form.
            values if column.field.is_table() => {
                let rows: Vec<_> = values
                    .iter()
                    .map(|row| super::json::Shown {
                        model: facts.model,
                        field: column.field,
                        value: &row.value,
                    })
                    .collect();
                self.cell(&serde_json::to_string(&rows).expect("values can be written as JSON"));
            }
            values => {
                let texts: Vec<String> =
                    values.iter().map(|value| plain::text(facts.model, &value.value)).collect();
                self.cell(&texts.join(plain::BETWEEN));
            }
        }
    }

    /// Returns the file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().expect("memory takes every byte")
    }
}

fn is_number(value: &Value<Target>) -> bool {
    matches!(value, Value::Integer(_) | Value::Number(_) | Value::Percent(_))
}

/// Whether a spreadsheet would take a text for a formula, or do more with it than show it.
pub fn is_formula(text: &str) -> bool {
    // Some of them pass over blanks at the front.
    let text = text.trim_start_matches([' ', '\u{a0}']);
    text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: Cells, texts: &[&str]) -> String {
        let mut table = Table::for_programs(cells);
        table.head(texts.iter().copied());
        String::from_utf8(table.into_bytes()).unwrap()
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1 555 0100", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"] {
            assert!(written(Cells::Safe, &["a", text]).contains(&format!("'{text}")), "{text:?}");
            assert!(!written(Cells::Raw, &["a", text]).contains('\''), "{text:?}");
        }
        assert_eq!(written(Cells::Safe, &["a=1", "b"]), "a=1,b\r\n");
    }

    #[test]
    fn an_empty_table_of_one_column_keeps_its_rows() {
        assert_eq!(written(Cells::Safe, &[""]), "\"\"\r\n");
    }
}
