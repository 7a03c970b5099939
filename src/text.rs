//! Words: spelling, order and lists of them. (Stub until the real one is merged.)

/// Returns the candidate nearest to `word`.
pub fn nearest<'a>(_word: &str, _candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    None
}

/// Returns a list in words.
pub fn list_of<S: AsRef<str>>(words: &[S], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    quoted.join(&format!(" {last} "))
}

/// Compares as people sort.
pub fn natural_cmp(a: &str, b: &str) -> std::cmp::Ordering {
    a.cmp(b)
}

/// Returns a count with its noun.
pub fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Returns a length in words.
pub fn bytes_in_words(bytes: u64) -> String {
    format!("{bytes} bytes")
}

/// Returns days in words.
pub fn words_of_days(days: i64) -> String {
    format!("in {days} days")
}
