//! When each file of records was last edited, as git knows it: taken once, and kept with the history, so
//! that a build asks nobody and gives the same site from a bundle without a repository.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{FOLDER, RELEASE_FILE, mark};
use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::source::{SourceFile, SourceTree};
use crate::syntax::reader::{TableReader, date_of};
use crate::syntax::{self, Item, Table, toml_key};

/// The name of the file, in the folder of releases.
pub const NAME: &str = "dates.toml";

/// When files were last edited.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Dates {
    /// The commit that was asked.
    pub commit: String,
    /// By the path of a file: the day, and the mark of the text that was committed then.
    pub files: BTreeMap<String, (Date, String)>,
}

impl Dates {
    /// Returns the path of the file in the runbook.
    pub fn path() -> String {
        format!("{FOLDER}/{NAME}")
    }

    /// Returns the dates of `days`, by path, for the files in `tree` as they are.
    pub fn of(tree: &SourceTree, commit: &str, days: &BTreeMap<String, Date>) -> Dates {
        let dated = days.iter().filter_map(|(path, day)| {
            let text = tree.at(path)?.as_text()?;
            Some((path.clone(), (*day, mark(text))))
        });
        Dates { commit: commit.to_owned(), files: dated.collect() }
    }

    /// Returns the day a file was last edited; nothing where it was edited since.
    pub fn of_file(&self, file: &SourceFile) -> Option<Date> {
        let (day, committed) = self.files.get(&file.path)?;
        (mark(file.as_text()?) == *committed).then_some(*day)
    }

    /// Returns the text of the file.
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "# When each file of records was last edited, as git said at this commit.\n\
             # Written by `clearjar dates`.\ncommit = \"{}\"\n\n[files]\n",
            self.commit
        );
        for (path, (day, mark)) in &self.files {
            text.push_str(&format!("{} = {{ on = {day}, mark = \"{mark}\" }}\n", toml_key(path)));
        }
        text
    }

    /// Reads the dates in `tree`; none where there is no such file.
    pub fn read(tree: &SourceTree) -> Checked<Dates> {
        let mut found = Diagnostics::default();
        let mut dates = Dates::default();
        let path = Dates::path();
        let Some(file) = tree.at(&path) else { return Checked::new(dates, found) };
        let document = syntax::parse(file).report_to(&mut found);
        let mut reader = TableReader::new(&document.root, &mut found);
        dates.commit = reader.string("commit").unwrap_or_default();
        let files = reader.table("files");
        reader.finish();
        for entry in files.map_or(&[][..], |table| &table.entries) {
            let read = match &entry.value.value {
                Item::Table(table) => day_and_mark(table),
                _ => None,
            };
            match read {
                Some(read) => drop(dates.files.insert(entry.key.value.clone(), read)),
                None => found.push(
                    Diagnostic::new(
                        &RELEASE_FILE,
                        entry.value.span,
                        "a file's date has `on` and `mark`, and this does not",
                    )
                    .help("`clearjar dates` writes the file anew; without it pages show no dates"),
                ),
            }
        }
        Checked::new(dates, found)
    }
}

fn day_and_mark(table: &Table) -> Option<(Date, String)> {
    let day = date_of(&table.get("on")?.value.value)?;
    match &table.get("mark")?.value.value {
        Item::Text(mark) => Some((day, mark.clone())),
        _ => None,
    }
}
