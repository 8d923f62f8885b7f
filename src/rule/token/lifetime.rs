//! How long does it live?

use super::{TokenSubject, TokenUse, TokenView};
use crate::finding::Severity;
use crate::rule::{Basis, Reporter, Rule};
use crate::rule_config::limit::{
    ACCESS_TOKEN_ADVISED, ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, ID_TOKEN_MAX, LOGOUT_TOKEN_MAX, Limit,
};
use crate::time::Span;

/// From iat, or nbf, or now, to exp.
fn lifetime(token: &TokenView<'_>) -> Option<Span> {
    let end = token.claims.exp.present()?.ceil();
    let start = token.claims.starts().or(token.now)?;
    (end > start).then(|| end.since(start))
}

/// The limit, when `lives` is longer.
fn beyond(lives: Span, report: &Reporter<'_>, limit: &Limit) -> Option<Span> {
    let limit = Span::seconds(report.limit(limit));
    (lives > limit).then_some(limit)
}

pub(super) const LIFETIME_ACCESS_TOKEN: Rule<TokenSubject> = Rule {
    id: "lifetime-access-token",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6750 §5.3 (one hour or less); 15 minutes and 24 hours are practice",
    why: "What is stolen works until it expires, and nobody can call it back.",
    fix: "shorten the lifetime to an hour or less (15 minutes is common practice) and refresh",
    bad: r#"{"alg":"ES256"} {"iat":1000,"exp":9999}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1900}"#,
    check: |token, report| {
        if !matches!(token.purpose, TokenUse::AccessToken | TokenUse::TypedAccessToken | TokenUse::Other) {
            return;
        }
        let Some(lives) = lifetime(token) else { return };
        // A token that is bound to a key is worth little to a thief (RFC 9700 §2.2.1).
        let bound = token.claims.said("cnf").is_some();
        for (limit, severity) in [
            (&ACCESS_TOKEN_EXTREME, Severity::Error),
            (&ACCESS_TOKEN_MAX, Severity::Warning),
            (&ACCESS_TOKEN_ADVISED, Severity::Info),
        ] {
            if let Some(limit) = beyond(lives, report, limit) {
                let severity = if bound { Severity::Info } else { severity };
                report
                    .with_severity(severity)
                    .at("/claims/exp", || format!("it lives {}, more than {limit}", lives.distinct_from(limit)));
                return;
            }
        }
    },
};

pub(super) const LIFETIME_ID_TOKEN: Rule<TokenSubject> = Rule {
    id: "lifetime-id-token",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: no standard has a number",
    why: "An ID token tells who has just signed in; hours later that is no longer news but still a credential.",
    fix: "let it expire within minutes; keep the session elsewhere",
    bad: r#"{"alg":"ES256"} {"iat":1000,"exp":99999,"nonce":"n-0S6"}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1600,"nonce":"n-0S6"}"#,
    check: |token, report| {
        if token.purpose == TokenUse::IdToken
            && let Some(lives) = lifetime(token)
            && let Some(limit) = beyond(lives, report, &ID_TOKEN_MAX)
        {
            report
                .at("/claims/exp", || format!("the ID token lives {}, more than {limit}", lives.distinct_from(limit)));
        }
    },
};

pub(super) const LIFETIME_LOGOUT_TOKEN: Rule<TokenSubject> = Rule {
    id: "lifetime-logout-token",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "OpenID Connect Back-Channel Logout §4; OWASP ASVS 5.0 10.5.5",
    why: "A captured logout token can be replayed for as long as it lives.",
    fix: "let it expire within two minutes",
    bad: r#"{"alg":"ES256","typ":"logout+jwt"} {"iat":1000,"exp":1900}"#,
    good: r#"{"alg":"ES256","typ":"logout+jwt"} {"iat":1000,"exp":1120}"#,
    check: |token, report| {
        if token.purpose == TokenUse::LogoutToken
            && let Some(lives) = lifetime(token)
            && let Some(limit) = beyond(lives, report, &LOGOUT_TOKEN_MAX)
        {
            report.at("/claims/exp", || {
                format!("the logout token lives {}, more than {limit}", lives.distinct_from(limit))
            });
        }
    },
};
