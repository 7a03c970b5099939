//! The stages in order: from the files of a runbook to the files of its site.
//!
//! Never fails: what is wrong with a runbook is among the findings, and where one of them is an
//! error there is nothing to publish.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::artifact::{Artifacts, Held, Put};
use crate::audit::{self, Audit};
use crate::compare::Story;
use crate::config::{self, Config};
use crate::diagnostic::{Checked, Diagnostics, Rule};
use crate::digest::Digest;
use crate::model::{self, Model};
use crate::plan::{self, Facts};
use crate::progress::{Progress, Silent, Stage};
use crate::publish::Imprint;
use crate::sealed::{self, Sealed};
use crate::source::SourceTree;
use crate::theme;
use crate::{history, record, rules, schema, sources, syntax};

mod ahead;
mod memory;
mod planned;
mod preview;

pub use memory::{Known, Memory};
pub use planned::Planned;
pub use preview::{Begun, Preview, Seen};

/// What a build is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// The files of the runbook.
    pub tree: &'a SourceTree,
    /// What was found when they were read from the disk.
    pub found: &'a Diagnostics,
    /// The day that was asked for.
    pub today: Option<Date>,
    /// The day by the clock, for a runbook that pins none.
    pub clock: Date,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
    /// What is known from runs before.
    pub memory: Option<&'a Memory>,
}

impl<'a> Inputs<'a> {
    /// Returns the digest of all that a run is made from: of the files, and of the days.
    pub fn digest(&self) -> Digest {
        let days = format!("{:?} {}", self.today, self.clock);
        Digest::of_all([self.tree.digest().as_bytes().as_slice(), days.as_bytes()])
    }

    /// Returns the inputs of a run on the day `clock` that remembers nothing, and of which nobody is
    /// told how far it is.
    pub fn new(tree: &'a SourceTree, found: &'a Diagnostics, clock: Date) -> Inputs<'a> {
        Inputs { tree, found, today: None, clock, progress: &Silent, memory: None }
    }
}

/// What came of a check.
pub struct Checkup {
    /// The settings.
    pub config: Config,
    /// The records.
    pub model: Model,
    /// What is encrypted beside them.
    pub sealed: Vec<Sealed>,
    /// What is to be said about them.
    pub audit: Audit,
    /// What changed in them from release to release.
    pub story: Story,
    /// Everything that was found, with its level, by place.
    pub found: Diagnostics,
}

/// What came of a build, besides the site's files. Where a finding is an error, those that were
/// handed over are no site.
pub struct Outcome {
    /// Everything that was found, with its level, by place.
    pub found: Diagnostics,
    /// What the manifest says of the build.
    pub imprint: Imprint,
    /// What was counted.
    pub counts: Counts,
}

/// What was counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// Records read.
    pub records: usize,
    /// Pages made.
    pub pages: usize,
}

/// Reads and judges a runbook.
pub fn check(inputs: &Inputs<'_>) -> Checkup {
    let mut found = inputs.found.clone();
    let config = read_config(inputs.tree, &mut found);
    let sealed = sealed::read(inputs.tree).report_to(&mut found);
    let catalog = schema::read(inputs.tree).report_to(&mut found);
    let currency = &config.site.currency;
    let files = inputs.memory.and_then(|memory| memory.files.as_ref());
    let join = || {
        inputs.progress.begin(Stage::Records, 0);
        let known = files.map(|files| &files.records);
        let Checked { value: records, found: mut all } =
            record::read_with(inputs.tree, &catalog, currency, known);
        inputs.progress.begin(Stage::Graph, 0);
        let outlines = files.map(|files| &files.outlines);
        let joined = model::join_with(inputs.tree, catalog.clone(), records, outlines);
        let model = joined.report_to(&mut all);
        Checked::new(model, all)
    };
    // What changed follows from the same files, and neither asks the other.
    let (model, story) = rayon::join(join, || {
        Story::of_known(inputs.tree, &catalog, files.map(|files| &files.history))
    });
    let model = model.report_to(&mut found);
    let story = story.report_to(&mut found);
    found.append(theme::check(inputs.tree, &config.site));
    found.append(sources::check(inputs.tree));
    inputs.progress.begin(Stage::Judgement, 0);
    let today = inputs.today.or(config.as_of).unwrap_or(inputs.clock);
    let audit = audit::run(inputs.tree, &model, &config, today, files.map(|files| &files.scanned))
        .report_to(&mut found);
    let found = settle(syntax::without_echoes(found, inputs.tree), &config, inputs.tree);
    Checkup { config, model, sealed, audit, story, found }
}

