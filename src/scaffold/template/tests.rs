//! Reads templates back, as they are and with every commented field put to use.

use super::*;
use crate::diagnostic::Diagnostics;
use crate::record;
use crate::scaffold::Form;
use crate::schema;
use crate::source::{SourceFile, SourceTree};

fn catalog() -> Catalog {
    schema::read(&SourceTree::default()).value
}

fn new(catalog: &Catalog, kind: &str, form: Form, subtype: Option<&str>) -> NewRecord {
    NewRecord::new(catalog, kind, "new-one", form, subtype).expect("it can be made")
}

/// What reading the file finds, syntax and all.
fn findings(catalog: &Catalog, new: &NewRecord, text: &str) -> Diagnostics {
    let tree = SourceTree::new(vec![SourceFile::text(new.path(catalog), text)]);
    record::read(&tree, catalog, "USD").found
}

/// Puts every commented field to use, as a person does by taking `# ` away.
fn uncommented(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line).to_owned() + "\n").collect()
}

/// All records that `new` could be asked for: each kind, in each form, plain and of each subtype.
fn all(catalog: &Catalog) -> Vec<NewRecord> {
    let mut all = Vec::new();
    for kind in catalog.kinds() {
        all.push(new(catalog, &kind.name, Form::Toml, None));
        if kind.body.is_some() {
            all.push(new(catalog, &kind.name, Form::Markdown, None));
        }
        for choice in choosers(kind).iter().flat_map(|field| &field.choices) {
            all.push(new(catalog, &kind.name, Form::Toml, Some(&choice.key)));
        }
    }
    all
}

#[test]
fn a_new_record_of_any_kind_is_read_without_a_finding() {
    let catalog = catalog();
    for new in all(&catalog) {
        let text = template(&catalog, &new);
        let found = findings(&catalog, &new, &text);
        assert!(found.is_empty(), "{}: {found:#?}\n{text}", catalog.kind(new.kind).name);
    }
}

#[test]
fn every_commented_field_is_right_when_it_is_put_to_use() {
    let catalog = catalog();
    let mut wrong = Vec::new();
    for new in all(&catalog) {
        let text = uncommented(&template(&catalog, &new));
        for found in findings(&catalog, &new, &text) {
            // The file offers a mark for a field beside the field; and without a subtype it offers
            // the fields of all of them.
            let expected = found.rule == &record::EMPTY_ANSWER
                || (found.rule == &record::WRONG_SUBTYPE && new.subtype.is_none());
            if !expected {
                wrong.push(format!("{}: {}", catalog.kind(new.kind).name, found.message));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_field_is_offered_once() {
    let catalog = catalog();
    for kind in catalog.kinds() {
        let text = uncommented(&template(&catalog, &new(&catalog, &kind.name, Form::Toml, None)));
        let file = SourceFile::text("x.toml", text);
        let root = crate::syntax::parse(&file).value.root;
        for field in kind.shape.fields() {
            assert!(root.get(&field.name).is_some(), "{} {}", kind.name, field.name);
        }
    }
}

#[test]
fn a_record_of_one_type_is_offered_no_field_of_another() {
    let catalog = catalog();
    let ups = template(&catalog, &new(&catalog, "device", Form::Toml, Some("ups")));
    assert!(ups.contains("\ntype = \"ups\"\n"), "{ups}");
    assert!(ups.contains("\n# battery_date = "), "{ups}");
    assert!(!ups.contains("ha_mode"), "{ups}");
}

#[test]
fn nothing_but_facts_is_left_when_the_comments_are_deleted() {
    let catalog = catalog();
    let text = template(&catalog, &new(&catalog, "device", Form::Toml, None));
    let live: Vec<&str> =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(live, ["name = \"New one\"", "type = \"firewall\""]);
}

#[test]
fn the_schema_is_found_from_however_deep_a_folder() {
    let catalog = catalog();
    let first_line = |id: &str| {
        let new = NewRecord::new(&catalog, "device", id, Form::Toml, None).expect("it can be made");
        let text = template(&catalog, &new);
        let mut lines = text.lines().map(str::to_owned);
        (lines.next().unwrap_or_default(), lines.next().unwrap_or_default())
    };
    let schema = "../../.clearjar/schema/device.json";
    assert_eq!(first_line("fw"), (format!("#:schema {schema}"), String::new()));
    assert_eq!(first_line("hq/fw"), (format!("#:schema ../{schema}"), String::new()));
}

#[test]
fn the_steps_of_a_markdown_procedure_are_its_numbered_list() {
    let catalog = catalog();
    let text = template(&catalog, &new(&catalog, "procedure", Form::Markdown, None));
    assert!(text.starts_with("+++\n## "), "{text}");
    assert!(text.contains("\n+++\n\n"), "{text}");
    assert!(text.contains("\n1. "), "{text}");
    assert!(!text.contains("[[step]]"), "{text}");
}

#[test]
fn a_kind_of_ones_own_without_examples_or_help_gets_a_template_as_well() {
    let types: String = FieldType::ALL
        .iter()
        .filter(|kind| !matches!(kind, FieldType::Table | FieldType::Tables))
        .map(|kind| {
            let more = match kind {
                FieldType::Choice => "choices = [\"a\", \"b\"]\n",
                FieldType::Reference => "to = [\"*\"]\n",
                _ => "",
            };
            format!(
                "[field.one_{0}]\ntype = \"{0}\"\nrequired = true\n{more}\
                 [field.many_{0}]\ntype = \"{0}\"\nmany = true\n{more}",
                kind.name()
            )
        })
        .collect();
    let own = format!(
        "kind = \"own\"\n{types}\
         [field.box]\ntype = \"table\"\nrequired = true\n\
         [field.box.field.a]\ntype = \"text\"\nrequired = true\n\
         [field.box.field.inner]\ntype = \"tables\"\n\
         [field.box.field.inner.field.b]\ntype = \"integer\"\n"
    );
    let tree = SourceTree::new(vec![SourceFile::text("kinds/own.toml", own)]);
    let catalog = schema::read(&tree).value;
    let new = new(&catalog, "own", Form::Toml, None);
    let text = template(&catalog, &new);
    for text in [uncommented(&text), text] {
        let found = findings(&catalog, &new, &text);
        let wrong = found.iter().find(|found| found.rule != &record::EMPTY_ANSWER);
        assert!(wrong.is_none(), "{wrong:#?}\n{text}");
    }
}

#[test]
fn a_name_is_made_from_the_id_where_it_does_not_read_as_one() {
    assert_eq!(name_from("restore-file", PageForm::Procedure), "Restore file");
    assert_eq!(name_from("dana-ruiz", PageForm::Person), "Dana Ruiz");
    assert_eq!(name_from("fw-hq-01", PageForm::Record), "fw-hq-01");
}
