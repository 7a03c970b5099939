//! Times each stage alone, on the example runbook or on the one that `CLEARJAR_RUNBOOK` names.
//!
//! `cargo bench --bench stages`; `-- pages` runs those whose names have that word.
#![allow(clippy::disallowed_methods, reason = "tests and tools use the disk")]

use std::path::PathBuf;
use std::sync::LazyLock;

use clearjar::artifact::Nowhere;
use clearjar::audit;
use clearjar::config::Config;
use clearjar::diagnostic::Diagnostics;
use clearjar::discover::{self, Limits};
use clearjar::model;
use clearjar::pipeline::{self, Checkup, Inputs, Memory};
use clearjar::plan::{self, Facts};
use clearjar::record;
use clearjar::schema;
use clearjar::search::{self, Entry};
use clearjar::source::SourceTree;
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};

const DAY: Date = date(2026, 11, 15);

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os("CLEARJAR_RUNBOOK") {
    Some(path) => path.into(),
    None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("example-site"),
});

static TREE: LazyLock<SourceTree> = LazyLock::new(|| {
    discover::read(&ROOT, &Limits::default()).expect("the runbook is there").value
});

static CHECKUP: LazyLock<Checkup> = LazyLock::new(|| pipeline::check(&inputs()));

static NOTHING: LazyLock<Diagnostics> = LazyLock::new(Diagnostics::default);

fn main() {
    divan::main();
}

fn inputs() -> Inputs<'static> {
    Inputs::new(&TREE, &NOTHING, DAY)
}

fn facts() -> Facts<'static> {
    let Checkup { config, model, sealed, audit, story, found } = &*CHECKUP;
    Facts { tree: &TREE, config, model, sealed, audit, story, found, is_searched: true }
}

#[divan::bench]
fn a_files_read() {
    let _ = black_box(discover::read(&ROOT, &Limits::default()).expect("the runbook is there"));
}

#[divan::bench]
fn b_records_read(bencher: Bencher<'_, '_>) {
    let catalog = schema::read(&TREE).value;
    bencher.bench(|| record::read(&TREE, &catalog, "USD"));
}

#[divan::bench]
fn c_records_joined(bencher: Bencher<'_, '_>) {
    let catalog = schema::read(&TREE).value;
    let records = record::read(&TREE, &catalog, "USD").value;
    bencher
        .with_inputs(|| (catalog.clone(), records.clone()))
        .bench_values(|(catalog, records)| model::join(&TREE, catalog, records));
}

#[divan::bench]
fn d_records_judged(bencher: Bencher<'_, '_>) {
    let (model, config): (_, &Config) = (&CHECKUP.model, &CHECKUP.config);
    bencher.bench(|| audit::run(&TREE, model, config, DAY, None));
}

#[divan::bench]
fn e_site_planned(bencher: Bencher<'_, '_>) {
    let facts = facts();
    bencher.bench(|| plan::pages(&facts).len());
}

#[divan::bench]
fn f_views_made(bencher: Bencher<'_, '_>) {
    let facts = facts();
    let plan = plan::pages(&facts);
    bencher.bench(|| plan.map(|page| page.path.len()));
}

#[divan::bench]
fn g_index_made(bencher: Bencher<'_, '_>) {
    let facts = facts();
    let entries: Vec<Entry> = plan::pages(&facts).map(search::read).into_iter().flatten().collect();
    bencher.bench(|| search::write(entries.iter().collect(), &Nowhere));
}

#[divan::bench]
fn h_everything_from_nothing() {
    black_box(pipeline::run(&inputs(), &Nowhere));
}

#[divan::bench]
fn i_check_with_what_is_remembered(bencher: Bencher<'_, '_>) {
    let memory = Memory::default().lasting();
    let inputs = Inputs { memory: Some(&memory), ..inputs() };
    pipeline::check(&inputs);
    bencher.bench(|| pipeline::check(&inputs));
}
