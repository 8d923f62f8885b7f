//! Fetching a key set: what is asked, what counts as an answer, and how long it may be kept.

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
use authkit::key::{self, KeySet, jwk};
use std::time::Duration;

/// The longest that a set is kept, whatever its host says, and how long when it says nothing, in seconds.
const LONGEST: i64 = 24 * 3600;
const UNSAID: i64 = 300;

const MAX_DISCOVERY: usize = 1024 * 1024;

/// A key set as it came, and when; in seconds since 1970.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct FetchedJwks {
    /// The SPEC.
    pub source: String,
    pub fetched: i64,
    pub fresh_until: i64,
    /// The last attempt to fetch it again that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<i64>,
    pub jwks: String,
}

impl FetchedJwks {
    /// The last time that the host was asked.
    pub fn tried(&self) -> i64 {
        self.tried.unwrap_or(self.fetched)
    }
}

/// Fetches the key set of `place`.
///
/// # Errors
/// No answer.
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
    let asking = JwksFetcher { context, clients: Clients::new(trust), timeout };
    let (url, reach) = match place {
        JwksLocation::Set(url) => (url.clone(), location::reach(url)),
        JwksLocation::Issuer(issuer, url) => asking.discover(issuer, url)?,
    };
    let answer =
        asking.get(&url, reach, key::MAX_SET_BYTES, &["application/json", "application/jwk-set+json"], "key set")?;
    let jwks = text(&url, answer.body.clone())?;
    let fresh_until = now.saturating_add(freshness(&answer));
    Ok(FetchedJwks { source: spec.to_owned(), fetched: now, fresh_until, tried: None, jwks })
}

/// The keys of a set that came from `spec`.
///
/// # Errors
/// It is none.
pub fn key_set(spec: &str, jwks: &str) -> Result<KeySet, Failure> {
    let wrong = |why: &dyn std::fmt::Display| Failure::input(format!("{} is no key set: {why}", shown_reference(spec)));
    jwk::parse_set(jwks).map_err(|error| wrong(&error).hint_if(error.hint()))
}

fn text(url: &Url, body: Vec<u8>) -> Result<String, Failure> {
    let wrong = || Failure::input(format!("{} answers with something that is not UTF-8", shown(url)));
    String::from_utf8(body).map_err(|_| wrong())
}

struct JwksFetcher<'a> {
    context: &'a Context,
    clients: Clients,
    timeout: Duration,
}

