//! Address filter against server-side request forgery. A remote document or redirect that names an internal host would
//! make authkit send requests there on behalf of its author.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

/// The addresses that connections may go to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressScope {
    /// Any address, for URLs that the user gave.
    Typed,
    /// Public and private addresses, but not link-local ones, where clouds serve the credentials of a machine to any of
    /// its processes.
    Inner,
    /// Public addresses only.
    Public,
    /// This machine only.
    Loopback,
}

impl AddressScope {
    /// Number of variants.
    pub const COUNT: usize = 4;

    fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Typed => true,
            Self::Inner => !is_link_local(address),
            Self::Public => is_public(address),
            Self::Loopback => unmapped(address).is_loopback(),
        }
    }

    /// The scope for the host `named` by a document or a redirect of the host `typed`, whose scope is `self`. The user
    /// chose only `typed`, so another host may be internal only if `typed` is.
    pub fn onward(self, guard: &Guard, typed: &str, named: &str) -> Self {
        match self {
            Self::Loopback => Self::Loopback,
            _ if named.eq_ignore_ascii_case(typed) => self,
            _ if guard.is_inner(typed) => Self::Inner,
            _ => Self::Public,
        }
    }
}

/// Checks resolved addresses. The checked addresses are those that are connected to, so DNS rebinding between check and
/// connection has no effect.
pub struct Guard {
    /// For each name that the user gave: whether all its addresses so far are private. One private address of several
    /// is not enough, because the owner of the name can add one.
    inner: Mutex<BTreeMap<String, bool>>,
    /// Host names of proxies, from the user's environment; a proxy applies its own rules to the hosts it connects to.
    proxies: Vec<String>,
}

impl Guard {
    /// A guard that exempts `proxies`.
    pub fn new(proxies: Vec<String>) -> Self {
        Self { inner: Mutex::default(), proxies }
    }

    /// Checks all addresses of a name, because the client may use any of them.
    ///
    /// # Errors
    /// An address outside the scope.
    pub fn check(&self, reach: AddressScope, host: &str, addresses: &[IpAddr]) -> Result<(), BlockedAddressError> {
        if self.is_proxy(host) {
            return Ok(());
        }
        let blocked = addresses.iter().find(|address| !reach.allows(**address));
        if let Some(address) = blocked {
            return Err(BlockedAddressError { host: host.to_owned(), address: *address, reach });
        }
        if matches!(reach, AddressScope::Typed | AddressScope::Inner) && !addresses.is_empty() {
            let inner = addresses.iter().all(|address| !is_public(*address));
            let mut known = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(host.to_ascii_lowercase()).and_modify(|own| *own &= inner).or_insert(inner);
        }
        Ok(())
    }

    fn is_proxy(&self, host: &str) -> bool {
        self.proxies.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    /// Whether a host is known to be internal: a private address, a loopback name, or a name with private addresses
    /// only.
    pub fn is_inner(&self, host: &str) -> bool {
        match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => !is_public(address),
            Err(_) if is_loopback_name(host) => true,
            Err(_) => {
                let known = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
                known.get(&host.to_ascii_lowercase()).copied().unwrap_or(false)
            }
        }
    }

    /// Whether a URL from a remote source names a proxy, whose address is not checked.
    pub fn hides(&self, reach: AddressScope, host: &str) -> bool {
        reach == AddressScope::Public && self.is_proxy(host)
    }
}

/// An address outside the scope.
#[derive(Debug)]
pub struct BlockedAddressError {
    host: String,
    address: IpAddr,
    reach: AddressScope,
}

impl fmt::Display for BlockedAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, address, reach } = self;
        let why = match reach {
            AddressScope::Loopback => "is not a loopback address",
            _ if is_link_local(*address) => "is a link-local or metadata address",
            _ => "is a private address",
        };
        if host.trim_matches(['[', ']']) == address.to_string() {
            write!(f, "{host} {why}")
        } else {
            write!(f, "{host} resolves to {address}, which {why}")
        }
    }
}

impl std::error::Error for BlockedAddressError {}

/// A name that cannot be resolved.
#[derive(Debug)]
pub struct ResolveError {
    host: String,
    error: io::Error,
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot resolve {}: {}", self.host, self.error)
    }
}

impl std::error::Error for ResolveError {}

