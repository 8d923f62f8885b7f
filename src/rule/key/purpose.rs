//! Rules about the purpose of a key: whether alg, use and key_ops agree with each other and with the key.

use super::KeySubject;
use crate::alg::{self, KeyFamily};
use crate::finding::Severity;
use crate::key::Key;
use crate::rule::{Basis, Rule};

pub(super) const EC_CURVE_MISMATCH: Rule<KeySubject> = Rule {
    id: "ec-curve-mismatch",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.4 (ES256 is P-256, ES384 P-384, ES512 P-521); RFC 8812 §3.2; draft-ietf-oauth-rfc8725bis §3.1",
    why: "The algorithm belongs to another curve: strict verifiers reject the key, lax ones verify with another \
          algorithm.",
    fix: "correct alg, or generate a key on the curve that alg requires",
    bad: r#"{"kty":"EC","crv":"P-256","alg":"ES384","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    good: r#"{"kty":"EC","crv":"P-256","alg":"ES256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
    check: |subject, report| {
        let Some(algorithm) = subject.key.alg.as_deref().and_then(alg::find) else { return };
        if let (KeyFamily::Ec(wanted), KeyFamily::Ec(own)) = (algorithm.family, subject.key.family())
            && wanted != own
        {
            report.at("/alg", || {
                format!("{} requires a key on {}, this one is on {}", algorithm.name, wanted.name(), own.name())
            });
        }
    },
};

pub(super) const KEY_ALG_MISMATCH: Rule<KeySubject> = Rule {
    id: "key-alg-mismatch",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.4; draft-ietf-oauth-rfc8725bis §3.1 (the algorithm must be consistent with the key)",
    why: "A verifier that compares alg with the key cannot use it; one that does not is exposed to algorithm \
          confusion.",
    fix: "correct alg, or omit it",
    bad: r#"{"kty":"OKP","crv":"Ed25519","alg":"RS256","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        let Some(name) = subject.key.alg.as_deref() else { return };
        let (own, kind) = (subject.key.family(), subject.key.type_name());
        match alg::find(name) {
            Some(algorithm) => match (algorithm.family, own) {
                (wanted, own) if wanted == own => {}
                (KeyFamily::Ec(_), KeyFamily::Ec(_)) => {}
                _ => report.at("/alg", || format!("{name} cannot be used with a key of type {kind}")),
            },
            None if encrypts(name).is_some_and(|types| types.contains(&kind)) => {}
            None => report
                .with_severity(Severity::Warning)
                .at("/alg", || format!("unknown algorithm \"{name}\" for a key of type {kind}")),
        }
    },
};

/// The key types of a key management algorithm (RFC 7518 §4.1); `None` for any other name.
fn encrypts(alg: &str) -> Option<&'static [&'static str]> {
    Some(match alg {
        "RSA1_5" | "RSA-OAEP" | "RSA-OAEP-256" | "RSA-OAEP-384" | "RSA-OAEP-512" => &["RSA"],
        "ECDH-ES" | "ECDH-ES+A128KW" | "ECDH-ES+A192KW" | "ECDH-ES+A256KW" => &["EC", "OKP"],
        "A128KW" | "A192KW" | "A256KW" | "A128GCMKW" | "A192GCMKW" | "A256GCMKW" | "dir" => &["oct"],
        "PBES2-HS256+A128KW" | "PBES2-HS384+A192KW" | "PBES2-HS512+A256KW" => &["oct"],
        _ => return None,
    })
}

const SIGNING: [&str; 2] = ["sign", "verify"];
const ENCRYPTING: [&str; 6] = ["encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"];
const PRIVATE_KEY_OPERATIONS: [&str; 3] = ["sign", "decrypt", "unwrapKey"];

pub(super) const JWKS_USE_CONFLICT: Rule<KeySubject> = Rule {
    id: "jwks-use-conflict",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.2, §4.3 (use and key_ops must be consistent, and should not both appear); RFC 8725 §3.5",
    why: "Verifiers disagree about which member takes precedence: some reject the key, some use it for the wrong \
          purpose. Using one key for signing and encryption weakens both.",
    fix: "keep either use or key_ops, and one purpose per key",
    bad: r#"{"kty":"OKP","crv":"Ed25519","use":"enc","key_ops":["verify"],"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    good: r#"{"kty":"OKP","crv":"Ed25519","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    check: |subject, report| {
        let key = subject.key;
        if let Some((pointer, contradiction)) = contradiction(key) {
            report.at(pointer, || contradiction);
            return;
        }
        let Some(operations) = &key.operations else { return };
        let any = |names: &[&str]| operations.iter().any(|operation| names.contains(&operation.as_str()));
        if any(&SIGNING) && any(&ENCRYPTING) {
            report
                .with_severity(Severity::Warning)
                .at("/key_ops", || "key_ops allow signing and encrypting".to_owned());
        }
        if !key.is_private()
            && !key.is_secret()
            && any(&PRIVATE_KEY_OPERATIONS)
            && !any(&["verify", "encrypt", "wrapKey"])
        {
            report
                .with_severity(Severity::Warning)
                .at("/key_ops", || format!("a public key cannot {}", operations.join(", ")));
        }
        if key.usage.is_some() {
            report
                .with_severity(Severity::Info)
                .at("/use", || "use and key_ops are both present, one is enough".to_owned());
        }
    },
};

/// Two members that contradict each other, as pointer and message.
fn contradiction(key: &Key) -> Option<(&'static str, String)> {
    let usage = key.usage.as_deref().filter(|usage| matches!(*usage, "sig" | "enc"));
    if let (Some(usage), Some(operations)) = (usage, &key.operations) {
        let allowed: &[&str] = if usage == "sig" { &SIGNING } else { &ENCRYPTING };
        if let Some(other) = operations.iter().find(|operation| !allowed.contains(&operation.as_str())) {
            return Some(("/key_ops", format!("use is \"{usage}\", but key_ops allow \"{other}\"")));
        }
    }
    let (usage, name) = (usage?, key.alg.as_deref()?);
    let signs = alg::find(name).is_some();
    let wrong = if usage == "sig" { encrypts(name).is_some() } else { signs };
    wrong.then(|| ("/use", format!("use is \"{usage}\", but alg is {name}")))
}
