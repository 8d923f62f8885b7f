//! What a SPEC in the network names, and which URLs may be asked for it.

use crate::cli::failure::Failure;
use crate::cli::fetch::{self, AddressScope, Url};
use authkit::http::url::shown_reference;
use std::net::IpAddr;

/// A key set, or somebody who says where theirs is.
#[derive(Debug)]
pub enum JwksLocation {
    /// The URL of a JWKS.
    Set(Url),
    /// An issuer as it was typed, and as a URL.
    Issuer(String, Url),
}

impl JwksLocation {
    /// Reads `https://…`, `http://` of this machine, and `oidc:` before either.
    ///
    /// # Errors
    /// A SPEC that cannot be asked safely.
    pub fn parse(spec: &str) -> Result<Self, Failure> {
        match spec.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("oidc:")).and_then(|_| spec.get(5..)) {
            None => typed(spec, spec).map(Self::Set),
            Some(issuer) => {
                let url = typed(issuer, spec)?;
                if url.query().is_some() || url.fragment().is_some() {
                    return Err(
                        wrong(spec, "an issuer has no query and no fragment").hint("OpenID Connect Discovery 1.0 §3")
                    );
                }
                Ok(Self::Issuer(issuer.to_owned(), url))
            }
        }
    }

    /// The issuer that the keys speak for.
    pub fn issuer(&self) -> Option<&str> {
        match self {
            Self::Set(_) => None,
            Self::Issuer(issuer, _) => Some(issuer),
        }
    }
}

fn wrong(spec: &str, why: &str) -> Failure {
    Failure::usage(format!("{}: {why}", shown_reference(spec)))
}

/// A URL that the user named.
fn typed(text: &str, spec: &str) -> Result<Url, Failure> {
    let wrong = |why: &str| wrong(spec, why);
    let lower = text.to_ascii_lowercase();
    if !lower.starts_with("https://") && !lower.starts_with("http://") {
        return Err(wrong("this is no URL").hint("https://HOST/PATH names a key set, oidc:https://HOST an issuer"));
    }
    let url = Url::parse(text).map_err(|error| wrong(&format!("this is no URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a name or a password in the URL would not be sent, and is in the shell history now"));
    }
    if url.scheme() == "http" && !is_loopback_url(&url) {
        return Err(wrong("whoever sits between could replace keys that come over plain http")
            .hint("https:// is needed, except for a key set on this machine (127.0.0.1, [::1], localhost)"));
    }
    Ok(url)
}

/// Whether the host is this machine by its name or address.
pub fn is_loopback_url(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.map_or_else(|| fetch::is_loopback_name(host), |address| address.is_loopback())
}

/// Where a typed URL may lead: also into inner networks, but plain http stays on this machine.
pub fn reach(url: &Url) -> AddressScope {
    if url.scheme() == "http" { AddressScope::Loopback } else { AddressScope::Inner }
}

/// Where an issuer publishes its settings (OpenID Connect Discovery 1.0 §4.1).
pub fn discovery(issuer: &Url) -> Url {
    let mut url = issuer.clone();
    let path = format!("{}/.well-known/openid-configuration", issuer.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

/// The `jwks_uri` of a document, which somebody else wrote.
///
/// # Errors
/// A URL that is not https. Plain http stays where it was typed: on this machine.
pub fn parse_discovered_url(text: &str, issuer: &Url) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("its jwks_uri is no URL: {error}"))?;
    let may = url.scheme() == "https" || (url.scheme() == "http" && issuer.scheme() == "http" && is_loopback_url(&url));
    if !may {
        return Err(format!("its jwks_uri is not https: {}", shown_reference(text)));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("its jwks_uri holds a name or a password".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_places() {
        for spec in [
            "https://a.example/jwks",
            "http://127.0.0.1:8080/jwks",
            "http://[::1]/",
            "http://localhost:1/x",
            "https://10.0.0.1/",
        ] {
            assert!(matches!(JwksLocation::parse(spec), Ok(JwksLocation::Set(_))), "{spec}");
        }
        for spec in ["oidc:https://a.example", "OIDC:https://a.example/tenant", "oidc:http://localhost:1"] {
            let place = JwksLocation::parse(spec).unwrap();
            assert_eq!(place.issuer(), spec.get(5..), "{spec}");
        }
        for spec in [
            "http://a.example/jwks",
            "http://10.0.0.1/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "https:a.example",
            "https://",
            "https://u:p@a.example/",
            "oidc:a.example",
            "oidc:https://a.example?x",
            "oidc:https://a.example/#f",
            "oidc:http://a.example",
            "oidc:",
            "http://0.0.0.0/",
        ] {
            let failure = JwksLocation::parse(spec).unwrap_err();
            assert_eq!(failure.kind, crate::cli::failure::FailureKind::Usage, "{spec}");
        }
    }

    #[test]
    fn where_an_issuer_says_it() {
        let at = |issuer: &str| discovery(&Url::parse(issuer).unwrap()).to_string();
        assert_eq!(at("https://a.example"), "https://a.example/.well-known/openid-configuration");
        assert_eq!(at("https://a.example/"), "https://a.example/.well-known/openid-configuration");
        assert_eq!(at("https://a.example/t/1/"), "https://a.example/t/1/.well-known/openid-configuration");
    }

    #[test]
    fn where_a_document_may_lead() {
        let (away, here) = (Url::parse("https://a.example").unwrap(), Url::parse("http://localhost:1").unwrap());
        assert!(parse_discovered_url("https://b.example/jwks", &away).is_ok());
        assert!(parse_discovered_url("http://127.0.0.1/jwks", &here).is_ok());
        for text in
            ["http://a.example/jwks", "http://127.0.0.1/jwks", "file:///etc/passwd", "/jwks", "https://u:p@a.example/"]
        {
            assert!(parse_discovered_url(text, &away).is_err(), "{text}");
        }
        assert!(parse_discovered_url("http://a.example/jwks", &here).is_err());
    }
}
