//! What an import wrote last, so that a person's edit can be told from it.
//!
//! One file for each system, `imports/NAME.jsonl`: a line for each record with its key in that system,
//! and a digest for each value that was written; a line for each file that was put beside them. Digests, not values: the file holds nothing that could
//! be read. A value that still has its digest was not changed by anybody and follows the source; any
//! other belongs to a person.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::digest::Digest;
use crate::scaffold::toml_value;
use crate::source::{Content, SourceTree};
use crate::syntax::Item;

use super::Refused;

/// The folder of mappings and of what was written last.
pub const FOLDER: &str = "imports";

const ABOUT: &str = "what the import wrote last, so that edits by hand can be told from it; written \
                     by the program, keep it with the records";

/// What was written last for one record: for each place, a digest of the value.
pub type Written = BTreeMap<String, String>;

/// What one system's imports wrote last.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    /// By kind and key in the system: the record's id, and its values.
    pub records: BTreeMap<(String, String), (String, Written)>,
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
            let text = |name: &str| line.get(name)?.as_str().map(str::to_owned);
            if let Some(path) = text("file") {
                state.files.insert(path, text("digest")?);
                continue;
            }
            let mut written = Written::new();
            for value in line.get("values")?.as_array()? {
                let (digest, way) = value.as_str()?.split_once(' ')?;
                written.insert(way.to_owned(), digest.to_owned());
            }
            state.records.insert((text("kind")?, text("key")?), (text("id")?, written));
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
        for ((kind, key), (id, written)) in &self.records {
            let values: Vec<String> =
                written.iter().map(|(way, digest)| format!("{digest} {way}")).collect();
            let line = json!({ "kind": kind, "key": key, "id": id, "values": values });
            text.push_str(&format!("{line}\n"));
        }
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

/// Returns where the state of `system` is kept.
pub fn path(system: &str) -> String {
    format!("{FOLDER}/{system}.jsonl")
}

/// Returns the digest by which a value is known again.
pub fn digest(item: &Item) -> String {
    let mut hex = Digest::of(toml_value(item).as_bytes()).to_string();
    hex.truncate(16);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_as_it_was_written() {
        let mut state = State::default();
        let written = Written::from([("interface[wan 1].mac".to_owned(), "00ff".to_owned())]);
        let key = ("device".to_owned(), "SN \"1\"".to_owned());
        state.records.insert(key, ("fw".to_owned(), written));
        state.files.insert("files/configs/fw.cfg".to_owned(), "00ff".to_owned());
        assert_eq!(State::read(&state.write("assets")), Some(state));
        for broken in ["", "{}", "{\"clearjar\":\"import\",\"version\":2}", "x"] {
            assert_eq!(State::read(broken), None, "{broken}");
        }
    }
}
