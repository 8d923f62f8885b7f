//! Rules about checks that were missing, or relaxed, when a verifier accepted a token.

use super::AcceptedTokenSubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const ISSUED_IN_FUTURE: Rule<AcceptedTokenSubject> = Rule {
    id: "issued-in-future",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "RFC 7519 §4.1.6 (iat is information, not a limit)",
    why: "An iat in the future means that a clock is wrong, at the verifier or at the issuer.",
    fix: "compare the clocks; to delay the validity of a token, use nbf",
    bad: "iat=2000 now=1000",
    good: "iat=1000 now=2000",
    check: |token, report| {
        if let (Some(iat), Some(now)) = (token.iat, token.now)
            && iat > now.plus(token.leeway)
        {
            report.at("/claims/iat", || format!("issued {} ({iat})", iat.relative_to(now)));
        }
    },
};

pub(super) const ISSUER_UNCHECKED: Rule<AcceptedTokenSubject> = Rule {
    id: "issuer-unchecked",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8725 §3.8",
    why: "A key that several issuers share, or that was loaded from the wrong source, verifies tokens of any of them.",
    fix: "name the issuer: --iss VALUE",
    bad: "iss=https://a.test",
    good: "iss=https://a.test checked",
    check: |token, report| {
        if let (Some(iss), false) = (token.iss, token.issuer_checked) {
            report.at("/claims/iss", || format!("iss \"{iss}\" was not checked"));
        }
    },
};

pub(super) const SIGNATURE_HIGH_S: Rule<AcceptedTokenSubject> = Rule {
    id: "signature-high-s",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "RFC 8812 §3.2; BIP 62 (low s)",
    why: "Anyone can convert the signature into a second valid one; software that compares tokens byte by byte sees \
          two tokens.",
    fix: "have the issuer use the lower of the two values of s",
    bad: "high-s",
    good: "iss=https://a.test checked",
    check: |token, report| {
        if token.high_s {
            report.report(|| "the ES256K signature has a high s value".to_owned());
        }
    },
};

pub(super) const WEAK_KEY_ACCEPTED: Rule<AcceptedTokenSubject> = Rule {
    id: "weak-key-accepted",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.2, §3.3, §3.5",
    why: "An attacker who cracks the secret or factors the modulus can forge any token.",
    fix: "rotate to a key of full strength, then drop --allow-weak",
    bad: "weak",
    good: "iss=https://a.test checked",
    check: |token, report| {
        if let Some(weakness) = &token.weakness {
            report.report(|| format!("accepted only because of --allow-weak: {weakness}"));
        }
    },
};
