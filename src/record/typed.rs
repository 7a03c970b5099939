//! Reads one value as the type its field takes.

use std::net::IpAddr;
use std::str::FromStr;

use email_address::EmailAddress;
use ipnet::IpNet;
use jiff::civil::{Date, DateTime};
use macaddr::{MacAddr6, MacAddr8};

use super::Written;
use super::envelope::scalar;
use super::value::{Money, Value};
use crate::diagnostic::{Diagnostic, Level, Rule};
use crate::markdown::{self, Destination};
use crate::schema::Catalog;
use crate::schema::field::{Duration, Field, FieldType};
use crate::source::{Span, Spanned};
use crate::syntax::reader::{WRONG_TYPE, date_of};
use crate::syntax::{self, Item};
use crate::text;

/// A value of the right type that says something impossible.
pub static BAD_VALUE: Rule = Rule {
    code: "bad-value",
    level: Level::Error,
    summary: "a value has the right type but cannot be what its field says",
    detail: "An address that is no address, a date that does not exist, a word that is not among \
             the choices, a number out of range: each would look like a fact on the page. The \
             message says what the field takes; a fact that is really unknown is written as \
             `unknown = [\"field\"]`.",
};

/// What reading a value needs to know beside its field.
pub(super) struct Context<'a> {
    pub text: &'a str,
    pub catalog: &'a Catalog,
    pub currency: &'a str,
}

/// Boxed, since a finding is large and rare.
type Read = Result<Value<Written>, Box<Diagnostic>>;

/// Reads `item` as one of the types that `field` takes.
pub(super) fn read(field: &Field, item: &Spanned<Item>, context: &Context<'_>) -> Read {
    if let [only] = field.types.as_slice() {
        return read_as(*only, field, item, context);
    }
    read_union(field, item, context)
}

/// Of several types the first that fits. A reference in a union is meant by `kind/id`; a bare word
/// is one only where nothing else takes it.
fn read_union(field: &Field, item: &Spanned<Item>, context: &Context<'_>) -> Read {
    let is_reference = |kind: &FieldType| *kind == FieldType::Reference;
    if let Item::Text(text) = &item.value
        && field.types.iter().any(is_reference)
        && names_a_kind(text, context.catalog)
    {
        return read_as(FieldType::Reference, field, item, context);
    }
    let mut first_problem = None;
    for kind in field.types.iter().filter(|kind| !is_reference(kind)) {
        match read_as(*kind, field, item, context) {
            Ok(value) => return Ok(value),
            Err(problem) => first_problem = first_problem.or(Some(problem)),
        }
    }
    match (&item.value, first_problem) {
        (Item::Text(_), _) if field.types.iter().any(is_reference) => {
            read_as(FieldType::Reference, field, item, context)
        }
        (Item::Text(text), Some(_)) => {
            let takes: Vec<&str> = field.types.iter().map(|kind| kind.takes()).collect();
            let message = format!("`{text}` is not what `{}` takes", field.name);
            Err(bad(item.span, message).help(format!("it takes {}", takes.join(", or "))).into())
        }
        (other, _) => Err(unquoted(field, item.span, other, context).into()),
    }
}

/// Says why `item` is no value of `field`, if it is none. For values that no file holds yet.
pub(super) fn fits(
    field: &Field,
    item: &Spanned<Item>,
    catalog: &Catalog,
    currency: &str,
) -> Result<(), String> {
    let context = Context { text: "", catalog, currency };
    match read(field, item, &context) {
        Ok(_) => Ok(()),
        Err(problem) => Err(problem.message),
    }
}

fn names_a_kind(text: &str, catalog: &Catalog) -> bool {
    text.split_once('/').is_some_and(|(kind, _)| catalog.by_name(kind).is_some())
}

