use proptest::prelude::*;

use super::*;

fn wiki(source: &str) -> Vec<(String, Option<String>)> {
    let links = scan(source).links.into_iter();
    links
        .filter_map(|link| match link.what {
            LinkKind::Wiki(wiki) => Some((wiki.key(), wiki.text)),
            _ => None,
        })
        .collect()
}

fn one(key: &str, text: Option<&str>) -> Vec<(String, Option<String>)> {
    vec![(key.to_owned(), text.map(str::to_owned))]
}

#[test]
fn wiki_links_are_read_wherever_text_stands() {
    assert_eq!(wiki("see [[fw-hq-01]]"), one("fw-hq-01", None));
    assert_eq!(
        wiki("[[procedure/restore#step.stop|the **restore**]]"),
        one("procedure/restore#step.stop", Some("the restore"))
    );
    assert_eq!(wiki("# On [[a]]"), one("a", None));
    assert_eq!(wiki("- x\n  > [[ a ]]"), one("a", None));
    assert_eq!(wiki("a[^1]\n\n[^1]: [[a]]"), one("a", None));
    assert_eq!(wiki("[[a|]]"), one("a", None));
}

#[test]
fn wiki_links_in_tables_need_no_escape_and_may_have_one() {
    let table = |cell: &str| format!("| a | b |\n|---|---|\n| {cell} | 2 |\n");
    assert_eq!(wiki(&table("[[k/a|the *a*]]")), one("k/a", Some("the *a*")));
    assert_eq!(wiki(&table("[[k/a\\|the a]]")), one("k/a", Some("the a")));
    assert_eq!(wiki(&table("[[k/a]]")), one("k/a", None));
    assert_eq!(scan(&table("[[k/a|the a]]")).plain_text(), "a | b\nthe a | 2");
}

#[test]
fn brackets_in_code_and_in_shell_are_no_links() {
    assert_eq!(wiki("`[[a]]`\n\n    [[b]]\n\n```\n[[c|d]] | e\n```\n"), []);
    assert_eq!(wiki("run if [[ -f x ]] first"), []);
    assert_eq!(plain_text("if [[ -f x ]] then"), "if [[ -f x ]] then");
    assert_eq!(plain_text("x [[ -f x | `a` **b** ]] y"), "x [[ -f x | `a` **b** ]] y");
    assert_eq!(plain_text("```\n[[ a | b ]] | [[c|d]]\n```"), "[[ a | b ]] | [[c|d]]");
    assert_eq!(wiki("<b>[[a]]</b>"), one("a", None));
    assert_eq!(wiki("<div>\n[[a]]\n</div>"), []);
}

#[test]
fn every_link_is_found_with_its_place() {
    let source = "[t](files/a.pdf) ![i](files/b.png) <https://c.example> https://d.example/x. <e@f.example> <sw1:eth0> <javascript:x>";
    let found: Vec<_> = scan(source)
        .links
        .into_iter()
        .map(|link| (source[link.range].to_owned(), link.what))
        .collect();
    let auto = |url: &str| LinkKind::Autolink(url.to_owned());
    assert_eq!(
        found,
        [
            ("[t](files/a.pdf)".to_owned(), LinkKind::Url("files/a.pdf".to_owned())),
            ("![i](files/b.png)".to_owned(), LinkKind::Image("files/b.png".to_owned())),
            ("<https://c.example>".to_owned(), auto("https://c.example")),
            ("https://d.example/x".to_owned(), auto("https://d.example/x")),
            ("<e@f.example>".to_owned(), auto("mailto:e@f.example")),
            ("<javascript:x>".to_owned(), auto("javascript:x")),
        ]
    );
}

