//! How bytes are written as text, read strictly.

pub mod base64url;
pub mod escape;
pub mod json;
pub mod percent;
pub mod pretty;
pub mod utf16;
pub mod zstd;
