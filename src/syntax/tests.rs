//! What people write, what is made of it, and that nothing they write can bring the reader down.

use proptest::prelude::*;
use toml::de::DeTable;

use super::*;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::SourceTree;

const RECORD: &str = r##"name = "HQ firewall"
type = "firewall"                    # a comment
rack = { rack = "hq-mdf", unit = 40, height = 1 }
admin = ["fw-hq-admin", 'second']
not_applicable = { asset_tag = "the lessor's label is used" }
notes = """
Markdown, with links: [[sw-hq-01]] ü.
"""

[control]
owned_by = "third-party"
a.b = 1_000

[verified]
on = 2026-11-01
every = "180d"
ratio = -1.5e3
seen = true
hex = 0xff

[[interface]]
name = "wan1"
address = "203.0.113.2/29"

[[interface]]
name = 'C:\lan'
"##;

fn read(name: &str, text: &str) -> (Checked<Document>, SourceTree) {
    let file = SourceFile::text(name, text);
    (parse(&file), SourceTree::new(vec![file]))
}

/// One line for each finding: place, message, and what the change would write.
fn told(text: &str) -> String {
    let (read, tree) = read("a.toml", text);
    read.found.iter().map(|finding| line(finding, &tree) + "\n").collect()
}

fn line(finding: &Diagnostic, tree: &SourceTree) -> String {
    let at = tree.position(finding.span).unwrap();
    let mut line = format!("{}:{} {}", at.line, at.column, finding.message);
    for other in &finding.others {
        let at = tree.position(other.span).unwrap();
        line += &format!(" ({} {}:{})", other.message, at.line, at.column);
    }
    if let Some(fix) = &finding.fix {
        line += &format!(" => {}", fix.replacement);
    }
    line
}

