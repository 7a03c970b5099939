//! Reads CSV: any table, whatever its delimiter, encoding and the lines above its headers.

use csv::{Position, ReaderBuilder, StringRecord, Terminator};

use super::foreign::Foreign;
use super::proposal::Harvest;
use super::table::{self, CELL_BYTES, COLUMNS, Table, TakeRow, headers};
use super::{Fit, Reader, Refused, Wishes};
use crate::export::unguarded;

/// The reader of tables as text.
pub struct Csv;

const DELIMITERS: &[(u8, &str)] =
    &[(b',', "comma"), (b';', "semicolon"), (b'\t', "tab"), (b'|', "bar")];

impl Reader for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "CSV tables from RMM, PSA, asset and directory tools"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let text = file.head_text();
        let first = text.trim_start().chars().next();
        // With `!` begins the configuration of a switch.
        let is_other = matches!(first, None | Some('<' | '{' | '[' | '!')) || text.contains('\0');
        match is_other || shape(&text).is_none() {
            true => Fit::No,
            false => Fit::Perhaps,
        }
    }

    fn system(&self, files: &[Foreign], wishes: &Wishes<'_>) -> String {
        let Some(file) = files.first() else { return "table".to_owned() };
        let headers = shape(&file.head_text()).map(|shape| shape.headers).unwrap_or_default();
        table::name_of(&file.name, &headers, wishes)
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        for file in files {
            let name = self.system(std::slice::from_ref(file), wishes);
            read(file, &name, wishes, harvest)?;
        }
        Ok(())
    }
}

fn read(
    file: &Foreign,
    name: &str,
    wishes: &Wishes<'_>,
    harvest: &mut Harvest,
) -> Result<(), Refused> {
    let text = file.text()?;
    let top = text.text.get(..text.text.floor_char_boundary(64 * 1024)).unwrap_or_default();
    let Some(shape) = shape(top) else {
        return Err(Refused::new(format!(
            "`{}` has no row of headers that could be found",
            file.name
        ))
        .help("export it with a first row that names the columns"));
    };
    if shape.headers.len() > COLUMNS {
        return Err(Refused::new(format!(
            "`{}` has {} columns, and {COLUMNS} are read",
            file.name,
            shape.headers.len()
        ))
        .help("export the columns that matter"));
    }
    let delimiter = DELIMITERS.iter().find(|(byte, _)| *byte == shape.delimiter);
    let word = delimiter.map_or("comma", |(_, word)| word);
    harvest.note(format!("{}: {}, columns parted by {word}", file.name, text.encoding));
    let visit = |visit: &mut TakeRow<'_>| rows(&text.text, &shape, visit);
    let table = Table {
        file: file.name.clone(),
        sheet: None,
        headers: shape.headers.clone(),
        rows: &visit,
    };
    table::read(&table, name, wishes, harvest)
}

/// A table that is a part of an export: parted by commas, with the names of its columns in the first row.
pub struct Part<'t> {
    text: &'t str,
    shape: Shape,
}

