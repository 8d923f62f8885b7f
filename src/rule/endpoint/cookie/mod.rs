//! Rules about one `Set-Cookie` line in the context of its response.

use super::member;
use crate::cookie::class::CookieClass;
use crate::cookie::evaluate::{EvaluatedCookie, EvaluatedExchange, Transport};
use crate::cookie::set_cookie::KnownAttribute;
use crate::cookie::value::{CookieValueForm, form};
use crate::finding::Severity;
use crate::rule::{Rule, RuleSubject};

mod deletion;
mod flags;
mod lifetime;
mod prefix;
mod samesite;
mod scope;
mod session_id;
mod syntax;

/// All rules about a cookie that a response sets, sorted by id.
pub static RULES: &[Rule<CookieSubject>] = &[
    syntax::COOKIE_ATTR_CONFLICT,
    syntax::COOKIE_ATTR_TOO_LONG,
    deletion::COOKIE_CLEAR_BROKEN,
    syntax::COOKIE_CONTROL_CHARS,
    scope::COOKIE_DOMAIN_MISMATCH,
    scope::COOKIE_DOMAIN_PUBLIC_SUFFIX,
    scope::COOKIE_DOMAIN_WIDE,
    syntax::COOKIE_DUPLICATE,
    syntax::COOKIE_FOLDED,
    lifetime::COOKIE_LIFETIME_LONG,
    lifetime::COOKIE_LIFETIME_OVER_CAP,
    flags::COOKIE_MISSING_HTTPONLY,
    samesite::COOKIE_MISSING_SAMESITE,
    flags::COOKIE_MISSING_SECURE,
    syntax::COOKIE_NAMELESS,
    prefix::COOKIE_NAMELESS_IMPERSONATION,
    flags::COOKIE_PARTITIONED_INSECURE,
    scope::COOKIE_PATH_SCOPE,
    prefix::COOKIE_PREFIX_INVALID,
    prefix::COOKIE_PREFIX_MISCASED,
    prefix::COOKIE_PREFIX_MISSING,
    samesite::COOKIE_SAMESITE_INVALID,
    samesite::COOKIE_SAMESITE_NONE,
    samesite::COOKIE_SAMESITE_NONE_INSECURE,
    flags::COOKIE_SET_OVER_HTTP,
    syntax::COOKIE_TOO_LARGE,
    lifetime::JWT_COOKIE_OUTLIVES_EXP,
    session_id::JWT_IN_COOKIE,
    session_id::SESSION_ID_DECODABLE,
    session_id::SESSION_ID_SHORT,
];

/// The subject: one evaluated `Set-Cookie` line.
pub enum CookieSubject {}

/// A cookie and the exchange that set it.
pub struct CookieView<'a> {
    /// The exchange that set the cookie.
    pub visit: &'a EvaluatedExchange<'a>,
    /// The parsed line and the browser's decision.
    pub cookie: &'a EvaluatedCookie<'a>,
    /// The form of the value: opaque, readable or a token.
    pub form: CookieValueForm<'a>,
}

impl<'a> CookieView<'a> {
    /// A cookie of `visit`; derives the form of its value.
    pub fn new(visit: &'a EvaluatedExchange<'a>, cookie: &'a EvaluatedCookie<'a>) -> Self {
        Self { visit, cookie, form: form(cookie.line.value.bytes) }
    }

    /// Whether the line sets a cookie. A deletion needs no flags, nor does a line with neither a name nor a value,
    /// which sets nothing (RFC 6265bis §5.7 step 2).
    fn sets(&self) -> bool {
        let line = &self.cookie.line;
        let is_empty = line.name.bytes.is_empty() && line.value.bytes.is_empty();
        !self.cookie.is_deletion() && !is_empty
    }

    /// Whether the cookie authenticates its holder: a session, a remembered login, or a token.
    fn is_credential(&self) -> bool {
        let token = matches!(self.form, CookieValueForm::Token(_)) && self.cookie.class == CookieClass::Other;
        self.cookie.class.is_credential() || token
    }

    /// Whether the cookie is outside the control of the site's owner.
    fn is_foreign(&self) -> bool {
        matches!(self.cookie.class, CookieClass::Affinity | CookieClass::Analytics)
    }

    fn is_https(&self) -> bool {
        self.visit.transport == Transport::Https
    }

    /// `severity` for a credential, otherwise info.
    fn credential_severity(&self, severity: Severity) -> Severity {
        if self.is_credential() { severity } else { Severity::Info }
    }

    fn name(&self) -> String {
        let name = self.cookie.line.name.shown();
        if name.is_empty() { "a nameless cookie".to_owned() } else { name }
    }

    fn pointer(&self) -> String {
        format!("/set-cookie/{}", member(&self.cookie.line.name.shown()))
    }

    /// The pointer and offset of an attribute; the offset of the cookie's name when the attribute is missing.
    fn at(&self, known: KnownAttribute) -> (String, usize) {
        let place = self.cookie.line.last(known).map_or(self.cookie.line.name.offset, |found| found.name.offset);
        (format!("{}/{}", self.pointer(), known.name()), place)
    }
}

impl RuleSubject for CookieSubject {
    type View<'a> = CookieView<'a>;

    const ABOUT: &'static str = "cookie";
}
