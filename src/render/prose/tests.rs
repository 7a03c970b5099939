use proptest::prelude::*;
use scraper::{Html, Node};

use super::*;

fn links() -> BTreeMap<String, LinkTarget> {
    let target = |key: &str, href: &str, title: &str| {
        (key.to_owned(), LinkTarget { href: href.to_owned(), title: title.to_owned() })
    };
    BTreeMap::from([
        target("fw", "../devices/fw.html", "HQ \"main\" firewall"),
        target("procedure/restore#step.stop", "restore.html#step.stop", "Restore: stop"),
        target("files/plan.pdf", "../files/plan.pdf", "plan.pdf"),
        target("files/rack.png", "../files/rack.png", "rack.png"),
        target("javascript:alert(9)", "never.html", "never"),
    ])
}

fn html_with(source: &str, options: &Options) -> String {
    let mut out = String::new();
    to_html(source, &links(), options, &Highlighter::new(), &mut out);
    out
}

fn html(source: &str) -> String {
    html_with(source, &Options::default())
}

#[test]
fn text_becomes_clean_elements() {
    assert_eq!(
        html("a *b* **c** ~~d~~ `e<f>`\\\ng & h\n\n---"),
        "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;f&gt;</code><br>\ng &amp; h</p>\n<hr>\n"
    );
    assert_eq!(
        html("- a\n- b\n\n3. c\n"),
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol start=\"3\">\n<li>c</li>\n</ol>\n"
    );
    assert_eq!(html("> a"), "<blockquote>\n<p>a</p>\n</blockquote>\n");
}

#[test]
fn headings_have_a_prefix_a_base_and_a_link_to_themselves() {
    let options = Options { heading_base: 3, id_prefix: "notes.".to_owned(), ..Options::default() };
    assert_eq!(
        html_with("# Set *up*\n### [[fw]]", &options),
        "<h3 id=\"notes.set-up\">Set <em>up</em> <a class=\"anchor\" href=\"#notes.set-up\" aria-label=\"Link to this section\">#</a></h3>\n\
         <h4 id=\"notes.fw\"><a href=\"../devices/fw.html\">HQ \"main\" firewall</a> <a class=\"anchor\" href=\"#notes.fw\" aria-label=\"Link to this section\">#</a></h4>\n"
    );
    let deep = html("# a\n## b\n### c\n#### d\n##### e\n###### f\n");
    assert!(deep.contains("<h6 id=\"e\">") && deep.contains("<h6 id=\"f\">"));
}

#[test]
fn links_lead_where_the_map_says_or_are_text() {
    assert_eq!(html("[[fw]]"), "<p><a href=\"../devices/fw.html\">HQ \"main\" firewall</a></p>\n");
    assert_eq!(
        html("[[procedure/restore#step.stop|*stop* it]]"),
        "<p><a href=\"restore.html#step.stop\" title=\"Restore: stop\"><em>stop</em> it</a></p>\n"
    );
    assert_eq!(
        html("[[fw|a]] [[nobody]] [[nobody|*b*]]"),
        "<p><a href=\"../devices/fw.html\" title=\"HQ &quot;main&quot; firewall\">a</a> nobody <em>b</em></p>\n"
    );
    assert_eq!(
        html("[plan](files/plan.pdf)"),
        "<p><a href=\"../files/plan.pdf\" title=\"plan.pdf\">plan</a></p>\n"
    );
    assert_eq!(html("[plan](files/other.pdf)"), "<p>plan</p>\n");
    assert_eq!(
        html("[x](https://a.example/?b&c \"d\")"),
        "<p><a class=\"external\" href=\"https://a.example/?b&amp;c\" title=\"d\" rel=\"noopener noreferrer\">x</a></p>\n"
    );
    assert_eq!(
        html("[](mailto:a@b.example)"),
        "<p><a href=\"mailto:a@b.example\">mailto:a@b.example</a></p>\n"
    );
    assert_eq!(html("<sw1:eth0>"), "<p>&lt;sw1:eth0&gt;</p>\n");
}

