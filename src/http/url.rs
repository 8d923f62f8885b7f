//! HTTP URLs as far as cookies and redirects need them (RFC 3986): parts, reference resolution and redaction.
//!
//! Why not the crate url: it rewrites what it reads (dot segments, percent-encoding, octal addresses, white space), while
//! a path from a HAR file, a dump or a recording is kept as sent. URLs that are requested go through that crate first,
//! in the HTTP client.

use super::host;
use crate::encoding::percent;
use crate::token::scan;
use std::borrow::Cow;
use std::fmt;

/// An http or https URL in parts, without fragment and userinfo.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpUrl {
    /// The scheme is https.
    pub secure: bool,
    /// In lower case, an IPv6 address in brackets.
    pub host: String,
    /// Present if it is not the default port of the scheme.
    pub port: Option<u16>,
    /// Begins with a slash.
    pub path: String,
    /// Without the question mark.
    pub query: Option<String>,
}

/// Why a text is not an HTTP URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HttpUrlError {
    /// The scheme is another one, or missing.
    NotHttp,
    /// The host is empty.
    NoHost,
    /// The host is neither a name nor an IP address.
    Host,
    /// The port is not a number up to 65535.
    Port,
}

impl fmt::Display for HttpUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotHttp => "does not begin with https:// or http://",
            Self::NoHost => "no host",
            Self::Host => "host is neither a name nor an IP address",
            Self::Port => "port is not a number up to 65535",
        })
    }
}

impl std::error::Error for HttpUrlError {}

fn without_scheme(text: &str) -> Option<(bool, &str)> {
    let strip = |scheme: &str| text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme));
    match (strip("https://"), strip("http://")) {
        (Some(start), _) => Some((true, text.get(start.len()..)?)),
        (None, Some(start)) => Some((false, text.get(start.len()..)?)),
        _ => None,
    }
}

/// Browsers treat a backslash as a slash, except in the query (WHATWG URL §4.4): `/\b.example` refers to another host.
fn with_slashes(text: &str) -> Cow<'_, str> {
    let (front, query) = text.split_at_checked(text.find(['?', '#']).unwrap_or(text.len())).unwrap_or((text, ""));
    if front.contains('\\') { Cow::Owned(front.replace('\\', "/") + query) } else { Cow::Borrowed(text) }
}

impl HttpUrl {
    /// Parses an absolute URL.
    ///
    /// # Errors
    /// Returns the missing or invalid part.
    pub fn parse(text: &str) -> Result<Self, HttpUrlError> {
        let (secure, rest) = without_scheme(text.trim()).ok_or(HttpUrlError::NotHttp)?;
        let rest = &*with_slashes(rest.split_once('#').map_or(rest, |(rest, _)| rest));
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.rsplit_once(':') {
            // Colons within brackets belong to an IPv6 address.
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, ""),
        };
        if host.is_empty() {
            return Err(HttpUrlError::NoHost);
        }
        let bracketed = host.starts_with('[') && host::is_address(host);
        if !bracketed && host.contains(|c: char| "[]:\\^|<>%\"`{}".contains(c) || c.is_control() || c == ' ') {
            return Err(HttpUrlError::Host);
        }
        let port = if port.is_empty() { None } else { Some(port.parse::<u16>().map_err(|_| HttpUrlError::Port)?) };
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query.to_owned())));
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port: port.filter(|port| *port != if secure { 443 } else { 80 }),
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query,
        })
    }

    /// Resolves a `Location` against this URL (RFC 3986 §5.2); `None` if the result is not an http or https URL.
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference = &*with_slashes(reference.trim());
        if without_scheme(reference).is_some() {
            return Self::parse(reference).ok();
        }
        if reference.starts_with("//") {
            return Self::parse(&format!("{}:{reference}", self.scheme())).ok();
        }
        let is_scheme = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        if reference.split_once(':').is_some_and(|(scheme, _)| !scheme.is_empty() && is_scheme(scheme)) {
            return None;
        }
        let bare = reference.split_once('#').map_or(reference, |(bare, _)| bare);
        let (path, query) = bare.split_once('?').map_or((bare, None), |(path, query)| (path, Some(query.to_owned())));
        let (path, query) = match path {
            "" => (self.path.clone(), query.or_else(|| self.query.clone())),
            path if path.starts_with('/') => (without_dots(path), query),
            path => {
                let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                (without_dots(&format!("{folder}/{path}")), query)
            }
        };
        Some(Self { path, query, ..self.clone() })
    }

    /// `https` or `http`.
    pub const fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Scheme, host and port (RFC 6454).
    pub fn origin(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}", self.scheme(), self.host)
    }

    /// Whether the host is `localhost`, below it, or a loopback address.
    pub fn is_loopback(&self) -> bool {
        host::is_loopback(&self.host)
    }

    /// The URL for output: without the query, without path parameters (which hold session ids) and with tokens
    /// redacted.
    pub fn redacted(&self) -> String {
        format!("{}{}", self.origin(), shown_path(&self.path))
    }
}

