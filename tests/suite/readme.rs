//! Does what README.md says, in its order, and compares what comes of it.
//!
//! A block ```` ```console ```` holds commands behind `$ ` and what they print; a block with
//! `file=PATH` is a file that is written. Both happen in the folder that the last `cd` led to. Calls of
//! `cargo` and of `tests/all` are passed over: they are what runs this test.

#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;

use crate::program::{Folder, TODAY};

#[test]
fn what_the_readme_shows_is_what_happens() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let folder = Folder::empty();
    let mut reader = Reader { folder: folder.path(""), commands: 0, files: 0 };
    for (info, text) in blocks(&fs::read_to_string(readme).unwrap()) {
        reader.follow(&info, &text);
    }
    assert!(reader.commands >= 6 && reader.files >= 3, "the blocks were not found");
}

/// Somebody who does what the file says.
struct Reader {
    folder: PathBuf,
    commands: usize,
    files: usize,
}

impl Reader {
    fn follow(&mut self, info: &str, text: &str) {
        if let Some((_, path)) = info.split_once(" file=") {
            let path = self.folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            self.files += 1;
        } else if info == "console" {
            for session in text.split("$ ").skip(1) {
                let (command, expected) = session.split_once('\n').unwrap_or((session, ""));
                self.run(command, expected);
            }
        }
    }

    fn run(&mut self, command: &str, expected: &str) {
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            assert!(self.folder.is_dir(), "there is no folder {folder}");
            return;
        }
        if command.starts_with("cargo ") || command == "tests/all" {
            return;
        }
        assert!(command.starts_with("clearjar "), "{command} is no command of ours");
        let (program, day) = (env!("CARGO_BIN_EXE_clearjar"), TODAY);
        let script =
            format!("clearjar() {{ '{program}' --today {day} \"$@\"; }}; {{ {command}; }} 2>&1");
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(&self.folder)
            .env("COLUMNS", "100")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(settled(&printed), settled(expected), "README.md, behind `$ {command}`");
        self.commands += 1;
    }
}

/// Returns what was printed without what differs from machine to machine and grows with the program:
/// times, and how many pages there are.
fn settled(text: &str) -> String {
    let summary = Regex::new(r"(?m)^\d+ records, \d+ pages: .* in [0-9.]+ s → ").unwrap();
    summary.replace_all(text, "[..] → ").trim_end().to_owned()
}

/// Returns the fenced blocks of a Markdown text: what stands behind the fence, and the content.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let inside = lines.by_ref().take_while(|line| *line != "```");
        let content: String = inside.map(|line| format!("{line}\n")).collect();
        blocks.push((info.to_owned(), content));
    }
    blocks
}