impl<'t> Part<'t> {
    /// Returns the table in `text`, or nothing where its first row cannot be read.
    pub fn of(text: &'t str) -> Option<Part<'t>> {
        let first = reader(text, b',').into_records().next()?.ok()?;
        let headers: Vec<String> = first.iter().map(super::normal::one_line).collect();
        let shape = Shape { delimiter: b',', headers, above: 1 };
        (shape.headers.len() <= COLUMNS).then_some(Part { text, shape })
    }

    /// Returns the names of its columns.
    pub fn headers(&self) -> &[String] {
        &self.shape.headers
    }

    /// Gives every row, with the line it begins on.
    pub fn each(&self, visit: &mut TakeRow<'_>) {
        rows(self.text, &self.shape, &mut |line, cells| match cells {
            Ok(cells) => {
                let cells: Vec<&str> = cells.iter().copied().map(unguarded).collect();
                visit(line, Ok(&cells));
            }
            Err(reason) => visit(line, Err(reason)),
        });
    }
}

/// How a table is written.
#[derive(Clone, PartialEq, Debug)]
struct Shape {
    delimiter: u8,
    headers: Vec<String>,
    /// How many records stand above the rows, headers included.
    above: usize,
}

/// Finds the delimiter and the headers: the pair by which most of the first lines have as many columns
/// as the headers, and most headers are known.
fn shape(top: &str) -> Option<Shape> {
    DELIMITERS
        .iter()
        .rev()
        .filter_map(|(byte, _)| shape_with(top, *byte))
        .max_by_key(|one| one.0)
        .map(|one| one.1)
}

fn shape_with(top: &str, delimiter: u8) -> Option<(usize, Shape)> {
    let records: Vec<StringRecord> =
        reader(top, delimiter).into_records().take(headers::TOP).map_while(Result::ok).collect();
    let rows: Vec<Vec<&str>> = records.iter().map(|record| record.iter().collect()).collect();
    let found = headers::find(&rows)?;
    Some((found.score, Shape { delimiter, headers: found.headers, above: found.place + 1 }))
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .terminator(Terminator::CRLF)
        .from_reader(text.as_bytes())
}

/// Gives every row below the headers.
fn rows(text: &str, shape: &Shape, visit: &mut TakeRow<'_>) {
    let mut reader = reader(text, shape.delimiter);
    let mut record = StringRecord::new();
    let mut above = 0;
    let width = shape.headers.len();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) if above < shape.above => above += 1,
            Ok(true) => {
                let line = record.position().map_or(0, |place| line_of(text, place));
                // An unclosed quote swallows the rows behind it; they are one cell then.
                let long = record.iter().any(|cell| cell.len() > CELL_BYTES);
                if record.len() == 1 && record[0].trim().is_empty() {
                    continue;
                }
                if long {
                    let limit = crate::text::bytes_in_words(CELL_BYTES as u64);
                    visit(
                        line,
                        Err(format!("a cell is larger than {limit}: a quote may be missing")),
                    );
                } else if record.len() != width {
                    let cells = crate::text::plural(record.len(), "cell", "cells");
                    visit(line, Err(format!("{cells} where the headers are {width}")));
                } else {
                    let cells: Vec<&str> = record.iter().collect();
                    visit(line, Ok(&cells));
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, |place| line_of(text, place));
                visit(line, Err("it cannot be read as a row".to_owned()));
                return;
            }
        }
    }
}

/// Returns the line, from 1, on which a record begins: what the library takes for its beginning may be the
/// end of the line before, or empty lines.
fn line_of(text: &str, place: &Position) -> usize {
    let behind = text.as_bytes().iter().skip(place.byte() as usize);
    let ends = behind.take_while(|byte| matches!(byte, b'\r' | b'\n'));
    place.line() as usize + ends.filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_no_table() {
        let fit = |text: &str| Csv.fit(&Foreign::of_bytes("x.txt", text.as_bytes()));
        assert_eq!(fit("! ASA: 1666\n! a,b\nenable password x,y encrypted\n"), Fit::No);
        assert_eq!(fit("#TYPE Selected\r\n\"Name\",\"Serial\"\r\n\"a\",\"1\"\r\n"), Fit::Perhaps);
    }

    #[test]
    fn a_row_is_told_by_the_line_it_stands_on() {
        for end in ["\n", "\r\n"] {
            let lines =
                ["Report", "", "Name,Serial", "a,1", "", "\"b", "c\",2", "d,3,4", "", "", "e,5"];
            let text = lines.join(end);
            let shape = shape(&text).unwrap();
            let mut seen = Vec::new();
            rows(&text, &shape, &mut |line, cells| seen.push((line, cells.is_ok())));
            assert_eq!(seen, [(4, true), (6, true), (8, false), (11, true)], "{end:?}");
        }
    }
}
