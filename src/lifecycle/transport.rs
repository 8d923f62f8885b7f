//! The interface between the lifecycle checks and the HTTP client. This module sends nothing.

use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request. Cookies and body are credentials, so there is no `Debug`.
pub struct LifecycleRequest {
    /// The method is POST; otherwise GET.
    pub post: bool,
    /// The URL to request, with its query.
    pub url: HttpUrl,
    /// Headers without `Cookie`.
    pub headers: Vec<HttpHeader>,
    /// The value of `Cookie`.
    pub cookies: Option<Secret<Vec<u8>>>,
    /// The request body, encoded as its `Content-Type` states; `None` for GET.
    pub body: Option<Secret<Vec<u8>>>,
}

impl LifecycleRequest {
    /// A GET request without headers, cookies or body.
    pub fn get(url: HttpUrl) -> Self {
        Self { post: false, url, headers: Vec::new(), cookies: None, body: None }
    }

    /// The HTTP method, `GET` or `POST`.
    pub const fn method(&self) -> &'static str {
        if self.post { "POST" } else { "GET" }
    }
}

/// Why a request got no response.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransportError {
    /// A network error, human-readable.
    Failed(String),
    /// Stopped by the user.
    Stopped,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) => f.write_str(why),
            Self::Stopped => f.write_str("stopped by the user"),
        }
    }
}

/// Sends requests. It neither follows redirects nor stores cookies: the caller does both.
pub trait HttpTransport {
    /// The exchange, with the sent cookies among its request headers.
    ///
    /// # Errors
    /// The request got no response.
    fn send(&mut self, ask: &LifecycleRequest) -> Result<Exchange, TransportError>;
}