fn read_as(kind: FieldType, field: &Field, item: &Spanned<Item>, context: &Context<'_>) -> Read {
    match (kind, &item.value) {
        (FieldType::Scalar, value) => scalar(value)
            .map(Value::Scalar)
            .ok_or_else(|| wrong_type(field, item.span, value).into()),
        (FieldType::Integer, Item::Integer(number)) => {
            in_range(field, item.span, *number as f64).map(|()| Value::Integer(*number))
        }
        (FieldType::Number, Item::Integer(number)) => {
            in_range(field, item.span, *number as f64).map(|()| Value::Number(*number as f64))
        }
        (FieldType::Number, Item::Float(number)) => {
            in_range(field, item.span, *number).map(|()| Value::Number(*number))
        }
        (FieldType::Percent, Item::Integer(number)) => percent(*number as f64, item.span),
        (FieldType::Percent, Item::Float(number)) => percent(*number, item.span),
        (FieldType::Boolean, Item::Boolean(value)) => Ok(Value::Boolean(*value)),
        (FieldType::Date, value @ Item::Datetime(_)) => match date_of(value) {
            Some(date) => Ok(Value::Date(date)),
            None => Err(not_a_day(field, item.span, value).into()),
        },
        (FieldType::Datetime, Item::Datetime(moment)) => datetime(moment, item.span),
        (FieldType::Money, value) => money(value, field, item.span, context),
        (_, Item::Text(text)) => text_as(kind, field, text, item.span),
        (_, other) => Err(unquoted(field, item.span, other, context).into()),
    }
}

/// Reads a string as a type that is written in quotes.
fn text_as(kind: FieldType, field: &Field, text: &str, span: Span) -> Read {
    let not = |what: &str| -> Box<Diagnostic> {
        bad(span, format!("`{text}` is not {what}"))
            .help(format!("`{}` takes {}", field.name, kind.takes()))
            .into()
    };
    if text.trim().is_empty() && !matches!(kind, FieldType::Scalar) {
        return Err(empty(field, span).into());
    }
    let owned = text.to_owned();
    match kind {
        FieldType::Text => Ok(Value::Text(owned)),
        FieldType::Markdown => Ok(Value::Markdown(owned)),
        FieldType::Code => Ok(Value::Code(owned)),
        FieldType::Reference => Ok(Value::Reference(Written { text: owned, span })),
        FieldType::Choice => choice(field, text, span),
        FieldType::Duration => {
            Duration::parse(text).map(Value::Duration).ok_or_else(|| not("a duration"))
        }
        FieldType::Ip => {
            text.parse().map(Value::Ip).map_err(|_| address_problem(text, span, "an IP address"))
        }
        FieldType::Prefix => prefix(text, span),
        FieldType::Address => address(text, span),
        FieldType::Mac => mac(text).map(Value::Mac).ok_or_else(|| not("a MAC address")),
        FieldType::Hostname if is_hostname(text) => Ok(Value::Hostname(text.to_lowercase())),
        FieldType::Hostname => Err(not("a host name")),
        FieldType::Url => match url_of(text) {
            Ok(()) => Ok(Value::Url(owned)),
            Err(why) => {
                let message = format!("`{text}` is not an address that a page may link to");
                Err(bad(span, message).help(why).into())
            }
        },
        FieldType::Email if EmailAddress::from_str(text).is_ok() => Ok(Value::Email(owned)),
        FieldType::Email => Err(not("an e-mail address")),
        FieldType::Phone if is_phone(text) => Ok(Value::Phone(owned)),
        FieldType::Phone => Err(not("a telephone number")),
        FieldType::File => file(text, span),
        FieldType::Percent => match text.trim().trim_end_matches('%').trim().parse::<f64>() {
            Ok(number) => percent(number, span),
            Err(_) => Err(not("a percentage")),
        },
        FieldType::Date | FieldType::Datetime => Err(quoted_date(field, text, span, kind).into()),
        _ => Err(wrong_type(field, span, &Item::Text(owned)).into()),
    }
}

