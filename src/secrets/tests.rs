use super::book::book;
use super::*;

/// Returns the rules that find something in `text`, in order.
fn rules(text: &str) -> Vec<&'static str> {
    scan(text).into_iter().map(|suspect| suspect.rule).collect()
}

/// Returns what is found, as it stands in the text.
fn values(text: &str) -> Vec<&str> {
    scan(text).into_iter().map(|suspect| &text[suspect.range]).collect()
}

#[test]
fn every_rule_finds_its_examples_and_none_finds_the_others() {
    let mut wrong = Vec::new();
    for rule in &book().rules {
        for yes in &rule.yes {
            let found = rules(&yes.replace('·', ""));
            if !found.contains(&rule.id.as_str()) {
                wrong.push(format!("{} misses, found {found:?} in: {yes}", rule.id));
            }
        }
        for no in &rule.no {
            let found = rules(&no.replace('·', ""));
            if !found.is_empty() {
                wrong.push(format!("{}: {found:?} found in: {no}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_keyword_leads_to_its_rule_or_label() {
    let book = book();
    let ids: std::collections::BTreeSet<_> = book.rules.iter().map(|rule| &rule.id).collect();
    assert_eq!(ids.len(), book.rules.len(), "ids are unique");
    for rule in &book.rules {
        assert!(
            !rule.patterns().is_empty() && !rule.yes.is_empty() && !rule.no.is_empty(),
            "{}",
            rule.id
        );
    }
}

#[test]
fn what_is_found_is_told_without_its_value() {
    let text = "Password: hunter2\nAKIA3QZ7XNPLM2RTVW5K\n| PIN | 4711 |\nthe key to the cupboard";
    let told: Vec<_> = scan(text).into_iter().map(|suspect| suspect.what).collect();
    assert_eq!(
        told,
        [
            "what looks like a password after `Password:`",
            "an AWS access key",
            "what looks like a PIN or code beside `PIN`",
        ]
    );
    assert_eq!(values(text), ["hunter2", "AKIA3QZ7XNPLM2RTVW5K", "4711"]);
    let (found, _) = check_text(FileId::of("a.md"), text);
    for finding in &found {
        let all =
            format!("{} {:?} {:?} {:?}", finding.message, finding.label, finding.help, finding.fix);
        assert!(
            !all.contains("hunter2") && !all.contains("AKIA") && !all.contains("4711"),
            "{all}"
        );
        assert!(finding.mask && finding.rule == &SUSPECTED_SECRET);
    }
}

#[test]
fn two_secrets_on_one_line_are_two_finds() {
    let text = "snmp-server user monitor ops v3 auth sha Auth9pass priv aes 128 Priv9pass";
    assert_eq!(values(text), ["Auth9pass", "Priv9pass"]);
    assert_eq!(values("passwords = [\"Kd9x2Lq\", \"Zx8cVb7\"]"), ["Kd9x2Lq", "Zx8cVb7"]);
}

#[test]
fn the_specific_rule_names_what_several_find() {
    let text = "api_key = \"sk_live_D9wHq8Jd2Lm5TnVbXc7RyUiP\"";
    assert_eq!(rules(text), ["stripe-key"]);
    assert_eq!(values(text), ["sk_live_D9wHq8Jd2Lm5TnVbXc7RyUiP"]);
}

#[test]
fn a_key_block_is_hidden_to_its_end_or_to_the_end_of_what_is_there() {
    let block = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----";
    assert_eq!(values(&format!("before\n{block}\nbehind")), [block]);
    let cut = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASC";
    assert_eq!(values(&format!("{cut}\n\nbehind")), [cut]);
}

#[test]
fn a_mark_with_a_reason_settles_its_line_or_the_next() {
    for text in [
        "password: hunter2 # clearjar: not a secret, a film title",
        "# clearjar: not a secret, a film title\npassword: hunter2",
        "<!-- clearjar: not a secret, a film title -->\nPassword: hunter2\n",
    ] {
        let (found, allowed) = check_text(FileId::of("a.md"), text);
        assert!(found.is_empty(), "{found:?}");
        let [allowed] = &allowed[..] else { panic!("{allowed:?}") };
        assert_eq!((allowed.rule, allowed.reason.as_str()), ("password-label", "a film title"));
        assert_eq!(&text[allowed.span.range()], "hunter2");
    }
}

#[test]
fn a_mark_reaches_no_further() {
    let codes = |text| {
        let (found, _) = check_text(FileId::of("a.md"), text);
        found.iter().map(|finding| finding.rule.code).collect::<Vec<_>>()
    };
    let behind = "password: hunter2 # clearjar: not a secret, a film title\npassword: hunter3";
    assert_eq!(codes(behind), ["suspected-secret"]);
    let far = "# clearjar: not a secret, a film title\n\npassword: hunter2";
    assert_eq!(codes(far), ["suspected-secret", "mark-without-secret"]);
    let bare = "# clearjar: not a secret\npassword: hunter2";
    assert_eq!(codes(bare), ["suspected-secret", "mark-without-reason"]);
}

#[test]
fn a_mark_for_an_attachment_holds_for_one_rule_and_one_version() {
    let text = "enable secret 9 $9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM";
    let digest = Digest::of(text.as_bytes());
    let mark = |rule: &str, digest| FileMark { rule: rule.into(), digest, reason: "a lab".into() };
    let check = |mark| check_attachment(FileId::of("files/a.txt"), text, digest, &[mark]);
    let (found, allowed) = check(mark("device-hash", digest));
    assert_eq!((found.len(), allowed.len()), (0, 1));
    let (found, allowed) = check(mark("jwt", digest));
    assert_eq!((found.len(), allowed.len()), (1, 0));
    let (found, _) = check(mark("device-hash", Digest::of(b"older")));
    let help = found.iter().next().and_then(|finding| finding.help.clone()).unwrap();
    assert!(help.starts_with("the file has changed since it was marked"), "{help}");
}

#[test]
fn a_secret_far_along_a_very_long_line_is_found_whole() {
    let filler = "x".repeat(10_000);
    let long = "a1B2".repeat(2_000);
    let text = format!("{filler} password: hunter2 {filler} AKIA3QZ7XNPLM2RTVW5K {filler}");
    assert_eq!(values(&text), ["hunter2", "AKIA3QZ7XNPLM2RTVW5K"]);
    assert_eq!(values(&format!("{filler} password = \"{long}\" {filler}")), [&long]);
    assert_eq!(values(&format!("{filler} tacacs-server key {long} {filler}")), [&long]);
}

#[test]
fn an_empty_value_is_not_filled_from_the_next_setting() {
    for text in [
        "password=\nport=8443x1",
        "password:\nhost: fw1",
        "password: ********\nKd9x2Lq",
        "password = \"\"\nserial42x",
        "name = \"Admin password\"\n\n[[setting]]\nvalue = \"Kd9x2Lq\"",
    ] {
        assert_eq!(values(text), [""; 0], "{text}");
    }
    assert_eq!(values("password:\n  Kd9x2Lq\n"), ["Kd9x2Lq"]);
}

#[test]
fn a_value_is_taken_whole_whatever_surrounds_it() {
    for (text, value) in [
        (r#"password = "a\"b9\\""#, r#"a\"b9\\"#),
        ("Password: “Kd9x2Lq”.", "Kd9x2Lq"),
        ("mot de passe\u{a0}: «Kd9x2Lq»", "Kd9x2Lq"),
        ("(password: Kd9x2Lq)", "Kd9x2Lq"),
        (r#"{\"password\": \"Kd9x2Lq\"}"#, "Kd9x2Lq"),
        ("password: Kd9x2Lq\r\nnext", "Kd9x2Lq"),
        ("Server=a;Password=Kd9x2Lq;Encrypt=yes", "Kd9x2Lq;Encrypt=yes"),
    ] {
        assert_eq!(values(text), [value], "{text}");
    }
}

mod on_any_text {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that lead into every corner, in any order.
    fn piece() -> impl Strategy<Value = String> {
        let known: Vec<&str> = vec![
            "password",
            "Passwort",
            "mot de passe",
            "PIN",
            "key",
            "api_",
            "secret",
            "login",
            "clé",
            "contraseña",
            ":",
            "=",
            " is ",
            " | ",
            "\n",
            "\r\n",
            "\"",
            "'",
            "`",
            "\\\"",
            "“",
            "«",
            "(",
            ")",
            "[",
            "[[",
            "{",
            "<",
            ">",
            "*",
            "#",
            ",",
            " ",
            "\t",
            "hunter2",
            "Kd9x2Lq!",
            "4711",
            "$9$",
            "-----BEGIN PRIVATE KEY-----",
            "END ",
            "|---|",
            "name = \"",
            "value = ",
            "clearjar: not a secret",
            "ENC ",
            "é",
            "ß",
            "日本",
            "\u{202e}",
            "\u{0}",
            "---",
            "://",
            "a:b@c",
            "snmp-server community ",
            "!",
        ];
        prop_oneof![4 => prop::sample::select(known).prop_map(str::to_owned), 1 => ".{0,6}"]
    }

    proptest! {
        #[test]
        fn ranges_are_sorted_apart_and_between_letters(pieces in prop::collection::vec(piece(), 0..40)) {
            let text = pieces.concat();
            let (found, allowed) = check_text(FileId::of("a.md"), &text);
            let suspects = scan(&text);
            let secrets = found.iter().filter(|finding| finding.mask).count() + allowed.len();
            prop_assert_eq!(secrets, suspects.len());
            let mut end = 0;
            for suspect in suspects {
                prop_assert!(suspect.range.start >= end && !suspect.range.is_empty());
                prop_assert!(text.get(suspect.range.clone()).is_some());
                end = suspect.range.end;
            }
        }
    }
}
