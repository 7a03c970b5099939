//! Being written.
pub mod highlight;
pub mod prose;