fn empty(field: &Field, span: Span) -> Diagnostic {
    bad(span, format!("`{}` is empty", field.name))
        .help(format!("write the fact, remove the line, or say `unknown = [\"{}\"]`", field.name))
}

fn choice(field: &Field, text: &str, span: Span) -> Read {
    if field.choices.iter().any(|choice| choice.key == text) {
        return Ok(Value::Choice(text.to_owned()));
    }
    let keys: Vec<&str> = field.choices.iter().map(|choice| choice.key.as_str()).collect();
    let label = field.choices.iter().find(|choice| choice.label.eq_ignore_ascii_case(text));
    let near = label
        .map(|choice| choice.key.as_str())
        .or_else(|| text::nearest(text, keys.iter().copied()));
    let found = bad(span, format!("`{text}` is not a choice for `{}`", field.name));
    Err(match near {
        Some(near) => {
            found.help(format!("did you mean `{near}`?")).fix(span, format!("\"{near}\""))
        }
        None => found.help(format!("choose {}", text::list_of(&keys, "or"))),
    }
    .into())
}

fn in_range(field: &Field, span: Span, number: f64) -> Result<(), Box<Diagnostic>> {
    let low = field.min.filter(|min| number < *min);
    let high = field.max.filter(|max| number > *max);
    let limit = match (low, high) {
        (Some(min), _) => format!("it is at least {min}"),
        (_, Some(max)) => format!("it is at most {max}"),
        _ if number.is_nan() || number.is_infinite() => "it takes a number".to_owned(),
        _ => return Ok(()),
    };
    Err(bad(span, format!("{number} is out of range for `{}`", field.name)).help(limit).into())
}

fn percent(number: f64, span: Span) -> Read {
    if (0.0..=100.0).contains(&number) {
        return Ok(Value::Percent(number));
    }
    Err(bad(span, format!("{number} is not a share of a hundred")).help("use 0 to 100").into())
}

fn datetime(moment: &toml::value::Datetime, span: Span) -> Read {
    let (Some(date), time) = (moment.date, moment.time) else {
        return Err(bad(span, "a time without a date".to_owned())
            .help("write it as 2026-11-15T22:00:00")
            .into());
    };
    if moment.offset.is_some() {
        return Err(bad(span, "a time zone is not kept".to_owned())
            .help("write the client's own time, such as 2026-11-15T22:00:00")
            .into());
    }
    let civil = Date::new(date.year as i16, date.month as i8, date.day as i8).ok();
    let Some(time) = time else {
        let missing = || bad(span, "this day does not exist".to_owned()).into();
        return civil.map(Value::Date).ok_or_else(missing);
    };
    let read = civil.and_then(|date| {
        let second = time.second.unwrap_or(0).min(59) as i8;
        jiff::civil::Time::new(time.hour as i8, time.minute as i8, second, 0)
            .ok()
            .map(|time| DateTime::from_parts(date, time))
    });
    read.map(Value::Datetime)
        .ok_or_else(|| bad(span, "this day or time does not exist".to_owned()).into())
}

/// Reads `"1200 USD"`, `{ amount = 1200, currency = "USD" }`, or a bare number in the site's own
/// currency.
fn money(item: &Item, field: &Field, span: Span, context: &Context<'_>) -> Read {
    let Context { text, currency, .. } = context;
    let written = match item {
        Item::Text(text) => text.clone(),
        _ => syntax::raw(text, span).to_owned(),
    };
    let (amount, code) = match item {
        Item::Text(text) => {
            let mut parts = text.split_whitespace();
            let (Some(amount), code, None) = (parts.next(), parts.next(), parts.next()) else {
                return Err(not_money(text, span).into());
            };
            (amount.to_owned(), code.unwrap_or(currency).to_owned())
        }
        Item::Integer(number) => (number.to_string(), (*currency).to_owned()),
        Item::Float(number) => (format!("{number:.2}"), (*currency).to_owned()),
        Item::Table(table) => {
            let amount = match table.get("amount").map(|entry| &entry.value.value) {
                Some(Item::Integer(number)) => number.to_string(),
                Some(Item::Float(number)) => format!("{number:.2}"),
                _ => return Err(not_money(&written, span).into()),
            };
            let code = match table.get("currency").map(|entry| &entry.value.value) {
                Some(Item::Text(code)) => code.clone(),
                _ => (*currency).to_owned(),
            };
            (amount, code)
        }
        other => return Err(wrong_type(field, span, other).into()),
    };
    let Some(digits) = plain_amount(&amount) else { return Err(not_money(&written, span).into()) };
    if iso_currency::Currency::from_code(&code).is_none() {
        return Err(not_money(&written, span).into());
    }
    Ok(Value::Money(Box::new(Money { amount: digits, currency: code })))
}

