//! Stub
pub mod view;
