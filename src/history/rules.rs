//! The rules of releases.

use crate::diagnostic::{Level, Rule};

/// A file of a release that cannot be read.
pub static RELEASE_FILE: Rule = Rule {
    code: "release-file",
    level: Level::Error,
    summary: "a file under `history/` is not what `clearjar release` writes",
    detail: "Each file under `history/` is a maintenance window that was closed: `clearjar release` \
             wrote it, and nobody has to change it. A file that cannot be read would make the site \
             tell a wrong story, so nothing is published. Bring it back from a copy, or from git \
             (`git checkout -- history`). Where two branches were merged, keep one release's file as \
             it is, take the other's out, and close that window again: nothing is lost, since the \
             records are in `records/`. A file from a newer version needs that version.",
};

/// Releases that do not follow each other.
pub static RELEASE_ORDER: Rule = Rule {
    code: "release-order",
    level: Level::Error,
    summary: "releases under `history/` do not follow each other",
    detail: "Each release knows the file of the one before by a mark of its text. When a release is \
             missing, was changed by hand, has the name of another, or two were closed side by side \
             in two branches, the chain does not hold. Bring the missing file back; or take out the \
             releases from the first that does not fit, and close one window with `clearjar release \
             NAME`: it holds everything that changed since.",
};

/// A release that does not fit what was there before.
pub static RELEASE_REPLAY: Rule = Rule {
    code: "release-replay",
    level: Level::Error,
    summary: "a release changes what was not there before it",
    detail: "Releases are replayed from the first to the last to know what the records said at each. \
             This one changes a value that was another, or a record that there was not. One of the \
             files was changed by hand: bring it back from a copy or from git, or take out the \
             releases from this one on and close one window with `clearjar release NAME`.",
};

/// A release that was changed by hand and still fits.
pub static RELEASE_EDITED: Rule = Rule {
    code: "release-edited",
    level: Level::Warning,
    summary: "a release was changed by hand since it was written",
    detail: "The file still fits the others, so it is used as it stands. But a history that can be \
             changed at will is worth less to whoever relies on it. Bring the file back from a copy \
             or from git. If the change is meant, such as a word that should never have been \
             written, leave it: this warning then says openly that it was made.",
};

/// The rules of this stage.
pub static RULES: &[&Rule] = &[&RELEASE_FILE, &RELEASE_ORDER, &RELEASE_REPLAY, &RELEASE_EDITED];
