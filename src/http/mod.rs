//! HTTP as data (RFC 9110): URLs, host names, and exchanges of a request and its response. Nothing is sent from here.

pub mod exchange;
pub mod host;
pub mod url;
