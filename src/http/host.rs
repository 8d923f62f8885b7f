//! Host names: addresses, public suffixes, and loopback names.

use core::net::{Ipv4Addr, Ipv6Addr};
use psl::Psl as _;

/// Whether a host is an IP address. IPv6 addresses may be in brackets.
pub fn is_address(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(bare) => bare.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok() || host.parse::<Ipv6Addr>().is_ok(),
    }
}

/// Whether a host is a loopback host: `localhost`, names under it (RFC 6761 §6.3), 127.0.0.0/8, ::1.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let name = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

/// Whether `domain` is a public suffix: listed in the Public Suffix List, private section included, or, by its default
/// rule, an unknown top-level domain.
pub fn is_public_suffix(domain: &str) -> bool {
    !is_address(domain) && psl::List.suffix(domain.as_bytes()).is_some_and(|suffix| suffix == domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_suffix_list_includes_private_section() {
        for domain in ["com", "co.uk", "github.io", "unknowntop", "localhost"] {
            assert!(is_public_suffix(domain), "{domain}");
        }
        for domain in ["example.com", "a.github.io", "www.ck", "127.0.0.1", "[::1]", ""] {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn loopback_hosts_are_recognised() {
        for host in ["localhost", "LOCALHOST.", "a.localhost", "127.9.9.9", "[::1]", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "127.0.0.1.example", "[::2]", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
