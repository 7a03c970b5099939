//! `clearjar serve`, asked over plain sockets: what it shows, and who gets to see it.

use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::program::{Folder, TODAY};
use crate::running::{Answer, PATIENCE, Running, answer, exchange, until};
use crate::site::{build_example, example, tree};

/// A preview of the runbook in `rb` of a folder.
struct Preview {
    running: Running,
    port: u16,
    address: String,
}

impl Preview {
    /// Starts one on a free port, and waits for the first site.
    fn of(folder: &Folder) -> Preview {
        let mut preview = Preview::start(folder, &["--port", "0"]);
        preview.running.says(" in ");
        preview
    }

    fn start(folder: &Folder, arguments: &[&str]) -> Preview {
        let mut program = folder.program();
        program.args(["--today", TODAY, "-C", "rb", "serve"]).args(arguments);
        let mut running = Running::start(program);
        let line = running.says("http://localhost:");
        let port = line.split(':').nth(2).unwrap().split('/').next().unwrap();
        let port: u16 = port.parse().unwrap();
        Preview { running, port, address: format!("127.0.0.1:{port}") }
    }

    /// Asks as a browser does in whose address bar somebody has typed.
    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "Sec-Fetch-Site: none\r\n")
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = format!("Host: localhost:{}\r\n", self.port);
        self.ask_of(&host, method, path, headers)
    }

    fn ask_of(&self, host: &str, method: &str, path: &str, headers: &str) -> Answer {
        let request =
            format!("{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n");
        answer(&self.address, &request)
    }

    /// Listens to what an open page at `path` hears.
    fn listen(&self, path: &str) -> impl FnMut() -> serde_json::Value + use<> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let port = self.port;
        write!(
            stream,
            "GET /.clearjar/events?page={path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
        )
        .unwrap();
        let mut lines = BufReader::new(stream).lines();
        move || {
            loop {
                let line = lines.next().expect("the server goes on").unwrap();
                if let Some(data) = line.strip_prefix("data: ") {
                    return serde_json::from_str(data).unwrap();
                }
            }
        }
    }
}

/// What no page but ours has.
const MARK: &str = "clearjar-preview";

#[test]
fn the_preview_gives_what_a_build_writes() {
    let folder = Folder::empty();
    build_example(&folder, "built", |_| {});
    for (path, bytes) in tree(&example()) {
        if !path.ends_with('/') {
            let there = folder.path("rb").join(&path);
            std::fs::create_dir_all(there.parent().unwrap()).unwrap();
            std::fs::write(there, bytes).unwrap();
        }
    }
    let mut program = folder.program();
    program.args(["-C", "rb", "serve", "--port", "0"]);
    let mut running = Running::start(program);
    let line = running.says("http://localhost:");
    let port: u16 = line.split([':', '/']).nth(4).unwrap().parse().unwrap();
    running.says(" in ");
    let address = format!("127.0.0.1:{port}");
    let preview = Preview { running, port, address };
    let mut pages = 0;
    for (path, bytes) in tree(&folder.path("built")) {
        // What publishing adds, and folders.
        if path.ends_with('/') || path == "manifest.json" || path == "SHA256SUMS" {
            continue;
        }
        let there = preview.get(&format!("/{}", path.replace(' ', "%20")));
        assert_eq!(there.status, 200, "{path}");
        let is_page =
            path.ends_with(".html") && !path.starts_with("files/") && !path.starts_with("source/");
        match is_page {
            true => {
                pages += 1;
                assert!(there.text().contains(MARK), "{path}");
                let published = String::from_utf8(bytes).unwrap();
                assert!(!published.contains(MARK) && !published.contains("/.clearjar/"), "{path}");
                let title = published.split("<title>").nth(1).unwrap().split('<').next().unwrap();
                assert!(there.text().contains(title), "{path}");
            }
            false => assert!(there.body == bytes, "{path}"),
        }
    }
    assert!(pages > 100, "{pages}");
}

#[test]
fn a_page_may_speak_to_the_preview_and_to_nobody_else() {
    let folder = Folder::with_runbook();
    let preview = Preview::of(&folder);
    let page = preview.get("/");
    let policy = page.text();
    let policy = policy.split("Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap();
    assert!(policy.contains("connect-src 'self'") && policy.contains("default-src 'none'"));
    assert!(policy.contains("require-trusted-types-for 'script'"), "{policy}");
    for header in [
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "content-security-policy: frame-ancestors 'none'",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.head.contains(header), "{header}: {}", page.head);
    }
    assert!(!page.head.contains("access-control-"), "{}", page.head);
    for path in ["preview.js", "preview.css"] {
        let own = preview.get(&format!("/.clearjar/{path}"));
        assert_eq!(own.status, 200, "{path}");
        assert!(!own.text().contains("innerHTML"), "{path}");
    }
}