#[test]
fn links_within_the_text_lead_to_its_own_anchors() {
    let options = Options {
        id_prefix: "n.".to_owned(),
        steps: true,
        step_prefix: "p.".to_owned(),
        ..Options::default()
    };
    let page = html_with(
        "# Set up\n\n1. go {#go}\n\n[a](#set-up) [b](#step.go) [c](#elsewhere)",
        &options,
    );
    assert!(
        page.contains("<a href=\"#n.set-up\">a</a> <a href=\"#p.step.go\">b</a> c</p>"),
        "{page}"
    );
    assert!(page.contains("id=\"n.set-up\"") && page.contains("id=\"p.step.go\""));
}

#[test]
fn wiki_links_work_in_tables_and_not_in_code() {
    let page = html("| a | |\n|--:|:-:|\n| [[fw|b]] | `[[fw]]` |\n");
    assert_eq!(
        page,
        "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n\
         <thead><tr><th scope=\"col\" class=\"right\">a</th><td class=\"center\"></td></tr></thead>\n<tbody>\n\
         <tr><td class=\"right\"><a href=\"../devices/fw.html\" title=\"HQ &quot;main&quot; firewall\">b</a></td>\
         <td class=\"center\"><code>[[fw]]</code></td></tr>\n</tbody></table></div>\n"
    );
}

#[test]
fn images_are_shown_if_they_are_the_sites_own() {
    assert_eq!(
        html("![the *rack*](files/rack.png)"),
        "<p><img src=\"../files/rack.png\" alt=\"the rack\" loading=\"lazy\"></p>\n"
    );
    assert_eq!(html("![a ![b](c) d](https://evil.example/x.png)e"), "<p>a b de</p>\n");
}

#[test]
fn code_is_coloured_and_named() {
    assert_eq!(
        html("```sh\necho a\n```\n"),
        "<pre class=\"code\" data-lang=\"bash\" tabindex=\"0\"><code><span class=\"c-b\">echo</span> a\n</code></pre>\n"
    );
    assert_eq!(
        html("    <b>"),
        "<pre class=\"code\" tabindex=\"0\"><code>&lt;b&gt;</code></pre>\n"
    );
}

#[test]
fn alerts_tasks_and_steps_have_their_classes() {
    assert_eq!(
        html("> [!WARNING]\n> a"),
        "<div class=\"alert alert-warning\"><p class=\"alert-title\">Warning</p>\n<p>a</p>\n</div>\n"
    );
    assert_eq!(
        html("- [x] a\n- [ ] b\n"),
        "<ul>\n<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\n\
         <li class=\"task\"><input type=\"checkbox\" disabled aria-label=\"Not done\"> b</li>\n</ul>\n"
    );
    let steps = Options { steps: true, ..Options::default() };
    assert_eq!(
        html_with("2. Stop it {#stop}\n3. Go\n   1. sub\n", &steps),
        "<ol class=\"steps\" start=\"2\">\n<li class=\"step\" id=\"step.stop\"><div class=\"step-body\">Stop it</div></li>\n\
         <li class=\"step\" id=\"step.go\"><div class=\"step-body\">Go<ol>\n<li>sub</li>\n</ol>\n</div></li>\n</ol>\n"
    );
}

#[test]
fn footnotes_are_numbered_as_they_are_met_and_none_is_lost() {
    let options = Options { id_prefix: "n.".to_owned(), ..Options::default() };
    assert_eq!(
        html_with("[^b] [^a] [^b]\n\n[^a]: one\n\n[^b]: two[^a]\n\n[^c]: three\n", &options),
        "<p><sup class=\"footnote-ref\"><a href=\"#n.fn.1\" id=\"n.fnref.1\" role=\"doc-noteref\">1</a></sup> \
         <sup class=\"footnote-ref\"><a href=\"#n.fn.2\" id=\"n.fnref.2\" role=\"doc-noteref\">2</a></sup> \
         <sup class=\"footnote-ref\"><a href=\"#n.fn.1\" id=\"n.fnref.1.2\" role=\"doc-noteref\">1</a></sup></p>\n\
         <section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\"><ol>\n\
         <li id=\"n.fn.1\"><p>two<sup class=\"footnote-ref\"><a href=\"#n.fn.2\" id=\"n.fnref.2.2\" role=\"doc-noteref\">2</a></sup> <a class=\"footnote-back\" href=\"#n.fnref.1\" aria-label=\"Back to the text\">↩</a></p>\n</li>\n\
         <li id=\"n.fn.2\"><p>one <a class=\"footnote-back\" href=\"#n.fnref.2\" aria-label=\"Back to the text\">↩</a></p>\n</li>\n\
         <li id=\"n.fn.3\"><p>three</p>\n</li>\n</ol></section>\n"
    );
}

