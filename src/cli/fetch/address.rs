//! Which addresses a name may lead to. A document from the network that names a host of the inner network would have
//! us ask there on behalf of its author.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// Where connections may lead.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Reach {
    /// Wherever the user says.
    Any = 0,
    /// Only to addresses that everybody can reach.
    Public = 1,
    /// Only to this machine.
    Loopback = 2,
}

/// Stands between names and addresses. The answer that is checked is the one that is used: a name cannot lead
/// elsewhere between the look and the connection.
#[derive(Default)]
pub struct Guard {
    reach: AtomicU8,
    met_private: AtomicBool,
}

impl Guard {
    pub fn set(&self, reach: Reach) {
        self.reach.store(reach as u8, Ordering::Relaxed);
    }

    fn reach(&self) -> Reach {
        match self.reach.load(Ordering::Relaxed) {
            0 => Reach::Any,
            1 => Reach::Public,
            _ => Reach::Loopback,
        }
    }

    /// Whether a host so far was no public one.
    pub fn met_private(&self) -> bool {
        self.met_private.load(Ordering::Relaxed)
    }

    /// Notes where a host leads.
    ///
    /// # Errors
    /// An address out of reach.
    pub fn check(&self, host: &str, address: IpAddr) -> Result<(), Blocked> {
        if !is_public(address) {
            self.met_private.store(true, Ordering::Relaxed);
        }
        let allowed = match self.reach() {
            Reach::Any => true,
            Reach::Public => is_public(address),
            Reach::Loopback => unmapped(address).is_loopback(),
        };
        if allowed { Ok(()) } else { Err(Blocked { host: host.to_owned(), address, reach: self.reach() }) }
    }
}

/// An address that is out of reach.
#[derive(Debug)]
pub struct Blocked {
    host: String,
    address: IpAddr,
    reach: Reach,
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, address, reach } = self;
        let why = match reach {
            Reach::Loopback => "is not this machine",
            _ => "is an address of an inner network",
        };
        if *host == address.to_string() {
            write!(f, "{host} {why}")
        } else {
            write!(f, "{host} is {address}, which {why}")
        }
    }
}

impl std::error::Error for Blocked {}

/// A name that leads nowhere.
#[derive(Debug)]
pub struct Unresolved {
    host: String,
    error: io::Error,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name {} does not resolve: {}", self.host, self.error)
    }
}

impl std::error::Error for Unresolved {}

/// Resolves as the system does, and asks the guard.
pub struct Resolver(pub Arc<Guard>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found = found.map_err(|error| Unresolved { host: name.as_str().to_owned(), error })?;
            let found: Vec<SocketAddr> = found.collect();
            for address in &found {
                guard.check(name.as_str(), address.ip())?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// `localhost` and what ends with it (RFC 6761 §6.3).
pub fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// An IPv4 address that IPv6 carries (RFC 4291 §2.5.5, RFC 6052 §2.1, RFC 3056 §2) as itself.
fn unmapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let [a, b, c, d, e, f, g, h] = six.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xFFFF) | (0x64, 0xFF9B, 0, 0, 0, 0) => four(g, h),
        // `::` and `::1` are addresses of their own.
        (0, 0, 0, 0, 0, 0) if g != 0 => four(g, h),
        (0x2002, ..) => four(b, c),
        _ => address,
    }
}

/// Whether an address belongs to the internet at large (the registries of RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match unmapped(address) {
        IpAddr::V4(four) => is_public_4(four),
        IpAddr::V6(six) => is_public_6(six),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, ..) | (169, 254, _) | (192, 168, _) | (192, 0, 0) => true,
        // Shared by carriers (RFC 6598), private, benchmarks (RFC 2544).
        (100, 64..=127, _) | (172, 16..=31, _) | (198, 18..=19, _) => true,
        // Examples (RFC 5737).
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224.., ..) => true,
        _ => false,
    };
    !special
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is given out. Of it 2001::/23 is for protocols, and 2001:db8::/32 and 3fff::/20 are for examples.
    let given_out = (0x2000..0x4000).contains(&a);
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0DB8)) || (a == 0x3FFF && b < 0x1000);
    given_out && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_and_others() {
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

    #[test]
    fn the_guard_checks_and_remembers() {
        let guard = Guard::default();
        assert!(guard.check("a", "1.1.1.1".parse().unwrap()).is_ok() && !guard.met_private());
        assert!(guard.check("b", "10.0.0.1".parse().unwrap()).is_ok() && guard.met_private());
        guard.set(Reach::Public);
        let blocked = guard.check("b", "10.0.0.1".parse().unwrap()).unwrap_err();
        assert_eq!(blocked.to_string(), "b is 10.0.0.1, which is an address of an inner network");
        guard.set(Reach::Loopback);
        assert!(guard.check("localhost", "::1".parse().unwrap()).is_ok());
        assert!(guard.check("localhost", "1.1.1.1".parse().unwrap()).is_err());
    }

    #[test]
    fn names_of_this_machine() {
        assert!(is_loopback_name("localhost") && is_loopback_name("LOCALHOST.") && is_loopback_name("a.localhost"));
        assert!(!is_loopback_name("localhost.example") && !is_loopback_name("notlocalhost"));
    }
}
