//! Rules about exp, nbf and iat of an unverified token.

use super::{TokenSubject, TokenUse};
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::CLOCK_SKEW;
use crate::time::Span;
use crate::token::claims::{Claim, ClaimProblem};

pub(super) const EXP_BEFORE_IAT: Rule<TokenSubject> = Rule {
    id: "exp-before-iat",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7519 §4.1.4, §4.1.6",
    why: "A token that expires before it becomes valid is rejected everywhere; a sign or a time zone is wrong.",
    fix: "set exp to iat plus the lifetime, both in seconds UTC",
    bad: r#"{"alg":"ES256"} {"iat":2000,"exp":1000}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1900}"#,
    check: |token, report| {
        if let (Some(exp), Some(start)) = (token.claims.exp.present(), token.claims.starts())
            && exp.ceil() <= start
        {
            report
                .at("/claims/exp", || format!("exp {} is not after {start}, when the token becomes valid", exp.ceil()));
        }
    },
};

pub(super) const EXP_EXPIRED: Rule<TokenSubject> = Rule {
    id: "exp-expired",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 7519 §4.1.4; OWASP ASVS 5.0 9.2.1",
    why: "The token must no longer be accepted; a verifier that still accepts it does not check exp.",
    fix: "get a new token, and find the client that still sends this one",
    bad: r#"{"alg":"ES256"} {"exp":1000} now=2000"#,
    good: r#"{"alg":"ES256"} {"exp":2000} now=1000"#,
    check: |token, report| {
        let (Some(exp), Some(now)) = (token.claims.exp.present(), token.now) else { return };
        if now >= exp.ceil().plus(Span::seconds(report.limit(&CLOCK_SKEW))) {
            report.at("/claims/exp", || format!("expired {} ({})", exp.ceil().relative_to(now), exp.ceil()));
        }
    },
};

pub(super) const EXP_MISSING: Rule<TokenSubject> = Rule {
    id: "exp-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 6750 §5.2 (the lifetime of a bearer token must be limited); RFC 9068 §2.2; OpenID Connect Core §2",
    why: "A token without exp stays valid until its key is withdrawn, and so does a stolen one.",
    fix: "set a lifetime: --ttl 15m",
    bad: r#"{"alg":"ES256"} {"iat":1000}"#,
    good: r#"{"alg":"ES256"} {"iat":1000,"exp":1900}"#,
    check: |token, report| {
        if token.claims.exp.is_absent() && token.purpose != TokenUse::DpopProof {
            if token.is_required("exp") {
                report.with_severity(Severity::Error);
            }
            report.at("/claims/exp", || "the token never expires".to_owned());
        }
    },
};

pub(super) const EXP_NOT_SECONDS: Rule<TokenSubject> = Rule {
    id: "exp-not-seconds",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7519 §2 (NumericDate); reading numbers above 1e11 as milliseconds is practice",
    why: "Milliseconds read as seconds make a token that is valid for tens of thousands of years.",
    fix: "write a JSON number of seconds; divide milliseconds by 1000",
    bad: r#"{"alg":"ES256"} {"iat":1700000000,"exp":1700000900000}"#,
    good: r#"{"alg":"ES256"} {"iat":1700000000,"exp":1700000900}"#,
    check: |token, report| {
        for (name, date) in [("exp", &token.claims.exp), ("nbf", &token.claims.nbf), ("iat", &token.claims.iat)] {
            let Claim::Malformed(fault) = date else { continue };
            let value = token.claims.object.get(name).map_or("", |value| value.text());
            let value: String = value.chars().take(40).collect();
            let message = match fault {
                ClaimProblem::Milliseconds => format!("{name} is {value}, which looks like milliseconds"),
                fault => format!("{name} is {}, not a number of seconds: {value}", fault.describe()),
            };
            report.at(&format!("/claims/{name}"), || message);
        }
    },
};

pub(super) const NBF_FUTURE: Rule<TokenSubject> = Rule {
    id: "nbf-future",
    severity: Severity::Info,
    basis: Basis::Normative,
    source: "RFC 7519 §4.1.5; OWASP ASVS 5.0 9.2.1",
    why: "The token must not be accepted yet; if it was just issued, one of the clocks is wrong.",
    fix: "compare the clocks of the issuer and the verifier",
    bad: r#"{"alg":"ES256"} {"nbf":2000,"exp":3000} now=1000"#,
    good: r#"{"alg":"ES256"} {"nbf":1000,"exp":3000} now=2000"#,
    check: |token, report| {
        let (Some(nbf), Some(now)) = (token.claims.nbf.present(), token.now) else { return };
        if now.plus(Span::seconds(report.limit(&CLOCK_SKEW))) < nbf.ceil() {
            report.at("/claims/nbf", || format!("valid {} ({})", nbf.ceil().relative_to(now), nbf.ceil()));
        }
    },
};