/// Returns an amount as digits with at most one point and two places behind it.
///
/// Commas and apostrophes may only part groups of three (`1,200.50`, `1'200`): where one could as
/// well be a decimal comma (`12,5`), or a point a mark of thousands (`1.200`), the amount is refused
/// rather than guessed, since a wrong one would look like a fact.
fn plain_amount(text: &str) -> Option<String> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, places) = unsigned.split_once('.').map_or((unsigned, ""), |(a, b)| (a, b));
    let has_point = unsigned.contains('.');
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split([',', '\'']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    let fits = is_digits(first)
        && rest.iter().all(|group| is_digits(group))
        && grouped
        && (!has_point || is_digits(places) && places.len() <= 2);
    let point = if has_point { "." } else { "" };
    fits.then(|| format!("{sign}{first}{}{point}{places}", rest.concat()))
}

fn not_money(text: &str, span: Span) -> Diagnostic {
    bad(span, format!("`{text}` is not an amount of money"))
        .help("write the amount and the currency's code (ISO 4217), such as \"1200 USD\" or \"1200.50 USD\"")
}

fn prefix(text: &str, span: Span) -> Read {
    let Ok(net) = text.parse::<IpNet>() else {
        return Err(address_problem(text, span, "a prefix such as 192.0.2.0/24"));
    };
    let network = net.trunc();
    if network == net {
        return Ok(Value::Prefix(net));
    }
    Err(bad(span, format!("`{text}` is an address in a prefix, not a prefix"))
        .help(format!("the prefix is `{network}`"))
        .fix(span, format!("\"{network}\""))
        .into())
}

fn address(text: &str, span: Span) -> Read {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Value::Ip(address));
    }
    match text.parse::<IpNet>() {
        Ok(net) => Ok(Value::Interface(net)),
        Err(_) => Err(address_problem(text, span, "an IP address")),
    }
}

fn address_problem(text: &str, span: Span, what: &str) -> Box<Diagnostic> {
    let found = bad(span, format!("`{text}` is not {what}"));
    let padded = text.split(['.', '/']).any(|part| part.len() > 1 && part.starts_with('0'));
    let help = if padded && text.contains('.') {
        "write the numbers without leading zeros; some programs read them as octal"
    } else if text.split('.').filter_map(|part| part.parse::<u32>().ok()).any(|part| part > 255) {
        "each part of an IPv4 address is at most 255"
    } else if text.matches('.').count() == 3 && text.contains('/') {
        "the length of an IPv4 prefix is at most 32"
    } else {
        "use a form such as 192.0.2.10, 192.0.2.0/24 or 2001:db8::10"
    };
    found.help(help).into()
}

/// Returns the address in colon form: any of `00-00-5E-…`, `0000.5e00.5301`, `00005E005301`.
fn mac(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.' | ' ')).collect();
    if !digits.chars().all(|c| c.is_ascii_hexdigit()) || !matches!(digits.len(), 12 | 16) {
        return None;
    }
    let pairs: Vec<&str> = (0..digits.len() / 2).map(|ix| &digits[ix * 2..ix * 2 + 2]).collect();
    let colons = pairs.join(":").to_lowercase();
    let valid = MacAddr6::from_str(&colons).is_ok() || MacAddr8::from_str(&colons).is_ok();
    valid.then_some(colons)
}

