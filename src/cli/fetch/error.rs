//! Fetch errors with a stable kind and a message. The libraries report causes as a chain of sources, the most precise
//! last.

use super::address_guard::{BlockedAddressError, ResolveError};
use rustls::{CertificateError, Error as TlsError};
use std::error::Error;
use std::fmt;
use std::io;

/// The kind of a fetch error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FetchErrorKind {
    UrlInvalid,
    /// The address is outside the scope.
    Blocked,
    NameUnresolved,
    ConnectionRefused,
    Unreachable,
    ConnectTimeout,
    FirstByteTimeout,
    Timeout,
    CertificateExpired,
    CertificateName,
    CertificateUnknownIssuer,
    CertificateInvalid,
    Tls,
    /// The response has a header with a byte that HTTP forbids: clients discard the response.
    HeaderInvalid,
    HeaderTooLarge,
    NotHttp,
    ConnectionClosed,
    /// The response violates HTTP/2.
    Http2,
    Other,
}

impl FetchErrorKind {
    /// Stable id in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::UrlInvalid => "url-invalid",
            Self::Blocked => "address-blocked",
            Self::NameUnresolved => "name-unresolved",
            Self::ConnectionRefused => "connection-refused",
            Self::Unreachable => "unreachable",
            Self::ConnectTimeout => "connect-timeout",
            Self::FirstByteTimeout => "first-byte-timeout",
            Self::Timeout => "timeout",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateName => "certificate-name",
            Self::CertificateUnknownIssuer => "certificate-unknown-issuer",
            Self::CertificateInvalid => "certificate-invalid",
            Self::Tls => "tls",
            Self::HeaderInvalid => "http-header-invalid",
            Self::HeaderTooLarge => "http-header-too-large",
            Self::NotHttp => "not-http",
            Self::ConnectionClosed => "connection-closed",
            Self::Http2 => "http2-invalid",
            Self::Other => "other",
        }
    }
}

/// Why there is no complete response.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FetchError {
    pub kind: FetchErrorKind,
    pub message: String,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl FetchError {
    /// An error of `kind`.
    pub fn new(kind: FetchErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The most precise cause of an error of the HTTP library.
    pub fn from_reqwest(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::new(FetchErrorKind::Other, format!("invalid request: {}", deepest(error)));
        }
        let mut link: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(one) = link {
            if let Some(fault) = precise(one) {
                return fault;
            }
            link = one.source();
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Self::new(FetchErrorKind::ConnectTimeout, "connection timed out"),
            (true, false) => Self::new(FetchErrorKind::Timeout, "response timed out"),
            (false, true) => Self::new(FetchErrorKind::Unreachable, format!("cannot connect: {}", deepest(error))),
            (false, false) => Self::new(FetchErrorKind::Other, deepest(error)),
        }
    }
}

fn deepest(error: &dyn Error) -> String {
    let mut last = error.to_string();
    let mut link = error.source();
    while let Some(one) = link {
        last = one.to_string();
        link = one.source();
    }
    last
}