#[test]
fn a_footnote_that_is_defined_twice_says_both() {
    let page = html("a[^x]\n\n[^x]: one\n\n[^x]: # two\n");
    assert!(page.contains("one") && page.contains("<h2 id=\"two\">"), "{page}");
}

#[test]
fn what_turns_the_reading_direction_is_spelt_out() {
    let page = html("a\u{202e}b `c\u{2066}d` ![e\u{202e}](files/rack.png)");
    assert!(page.contains("a<span class=\"bidi\" title=\"U+202E\">⟪U+202E⟫</span>b"));
    assert!(page.contains("<code>c<span class=\"bidi\""));
    assert!(page.contains("alt=\"e⟪U+202E⟫\""));
    assert!(!page.contains(['\u{202e}', '\u{2066}']));
}

/// Elements and the attributes each may have.
const ALLOWED: &[(&str, &[&str])] = &[
    ("a", &["class", "href", "title", "rel", "id", "role", "aria-label"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &[]),
    ("del", &[]),
    ("div", &["class", "tabindex", "role", "aria-label"]),
    ("em", &[]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("img", &["src", "alt", "loading"]),
    ("input", &["type", "disabled", "checked", "aria-label"]),
    ("li", &["class", "id"]),
    ("ol", &["class", "start"]),
    ("p", &["class"]),
    ("pre", &["class", "data-lang", "tabindex"]),
    ("section", &["class", "role", "aria-label"]),
    ("span", &["class", "title"]),
    ("strong", &[]),
    ("sup", &["class"]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["class"]),
    ("th", &["class", "scope"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// Panics at whatever a browser would make of `page` that is not ours.
fn expect_ours(source: &str, page: &str) {
    for node in Html::parse_fragment(page).tree.nodes() {
        let element = match node.value() {
            Node::Element(element) if matches!(element.name(), "html" | "body") => continue,
            Node::Element(element) => element,
            Node::Text(_) | Node::Document | Node::Fragment => continue,
            other => panic!("{other:?} from {source:?}"),
        };
        let allowed = ALLOWED.iter().find(|(name, _)| *name == element.name());
        let (_, attributes) = allowed.unwrap_or_else(|| panic!("{element:?} from {source:?}"));
        for (name, value) in element.attrs() {
            assert!(attributes.contains(&name), "{element:?} from {source:?}");
            let known = |href: &str| links().values().any(|target| target.href == href);
            match name {
                "href" => assert!(
                    known(value)
                        || value.starts_with('#')
                        || [
                            "https://", "http://", "mailto:", "tel:", "ssh://", "sftp://", "rdp://"
                        ]
                        .iter()
                        .any(|scheme| value.to_ascii_lowercase().starts_with(scheme)),
                    "{value} from {source:?}"
                ),
                "src" => assert!(known(value), "{value} from {source:?}"),
                _ => {}
            }
        }
    }
    assert!(!page.contains("never.html"), "{source:?}");
}

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "a <script>alert(1)</script> b",
    "<img src=x onerror=alert(1)>",
    "a <img src=x onerror=alert(1)> b",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">",
    "<iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<style>*{display:none}</style>",
    "<!-- --><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php x ?><b onclick=alert(1)>x</b>",
    "<!DOCTYPE x><body onload=alert(1)>",
    "</p></div></body><script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```html\n<script>alert(1)</script>\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "```x\" onclick=\"alert(1)\nx\n```",
    "``` bash' onmouseover='alert(1)\nx\n```",
    "`<script>alert(1)</script>`",
    "[x](javascript:alert(1))",
    "[x](javascript:alert(9))",
    "![x](javascript:alert(9))",
    "<javascript:alert(9)>",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&amp;colon;alert(1))",
    "[x](javascript&#x3a;alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x]( javascript:alert(1))",
    "[x](<  javascript:alert(1)>)",
    "[x](&#1;javascript:alert(1))",
    "[x](&Tab;javascript:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/x)",
    "[x](\\\\evil.example\\x)",
    "[x](/\\evil.example)",
    "[x](https:evil.example)",
    "[x](https:\\\\evil.example)",
    "[x](https://bank.example@evil.example)",
    "[x](https://a.example/\"onmouseover=\"alert(1))",
    "[x](https://a.example/'onmouseover='alert(1))",
    "[x](https://a.example \"\\\"onmouseover=alert(1) x=\\\"\")",
    "[x](https://a.example 'a\"><script>alert(1)</script>')",
    "[\"><script>alert(1)</script>](https://a.example)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](//evil.example/pixel.png)",
    "![\"onerror=\"alert(1)](files/rack.png)",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "<javascript:alert(1)>",
    "<JAVASCRIPT:alert(1)>",
    "<data:text/html,x>",
    "<https://a.example/\"onmouseover=\"alert(1)>",
    "<a@b.example\"onclick=\"alert(1)>",
    "https://a.example/<script>alert(1)</script>",
    "https://a.example/\"onmouseover=\"alert(1)",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x][y]\n\n[y]: <javascript:alert(1)> 'z\"onclick=\"alert(1)'",
    "[x]: //evil.example 'x'\n\n[x]",
    "a[^\"><script>alert(1)</script>]\n\n[^\"><script>alert(1)</script>]: b",
    "a[^x\" onclick=\"y]\n\n[^x\" onclick=\"y]: b",
    "> [!NOTE] <script>alert(1)</script>\n> x",
    "> [!<img src=x onerror=alert(1)>]\n> x",
    "[[fw\" onclick=\"alert(1)]]",
    "[[fw|\"><script>alert(1)</script>]]",
    "[[fw#\"><script>alert(1)</script>|x]]",
    "[[javascript:alert(1)]]",
    "[[javascript:alert(1)|x]]",
    "![[javascript:alert(1)]]",
    "# <script>alert(1)</script>",
    "# \" onclick=\"alert(1)",
    "# x {#id onclick=alert(1)}",
    "1. x {#\"onclick=\"alert(1)}",
    "- [x] <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "|a|\n|-|\n|[x](javascript:alert(1))|",
    "*<b onclick=alert(1)>*",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "a\u{0}<scr\u{0}ipt>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<x\u{a0}onclick=alert(1)>",
    "{{ config }} {% raw %} ${alert(1)} #{x}",
    "[x](tel:1\"onclick=\"alert(1))",
    "[x](mailto:a@b.example?body=%0d%0abcc:x)",
    "[a [b](https://a.example) [^1] [[fw]]](https://c.example)\n\n[^1]: x",
    "+++\nx = 1\n+++\n---\ny: z\n---\n",
];

#[test]
fn no_hostile_text_becomes_markup() {
    assert!(HOSTILE.len() >= 40);
    let options = Options { steps: true, id_prefix: "n.".to_owned(), ..Options::default() };
    for source in HOSTILE {
        expect_ours(source, &html_with(source, &options));
        for nested in [
            format!("> {source}"),
            format!("- {source}"),
            format!("# {source}"),
            format!("1. *{source}*"),
            format!("a\n{source}\nb"),
        ] {
            expect_ours(&nested, &html_with(&nested, &options));
        }
    }
    let all = HOSTILE.join("\n\n");
    expect_ours(&all, &html_with(&all, &options));
}

#[test]
fn what_the_writer_typed_stays_readable() {
    assert_eq!(html("use <b> or <http-host>"), "<p>use &lt;b&gt; or &lt;http-host&gt;</p>\n");
    assert_eq!(html("<div>\na\n</div>\n\nb"), "<p>&lt;div&gt;\na\n&lt;/div&gt;\n</p>\n<p>b</p>\n");
    assert_eq!(html("[share](\\\\nas\\backup)"), "<p>share</p>\n");
}

#[test]
fn text_made_to_fill_a_disk_is_cut() {
    // Seconds for all of them, unoptimised; a mistake that makes one quadratic shows as minutes.
    let wide = format!("|{}\n|{}\n", "a|".repeat(5000), "-|".repeat(5000));
    let many_rows = format!("{wide}{}", "|b\n".repeat(5000));
    for (name, source) in [
        ("quotes", ">".repeat(50_000)),
        ("columns", format!("{wide}|{}\n", "c|".repeat(5000))),
        ("rows", many_rows),
        ("headings", "#\n".repeat(25_000)),
        ("equal headings", "# a\n".repeat(12_500)),
        ("steps", "1. a\n".repeat(10_000)),
        ("lists", "- ".repeat(25_000)),
        ("emphasis", "*a_".repeat(16_000)),
        ("brackets", "[".repeat(50_000)),
        ("wiki", "[[".repeat(25_000)),
        ("wiki bars", "|[[a|".repeat(10_000)),
        ("images", "![".repeat(25_000)),
        ("links", "[a](b ".repeat(8_000)),
        ("notes", (0..4_000).map(|n| format!("[^{n}]: x\n")).collect()),
        ("references", format!("[^1]: x\n\n{}", "[^1]".repeat(12_000))),
        ("definitions", format!("[a]: {}\n\n{}", "b".repeat(20_000), "[a]\n".repeat(8_000))),
        ("ticks", (1..300).map(|n| "`".repeat(n) + " ").collect()),
        ("addresses", "https://a.example/(".repeat(2_600)),
        ("schemes", "http://".repeat(7_000)),
        ("todos", "TODO ".repeat(10_000)),
        ("code", format!("```bash\n{}\n```", "$a;".repeat(16_000))),
        ("html", "<a".repeat(25_000)),
        ("comments", "<!--".repeat(12_500)),
    ] {
        let page = html_with(&source, &Options { steps: true, ..Options::default() });
        assert!(page.len() <= most_output(source.len()) + 1_000, "{name}: {}", page.len());
    }
    let page = html(&"# a\n".repeat(200_000));
    assert!(page.ends_with(
        "</h2>\n<p class=\"cut\">The rest of this text is too long to show here.</p>\n"
    ));
    expect_ours("cut", &page);
}

/// Text that reaches the corners of Markdown and of HTML.
fn source() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        r"[a-z]{1,4}",
        "[ \n\t>*_`#|\\[\\]()!<:{}~^\"'&;=/\\\\-]{1,3}",
        Just("[[fw".to_owned()),
        Just("]]".to_owned()),
        Just("| - | - |\n".to_owned()),
        Just("\n1. ".to_owned()),
        Just("{#id}".to_owned()),
        Just("[^1]".to_owned()),
        Just("\n\n[^1]: ".to_owned()),
        Just("https://a.example".to_owned()),
        Just("](javascript:".to_owned()),
        Just("<script>".to_owned()),
        Just("\n```sh\n".to_owned()),
        Just("\n> [!NOTE]\n".to_owned()),
        Just("\n- [ ] ".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_at_all_becomes_markup(source in source()) {
        let options = Options { steps: true, ..Options::default() };
        let page = html_with(&source, &options);
        expect_ours(&source, &page);
        // What a scan promises is there.
        let outline = crate::markdown::scan(&source);
        for heading in &outline.headings {
            let id = format!(" id=\"{}\"", heading.anchor);
            prop_assert!(page.contains(&id));
        }
        for step in &outline.steps {
            let id = format!(" id=\"{}\"", step_anchor(&step.id));
            prop_assert!(page.contains(&id));
        }
        let elements = Html::parse_fragment(&page);
        let mut ids: Vec<_> = elements.tree.nodes().filter_map(|node| match node.value() {
            Node::Element(element) => element.attr("id"),
            _ => None,
        }).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
    }
}

proptest! {
    #[test]
    fn a_plain_sentence_reads_the_same_by_the_short_way(
        source in "[A-Za-z][A-Za-z0-9 ,;()'/%.-]{0,60}[A-Za-z.)]"
    ) {
        let by_parser = |text: &str| {
            // An empty comment's bracket makes the parser read all of it, and shows as nothing else.
            let mut out = String::new();
            to_html(&format!("{text}\n\n[x]"), &BTreeMap::new(), &Options::default(), &Highlighter::new(), &mut out);
            out.replace("<p>[x]</p>\n", "")
        };
        let mut short = String::new();
        to_html(&source, &BTreeMap::new(), &Options::default(), &Highlighter::new(), &mut short);
        prop_assert_eq!(short, by_parser(&source));
    }
}

#[test]
fn headings_may_stand_without_a_link_to_themselves() {
    let options = Options { heading_links: false, ..Options::default() };
    assert_eq!(html_with("# Ports", &options), "<h2 id=\"ports\">Ports</h2>\n");
}

#[test]
fn a_single_paragraph_can_stand_in_a_line() {
    assert_eq!(without_paragraph(&html("a *b*, see")), "a <em>b</em>, see");
    for source in ["a\n\nb", "a\n\n- b", "> a", "# a", "- a", ""] {
        assert_eq!(without_paragraph(&html(source)), html(source), "{source}");
    }
}
