use super::*;

// {"alg":"HS256"}
const HEADER: &str = "eyJhbGciOiJIUzI1NiJ9";

/// A token with its name as the signature.
fn token(name: &str) -> String {
    format!("{HEADER}.e30.{name}")
}

type Row = (String, TokenLocation, TokenMatch<'static>);

/// Reads `text` in chunks of `step` bytes.
fn read(text: &[u8], step: usize) -> (Vec<Row>, Result<(), HarError>) {
    let (mut splitter, mut found) = (Splitter::default(), Vec::new());
    for chunk in text.chunks(step) {
        // Take entries out after each chunk, as a program with little memory does.
        let mut entries = Entries::default();
        splitter.feed(chunk, &mut entries);
        for at in entries.places() {
            let rows = extract_tokens(entries.text(at), at).into_iter();
            found.extend(rows.map(|seen| {
                let token = String::from_utf8(seen.token.into_owned()).unwrap();
                let name = token.rsplit('.').next().unwrap().to_owned();
                (name, seen.carrier, TokenMatch { token: token.into_bytes().into(), ..seen })
            }));
        }
    }
    (found, splitter.finish())
}

fn har(entries: &str) -> String {
    format!(
        "\u{FEFF}{{\"version\":\"log\",\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"x]}}\",\"entries\":[{{}}]}},\n \"entries\": [{entries}],\"pages\":[{{}}]}}}}\n"
    )
}

fn small() -> String {
    let t = token;
    har(&format!(
        r#"
  {{"request":{{"method":"GET","url":"https://u:p@x.test/a?token={url}#f","headers":[
      {{"name":"Authorization","value":"Bearer {header}"}},{{"name":"cookie","value":"s={cookie}"}},
      {{"name":"Referer","value":"https:\/\/x.test\/?{referer}"}}],
    "queryString":[{{"name":"token","value":"{url}"}}],"cookies":[{{"name":"s","value":"{cookie}"}}],
    "postData":{{"mimeType":"x","text":"a=\"{body}","params":null}}}},
   "response":{{"status":200,"headers":[{{"name":"Location","value":"/{location}"}}],"cookies":[],
     "redirectURL":"/{location}","content":{{"text":"{both}","encoding":null}}}}, "time":1.5}},
  "no entry", 17, [{{}}],
  {{"request":{{"url":"https://x.test/{path}/b;j={path}","headers":[{{"name":"X-T","value":"{both}"}}]}},
   "response":{{"content":{{"text":"{base64}","encoding":"base64"}}}},
   "_webSocketMessages":[{{"data":"{message}"}}]}}"#,
        url = t("url"),
        header = t("header"),
        cookie = t("cookie"),
        referer = t("referer"),
        body = t("body"),
        location = t("location"),
        both = t("both"),
        path = t("path"),
        message = t("message"),
        base64 = base64_simd::STANDARD.encode_to_string(format!("\0\u{1} {}", t("base64"))),
    ))
}

#[test]
fn token_is_returned_once_per_entry() {
    let (found, end) = read(small().as_bytes(), usize::MAX);
    assert_eq!(end, Ok(()));
    let rows: Vec<_> = found
        .iter()
        .map(|(name, carrier, seen)| {
            (name.as_str(), *carrier, seen.place.pointer.as_deref().unwrap(), seen.header.as_deref())
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("url", TokenLocation::Url, "/log/entries/0/request/url", None),
            ("header", TokenLocation::Header, "/log/entries/0/request/headers/0/value", Some("Authorization")),
            ("cookie", TokenLocation::Cookie, "/log/entries/0/request/headers/1/value", Some("cookie")),
            ("referer", TokenLocation::Url, "/log/entries/0/request/headers/2/value", Some("Referer")),
            ("body", TokenLocation::Body, "/log/entries/0/request/postData/text", None),
            ("location", TokenLocation::Url, "/log/entries/0/response/headers/0/value", Some("Location")),
            ("both", TokenLocation::Body, "/log/entries/0/response/content/text", None),
            ("path", TokenLocation::Url, "/log/entries/1/request/url", None),
            ("both", TokenLocation::Header, "/log/entries/1/request/headers/0/value", Some("X-T")),
            ("base64", TokenLocation::Body, "/log/entries/1/response/content/text", None),
            ("message", TokenLocation::Body, "/log/entries/1/_webSocketMessages/0/data", None),
        ]
    );
    assert!(found[..7].iter().all(|row| (row.2.place.line, row.2.place.column) == (3, 3)), "{found:?}");
    assert!(found[7..].iter().all(|row| (row.2.place.line, row.2.place.column) == (11, 3)), "{found:?}");
    assert_eq!(found[0].2.url.as_deref(), Some("https://x.test/a"));
    assert_eq!(found[8].2.url.as_deref(), Some("https://x.test/…/b"));
}

#[test]
fn most_exposed_location_wins() {
    let token = token("t");
    let text = har(&format!(
        r#"{{"request":{{"url":"https://x.test/","headers":[{{"name":"Authorization","value":"{token}"}}]}},
            "response":{{"redirectURL":"/?t={token}"}}}}"#
    ));
    let (found, _) = read(text.as_bytes(), 7);
    let rows: Vec<_> = found.iter().map(|row| (row.1, row.2.place.pointer.as_deref().unwrap())).collect();
    assert_eq!(rows, [(TokenLocation::Url, "/log/entries/0/response/redirectURL")]);
}

