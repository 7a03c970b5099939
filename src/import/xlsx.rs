//! Reads XLSX workbooks: one sheet, as a table like any other.
//!
//! Cells give what they show: a formula its last result, a day as a day. The workbook is measured
//! before the library opens it, so that no packed size, no count in a header and no cell at the far
//! corner of a sheet can ask for more memory than the text that is there.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, XlsxError};

use super::bounded::zip::{Archive, Member};
use super::foreign::{Foreign, Seekable};
use super::proposal::{Harvest, Origin};
use super::table::{self, CELL_BYTES, COLUMNS, ROWS, Table, TakeRow, headers};
use super::{Fit, Reader, Refused, Wishes};
use crate::text::{bytes_in_words, list_of, nearest};

/// The reader of workbooks.
pub struct Xlsx;

/// Bytes of a sheet, unpacked; it is read cell by cell.
pub const SHEET_BYTES: u64 = 1024 * 1024 * 1024;

/// Bytes of the other parts, unpacked; they are held in memory.
pub const PART_BYTES: u64 = 128 * 1024 * 1024;

/// How many cells of a sheet may have something in them.
pub const CELLS: usize = 10_000_000;

/// Bytes of text in all cells together.
pub const TEXT_BYTES: usize = 512 * 1024 * 1024;

type Workbook = calamine::Xlsx<Box<dyn Seekable>>;

impl Reader for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn about(&self) -> &'static str {
        "Excel workbooks (.xlsx)"
    }

    fn fit(&self, file: &Foreign) -> Fit {
        let is_workbook = file.head.starts_with(b"PK")
            && Archive::open(file).is_ok_and(|archive| archive.member("xl/workbook.xml").is_some());
        if is_workbook { Fit::Sure } else { Fit::No }
    }

    fn system(&self, files: &[Foreign], wishes: &Wishes<'_>) -> String {
        let Some(file) = files.first() else { return "table".to_owned() };
        let sheet = open(file).and_then(|mut workbook| choose(&mut workbook, file, wishes.sheet));
        let headers = sheet.map(|sheet| sheet.found.headers).unwrap_or_default();
        table::name_of(&file.name, &headers, wishes)
    }

    fn read(
        &self,
        files: &[Foreign],
        wishes: &Wishes<'_>,
        harvest: &mut Harvest,
    ) -> Result<(), Refused> {
        files.iter().try_for_each(|file| read(file, wishes, harvest))
    }
}

fn read(file: &Foreign, wishes: &Wishes<'_>, harvest: &mut Harvest) -> Result<(), Refused> {
    let mut workbook = open(file)?;
    let sheet = choose(&mut workbook, file, wishes.sheet)?;
    let name = table::name_of(&file.name, &sheet.found.headers, wishes);
    let cells = guarded(file, || Cells::read(&mut workbook, &sheet.name, ROWS + headers::TOP))?;
    harvest.note(format!("{}: sheet {}{}", file.name, sheet.name, beside(&sheet.others)));
    if cells.is_cut {
        let reason =
            format!("sheet {}: more than {ROWS} rows; what follows is left out", sheet.name);
        harvest.skip(Origin::whole(&file.name), reason);
    }
    let width = sheet.found.headers.len();
    let visit = |visit: &mut TakeRow<'_>| {
        for (number, row) in cells.rows.range(sheet.first..) {
            match row.spread(width) {
                Ok(cells) => visit(*number as usize + 1, Ok(&cells)),
                Err(reason) => visit(*number as usize + 1, Err(reason)),
            }
        }
    };
    let table = Table {
        file: file.name.clone(),
        sheet: Some(sheet.name.clone()),
        headers: sheet.found.headers.clone(),
        rows: &visit,
    };
    table::read(&table, &name, wishes, harvest)
}

/// Tells which other sheets there are.
fn beside(others: &[String]) -> String {
    let names: Vec<&str> = others.iter().take(10).map(String::as_str).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!("; `--sheet NAME` reads another: {}", list_of(names, "or")),
    }
}

/// Opens a workbook, once it is known to be of a bearable size.
fn open(file: &Foreign) -> Result<Workbook, Refused> {
    let mut archive = Archive::open(file)?;
    if let Some((part, why)) = archive.left_out.first() {
        return Err(damaged(file, &format!("of its part `{part}` {why}")));
    }
    for member in archive.members.clone() {
        measure(&mut archive, &member)
            .map_err(|why| damaged(file, &format!("of its part `{}` {why}", member.path)))?;
    }
    drop(archive);
    let reader = file.seekable()?;
    guarded(file, || Workbook::new(reader).map_err(|error| told(&error)))
}

