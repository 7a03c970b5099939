//! Reads what other systems write as the type of a field: `00-00-5E…`, `01/31/2024`, `$1,200.50`,
//! `Yes`.
//!
//! In: text and a [`Field`]. Out: a value in the form a record has it, which the record's own reader
//! accepts; or why not. What could be read in two ways is refused rather than guessed, since a wrong
//! value would look like a fact.

pub mod date;
pub mod money;
pub mod network;

use std::sync::LazyLock;

use crate::record;
use crate::schema::Catalog;
use crate::schema::field::{Field, FieldType};
use crate::source::{FileId, Span, Spanned};
use crate::syntax::Item;

use super::proposal::Wish;

/// Words that stand for nothing: what programs put where they know nothing.
const NOTHING: &[&str] = &[
    "",
    "-",
    "--",
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "(none)",
    "(null)",
    "unknown",
    "not available",
    "not specified",
    "not applicable",
    "undefined",
    "default string",
    "to be filled by o.e.m.",
    "to be filled by o.e.m",
    "system serial number",
    "system product name",
    "system manufacturer",
    "chassis serial number",
    "base board serial number",
    "0000-00-00",
    "00:00:00:00:00:00",
    "system.object[]",
    "system.string[]",
];

/// What reading a value needs to know beside its field.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The kinds.
    pub catalog: &'a Catalog,
    /// The runbook's currency, for amounts that name none.
    pub currency: &'a str,
}

/// Returns `text` as the source meant it, or nothing where it stands for nothing.
pub fn meant(text: &str) -> Option<&str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    let is_nothing = text.len() <= 28 && NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word));
    (!is_nothing).then_some(text)
}

/// Returns a value as a record has it, nothing where it stands for nothing, or why it does not fit.
///
/// Links are not read here: what they point to is settled with all records in view.
pub fn read(field: &Field, wish: &Wish, context: Context<'_>) -> Result<Option<Item>, String> {
    match wish {
        // A setting is set to several things at once.
        Wish::List(items) if field.many || field.takes(FieldType::Scalar) => {
            many(field, items, context)
        }
        Wish::List(items) => match items.as_slice() {
            [only] => read(field, only, context),
            _ => Err("several values where one is taken".to_owned()),
        },
        Wish::Text(text) if field.many && parts_by_itself(field) => {
            let parts: Vec<Wish> = network::parts(text).into_iter().map(Wish::from).collect();
            many(field, &parts, context)
        }
        _ if field.many => many(field, std::slice::from_ref(wish), context),
        _ => one(field, wish, context),
    }
}

/// Whether text for several values of this field can only be a list.
fn parts_by_itself(field: &Field) -> bool {
    use FieldType::{Address, Email, Hostname, Ip, Mac, Prefix};
    field.types.iter().all(|kind| matches!(kind, Address | Email | Hostname | Ip | Mac | Prefix))
}

fn many(field: &Field, items: &[Wish], context: Context<'_>) -> Result<Option<Item>, String> {
    let mut values: Vec<Spanned<Item>> = Vec::new();
    for item in items {
        if let Some(value) = one(field, item, context)?
            && !values.iter().any(|there| there.value == value)
        {
            values.push(Spanned::new(value, nowhere()));
        }
    }
    Ok((!values.is_empty()).then_some(Item::Array(values)))
}

fn one(field: &Field, wish: &Wish, context: Context<'_>) -> Result<Option<Item>, String> {
    let item = match wish {
        Wish::Text(text) => match meant(text) {
            Some(text) => return of_text(field, text, context).map(Some),
            // `none` is what a setting is set to.
            None if field.takes(FieldType::Scalar) => Item::Text(one_line(text)),
            None => return Ok(None),
        },
        Wish::Markdown(text) => Item::Text(tidy_prose(text)),
        Wish::Integer(number) if takes_text(field) => Item::Text(number.to_string()),
        Wish::Integer(number) => Item::Integer(*number),
        Wish::Number(number) if takes_text(field) => Item::Text(number.to_string()),
        Wish::Number(number) => Item::Float(*number),
        Wish::Boolean(value) if takes_text(field) => {
            Item::Text(if *value { "yes" } else { "no" }.to_owned())
        }
        Wish::Boolean(value) => Item::Boolean(*value),
        Wish::Day(day) => date::item(*day),
        Wish::List(_) | Wish::Row(_) | Wish::Link(_) => {
            return Err("a value of another form than the field takes".to_owned());
        }
    };
    match item {
        Item::Text(text) if text.is_empty() => Ok(None),
        item => fits(field, item, context).map(Some),
    }
}

/// Whether plain text is among what the field takes.
fn takes_text(field: &Field) -> bool {
    field.types.iter().all(|kind| matches!(kind, FieldType::Text | FieldType::Markdown))
}

