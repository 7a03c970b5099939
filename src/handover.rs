//! Turns a runbook's site into something to hand over, and what was handed over back into a runbook.
//!
//! A [`held::Held`] is a site as a stranger holds it: a folder, or the archive that
//! [`bundle`] makes of one. [`verify`] says what of it holds, [`restore`] makes a runbook of it that
//! people can edit, and [`signature`] ties its sums to whoever made it. Everything read here is outside
//! data: a bundle may have been made to harm whoever opens it.
#![allow(clippy::disallowed_methods, reason = "[disk]")]

pub mod pinned;
pub mod held;
mod packed;
pub mod opened;
pub mod signature;
pub mod verify;
mod beside;
pub mod restore;
pub mod sign;
pub mod bundle;
#[cfg(feature = "seal")]
pub mod seal;
