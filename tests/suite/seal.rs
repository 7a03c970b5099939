//! `clearjar seal`, and what the site says and gives of what is sealed.

use crate::program::Folder;

/// Words that must be found nowhere but in the file they came from.
const SECRET: &str = "admin: Walrus-Teapot-Lantern-Seven";

fn folder() -> Folder {
    let folder = Folder::with_runbook();
    folder.write("router.txt", &format!("{SECRET}\n"));
    folder
}

#[cfg(not(feature = "seal"))]
#[test]
fn a_program_made_without_sealing_says_so_and_what_can_be_done_instead() {
    let folder = folder();
    let run = folder.run(&["-C", "rb", "seal", "router.txt", "--to", "age1x"]).ends_with(2);
    assert!(run.err.contains("made without sealing"), "{}", run.err);
    assert!(run.err.contains("--features seal") && run.err.contains("age -a -r"), "{}", run.err);
}

#[test]
fn what_lies_unencrypted_among_the_sealed_files_is_neither_published_nor_shown() {
    let folder = folder();
    folder.write("rb/sealed/router.txt", &format!("{SECRET}\n"));
    for arguments in [
        &["-C", "rb", "build"][..],
        &["-C", "rb", "check", "--format", "json"],
        &["-C", "rb", "check", "--format", "sarif"],
    ] {
        let run = folder.run(arguments).ends_with(1);
        let said = run.out + &run.err;
        assert!(said.contains("not-sealed") && said.contains("sealed/router.txt"), "{said}");
        assert!(!said.contains("Walrus"), "{said}");
    }
    assert!(!folder.path("rb/site").exists());
    // Nor can it be waved through.
    let settings = folder.read("rb/clearjar.toml");
    folder.write("rb/clearjar.toml", &format!("{settings}\n[check]\nnot-sealed = \"off\"\n"));
    let run = folder.run(&["-C", "rb", "build"]).ends_with(1);
    assert!(run.err.contains("cannot be changed"), "{}", run.err);
}

#[cfg(feature = "seal")]
mod sealed {
    use std::fs;
    use std::process::{Command, Stdio};

    use super::*;

    /// Seals the secret in `folder` to a key of SSH and of age, where this machine can make them.
    fn keys(folder: &Folder) -> Option<[String; 2]> {
        let made = |words: &[&str]| {
            let mut command = Command::new(words[0]);
            let made = command.args(&words[1..]).current_dir(folder.path("")).output();
            made.is_ok_and(|output| output.status.success())
        };
        let both =
            made(&["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ann@x", "-f", "ssh"])
                && made(&["age-keygen", "-o", "age.txt"]);
        if !both {
            return None;
        }
        let text = folder.read("age.txt");
        let public = text.split_whitespace().find(|word| word.starts_with("age1"))?;
        Some(["ssh.pub".to_owned(), public.to_owned()])
    }