/// Reads text as the first type of the field that it fits.
fn of_text(field: &Field, text: &str, context: Context<'_>) -> Result<Item, String> {
    let mut first_problem = None;
    for kind in &field.types {
        let read = as_type(*kind, field, text, context);
        match read.and_then(|item| fits(field, item, context)) {
            Ok(item) => return Ok(item),
            Err(problem) => first_problem = first_problem.or(Some(problem)),
        }
    }
    Err(first_problem.unwrap_or_else(|| "the field takes no value".to_owned()))
}

fn as_type(
    kind: FieldType,
    field: &Field,
    text: &str,
    context: Context<'_>,
) -> Result<Item, String> {
    let not = |what: &str| format!("not {what}");
    Ok(match kind {
        FieldType::Text => Item::Text(one_line(text)),
        FieldType::Markdown => Item::Text(plain_as_markdown(text)),
        FieldType::Code => Item::Text(tidy_prose(text)),
        FieldType::Scalar => Item::Text(one_line(text)),
        FieldType::Integer => Item::Integer(integer(text).ok_or_else(|| not("a whole number"))?),
        FieldType::Number | FieldType::Percent => {
            let digits = text.trim_end_matches('%').trim().replace(',', "");
            let number = digits.parse::<f64>().ok().filter(|number| number.is_finite());
            Item::Float(number.ok_or_else(|| not("a number"))?)
        }
        FieldType::Boolean => Item::Boolean(boolean(text).ok_or_else(|| not("yes or no"))?),
        FieldType::Date => date::item(date::read(text, date::Order::Unknown)?),
        FieldType::Datetime => Item::Datetime(date::moment(text)?),
        FieldType::Money => Item::Text(money::read(text, context.currency)?),
        FieldType::Choice => Item::Text(choice(field, text).ok_or_else(|| not("a choice of it"))?),
        FieldType::Ip => Item::Text(network::ip(text).ok_or_else(|| not("an IP address"))?),
        FieldType::Prefix => Item::Text(network::prefix(text).ok_or_else(|| not("a prefix"))?),
        FieldType::Address => {
            Item::Text(network::address(text).ok_or_else(|| not("an IP address"))?)
        }
        FieldType::Mac => Item::Text(network::mac(text).ok_or_else(|| not("a MAC address"))?),
        FieldType::Hostname if text.contains(char::is_whitespace) => {
            return Err(not("a host name"));
        }
        FieldType::Hostname => Item::Text(text.trim_end_matches('.').to_lowercase()),
        FieldType::Url => Item::Text(network::url(text)),
        FieldType::Email => Item::Text(text.trim_start_matches("mailto:").to_owned()),
        FieldType::Phone => Item::Text(one_line(text.trim_start_matches("tel:"))),
        FieldType::Duration | FieldType::File => Item::Text(text.to_owned()),
        FieldType::Reference => return Err("no link".to_owned()),
        FieldType::Table | FieldType::Tables => return Err("a value for a table".to_owned()),
    })
}

/// Asks the record's own reader.
fn fits(field: &Field, item: Item, context: Context<'_>) -> Result<Item, String> {
    let whole = Spanned::new(item, nowhere());
    match record::fits(field, &whole, context.catalog, context.currency) {
        Ok(()) => Ok(whole.value),
        Err(problem) => Err(problem),
    }
}

/// Returns the place of values that are in no file yet.
pub fn nowhere() -> Span {
    static NOWHERE: LazyLock<Span> = LazyLock::new(|| Span::whole(FileId::of("")));
    *NOWHERE
}

/// Returns a whole number, with or without marks of thousands.
pub fn integer(text: &str) -> Option<i64> {
    let groups: Vec<&str> = text.split([',', '\'', '\u{a0}', ' ']).collect();
    let grouped = groups.len() == 1 || groups[1..].iter().all(|group| group.len() == 3);
    let digits = groups.concat();
    let whole = digits.strip_suffix(".0").unwrap_or(&digits);
    grouped.then(|| whole.parse().ok()).flatten()
}

