use super::*;

fn urls(dump: &HttpDump) -> Vec<(String, u16, u32)> {
    dump.exchanges.iter().map(|one| (one.url.to_string(), one.status, one.hop)).collect()
}

#[test]
fn curl_redirect_chain_is_resolved_from_its_url() {
    let text = b"HTTP/1.1 301 Moved\r\nLocation: https://shop.example/\r\nSet-Cookie: a=1\r\n\r\n\
        HTTP/2 302 \r\nlocation: /login\r\n\r\nHTTP/2 200\r\nset-cookie: sid=x\r\n\r\n<html>\r\nHTTP/1.1\r\n";
    let url = HttpUrl::parse("http://shop.example/").unwrap();
    let dump = read(text, Some(&url));
    let own = |url: &str, status, hop| (url.to_owned(), status, hop);
    assert_eq!(
        urls(&dump),
        [
            own("http://shop.example/", 301, 0),
            own("https://shop.example/", 302, 1),
            own("https://shop.example/login", 200, 2)
        ]
    );
    assert_eq!(dump.assumed, None);
    assert_eq!(dump.exchanges[2].body, b"<html>\nHTTP/1.1\n");
    let place = dump.exchanges[0].headers[1].place.clone().unwrap();
    assert_eq!((place.line, place.column), (3, 13));
}

#[test]
fn curl_verbose_marks_are_distinguished() {
    let text = b"* Connected to a.example (192.0.2.1) port 80 (#0)\n> GET /x?y=1 HTTP/1.1\r\n> Host: a.example\r\n\
        > Cookie: sid=1\r\n> \r\n< HTTP/1.1 100 Continue\r\n< \r\n< HTTP/1.1 200 OK\r\n< Set-Cookie: a=1\r\n< \r\n\
        {\"a\":1}\n* Connection #0 left intact\n";
    let dump = read(text, None);
    assert_eq!(urls(&dump), [("http://a.example/x?y=1".to_owned(), 200, 0)]);
    let one = &dump.exchanges[0];
    assert_eq!(one.request_cookies(), [("sid".to_owned(), "1".to_owned())]);
    assert_eq!(one.body, b"{\"a\":1}\n");
    let place = one.headers[0].place.clone().unwrap();
    assert_eq!((place.line, place.column), (9, 15));
}

#[test]
fn header_lines_alone_are_a_response() {
    let dump = read(b"Set-Cookie: a=1; Domain=.shop.example\nSet-Cookie : b=\xC3\xA4; Path=/\n", None);
    assert_eq!(urls(&dump), [("https://shop.example/".to_owned(), 200, 0)]);
    assert_eq!(dump.exchanges[0].headers.len(), 2);
    assert!(dump.assumed.is_some());
    let dump = read(b"Set-Cookie: a=1\n b=2\n", None);
    assert_eq!(dump.exchanges[0].headers[0].value, b"a=1 b=2");
    assert_eq!(dump.exchanges[0].url.host, "host.invalid");
}

/// Found by fuzzing: a recording of such a host could not be read again.
#[test]
fn domain_value_is_used_only_if_it_is_a_host() {
    let host = |domain: &str| {
        read(format!("Set-Cookie: a=1; Domain={domain}\n").as_bytes(), None).exchanges[0].url.host.clone()
    };
    assert_eq!(host("a.example"), "a.example");
    for none in ["co.uk, 00-Jan-1970 00:0ax-Age=-1", "a.example:8443", "a.example/b", "me@a.example", "a b"] {
        assert_eq!(host(none), "host.invalid", "{none}");
    }
}

#[test]
fn raw_request_sets_the_url() {
    let text = b"POST /login HTTP/1.1\nHost: a.example:8443\n\nHTTP/1.1 302 Found\nLocation: /home\n\n";
    let dump = read(text, None);
    assert_eq!(urls(&dump), [("https://a.example:8443/login".to_owned(), 302, 0)]);
    assert_eq!((dump.exchanges[0].method.as_str(), dump.assumed), ("POST", Some("received over HTTPS")));
    let url = HttpUrl::parse("http://a.example:8443/").unwrap();
    assert_eq!(urls(&read(text, Some(&url)))[0].0, "http://a.example:8443/login");
}

#[test]
fn text_without_response_yields_no_exchange() {
    for text in [
        &b""[..],
        b"\n\n",
        b"hello world",
        b"\xFF\xFE",
        b"HTTP/1.1 099 X\n\n",
        b"HTTP/9 20",
        b"HTTP/1.1\n",
        b"Usage: x\nDate: y\n",
    ] {
        assert!(read(text, None).exchanges.is_empty(), "{text:?}");
    }
}

proptest::proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn arbitrary_dump_is_parsed_without_panic(text in proptest::collection::vec(proptest::sample::select(
        &b"HTTP/1.1 200\r\n: ;=<>* GET/Set-Cookie\xFF"[..]), 0..200)) {
        read(&text, None);
    }
}
