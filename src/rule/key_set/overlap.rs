//! Rules about key rotation: whether a key can be replaced without an outage.

use super::{KeySourceSubject, KeySourceView};
use crate::finding::Severity;
use crate::key::Key;
use crate::key::inventory::InventoryEntry;
use crate::rule::key::dates::date;
use crate::rule::{Basis, Rule};
use crate::time::UnixTime;

/// Keys that are not restricted to encryption.
fn signing<'v>(view: &'v KeySourceView<'_>) -> impl Iterator<Item = (&'v InventoryEntry, &'v Key)> {
    view.keys().filter(|(_, key)| key.usage.as_deref() != Some("enc"))
}

pub(super) const JWKS_NO_OVERLAP: Rule<KeySourceSubject> = Rule {
    id: "jwks-no-overlap",
    severity: Severity::Warning,
    basis: Basis::Practice,
    source: "practice: verifiers cache a set for minutes to days, so a key must be published before it signs; NIST SP \
          800-57 part 1 §5.3 on cryptoperiods",
    why: "The next key starts when the previous one has expired: tokens of the old key fail at once, and tokens of the \
          new key fail until every verifier has fetched the set again.",
    fix: "publish the next key before it signs, and keep the previous one until its tokens have expired (authkit keys \
          rotate)",
    bad: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","nbf":1000,"exp":2000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"b","crv":"Ed25519","nbf":2000,"exp":3000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"{"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","nbf":1000,"exp":2000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"OKP","kid":"b","crv":"Ed25519","nbf":1500,"exp":3000,"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    check: |subject, report| {
        let mut spans: Vec<(UnixTime, UnixTime, &InventoryEntry)> = signing(subject)
            .filter(|(_, key)| !key.others.contains_key("revoked"))
            .map(|(member, key)| {
                let begin = date(key, "nbf").or_else(|| date(key, "iat")).unwrap_or(UnixTime(i64::MIN));
                (begin, date(key, "exp").unwrap_or(UnixTime(i64::MAX)), member)
            })
            .collect();
        spans.sort_by_key(|(begin, end, _)| (*begin, *end));
        let mut spans = spans.into_iter();
        let Some((_, mut covered, _)) = spans.next() else { return };
        for (begin, end, member) in spans {
            // A gap in the past has no effect any more.
            if begin >= covered && begin > subject.now {
                let gap = begin.since(covered);
                report.at(&member.pointer, || {
                    format!("{} becomes valid {begin}, {gap} after the previous key expired ({covered})", member.name())
                });
            }
            covered = covered.max(end);
        }
    },
};

pub(super) const JWKS_SINGLE_KEY: Rule<KeySourceSubject> = Rule {
    id: "jwks-single-key",
    severity: Severity::Info,
    basis: Basis::Practice,
    source: "practice: a key must be published before it signs, and after it has signed",
    why: "With one key there is no overlap: when it is replaced, every verifier fails until it has fetched the set \
          again.",
    fix: "publish the next key next to it (authkit keys rotate)",
    bad: r#"public {"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    good: r#"public {"keys":[{"kty":"OKP","kid":"a","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"EC","kid":"b","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    check: |subject, report| {
        if !subject.public || !subject.is_set() {
            return;
        }
        let mut keys = signing(subject);
        if let (Some((member, _)), None) = (keys.next(), keys.next()) {
            report.at(&member.pointer, || "the set has one key and no successor to rotate to".to_owned());
        }
    },
};
