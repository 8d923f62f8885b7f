//! Descriptions of one token, key or cookie and of its parts, as data. Nothing here verifies, decrypts, decompresses
//! or fetches.

pub mod cookie;
pub mod key;
pub mod key_check;
mod meaning;
pub mod token;
mod vendor_claims;
