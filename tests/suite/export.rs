//! `clearjar export`, called as a person calls it; and what it writes, read back.

use crate::program::Folder;
use crate::site::{build_example, example, tree};

fn export(folder: &Folder, arguments: &[&str]) {
    let output = folder.program().arg("-C").arg(example()).arg("export").args(arguments).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let folder = Folder::with_runbook();
    folder.write(
        "rb/records/devices/x.toml",
        "name = \"=1+1\"\ntype = \"server\"\nserial = \"@SUM(A1)\"\nnotes = \"-2+3\"\n",
    );
    folder.run(&["-C", "rb", "build"]).succeeds();
    let mut seen = 0;
    for (path, bytes) in tree(&folder.path("rb/site/data")) {
        if path.ends_with(".csv") {
            let text = String::from_utf8(bytes).unwrap();
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            for cell in reader
                .records()
                .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{path}: {cell}");
                seen += usize::from(cell == "'=1+1");
            }
        }
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn an_export_alone_is_what_the_site_carries() {
    let folder = Folder::empty();
    build_example(&folder, "site", |_| {});
    let site = tree(&folder.path("site"));
    export(&folder, &["xlsx", "--output", &folder.path("a.xlsx").to_string_lossy()]);
    assert!(std::fs::read(folder.path("a.xlsx")).unwrap() == site["data/inventory.xlsx"]);
    export(&folder, &["netbox", "--output", &folder.path("nb").to_string_lossy()]);
    for (path, bytes) in tree(&folder.path("nb")) {
        assert!(bytes == site[&format!("data/netbox/{path}")], "{path}");
    }
}

#[test]
fn what_is_exported_for_other_tools_is_read_back() {
    let folder = Folder::with_runbook();
    export(&folder, &["snipe-it", "--raw", "--output", &folder.path("s").to_string_lossy()]);
    folder.run(&["-C", "rb", "import", "s/assets.csv"]).succeeds();
    let record = folder.read("rb/records/devices/hq-firewall.toml");
    for line in ["name = \"HQ firewall\"", "type = \"firewall\"", "model = \"FortiGate 60F\""] {
        assert!(record.contains(line), "{line}\n{record}");
    }
}