#[test]
fn links_that_could_do_harm_are_told() {
    let source = "[a](https://a.example) [b](file:///b) ![c](https://c.example/c.png) ![d](files/d.png) <data:e> [[javascript:f]]";
    let outline = scan(source);
    let found: Vec<_> =
        outline.unsafe_links().map(|(link, why)| (&source[link.range.clone()], why)).collect();
    assert_eq!(
        found,
        [
            ("[b](file:///b)", UrlProblem::Scheme("file".to_owned())),
            ("![c](https://c.example/c.png)", UrlProblem::RemoteImage),
            ("<data:e>", UrlProblem::Scheme("data".to_owned())),
        ]
    );
}

#[test]
fn a_control_character_of_the_text_is_not_taken_for_a_hidden_bar() {
    assert_eq!(plain_text("a\u{1f}b [[c|d]]"), "a\u{1f}b d");
    assert_eq!(wiki("[[a\u{1f}b]]"), one("a\u{1f}b", None));
}

#[test]
fn bare_addresses_end_before_the_punctuation_of_their_sentence() {
    let auto = |source: &str| match scan(source).links.first().map(|link| link.what.clone()) {
        Some(LinkKind::Autolink(url)) => url,
        other => format!("{other:?}"),
    };
    assert_eq!(auto("(see https://a.example/b_(c))."), "https://a.example/b_(c)");
    assert_eq!(auto("**https://a.example**, then"), "https://a.example");
    assert_eq!(auto("at https://10.0.0.1:8443/?a=b&c"), "https://10.0.0.1:8443/?a=b&c");
    assert_eq!(auto("xhttps://a.example"), "None");
    assert_eq!(auto("https://user:pw@a.example"), "None");
    assert_eq!(auto("`https://a.example` [x](files/y)"), "Some(Url(\"files/y\"))");
}

#[test]
fn headings_have_anchors_of_their_own_and_skip_no_level() {
    let outline = scan("# Set up\n### `fw` & *co*\n# Set up\nLast\n====\n");
    let found: Vec<_> =
        outline.headings.iter().map(|h| (h.level, h.depth, &*h.text, &*h.anchor)).collect();
    assert_eq!(
        found,
        [
            (1, 1, "Set up", "set-up"),
            (3, 2, "fw & co", "fw-co"),
            (1, 1, "Set up", "set-up-2"),
            (1, 1, "Last", "last"),
        ]
    );
}

#[test]
fn the_items_of_top_level_numbered_lists_are_the_steps() {
    let source = "Before.\n\n1. Stop **the** service {#stop}\n2. Copy the file from the old server to the new\n   - 1. not a step\n\n- no step\n  1. nor this\n\n> 1. nor this\n\n7. ```\n   reboot\n   ```\n";
    let steps = scan(source).steps;
    let found: Vec<_> = steps.iter().map(|step| (&*step.id, &*step.text)).collect();
    assert_eq!(
        found,
        [
            ("stop", "Stop the service"),
            ("copy-the-file-from-the-old", "Copy the file from the old server to the new"),
            ("reboot", ""),
        ]
    );
    assert!(source[steps[0].range.clone()].starts_with("1. Stop"));
    assert!(!plain_text(source).contains("{#"));
}

#[test]
fn equal_steps_keep_their_names_when_they_change_places() {
    let a = "1. Wait\n\n   for the light\n";
    let b = "1. Wait\n\n   for the call\n";
    let forward = scan(&format!("{a}{b}")).steps;
    let backward = scan(&format!("{b}{a}")).steps;
    assert_eq!(forward[0].id, backward[1].id);
    assert_ne!(forward[0].id, forward[1].id);
    assert!(forward[0].id.starts_with("wait-") && forward[0].repeated);
}

#[test]
fn a_step_in_a_loose_list_takes_its_name_from_its_first_paragraph() {
    let steps = scan("1. Open the door {#open}\n\n   It sticks. {#not-this}\n\n2. Close\n").steps;
    assert_eq!((&*steps[0].id, &*steps[0].text, &*steps[1].id), ("open", "Open the door", "close"));
}