/// Returns what a word for yes or no says.
pub fn boolean(text: &str) -> Option<bool> {
    const YES: &[&str] =
        &["yes", "y", "true", "t", "1", "on", "enabled", "enable", "active", "x", "ja", "oui"];
    const NO: &[&str] =
        &["no", "n", "false", "f", "0", "off", "disabled", "disable", "inactive", "nein", "non"];
    let is_one = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is_one(YES), is_one(NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Returns the choice that a word means: its key, or its label, whatever the case and the marks between.
fn choice(field: &Field, text: &str) -> Option<String> {
    if field.choices.iter().any(|choice| choice.key == text) {
        return Some(text.to_owned());
    }
    let bare = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = bare(text);
    let is_meant = |choice: &&crate::schema::field::Choice| {
        bare(&choice.key) == wanted || bare(&choice.label) == wanted
    };
    field.choices.iter().find(is_meant).map(|choice| choice.key.clone())
}

/// Returns text on one line: line feeds, tabs and runs of spaces become a space.
pub fn one_line(text: &str) -> String {
    let is_plain = !text.contains("  ") && !text.chars().any(|c| c.is_control());
    match is_plain {
        true => text.trim().to_owned(),
        false => {
            let words = text.split(|c: char| c.is_whitespace() || c.is_control());
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        }
    }
}

/// Returns text with lines that end in a line feed and in no space, without control characters.
pub fn tidy_prose(text: &str) -> String {
    let mut lines: Vec<String> = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .split('\n')
        .map(|line| {
            let clean = line.chars().filter(|c| !c.is_control() || *c == '\t');
            clean.collect::<String>().trim_end().to_owned()
        })
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    lines.split_off(first).join("\n")
}

/// Returns plain text as Markdown that reads the same: nothing in it becomes a link, a heading or a
/// list by accident, and its lines stay lines.
pub fn plain_as_markdown(text: &str) -> String {
    let tidy = tidy_prose(text);
    let lines: Vec<String> = tidy.split('\n').map(escape_line).collect();
    let mut markdown = String::with_capacity(tidy.len() + 8);
    for (ix, line) in lines.iter().enumerate() {
        markdown.push_str(line);
        match lines.get(ix + 1) {
            Some(next) if !line.is_empty() && !next.is_empty() => markdown.push_str("\\\n"),
            Some(_) => markdown.push('\n'),
            None => {}
        }
    }
    markdown
}

fn escape_line(line: &str) -> String {
    let line = line.trim_start();
    let mut escaped = String::with_capacity(line.len() + 4);
    let number = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
    for (ix, c) in line.char_indices() {
        let is_mark = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~' | '&' | '$' => true,
            '#' | '+' | '-' | '=' | '>' | ':' => ix == 0,
            // `10.0.0.1` begins no list.
            '.' | ')' if number > 0 && ix == number => {
                line[ix + 1..].chars().next().is_none_or(char::is_whitespace)
            }
            _ => false,
        };
        // Inside of a word these two mark nothing, and `srv_dc_01` reads better without.
        let inside = |c: char| c == '_' && is_inside_word(line, ix);
        if is_mark && !inside(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn is_inside_word(line: &str, ix: usize) -> bool {
    let before = line[..ix].chars().next_back().is_some_and(char::is_alphanumeric);
    let after = line[ix + 1..].chars().next().is_some_and(char::is_alphanumeric);
    before && after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use crate::source::SourceTree;
    use crate::syntax::Item;

    fn as_field(kind: &str, path: &str, text: &str) -> Result<Option<Item>, String> {
        let catalog = schema::read(&SourceTree::default()).value;
        let kind = catalog.kind(catalog.by_name(kind).unwrap());
        let context = Context { catalog: &catalog, currency: "USD" };
        read(kind.shape.at_path(path).unwrap(), &Wish::from(text), context)
    }

    fn text(text: &str) -> Result<Option<Item>, String> {
        Ok(Some(Item::Text(text.to_owned())))
    }

    #[test]
    fn a_value_takes_the_form_of_its_field() {
        assert_eq!(
            as_field("device", "interface.mac", "00-00-5E-00-53-01"),
            text("00:00:5e:00:53:01")
        );
        assert_eq!(
            as_field("device", "hostname", "PC-01.Corp.Example."),
            text("pc-01.corp.example")
        );
        assert_eq!(as_field("device", "price", "$1,200.50"), text("1200.50 USD"));
        assert_eq!(as_field("device", "ownership", "Leased"), text("leased"));
        assert_eq!(as_field("device", "management", "10.0.0.1"), text("10.0.0.1"));
        assert_eq!(as_field("device", "serial", "To Be Filled By O.E.M."), Ok(None));
        assert_eq!(as_field("network", "vlan_id", "1,000"), Ok(Some(Item::Integer(1000))));
        let purchased = as_field("device", "purchased_on", "2024-03-12 00:00:00").unwrap().unwrap();
        assert!(matches!(purchased, Item::Datetime(day) if day.to_string() == "2024-03-12"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(as_field("device", "hostname", "Reception PC").is_err());
        assert!(as_field("device", "purchased_on", "02/03/2024").is_err());
        assert!(as_field("network", "vlan_id", "5000").is_err());
        assert!(as_field("device", "ownership", "maybe").is_err());
    }

    #[test]
    fn plain_text_stays_plain_in_a_markdown_field() {
        assert_eq!(
            plain_as_markdown("# 1 [[x]]\r\n- a_b\r\n\r\n<b>"),
            "\\# 1 \\[\\[x\\]\\]\\\n\\- a_b\n\n\\<b>"
        );
        assert_eq!(plain_as_markdown("2. go"), "2\\. go");
        assert_eq!(plain_as_markdown("10.0.0.1 2.5"), "10.0.0.1 2.5");
        assert_eq!(plain_as_markdown("srv_dc_01"), "srv_dc_01");
    }
}
