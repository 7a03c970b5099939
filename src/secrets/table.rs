//! Finds the cells below a column's heading: in Markdown tables, and in files of comma-separated
//! values.

use std::ops::Range;

/// How many lines a column is followed.
const LONGEST_TABLE: usize = 10_000;

/// Returns the cells below the one that ends at `heading_end` in `line`, if that line is the heading of
/// a table. Empty in all other places.
pub(super) fn column(text: &str, line: &Range<usize>, heading_end: usize) -> Vec<Range<usize>> {
    let behind = text[heading_end..line.end].trim_start_matches(['*', '_', '`', '"', '\'', ' ']);
    if behind.starts_with('|') && is_rule(below(text, line)) {
        let rows =
            lines_below(text, line).skip(1).take_while(|row| text[row.clone()].contains('|'));
        return cells(text, line, heading_end, rows, '|');
    }
    // Only the first line of a file can be the heading of its columns.
    if !text[..line.start].trim_start_matches('\u{feff}').trim_start().is_empty() {
        return Vec::new();
    }
    match delimiter_of(&text[line.clone()]) {
        Some(sign) if behind.trim().is_empty() || behind.starts_with(sign) => {
            cells(text, line, heading_end, lines_below(text, line), sign)
        }
        _ => Vec::new(),
    }
}

fn cells(
    text: &str,
    line: &Range<usize>,
    heading_end: usize,
    rows: impl Iterator<Item = Range<usize>>,
    delimiter: char,
) -> Vec<Range<usize>> {
    let column = split(text, line.start..heading_end, delimiter).len() - 1;
    rows.take(LONGEST_TABLE)
        .filter_map(|row| split(text, row, delimiter).into_iter().nth(column))
        .collect()
}

/// Returns the cells of a row, escaped and quoted delimiters being text.
fn split(text: &str, row: Range<usize>, delimiter: char) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = row.start;
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (offset, c) in text[row.clone()].char_indices() {
        let is_end = c == delimiter && !is_quoted && !is_escaped;
        is_quoted ^= c == '"' && delimiter != '|';
        is_escaped = c == '\\' && delimiter == '|' && !is_escaped;
        if is_end {
            cells.push(start..row.start + offset);
            start = row.start + offset + c.len_utf8();
        }
    }
    cells.push(start..row.end);
    cells
}

/// Whether a line is the rule below the heading of a Markdown table: `| --- | :-: |`.
fn is_rule(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t' | '\r' | '>'))
}

/// Returns the delimiter of a heading of comma-separated values: at least two cells, short, and no
/// sentence.
fn delimiter_of(line: &str) -> Option<char> {
    let is_heading =
        |cell: &str| cell.len() <= 40 && !cell.contains(['=', ':', '.', '{', '<', '`']);
    [',', ';', '\t']
        .into_iter()
        .find(|delimiter| line.contains(*delimiter) && line.split(*delimiter).all(is_heading))
}

fn below<'t>(text: &'t str, line: &Range<usize>) -> &'t str {
    lines_below(text, line).next().map_or("", |row| &text[row])
}

fn lines_below<'t>(
    text: &'t str,
    line: &Range<usize>,
) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let mut start = (line.end + 1).min(text.len());
    text[start..].split_inclusive('\n').map(move |row| {
        let range = start..start + row.trim_end_matches(['\n', '\r']).len();
        start += row.len();
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under<'t>(text: &'t str, heading: &str) -> Vec<&'t str> {
        let end = text.find(heading).unwrap() + heading.len();
        let line = super::super::finder::line_near(text, end);
        column(text, &line, end).into_iter().map(|cell| text[cell].trim()).collect()
    }

    #[test]
    fn cells_stand_below_the_heading_of_a_table() {
        let text = "| User | Password | Why |\n|:--|---|---|\n| a | b\\|c | d |\n| e | f | g |\n\n| h | i | j |";
        assert_eq!(under(text, "Password"), ["b\\|c", "f"]);
        assert_eq!(under(text, "| h | i"), [""; 0]);
    }

    #[test]
    fn cells_stand_below_the_heading_of_a_file() {
        assert_eq!(
            under("name,password,url\na,\"b,c\",d\r\ne,f,g\n", "password"),
            ["\"b,c\"", "f"]
        );
        assert_eq!(under("name;password\na;b\n", "password"), ["b"]);
        assert_eq!(
            under("Bring the key, the password and the box.\nThen go, now, on.\n", "password"),
            [""; 0]
        );
    }
}
