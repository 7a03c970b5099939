//! Puts the icons that a page uses into it, once each.
//!
//! An icon in another file cannot be used from `file://`, and one drawn out at every place would
//! make long lists heavy. So a page carries a symbol for each icon, and refers to it.

use std::collections::{BTreeMap, BTreeSet};

/// Where the theme wants the symbols.
const MARKER: &str = "<!--symbols-->";

/// What a reference to a symbol begins with, behind its quote.
const REFERENCE: &str = "#i-";

/// Puts the symbols that `html` refers to where its marker stands.
pub fn put(html: String, icons: &BTreeMap<String, String>) -> String {
    let Some(at) = html.find(MARKER) else { return html };
    let used = references(&html);
    let mut out = String::with_capacity(html.len() + used.len() * 256);
    out.push_str(&html[..at]);
    for name in used {
        let Some(inside) = icons.get(name) else { continue };
        out.push_str("<symbol id=\"i-");
        out.push_str(name);
        out.push_str("\" viewBox=\"0 0 24 24\">");
        out.push_str(inside);
        out.push_str("</symbol>");
    }
    out.push_str(&html[at + MARKER.len()..]);
    out
}

/// Returns the names of the symbols that `html` refers to.
///
/// Looks for a single byte, which is many times faster than for a word, and pages are long.
fn references(html: &str) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    let mut rest = html;
    while let Some(at) = rest.find('#') {
        if rest[..at].ends_with('"')
            && let Some(behind) = rest[at..].strip_prefix(REFERENCE)
        {
            used.extend(behind.split('"').next());
        }
        rest = &rest[at + 1..];
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_icons_of_the_page_are_put_in() {
        let icons = BTreeMap::from([
            ("a".to_owned(), "<path d=\"M0\"/>".to_owned()),
            ("b".to_owned(), "<path d=\"M1\"/>".to_owned()),
        ]);
        let html = "<svg><!--symbols--></svg><use href=\"#i-a\"></use><use href=\"#i-a\"></use>";
        let put = put(html.to_owned(), &icons);
        assert_eq!(put.matches("<symbol").count(), 1);
        assert!(put.contains("<symbol id=\"i-a\"") && !put.contains("M1"));
    }
}
