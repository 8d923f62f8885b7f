//! Tokens that outlive a logout, and refresh tokens that can be used again.

use super::{LifecycleSubject, failed};
use crate::finding::Severity;
use crate::lifecycle::LifecycleCheck;
use crate::rule::{Basis, Rule};
use crate::time::Span;

pub(super) const ACCESS_TOKEN_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "access-token-not-revoked",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1 (self-contained tokens need a list of those that are over, too); RFC 7009 §2.1",
    why: "Whoever copied the access token goes on as the user after logout, until it expires. Short lives make that \
          short; only a list of tokens that are over, or a look at the session, ends it at once.",
    fix: "keep a list of tokens that are over until they expire, or make access tokens live for minutes",
    bad: "access-revoked no",
    good: "access-revoked yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::AccessRevoked) {
            let lives_on = story.tokens.as_ref().and_then(|tokens| tokens.lives_on);
            let span = lives_on.and_then(|seconds| u64::try_from(seconds).ok()).map(Span::seconds);
            report.report(|| match span {
                Some(span) => {
                    format!("the access token is still good after logout, and says that it is for {span} more")
                }
                None => "the access token is still good after logout, and nothing says for how long".to_owned(),
            });
        }
    },
};

pub(super) const REFRESH_REUSE_UNDETECTED: Rule<LifecycleSubject> = Rule {
    id: "refresh-reuse-undetected",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 9700 §4.14.2; OWASP ASVS 5.0 10.4.5",
    why: "When a refresh token comes twice, one of the two has stolen it, and nobody knows which. While the newer \
          token stays good, a thief who was first keeps the session.",
    fix: "end all tokens of the grant when a refresh token comes that was used already",
    bad: "reuse-detected no",
    good: "reuse-detected yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::ReuseDetected) {
            report.report(|| "a used refresh token was refused, and the newer one stays good".to_owned());
        }
    },
};

pub(super) const REFRESH_TOKEN_NOT_REVOKED: Rule<LifecycleSubject> = Rule {
    id: "refresh-token-not-revoked",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 7.4.1; RFC 7009 §2",
    why: "Whoever copied the refresh token makes new access tokens after logout, for as long as it lives: weeks.",
    fix: "end the refresh token at logout, and all that come from the same grant",
    bad: "refresh-revoked no",
    good: "refresh-revoked yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::RefreshRevoked) {
            report.report(|| "after logout the refresh token still makes access tokens".to_owned());
        }
    },
};

pub(super) const REFRESH_TOKEN_NOT_ROTATED: Rule<LifecycleSubject> = Rule {
    id: "refresh-token-not-rotated",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 9700 §2.2.2, §4.14.2 (public clients: rotated, or bound to the client); FAPI 2.0 §5.3.2.1 item 9 forbids it",
    why: "A stolen refresh token of an app or a page works beside the real one, and nobody notices. For clients that \
          prove who they are, not to rotate is right.",
    fix: "for public clients, hand out a new refresh token with each refresh, or bind it to a key (DPoP)",
    bad: "refresh-rotated no",
    good: "refresh-rotated yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::RefreshRotated) {
            report.report(|| "a refresh hands out no new refresh token".to_owned());
        }
    },
};

pub(super) const REFRESH_TOKEN_REUSABLE: Rule<LifecycleSubject> = Rule {
    id: "refresh-token-reusable",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 10.4.5; RFC 9700 §4.14.2",
    why: "A refresh token that was used is good again: rotation protects nobody. A grace of a few seconds for retries \
          looks the same here, because the replay comes at once.",
    fix: "refuse refresh tokens that were used, and keep a grace for retries short",
    bad: "reuse-refused no",
    good: "reuse-refused yes",
    check: |story, report| {
        if failed(story, LifecycleCheck::ReuseRefused) {
            report.report(|| "a refresh token that was used a moment ago was taken again".to_owned());
        }
    },
};
