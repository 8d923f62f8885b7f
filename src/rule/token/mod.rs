//! Rules about one token of any issuer: its header, claims, size and location.

use super::{Rule, RuleSubject};
use crate::time::UnixTime;
use crate::token::claims::Claims;
use crate::token::header::JoseHeader;
use crate::token::kind::{self, TokenKind};

mod algorithm;
mod audience;
mod crit;
mod expiry;
mod issuer;
mod key_reference;
mod lifetime;
mod logout;
mod prefilter;
mod required;
mod sensitive_claims;
mod size;
mod transport;
mod typ;

pub use sensitive_claims::is_personal;

/// The id of the rule about keys in the header.
pub const HEADER_KEY_REFERENCE: &str = key_reference::HEADER_KEY_REFERENCE.id;

/// All rules about a token, sorted by id.
pub static RULES: &[Rule<TokenSubject>] = &[
    algorithm::ALG_HMAC_SHARED,
    algorithm::ALG_NONE,
    algorithm::ALG_POLYMORPHIC,
    algorithm::ALG_RSA_PKCS1,
    audience::AUD_MISSING,
    audience::AUD_WILDCARD,
    transport::BEARER_NOT_BOUND,
    size::CLAIM_BUDGET,
    size::CLAIM_LIST_TOO_LONG,
    sensitive_claims::CLAIM_PII_IN_COOKIE,
    sensitive_claims::CLAIM_SENSITIVE,
    required::CLIENT_ID_MISSING,
    crit::CRIT_MALFORMED,
    crit::CRIT_UNKNOWN,
    expiry::EXP_BEFORE_IAT,
    expiry::EXP_EXPIRED,
    expiry::EXP_MISSING,
    expiry::EXP_NOT_SECONDS,
    key_reference::HEADER_KEY_REFERENCE,
    key_reference::HEADER_KID_SUSPICIOUS,
    required::IAT_MISSING,
    issuer::ISS_MISSING,
    issuer::ISS_NOT_HTTPS,
    required::JTI_MISSING,
    lifetime::LIFETIME_ACCESS_TOKEN,
    lifetime::LIFETIME_ID_TOKEN,
    lifetime::LIFETIME_LOGOUT_TOKEN,
    logout::LOGOUT_TOKEN_SHAPE,
    expiry::NBF_FUTURE,
    size::SIZE_COOKIE,
    size::SIZE_HEADER_LINE,
    size::SIZE_HEADER_TOTAL,
    size::SIZE_WAF_INSPECTION,
    required::SUB_MISSING,
    transport::TOKEN_IN_URL,
    typ::TYP_MISSING,
    typ::TYP_NOT_AT_JWT,
    typ::TYP_PREFIX,
];

/// The subject: one token, unverified.
pub enum TokenSubject {}

/// Where a token was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TokenLocation {
    /// A file, a log or an argument: the location in the request is unknown.
    #[default]
    Unknown,
    /// `Authorization` or another header field.
    Header,
    /// A cookie.
    Cookie,
    /// The path or query of a URL.
    Url,
    /// A request or response body.
    Body,
}

/// The purpose of a token, derived from its header and claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenUse {
    /// Declared by `typ` (RFC 9068), so the requirements of that standard apply.
    TypedAccessToken,
    /// It has scopes or a client id.
    AccessToken,
    /// It has claims of an ID token (OpenID Connect Core §2).
    IdToken,
    /// It is typed as a logout token, or has the logout event (Back-Channel Logout §2.4).
    LogoutToken,
    /// `dpop+jwt` (RFC 9449): carries its own key, and grants no access.
    DpopProof,
    /// None of these.
    Other,
}

/// A token, its location and the evaluation time.
pub struct TokenView<'a> {
    /// The parsed header, unverified.
    pub header: &'a JoseHeader<'a>,
    /// The parsed claims, unverified.
    pub claims: &'a Claims<'a>,
    /// Size of the compact token in bytes.
    pub bytes: usize,
    /// Where the token was found.
    pub carrier: TokenLocation,
    /// The evaluation time; `None` skips rules that compare dates with the current time.
    pub now: Option<UnixTime>,
    /// The purpose, derived from header and claims.
    pub purpose: TokenUse,
}

impl<'a> TokenView<'a> {
    /// A token of `bytes` bytes at an unknown location, without an evaluation time.
    pub fn new(header: &'a JoseHeader<'a>, claims: &'a Claims<'a>, bytes: usize) -> Self {
        let purpose = purpose(header, claims);
        Self { header, claims, bytes, carrier: TokenLocation::default(), now: None, purpose }
    }

    /// Sets the evaluation time.
    pub fn at(self, now: UnixTime) -> Self {
        Self { now: Some(now), ..self }
    }

    /// Sets the token location.
    pub fn with_location(self, carrier: TokenLocation) -> Self {
        Self { carrier, ..self }
    }

    /// Whether a standard that requires `claim` certainly applies.
    fn is_required(&self, claim: &str) -> bool {
        let kind = match self.purpose {
            TokenUse::TypedAccessToken => "at+jwt",
            TokenUse::IdToken => "id-token",
            TokenUse::LogoutToken => "logout",
            TokenUse::AccessToken | TokenUse::DpopProof | TokenUse::Other => return false,
        };
        kind::find(kind).is_some_and(|kind: &TokenKind| kind.required.contains(&claim))
    }
}

fn purpose(header: &JoseHeader<'_>, claims: &Claims<'_>) -> TokenUse {
    let typ = header.typ.present().map(|typ| typ.as_ref());
    let is = |name: &str| {
        typ.is_some_and(|typ| {
            let short = typ.get("application/".len()..).filter(|_| typ.len() > "application/".len());
            typ.eq_ignore_ascii_case(name) || short.is_some_and(|short| short.eq_ignore_ascii_case(name))
        })
    };
    let has = |names: &[&str]| names.iter().any(|name| claims.object.get(name).is_some());
    if is("at+jwt") {
        TokenUse::TypedAccessToken
    } else if is("dpop+jwt") {
        TokenUse::DpopProof
    } else if is("logout+jwt") || logout::has_event(claims) {
        TokenUse::LogoutToken
    } else if has(&["nonce", "at_hash", "c_hash", "s_hash"]) {
        TokenUse::IdToken
    } else if has(&["scope", "scp", "client_id"]) {
        TokenUse::AccessToken
    } else {
        TokenUse::Other
    }
}

impl RuleSubject for TokenSubject {
    type View<'a> = TokenView<'a>;

    const ABOUT: &'static str = "token";

    fn facts(view: &TokenView<'_>) -> u32 {
        prefilter::facts(view)
    }

    fn required_facts(rule: &str) -> u32 {
        prefilter::required_facts(rule)
    }
}
