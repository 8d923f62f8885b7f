//! Cookies as browsers process them (draft-ietf-httpbis-rfc6265bis, "6265bis" below): parsing of `Set-Cookie` lines,
//! the storage decision and its reasons. Exchanges are data; this module makes no requests.

pub mod class;
pub mod cookie_jar;
pub mod cookie_store;
pub mod date;
pub mod description;
pub mod evaluate;
pub mod matching;
pub mod session_id;
pub mod set_cookie;
pub mod storage;
pub mod value;