#[test]
fn truncated_har_returns_entries_and_the_position() {
    let text = small();
    let (whole, _) = read(text.as_bytes(), usize::MAX);
    let last = text.trim_end().len();
    for end in 0..=text.len() {
        let prefix = &text.as_bytes()[..end];
        let (found, error) = read(prefix, usize::MAX);
        assert!(whole.starts_with(&found), "{end}");
        match error {
            Ok(()) => assert!(end >= last),
            Err(HarError::NoEntries) => assert!(prefix.len() <= 3, "{end}"),
            Err(HarError::Cut { offset, line, inside }) => {
                assert_eq!(offset, end as u64);
                assert_eq!(line as usize, prefix.split(|byte| *byte == b'\n').count());
                assert!(inside.is_none_or(|number| number < 2));
            }
        }
    }
}

#[test]
fn chunk_size_does_not_change_entries() {
    let text = small();
    let whole = read(text.as_bytes(), usize::MAX);
    for step in (1..20).chain([64, 100, 1000]) {
        assert_eq!(read(text.as_bytes(), step), whole, "{step}");
    }
}

#[test]
fn invalid_entry_is_searched_as_text() {
    let (a, b, c) = (token("a"), token("b"), token("c"));
    let many = r#"{"name":"a"},"#.repeat(10_001);
    let text = har(&format!(
        r#"{{"request":17,"x":"https://x/?{a}","y":"{a}"}},{{"request":{{"headers":[{many}{{}}]}},"x":"{b}"}},{{nonsense {c}]"#
    ));
    let (found, _) = read(text.as_bytes(), 1 << 16);
    let rows: Vec<_> =
        found.iter().map(|row| (row.0.as_str(), row.1, row.2.place.pointer.as_deref().unwrap())).collect();
    assert_eq!(
        rows,
        [
            ("a", TokenLocation::Url, "/log/entries/0"),
            ("b", TokenLocation::Unknown, "/log/entries/1"),
            ("c", TokenLocation::Unknown, "/log/entries/2"),
        ]
    );
}

#[test]
fn entry_depth_and_size_are_limited() {
    let deep = format!(r#"{{"x":{}{},"y":"{}"}}"#, "[".repeat(200_000), "]".repeat(200_000), token("deep"));
    let large = format!(r#"{{"y":"{}","x":"{}"}}"#, token("large"), "a ".repeat(MAX_ENTRY / 2));
    let text = har(&format!("{deep},{large},{deep}"));
    let (found, end) = read(text.as_bytes(), 1 << 16);
    assert_eq!(end, Ok(()));
    let rows: Vec<_> = found.iter().map(|row| row.0.as_str()).collect();
    // An irrelevant member may have any depth: HAR 1.2 has no token location in it.
    assert_eq!(rows, ["large"]);
    assert_eq!(read(&b"{\"log\":{\"entries\":[".repeat(50_000), 1 << 16).0, []);
    assert!(read(&[b'{'; 300_000], 1 << 16).1.is_err());
}

#[test]
fn har_is_detected_by_its_beginning() {
    assert!(is_har(b" {\n\"log\": {\"version\":\"1.2\",\"creator\":{"));
    assert!(!is_har(b"{\"log\":\"entries\"}"));
    assert!(!is_har(b"{\"log\":\"x\",\"creator\":{}}"));
    assert!(!is_har(b"[{\"log\":{\"entries\":[]}}]"));
    assert!(!is_har(b""));
}

#[test]
fn redacted_url_contains_no_secret() {
    let token = token("x");
    for (url, expected) in [
        ("https://u:p@x.test:8/a/b?c=d#e", "https://x.test:8/a/b"),
        ("https://x.test", "https://x.test"),
        ("data:text/plain,secret", "data:"),
        ("about", ""),
        (&format!("https://x.test/{token}/{token}/z"), "https://x.test/…/…/z"),
        (&format!("https://a={token}"), "https://a=…"),
        (&format!("{token}:x"), "…:"),
        (&format!("{token}://x.test"), "…://x.test"),
        ("blob:https://x.test/1", "blob:https://x.test/1"),
    ] {
        assert_eq!(redacted_url(url), expected);
    }
    assert!(redacted_url(&format!("https://x.test/{}", "ä".repeat(1000))).len() <= MAX_URL);
}

#[test]
fn token_as_header_name_is_redacted() {
    let token = token("x");
    let text = har(&format!(r#"{{"request":{{"headers":[{{"name":"{token}","value":"{token}"}}]}}}}"#));
    let (rows, _) = read(text.as_bytes(), 1000);
    assert_eq!(rows.first().unwrap().2.header.as_deref(), Some("…"));
}

proptest::proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn arbitrary_bytes_do_not_panic(parts in proptest::collection::vec("[{}\\[\\]\":,\\\\ a]|\"log\":\\{|\"entries\":\\[|\\{\"request\":\\{\"url\":\"", 0..40), step in 1_usize..9) {
        let text = parts.concat();
        let (_, _) = read(text.as_bytes(), step);
        let (once, end) = read(text.as_bytes(), usize::MAX);
        proptest::prop_assert_eq!(read(text.as_bytes(), step), (once, end));
    }
}
