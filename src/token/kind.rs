//! Token kinds: the requirements of each profile beyond RFC 7519. `--kind` has the same meaning for `issue` (claims to
//! set) and `verify` (claims to require).

use super::claims::{ClaimProblem, Claims, NumericDate};
use super::header::same_type;
use crate::encoding::json;

/// One kind of token.
pub struct TokenKind {
    /// The value of `--kind`.
    pub name: &'static str,
    /// The `typ` that `issue` writes.
    pub typ: &'static str,
    /// Whether a verifier requires exactly this `typ`; otherwise it only rejects the types of other kinds.
    pub typ_required: bool,
    /// Claims that must be present; null counts as absent.
    pub required: &'static [&'static str],
    /// Claims that must be absent, with any value: `events` marks a security event token (RFC 8417 §2.2), such as a
    /// logout token.
    pub forbidden: &'static [&'static str],
    /// Standards and sections that define the kind.
    pub source: &'static str,
    /// Whether the audience is a client, and `azp` names one of several (OpenID Connect Core §3.1.3.7).
    pub for_client: bool,
    /// Further checks of the profile; returns the violation.
    pub check: fn(&Claims<'_>) -> Option<&'static str>,
}

/// All kinds, sorted by name.
pub static TOKEN_KINDS: &[TokenKind] = &[
    TokenKind {
        name: "at+jwt",
        typ: "at+jwt",
        typ_required: true,
        required: &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
        forbidden: &["events"],
        source: "RFC 9068 §2.1, §2.2",
        for_client: false,
        check: |_| None,
    },
    TokenKind {
        name: "client-assertion",
        typ: "JWT",
        typ_required: false,
        required: &["iss", "sub", "aud", "exp", "jti"],
        forbidden: &["events"],
        source: "RFC 7523 §3, OpenID Connect Core §9",
        for_client: false,
        check: |claims| match (claims.iss.present(), claims.sub.present()) {
            (Some(iss), Some(sub)) if iss != sub => Some("iss and sub differ; both must be the client_id"),
            _ => None,
        },
    },
    TokenKind {
        name: "id-token",
        typ: "JWT",
        typ_required: false,
        required: &["iss", "sub", "aud", "exp", "iat"],
        forbidden: &["events"],
        source: "OpenID Connect Core §2; Back-Channel Logout §2.4",
        for_client: true,
        // Since errata set 2 (2023), azp is optional with several audiences, too.
        check: |_| None,
    },
    TokenKind {
        name: "logout",
        typ: "logout+jwt",
        typ_required: false,
        required: &["iss", "aud", "iat", "exp", "jti", "events"],
        forbidden: &["nonce"],
        source: "OpenID Connect Back-Channel Logout §2.4",
        for_client: false,
        check: logout,
    },
];

/// The member that `events` of a logout token must have (Back-Channel Logout §2.4).
pub const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn logout(claims: &Claims<'_>) -> Option<&'static str> {
    if claims.said("sub").is_none() && claims.said("sid").is_none() {
        return Some("neither sub nor sid identifies the session to log out");
    }
    let events = claims.said("events")?.as_object();
    let named = events.is_some_and(|events| events.get(LOGOUT_EVENT).is_some_and(|event| event.as_object().is_some()));
    (!named).then_some("events lacks the back-channel logout event")
}

/// Claims that the profiles define in addition to RFC 7519, with their JSON types (IANA, "JSON Web Token Claims").
const TYPES: &[(&str, json::JsonKind)] = &[
    ("acr", json::JsonKind::Text),
    ("amr", json::JsonKind::Array),
    ("at_hash", json::JsonKind::Text),
    ("auth_time", json::JsonKind::Number),
    ("azp", json::JsonKind::Text),
    ("c_hash", json::JsonKind::Text),
    ("client_id", json::JsonKind::Text),
    ("cnf", json::JsonKind::Object),
    ("events", json::JsonKind::Object),
    ("nonce", json::JsonKind::Text),
    ("sid", json::JsonKind::Text),
];

/// The kind with this `--kind` value, compared case-sensitively; `None` if there is none.
pub fn find(name: &str) -> Option<&'static TokenKind> {
    TOKEN_KINDS.iter().find(|kind| kind.name == name)
}

impl TokenKind {
    /// Required claims that are absent or null.
    pub fn missing(&self, claims: &Claims<'_>) -> impl Iterator<Item = &'static str> {
        self.required.iter().copied().filter(|name| claims.said(name).is_none())
    }

    /// Forbidden claims that are present.
    pub fn present_though_forbidden(&self, claims: &Claims<'_>) -> impl Iterator<Item = &'static str> {
        self.forbidden.iter().copied().filter(|name| claims.object.get(name).is_some())
    }

    /// Claims of the wrong type by their profile. Those of RFC 7519 are checked when the claims are parsed.
    pub fn ill_typed(claims: &Claims<'_>) -> impl Iterator<Item = (&'static str, ClaimProblem)> {
        TYPES.iter().filter_map(|(name, kind)| {
            let value = claims.said(name)?;
            let fault = match (*name, value.kind()) {
                (_, own) if own != *kind => Some(ClaimProblem::Type(own)),
                ("auth_time", _) => NumericDate::read(value).err(),
                ("amr", _) => value.as_str_array().is_none().then_some(ClaimProblem::Elements),
                _ => None,
            };
            fault.map(|fault| (*name, fault))
        })
    }

    /// Whether a token with this `typ` may be of this kind. A token of one kind must not be accepted as another
    /// (RFC 8725 §3.11, §3.12).
    pub fn takes_typ(&self, typ: Option<&str>) -> bool {
        match typ {
            None => !self.typ_required,
            Some(typ) => same_type(typ, self.typ) || (!self.typ_required && same_type(typ, "JWT")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted_and_consistent() {
        assert!(TOKEN_KINDS.is_sorted_by(|a, b| a.name < b.name));
        for kind in TOKEN_KINDS {
            assert!(!kind.source.is_empty() && !kind.required.is_empty());
            assert!(find(kind.name).is_some());
        }
    }

    #[test]
    fn token_of_one_kind_is_not_accepted_as_another() {
        let takes = |kind: &str, typ| find(kind).unwrap().takes_typ(typ);
        assert!(takes("at+jwt", Some("application/AT+JWT")));
        assert!(!takes("at+jwt", None) && !takes("at+jwt", Some("JWT")));
        assert!(takes("id-token", None) && takes("id-token", Some("jwt")));
        assert!(!takes("id-token", Some("at+jwt")) && !takes("id-token", Some("logout+jwt")));
        assert!(takes("logout", Some("logout+jwt")) && takes("logout", Some("JWT")));
    }
}
