//! Days in the spellings of other systems.

use jiff::civil::{Date, date};

use crate::syntax::Item;

/// In which order a source writes days with figures only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// `01/31/2024`
    MonthFirst,
    /// `31/01/2024`
    DayFirst,
    /// Only days that can be read in one way are read.
    Unknown,
}

/// Returns a day as TOML has it.
pub fn item(day: Date) -> Item {
    Item::Datetime(toml::value::Datetime {
        date: Some(toml::value::Date {
            year: day.year().unsigned_abs(),
            month: day.month().unsigned_abs(),
            day: day.day().unsigned_abs(),
        }),
        time: None,
        offset: None,
    })
}

/// Returns a moment as TOML has it, in the source's own time.
pub fn moment(text: &str) -> Result<toml::value::Datetime, String> {
    let day = read(text, Order::Unknown)?;
    let time = text.split(['T', ' ']).nth(1).and_then(|time| {
        let hours: String = time.chars().take_while(|c| c.is_ascii_digit() || *c == ':').collect();
        hours.parse::<jiff::civil::Time>().ok()
    });
    let time = time.unwrap_or_default();
    let text = format!("{day}T{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    text.parse().map_err(|_| "not a time".to_owned())
}

/// Returns the day that `text` names; a time behind it is left out.
///
/// Reads ISO 8601, `12 Mar 2024`, `Mar 12, 2024`, `12.03.2024`, `/Date(1613679244000)/`, seconds and
/// milliseconds since 1970; and figures with strokes in the given order.
pub fn read(text: &str, order: Order) -> Result<Date, String> {
    let text = text.trim();
    let day = iso(text)
        .or_else(|| epoch(text))
        .or_else(|| with_points(text))
        .or_else(|| with_month_name(text))
        .map_or_else(|| figures(text, order), Ok)?;
    // 1601, 1900, 1970-01-01 and 9999 stand for "never" in databases and directories.
    let is_real = day > date(1970, 1, 1) && day.year() < 2100;
    is_real.then_some(day).ok_or_else(|| "a day that stands for never".to_owned())
}

fn iso(text: &str) -> Option<Date> {
    let head = text.get(..10)?;
    let behind = text.as_bytes().get(10);
    let ends = behind.is_none_or(|byte| matches!(byte, b'T' | b' ' | b'+' | b'Z'));
    let dashed = head.replace('/', "-");
    let shaped =
        head.as_bytes()[4] == head.as_bytes()[7] && matches!(head.as_bytes()[4], b'-' | b'/');
    (ends && shaped).then(|| dashed.parse().ok()).flatten()
}

/// `/Date(…)/` of PowerShell 5, and bare seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<Date> {
    let inner = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    let digits = inner.unwrap_or(text);
    let digits = digits.split(['+', '-']).next().filter(|part| !part.is_empty())?;
    let number: i64 = digits.parse().ok()?;
    let milliseconds = match (inner.is_some(), digits.len()) {
        (true, _) | (false, 13) => number,
        (false, 10) => number * 1000,
        _ => return None,
    };
    let moment = jiff::Timestamp::from_millisecond(milliseconds).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// `12.03.2024` is written with the day first wherever points are used.
fn with_points(text: &str) -> Option<Date> {
    let head = text.split_whitespace().next()?;
    let parts: Vec<i16> = head.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [day, month, year] if *year >= 1000 => made(*year, *month, *day),
        _ => None,
    }
}

fn with_month_name(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<&str> =
        text.split([' ', ',', '-', '.']).filter(|word| !word.is_empty()).take(4).collect();
    // A weekday in front says nothing new.
    let words = match words.first().map(|word| word.to_lowercase()) {
        Some(first)
            if first.ends_with("day")
                || ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&first.as_str()) =>
        {
            &words[1..]
        }
        _ => &words[..],
    };
    let [first, second, third] = words.get(..3)? else { return None };
    let month_of = |word: &str| {
        let short = word.get(..3)?.to_lowercase();
        let is_word = word.chars().all(char::is_alphabetic);
        let place = MONTHS.iter().position(|month| *month == short)?;
        is_word.then_some(place as i16 + 1)
    };
    let number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
        digits.parse::<i16>().ok()
    };
    let (day, month, year) = match (month_of(first), month_of(second)) {
        (Some(month), _) => (number(second)?, month, number(third)?),
        (_, Some(month)) => (number(first)?, month, number(third)?),
        _ => return None,
    };
    made(full_year(year), month, day)
}

/// Figures with strokes or dashes, in the order that is known or that alone is possible.
fn figures(text: &str, order: Order) -> Result<Date, String> {
    let unreadable = || "not a day".to_owned();
    let (a, b, year) = parts(text).ok_or_else(unreadable)?;
    let (month, day) = match order {
        Order::MonthFirst => (a, b),
        Order::DayFirst => (b, a),
        Order::Unknown if a > 12 => (b, a),
        Order::Unknown if b > 12 || a == b => (a, b),
        Order::Unknown => {
            return Err("a day that can be read in two ways: month or day first".to_owned());
        }
    };
    made(year, month, day).ok_or_else(unreadable)
}

/// Returns the two figures and the year of `01/31/2024`.
fn parts(text: &str) -> Option<(i16, i16, i16)> {
    let head = text.split([' ', 'T']).next()?;
    let parts: Vec<i16> =
        head.split(['/', '-']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts.as_slice() {
        [a, b, year] => Some((*a, *b, full_year(*year))),
        _ => None,
    }
}

fn full_year(year: i16) -> i16 {
    match year {
        0..70 => 2000 + year,
        70..100 => 1900 + year,
        year => year,
    }
}

fn made(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Returns in which order these values of one column are written, if one of them tells.
pub fn order_of<'a>(values: impl IntoIterator<Item = &'a str>) -> Order {
    let mut order = Order::Unknown;
    for (a, b, _) in values.into_iter().filter(|value| iso(value).is_none()).filter_map(parts) {
        let this = match (a > 12, b > 12) {
            (true, false) => Order::DayFirst,
            (false, true) => Order::MonthFirst,
            _ => continue,
        };
        if order != Order::Unknown && order != this {
            return Order::Unknown;
        }
        order = this;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_the_spellings_of_other_systems() {
        let day = date(2024, 3, 25);
        for text in [
            "2024-03-25",
            "2024-03-25T10:00:00Z",
            "2024/03/25 10:00",
            "03/25/2024",
            "25/03/2024",
            "25.03.2024",
            "25 Mar 2024",
            "Monday, March 25, 2024",
            "Mar 25, 2024 10:00 AM",
            "25-Mar-24",
            "1711324800",
            "1711324800000",
            "/Date(1711324800000)/",
            "/Date(1711324800000+0100)/",
        ] {
            assert_eq!(read(text, Order::Unknown), Ok(day), "{text}");
        }
    }

    #[test]
    fn a_day_that_can_be_read_in_two_ways_is_not_guessed() {
        assert!(read("02/03/2024", Order::Unknown).is_err());
        assert_eq!(read("02/03/2024", Order::MonthFirst), Ok(date(2024, 2, 3)));
        assert_eq!(read("02/03/2024", Order::DayFirst), Ok(date(2024, 3, 2)));
        assert_eq!(order_of(["02/03/2024", "25/03/2024"]), Order::DayFirst);
        assert_eq!(order_of(["02/03/2024", "2024-01-01"]), Order::Unknown);
        for text in ["1601-01-01", "1970-01-01", "9999-12-31", "2024-02-30", "soon", "", "12"] {
            assert!(read(text, Order::Unknown).is_err(), "{text}");
        }
    }
}
