//! Fetching a remote JWKS: discovery, validation of the response, and its freshness lifetime.

use super::location::{self, JwksLocation};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::fetch::{
    self, AddressScope, BodyEnd, ClientSettings, Clients, End, FetchError, FetchErrorKind, FetchResponse, Limits,
    RedirectPolicy, Request, Url,
};
use crate::cli::fetch_settings::FetchSettings;
use crate::cli::network_args;
use authkit::encoding::json::JsonObject;
use authkit::http::url::shown_reference;
use authkit::key::{self, KeySet, detect, jwk};
use std::time::Duration;

/// The maximum freshness lifetime, and the one without Cache-Control, in seconds.
const LONGEST: i64 = 24 * 3600;
const DEFAULT_LIFETIME: i64 = 300;

/// Size limit of a discovery document, in bytes.
const MAX_DISCOVERY: usize = 1024 * 1024;

/// A JWKS as received; times in seconds since 1970. Also the format of cache files.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct FetchedJwks {
    /// The SPEC.
    pub source: String,
    pub fetched: i64,
    pub fresh_until: i64,
    /// The last failed attempt to fetch it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<i64>,
    pub jwks: String,
}

impl FetchedJwks {
    /// The time of the last request, successful or not.
    pub fn tried(&self) -> i64 {
        self.tried.unwrap_or(self.fetched)
    }
}

/// Fetches the JWKS at `place`.
///
/// # Errors
/// No response, or an invalid one.
pub fn fetch(
    context: &Context,
    settings: &FetchSettings,
    place: &JwksLocation,
    spec: &str,
    now: i64,
) -> Result<FetchedJwks, Failure> {
    let authorities = settings.cacert.as_deref().map(network_args::authorities).transpose()?;
    let timeout = Duration::from_secs(settings.timeout.as_seconds());
    let trust = ClientSettings {
        authorities,
        connect: timeout.min(ClientSettings::default().connect),
        ..ClientSettings::default()
    };
    context.note_origin("TLS roots", &trust.origin());
    let fetcher = JwksFetcher { context, clients: Clients::new(trust), timeout };
    let (url, reach) = match place {
        JwksLocation::Set(url) => (url.clone(), location::reach(url)),
        JwksLocation::Issuer(issuer, url) => fetcher.discover(issuer, url)?,
    };
    let response =
        fetcher.get(&url, reach, key::MAX_SET_BYTES, &["application/json", "application/jwk-set+json"], "key set")?;
    let jwks = text(&url, response.body.clone())?;
    let fresh_until = now.saturating_add(freshness(&response));
    Ok(FetchedJwks { source: spec.to_owned(), fetched: now, fresh_until, tried: None, jwks })
}

/// Parses keys that were fetched from `spec`: a JWKS, one JWK, or PEM.
///
/// # Errors
/// Something else.
pub fn key_set(spec: &str, text: &str) -> Result<KeySet, Failure> {
    let shown = shown_reference(spec);
    let start = text.trim_ascii_start();
    if start.starts_with('<') {
        return Err(Failure::input(format!("{shown} is a web page, not a JWKS")));
    }
    let is_set = start.starts_with('{') && JsonObject::parse(text).is_ok_and(|object| object.get("keys").is_some());
    let is_key = start.starts_with('{') || start.contains("-----BEGIN ");
    let read = if is_set || !is_key { jwk::parse_set(text) } else { detect::read(text.as_bytes(), None) };
    read.map_err(|error| Failure::input(format!("{shown} is not a JWKS: {error}")).hint_if(error.hint()))
}

fn text(url: &Url, body: Vec<u8>) -> Result<String, Failure> {
    let wrong = || Failure::input(format!("response of {} is not UTF-8", shown(url)));
    String::from_utf8(body).map_err(|_| wrong())
}

/// Media types of discovery documents.
const DISCOVERY_TYPES: &[&str] = &["application/json"];

struct JwksFetcher<'a> {
    context: &'a Context,
    clients: Clients,
    timeout: Duration,
}

