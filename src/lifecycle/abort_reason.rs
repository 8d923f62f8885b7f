//! Why a run of a session lifecycle was given up.

use super::transport::TransportError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Why nothing more is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbortReason {
    Unanswered(TransportError),
    TooManyRequests,
    LoginRefused(u16),
    /// The login leads to another origin, which gets nothing from us.
    LoginElsewhere(String),
    Indistinguishable(Cow<'static, str>),
    /// The answer to the login holds no token where it should.
    NoToken(String),
}

impl fmt::Display for AbortReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered(why) => why.fmt(f),
            Self::TooManyRequests => f.write_str("the server says that these are too many requests (429)"),
            Self::LoginRefused(status) => write!(f, "the login was answered with status {status}"),
            Self::LoginElsewhere(origin) => {
                write!(
                    f,
                    "the login leads to another origin, {origin}, which gets no credentials: form, login and protected \
                     page have to be at one origin"
                )
            }
            Self::Indistinguishable(why) => f.write_str(why),
            Self::NoToken(pointer) => write!(f, "the answer to the login holds no token at {pointer}"),
        }
    }
}
