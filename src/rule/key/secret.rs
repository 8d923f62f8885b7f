//! Rules about the entropy of an HMAC secret.

use super::KeySubject;
use crate::finding::Severity;
use crate::key::{Material, entropy};
use crate::rule::{Basis, Reporter, Rule};
use crate::rule_config::limit::{SECRET_BITS_ADVISED, SECRET_BITS_MIN};

pub(super) const HMAC_KEY_LOW_ENTROPY: Rule<KeySubject> = Rule {
    id: "hmac-key-low-entropy",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "RFC 8725 §3.5 (no passwords as keys); RFC 7515 §10.1 and OWASP ASVS 5.0 11.5.1 (128 bits); OWASP JWT \
             cheat sheet (160 bits)",
    why: "Anyone with one token can mount an offline attack on the secret at hardware hashing speed; a password does \
          not withstand it.",
    fix: "generate a random 256-bit secret: authkit keys generate --type hs256",
    // "correct horse battery staple, and then some"
    bad: r#"{"kty":"oct","k":"Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZSwgYW5kIHRoZW4gc29tZQ"}"#,
    good: "secret 32 HS256",
    check: |subject, report| {
        if let Material::Secret(secret) = &subject.key.material {
            low_entropy(secret.expose(), "", report);
        }
    },
};

/// Checks the entropy of the secret at `pointer`; also used for secrets in product configuration.
pub fn low_entropy(secret: &[u8], pointer: &str, report: &mut Reporter<'_>) {
    let found = entropy::estimate(secret);
    let (least, advised) = (report.limit(&SECRET_BITS_MIN), report.limit(&SECRET_BITS_ADVISED));
    let bits = u64::from(found.bits);
    let basis = if found.password_like { "it looks like a password" } else { "estimated from its text" };
    let message =
        |required: u64| format!("the secret has at most {bits} bits of entropy ({basis}), {required} required");
    if bits < least {
        report.with_severity(Severity::Error).at(pointer, || message(least));
    } else if bits < advised {
        report.with_severity(Severity::Warning).at(pointer, || message(advised));
    }
}
