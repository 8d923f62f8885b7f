//! A request as the life cycle wants it sent, and who sends it.

use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request. Cookies and body are credentials, so there is no `Debug`.
pub struct LifecycleRequest {
    pub post: bool,
    pub url: HttpUrl,
    /// Without `Cookie`.
    pub headers: Vec<HttpHeader>,
    /// The value of `Cookie`.
    pub cookies: Option<Secret<Vec<u8>>>,
    pub body: Option<Secret<Vec<u8>>>,
}

impl LifecycleRequest {
    pub fn get(url: HttpUrl) -> Self {
        Self { post: false, url, headers: Vec::new(), cookies: None, body: None }
    }

    pub const fn method(&self) -> &'static str {
        if self.post { "POST" } else { "GET" }
    }
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransportError {
    /// The network, in words.
    Failed(String),
    /// The user stopped it.
    Stopped,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) => f.write_str(why),
            Self::Stopped => f.write_str("it was stopped"),
        }
    }
}

/// Sends requests. It follows no redirect and keeps no cookie: both are decided here.
pub trait HttpTransport {
    /// The exchange, with the cookies that were sent among its request headers.
    ///
    /// # Errors
    /// There is no answer.
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError>;
}
