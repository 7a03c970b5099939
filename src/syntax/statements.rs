//! Where the parser thinks statements are, so that a mistake can be told from what surrounds it.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::quoting::begins_statement;

/// A `key = value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Statement {
    /// The key's last part.
    pub(super) name: String,
    /// Where the key's last part starts.
    pub(super) key: usize,
    /// Where the value is.
    pub(super) value: Range<usize>,
}

/// The statements of a text, in their order.
pub(super) struct Statements<'a> {
    text: &'a str,
    /// Those on lines of their own.
    standing: Vec<Statement>,
    /// Those inside of other values.
    inner: Vec<Statement>,
    /// Where headers start.
    headers: Vec<usize>,
}

impl<'a> Statements<'a> {
    /// Returns the statements of `root`, as parsed from `text`.
    pub(super) fn of(root: &DeTable, text: &'a str) -> Statements<'a> {
        let (standing, inner, headers) = (Vec::new(), Vec::new(), Vec::new());
        let mut statements = Statements { text, standing, inner, headers };
        statements.add_table(root, false);
        statements.standing.sort_by_key(|it| it.key);
        statements.inner.sort_by_key(|it| it.key);
        statements.headers.sort();
        statements
    }

    fn add_table(&mut self, table: &DeTable, is_inner: bool) {
        for (key, value) in table {
            let (name, key) = (key.get_ref(), key.span());
            let range = value.span();
            let is_written = key.end <= range.start;
            if is_written && !range.is_empty() {
                let list = if is_inner { &mut self.inner } else { &mut self.standing };
                list.push(Statement { name: name.to_string(), key: key.start, value: range });
            }
            self.add_inside(value.get_ref(), value.span().start, is_inner || is_written);
        }
    }

    fn add_inside(&mut self, value: &DeValue, start: usize, is_inner: bool) {
        match value {
            DeValue::Table(table) => {
                if !is_inner {
                    self.headers.push(start);
                }
                self.add_table(table, is_inner);
            }
            DeValue::Array(array) => {
                for value in array.iter() {
                    self.add_inside(value.get_ref(), value.span().start, is_inner);
                }
            }
            _ => {}
        }
    }

    /// Returns the statement whose value `offset` is in or right behind.
    pub(super) fn around(&self, offset: usize) -> Option<&Statement> {
        self.last_before(offset + 1).filter(|it| offset <= it.value.end)
    }

    /// Returns the last statement whose value begins before `offset`.
    pub(super) fn last_before(&self, offset: usize) -> Option<&Statement> {
        let behind = self.standing.partition_point(|it| it.value.start < offset);
        self.standing[..behind].last()
    }

    /// Whether one of them has its key in `range`.
    pub(super) fn any_key_in(&self, range: &Range<usize>) -> bool {
        let from = self.standing.partition_point(|it| it.key < range.start);
        self.standing.get(from).is_some_and(|it| it.key < range.end)
    }

    /// Returns the text block before `offset` that is closed by the quotes of `key = """`.
    pub(super) fn block_that_runs_on(&self, offset: usize) -> Option<&Statement> {
        let behind = self.standing.partition_point(|it| it.value.end <= offset);
        let last = self.standing[..behind].last()?;
        let written = self.text.get(last.value.clone())?;
        let is_block = written.starts_with("\"\"\"") || written.starts_with("'''");
        let (_, last_line) = written.rsplit_once('\n').filter(|_| is_block)?;
        let key = last_line.strip_suffix(&written[..3])?.trim_end();
        (key.ends_with('=') && begins_statement(last_line)).then_some(last)
    }

    /// Returns where the key `name` at `offset` was written before.
    pub(super) fn first(&self, name: &str, offset: usize) -> Option<&Statement> {
        let around = self.around(offset);
        if let Some(around) = around {
            let mut inside = self.inner.iter().filter(|it| around.value.contains(&it.key));
            return inside.rfind(|it| it.name == name && it.key < offset);
        }
        let same = |it: &&Statement| {
            it.name == name && it.key < offset && self.path(it.key) == self.path(offset)
        };
        let headers = self.headers.partition_point(|header| *header < offset);
        let table = self.headers[..headers].last().copied().unwrap_or(0);
        let here = self.standing.iter().filter(same).rfind(|it| it.key >= table);
        // Under a header that stands twice the first may be anywhere; more than one is a guess.
        here.or_else(|| {
            let mut all = self.standing.iter().filter(same);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// Returns the parts of a dotted key before the one at `offset`.
    fn path(&self, offset: usize) -> &str {
        let before = &self.text[..offset];
        before[before.rfind('\n').map_or(0, |feed| feed + 1)..].trim()
    }

    /// Returns where a table called `name` was begun before `offset`: by a header, or by a key at
    /// the top.
    pub(super) fn first_table(&self, name: &str, offset: usize) -> Option<Range<usize>> {
        let mut start = 0;
        for line in self.text[..offset].split_inclusive('\n') {
            let (range, line) = (start..start + line.trim_end().len(), line.trim());
            start += line_len(&self.text[start..]);
            let is_text =
                self.last_before(range.start).is_some_and(|it| range.start < it.value.end);
            let is_header = line.starts_with('[') && header_name(line) == name;
            let is_key =
                line.strip_prefix(name).is_some_and(|it| it.trim_start().starts_with(['.', '=']));
            if !is_text
                && (is_header || (is_key && self.headers.iter().all(|it| *it > range.start)))
            {
                return Some(range);
            }
        }
        None
    }
}

/// Returns the name in a header, without brackets, spaces and a comment.
pub(super) fn header_name(line: &str) -> String {
    let line = super::quoting::without_comment(line);
    line.trim_matches(['[', ']', ' ', '\t']).replace([' ', '\t'], "")
}

fn line_len(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |feed| feed + 1)
}
