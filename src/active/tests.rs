use super::*;

fn told(path: &str, text: &str) -> Vec<String> {
    let file = SourceFile::text(path, text);
    check(&file).iter().map(|found| found.message.clone()).collect()
}

const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">";

#[test]
fn what_acts_is_found_however_it_is_dressed() {
    for inner in [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        "<script href='x.js'/>",
        "<s:script xmlns:s='http://www.w3.org/2000/svg'>alert(1)</s:script>",
        "<g onload='alert(1)'/>",
        "<g ONLOAD = alert(1)>",
        "<a xlink:href='javascript:alert(1)'><text>x</text></a>",
        "<a xlink:href='java&#x09;script:alert(1)'><text>x</text></a>",
        "<a href='&#106;avascript:alert(1)'/>",
        "<a><set attributeName='href' to='javascript:alert(1)'/></a>",
        "<a><animate attributeName='href' values='#x;javascript:alert(1)'/></a>",
        "<foreignObject><iframe src='x.html'/></foreignObject>",
        "<foreignObject><object data='x'/></foreignObject>",
        "<image href='https://evil.example/x.png'/>",
        "<image xlink:href='//evil.example/x.png'/>",
        "<image href='\\\\evil.example\\x.png'/>",
        "<use href='https://evil.example/x.svg#a'/>",
        "<rect style='fill:url(https://evil.example/x)'/>",
        "<rect fill='url(//evil.example/x)'/>",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>a{background:u\\72l(https://evil.example)}</style>",
        "<style>a{background:url(/* x */ 'https://evil.example')}</style>",
        "<style><a title='</style><img src=x onerror=alert(1)>'></style>",
        "<title><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script></title>",
        "<!--> <x y=\"--><script>alert(1)</script><!--\"> -->",
        "<![CDATA[ > ]]><script>alert(1)</script>",
        "<handler xmlns:ev='http://www.w3.org/2001/xml-events' ev:event='load'>alert(1)</handler>",
    ] {
        assert_ne!(told("files/a.svg", &format!("{SVG}{inner}</svg>")), [""; 0], "{inner}");
    }
    for text in [
        "<!DOCTYPE svg [<!ENTITY x '<script>alert(1)</script>'>]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>",
        "<!DOCTYPE svg [<!ENTITY x '&#60;script>alert(1)&#60;/script>'>]><svg>&x;</svg>",
        "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='x.xsl'?><svg/>",
    ] {
        assert_ne!(told("files/a.svg", text), [""; 0], "{text}");
    }
}

#[test]
fn pages_that_act_are_found_by_name_and_by_sight() {
    for text in [
        "<html><body><script src=x.js></script>",
        "<p>a<meta http-equiv=Refresh content='0;url=https://evil.example'>",
        "<img src=https://evil.example/pixel.gif>",
        "<link rel=stylesheet href=https://evil.example/x.css>",
        "<form action=https://evil.example><input name=p></form>",
        "<body background='//evil.example'>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
        "<img srcset='a.png 1x, https://evil.example/b.png 2x'>",
        "<a href=x ping=https://evil.example>x</a>",
        "<iframe srcdoc='&lt;script>alert(1)&lt;/script>'></iframe>",
    ] {
        for path in [
            "files/a.html",
            "files/A.HTM",
            "files/a",
            "files/a.conf",
            "files/a.\u{ff48}\u{ff54}\u{ff4d}\u{ff4c}",
        ] {
            assert_ne!(told(path, &format!("\n {text}")), [""; 0], "{path}: {text}");
        }
        for path in ["files/a.txt", "files/a.csv", "files/a.pdf"] {
            assert_eq!(told(path, text), [""; 0], "{path}: {text}");
        }
    }
}

#[test]
fn what_only_shows_itself_is_left_in_peace() {
    for (path, text) in [
        (
            "files/a.svg",
            "<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><defs><linearGradient id='a'/></defs><a xlink:href='https://example.com'><rect fill='url(#a)' style='stroke:url(#a)'/></a><image href='data:image/png;base64,AAAA'/><use xlink:href='#a'/><style>@namespace svg url(http://www.w3.org/2000/svg); rect{fill:red} /* https://example.com */</style></svg>",
        ),
        (
            "files/b.svg",
            "<!DOCTYPE svg [<!ENTITY ns_svg 'http://www.w3.org/2000/svg'>]><svg xmlns='&ns_svg;'><g id='on'/></svg>",
        ),
        (
            "files/a.html",
            "<!doctype html><html lang=en><head><title>A</title><link rel=canonical href='https://example.com/'><style>p{color:red}</style></head><body><p>See <a href='https://example.com'>there</a>.<img src='data:image/png;base64,AAAA'><img src='plan.png'></body></html>",
        ),
        (
            "files/config.xml",
            "<?xml version='1.0'?><pfsense><script>/etc/rc</script><port once='1' href='https://example.com'/><url src='https://example.com'/></pfsense>",
        ),
        ("files/running.conf", "hostname fw\n<script>alert(1)</script>\n"),
        ("files/notes.md", "<script>alert(1)</script>"),
    ] {
        assert_eq!(told(path, text), [""; 0], "{path}");
    }
}

#[test]
fn each_sort_of_thing_is_told_once_at_its_place() {
    let text = "<svg>\n<script>1</script>\n<script>2</script>\n<g onload='x'/></svg>";
    let found = check(&SourceFile::text("files/a.svg", text));
    let places: Vec<&str> = found.iter().map(|it| &text[it.span.range()]).collect();
    assert_eq!(places, ["<script>", "<g onload='x'/>"]);
}

#[test]
fn other_encodings_are_no_hiding_place() {
    let page = "<html><script>alert(1)</script>";
    let utf16: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark = [b"\xff\xfe".as_slice(), &utf16].concat();
    let latin = [b"<html>\xfc<script>alert(1)</script>".as_slice()].concat();
    for bytes in [utf16, with_mark, latin] {
        let content = Content::Bytes(bytes.into());
        let file = SourceFile { content, ..SourceFile::text("files/a.html", "") };
        assert!(check(&file).iter().count() > 0, "{file:?}");
    }
}

#[test]
fn a_page_that_cannot_be_looked_through_is_not_trusted() {
    let content = Content::OnDisk("somewhere".into());
    let of = |path: &str| SourceFile { content: content.clone(), ..SourceFile::text(path, "") };
    assert_eq!(check(&of("files/a.svg")).iter().count(), 1);
    assert_eq!(check(&of("files/a.svgz")).iter().count(), 1);
    assert_eq!(check(&of("files/a.png")).iter().count(), 0);
    assert_eq!(check(&of("files/a.iso")).iter().count(), 0);
}
