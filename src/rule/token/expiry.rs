//! Does it end, and soon enough?

use super::{Token, View};
use crate::finding::Severity;
use crate::rule::{Basis, Reporter, Rule};
use crate::time::Span;
use crate::token::claims::{Claim, Fault};

/// RFC 6750 §5.3 advises bearer tokens of one hour or less.
pub const LIFETIME_MAX: Span = Span::seconds(3_600);

pub(super) const EXPIRY_BEFORE_ISSUE: Rule<Token> = Rule {
    id: "expiry-before-issue",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7519 §4.1.4, §4.1.6",
    why: "A token that ends before it begins is refused everywhere; a sign or a time zone is wrong.",
    fix: "set exp to iat plus the lifetime, both in seconds UTC",
    bad: r#"{"alg":"ES256"} {"iat":2000,"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1900}"#,
    check: |token, report| {
        if let (Some(exp), Some(start)) = (token.claims.exp.present(), token.claims.starts())
            && exp.ceil() <= start
        {
            report.at("/claims/exp", format!("exp {} is not after {start}, when the token begins", exp.ceil()));
        }
    },
};

pub(super) const EXPIRY_MISSING: Rule<Token> = Rule {
    id: "expiry-missing",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "RFC 9068 §2.2, RFC 8725 §3.10",
    why: "A token without exp works until its key is withdrawn, and so does a stolen one.",
    fix: "give it a lifetime: --ttl 15m",
    bad: r#"{"alg":"ES256"} {"iat":1000}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1900}"#,
    check: |token, report| {
        if token.claims.exp.is_absent() {
            report.at("/claims/exp", "the token never expires");
        }
    },
};

pub(super) const EXPIRY_NOT_SECONDS: Rule<Token> = Rule {
    id: "expiry-not-seconds",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7519 §2 (NumericDate)",
    why: "Milliseconds read as seconds make a token that lives for tens of thousands of years.",
    fix: "divide by 1000: NumericDate counts seconds",
    bad: r#"{"alg":"ES256"} {"iat":1700000000,"exp":1700000900000}"#,
    good: r#"{"alg":"ES256"} {"iat":1700000000,"exp":1700000900}"#,
    check: |token, report| {
        for (name, date) in [("exp", &token.claims.exp), ("nbf", &token.claims.nbf), ("iat", &token.claims.iat)] {
            if *date == Claim::Malformed(Fault::Milliseconds) {
                let value = token.claims.object.get(name).map_or("", |value| value.text());
                report.at(&format!("/claims/{name}"), format!("{name} is {value}, which looks like milliseconds"));
            }
        }
    },
};

pub(super) const LIFETIME_LONG: Rule<Token> = Rule {
    id: "lifetime-long",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 6750 §5.3 (one hour or less)",
    why: "What is stolen works until it expires, and nobody can call it back.",
    fix: "shorten the lifetime to an hour or less (15 minutes is common practice) and refresh",
    bad: r#"{"alg":"ES256"} {"iat":1000,"exp":99999}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":4600}"#,
    check: lifetime_long,
};

fn lifetime_long(token: &View<'_>, report: &mut Reporter<'_>) {
    let (Some(exp), Some(start)) = (token.claims.exp.present(), token.claims.starts()) else { return };
    let lives = exp.ceil().since(start);
    if lives > LIFETIME_MAX {
        report.at("/claims/exp", format!("it lives {lives}, more than {LIFETIME_MAX}"));
    }
}
