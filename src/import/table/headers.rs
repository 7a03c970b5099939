//! Finds the row of headers among the first rows of a table: titles, dates and empty lines may stand
//! above it.

use std::collections::{HashMap, HashSet};

use super::COLUMNS;
use super::mapping::Mapping;
use crate::import::normal::one_line;

/// How many rows at the top are looked at.
pub const TOP: usize = 30;

/// The row of headers.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// How much speaks for it: to choose between delimiters, or sheets.
    pub score: usize,
    /// Its place among the rows.
    pub place: usize,
    /// The headers, each of them once and none of them empty.
    pub headers: Vec<String>,
}

/// Returns the row of which most headers are known, and which has as many cells as the rows below it.
pub fn find(rows: &[Vec<&str>]) -> Option<Found> {
    let mut best: Option<Found> = None;
    for (place, row) in rows.iter().take(TOP).enumerate() {
        let Some(headers) = headers_of(row) else { continue };
        let alike = rows[place + 1..].iter().filter(|other| other.len() == row.len()).count();
        let known = match Mapping::preset(&headers) {
            // Too many to be read at all.
            _ if headers.len() > COLUMNS => 0,
            Some(_) => headers.len(),
            None => Mapping::of_devices().targets(&headers).iter().flatten().count(),
        };
        let score = known * 100 + alike * 2 + headers.len().min(50);
        // Of two as good the first: the second is a row that looks like headers.
        if best.as_ref().is_none_or(|best| score > best.score) {
            best = Some(Found { score, place, headers });
        }
    }
    best
}

/// Returns a row as headers: several short names, none of them a number.
fn headers_of(row: &[&str]) -> Option<Vec<String>> {
    let named = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_name = |cell: &&str| {
        let cell = cell.trim();
        cell.len() <= 200 && (cell.is_empty() || cell.parse::<f64>().is_err())
    };
    if named < 2 || named * 2 < row.len() || !row.iter().all(is_name) {
        return None;
    }
    let named = row.iter().enumerate().map(|(ix, cell)| {
        let name = one_line(cell);
        if name.is_empty() { format!("column {}", ix + 1) } else { name }
    });
    Some(each_once(named))
}

/// The second of two equal headers is another column, and says so.
fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut once = Vec::new();
    for name in names {
        let count = counts.entry(name.clone()).or_insert(1);
        let mut own = name.clone();
        while !taken.insert(own.clone()) {
            *count += 1;
            own = format!("{name} ({count})");
        }
        once.push(own);
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rows: &[&[&str]]) -> Option<(usize, Vec<String>)> {
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.to_vec()).collect();
        find(&rows).map(|found| (found.place, found.headers))
    }

    #[test]
    fn headers_are_found_below_a_title() {
        let rows: &[&[&str]] =
            &[&["Assets", "", ""], &["", "", ""], &["Name", "Serial", ""], &["a", "b", "c"]];
        let headers = ["Name", "Serial", "column 3"].map(str::to_owned).to_vec();
        assert_eq!(found(rows), Some((2, headers)));
    }

    #[test]
    fn of_equal_headers_each_has_a_name_of_its_own() {
        let headers = found(&[&["Name", "Name (2)", "Name", "Name"]]).unwrap().1;
        assert_eq!(headers, ["Name", "Name (2)", "Name (3)", "Name (4)"]);
    }

    #[test]
    fn rows_of_numbers_or_single_cells_are_no_headers() {
        assert_eq!(found(&[&["1", "2"], &["Report", "", ""], &["x"]]), None);
    }
}
