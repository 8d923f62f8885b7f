//! Rules about the length of a key.

use super::KeySubject;
use crate::finding::Severity;
use crate::key::Material;
use crate::key::validation::{self, Weakness};
use crate::rule::{Basis, Rule};
use crate::rule_config::limit::RSA_BITS_ADVISED;

pub(super) const HMAC_KEY_SHORT: Rule<KeySubject> = Rule {
    id: "hmac-key-short",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.2",
    why: "A short secret can be cracked offline from one token.",
    fix: "generate a new secret as long as the hash output: authkit keys generate --type hs256",
    bad: "secret 12 HS256",
    good: "secret 32 HS256",
    check: |subject, report| {
        if let Some(weakness @ Weakness::ShortSecret { .. }) = validation::weakness(subject.key, subject.algorithm) {
            report.report(|| format!("the key is too weak for {}: {weakness}", subject.algorithm.name));
        }
    },
};

pub(super) const RSA_BITS_BELOW_ADVISED: Rule<KeySubject> = Rule {
    id: "rsa-bits-below-advised",
    severity: Severity::Info,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 11.2.3 (128 bits of security: RSA 3072)",
    why: "2048 bits are allowed (RFC 7518 §3.3), and correspond to about 112 bits of security.",
    fix: "generate the next key with more bits (authkit keys generate --type rsa:3072), or use p256",
    bad: r#"{"kty":"RSA","n":"8w8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw","e":"AQAB"}"#,
    good: r#"{"kty":"RSA","n":"8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8","e":"AQAB"}"#,
    check: |subject, report| {
        let Material::Rsa(_) = &subject.key.material else { return };
        let (bits, advised) = (subject.key.bits(), report.limit(&RSA_BITS_ADVISED));
        // rsa-key-small reports a shorter modulus.
        if bits >= validation::RSA_RECOMMENDED_BITS && u64::try_from(bits).is_ok_and(|bits| bits < advised) {
            report.report(|| format!("the RSA modulus has {bits} bits, {advised} recommended"));
        }
    },
};

pub(super) const RSA_KEY_SMALL: Rule<KeySubject> = Rule {
    id: "rsa-key-small",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.3, §3.5",
    why: "A short modulus can be factored, and then anyone can sign with the private key.",
    fix: "generate a new key (authkit keys generate --type rsa:3072, or p256) and rotate to it",
    bad: r#"{"kty":"RSA","n":"8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8","e":"AQAB"}"#,
    good: r#"{"kty":"RSA","n":"8w8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw","e":"AQAB"}"#,
    check: |subject, report| {
        let (bits, least) = (subject.key.bits(), validation::RSA_RECOMMENDED_BITS);
        if matches!(subject.key.material, Material::Rsa(_)) && bits < least {
            report.report(|| format!("the RSA modulus has {bits} bits, at least {least} required"));
        }
    },
};
