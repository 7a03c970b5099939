//! The values of fields, each of the type its field takes.
//!
//! A value holds its references as `R`: as they are written in a [`crate::record::Record`], and
//! resolved in a [`crate::model::Node`].

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::{Date, DateTime};

use crate::schema::field::Duration;
use crate::source::Spanned;

/// The value of a field.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<R> {
    /// A line of text.
    Text(String),
    /// Prose in Markdown.
    Markdown(String),
    /// Code or a command.
    Code(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// Any plain TOML value.
    Scalar(Scalar),
    /// A day.
    Date(Date),
    /// A day and a time, without a zone: the client's own.
    Datetime(DateTime),
    /// A length of time.
    Duration(Duration),
    /// An amount of money.
    Money(Box<Money>),
    /// A share of a hundred.
    Percent(f64),
    /// The key of a choice.
    Choice(String),
    /// An IP address.
    Ip(IpAddr),
    /// A range of addresses, without host bits.
    Prefix(IpNet),
    /// An address with the length of its prefix.
    Interface(IpNet),
    /// A MAC address in the form `00:00:5e:00:53:01`.
    Mac(String),
    /// A host name in lower case.
    Hostname(String),
    /// An address on the web.
    Url(String),
    /// An e-mail address.
    Email(String),
    /// A telephone number as people write it.
    Phone(String),
    /// Another record.
    Reference(R),
    /// The path of a file, from the runbook's root.
    File(String),
    /// A table.
    Table(Fields<R>),
    /// A list of values or tables.
    List(Vec<Spanned<Value<R>>>),
}

/// An amount in a currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Money {
    /// The amount as decimal digits, at most with one point.
    pub amount: String,
    /// The currency (ISO 4217).
    pub currency: String,
}

/// A plain TOML value.
#[derive(Clone, PartialEq, Debug)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A float.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// A date or time as TOML writes it.
    Date(String),
    /// A list of plain values.
    List(Vec<Scalar>),
}

impl Scalar {
    /// Returns the value as people read it.
    pub fn in_words(&self) -> String {
        match self {
            Scalar::Text(text) => text.clone(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Number(number) => number.to_string(),
            Scalar::Boolean(value) => if *value { "on" } else { "off" }.to_owned(),
            Scalar::Date(date) => date.clone(),
            Scalar::List(items) => {
                items.iter().map(Scalar::in_words).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// The fields of a record or table that have a value, in the order of the schema.
#[derive(Clone, PartialEq, Debug)]
pub struct Fields<R> {
    entries: Vec<(usize, Spanned<Value<R>>)>,
}

impl<R> Default for Fields<R> {
    fn default() -> Fields<R> {
        Fields { entries: Vec::new() }
    }
}

impl<R> Fields<R> {
    /// Returns the fields with these places in the shape; the first of two for one place stays.
    pub fn new(mut entries: Vec<(usize, Spanned<Value<R>>)>) -> Fields<R> {
        entries.sort_by_key(|(place, _)| *place);
        entries.dedup_by_key(|(place, _)| *place);
        Fields { entries }
    }

    /// Leaves the values that `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&Value<R>) -> bool) {
        self.entries.retain(|(_, value)| keep(&value.value));
    }

    /// Returns the value at a place of the shape.
    pub fn get(&self, place: usize) -> Option<&Spanned<Value<R>>> {
        let ix = self.entries.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        Some(&self.entries[ix].1)
    }

    /// Returns the places that have a value, with it.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Spanned<Value<R>>)> {
        self.entries.iter().map(|(place, value)| (*place, value))
    }

    /// Returns every value that a way through tables leads to: lists are walked, and a list of
    /// values at the end gives each of them.
    pub fn at<'a>(&'a self, path: &[usize]) -> Vec<&'a Spanned<Value<R>>> {
        let mut values = Vec::new();
        if let Some((first, rest)) = path.split_first()
            && let Some(value) = self.get(*first)
        {
            walk(value, rest, &mut values);
        }
        values
    }

    /// Changes every reference, deep down; one that becomes nothing is left out.
    pub fn resolve<S>(self, change: &mut impl FnMut(R, &[usize]) -> Option<S>) -> Fields<S> {
        let mut way = Vec::new();
        self.resolve_at(&mut way, change)
    }

    fn resolve_at<S>(
        self,
        way: &mut Vec<usize>,
        change: &mut impl FnMut(R, &[usize]) -> Option<S>,
    ) -> Fields<S> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (place, value) in self.entries {
            way.push(place);
            let span = value.span;
            if let Some(value) = value.value.resolve(way, change) {
                entries.push((place, Spanned::new(value, span)));
            }
            way.pop();
        }
        Fields { entries }
    }
}

