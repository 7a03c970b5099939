//! Writes an inventory as a workbook (Office Open XML, ECMA-376): a sheet for each kind, whose columns are
//! filtered and typed, for the owner, the auditor and the insurer.
//!
//! Text is always text: a cell that says `=1+1` shows that. Columns that nobody has filled are left out,
//! long prose is shortened, and rows such as interfaces stand in the other files.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::columns::{Column, columns};
use super::{Facts, plain};
use crate::markdown;
use crate::model::{NodeIx, Target};
use crate::record::value::Value;
use crate::schema::KindIx;
use crate::source::Spanned;

/// How much of a text is shown.
const EXCERPT: usize = 400;

/// The widths of columns, in characters.
const NARROWEST: usize = 8;
const WIDEST: usize = 50;

/// Returns the workbook.
pub fn workbook(facts: &Facts<'_>) -> Vec<u8> {
    write(facts).expect("names, lengths and numbers of a workbook are kept within its bounds")
}

fn write(facts: &Facts<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = &facts.config.site.title;
    let day = facts.audit.today;
    // The day of the runbook, not of the clock, so that the same runbook gives the same bytes.
    let made = ExcelDateTime::from_ymd(
        day.year().max(1900).cast_unsigned(),
        day.month().cast_unsigned(),
        day.day().cast_unsigned(),
    )?;
    let properties = DocProperties::new().set_title(title).set_creation_datetime(&made);
    workbook.set_properties(&properties);
    let formats = Formats::new();
    let mut names = SheetNames::default();
    let used: Vec<KindIx> = facts.used().collect();
    contents(facts, &used, &formats, names.give("Contents"), &mut workbook)?;
    for ix in used {
        let name = names.give(&facts.model.catalog.kind(ix).label_plural);
        let sheet = workbook.add_worksheet().set_name(name)?;
        Sheet { sheet, facts, formats: &formats }.fill(ix)?;
    }
    workbook.save_to_buffer()
}

/// The sheet that says what the others are.
fn contents(
    facts: &Facts<'_>,
    kinds: &[KindIx],
    formats: &Formats,
    name: String,
    workbook: &mut Workbook,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet().set_name(name)?;
    sheet.write_string_with_format(0, 0, short(&facts.config.site.title), &formats.title)?;
    let line = format!(
        "As of {}. Long texts are shortened here; runbook.json and the pages have them whole.",
        facts.audit.today
    );
    sheet.write_string(1, 0, line)?;
    for (column, head) in ["Sheet", "Records", "What it is"].into_iter().enumerate() {
        sheet.write_string_with_format(3, column as u16, head, &formats.head)?;
    }
    for (row, ix) in kinds.iter().enumerate() {
        let (kind, row) = (facts.model.catalog.kind(*ix), row as u32 + 4);
        sheet.write_string(row, 0, short(&kind.label_plural))?;
        sheet.write_number(row, 1, facts.model.of_kind(*ix).len() as f64)?;
        sheet.write_string_with_format(row, 2, short(&kind.summary), &formats.wrapped)?;
    }
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(2, 90)?;
    Ok(())
}

/// How cells look.
struct Formats {
    title: Format,
    head: Format,
    wrapped: Format,
    day: Format,
    moment: Format,
    percent: Format,
    amount: Format,
}

impl Formats {
    fn new() -> Formats {
        let of = |form: &str| Format::new().set_num_format(form);
        Formats {
            title: Format::new().set_bold().set_font_size(14),
            head: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            day: of("yyyy-mm-dd"),
            moment: of("yyyy-mm-dd hh:mm"),
            percent: of("0.##\" %\""),
            amount: of("#,##0.00"),
        }
    }
}

/// A sheet that is being filled.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    facts: &'a Facts<'a>,
    formats: &'a Formats,
}

