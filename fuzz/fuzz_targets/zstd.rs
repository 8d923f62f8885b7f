//! Fuzz target for zstd streams: no panic, and the output does not depend on the read size.
#![no_main]
use authkit::encoding::zstd::Zstd;
use libfuzzer_sys::fuzz_target;
use std::io::Read as _;

/// Output limit in bytes: a small file can expand to gigabytes.
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
