//! Why there is no answer, in words. The libraries below tell it through a chain of sources, the most precise last.

use super::address_guard::{Blocked, Unresolved};
use rustls::{CertificateError, Error as TlsError};
use std::error::Error;
use std::fmt;
use std::io;

/// What kind of thing went wrong; `id` is stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
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

impl Kind {
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
pub struct Fault {
    pub kind: Kind,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Fault {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The fault behind an error of the client.
    pub fn of(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            return Self::new(Kind::Other, format!("the request cannot be made: {}", deepest(error)));
        }
        let mut link: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(one) = link {
            if let Some(fault) = precise(one) {
                return fault;
            }
            link = one.source();
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Self::new(Kind::ConnectTimeout, "connecting took too long"),
            (true, false) => Self::new(Kind::Timeout, "the answer took too long"),
            (false, true) => Self::new(Kind::Unreachable, format!("no connection: {}", deepest(error))),
            (false, false) => Self::new(Kind::Other, deepest(error)),
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
fn precise(link: &(dyn Error + 'static)) -> Option<Fault> {
    if let Some(error) = link.downcast_ref::<Blocked>() {
        return Some(Fault::new(Kind::Blocked, error.to_string()));
    }
    if let Some(error) = link.downcast_ref::<Unresolved>() {
        return Some(Fault::new(Kind::NameUnresolved, error.to_string()));
    }
    if let Some(error) = link.downcast_ref::<TlsError>() {
        return Some(tls(error));
    }
    if let Some(error) = link.downcast_ref::<io::Error>() {
        return of_io(error);
    }
    protocol(&link.to_string())
}

fn of_io(error: &io::Error) -> Option<Fault> {
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
            Some(Fault::new(Kind::ConnectionRefused, "the connection is refused: nothing listens there"))
        }
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof => {
            Some(Fault::new(Kind::ConnectionClosed, "the connection was closed before the answer was whole"))
        }
        Io::HostUnreachable | Io::NetworkUnreachable | Io::NetworkDown | Io::AddrNotAvailable => {
            Some(Fault::new(Kind::Unreachable, format!("no way to the host: {error}")))
        }
        _ => None,
    }
}

fn tls(error: &TlsError) -> Fault {
    let certificate = |kind, words: String| Fault::new(kind, format!("the certificate {words}"));
    match error {
        TlsError::InvalidCertificate(fault) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                certificate(Kind::CertificateExpired, "has expired".to_owned())
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                certificate(Kind::CertificateInvalid, "is not valid yet; is the clock right?".to_owned())
            }
            CertificateError::NotValidForName => {
                certificate(Kind::CertificateName, "is for another name than this host's".to_owned())
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                certificate(Kind::CertificateName, format!("is for another host: {}", presented.join(", ")))
            }
            CertificateError::UnknownIssuer => certificate(
                Kind::CertificateUnknownIssuer,
                "comes from an authority that is not trusted here".to_owned(),
            ),
            CertificateError::BadSignature => {
                certificate(Kind::CertificateInvalid, "is not signed by the authority that it names".to_owned())
            }
            CertificateError::Revoked => certificate(Kind::CertificateInvalid, "has been revoked".to_owned()),
            other => certificate(Kind::CertificateInvalid, format!("is not valid: {other}")),
        },
        TlsError::InvalidMessage(_) => Fault::new(Kind::Tls, "what listens there does not speak TLS"),
        TlsError::AlertReceived(alert) => Fault::new(Kind::Tls, format!("the host ends the TLS handshake: {alert:?}")),
        other => Fault::new(Kind::Tls, format!("TLS fails: {other}")),
    }
}

/// hyper keeps its kinds to itself and tells them as text; `tests` hold that the texts are these.
fn protocol(text: &str) -> Option<Fault> {
    let fault = |kind, words: &str| Some(Fault::new(kind, words));
    match text {
        "invalid HTTP header parsed" => fault(
            Kind::HeaderInvalid,
            "there is an answer, and a header of it holds a byte that HTTP forbids (RFC 9110 §5.5)",
        ),
        "invalid content-length parsed" | "unexpected transfer-encoding parsed" => fault(
            Kind::HeaderInvalid,
            "there is an answer, and its headers contradict each other about the body (RFC 9112 §6)",
        ),
        "message head is too large" => {
            fault(Kind::HeaderTooLarge, "the headers of the answer are too large or too many")
        }
        "invalid HTTP version parsed"
        | "invalid HTTP version parsed (found HTTP2 preface)"
        | "invalid HTTP status-code parsed"
        // A greeting before the question, as SSH and SMTP have it.
        | "received unexpected message from connection" => fault(Kind::NotHttp, "what listens there does not speak HTTP"),
        "connection closed before message completed" | "connection closed" => {
            fault(Kind::ConnectionClosed, "the connection was closed before the answer was whole")
        }
        _ => http2(text),
    }
}

/// h2 says whether it saw the fault itself or was told of one.
fn http2(text: &str) -> Option<Fault> {
    let behind = |starts: [&str; 2]| starts.into_iter().find_map(|start| text.strip_prefix(start));
    if let Some(why) = behind(["stream error detected: ", "connection error detected: "]) {
        let words = "there is an answer that breaks the rules of HTTP/2, as a header with a forbidden byte does";
        return Some(Fault::new(Kind::Http2, format!("{words} (RFC 9113 §8.2.1): {why}")));
    }
    let why = behind(["stream error received: ", "connection error received: "])?;
    Some(Fault::new(Kind::ConnectionClosed, format!("the host ends the HTTP/2 connection: {why}")))
}