/// A path for output: without parameters (which hold session ids) and with tokens redacted. Also for a path derived
/// from a URL, as the default path of a cookie is (6265bis §5.1.4).
pub fn shown_path(path: &str) -> String {
    let path = path.split(';').next().unwrap_or_default();
    let plain = scan::replace_tokens(path, |_| "…".to_owned());
    // Servers decode percent escapes: an escaped token is a token, too.
    let is_token =
        |segment: &str| segment.contains('%') && !scan::scan(percent::decoded(segment).as_bytes()).is_empty();
    plain.split('/').map(|segment| if is_token(segment) { "…" } else { segment }).collect::<Vec<_>>().join("/")
}

/// A reference for output, which may not be a valid URL: without userinfo, query, fragment and parameters, with tokens
/// redacted and long texts truncated.
pub fn shown_reference(text: &str) -> String {
    const LONGEST: usize = 200;
    // Userinfo first: a password may contain characters that end a path.
    let reference = without_user(text);
    let path = reference.split(['?', '#', ';']).next().unwrap_or_default();
    scan::replace_tokens(path, |_| "…".to_owned()).chars().take(LONGEST).collect()
}

/// A reference without its userinfo, also if a password holds delimiters that RFC 3986 §3.2.1 requires to be encoded.
/// "…" replaces the text where userinfo cannot be told from a path or a query: the output must not name another host.
fn without_user(text: &str) -> Cow<'_, str> {
    let (scheme, rest) = text.split_at_checked(scheme_len(text)).unwrap_or(("", text));
    let front = rest.split('/').next().unwrap_or_default();
    let end = match front.rfind('@') {
        None if !scheme.is_empty() && !has_valid_port(front) => rest.rfind('@'),
        end => end,
    };
    let Some((user, host)) = end.and_then(|end| Some((rest.get(..end)?, rest.get(end.saturating_add(1)..)?))) else {
        return Cow::Borrowed(text);
    };
    let mark = if user.contains(['/', '\\', '?', '#']) { "…@" } else { "" };
    Cow::Owned(format!("{scheme}{mark}{host}"))
}

/// The length of the part before an authority: everything up to the first `//`, or only the schemes if there is none.
fn scheme_len(text: &str) -> usize {
    const SCHEMES: [&str; 4] = ["oidc:", "https:", "http:", "mailto:"];
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':');
    let slashes = text.find("//").filter(|at| {
        let front = text.split_at(*at).0;
        (front.is_empty() || front.ends_with(':')) && front.chars().all(is_scheme)
    });
    if let Some(at) = slashes {
        return at.saturating_add(2);
    }
    let mut len = 0_usize;
    while let Some(scheme) = SCHEMES.iter().find(|scheme| {
        let start = text.get(len..).and_then(|rest| rest.get(..scheme.len()));
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    }) {
        len = len.saturating_add(scheme.len());
    }
    len
}

/// Whether the text after the last colon of an authority can be a port: if not, it is a part of a password.
fn has_valid_port(authority: &str) -> bool {
    let authority = authority.split(['?', '#']).next().unwrap_or_default();
    authority
        .rsplit_once(':')
        .is_none_or(|(_, port)| port.ends_with(']') || port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The whole URL.
impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        write!(f, "{}{}{query}", self.origin(), self.path)
    }
}

