//! Clearjar turns TOML records of devices, settings and procedures into a static site, the runbook,
//! that a client owns.
//!
//! Read the modules from top to bottom and you have walked the way of the data: a folder becomes a
//! [`source::SourceTree`], its files documents, documents records, records a model; the model is
//! audited, planned as pages, rendered, and published. **A module uses only modules declared above
//! it**; `tests/tidy.rs` holds that.

// -- ground: plain values, no knowledge of the layers above
pub mod digest;
pub mod refused;
pub mod source;
pub mod diagnostic;
pub mod artifact;
pub mod text;
pub mod progress;
pub mod memo;
pub mod markdown;
pub mod secrets;
pub mod active;
pub mod licences;
pub mod drawing;

// -- the way of the data
pub mod discover;
pub mod syntax;
pub mod schema;
pub mod config;
pub mod sealed;
pub mod record;
pub mod model;
pub mod topology;
pub mod history;
pub mod compare;
pub mod audit;
pub mod export;
pub mod plan;
pub mod theme;
pub mod search;
pub mod render;

pub mod rules;
pub mod publish;
pub mod sources;
pub mod pipeline;
pub mod cache;

// -- beside the way
pub mod scaffold;
pub mod edition;
pub mod import;
pub mod handover;
pub mod watch;
pub mod serve;
