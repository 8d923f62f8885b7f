//! Rules about an encrypted token (JWE, RFC 7516). Only its protected header can be read without the key.

use super::{Basis, Rule, RuleSubject};
use crate::encoding::json::JsonObject;
use crate::finding::Severity;
use crate::rule_config::limit::{PBES2_COUNT_MAX, PBES2_COUNT_MIN};

/// All rules about an encrypted token, sorted by id.
pub static RULES: &[Rule<JweSubject>] = &[ALG_RSA1_5, JWE_COMPRESSED, JWE_PBES2_COUNT];

/// The subject: the protected header of a JWE.
pub enum JweSubject {}

impl RuleSubject for JweSubject {
    type View<'a> = JsonObject<'a>;

    const ABOUT: &'static str = "encrypted token";
}

const ALG_RSA1_5: Rule<JweSubject> = Rule {
    id: "alg-rsa1-5",
    severity: Severity::Error,
    basis: Basis::Normative,
    source: "OWASP ASVS 5.0 11.3.1; RFC 8725 §3.2 (should be avoided), though RFC 7519 §8 lists it",
    why: "Decryption with this padding leaks through errors and timing (padding oracle); an attacker can recover the \
          content encryption key.",
    fix: "encrypt with RSA-OAEP-256 or ECDH-ES",
    bad: r#"{"alg":"RSA1_5","enc":"A256GCM"}"#,
    good: r#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#,
    check: |header, report| {
        if header.get("alg").and_then(|alg| alg.as_str()).is_some_and(|alg| alg == "RSA1_5") {
            report.at("/header/alg", || "the key is encrypted with PKCS#1 v1.5 padding".to_owned());
        }
    },
};

const JWE_COMPRESSED: Rule<JweSubject> = Rule {
    id: "jwe-compressed",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 8725 §3.6; draft-ietf-oauth-rfc8725bis §3.15 (limit the decompressed size)",
    why: "The length of compressed text leaks its content, and a few bytes can decompress to gigabytes.",
    fix: "omit zip",
    bad: r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#,
    good: r#"{"alg":"dir","enc":"A256GCM"}"#,
    check: |header, report| {
        if header.get("zip").is_some() {
            report.at("/header/zip", || "the payload is compressed before it is encrypted".to_owned());
        }
    },
};

const JWE_PBES2_COUNT: Rule<JweSubject> = Rule {
    id: "jwe-pbes2-count",
    severity: Severity::Warning,
    basis: Basis::Guidance,
    source: "RFC 7518 §4.8.1.2 (1000 at least); draft-ietf-oauth-rfc8725bis §3.13 (1,200,000 at most)",
    why: "The sender chooses how much work the recipient does, and too few iterations make the password cheap to \
          crack.",
    fix: "use a few hundred thousand iterations, and have recipients reject more than the limit",
    bad: r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2000000000}"#,
    good: r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":600000}"#,
    check: |header, report| {
        let Some(count) = header.get("p2c").and_then(|count| count.text().parse::<u64>().ok()) else { return };
        let (least, most) = (report.limit(&PBES2_COUNT_MIN), report.limit(&PBES2_COUNT_MAX));
        if count > most {
            report.at("/header/p2c", || {
                format!("{count} PBES2 iterations exceed the limit of {most}: decryption stalls the recipient")
            });
        } else if count < least {
            report.at("/header/p2c", || format!("{count} PBES2 iterations are too few, at least {least} required"));
        }
    },
};