/// The error for one element of the source chain, if it is precise.
fn precise(link: &(dyn Error + 'static)) -> Option<FetchError> {
    if let Some(error) = link.downcast_ref::<BlockedAddressError>() {
        return Some(FetchError::new(FetchErrorKind::Blocked, error.to_string()));
    }
    if let Some(error) = link.downcast_ref::<ResolveError>() {
        return Some(FetchError::new(FetchErrorKind::NameUnresolved, error.to_string()));
    }
    if let Some(error) = link.downcast_ref::<TlsError>() {
        return Some(tls(error));
    }
    if let Some(error) = link.downcast_ref::<io::Error>() {
        return from_io(error);
    }
    protocol(&link.to_string())
}

fn from_io(error: &io::Error) -> Option<FetchError> {
    // `source` of such an error skips the inner error.
    if let Some(inner) = error.get_ref() {
        let inner: &(dyn Error + 'static) = inner;
        if let Some(fault) = precise(inner) {
            return Some(fault);
        }
    }
    use io::ErrorKind as Io;
    match error.kind() {
        Io::ConnectionRefused => {
            Some(FetchError::new(FetchErrorKind::ConnectionRefused, "connection refused: no server is listening"))
        }
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof => Some(FetchError::new(
            FetchErrorKind::ConnectionClosed,
            "connection closed before the response was complete",
        )),
        Io::HostUnreachable | Io::NetworkUnreachable | Io::NetworkDown | Io::AddrNotAvailable => {
            Some(FetchError::new(FetchErrorKind::Unreachable, format!("host unreachable: {error}")))
        }
        _ => None,
    }
}

fn tls(error: &TlsError) -> FetchError {
    let certificate = |kind, why: String| FetchError::new(kind, format!("server certificate {why}"));
    match error {
        TlsError::InvalidCertificate(fault) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                certificate(FetchErrorKind::CertificateExpired, "has expired".to_owned())
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                certificate(FetchErrorKind::CertificateInvalid, "is not valid yet; check the system clock".to_owned())
            }
            CertificateError::NotValidForName => {
                certificate(FetchErrorKind::CertificateName, "is not valid for this host name".to_owned())
            }
            CertificateError::NotValidForNameContext { presented, .. } => certificate(
                FetchErrorKind::CertificateName,
                format!("is for other host names: {}", presented.join(", ")),
            ),
            CertificateError::UnknownIssuer => {
                certificate(FetchErrorKind::CertificateUnknownIssuer, "is issued by an untrusted authority".to_owned())
            }
            CertificateError::BadSignature => {
                certificate(FetchErrorKind::CertificateInvalid, "has an invalid signature of its issuer".to_owned())
            }
            CertificateError::Revoked => certificate(FetchErrorKind::CertificateInvalid, "has been revoked".to_owned()),
            other => certificate(FetchErrorKind::CertificateInvalid, format!("is not valid: {other}")),
        },
        TlsError::InvalidMessage(_) => FetchError::new(FetchErrorKind::Tls, "server does not speak TLS"),
        TlsError::AlertReceived(alert) => {
            FetchError::new(FetchErrorKind::Tls, format!("host aborted the TLS handshake: {alert:?}"))
        }
        other => FetchError::new(FetchErrorKind::Tls, format!("TLS error: {other}")),
    }
}

/// The error for a message of hyper, whose error kinds are private; `tests` check the texts.
fn protocol(text: &str) -> Option<FetchError> {
    let fault = |kind, words: &str| Some(FetchError::new(kind, words));
    match text {
        "invalid HTTP header parsed" => fault(
            FetchErrorKind::HeaderInvalid,
            "response has a header with a byte that HTTP forbids (RFC 9110 §5.5)",
        ),
        "invalid content-length parsed" | "unexpected transfer-encoding parsed" => fault(
            FetchErrorKind::HeaderInvalid,
            "response has contradictory headers about its body (RFC 9112 §6)",
        ),
        "message head is too large" => {
            fault(FetchErrorKind::HeaderTooLarge, "response headers are too large or too many")
        }
        "invalid HTTP version parsed"
        | "invalid HTTP version parsed (found HTTP2 preface)"
        | "invalid HTTP status-code parsed"
        // A server that sends first, such as SSH and SMTP.
        | "received unexpected message from connection" => fault(FetchErrorKind::NotHttp, "server does not speak HTTP"),
        "connection closed before message completed" | "connection closed" => {
            fault(FetchErrorKind::ConnectionClosed, "connection closed before the response was complete")
        }
        _ => http2(text),
    }
}

/// The error for a message of h2, which distinguishes errors it detected from errors it received.
fn http2(text: &str) -> Option<FetchError> {
    let after = |prefixes: [&str; 2]| prefixes.into_iter().find_map(|prefix| text.strip_prefix(prefix));
    if let Some(why) = after(["stream error detected: ", "connection error detected: "]) {
        let message = "response violates HTTP/2, for example by a forbidden byte in a header";
        return Some(FetchError::new(FetchErrorKind::Http2, format!("{message} (RFC 9113 §8.2.1): {why}")));
    }
    let why = after(["stream error received: ", "connection error received: "])?;
    Some(FetchError::new(FetchErrorKind::ConnectionClosed, format!("host closed the HTTP/2 connection: {why}")))
}
