//! The reasons why a browser rejects a cookie, each with its step of the standard.

use crate::cookie::set_cookie::MAX_PAIR;
use std::fmt;

/// Why a browser does not store a cookie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CookieRejection {
    /// The line contains a control character other than a tab (6265bis §5.6 step 1).
    ControlCharacter {
        /// Byte offset in the line, from 0.
        offset: usize,
        /// The control character.
        byte: u8,
    },
    /// Name and value together exceed [`MAX_PAIR`] bytes (§5.6 step 5).
    PairTooLong {
        /// Size of name and value in bytes; `=` is not counted.
        bytes: usize,
    },
    /// Name and value are both empty (§5.7 step 2).
    Empty,
    /// Domain contains characters that are not ASCII (§5.7 step 8).
    DomainNotAscii,
    /// Domain is a public suffix and not the host (§5.7 step 9).
    PublicSuffix {
        /// The value of Domain, in lower case and without a leading dot.
        domain: String,
    },
    /// The host does not domain-match Domain (§5.7 step 10).
    DomainMismatch {
        /// The value of Domain, in lower case and without a leading dot.
        domain: String,
        /// The host of the response, in lower case.
        host: String,
    },
    /// Secure, in a response over plain HTTP; some browsers store it from a loopback host (§5.7 step 13).
    SecureOverHttp,
    /// SameSite=None without Secure (§5.7 step 19).
    NoneWithoutSecure,
    /// The name begins with `__Secure-`, but Secure is absent (§5.7 step 20).
    SecurePrefixWithoutSecure,
    /// The name begins with `__Host-`, but Secure is absent (§5.7 step 21.1).
    HostPrefixWithoutSecure,
    /// The name begins with `__Host-`, but the cookie is not host-only (§5.7 step 21.2).
    HostPrefixWithDomain {
        /// The value of Domain, in lower case and without a leading dot.
        domain: String,
    },
    /// The name begins with `__Host-`, but the line has no `Path=/` (§5.7 step 21.3).
    HostPrefixWithoutExplicitPath,
    /// The name is empty, and the value begins with a name prefix (§5.7 step 22).
    NamelessPrefix {
        /// The prefix in its usual spelling: `__Secure-` or `__Host-`.
        prefix: &'static str,
    },
}

impl CookieRejection {
    /// Kebab-case, stable.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::ControlCharacter { .. } => "control-character",
            Self::PairTooLong { .. } => "name-value-too-long",
            Self::Empty => "empty-name-and-value",
            Self::DomainNotAscii => "domain-not-ascii",
            Self::PublicSuffix { .. } => "public-suffix",
            Self::DomainMismatch { .. } => "domain-mismatch",
            Self::SecureOverHttp => "secure-over-http",
            Self::NoneWithoutSecure => "samesite-none-without-secure",
            Self::SecurePrefixWithoutSecure => "secure-prefix-without-secure",
            Self::HostPrefixWithoutSecure => "host-prefix-without-secure",
            Self::HostPrefixWithDomain { .. } => "host-prefix-with-domain",
            Self::HostPrefixWithoutExplicitPath => "host-prefix-without-explicit-path",
            Self::NamelessPrefix { .. } => "nameless-prefix-impersonation",
        }
    }

    /// The section and step of 6265bis.
    pub const fn section(&self) -> &'static str {
        match self {
            Self::ControlCharacter { .. } => "§5.6 step 1",
            Self::PairTooLong { .. } => "§5.6 step 5",
            Self::Empty => "§5.7 step 2",
            Self::DomainNotAscii => "§5.7 step 8",
            Self::PublicSuffix { .. } => "§5.7 step 9",
            Self::DomainMismatch { .. } => "§5.7 step 10",
            Self::SecureOverHttp => "§5.7 step 13",
            Self::NoneWithoutSecure => "§5.7 step 19",
            Self::SecurePrefixWithoutSecure => "§5.7 step 20",
            Self::HostPrefixWithoutSecure => "§5.7 step 21.1",
            Self::HostPrefixWithDomain { .. } => "§5.7 step 21.2",
            Self::HostPrefixWithoutExplicitPath => "§5.7 step 21.3",
            Self::NamelessPrefix { .. } => "§5.7 step 22",
        }
    }
}

/// The reason and its section: `SameSite=None without Secure (6265bis §5.7 step 19)`.
impl fmt::Display for CookieRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ControlCharacter { offset, byte } => {
                write!(f, "control character (0x{byte:02x}) at byte {offset}")
            }
            Self::PairTooLong { bytes } => write!(f, "name and value have {bytes} bytes, maximum {MAX_PAIR}"),
            Self::Empty => f.write_str("neither name nor value"),
            Self::DomainNotAscii => f.write_str("Domain is not ASCII"),
            Self::PublicSuffix { domain } => write!(f, "Domain={domain} is a public suffix"),
            Self::DomainMismatch { domain, host } => write!(f, "Domain={domain} does not match the host {host}"),
            Self::SecureOverHttp => f.write_str("Secure, but set over plain HTTP"),
            Self::NoneWithoutSecure => f.write_str("SameSite=None without Secure"),
            Self::SecurePrefixWithoutSecure => f.write_str("__Secure- without Secure"),
            Self::HostPrefixWithoutSecure => f.write_str("__Host- without Secure"),
            Self::HostPrefixWithDomain { domain } => write!(f, "__Host- with Domain={domain}"),
            Self::HostPrefixWithoutExplicitPath => f.write_str("__Host- without an explicit Path=/"),
            Self::NamelessPrefix { prefix } => write!(f, "no name, and the value begins with {prefix}"),
        }?;
        write!(f, " (6265bis {})", self.section())
    }
}
