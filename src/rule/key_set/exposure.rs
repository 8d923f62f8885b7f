//! Does it show what must stay hidden?

use super::KeySourceSubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const JWKS_MIXED: Rule<KeySourceSubject> = Rule {
    id: "jwks-mixed",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "RFC 8725 §3.1; OWASP ASVS 5.0 9.1.2 (symmetric and asymmetric algorithms together)",
    why: "A verifier that holds secrets and public keys side by side can be brought to take one for the other; authkit \
          verify refuses such a set.",
    fix: "keep secrets and public keys in two files",
    bad: r#"{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        let of = |types: &[&str]| {
            subject.members().any(|member| member.kty.as_deref().is_some_and(|kty| types.contains(&kty)))
        };
        if subject.is_set() && of(&["oct"]) && of(&["RSA", "EC", "OKP"]) {
            report.at("/keys", || "the set mixes secrets (oct) with asymmetric keys".to_owned());
        }
    },
};

pub(super) const JWKS_PRIVATE_KEY_EXPOSED: Rule<KeySourceSubject> = Rule {
    id: "jwks-private-key-exposed",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §9.2",
    why: "Whoever reads the set can sign as its owner.",
    fix: "publish the public half alone (authkit keys public), replace the key, and end what it signed",
    bad: r#"public {"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        // A set with public halves in it is meant to be seen: nobody signs with those.
        let halves = subject.is_set() && subject.keys().any(|(_, key)| !key.is_private() && !key.is_secret());
        if !subject.public && !halves {
            return;
        }
        for (member, _) in subject.keys().filter(|(_, key)| key.is_private()) {
            let what = if subject.public { "is published" } else { "is in a set of public keys" };
            report.at(&member.pointer, || format!("the private part of {} {what}", member.name()));
        }
    },
};

pub(super) const JWKS_SYMMETRIC: Rule<KeySourceSubject> = Rule {
    id: "jwks-symmetric",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §9.2",
    why: "Whoever reads the set has the secret, and with it can sign.",
    fix: "take the secret out, replace it, and end what it signed; publish keys of RSA, EC or Ed25519",
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
    why: "Every user of the machine, and whatever runs under another name, can take the private key.",
    fix: "chmod 600 FILE, and replace the key when the machine is shared",
    bad: r#"readable {"kty":"oct","k":"AAAA"}"#,
    good: r#"readable {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        if subject.readable && subject.holds_private() {
            report.report(|| "others can read the file, which holds a private key or a secret".to_owned());
        }
    },
};

pub(super) const KEY_FILE_WRITABLE: Rule<KeySourceSubject> = Rule {
    id: "key-file-writable",
    severity: Severity::Error,
    basis: Basis::Guidance,
    source: "OWASP ASVS 5.0 13.3.1; practice: ssh refuses such a file",
    why: "A user who can write or replace the file decides which tokens are accepted; every other command of authkit \
          refuses it.",
    fix: "chmod go-w FILE, or copy it into a directory of your own; then check that its keys are yours",
    bad: r#"writable {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        if let Some(why) = subject.changeable {
            report.report(|| format!("the file is not trusted: {why}"));
        }
    },
};