#[test]
fn only_this_machine_by_its_own_names_gets_an_answer() {
    let folder = Folder::with_runbook();
    let preview = Preview::of(&folder);
    let port = preview.port;
    for host in ["localhost", "127.0.0.1", "[::1]", "LocalHost"] {
        let there = preview.ask_of(&format!("Host: {host}:{port}\r\n"), "GET", "/", "");
        assert_eq!(there.status, 200, "{host}");
    }
    for host in [
        String::new(),
        "Host: evil.example\r\n".into(),
        format!("Host: evil.example:{port}\r\n"),
        "Host: localhost\r\n".into(),
        format!("Host: localhost:{}\r\n", port ^ 1),
        format!("Host: localhost.evil.example:{port}\r\n"),
        format!("Host: 127.0.0.1.nip.io:{port}\r\n"),
        format!("Host: localhost:{port}\r\nHost: evil.example\r\n"),
    ] {
        let there = preview.ask_of(&host, "GET", "/", "");
        // Without a host it is no request at all, as hyper sees it or as we do.
        assert!(matches!(there.status, 400 | 403), "{host}: {there:?}");
        assert!(!there.text().contains("Harborview"), "{host}");
    }
    let elsewhere = preview.ask("GET", "http://evil.example/", "");
    assert_eq!(elsewhere.status, 403);
    // It listens on no other address: the table of the system has this port on 127.0.0.1 alone.
    if let Ok(table) = std::fs::read_to_string("/proc/net/tcp") {
        let listens = |line: &&str| line.contains(&format!(":{port:04X} 00000000:0000 0A"));
        let lines: Vec<&str> = table.lines().filter(listens).collect();
        assert_eq!(lines.len(), 1, "{table}");
        assert!(lines[0].contains(" 0100007F:"), "{lines:?}");
    }
    // And where there is IPv6, on its own address of this machine.
    if TcpListener::bind("[::1]:0").is_ok() {
        let request = format!("GET / HTTP/1.1\r\nHost: [::1]:{port}\r\nConnection: close\r\n\r\n");
        assert_eq!(answer(&format!("[::1]:{port}"), &request).status, 200);
    }
}

#[test]
fn a_page_of_another_origin_reads_not_a_byte() {
    let folder = Folder::with_runbook();
    let preview = Preview::of(&folder);
    for headers in [
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        &format!("Origin: https://localhost:{}\r\n", preview.port),
        "Sec-Fetch-Site: same-origin\r\nOrigin: http://evil.example\r\n",
    ] {
        for path in ["/", "/.clearjar/events?page=/", "/.clearjar/preview.js", "/nothing"] {
            let there = preview.ask("GET", path, headers);
            assert_eq!(there.status, 403, "{headers} {path}");
            assert_eq!(there.text(), "403 Forbidden\n");
        }
    }
    let own =
        format!("Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost:{}\r\n", preview.port);
    assert_eq!(preview.ask("GET", "/", &own).status, 200);
}

#[test]
fn there_is_nothing_to_change_and_no_socket_to_open() {
    let folder = Folder::with_runbook();
    let preview = Preview::of(&folder);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"] {
        let there = preview.ask(method, "/", "");
        assert_eq!(there.status, 405, "{method}");
        assert!(there.head.contains("allow: get, head"), "{}", there.head);
    }
    let head = preview.ask("HEAD", "/", "");
    assert_eq!((head.status, head.body.len()), (200, 0));
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   Sec-WebSocket-Version: 13\r\n";
    assert_eq!(preview.ask("GET", "/", upgrade).status, 200);
}

