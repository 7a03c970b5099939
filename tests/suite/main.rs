//! Runs the program as people do, one module per command.

#![allow(clippy::disallowed_methods, reason = "these tests are about files")]

mod bad_input;
mod build;
mod check;
mod configurations;
mod editions;
mod example_site;
mod export;
mod formats;
mod handover;
mod history;
mod import;
mod import_cloud;
mod import_documentation;
mod init;
mod kinds;
mod long_lists;
mod new;
mod output;
mod program;
mod read_back;
mod readme;
mod redact;
mod running;
mod schema;
mod seal;
mod serve;
mod site;
mod themes;
mod watch;
