//! Why a run of a session lifecycle ends early.

use super::transport::TransportError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Why the run ends early.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbortReason {
    /// A request got no response.
    Unanswered(TransportError),
    /// A response has status 429; no further request is sent.
    TooManyRequests,
    /// The login response has this status, 400 or above.
    LoginRefused(u16),
    /// The target of the login is another origin, to which nothing is sent.
    LoginElsewhere(String),
    /// Authenticated and anonymous responses cannot be distinguished, with the cause, human-readable.
    Indistinguishable(Cow<'static, str>),
    /// The login response does not contain a token at the pointer.
    NoToken(String),
}

impl fmt::Display for AbortReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered(why) => why.fmt(f),
            Self::TooManyRequests => f.write_str("the server reports too many requests (429)"),
            Self::LoginRefused(status) => write!(f, "the login response has status {status}"),
            Self::LoginElsewhere(origin) => {
                write!(
                    f,
                    "the login goes to another origin, {origin}, which gets no credentials: form, login and protected \
                        page must share one origin"
                )
            }
            Self::Indistinguishable(why) => f.write_str(why),
            Self::NoToken(pointer) => write!(f, "the login response does not contain a token at {pointer}"),
        }
    }
}
