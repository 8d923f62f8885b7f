//! Rules about tokens that stay valid after logout, and about refresh tokens that can be reused.

use super::{LifecycleSubject, failed};
use crate::finding::Severity;
use crate::lifecycle::LifecycleCheck;
use crate::rule::{Basis, Rule};
use crate::time::Span;

pub(super) const ACCESS_TOKEN_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "access-token-not-revoked",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1 (self-contained tokens need a denylist of terminated ones, too); RFC 7009 §2.1",
    why: "An attacker with a copy of the access token can act as the user after logout, until it expires. A short \
          lifetime limits that window; only a denylist or a session lookup closes it at once.",
    fix: "keep a denylist of revoked tokens until they expire, or limit access tokens to minutes",
    bad: "access-revoked fail",
    good: "access-revoked pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::AccessRevoked) {
            let remaining = trace.tokens.as_ref().and_then(|tokens| tokens.lives_on);
            let span = remaining.and_then(|seconds| u64::try_from(seconds).ok()).map(Span::seconds);
            report.report(|| match span {
                Some(span) => {
                    format!("the access token is still valid after logout and expires in {span}")
                }
                None => "the access token is still valid after logout and declares no expiry".to_owned(),
            });
        }
    },
};

pub(super) const REFRESH_REUSE_UNDETECTED: Rule<LifecycleSubject> = Rule {
    id: "refresh-reuse-undetected",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §4.14.2; OWASP ASVS 5.0 10.4.5",
    why: "When a refresh token is used twice, one of the two users is an attacker, and the server cannot tell which. \
          If the newer token stays valid, an attacker who was first keeps the session.",
    fix: "revoke all tokens of the grant when a used refresh token is presented",
    bad: "reuse-detected fail",
    good: "reuse-detected pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::ReuseDetected) {
            report.report(|| "a used refresh token was rejected, but the newer one stays valid".to_owned());
        }
    },
};

pub(super) const REFRESH_TOKEN_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "refresh-token-not-revoked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1; RFC 7009 §2",
    why: "An attacker with a copy of the refresh token can get new access tokens after logout until it expires, \
          usually for weeks.",
    fix: "revoke the refresh token at logout, and all tokens of the same grant",
    bad: "refresh-revoked fail",
    good: "refresh-revoked pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::RefreshRevoked) {
            report.report(|| "the refresh token still issues access tokens after logout".to_owned());
        }
    },
};

pub(super) const REFRESH_TOKEN_NOT_ROTATED: Rule<LifecycleSubject> = Rule {
    id: "refresh-token-not-rotated",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9700 §2.2.2, §4.14.2 (public clients: rotated, or bound to the client); FAPI 2.0 §5.3.2.1 item 9 forbids it",
    why: "A refresh token stolen from an app or a web page can be used in parallel to the legitimate one without \
          detection. For clients that authenticate, not rotating is correct.",
    fix: "for public clients, issue a new refresh token with each refresh, or sender-constrain it (DPoP)",
    bad: "refresh-rotated fail",
    good: "refresh-rotated pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::RefreshRotated) {
            report.report(|| "a refresh does not issue a new refresh token".to_owned());
        }
    },
};

pub(super) const REFRESH_TOKEN_REUSABLE: Rule<LifecycleSubject> = Rule {
    id: "refresh-token-reusable",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 10.4.5; RFC 9700 §4.14.2",
    why: "A used refresh token is accepted again, so rotation protects no user. A grace period of a few seconds for \
          retries looks the same here, because the replay follows at once.",
    fix: "reject used refresh tokens, and keep the grace period for retries short",
    bad: "reuse-refused fail",
    good: "reuse-refused pass",
    check: |trace, report| {
        if failed(trace, LifecycleCheck::ReuseRefused) {
            report.report(|| "a refresh token that was just used was accepted again".to_owned());
        }
    },
};
