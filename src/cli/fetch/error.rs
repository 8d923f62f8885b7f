//! Why there is no answer, in words. The libraries below tell it through a chain of sources, the most precise last.

use super::address_guard::{BlockedAddressError, ResolveError};
use rustls::{CertificateError, Error as TlsError};
use std::error::Error;
use std::fmt;
use std::io;

/// What kind of thing went wrong; `id` is stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FetchErrorKind {
    UrlInvalid,
    /// The address is out of reach.
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
    /// There is an answer, and a header of it holds a byte that HTTP forbids: clients drop the whole of it.
    HeaderInvalid,
    HeaderTooLarge,
    NotHttp,
    ConnectionClosed,
    /// There is an answer, and it breaks the rules of HTTP/2.
    Http2,
    Other,
}

impl FetchErrorKind {
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

/// Why there is no answer.
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
    pub fn new(kind: FetchErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The fault behind an error of the client.
    pub fn from_reqwest(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::new(FetchErrorKind::Other, format!("the request cannot be made: {}", deepest(error)));
        }
        let mut link: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(one) = link {
            if let Some(fault) = precise(one) {
                return fault;
            }
            link = one.source();
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Self::new(FetchErrorKind::ConnectTimeout, "connecting took too long"),
            (true, false) => Self::new(FetchErrorKind::Timeout, "the answer took too long"),
            (false, true) => Self::new(FetchErrorKind::Unreachable, format!("no connection: {}", deepest(error))),
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

/// What one link of the chain says, when it says something precise.
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
        return of_io(error);
    }
    protocol(&link.to_string())
}

fn of_io(error: &io::Error) -> Option<FetchError> {
    // `source` of such an error passes over what it holds.
    if let Some(inner) = error.get_ref() {
        let inner: &(dyn Error + 'static) = inner;
        if let Some(fault) = precise(inner) {
            return Some(fault);
        }
    }
    use io::ErrorKind as Io;
    match error.kind() {
        Io::ConnectionRefused => {
            Some(FetchError::new(FetchErrorKind::ConnectionRefused, "the connection is refused: nothing listens there"))
        }
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof => Some(FetchError::new(
            FetchErrorKind::ConnectionClosed,
            "the connection was closed before the answer was whole",
        )),
        Io::HostUnreachable | Io::NetworkUnreachable | Io::NetworkDown | Io::AddrNotAvailable => {
            Some(FetchError::new(FetchErrorKind::Unreachable, format!("no way to the host: {error}")))
        }
        _ => None,
    }
}

fn tls(error: &TlsError) -> FetchError {
    let certificate = |kind, words: String| FetchError::new(kind, format!("the certificate {words}"));
    match error {
        TlsError::InvalidCertificate(fault) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                certificate(FetchErrorKind::CertificateExpired, "has expired".to_owned())
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                certificate(FetchErrorKind::CertificateInvalid, "is not valid yet; is the clock right?".to_owned())
            }
            CertificateError::NotValidForName => {
                certificate(FetchErrorKind::CertificateName, "is for another name than this host's".to_owned())
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                certificate(FetchErrorKind::CertificateName, format!("is for another host: {}", presented.join(", ")))
            }
            CertificateError::UnknownIssuer => certificate(
                FetchErrorKind::CertificateUnknownIssuer,
                "comes from an authority that is not trusted here".to_owned(),
            ),
            CertificateError::BadSignature => certificate(
                FetchErrorKind::CertificateInvalid,
                "is not signed by the authority that it names".to_owned(),
            ),
            CertificateError::Revoked => certificate(FetchErrorKind::CertificateInvalid, "has been revoked".to_owned()),
            other => certificate(FetchErrorKind::CertificateInvalid, format!("is not valid: {other}")),
        },
        TlsError::InvalidMessage(_) => FetchError::new(FetchErrorKind::Tls, "what listens there does not speak TLS"),
        TlsError::AlertReceived(alert) => {
            FetchError::new(FetchErrorKind::Tls, format!("the host ends the TLS handshake: {alert:?}"))
        }
        other => FetchError::new(FetchErrorKind::Tls, format!("TLS fails: {other}")),
    }
}

/// hyper keeps its kinds to itself and tells them as text; `tests` hold that the texts are these.
fn protocol(text: &str) -> Option<FetchError> {
    let fault = |kind, words: &str| Some(FetchError::new(kind, words));
    match text {
        "invalid HTTP header parsed" => fault(
            FetchErrorKind::HeaderInvalid,
            "there is an answer, and a header of it holds a byte that HTTP forbids (RFC 9110 §5.5)",
        ),
        "invalid content-length parsed" | "unexpected transfer-encoding parsed" => fault(
            FetchErrorKind::HeaderInvalid,
            "there is an answer, and its headers contradict each other about the body (RFC 9112 §6)",
        ),
        "message head is too large" => {
            fault(FetchErrorKind::HeaderTooLarge, "the headers of the answer are too large or too many")
        }
        "invalid HTTP version parsed"
        | "invalid HTTP version parsed (found HTTP2 preface)"
        | "invalid HTTP status-code parsed"
        // A greeting before the question, as SSH and SMTP have it.
        | "received unexpected message from connection" => fault(FetchErrorKind::NotHttp, "what listens there does not speak HTTP"),
        "connection closed before message completed" | "connection closed" => {
            fault(FetchErrorKind::ConnectionClosed, "the connection was closed before the answer was whole")
        }
        _ => http2(text),
    }
}

/// h2 says whether it saw the fault itself or was told of one.
fn http2(text: &str) -> Option<FetchError> {
    let behind = |starts: [&str; 2]| starts.into_iter().find_map(|start| text.strip_prefix(start));
    if let Some(why) = behind(["stream error detected: ", "connection error detected: "]) {
        let words = "there is an answer that breaks the rules of HTTP/2, as a header with a forbidden byte does";
        return Some(FetchError::new(FetchErrorKind::Http2, format!("{words} (RFC 9113 §8.2.1): {why}")));
    }
    let why = behind(["stream error received: ", "connection error received: "])?;
    Some(FetchError::new(FetchErrorKind::ConnectionClosed, format!("the host ends the HTTP/2 connection: {why}")))
}