/// Makes the site of a runbook, and hands each file to `put` as soon as it is made.
pub fn run(inputs: &Inputs<'_>, put: &Put<'_>) -> Outcome {
    make(inputs, &check(inputs), put)
}

/// As [`run`], and returns the site's files; none where something stops publishing.
pub fn run_in_memory(inputs: &Inputs<'_>) -> (Outcome, Artifacts) {
    let held = Held::default();
    let outcome = run(inputs, &held);
    let mut artifacts = held.into_artifacts();
    if outcome.found.has_errors() {
        artifacts.clear();
    }
    (outcome, artifacts)
}

/// Makes the site of a runbook that was checked, and hands each file to `put` as soon as it is
/// made.
///
/// Between the two a publisher may be begun, for which the check knows the title; and nothing need
/// be begun when the check has found an error.
pub fn make(inputs: &Inputs<'_>, checkup: &Checkup, put: &Put<'_>) -> Outcome {
    plan(inputs, checkup, |site| site.write(put))
}

/// Plans the site of a runbook that was checked, and calls `with` for it if nothing stands against it
/// so far; what `with` finds belongs to the outcome.
pub fn plan(
    inputs: &Inputs<'_>,
    checkup: &Checkup,
    with: impl FnOnce(&Planned<'_>) -> Diagnostics,
) -> Outcome {
    inputs.progress.begin(Stage::Plan, 0);
    let mut found = Diagnostics::default();
    let theme = theme::read(inputs.tree, &checkup.config.site).report_to(&mut found);
    let facts = Facts {
        tree: inputs.tree,
        config: &checkup.config,
        model: &checkup.model,
        sealed: &checkup.sealed,
        audit: &checkup.audit,
        story: &checkup.story,
        found: &checkup.found,
        is_searched: !theme.searchbox.is_empty(),
    };
    let plan = plan::pages(&facts);
    if !checkup.found.has_errors() && !found.has_errors() {
        found.append(match Planned::new(inputs, &facts, &plan, &theme) {
            Ok(site) => with(&site),
            Err(finding) => Diagnostics::from_iter([*finding]),
        });
    }
    found.append(checkup.found.clone());
    let found = settle(found, &checkup.config, inputs.tree);
    let counts = Counts { records: checkup.model.len(), pages: plan.len() };
    Outcome { found, imprint: imprint(inputs.tree, checkup), counts }
}

fn read_config(tree: &SourceTree, found: &mut Diagnostics) -> Config {
    let Some(file) = tree.at(config::FILE_NAME) else { return Config::empty() };
    let document = syntax::parse(file).report_to(found);
    let config = config::read(&document).report_to(found);
    found.append(rules::check(&config));
    config
}

/// Gives every finding its level in this runbook, and puts them in the order of files.
fn settle(found: Diagnostics, config: &Config, tree: &SourceTree) -> Diagnostics {
    let level_of = |rule: &Rule| match rules::is_fixed(rule.code) {
        true => rule.level,
        false => config.level_of(rule),
    };
    found.settle(level_of, |span| tree.get(span.file).map(|file| file.path.clone()))
}

fn imprint(tree: &SourceTree, checkup: &Checkup) -> Imprint {
    let releases = || history::files(tree);
    Imprint {
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        day: checkup.audit.today,
        edition: checkup.config.built_edition().map(|edition| edition.name.value.clone()),
        serial: releases().count() as u64,
        previous: releases().last().map(|file| file.digest),
        title: checkup.config.site.title.clone(),
    }
}
