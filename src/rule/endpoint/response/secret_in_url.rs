//! Rule about session ids and opaque tokens in URLs. `token-in-url` reports JWTs in URLs.

use super::ResponseSubject;
use crate::cookie::value::{CookieValueForm, form};
use crate::finding::Severity;
use crate::http::url::HttpUrl;
use crate::rule::{Basis, Reporter, Rule};

/// Parameters that hold a credential, in lower case. OAuth `code` and `state` are single-use and not included.
const PARAMETERS: &[&str] = &[
    "access_token",
    "aspsessionid",
    "auth_token",
    "cfid",
    "cftoken",
    "id_token",
    "jsessionid",
    "phpsessid",
    "refresh_token",
    "session_id",
    "sessionid",
    "sid",
];

/// Minimum length of a credential. Bytes.
const MIN_BYTES: usize = 8;

/// The name of the URL parameter that holds a credential.
fn credential(url: &HttpUrl) -> Option<&'static str> {
    let query = url.query.as_deref().unwrap_or_default().split('&');
    let parameters = url.path.split(';').skip(1).map(|part| part.split('/').next().unwrap_or_default());
    query.chain(parameters).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let long = value.len() >= MIN_BYTES && !matches!(form(value.as_bytes()), CookieValueForm::Token(_));
        PARAMETERS.iter().find(|own| long && own.eq_ignore_ascii_case(name)).copied()
    })
}

fn report_credential(url: &HttpUrl, pointer: &str, label: &str, report: &mut Reporter<'_>) {
    if let Some(name) = credential(url) {
        report.at(pointer, || format!("{label} {} contains parameter {name}", url.redacted()));
    }
}

pub(super) const SESSION_ID_IN_URL: Rule<ResponseSubject> = Rule {
    id: "session-id-in-url",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 14.2.1; RFC 9700 §4.3.2; OWASP WSTG-SESS-04",
    why: "URLs are recorded in logs, browser histories and Referer headers, and the session with them.",
    fix: "send sessions in cookies and tokens in the Authorization header",
    bad: "GET https://a.example/ 302 | Location: /cart;jsessionid=5F4DCC3B5AA765D61D83",
    good: "GET https://a.example/ 302 | Location: /callback?code=5F4DCC3B5AA765D61D83",
    check: |response, report| {
        let exchange = response.visit.exchange;
        report_credential(&exchange.url, "/request/url", "the URL", report);
        if let Some(target) = exchange.redirect_target() {
            report_credential(&target, "/response/headers/Location", "the redirect to", report);
        }
    },
};
