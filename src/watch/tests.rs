//! Follows real folders, saved to as editors do it. Every wait ends with what is waited for; the limits
//! are only there so that a failure comes to an end.
#![allow(clippy::disallowed_methods, reason = "the disk is what is tested")]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::thread;

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

/// How an editor saves a text to a file.
type Save = fn(&Path, &str);

struct Folder {
    _temp: tempfile::TempDir,
    root: PathBuf,
    follower: Follower,
}

impl Folder {
    /// A runbook of one record that is followed and has been seen once.
    fn new(mode: Mode) -> Folder {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().canonicalize().unwrap().join("rb");
        fs::create_dir_all(root.join("records/terms")).unwrap();
        fs::write(root.join("clearjar.toml"), "").unwrap();
        fs::write(root.join("records/terms/a.toml"), "name = \"A\"\n").unwrap();
        let mut folder = Folder { _temp: temp, follower: Follower::new(&root, mode), root };
        assert_eq!(folder.seen().changes, Changes::default());
        folder
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn seen(&mut self) -> Seen {
        match self.follower.next(Some(PATIENCE)) {
            Sight::Runbook(seen) => seen,
            other => panic!("{other:?}"),
        }
    }

    /// The text of the one record, as it is seen next; none when it is gone.
    fn text(&mut self) -> Option<String> {
        let seen = self.seen();
        seen.tree.at("records/terms/a.toml").map(|file| file.as_text().unwrap().to_owned())
    }

    fn sees_nothing(&mut self) {
        let sight = self.follower.next(Some(Duration::from_millis(300)));
        assert!(matches!(sight, Sight::Elapsed), "{sight:?}");
    }
}

#[test]
fn each_way_in_which_editors_save_shows_the_new_text_once_and_nothing_in_between() {
    for mode in [Mode::Events, Mode::Poll(Duration::from_millis(30))] {
        let mut folder = Folder::new(mode);
        let file = folder.at("records/terms/a.toml");
        let ways: [(&str, Save); 6] = [
            ("written in place", |file, text| fs::write(file, text).unwrap()),
            ("emptied and, after a while, written", |file, text| {
                let mut open = File::create(file).unwrap();
                open.flush().unwrap();
                thread::sleep(Duration::from_millis(60));
                open.write_all(text.as_bytes()).unwrap();
            }),
            ("emptied, closed and written", |file, text| {
                fs::write(file, "").unwrap();
                thread::sleep(Duration::from_millis(60));
                fs::write(file, text).unwrap();
            }),
            ("written beside and renamed over", |file, text| {
                let beside = file.with_extension("toml~");
                fs::write(&beside, text).unwrap();
                fs::rename(&beside, file).unwrap();
            }),
            ("moved to a backup and made anew", |file, text| {
                fs::rename(file, file.with_extension("toml~")).unwrap();
                fs::write(file, text).unwrap();
            }),
            ("deleted and made anew", |file, text| {
                fs::remove_file(file).unwrap();
                fs::write(file, text).unwrap();
            }),
        ];
        for (number, (way, save)) in ways.into_iter().enumerate() {
            let text = format!("name = \"{number}\"\n");
            let (there, saved) = (file.clone(), text.clone());
            let saving = thread::spawn(move || save(&there, &saved));
            let mut seen = folder.text();
            // A machine under load may halt the writer between the two for longer than is waited.
            if seen.is_none() && way.ends_with("made anew") {
                seen = folder.text();
            }
            assert_eq!(seen, Some(text), "{way}, {mode:?}");
            saving.join().unwrap();
            folder.sees_nothing();
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_is_open_for_writing_is_waited_for() {
    let mut folder = Folder::new(Mode::Events);
    let file = folder.at("records/terms/a.toml");
    let saving = thread::spawn(move || {
        let mut open = File::create(file).unwrap();
        for piece in ["name = \"B\"\n", "text = ", "\"all of it\"\n"] {
            thread::sleep(Duration::from_millis(120));
            open.write_all(piece.as_bytes()).unwrap();
            open.flush().unwrap();
        }
    });
    assert_eq!(folder.text().as_deref(), Some("name = \"B\"\ntext = \"all of it\"\n"));
    saving.join().unwrap();
}

#[test]
fn a_file_that_stays_empty_or_gone_is_believed() {
    let mut folder = Folder::new(Mode::Events);
    fs::write(folder.at("records/terms/a.toml"), "").unwrap();
    assert_eq!(folder.text().as_deref(), Some(""));
    fs::remove_file(folder.at("records/terms/a.toml")).unwrap();
    assert_eq!(folder.text(), None);
}

#[test]
fn a_save_that_changes_nothing_is_not_seen() {
    let mut folder = Folder::new(Mode::Events);
    fs::write(folder.at("records/terms/a.toml"), "name = \"A\"\n").unwrap();
    folder.sees_nothing();
}

#[test]
fn a_checkout_of_thousands_is_seen_once() {
    let mut folder = Folder::new(Mode::Events);
    let root = folder.root.clone();
    let checkout = thread::spawn(move || {
        for number in 0..5_000 {
            let path = root.join(format!("records/terms/{}/{number}.toml", number % 50));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("name = \"{number}\"\n")).unwrap();
        }
    });
    assert_eq!(folder.seen().changes.added.len(), 5_000);
    checkout.join().unwrap();
    folder.sees_nothing();
}

#[test]
fn folders_that_come_are_followed() {
    let mut folder = Folder::new(Mode::Events);
    for path in ["theme/static/css/base.css", "kinds/x.toml", "records/sites/hq/hq.toml"] {
        fs::create_dir_all(folder.at(path).parent().unwrap()).unwrap();
        fs::write(folder.at(path), "a = 1\n").unwrap();
        assert!(folder.seen().tree.at(path).is_some(), "{path}");
        fs::write(folder.at(path), "a = 2\n").unwrap();
        assert_eq!(folder.seen().changes.changed, [path]);
    }
}

#[test]
fn what_is_written_beside_the_sources_is_not_seen() {
    let mut folder = Folder::new(Mode::Events);
    for path in ["site/index.html", ".git/index", ".clearjar/x", "records/terms/.a.toml.swp"] {
        fs::create_dir_all(folder.at(path).parent().unwrap()).unwrap();
        fs::write(folder.at(path), "x").unwrap();
    }
    folder.sees_nothing();
}

#[test]
fn a_folder_that_is_gone_is_told_once_and_seen_again_when_it_is_back() {
    for mode in [Mode::Events, Mode::Poll(Duration::from_millis(30))] {
        let mut folder = Folder::new(mode);
        let away = folder.root.with_extension("away");
        fs::rename(&folder.root, &away).unwrap();
        let sight = folder.follower.next(Some(PATIENCE));
        assert!(matches!(sight, Sight::Lost(_)), "{sight:?}");
        folder.sees_nothing();
        fs::rename(&away, &folder.root).unwrap();
        assert_eq!(folder.seen().changes, Changes::default());
        fs::write(folder.at("records/terms/a.toml"), "name = \"B\"\n").unwrap();
        assert_eq!(folder.text().as_deref(), Some("name = \"B\"\n"));
    }
}

#[test]
fn settings_that_are_gone_are_told_and_seen_again() {
    let mut folder = Folder::new(Mode::Events);
    fs::remove_file(folder.at("clearjar.toml")).unwrap();
    let sight = folder.follower.next(Some(PATIENCE));
    assert!(matches!(sight, Sight::Lost(DiscoverError::NoRunbook(_))), "{sight:?}");
    fs::write(folder.at("clearjar.toml"), "as_of = 2026-11-15\n").unwrap();
    assert_eq!(folder.seen().changes.changed, ["clearjar.toml"]);
}

#[test]
fn a_file_replaced_by_a_folder_is_a_finding_until_it_is_a_file_again() {
    let mut folder = Folder::new(Mode::Events);
    let file = folder.at("records/terms/a.toml");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    while folder.seen().found.is_empty() {}
    fs::remove_dir(&file).unwrap();
    fs::write(&file, "name = \"B\"\n").unwrap();
    loop {
        let seen = folder.seen();
        if seen.found.is_empty() && seen.tree.at("records/terms/a.toml").is_some() {
            break;
        }
    }
}

#[test]
fn lost_events_are_made_good_by_looking() {
    let mut folder = Folder::new(Mode::Events);
    // As if the system had told of nothing, and then that it has lost count.
    folder.follower.alarm.deafen();
    fs::write(folder.at("records/terms/a.toml"), "name = \"B\"\n").unwrap();
    folder.sees_nothing();
    folder.follower.alarm.overflow();
    assert_eq!(folder.text().as_deref(), Some("name = \"B\"\n"));
    fs::write(folder.at("records/terms/a.toml"), "name = \"C\"\n").unwrap();
    assert_eq!(folder.text().as_deref(), Some("name = \"C\"\n"), "it hears again");
}

#[test]
fn waiting_is_ended_from_another_thread_and_for_good() {
    let mut folder = Folder::new(Mode::Events);
    let stopper = folder.follower.stopper();
    thread::spawn(move || stopper.stop());
    for _ in 0..2 {
        assert!(matches!(folder.follower.next(None), Sight::Stopped));
    }
}

#[test]
fn saved_records_are_told_before_the_folder_is_read_and_nothing_else_is() {
    let folder = Folder::new(Mode::Events);
    let a = folder.at("records/terms/a.toml");
    let settings = folder.at("clearjar.toml");
    let new = folder.at("records/terms/new.toml");
    let mut follower = folder.follower.telling_of_saving();
    let mut saved = || match follower.next(Some(PATIENCE)) {
        Sight::Saved(files) => {
            let texts = files.iter().map(|file| file.as_text().unwrap().to_owned()).collect();
            assert!(matches!(follower.next(Some(PATIENCE)), Sight::Runbook(_)), "it comes next");
            Some(texts)
        }
        Sight::Runbook(_) => None::<Vec<String>>,
        other => panic!("{other:?}"),
    };
    fs::write(&a, "name = \"B\"\n").unwrap();
    assert_eq!(saved(), Some(vec!["name = \"B\"\n".to_owned()]));
    let beside = a.with_extension("toml~");
    fs::write(&beside, "name = \"C\"\n").unwrap();
    fs::rename(&beside, &a).unwrap();
    assert_eq!(saved(), Some(vec!["name = \"C\"\n".to_owned()]));
    fs::write(&settings, "as_of = 2026-11-15\n").unwrap();
    assert_eq!(saved(), None, "settings say what all records mean");
    fs::write(&new, "name = \"New\"\n").unwrap();
    assert_eq!(saved(), None, "a record came");
    fs::remove_file(&new).unwrap();
    assert_eq!(saved(), None, "a record went");
    fs::write(&a, b"name = \"\xff\"\n").unwrap();
    assert_eq!(saved(), None, "there is more to say of it than its text");
}

#[test]
fn a_save_that_was_told_and_taken_back_is_followed_by_the_runbook_as_it_is() {
    let folder = Folder::new(Mode::Events);
    let a = folder.at("records/terms/a.toml");
    let mut follower = folder.follower.telling_of_saving();
    fs::write(&a, "name = \"B\"\n").unwrap();
    assert!(matches!(follower.next(Some(PATIENCE)), Sight::Saved(_)));
    fs::write(&a, "name = \"A\"\n").unwrap();
    match follower.next(Some(PATIENCE)) {
        Sight::Runbook(seen) => assert_eq!(seen.changes, Changes::default()),
        other => panic!("{other:?}"),
    }
}
