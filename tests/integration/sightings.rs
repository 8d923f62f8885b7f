//! Tests of token extraction from a browser's HAR file; reported locations contain no part of a token.

use crate::harness::root;
use authkit::encoding::base64url;
use authkit::extract::TextChunk;
use authkit::extract::free_text;
use authkit::extract::har::{self, Entries, Splitter};
use authkit::rule::token::TokenLocation;

fn fixture() -> Vec<u8> {
    std::fs::read(root().join("tests/har/browser.har")).expect("the fixture")
}

/// The `sub` of a fixture token, which names the token's location.
fn subject(token: &[u8]) -> String {
    let claims = base64url::decode(token.split(|byte| *byte == b'.').nth(1).expect("a payload")).expect("base64url");
    let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
    claims["sub"].as_str().expect("a text").to_owned()
}

#[test]
fn tokens_of_a_har_are_extracted_with_their_location() {
    let (mut splitter, mut entries) = (Splitter::default(), Entries::default());
    fixture().chunks(1000).for_each(|chunk| splitter.feed(chunk, &mut entries));
    splitter.finish().expect("a whole HAR");
    let mut seen = Vec::new();
    for at in entries.places() {
        for sighting in har::extract_tokens(entries.text(at), at) {
            let place = format!("{:?} {:?} {:?}", sighting.place, sighting.url, sighting.header);
            assert!(!place.contains("eyJ"), "{place}");
            seen.push((subject(&sighting.token), sighting.carrier, sighting.header.unwrap_or_default()));
        }
    }
    let expected = [
        // The body of the page contains the tokens that its script will send.
        ("cookie", TokenLocation::Cookie, "Set-Cookie"),
        ("header", TokenLocation::Body, ""),
        ("url", TokenLocation::Body, ""),
        ("path", TokenLocation::Body, ""),
        ("form", TokenLocation::Body, ""),
        ("json", TokenLocation::Body, ""),
        // The requests.
        ("header", TokenLocation::Header, "Authorization"),
        ("cookie", TokenLocation::Cookie, "Cookie"),
        ("url", TokenLocation::Url, ""),
        ("path", TokenLocation::Url, ""),
        ("form", TokenLocation::Body, ""),
        ("json", TokenLocation::Body, ""),
        ("answer", TokenLocation::Body, ""),
        ("binary", TokenLocation::Body, ""),
        ("redirect", TokenLocation::Url, "Location"),
        ("redirect", TokenLocation::Url, ""),
    ];
    let seen: Vec<_> = seen.iter().map(|(name, carrier, header)| (name.as_str(), *carrier, header.as_str())).collect();
    assert_eq!(seen, expected);
}

#[test]
fn har_scanned_as_text_has_the_same_tokens() {
    let text = fixture();
    let mut subjects: Vec<String> =
        free_text::extract_tokens(TextChunk::whole(&text)).map(|seen| subject(&seen.token)).collect();
    subjects.sort();
    subjects.dedup();
    // One response is base64-encoded, which only the HAR parser knows.
    assert_eq!(subjects, ["answer", "cookie", "form", "header", "json", "path", "redirect", "url"]);
}