/// RFC 3986 §5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    for segment in &segments {
        match *segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    if matches!(segments.last(), Some(&"." | &"..")) {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacted_forms_contain_no_credential() {
        const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        assert_eq!(shown_path(&format!("/cb/{TOKEN}/x;jsessionid=1")), "/cb/…/x");
        assert_eq!(shown_path(&format!("/cb/{}/a%20b", TOKEN.replacen('.', "%2E", 1))), "/cb/…/a%20b");
        for (text, shown) in [
            ("https://user:pass@a.example/x?token=1", "https://a.example/x"),
            ("//user@a.example/x#f", "//a.example/x"),
            ("/users/@alice//x;sid=1", "/users/@alice//x"),
            ("mailto:a@b.example", "mailto:b.example"),
            ("https://alice:hunter;2@h/", "https://h/"),
            ("https://alice:hunter@2@h:8443/x", "https://h:8443/x"),
            ("https://alice:hunter?2@h/x", "https://…@h/x"),
            ("https://alice:hunter#2@h", "https://…@h"),
            ("https://alice:hunter/2@h/x", "https://…@h/x"),
            ("https://alice:hunter\\2@h/x", "https://…@h/x"),
            ("https:alice:hunter2@h/jwks", "https:h/jwks"),
            ("HTTPS:alice:hunter2@h/jwks", "HTTPS:h/jwks"),
            ("oidc:https:alice:hunter2@h", "oidc:https:h"),
            ("oidc:https://alice:hunter2@h/t?x", "oidc:https://h/t"),
            ("oidc:alice:hunter2@h", "oidc:h"),
            ("alice:hunter2@h/x", "h/x"),
            ("https://a.example?mail=x@b.example", "https://…@b.example"),
            ("https://a.example:8443/@x", "https://a.example:8443/@x"),
            ("https://[::1]/@x", "https://[::1]/@x"),
            ("https://[::1]:80/@x", "https://[::1]:80/@x"),
            ("", ""),
        ] {
            assert_eq!(shown_reference(text), shown, "{text}");
        }
        assert_eq!(shown_reference(&format!("ftp://a.example/{TOKEN}")), "ftp://a.example/…");
        assert_eq!(shown_reference(&"ä".repeat(300)).chars().count(), 200);
    }

    #[test]
    fn url_is_split_into_parts() {
        let address = HttpUrl::parse("HTTPS://u:p@Example.org:443/a;j=1?b=/c#d").unwrap();
        assert_eq!(address.to_string(), "https://example.org/a;j=1?b=/c");
        assert_eq!((address.redacted().as_str(), address.port), ("https://example.org/a", None));
        assert_eq!(HttpUrl::parse("https://b.example\\@a/?\\").unwrap().to_string(), "https://b.example/@a/?\\");
        assert_eq!(HttpUrl::parse("http://[::1]:8080").unwrap().to_string(), "http://[::1]:8080/");
        for (text, error) in [
            ("ftp://a", HttpUrlError::NotHttp),
            ("a", HttpUrlError::NotHttp),
            ("https:///x", HttpUrlError::NoHost),
            ("https://a:99999/", HttpUrlError::Port),
            ("http://[::1/", HttpUrlError::Host),
            ("http://[1.2.3.4]/", HttpUrlError::Host),
            ("http://a b/", HttpUrlError::Host),
        ] {
            assert_eq!(HttpUrl::parse(text), Err(error), "{text}");
        }
    }

    /// RFC 3986 §5.4.1, limited to http.
    #[test]
    fn references_resolve_as_in_rfc_3986() {
        let base = HttpUrl::parse("http://a/b/c/d;p?q").unwrap();
        for (reference, target) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            ("https://b", "https://b/"),
            ("/\\b/x", "http://b/x"),
            ("x\\y?\\", "http://a/b/c/x/y?\\"),
        ] {
            assert_eq!(base.join(reference).map(|found| found.to_string()).as_deref(), Some(target), "{reference}");
        }
        assert_eq!(base.join("mailto:x@y"), None);
    }
}
