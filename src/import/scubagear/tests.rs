use super::*;
use crate::import::trial;

fn read_all(files: &[(&str, &str)]) -> Result<Harvest, Refused> {
    let files: Vec<Foreign> =
        files.iter().map(|(name, text)| Foreign::of_bytes(name, text.as_bytes())).collect();
    trial::harvest_of(&ScubaGear, &files)
}

/// A list of one as PowerShell writes it, and as a list.
const ONE: &str = r#"{"baseline_version": "1", "tenant_details": {"TenantId": "t-1", "DomainName": "a.example"},
    "domain_settings": {"Id": "a.example", "IsDefault": true}, "dmarc_records": {"domain": "A.example", "rdata": "v=DMARC1;p=reject"},
    "license_information": {"SkuPartNumber": "NEW_SKU", "SkuId": "s-1", "ConsumedUnits": 2, "PrepaidUnits": {"Enabled": 3}},
    "privileged_users": {"u-1": {"DisplayName": "Dana", "roles": "Global Administrator"}}, "outbound_connectors": [null],
    "aad_unsuccessful_commands": ["Get-X"], "something_new": [1, 2]}"#;

fn text(harvest: &Harvest, kind: &str, field: &str) -> Option<String> {
    let proposal = harvest.proposals.iter().find(|proposal| proposal.kind == kind)?;
    proposal.text(field).map(str::to_owned)
}

#[test]
fn a_list_of_one_is_read_as_powershell_writes_it() {
    let harvest = read_all(&[("x.json", ONE)]).unwrap();
    assert_eq!(text(&harvest, "service", "tenant_id").as_deref(), Some("t-1"));
    assert_eq!(text(&harvest, "domain", "dmarc").as_deref(), Some("v=DMARC1;p=reject"));
    assert_eq!(text(&harvest, "account", "rights").as_deref(), Some("Global Administrator"));
    assert_eq!(text(&harvest, "licence", "product").as_deref(), Some("NEW_SKU"));
    assert!(harvest.strangers.iter().any(|one| one.label == "something_new" && one.count == 2));
    assert!(harvest.notes.iter().any(|note| note.contains("Get-X")), "{:?}", harvest.notes);
}

#[test]
fn a_newer_table_of_product_names_counts() {
    let table = "\u{feff}Product_Display_Name,String_Id,GUID\nA New Product,NEW_SKU,g\nA New Product,NEW_SKU,h\n";
    let harvest = read_all(&[("names.csv", table), ("x.json", ONE)]).unwrap();
    assert_eq!(text(&harvest, "licence", "product").as_deref(), Some("A New Product"));
    assert!(read_all(&[("names.csv", table)]).is_err());
    assert_eq!(ScubaGear.fit(&Foreign::of_bytes("n", table.as_bytes())), Fit::Sure);
}

#[test]
fn an_export_of_no_tenant_is_refused() {
    for file in ["[]", "{}", "{\"Raw\": 1}", "{\"tenant_details\": [null]}"] {
        assert!(read_all(&[("x.json", file)]).is_err(), "{file}");
    }
}
