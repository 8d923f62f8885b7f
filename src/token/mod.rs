//! Tokens: parsing, claims, verification requirements and verification.
//!
//! Text is split into [`compact::Segments`] (untrusted), then parsed as `header` and `claims` (each value absent,
//! malformed or present); only `verify` decides whether they are authentic.

pub mod claims;
pub mod compact;
pub mod encoded_scan;
pub mod header;
pub mod header_cache;
pub mod json_builder;
pub mod jws_json;
pub mod keyring;
pub mod kind;
pub mod paste;
pub mod reject_reason;
pub mod requirements;
pub mod scan;
pub mod signature_only;
pub mod size;
pub mod verify;
