//! Holds what is told of two versions of a record.

use std::sync::LazyLock;

use super::*;
use crate::history::State;
use crate::schema;
use crate::source::{SourceFile, SourceTree};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| schema::read(&SourceTree::default()).value);

fn state(files: &[(&str, &str)]) -> State {
    let files = files.iter().map(|(path, text)| SourceFile::text(*path, *text));
    State::of(&SourceTree::new(files.collect()), &CATALOG)
}

fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
    let (before, after) = (state(before), state(after));
    let names = Names::of(&[&after, &before], &CATALOG);
    let changes = changes(&Pairs::between(&before, &after), &CATALOG, &names);
    let mut told = Vec::new();
    for record in &changes.records {
        told.push(format!("{} {} ({})", record.sort.name(), record.name, record.title));
        if matches!(record.sort, Sort::Added | Sort::Removed) {
            continue;
        }
        for fact in &record.facts {
            let under: String = fact.under.iter().map(|word| format!("{word} / ")).collect();
            let side = |pieces: &[Piece]| {
                let piece = |it: &Piece| {
                    if it.differs { format!("<{}>", it.text) } else { it.text.clone() }
                };
                pieces.iter().map(piece).collect::<String>()
            };
            let (before, after) = (side(&fact.before), side(&fact.after));
            told.push(format!("  {} {under}{}: {before} => {after}", fact.sort.name(), fact.label));
        }
    }
    told
}

const FW: &str = "records/devices/fw.toml";

#[test]
fn a_setting_is_known_by_its_group_and_name_wherever_it_stands() {
    let before = "name = \"FW\"\ntype = \"firewall\"\n[[setting]]\ngroup = \"Admin\"\nname = \"Idle\"\nvalue = 5\nunit = \"min\"\n\
                  [[setting]]\ngroup = \"VPN\"\nname = \"Idle\"\nvalue = true\n";
    let after = "name = \"FW\"\ntype = \"firewall\"\n[[setting]]\ngroup = \"DNS\"\nname = \"Server\"\nvalue = \"10.0.0.1\"\n\
                 [[setting]]\ngroup = \"VPN\"\nname = \"Idle\"\nvalue = true\n\
                 [[setting]]\ngroup = \"Admin\"\nname = \"Idle\"\nvalue = 10\nunit = \"min\"\nwhy = \"The desk asked.\"\n";
    assert_eq!(
        told(&[(FW, before)], &[(FW, after)]),
        [
            "changed device/fw (FW)",
            "  added Settings / DNS / Server:  => <10.0.0.1>",
            "  changed Settings / Admin / Idle: <5 min> => <10 min>",
            "  added Settings / Admin / Idle / Why:  => <The desk asked.>",
        ]
    );
}

#[test]
fn of_a_list_the_items_are_told_that_came_and_went() {
    let (before, after) = (
        "name = \"FW\"\ntags = [\"a long tag that stays\", \"old\"]\n",
        "name = \"FW\"\ntags = [\"a long tag that stays\", \"new\"]\n",
    );
    assert_eq!(
        told(&[(FW, before)], &[(FW, after)]),
        [
            "changed device/fw (FW)",
            "  changed Tags: a long tag that stays, <old> => a long tag that stays, <new>"
        ]
    );
}

#[test]
fn the_order_of_rules_counts() {
    let rules = |order: [&str; 2]| {
        let rule = |name: &&str| format!("[[rule]]\nname = \"{name}\"\n");
        format!("name = \"R\"\n{}", order.iter().map(rule).collect::<String>())
    };
    let path = "records/rulesets/r.toml";
    assert_eq!(
        told(&[(path, &rules(["a", "b"]))], &[(path, &rules(["b", "a"]))]),
        ["changed ruleset/r (R)", "  moved Rules / Rules: <a → b> => <b → a>"]
    );
}

#[test]
fn a_renamed_record_is_the_same_one() {
    let before = "name = \"FW\"\nsite = \"hq\"\n";
    let after = "name = \"FW\"\nsite = \"site/hq\"\nformerly = [\"fw\"]\n";
    let site = ("records/sites/hq.toml", "name = \"HQ\"\n");
    assert_eq!(
        told(&[(FW, before), site], &[("records/devices/fw-1.toml", after), site]),
        ["renamed device/fw-1 (FW)"]
    );
}

#[test]
fn a_reference_is_the_same_with_its_kind_and_without() {
    let site = ("records/sites/hq.toml", "name = \"HQ\"\n");
    let other = ("records/sites/north.toml", "name = \"North\"\n");
    let (bare, full) = ("name = \"FW\"\nsite = \"hq\"\n", "name = \"FW\"\nsite = \"site/hq\"\n");
    assert_eq!(told(&[(FW, bare), site], &[(FW, full), site]), [""; 0]);
    let moved = "name = \"FW\"\nsite = \"north\"\n";
    assert_eq!(
        told(&[(FW, bare), site, other], &[(FW, moved), site, other]),
        ["changed device/fw (FW)", "  changed Site: <HQ> => <North>"]
    );
}

#[test]
fn prose_is_told_word_by_word_and_its_links_as_words() {
    let before = "name = \"FW\"\nnotes = \"Keep the cupboard door open in August.\"\n";
    let after = "name = \"FW\"\nnotes = \"Keep the [[device/fw|cupboard]] door shut in August.\"\n";
    assert_eq!(
        told(&[(FW, before)], &[(FW, after)]),
        [
            "changed device/fw (FW)",
            "  changed Notes: Keep the cupboard door <open> in August. => Keep the cupboard door <shut> in August."
        ]
    );
}

#[test]
fn rows_without_a_name_are_told_apart_by_what_they_cannot_be_without() {
    let path = "records/domains/a.toml";
    let zone = |spf: &str, more: &str| {
        format!(
            "fqdn = \"a.example\"\n[[record]]\ntype = \"MX\"\nname = \"@\"\nvalue = \"10 mx1.example\"\n\
             [[record]]\ntype = \"TXT\"\nname = \"@\"\nvalue = \"{spf}\"\n{more}"
        )
    };
    let more = "[[record]]\ntype = \"TXT\"\nname = \"@\"\nvalue = \"verify=1\"\n";
    let before = zone("v=spf1 include:a.example -all", "");
    let after = zone("v=spf1 include:a.example include:b.example -all", more);
    let told = told(&[(path, &before)], &[(path, &after)]);
    assert_eq!(told[0], "changed domain/a (a.example)");
    assert!(told[1].contains("Value: ") && told[1].contains("<include:b.example >"), "{told:#?}");
    assert!(told[2].starts_with("  added DNS entries / "), "{told:#?}");
    assert_eq!(told.len(), 3, "{told:#?}");
}
