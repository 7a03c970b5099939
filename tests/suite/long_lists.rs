//! Lists that are too long for a page: static parts, and the same rows as data for the script.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::program::Folder;
use crate::site::tree;

/// A name with all that could end a script, a string or a line of one.
const HOSTILE: &str = r"</script><!-- it's \\ \u2028 end";

fn records(count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        writeln!(
            text,
            "[d{at}]\nname = \"Device {at}\"\ntype = \"switch\"\nmodel = \"M{}\"\n",
            at % 7
        )
        .unwrap();
    }
    writeln!(text, "[hostile]\nname = \"{HOSTILE}\"\ntype = \"server\"\nstatus = \"retired\"")
        .unwrap();
    text
}

/// Builds a site with one list of so many records and one more; returns its files.
fn built(count: usize) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = Folder::empty();
    folder.write("rb/clearjar.toml", "as_of = 2026-11-15\n[site]\ntitle = \"Long\"\n");
    folder.write("rb/records/devices.toml", &records(count));
    folder.run(&["-C", "rb", "build"]).succeeds();
    tree(&folder.path("rb/site"))
}

/// Returns what a script of rows hands over: its name, and its data.
fn handed(script: &str) -> (String, Value) {
    let inside = script.strip_prefix("clearjar.rows(\"").unwrap().strip_suffix("');\n").unwrap();
    let (name, text) = inside.split_once("\",'").unwrap();
    let json = text
        .replace("\\x3c", "<")
        .replace("\\u2028", "\u{2028}")
        .replace("\\'", "'")
        .replace("\\\\", "\\");
    (name.to_owned(), serde_json::from_str(&json).unwrap())
}

#[test]
fn a_long_list_has_static_parts_and_the_same_rows_for_its_script() {
    let site = built(1100);
    let page = |name: &str| std::str::from_utf8(&site[name]).unwrap();
    let scripts: Vec<_> = site
        .keys()
        .filter(|path| path.starts_with("devices/list.") && path.ends_with(".js"))
        .collect();
    assert_eq!(scripts.len(), 1);
    let (name, data) = handed(page(scripts[0]));
    assert_eq!(*scripts[0], format!("devices/list.{name}.js"));

    let ids: BTreeSet<&str> =
        data["rows"].as_array().unwrap().iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1101);
    for part in ["devices/index.html", "devices/index.2.html", "devices/index.3.html"] {
        assert!(page(part).contains(&format!("data-list=\"{name}\"")), "{part}");
    }
    assert!(!site.contains_key("devices/index.4.html"));
    assert!(ids.iter().all(|id| site.contains_key(&format!("devices/{id}.html"))));
}

#[test]
fn nothing_in_a_row_ends_the_script_it_stands_in() {
    let site = built(1100);
    let (path, script) = site.iter().find(|(path, _)| path.starts_with("devices/list.")).unwrap();
    let script = std::str::from_utf8(script).unwrap();
    assert!(!script.contains('<') && !script.contains('\u{2028}'), "{path}");
    let (_, data) = handed(script);
    let rows = data["rows"].as_array().unwrap();
    let at = rows.iter().position(|row| row[0] == "hostile").unwrap();
    assert_eq!(rows[at][1], "</script><!-- it's \\ \u{fffd} end");
    assert_eq!(data["retired"], serde_json::json!([at]));
}

#[test]
fn a_list_that_a_page_can_hold_has_no_data_beside_it() {
    let site = built(900);
    assert!(site.keys().all(|path| !path.starts_with("devices/list.")));
    assert!(!site.contains_key("devices/index.2.html"));
}

#[test]
fn records_of_one_name_have_pages_of_different_titles() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/sites.toml", "[north]\nname = \"North\"\n[south]\nname = \"South\"\n");
    folder.write(
        "rb/records/racks.toml",
        "[a]\nname = \"Rack 1\"\nsite = \"north\"\n[b]\nname = \"Rack 1\"\nsite = \"south\"\n\
         [c]\nname = \"Rack 1\"\nsite = \"south\"\n[d]\nname = \"Rack 2\"\nsite = \"south\"\n",
    );
    folder.run(&["-C", "rb", "build"]).succeeds();
    for (id, title) in
        [("a", "Rack 1, North"), ("b", "Rack 1 (b)"), ("c", "Rack 1 (c)"), ("d", "Rack 2")]
    {
        let page = folder.read(&format!("rb/site/racks/{id}.html"));
        assert!(page.contains(&format!("<title>{title} · ")), "{id}: {title}");
    }
}
