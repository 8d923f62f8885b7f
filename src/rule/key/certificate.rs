//! Rules about the certificates of a key: their validity period and their thumbprints.

use super::KeySubject;
use crate::finding::Severity;
use crate::key::certificate::THUMBPRINTS;
use crate::rule::{Basis, Rule};

pub(super) const CERTIFICATE_EXPIRED: Rule<KeySubject> = Rule {
    id: "certificate-expired",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 5280 §4.1.2.5",
    why: "Verifiers must not trust a certificate outside its validity period. authkit still verifies \
          signatures with its key.",
    fix: "renew the certificate, or publish the key as a JWK",
    bad: "certificate 1000 2000",
    good: "certificate 2000 1000",
    check: |subject, report| {
        for (place, certificate) in subject.certificates.iter().enumerate() {
            let which = if place == 0 {
                "the certificate".to_owned()
            } else {
                format!("certificate {} of the chain", place.saturating_add(1))
            };
            if subject.now > certificate.not_after {
                let ended = certificate.not_after;
                report.report(|| format!("{which} expired {} ({ended})", ended.relative_to(subject.now)));
            } else if subject.now < certificate.not_before {
                let begins = certificate.not_before;
                report.report(|| format!("{which} becomes valid {} ({begins})", begins.relative_to(subject.now)));
            }
        }
    },
};

pub(super) const X5T_MISMATCH: Rule<KeySubject> = Rule {
    id: "x5t-mismatch",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.8 (x5t), §4.9 (x5t#S256)",
    why: "x5t and x5t#S256 identify a certificate other than the first one in x5c: one of the two belongs to another \
          key.",
    fix: "recompute the digest over the DER encoding of the first certificate: SHA-1 for x5t, SHA-256 for x5t#S256",
    bad: r##"{"kty":"OKP","crv":"Ed25519","x":"WWziK2Rwe0u6PRJRt0-C58SZ2_BAphxcDN7nCZFa4IM","x5c":["MIHAMHQCAQEwBQYDK2VwMAwxCjAIBgNVBAMMAWEwIBcNMjYxMTI1MTI0NzIyWhgPMjEyNjExMDExMjQ3MjJaMAwxCjAIBgNVBAMMAWEwKjAFBgMrZXADIQBZbOIrZHB7S7o9ElG3T4LnxJnb8ECmHFwM3ucJkVrggzAFBgMrZXADQQC3HEXrjVGN8jrHfEJ8C7Tb/5kvcIuAKStSrZzpUo67uPRFsvnc2CiQBiklVDNqaXT1jpXDf9AXWNwKRMYK+wMF"],"x5t#S256":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}"##,
    good: r##"{"kty":"OKP","crv":"Ed25519","x":"WWziK2Rwe0u6PRJRt0-C58SZ2_BAphxcDN7nCZFa4IM","x5c":["MIHAMHQCAQEwBQYDK2VwMAwxCjAIBgNVBAMMAWEwIBcNMjYxMTI1MTI0NzIyWhgPMjEyNjExMDExMjQ3MjJaMAwxCjAIBgNVBAMMAWEwKjAFBgMrZXADIQBZbOIrZHB7S7o9ElG3T4LnxJnb8ECmHFwM3ucJkVrggzAFBgMrZXADQQC3HEXrjVGN8jrHfEJ8C7Tb/5kvcIuAKStSrZzpUo67uPRFsvnc2CiQBiklVDNqaXT1jpXDf9AXWNwKRMYK+wMF"],"x5t#S256":"WtHivExvu7bYaWbtf5SBYI-2rn6w_sUOuu0SbfIWOug"}"##,
    check: |subject, report| {
        let Some(der) = subject.key.certificates.first() else { return };
        for (name, digest) in THUMBPRINTS {
            let thumbprint = subject.key.others.get(name).and_then(serde_json::Value::as_str);
            if thumbprint.is_some_and(|thumbprint| thumbprint.trim_end_matches('=') != digest(der)) {
                report.at(&format!("/{name}"), || format!("{name} is not the digest of the first certificate of x5c"));
            }
        }
    },
};
