//! Turns what the TOML parser gives into our own tree.
//!
//! In: the parser's tables, and the offsets of its errors. Out: a [`Table`] in the order of the
//! source. Numbers are checked here, because the parser keeps them as text.

use std::ops::Range;

use toml::Spanned as Parsed;
use toml::de::{DeArray, DeFloat, DeInteger, DeString, DeTable, DeValue};

use crate::diagnostic::{Checked, Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};

use super::quoting::{quoted, shown, without_comment};
use super::{Entry, Item, TOML_SYNTAX, Table, Text, control};

/// Returns `root` as our own table; `errors` are the sorted offsets of what the parser reported.
pub(super) fn convert(text: &Text, root: DeTable, errors: &[usize]) -> Checked<Table> {
    let mut tree = Tree { text, errors, depth: 0, found: Vec::new(), left: None };
    let span = Span::whole(text.file);
    let root = tree.table(root, span, Shape::Standing);
    Checked::new(root, tree.findings())
}

/// Every level takes some stack, here and in all later stages. One key or one value is kept below
/// this by the parser; keys with dots inside of values are not.
const DEEPEST: usize = 100;

/// Findings per file.
const MOST: usize = 20;

struct Tree<'a> {
    text: &'a Text<'a>,
    errors: &'a [usize],
    depth: usize,
    found: Vec<Diagnostic>,
    /// The first of the findings beyond [`MOST`], and how many there are.
    left: Option<(Diagnostic, usize)>,
}

/// Whether a value stands on its own line or among others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Standing,
    Inline,
}

impl Tree<'_> {
    fn report(&mut self, finding: Diagnostic) {
        match &mut self.left {
            _ if self.found.len() < MOST => self.found.push(finding),
            Some((_, left)) => *left += 1,
            None => self.left = Some((finding, 1)),
        }
    }

    fn findings(self) -> Diagnostics {
        let last = self.left.map(|(finding, left)| {
            let message = format!("and {left} more of this sort from here on");
            Diagnostic::new(finding.rule, finding.span, message)
        });
        self.found.into_iter().chain(last).collect()
    }

    fn table(&mut self, table: DeTable, span: Span, shape: Shape) -> Table {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            entries.extend(self.entry(key, value, shape));
        }
        // A table that is mentioned by its parts before it has its own header comes late.
        entries.sort_by_key(|entry: &Entry| entry.key.span.start);
        Table { entries, span }
    }

    fn entry(
        &mut self,
        key: Parsed<DeString>,
        value: Parsed<DeValue>,
        shape: Shape,
    ) -> Option<Entry> {
        let (key_range, range) = (key.span(), value.span());
        // The parser stands in an empty value where it found none.
        if range.is_empty() {
            return None;
        }
        let is_header = range.start <= key_range.start;
        let shape = if is_header { Shape::Standing } else { shape };
        let value = self.item(value, shape, key_range.end <= range.start)?;
        let key = Spanned::new(key.into_inner().into_owned(), self.text.span(key_range));
        Some(Entry { key, value })
    }

    /// Returns the value; `is_written` is false for tables that only a header or dots made.
    fn item(
        &mut self,
        value: Parsed<DeValue>,
        shape: Shape,
        is_written: bool,
    ) -> Option<Spanned<Item>> {
        let range = value.span();
        let span = self.text.span(range.clone());
        if self.depth == DEEPEST {
            self.report(too_deep(span));
            return None;
        }
        self.depth += 1;
        let inner = if is_written { Shape::Inline } else { shape };
        let item = match value.into_inner() {
            DeValue::Table(table) => Item::Table(self.table(table, span, inner)),
            DeValue::Array(array) => Item::Array(self.array(array, inner, is_written)),
            scalar => self.scalar(scalar, range, shape),
        };
        self.depth -= 1;
        Some(Spanned::new(item, span))
    }

    fn array(&mut self, array: DeArray, shape: Shape, is_written: bool) -> Vec<Spanned<Item>> {
        let mut items = Vec::with_capacity(array.len());
        for value in array {
            items.extend(self.item(value, shape, is_written));
        }
        items
    }

    fn scalar(&mut self, value: DeValue, range: Range<usize>, shape: Shape) -> Item {
        if self.is_broken(&range) {
            return match value {
                // `True` is clear enough.
                DeValue::Boolean(value) => Item::Boolean(value),
                _ => Item::Text(self.guess(range, shape)),
            };
        }
        match value {
            DeValue::String(value) => Item::Text(self.string(value, range)),
            DeValue::Integer(value) => self.integer(&value, range),
            DeValue::Float(value) => self.float(&value, range),
            DeValue::Boolean(value) => Item::Boolean(value),
            DeValue::Datetime(value) => Item::Datetime(value),
            DeValue::Array(_) | DeValue::Table(_) => unreachable!("item() deals with these"),
        }
    }

    fn string(&mut self, value: DeString, range: Range<usize>) -> String {
        // Without an escape the parser lends a part of the source, and that has no control
        // characters: TOML does not allow them.
        if let DeString::Owned(value) = &value
            && let Some(finding) = control::check(self.text, range, value)
        {
            self.report(finding);
        }
        value.into_owned()
    }

    fn integer(&mut self, value: &DeInteger, range: Range<usize>) -> Item {
        match i64::from_str_radix(value.as_str(), value.radix()) {
            Ok(value) => Item::Integer(value),
            Err(_) => self.out_of_range(range, "a whole number goes from -2⁶³ to 2⁶³-1"),
        }
    }

    fn float(&mut self, value: &DeFloat, range: Range<usize>) -> Item {
        match value.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() || !value.as_str().contains(['e', 'E', '.']) => {
                Item::Float(number)
            }
            _ => self.out_of_range(range, "a number goes up to about 1.8 × 10³⁰⁸"),
        }
    }

    fn out_of_range(&mut self, range: Range<usize>, limit: &str) -> Item {
        let written = &self.text.text[range.clone()];
        let span = self.text.span(range);
        let message = format!("{} is too large for a number", shown(written));
        self.report(
            Diagnostic::new(&TOML_SYNTAX, span, message)
                .help(format!("{limit}; if it is only to be read, write it as text, in quotes"))
                .fix(span, quoted(written)),
        );
        Item::Text(written.to_owned())
    }

    /// Whether the parser reported something in `range`, or right behind it.
    fn is_broken(&self, range: &Range<usize>) -> bool {
        let next = self.errors.partition_point(|error| *error < range.start);
        self.errors.get(next).is_some_and(|error| *error <= range.end)
    }

    /// Returns the text that most likely was meant where no value could be read.
    fn guess(&self, range: Range<usize>, shape: Shape) -> String {
        let written = &self.text.text[range.clone()];
        let written = match shape {
            Shape::Inline => written,
            _ if written.contains('\n') => written,
            Shape::Standing => {
                let line = self.text.text[range.start..].lines().next().unwrap_or_default();
                // Looking for a comment in a line of megabytes is not worth the time.
                if line.len() > 4096 { line } else { without_comment(line) }
            }
        };
        let written = written.trim().trim_end_matches([',', ';']);
        let written = written.trim_matches(['"', '\'', '“', '”', '‘', '’', '„']);
        written.strip_prefix('\n').unwrap_or(written).to_owned()
    }
}

/// Returns the finding about a value inside of too many others.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = "this is nested too deeply: tables and lists inside of each other end at 80";
    Diagnostic::new(&TOML_SYNTAX, span, message).help("write it flatter, as records of their own")
}
