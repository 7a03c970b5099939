//! Turns a value into the text that programs read: days as ISO 8601 has them, choices and references by
//! their names in the records, never in words that a language chooses.

use crate::model::{Model, Target};
use crate::record::value::{Scalar, Value};
use crate::schema::field::Duration;

/// What stands between the values of a list in one cell.
pub const BETWEEN: &str = "; ";

/// Returns a value as one cell.
pub fn text(model: &Model, value: &Value<Target>) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Number(number) | Value::Percent(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Scalar(scalar) => scalar_text(scalar),
        Value::Date(date) => date.to_string(),
        Value::Datetime(moment) => moment.to_string(),
        Value::Duration(duration) => iso_duration(*duration),
        Value::Money(money) => format!("{} {}", money.amount, money.currency),
        Value::Ip(address) => address.to_string(),
        Value::Prefix(net) | Value::Interface(net) => net.to_string(),
        Value::Reference(target) => reference(model, target),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|item| text(model, &item.value)).collect();
            texts.join(BETWEEN)
        }
        Value::Table(fields) => {
            let texts: Vec<String> = fields.iter().map(|(_, it)| text(model, &it.value)).collect();
            texts.join(BETWEEN)
        }
        Value::Text(text)
        | Value::Markdown(text)
        | Value::Code(text)
        | Value::Choice(text)
        | Value::Mac(text)
        | Value::Hostname(text)
        | Value::Url(text)
        | Value::Email(text)
        | Value::Phone(text)
        | Value::File(text) => text.clone(),
    }
}

/// Returns a plain TOML value as one cell.
pub fn scalar_text(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Boolean(value) => value.to_string(),
        Scalar::List(items) => items.iter().map(scalar_text).collect::<Vec<_>>().join(BETWEEN),
        other => other.in_words(),
    }
}

/// Returns what a reference points to: `device/fw-hq-01`, or `device/fw-hq-01:wan1` for a row of it.
pub fn reference(model: &Model, target: &Target) -> String {
    let record = model.full_id(target.node);
    match &target.row {
        Some(row) => format!("{record}:{row}"),
        None => record,
    }
}

/// Returns a length of time as ISO 8601 writes it: `P1Y6M`, `P90D`, `PT4H30M`.
pub fn iso_duration(duration: Duration) -> String {
    let part = |amount: u32, unit: &str| match amount {
        0 => String::new(),
        amount => format!("{amount}{unit}"),
    };
    let mut text = String::from("P");
    text.push_str(&part(duration.months / 12, "Y"));
    text.push_str(&part(duration.months % 12, "M"));
    text.push_str(&part(duration.days, "D"));
    let time = part(duration.minutes / 60, "H") + &part(duration.minutes % 60, "M");
    match (time.as_str(), text.as_str()) {
        ("", "P") => "PT0M".to_owned(),
        ("", _) => text,
        (time, _) => format!("{text}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_written_as_iso_8601_has_it() {
        for (written, iso) in [
            ("90d", "P90D"),
            ("1y 6mo", "P1Y6M"),
            ("4h", "PT4H"),
            ("1d 90min", "P1DT1H30M"),
            ("0d", "PT0M"),
            ("2w", "P14D"),
        ] {
            assert_eq!(iso_duration(Duration::parse(written).unwrap()), iso, "{written}");
        }
    }
}
