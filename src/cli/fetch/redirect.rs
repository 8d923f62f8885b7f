//! Redirects: the next request of a chain (RFC 9110 §15.4).
//!
//! Nothing confidential is sent to another origin: no headers except harmless ones such as Accept, and no body. Removed
//! headers stay removed, even if the chain returns to the first origin.

use super::address_guard::AddressScope;
use super::exchange::FetchResponse;
use super::{Method, Request};
use authkit::http::url::shown_reference;
use reqwest::Url;

/// Headers without secrets; any other header may be a credential.
const HARMLESS: [&str; 5] = ["accept", "accept-encoding", "accept-language", "cache-control", "user-agent"];

/// Which redirects to follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RedirectPolicy {
    /// Maximum number of redirects.
    pub hops: usize,
    /// Follow no redirect to another origin.
    pub same_origin: bool,
    /// Send cookies set by earlier responses, as a browser would.
    pub cookies: bool,
    /// Scope of the first request. Redirects do not exceed it: [`AddressScope::onward`].
    pub reach: AddressScope,
}

impl Default for RedirectPolicy {
    fn default() -> Self {
        Self { hops: 10, same_origin: false, cookies: false, reach: AddressScope::Typed }
    }
}

/// Whether a response is a redirect, and whether it is followed.
pub enum RedirectDecision {
    /// Not a redirect.
    Stay,
    Go(Request),
    /// A redirect that is not followed, with the reason.
    Refuse(String),
}

/// Decides on the request after `request`, given its response.
pub fn step(request: &Request, response: &FetchResponse, rules: &RedirectPolicy) -> RedirectDecision {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return RedirectDecision::Stay;
    }
    let Some(location) = response.header("location") else { return RedirectDecision::Stay };
    let target = match target(&request.url, location) {
        Ok(target) => target,
        Err(why) => return RedirectDecision::Refuse(why),
    };
    let same = same_origin(&request.url, &target);
    if rules.same_origin && !same {
        return RedirectDecision::Refuse(format!(
            "it leads to another origin, {}",
            target.origin().ascii_serialization()
        ));
    }
    let method = method(request.method, response.status);
    let changed = method != request.method;
    if !same && !changed && request.body.is_some() {
        return RedirectDecision::Refuse(format!(
            "it would send the request body to another origin, {}",
            target.origin().ascii_serialization()
        ));
    }
    let kept = |name: &str| {
        (same || HARMLESS.iter().any(|own| own.eq_ignore_ascii_case(name)))
            // Headers that describe a body are removed with it.
            && !(changed && name.to_ascii_lowercase().starts_with("content-"))
    };
    RedirectDecision::Go(Request {
        url: target,
        method,
        headers: request.headers.iter().filter(|(name, _)| kept(name)).cloned().collect(),
        body: request.body.clone().filter(|_| !changed),
    })
}

/// Scheme, host and port (RFC 6454 §5).
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// The method after a redirect. As in browsers, POST becomes GET on 301 and 302; on 303, the method becomes GET, or
/// stays HEAD.
fn method(method: Method, status: u16) -> Method {
    match (status, method) {
        (301 | 302, Method::Post) | (303, Method::Post | Method::Options) => Method::Get,
        (_, method) => method,
    }
}

