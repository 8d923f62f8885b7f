//! HAR files, whole, broken or cut: what is seen does not depend on how the bytes arrive, and no place tells a token.
#![no_main]
use authkit::sighting::har::{self, Entries, Splitter};
use authkit::token::scan;
use libfuzzer_sys::fuzz_target;

/// All sightings as text, and how the file ended.
fn read(text: &[u8], step: usize) -> (Vec<String>, String) {
    let (mut splitter, mut seen) = (Splitter::default(), Vec::new());
    for chunk in text.chunks(step) {
        let mut entries = Entries::default();
        splitter.feed(chunk, &mut entries);
        for at in entries.places() {
            for sighting in har::sightings(entries.text(at), at) {
                let place = &sighting.place;
                for text in [&place.url, &place.pointer, &place.header].into_iter().flatten() {
                    assert!(scan::scan(text.as_bytes()).is_empty(), "{place:?}");
                }
                assert_eq!(scan::scan(&sighting.token).len(), 1);
                seen.push(format!("{sighting:?}"));
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
    har::looks_like(data);
});
