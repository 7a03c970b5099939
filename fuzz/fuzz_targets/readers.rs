//! One program for all readers, so that the crate is linked once: `READER=markdown` names the one that is
//! fed. See `tests/promises/README.md`.
#![no_main]

#[path = "../readers.rs"]
mod readers;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static READER: LazyLock<readers::Reader> = LazyLock::new(|| {
    let name = std::env::var("READER").unwrap_or_default();
    let found = readers::READERS.iter().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("READER names none of the readers: {name:?}")).1
});

fuzz_target!(|bytes: &[u8]| READER(bytes));
