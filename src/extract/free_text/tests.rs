use super::*;

// {"alg":"HS256"}
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";

/// Location and header of each `T` in `text`.
#[track_caller]
fn carriers(text: &str) -> Vec<(TokenLocation, Option<String>)> {
    let text = text.replace("{T}", TOKEN);
    let found: Vec<_> = extract_tokens(TextChunk::whole(text.as_bytes())).collect();
    assert!(found.iter().all(|seen| *seen.token == *TOKEN.as_bytes()), "{text}");
    found.into_iter().map(|seen| (seen.carrier, seen.header)).collect()
}

#[track_caller]
fn all(carrier: TokenLocation, header: Option<&str>, texts: &[&str]) {
    for text in texts {
        let count = text.matches("{T}").count();
        assert_eq!(carriers(text), vec![(carrier, header.map(str::to_owned)); count], "{text}");
    }
}

#[test]
fn token_in_header_line_has_header_location() {
    all(
        TokenLocation::Header,
        Some("Authorization"),
        &[
            "Authorization: Bearer {T}",
            "> Authorization: Bearer {T}\r\n",
            "    Authorization:{T}",
            "curl -H 'Authorization: Bearer {T}' https://x.test/",
            "curl https://x.test/?a=b -H \"Authorization: Bearer {T}\"",
            "{\"url\":\"https://x/\",\"Authorization\":\"Bearer {T}\"}",
            "level=info Authorization=\"Bearer {T}\"",
        ],
    );
    all(TokenLocation::Header, Some("X-Auth-Token"), &["X-Auth-Token: {T}", "a b X-Auth-Token={T}"]);
    all(TokenLocation::Header, Some("x_amzn_oidc_data"), &["{\"x_amzn_oidc_data\": \"{T}\"}"]);
}

#[test]
fn token_in_cookie_has_cookie_location() {
    all(
        TokenLocation::Cookie,
        Some("Cookie"),
        &["Cookie: a=b; session={T}; refresh={T}", "curl -H 'Cookie: a=b; s={T}; t={T}' x", "Cookie: next=/x?a&s={T}"],
    );
    all(TokenLocation::Cookie, Some("set-cookie"), &["< set-cookie: s={T}; HttpOnly; Path=/"]);
}

#[test]
fn token_in_url_has_url_location() {
    all(
        TokenLocation::Url,
        None,
        &[
            "GET /confirm/{T}/now HTTP/1.1",
            "> GET /x?token={T}&b={T} HTTP/1.1",
            "1.2.3.4 - - [31/Jan/2026] \"GET /x?token={T} HTTP/1.1\" 200",
            "1.2.3.4 - - [31/Jan/2026] \"GET /verify/{T} HTTP/1.1\" 200",
            "see https://x.test/verify/{T}.",
            "https://x.test/{T}/{T}",
            "https:\\/\\/x.test\\/{T}",
            "https://x.test/cb#access_token={T}&state=1",
            "…&access_token={T}",
            "<a href=\"/x?a=b&amp;token={T}\">",
            "/login?next=https%3A%2F%2Fx%3Ftoken%3D{T}",
        ],
    );
    all(TokenLocation::Url, Some("Referer"), &["Referer: https://x.test/?t={T}"]);
    all(TokenLocation::Url, Some("location"), &["< location: /cb#id_token={T}"]);
    all(TokenLocation::Url, Some(":path"), &[":path: /x?t={T}"]);
}

#[test]
fn token_in_form_has_body_location() {
    all(TokenLocation::Body, None, &["grant_type=client_credentials&client_assertion={T}"]);
}

#[test]
fn token_without_evidence_has_unknown_location() {
    all(
        TokenLocation::Unknown,
        None,
        &[
            "{T}",
            "token: {T}",
            "TOKEN={T}",
            "{\"access_token\":\"{T}\"}",
            "GET /x HTTP/1.1 {T}",
            "https://x.test/ {T}",
            "url=https://x.test/,token={T}",
            "location: unknown\n{T}",
        ],
    );
}

#[test]
fn token_position_is_that_in_the_source() {
    let text = format!("a\n  {TOKEN} {TOKEN}");
    let places =
        |text: TextChunk<'_>| extract_tokens(text).map(|seen| (seen.place.line, seen.place.column)).collect::<Vec<_>>();
    assert_eq!(places(TextChunk::whole(text.as_bytes())), [(2, 3), (2, 33)]);
    // A split line: seven bytes came earlier, four of them are context.
    let text = format!("f/?a={TOKEN}\n{TOKEN}");
    let torn = TextChunk { bytes: text.as_bytes(), context: 5, line: 9, column: 100 };
    assert_eq!(places(torn), [(9, 100), (10, 1)]);
    assert_eq!(extract_tokens(torn).next().map(|seen| seen.carrier), Some(TokenLocation::Url));
    let searched = TextChunk { bytes: format!("{TOKEN} x").into_bytes().leak(), context: 3, line: 1, column: 4 };
    assert!(places(searched).is_empty());
}

#[test]
fn hostile_lines_take_linear_time() {
    // A second each, if the work were quadratic.
    for unit in ["{T}/", "{T}&a=", "Cookie:{T};", "'{T}", "a:", "GET ", "\\"] {
        let text = unit.replace("{T}", TOKEN).repeat(20_000);
        let found = extract_tokens(TextChunk::whole(text.as_bytes())).count();
        assert_eq!(found, if unit.contains("{T}") { 20_000 } else { 0 }, "{unit}");
    }
}

proptest::proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn arbitrary_text_does_not_panic(text in "[ -~\n]{0,80}", more in "[:=?&#'\" ;/%a-f]{0,20}") {
        let text = format!("{text}{more}{TOKEN}{more}{TOKEN}{text}");
        for context in 0..8 {
            let text = TextChunk { bytes: text.as_bytes(), context, line: 1, column: 1 };
            let found: Vec<_> = extract_tokens(text).collect();
            proptest::prop_assert!(found.len() <= 4);
        }
    }
}
