//! What is known from runs before, so that a run does not do again what has not changed.
//!
//! Only results of pure functions are kept, each by the digest of all that it was made from. So a
//! run that remembers gives what one that does not gives, findings included; `tests/properties.rs`
//! holds that.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::audit::Scanned;
use crate::export;
use crate::history;
use crate::markdown::Outline;
use crate::memo::Memo;
use crate::record::Given;
use crate::render::Sheet;
use crate::search::Entry;

/// What is known from runs before.
#[derive(Default, Debug)]
pub struct Memory {
    /// What files gave, where the process lasts for more than a run. To write it down for the next
    /// process would cost more than to read the files again.
    pub files: Option<Files>,
    /// Pages, by what they were made from.
    pub pages: Memo<Known>,
    /// Volumes of the book, by what they were made from.
    pub volumes: Memo<Sheet>,
    /// Exports, by what they were made from.
    pub exports: Memo<export::Made>,
}

/// What files gave.
#[derive(Default, Debug)]
pub struct Files {
    /// Records with their findings, by their file and the kinds of the runbook.
    pub records: Memo<Given>,
    /// What was found in the search for secrets, by the file.
    pub scanned: Memo<Scanned>,
    /// What stands in texts of records, by the text.
    pub outlines: Memo<Outline>,
    /// Releases, and what they are compared with.
    pub history: history::Known,
}

/// What is known of a page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Known {
    /// Its file; nothing where it could not be made, so that the next run says so again.
    pub sheet: Option<Arc<Sheet>>,
    /// What search knows of it.
    pub entry: Option<Entry>,
}

impl Memory {
    /// Returns the same for a process that lasts for more than a run.
    pub fn lasting(self) -> Memory {
        Memory { files: Some(Files::default()), ..self }
    }

    /// Ends a run: forgets what it has had no use for.
    pub fn end_run(&self) {
        if let Some(files) = &self.files {
            files.records.end_run();
            files.scanned.end_run();
            files.outlines.end_run();
            files.history.end_run();
        }
        self.pages.end_run();
        self.volumes.end_run();
        self.exports.end_run();
    }
}
