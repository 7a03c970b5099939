//! What becomes of the output: closed pipes, full disks, colours, help.

use std::process::Stdio;

use crate::program::Folder;

#[test]
fn a_reader_that_went_away_is_no_panic() {
    for arguments in [["kinds", "service"].as_slice(), &["--help"], &["check", "--explain"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let folder = Folder::empty();
        let output = folder
            .program()
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in [["kinds"].as_slice(), &["--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let folder = Folder::empty();
        let output =
            folder.program().args(arguments).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("error: cannot write the output: "), "{arguments:?}: {error}");
    }
}

#[test]
fn colours_are_for_terminals_or_for_who_asks() {
    let folder = Folder::empty();
    assert!(!folder.run(&["kinds"]).succeeds().out.contains('\u{1b}'));
    assert!(folder.run(&["--color", "always", "kinds"]).succeeds().out.contains('\u{1b}'));
    assert!(folder.run(&["kinds", "nothing"]).err.starts_with("error: "));
    assert!(folder.run(&["kinds", "nothing", "--color", "always"]).err.starts_with('\u{1b}'));
}

#[test]
fn help_teaches_the_everyday_flow() {
    let folder = Folder::empty();
    let help = folder.run(&["--help"]).succeeds().out;
    let flow = ["clearjar init", "clearjar new", "clearjar check", "clearjar build"];
    let places: Vec<_> = flow.iter().map(|command| help.find(command).expect(command)).collect();
    assert!(places.is_sorted(), "{help}");
    for command in ["init", "new", "check", "build", "kinds", "schema"] {
        let help = folder.run(&[command, "--help"]).succeeds().out;
        assert!(help.contains("Example"), "{help}");
    }
}

#[test]
fn what_cannot_be_understood_is_an_error_of_the_call() {
    let folder = Folder::empty();
    for arguments in [["bild"].as_slice(), &[], &["check", "--today", "yesterday"], &["new", "x"]] {
        let run = folder.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(!run.err.is_empty() && run.out.is_empty(), "{arguments:?}");
    }
}
