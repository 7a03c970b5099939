//! Calls the program in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The day of every call, so that what is stale or ending is the same whenever the tests run.
pub const TODAY: &str = "2026-11-23";

/// A folder that is gone with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// Returns an empty folder.
    pub fn empty() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    /// Returns a folder with a fresh runbook in `rb`.
    pub fn with_runbook() -> Folder {
        let folder = Folder::empty();
        folder.run(&["init", "rb", "--name", "Harborview Dental Group"]).succeeds();
        folder
    }

    /// Returns a path in it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Returns the text of a file in it.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file in it, and the folders above.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Returns the program, ready to be called in this folder.
    pub fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_clearjar"));
        program
            .current_dir(self.0.path())
            .env_remove("NO_COLOR")
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        program
    }

    /// Calls the program with `arguments`.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = self.program().args(["--today", TODAY]).args(arguments).output();
        Run::of(output.expect("the program can be started"), self.0.path())
    }
}

/// What came of a call.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// Returns what came of a call in `folder`; its name is left out of the texts.
    pub fn of(output: Output, folder: &Path) -> Run {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("the program writes UTF-8");
            text.replace(&*real.to_string_lossy(), "HERE")
                .replace(&*folder.to_string_lossy(), "HERE")
        };
        let code = output.status.code().expect("the program was not killed");
        Run { code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Makes sure that it was done.
    pub fn succeeds(self) -> Run {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// Makes sure that it ended with `code`.
    pub fn ends_with(self, code: i32) -> Run {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// Makes sure that it ended with `code` and said exactly `err`; `[..]` stands for anything.
    pub fn fails(self, code: i32, err: impl Into<snapbox::Data>) -> Run {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        snapbox::assert_data_eq!(self.err.clone(), err.into());
        self
    }
}
