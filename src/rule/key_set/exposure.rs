//! Rules about the exposure of private keys and secrets by a key source.

use super::KeySourceSubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const JWKS_MIXED: Rule<KeySourceSubject> = Rule {
    id: "jwks-mixed",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.1; OWASP ASVS 5.0 9.1.2 (symmetric and asymmetric algorithms together)",
    why: "A verifier that holds secrets and public keys together can be tricked into using one as the other (algorithm \
          confusion); authkit verify rejects such a set.",
    fix: "keep secrets and public keys in separate files",
    bad: r#"{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        let has_type = |types: &[&str]| {
            subject.members().any(|member| member.kty.as_deref().is_some_and(|kty| types.contains(&kty)))
        };
        if subject.is_set() && has_type(&["oct"]) && has_type(&["RSA", "EC", "OKP"]) {
            report.at("/keys", || "the set mixes secrets (oct) with asymmetric keys".to_owned());
        }
    },
};

pub(super) const JWKS_PRIVATE_KEY_EXPOSED: Rule<KeySourceSubject> = Rule {
    id: "jwks-private-key-exposed",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §9.2",
    why: "Anyone who can read the set can sign as its owner.",
    fix: "publish only the public key (authkit keys public), replace the key, and revoke what it signed",
    bad: r#"public {"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        // A set that contains public keys is meant for verifiers, which cannot sign: it must not contain private keys.
        let has_public_key = subject.is_set() && subject.keys().any(|(_, key)| !key.is_private() && !key.is_secret());
        if !subject.public && !has_public_key {
            return;
        }
        for (member, _) in subject.keys().filter(|(_, key)| key.is_private()) {
            let what = if subject.public { "is published" } else { "is in a set of public keys" };
            report.at(&member.pointer, || format!("the private key of {} {what}", member.name()));
        }
    },
};

pub(super) const JWKS_SYMMETRIC: Rule<KeySourceSubject> = Rule {
    id: "jwks-symmetric",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §9.2",
    why: "Anyone who can read the set has the secret, and can sign with it.",
    fix: "remove the secret from the set, replace it, and revoke what it signed; publish RSA, EC or Ed25519 keys \
          instead",
    bad: r#"public {"keys":[{"kty":"oct","k":"AAAA"}]}"#,
    good: r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#,
    check: |subject, report| {
        for (member, _) in subject.keys().filter(|(_, key)| subject.public && key.is_secret()) {
            report.at(&member.pointer, || format!("the secret of {} is published", member.name()));
        }
    },
};

pub(super) const KEY_FILE_READABLE: Rule<KeySourceSubject> = Rule {
    id: "key-file-readable",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.3.1; practice: ssh refuses such a file",
    why: "Every user of the machine, and every process under another account, can copy the private key.",
    fix: "run chmod 600 FILE, and replace the key if other users share the machine",
    bad: r#"readable {"kty":"oct","k":"AAAA"}"#,
    good: r#"readable {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        if subject.readable && subject.holds_private() {
            report.report(|| "the file is readable by other users and holds a private key or a secret".to_owned());
        }
    },
};

pub(super) const KEY_FILE_WRITABLE: Rule<KeySourceSubject> = Rule {
    id: "key-file-writable",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.3.1; practice: ssh refuses such a file",
    why: "A user who can write or replace the file decides which tokens are accepted; every other authkit command \
          refuses to use it.",
    fix: "run chmod go-w FILE, or copy it into a directory that you own; then verify that its keys are yours",
    bad: r#"writable {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        if let Some(why) = subject.changeable {
            report.report(|| format!("the file is not trusted: {why}"));
        }
    },
};
