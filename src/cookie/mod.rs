//! Cookies as browsers take them (draft-ietf-httpbis-rfc6265bis, "6265bis" below): what a `Set-Cookie` line says,
//! whether a browser stores it, and why not. Exchanges of requests and responses are data; nothing is fetched.

pub mod address;
pub mod class;
pub mod date;
pub mod decision;
pub mod description;
pub mod exchange;
pub mod host;
pub mod jar;
pub mod journey;
pub mod samples;
pub mod set_cookie;
pub mod value;
pub mod wallet;