fn walk<'a, R>(
    value: &'a Spanned<Value<R>>,
    path: &[usize],
    values: &mut Vec<&'a Spanned<Value<R>>>,
) {
    match &value.value {
        Value::List(items) => items.iter().for_each(|item| walk(item, path, values)),
        Value::Table(fields) if !path.is_empty() => values.extend(fields.at(path)),
        _ if path.is_empty() => values.push(value),
        _ => {}
    }
}

impl<R> Value<R> {
    /// Returns the text of a value that is text by nature.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text)
            | Value::Markdown(text)
            | Value::Code(text)
            | Value::Choice(text)
            | Value::Mac(text)
            | Value::Hostname(text)
            | Value::Url(text)
            | Value::Email(text)
            | Value::Phone(text)
            | Value::File(text)
            | Value::Scalar(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns the day of a date.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            Value::Datetime(moment) => Some(moment.date()),
            _ => None,
        }
    }

    /// Returns the reference.
    pub fn as_reference(&self) -> Option<&R> {
        match self {
            Value::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// Returns the fields of a table.
    pub fn as_table(&self) -> Option<&Fields<R>> {
        match self {
            Value::Table(fields) => Some(fields),
            _ => None,
        }
    }

    /// Returns the items of a list, or the value itself as the only one.
    pub fn rows(value: &Spanned<Value<R>>) -> &[Spanned<Value<R>>] {
        match &value.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(value),
        }
    }

    /// Returns the value as one line of plain text, references by what `name` says of them.
    pub fn in_words(&self, name: &impl Fn(&R) -> String) -> String {
        match self {
            Value::Integer(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Percent(number) => format!("{number} %"),
            Value::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
            Value::Scalar(scalar) => scalar.in_words(),
            Value::Date(date) => date.to_string(),
            Value::Datetime(moment) => moment.to_string().replace('T', " "),
            Value::Duration(duration) => duration.in_words(),
            Value::Money(money) => format!("{} {}", money.amount, money.currency),
            Value::Ip(address) => address.to_string(),
            Value::Prefix(net) | Value::Interface(net) => net.to_string(),
            Value::Reference(reference) => name(reference),
            Value::Table(fields) => {
                let words: Vec<_> = fields.iter().map(|(_, v)| v.value.in_words(name)).collect();
                words.join(", ")
            }
            Value::List(items) => {
                let words: Vec<_> = items.iter().map(|item| item.value.in_words(name)).collect();
                words.join(", ")
            }
            _ => self.as_text().unwrap_or_default().to_owned(),
        }
    }

    fn resolve<S>(
        self,
        way: &mut Vec<usize>,
        change: &mut impl FnMut(R, &[usize]) -> Option<S>,
    ) -> Option<Value<S>> {
        Some(match self {
            Value::Reference(reference) => Value::Reference(change(reference, way)?),
            Value::Table(fields) => Value::Table(fields.resolve_at(way, change)),
            Value::List(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for item in items {
                    let span = item.span;
                    if let Some(value) = item.value.resolve(way, change) {
                        resolved.push(Spanned::new(value, span));
                    }
                }
                Value::List(resolved)
            }
            Value::Text(text) => Value::Text(text),
            Value::Markdown(text) => Value::Markdown(text),
            Value::Code(text) => Value::Code(text),
            Value::Integer(number) => Value::Integer(number),
            Value::Number(number) => Value::Number(number),
            Value::Boolean(value) => Value::Boolean(value),
            Value::Scalar(scalar) => Value::Scalar(scalar),
            Value::Date(date) => Value::Date(date),
            Value::Datetime(moment) => Value::Datetime(moment),
            Value::Duration(duration) => Value::Duration(duration),
            Value::Money(money) => Value::Money(money),
            Value::Percent(number) => Value::Percent(number),
            Value::Choice(key) => Value::Choice(key),
            Value::Ip(address) => Value::Ip(address),
            Value::Prefix(net) => Value::Prefix(net),
            Value::Interface(net) => Value::Interface(net),
            Value::Mac(text) => Value::Mac(text),
            Value::Hostname(text) => Value::Hostname(text),
            Value::Url(text) => Value::Url(text),
            Value::Email(text) => Value::Email(text),
            Value::Phone(text) => Value::Phone(text),
            Value::File(text) => Value::File(text),
        })
    }
}
