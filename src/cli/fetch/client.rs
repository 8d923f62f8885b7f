//! The HTTP clients, made when they are needed: who only asks a plain `http` URL loads no roots of trust.

use super::address_guard::{AddressScope, Guard, Resolver, is_loopback_name};
use super::error::{FetchError, FetchErrorKind};
use crate::cli::system;
use reqwest::{Certificate, Client, ClientBuilder, Url, redirect, retry};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The most header lines of an answer that are read; the most bytes of them, where HTTP/2 has them counted.
const MAX_HEADERS: usize = 2_000;
const MAX_HEADER_BYTES: u32 = 512 * 1024;

/// Whom to trust, and how long to wait for a connection.
#[derive(Clone)]
pub struct ClientSettings {
    /// PEM: certificates of authorities to trust instead of the system's.
    pub authorities: Option<Vec<u8>>,
    /// Any certificate will do.
    pub insecure: bool,
    /// Until a connection stands: name, TCP and TLS.
    pub connect: Duration,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { authorities: None, insecure: false, connect: Duration::from_secs(5) }
    }
}

impl ClientSettings {
    /// Where the roots of trust come from, for people. The two variables replace the system's roots (OpenSSL's names,
    /// read by rustls-native-certs).
    pub fn origin(&self) -> String {
        if self.insecure {
            return "--insecure, no certificate is checked".to_owned();
        }
        if self.authorities.is_some() {
            return "--cacert".to_owned();
        }
        let named: Vec<String> = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", system::variable(name)?)))
            .collect();
        if named.is_empty() { "the system's".to_owned() } else { named.join(", ") }
    }
}

/// The variables that name proxies, as the client reads them.
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// Clients for plain and TLS connections, to this machine and to others, each with where it may lead: a connection that
/// stands is used again, and must not be one that the next request may not have.
pub struct Clients {
    trust: ClientSettings,
    guard: Arc<Guard>,
    made: [[OnceLock<Client>; 4]; AddressScope::COUNT],
}

impl Clients {
    /// Makes no client yet.
    pub fn new(trust: ClientSettings) -> Self {
        let proxies = PROXIES.into_iter().filter_map(system::variable).filter_map(|text| host_of_proxy(&text));
        Self { trust, guard: Arc::new(Guard::new(proxies.collect())), made: Default::default() }
    }

    /// What is known of names and their addresses.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The client for `url`, whose host is checked when it is an address; names are checked when they resolve.
    pub(super) fn for_url(&self, url: &Url, reach: AddressScope) -> Result<&Client, FetchError> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(FetchError::new(FetchErrorKind::UrlInvalid, format!("{other}: is not http or https"))),
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
        // No proxy stands between this machine and itself.
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
        let unusable = |why: &str| {
            FetchError::new(FetchErrorKind::Tls, format!("the certificates to trust cannot be used: {why}"))
        };
        let found = Certificate::from_pem_bundle(pem).map_err(|error| unusable(&error.to_string()))?;
        if found.is_empty() {
            return Err(unusable("there is no PEM certificate"));
        }
        Ok(builder.tls_certs_only(found))
    }
}

/// `proxy.example:3128`, with or without a scheme.
fn host_of_proxy(text: &str) -> Option<String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    Url::parse(&whole).ok()?.host_str().map(str::to_owned)
}
