//! Amounts of money in the spellings of other systems.

/// Signs that stand for one currency only. `$` and `¥` are several countries'; they are read as the
/// runbook's own currency where that is one of those.
const SIGNS: &[(&str, &[&str])] = &[
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["JPY", "CNY"]),
    ("CHF", &["CHF"]),
    ("kr", &["SEK", "NOK", "DKK"]),
];

/// Returns an amount as a record has it: `$1,200.50` is `1200.50 USD`.
pub fn read(text: &str, own: &str) -> Result<String, String> {
    let (amount, currency) = split(text, own)?;
    let digits = plain(&amount).ok_or("not an amount of money that can be read in one way only")?;
    Ok(format!("{digits} {currency}"))
}

/// Returns the amount and the currency's code.
fn split(text: &str, own: &str) -> Result<(String, String), String> {
    let text = text.trim();
    let is_code = |word: &str| {
        word.len() == 3 && iso_currency::Currency::from_code(&word.to_uppercase()).is_some()
    };
    for word in [text.get(..3), text.len().checked_sub(3).and_then(|at| text.get(at..))] {
        if let Some(word) = word.filter(|word| is_code(word)) {
            return Ok((text.replacen(word, "", 1), word.to_uppercase()));
        }
    }
    for (sign, codes) in SIGNS {
        if text.contains(sign) {
            let code = if codes.contains(&own) { own } else { codes[0] };
            return Ok((text.replacen(sign, "", 1), code.to_owned()));
        }
    }
    Ok((text.to_owned(), own.to_owned()))
}

/// Returns digits with at most one point. Where point and comma both stand, the last one is the
/// decimal mark; one alone is where two digits follow it; `1.200` and `1,200` are thousands only if
/// that is how the mark is used again.
fn plain(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    let last = text.rfind(['.', ',']);
    let (whole, places) = match last {
        None => (text, ""),
        Some(at) => {
            let places = &text[at + 1..];
            let mark = &text[at..at + 1];
            let is_only_mark = !text[..at].contains(['.', ',']);
            match places.len() {
                1 | 2 => (&text[..at], places),
                // SQL servers and spreadsheets write `1200.0000`.
                4 if is_only_mark && mark == "." && places.ends_with("00") => {
                    (&text[..at], &places[..2])
                }
                3 if is_only_mark && mark == "." => return None,
                3 => (text, ""),
                _ => return None,
            }
        }
    };
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = is_digits(first)
        && (rest.is_empty() || first.len() <= 3)
        && rest.iter().all(|group| group.len() == 3 && is_digits(group))
        && (places.is_empty() || is_digits(places));
    let point = if places.is_empty() { "" } else { "." };
    fits.then(|| format!("{sign}{first}{}{point}{places}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_one_way_or_not_at_all() {
        for (text, amount) in [
            ("$1,200.50", "1200.50 USD"),
            ("1200", "1200 USD"),
            ("1,200", "1200 USD"),
            ("€ 1.200,50", "1200.50 EUR"),
            ("1200 eur", "1200 EUR"),
            ("CHF 1'250.00", "1250.00 CHF"),
            ("1200.0000", "1200.00 USD"),
            ("-3.5", "-3.5 USD"),
        ] {
            assert_eq!(read(text, "USD").as_deref(), Ok(amount), "{text}");
        }
        for text in ["1.200", "twelve", "", "1,2,3", "12.3456", "$"] {
            assert!(read(text, "USD").is_err(), "{text}");
        }
        assert_eq!(read("$5", "CAD").as_deref(), Ok("5 CAD"));
    }
}
