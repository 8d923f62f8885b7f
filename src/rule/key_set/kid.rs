//! Rules about the kids of a key set: verifiers select a key by its kid.

use super::KeySourceSubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};
use std::collections::BTreeMap;

pub(super) const JWKS_KID_DUPLICATE: Rule<KeySourceSubject> = Rule {
    id: "jwks-kid-duplicate",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.5 (different keys should have distinct kids); FAPI 2.0 Security Profile §5.4.3",
    why: "With a duplicate kid a verifier takes the first match, tries all of them or rejects the set, as authkit \
          does: which tokens are accepted depends on the verifier.",
    fix: "give each key a unique kid, such as the thumbprint of a public key (authkit keys thumbprint)",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"b","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        let mut seen: BTreeMap<&str, Vec<(usize, Option<&str>)>> = BTreeMap::new();
        for (place, member) in subject.members().enumerate() {
            let Some(kid) = member.kid.as_deref() else { continue };
            let (kty, before) = (member.kty.as_deref(), seen.entry(kid).or_default());
            if let Some((first, _)) = before.iter().find(|(_, other)| *other == kty) {
                report.with_severity(Severity::Error).at(&member.at("kid"), || {
                    format!("duplicate kid \"{kid}\": member {first} has it too, with the same kty")
                });
            } else if let Some((first, _)) = before.first() {
                report.with_severity(Severity::Warning).at(&member.at("kid"), || {
                    format!("duplicate kid \"{kid}\": member {first} has it too, with another kty")
                });
            }
            // One entry per kty is enough, and bounds the work: a set may repeat a kid a hundred thousand times.
            if !before.iter().any(|(_, other)| *other == kty) {
                before.push((place, kty));
            }
        }
    },
};

pub(super) const JWKS_KID_MISSING: Rule<KeySourceSubject> = Rule {
    id: "jwks-kid-missing",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "OpenID Connect Core 1.0 §10.1 (with several keys the header must carry kid); RFC 7517 §4.5",
    why: "Without kid a verifier must try every key, and a token cannot name its key during rotation.",
    fix: "give each key a kid, such as the thumbprint of a public key (authkit keys thumbprint)",
    bad: r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        if !subject.is_set() {
            return;
        }
        let is_only_member = subject.members().nth(1).is_none();
        for member in subject.members().filter(|member| member.kid.is_none()) {
            let severity = if is_only_member { Severity::Info } else { Severity::Warning };
            report.with_severity(severity).at(&member.pointer, || "the key has no kid".to_owned());
        }
    },
};