#[test]
fn unfinished_business_is_found_outside_code() {
    let source = "Line one\nAsk Dana, TODO: which port? XXX\n\n`TODO` TODOS TODO-list\n\n```\nFIXME\n```\n\n    TBD\n\n| a |\n|---|\n| TBC |\n";
    let todos = scan(source).todos;
    let found: Vec<_> =
        todos.iter().map(|todo| (&source[todo.range.clone()], &*todo.line)).collect();
    assert_eq!(
        found,
        [
            ("TODO", "Ask Dana, TODO: which port? XXX"),
            ("XXX", "Ask Dana, TODO: which port? XXX"),
            ("TBC", "| TBC |"),
        ]
    );
}

#[test]
fn plain_text_has_a_line_for_each_block() {
    assert_eq!(
        plain_text(
            "# A\n\nb *c*\n`d` ~~e~~\n\n- f\n  - g\n\n| h | i |\n|---|---|\n| j | k |\n\n> [!NOTE]\n> l <b>m</b>\n\n```\nn\no\n```\n"
        ),
        "A\nb c d e\nf\ng\nh | i\nj | k\nl <b>m</b>\nn\no"
    );
}

#[test]
fn an_excerpt_is_cut_between_words() {
    let source =
        "# Title\n\nKeeps strangers out, and joins\nthe [[clinic]] to the internet.\n\nMore.";
    assert_eq!(
        excerpt(source, 200),
        "Keeps strangers out, and joins the clinic to the internet. More."
    );
    assert_eq!(excerpt(source, 24), "Keeps strangers out…");
    assert_eq!(excerpt("", 10), "");
    assert_eq!(excerpt("word", 0), "…");
}

#[test]
fn deep_nesting_is_flattened_and_its_text_kept() {
    let source = format!("{} deep [[a]]", "> ".repeat(1000));
    let prepared = Source::new(&source);
    let reading = prepared.read();
    let mut depth = 0;
    for (event, _) in &reading.pieces {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        assert!(depth <= events::DEEPEST);
    }
    assert_eq!(depth, 0);
    assert!(plain_text(&source).contains("deep a"));
}

#[test]
fn a_wide_table_keeps_its_text_in_the_last_column() {
    let wide = 200;
    let source =
        format!("|{}\n|{}\n|{}\n", "h|".repeat(wide), "-|".repeat(wide), "c|".repeat(wide));
    let prepared = Source::new(&source);
    let reading = prepared.read();
    let cells = reading.pieces.iter().filter(|(event, _)| *event == Event::End(TagEnd::TableCell));
    assert_eq!(cells.count(), 2 * events::MOST_COLUMNS);
    let text = plain_text(&source);
    assert_eq!(text.matches('c').count(), wide);
}

/// Text that reaches the corners of Markdown.
fn markdown() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        r"[a-z]{1,4}",
        r"[ \n\t>*_`#|\[\]()!<:{}~^\\-]{1,3}",
        Just("[[".to_owned()),
        Just("]]".to_owned()),
        Just("| - | - |\n".to_owned()),
        Just("\n1. ".to_owned()),
        Just("{#id}".to_owned()),
        Just("[^1]: ".to_owned()),
        Just("https://a.example".to_owned()),
        Just("&amp;".to_owned()),
        Just("\u{1f}".to_owned()),
        Just("TODO".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_upsets_the_scan(source in markdown()) {
        let outline = scan(&source);
        let ranges = outline.links.iter().map(|link| &link.range)
            .chain(outline.todos.iter().map(|todo| &todo.range))
            .chain(outline.steps.iter().map(|step| &step.range));
        for range in ranges {
            prop_assert!(source.get(range.clone()).is_some());
        }
        let mut anchors: Vec<_> = outline.headings.iter().map(|h| &h.anchor).collect();
        anchors.sort();
        anchors.dedup();
        prop_assert_eq!(anchors.len(), outline.headings.len());
        excerpt(&source, 20);
    }
}
