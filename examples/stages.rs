use clearjar::*;
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut t = Instant::now();
    let mut lap = |what: &str| {
        let rss = std::fs::read_to_string("/proc/self/statm")
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse::<usize>()
            .unwrap()
            * 4
            / 1024;
        eprintln!("{what:12} {:>7.1} ms  rss {rss} MB", t.elapsed().as_secs_f64() * 1e3);
        t = Instant::now();
    };
    let tree =
        discover::read(std::path::Path::new(&a[1]), &discover::Limits::default()).unwrap().value;
    lap("discover");
    let mut found = diagnostic::Diagnostics::default();
    let cfg = config::read(&syntax::parse(tree.at("clearjar.toml").unwrap()).value).value;
    let catalog = schema::read(&tree).report_to(&mut found);
    lap("schema");
    let records = record::read(&tree, &catalog, "USD").report_to(&mut found);
    lap("record");
    let model = model::join(&tree, catalog, records).report_to(&mut found);
    lap("model");
    let audit =
        audit::run(&tree, &model, &cfg, jiff::civil::date(2026, 11, 15)).report_to(&mut found);
    lap("audit");
    let theme = theme::read(&tree, &cfg.site).value;
    lap("theme");
    let facts =
        plan::Facts { tree: &tree, config: &cfg, model: &model, audit: &audit, found: &found };
    let plan = plan::pages(&facts);
    lap("plan");
    let art = render::site(&plan, &theme, &tree);
    lap("render");
    let n: u64 = art.value.values().map(|a| a.len()).sum();
    eprintln!("{} artifacts {} MB", art.value.len(), n / 1_000_000);
    if let Some(to) = a.get(2) {
        let target = publish::Target {
            folder: to.into(),
            runbook: a[1].clone().into(),
            imprint: publish::Imprint {
                program_version: "x".into(),
                day: jiff::civil::date(2026, 11, 15),
                edition: None,
                serial: 0,
                previous: None,
                title: "x".into(),
            },
            durability: publish::Durability::Flushed,
        };
        match publish::publish(&art.value, &target) {
            Ok(p) => eprintln!("{:?} {}", p.outcome, p.written),
            Err(e) => eprintln!("{e}"),
        }
        lap("publish");
    }
    std::process::exit(0);
}
