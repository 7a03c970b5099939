//! Being written.
pub mod escape;
pub mod highlight;
pub mod prose;
