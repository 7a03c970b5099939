//! Decides who gets an answer at all: browsers on this machine, about their own pages.
//!
//! Whoever knows the port could ask: another page in the same browser, with the engineer's eyes on it, or
//! one whose name was made to point at this machine (DNS rebinding). So the names by which the server
//! may be called are fixed, and what a browser says of who asks (Fetch Metadata, `Origin`) has to be
//! this server itself or nobody: an address that somebody typed.

use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::{Method, StatusCode, Uri};

/// What this machine is called by itself.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether a request is answered, and with which status it is refused.
pub(super) fn admit(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    port: u16,
) -> Result<(), StatusCode> {
    if !is_for_us(uri, headers, port) || !is_from_us(headers, port) {
        return Err(StatusCode::FORBIDDEN);
    }
    match *method {
        Method::GET | Method::HEAD => Ok(()),
        _ => Err(StatusCode::METHOD_NOT_ALLOWED),
    }
}

/// Whether the server is called by a name of its own, in the one `Host` and in the address, if that
/// names a server as well (RFC 9112, 3.2.2).
fn is_for_us(uri: &Uri, headers: &HeaderMap, port: u16) -> bool {
    let is_host = |host: &str| is_own(host, port);
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    host.is_some_and(is_host)
        && hosts.next().is_none()
        && uri.authority().is_none_or(|authority| is_host(authority.as_str()))
}

/// Whether a page of ours asks, or nobody's.
fn is_from_us(headers: &HeaderMap, port: u16) -> bool {
    let all = |name: &str, allowed: &dyn Fn(&str) -> bool| {
        headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(allowed))
    };
    // `same-site` is not enough: every port of this machine is of one site.
    all("sec-fetch-site", &|site| matches!(site, "same-origin" | "none"))
        && all(ORIGIN.as_str(), &|origin| {
            origin.strip_prefix("http://").is_some_and(|host| is_own(host, port))
        })
}

/// Whether `host` is one of this machine's own names with our port, which may be left out where it is
/// the usual one.
fn is_own(host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    NAMES.iter().any(|name| match host.strip_prefix(name) {
        Some("") => port == 80,
        Some(rest) => rest.strip_prefix(':') == Some(port.to_string().as_str()),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, uri: &str, headers: &[(&'static str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let result = admit(&method.parse().unwrap(), &uri.parse().unwrap(), &map, 8377);
        result.map_or_else(|status| status.as_u16(), |()| 200)
    }

    #[test]
    fn the_server_answers_to_its_own_names_with_its_port_alone() {
        for host in ["localhost:8377", "LOCALHOST:8377", "127.0.0.1:8377", "[::1]:8377"] {
            assert_eq!(status("GET", "/", &[("host", host)]), 200, "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:80",
            "localhost:83770",
            "localhost:08377",
            "localhost.:8377",
            "evil.example:8377",
            "localhost.evil.example:8377",
            "evil.example",
            "127.0.0.2:8377",
            "127.1:8377",
            "0.0.0.0:8377",
            "[::]:8377",
            "user@localhost:8377",
        ] {
            assert_eq!(status("GET", "/", &[("host", host)]), 403, "{host}");
        }
        assert_eq!(status("GET", "/", &[]), 403);
        let twice = [("host", "localhost:8377"), ("host", "evil.example")];
        assert_eq!(status("GET", "/", &twice), 403);
    }

    #[test]
    fn an_address_that_names_another_server_is_refused() {
        let host = [("host", "localhost:8377")];
        assert_eq!(status("GET", "http://evil.example/", &host), 403);
        assert_eq!(status("GET", "http://localhost:8377/", &host), 200);
    }

    #[test]
    fn pages_of_others_are_refused() {
        let asked = |name, value| status("GET", "/", &[("host", "localhost:8377"), (name, value)]);
        for site in ["cross-site", "same-site", "", "something-new"] {
            assert_eq!(asked("sec-fetch-site", site), 403, "{site}");
        }
        for site in ["same-origin", "none"] {
            assert_eq!(asked("sec-fetch-site", site), 200, "{site}");
        }
        for origin in
            ["null", "https://localhost:8377", "http://localhost:1", "http://evil.example"]
        {
            assert_eq!(asked("origin", origin), 403, "{origin}");
        }
        assert_eq!(asked("origin", "http://localhost:8377"), 200);
    }

    #[test]
    fn there_is_nothing_to_change() {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"] {
            assert_eq!(status(method, "/", &[("host", "localhost:8377")]), 405, "{method}");
        }
        assert_eq!(status("HEAD", "/", &[("host", "localhost:8377")]), 200);
    }
}