/// RFC 1123: labels of letters, digits and hyphens; also a leading `*.` and `_service` labels.
fn is_hostname(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A name whose last label is a number would be an address that is mistyped (RFC 3696, section 2).
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    (1..=253).contains(&name.len())
        && name.split('.').all(is_label)
        && !(name.contains('.') && name.rsplit('.').next().is_some_and(is_number))
}

/// Judges an address as a link in prose is judged: it must be safe to click, and name its scheme.
fn url_of(text: &str) -> Result<(), String> {
    match markdown::destination(text) {
        Ok(Destination::Program | Destination::Web) => Ok(()),
        Ok(_) => Err("it begins with a scheme, such as https://".to_owned()),
        Err(problem) => Err(problem.to_string()),
    }
}

/// E.164 digits with the marks people set between them; short codes and extensions are allowed.
fn is_phone(text: &str) -> bool {
    let main = text.split([';', 'x', 'X', 'e']).next().unwrap_or_default();
    let digits = main.chars().filter(char::is_ascii_digit).count();
    (2..=15).contains(&digits)
        && main.chars().all(|c| c.is_ascii_digit() || " +-().*#/".contains(c) || c == '\u{a0}')
        && text.chars().all(|c| !c.is_control())
        && text.len() <= 60
}

fn file(text: &str, span: Span) -> Read {
    let leaves = text.split('/').any(|part| matches!(part, "" | "." | ".."));
    if text.contains('\\') || leaves || text.contains(':') {
        return Err(bad(span, format!("`{text}` is not a path inside the runbook"))
            .help("write the path under files/ with `/`, such as \"files/contracts/lease.pdf\"")
            .into());
    }
    let path = if text.starts_with("files/") { text.to_owned() } else { format!("files/{text}") };
    Ok(Value::File(path))
}

/// A day with a time, or a time alone, where a day is wanted.
fn not_a_day(field: &Field, span: Span, item: &Item) -> Diagnostic {
    let message = format!("`{}` takes a day without a time", field.name);
    let found = Diagnostic::new(&WRONG_TYPE, span, message);
    match item {
        Item::Datetime(toml::value::Datetime { date: Some(date), .. }) => {
            found.help("leave the time out").fix(span, date.to_string())
        }
        _ => found.help("write it as 2026-11-15"),
    }
}

fn quoted_date(field: &Field, text: &str, span: Span, kind: FieldType) -> Diagnostic {
    let found = Diagnostic::new(
        &WRONG_TYPE,
        span,
        format!("`{}` takes a date, and this is text", field.name),
    )
    .label("text");
    match text.trim().parse::<Date>() {
        Ok(date) => found.help("write the date without quotes").fix(span, date.to_string()),
        Err(_) => found.help(format!("it takes {}", kind.takes())),
    }
}

/// A number, date or boolean where text is wanted: the quoted spelling is ready to paste, since
/// `7.10` read as a number would be 7.1.
fn unquoted(field: &Field, span: Span, item: &Item, context: &Context<'_>) -> Diagnostic {
    let found = wrong_type(field, span, item);
    let raw = syntax::raw(context.text, span).trim();
    let plain =
        matches!(item, Item::Integer(_) | Item::Float(_) | Item::Datetime(_) | Item::Boolean(_));
    if !plain || raw.is_empty() || raw.contains(['"', '\n']) {
        return found;
    }
    if field.types.iter().any(|kind| {
        matches!(
            kind,
            FieldType::Boolean
                | FieldType::Integer
                | FieldType::Number
                | FieldType::Date
                | FieldType::Table
        )
    }) {
        return found;
    }
    found.help(format!("write it in quotes: `\"{raw}\"`")).fix(span, format!("\"{raw}\""))
}

