//! Holds that what a history says is what was there: whatever was edited, and however it was released.

use jiff::civil::date;
use proptest::prelude::*;

use super::plain::with_line_feeds;
use super::*;
use crate::schema::{self, Catalog};
use std::sync::{Arc, LazyLock};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| schema::read(&SourceTree::default()).value);

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("plain".to_owned()),
        Just("\n[added.\"device/x\"]\ncheck = \"x\"\n[files]\n[changed.x]\n".to_owned()),
        "[a-c]{0,3}",
        "[ab\n]{0,12}",
        "[a\"'\\\\\n\r\t\u{202e}ü#=\\[\\]]{0,8}",
    ]
}

fn scalars() -> impl Strategy<Value = Plain> {
    prop_oneof![
        texts().prop_map(|text| Plain::Text(with_line_feeds(&text).as_ref().into())),
        any::<i64>().prop_map(Plain::Integer),
        prop_oneof![
            Just(0.5),
            Just(-0.0),
            Just(f64::INFINITY),
            any::<f64>().prop_filter("one NaN", |it| !it.is_nan())
        ]
        .prop_map(Plain::Float),
        any::<bool>().prop_map(Plain::Boolean),
        Just(Plain::Datetime("2026-10-04".into())),
    ]
}

fn rows(keys: &'static [&'static str]) -> impl Strategy<Value = Plain> {
    let row = (prop::collection::vec(prop::option::of("[abc]"), keys.len()), scalars());
    let row = row.prop_map(move |(values, value)| {
        let keyed = keys.iter().zip(values);
        let keyed = keyed.filter_map(|(key, it)| Some(((*key).into(), Plain::Text(it?.into()))));
        Plain::table(keyed.chain([("value".into(), value)]))
    });
    prop::collection::vec(row, 0..6).prop_map(Plain::List)
}

fn records() -> impl Strategy<Value = Plain> {
    let entries = (
        prop::option::of(rows(&["group", "name", "id"])),
        prop::option::of(rows(&["name"])),
        prop::option::of(rows(&["text", "id"])),
        prop::collection::btree_map("[a-d]|x y|\"|", scalars(), 0..4),
        prop::option::of(prop::collection::btree_map("[a-b.]{1,2}", scalars(), 0..3)),
    );
    entries.prop_map(|(settings, interfaces, steps, plain, custom)| {
        let tables = [("setting", settings), ("interface", interfaces), ("step", steps)];
        let tables = tables.into_iter().filter_map(|(name, it)| Some((name.into(), it?)));
        let plain = plain.into_iter().map(|(key, value)| (key.into(), value));
        let custom = custom.map(|custom| {
            let custom = custom.into_iter().map(|(key, value)| (key.into(), value));
            ("custom".into(), Plain::table(custom))
        });
        Plain::table(tables.chain(plain).chain(custom))
    })
}

fn states() -> impl Strategy<Value = State> {
    let names = prop_oneof![Just("device/a"), Just("device/b"), Just("procedure/a"), Just("odd/x")];
    let files = prop::collection::btree_map("files/[ab]", (texts(), any::<bool>()), 0..3);
    (prop::collection::btree_map(names, records(), 0..4), files).prop_map(|(records, files)| {
        let records = records.into_iter().map(|(name, it)| (name.into(), Arc::new(it)));
        let files = files.into_iter().map(|(path, (text, is_text))| {
            let digest = Digest::of(format!("{is_text} {text}").as_bytes()).to_string();
            let text = is_text.then(|| text.into());
            (path.into(), Arc::new(Kept { digest, text }))
        });
        State { records: records.collect(), files: files.collect() }
    })
}

/// Releases the states one after another; an equal one is released too.
fn released(states: &[State]) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = Vec::new();
    let mut before = State::default();
    for (ix, state) in states.iter().enumerate() {
        let day = date(2026, 1, 1 + ix as i8);
        let delta = Delta::between(&before, state, &CATALOG);
        let previous = files.last().and_then(SourceFile::as_text);
        let text = write::release(&format!("w{ix}"), day, previous, &delta);
        files.push(SourceFile::text(format!("history/{day}-w{ix}.toml"), text));
        before = state.clone();
    }
    files
}

#[test]
fn line_ends_that_were_made_one_stay_as_they_are() {
    for (text, wanted) in
        [("a\r\nb\n", "a\nb\n"), ("a\r\r\n\r\n\r", "a\n\n\r"), ("a\rb", "a\rb"), ("\r\r\n", "\n")]
    {
        let once = with_line_feeds(text).into_owned();
        assert_eq!(once, wanted);
        assert_eq!(with_line_feeds(&once), wanted);
    }
}

proptest! {
    #[test]
    fn a_history_replays_to_every_state_that_was_released(states in prop::collection::vec(states(), 1..5)) {
        let files = released(&states);
        let read = read(&SourceTree::new(files));
        prop_assert!(read.found.is_empty(), "{:#?}", read.found);
        for (ix, state) in states.iter().enumerate() {
            prop_assert_eq!(&read.value.state_at(ix), state);
        }
        prop_assert_eq!(&read.value.baseline, &states[0]);
        prop_assert_eq!(&read.value.last, &states[states.len() - 1]);
        // As git gives them on a machine where lines end otherwise.
        let returned = released(&states).into_iter().map(|file| {
            let text = file.as_text().unwrap().replace('\n', "\r\n");
            SourceFile::text(file.path, text)
        });
        let returned = super::read(&SourceTree::new(returned.collect()));
        prop_assert!(returned.found.is_empty(), "{:#?}", returned.found);
        prop_assert_eq!(&returned.value.last, &read.value.last);
        for (ix, pair) in states.windows(2).enumerate() {
            prop_assert_eq!(&read.value.windows[ix + 1], &Pairs::between(&pair[0], &pair[1]));
        }
    }
}