impl Sheet<'_> {
    fn fill(mut self, ix: KindIx) -> Result<(), XlsxError> {
        let model = self.facts.model;
        let kind = model.catalog.kind(ix);
        let records = model.of_kind(ix);
        let columns = filled(columns(&kind.shape), self.facts, ix, &kind.title);
        let title = kind.shape.get(&kind.title).map_or("Name", |field| field.label.as_str());
        let amounts: Vec<Option<&str>> =
            columns.iter().map(|column| currency_of(self.facts, records, column)).collect();
        let mut widths = vec![NARROWEST; columns.len() + 4];
        let last = columns.len() + 3;
        self.head(0, title)?;
        for (place, column) in columns.iter().enumerate() {
            match amounts[place] {
                Some(currency) => {
                    self.head(place + 1, &format!("{} ({currency})", column.label))?
                }
                None => self.head(place + 1, &column.label)?,
            }
        }
        for (place, head) in ["Out of use", "Id", "Page"].into_iter().enumerate() {
            self.head(columns.len() + 1 + place, head)?;
        }
        for (row, record) in records.iter().enumerate() {
            let (row, node) = (row as u32 + 1, model.node(*record));
            self.text(row, 0, &node.name, &mut widths)?;
            for (place, column) in columns.iter().enumerate() {
                let values = node.fields.at(&column.path);
                self.cell(row, place + 1, column, &values, amounts[place].is_some(), &mut widths)?;
            }
            let end = columns.len() + 1;
            self.text(row, end, if node.retired { "Yes" } else { "" }, &mut widths)?;
            self.text(row, end + 1, &node.id, &mut widths)?;
            self.text(row, end + 2, &self.facts.page_of(*record), &mut widths)?;
        }
        for (place, width) in widths.iter().enumerate() {
            self.sheet.set_column_width(place as u16, (*width + 2) as f64)?;
        }
        self.sheet.autofilter(0, 0, records.len() as u32, last as u16)?;
        self.sheet.set_freeze_panes(1, 1)?;
        self.sheet.set_landscape();
        self.sheet.set_print_fit_to_pages(1, 0);
        self.sheet.set_repeat_rows(0, 0)?;
        Ok(())
    }

    fn head(&mut self, column: usize, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(0, column as u16, short(text), &self.formats.head)?;
        Ok(())
    }

    fn text(
        &mut self,
        row: u32,
        column: usize,
        text: &str,
        widths: &mut [usize],
    ) -> Result<(), XlsxError> {
        if text.is_empty() {
            return Ok(());
        }
        let text = short(text);
        widths[column] = widths[column].max(text.chars().count().min(WIDEST));
        self.sheet.write_string(row, column as u16, text)?;
        Ok(())
    }

    fn cell(
        &mut self,
        row: u32,
        column: usize,
        shown: &Column<'_>,
        values: &[&Spanned<Value<Target>>],
        is_amount: bool,
        widths: &mut [usize],
    ) -> Result<(), XlsxError> {
        let at = column as u16;
        if let [only] = values {
            let number = |number: f64| number.is_finite().then_some(number);
            let wide = |widths: &mut [usize], width: usize| {
                widths[column] = widths[column].max(width);
            };
            match &only.value {
                Value::Integer(whole) if whole.unsigned_abs() < 1 << 53 => {
                    self.sheet.write_number(row, at, *whole as f64)?;
                    return Ok(());
                }
                Value::Number(value) if number(*value).is_some() => {
                    self.sheet.write_number(row, at, *value)?;
                    return Ok(());
                }
                Value::Percent(value) if number(*value).is_some() => {
                    let form = &self.formats.percent;
                    self.sheet.write_number_with_format(row, at, *value, form)?;
                    return Ok(());
                }
                Value::Money(money) if is_amount => {
                    if let Some(value) = money.amount.parse().ok().and_then(number) {
                        wide(widths, 12);
                        let form = &self.formats.amount;
                        self.sheet.write_number_with_format(row, at, value, form)?;
                        return Ok(());
                    }
                }
                Value::Date(day) if (1900..=9999).contains(&day.year()) => {
                    wide(widths, 11);
                    let date = excel_day(*day)?;
                    self.sheet.write_datetime_with_format(row, at, date, &self.formats.day)?;
                    return Ok(());
                }
                Value::Datetime(moment) if (1900..=9999).contains(&moment.year()) => {
                    wide(widths, 16);
                    let date = excel_day(moment.date())?.and_hms(
                        moment.hour().cast_unsigned().into(),
                        moment.minute().cast_unsigned(),
                        f64::from(moment.second()),
                    )?;
                    self.sheet.write_datetime_with_format(row, at, date, &self.formats.moment)?;
                    return Ok(());
                }
                _ => {}
            }
        }
        let words: Vec<String> =
            values.iter().map(|value| words(self.facts, shown, &value.value)).collect();
        self.text(row, column, &words.join(plain::BETWEEN), widths)
    }
}