/// Returns the finding that a value is of another type than the field takes.
pub(super) fn wrong_type(field: &Field, span: Span, item: &Item) -> Diagnostic {
    let takes: Vec<&str> = field.types.iter().map(|kind| kind.takes()).collect();
    let stands = item.type_name();
    let is_list = matches!(item, Item::Array(_)) && !field.many;
    let message = format!("`{}` takes {}, not {stands}", field.name, takes.join(" or "));
    let found = Diagnostic::new(&WRONG_TYPE, span, message).label(stands);
    if is_list && !field.is_table() {
        return found.help("write a single value, without brackets");
    }
    match (bare(field, item), example(field)) {
        (Some(bare), _) => found.help("write it without quotes").fix(span, bare),
        (None, _) if field.takes(FieldType::Table) => {
            found.help(format!("write `[{}]`, and its fields below it", field.name))
        }
        (None, Some(example)) => found.help(format!("such as `{} = {example}`", field.name)),
        (None, None) => found.help("write it as the field takes it, or take the line out"),
    }
}

/// Returns a number, `true` or `false` that stands in quotes without them, where the field takes that.
fn bare(field: &Field, item: &Item) -> Option<String> {
    let Item::Text(text) = item else { return None };
    let text = text.trim();
    let is_wanted = field.types.iter().any(|kind| match kind {
        FieldType::Integer => text.parse::<i64>().is_ok(),
        FieldType::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
        FieldType::Boolean => matches!(text, "true" | "false"),
        _ => false,
    });
    is_wanted.then(|| text.to_owned())
}

/// Returns the field's example as TOML writes it.
pub(super) fn example(field: &Field) -> Option<String> {
    Some(match field.example.as_ref()? {
        Item::Text(text) => format!("\"{text}\""),
        Item::Integer(number) => number.to_string(),
        Item::Float(number) => number.to_string(),
        Item::Boolean(value) => value.to_string(),
        Item::Datetime(moment) => moment.to_string(),
        Item::Array(_) | Item::Table(_) => return None,
    })
}

fn bad(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(&BAD_VALUE, span, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_one_way_or_not_at_all() {
        for (text, amount) in [
            ("1200", "1200"),
            ("1200.50", "1200.50"),
            ("1,200.50", "1200.50"),
            ("1'250'000", "1250000"),
            ("-3.5", "-3.5"),
        ] {
            assert_eq!(plain_amount(text).as_deref(), Some(amount), "{text}");
        }
        for text in [
            "1.200,50", "12,5", "1,20", "1.200", "1,2000", "1.2.3", ",500", "", "1e5", "--1",
            "1200.",
        ] {
            assert_eq!(plain_amount(text), None, "{text}");
        }
    }

    #[test]
    fn a_mac_address_is_read_in_every_spelling() {
        for text in ["00:00:5E:00:53:01", "00-00-5e-00-53-01", "0000.5e00.5301", "00005E005301"] {
            assert_eq!(mac(text).as_deref(), Some("00:00:5e:00:53:01"), "{text}");
        }
        assert_eq!(mac("00:00:5E:00:53"), None);
        assert_eq!(mac("00:00:5E:00:53:0G"), None);
        assert_eq!(mac("ü0:00:5E:00:53:0"), None);
    }

    #[test]
    fn host_names_and_phone_numbers_are_judged_by_their_shape() {
        for good in ["fw-hq-01.example.com", "*.example.com", "srv1", "_dmarc.example.com"] {
            assert!(is_hostname(good), "{good}");
        }
        for bad in ["999.1.1.1", "-a.example", "a..b", "a b", "", "a.example/x"] {
            assert!(!is_hostname(bad), "{bad}");
        }
        for good in ["+1 555 0100", "(555) 010-0199 x12", "911", "+44 20 7946 0000 ext. 5"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["call me", "1", "+1 555 0100 555 0100 555 0100"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