fn target(base: &Url, location: &[u8]) -> Result<Url, String> {
    let shown = || shown_reference(&String::from_utf8_lossy(location));
    let text = std::str::from_utf8(location).map_err(|_| format!("its Location is not UTF-8: {}", shown()))?;
    let mut target = base.join(text).map_err(|error| format!("its Location is not a URL ({error}): {}", shown()))?;
    if !matches!(target.scheme(), "http" | "https") {
        return Err(format!("its Location is neither http nor https: {}", shown()));
    }
    // Credentials in it come from the server, and would be sent as the user's. This fails only for opaque URLs.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    target.set_fragment(None);
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::super::exchange::BodyEnd;
    use super::*;

    fn response(status: u16, location: &str) -> FetchResponse {
        FetchResponse {
            status,
            version: "HTTP/1.1",
            headers: vec![("location".to_owned(), location.as_bytes().to_vec())],
            body: Vec::new(),
            end: BodyEnd::Whole,
            address: None,
        }
    }

    fn post() -> Request {
        let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
        Request {
            url: Url::parse("https://a.example/login?x=1").unwrap(),
            method: Method::Post,
            headers: vec![
                header("Authorization", "Bearer secret"),
                header("X-Key", "secret"),
                header("Accept", "text/html"),
                header("Content-Type", "text/plain"),
            ],
            body: Some(b"password".to_vec().into()),
        }
    }

    fn names(request: &Request) -> Vec<&str> {
        request.headers.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[track_caller]
    fn go(request: &Request, status: u16, location: &str) -> Request {
        match step(request, &response(status, location), &RedirectPolicy::default()) {
            RedirectDecision::Go(next) => next,
            RedirectDecision::Stay => panic!("stays"),
            RedirectDecision::Refuse(why) => panic!("{why}"),
        }
    }

    #[track_caller]
    fn refusal(request: &Request, status: u16, location: &str, rules: &RedirectPolicy) -> String {
        match step(request, &response(status, location), rules) {
            RedirectDecision::Refuse(why) => why,
            _ => panic!("not refused"),
        }
    }

    #[test]
    fn method_and_body_follow_the_redirect_status() {
        for (status, expected) in
            [(301, Method::Get), (302, Method::Get), (303, Method::Get), (307, Method::Post), (308, Method::Post)]
        {
            let next = go(&post(), status, "/next");
            assert_eq!(next.method, expected, "{status}");
            assert_eq!(next.body.is_some(), expected == Method::Post);
            assert_eq!(names(&next).contains(&"Content-Type"), expected == Method::Post);
            assert!(names(&next).contains(&"Authorization"), "the same origin");
        }
        for status in [301, 302, 303, 307, 308] {
            for method in [Method::Get, Method::Head] {
                let request = Request { method, body: None, ..post() };
                assert_eq!(go(&request, status, "/next").method, method, "{status}");
            }
        }
        for status in [200, 300, 304, 305, 306, 400] {
            assert!(
                matches!(step(&post(), &response(status, "/next"), &RedirectPolicy::default()), RedirectDecision::Stay),
                "{status}"
            );
        }
    }

    #[test]
    fn redirect_to_another_origin_drops_credentials_and_body() {
        for location in [
            "https://b.example/",
            "http://a.example/",
            "https://a.example:444/",
            "//b.example/",
            "https://a.example.:443/",
        ] {
            let next = go(&post(), 302, location);
            assert_eq!(names(&next), ["Accept"], "{location}");
            assert!(next.body.is_none());
            for status in [307, 308] {
                assert!(refusal(&post(), status, location, &RedirectPolicy::default()).contains("body"), "{location}");
            }
            let strict = RedirectPolicy { same_origin: true, ..RedirectPolicy::default() };
            assert!(refusal(&post(), 302, location, &strict).contains("another origin"), "{location}");
        }
        let back = go(&go(&post(), 302, "https://b.example/"), 302, "https://a.example/");
        assert_eq!(names(&back), ["Accept"], "removed headers stay removed");
    }

    #[test]
    fn location_is_resolved_without_credentials_and_fragment() {
        let at = |location: &str| go(&post(), 302, location).url.to_string();
        assert_eq!(at("?y"), "https://a.example/login?y");
        assert_eq!(at("next#f"), "https://a.example/next");
        assert_eq!(at("https://user:pass@a.example/"), "https://a.example/");
        assert_eq!(at(""), "https://a.example/login?x=1");
        for location in ["javascript:alert(1)", "ftp://a.example/", "https://", "http://[::1", "data:,x"] {
            refusal(&post(), 302, location, &RedirectPolicy::default());
        }
    }
}