/// The document as it would be written in the most boring way.
fn outline(table: &Table) -> String {
    let entries = table.entries.iter();
    let entries = entries.map(|it| format!("{}: {}", it.key.value, item(&it.value.value)));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn item(item: &Item) -> String {
    match item {
        Item::Table(table) => outline(table),
        Item::Array(items) => {
            let items = items.iter().map(|it| self::item(&it.value));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Item::Text(text) => format!("{text:?}"),
        Item::Integer(number) => number.to_string(),
        Item::Float(number) => format!("{number:?}"),
        Item::Boolean(value) => value.to_string(),
        Item::Datetime(value) => value.to_string(),
    }
}

#[test]
fn a_record_is_read_whole_in_the_order_of_its_source() {
    let (read, _) = read("a.toml", RECORD);
    assert!(read.found.is_empty());
    insta::assert_snapshot!(outline(&read.value.root), @r#"{name: "HQ firewall", type: "firewall", rack: {rack: "hq-mdf", unit: 40, height: 1}, admin: ["fw-hq-admin", "second"], not_applicable: {asset_tag: "the lessor's label is used"}, notes: "Markdown, with links: [[sw-hq-01]] ü.\n", control: {owned_by: "third-party", a: {b: 1000}}, verified: {on: 2026-11-01, every: "180d", ratio: -1500.0, seen: true, hex: 255}, interface: [{name: "wan1", address: "203.0.113.2/29"}, {name: "C:\\lan"}]}"#);
}

#[test]
fn every_key_and_value_knows_where_it_is_written() {
    let (read, tree) = read("a.toml", RECORD);
    let root = &read.value.root;
    let written = |key: &str| {
        let entry = root.get(key).unwrap();
        (tree.snippet(entry.key.span).unwrap(), tree.snippet(entry.value.span).unwrap())
    };
    assert_eq!(written("type"), ("type", "\"firewall\""));
    assert_eq!(written("admin"), ("admin", "[\"fw-hq-admin\", 'second']"));
    assert_eq!(written("control"), ("control", "[control]"));
    assert_eq!(written("interface"), ("interface", "[[interface]]"));
    let Item::Table(rack) = &root.get("rack").unwrap().value.value else { panic!() };
    assert_eq!(raw(RECORD, rack.get("unit").unwrap().value.span), "40");
    assert_eq!(tree.snippet(rack.span), Some("{ rack = \"hq-mdf\", unit = 40, height = 1 }"));
    assert_eq!(root.span, Span::whole(FileId::of("a.toml")));
}

#[test]
fn a_table_whose_part_comes_first_keeps_the_order_of_keys() {
    let (read, _) = read("a.toml", "[b.c]\nx = 1\n[a]\n[b]\ny = 1\nx.z = 2\nw = 3\n");
    assert_eq!(outline(&read.value.root), "{a: {}, b: {c: {x: 1}, y: 1, x: {z: 2}, w: 3}}");
}

#[test]
fn unquoted_text_is_shown_in_quotes() {
    insta::assert_snapshot!(told(
        "ip = 10.20.0.1\nversion = 7.2.8 # c\nzero = 007\nmac = 00:11:22:33:44:55\n\
         net = 10.0.0.0/24\nurl = https://example.com\nname = HQ \"main\"\nphone = +1 555 0100\n\
         id = 550e8400-e29b\npath = C:\\Temp\nlist = [10.0.0.1, a b]\nrack = { unit = u4 }\n"
    ), @r#"
    1:6 `10.20.0.1` is text, and text needs quotes => "10.20.0.1"
    2:11 `7.2.8` is text, and text needs quotes => "7.2.8"
    3:8 `007` begins with 0, which no number does => "007"
    4:7 `00:11:22:33:44:55` is text, and text needs quotes => "00:11:22:33:44:55"
    5:7 `10.0.0.0/24` is text, and text needs quotes => "10.0.0.0/24"
    6:7 `https://example.com` is text, and text needs quotes => "https://example.com"
    7:8 `HQ "main"` is text, and text needs quotes => 'HQ "main"'
    8:9 `+1 555 0100` is text, and text needs quotes => "+1 555 0100"
    9:6 `550e8400-e29b` is text, and text needs quotes => "550e8400-e29b"
    10:8 `C:\Temp` is text, and text needs quotes => 'C:\Temp'
    11:9 `10.0.0.1` needs quotes => "10.0.0.1"
    12:17 `u4` needs quotes => "u4"
    "#);
}

#[test]
fn dates_and_numbers_of_other_habits_are_shown_in_toml() {
    insta::assert_snapshot!(told(
        "a = 2026-1-5\nb = 01.02.2026\nc = 3/4/2026\nd = 13/4/2026\ne = 2026-02-30\nf = 25:00\n\
         g = 12,50\nh = 1,234\ni = 99999999999999999999\nj = 1e999\nk = 2026-02-30T10:00:00\n"
    ), @r#"
    1:5 `2026-1-5` is not a date as TOML writes it => 2026-01-05
    2:5 `01.02.2026` is not a date as TOML writes it => 2026-02-01
    3:5 `3/4/2026` is not a date as TOML writes it
    4:5 `13/4/2026` is not a date as TOML writes it => 2026-04-13
    5:5 `2026-02-30` is not a day of the calendar
    6:5 `25:00` is not a time as TOML writes it
    7:5 `12,50` has a comma, and numbers have a point => 12.50
    8:5 `1,234` has a comma, and numbers have a point
    9:5 `99999999999999999999` is too large for a number => "99999999999999999999"
    10:5 `1e999` is too large for a number => "1e999"
    11:5 `2026-02-30T10:00:00` is not a time as TOML writes it
    "#);
}

#[test]
fn quotes_that_went_wrong_are_put_right() {
    insta::assert_snapshot!(told(
        "a = “HQ”\nb = „HQ“\nc = \"HQ\nd = 'HQ\ne = \"it\"s\"\nf = 'it's'\ng = \"a\", \"b\"\n\
         h = \"HQ'\ni = \"a\u{7}b\"\nj = \"x\",\n\"k = 1\n“l” = 1\n"
    ), @r#"
    1:5 `“HQ”` has the quotes of a word processor => "HQ"
    2:5 `„HQ“` has the quotes of a word processor => "HQ"
    3:5 this text has no closing quote => "HQ"
    4:5 this text has no closing quote => "HQ"
    5:5 there is more behind the closing quote => 'it"s'
    6:5 there is more behind the closing quote => "it's"
    7:5 several values need brackets around them => ["a", "b"]
    8:5 this text has no closing quote => "HQ"
    9:5 the character U+0007 cannot stand in a text => "ab"
    10:5 `"x",` ends with a sign too many => "x"
    11:1 `"k` cannot be a key without quotes => "k"
    12:1 `“l”` cannot be a key without quotes => "l"
    "#);
}

#[test]
fn a_backslash_between_double_quotes_is_explained() {
    insta::assert_snapshot!(told(
        "a = \"C:\\Temp\"\nb = \"C:\\Users\\sam\"\nc = \"C:\\Temp\\\"\nd = \"it's \\x\"\n\
         e = [\"\\d\"]\nf = \"\"\"\nC:\\Temp\n\"\"\"\n"
    ), @r#"
    1:5 between double quotes a backslash begins an escape, and this one is none => 'C:\Temp'
    2:5 between double quotes a backslash begins an escape, and this one is none => 'C:\Users\sam'
    3:5 between double quotes a backslash begins an escape, and this one is none => 'C:\Temp\'
    4:5 between double quotes a backslash begins an escape, and this one is none => "it's \\x"
    5:7 `\d` is not an escape TOML knows => \\
    7:3 `\T` is not an escape TOML knows => \\
    "#);
}

#[test]
fn a_control_character_in_valid_text_is_a_warning_that_shows_what_was_read() {
    let text = r#"a = "C:\new"
b = "\\nas\backup"
c = "C:\temp\"x\""
d = """
C:\backup \t tab and line
"""
e = "it's C:\new"
f = "fine \\ \" \u00e9"
g = ["D:\road"]
"#;
    insta::assert_snapshot!(told(text), @r#"
    1:5 this text was read with a line break (`\n`) in it => 'C:\new'
    2:5 this text was read with a backspace (`\b`) in it => '\\nas\backup'
    3:5 this text was read with a tab (`\t`) in it
    4:5 this text was read with a backspace (`\b`) in it
    7:5 this text was read with a line break (`\n`) in it => "it's C:\\new"
    9:6 this text was read with a carriage return (`\r`) in it => 'D:\road'
    "#);
    let (read, _) = read("a.toml", text);
    let first = read.found.iter().next().unwrap();
    assert_eq!((first.rule, first.level), (&CONTROL_CHARACTER, Level::Warning));
    assert_eq!(first.label.as_deref(), Some("read as `C:␊ew`"));
}

#[test]
fn habits_from_other_formats_are_recognised() {
    insta::assert_snapshot!(told(
        "name: HQ firewall\n\"port\": 80,\ntags: [a, b]\nsub:\n- item\n// comment\n; comment\n\
         a = 1 // why\nb = True\nc = yes\nd = null\ne == 1\nf := 1\nkey \"value\"\nalone\n---\n+++\n\
         <<<<<<< HEAD\ng = 1;\n]\n"
    ), @r#"
    1:1 `name: HQ firewall` is written as in YAML or JSON => name = "HQ firewall"
    2:1 `"port": 80,` is written as in YAML or JSON => port = 80
    3:1 `tags: [a, b]` is written as in YAML or JSON => tags = ["a", "b"]
    4:1 `sub:` is written as in YAML
    5:1 this is written as an item of a YAML list
    6:1 a comment begins with `#` => #
    7:1 a comment begins with `#` => #
    8:5 a comment begins with `#` => #
    9:5 `True` must be in small letters => true
    10:5 `yes` is neither text nor `true` or `false`
    11:5 TOML has no `null`
    12:4 there is one `=` too many =>  
    13:1 `f` has a colon before the `=` => f
    14:1 `key` has no `=` before its value => key = "value"
    15:1 `alone` has no `=` and no value
    16:1 this line is YAML, which has no meaning in TOML
    17:1 `+++` stands only in Markdown files
    18:1 a merge left its marks here
    19:5 `1;` ends with a sign too many => 1
    20:1 `]` closes nothing
    "#);
}

#[test]
fn keys_that_need_quotes_are_shown_with_them() {
    insta::assert_snapshot!(told("my key = 1\ngröße = 2\na..b = 3\n= 4\nok = 5\n"), @r#"
    1:1 `my key` cannot be a key without quotes => "my key"
    2:1 `größe` cannot be a key without quotes => "größe"
    3:1 `a..b` has a dot without a name beside it
    4:1 this value has no key
    "#);
}

#[test]
fn what_stands_twice_is_told_with_its_first_place() {
    insta::assert_snapshot!(told(
        "a = 1\na = 2\nx = { a = 1, a = 2 }\nb.c = 1\nb.c = 2\ns = 't'\ns.u = 1\n\
         [t]\na = 1\nk = 1\n[u]\nk = 2\n[t]\nk = 3\n[[t]]\n[x]\n"
    ), @r#"
    2:1 `a` is written twice (first here 1:1)
    3:14 `a` is written twice
    5:3 `c` is written twice (first here 4:3)
    7:1 `s` is of type string already, and cannot hold keys (first here 6:1)
    13:1 the table `t` is written twice (first here 8:1)
    14:1 `k` is written twice
    15:1 the table `t` is written twice (first here 8:1)
    16:1 the table `x` is written twice (first here 3:1)
    "#);
}

#[test]
fn what_is_not_closed_is_told_where_it_opens_and_the_rest_is_read() {
    let text =
        "a = [\"x\", \"y\"\nb = { c = [1, 2\nd = 1\ne = [\n  1,\n  2, # two\nf = 2\n[t]\ng = 3\n";
    insta::assert_snapshot!(told(text), @r#"
    1:5 this list is not closed => ]
    2:5 this table is not closed => ]}
    4:5 this list is not closed => 
    ]
    "#);
    let (read, _) = read("a.toml", text);
    assert_eq!(outline(&read.value.root), "{d: 1, f: 2, t: {g: 3}}");
}

#[test]
fn a_text_block_that_is_not_closed_does_not_make_prose_into_mistakes() {
    insta::assert_snapshot!(told("a = 1\nb = \"\"\"\nsome prose\nc = 2\n"), @r#"2:5 this text block is not closed"#);
    let text = "b = \"\"\"\nsome prose\n[t]\nc = \"\"\"\nmore prose\n\"\"\"\nd = x\n";
    insta::assert_snapshot!(told(text), @r#"
    1:5 this text block is not closed before the next one begins (these quotes close it, where they should open the next 4:1)
    7:5 `x` is text, and text needs quotes => "x"
    "#);
}

#[test]
fn a_broken_header_leaves_out_its_table_and_says_so() {
    let text = "[a\nx = 1\ny = z\n[b c]\nx = 1\n[[d]\n[e] f = 1\n[]\n[ok]\nx = 1\n";
    insta::assert_snapshot!(told(text), @r#"
    1:1 the header `[a` is not closed as it was opened => [a]
    4:1 `b c` cannot be a name without quotes => ["b c"]
    6:1 the header `[[d]` is not closed as it was opened => [[d]]
    7:1 there is something behind the header
    8:1 this header has no name
    "#);
    let (read, _) = read("a.toml", text);
    assert_eq!(outline(&read.value.root), "{ok: {x: 1}}");
    let first = read.found.iter().next().unwrap();
    assert!(first.help.as_ref().unwrap().contains("was not checked"));
}

#[test]
fn a_mistake_does_not_hide_what_follows_it() {
    let lines = (0..12).map(|ix| format!("wrong line {ix}\nok{ix} = {ix}\n"));
    let (read, _) = read("a.toml", &lines.collect::<String>());
    assert_eq!(read.found.len(), 12);
    assert_eq!(read.value.root.entries.len(), 12);
}

#[test]
fn a_list_of_mistakes_ends_after_twenty_and_says_how_many_are_left() {
    let (read, _) = read("a.toml", &"a = b c\n".repeat(30));
    assert_eq!(read.found.len(), 21);
    let last = read.found.iter().last().unwrap();
    assert_eq!(last.message, "and 10 more lines from here on cannot be read");
}

#[test]
fn what_is_nested_a_million_deep_is_a_finding() {
    let dots = "b.".repeat(70) + "b";
    let inside = format!("{{ {dots} = ").repeat(70);
    for text in [
        "a = ".to_owned() + &"[".repeat(1_000_000),
        "a = ".to_owned() + &"{b=".repeat(300_000),
        "ok = 1\na".to_owned() + &".a".repeat(100_000) + " = 1\n",
        "[a".to_owned() + &".a".repeat(100_000) + "]\n",
        format!("a = {inside}1{}", " }".repeat(70)),
    ] {
        let (read, _) = read("a.toml", &text);
        let first = read.found.iter().next().unwrap();
        assert!(first.message.contains("nested too deeply"), "{}", first.message);
        // Both walk the whole tree, as dropping it does.
        assert_eq!(read.value.clone(), read.value);
    }
}

#[test]
fn lines_and_files_of_megabytes_are_explained_in_no_time() {
    for text in [
        "a = [".to_owned() + &"x y,".repeat(100_000) + "]",
        "\"\\".repeat(200_000),
        "a = \"'".repeat(100_000),
        "[a]\n".repeat(40_000),
        "a = \"\"\"\n".repeat(40_000),
        "key: value\n".repeat(40_000),
    ] {
        let (read, _) = read("a.toml", &text);
        assert!((1..=21).contains(&read.found.len()));
    }
}

#[test]
fn markdown_begins_with_its_fields() {
    let text = "+++\r\ntitle = \"R\"\nbad = 1.2.3\n+++ \n\n# Body ü\n+++\n";
    let (read, tree) = read("a.md", text);
    assert_eq!(outline(&read.value.root), "{title: \"R\", bad: \"1.2.3\"}");
    let body = read.value.body.unwrap();
    assert_eq!(body.value, "\n# Body ü\n+++\n");
    assert_eq!(tree.snippet(body.span), Some(body.value.as_str()));
    let found: Vec<_> = read.found.iter().map(|finding| line(finding, &tree)).collect();
    assert_eq!(found, ["3:7 `1.2.3` is text, and text needs quotes => \"1.2.3\""]);
    let title = read.value.root.get("title").unwrap();
    assert_eq!(tree.snippet(title.value.span), Some("\"R\""));
}

#[test]
fn markdown_without_fields_says_how_to_begin() {
    for (text, message, root) in [
        ("# Title\n", "this record does not begin with its fields", "{}"),
        ("", "this record does not begin with its fields", "{}"),
        ("+++\ntitle = \"x\"\n\nText: a = b\n", "the fields are not closed", "{title: \"x\"}"),
        ("---\nsub:\n  x: 1\n---\nText", "the fields between `---` are YAML", "{}"),
        ("---\nno end", "this record does not begin with its fields", "{}"),
    ] {
        let (read, _) = read("a.md", text);
        let finding = read.found.iter().next().unwrap();
        assert_eq!((finding.rule, finding.message.as_str()), (&FRONT_MATTER, message));
        assert_eq!((read.found.len(), outline(&read.value.root).as_str()), (1, root));
    }
}

#[test]
fn simple_yaml_fields_are_shown_as_toml_and_used() {
    let text =
        "---\ntitle: Restore it\ntags:\n  - a\n  - 7.2.8\nlast: 2026-11-01\n# c\n---\nText\n";
    let (read, _) = read("a.md", text);
    let fix = read.found.iter().next().unwrap().fix.clone().unwrap();
    let written =
        "+++\ntitle = \"Restore it\"\ntags = [\"a\", \"7.2.8\"]\nlast = 2026-11-01\n# c\n+++";
    assert_eq!(fix.replacement, written);
    let fixed = format!("{written}{}", &text[fix.span.end as usize..]);
    let (again, _) = self::read("a.md", &fixed);
    assert!(again.found.is_empty());
    assert_eq!(outline(&again.value.root), outline(&read.value.root));
    assert_eq!(again.value.body.unwrap().value, read.value.body.unwrap().value);
}

#[test]
fn a_file_that_is_not_held_is_an_empty_document() {
    for name in ["a.toml", "a.md"] {
        let mut file = SourceFile::text(name, "");
        file.content = crate::source::Content::Refused;
        let read = parse(&file);
        assert!(read.found.is_empty() && read.value.root.entries.is_empty());
    }
}

#[test]
fn every_rule_is_listed_and_explains_itself() {
    let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted());
    assert!(RULES.iter().all(|rule| rule.detail.len() > 100 && rule.detail.ends_with('\n')));
}

/// Every change that is offered, made on its own, must settle its finding and add none.
#[test]
fn a_change_settles_its_finding() {
    let text = "ip = 10.20.0.1\nzero = 007\nday = 2026-1-5\ncost = 12,50\nq = “HQ”\nopen = \"HQ\n\
                in = \"it\"s\"\npath = \"C:\\Temp\"\nnew = \"C:\\new\"\nlist = [a b, \"c\" \"d\"]\n\
                name: HQ\n// c\nb = True\ne == 1\nf := 1\nkey \"value\"\ng = 1;\nmy key = 1\n\
                un = [1, 2\n[t\nx = 1\n";
    let (before, _) = read("a.toml", text);
    let fixes: Vec<_> = before.found.iter().filter_map(|it| it.fix.clone()).collect();
    assert!(fixes.len() >= 15, "{}", fixes.len());
    for fix in fixes {
        let mut changed = text.to_owned();
        changed.replace_range(fix.span.range(), &fix.replacement);
        let (after, _) = read("a.toml", &changed);
        let is_fewer = after.found.len() < before.found.len();
        assert!(is_fewer, "{} at {:?}\n{}", fix.replacement, fix.span, told(&changed));
    }
}

fn check_invariants(name: &str, text: &str) {
    let (read, _) = read(name, text);
    let fits = |span: Span| text.get(span.range()).is_some();
    for finding in &read.found {
        assert!(fits(finding.span), "{finding:?} in {text:?}");
        assert!(finding.others.iter().all(|other| fits(other.span)), "{finding:?} in {text:?}");
        assert!(finding.fix.as_ref().is_none_or(|fix| fits(fix.span)), "{finding:?} in {text:?}");
    }
    check_table(&read.value.root, &fits);
    if name.ends_with(".toml") {
        let is_valid = DeTable::parse(text).is_ok();
        let is_told = read.found.has_errors();
        assert!(is_valid || is_told, "no finding in {text:?}");
    }
}

fn check_table(table: &Table, fits: &impl Fn(Span) -> bool) {
    assert!(fits(table.span));
    assert!(table.entries.is_sorted_by_key(|entry| entry.key.span.start));
    for entry in &table.entries {
        assert!(fits(entry.key.span));
        check_item(&entry.value, fits);
    }
}

fn check_item(item: &Spanned<Item>, fits: &impl Fn(Span) -> bool) {
    assert!(fits(item.span));
    match &item.value {
        Item::Table(table) => check_table(table, fits),
        Item::Array(items) => items.iter().for_each(|item| check_item(item, fits)),
        _ => {}
    }
}

#[test]
fn a_record_may_be_cut_off_at_any_byte() {
    for end in (0..RECORD.len()).filter(|end| RECORD.is_char_boundary(*end)) {
        check_invariants("a.toml", &RECORD[..end]);
        check_invariants("a.toml", &RECORD[end..]);
        check_invariants("a.md", &format!("+++\n{}", &RECORD[..end]));
        check_invariants("a.md", &format!("+++\n{}\n+++\nü", &RECORD[..end]));
    }
}

#[test]
fn any_one_character_may_be_missing_or_another() {
    for (at, c) in RECORD.char_indices() {
        let (before, after) = (&RECORD[..at], &RECORD[at + c.len_utf8()..]);
        for other in ["", "\"", "'", "\n", "[", "]", "{", "}", "=", "\\", "#", ":", "“", "\r", "\0"]
        {
            check_invariants("a.toml", &[before, other, after].concat());
        }
    }
}

proptest! {
    #[test]
    fn damaged_records_never_bring_the_reader_down(
        edits in proptest::collection::vec(
            (0usize..800, 0usize..60, "[\\[\\]{}=\"'\\\\.#, \n\r:a0ü“]{0,4}"), 1..6,
        ),
    ) {
        let mut text = RECORD.to_owned();
        for (at, len, new) in edits {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.floor_char_boundary((start + len).min(text.len()));
            text.replace_range(start..end, &new);
        }
        check_invariants("a.toml", &text);
        check_invariants("a.md", &format!("+++\n{text}"));
        check_invariants("a.md", &text);
    }

    #[test]
    fn any_text_at_all_can_be_read(text in "(\\PC|[\\[\\]{}=\"'\\\\.#,\n\r\t: ]|\\+\\+\\+\n|---\n|\"\"\"|a = |\\x00){0,60}") {
        check_invariants("a.toml", &text);
        check_invariants("a.md", &text);
    }
}