/// The resolver of the system, with the address check.
pub struct Resolver(pub Arc<Guard>, pub AddressScope);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, reach) = (Arc::clone(&self.0), self.1);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found = found.map_err(|error| ResolveError { host: name.as_str().to_owned(), error })?;
            let found: Vec<SocketAddr> = found.collect();
            let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
            guard.check(reach, name.as_str(), &addresses)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether a name is `localhost` or below it (RFC 6761 §6.3).
pub fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// The IPv4 address embedded in an IPv6 address (RFC 4291 §2.5.5, RFC 6052 §2.1, RFC 3056 §2), or the address itself.
fn unmapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let [a, b, c, d, e, f, g, h] = six.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xFFFF) | (0x64, 0xFF9B, 0, 0, 0, 0) => four(g, h),
        // `::` and `::1` do not embed an IPv4 address.
        (0, 0, 0, 0, 0, 0) if g != 0 => four(g, h),
        (0x2002, ..) => four(b, c),
        _ => address,
    }
}

/// Cloud metadata services at addresses that are not link-local: AWS, Google and Oracle over IPv6, Alibaba, and Azure.
/// They respond to every process on the machine.
const METADATA: [IpAddr; 5] = [
    IpAddr::V6(Ipv6Addr::new(0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xFD00, 0xC1, 0, 0, 0, 0, 0xA9FE, 0xA9FE)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
];

/// Whether an address is link-local (RFC 3927, RFC 4291 §2.5.6) or a metadata service, in any representation.
pub fn is_link_local(address: IpAddr) -> bool {
    match unmapped(address) {
        own if METADATA.contains(&own) => true,
        IpAddr::V4(four) => four.is_link_local(),
        IpAddr::V6(six) => {
            six.is_unicast_link_local() || translated(six).iter().any(|four| is_link_local(IpAddr::V4(*four)))
        }
    }
}

/// The IPv4 addresses that an address in 64:ff9b:1::/48 may embed: the translating network chooses the prefix length
/// (RFC 8215, RFC 6052 §2.2).
fn translated(six: Ipv6Addr) -> Vec<Ipv4Addr> {
    let [0, 0x64, 0xFF, 0x9B, 0, 1, a, b, _, c, d, e, f, g, h, i] = six.octets() else { return Vec::new() };
    [[a, b, c, d], [b, c, d, e], [c, d, e, f], [f, g, h, i]].map(Ipv4Addr::from).to_vec()
}

/// Whether an address is globally reachable (registries of RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match unmapped(address) {
        own if METADATA.contains(&own) => false,
        IpAddr::V4(four) => is_public_4(four),
        IpAddr::V6(six) => is_public_6(six),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, ..) | (169, 254, _) | (192, 168, _) | (192, 0, 0) => true,
        // Carrier-grade NAT (RFC 6598), private (RFC 1918), benchmarks (RFC 2544).
        (100, 64..=127, _) | (172, 16..=31, _) | (198, 18..=19, _) => true,
        // Documentation (RFC 5737).
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224.., ..) => true,
        _ => false,
    };
    !special
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is allocated; in it, 2001::/23 is for protocols, 2001:db8::/32 and 3fff::/20 are for documentation.
    let allocated = (0x2000..0x4000).contains(&a);
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0DB8)) || (a == 0x3FFF && b < 0x1000);
    allocated && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_special_registries_are_not_public() {
        for text in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
            "fec0::1",
            "2001::1",
            "3fff::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn link_local_addresses_in_any_representation_are_detected() {
        for text in [
            "169.254.169.254",
            "169.254.0.1",
            "fe80::1",
            "febf::1",
            "fe80::5efe:10.0.0.1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fd00:c1::a9fe:a9fe",
            "100.100.100.200",
            "168.63.129.16",
            "::ffff:169.254.169.254",
            "::169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::a9fe:a9fe",
            "64:ff9b:1:a9fe:a9:fe00::",
            "64:ff9b:1:a9:fe:a9fe::",
            "64:ff9b:1:0:a9:fea9:fe00:0",
            "2002:a9fe:a9fe::1",
            "2002:a83f:8110::1",
        ] {
            let address: IpAddr = text.parse().unwrap();
            assert!(is_link_local(address) && !is_public(address), "{text}");
            for reach in [AddressScope::Inner, AddressScope::Public, AddressScope::Loopback] {
                assert!(Guard::new(Vec::new()).check(reach, "a", &[address]).is_err(), "{text} {reach:?}");
            }
        }
        for text in
            ["169.253.0.1", "10.0.0.1", "127.0.0.1", "::1", "fec0::1", "fd00:ec2::255", "64:ff9b:1::a00:1", "1.1.1.1"]
        {
            assert!(!is_link_local(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn all_addresses_of_a_name_are_checked() {
        let guard = Guard::new(Vec::new());
        assert!(guard.check(AddressScope::Public, "a", &addresses(&["1.1.1.1", "2606:4700::1111"])).is_ok());
        let blocked = guard.check(AddressScope::Public, "a", &addresses(&["1.1.1.1", "10.0.0.1"])).unwrap_err();
        assert_eq!(blocked.to_string(), "a resolves to 10.0.0.1, which is a private address");
        assert!(guard.check(AddressScope::Inner, "a", &addresses(&["10.0.0.1", "127.0.0.2"])).is_ok());
        let blocked = guard.check(AddressScope::Inner, "a", &addresses(&["10.0.0.1", "169.254.169.254"])).unwrap_err();
        assert_eq!(blocked.to_string(), "a resolves to 169.254.169.254, which is a link-local or metadata address");
        assert!(guard.check(AddressScope::Loopback, "localhost", &addresses(&["::1", "127.0.0.1"])).is_ok());
        assert!(guard.check(AddressScope::Loopback, "localhost", &addresses(&["::1", "1.1.1.1"])).is_err());
        assert!(guard.check(AddressScope::Typed, "a", &addresses(&["169.254.169.254"])).is_ok());
    }

    #[test]
    fn issuer_with_a_public_address_may_not_name_internal_hosts() {
        let guard = Guard::new(Vec::new());
        let onward = |typed: &str, named: &str| AddressScope::Inner.onward(&guard, typed, named);
        for (name, found) in [
            ("public.example", &["1.1.1.1"][..]),
            ("mixed.example", &["10.0.0.1", "1.1.1.1"]),
            ("inner.example", &["10.0.0.1", "fd00::1"]),
            ("turned.example", &["10.0.0.1"]),
            ("turned.example", &["1.1.1.1"]),
        ] {
            guard.check(AddressScope::Inner, name, &addresses(found)).unwrap();
        }
        for typed in ["public.example", "mixed.example", "turned.example", "unknown.example", "1.1.1.1"] {
            assert_eq!(onward(typed, "keys.example"), AddressScope::Public, "{typed}");
        }
        for typed in ["inner.example", "INNER.example", "10.0.0.1", "[::1]", "localhost"] {
            assert_eq!(onward(typed, "keys.example"), AddressScope::Inner, "{typed}");
        }
        assert_eq!(onward("mixed.example", "Mixed.example"), AddressScope::Inner, "the host that was typed");
        assert_eq!(AddressScope::Typed.onward(&guard, "a.example", "a.example"), AddressScope::Typed);
        assert_eq!(AddressScope::Loopback.onward(&guard, "localhost", "127.0.0.2"), AddressScope::Loopback);
        // A name from a remote source is not recorded as internal.
        guard.check(AddressScope::Public, "other.example", &addresses(&["1.1.1.1"])).unwrap();
        assert!(!guard.is_inner("other.example"));
    }

    #[test]
    fn proxy_in_internal_network_is_allowed_but_widens_no_scope() {
        let guard = Guard::new(vec!["proxy.inner".to_owned()]);
        guard.check(AddressScope::Public, "proxy.inner", &addresses(&["10.0.0.9"])).unwrap();
        guard.check(AddressScope::Inner, "proxy.inner", &addresses(&["10.0.0.9"])).unwrap();
        assert_eq!(AddressScope::Inner.onward(&guard, "issuer.example", "keys.example"), AddressScope::Public);
        assert!(guard.hides(AddressScope::Public, "Proxy.Inner") && !guard.hides(AddressScope::Inner, "proxy.inner"));
    }

    #[test]
    fn localhost_and_its_subdomains_are_loopback_names() {
        assert!(is_loopback_name("localhost") && is_loopback_name("LOCALHOST.") && is_loopback_name("a.localhost"));
        assert!(!is_loopback_name("localhost.example") && !is_loopback_name("notlocalhost"));
    }
}
