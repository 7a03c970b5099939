use proptest::prelude::*;
use scraper::{Html, Node};

use super::*;

/// Returns the text that a browser would show for `html`, and panics at anything in it that is not
/// one of our spans.
fn shown(html: &str) -> String {
    let mut text = String::new();
    let fragment = Html::parse_fragment(&format!("<code>{html}</code>"));
    for node in fragment.tree.nodes() {
        match node.value() {
            Node::Text(piece) => text.push_str(piece),
            Node::Element(element) if matches!(element.name(), "html" | "body" | "code") => {}
            Node::Element(element) => {
                assert_eq!(element.name(), "span", "{html}");
                let class = element.attr("class").unwrap_or_default();
                let known = class == "bidi"
                    || class
                        .strip_prefix("c-")
                        .is_some_and(|c| c.len() == 1 && "ksncfvtopabeidh".contains(c));
                assert!(known, "class {class:?} in {html}");
                let attributes: Vec<_> = element.attrs().map(|(name, _)| name).collect();
                assert!(attributes == ["class"] || (class == "bidi" && attributes.len() == 2));
            }
            Node::Document | Node::Fragment => {}
            other => panic!("{other:?} in {html}"),
        }
    }
    text
}

/// Returns `code` as it is meant to be shown: line ends plain, what cannot be seen spelt out.
fn meant(code: &str) -> String {
    let mut meant = String::new();
    for c in code.replace("\r\n", "\n").chars() {
        let unseen = (c.is_control() && c != '\n' && c != '\t')
            || crate::diagnostic::clean::is_bidi_control(c);
        if unseen {
            meant.push_str(&format!("⟪U+{:04X}⟫", u32::from(c)));
        } else {
            meant.push(c);
        }
    }
    meant
}

/// Text that looks enough like code to reach the corners of the lexers.
fn code() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        r#"[a-zA-Z0-9_.:/-]{1,8}"#,
        r#"[ \t\n"'`$#!%&<>=(){}\[\];|\\,*@~^-]{1,3}"#,
        Just("10.0.0.1/24".to_owned()),
        Just("<<EOF\n".to_owned()),
        Just("banner motd ^C".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("/*".to_owned()),
        Just("<!--".to_owned()),
        Just("<#".to_owned()),
        Just("key: |\n  ".to_owned()),
        Just("[admin@r] > ".to_owned()),
        "\\PC{1,3}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn colours_never_change_the_text(code in code()) {
        let colours = Highlighter::new();
        for language in language::all_names() {
            // A grammar takes some thousand times as long as a lexer of ours; see the test below.
            if language::named(language).is_some_and(|lang| matches!(lang.engine, Engine::Grammar(_))) {
                continue;
            }
            prop_assert_eq!(shown(&colours.html(&code, language)), meant(&code), "{}", language);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_do_the_colours_of_a_grammar(code in code()) {
        let colours = Highlighter::new();
        for language in ["ruby", "lua", "php", "html"] {
            prop_assert_eq!(shown(&colours.html(&code, language)), meant(&code), "{}", language);
        }
    }
}

#[test]
fn an_unknown_language_is_escaped_text() {
    let colours = Highlighter::new();
    assert_eq!(&*colours.html("<b> & 'c'", "klingon"), "&lt;b&gt; &amp; 'c'");
    assert_eq!(&*colours.html("if x", ""), "if x");
}

#[test]
fn a_block_beyond_the_limit_stays_plain() {
    let code = "echo a\n".repeat(MOST_CODE / 7 + 1);
    assert_eq!(&*Highlighter::new().html(&code, "bash"), code);
    assert!(Highlighter::new().html("echo a", "bash").contains("c-b"));
}

#[test]
fn the_same_code_in_a_grammar_is_coloured_once() {
    let colours = Highlighter::new();
    let first = colours.html("puts 1", "ruby");
    assert!(Arc::ptr_eq(&first, &colours.html("puts 1", "rb")));
    assert!(!Arc::ptr_eq(&first, &colours.html("puts 2", "ruby")));
    let mut appended = String::from("x");
    colours.write("puts 1", "ruby", &mut appended);
    assert_eq!(appended, format!("x{first}"));
}

#[test]
fn a_language_has_one_name_on_the_page() {
    assert_eq!(language_name("sh foo").as_deref(), Some("bash"));
    assert_eq!(language_name("Klingon").as_deref(), Some("klingon"));
    assert_eq!(language_name("\"><script>"), None);
    assert_eq!(language_name(""), None);
}

#[test]
fn text_made_to_annoy_is_coloured_without_growing() {
    // Each of these takes minutes where a lexer looks for the end of something again and again.
    let colours = Highlighter::new();
    for unit in [
        "'\\'\n",
        "\"",
        "<!--",
        "/*",
        "banner a Z\n",
        "<<A\n",
        "$",
        "[",
        " ",
        "\"\"\"",
        "key: |\n",
        "((",
        "`",
        "a=",
        "<a b",
    ] {
        let code = unit.repeat(50_000 / unit.len());
        for language in language::all_names() {
            if language::named(language)
                .is_some_and(|lang| matches!(lang.engine, Engine::Grammar(_)))
            {
                continue;
            }
            let html = colours.html(&code, language);
            assert!(html.len() < code.len() * 40 + 100, "{language} {unit:?}");
        }
    }
}

#[test]
fn one_highlighter_serves_all_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Highlighter>();
}
