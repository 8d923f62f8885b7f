//! Logs in as a browser does: requests the form, fills it in including its hidden fields, and submits it to its target.

use super::abort_reason::AbortReason;
use super::html_form::Page;
use super::plan::{FormField, LifecyclePlan};
use super::session_driver::{OutgoingRequest, SessionDriver};
use crate::cookie::class::{CookieClass, CookieClassifier};
use crate::cookie::cookie_jar::CookieJar;
use crate::encoding::percent;
use crate::http::exchange::{Exchange, HttpHeader};
use crate::http::url::HttpUrl;
use crate::secret::Secret;
use zeroize::Zeroize as _;

/// A login request that is filled in but not sent yet.
pub(crate) struct PreparedLogin(OutgoingRequest);

/// Headers in which frameworks expect a CSRF token, by the name of its cookie (practice). Other frameworks use the last
/// one.
const TOKEN_HEADERS: [(&str, &str); 3] =
    [("xsrf-token", "X-XSRF-TOKEN"), ("csrftoken", "X-CSRFToken"), ("", "X-CSRF-Token")];

/// Headers that a script of the page would send: Origin, and CSRF tokens.
pub(crate) fn script_headers(
    names: &CookieClassifier,
    page: &HttpUrl,
    url: &HttpUrl,
    meta: Option<&str>,
    jar: &CookieJar,
) -> Vec<HttpHeader> {
    let mut headers = vec![HttpHeader::new("Origin", page.origin()), HttpHeader::new("Referer", page.redacted())];
    let mut add = |name: &str, value: &[u8]| {
        // A line break would begin another header.
        if !headers.iter().any(|own: &HttpHeader| own.is(name)) && !value.iter().any(u8::is_ascii_control) {
            headers.push(HttpHeader::new(name, value));
        }
    };
    if let Some(token) = meta {
        add("X-CSRF-Token", token.as_bytes());
    }
    for name in jar.names().into_iter().filter(|name| names.class(name) == CookieClass::Csrf) {
        let header = TOKEN_HEADERS.iter().find(|(cookie, _)| cookie.is_empty() || name.eq_ignore_ascii_case(cookie));
        let value = jar.only(|own| own == name).header(url);
        let text = value.and_then(|line| {
            let line = String::from_utf8(line.expose().clone()).ok()?;
            Some(percent::decoded(line.split_once('=')?.1).into_owned())
        });
        if let (Some((_, header)), Some(text)) = (header, text) {
            add(header, text.as_bytes());
        }
    }
    headers
}

/// `application/x-www-form-urlencoded` (WHATWG URL §5.2).
pub(crate) fn encoded<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> Secret<Vec<u8>> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
    let mut out = Vec::new();
    let put = |text: &str, out: &mut Vec<u8>| {
        for byte in text.bytes() {
            match byte {
                b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => out.push(byte),
                b' ' => out.push(b'+'),
                byte => out.extend([b'%', digit(byte >> 4), digit(byte & 0xF)]),
            }
        }
    };
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push(b'&');
        }
        put(name, &mut out);
        out.push(b'=');
        put(value, &mut out);
    }
    Secret::new(out)
}

/// The JSON object with the fields added as members.
fn json_body(json: &Secret<String>, fields: &[FormField]) -> Secret<Vec<u8>> {
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(json.expose()).unwrap_or_default();
    for field in fields {
        object.insert(field.name.clone(), field.value.expose().clone().into());
    }
    let body = serde_json::to_vec(&object).unwrap_or_default();
    for (_, value) in &mut object {
        if let serde_json::Value::String(text) = value {
            text.zeroize();
        }
    }
    Secret::new(body)
}

fn body(plan: &LifecyclePlan, hidden: &[(String, String)]) -> (Secret<Vec<u8>>, &'static str) {
    if let Some(json) = &plan.json {
        return (json_body(json, &plan.fields), "application/json");
    }
    // User-supplied fields take precedence over those of the page.
    let is_ours = |name: &str| plan.fields.iter().any(|field| field.name == name);
    let hidden = hidden.iter().filter(|(name, _)| !is_ours(name)).map(|(name, value)| (name.as_str(), value.as_str()));
    let own = plan.fields.iter().map(|field| (field.name.as_str(), field.value.expose().as_str()));
    (encoded(hidden.chain(own)), "application/x-www-form-urlencoded")
}

impl SessionDriver<'_> {
    /// Requests the form and fills it in.
    ///
    /// # Errors
    /// No response, 429, or a form whose target is another origin.
    pub(crate) fn fill_in(&mut self, what: &'static str, jar: &mut CookieJar) -> Result<PreparedLogin, AbortReason> {
        let plan = self.plan;
        let chain = self.send(OutgoingRequest::get(what, &plan.page), jar)?;
        let (mut url, mut hidden, mut meta, mut page) = (plan.login.clone(), Vec::new(), None, plan.page.clone());
        if plan.csrf
            && let Some(last) = chain.last()
        {
            page = last.url.clone();
            let read = Page::read(&last.body);
            let names: Vec<&str> = plan.fields.iter().map(|field| field.name.as_str()).collect();
            if let Some(form) = read.with_field(&names).filter(|_| plan.json.is_none()) {
                url = form.target(&page).unwrap_or(url);
                hidden.clone_from(&form.hidden);
            }
            meta = read.meta;
        }
        if url.origin() != plan.login.origin() {
            return Err(AbortReason::LoginElsewhere(url.origin()));
        }
        let (body, kind) = body(plan, &hidden);
        let mut headers = vec![HttpHeader::new("Content-Type", kind)];
        if plan.csrf {
            headers.extend(script_headers(&plan.names, &page, &url, meta.as_deref(), jar));
        }
        Ok(PreparedLogin(OutgoingRequest { what: "log in", url, headers, body: Some(body) }))
    }

    /// Submits the login. Whether it worked is decided by the protected page.
    ///
    /// # Errors
    /// No response, an error status, or a redirect to another origin that would carry the credentials.
    pub(crate) fn log_in(&mut self, filled: PreparedLogin, jar: &mut CookieJar) -> Result<Vec<Exchange>, AbortReason> {
        self.trace.logins = self.trace.logins.saturating_add(1);
        let origin = filled.0.url.origin();
        let chain = self.send(filled.0, jar)?;
        let Some((first, last)) = chain.first().zip(chain.last()) else { return Ok(chain) };
        if first.status >= 400 {
            return Err(AbortReason::LoginRefused(first.status));
        }
        // Other redirects to another origin are not followed either, but do not mean that the login failed.
        let carries = matches!(last.status, 307 | 308) && last.method == "POST";
        match last.redirect_target().map(|target| target.origin()).filter(|target| carries && *target != origin) {
            Some(elsewhere) => Err(AbortReason::LoginElsewhere(elsewhere)),
            None => Ok(chain),
        }
    }

    /// Whether another login is allowed.
    pub(crate) fn may_log_in(&self) -> bool {
        self.trace.logins < self.plan.max_logins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_fields_are_urlencoded() {
        let body = encoded([("user name", "älice"), ("p", "a&b=c d*")].into_iter());
        assert_eq!(body.expose().as_slice(), b"user+name=%C3%A4lice&p=a%26b%3Dc+d*");
    }

    #[test]
    fn form_fields_become_json_members() {
        let field = FormField { name: "password".to_owned(), value: Secret::new("a\"b".to_owned()) };
        let body = json_body(&Secret::new(r#"{"user":"alice"}"#.to_owned()), &[field]);
        assert_eq!(body.expose().as_slice(), br#"{"password":"a\"b","user":"alice"}"#);
    }
}
