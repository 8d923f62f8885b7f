//! Rules about one `Set-Cookie` line where it was received.

use super::{member, with_journey};
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

/// The subject: one `Set-Cookie` line, judged.
pub enum CookieSubject {}

pub struct CookieView<'a> {
    pub visit: &'a EvaluatedExchange<'a>,
    pub cookie: &'a EvaluatedCookie<'a>,
    /// What the value is.
    pub form: CookieValueForm<'a>,
}

impl<'a> CookieView<'a> {
    pub fn new(visit: &'a EvaluatedExchange<'a>, cookie: &'a EvaluatedCookie<'a>) -> Self {
        Self { visit, cookie, form: form(cookie.line.value.bytes) }
    }

    /// It sets a cookie; a line that deletes one needs no flags, nor does one with neither a name nor a value, which
    /// sets nothing (RFC 6265bis §5.7 step 2).
    fn sets(&self) -> bool {
        let line = &self.cookie.line;
        let is_empty = line.name.bytes.is_empty() && line.value.bytes.is_empty();
        !self.cookie.is_deletion() && !is_empty
    }

    /// Whoever has it is the user: a session, a login that is remembered, or a token.
    fn is_credential(&self) -> bool {
        let token = matches!(self.form, CookieValueForm::Token(_)) && self.cookie.class == CookieClass::Other;
        self.cookie.class.is_credential() || token
    }

    /// The owner of the site cannot change it.
    fn is_foreign(&self) -> bool {
        matches!(self.cookie.class, CookieClass::Affinity | CookieClass::Analytics)
    }

    fn is_https(&self) -> bool {
        self.visit.transport == Transport::Https
    }

    /// `heavy` for a credential, otherwise information.
    fn weight(&self, heavy: Severity) -> Severity {
        if self.is_credential() { heavy } else { Severity::Info }
    }

    fn name(&self) -> String {
        let name = self.cookie.line.name.shown();
        if name.is_empty() { "a nameless cookie".to_owned() } else { name }
    }

    fn pointer(&self) -> String {
        format!("/set-cookie/{}", member(&self.cookie.line.name.shown()))
    }

    /// The pointer of an attribute, and where it stands; the cookie's name stands for one that is missing.
    fn at(&self, known: KnownAttribute) -> (String, usize) {
        let place = self.cookie.line.last(known).map_or(self.cookie.line.name.offset, |found| found.name.offset);
        (format!("{}/{}", self.pointer(), known.name()), place)
    }
}

impl RuleSubject for CookieSubject {
    type View<'a> = CookieView<'a>;

    const ABOUT: &'static str = "cookie";

    /// See [`with_journey`]; the last cookie of the last exchange is looked at.
    fn with_example<R>(text: &str, then: impl FnOnce(&CookieView<'_>) -> R) -> R {
        with_journey(text, |visits| {
            let found = visits.last().and_then(|visit| Some(CookieView::new(visit, visit.cookies.last()?)));
            match found {
                Some(view) => then(&view),
                None => unreachable!("an example sets a cookie"),
            }
        })
    }
}
