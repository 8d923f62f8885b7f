//! Tokens in any text: every reader finds what stands there, where it says, however the text is cut into pieces.
#![no_main]
use authkit::rule::token::{RULES, View};
use authkit::sighting::{Text, http, lines, ndjson};
use authkit::token::{claims::Claims, compact, header::Header, scan};
use libfuzzer_sys::fuzz_target;

/// Offset and length of each token when `text` is scanned in two pieces, the second behind some context.
fn in_pieces(text: &[u8]) -> Vec<(usize, usize)> {
    let (cut, context) = (scan::cut(text), scan::cut(text).min(16));
    let first = scan::scan(&text[..cut]).into_iter().map(|token| (token.offset, token.token.len()));
    let rest = scan::scan_after(&text[cut - context..], context).into_iter();
    first.chain(rest.map(|token| (cut - context + token.offset, token.token.len()))).collect()
}

/// No rule panics, whatever a token says.
fn judge(token: &str) {
    let Ok(segments) = compact::Segments::cut(token.as_bytes(), compact::MAX_BYTES) else { return };
    let Ok(parts) = segments.decode() else { return };
    let text = |bytes| authkit::encoding::json::text(bytes);
    let (Ok(header), Ok(claims)) =
        (text(&parts.header).and_then(Header::parse), text(&parts.payload).and_then(Claims::parse))
    else {
        return;
    };
    let view = View::new(&header, &claims, token.len());
    let findings = authkit::rule::run(RULES, &view, &authkit::policy::Policy::default());
    assert!(findings.iter().all(|finding| !finding.message.is_empty()));
}

fuzz_target!(|data: &[u8]| {
    let whole = scan::scan(data);
    for found in &whole {
        assert_eq!(&data[found.offset..][..found.token.len()], found.token.as_bytes());
        assert_eq!(found.token.split('.').count(), if found.encrypted { 5 } else { 3 });
        judge(found.token);
    }
    let places: Vec<_> = whole.iter().map(|found| (found.offset, found.token.len())).collect();
    assert_eq!(in_pieces(data), places);
    let tokens: Vec<_> = whole.iter().map(|found| found.token.as_bytes()).collect();
    let seen: Vec<_> = http::tokens(Text::whole(data)).map(|seen| seen.token.into_owned()).collect();
    assert_eq!(seen, tokens);
    for sighting in lines::tokens(Text::whole(data)) {
        assert!(sighting.place.line > 0 && sighting.place.column > 0);
    }
    for path in ["token", "/request/headers/0", "a.b"] {
        let field = ndjson::Field::parse(path).unwrap();
        ndjson::tokens(Text::whole(data), &field).for_each(drop);
    }
});
