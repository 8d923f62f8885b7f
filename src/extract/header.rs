//! What the name of a header says about what it carries.

use crate::rule::token::TokenLocation;

/// A longer name is none.
pub(super) const MAX_NAME: usize = 64;

/// Headers that hold a URL, of requests and of responses; `:path` is HTTP/2's request line (RFC 9113 §8.3.1).
const URLS: &[&str] = &[
    ":path",
    "content-location",
    "link",
    "location",
    "referer",
    "refresh",
    "x-forwarded-uri",
    "x-original-uri",
    "x-original-url",
    "x-rewrite-url",
];

/// Headers that are known to hold tokens, besides all that begin with `x-`.
const TOKENS: &[&str] = &[
    "authentication-info",
    "authorization",
    "cf-access-jwt-assertion",
    "cf-access-token",
    "dpop",
    "grpc-metadata-authorization",
    "proxy-authorization",
    "sec-websocket-protocol",
];

/// The carrier that a header is, whatever its name.
pub(crate) fn carrier(name: &str) -> TokenLocation {
    known(name).unwrap_or(TokenLocation::Header)
}

/// The carrier of a name that is known as a header's also where it may be anything: `token: …` in a YAML file
/// is no header.
pub(super) fn known(name: &str) -> Option<TokenLocation> {
    let is = |own: &&str| own.eq_ignore_ascii_case(name);
    if ["cookie", "set-cookie"].iter().any(is) {
        Some(TokenLocation::Cookie)
    } else if URLS.iter().any(is) {
        Some(TokenLocation::Url)
    } else if TOKENS.iter().any(is) || name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-")) {
        Some(TokenLocation::Header)
    } else {
        None
    }
}
