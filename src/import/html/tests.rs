use super::*;
use proptest::prelude::*;

fn md(html: &str) -> String {
    read(html, &mut |reference| match reference {
        Reference::Image(source) => {
            source.strip_prefix("1/docs/").map(|name| format!("files/docs/{name}"))
        }
        Reference::Link(_) => None,
    })
    .markdown
}

#[test]
fn paragraphs_headings_and_emphasis_become_markdown() {
    for (html, markdown) in [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\\\nthree"),
        ("<div>One</div><div>Two</div>", "One\n\nTwo"),
        ("<h2>A <b>b</b></h2>text", "## A **b**\n\ntext"),
        ("a <strong> b </strong>c", "a **b** c"),
        ("<b>Note:</b> x", "**Note**: x"),
        ("<b>a</b><b>b</b>", "**ab**"),
        ("<b></b>x<i> </i>y", "x y"),
        ("x<b>(y)</b>z", "x(y)z"),
        ("<p><span style='color:red'>red</span> <u>u</u></p>", "red u"),
        ("one<br><br>two<br>", "one\n\ntwo"),
        ("<p>a<p>b", "a\n\nb"),
        ("a&nbsp;&amp; b &lt;x&gt;", "a \\& b \\<x>"),
        ("<script>alert(1)</script><style>p{}</style>x", "x"),
        ("<html><head><title>t</title></head><body>x</body></html>", "x"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre>a\n  b `c`</pre>", "```\na\n  b `c`\n```"),
        ("run <code>dir *.txt</code>", "run `dir *.txt`"),
        ("<hr>", "---"),
    ] {
        assert_eq!(md(html), markdown, "{html}");
    }
}

#[test]
fn lists_keep_their_order_and_depth() {
    assert_eq!(md("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"), "- a\n  - b\n- c");
    assert_eq!(md("<ul><li>a</li><ul><li>b</li></ul></ul>"), "- a\n  - b");
    assert_eq!(md("<ol start=3><li>a<li>b</ol>"), "3. a\n4. b");
    assert_eq!(md("<ol><li><p>a</p><p>b</p></li><li>c</li></ol>"), "1. a\n\n   b\n\n2. c");
    assert_eq!(md("<dl><dt>IP</dt><dd>10.0.0.1</dd></dl>"), "- **IP**: 10.0.0.1");
}

#[test]
fn tables_become_tables_and_columns_of_layout_do_not() {
    assert_eq!(
        md(
            "<table><thead><tr><th>A<th>B</thead><tbody><tr><td>1|x</td><td><p>2</p><p>3</p></table>"
        ),
        "| A | B |\n| --- | --- |\n| 1\\|x | 2 3 |"
    );
    assert_eq!(
        md("<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td colspan=2>d</table>"),
        "|  |  |\n| --- | --- |\n| a | b |\n|  | c |\n| d |  |"
    );
    assert_eq!(md("<table><tr><td><h2>Title</h2><p>x</p></td></tr></table>"), "## Title\n\nx");
}

#[test]
fn links_lead_only_where_readers_may_be_led() {
    for (html, markdown) in [
        ("<a href='https://a.example/x y'>here</a>", "[here](https://a.example/x%20y)"),
        ("<a href='https://a.example/'>https://a.example</a>", "<https://a.example/>"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "<mailto:a@b.example>"),
        ("<a href='javascript:alert(1)'>x</a>", "x"),
        ("<a href='//host/share'>x</a>", "x"),
        ("<a href='#top'>x</a>", "x"),
        ("<a href='https://u:secretpw@a.example'>x</a>", "x"),
        ("<img src='1/docs/9/images/3' alt='Rack'>", "![Rack](files/docs/9/images/3)"),
        ("<img src='https://evil.example/x.png'>", "(picture not included: x.png)"),
        ("<img src='data:image/png;base64,AAAA'>", "(picture not included: picture)"),
    ] {
        assert_eq!(md(html), markdown, "{html}");
    }
    assert!(!md("see https://u:pw1234@a.example/").contains("[["));
}

#[test]
fn text_is_never_markup_by_accident() {
    for html in [
        "1. x",
        "# x",
        "- x",
        "[[device/x]]",
        "*x*",
        "| a | b |",
        "> x",
        "$x$",
        "a\n===",
        "~~x~~",
        "![x](y)",
    ] {
        let markdown = md(html);
        assert_eq!(crate::markdown::plain_text(&markdown), html.replace('\n', " "), "{markdown}");
        assert!(crate::markdown::scan(&markdown).links.is_empty(), "{markdown}");
    }
}

#[test]
fn numbered_lists_are_steps_under_their_heading() {
    let html = "<h2>Restart</h2><p>Intro</p><ol><li>Log in</li><li>Type <pre>iisreset</pre></li></ol>\
                <p><img src='1/docs/9/images/3'></p><ol start=3><li>Look<ol><li>deep</li></ol></li></ol>\
                <h2>Other</h2><ol><li>x</li></ol><table><tr><td><ol><li>no</li></ol></td><td>y</td></tr></table>";
    let prose = read(html, &mut |_| Some("files/docs/3.png".to_owned()));
    assert_eq!(prose.lists.len(), 2, "{:?}", prose.lists);
    let first = &prose.lists[0];
    assert_eq!(first.heading.as_deref(), Some("Restart"));
    assert_eq!(
        first.steps,
        ["Log in", "Type\n\n```\niisreset\n```\n\n![](files/docs/3.png)", "Look\n\n1. deep"]
    );
}

#[test]
fn html_is_told_from_plain_text() {
    for text in ["<p>x</p>", "a<br>b", "<DIV class='x'>y", "</p>"] {
        assert!(is_html(text), "{text}");
    }
    for text in ["a < b", "<user@host>", "<password>", "x<y>z", "", "<"] {
        assert!(!is_html(text), "{text}");
    }
}

#[test]
fn hostile_nesting_ends() {
    for element in ["div", "ul><li", "b", "table><tr><td", "blockquote", "a href=x", "font", "ol"] {
        let text = cell(&format!("<{element}>").repeat(50_000));
        assert!(text.len() < 1_000_000, "{element}: {}", text.len());
    }
    let text = cell(&format!("{}x", "<li>".repeat(50_000)));
    assert!(text.ends_with('x'));
    assert!(cell(&"<".repeat(100_000)).len() < 1_000_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_it_is_the_markdown_leads_nowhere_unsafe(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<ul>", "<li>", "</ul>", "<ol>", "<table>", "<tr>", "<td>",
            "</table>", "<a href='https://a.example/(x)'>", "<a href='javascript:x'>", "</a>", "<pre>", "</pre>",
            "<br>", "<code>", "</code>", "<h1>", "</h1>", "<blockquote>", "<img src='x'>", "text", " ", "*", "`",
            "[[a]]", "https://u:p@h.example", "file://x", "1.", "\n", "<!--", "-->", "&lt;", "\u{202e}", "<th rowspan=9>",
        ]), 0..40)
    ) {
        let html = parts.concat();
        let prose = read(&html, &mut |_| None);
        let outline = crate::markdown::scan(&prose.markdown);
        prop_assert_eq!(outline.unsafe_links().count(), 0, "{}", prose.markdown);
        let is_wiki = |link: &crate::markdown::Link| matches!(link.what, crate::markdown::LinkKind::Wiki(_));
        prop_assert!(!outline.links.iter().any(is_wiki), "{}", prose.markdown);
    }
}
