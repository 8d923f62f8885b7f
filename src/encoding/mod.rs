//! Text encodings and their strict decoders: base64url, JSON, UTF-16, zstd, escaping for output, and positions in text.

pub mod base64url;
pub mod bounds;
pub mod escape;
pub mod json;
pub mod line_index;
pub mod percent;
pub mod pretty;
pub mod utf16;
pub mod zstd;
