//! A site that is planned: its files are made all together, or one by one as they are asked for.

use std::sync::Arc;

use super::ahead::{self, Ahead};
use super::{Inputs, Known, Memory};
use crate::artifact::{Artifact, Artifacts, Put};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::export;
use crate::model::NodeIx;
use crate::plan::view::Page;
use crate::plan::{self, Facts, SitePlan};
use crate::progress::Stage;
use crate::render::{Failure, Made, Renderer};
use crate::source::SourceFile;
use crate::theme::Theme;
use crate::{search, sources};

/// A site that is planned, and against which nothing stands so far.
pub struct Planned<'a> {
    inputs: &'a Inputs<'a>,
    facts: &'a Facts<'a>,
    plan: &'a SitePlan<'a>,
    renderer: Renderer<'a>,
    is_searched: bool,
}

impl<'a> Planned<'a> {
    pub(super) fn new(
        inputs: &'a Inputs<'a>,
        facts: &'a Facts<'a>,
        plan: &'a SitePlan<'a>,
        theme: &'a Theme,
    ) -> Result<Planned<'a>, Box<Diagnostic>> {
        let volumes = inputs.memory.map(|memory| &memory.volumes);
        let renderer = Renderer::new(plan, theme, inputs.tree, volumes)?;
        let is_searched = !theme.search_script.is_empty();
        Ok(Planned { inputs, facts, plan, renderer, is_searched })
    }

    /// Makes every page once, and hands over what becomes of it: its file, and its part of the index.
    ///
    /// When a finding is an error, some files were not made, and those that were are no site.
    pub fn write(&self, put: &Put<'_>) -> Diagnostics {
        // First, while nothing else is in memory: some of them are large.
        self.inputs.progress.begin(Stage::Exports, 0);
        let known = self.inputs.memory.map(|memory| &memory.exports);
        export::write(&self.plan.exported(), known, put);
        // The disk has its waits, and pages fill them.
        let sources = || sources::put(self.inputs.tree, put);
        let (mut found, ()) = rayon::join(|| self.pages(put), sources);
        self.inputs.progress.begin(Stage::Others, 0);
        found.append(self.others(put));
        found
    }

    /// Makes the pages, and the index.
    pub(super) fn pages(&self, put: &Put<'_>) -> Diagnostics {
        let progress = self.inputs.progress;
        progress.begin(Stage::Pages, self.plan.len());
        let made = self.plan.map(|page| {
            let made = self.one(page, put);
            progress.step();
            made
        });
        let (known, failed): (Vec<_>, Vec<_>) = made.into_iter().unzip();
        let found = self.renderer.findings(failed.into_iter().flatten());
        if self.is_searched && put.is_wanted() {
            progress.begin(Stage::Index, 0);
            search::write(known.iter().filter_map(|known| known.entry.as_ref()).collect(), put);
        }
        found
    }

    /// Hands over what is no page.
    pub(super) fn others(&self, put: &Put<'_>) -> Diagnostics {
        self.renderer.others(self.plan, put)
    }

    /// Makes the page at `path`; nothing where none is made alone, or it cannot be made, as
    /// [`Planned::write`] tells.
    pub fn page(&self, path: &str) -> Option<String> {
        self.plan.page(path, |page| self.renderer.alone(page))?
    }

    /// Makes the pages of the records in files that were saved after the site was planned, ahead of the
    /// site that is to be planned with them; nothing where that cannot be done file by file. Everything
    /// else that the pages show is as it was.
    pub fn ahead(&self, saved: &[SourceFile]) -> Option<Artifacts> {
        let Ahead { tree, model, story, places } = ahead::replace(self.facts, saved)?;
        let facts = Facts { tree: &tree, model: &model, story: &story, ..*self.facts };
        let plan = plan::pages(&facts);
        let page = |ix: &NodeIx| {
            plan.record(*ix, |page| {
                let html = self.renderer.alone(page)?;
                Some((page.path.clone(), Artifact::Bytes(html.into_bytes())))
            })
        };
        places.iter().map(page).collect()
    }

    /// Returns the file at `path` of the site, where that is one of the sources or of the exports: these
    /// are made for whoever asks, not with every save.
    pub(super) fn beside(&self, path: &str) -> Option<Artifact> {
        sources::get(self.inputs.tree, path).or_else(|| export::get(&self.plan.exported(), path))
    }

    /// Whether the file at `path` is a page that can be made alone.
    pub fn has_page(&self, path: &str) -> bool {
        self.plan.has_page(path)
    }

    /// Whether the file at `path` is one of those that are made all together, if it is there at all.
    pub(super) fn may_come_with_others(&self, path: &str) -> bool {
        !self.plan.would_have_page(path)
    }

    /// Makes one page, or leaves it as it is on the site when it was made from the same before; returns
    /// what is known of it from now on, and what stood against it.
    fn one(&self, page: &Page, put: &Put<'_>) -> (Arc<Known>, Option<Failure>) {
        if !put.is_wanted() {
            return (Arc::new(Known { sheet: None, entry: None }), None);
        }
        let memory: Option<&Memory> = self.inputs.memory;
        let key = self.renderer.key(page);
        let before = key.zip(memory).and_then(|(key, memory)| Some((key, memory.pages.get(key)?)));
        if let Some((key, known)) = &before
            && let Some(sheet) = &known.sheet
            && let Some(left) = self.renderer.leave(page, *key, sheet, put)
        {
            return (Arc::clone(known), left.failure);
        }
        let entry = match before {
            Some((_, known)) => known.entry.clone(),
            None => self.is_searched.then(|| search::read(page)).flatten(),
        };
        let Made { sheet, failure } = self.renderer.page(page, key, put);
        let known = Known { sheet, entry };
        let known = match (key, memory) {
            (Some(key), Some(memory)) => memory.pages.put(key, known),
            _ => Arc::new(known),
        };
        (known, failure)
    }
}
