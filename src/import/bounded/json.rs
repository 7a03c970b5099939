//! JSON: one document, or one to a line.

use serde_json::Value;

use crate::import::Refused;
use crate::import::foreign::Foreign;
use crate::text::bytes_in_words;

/// Bytes of a JSON file; a value takes up to ten times as much in memory.
pub const BYTES: usize = 192 * 1024 * 1024;

/// How deep values may lie in each other; the parser's own limit.
pub const DEPTH: usize = 127;

/// Reads a file as one JSON document.
pub fn read(file: &Foreign) -> Result<Value, Refused> {
    let text = file.text()?.text;
    parse(&text, &file.name)
}

/// Reads text as one JSON document.
pub fn parse(text: &str, name: &str) -> Result<Value, Refused> {
    if text.len() > BYTES {
        return Err(Refused::new(format!(
            "`{name}` is larger than {}, which is as much JSON as is read at once",
            bytes_in_words(BYTES as u64)
        ))
        .help("export it in parts, such as one page or kind at a time"));
    }
    serde_json::from_str(text).map_err(|error| refused(&error, name))
}

fn refused(error: &serde_json::Error, name: &str) -> Refused {
    let (line, column) = (error.line(), error.column());
    let what = error.to_string();
    let depth = what.contains("recursion limit");
    let message = match (depth, error.is_eof()) {
        (true, _) => format!("`{name}` has values more than {DEPTH} deep in each other"),
        (_, true) => format!("`{name}` is cut off: its JSON has no end"),
        _ => format!("`{name}` is no JSON from line {line}, column {column} on"),
    };
    Refused::new(message).help("export it once more")
}

/// Returns the value behind names and places: `at(value, &["site", "name"])`.
pub fn at<'a>(value: &'a Value, way: &[&str]) -> Option<&'a Value> {
    way.iter().try_fold(value, |value, name| match value {
        Value::Object(fields) => fields.get(*name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Returns the text of a value behind names; numbers as they are written. Nothing for `null` and `""`.
pub fn text_at(value: &Value, way: &[&str]) -> Option<String> {
    match at(value, way)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns the items of a list, or a value alone as the only one: PowerShell writes a list of one as
/// that one.
pub fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        value => std::slice::from_ref(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_that_is_deep_damaged_or_cut_off_is_refused() {
        let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
        for (text, told) in [
            (deep.as_str(), "127 deep"),
            ("[1, 2", "is cut off"),
            ("{\"a\": x}", "line 1, column 7"),
            ("", "is cut off"),
        ] {
            let refused = parse(text, "x.json").unwrap_err();
            assert!(refused.message.contains(told), "{}", refused.message);
        }
        let fits = format!("{}1{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        assert!(parse(&fits, "x.json").is_ok());
    }

    #[test]
    fn values_are_found_by_their_way() {
        let value = parse(r#"{"a": [{"b": 7}, "x"], "c": null}"#, "x").unwrap();
        assert_eq!(text_at(&value, &["a", "0", "b"]).as_deref(), Some("7"));
        assert_eq!(text_at(&value, &["c"]), None);
        assert_eq!(items(at(&value, &["a"]).unwrap()).len(), 2);
        assert_eq!(items(at(&value, &["a", "0"]).unwrap()).len(), 1);
    }
}
