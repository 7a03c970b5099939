//! Readers of foreign JSON, XML and archives that come to an end whatever the file holds.
//!
//! Every limit has a name, and whoever meets it is told which. Format readers use these, never the
//! parsers underneath, so none of them can get it wrong.

pub mod json;
pub mod xml;
pub mod zip;
