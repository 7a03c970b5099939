//! Reads CSV: any table, whatever its delimiter, encoding and the lines above its headers.

use csv::{ReaderBuilder, StringRecord, Terminator};

use super::foreign::Foreign;
use super::proposal::Harvest;
use super::table::mapping::Mapping;
use super::table::{self, CELL_BYTES, COLUMNS, Table};
use super::{Fit, Reader, Refused, Wishes};

/// The reader of tables as text.
pub struct Csv;

/// How many lines at the top are looked at for the headers.
const TOP: usize = 30;

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
        let is_other = matches!(first, None | Some('<' | '{' | '[')) || text.contains('\0');
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
    let visit =
        |visit: &mut dyn FnMut(usize, Result<&[&str], String>)| rows(&text.text, &shape, visit);
    let table = Table {
        file: file.name.clone(),
        sheet: None,
        headers: shape.headers.clone(),
        rows: &visit,
    };
    table::read(&table, name, wishes, harvest)
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
        reader(top, delimiter).into_records().take(TOP).map_while(Result::ok).collect();
    let mut best: Option<(usize, Shape)> = None;
    for (ix, record) in records.iter().enumerate() {
        let Some(headers) = headers_of(record) else { continue };
        let alike = records[ix + 1..].iter().filter(|row| row.len() == record.len()).count();
        let known = match Mapping::preset(&headers) {
            Some(_) => headers.len(),
            None => Mapping::of_devices().targets(&headers).iter().flatten().count(),
        };
        let score = known * 100 + alike * 2 + headers.len().min(50);
        // Of two as good the first: the second is a row that looks like headers.
        if best.as_ref().is_none_or(|(there, _)| score > *there) {
            best = Some((score, Shape { delimiter, headers, above: ix + 1 }));
        }
    }
    best
}

/// Returns a record as headers: several short names, none of them a number.
fn headers_of(record: &StringRecord) -> Option<Vec<String>> {
    let named = record.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_name = |cell: &str| {
        let cell = cell.trim();
        cell.len() <= 200 && (cell.is_empty() || cell.parse::<f64>().is_err())
    };
    if named < 2 || named * 2 < record.len() || !record.iter().all(is_name) {
        return None;
    }
    let mut headers: Vec<String> = Vec::new();
    for cell in record {
        let name = super::normal::one_line(cell);
        let name = if name.is_empty() { format!("column {}", headers.len() + 1) } else { name };
        let same = headers.iter().filter(|there| **there == name).count();
        // The second of two equal headers is another column, and says so.
        headers.push(if same == 0 { name } else { format!("{name} ({})", same + 1) });
    }
    Some(headers)
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    // Excel writes `sep=;` above everything where the delimiter is no comma.
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .terminator(Terminator::CRLF)
        .from_reader(text.as_bytes())
}

/// Gives every row below the headers.
fn rows(text: &str, shape: &Shape, visit: &mut dyn FnMut(usize, Result<&[&str], String>)) {
    let mut reader = reader(text, shape.delimiter);
    let mut record = StringRecord::new();
    let mut above = 0;
    let width = shape.headers.len();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) if above < shape.above => above += 1,
            Ok(true) => {
                let line = record.position().map_or(0, |place| place.line() as usize);
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
                let line = error.position().map_or(0, |place| place.line() as usize);
                visit(line, Err("it cannot be read as a row".to_owned()));
                return;
            }
        }
    }
}