fn excel_day(day: jiff::civil::Date) -> Result<ExcelDateTime, XlsxError> {
    let (month, day_of_month) = (day.month().cast_unsigned(), day.day().cast_unsigned());
    ExcelDateTime::from_ymd(day.year().cast_unsigned(), month, day_of_month)
}

/// Returns the columns that any record fills, but for the record's name, which stands in front.
fn filled<'a>(
    columns: Vec<Column<'a>>,
    facts: &Facts<'_>,
    kind: KindIx,
    title: &str,
) -> Vec<Column<'a>> {
    let is_filled = |column: &Column<'_>| facts.census.says(kind, &column.path) > 0;
    columns.into_iter().filter(|column| column.name != title && is_filled(column)).collect()
}

/// Returns the currency of a column whose amounts are all in one, so that they can be added up.
fn currency_of<'a>(
    facts: &'a Facts<'_>,
    records: &[NodeIx],
    column: &Column<'_>,
) -> Option<&'a str> {
    let mut found: Option<&str> = None;
    for ix in records {
        for value in facts.model.node(*ix).fields.at(&column.path) {
            match (&value.value, found) {
                (Value::Money(money), None) => found = Some(&money.currency),
                (Value::Money(money), Some(currency)) if money.currency == currency => {}
                _ => return None,
            }
        }
    }
    found
}

/// Returns a value as people read it.
fn words(facts: &Facts<'_>, column: &Column<'_>, value: &Value<Target>) -> String {
    match value {
        Value::Choice(key) => column.field.choice_label(key).to_owned(),
        Value::Boolean(value) => if *value { "Yes" } else { "No" }.to_owned(),
        Value::Markdown(text) => markdown::excerpt(text, EXCERPT),
        value => value.in_words(&|target: &Target| {
            let name = &facts.model.node(target.node).name;
            match &target.row {
                Some(row) => format!("{name}: {row}"),
                None => name.clone(),
            }
        }),
    }
}

/// Cuts a text to what is shown, and to what a cell can hold.
fn short(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The names of sheets: no two the same, none longer than a workbook takes.
#[derive(Default)]
struct SheetNames(Vec<String>);

impl SheetNames {
    fn give(&mut self, label: &str) -> String {
        let clean: String = label
            .chars()
            .map(|c| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c })
            .collect();
        let clean = clean.trim().trim_matches('\'').trim();
        let base = if clean.is_empty() { "Records" } else { clean };
        let mut number = 1;
        loop {
            let tail = if number == 1 { String::new() } else { format!(" {number}") };
            // Excel counts in UTF-16, of which two make the rarest characters.
            let mut name = String::new();
            for c in base.chars() {
                if name.encode_utf16().count() + c.len_utf16() + tail.len() > 31 {
                    break;
                }
                name.push(c);
            }
            let name = format!("{}{tail}", name.trim_end());
            let lower = name.to_lowercase();
            // Excel keeps this name for itself.
            if lower != "history" && !self.0.contains(&lower) {
                self.0.push(lower);
                return name;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_short_and_no_two_are_the_same() {
        let mut names = SheetNames::default();
        assert_eq!(names.give("Devices"), "Devices");
        assert_eq!(names.give("DEVICES"), "DEVICES 2");
        assert_eq!(names.give("'a/b:c'"), "a b c");
        assert_eq!(names.give("[]"), "Records");
        assert_eq!(names.give("History"), "History 2");
        let long = "Recommendations that the client declined";
        assert_eq!(names.give(long), "Recommendations that the client");
        assert_eq!(names.give(long), "Recommendations that the clie 2");
    }
}
