//! Writes a large, made-up runbook: for Clearjar, or with the same facts for Hugo, mdBook or Zola.
//!
//! `cargo run --release --example large_runbook -- --records 10000 --form clearjar OUT`
//!
//! The corpus is the same in every run and on every machine: no clock, a random number generator of
//! its own, all dates counted from one day. 60 % are devices with 8 to 25 settings each, 25 %
//! procedures with a block of code each, 15 % other kinds. Addresses are private (RFC 1918) or set
//! aside for documents (RFC 3849), names end in `.example`.
#![allow(clippy::disallowed_methods, reason = "a tool that reads and writes files")]

mod clearjar;
mod code;
mod devices;
mod dice;
mod estate;
mod folder;
mod history;
mod hugo;
mod mdbook;
mod others;
mod procedures;
mod prose;
mod record;
mod settings;
mod toml;
mod words;
mod zola;

use std::path::PathBuf;
use std::process::ExitCode;

use estate::Estate;
use record::{Kind, Record};

const USAGE: &str = "usage: large_runbook --records N [--releases N] --form clearjar|hugo|mdbook|zola OUT   (records from 150 to 1000000)";

enum Form {
    Clearjar,
    Hugo,
    MdBook,
    Zola,
}

struct Order {
    records: usize,
    /// For Clearjar: how many releases there are; none without a word.
    releases: usize,
    form: Form,
    folder: PathBuf,
}

fn main() -> ExitCode {
    let Some(order) = read_order(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if !folder::is_free(&order.folder) {
        eprintln!(
            "`{}` is not empty; name another folder, or remove it first",
            order.folder.display()
        );
        return ExitCode::from(2);
    }
    let estate = Estate::of(order.records);
    let written = match order.form {
        Form::Clearjar => {
            clearjar::write(&estate, &order.folder).and_then(|()| match order.releases {
                0 => Ok(()),
                releases => history::write_releases(&order.folder, releases),
            })
        }
        Form::Hugo => hugo::write(&estate, &order.folder),
        Form::MdBook => mdbook::write(&estate, &order.folder),
        Form::Zola => zola::write(&estate, &order.folder),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write below `{}`: {error}", order.folder.display());
            ExitCode::from(2)
        }
    }
}

fn read_order(mut words: impl Iterator<Item = String>) -> Option<Order> {
    let (mut records, mut releases, mut form, mut folder) = (None, 0, None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--records" => {
                records = words.next()?.parse().ok().filter(|n| (150..=1_000_000).contains(n))
            }
            "--releases" => releases = words.next()?.parse().ok()?,
            "--form" => {
                form = match words.next()?.as_str() {
                    "clearjar" => Some(Form::Clearjar),
                    "hugo" => Some(Form::Hugo),
                    "mdbook" => Some(Form::MdBook),
                    "zola" => Some(Form::Zola),
                    _ => None,
                }
            }
            _ if folder.is_none() && !word.starts_with('-') => folder = Some(PathBuf::from(word)),
            _ => return None,
        }
    }
    Some(Order { records: records?, releases, form: form?, folder: folder? })
}

/// Returns record `ix` of `kind`.
fn make(estate: &Estate, kind: Kind, ix: usize) -> Record {
    match kind {
        Kind::Device => devices::device(estate, ix),
        Kind::Procedure => procedures::procedure(estate, ix),
        _ => others::record(estate, kind, ix),
    }
}
