//! Cookies as browsers take them (draft-ietf-httpbis-rfc6265bis, "6265bis" below): what a `Set-Cookie` line says,
//! whether a browser stores it, and why not. Exchanges of requests and responses are data; nothing is fetched.

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
