//! `clearjar verify`: says what of a site or a bundle holds.

use std::fs;

use clearjar::diagnostic::clean::one_line;
use clearjar::handover::held::Held;
use clearjar::handover::verify::{self, Age, Report, Signature, Signers};
use clearjar::publish::{Difference, Manifest, WhatDiffers};
use clearjar::text::{bytes_in_words, plural};
use serde_json::json;

use super::Exit;
use super::args::{Common, ListFormat, Verify};
use super::failure::{Failure, shown};
use super::meter::Meter;
use super::restore::complete;
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// How many files are named for one reason; `--format json` has all.
const NAMED: usize = 20;

/// Looks at everything, and says in plain words what holds and what does not.
pub fn run(args: &Verify, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let path = Runbook::site(args.path.as_deref(), common)?;
    let signers = args
        .signers
        .as_ref()
        .map(|path| fs::read_to_string(path).map_err(|error| Failure::disk("read", path, &error)));
    let signers = signers.transpose()?;
    let copy = args.newer_than.as_ref().map(|path| Held::open(path)?.manifest());
    let copy: Option<Manifest> = copy.transpose()?;
    let mut held = Held::open(&path)?;
    if held.is_folder() {
        complete(&held, terminal);
    }
    let meter = Meter::start();
    let report = verify::verify(&mut held, signers.as_deref(), copy.as_ref(), &meter);
    meter.clear();
    let report = report?;
    let holds = report.holds(signers.is_some());
    match args.format {
        ListFormat::Human => {
            terminal.out(&words(&report, &shown(&from_here(&held.path)).to_string(), holds))
        }
        ListFormat::Json => terminal.out(&json(&report, holds)),
    }
    Ok(if holds { Exit::Done } else { Exit::Problems })
}

fn words(report: &Report, place: &str, holds: bool) -> String {
    let imprint = &report.imprint;
    let edition = match &imprint.edition {
        Some(edition) => format!(", edition {}", one_line(edition)),
        None => String::new(),
    };
    let mut text = format!(
        "{place}\n  {}{edition}\n  of {}, made with Clearjar {}: {}, {}\n\n",
        one_line(&imprint.title),
        imprint.day,
        one_line(&imprint.program_version),
        plural(report.files, "file", "files"),
        bytes_in_words(report.bytes),
    );
    for (holds, sentence) in sentences(report) {
        let mark = if holds { "holds" } else { "WRONG" };
        let mut lines = sentence.lines();
        text.push_str(&format!("{mark}  {}\n", lines.next().unwrap_or_default()));
        lines.for_each(|line| text.push_str(&format!("       {line}\n")));
    }
    let verdict = match holds {
        true => "All that was asked for holds.",
        false => "This copy is not to be relied on as it is.",
    };
    text.push_str(&format!("\n{verdict}\n"));
    text
}

/// Returns what was looked at, each with whether it holds.
fn sentences(report: &Report) -> Vec<(bool, String)> {
    let mut sentences = Vec::new();
    if report.differences.is_empty() {
        let all = "every file is there, byte for byte as the list has it, and no other";
        sentences.push((true, all.to_owned()));
    }
    let reasons = [
        (WhatDiffers::Unfinished, "a publish was cut off: the next `clearjar build` completes it"),
        (WhatDiffers::Missing, "missing"),
        (WhatDiffers::Changed, "changed"),
        (WhatDiffers::Added, "added, not part of what was made"),
    ];
    for (what, reason) in reasons {
        let files: Vec<&Difference> =
            report.differences.iter().filter(|found| found.what == what).collect();
        if !files.is_empty() {
            sentences.push((false, named(reason, &files)));
        }
    }
    sentences.push(signature(&report.signature));
    sentences.extend(report.age.as_ref().map(age));
    sentences
}

fn named(reason: &str, files: &[&Difference]) -> String {
    let mut text = format!("{reason}: {}", plural(files.len(), "file", "files"));
    for file in files.iter().take(NAMED) {
        text.push_str(&format!("\n{}", one_line(&file.path)));
    }
    if files.len() > NAMED {
        text.push_str(&format!("\nand {} more; `--format json` has all", files.len() - NAMED));
    }
    text
}

fn signature(signature: &Signature) -> (bool, String) {
    match signature {
        Signature::None => {
            let text = "not signed: this shows damage and loss, not from whom the copy is";
            (true, text.to_owned())
        }
        Signature::Wrong(why) => {
            (false, format!("there is a signature that does not count: {why}"))
        }
        Signature::Unknown(signed) => (
            false,
            format!(
                "signed with a key that the list of signers does not have\nkey {} ({})",
                signed.fingerprint, signed.algorithm
            ),
        ),
        Signature::Known { signed, names, by } => {
            let names = names.join(", ");
            let (key, sort) = (&signed.fingerprint, &signed.algorithm);
            let text = format!("signed by {names}\nkey {key} ({sort})");
            match by {
                Signers::Given => (true, text),
                Signers::Itself => (
                    true,
                    format!(
                        "{text}\nThe name is from the copy itself: compare the key with what you have \
                         from them,\nor give their list with `--signers`."
                    ),
                ),
            }
        }
    }
}

fn age(age: &Age) -> (bool, String) {
    match age {
        Age::Same => (true, "the same as your copy".to_owned()),
        Age::Newer => (true, "follows your copy".to_owned()),
        Age::Older => (false, "older than your copy".to_owned()),
        Age::Stranger(why) => (false, why.clone()),
    }
}

fn json(report: &Report, holds: bool) -> String {
    let imprint = &report.imprint;
    let files: Vec<_> = report
        .differences
        .iter()
        .map(|found| {
            let what = match found.what {
                WhatDiffers::Missing => "missing",
                WhatDiffers::Changed => "changed",
                WhatDiffers::Added => "added",
                WhatDiffers::Unfinished => "unfinished",
            };
            json!({ "path": found.path, "what": what })
        })
        .collect();
    let signature = match &report.signature {
        Signature::None => json!({ "state": "none" }),
        Signature::Wrong(why) => json!({ "state": "wrong", "why": why }),
        Signature::Unknown(signed) => json!({ "state": "unknown", "key": signed.fingerprint }),
        Signature::Known { signed, names, by } => json!({
            "state": "known",
            "key": signed.fingerprint,
            "names": names,
            "signers": match by { Signers::Itself => "of the copy itself", Signers::Given => "given" },
        }),
    };
    let age = report.age.as_ref().map(|age| match age {
        Age::Same => json!({ "state": "same" }),
        Age::Newer => json!({ "state": "newer" }),
        Age::Older => json!({ "state": "older" }),
        Age::Stranger(why) => json!({ "state": "stranger", "why": why }),
    });
    let value = json!({
        "holds": holds,
        "title": imprint.title,
        "edition": imprint.edition,
        "day": imprint.day.to_string(),
        "serial": imprint.serial,
        "version": imprint.program_version,
        "files": report.files,
        "bytes": report.bytes,
        "differences": files,
        "signature": signature,
        "age": age,
    });
    format!("{value:#}\n")
}
