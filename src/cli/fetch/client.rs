//! The HTTP clients, made when they are needed: who only asks a plain `http` URL loads no roots of trust.

use super::address::{Guard, Reach, Resolver, is_loopback_name};
use super::fault::{Fault, Kind};
use reqwest::{Certificate, Client, ClientBuilder, Url, redirect, retry};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The most header lines of an answer that are read; the most bytes of them, where HTTP/2 has them counted.
const MAX_HEADERS: usize = 500;
const MAX_HEADER_BYTES: u32 = 512 * 1024;

/// Whom to trust, and how long to wait for a connection.
#[derive(Clone)]
pub struct Trust {
    /// PEM: certificates of authorities to trust instead of the system's.
    pub authorities: Option<Vec<u8>>,
    /// Any certificate will do.
    pub insecure: bool,
    /// Until a connection stands: name, TCP and TLS.
    pub connect: Duration,
}

impl Default for Trust {
    fn default() -> Self {
        Self { authorities: None, insecure: false, connect: Duration::from_secs(5) }
    }
}

/// Clients for plain and TLS connections, to this machine and to others.
pub struct Clients {
    trust: Trust,
    guard: Arc<Guard>,
    made: [OnceLock<Client>; 4],
}

impl Clients {
    /// Makes no client yet.
    pub fn new(trust: Trust) -> Self {
        Self { trust, guard: Arc::new(Guard::default()), made: Default::default() }
    }

    /// Where connections may lead from now on.
    pub fn reach(&self, reach: Reach) {
        self.guard.set(reach);
    }

    /// Whether a host so far was one of an inner network.
    pub fn met_private(&self) -> bool {
        self.guard.met_private()
    }

    /// The client for `url`, whose host is checked when it is an address; names are checked when they resolve.
    pub(super) fn for_url(&self, url: &Url) -> Result<&Client, Fault> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(Fault::new(Kind::UrlInvalid, format!("{other}: is not http or https"))),
        };
        let host = url.host_str().unwrap_or_default();
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        if let Some(address) = address {
            self.guard.check(host, address).map_err(|blocked| Fault::new(Kind::Blocked, blocked.to_string()))?;
        }
        let here = address.map_or_else(|| is_loopback_name(host), |address| address.is_loopback());
        let [plain_away, plain_here, tls_away, tls_here] = &self.made;
        let place = match (tls, here) {
            (false, false) => plain_away,
            (false, true) => plain_here,
            (true, false) => tls_away,
            (true, true) => tls_here,
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = self.build(tls, here)?;
        Ok(place.get_or_init(|| client))
    }

    fn build(&self, tls: bool, here: bool) -> Result<Client, Fault> {
        let failed = |error: &reqwest::Error| Fault::of(error);
        let builder = Client::builder()
            .user_agent(concat!("authkit/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(self.trust.connect)
            .http1_max_headers(MAX_HEADERS)
            .http2_max_header_list_size(MAX_HEADER_BYTES)
            .dns_resolver(Resolver(Arc::clone(&self.guard)));
        // No proxy stands between this machine and itself.
        let builder = if here { builder.no_proxy() } else { builder };
        if !tls {
            return builder.tls_certs_only([]).build().map_err(|error| failed(&error));
        }
        self.trusting(builder)?.build().map_err(|error| failed(&error))
    }

    fn trusting(&self, builder: ClientBuilder) -> Result<ClientBuilder, Fault> {
        if self.trust.insecure {
            return Ok(builder.tls_certs_only([]).tls_danger_accept_invalid_certs(true));
        }
        let Some(pem) = &self.trust.authorities else { return Ok(builder) };
        let unusable = |why: &str| Fault::new(Kind::Tls, format!("the certificates to trust cannot be used: {why}"));
        let found = Certificate::from_pem_bundle(pem).map_err(|error| unusable(&error.to_string()))?;
        if found.is_empty() {
            return Err(unusable("there is no PEM certificate"));
        }
        Ok(builder.tls_certs_only(found))
    }
}
