//! Turns kinds into files that people begin with: the template of a record, the manual of its
//! fields, the JSON Schema that completes it in an editor, and a whole runbook to start from.
//!
//! In: the [`crate::schema::Catalog`]. Out: text. Writing it to a disk is the business of the
//! program's commands. All of it is read off the kinds, so a kind of one's own gets the same.

mod draft;
mod init;
pub mod json_schema;
mod manual;
mod new_record;
mod sheet;
mod template;
mod words;

pub use crate::syntax::{toml_key, toml_string, toml_value};
pub use draft::{draft, is_work};
pub use init::{GIT_IGNORE, Runbook, Welcome, gitignore};
pub use manual::{json_of, list, manual};
pub use new_record::{Form, NewRecord, find_kind};
pub use sheet::{Piece, Sheet, Tone};
pub use template::template;
pub use words::paragraphs;

/// Returns the place of what no file says.
fn nowhere() -> crate::source::Span {
    crate::source::Span::whole(crate::source::FileId::of(""))
}
