//! `clearjar sign`: signs the site.

use clearjar::handover::sign;
use clearjar::handover::signature::Signed;
use clearjar::publish;

use super::Exit;
use super::args::{Common, Sign};
use super::failure::{Failure, shown};
use super::meter::Meter;
use super::runbook::{Runbook, from_here};
use super::terminal::Terminal;

/// Signs the site, and says with which key.
pub fn run(args: &Sign, common: &Common, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let Some((key, name)) = args.signer.asked() else {
        return Err(Failure::new("nothing says who signs")
            .help("name the key and its holder: `--key FILE --as info@northwind.example`"));
    };
    let site = Runbook::site(args.site.as_deref(), common)?;
    publish::complete(&site)?;
    let meter = Meter::start();
    let signed = sign::sign(&site, key, name, &meter);
    meter.clear();
    let place = shown(&from_here(&site)).to_string();
    terminal.out(&format!("{place} is signed for {name}\n{}", words(&signed?)));
    Ok(Exit::Done)
}

/// Returns what identifies the key, and what a reader needs of it.
pub fn words(signed: &Signed) -> String {
    format!(
        "  key {} ({})\n  give the client this fingerprint on another way, such as on paper\n",
        signed.fingerprint, signed.algorithm
    )
}
