//! Rules about endpoints as seen by a browser: the cookies that responses set, and the responses themselves. They check
//! recorded exchanges as data and do not depend on how those were collected.

pub mod cookie;
pub mod http_fault;
pub mod response;

/// Escapes a member name for a JSON pointer (RFC 6901 §3).
pub(crate) fn member(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
