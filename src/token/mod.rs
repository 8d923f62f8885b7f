//! Tokens: their shape, what they say, what a verifier demands, and the verdict.
//!
//! Text becomes `compact::Parts` (nothing is trusted), then a `header` and `claims` (absent, malformed
//! or present), and only `verify` says whether to believe them.

pub mod claims;
pub mod compact;
pub mod header;
pub mod header_cache;
pub mod json_builder;
pub mod jws_json;
pub mod keyring;
pub mod kind;
pub mod reject_reason;
pub mod requirements;
pub mod scan;
pub mod signature_only;
pub mod size;
pub mod verify;
