//! Rules about the cryptographic parameters of a key: key validation, RSA exponent and modulus.

use super::KeySubject;
use crate::finding::Severity;
use crate::key::validation::{self, ExponentFault, InvalidKey};
use crate::key::{Material, derive};
use crate::rule::{Basis, Rule};

pub(super) const KEY_UNSOUND: Rule<KeySubject> = Rule {
    id: "key-unsound",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §6; RFC 8725 §3.4 (validate cryptographic inputs); RFC 8032 §5.1.3",
    why: "The key is damaged, or crafted to attack its user. authkit never uses it; a verifier without key validation \
          may.",
    fix: "replace the key, and find out who created it",
    bad: r#"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}"#,
    good: r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        let Some(unsound) = subject.unsound else { return };
        // Other rules report these.
        let elsewhere = matches!(
            unsound,
            InvalidKey::RsaTooSmall { .. }
                | InvalidKey::Roca
                | InvalidKey::RsaExponent { fault: ExponentFault::Even | ExponentFault::TooSmall }
        );
        if !elsewhere {
            report.report(|| unsound.to_string());
        }
    },
};

pub(super) const RSA_EXPONENT_WEAK: Rule<KeySubject> = Rule {
    id: "rsa-exponent-weak",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "FIPS 186-5 §5.4 (2^16 < e < 2^256, e odd); RFC 7518 §8.3",
    why: "With e = 1 anyone can sign. Small exponents turned flawed padding checks into signature forgeries \
          (Bleichenbacher 2006).",
    fix: "generate a new key: authkit keys generate --type rsa:3072 (e = 65537)",
    bad: r#"{"kty":"RSA","n":"8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8","e":"Aw"}"#,
    good: r#"{"kty":"RSA","n":"8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8","e":"AQAB"}"#,
    check: |subject, report| {
        const USUAL: u64 = 65_537;
        let Material::Rsa(rsa) = &subject.key.material else { return };
        let bytes = derive::trimmed(&rsa.e);
        if bytes.len() > 8 {
            return;
        }
        let e = bytes.iter().fold(0_u64, |e, byte| (e << 8) | u64::from(*byte));
        if e < 3 || e & 1 == 0 {
            report.with_severity(Severity::Error).report(|| format!("the public exponent is {e}: not a valid RSA key"));
        } else if e < USUAL {
            report.report(|| format!("the public exponent is {e}, recommended {USUAL}"));
        }
    },
};

pub(super) const RSA_ROCA: Rule<KeySubject> = Rule {
    id: "rsa-roca",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "CVE-2017-15361; Nemec et al., The Return of Coppersmith's Attack, CCS 2017",
    why: "The modulus has the structure that a widespread smart card and TPM library produced; such keys can be \
          factored.",
    fix: "replace the key with one generated in software (authkit keys generate), or on fixed hardware",
    bad: r#"{"kty":"RSA","n":"BJJl01dUTKaKqfMGcKwDDGs1iDKu0UQKBooheSxpmrf7","e":"AQAB"}"#,
    good: r#"{"kty":"RSA","n":"8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8w8","e":"AQAB"}"#,
    check: |subject, report| {
        if let Material::Rsa(rsa) = &subject.key.material
            && validation::has_roca_fingerprint(&rsa.n)
        {
            report.report(|| InvalidKey::Roca.to_string());
        }
    },
};

pub(super) const RSA_MODULUS_FACTORABLE: Rule<KeySubject> = Rule {
    id: "rsa-modulus-factorable",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "FIPS 186-5 §A.1.3 (random primes of equal length, far apart); CVE-2022-26320 (close primes); RFC 8017 §3.1",
    why: "The modulus can be factored within moments, which reveals the private key: anyone can sign as its owner. \
          Verifiers accept such a key like any other.",
    fix: "replace the key (authkit keys generate), revoke what it signed, and find out what generated it",
    bad: r#"{"kty":"RSA","n":"______________________________________________________________________________________8","e":"AQAB"}"#,
    good: r#"{"kty":"RSA","n":"vxQ36sWnMDuBwvQ7O9MCNh0sn9dOO5x-T1TnpU-HsZkmAlNzrwJ0cprUddnelwO8wiPxKKK1U5usHo_PhveknQ15eAatGfXkPxPkPPqhw-8IEpuGEOGPqF-BScsJ-p4Xfk3VkS-Gbti04i7lmIPmYEkGR_vKGh95YPaiL1kCb3U","e":"AQAB"}"#,
    check: |subject, report| {
        if let Some(factorable) = subject.factorable {
            report.at("/n", || format!("the RSA modulus {factorable}"));
        }
    },
};
