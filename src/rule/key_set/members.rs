//! Rules about the members of a key set: missing and invalid parameters, repeated keys and shared primes.

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
    why: "The key does not declare its algorithm, so verifiers must learn it from another source.",
    fix: "set alg in each member",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","alg":"EdDSA","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        for (member, _) in subject.keys().filter(|(_, key)| subject.is_set() && key.alg.is_none()) {
            report.at(&member.pointer, || format!("{} has no alg", member.name()));
        }
    },
};

pub(super) const JWKS_MEMBER_UNUSABLE: Rule<KeySourceSubject> = Rule {
    id: "jwks-member-unusable",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4, §5; RFC 7518 §6",
    why: "Verifiers skip a member that they cannot parse, or reject the whole set. The intended key verifies nothing, \
          or only for some verifiers.",
    fix: "correct the member, or remove it",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        for member in subject.members() {
            let Err(error) = &member.key else { continue };
            // Encryption keys, and curves that authkit does not support, are not faults.
            let unsupported = matches!(error, KeyError::Unsupported { .. });
            let severity = if unsupported { Severity::Info } else { Severity::Error };
            report.with_severity(severity).at(&member.pointer, || format!("{} cannot be used: {error}", member.name()));
        }
    },
};

pub(super) const JWK_PARAMETER_INVALID: Rule<KeySourceSubject> = Rule {
    id: "jwk-parameter-invalid",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 7517 §4.2 (use), §4.3 (key_ops), §4.4 (alg), §4.5 (kid), §4.7 (x5c)",
    why: "authkit ignores or corrects the parameter and uses the key; other verifiers reject the key, or the whole set.",
    fix: "omit the parameter, or write it as the RFC defines it",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","alg":null,"crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","alg":"EdDSA","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        for member in subject.members() {
            for fault in &member.parameter_faults {
                report.at(&member.pointer, || format!("{}: {fault}", member.name()));
            }
        }
    },
};

pub(super) const JWKS_USE_MISSING: Rule<KeySourceSubject> = Rule {
    id: "jwks-use-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8414 §2 (jwks_uri: with both kinds of keys, use is required for all)",
    why: "The set has keys for signatures and for encryption, and this key does not declare which it is.",
    fix: "set \"use\": \"sig\" or \"enc\" in each member",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","kid":"b","use":"enc","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","use":"sig","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","kid":"b","use":"enc","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    check: |subject, report| {
        if !subject.is_set() || !subject.keys().any(|(_, key)| key.usage.as_deref() == Some("enc")) {
            return;
        }
        for (member, _) in subject.keys().filter(|(_, key)| key.usage.is_none() && key.operations.is_none()) {
            report.at(&member.pointer, || format!("{} does not declare its purpose (use)", member.name()));
        }
    },
};

pub(super) const KEY_REPEATED: Rule<KeySourceSubject> = Rule {
    id: "key-repeated",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice",
    why: "A key under two names stays usable after one of them is revoked, and looks like a rotation overlap although \
          there is none.",
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
    why: "Anyone with both public keys can compute the common prime, and from it both private keys. The generator was \
          not random.",
    fix: "replace both keys, using a machine with a sound random number generator, and every other key generated on \
          that machine",
    bad: r#"{"keys":[{"kty":"RSA","kid":"a","n":"____6gAAAFU","e":"AQAB"},{"kty":"RSA","kid":"b","n":"____ugAAAUU","e":"AQAB"}]}"#,
    good: r#"{"keys":[{"kty":"RSA","kid":"a","n":"____6gAAAFU","e":"AQAB"}]}"#,
    check: |subject, report| {
        for (index, other) in subject.shared {
            let Some(member) = subject.survey.members.get(*index) else { continue };
            report.at(&member.at("n"), || format!("the modulus of {} shares a prime with {other}", member.name()));
        }
    },
};

pub(super) const X5C_MISMATCH: Rule<KeySourceSubject> = Rule {
    id: "x5c-mismatch",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.7",
    why: "The first certificate must contain the key of the member; verifiers that take the key from one or the other \
          disagree about which tokens are valid.",
    fix: "put the certificate of this key first, in standard base64, or omit x5c",
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
