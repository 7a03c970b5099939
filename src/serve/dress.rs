//! Changes a page on its way to a browser: it gets the preview's script and words, and a policy that
//! allows them.
//!
//! Whatever theme made the page, a runbook's own among them. So it is done to the text of the page and
//! not by a template: only the policy and the end of the head have to be found.

/// The folder of what the server itself gives. No file of a site can begin with a dot.
pub(super) const OWN: &str = "/.clearjar/";

/// The preview's words: a `template`, which no reader sees until the script takes it.
const WORDS: &str = include_str!("preview/words.html");

/// Returns `page` as it goes out. `digest` names what the page shows; it is empty for a page that stands
/// in place of another, `instead_of` the address of that.
pub(super) fn dress(page: &str, digest: &str, instead_of: Option<&str>) -> String {
    let mut added =
        format!("<script src=\"{OWN}preview.js\" defer data-page=\"{digest}\"></script>\n");
    added.push_str(WORDS);
    let page = match instead_of {
        Some(address) => at_another_address(page, address),
        None => page.to_owned(),
    };
    let page = with_policy(&page, instead_of.is_some());
    let (head, rest) = page.split_at(end_of_head(&page));
    [head, &added, rest].concat()
}

/// Lets the links of a page for the site's root work at any address.
fn at_another_address(page: &str, address: &str) -> String {
    let address = escaped(address);
    let page = page.replace("href=\"#", &format!("href=\"{address}#"));
    let Some(start) = find(&page, "<head").and_then(|at| Some(at + page[at..].find('>')? + 1))
    else {
        return page;
    };
    let (before, rest) = page.split_at(start);
    [before, "<base href=\"/\">", rest].concat()
}

/// Returns where the head ends, as far as it is said; else the end of the page, where a script works too.
fn end_of_head(page: &str) -> usize {
    find(page, "</head>").or_else(|| find(page, "<body")).unwrap_or(page.len())
}

/// Finds `what`, in small letters, in whatever letters it is written.
fn find(page: &str, what: &str) -> Option<usize> {
    page.as_bytes().windows(what.len()).position(|part| part.eq_ignore_ascii_case(what.as_bytes()))
}

/// Extends each policy of the page.
fn with_policy(page: &str, has_base: bool) -> String {
    let head = end_of_head(page);
    let mut dressed = String::with_capacity(page.len() + 4 * 1024);
    let mut rest = page;
    while let Some(start) = find(&rest[..rest.len().min(head)], "<meta") {
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        let (before, tag) = (&rest[..start], &rest[start..end]);
        dressed.push_str(before);
        dressed.push_str(&with_policy_of(tag, has_base).unwrap_or_else(|| tag.to_owned()));
        rest = &rest[end..];
    }
    dressed.push_str(rest);
    dressed
}

/// Returns a `meta` element that holds a policy with the policy extended.
fn with_policy_of(tag: &str, has_base: bool) -> Option<String> {
    find(tag, "content-security-policy")?;
    let start = find(tag, "content=")? + "content=".len();
    let quote = tag[start..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let start = start + 1;
    let end = start + tag[start..].find(quote)?;
    Some([&tag[..start], &extended(&tag[start..end], has_base), &tag[end..]].concat())
}

/// Returns a policy that allows what the preview needs besides: its script, its style, and to hear from
/// this server.
fn extended(policy: &str, has_base: bool) -> String {
    let needed = ["script-src", "style-src", "connect-src"];
    let needed = needed.into_iter().chain(has_base.then_some("base-uri"));
    let mut directives: Vec<String> =
        policy.split(';').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    for name in needed {
        let is_it = |it: &&mut String| it.split_whitespace().next() == Some(name);
        match directives.iter_mut().find(is_it) {
            Some(directive) => {
                let sources = directive.split_whitespace().skip(1);
                let others = sources.filter(|source| !matches!(*source, "'none'" | "'self'"));
                *directive =
                    [name, "'self'"].into_iter().chain(others).collect::<Vec<_>>().join(" ");
            }
            None => directives.push(format!("{name} 'self'")),
        }
    }
    directives.join("; ")
}

fn escaped(address: &str) -> String {
    address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_the_preview_and_nothing_more() {
        assert_eq!(
            extended(
                "default-src 'none'; script-src 'self'; connect-src 'none'; img-src data:",
                false
            ),
            "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:; style-src 'self'"
        );
        assert_eq!(
            extended("script-src 'sha256-x'; base-uri 'none'", true),
            "script-src 'self' 'sha256-x'; base-uri 'self'; style-src 'self'; connect-src 'self'"
        );
    }

    #[test]
    fn a_page_gets_the_script_at_the_end_of_its_head() {
        let page = "<!doctype html><HEAD><meta charset=utf-8><META http-equiv='Content-Security-Policy' \
                    content='connect-src \"none\"; connect-src x'></HEAD><body><head></body>";
        let dressed = dress(page, "0123", None);
        assert!(
            dressed.contains("<script src=\"/.clearjar/preview.js\" defer data-page=\"0123\">")
        );
        assert!(dressed.contains("</template>\n</HEAD><body><head></body>"), "{dressed}");
        assert!(dressed.contains("content='connect-src 'self'"), "{dressed}");
    }

    #[test]
    fn a_page_without_head_or_policy_is_dressed_all_the_same() {
        for page in
            ["", "<p>ü", "<body>x", "<meta", "<meta http-equiv=content-security-policy content="]
        {
            let dressed = dress(page, "0", Some("/a/b"));
            assert!(dressed.contains("preview.js"), "{dressed}");
        }
    }

    #[test]
    fn a_page_in_place_of_another_leads_where_it_would_at_the_root() {
        let page =
            "<head><title>x</title></head><body><a href=\"#main\">skip</a><a href=\"a.html\">a</a>";
        let dressed = dress(page, "", Some("/a/\"b"));
        assert!(dressed.starts_with("<head><base href=\"/\"><title>"), "{dressed}");
        assert!(dressed.contains("<a href=\"/a/&quot;b#main\">"), "{dressed}");
    }
}
