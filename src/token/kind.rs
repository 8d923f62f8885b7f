//! Kinds of token: what the profile of each demands beyond RFC 7519. `--kind` means the same when
//! issuing (what must be set) and when verifying (what must be there).

use super::claims::{ClaimProblem, Claims, NumericDate};
use super::header::same_type;
use crate::encoding::json;

/// One kind of token.
pub struct TokenKind {
    /// The value of `--kind`.
    pub name: &'static str,
    /// The `typ` that `issue` writes.
    pub typ: &'static str,
    /// Whether a verifier demands that very `typ`; otherwise it refuses only the types of other kinds.
    pub typ_required: bool,
    pub required: &'static [&'static str],
    /// Whatever they say: `events` makes a security event of a token (RFC 8417 §2.2), as a logout token is one.
    pub forbidden: &'static [&'static str],
    pub source: &'static str,
    /// Whether the audience is a client, and `azp` says which of several (OpenID Connect Core §3.1.3.7).
    pub for_client: bool,
    /// What else the profile says; the answer is what is wrong.
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
        check: |claims| {
            let several = claims.aud.present().is_some_and(|aud| aud.len() > 1);
            (several && claims.said("azp").is_none()).then_some("several audiences need azp")
        },
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

/// The member that a logout token's `events` must have (Back-Channel Logout §2.4).
pub const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn logout(claims: &Claims<'_>) -> Option<&'static str> {
    if claims.said("sub").is_none() && claims.said("sid").is_none() {
        return Some("neither sub nor sid says who is logged out");
    }
    let events = claims.said("events")?.as_object();
    let named = events.is_some_and(|events| events.get(LOGOUT_EVENT).is_some_and(|event| event.as_object().is_some()));
    (!named).then_some("events does not hold the back-channel logout event")
}

/// Claims that the profiles of kinds define besides those of RFC 7519, and what they must be (IANA, "JSON Web Token
/// Claims").
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

pub fn find(name: &str) -> Option<&'static TokenKind> {
    TOKEN_KINDS.iter().find(|kind| kind.name == name)
}

impl TokenKind {
    /// Required claims that are absent or null.
    pub fn missing(&self, claims: &Claims<'_>) -> impl Iterator<Item = &'static str> {
        self.required.iter().copied().filter(|name| claims.said(name).is_none())
    }

    /// Claims that must not be there.
    pub fn present_though_forbidden(&self, claims: &Claims<'_>) -> impl Iterator<Item = &'static str> {
        self.forbidden.iter().copied().filter(|name| claims.object.get(name).is_some())
    }

    /// Claims that are not what their profile says. Those of RFC 7519 are read with the claims.
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

    /// Whether a token with this `typ` may be of this kind. A token of one kind must not pass for
    /// another (RFC 8725 §3.11, §3.12).
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
    fn laws_of_the_list() {
        assert!(TOKEN_KINDS.is_sorted_by(|a, b| a.name < b.name));
        for kind in TOKEN_KINDS {
            assert!(!kind.source.is_empty() && !kind.required.is_empty());
            assert!(find(kind.name).is_some());
        }
    }

    #[test]
    fn one_kind_does_not_pass_for_another() {
        let takes = |kind: &str, typ| find(kind).unwrap().takes_typ(typ);
        assert!(takes("at+jwt", Some("application/AT+JWT")));
        assert!(!takes("at+jwt", None) && !takes("at+jwt", Some("JWT")));
        assert!(takes("id-token", None) && takes("id-token", Some("jwt")));
        assert!(!takes("id-token", Some("at+jwt")) && !takes("id-token", Some("logout+jwt")));
        assert!(takes("logout", Some("logout+jwt")) && takes("logout", Some("JWT")));
    }
}
