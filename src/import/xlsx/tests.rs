//! Workbooks made by hand, of the least that makes one.

use std::io::{Cursor, Write as _};

use jiff::civil::date;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::import::proposal::Wish;
use crate::import::trial;
use crate::source::SourceTree;

const CONTENT_TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// The second format is that of a day.
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const STRINGS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>Laptop</t></si></sst>"#;

/// Returns a workbook of these sheets: name, state, and what is in `sheetData`.
fn workbook(sheets: &[(&str, &str, &str)], strings: &str) -> Vec<u8> {
    const NS: &str = "http://schemas.openxmlformats.org";
    let mut list = String::new();
    let mut relations = String::new();
    let mut parts: Vec<(String, String)> = vec![
        ("[Content_Types].xml".to_owned(), CONTENT_TYPES.to_owned()),
        ("_rels/.rels".to_owned(), RELATIONS.to_owned()),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
        ("xl/sharedStrings.xml".to_owned(), strings.to_owned()),
    ];
    for (ix, (name, state, data)) in sheets.iter().enumerate() {
        list.push_str(&format!(
            "<sheet name=\"{name}\" sheetId=\"{}\" state=\"{state}\" r:id=\"s{ix}\"/>",
            ix + 1
        ));
        relations.push_str(&format!(
            "<Relationship Id=\"s{ix}\" Type=\"{NS}/officeDocument/2006/relationships/worksheet\" \
             Target=\"worksheets/sheet{ix}.xml\"/>"
        ));
        parts.push((
            format!("xl/worksheets/sheet{ix}.xml"),
            format!(
                "<?xml version=\"1.0\"?><worksheet \
                 xmlns=\"{NS}/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>"
            ),
        ));
    }
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "<?xml version=\"1.0\"?><workbook xmlns=\"{NS}/spreadsheetml/2006/main\" \
             xmlns:r=\"{NS}/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
        ),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(
            "<?xml version=\"1.0\"?><Relationships \
             xmlns=\"{NS}/package/2006/relationships\">{relations}</Relationships>"
        ),
    ));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in parts {
        writer.start_file(path, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A cell with text in it.
fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn row(number: usize, cells: &[String]) -> String {
    format!("<row r=\"{number}\">{}</row>", cells.concat())
}

/// A title, an empty row, headers, a device, and one whose serial number is a formula's result.
fn devices() -> String {
    [
        row(1, &[text("A1", "Assets of Harborview")]),
        row(
            3,
            &["A3 Name", "B3 Type", "C3 Serial", "D3 Purchase Date", "E3 RAM", "F3 Password"]
                .map(|cell| text(&cell[..2], &cell[3..])),
        ),
        row(
            4,
            &[
                text("A4", "PC-01"),
                "<c r=\"B4\" t=\"s\"><v>0</v></c>".to_owned(),
                "<c r=\"C4\"><v>4711</v></c>".to_owned(),
                "<c r=\"D4\" s=\"1\"><v>45376</v></c>".to_owned(),
                "<c r=\"E4\"><v>15.6</v></c>".to_owned(),
                text("F4", "hunter2"),
            ],
        ),
        row(
            7,
            &[
                text("A7", "PC-02"),
                "<c r=\"C7\" t=\"str\"><f>A7&amp;\"-X\"</f><v>PC-02-X</v></c>".to_owned(),
                "<c r=\"D7\" t=\"e\"><v>#N/A</v></c>".to_owned(),
            ],
        ),
    ]
    .concat()
}

fn read_sheet(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Harvest, Refused> {
    let file = Foreign::of_bytes("assets.xlsx", bytes);
    let tree = SourceTree::default();
    let wishes = Wishes { sheet, ..trial::wishes(&tree) };
    assert_eq!(Xlsx.fit(&file), Fit::Sure);
    let mut harvest = Harvest::default();
    Xlsx.read(&[file], &wishes, &mut harvest)?;
    Ok(harvest)
}

#[test]
fn cells_give_what_they_show() {
    let sheets = [("Devices", "visible", &*devices())];
    let harvest = read_sheet(workbook(&sheets, STRINGS), None).unwrap();
    let [first, second] = harvest.proposals.as_slice() else { panic!("{harvest:?}") };
    assert_eq!((first.name.as_str(), first.key.as_str()), ("PC-01", "4711"));
    assert_eq!(first.at.to_string(), "assets.xlsx, sheet Devices, row 4");
    assert_eq!(first.text("type"), Some("laptop"));
    assert_eq!(first.text("ram"), Some("15.6"));
    let bought = first.fields.iter().find(|given| given.field == "purchased_on").unwrap();
    assert_eq!(bought.value, Wish::Day(date(2024, 3, 25)));
    assert_eq!(second.text("serial"), Some("PC-02-X"), "a formula gives its last result");
    assert!(second.fields.iter().all(|given| given.field != "purchased_on"), "{second:?}");
    let dropped: Vec<&String> = harvest.proposals.iter().flat_map(|one| &one.secrets).collect();
    assert_eq!(dropped, ["Password"]);
    assert_eq!(harvest.mappings[0].0, "imports/assets.toml");
}

#[test]
fn the_sheet_that_looks_most_like_devices_is_read_unless_another_is_named() {
    let notes = row(1, &[text("A1", "Read"), text("B1", "Me")]);
    let old = row(1, &[text("A1", "Name"), text("B1", "Serial")])
        + &row(2, &[text("A2", "OLD-01"), text("B2", "1")]);
    let sheets = [
        ("Notes", "visible", &*notes),
        ("Devices", "visible", &*devices()),
        ("Old", "hidden", &*old),
    ];
    let bytes = workbook(&sheets, STRINGS);
    let harvest = read_sheet(bytes.clone(), None).unwrap();
    assert!(harvest.notes[0].contains("sheet Devices; `--sheet NAME` reads another: `Notes`"));
    let harvest = read_sheet(bytes.clone(), Some("old")).unwrap();
    assert_eq!(harvest.proposals[0].name, "OLD-01");
    let refused = read_sheet(bytes, Some("Device")).unwrap_err();
    assert_eq!(refused.help.as_deref(), Some("did you mean `Devices`?"));
}

#[test]
fn a_workbook_that_asks_for_too_much_is_refused() {
    let sheets = [("Devices", "visible", &*devices())];
    let greedy = STRINGS.replace("uniqueCount=\"1\"", "uniqueCount = '99999999999999'");
    assert!(read_sheet(workbook(&sheets, &greedy), None).is_err());
    // A cell in the last corner is no reason to make room for all before it.
    let corner = devices() + &row(1_048_576, &[text("XFD1048576", "x"), text("A1048576", "PC-9")]);
    let harvest = read_sheet(workbook(&[("A", "visible", &corner)], STRINGS), None).unwrap();
    assert_eq!(harvest.proposals[2].name, "PC-9");
    let beyond = devices() + &row(8, &[text("ZZZZZZZZZZZZ99999999999", "x")]);
    let _ = read_sheet(workbook(&[("A", "visible", &beyond)], STRINGS), None);
}

#[test]
fn a_workbook_that_is_cut_off_or_changed_never_ends_the_program() {
    let whole = workbook(&[("Devices", "visible", &devices())], STRINGS);
    for length in (0..whole.len()).step_by(97) {
        let file = Foreign::of_bytes("x.xlsx", whole[..length].to_vec());
        assert_eq!(Xlsx.fit(&file), Fit::No, "{length}");
        assert!(open(&file).is_err(), "{length}");
    }
    for place in (0..whole.len()).step_by(11) {
        let mut changed = whole.clone();
        changed[place] ^= 0x55;
        let file = Foreign::of_bytes("x.xlsx", changed);
        if let Ok(mut workbook) = open(&file) {
            let _ = choose(&mut workbook, &file, None);
        }
    }
}

#[test]
fn a_number_has_the_figures_that_people_see() {
    for (number, shown) in
        [(4711.0, "4711"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (-2.5, "-2.5")]
    {
        assert_eq!(number_of(number), shown);
    }
}

#[test]
fn a_panic_of_the_library_is_a_calm_error_and_others_are_told_as_ever() {
    let file = Foreign::of_bytes("x.xlsx", Vec::new());
    let refused = guarded(&file, || -> Result<(), String> {
        assert!(IS_GUARDED.get(), "its line is kept from the terminal");
        panic!("index out of bounds")
    });
    assert_eq!(refused.unwrap_err().message, "the workbook `x.xlsx` cannot be read: it is damaged");
    assert!(!IS_GUARDED.get());
}
