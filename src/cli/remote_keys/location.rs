//! Location of remote keys: the URL or issuer in a SPEC, and the URLs that may be requested for it.

use crate::cli::failure::Failure;
use crate::cli::fetch::{self, AddressScope, Url};
use authkit::http::url::shown_reference;
use std::net::IpAddr;

/// A JWKS, or an issuer that publishes the location of its JWKS.
#[derive(Debug)]
pub enum JwksLocation {
    /// The URL of a JWKS.
    Set(Url),
    /// An issuer as given, and as a URL.
    Issuer(String, Url),
}

impl JwksLocation {
    /// Parses `https://…`, `http://…` of this machine, and both after `oidc:`.
    ///
    /// # Errors
    /// A SPEC that cannot be fetched securely.
    pub fn parse(spec: &str) -> Result<Self, Failure> {
        match spec.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("oidc:")).and_then(|_| spec.get(5..)) {
            None => typed(spec, spec).map(Self::Set),
            Some(issuer) => {
                let url = typed(issuer, spec)?;
                if let Some((own, _)) = issuer.split_once("/.well-known/") {
                    return Err(wrong(spec, "this is a discovery document, not an issuer")
                        .hint(format!("name the issuer: oidc:{}", shown_reference(own))));
                }
                if url.query().is_some() || url.fragment().is_some() {
                    return Err(wrong(spec, "an issuer must not have a query or fragment")
                        .hint("see OpenID Connect Discovery 1.0 §3"));
                }
                Ok(Self::Issuer(issuer.to_owned(), url))
            }
        }
    }

    /// The issuer that the keys are bound to.
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
        return Err(wrong("not a URL").hint("use https://HOST/PATH for a JWKS, or oidc:https://HOST for an issuer"));
    }
    let url = Url::parse(text).map_err(|error| wrong(&format!("not a URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("credentials in the URL would not be sent, and are now in the shell history"));
    }
    if url.scheme() == "http" && !is_loopback_url(&url) {
        return Err(wrong("refusing a JWKS over plain HTTP: it could be tampered with in transit")
            .hint("use https://, except on this machine (127.0.0.1, [::1], localhost)"));
    }
    Ok(url)
}

/// Whether the host is this machine by its name or address.
pub fn is_loopback_url(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.map_or_else(|| fetch::is_loopback_name(host), |address| address.is_loopback())
}

/// The address scope of a URL that the user gave: internal networks are allowed; plain HTTP must stay on this machine.
pub fn reach(url: &Url) -> AddressScope {
    if url.scheme() == "http" { AddressScope::Loopback } else { AddressScope::Inner }
}

/// The URL of the discovery document of an issuer (OpenID Connect Discovery 1.0 §4.1).
pub fn discovery(issuer: &Url) -> Url {
    let mut url = issuer.clone();
    let path = format!("{}/.well-known/openid-configuration", issuer.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

/// The URL of the metadata of an authorization server: the well-known part precedes the path (RFC 8414 §3.1).
pub fn server_metadata(issuer: &Url) -> Url {
    let mut url = issuer.clone();
    let path = format!("/.well-known/oauth-authorization-server{}", issuer.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

/// Parses the `jwks_uri` of a discovery document, which is untrusted.
///
/// # Errors
/// A URL that is not https. Plain HTTP is accepted on this machine only, and only for an issuer given with http.
pub fn parse_discovered_url(text: &str, issuer: &Url) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("its jwks_uri is not a URL: {error}"))?;
    let may = url.scheme() == "https" || (url.scheme() == "http" && issuer.scheme() == "http" && is_loopback_url(&url));
    if !may {
        return Err(format!("its jwks_uri is not https: {}", shown_reference(text)));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("its jwks_uri contains credentials".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insecure_and_malformed_locations_are_usage_errors() {
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
    fn discovery_url_is_the_well_known_path_of_the_issuer() {
        let at = |issuer: &str| discovery(&Url::parse(issuer).unwrap()).to_string();
        assert_eq!(at("https://a.example"), "https://a.example/.well-known/openid-configuration");
        assert_eq!(at("https://a.example/"), "https://a.example/.well-known/openid-configuration");
        assert_eq!(at("https://a.example/t/1/"), "https://a.example/t/1/.well-known/openid-configuration");
    }

    #[test]
    fn discovered_url_must_be_https_or_loopback() {
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
