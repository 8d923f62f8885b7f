//! Token locations by header name.

use crate::rule::token::TokenLocation;

/// The maximum length of a header name, in bytes.
pub(super) const MAX_NAME: usize = 64;

/// Request and response headers that contain a URL; `:path` is HTTP/2's request target (RFC 9113 §8.3.1).
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

/// Headers known to contain tokens, in addition to all that begin with `x-`.
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

/// The token location of a header with any name.
pub(crate) fn carrier(name: &str) -> TokenLocation {
    known(name).unwrap_or(TokenLocation::Header)
}

/// The token location of a name that is known to be a header even outside HTTP text: `token: …` in a YAML file is not a
/// header.
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
