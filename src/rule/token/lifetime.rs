//! Rules about the lifetime of a token.

use super::{TokenSubject, TokenUse, TokenView};
use crate::finding::Severity;
use crate::rule::{Basis, Reporter, Rule};
use crate::rule_config::limit::{
    ACCESS_TOKEN_ADVISED, ACCESS_TOKEN_EXTREME, ACCESS_TOKEN_MAX, ID_TOKEN_MAX, LOGOUT_TOKEN_MAX, Limit,
};
use crate::time::Span;

/// From iat, else nbf, else the current time, to exp.
fn lifetime(token: &TokenView<'_>) -> Option<Span> {
    let end = token.claims.exp.present()?.ceil();
    let start = token.claims.starts().or(token.now)?;
    (end > start).then(|| end.since(start))
}

/// The limit, when `lifetime` exceeds it.
fn exceeded_limit(lifetime: Span, report: &Reporter<'_>, limit: &Limit) -> Option<Span> {
    let limit = Span::seconds(report.limit(limit));
    (lifetime > limit).then_some(limit)
}

pub(super) const LIFETIME_ACCESS_TOKEN: Rule<TokenSubject> = Rule {
    id: "lifetime-access-token",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6750 §5.3 (one hour or less); 15 minutes and 24 hours are practice",
    why: "A stolen token stays valid until it expires, and cannot be revoked.",
    fix: "shorten the lifetime to an hour or less (15 minutes is common practice) and refresh",
    bad: r#"{"alg":"ES256"} {"iat":1000,"exp":9999}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1900}"#,
    check: |token, report| {
        if !matches!(token.purpose, TokenUse::AccessToken | TokenUse::TypedAccessToken | TokenUse::Other) {
            return;
        }
        let Some(span) = lifetime(token) else { return };
        // A sender-constrained token is worth little to an attacker (RFC 9700 §2.2.1).
        let sender_constrained = token.claims.said("cnf").is_some();
        for (limit, severity) in [
            (&ACCESS_TOKEN_EXTREME, Severity::Error),
            (&ACCESS_TOKEN_MAX, Severity::Warning),
            (&ACCESS_TOKEN_ADVISED, Severity::Info),
        ] {
            if let Some(limit) = exceeded_limit(span, report, limit) {
                let severity = if sender_constrained { Severity::Info } else { severity };
                report
                    .with_severity(severity)
                    .at("/claims/exp", || format!("lifetime {}, more than {limit}", span.distinct_from(limit)));
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
    why: "An ID token proves a recent sign-in; hours later that proof is outdated, but the token still works as a \
          credential.",
    fix: "let it expire within minutes, and keep the session elsewhere",
    bad: r#"{"alg":"ES256"} {"iat":1000,"exp":99999,"nonce":"n-0S6"}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1600,"nonce":"n-0S6"}"#,
    check: |token, report| {
        if token.purpose == TokenUse::IdToken
            && let Some(span) = lifetime(token)
            && let Some(limit) = exceeded_limit(span, report, &ID_TOKEN_MAX)
        {
            report.at("/claims/exp", || format!("ID token lifetime {}, more than {limit}", span.distinct_from(limit)));
        }
    },
};

pub(super) const LIFETIME_LOGOUT_TOKEN: Rule<TokenSubject> = Rule {
    id: "lifetime-logout-token",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "OpenID Connect Back-Channel Logout §4; OWASP ASVS 5.0 10.5.5",
    why: "A captured logout token can be replayed until it expires.",
    fix: "let it expire within two minutes",
    bad: r#"{"alg":"ES256","typ":"logout+jwt"} {"iat":1000,"exp":1900}"#,
    good: r#"{"alg":"ES256","typ":"logout+jwt"} {"iat":1000,"exp":1120}"#,
    check: |token, report| {
        if token.purpose == TokenUse::LogoutToken
            && let Some(span) = lifetime(token)
            && let Some(limit) = exceeded_limit(span, report, &LOGOUT_TOKEN_MAX)
        {
            report.at("/claims/exp", || {
                format!("logout token lifetime {}, more than {limit}", span.distinct_from(limit))
            });
        }
    },
};
