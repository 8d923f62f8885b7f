//! Fuzz target for token extraction from text: every reader finds the same tokens and positions, for any split.
#![no_main]
use authkit::extract::{TextChunk, free_text, ndjson, token_lines};
use authkit::rule::token::{RULES, TokenView};
use authkit::token::{claims::Claims, compact, encoded_scan, header::JoseHeader, scan};
use libfuzzer_sys::fuzz_target;

/// Offset and length of each token when `text` is scanned in two pieces, the second preceded by some context.
fn in_pieces(text: &[u8]) -> Vec<(usize, usize)> {
    let (cut, context) = (scan::safe_split_point(text), scan::safe_split_point(text).min(16));
    let first = scan::scan(&text[..cut]).into_iter().map(|token| (token.offset, token.token.len()));
    let rest = scan::scan_after(&text[cut - context..], context).into_iter();
    first.chain(rest.map(|token| (cut - context + token.offset, token.token.len()))).collect()
}

/// Runs all rules on a token, which must not panic.
fn run_rules(token: &str) {
    let Ok(segments) = compact::Segments::cut(token.as_bytes(), compact::MAX_BYTES) else { return };
    let Ok(parts) = segments.decode() else { return };
    let text = |bytes| authkit::encoding::json::text(bytes);
    let (Ok(header), Ok(claims)) =
        (text(&parts.header).and_then(JoseHeader::parse), text(&parts.payload).and_then(Claims::parse))
    else {
        return;
    };
    let view = TokenView::new(&header, &claims, token.len());
    let findings = authkit::rule::run_rules(RULES, &view, &authkit::rule_config::RuleConfig::default());
    assert!(findings.iter().all(|finding| !finding.message.is_empty()));
}

fuzz_target!(|data: &[u8]| {
    let whole = scan::scan(data);
    for found in &whole {
        assert_eq!(&data[found.offset..][..found.token.len()], found.token.as_bytes());
        assert_eq!(found.token.split('.').count(), if found.encrypted { 5 } else { 3 });
        run_rules(found.token);
    }
    let places: Vec<_> = whole.iter().map(|found| (found.offset, found.token.len())).collect();
    assert_eq!(in_pieces(data), places);
    let tokens: Vec<_> = whole.iter().map(|found| found.token.as_bytes()).collect();
    let encoded = encoded_scan::scan_after(data, 0);
    let seen: Vec<_> = free_text::extract_tokens(TextChunk::whole(data)).map(|seen| seen.token.into_owned()).collect();
    assert_eq!(seen.len(), tokens.len() + encoded.len());
    assert!(tokens.iter().all(|token| seen.iter().any(|seen| seen == token)));
    for found in token_lines::extract_tokens(TextChunk::whole(data)) {
        assert!(found.place.line > 0 && found.place.column > 0);
    }
    for path in ["token", "/request/headers/0", "a.b"] {
        let field = ndjson::FieldPath::parse(path).unwrap();
        ndjson::extract_tokens(TextChunk::whole(data), &field).for_each(drop);
    }
});
