//! What an import wrote last, so that a person's edit can be told from it.
//!
//! One file for each system, `imports/NAME.jsonl`: a line for each record with its key in that system,
//! and a digest for each value that was written; a line for each file that was put beside them. Digests, not values: the file holds nothing that could
//! be read. A value that still has its digest was not changed by anybody and follows the source; any
//! other belongs to a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::digest::Digest;
use crate::scaffold::toml_value;
use crate::source::{Content, SourceTree};
use crate::syntax::Item;

use super::Refused;
use super::proposal::Proposal;

/// The folder of mappings and of what was written last.
pub const FOLDER: &str = "imports";

const ABOUT: &str = "what the import wrote last, so that edits by hand can be told from it; written \
                     by the program, keep it with the records";

/// What was written last for one record: for each place, a digest of the value.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Written(Vec<(SmolStr, u64)>);

impl Written {
    /// Returns the digest of what was written at a place.
    pub fn get(&self, way: &str) -> Option<u64> {
        let at = self.place(way).ok()?;
        Some(self.0[at].1)
    }

    /// Notes what is written at a place.
    pub fn insert(&mut self, way: SmolStr, digest: u64) {
        match self.place(&way) {
            Ok(at) => self.0[at].1 = digest,
            Err(at) => self.0.insert(at, (way, digest)),
        }
    }

    /// Whether something was written at a place that begins so.
    pub fn has_below(&self, start: &str) -> bool {
        let at = self.place(start).unwrap_or_else(|at| at);
        self.0.get(at).is_some_and(|(way, _)| way.starts_with(start))
    }

    /// Gives back the room that is not needed: there may be many.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    fn place(&self, way: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(there, _)| there.as_str().cmp(way))
    }
}

/// What one system's imports wrote last.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    /// By kind and key in the system: the record's id, and its values.
    pub records: BTreeMap<(SmolStr, SmolStr), (SmolStr, Arc<Written>)>,
    /// Files that go with records: the digest of what was written, by path.
    pub files: BTreeMap<String, String>,
}

impl State {
    /// Reads a state; nothing where the text is none of ours.
    pub fn read(text: &str) -> Option<State> {
        let mut lines = text.lines();
        let head: Value = serde_json::from_str(lines.next()?).ok()?;
        if head.get("clearjar")?.as_str()? != "import" || head.get("version")?.as_u64()? != 1 {
            return None;
        }
        let mut state = State::default();
        for line in lines.filter(|line| !line.is_empty()) {
            let line: Value = serde_json::from_str(line).ok()?;
            let text = |name: &str| line.get(name)?.as_str();
            if let Some(path) = text("file") {
                state.files.insert(path.to_owned(), text("digest")?.to_owned());
                continue;
            }
            let values = line.get("values")?.as_array()?;
            let mut written = Written(Vec::with_capacity(values.len()));
            for value in values {
                let (digest, way) = value.as_str()?.split_once(' ')?;
                written.insert(way.into(), u64::from_str_radix(digest, 16).ok()?);
            }
            let key = (text("kind")?.into(), text("key")?.into());
            state.records.insert(key, (text("id")?.into(), Arc::new(written)));
        }
        Some(state)
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.files.is_empty()
    }

    /// Returns the text of its file.
    pub fn write(&self, system: &str) -> String {
        let head = json!({ "clearjar": "import", "version": 1, "system": system, "about": ABOUT });
        let mut text = format!("{head}\n");
        let records: Vec<_> = self.records.iter().collect();
        let lines: Vec<String> = records
            .par_iter()
            .map(|((kind, key), (id, written))| {
                let values = written.0.iter().map(|(way, digest)| format!("{digest:016x} {way}"));
                let values: Vec<String> = values.collect();
                let (kind, key, id) = (kind.as_str(), key.as_str(), id.as_str());
                let line = json!({ "kind": kind, "key": key, "id": id, "values": values });
                format!("{line}\n")
            })
            .collect();
        text.extend(lines);
        for (path, digest) in &self.files {
            let line = json!({ "file": path, "digest": digest });
            text.push_str(&format!("{line}\n"));
        }
        text
    }
}

/// Reads what `system` wrote last; nothing where it never did.
#[allow(clippy::disallowed_methods, reason = "[disk] a large state is not held with the runbook")]
pub fn load(tree: &SourceTree, system: &str) -> Result<State, Refused> {
    let path = path(system);
    let Some(file) = tree.at(&path) else { return Ok(State::default()) };
    let read = match &file.content {
        Content::Text(text) => State::read(text),
        Content::OnDisk(on_disk) => {
            std::fs::read_to_string(on_disk).ok().and_then(|text| State::read(&text))
        }
        _ => None,
    };
    read.ok_or_else(|| {
        Refused::new(format!("`{path}` cannot be read, so edits could not be told from the import"))
            .help(
                "take the file from the last copy or version; without it every value that differs \
                   stays as it stands: then delete it and import again",
            )
    })
}

/// Returns the key under which what was written for `proposal` is noted.
pub fn key_of(proposal: &Proposal) -> (SmolStr, SmolStr) {
    (SmolStr::new_static(proposal.kind), SmolStr::new(&proposal.key))
}

/// Returns where the state of `system` is kept.
pub fn path(system: &str) -> String {
    format!("{FOLDER}/{system}.jsonl")
}

/// Returns the digest by which a value is known again.
pub fn digest(item: &Item) -> u64 {
    Digest::of(toml_value(item).as_bytes()).prefix()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_as_it_was_written() {
        let mut state = State::default();
        let mut written = Written::default();
        written.insert("serial".into(), 0xff);
        written.insert("interface[wan 1].mac".into(), u64::MAX);
        assert!(written.has_below("interface[wan 1].") && !written.has_below("interface[wan 2]."));
        let key = ("device".into(), "SN \"1\"".into());
        state.records.insert(key, ("fw".into(), Arc::new(written)));
        state.files.insert("files/configs/fw.cfg".to_owned(), "00ff".to_owned());
        assert_eq!(State::read(&state.write("assets")), Some(state));
        for broken in ["", "{}", "{\"clearjar\":\"import\",\"version\":2}", "x"] {
            assert_eq!(State::read(broken), None, "{broken}");
        }
    }
}