/// Makes sure that a part of a workbook is of a bearable size; pictures and macros are never read.
fn measure(archive: &mut Archive, member: &Member) -> Result<(), String> {
    let path = member.path.to_ascii_lowercase();
    if !path.ends_with(".xml") && !path.ends_with(".rels") {
        return Ok(());
    }
    if path.ends_with("sharedstrings.xml") {
        return count_of_strings(&archive.read(member, PART_BYTES)?);
    }
    archive.measure(member, if path.contains("/worksheets/") { SHEET_BYTES } else { PART_BYTES })
}

/// Makes sure that a list of texts does not say that it is longer than it can be: room is made for as
/// many as it says.
fn count_of_strings(bytes: &[u8]) -> Result<(), String> {
    const NAME: &[u8] = b"uniqueCount";
    for at in places(bytes, NAME) {
        let behind = bytes[at + NAME.len()..].iter();
        let digits: String = behind
            .skip_while(|byte| matches!(byte, b'=' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n'))
            .take_while(|byte| byte.is_ascii_digit())
            .take(30)
            .map(|byte| char::from(*byte))
            .collect();
        let is_real = digits.parse().is_ok_and(|count: usize| count <= bytes.len());
        if !is_real && !digits.is_empty() {
            return Err("says that it holds more texts than there is room for".to_owned());
        }
    }
    Ok(())
}

/// Returns where `wanted` stands in `bytes`.
fn places<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let starts = (0..bytes.len().saturating_sub(wanted.len())).filter(|at| bytes[*at] == wanted[0]);
    starts.filter(|at| bytes[*at..].starts_with(wanted))
}

fn damaged(file: &Foreign, why: &str) -> Refused {
    Refused::new(format!("the workbook `{}` cannot be read: {why}", file.name))
        .help("open it in the program that made it and save it once more, or save it as CSV")
}

thread_local! {
    /// Whether a panic of this thread is caught and told in words of our own.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics that are caught from printing lines that nobody can do anything with; others are told as
/// ever.
fn quieten() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |told| {
            if !IS_GUARDED.get() {
                usual(told);
            }
        }));
    });
}

/// Runs code of the library, of which a damaged file must not end the program.
fn guarded<T>(file: &Foreign, run: impl FnOnce() -> Result<T, String>) -> Result<T, Refused> {
    quieten();
    let before = IS_GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    IS_GUARDED.set(before);
    match result {
        Ok(result) => result.map_err(|why| damaged(file, &why)),
        Err(_) => Err(damaged(file, "it is damaged")),
    }
}

fn told(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => "it is under a password".to_owned(),
        XlsxError::Io(_) | XlsxError::Zip(_) => "it is damaged or cut off".to_owned(),
        XlsxError::XmlEof(_) => "a part of it is cut off".to_owned(),
        _ => "it is damaged".to_owned(),
    }
}

/// The sheet that is read.
struct Sheet {
    name: String,
    found: headers::Found,
    /// The number of the first row below the headers, from 0.
    first: u32,
    /// The other sheets that can be seen.
    others: Vec<String>,
}

/// Returns the sheet that is called `wanted`; without a name the one whose headers say most.
fn choose(workbook: &mut Workbook, file: &Foreign, wanted: Option<&str>) -> Result<Sheet, Refused> {
    let sheets: Vec<_> = workbook.sheets_metadata().to_vec();
    let is_table = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let all: Vec<String> = sheets.iter().filter(is_table).map(|sheet| sheet.name.clone()).collect();
    let visible = sheets.iter().filter(is_table).filter(|one| one.visible == SheetVisible::Visible);
    let visible: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let candidates = match wanted {
        Some(wanted) => vec![named(&all, wanted, file)?],
        None => visible.clone(),
    };
    let (mut best, mut unreadable): (Option<Sheet>, Option<Refused>) = (None, None);
    for name in candidates {
        let top = match guarded(file, || Cells::read(workbook, &name, headers::TOP)) {
            Ok(top) => top,
            Err(refused) => {
                unreadable = Some(refused);
                continue;
            }
        };
        let Some((found, first)) = top.headers() else { continue };
        if best.as_ref().is_none_or(|best| found.score > best.found.score) {
            best = Some(Sheet { name, found, first, others: Vec::new() });
        }
    }
    let Some(mut sheet) = best else {
        if let Some(refused) = unreadable {
            return Err(refused);
        }
        let names: Vec<&str> = all.iter().take(20).map(String::as_str).collect();
        let where_ = wanted.map_or_else(
            || format!("in its sheets {}", list_of(&names, "and")),
            |name| format!("in its sheet {name}"),
        );
        return Err(Refused::new(format!(
            "`{}` has no row of headers that could be found {where_}",
            file.name
        ))
        .help("put a first row above the table that names the columns"));
    };
    sheet.others = visible.into_iter().filter(|name| *name != sheet.name).collect();
    Ok(sheet)
}