impl JwksFetcher<'_> {
    /// The `jwks_uri` of an issuer (OpenID Connect Discovery 1.0 §4), and its address scope. An issuer with private
    /// addresses only may name internal hosts; an issuer with any public address may not.
    fn discover(&self, issuer: &str, url: &Url) -> Result<(Url, AddressScope), Failure> {
        let (document, response) = self.metadata(url)?;
        let wrong = |why: String| Failure::input(format!("{}: {why}", shown(&document)));
        let text = text(&document, response.body)?;
        let object = JsonObject::parse(&text).map_err(|error| wrong(format!("not a discovery document: {error}")))?;
        let member = |name: &str| object.get(name).and_then(|value| value.as_str()).map(std::borrow::Cow::into_owned);
        let own = member("issuer").ok_or_else(|| wrong("member \"issuer\" is missing".to_owned()))?;
        if own != issuer {
            // Microsoft Entra serves all tenants at once with a template in place of the issuer.
            let hint = match own.contains("{tenantid}") {
                true => "name your tenant in place of common: oidc:https://login.microsoftonline.com/TENANT-ID/v2.0",
                false => "use an issuer that matches byte for byte (OpenID Connect Discovery 1.0 §4.3)",
            };
            return Err(wrong(format!("issuer is \"{own}\", expected \"{issuer}\"")).hint(hint));
        }
        let jwks_uri = member("jwks_uri").ok_or_else(|| wrong("member \"jwks_uri\" is missing".to_owned()))?;
        let jwks_uri = location::parse_discovered_url(&jwks_uri, url).map_err(wrong)?;
        let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
        let reach = match jwks_uri.scheme() {
            "http" => AddressScope::Loopback,
            // Names behind a proxy are checked by the proxy.
            _ => AddressScope::Inner.onward(self.clients.guard(), &host(url), &host(&jwks_uri)),
        };
        Ok((jwks_uri, reach))
    }

    /// The metadata of an issuer and their URL: the discovery document of OpenID Connect, or that of an authorization
    /// server (RFC 8414 §3) if the first is not found.
    fn metadata(&self, issuer: &Url) -> Result<(Url, FetchResponse), Failure> {
        let (mut document, reach) = (location::discovery(issuer), location::reach(issuer));
        let mut response = self.request(&document, reach, MAX_DISCOVERY, DISCOVERY_TYPES)?;
        if response.status == 404 {
            let other = location::server_metadata(issuer);
            let second = self.request(&other, reach, MAX_DISCOVERY, DISCOVERY_TYPES)?;
            // If both are missing, the first is the one that the user looks for.
            if second.status != 404 {
                (document, response) = (other, second);
            }
        }
        let response = self.accepted(&document, response, MAX_DISCOVERY, DISCOVERY_TYPES, "discovery document")?;
        Ok((document, response))
    }

    /// Sends a GET request. Requires a complete response with status 200.
    fn get(
        &self,
        url: &Url,
        reach: AddressScope,
        body_bytes: usize,
        types: &[&str],
        what: &str,
    ) -> Result<FetchResponse, Failure> {
        let response = self.request(url, reach, body_bytes, types)?;
        self.accepted(url, response, body_bytes, types, what)
    }

    /// Sends a GET request and returns the response of any status.
    fn request(
        &self,
        url: &Url,
        reach: AddressScope,
        body_bytes: usize,
        types: &[&str],
    ) -> Result<FetchResponse, Failure> {
        let (mut request, shown) = (Request::get(url.clone()), shown(url));
        request.headers.push(("accept".to_owned(), types.join(", ").into_bytes()));
        let limits = Limits { first_byte: self.timeout, whole: self.timeout, body_bytes, ..Limits::default() };
        let rules = RedirectPolicy { hops: 5, same_origin: true, cookies: false, reach };
        let mut chain = fetch::one(&self.clients, request, &rules, &limits).map_err(|fault| unfetched(url, &fault))?;
        let last = chain.exchanges.pop().ok_or_else(|| Failure::internal("a request without an exchange"))?;
        let response = last.outcome.map_err(|fault| unfetched(url, &fault))?;
        let redirected = match chain.end {
            End::TooMany => Some("more than 5 redirects".to_owned()),
            End::Loop => Some("redirect loop".to_owned()),
            End::NotFollowed(why) => Some(format!("redirect not followed: {why}")),
            End::Answered | End::Failed | End::Stopped => None,
        };
        if let Some(why) = redirected {
            return Err(Failure::environment(format!("cannot fetch {shown}: {why}")));
        }
        Ok(response)
    }

    /// Checks that a response is complete, has status 200 and the right type.
    fn accepted(
        &self,
        url: &Url,
        response: FetchResponse,
        body_bytes: usize,
        types: &[&str],
        what: &str,
    ) -> Result<FetchResponse, Failure> {
        let shown = shown(url);
        if response.status != 200 {
            return Err(Failure::environment(format!("{shown} returned status {}", response.status)));
        }
        match &response.end {
            BodyEnd::Whole => {}
            BodyEnd::Capped => {
                return Err(Failure::input(format!(
                    "response of {shown} exceeds {body_bytes} bytes, the limit for a {what}"
                )));
            }
            BodyEnd::Broken(fault) => return Err(unfetched(url, fault)),
        }
        self.check_type(url, &response, types, what)?;
        Ok(response)
    }

    /// Checks the media type. A web page is an error: a login portal, or a wrong URL. Other types cause a warning,
    /// since many file hosts send a generic type, and the content decides.
    fn check_type(&self, url: &Url, response: &FetchResponse, types: &[&str], what: &str) -> Result<(), Failure> {
        let url = shown(url);
        let encoding = response.header("content-encoding").unwrap_or(b"identity").to_ascii_lowercase();
        if !matches!(encoding.as_slice(), b"identity" | b"gzip") {
            let shown = String::from_utf8_lossy(&encoding).into_owned();
            return Err(Failure::input(format!("{url} returned the unrequested content encoding \"{shown}\"")));
        }
        let Some(full) = response.header("content-type") else {
            self.context.warn(format!("{url} sent no Content-Type"));
            return Ok(());
        };
        let full = String::from_utf8_lossy(full).to_ascii_lowercase();
        let name = full.split(';').next().unwrap_or_default().trim();
        if matches!(name, "text/html" | "application/xhtml+xml") {
            return Err(Failure::input(format!("{url} returned a web page ({name}), not a {what}")));
        }
        if !types.contains(&name) {
            self.context.warn(format!("{url} sent a {what} as \"{name}\" instead of {}", types.join(" or ")));
        }
        Ok(())
    }
}