#[test]
fn no_address_leads_out_of_the_site() {
    let folder = Folder::with_runbook();
    folder.write("secret.txt", "not for browsers");
    let preview = Preview::of(&folder);
    for path in [
        "/..",
        "/../secret.txt",
        "/../../secret.txt",
        "/devices/../../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/%5c%5cserver%5cshare",
        "//secret.txt",
        "//etc/passwd",
        "/index.html%00",
        "/index.html%00.txt",
        "/C:/Windows/win.ini",
        "/c%3a%5cwindows%5cwin.ini",
        "/con",
        "/aux.html",
        "/nul",
        "/index.html.",
        "/index.html%20",
        "/devices./index.html",
        "/clearjar.toml",
        "/records/devices/fw-hq-01.toml",
        "/.clearjar/",
        "/.clearjar/schema/device.json",
        "/%",
        "/%ff",
    ] {
        let there = preview.get(path);
        assert_eq!(there.status, 404, "{path}");
        assert!(!there.text().contains("not for browsers"), "{path}");
    }
    for path in ["/", "/index.html", "/devices/", "/devices/fw-hq-01.html"] {
        assert_eq!(preview.get(path).status, 200, "{path}");
    }
    let lost = preview.get("/devices/deeper/nothing.html").text();
    assert!(lost.contains("<base href=\"/\">") && lost.contains("base-uri 'self'"), "{lost}");
}

#[test]
fn requests_are_bounded_in_size_number_and_time() {
    let folder = Folder::with_runbook();
    let preview = Preview::of(&folder);
    let long = format!("X-Long: {}\r\n", "a".repeat(64 * 1024));
    assert_eq!(preview.ask("GET", "/", &long).status, 431);
    assert_eq!(preview.ask("GET", "/", &"X-Many: 1\r\n".repeat(500)).status, 431);
    let far =
        exchange(&preview.address, &format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(256 * 1024)));
    assert!(far.starts_with(b"HTTP/1.1 4"), "{:?}", String::from_utf8_lossy(&far));

    // Fifty requests at once on one connection are answered one after the other.
    let one = format!("HEAD / HTTP/1.1\r\nHost: localhost:{}\r\n", preview.port);
    let many = format!("{one}\r\n").repeat(49) + &one + "Connection: close\r\n\r\n";
    let all = String::from_utf8(exchange(&preview.address, &many)).unwrap();
    assert_eq!(all.matches("HTTP/1.1 200 OK").count(), 50);

    // A body that nobody asked for is not waited for.
    let body = "Content-Length: 1000000000000\r\n";
    assert_eq!(preview.ask("GET", "/", body).status, 200);

    // More connections than there are places, each with half a head: those that do not go on are ended,
    // and then there is room for who comes in earnest.
    let connect = || TcpStream::connect(&preview.address).unwrap();
    let mut slow: Vec<TcpStream> = (0..150).map(|_| connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    }
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn an_open_page_hears_of_changes_and_of_mistakes_which_never_replace_the_last_good_site() {
    let folder = Folder::with_runbook();
    let preview = Preview::of(&folder);
    let record = "rb/records/terms/preview.toml";
    folder.write(record, "name = \"Preview\"\ntext = \"first-wording\"\n");
    let mut hears = preview.listen("/glossary.html");
    let first = hears();
    let mut wait_for = |what: &str, is: &dyn Fn(&serde_json::Value) -> bool| {
        let mut all = vec![first.clone()];
        loop {
            if let Some(found) = all.iter().find(|event| is(event)) {
                return found.clone();
            }
            assert!(all.len() < 20, "{what}: {all:?}");
            all.push(hears());
        }
    };
    let shows = |text: &str| preview.get("/glossary.html").text().contains(text);
    until("the new term is there", || shows("first-wording").then_some(()));

    folder.write(record, "name = \"Preview\"\ntext = \"second-wording\"\ntxet = 1\n");
    let errors =
        |event: &serde_json::Value| !event["report"]["errors"].as_array().unwrap().is_empty();
    let wrong = wait_for("a mistake", &errors);
    let error = &wrong["report"]["errors"][0];
    assert_eq!(error["rule"], "unknown-field");
    assert_eq!(error["place"], "records/terms/preview.toml:3:1");
    assert_eq!(error["source"]["marked"], "txet");
    assert!(error["help"].is_string(), "{error}");
    assert!(shows("first-wording") && !shows("second-wording"), "the last good page stays");

    folder.write(record, "name = \"Preview\"\ntext = \"second-wording\"\n");
    let before = [&first["page"], &wrong["page"]];
    let good = |event: &serde_json::Value| !errors(event) && !before.contains(&&event["page"]);
    wait_for("another page", &good);
    assert!(shows("second-wording"));
}

