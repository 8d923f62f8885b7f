//! Is it long enough?

use super::KeySubject;
use crate::finding::Severity;
use crate::key::soundness;
use crate::rule::{Basis, Rule};

pub(super) const KEY_WEAK: Rule<KeySubject> = Rule {
    id: "key-weak",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 7518 §3.2, §3.3, §3.5",
    why: "A short secret is guessed offline from one token; a short modulus can be factored.",
    fix: "make a new key: authkit keys generate",
    bad: "secret 12 HS256",
    good: "secret 32 HS256",
    check: |subject, report| {
        if let Some(weakness) = soundness::weakness(subject.key, subject.algorithm) {
            report.whole(|| format!("the key is too weak for {}: {weakness}", subject.algorithm.name));
        }
    },
};
