//! Rules about logout tokens (OpenID Connect Back-Channel Logout §2.4).

use super::{TokenSubject, TokenUse};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::token::claims::Claims;
use crate::token::kind::{self, LOGOUT_EVENT};

/// Whether the claim "events" contains the back-channel logout event.
pub(super) fn has_event(claims: &Claims<'_>) -> bool {
    let events = claims.object.get("events").and_then(|events| events.as_object());
    events.is_some_and(|events| events.get(LOGOUT_EVENT).is_some())
}

pub(super) const LOGOUT_TOKEN_SHAPE: Rule<TokenSubject> = Rule {
    id: "logout-token-shape",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OpenID Connect Back-Channel Logout §2.4, §2.6",
    why: "A logout token that looks like an ID token can be used as one, and an ID token used as a logout token ends \
          other users' sessions.",
    fix: "omit nonce, put the back-channel logout event into events, and set sub or sid",
    bad: r#"{"alg":"ES256","typ":"logout+jwt"} {"sub":"alice","nonce":"n-0S6"}"#,
    good: r#"{"alg":"ES256","typ":"logout+jwt"} {"sub":"alice","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}"#,
    check: |token, report| {
        let Some(kind) = kind::find("logout").filter(|_| token.purpose == TokenUse::LogoutToken) else { return };
        for name in kind.present_though_forbidden(token.claims) {
            report.at(&format!("/claims/{name}"), || format!("a logout token must not have {name}"));
        }
        if token.claims.said("events").is_none() {
            report.at("/claims/events", || "missing claim \"events\"".to_owned());
        } else if let Some(problem) = (kind.check)(token.claims) {
            report.at("/claims", || problem.to_owned());
        }
    },
};