/// Returns the sheet that people call `wanted`.
fn named(all: &[String], wanted: &str, file: &Foreign) -> Result<String, Refused> {
    let is_it = |name: &&String| name.trim().to_lowercase() == wanted.trim().to_lowercase();
    all.iter().find(is_it).cloned().ok_or_else(|| {
        let names: Vec<&str> = all.iter().take(20).map(String::as_str).collect();
        let refused = Refused::new(format!("`{}` has no sheet called `{wanted}`", file.name));
        match nearest(wanted, names.iter().copied()) {
            Some(near) => refused.help(format!("did you mean `{near}`?")),
            None => refused.help(format!("it has {}", list_of(&names, "and"))),
        }
    })
}

/// The cells of a sheet that say something, by row.
#[derive(Default)]
struct Cells {
    rows: BTreeMap<u32, Sparse>,
    /// Whether there are more rows than were asked for.
    is_cut: bool,
}

/// The cells of a row, by column.
#[derive(Default)]
struct Sparse(Vec<(u32, Box<str>)>);

impl Cells {
    /// Reads a sheet, up to `most` rows that have anything in them.
    fn read(workbook: &mut Workbook, sheet: &str, most: usize) -> Result<Cells, String> {
        let mut reader = workbook.worksheet_cells_reader(sheet).map_err(|error| told(&error))?;
        let mut cells = Cells::default();
        let (mut count, mut bytes) = (0, 0);
        while let Some(cell) = reader.next_cell().map_err(|error| told(&error))? {
            let (row, column) = cell.get_position();
            let Some(text) = text_of(cell.get_value()) else { continue };
            if cells.rows.len() >= most && !cells.rows.contains_key(&row) {
                cells.is_cut = true;
                break;
            }
            count += 1;
            bytes += text.len();
            if count > CELLS || bytes > TEXT_BYTES {
                let limit = bytes_in_words(TEXT_BYTES as u64);
                return Err(format!("its sheet has more than {CELLS} cells or {limit} of text"));
            }
            cells.rows.entry(row).or_default().0.push((column, text.into()));
        }
        Ok(cells)
    }

    /// Returns the headers and the number of the first row below them.
    fn headers(&self) -> Option<(headers::Found, u32)> {
        // A cell that somebody left far to the right makes no table of two thousand columns.
        let width = self.rows.values().filter_map(Sparse::width).max()?.min(COLUMNS);
        let rows: Vec<Vec<&str>> =
            self.rows.values().map(|row| row.spread(width).unwrap_or_default()).collect();
        let found = headers::find(&rows)?;
        let number = self.rows.keys().nth(found.place)?;
        Some((found, number + 1))
    }
}

impl Sparse {
    /// Returns how many columns the row has; nothing for one that is empty for the most part.
    fn width(&self) -> Option<usize> {
        let width = self.0.iter().map(|(column, _)| *column as usize + 1).max()?;
        (self.0.len() * 2 >= width).then_some(width)
    }

    /// Returns as many cells as there are headers, those without anything empty.
    fn spread(&self, width: usize) -> Result<Vec<&str>, String> {
        let mut cells = vec![""; width];
        for (column, text) in &self.0 {
            if text.len() > CELL_BYTES {
                let limit = bytes_in_words(CELL_BYTES as u64);
                return Err(format!("a cell is larger than {limit}"));
            }
            // What stands beside the table is no part of it.
            if let Some(cell) = cells.get_mut(*column as usize) {
                *cell = text;
            }
        }
        Ok(cells)
    }
}

/// Returns what a cell shows; nothing for one that is empty or in error.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_of(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(moment) => moment_of(moment),
        DataRef::Error(_) | DataRef::Empty => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Returns a number in the fifteen figures that a workbook counts in.
fn number_of(number: f64) -> String {
    format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
}

/// Returns a day, with its time if it has one; a time of no day alone.
fn moment_of(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return number_of(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let (day, time) =
        (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    match moment.as_f64() {
        value if (0.0..1.0).contains(&value) => time,
        _ if time == "00:00:00" => day,
        _ => format!("{day} {time}"),
    }
}

#[cfg(test)]
mod tests;
