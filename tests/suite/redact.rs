//! `clearjar redact` and `clearjar about`.

use std::path::Path;

use clearjar::secrets;

use crate::program::Folder;

fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/secrets/oxidized").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// What must not be left of a sample, and what is to stay.
fn must_go(device: &str) -> Vec<String> {
    let list = sample(&format!("{device}.must-go.yaml"));
    let values = list.lines().skip_while(|line| !line.starts_with("fail:")).skip(1);
    let values = values.map_while(|line| line.trim().strip_prefix("- "));
    values.map(|value| value.trim().trim_matches('\'').to_owned()).collect()
}

#[test]
fn the_copy_of_a_configuration_has_no_secret_and_passes_the_check() {
    let folder = Folder::empty();
    for device in ["asa", "fortigate", "ios", "vyos"] {
        let text = sample(&format!("{device}.txt"));
        folder.write(&format!("{device}.conf"), &text);
        let run = folder.run(&["redact", &format!("{device}.conf")]).succeeds();
        let copy = folder.read(&format!("{device}.redacted.conf"));
        let values = must_go(device);
        assert!(!values.is_empty());
        for value in &values {
            assert!(!copy.contains(value), "{device}: {value} is left");
            assert!(!run.out.contains(value), "{device}: {value} is told");
        }
        assert_eq!(secrets::scan(&copy), [], "{device}");
        let kept = text.lines().filter(|line| copy.lines().any(|left| left == *line)).count();
        assert!(
            kept * 10 > text.lines().count() * 8,
            "{device}: only {kept} lines are left as they were"
        );
        assert_eq!(folder.read(&format!("{device}.conf")), text, "the file itself stays");
    }
}

#[test]
fn nothing_that_is_there_is_gone_over() {
    let folder = Folder::empty();
    folder.write("a.conf", "password: Tr0ub4dor-and-3\n");
    folder.write("a.redacted.conf", "mine\n");
    folder
        .run(&["redact", "a.conf"])
        .fails(2, "error: [..]a.redacted.conf` is there already\n  help: [..]`--force`[..]\n");
    folder
        .run(&["redact", "a.conf", "--force", "--output", "a.conf"])
        .fails(2, "error: the copy would go over the file itself\n  help: [..]\n");
    assert_eq!(folder.read("a.redacted.conf"), "mine\n");
    assert_eq!(folder.read("a.conf"), "password: Tr0ub4dor-and-3\n");
    folder.run(&["redact", "a.conf", "--force"]).succeeds();
    assert_eq!(folder.read("a.redacted.conf"), "password: <removed>\n");
    assert_eq!(
        folder.run(&["redact", "a.conf", "--output", "-"]).succeeds().out,
        "password: <removed>\n"
    );
    folder.write("a.bin", "ELF\u{0}\u{0}\u{0}\u{1}");
    folder.run(&["redact", "a.bin"]).fails(2, "error: `a.bin` is no text[..]\n  help: [..]\n");
}

#[test]
fn the_terms_of_all_that_is_in_the_program_are_printed() {
    let folder = Folder::empty();
    let about = folder.run(&["about"]).succeeds().out;
    assert!(about.starts_with("clearjar ") && about.contains("MIT OR Apache-2.0"), "{about}");
    let licences = folder.run(&["about", "--licences"]).succeeds().out;
    for part in ["Lucide", "Apache License", "age-encryption", "pulldown-cmark", "rustix"] {
        assert!(licences.contains(part), "{part}");
    }
}
