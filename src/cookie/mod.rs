//! Cookies as browsers take them (draft-ietf-httpbis-rfc6265bis, "6265bis" below): what a `Set-Cookie` line says,
//! whether a browser stores it, and why not. Exchanges of requests and responses are data; nothing is fetched.

pub mod date;
pub mod decision;
pub mod host;
pub mod set_cookie;
