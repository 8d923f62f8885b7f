//! HTTP clients, created on first use: a run that only requests plain `http` URLs loads no trust roots.

use super::address_guard::{AddressScope, Guard, Resolver, is_loopback_name};
use super::error::{FetchError, FetchErrorKind};
use crate::cli::system;
use reqwest::{Certificate, Client, ClientBuilder, Url, redirect, retry};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Limits of response headers: lines, and bytes (HTTP/2 only).
const MAX_HEADERS: usize = 2_000;
const MAX_HEADER_BYTES: u32 = 512 * 1024;

/// Trust roots and connection timeout.
#[derive(Clone)]
pub struct ClientSettings {
    /// CA certificates (PEM) that replace the trust store of the system.
    pub authorities: Option<Vec<u8>>,
    /// Accept any certificate.
    pub insecure: bool,
    /// Connection timeout: name resolution, TCP and TLS.
    pub connect: Duration,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { authorities: None, insecure: false, connect: Duration::from_secs(5) }
    }
}

impl ClientSettings {
    /// The origin of the trust roots, human-readable. The two variables replace the trust store of the system (names of
    /// OpenSSL, read by rustls-native-certs).
    pub fn origin(&self) -> String {
        if self.insecure {
            return "--insecure, certificates are not verified".to_owned();
        }
        if self.authorities.is_some() {
            return "--cacert".to_owned();
        }
        let named: Vec<String> = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", system::variable(name)?)))
            .collect();
        if named.is_empty() { "system trust store".to_owned() } else { named.join(", ") }
    }
}

/// The proxy variables that the client reads.
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Clients for plain and TLS connections, to this machine and to others, one per address scope: connections are reused,
/// and must not be reused by a request of a narrower scope.
pub struct Clients {
    trust: ClientSettings,
    guard: Arc<Guard>,
    made: [[OnceLock<Client>; 4]; AddressScope::COUNT],
}

impl Clients {
    /// Creates no client yet.
    pub fn new(trust: ClientSettings) -> Self {
        let proxies = PROXIES.into_iter().filter_map(system::variable).filter_map(|text| host_of_proxy(&text));
        Self { trust, guard: Arc::new(Guard::new(proxies.collect())), made: Default::default() }
    }

    /// The address filter.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The client for `url`. A host that is an address is checked here; names are checked on resolution.
    pub(super) fn for_url(&self, url: &Url, reach: AddressScope) -> Result<&Client, FetchError> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => {
                return Err(FetchError::new(
                    FetchErrorKind::UrlInvalid,
                    format!("scheme \"{other}\" is not http or https"),
                ));
            }
        };
        let host = url.host_str().unwrap_or_default();
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        if let Some(address) = address {
            let blocked = self.guard.check(reach, host, &[address]);
            blocked.map_err(|blocked| FetchError::new(FetchErrorKind::Blocked, blocked.to_string()))?;
        }
        if self.guard.hides(reach, host) {
            return Err(FetchError::new(FetchErrorKind::Blocked, format!("{host} is a proxy")));
        }
        let here = address.map_or_else(|| is_loopback_name(host), |address| address.is_loopback());
        let made = match (reach, &self.made) {
            (AddressScope::Typed, [made, ..]) | (AddressScope::Inner, [_, made, ..]) => made,
            (AddressScope::Public, [.., made, _]) | (AddressScope::Loopback, [.., made]) => made,
        };
        let [plain_away, plain_here, tls_away, tls_here] = made;
        let place = match (tls, here) {
            (false, false) => plain_away,
            (false, true) => plain_here,
            (true, false) => tls_away,
            (true, true) => tls_here,
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = self.build(tls, here, reach)?;
        Ok(place.get_or_init(|| client))
    }

    fn build(&self, tls: bool, here: bool, reach: AddressScope) -> Result<Client, FetchError> {
        let failed = |error: &reqwest::Error| FetchError::from_reqwest(error);
        let builder = Client::builder()
            .user_agent(concat!("authkit/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(self.trust.connect)
            .http1_max_headers(MAX_HEADERS)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .dns_resolver(Resolver(Arc::clone(&self.guard), reach));
        // Connections to this machine use no proxy.
        let builder = if here { builder.no_proxy() } else { builder };
        if !tls {
            return builder.tls_certs_only([]).build().map_err(|error| failed(&error));
        }
        self.trusting(builder)?.build().map_err(|error| failed(&error))
    }

    fn trusting(&self, builder: ClientBuilder) -> Result<ClientBuilder, FetchError> {
        if self.trust.insecure {
            return Ok(builder.tls_certs_only([]).tls_danger_accept_invalid_certs(true));
        }
        let Some(pem) = &self.trust.authorities else { return Ok(builder) };
        let unusable = |why: &str| FetchError::new(FetchErrorKind::Tls, format!("unusable CA certificates: {why}"));
        let found = Certificate::from_pem_bundle(pem).map_err(|error| unusable(&error.to_string()))?;
        if found.is_empty() {
            return Err(unusable("no PEM certificate found"));
        }
        Ok(builder.tls_certs_only(found))
    }
}

/// `proxy.example:3128`, with or without a scheme.
fn host_of_proxy(text: &str) -> Option<String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    Url::parse(&whole).ok()?.host_str().map(str::to_owned)
}
