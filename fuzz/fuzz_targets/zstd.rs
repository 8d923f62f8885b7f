//! zstd streams: nothing panics, and what comes out does not depend on how much is asked for at a time.
#![no_main]
use authkit::encoding::zstd::Zstd;
use libfuzzer_sys::fuzz_target;
use std::io::Read as _;

/// A small file holds gigabytes.
const MOST: u64 = 1 << 20;

fuzz_target!(|data: &[u8]| {
    let mut whole = Vec::new();
    let is_whole = Zstd::new(data).take(MOST).read_to_end(&mut whole).is_ok();
    let (mut pieces, mut reader, mut piece) = (Vec::new(), Zstd::new(data).take(MOST), [0; 61]);
    while let Ok(read @ 1..) = reader.read(&mut piece) {
        pieces.extend_from_slice(&piece[..read]);
    }
    assert!(if is_whole { whole == pieces } else { whole.starts_with(&pieces) || pieces.starts_with(&whole) });
});
