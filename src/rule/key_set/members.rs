//! Is each member what it should be, and none of them another's?

use super::KeySourceSubject;
use crate::finding::Severity;
use crate::key::KeyError;
use crate::rule::{Basis, Rule};
use std::collections::BTreeMap;

pub(super) const JWKS_ALG_MISSING: Rule<KeySourceSubject> = Rule {
    id: "jwks-alg-missing",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.1 (each key must be used with exactly one algorithm); RFC 7517 §4.4 (alg is optional)",
    why: "The key does not say which algorithm it is for, so that verifiers must know it from elsewhere.",
    fix: "say alg in each member",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","alg":"EdDSA","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        for (member, _) in subject.keys().filter(|(_, key)| subject.is_set() && key.alg.is_none()) {
            report.at(&member.pointer, || format!("{} names no algorithm", member.name()));
        }
    },
};

pub(super) const JWKS_MEMBER_UNUSABLE: Rule<KeySourceSubject> = Rule {
    id: "jwks-member-unusable",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4, §5; RFC 7518 §6",
    why: "Verifiers leave out a member that they cannot read, or refuse the whole set. What was written there signs \
          nothing, or only for some.",
    fix: "correct the member, or take it out",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        for member in subject.members() {
            let Err(error) = &member.key else { continue };
            // Keys for encryption, and curves that others know, are nobody's fault.
            let foreign = matches!(error, KeyError::Unsupported { .. });
            let weight = if foreign { Severity::Info } else { Severity::Error };
            report.with_severity(weight).at(&member.pointer, || format!("{} cannot be used: {error}", member.name()));
        }
    },
};

pub(super) const JWKS_USE_MISSING: Rule<KeySourceSubject> = Rule {
    id: "jwks-use-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8414 §2 (jwks_uri: with both kinds of keys, use is required for all)",
    why: "The set has keys for signatures and for encryption, and this one does not say which it is.",
    fix: "say \"use\": \"sig\" or \"enc\" in each member",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","kid":"b","use":"enc","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","use":"sig","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","kid":"b","use":"enc","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    check: |subject, report| {
        if !subject.is_set() || !subject.keys().any(|(_, key)| key.usage.as_deref() == Some("enc")) {
            return;
        }
        for (member, _) in subject.keys().filter(|(_, key)| key.usage.is_none() && key.operations.is_none()) {
            report.at(&member.pointer, || format!("{} does not say what it is for (use)", member.name()));
        }
    },
};

pub(super) const KEY_REPEATED: Rule<KeySourceSubject> = Rule {
    id: "key-repeated",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice",
    why: "One key under two names cannot be revoked by one of them, and looks like an overlap that is none.",
    fix: "keep the key once",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"b","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        let mut seen = BTreeMap::new();
        for (member, key) in subject.keys() {
            let first = *seen.entry(key.digest()).or_insert(member);
            if !std::ptr::eq(first, member) {
                report.at(&member.pointer, || {
                    format!("{} is the same key as {} ({})", member.name(), first.name(), first.pointer)
                });
            }
        }
    },
};

pub(super) const RSA_PRIME_SHARED: Rule<KeySourceSubject> = Rule {
    id: "rsa-prime-shared",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "Heninger et al., Mining Your Ps and Qs, USENIX Security 2012; FIPS 186-5 §A.1 (primes are random)",
    why: "Two moduli with a common prime give it away to anybody who sees both, and with it both private keys. The \
          generator that made them was not random.",
    fix: "replace both keys, on a machine with a sound generator, and every other key that was made there",
    bad: r#"{"keys":[{"kty":"RSA","kid":"a","n":"____6gAAAFU","e":"AQAB"},{"kty":"RSA","kid":"b","n":"____ugAAAUU","e":"AQAB"}]}"#,
    good: r#"{"keys":[{"kty":"RSA","kid":"a","n":"____6gAAAFU","e":"AQAB"}]}"#,
    check: |subject, report| {
        for (place, other) in subject.shared {
            let Some(member) = subject.survey.members.get(*place) else { continue };
            report.at(&member.at("n"), || format!("the modulus of {} shares a prime with {other}", member.name()));
        }
    },
};

pub(super) const X5C_MISMATCH: Rule<KeySourceSubject> = Rule {
    id: "x5c-mismatch",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.7",
    why: "The first certificate must hold the key of the member; verifiers that take the key from the one or from the \
          other disagree about which tokens are good.",
    fix: "put the certificate of this very key first, in plain base64, or leave x5c out",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","x5c":["AAAA"]}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        for member in subject.members() {
            if let Some(fault) = &member.certificates_fault {
                report.at(&member.at("x5c"), || format!("{}: {fault}", member.name()));
            }
        }
    },
};
