use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::import::proposal::Proposal;
use crate::import::trial;

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(files: &[(&str, &str)]) -> Harvest {
    trial::harvest_of(&ItGlue, &[Foreign::of_bytes("x.zip", archive(files))]).unwrap()
}

fn one<'a>(harvest: &'a Harvest, kind: &str) -> &'a Proposal {
    harvest.proposals.iter().find(|proposal| proposal.kind == kind).unwrap()
}

#[test]
fn both_spellings_of_a_configurations_columns_are_read() {
    for table in [
        "id,organization,name,ip,mac,serial\n1,H,FW,10.0.0.1,00005e005301,S1\n",
        "id,organization,name,primary_ip,mac_address,serial_number\n1,H,FW,10.0.0.1,00-00-5E-00-53-01,S1\n",
        "\u{feff}id,organization,name,configuration_interfaces,serial\n1,H,FW,\"[{\"\"name\"\":\"\"lan\"\",\"\"ip_address\"\":\
         \"\"10.0.0.1\"\",\"\"mac_address\"\":\"\"00:00:5e:00:53:01\"\"}]\",S1\n",
    ] {
        let harvest = read(&[("configurations.csv", table)]);
        let device = one(&harvest, "device");
        assert_eq!(device.text("serial"), Some("S1"), "{table}");
        let rows = device.fields.iter().filter(|given| given.field == "interface").count();
        assert_eq!(rows, 1, "{table}");
    }
}

#[test]
fn an_export_may_lie_in_a_folder_and_hold_rows_that_are_damaged() {
    let harvest = read(&[(
        "export-2026/configurations.csv",
        "id,organization,name\n1,H,A\n2,H\n1,H,B\n\n,H,C\n",
    )]);
    let names: Vec<&str> = harvest.proposals.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["A", "B", "C"]);
    assert_eq!(harvest.skipped.len(), 2, "{:?}", harvest.skipped);
}

#[test]
fn what_is_no_export_is_not_taken_for_one() {
    let fit = |files: &[(&str, &str)]| ItGlue.fit(&Foreign::of_bytes("x.zip", archive(files)));
    assert_eq!(fit(&[("organizations.csv", "id,name\n")]), Fit::Sure);
    assert_eq!(fit(&[("photos/1.csv", "a")]), Fit::No);
    assert_eq!(fit(&[("xl/workbook.xml", ""), ("documents.csv", "")]), Fit::No);
    assert_eq!(ItGlue.fit(&Foreign::of_bytes("x.zip", &b"PK\x03\x04"[..])), Fit::No);
}

#[test]
fn vendors_are_made_where_something_points_to_them() {
    let harvest = read(&[
        ("organizations.csv", "id,name,organization_type\n1,H,Customer\n2,Carrier,Vendor\n"),
        ("internet-wan.csv", "id,organization,Provider,Speed\n9,H,Carrier,100/40 Mbps\n"),
    ]);
    assert!(one(&harvest, "vendor").on_demand);
    let circuit = one(&harvest, "circuit");
    assert_eq!(circuit.name, "Carrier");
    let is_number = |field: &str, number: i64| {
        circuit
            .fields
            .iter()
            .any(|given| given.field == field && given.value == Wish::Integer(number))
    };
    assert!(is_number("down", 100) && is_number("up", 40), "{circuit:?}");
}

#[test]
fn an_export_that_is_cut_off_anywhere_is_refused_or_read_in_part() {
    let table = "id,organization,name,notes\n1,H,\"A, b\",\"<p>x</p>\"\n2,H,B,\n";
    let page = "<html><body><h1>Restore</h1><ol><li>a</li><li>b &amp; c</li></ol></body></html>";
    let document = "documents/DOC-1-2 Restore/Restore.html";
    let whole = [("configurations.csv", table), (document, page)];
    let archived = archive(&whole);
    for end in 0..archived.len() {
        let file = Foreign::of_bytes("x.zip", &archived[..end]);
        let _ = ItGlue.fit(&file);
        let _ = trial::harvest_of(&ItGlue, &[file]);
    }
    for end in 0..table.len() {
        let _ = read(&[("configurations.csv", &table[..end]), (document, page)]);
    }
    for end in 0..page.len() {
        let _ = read(&[("configurations.csv", table), (document, &page[..end])]);
    }
}