#[test]
fn a_page_that_is_shown_ahead_of_its_site_is_taken_back_when_there_is_none() {
    let folder = Folder::with_runbook();
    let steps = "rb/records/procedures/preview.md";
    let text = |name: &str, step: &str| format!("+++\nname = \"{name}\"\n+++\n1. {step}\n2. End\n");
    folder.write(steps, &text("First name", "Begin"));
    folder.write(
        "rb/records/terms/preview.toml",
        "name = \"Preview\"\ntext = \"See [[procedure/preview#begin]].\"\n",
    );
    let preview = Preview::of(&folder);
    let mut hears = preview.listen("/procedures/preview.html");
    let is_wrong =
        |event: &serde_json::Value| event["report"]["errors"][0]["rule"] == "unknown-anchor";
    let first = hears();
    assert!(!is_wrong(&first), "{first}");
    let has = |name: &str| preview.get("/procedures/preview.html").text().contains(name);
    assert!(has("First name"));
    // Nothing speaks against this record itself: that a term leads to its step, the whole runbook knows.
    folder.write(steps, &text("Second name", "Another"));
    let mut heard = hears();
    while !is_wrong(&heard) {
        heard = hears();
    }
    assert_eq!(heard["page"], first["page"]);
    assert!(has("First name") && !has("Second name"));
    // As long as the site that is shown is not that of the runbook as it is, nothing is put into it.
    folder.write(steps, &text("Third name", "Another"));
    let heard = hears();
    assert!(is_wrong(&heard) && heard["page"] == first["page"], "{heard}");
    folder.write(steps, &text("Fourth name", "Begin"));
    until("it is mended", || has("Fourth name").then_some(()));
}

#[test]
fn the_page_of_a_record_that_went_is_gone_at_once() {
    let folder = Folder::with_runbook();
    let record = "rb/records/terms/preview.toml";
    folder.write(record, "name = \"Preview\"\ntext = \"Here\"\n");
    let preview = Preview::of(&folder);
    let status = || preview.get("/terms/preview.html").status;
    assert_eq!(status(), 200);
    std::fs::remove_file(folder.path(record)).unwrap();
    until("it is gone", || (status() == 404).then_some(()));
    // What lies beside the pages of records is still found.
    assert_eq!(preview.get("/a-z.html").status, 200);
    assert_eq!(preview.get("/book.html").status, 200);
}

#[test]
fn a_runbook_that_has_never_been_good_says_so_until_it_is() {
    let folder = Folder::with_runbook();
    folder.write("rb/records/terms/x.toml", "name = 7\n");
    let mut preview = Preview::start(&folder, &["--port", "0"]);
    preview.running.says("so the last good site stays");
    let there = preview.get("/");
    assert_eq!(there.status, 503);
    assert!(there.text().contains(MARK));
    let mut hears = preview.listen("/");
    assert_eq!(hears()["report"]["errors"][0]["rule"], "wrong-type");
    folder.write("rb/records/terms/x.toml", "name = \"X\"\ntext = \"Y\"\n");
    assert!(hears()["page"].is_string());
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn a_port_in_use_is_left_to_its_owner_and_that_is_said() {
    let folder = Folder::with_runbook();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut preview = Preview::start(&folder, &["--port", &port.to_string()]);
    assert_ne!(preview.port, port);
    if !preview.running.said.contains("is in use") {
        preview.running.says("is in use");
    }
}

#[test]
fn both_ways_of_asking_it_to_end_end_it_and_leave_nothing_behind() {
    for signal in ["INT", "TERM"] {
        let folder = Folder::with_runbook();
        let before = tree(&folder.path("rb"));
        let preview = Preview::of(&folder);
        let _open = preview.listen("/");
        assert_eq!(preview.running.end(signal), Some(0), "{signal}");
        assert!(tree(&folder.path("rb")) == before, "something was written");
    }
}

#[test]
#[cfg(unix)]
fn the_browser_is_opened_only_if_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with_runbook();
    let browser = folder.path("bin/xdg-open");
    folder.write("bin/xdg-open", "#!/bin/sh\necho \"$1\" > \"$0.opened\"\n");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let opened = folder.path("bin/xdg-open.opened");
    let start = |arguments: &[&str]| {
        let mut program = folder.program();
        let paths = format!("{}:/usr/bin:/bin", folder.path("bin").display());
        program.env("PATH", paths).args(["-C", "rb", "serve", "--port", "0"]).args(arguments);
        let mut running = Running::start(program);
        let line = running.says("http://localhost:");
        running.says(" in ");
        (running, line)
    };
    drop(start(&[]));
    assert!(!opened.exists());
    if cfg!(target_os = "linux") {
        let (_running, line) = start(&["--open"]);
        let read = || std::fs::read_to_string(&opened).ok().filter(|it| it.ends_with('\n'));
        let address = until("the browser is opened", read);
        assert!(line.starts_with(address.trim()), "{line} {address}");
    }
}
