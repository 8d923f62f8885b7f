//! Which hosts and paths a cookie is sent to (6265bis §5.1.3, §5.1.4).

use crate::http::host::is_address;

/// Whether `host` domain-matches `domain`; both in lower case (6265bis §5.1.3).
pub fn domain_matches(host: &str, domain: &str) -> bool {
    let is_below = || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    host == domain || (!domain.is_empty() && is_below() && !is_address(host))
}

/// The default path of a cookie (6265bis §5.1.4): the request path up to its last slash.
pub fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        Some(last) if last > 0 && path.starts_with('/') => path.split_at(last).0,
        _ => "/",
    }
}

/// Whether a cookie for `cookie` is sent to `path` (6265bis §5.1.4).
pub fn path_matches(path: &str, cookie: &str) -> bool {
    path.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_matches_at_dots_only() {
        assert!(domain_matches("www.example.com", "example.com") && domain_matches("a", "a"));
        for (host, domain) in [("www.example.com", "ample.com"), ("127.0.0.1", "0.0.1"), ("a.b", ""), ("b", "a.b")] {
            assert!(!domain_matches(host, domain), "{host} {domain}");
        }
    }

    #[test]
    fn path_matches_at_slashes_only() {
        for (path, default) in [("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("", "/"), ("a/b", "/"), ("/a/", "/a")] {
            assert_eq!(default_path(path), default, "{path}");
        }
        assert!(path_matches("/a/b", "/a") && path_matches("/a", "/a") && path_matches("/ab", "/"));
        assert!(!path_matches("/ab", "/a") && !path_matches("/", "/a"));
    }
}
