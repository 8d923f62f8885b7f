//! Rules about the kids of a key set: verifiers select a key by its kid.

use super::KeySourceSubject;
use crate::finding::Severity;
use crate::key::inventory::InventoryEntry;
use crate::rule::{Basis, Rule};
use std::collections::BTreeMap;

pub(super) const JWKS_KID_DUPLICATE: Rule<KeySourceSubject> = Rule {
    id: "jwks-kid-duplicate",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7517 §4.5 (different keys should have distinct kids); FAPI 2.0 Security Profile §5.4.3",
    why: "With a duplicate kid a verifier takes the first match, tries all that alg and use allow, as authkit does, or \
          rejects the set: which tokens are accepted depends on the verifier.",
    fix: "give each key a unique kid, such as the thumbprint of a public key (authkit keys thumbprint)",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"b","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        let mut seen: BTreeMap<&str, Vec<(usize, Traits<'_>)>> = BTreeMap::new();
        for (place, member) in subject.members().enumerate() {
            let Some(kid) = member.kid.as_deref() else { continue };
            let (own, before) = (traits(member), seen.entry(kid).or_default());
            let equal = before.iter().find(|(_, other)| *other == own);
            if let Some((first, _)) = equal {
                report.with_severity(Severity::Error).at(&member.at("kid"), || {
                    format!("duplicate kid \"{kid}\": member {first} has it too, with the same kty, alg and use")
                });
            } else if let Some((first, _)) = before.first() {
                report.with_severity(Severity::Warning).at(&member.at("kid"), || {
                    format!("duplicate kid \"{kid}\": member {first} has it too, with another kty, alg or use")
                });
            }
            // Bounds the work: a set may repeat a kid a hundred thousand times.
            if equal.is_none() && before.len() < 16 {
                before.push((place, own));
            }
        }
    },
};

/// What tells keys with the same kid apart: `kty`, `alg` and `use`.
type Traits<'a> = [Option<&'a str>; 3];

fn traits(member: &InventoryEntry) -> Traits<'_> {
    let key = member.key.as_ref().ok();
    [member.kty.as_deref(), key.and_then(|key| key.alg.as_deref()), key.and_then(|key| key.usage.as_deref())]
}

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