    fn opens(folder: &Folder, key: &str, file: &str) -> String {
        let mut age = Command::new("age");
        let output = age.args(["-d", "-i", key, file]).current_dir(folder.path("")).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_age_for_each_key_and_its_words_are_nowhere_else() {
        let folder = folder();
        let Some([ssh, age]) = keys(&folder) else { return };
        let arguments = ["-C", "rb", "seal", "router.txt", "--to", &ssh, "--to", &age];
        let words = ["--for", "Ann", "--title", "Router passwords", "--audience", "technical"];
        let run = folder.run(&[&arguments[..], &words].concat()).succeeds();
        assert!(!(run.out + &run.err).contains("Walrus"));
        folder.run(&["-C", "rb", "build", "--deny", "warnings"]).succeeds();
        for place in ["rb/sealed/router.txt.age", "rb/site/source/sealed/router.txt.age"] {
            for key in ["ssh", "age.txt"] {
                assert_eq!(opens(&folder, key, place), format!("{SECRET}\n"), "{place} {key}");
            }
        }
        let page = folder.read("rb/site/sealed.html");
        for said in ["Router passwords", "Ann", "1 age key; 1 SSH key", "23 Nov 2026"] {
            assert!(page.contains(said), "{said}");
        }
        assert!(page.contains("age -d -i KEY-FILE -o router.txt source/sealed/router.txt.age"));
        // Not in a file of the runbook, of its site or of its cache, in no name either.
        for entry in walkdir::WalkDir::new(folder.path("rb")).into_iter().map(Result::unwrap) {
            assert!(!entry.path().to_string_lossy().contains("Walrus"));
            if entry.file_type().is_file() {
                let bytes = fs::read(entry.path()).unwrap();
                let found = bytes.windows(6).any(|six| six == b"Walrus");
                assert!(!found, "{}", entry.path().display());
            }
        }
        // The same files, the same site: sealing is random, building is not.
        let manifest = folder.read("rb/site/manifest.json");
        folder.run(&["-C", "rb", "build", "--output", "again"]).succeeds();
        assert_eq!(folder.read("again/manifest.json"), manifest);
        folder.run(&["verify", "again"]).succeeds();
    }

    #[test]
    fn a_passphrase_may_come_from_the_input_and_a_file_too_but_not_both() {
        let folder = folder();
        let seal = |arguments: &[&str], input: &str| {
            let mut program = folder.program();
            let all = [&["-C", "rb", "--today", crate::program::TODAY, "seal"], arguments].concat();
            let mut running = program
                .args(all)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let _ = std::io::Write::write_all(&mut running.stdin.take().unwrap(), input.as_bytes());
            let output = running.wait_with_output().unwrap();
            (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let passphrase = ["router.txt", "--passphrase", "--for", "Ann"];
        assert_eq!(seal(&passphrase, "four words and more\n"), (Some(0), String::new()));
        assert!(folder.read("rb/sealed/router.txt.age").starts_with("-----BEGIN AGE"));
        let (code, said) = seal(&[&passphrase[..], &["--force"]].concat(), "short\n");
        assert!(code == Some(2) && said.contains("shorter than 12"), "{said}");
        assert!(!said.contains("`short`"), "{said}");
        let (code, said) = seal(&["-", "--passphrase", "--name", "x"], "four words and more\n");
        assert!(code == Some(2) && said.contains("cannot both come"), "{said}");
        let Some([ssh, _]) = keys(&folder) else { return };
        assert_eq!(seal(&["-", "--name", "piped", "--to", &ssh], SECRET), (Some(0), String::new()));
        assert_eq!(opens(&folder, "ssh", "rb/sealed/piped.age"), SECRET);
        assert!(folder.read("rb/sealed/piped.toml").contains("for = [\"ann@x\"]"));
    }

    #[test]
    fn what_cannot_be_sealed_is_told_and_nothing_is_written() {
        let folder = folder();
        let key = "age107zl284hh03h424cwe6kk5qqtp8g9z2rde2xfnd32epymzh3ma9stcsmau";
        folder.write("rb/files/inside.txt", SECRET);
        folder.write("private.txt", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n");
        let cases: &[(&[&str], &str)] = &[
            (&["rb/files/inside.txt", "--to", key], "is a part of the runbook"),
            (&["missing.txt", "--to", key], "cannot read `missing.txt`"),
            (&["router.txt", "missing.txt", "--to", key], "cannot read `missing.txt`"),
            (&["rb", "--to", key], "is a folder"),
            (&["router.txt", "--to", "nobody"], "no public key"),
            (&["router.txt", "--to", "private.txt"], "holds a private key"),
            (&["router.txt", "--to", &key[..40]], "is no key of age"),
            (&["router.txt", "--to", key, "--name", "../../out"], "nothing can be called"),
            (&["router.txt", "--to", key, "--audience", "all"], "no such audience"),
            (&["router.txt", "private.txt", "--to", key, "--name", "x"], "is for one file"),
            (&["-", "--to", key], "needs a name"),
        ];
        for (arguments, said) in cases {
            let run = folder.run(&[&["-C", "rb", "seal"], *arguments].concat()).ends_with(2);
            assert!(run.err.contains(said), "{arguments:?}: {}", run.err);
            assert!(run.err.contains("help"), "{}", run.err);
            assert!(!run.err.contains("Walrus") && !run.err.contains("b3Blbn"), "{}", run.err);
        }
        assert!(!folder.path("rb/sealed").exists() && !folder.path("out.age").exists());
    }
}
