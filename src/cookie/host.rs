//! Names of hosts as cookies compare them (6265bis §5.1.2 to §5.1.4), and which of them is this machine.

use core::net::{Ipv4Addr, Ipv6Addr};
use psl::Psl as _;

/// Whether a host is an address and no name. Brackets of IPv6 addresses may be there.
pub fn is_address(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(bare) => bare.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok(),
    }
}

/// Whether a host is this machine: `localhost`, names under it (RFC 6761 §6.3), 127.0.0.0/8, ::1.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let name = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether `host` domain-matches `domain`; both in lower case (6265bis §5.1.3).
pub fn domain_matches(host: &str, domain: &str) -> bool {
    let is_below = || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    host == domain || (!domain.is_empty() && is_below() && !is_address(host))
}

/// Whether everybody can register names under `domain`: the Public Suffix List, private part included, and its
/// rule that an unknown top level is one.
pub fn is_public_suffix(domain: &str) -> bool {
    !is_address(domain) && psl::List.suffix(domain.as_bytes()).is_some_and(|suffix| suffix == domain)
}

/// The path of a cookie that names none (6265bis §5.1.4): that of the request up to its last slash.
pub fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        Some(last) if last > 0 && path.starts_with('/') => path.get(..last).unwrap_or("/"),
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
    fn domains_match_at_dots() {
        assert!(domain_matches("www.example.com", "example.com") && domain_matches("a", "a"));
        for (host, domain) in [("www.example.com", "ample.com"), ("127.0.0.1", "0.0.1"), ("a.b", ""), ("b", "a.b")] {
            assert!(!domain_matches(host, domain), "{host} {domain}");
        }
    }

    #[test]
    fn suffixes_are_those_of_the_list() {
        for domain in ["com", "co.uk", "github.io", "unknowntop", "localhost"] {
            assert!(is_public_suffix(domain), "{domain}");
        }
        for domain in ["example.com", "a.github.io", "www.ck", "127.0.0.1", "[::1]", ""] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST.", "a.localhost", "127.9.9.9", "[::1]", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "127.0.0.1.example", "[::2]", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn paths_end_at_slashes() {
        for (path, default) in [("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("", "/"), ("a/b", "/"), ("/a/", "/a")] {
            assert_eq!(default_path(path), default, "{path}");
        }
        assert!(path_matches("/a/b", "/a") && path_matches("/a", "/a") && path_matches("/ab", "/"));
        assert!(!path_matches("/ab", "/a") && !path_matches("/", "/a"));
    }
}
