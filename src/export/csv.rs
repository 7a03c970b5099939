//! Writes tables as CSV (RFC 4180): one for each kind, and one for each sort of rows in it.
//!
//! A cell is never a formula: a spreadsheet takes text that begins with `=`, `+`, `-` or `@` for one, and
//! the records hold what devices, guests and tickets said. Such a text gets an apostrophe in front, as
//! OWASP advises against CSV injection; `--raw` leaves it off for programs.

use std::sync::Arc;

use csv::{Terminator, WriterBuilder};

use super::columns::{Column, columns};
use super::pieces::Pieces;
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

/// Makes the table of all records of a kind.
pub fn records<'a>(facts: Facts<'a>, kind: KindIx, cells: Cells, pieces: &mut Pieces<'a>) {
    let model = facts.model;
    let columns = Arc::new(columns(&model.catalog.kind(kind).shape));
    let names = columns.iter().map(|column| column.name.as_str());
    let head = ["id"].into_iter().chain(names).chain(BESIDE.iter().copied());
    let head = Table::headed(Readers::People, cells, head);
    pieces.whole(move |file| file.extend_from_slice(&head));
    pieces.records(&facts, model.of_kind(kind), move |records, _, file| {
        let mut table = Table::new(cells, file);
        for ix in records {
            let node = model.node(*ix);
            table.cell(&node.id);
            for column in &*columns {
                table.values(&facts, column, &node.fields.at(&column.path));
            }
            beside(&facts, *ix).iter().for_each(|cell| table.cell(cell));
            table.end_row();
        }
    });
}

/// Makes the table of the rows in one field of all records of a kind, each with the id of its record.
pub fn rows<'a>(
    facts: Facts<'a>,
    kind: KindIx,
    place: usize,
    cells: Cells,
    pieces: &mut Pieces<'a>,
) {
    let model = facts.model;
    let field = &model.catalog.kind(kind).shape.fields()[place];
    let columns = Arc::new(columns(&field.shape));
    let names = columns.iter().map(|column| column.name.as_str());
    let head = Table::headed(Readers::People, cells, ["record.id"].into_iter().chain(names));
    pieces.whole(move |file| file.extend_from_slice(&head));
    pieces.records(&facts, model.of_kind(kind), move |records, _, file| {
        let mut table = Table::new(cells, file);
        for ix in records {
            let node = model.node(*ix);
            for row in node.fields.get(place).map_or(&[][..], Value::rows) {
                let Some(fields) = row.value.as_table() else { continue };
                table.cell(&node.id);
                for column in &*columns {
                    table.values(&facts, column, &fields.at(&column.path));
                }
                table.end_row();
            }
        }
    });
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

/// Who opens a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Readers {
    /// People, by double-click.
    People,
    /// Programs, for which a byte-order mark would be a part of the first name.
    Programs,
}

/// A table that is being written.
pub struct Table<'f> {
    writer: csv::Writer<&'f mut Vec<u8>>,
    cells: Cells,
}

impl<'f> Table<'f> {
    /// Returns one whose rows are added to `file`.
    pub fn new(cells: Cells, file: &'f mut Vec<u8>) -> Table<'f> {
        let writer =
            WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(file);
        Table { writer, cells }
    }

    /// Returns a table of which only the names of its columns are written.
    pub fn headed<'h>(
        readers: Readers,
        cells: Cells,
        names: impl IntoIterator<Item = &'h str>,
    ) -> Vec<u8> {
        let mark = if readers == Readers::People { BYTE_ORDER_MARK } else { "" };
        let mut file = mark.as_bytes().to_vec();
        let mut table = Table::new(cells, &mut file);
        names.into_iter().for_each(|name| table.cell(name));
        table.end_row();
        drop(table);
        file
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
}

fn is_number(value: &Value<Target>) -> bool {
    matches!(value, Value::Integer(_) | Value::Number(_) | Value::Percent(_))
}

/// Whether a spreadsheet would take a text for a formula, or do more with it than show it; and whether it
/// looks like one that has its apostrophe already, which has to get one more to come back as it was.
pub fn is_formula(text: &str) -> bool {
    // Some of them pass over blanks at the front.
    let text = text.trim_start_matches([' ', '\u{a0}', '\'']);
    text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

/// Returns a cell without the apostrophe that was put in front of it.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula(text)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: Cells, texts: &[&str]) -> String {
        let table = Table::headed(Readers::Programs, cells, texts.iter().copied());
        String::from_utf8(table).unwrap()
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
    fn the_apostrophe_in_front_is_taken_off_again() {
        for text in ["=1+1", "'=1+1", "''-", "+1 555 0100", "'tis", "'", "", "a=1", " '@x"] {
            let cell = if is_formula(text) { format!("'{text}") } else { text.to_owned() };
            assert_eq!(unguarded(&cell), text);
        }
    }

    #[test]
    fn an_empty_table_of_one_column_keeps_its_rows() {
        assert_eq!(written(Cells::Safe, &[""]), "\"\"\r\n");
    }
}
