//! Fuzz target for HAR files, complete, malformed or truncated: results do not depend on the chunks, and locations
//! contain no token.
#![no_main]
use authkit::extract::har::{self, Entries, Splitter};
use authkit::token::scan;
use libfuzzer_sys::fuzz_target;

/// All extracted tokens as text, and the result at the end of the file.
fn read(text: &[u8], step: usize) -> (Vec<String>, String) {
    let (mut splitter, mut seen) = (Splitter::default(), Vec::new());
    for chunk in text.chunks(step) {
        let mut entries = Entries::default();
        splitter.feed(chunk, &mut entries);
        for at in entries.places() {
            for found in har::extract_tokens(entries.text(at), at) {
                for text in [&found.url, &found.place.pointer, &found.header].into_iter().flatten() {
                    assert!(scan::scan(text.as_bytes()).is_empty(), "{found:?}");
                }
                assert_eq!(scan::scan(&found.token).len(), 1);
                seen.push(format!("{found:?}"));
            }
        }
    }
    (seen, format!("{:?}", splitter.finish()))
}

fuzz_target!(|data: &[u8]| {
    let whole = read(data, usize::MAX);
    for step in [1, 7, 64] {
        assert_eq!(read(data, step), whole, "in steps of {step}");
    }
    har::is_har(data);
});