/// The URL for messages, without the query, which may contain a credential.
fn shown(url: &Url) -> String {
    shown_reference(url.as_str())
}

fn unfetched(url: &Url, fault: &FetchError) -> Failure {
    let hint = match fault.kind {
        FetchErrorKind::CertificateUnknownIssuer => Some("trust its CA with --cacert FILE"),
        FetchErrorKind::ConnectTimeout | FetchErrorKind::FirstByteTimeout | FetchErrorKind::Timeout => {
            Some("increase --timeout")
        }
        FetchErrorKind::Blocked => Some("name the JWKS URL itself, if it is the intended source"),
        FetchErrorKind::Tls if url.port().is_some() => Some("check that the port serves https"),
        _ => None,
    };
    Failure::environment(format!("cannot fetch {}: {fault}", shown(url))).hint_if(hint.map(str::to_owned))
}

/// The freshness lifetime of a response, in seconds (RFC 9111 §5.2.2, §5.1).
fn freshness(response: &FetchResponse) -> i64 {
    let lines = response.headers.iter().filter(|(name, _)| name == "cache-control");
    let text =
        lines.map(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase()).collect::<Vec<_>>().join(",");
    let directives: Vec<(&str, &str)> = text
        .split(',')
        .map(|one| one.split_once('=').unwrap_or((one, "")))
        .map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
        .collect();
    if directives.iter().any(|(name, _)| matches!(*name, "no-store" | "no-cache")) {
        return 0;
    }
    let max_age = directives.iter().find(|(name, _)| *name == "max-age");
    // An invalid max-age does not permit caching.
    let allowed = max_age.map_or(DEFAULT_LIFETIME, |(_, value)| number(value).unwrap_or(0));
    let age = response.header("age").and_then(|value| number(&String::from_utf8_lossy(value))).unwrap_or(0);
    allowed.saturating_sub(age).clamp(0, LONGEST)
}

/// A non-negative integer; a value that overflows becomes the maximum.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freshness_lifetime_follows_cache_control_and_age() {
        let kept = |headers: &[(&str, &str)]| {
            freshness(&FetchResponse {
                status: 200,
                version: "HTTP/1.1",
                headers: headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect(),
                body: Vec::new(),
                end: BodyEnd::Whole,
                address: None,
            })
        };
        assert_eq!(kept(&[]), DEFAULT_LIFETIME);
        assert_eq!(kept(&[("cache-control", "public, max-age=600")]), 600);
        assert_eq!(kept(&[("cache-control", "Max-Age=\"600\"")]), 600);
        assert_eq!(kept(&[("cache-control", "max-age=600"), ("age", "100")]), 500);
        assert_eq!(kept(&[("cache-control", "max-age=600"), ("age", "700")]), 0);
        assert_eq!(kept(&[("cache-control", "max-age=31536000")]), LONGEST);
        assert_eq!(kept(&[("cache-control", "max-age=99999999999999999999999")]), LONGEST);
        for none in ["no-store", "no-cache, max-age=600", "max-age=0", "max-age=-1", "max-age=x", "max-age"] {
            assert_eq!(kept(&[("cache-control", none)]), 0, "{none}");
        }
        assert_eq!(kept(&[("cache-control", "max-age=600"), ("cache-control", "no-store")]), 0);
    }
}