impl JwksFetcher<'_> {
    /// The `jwks_uri` of an issuer (OpenID Connect Discovery 1.0 §4), and where it may lead. An issuer of an inner
    /// network may name its neighbours; a public one may not, nor one that is only in part of an inner network.
    fn discover(&self, issuer: &str, url: &Url) -> Result<(Url, AddressScope), Failure> {
        let document = location::discovery(url);
        let wrong = |why: String| Failure::input(format!("{}: {why}", shown(&document)));
        let answer =
            self.get(&document, location::reach(url), MAX_DISCOVERY, &["application/json"], "discovery document")?;
        let text = text(&document, answer.body)?;
        let object =
            JsonObject::parse(&text).map_err(|error| wrong(format!("this is no discovery document: {error}")))?;
        let member = |name: &str| object.get(name).and_then(|value| value.as_str()).map(std::borrow::Cow::into_owned);
        let own = member("issuer").ok_or_else(|| wrong("it names no issuer".to_owned()))?;
        if own != issuer {
            return Err(wrong(format!("its issuer is \"{own}\", and \"{issuer}\" was asked for"))
                .hint("they must be equal byte for byte (OpenID Connect Discovery 1.0 §4.3)"));
        }
        let jwks_uri = member("jwks_uri").ok_or_else(|| wrong("it names no jwks_uri".to_owned()))?;
        let jwks_uri = location::parse_discovered_url(&jwks_uri, url).map_err(wrong)?;
        let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
        let reach = match jwks_uri.scheme() {
            "http" => AddressScope::Loopback,
            // Behind a proxy, names are the proxy's to judge.
            _ => AddressScope::Inner.onward(self.clients.guard(), &host(url), &host(&jwks_uri)),
        };
        Ok((jwks_uri, reach))
    }

    /// A whole answer with status 200.
    fn get(
        &self,
        url: &Url,
        reach: AddressScope,
        body_bytes: usize,
        types: &[&str],
        what: &str,
    ) -> Result<FetchResponse, Failure> {
        let (mut request, shown) = (Request::get(url.clone()), shown(url));
        request.headers.push(("accept".to_owned(), types.join(", ").into_bytes()));
        let limits = Limits { first_byte: self.timeout, whole: self.timeout, body_bytes, ..Limits::default() };
        let rules = RedirectPolicy { hops: 5, same_origin: true, cookies: false, reach };
        let mut chain = fetch::one(&self.clients, request, &rules, &limits).map_err(|fault| unfetched(url, &fault))?;
        let last = chain.exchanges.pop().ok_or_else(|| Failure::bug("a request without an exchange"))?;
        let answer = last.outcome.map_err(|fault| unfetched(url, &fault))?;
        let redirected = match chain.end {
            End::TooMany => Some("it redirects more than 5 times".to_owned()),
            End::Loop => Some("its redirects go in a circle".to_owned()),
            End::NotFollowed(why) => Some(format!("a redirect is not followed: {why}")),
            End::Answered | End::Failed | End::Stopped => None,
        };
        if let Some(why) = redirected {
            return Err(Failure::environment(format!("cannot fetch {shown}: {why}")));
        }
        if answer.status != 200 {
            return Err(Failure::environment(format!("{shown} answers with status {}", answer.status)));
        }
        match &answer.end {
            BodyEnd::Whole => {}
            BodyEnd::Capped => {
                return Err(Failure::input(format!(
                    "{shown} answers with more than {body_bytes} bytes; no {what} is so large"
                )));
            }
            BodyEnd::Broken(fault) => return Err(unfetched(url, fault)),
        }
        self.check_type(url, &answer, types, what)?;
        Ok(answer)
    }

    /// A page for eyes is an error: a portal that wants a login, or a wrong URL. Other types are a remark, since many
    /// hosts of files know no better, and the content decides.
    fn check_type(&self, url: &Url, answer: &FetchResponse, types: &[&str], what: &str) -> Result<(), Failure> {
        let url = shown(url);
        let encoding = answer.header("content-encoding").unwrap_or(b"identity").to_ascii_lowercase();
        if !matches!(encoding.as_slice(), b"identity" | b"gzip") {
            let shown = String::from_utf8_lossy(&encoding).into_owned();
            return Err(Failure::input(format!(
                "{url} answers with the encoding \"{shown}\", which was not asked for"
            )));
        }
        let Some(full) = answer.header("content-type") else {
            self.context.warn(format!("{url} does not say what it sends (no Content-Type)"));
            return Ok(());
        };
        let full = String::from_utf8_lossy(full).to_ascii_lowercase();
        let name = full.split(';').next().unwrap_or_default().trim();
        if matches!(name, "text/html" | "application/xhtml+xml") {
            return Err(Failure::input(format!("{url} answers with a web page ({name}), not with a {what}")));
        }
        if !types.contains(&name) {
            self.context.warn(format!("{url} sends a {what} as \"{name}\" instead of {}", types.join(" or ")));
        }
        Ok(())
    }
}

/// Without the query, which may hold a credential.
fn shown(url: &Url) -> String {
    shown_reference(url.as_str())
}

fn unfetched(url: &Url, fault: &FetchError) -> Failure {
    let hint = match fault.kind {
        FetchErrorKind::CertificateUnknownIssuer => Some("--cacert FILE names an authority to trust"),
        FetchErrorKind::ConnectTimeout | FetchErrorKind::FirstByteTimeout | FetchErrorKind::Timeout => {
            Some("--timeout DURATION waits longer")
        }
        FetchErrorKind::Blocked => Some("name the URL of the key set itself, if that is where it should come from"),
        FetchErrorKind::Tls if url.port().is_some() => Some("is this the port for https?"),
        _ => None,
    };
    Failure::environment(format!("cannot fetch {}: {fault}", shown(url))).hint_if(hint.map(str::to_owned))
}

/// For how many seconds an answer may be used again (RFC 9111 §5.2.2, §5.1).
fn freshness(answer: &FetchResponse) -> i64 {
    let lines = answer.headers.iter().filter(|(name, _)| name == "cache-control");
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
    // What is no number is no permission.
    let allowed = max_age.map_or(UNSAID, |(_, value)| number(value).unwrap_or(0));
    let age = answer.header("age").and_then(|value| number(&String::from_utf8_lossy(value))).unwrap_or(0);
    allowed.saturating_sub(age).clamp(0, LONGEST)
}

/// Digits alone; more of them than fit are as good as endless.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_an_answer_is_kept() {
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
        assert_eq!(kept(&[]), UNSAID);
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
